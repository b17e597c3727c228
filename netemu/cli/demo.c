/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plays a file's scenarios step by step, and shows each step's effect and the reason. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "cli/backends.h"
#include "cli/interrupt.h"
#include "cli/named.h"
#include "cli/packets.h"
#include "fabric/fabric.h"
#include "net/units.h"
#include "report/utf8.h"
#include "story/stage.h"
#include "story/transition.h"

enum { PAIRS_SHOWN = 12 }; /* of those that a change affects; more are only counted */

struct demo {
	struct invocation *inv;
	struct report report;
	int stop;
	bool asks; /* standard input is a terminal: wait for Enter */
	bool quit;
	bool early; /* the last change has not converged yet */
	size_t step, steps;
	const struct world *world; /* as the lab was built */
	struct arena *arena;
	struct test_run run;
	struct stage *stage;
	VEC(const struct scenario *) scenarios;
};

/* ---- announcements ---- */

static void demo_print_heading(const struct demo *d, const char *scenario)
{
	fprintf(d->report.out, "\n%sScenario %s%s\n", d->report.coloured ? "\033[1m" : "", scenario,
		d->report.coloured ? "\033[m" : "");
}

static void demo_print_line(const struct demo *d, const char *text)
{
	utf8_print(d->report.out, text);
	fputc('\n', d->report.out);
}

static void demo_announce_expectation(const struct demo *d, const struct expectation *e)
{
	own_text t = { 0 };

	if (e->kind == EXPECT_ROUTE)
		text_printf(&t, "  %s %s the route %s", e->at.name,
			    e->absent ? "should not have" : "should have", PREFIX_STR(&e->route));
	else
		text_printf(&t, "  %s %s %s", e->from.name,
			    e->reachable ? "should reach" : "should not reach", e->to.name);
	if (e->because)
		text_printf(&t, ", because: %s", e->because);
	demo_print_line(d, text_str(&t));
}

static void demo_announce_step(struct demo *d, const struct story_step *step)
{
	own_text t = { 0 };

	if (step->kind == STEP_SAY) {
		demo_print_line(d, step->say);
		return;
	}
	text_printf(&t, "[%zu/%zu] ", d->step, d->steps);
	if (step->kind == STEP_CHANGE)
		change_order(&step->change, &t);
	else if (step->kind == STEP_WAIT)
		text_printf(&t, "wait %s", TIME_STR(step->wait_ns));
	else
		text_add(&t, step->expect.n == 1 ? "is it so?" : "are they so?");
	demo_print_line(d, text_str(&t));
	for (each(const struct expectation, e, &step->expect))
		demo_announce_expectation(d, e);
}

/* ---- the key ---- */

/* Waits for a line. True: Enter or end of input, continue. False: quit, or a signal. */
static bool demo_wait_for_key(struct demo *d)
{
	struct pollfd fds[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
				 { .fd = d->stop, .events = POLLIN } };
	char line[64];

	if (!d->asks)
		return poll(&fds[1], 1, 0) <= 0;
	fputs("  (Enter: go on, q: quit) ", d->report.out);
	fflush(d->report.out);
	while (poll(fds, 2, -1) < 0 && errno == EINTR)
		;
	if (fds[1].revents)
		return false;
	if (!fgets(line, sizeof(line), stdin)) {
		d->asks = false;
		return poll(&fds[1], 1, 0) <= 0; /* a signal may have come, too */
	}
	d->quit = d->asks && line[0] == 'q';
	return !d->quit;
}

/* ---- the stage's callbacks ---- */

static bool demo_before_step(void *ctx, const struct world *now, const struct story_step *step)
{
	struct demo *d = ctx;

	(void)now;
	d->step += step->kind != STEP_SAY;
	fputc('\n', d->report.out);
	demo_announce_step(d, step);
	fflush(d->report.out);
	return step->kind == STEP_SAY || step->kind == STEP_WAIT || demo_wait_for_key(d);
}

static void demo_show_result(const struct demo *d, const struct test_result *t)
{
	static const struct {
		const char *word, *colour;
	} outcomes[] = { [OUTCOME_OK] = { "ok", "\033[32m" },
			 [OUTCOME_FAILED] = { "FAILED", "\033[1;31m" },
			 [OUTCOME_SKIPPED] = { "skipped", "\033[33m" } };
	own_text line = { 0 };

	if (t->took_ns > 0 && t->outcome == OUTCOME_OK)
		text_printf(&line, ": %s: %s after %s", t->name, t->observed,
			    TIME_STR(t->took_ns / 100000 * 100000));
	else
		text_printf(&line, ": %s: expected %s, observed %s", t->name, t->expected,
			    t->observed);
	if (t->lost > 0)
		text_printf(&line, ", %llu probe%s lost meanwhile", (unsigned long long)t->lost,
			    t->lost == 1 ? "" : "s");
	fprintf(d->report.out, "%s%s%s", d->report.coloured ? outcomes[t->outcome].colour : "",
		outcomes[t->outcome].word, d->report.coloured ? "\033[m" : "");
	demo_print_line(d, text_str(&line));
}

/* Prints the pair's predicted path, then sends packets. */
static void demo_show_pair(const struct demo *d, const struct world *now,
			   const struct expectation *e)
{
	struct prediction p = { .from = fabric_node(now->fabric, e->from.name),
				.to = fabric_node(now->fabric, e->to.name) };

	if (p.from == NONE || p.to == NONE)
		return;
	if (d->early)
		fputs("When all routers know: ", d->report.out);
	routes_predict(now->routes, p.from, p.to, &p.verdict);
	report_prediction(&d->report, world_name(now), now->routes, &p);
	packets_ping(now, p.from, p.to, d->report.out);
	if (p.verdict.reachable && !d->early)
		packets_trace(now, p.from, p.to, d->report.out);
	verdict_release(&p.verdict);
}

static void demo_after_expectations(void *ctx, const struct world *now,
				    const struct story_step *step, const struct test_run *run,
				    size_t first)
{
	struct demo *d = ctx;

	for (size_t i = 0; i < step->expect.n; i++) {
		fputc('\n', d->report.out);
		if (step->expect.v[i].kind == EXPECT_PAIR)
			demo_show_pair(d, now, &step->expect.v[i]);
		if (first + i < run->results.n)
			demo_show_result(d, &run->results.v[first + i]);
	}
	fflush(d->report.out);
}

static void demo_after_change(void *ctx, const struct world *before, const struct world *now,
			      const struct story_step *step, const struct transition *done)
{
	struct demo *d = ctx;
	own_text what = { 0 };
	struct report r = d->report;
	struct difference change;

	change_done(&step->change, &what);
	difference_find(before->routes, now->routes, &change);
	r.verbose = change.pairs.n <= PAIRS_SHOWN;
	report_change(&r, world_name(now),
		      &(const struct change_report){
			      .what = text_str(&what), .d = &change, .took_ns = done->took_ns });
	d->early = done->pending;
	if (d->early)
		fprintf(r.out, "  but the last of the routers knows only in %s\n",
			TIME_STR(done->known_ns));
	difference_release(&change);
	fflush(r.out);
}

static void demo_after_convergence(void *ctx, const struct test_result *result)
{
	struct demo *d = ctx;

	d->early = false;
	demo_show_result(d, result);
	fflush(d->report.out);
}

/* ---- the command ---- */

static enum exit_status demo_play(struct demo *d)
{
	const struct stage_options opt = {
		.verify = { .tolerance_ns = VERIFY_TOLERANCE_NS, .stop = d->stop },
		.audience = { demo_before_step, demo_after_expectations, demo_after_change,
			      demo_after_convergence, d }
	};
	int r = stage_begin(d->world, opt, d->arena, &d->run, d->inv->dg, &d->stage);
	enum exit_status status = status_of_world(r);

	for (size_t i = 0; i < d->scenarios.n && status == EXIT_DONE; i++) {
		const struct scenario *s = d->scenarios.v[i];

		demo_print_heading(d, s->name);
		d->step = 0;
		d->steps = 0;
		for (each(const struct story_step, step, &s->steps))
			d->steps += step->kind != STEP_SAY;
		status = status_of(stage_play(d->stage, s), EXIT_BROKE);
	}
	stage_end(d->stage);
	return d->quit ? EXIT_DONE : status;
}

static enum exit_status demo_build_and_play(struct demo *d, struct world *w)
{
	const char *given_name = d->inv->value[OPT_NAME];
	own_free char *name = given_name ? xstrdup(given_name)
					 : xasprintf("%.40s-demo", w->model->name);
	enum exit_status status;
	int r = world_up(w, name, LAB_UNTIL_EXIT, d->inv->dg);

	if (r < 0)
		return status_of(r, r == -EEXIST ? EXIT_MISTAKE : EXIT_BROKE);
	if (w->model->summary)
		demo_print_line(d, w->model->summary);
	fprintf(d->report.out, "lab '%s' is up: %zu nodes\n", name, w->plan->nodes.n);
	r = lab_open(name, &w->lab, d->inv->dg);
	d->world = w;
	status = r < 0 ? status_of(r, EXIT_BROKE) : demo_play(d);
	r = lab_down(name, d->inv->dg);
	if (r == 0)
		fprintf(d->report.out, "\nlab '%s' is down\n", name);
	return status == EXIT_DONE ? status_of(r, EXIT_BROKE) : status;
}

static enum exit_status demo_choose_scenarios(struct demo *d, const struct world *w)
{
	const char *name = d->inv->value[OPT_SCENARIO];
	const struct scenario *one;
	enum exit_status status;

	if (name && strcmp(name, "all") != 0) {
		status = named_scenario(w, name, d->inv, &one);
		if (status == EXIT_DONE)
			vec_push(NULL, &d->scenarios, one);
		return status;
	}
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a file that was read has a model */
	for (each(const struct scenario, s, &w->model->scenarios))
		vec_push(NULL, &d->scenarios, s);
	if (d->scenarios.n > 0)
		return EXIT_DONE;
	mistake(d->inv, "arguments", "'%s' has no scenarios", d->inv->args[0]);
	diag_hint(d->inv->dg, "'netemu help demo' says what one looks like");
	return EXIT_MISTAKE;
}

static enum exit_status demo_run(struct demo *d, struct world *w)
{
	enum exit_status status;

	d->stop = interrupts_begin(true);
	if (d->stop < 0)
		return status_of(d->stop, EXIT_BROKE);
	status = demo_build_and_play(d, w);
	d->inv->raise = interrupts_end();
	return status;
}

enum exit_status cmd_demo(struct invocation *inv)
{
	struct demo d = { .inv = inv, .report = report_of(inv), .arena = arena_new() };
	own_world w = { 0 };
	enum exit_status status = named_new(inv);

	d.report.json = false; /* the output is text only */
	d.asks = isatty(STDIN_FILENO);
	if (status == EXIT_DONE)
		status = named_file(&w, inv->args[0], inv);
	if (status == EXIT_DONE)
		status = demo_choose_scenarios(&d, &w);
	if (status == EXIT_DONE)
		status = backends_plan(&w, inv);
	if (status == EXIT_DONE)
		status = demo_run(&d, &w);
	if (status == EXIT_DONE && test_count(&d.run, OUTCOME_FAILED) > 0)
		status = EXIT_FAILED_TEST;
	stage_free(d.stage);
	vec_free(&d.scenarios);
	vec_free(&d.run.results);
	arena_free(d.arena);
	return status;
}
