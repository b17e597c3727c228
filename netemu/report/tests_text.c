/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"
#include "report/table.h"
#include "report/tests.h"
#include "report/utf8.h"

enum { CELL_MAX = 44 }; /* columns: paths and reasons are long */

static const struct {
	const char *word, *colour;
} outcomes[] = {
	[OUTCOME_OK] = { "ok", "\033[32m" },
	[OUTCOME_FAILED] = { "FAILED", "\033[1;31m" },
	[OUTCOME_SKIPPED] = { "skipped", "\033[33m" },
};

/* Without -v, pairs of the matrix that are as predicted are only counted. */
static bool has_row(const struct report *r, const struct test_result *t)
{
	return r->verbose || !t->routine || t->outcome != OUTCOME_OK;
}

/* Failures have their reasons below the table. */
static const char *test_reason(const struct test_result *t)
{
	const char *why = t->because ? t->because : t->predicted;

	return t->outcome == OUTCOME_OK && why ? why : "";
}

static void test_row(struct table *t, const struct test_result *x, bool reasons)
{
	own_text observed = { 0 };

	test_observed(x, &observed);
	table_ink(t, outcomes[x->outcome].colour);
	table_cell(t, "%s", outcomes[x->outcome].word);
	if (x->pos.line > 0)
		table_cell(t, "%u", x->pos.line);
	else
		table_cell(t, "%s", "");
	table_cell(t, "%s", x->name);
	table_cell(t, "%s", x->expected);
	table_cell(t, "%s", text_str(&observed));
	if (reasons)
		table_cell(t, "%s", test_reason(x));
}

static bool has_reasons(const struct report *r, const struct test_result *t, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (has_row(r, &t[i]) && *test_reason(&t[i]))
			return true;
	return false;
}

static void print_suite(const struct report *r, const struct test_result *t, size_t n)
{
	static const char *const heads[] = { "RESULT",	 ">LINE",    "TEST",
					     "EXPECTED", "OBSERVED", "BECAUSE" };
	bool reasons = has_reasons(r, t, n);
	struct table *table = table_new(heads, countof(heads) - !reasons);
	size_t rows = 0;

	table_wrap(table, CELL_MAX);
	for (size_t i = 0; i < n; i++)
		if (has_row(r, &t[i])) {
			test_row(table, &t[i], reasons);
			rows++;
		}
	if (t->suite) {
		fputs("scenario ", r->out);
		utf8_print(r->out, t->suite);
		fputc('\n', r->out);
	}
	if (rows > 0)
		table_print(table, r->out, r->coloured);
	table_free(table);
	if (rows < n)
		fprintf(r->out, "%s%zu %s as predicted\n", rows ? "\n" : "", n - rows,
			n - rows == 1 ? "pair is" : "pairs are");
	fputc('\n', r->out);
}

static void explain_failure(const struct report *r, const struct test_result *t)
{
	const char *colour = r->coloured ? outcomes[OUTCOME_FAILED].colour : "";
	own_text text = { 0 }, observed = { 0 };

	test_observed(t, &observed);
	if (t->pos.line > 0 && t->pos.file) {
		utf8_add_all(&text, t->pos.file);
		text_printf(&text, ":%u: ", t->pos.line);
	}
	utf8_add_all(&text, t->name);
	text_add(&text, "\n    expected: ");
	utf8_add_all(&text, t->expected);
	text_add(&text, "\n    observed: ");
	utf8_add_all(&text, text_str(&observed));
	text_add(&text, "\n");
	test_reasons(t, "    ", &text);
	fprintf(r->out, "%sFAILED%s %s\n", colour, *colour ? "\033[m" : "", text_str(&text));
}

void tests_text(const struct report *r, const struct test_run *run)
{
	own_text sum = { 0 };

	for (size_t i = 0, n; i < run->results.n; i += n) {
		n = tests_of_suite(run, i);
		print_suite(r, &run->results.v[i], n);
	}
	for (each(struct test_result, t, &run->results))
		if (t->outcome == OUTCOME_FAILED)
			explain_failure(r, t);
	test_sum(run, &sum);
	utf8_print(r->out, text_str(&sum));
	fputc('\n', r->out);
}
