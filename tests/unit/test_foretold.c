/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every topology that comes with netemu expects, and the stories that it tells, by prediction:
 * no packet is sent, so that a word that is wrong is found in a second. (The labs' own tests send.)
 *
 * FILES='topologies/avs-*.yaml' tries those only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <glob.h>

#include "base/mem.h"
#include "base/text.h"
#include "fabric/fabric.h"
#include "files.h"
#include "model/model.h"
#include "net/units.h"
#include "report/report.h"
#include "routing/routing.h"
#include "topology/topology.h"
#include "verify/judge_route.h"
#include "verify/trail.h"
#include "world/world.h"

/* ---- a world, and what is wrong in it -------------------------------------------------------- */

static bool open_world(struct world *w, const char *path, const char *text,
		       const change_list *changes, struct text *wrong)
{
	struct diag *dg = diag_new();

	w->model = topology_parse_changed(path, text, strlen(text), changes, dg);
	w->fabric = w->model ? fabric_compile(w->model, dg) : NULL;
	w->routes = w->fabric ? routes_compute(w->fabric, dg) : NULL;
	for (size_t i = 0; i < diag_count(dg) && !w->routes; i++) {
		const struct finding *f = diag_at(dg, i);

		text_printf(wrong, "%s:%u:%u: %s\n", f->at.file, f->at.line, f->at.col, f->text);
	}
	diag_free(dg);
	return w->routes;
}

static void close_world(struct world *w)
{
	routes_free(w->routes);
	fabric_free(w->fabric);
	model_free(w->model);
}

static void say(const struct expectation *e, struct text *wrong, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static void say(const struct expectation *e, struct text *wrong, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	text_printf(wrong, "%s:%u:%u: %s\n", e->pos.file, e->pos.line, e->pos.col, s);
	free(s);
}

static void trail_of(const struct path *p, struct trail *ret)
{
	*ret = (struct trail){ .arrived = true };
	for (size_t i = 1; i < p->steps.n; i++)
		vec_push(NULL, &ret->points, ((struct waypoint){ .node = p->steps.v[i].node }));
}

static void foretell_way(const struct world *w, const struct expectation *e, uint32_t from,
			 const struct verdict *v, struct text *wrong)
{
	struct arena *a = arena_new();
	struct trail there;

	trail_of(&v->forward, &there);
	if (e->path.n && !trail_follows(w->fabric, &there, from, e))
		say(e, wrong, "the path is %s", trail_text(w->fabric, &there, a));
	for (each(const struct placed_name, name, &e->not_via))
		if (trail_passes(w->fabric, &there, name->name) != NONE)
			say(e, wrong, "it goes via %s", name->name);
	trail_release(&there);
	arena_free(a);
}

static void foretell_pair(const struct world *w, const struct expectation *e, struct text *wrong)
{
	uint32_t from = fabric_node(w->fabric, e->from.name);
	uint32_t to = fabric_node(w->fabric, e->to.name);
	const struct service *s = &e->service;
	struct verdict v;

	routes_predict(w->routes, from, to, &v);
	if (s->port && !fabric_listens(w->fabric, to, s->protocol == SERVICE_UDP, s->port))
		v.reachable = false;
	if (v.reachable != e->reachable)
		say(e, wrong, "reachable is %s: %s", v.reachable ? "true" : "false",
		    v.reason ? v.reason : "");
	else if (v.reachable && e->rtt.given && (v.rtt_ns < e->rtt.min || v.rtt_ns > e->rtt.max))
		say(e, wrong, "rtt is %s", TIME_STR(v.rtt_ns));
	else if (v.reachable && e->has_symmetric && v.symmetric != e->symmetric)
		say(e, wrong, "symmetric is %s", v.symmetric ? "true" : "false");
	else if (v.reachable && e->mtu && e->mtu != v.forward.mtu)
		say(e, wrong, "mtu is %u", v.forward.mtu);
	if (v.reachable && e->reachable)
		foretell_way(w, e, from, &v, wrong);
	verdict_release(&v);
}

static void foretell(const struct world *w, const struct expectation *e, struct text *wrong)
{
	struct diag *dg = diag_new();
	struct arena *a = arena_new();
	struct test_result t;

	if (!fabric_knows(w->fabric, e, dg)) {
		say(e, wrong, "%s", diag_at(dg, 0)->text);
	} else if (e->kind == EXPECT_PAIR) {
		foretell_pair(w, e, wrong);
	} else {
		route_judge(w->routes, fabric_node(w->fabric, e->at.name), e, NULL, a, &t);
		if (t.outcome != OUTCOME_OK)
			say(e, wrong, "%s, not %s", t.observed, t.expected);
	}
	arena_free(a);
	diag_free(dg);
}

/* ---- stories --------------------------------------------------------------------------------- */

/* Every change must be one that can be made, and in the end all of them taken back or wanted. */
static void foretell_story(const char *path, const char *text, const struct scenario *s,
			   struct text *wrong)
{
	struct arena *a = arena_new();
	change_list changes = { 0 };

	for (each(const struct story_step, step, &s->steps)) {
		struct world w = { 0 };

		if (step->kind == STEP_CHANGE)
			changes_add(&changes, &step->change, a);
		else if (step->kind != STEP_EXPECT)
			continue;
		if (open_world(&w, path, text, &changes, wrong))
			for (each(const struct expectation, e, &step->expect))
				foretell(&w, e, wrong);
		close_world(&w);
	}
	arena_free(a);
}

static void foretell_file(const char *path, struct text *wrong)
{
	const change_list none = { 0 };
	char *text = read_file(path);
	struct world w = { 0 };

	if (open_world(&w, path, text, &none, wrong)) {
		for (each(const struct expectation, e, &w.model->expectations))
			foretell(&w, e, wrong);
		for (each(const struct scenario, s, &w.model->scenarios))
			foretell_story(path, text, s, wrong);
		if (w.model->scenarios.n == 0)
			text_printf(wrong, "%s: tells no story\n", path);
	}
	close_world(&w);
	free(text);
}

static void every_topology_keeps_its_word(void **state)
{
	const char *which = getenv("FILES");
	own_text wrong = { 0 };
	glob_t files;

	(void)state;
	if (glob(which ? which : "topologies/*.yaml", 0, NULL, &files) != 0)
		skip(); /* not run from the source tree's root */
	for (size_t i = 0; i < files.gl_pathc; i++)
		foretell_file(files.gl_pathv[i], &wrong);
	globfree(&files);
	fputs(text_str(&wrong), stderr); /* cmocka cuts what is long */
	assert_int_equal(wrong.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_topology_keeps_its_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
