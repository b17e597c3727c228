/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "cli/backends.h"
#include "cli/interrupt.h"
#include "cli/named.h"
#include "cli/results.h"
#include "model/model.h"
#include "net/units.h"
#include "story/stage.h"
#include "topology/topology.h"
#include "verify/verify.h"

/* A test of a lab, from the options to the report. */
struct test {
	struct verify_options opt;
	struct arena *arena;
	struct test_run run;
	struct results results;
	bool expectations; /* try the file's expectations before the scenarios */
	VEC(const struct scenario *) scenarios;
	struct stage *stage; /* results point into its worlds */
};

/* The output of `netemu explain` for a pair; the arena owns it, or NULL. */
static const char *test_explain_pair(const char *lab, const struct routes *routes, uint32_t from,
				     uint32_t to, struct arena *arena)
{
	struct report r = { 0 };
	own_free char *words = NULL;
	struct explanation e;
	size_t n = 0;

	r.out = open_memstream(&words, &n);
	if (!r.out)
		return NULL;
	explain(routes, from, to, &e);
	report_explanation(&r, lab, routes, &e);
	explanation_release(&e);
	fclose(r.out);
	return arena_strdup(arena, words);
}

static enum exit_status test_read_options(struct invocation *inv, struct test *t)
{
	const char *tolerance = inv->value[OPT_TOLERANCE];

	t->opt.explain = test_explain_pair;
	t->opt.matrix = given(inv, OPT_MATRIX);
	t->opt.tolerance_ns = VERIFY_TOLERANCE_NS;
	t->opt.prober = given(inv, OPT_PROBER) && strcmp(inv->value[OPT_PROBER], "system") == 0
				? PROBER_SYSTEM
				: PROBER_OWN;
	if (tolerance && !time_parse(tolerance, &t->opt.tolerance_ns))
		return mistake(inv, "option-value", "--tolerance is a time such as 0.4ms, not '%s'",
			       tolerance);
	return EXIT_DONE;
}

/* A file is tested with all its scenarios, a lab with none; --scenario overrides both. */
static enum exit_status test_choose_scenarios(const struct world *w, struct test *t,
					      struct invocation *inv)
{
	const char *name = inv->value[OPT_SCENARIO];
	const struct scenario *one;

	t->expectations = !name;
	if (name && strcmp(name, "all") != 0) {
		enum exit_status status = named_scenario(w, name, inv, &one);

		if (status == EXIT_DONE)
			vec_push(NULL, &t->scenarios, one);
		return status;
	}
	for (each(const struct scenario, s, &w->model->scenarios))
		if (name || !w->lab)
			vec_push(NULL, &t->scenarios, s);
	if (name && t->scenarios.n == 0)
		return mistake(inv, "arguments", "'%s' has no scenarios", inv->args[0]);
	return EXIT_DONE;
}

static enum exit_status test_play_scenarios(const struct world *w, struct test *t,
					    struct invocation *inv)
{
	struct stage_options opt = { .verify = t->opt };
	enum exit_status status;

	if (t->scenarios.n == 0)
		return EXIT_DONE;
	opt.verify.matrix = false;
	status = status_of_world(stage_begin(w, opt, t->arena, &t->run, inv->dg, &t->stage));
	for (size_t i = 0; i < t->scenarios.n && status == EXIT_DONE; i++)
		status = status_of(stage_play(t->stage, t->scenarios.v[i]), EXIT_BROKE);
	stage_end(t->stage);
	return status;
}

static enum exit_status test_standing_lab(const struct world *w, struct test *t,
					  struct invocation *inv)
{
	enum exit_status status = EXIT_DONE;

	if (t->expectations)
		status = status_of(verify(w, &t->opt, t->arena, &t->run, inv->dg), EXIT_BROKE);
	return status == EXIT_DONE ? test_play_scenarios(w, t, inv) : status;
}

/* Builds the file's lab under a unique name, tests it and removes it. */
static enum exit_status test_built_lab(struct world *w, struct test *t, struct invocation *inv)
{
	own_free char *name = xasprintf("%.40s-test-%d", w->model->name, (int)getpid());
	enum exit_status status;
	int r = world_up(w, name, LAB_UNTIL_EXIT, inv->dg);

	if (r < 0)
		return status_of(r, EXIT_BROKE);
	r = lab_open(name, &w->lab, inv->dg);
	status = r < 0 ? status_of(r, EXIT_BROKE) : test_standing_lab(w, t, inv);
	r = lab_down(name, inv->dg);
	return status == EXIT_DONE ? status_of(r, EXIT_BROKE) : status;
}

static enum exit_status test_all(struct world *w, struct test *t, struct invocation *inv)
{
	enum exit_status status = w->lab ? EXIT_DONE : backends_plan(w, inv);

	if (status != EXIT_DONE)
		return status;
	t->opt.stop = interrupts_begin(false);
	if (t->opt.stop < 0)
		return status_of(t->opt.stop, EXIT_BROKE);
	status = w->lab ? test_standing_lab(w, t, inv) : test_built_lab(w, t, inv);
	inv->raise = interrupts_end();
	return status;
}

static enum exit_status test_world(struct world *w, struct test *t, struct invocation *inv)
{
	enum exit_status status = test_read_options(inv, t);

	if (status != EXIT_DONE)
		return status;
	status = named_world(w, inv->args[0], inv);
	if (status != EXIT_DONE)
		return status;
	t->run.lab = world_name(w);
	t->run.file = w->topology->name;
	status = test_choose_scenarios(w, t, inv);
	return status == EXIT_DONE ? test_all(w, t, inv) : status;
}

enum exit_status test_refused(struct invocation *inv, enum exit_status status)
{
	struct test_run run = { .lab = inv->args[0] };
	struct results results = { 0 };

	(void)results_begin(&results, inv);
	status = results_tell(&results, &run, status, inv);
	results_release(&results);
	return status;
}

enum exit_status cmd_test(struct invocation *inv)
{
	struct test t = { .arena = arena_new(), .run = { .lab = inv->args[0] } };
	own_world w = { 0 };
	enum exit_status status = results_begin(&t.results, inv);

	if (status == EXIT_DONE)
		status = test_world(&w, &t, inv);
	status = results_tell(&t.results, &t.run, status, inv);
	results_release(&t.results);
	stage_free(t.stage);
	vec_free(&t.scenarios);
	vec_free(&t.run.results);
	arena_free(t.arena);
	return status;
}
