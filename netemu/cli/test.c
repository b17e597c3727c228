#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "cli/interrupt.h"
#include "cli/verify.h"
#include "lab/dir.h"
#include "model/model.h"
#include "net/units.h"

enum { TOLERANCE_NS = 400000 };

/* A test of a lab, from the options to the report. */
struct test {
	struct verify_options opt;
	struct arena *arena;
	struct test_run run;
	FILE *out; /* -o, or the invocation's */
};

static enum exit_status read_options(struct invocation *inv, struct test *t)
{
	const char *tolerance = inv->value[OPT_TOLERANCE], *format = inv->value[OPT_FORMAT];

	t->opt.matrix = given(inv, OPT_MATRIX);
	t->opt.tolerance_ns = TOLERANCE_NS;
	if (tolerance && !time_parse(tolerance, &t->opt.tolerance_ns))
		return mistake(inv, "option-value", "--tolerance is a time such as 0.4ms, not '%s'",
			       tolerance);
	if (format)
		inv->value[OPT_JSON] = strcmp(format, "json") == 0 ? "" : NULL;
	t->out = given(inv, OPT_OUTPUT) ? fopen(inv->value[OPT_OUTPUT], "we") : inv->out;
	if (!t->out)
		return mistake(inv, "output", "cannot write '%s': %s", inv->value[OPT_OUTPUT],
			       strerror(errno));
	return EXIT_DONE;
}

static enum exit_status run(const struct world *w, struct test *t, struct invocation *inv)
{
	return verify(w, t->opt, t->arena, &t->run, inv);
}

/* The file's lab, under a name that nobody else has, for as long as the test takes. */
static enum exit_status run_built(struct world *w, struct test *t, struct invocation *inv)
{
	own_free char *name = xasprintf("%.40s-test-%d", w->model->name, (int)getpid());
	struct lab_source src = { .name = name, .path = w->path, .text = w->text, .size = w->size };
	enum exit_status status;
	int r = lab_up(w->plan, &src, inv->dg);

	if (r < 0)
		return status_of(r, EXIT_BROKE);
	r = lab_open(name, &w->lab, inv->dg);
	status = r < 0 ? status_of(r, EXIT_BROKE) : run(w, t, inv);
	r = lab_down(name, inv->dg);
	return status == EXIT_DONE ? status_of(r, EXIT_BROKE) : status;
}

static enum exit_status build_and_run(struct world *w, struct test *t, struct invocation *inv)
{
	enum exit_status status = world_plan(w, inv);

	if (status != EXIT_DONE)
		return status;
	t->opt.stop = interrupts_begin();
	if (t->opt.stop < 0)
		return status_of(t->opt.stop, EXIT_BROKE);
	status = run_built(w, t, inv);
	inv->raise = interrupts_end();
	return status;
}

static enum exit_status report(struct test *t, struct invocation *inv)
{
	struct report r = report_of(inv);

	r.out = t->out;
	r.coloured = report_may_colour(t->out);
	report_tests(&r, &t->run);
	if (fflush(t->out) != 0 || ferror(t->out)) {
		mistake(inv, "output", "cannot write the result: %s", strerror(errno));
		return EXIT_BROKE;
	}
	return test_count(&t->run, OUTCOME_FAILED) > 0 ? EXIT_FAILED_TEST : EXIT_DONE;
}

enum exit_status cmd_test(struct invocation *inv)
{
	struct test t = { .arena = arena_new() };
	own_world w = { 0 };
	enum exit_status status = read_options(inv, &t);

	if (status == EXIT_DONE)
		status = world_find(&w, inv->args[0], inv);
	if (status == EXIT_DONE) {
		t.run.lab = world_name(&w);
		status = w.lab ? run(&w, &t, inv) : build_and_run(&w, &t, inv);
	}
	if (status == EXIT_DONE && inv->raise == 0)
		status = report(&t, inv);
	if (t.out && t.out != inv->out)
		fclose(t.out);
	vec_free(&t.run.results);
	arena_free(t.arena);
	return status;
}
