/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parts.h - a lab's world, and what a change makes of it, as far as their plans: where routes to
 * some prefixes were left out, all are computed, too, and the plans differ in the same things, and
 * what was left out is the same in both. No lab is built. */
#ifndef TESTS_PARTS_H
#define TESTS_PARTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "fabric/fabric.h"
#include "plan/diff.h"
#include "routing/scope.h"
#include "world/world.h"

static char folder[] = "/tmp/netemu-scope-XXXXXX";
static char file[sizeof(folder) + 8];

static inline int begin(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(file, sizeof(file), "%s/t.yaml", folder);
	return 0;
}

static inline int end(void **state)
{
	(void)state;
	(void)unlink(file);
	return rmdir(folder);
}

/* ---- a lab's world, and what it becomes --------------------------------------------------- */

struct pair {
	struct lab lab;
	struct world now, next;
	struct diag *dg;
};

static inline void pair_close(struct pair *p)
{
	p->now.lab = NULL;
	world_release(&p->next);
	world_release(&p->now);
	diag_free(p->dg);
}
#define own_pair __attribute__((cleanup(pair_close))) struct pair

static inline void write_file(const char *text)
{
	own_file *f = fopen(file, "we");

	assert_non_null(f);
	fputs(text, f);
}

/* False: it is refused. */
static inline bool open_now(struct pair *p, const char *yaml, struct plan_backends backends)
{
	*p = (struct pair){ .lab = { .backends = backends }, .dg = diag_new() };
	write_file(yaml);
	if (world_begin(&p->now, file, NULL, p->dg) < 0)
		return false;
	p->now.lab = &p->lab;
	p->now.heard = diag_new();
	world_plan(&p->now, backends);
	return true;
}

static inline bool become(struct pair *p, const char *yaml)
{
	write_file(yaml);
	return world_renew(&p->now, file, &p->next, p->dg) == 0;
}

/* ---- what must hold ----------------------------------------------------------------------- */

static inline struct plan *whole(const struct world *w)
{
	return plan_build(w->fabric, w->routes, w->plan->backends);
}

static inline void say_route(const struct plan *p, const struct plan_route *r, struct text *out)
{
	text_printf(out, "%s table %u %s metric %u: %d by %d from %s",
		    p->netns.v[r->netns].name, r->table, PREFIX_STR(&r->prefix), r->metric,
		    (int)r->type, (int)r->protocol,
		    r->source.family ? ADDR_STR(&r->source) : "any");
	for (uint32_t i = 0; i < r->nhops; i++) {
		const struct plan_hop *h = &p->hops.v[r->hop + i];

		text_printf(out, " %s %s%s", p->devs.v[h->dev].name,
			    h->via.family ? ADDR_STR(&h->via) : "link", h->onlink ? "!" : "");
	}
	text_add(out, "\n");
}

/* Those of last resort have a metric: all plans have them. */
static inline bool is_of(const struct plan_route *r, const struct scope *part)
{
	return r->metric > 0 || !part || scope_has(part, &r->prefix);
}

static inline void say_routes(const struct plan *p, const struct scope *part, struct text *out)
{
	for (each(const struct plan_route, r, &p->routes))
		if (is_of(r, part))
			say_route(p, r, out);
}

static inline void say_difference(const struct plan *from, const struct plan *to, struct text *out)
{
	struct plan_diff *d = plan_compare(from, to);

	plan_diff_text(d, out);
	for (each(const struct plan_difference, x, &d->v)) {
		text_printf(out, "%d%s ", (int)x->part, x->anew ? " anew" : "");
		if (x->part == PLAN_PART_ROUTE && x->from != PLAN_NONE)
			say_route(from, &from->routes.v[x->from], out);
		if (x->part == PLAN_PART_ROUTE && x->to != PLAN_NONE)
			say_route(to, &to->routes.v[x->to], out);
	}
	plan_diff_free(d);
}

static inline void assert_same(const struct text *a, const struct text *b, const char *what,
			const char *which)
{
	if (strcmp(text_str(a), text_str(b)) != 0)
		fail_msg("%s\n%s differ:\n%s---- of all:\n%s", which, what, text_str(a),
			 text_str(b));
}

/* The kernel loses them when a device is set down or made anew, and gets them again by the plan. */
static inline void assert_none_lost(const struct plan_diff *d, const struct scope *part,
				    const char *which)
{
	own_free bool *lost = xcalloc(d->to->devs.n + 1, sizeof(*lost));

	for (each(const struct plan_difference, x, &d->v))
		if (x->part == PLAN_PART_DEV && x->from != PLAN_NONE && x->to != PLAN_NONE)
			lost[x->to] = x->anew ||
				      d->from->devs.v[x->from].down != d->to->devs.v[x->to].down;
	for (each(const struct plan_route, r, &d->to->routes))
		for (uint32_t i = 0; i < r->nhops; i++)
			if (lost[d->to->hops.v[r->hop + i].dev] && !is_of(r, part))
				fail_msg("%s\n%s in %s would be lost", which,
					 PREFIX_STR(&r->prefix), d->to->netns.v[r->netns].name);
}

/* On the way there, and on the way back. */
static inline void compare_lost(const struct plan *from, const struct plan *to,
				const struct scope *part, const char *which)
{
	const struct plan *of[] = { from, to };

	for (int i = 0; i < 2; i++) {
		struct plan_diff *d = plan_compare(of[!i], of[i]);

		assert_none_lost(d, part, which);
		plan_diff_free(d);
	}
}

static inline void say_hops(const struct routes *r, const struct fib_entry *e, struct text *out)
{
	text_printf(out, "%s %d %d", PREFIX_STR(&e->prefix), (int)e->source, (int)e->type);
	for (uint32_t i = 0; i < e->nhops; i++) {
		const struct fib_hop *h = &r->hops.v[e->hop + i];
		const struct fabric *f = r->fabric;

		text_printf(out, " %s", f->ifaces.v[h->iface].full);
		if (h->via != NONE)
			text_printf(out, ">%s>%s", f->nodes.v[f->ifaces.v[h->via].node].name,
				    f->ifaces.v[h->via].full);
	}
	text_add(out, "\n");
}

/* A node's entries that the change is said not to touch. */
static inline void say_rest(const struct world *w, const char *name, const struct scope *part,
		     struct text *out)
{
	const uint32_t node = fabric_node(w->fabric, name);

	if (node != NONE)
		for (each(const struct fib_entry, e, &w->routes->table[node].fib))
			if (!scope_has(part, &e->prefix))
				say_hops(w->routes, e, out);
}

static inline void compare_rest(const struct pair *p, const struct scope *part, const char *which)
{
	const struct fabric *of[] = { p->now.fabric, p->next.fabric };

	for (int i = 0; i < 2; i++)
		for (each(const struct node, n, &of[i]->nodes)) {
			own_text was = { 0 }, is = { 0 };

			say_rest(&p->now, n->name, part, &was);
			say_rest(&p->next, n->name, part, &is);
			assert_same(&was, &is, n->name, which);
		}
}

static inline bool leaves_out(const struct scope *part, const struct plan *p)
{
	for (each(const struct plan_route, r, &p->routes))
		if (r->protocol == PLAN_BGP && !is_of(r, part))
			return true;
	return false;
}

/* Both worlds are complete. Returns whether a part was enough, and less than all. */
static inline bool check(struct pair *p, const char *which)
{
	const struct scope *part = p->now.plan->part;
	own_text some = { 0 }, all = { 0 }, now = { 0 }, now_all = { 0 }, next = { 0 },
		 next_all = { 0 };
	bool less;

	assert_ptr_equal(p->next.plan->part, part);
	assert_int_equal(p->now.routes != NULL, part == NULL);
	if (!part)
		return false;
	say_difference(p->now.plan, p->next.plan, &some);
	say_routes(p->now.plan, NULL, &now);
	say_routes(p->next.plan, NULL, &next);
	assert_int_equal(world_route(&p->now, &p->next, p->dg), 0);
	{
		const struct plan *from = whole(&p->now), *to = whole(&p->next);

		say_difference(from, to, &all);
		assert_same(&some, &all, "the differences", which);
		say_routes(from, part, &now_all);
		say_routes(to, part, &next_all);
		assert_same(&now, &now_all, "the routes as they were", which);
		assert_same(&next, &next_all, "the routes as they are", which);
		compare_lost(from, to, part, which);
		less = leaves_out(part, to);
	}
	compare_rest(p, part, which);
	return less;
}

/* One that is refused counts as no case. */
struct tally {
	size_t cases;
	size_t parts; /* of them: where some of BGP's routes were left out */
};

static inline void count(struct tally *t, struct pair *p, const char *which)
{
	t->cases++;
	if (world_complete(&p->now, &p->next, p->dg) < 0)
		fail_msg("%s\nis not complete", which);
	t->parts += check(p, which);
}

static inline void try_change(struct tally *t, const char *before, const char *after,
		       struct plan_backends backends)
{
	own_pair p = { 0 };
	own_text which = { 0 };

	if (!open_now(&p, before, backends) || !become(&p, after))
		return;
	text_printf(&which, "%s---- becomes\n%s", before, after);
	count(t, &p, text_str(&which));
}

#endif
