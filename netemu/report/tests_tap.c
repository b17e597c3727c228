/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Test Anything Protocol, version 13 (testanything.org): the harness of Perl before 5.40
 * (prove) refuses version 14. Subtests need version 14, so a scenario's name is a part of each
 * test's name, and the harness counts every expectation.
 */
#include <inttypes.h>
#include <string.h>

#include "base/own.h"
#include "base/text.h"
#include "net/units.h"
#include "report/json.h"
#include "report/tests.h"
#include "report/utf8.h"

/* A '#' would begin a directive. */
static void print_tap_words(FILE *out, const char *s)
{
	own_text safe = { 0 };

	utf8_add_all(&safe, s);
	for (const char *p = text_str(&safe); *p; p++)
		fprintf(out, "%s%c", *p == '#' || *p == '\\' ? "\\" : "", *p);
}

/* A JSON string is also valid YAML, even for the subset of YAML that Perl's harness reads. */
static void yaml_string(FILE *out, const char *key, const char *s)
{
	own_text safe = { 0 };

	if (!s)
		return;
	utf8_add_all(&safe, s);
	fprintf(out, "  %s ", key);
	json_quote(out, text_str(&safe));
	fputc('\n', out);
}

static void yaml_lines(FILE *out, const char *key, const char *s)
{
	if (!s || !*s)
		return;
	fprintf(out, "  %s\n", key);
	while (*s) {
		size_t n = strcspn(s, "\n");
		own_text line = { 0 };

		text_addn(&line, s, n);
		yaml_string(out, "  -", text_str(&line));
		s += n + (s[n] == '\n');
	}
}

static void tap_diagnostics(FILE *out, const struct test_result *t)
{
	fputs("  ---\n", out);
	yaml_string(out, "expected:", t->expected);
	yaml_string(out, "observed:", t->observed);
	if (t->pos.line > 0) {
		yaml_string(out, "file:", t->pos.file);
		fprintf(out, "  line: %u\n", t->pos.line);
	}
	yaml_string(out, "because:", t->because);
	yaml_string(out, "predicted:", t->predicted);
	if (t->took_ns > 0)
		yaml_string(out, "took:", TOOK_STR(t->took_ns));
	if (t->lost > 0)
		fprintf(out, "  lost: %" PRIu64 "\n", t->lost);
	yaml_lines(out, "why:", t->why);
	fputs("  ...\n", out);
}

static void print_tap_result(FILE *out, const struct test_result *t, size_t number)
{
	own_text title = { 0 };

	test_title(t, &title);
	fprintf(out, "%sok %zu - ", t->outcome == OUTCOME_FAILED ? "not " : "", number);
	if (t->suite) {
		print_tap_words(out, t->suite);
		fputs(": ", out);
	}
	print_tap_words(out, text_str(&title));
	if (t->outcome == OUTCOME_SKIPPED) {
		fputs(" # SKIP ", out);
		print_tap_words(out, t->observed);
	}
	fputc('\n', out);
	if (t->outcome == OUTCOME_FAILED || (!t->routine && t->took_ns > 0))
		tap_diagnostics(out, t);
}

/* A comment for each line. */
static void tap_findings(FILE *out, const struct test_run *run)
{
	own_free char *text = test_findings(run);

	for (const char *line = text; line && *line;) {
		int n = (int)strcspn(line, "\n");

		fprintf(out, "# %.*s\n", n, line);
		line += n + (line[n] == '\n');
	}
}

void tests_tap(const struct report *r, const struct test_run *run)
{
	size_t number = 0;

	fprintf(r->out, "TAP version 13\n1..%zu", run->results.n);
	/* An empty plan needs a reason. */
	if (run->results.n == 0 && !run->stopped)
		fputs(" # SKIP the file has no expectations", r->out);
	fputc('\n', r->out);
	for (each(struct test_result, t, &run->results))
		print_tap_result(r->out, t, ++number);
	tap_findings(r->out, run);
	if (run->stopped) {
		fputs("Bail out! ", r->out);
		print_tap_words(r->out, run->stopped);
		fputc('\n', r->out);
	}
}
