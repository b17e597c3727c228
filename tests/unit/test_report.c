/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The output for people and programs: JSON, tables, findings with their line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/diag.h"
#include "base/text.h"
#include "base/vec.h"
#include "report/json.h"
#include "report/report.h"
#include "report/table.h"
#include "report/utf8.h"

/* A stream whose text the test can read. */
struct page {
	FILE *out;
	char *text;
	size_t n;
};

static void page_open(struct page *p)
{
	p->out = open_memstream(&p->text, &p->n);
	assert_non_null(p->out);
}

static void page_expect(struct page *p, const char *want)
{
	fclose(p->out);
	assert_string_equal(p->text, want);
	free(p->text);
}

/* ---- JSON ---- */

static void json_strings_hold_any_bytes(void **state)
{
	static const struct {
		const char *s, *want;
	} cases[] = {
		{ "", "\"\"" },
		{ "true", "\"true\"" },
		{ "a\"b\\c/d", "\"a\\\"b\\\\c/d\"" },
		{ "\t\n\x01\x1f\x7f", "\"\\u0009\\u000a\\u0001\\u001f\\u007f\"" },
		{ "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
		  "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"" },
		{ "bad \xff end", "\"bad \xef\xbf\xbd end\"" },
		{ "cut \xe2\x82", "\"cut \xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "long /: \xc0\xaf", "\"long /: \xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "surrogate \xed\xa0\x80", "\"surrogate \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		own_text want = { 0 };
		struct page p;
		struct json j;

		page_open(&p);
		j = json_begin(p.out);
		json_string(&j, NULL, cases[i].s);
		json_end(&j);
		text_printf(&want, "%s\n", cases[i].want);
		page_expect(&p, text_str(&want));
	}
}

static void json_times_are_milliseconds_without_needless_decimals(void **state)
{
	static const struct {
		uint64_t ns;
		const char *want;
	} cases[] = {
		{ 0, "0\n" },		{ 2000000, "2\n" },
		{ 2050000, "2.05\n" },	{ 2053499, "2.053\n" },
		{ 2053500, "2.054\n" }, { 1000, "0.001\n" },
		{ 499, "0\n" },		{ 999999, "1\n" },
		{ 10100000, "10.1\n" }, { UINT64_MAX, "18446744073709.552\n" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct page p;
		struct json j;

		page_open(&p);
		j = json_begin(p.out);
		json_ms(&j, NULL, cases[i].ns);
		json_end(&j);
		page_expect(&p, cases[i].want);
	}
}

static void json_containers_nest_and_rows_stay_on_a_line(void **state)
{
	struct page p;
	struct json j;

	(void)state;
	page_open(&p);
	j = json_begin(p.out);
	json_open(&j, NULL, '{');
	json_open(&j, "none", '[');
	json_close(&j);
	json_open(&j, "rows", '[');
	for (int i = 0; i < 2; i++) {
		json_row(&j, NULL, '{');
		json_number(&j, "n", (uint64_t)i);
		json_open(&j, "list", '[');
		json_null(&j, NULL);
		json_bool(&j, NULL, true);
		json_close(&j);
		json_close(&j);
	}
	json_close(&j);
	json_string(&j, "none", NULL);
	json_close(&j);
	json_end(&j);
	page_expect(&p, "{\n"
			"  \"none\": [],\n"
			"  \"rows\": [\n"
			"    {\"n\": 0, \"list\": [null, true]},\n"
			"    {\"n\": 1, \"list\": [null, true]}\n"
			"  ],\n"
			"  \"none\": null\n"
			"}\n");
}

/* ---- untrusted text ---- */

static void harmful_characters_are_shown_as_words(void **state)
{
	static const struct {
		const char *s, *want;
		size_t columns;
	} cases[] = {
		{ "plain", "plain", 5 },
		{ "\033[31m", "<1b>[31m", 8 },
		{ "a\rb\nc\td", "a<0d>b<0a>c<09>d", 16 },
		{ "\xc2\x9b"
		  "2J",
		  "<U+009B>2J", 10 },
		{ "\xe2\x80\xae", "<U+202E>", 8 },
		{ "\xff", "<ff>", 4 },
		{ "\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x97\xa5\xe6\x9c\xac", 4 },
		{ "e\xcc\x81", "e\xcc\x81", 1 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		own_text t = { 0 };

		assert_int_equal(utf8_add_all(&t, cases[i].s), cases[i].columns);
		assert_string_equal(text_str(&t), cases[i].want);
	}
}

static void a_table_has_aligned_columns(void **state)
{
	static const char *const heads[] = { "NAME", ">RTT", "WHY" };
	struct table *t = table_new(heads, countof(heads));
	struct page p;

	(void)state;
	page_open(&p);
	table_cell(t, "a");
	table_cell(t, "10ms");
	table_cell(t, "x");
	table_cell(t, "\xc3\xa9-longer");
	table_cell(t, "2ms");
	table_cell(t, "\033");
	table_print(t, p.out, false);
	table_free(t);
	page_expect(&p, "NAME       RTT  WHY\n"
			"a         10ms  x\n"
			"\xc3\xa9-longer   2ms  <1b>\n");
}

static void fill_row(struct table *t, const char *a, const char *b)
{
	table_cell(t, "%s", a);
	table_cell(t, "%s", b);
}

static void a_table_that_is_made_in_pieces_has_aligned_columns(void **state)
{
	static const char *const heads[] = { "A", ">B" };
	struct table *t = table_new(heads, countof(heads));
	struct page p;

	(void)state;
	page_open(&p);
	fill_row(t, "one", "1");
	table_measure(t);
	fill_row(t, "longer", "1000");
	table_measure(t);
	fill_row(t, "one", "1");
	table_print(t, p.out, false);
	fill_row(t, "longer", "1000");
	table_print(t, p.out, false);
	table_free(t);
	page_expect(&p, "A          B\n"
			"one        1\n"
			"longer  1000\n");
}

static void long_cells_wrap(void **state)
{
	static const char *const heads[] = { "A", ">B", "C" };
	struct table *t = table_new(heads, countof(heads));
	struct page page;

	(void)state;
	table_wrap(t, 10);
	table_cell(t, "%s", "caf\xc3\xa9 caf\xc3\xa9 one");
	table_cell(t, "%s", "12");
	table_cell(t, "%s", "a-word-that-is-long and more of them");
	table_cell(t, "%s", "exactly 10");
	table_cell(t, "%s", "3");
	table_cell(t, "%s", "");
	page_open(&page);
	table_print(t, page.out, false);
	fclose(page.out);
	assert_string_equal(page.text, "A            B  C\n"
				       "caf\xc3\xa9 caf\xc3\xa9   12  a-word-that-is-long\n"
				       "one             and more\n"
				       "                of them\n"
				       "exactly 10   3\n");
	free(page.text);
	table_free(t);
}

static void ink_colours_what_a_cell_says_and_nothing_beside_it(void **state)
{
	static const char *const heads[] = { ">A", "B", "C" };
	struct table *t = table_new(heads, countof(heads));
	struct page p;

	(void)state;
	table_wrap(t, 4);
	table_ink(t, "\033[31m");
	table_cell(t, "%s", "x");
	table_cell(t, "%s", "one two");
	table_ink(t, "\033[32m");
	table_cell(t, "%s", "y");
	table_cell(t, "%s", "22");
	table_ink(t, "\033[33m");
	table_cell(t, "%s", "");
	table_cell(t, "%s", "z");
	page_open(&p);
	table_print(t, p.out, true);
	fclose(p.out);
	assert_string_equal(p.text, "\033[1m A  B    C\033[m\n"
				    " \033[31mx\033[m  one  \033[32my\033[m\n"
				    "    two\n"
				    "22       z\n");
	free(p.text);
	table_free(t);
}

/* ---- findings ---- */

static void expect_findings(struct diag *dg, struct report r, const char *want)
{
	struct page p;

	page_open(&p);
	r.out = p.out;
	diag_sort(dg);
	report_findings(&r, dg, DIAG_NOTE);
	page_expect(&p, want);
	diag_free(dg);
}

static struct diag *diag_of(const char *text)
{
	struct diag *dg = diag_new();

	diag_source(dg, "t.yaml", text, strlen(text));
	return dg;
}

static void a_finding_is_shown_with_its_line_and_a_caret(void **state)
{
	struct diag *dg = diag_of("netemu: 1\n  a-b: [pc-a, oslo]\n");
	struct pos at = { "t.yaml", 2, 15, 4 };

	(void)state;
	diag_error(dg, at, -22, "unknown-name", "no cloud is named '%s'", "oslo");
	diag_hint(dg, "did you mean 'osla'?");
	expect_findings(dg, (struct report){ 0 },
			"t.yaml:2:15: error: no cloud is named 'oslo' [unknown-name]\n"
			"    2 |   a-b: [pc-a, oslo]\n"
			"      |               ^~~~\n"
			"        hint: did you mean 'osla'?\n");
}

static void the_caret_is_right_after_tabs_wide_and_harmful_characters(void **state)
{
	struct diag *dg = diag_of("a:\tx\n\xe6\x97\xa5: y\n\033: z\n");
	struct pos tab = { "t.yaml", 1, 4, 0 }, wide = { "t.yaml", 2, 4, 0 },
		   bad = { "t.yaml", 3, 4, 1 };

	(void)state;
	diag_error(dg, tab, -22, "a", "tab");
	diag_error(dg, wide, -22, "b", "wide");
	diag_warn(dg, bad, "c", "esc\033ape");
	expect_findings(dg, (struct report){ 0 },
			"t.yaml:1:4: error: tab [a]\n"
			"    1 | a:      x\n"
			"      |         ^\n"
			"t.yaml:2:4: error: wide [b]\n"
			"    2 | \xe6\x97\xa5: y\n"
			"      |     ^\n"
			"t.yaml:3:4: warning: esc<1b>ape [c]\n"
			"    3 | <1b>: z\n"
			"      |       ^\n");
}

static void positions_beyond_the_text_are_harmless(void **state)
{
	struct diag *dg = diag_of("ab\n");
	struct pos past = { "t.yaml", 1, 9, 7 }, over = { "t.yaml", 1, 2, 50 },
		   none = { "t.yaml", 7, 1, 1 };
	struct pos whole = { .file = "t.yaml" }, nowhere = { 0 };

	(void)state;
	diag_error(dg, whole, -22, "w", "whole");
	diag_error(dg, past, -22, "p", "past");
	diag_error(dg, over, -22, "o", "over");
	diag_error(dg, none, -22, "n", "none");
	diag_note(dg, nowhere, "x", "nowhere");
	expect_findings(dg, (struct report){ 0 },
			"t.yaml: error: whole [w]\n"
			"t.yaml:1:2: error: over [o]\n"
			"    1 | ab\n"
			"      |  ^\n"
			"t.yaml:1:9: error: past [p]\n"
			"    1 | ab\n"
			"      |   ^\n"
			"t.yaml:7:1: error: none [n]\n"
			"netemu: note: nowhere [x]\n");
}

static void a_long_line_is_shown_around_the_caret(void **state)
{
	char line[1001];
	struct diag *dg;
	struct pos at = { "t.yaml", 1, 501, 3 };
	own_text want = { 0 };

	(void)state;
	memset(line, '.', sizeof(line) - 1);
	memcpy(line + 500, "bad", 3);
	line[1000] = '\0';
	dg = diag_of(line);
	diag_error(dg, at, -22, "l", "long");
	text_add(&want, "t.yaml:1:501: error: long [l]\n    1 | ...");
	text_addn(&want, line + 460, 100);
	text_printf(&want, "\n      | %43s^~~\n", "");
	expect_findings(dg, (struct report){ 0 }, text_str(&want));
}

static void findings_have_a_json_form(void **state)
{
	struct diag *dg = diag_of("x\n");
	struct pos at = { "t.yaml", 1, 1, 1 }, nowhere = { 0 };

	(void)state;
	diag_error(dg, at, -22, "a", "say \"no\"");
	diag_hint(dg, "say yes");
	diag_warn(dg, nowhere, "b", "hm");
	expect_findings(
		dg, (struct report){ .json = true },
		"[\n"
		"  {\"file\": \"t.yaml\", \"line\": 1, \"column\": 1, \"severity\": \"error\", "
		"\"code\": \"a\", \"text\": \"say \\\"no\\\"\", \"hint\": \"say yes\"},\n"
		"  {\"file\": null, \"line\": null, \"column\": null, \"severity\": \"warning\", "
		"\"code\": \"b\", \"text\": \"hm\", \"hint\": null}\n"
		"]\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_strings_hold_any_bytes),
		cmocka_unit_test(json_times_are_milliseconds_without_needless_decimals),
		cmocka_unit_test(json_containers_nest_and_rows_stay_on_a_line),
		cmocka_unit_test(harmful_characters_are_shown_as_words),
		cmocka_unit_test(a_table_has_aligned_columns),
		cmocka_unit_test(a_table_that_is_made_in_pieces_has_aligned_columns),
		cmocka_unit_test(long_cells_wrap),
		cmocka_unit_test(ink_colours_what_a_cell_says_and_nothing_beside_it),
		cmocka_unit_test(a_finding_is_shown_with_its_line_and_a_caret),
		cmocka_unit_test(the_caret_is_right_after_tabs_wide_and_harmful_characters),
		cmocka_unit_test(positions_beyond_the_text_are_harmless),
		cmocka_unit_test(a_long_line_is_shown_around_the_caret),
		cmocka_unit_test(findings_have_a_json_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
