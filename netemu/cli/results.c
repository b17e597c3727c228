/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/results.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void results_choose_formats(struct results *r, struct invocation *inv)
{
	enum test_format asked = given(inv, OPT_JSON) ? TEST_JSON : TEST_TEXT;

	if (given(inv, OPT_FORMAT)) /* (the parser has checked the word) */
		(void)test_format_named(inv->value[OPT_FORMAT], &asked);
	r->printed = r->written = asked;
	if (!given(inv, OPT_OUTPUT))
		return;
	(void)test_format_of_file(inv->value[OPT_OUTPUT], &r->written);
	if (r->printed == r->written)
		r->printed = TEST_TEXT;
}

enum exit_status results_begin(struct results *r, struct invocation *inv)
{
	const char *path = inv->value[OPT_OUTPUT];

	results_choose_formats(r, inv);
	if (!path)
		return EXIT_DONE;
	r->file = fopen(path, "we");
	if (r->file)
		return EXIT_DONE;
	return mistake(inv, "output", "cannot write '%s': %s", path, strerror(errno));
}

static enum exit_status results_write_file(struct results *r, const struct test_run *run,
					   struct invocation *inv)
{
	struct report to_file = { .out = r->file, .verbose = true };

	if (!r->file)
		return EXIT_DONE;
	report_tests(&to_file, r->written, run);
	if (fflush(r->file) == 0 && !ferror(r->file))
		return EXIT_DONE;
	(void)mistake(inv, "output", "cannot write '%s': %s", inv->value[OPT_OUTPUT],
		      strerror(errno));
	return EXIT_BROKE;
}

/* Why the run ended early; heap. */
static char *results_stop_reason(const struct invocation *inv)
{
	if (inv->raise)
		return xstrdup(strsignal(inv->raise));
	for (size_t i = 0; i < diag_count(inv->dg); i++) {
		const struct finding *f = diag_at(inv->dg, i);

		if (f->level != DIAG_ERROR)
			continue;
		if (!f->at.file)
			return xstrdup(f->text);
		return f->at.line ? xasprintf("%s:%u: %s", f->at.file, f->at.line, f->text)
				  : xasprintf("%s: %s", f->at.file, f->text);
	}
	return xstrdup("something broke");
}

enum exit_status results_tell(struct results *r, struct test_run *run, enum exit_status status,
			      struct invocation *inv)
{
	struct report printed = report_of(inv);
	enum exit_status written;

	diag_sort(inv->dg);
	run->findings = inv->dg;
	if (status != EXIT_DONE || inv->raise)
		run->stopped = r->stopped = results_stop_reason(inv);
	/* Without results, text has nothing to add to the findings on standard error. */
	if (r->printed != TEST_TEXT || run->results.n > 0 || status == EXIT_DONE || inv->raise)
		report_tests(&printed, r->printed, run);
	written = results_write_file(r, run, inv);
	if (status != EXIT_DONE)
		return status;
	if (written != EXIT_DONE)
		return written;
	return test_count(run, OUTCOME_FAILED) > 0 ? EXIT_FAILED_TEST : EXIT_DONE;
}

void results_release(struct results *r)
{
	if (r->file)
		(void)fclose(r->file);
	r->file = NULL;
	free(r->stopped);
	r->stopped = NULL;
}
