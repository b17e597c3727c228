/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "story/transition.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/meanwhile.h"
#include "base/mem.h"
#include "base/stop.h"
#include "base/text.h"
#include "model/model.h"
#include "plan/cut.h"
#include "plan/diff.h"
#include "routing/timers.h"

/* The texts of a world that the lab's directory stores. */
struct transit_record {
	struct text changes, numbers;
	struct lab_source src;
};
#define own_record __attribute__((cleanup(transit_record_release))) struct transit_record

static void transit_record_release(struct transit_record *r)
{
	text_release(&r->changes);
	text_release(&r->numbers);
}

static void transit_record_of(const struct world *w, struct transit_record *ret)
{
	*ret = (struct transit_record){ .src = world_source(w, NULL) };
	world_changes(w, &ret->changes);
	world_numbers(w, &ret->numbers);
}

static int transit_step(struct lab_edit *e, const struct plan_diff *d,
			const struct transit_record *r, struct diag *dg)
{
	const struct lab_target target = { .diff = d,
					   .src = &r->src,
					   .changes = text_str(&r->changes),
					   .numbers = text_str(&r->numbers) };

	return lab_change(e, &target, dg);
}

int transit_back(struct lab_edit *edit, const struct plan *holds, const struct world *to,
		 struct diag *dg)
{
	struct plan_diff *d = plan_compare(holds, to->plan);
	own_record record;
	int r;

	transit_record_of(to, &record);
	do
		r = transit_step(edit, d, &record, dg);
	while (r == -EINTR);
	plan_diff_free(d);
	return r;
}

/* ---- convergence in moments ---- */

struct transit_moment {
	uint64_t at_ns; /* since the change began */
	const struct plan *plan;
};

struct pending_transition {
	struct transition *t;
	const struct revision *rev;
	struct transit_record record; /* of the world after the change */
	VEC(struct transit_moment) moments;
	const struct plan *holds;
	uint64_t began_ns;
	struct diag *dg;
	uint64_t took_ns;
	int result;
	atomic_bool cancelled;
	struct meanwhile later; /* runs all moments but the first */
};

/* The lab's plan at a moment: routers that have not detected a failure yet still forward into the
 * cut link. */
static const struct plan *transit_plan_at(struct convergence *c, struct world *to, size_t moment)
{
	const struct fabric *f = to->fabric;
	struct diag *unheard = diag_new();
	struct routes *r;
	struct plan *plan;

	convergence_mark(c, moment);
	r = routes_compute(f, unheard);
	diag_free(unheard);
	if (!r) /* no fixed point at this moment: use the final plan */
		return to->plan;
	plan = plan_build(f, r, to->plan->backends);
	for (uint32_t i = 0; i < f->links.n; i++)
		if (convergence_is_dark(c, i, moment))
			plan_cut_link(plan, f, i);
	routes_free(r);
	return plan; /* the model's arena owns it */
}

static void transit_add_moments(struct pending_transition *p, struct world *to)
{
	struct convergence *c = NULL;

	if (to->model->timers == TIMERS_AZURE)
		c = convergence_begin(p->rev->before->fabric, to->fabric, to->model->speed);
	for (size_t i = 0; c && i + 1 < convergence_moments(c); i++)
		vec_push(NULL, &p->moments,
			 ((struct transit_moment){ convergence_at(c, i),
						   transit_plan_at(c, to, i) }));
	p->t->known_ns = c ? convergence_at(c, convergence_moments(c) - 1) : 0;
	vec_push(NULL, &p->moments, ((struct transit_moment){ p->t->known_ns, to->plan }));
	convergence_end(c);
}

/* Waits until `due_ns`. -EINTR when `stop` is readable, -ECANCELED after transit_cancel(). */
static int transit_wait(struct pending_transition *p, uint64_t due_ns)
{
	enum { LOOK_MS = 50 }; /* between two checks of `cancelled` */
	struct pollfd stop = stop_poll(p->t->stop);
	uint64_t now;

	while ((now = clock_ns()) < due_ns) {
		uint64_t ms = (due_ns - now) / 1000000 + 1;
		int n = poll(&stop, 1, ms > LOOK_MS ? LOOK_MS : (int)ms);

		if (n > 0)
			return -EINTR;
		if (atomic_load(&p->cancelled))
			return -ECANCELED;
		if (n < 0 && errno != EINTR)
			return -errno;
	}
	return 0;
}

/* Changes the lab from the plan it holds to a moment's plan. */
static int transit_make_moment(struct pending_transition *p, const struct transit_moment *m)
{
	const struct plan_diff *whole = p->rev->diff;
	const bool at_once = p->holds == whole->from && m->plan == whole->to;
	struct plan_diff *d = at_once ? NULL : plan_compare(p->holds, m->plan);
	int r = transit_step(p->t->edit, d ? d : whole, &p->record, p->dg);

	plan_diff_free(d);
	if (r == 0)
		p->holds = m->plan;
	return r;
}

/* Runs the moments `first` to `end` - 1. On an error the lab is changed back. */
static void transit_run_moments(struct pending_transition *p, size_t first, size_t end)
{
	const struct world *before = p->rev->before;

	for (size_t i = first; i < end && p->result == 0; i++) {
		const struct transit_moment *m = &p->moments.v[i];
		uint64_t start;

		p->result = transit_wait(p, p->began_ns + m->at_ns);
		start = clock_ns();
		if (p->result == 0)
			p->result = transit_make_moment(p, m);
		p->took_ns += clock_ns() - start;
	}
	if (p->result < 0 && p->holds != before->plan &&
	    transit_back(p->t->edit, p->holds, before, p->dg) == 0)
		p->holds = before->plan;
}

static void transit_run_later(void *pending)
{
	struct pending_transition *p = pending;

	transit_run_moments(p, 1, p->moments.n);
}

void transit_cancel(struct transition *t)
{
	if (t->pending)
		atomic_store(&t->pending->cancelled, true);
}

int transit_end(struct transition *t, struct diag *dg)
{
	struct pending_transition *p = t->pending;
	struct pos nowhere = { 0 };
	int r;

	if (!p)
		return 0;
	meanwhile_end(&p->later);
	r = p->result;
	t->interrupted = r == -EINTR || r == -ECANCELED;
	t->took_ns = p->took_ns;
	t->pending = NULL;
	for (size_t i = 0; i < diag_count(p->dg); i++)
		diag_repeat(dg, diag_at(p->dg, i));
	if (r == -EINTR && diag_errors(p->dg) == 0)
		diag_error(dg, nowhere, r, "interrupted", "interrupted: the change is taken back");
	vec_free(&p->moments);
	transit_record_release(&p->record);
	diag_free(p->dg);
	free(p);
	return r;
}

int transit_begin(struct transition *t, const struct revision *rev, struct diag *dg)
{
	struct pending_transition *p = xcalloc(1, sizeof(*p));

	p->t = t;
	p->rev = rev;
	p->holds = rev->before->plan;
	p->dg = diag_new();
	t->pending = p;
	t->took_ns = 0;
	transit_record_of(rev->after, &p->record);
	transit_add_moments(p, rev->after);
	p->began_ns = clock_ns();
	transit_run_moments(p, 0, 1);
	if (p->result < 0 || p->moments.n == 1)
		return transit_end(t, dg);
	t->took_ns = p->took_ns;
	meanwhile_begin(&p->later, transit_run_later, p);
	return 0;
}
