/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/tests.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "net/units.h"
#include "report/utf8.h"

static const struct {
	const char *name, *suffix;
	void (*print)(const struct report *r, const struct test_run *run);
} formats[] = {
	[TEST_TEXT] = { "text", ".txt", tests_text },
	[TEST_TAP] = { "tap", ".tap", tests_tap },
	[TEST_JUNIT] = { "junit", ".xml", tests_junit },
	[TEST_JSON] = { "json", ".json", tests_json },
	[TEST_GITHUB] = { "github", NULL, tests_github },
};

bool test_format_named(const char *name, enum test_format *ret)
{
	for (size_t i = 0; i < countof(formats); i++)
		if (strcmp(formats[i].name, name) == 0) {
			*ret = (enum test_format)i;
			return true;
		}
	return false;
}

bool test_format_of_file(const char *path, enum test_format *ret)
{
	const char *suffix = strrchr(path, '.');

	for (size_t i = 0; suffix && i < countof(formats); i++)
		if (formats[i].suffix && strcmp(formats[i].suffix, suffix) == 0) {
			*ret = (enum test_format)i;
			return true;
		}
	return false;
}

void report_tests(const struct report *r, enum test_format format, const struct test_run *run)
{
	formats[format].print(r, run);
}

size_t test_count(const struct test_run *run, enum outcome outcome)
{
	size_t n = 0;

	for (each(struct test_result, t, &run->results))
		n += t->outcome == outcome;
	return n;
}

size_t tests_of_suite(const struct test_run *run, size_t first)
{
	const struct test_result *t = run->results.v;
	size_t n = first;

	while (n < run->results.n && text_same(t[n].suite, t[first].suite))
		n++;
	return n - first;
}

void test_observed(const struct test_result *t, struct text *ret)
{
	text_add(ret, t->observed);
	if (t->took_ns > 0)
		text_printf(ret, " after %s", TOOK_STR(t->took_ns));
	if (t->lost > 0)
		text_printf(ret, ", %" PRIu64 " probe%s lost", t->lost, t->lost == 1 ? "" : "s");
}

void test_title(const struct test_result *t, struct text *ret)
{
	text_printf(ret, "%s: %s", t->name, t->expected);
}

void test_difference(const struct test_result *t, struct text *ret)
{
	text_printf(ret, "expected %s, observed ", t->expected);
	test_observed(t, ret);
}

static void add_reason(const char *indent, const char *what, const char *text, struct text *ret)
{
	if (!text)
		return;
	text_printf(ret, "%s%s: ", indent, what);
	utf8_add_all(ret, text);
	text_add(ret, "\n");
}

void test_reasons(const struct test_result *t, const char *indent, struct text *ret)
{
	add_reason(indent, "because", t->because, ret);
	add_reason(indent, "predicted", t->predicted, ret);
	for (const char *line = t->why; line && *line;) {
		size_t n = strcspn(line, "\n");
		own_text one = { 0 };

		text_addn(&one, line, n);
		text_add(ret, n > 0 ? indent : "");
		utf8_add_all(ret, text_str(&one));
		text_add(ret, "\n");
		line += n + (line[n] == '\n');
	}
}

char *test_findings(const struct test_run *run)
{
	struct report r = { 0 };
	char *text = NULL;
	size_t n = 0;

	if (!run->findings || diag_count(run->findings) == 0)
		return NULL;
	r.out = open_memstream(&text, &n);
	if (!r.out)
		return NULL;
	report_findings(&r, run->findings, DIAG_NOTE);
	fclose(r.out);
	return text;
}

void test_sum(const struct test_run *run, struct text *ret)
{
	size_t skipped = test_count(run, OUTCOME_SKIPPED);

	text_printf(ret, "%zu passed, %zu failed", test_count(run, OUTCOME_OK),
		    test_count(run, OUTCOME_FAILED));
	if (skipped > 0)
		text_printf(ret, ", %zu skipped", skipped);
	if (run->stopped)
		text_printf(ret, "; not finished: %s", run->stopped);
}
