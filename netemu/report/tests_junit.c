/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The XML of Ant's JUnit task as CI systems read it: only elements and attributes of the schema of
 * Jenkins' xUnit plugin (junit-10.xsd). The schema has no attribute for a test's file and line, so
 * these stand in the text. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "report/graph.h"
#include "report/tests.h"
#include "report/utf8.h"

static void xml_print_lines(FILE *out, const char *s, const char *newline)
{
	while (*s) {
		size_t n = strcspn(s, "\n");
		own_text line = { 0 };

		text_addn(&line, s, n);
		xml_print(out, text_str(&line));
		fputs(s[n] ? newline : "", out);
		s += n + (s[n] == '\n');
	}
}

/* XML parsers read a bare line end in an attribute as a blank, so it is written as "&#10;". */
static void xml_attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	xml_print_lines(out, value, "&#10;");
	fputc('"', out);
}

struct sums {
	size_t tests, failed, skipped, errors;
	uint64_t ns;
};

static struct sums suite_sums(const struct test_result *t, size_t n)
{
	struct sums s = { .tests = n };

	for (size_t i = 0; i < n; i++) {
		s.failed += t[i].outcome == OUTCOME_FAILED;
		s.skipped += t[i].outcome == OUTCOME_SKIPPED;
		s.ns += t[i].took_ns;
	}
	return s;
}

static void time_attribute(FILE *out, uint64_t ns)
{
	uint64_t ms = (ns + 500000) / 1000000;

	fprintf(out, " time=\"%llu.%03u\"", (unsigned long long)(ms / 1000),
		(unsigned int)(ms % 1000));
}

static void sums_attributes(FILE *out, const struct sums *s)
{
	fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", s->tests, s->failed,
		s->errors);
}

/* "t.yaml:7" and the reasons. */
static void junit_account(const struct test_result *t, struct text *ret)
{
	own_text difference = { 0 };

	if (t->pos.line > 0 && t->pos.file) {
		utf8_add_all(ret, t->pos.file);
		text_printf(ret, ":%u\n", t->pos.line);
	}
	test_difference(t, &difference);
	utf8_add_all(ret, text_str(&difference));
	text_add(ret, "\n");
	test_reasons(t, "", ret);
}

static void junit_element(FILE *out, const char *name, const char *message, const char *text)
{
	fprintf(out, "      <%s", name);
	if (message)
		xml_attribute(out, "message", message);
	if (!text) {
		fputs("/>\n", out);
		return;
	}
	fputc('>', out);
	xml_print_lines(out, text, "\n");
	fprintf(out, "</%s>\n", name);
}

/* The names used in a suite: GitLab shows only the first of several tests with the same name. */
struct used_names {
	struct map *names; /* strings of the arena */
	struct arena *arena;
};

static void name_attribute(FILE *out, const struct test_result *t, const struct used_names *used)
{
	own_text title = { 0 };
	char *name;

	test_title(t, &title);
	name = arena_strdup(used->arena, text_str(&title));
	for (size_t n = 2; map_get(used->names, name); n++)
		name = arena_printf(used->arena, "%s (%zu)", text_str(&title), n);
	map_add(used->names, name, name);
	xml_attribute(out, "name", name);
}

/* "LAB" or "LAB.SCENARIO": scenarios of several files may have one name. */
static void class_attribute(FILE *out, const struct test_run *run, const char *scenario)
{
	own_text class = { 0 };

	text_printf(&class, "%s%s%s", run->lab, scenario ? "." : "", scenario ? scenario : "");
	xml_attribute(out, "classname", text_str(&class));
}

static void junit_testcase(FILE *out, const struct test_run *run, const struct test_result *t,
			   const struct used_names *used)
{
	own_text text = { 0 }, message = { 0 };

	junit_account(t, &text);
	test_difference(t, &message);
	fputs("    <testcase", out);
	name_attribute(out, t, used);
	class_attribute(out, run, t->suite);
	time_attribute(out, t->took_ns);
	if (t->outcome == OUTCOME_OK && t->routine) { /* needs no text */
		fputs("/>\n", out);
		return;
	}
	fputs(">\n", out);
	if (t->outcome == OUTCOME_FAILED)
		junit_element(out, "failure", text_str(&message), text_str(&text));
	else if (t->outcome == OUTCOME_SKIPPED)
		junit_element(out, "skipped", t->observed, NULL);
	else
		junit_element(out, "system-out", NULL, text_str(&text));
	fputs("    </testcase>\n", out);
}

static void junit_suite_begin(FILE *out, const struct test_run *run, const char *name,
			      const struct sums *s)
{
	fputs("  <testsuite", out);
	xml_attribute(out, "name", name);
	sums_attributes(out, s);
	fprintf(out, " skipped=\"%zu\"", s->skipped);
	time_attribute(out, s->ns);
	if (run->file)
		xml_attribute(out, "file", run->file);
	fputs(">\n", out);
}

static void junit_suite(FILE *out, const struct test_run *run, const struct test_result *t,
			size_t n)
{
	struct used_names used = { map_new(), arena_new() };
	struct sums s = suite_sums(t, n);

	junit_suite_begin(out, run, t->suite ? t->suite : run->lab, &s);
	for (size_t i = 0; i < n; i++)
		junit_testcase(out, run, &t[i], &used);
	fputs("  </testsuite>\n", out);
	map_free(used.names);
	arena_free(used.arena);
}

/* Tests that did not run must not look as if they had passed. */
static void junit_stopped(FILE *out, const struct test_run *run)
{
	const struct sums one = { .tests = 1, .errors = 1 };
	own_free char *findings = test_findings(run);

	junit_suite_begin(out, run, "not finished", &one);
	fputs("    <testcase", out);
	xml_attribute(out, "name", "remaining tests");
	class_attribute(out, run, NULL);
	fputs(">\n", out);
	junit_element(out, "error", run->stopped, findings);
	fputs("    </testcase>\n  </testsuite>\n", out);
}

void tests_junit(const struct report *r, const struct test_run *run)
{
	const struct test_result *t = run->results.v;
	struct sums all = suite_sums(t, run->results.n);
	FILE *out = r->out;

	all.tests += run->stopped != NULL;
	all.errors += run->stopped != NULL;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", out);
	xml_attribute(out, "name", run->lab);
	sums_attributes(out, &all);
	time_attribute(out, all.ns);
	fputs(">\n", out);
	for (size_t i = 0; i < run->results.n; i += tests_of_suite(run, i))
		junit_suite(out, run, &t[i], tests_of_suite(run, i));
	if (run->stopped)
		junit_stopped(out, run);
	fputs("</testsuites>\n", out);
}
