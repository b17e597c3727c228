/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "story/stage.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/stop.h"
#include "base/text.h"
#include "fabric/fabric.h"
#include "net/units.h"
#include "story/onlooker.h"
#include "story/transition.h"

enum { LOSSY_PPM = 100000 }; /* with a higher loss, pairs need not be steady */

struct stage {
	const struct world *start;
	struct stage_options opt;
	struct arena *arena;
	struct test_run *run;
	struct diag *dg;
	struct lab_edit *edit;
	/* The worlds after each change; results point into them. They borrow the start's lab. */
	VEC(struct world *) worlds;
	const struct world *now;
	const char *suite; /* the name of `scenario` */
	const struct scenario *scenario;
	bool stopped, broken;
	/* The last change; `before` is NULL once it has converged. Steps continue until then. */
	struct transition change;
	struct revision revision;
	const struct world *before;
	const struct story_step *step;
	struct onlooker *onlooker;
	uint64_t began_ns;
	size_t result; /* index into the run's results */
};

int stage_begin(const struct world *start, struct stage_options opt, struct arena *arena,
		struct test_run *run, struct diag *dg, struct stage **ret)
{
	struct lab_edit *edit;
	struct stage *st;
	int r = lab_edit_begin(start->lab->name, &edit, dg);

	if (r < 0)
		return r;
	st = xcalloc(1, sizeof(*st));
	*st = (struct stage){ .start = start,
			      .opt = opt,
			      .arena = arena,
			      .run = run,
			      .dg = dg,
			      .edit = edit,
			      .now = start };
	*ret = st;
	return 0;
}

void stage_end(struct stage *st)
{
	if (!st)
		return;
	lab_edit_end(st->edit);
	st->edit = NULL;
	revision_release(&st->revision);
}

void stage_free(struct stage *st)
{
	if (!st)
		return;
	stage_end(st);
	for (each(struct world *, w, &st->worlds)) {
		(*w)->lab = NULL;
		world_release(*w);
		free(*w);
	}
	vec_free(&st->worlds);
	free(st);
}

/* ---- results ---- */

static struct test_result *stage_add_result(struct stage *st, const struct story_step *step,
					    enum outcome outcome)
{
	struct test_result *t = vec_add(NULL, &st->run->results);

	*t = (struct test_result){ .outcome = outcome, .pos = step->pos, .suite = st->suite };
	return t;
}

static const char *stage_change_order(const struct stage *st, const struct change *c)
{
	own_text t = { 0 };

	change_order(c, &t);
	return arena_strdup(st->arena, text_str(&t));
}

static void stage_skip_step(struct stage *st, const struct story_step *step)
{
	size_t n = step->kind == STEP_EXPECT ? step->expect.n : step->kind == STEP_CHANGE;

	for (size_t i = 0; i < n; i++) {
		const struct expectation *e = step->expect.n ? &step->expect.v[i] : NULL;
		struct test_result *t = stage_add_result(st, step, OUTCOME_SKIPPED);

		t->name = e ? expectation_name(e, st->arena)
			    : stage_change_order(st, &step->change);
		t->pos = e ? e->pos : step->pos;
		t->expected = e ? "what the file says" : "it takes effect";
		t->observed = "not tried: the scenario ended before";
	}
}

/* ---- steps ---- */

static bool stage_wait(struct stage *st, uint64_t ns)
{
	struct pollfd stopped = stop_poll(st->opt.verify.stop);
	uint64_t due = clock_ns() + ns, now;

	while ((now = clock_ns()) < due) {
		uint64_t ms = (due - now) / 1000000 + 1;

		if (poll(&stopped, 1, ms > 60000 ? 60000 : (int)ms) > 0)
			return false;
	}
	return poll(&stopped, 1, 0) == 0;
}

static int stage_try_expectations(struct stage *st, const struct story_step *step)
{
	size_t first = st->run->results.n;
	bool early = st->before; /* the last change has not converged */
	int r = verify_expectations(st->now, &step->expect, &st->opt.verify, st->arena, st->run,
				    st->dg);

	for (size_t i = first; i < st->run->results.n; i++) {
		struct test_result *t = &st->run->results.v[i];

		t->suite = st->suite;
		if (early && t->predicted) /* the prediction is for the converged lab */
			t->predicted = arena_printf(
				st->arena, "not all routers know yet; later: %s", t->predicted);
	}
	if (r == 0 && st->opt.audience.tried)
		st->opt.audience.tried(st->opt.audience.ctx, st->now, step, st->run, first);
	return r;
}

static bool stage_is_lossy(const struct fabric *f)
{
	for (each(const struct fabric_link, l, &f->links))
		if (l->to[0].loss_ppm > LOSSY_PPM || l->to[1].loss_ppm > LOSSY_PPM)
			return true;
	return false;
}

static void stage_judge_change(struct stage *st, const struct onlooked *saw, struct test_result *t)
{
	const struct transition *done = &st->change;
	uint64_t took = done->took_ns > done->known_ns ? done->took_ns : done->known_ns;

	t->took_ns = saw->after_ns > took ? saw->after_ns : took;
	t->lost = saw->lost;
	if (saw->steady || stage_is_lossy(st->now->fabric)) {
		t->outcome = OUTCOME_OK;
		t->observed = saw->pairs == 0
				      ? "made"
				      : arena_printf(st->arena, "%zu pair%s as predicted",
						     saw->pairs, saw->pairs == 1 ? "" : "s");
		return;
	}
	t->outcome = OUTCOME_FAILED;
	t->observed = arena_printf(st->arena, "%s to %s is not as predicted", saw->from, saw->to);
}

static const char *stage_last_error(const struct stage *st)
{
	for (size_t i = diag_count(st->dg); i-- > 0;)
		if (diag_at(st->dg, i)->level == DIAG_ERROR)
			return arena_strdup(st->arena, diag_at(st->dg, i)->text);
	return "nobody says why";
}

static void stage_refuse_change(struct stage *st)
{
	struct test_result *t = &st->run->results.v[st->result];

	st->broken = true;
	st->stopped = st->stopped || st->change.interrupted;
	t->outcome = st->stopped ? OUTCOME_SKIPPED : OUTCOME_FAILED;
	t->observed = st->stopped ? "interrupted"
				  : arena_printf(st->arena, "refused: %s", stage_last_error(st));
}

/* Waits until the last change has converged, and records its result. */
static void stage_settle(struct stage *st)
{
	const struct stage_audience *a = &st->opt.audience;
	struct onlooked saw = { .steady = true };

	if (!st->before)
		return;
	if (transit_end(&st->change, st->dg) == 0) {
		if (st->onlooker)
			saw = onlooker_look(st->onlooker, st->now, st->began_ns, clock_ns(),
					    st->opt.verify.stop);
		stage_judge_change(st, &saw, &st->run->results.v[st->result]);
	} else {
		st->now = st->before;
		stage_refuse_change(st);
	}
	onlooker_end(st->onlooker);
	st->onlooker = NULL;
	st->before = NULL;
	if (a->settled)
		a->settled(a->ctx, &st->run->results.v[st->result]);
}

/* Computes the next world and starts the change, while an onlooker sends packets. */
static int stage_make_change(struct stage *st, struct world *next)
{
	int r = world_change(st->now, &st->step->change, 1, next, st->dg);

	if (r < 0)
		return r;
	next->lab = st->start->lab;
	st->change = (struct transition){ .edit = st->edit, .stop = st->opt.verify.stop };
	st->onlooker = onlooker_begin(st->now, st->scenario);
	st->began_ns = clock_ns();
	revision_release(&st->revision);
	st->revision = revision_of(st->now, next);
	r = transit_begin(&st->change, &st->revision, st->dg);
	if (r == 0) {
		st->before = st->now;
		st->now = next;
		return 0;
	}
	onlooker_end(st->onlooker);
	st->onlooker = NULL;
	return r;
}

static void stage_apply_change(struct stage *st, const struct story_step *step)
{
	const struct stage_audience *a = &st->opt.audience;
	const struct world *before = st->now;
	struct world *next = xcalloc(1, sizeof(*next));
	struct test_result *t = stage_add_result(st, step, OUTCOME_OK);

	vec_push(NULL, &st->worlds, next);
	t->name = stage_change_order(st, &step->change);
	t->expected = "it takes effect";
	st->result = st->run->results.n - 1;
	st->step = step;
	if (stage_make_change(st, next) < 0) {
		stage_refuse_change(st);
		if (a->settled)
			a->settled(a->ctx, &st->run->results.v[st->result]);
		return;
	}
	if (a->changed)
		a->changed(a->ctx, before, st->now, step, &st->change);
	if (!st->change.pending)
		stage_settle(st);
}

static int stage_do_step(struct stage *st, const struct story_step *step)
{
	const struct stage_audience *a = &st->opt.audience;

	if (a->before && !a->before(a->ctx, st->now, step)) {
		st->stopped = true;
		return 0;
	}
	if (step->kind == STEP_EXPECT)
		return stage_try_expectations(st, step);
	if (step->kind == STEP_CHANGE)
		stage_apply_change(st, step);
	else if (step->kind == STEP_WAIT)
		st->stopped = !stage_wait(st, step->wait_ns);
	return 0;
}

/* ---- scenarios ---- */

static int stage_restore_lab(struct stage *st)
{
	const struct world *now = st->now;

	st->now = st->start;
	return now == st->start ? 0 : transit_back(st->edit, now->plan, st->start, st->dg);
}

int stage_play(struct stage *st, const struct scenario *s)
{
	int r = 0, back;

	st->scenario = s;
	st->suite = s->name;
	st->broken = false;
	for (each(const struct story_step, step, &s->steps)) {
		if (r < 0 || st->stopped)
			break;
		if (step->kind == STEP_CHANGE)
			stage_settle(st);
		if (st->broken)
			stage_skip_step(st, step);
		else if (!st->stopped)
			r = stage_do_step(st, step);
	}
	if (st->stopped)
		transit_cancel(&st->change);
	stage_settle(st);
	back = stage_restore_lab(st);
	if (r == 0 && st->stopped)
		r = -EINTR;
	return r == 0 ? back : r;
}
