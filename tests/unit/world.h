/* SPDX-License-Identifier: GPL-2.0-or-later */
/* world.h - a topology written in a test, taken through the pure rooms, and asked. */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/text.h"
#include "fabric/fabric.h"
#include "model/model.h"
#include "net/units.h"
#include "plan/plan.h"
#include "routing/routing.h"
#include "topology/topology.h"

struct world {
	struct diag *dg;
	struct model *m;
	struct fabric *f;
	struct routes *r;
};

static inline void world_close(struct world *w)
{
	routes_free(w->r);
	fabric_free(w->f);
	model_free(w->m);
	diag_free(w->dg);
}
#define own_world __attribute__((cleanup(world_close))) struct world

static inline void world_findings(const struct world *w, struct text *out)
{
	for (size_t i = 0; i < diag_count(w->dg); i++) {
		const struct finding *f = diag_at(w->dg, i);

		text_printf(out, "%u:%u: %s: %s [%s]\n", f->at.line, f->at.col,
			    f->level == DIAG_ERROR ? "error" : "warning", f->text, f->id);
	}
}

/* As far as the text takes it: later members are NULL after an error. */
static inline struct world world_try(const char *yaml)
{
	struct world w = { .dg = diag_new() };

	w.m = topology_parse("t.yaml", yaml, strlen(yaml), w.dg);
	if (w.m)
		w.f = fabric_compile(w.m, w.dg);
	if (w.f)
		w.r = routes_compute(w.f, w.dg);
	return w;
}

static inline struct world world_open(const char *yaml)
{
	struct world w = world_try(yaml);

	if (!w.r) {
		own_text t = { 0 };

		world_findings(&w, &t);
		fail_msg("not accepted:\n%s", text_str(&t));
	}
	return w;
}

/* What the kernel is to hold for it. It lives in the model's arena. */
static inline struct plan *world_plan(const struct world *w, enum vrf_backend vrf,
				      enum delay_backend delay)
{
	return plan_build(w->f, w->r, (struct plan_backends){ .vrf = vrf, .delay = delay });
}

static inline uint32_t world_node(const struct world *w, const char *name)
{
	uint32_t n = fabric_node(w->f, name);

	if (n == NONE)
		fail_msg("no node '%s'", name);
	return n;
}

/* A router's routes to a prefix: "pc-a.primary 12076 398656, (pc-b.primary 12076 12076)"; those
 * not chosen in brackets. */
static inline void world_rib(const struct world *w, const char *node, const char *prefix,
			     struct text *out)
{
	struct prefix p = prefix_lit(prefix);
	const struct rib_entry *e = routes_rib(w->r, world_node(w, node), &p);

	for (const struct route *r = e ? e->routes : NULL; r; r = r->next) {
		text_printf(out, "%s%s%s", r == e->routes ? "" : ", ", r->best ? "" : "(",
			    r->via == NONE ? "own"
					   : w->f->nodes.v[w->f->ifaces.v[r->via].node].name);
		for (uint32_t i = 0; i < r->path->n; i++)
			text_printf(out, " %u", as_path_at(r->path, i));
		text_add(out, r->best ? "" : ")");
	}
}

/* "a > r1 > r2 > b", then "= 2ms" or "! reason". */
static inline void world_path(const struct world *w, const char *from, const char *to,
			      struct text *out)
{
	struct verdict v;

	routes_predict(w->r, world_node(w, from), world_node(w, to), &v);
	for (each(struct step, s, &v.forward.steps))
		text_printf(out, "%s%s", s == v.forward.steps.v ? "" : " > ",
			    w->f->nodes.v[s->node].name);
	if (v.reachable)
		text_printf(out, " = %s", TIME_STR(v.rtt_ns));
	else
		text_printf(out, " ! %s", v.reason);
	verdict_release(&v);
}

static inline void assert_rib(const struct world *w, const char *node, const char *prefix,
			      const char *want)
{
	own_text t = { 0 };

	world_rib(w, node, prefix, &t);
	assert_string_equal(text_str(&t), want);
}

static inline void assert_path(const struct world *w, const char *from, const char *to,
			       const char *want)
{
	own_text t = { 0 };

	world_path(w, from, to, &t);
	assert_string_equal(text_str(&t), want);
}

/* `because`: part of the reason. */
static inline void assert_unreachable(const struct world *w, const char *from, const char *to,
				      const char *because)
{
	struct verdict v;

	routes_predict(w->r, world_node(w, from), world_node(w, to), &v);
	assert_false(v.reachable);
	assert_non_null(v.reason);
	if (!strstr(v.reason, because))
		fail_msg("%s to %s: '%s' does not say '%s'", from, to, v.reason, because);
	verdict_release(&v);
}

/* The route that a node sends by: "10.0.0.0/8 user hub.fw", with all its next hops; "" for none. */
static inline void assert_entry(const struct world *w, const char *node, const char *to,
				const char *want)
{
	const struct fib_entry *e;
	own_text t = { 0 };
	struct addr a;

	assert_true(addr_parse(to, &a));
	e = routes_lookup(w->r, world_node(w, node), &a);
	if (e)
		text_printf(&t, "%s %s", PREFIX_STR(&e->prefix), fib_source_name(e->source));
	for (uint32_t i = 0; e && i < e->nhops; i++) {
		uint32_t via = w->r->hops.v[e->hop + i].via;

		text_printf(&t, " %s", w->f->nodes.v[w->f->ifaces.v[via].node].name);
	}
	assert_string_equal(text_str(&t), want);
}

/* All that is found, as "line:col: error: words [id]". */
static inline void assert_findings(const char *yaml, const char *want)
{
	own_world w = world_try(yaml);
	own_text t = { 0 };

	world_findings(&w, &t);
	assert_string_equal(text_str(&t), want);
}

/* `want`: part of what is found. */
static inline void assert_found(const struct world *w, const char *want)
{
	own_text t = { 0 };

	world_findings(w, &t);
	if (!strstr(text_str(&t), want))
		fail_msg("no finding says '%s':\n%s", want, text_str(&t));
}

static inline void assert_accepted(const char *yaml)
{
	own_world w = world_open(yaml);

	assert_non_null(w.r);
}

static inline void assert_refused(const char *yaml, const char *want)
{
	own_world w = world_try(yaml);

	assert_null(w.m);
	assert_found(&w, want);
}

#endif
