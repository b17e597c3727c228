/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The formats of test results, byte for byte: programs of others read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>

#include "cli/results.h"
#include "hostile_run.h"
#include "report/report.h"

/* The hostile result in a format; heap. */
static char *said(enum test_format format, struct report r, const char *stopped, size_t results)
{
	struct test_run run = hostile_run();
	char *text;
	size_t n;

	run.stopped = stopped;
	if (run.results.n > results)
		run.results.n = results;
	r.out = open_memstream(&text, &n);
	assert_non_null(r.out);
	report_tests(&r, format, &run);
	fclose(r.out);
	vec_free(&run.results);
	return text;
}

static void expect_said(enum test_format format, const char *stopped, const char *want)
{
	char *text = said(format, (struct report){ 0 }, stopped, SIZE_MAX);

	assert_string_equal(text, want);
	free(text);
}

static void expect_part(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in:\n%s", part, text);
}

static void text_is_a_table_and_explains_failures(void **state)
{
	(void)state;
	expect_said(TEST_TEXT, NULL,
		    "RESULT  LINE  TEST                        EXPECTED                         "
		    "OBSERVED                                   BECAUSE\n"
		    "ok         6  a to c                      no answer                        "
		    "no answer                                  joins are not transitive\n"
		    "FAILED     7  a to d # SKIP not really \\  ]]> <failure/> & \"quotes\" 'too'  "
		    "<1b>[31m<ff><U+009B>2J <U+FFFF> <01> caf\xc3\xa9\n"
		    "\n"
		    "1 pair is as predicted\n"
		    "\n"
		    "scenario lose: the # link\n"
		    "RESULT   LINE  TEST            EXPECTED             OBSERVED\n"
		    "skipped    11  a to e tcp/443  1Gbps..              iperf3 is not installed\n"
		    "FAILED     12  a to f          an answer within 1s  no answer after 1.2s, "
		    "3 probes lost\n"
		    "\n"
		    "scenario join\n"
		    "RESULT  LINE  TEST    EXPECTED   OBSERVED\n"
		    "ok        18  a to g  an answer  2ms\n"
		    "ok        20  a to g  an answer  2ms after 20.5ms, 1 probe lost\n"
		    "\n"
		    "FAILED dir,one:two/50%.yaml:7: a to d # SKIP not really \\\n"
		    "    expected: ]]> <failure/> & \"quotes\" 'too'\n"
		    "    observed: <1b>[31m<ff><U+009B>2J <U+FFFF> <01> caf\xc3\xa9\n"
		    "    because: 100%: a,b<0a><3a>:error::not a command<0d><0a>not ok 9\n"
		    "    predicted: reachable in 2ms\n"
		    "    a reaches d\n"
		    "\n"
		    "      there:\n"
		    "      ---\n"
		    "      ...\n"
		    "    Bail out!\n"
		    "    <1b>\n"
		    "\n"
		    "FAILED dir,one:two/50%.yaml:12: a to f\n"
		    "    expected: an answer within 1s\n"
		    "    observed: no answer after 1.2s, 3 probes lost\n"
		    "\n"
		    "4 passed, 2 failed, 1 skipped\n");
}

static void text_is_coloured_on_terminals_and_shows_each_pair_when_asked(void **state)
{
	char *text = said(TEST_TEXT, (struct report){ .coloured = true, .verbose = true },
			  "Interrupt", SIZE_MAX);

	(void)state;
	expect_part(text, "\n\033[32mok\033[m            a to b ");
	expect_part(text, "\n\033[1;31mFAILED\033[m     7  a to d");
	expect_part(text, "\n\033[33mskipped\033[m    11  a to e");
	expect_part(text, "\n4 passed, 2 failed, 1 skipped; not finished: Interrupt\n");
	assert_null(strstr(text, "as predicted"));
	free(text);
}

static void tap_keeps_directives_out_of_names_and_quotes_its_diagnostics(void **state)
{
	(void)state;
	expect_said(
		TEST_TAP, "Interrupt\n# SKIP",
		"TAP version 13\n"
		"1..7\n"
		"ok 1 - a to b: 2ms\n"
		"ok 2 - a to c: no answer\n"
		"not ok 3 - a to d \\# SKIP not really \\\\: ]]> <failure/> & \"quotes\" 'too'\n"
		"  ---\n"
		"  expected: \"]]> <failure/> & \\\"quotes\\\" 'too'\"\n"
		"  observed: \"<1b>[31m<ff><U+009B>2J <U+FFFF> <01> caf\xc3\xa9\"\n"
		"  file: \"dir,one:two/50%.yaml\"\n"
		"  line: 7\n"
		"  because: \"100%: a,b<0a><3a>:error::not a command<0d><0a>not ok 9\"\n"
		"  predicted: \"reachable in 2ms\"\n"
		"  why:\n"
		"    - \"a reaches d\"\n"
		"    - \"\"\n"
		"    - \"  there:\"\n"
		"    - \"  ---\"\n"
		"    - \"  ...\"\n"
		"    - \"Bail out!\"\n"
		"    - \"<1b>\"\n"
		"  ...\n"
		"ok 4 - lose: the \\# link: a to e tcp/443: 1Gbps.. # SKIP iperf3 is "
		"not installed\n"
		"not ok 5 - lose: the \\# link: a to f: an answer within 1s\n"
		"  ---\n"
		"  expected: \"an answer within 1s\"\n"
		"  observed: \"no answer\"\n"
		"  file: \"dir,one:two/50%.yaml\"\n"
		"  line: 12\n"
		"  took: \"1.2s\"\n"
		"  lost: 3\n"
		"  ...\n"
		"ok 6 - join: a to g: an answer\n"
		"ok 7 - join: a to g: an answer\n"
		"  ---\n"
		"  expected: \"an answer\"\n"
		"  observed: \"2ms\"\n"
		"  file: \"dir,one:two/50%.yaml\"\n"
		"  line: 20\n"
		"  took: \"20.5ms\"\n"
		"  lost: 1\n"
		"  ...\n"
		"Bail out! Interrupt<0a>\\# SKIP\n");
}

static void tap_gives_a_reason_for_an_empty_plan(void **state)
{
	char *a = said(TEST_TAP, (struct report){ 0 }, NULL, 0);

	(void)state;
	assert_string_equal(a, "TAP version 13\n1..0 # SKIP the file has no expectations\n");
	free(a);
}

static void junit_escapes_characters_that_xml_does_not_allow(void **state)
{
	char *text = said(TEST_JUNIT, (struct report){ 0 }, "Interrupt <\n", SIZE_MAX);

	(void)state;
	expect_part(text, "<testsuites name=\"lab\" tests=\"8\" failures=\"2\" errors=\"1\" "
			  "time=\"1.221\">\n");
	expect_part(text, "<testsuite name=\"lose: the # link\" tests=\"2\" failures=\"1\" "
			  "errors=\"0\" skipped=\"1\" time=\"1.200\" "
			  "file=\"dir,one:two/50%.yaml\">\n");
	expect_part(text,
		    "    <testcase name=\"a to b: 2ms\" classname=\"lab\" time=\"0.000\"/>\n");
	expect_part(text,
		    "<failure message=\"expected ]]&gt; &lt;failure/&gt; &amp; &quot;quotes&quot; "
		    "&#39;too&#39;, observed \xef\xbf\xbd[31m\xef\xbf\xbd\xef\xbf\xbd"
		    "2J \xef\xbf\xbd \xef\xbf\xbd caf\xc3\xa9\">dir,one:two/50%.yaml:7\nexpected ");
	expect_part(text, "\na reaches d\n\n  there:\n");
	expect_part(text, "      <skipped message=\"iperf3 is not installed\"/>\n");
	expect_part(text, "<testcase name=\"a to g: an answer (2)\" classname=\"lab.join\" "
			  "time=\"0.021\">\n"
			  "      <system-out>dir,one:two/50%.yaml:20\n"
			  "expected an answer, observed 2ms after 20.5ms, 1 probe lost\n"
			  "</system-out>\n");
	expect_part(text, "      <error message=\"Interrupt &lt;&#10;\"/>\n");
	free(text);
}

static void json_has_all_values_under_fixed_keys(void **state)
{
	char *text = said(TEST_JSON, (struct report){ 0 }, NULL, SIZE_MAX);

	(void)state;
	expect_part(text, "{\n  \"lab\": \"lab\",\n  \"passed\": 4,\n  \"failed\": 2,\n  "
			  "\"skipped\": 1,\n"
			  "  \"stopped\": null,\n");
	expect_part(text,
		    "    {\"name\": \"a to f\", \"scenario\": \"lose: the # link\", \"ok\": false, "
		    "\"file\": \"dir,one:two/50%.yaml\", \"line\": 12, \"column\": 7, "
		    "\"expected\": \"an answer within 1s\", \"observed\": \"no answer\", "
		    "\"rtt-ms\": null, \"took-ms\": 1200, \"lost\": 3, \"because\": null, "
		    "\"predicted\": null, \"why\": null},\n");
	expect_part(text, "\"ok\": null, ");
	expect_part(
		text,
		"\"observed\": \"\\u001b[31m\xef\xbf\xbd\\u009b2J \\uffff \\u0001 caf\xc3\xa9\"");
	free(text);
}

static void github_gets_an_annotation_at_the_line_and_no_other_command(void **state)
{
	(void)state;
	expect_said(
		TEST_GITHUB, "Interrupt",
		"::error file=dir%2Cone%3Atwo/50%25.yaml,line=7,col=5,title=a to d # SKIP not "
		"really \\::expected ]]> <failure/> & \"quotes\" 'too', "
		"observed <1b>[31m<ff><U+009B>2J <U+FFFF> <01> caf\xc3\xa9%0Abecause: 100%25: "
		"a,b<0a><3a>:error::not a command<0d><0a>not ok 9%0Apredicted: reachable in 2ms%0Aa "
		"reaches d%0A%0A  there:%0A  ---%0A  ...%0ABail out!%0A<1b>\n"
		"::warning file=dir%2Cone%3Atwo/50%25.yaml,line=11,col=7,"
		"title=lose%3A the # link%3A a to e tcp/443::"
		"expected 1Gbps.., observed iperf3 is not installed\n"
		"::error file=dir%2Cone%3Atwo/50%25.yaml,line=12,col=7,title=lose%3A the # link%3A "
		"a to f::expected an answer within 1s, observed no answer after 1.2s, "
		"3 probes lost\n"
		"::error title=the test is not finished::Interrupt\n"
		"lab: 4 passed, 2 failed, 1 skipped; not finished: Interrupt\n");
}

static void findings_are_annotations_for_github(void **state)
{
	struct diag *dg = diag_new();
	struct pos at = { "t.yaml", 4, 2, 3 }, nowhere = { 0 };
	char *text;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	(void)state;
	diag_error(dg, at, -22, "unknown-name", "no cloud is named '%s'", "o\nslo");
	diag_hint(dg, "did you mean 'osla'?");
	diag_note(dg, nowhere, "stand-in", "100%%");
	report_annotations(out, dg);
	fclose(out);
	assert_string_equal(text, "::error file=t.yaml,line=4,col=2,title=unknown-name::"
				  "no cloud is named 'o%0Aslo'%0Adid you mean 'osla'?\n"
				  "::notice title=stand-in::100%25\n");
	free(text);
	diag_free(dg);
}

static void formats_have_names_and_suffixes(void **state)
{
	enum test_format f = TEST_TEXT;

	(void)state;
	assert_true(test_format_named("junit", &f) && f == TEST_JUNIT);
	assert_false(test_format_named("tap13", &f));
	assert_false(test_format_named("xml", &f));
	assert_true(test_format_of_file("a.json/results.xml", &f) && f == TEST_JUNIT);
	assert_true(test_format_of_file("x.tap", &f) && f == TEST_TAP);
	assert_false(test_format_of_file("results", &f));
	assert_false(test_format_of_file("results.md", &f));
}

/* What is printed of a run of one result that ended so. Returns the exit status. */
static enum exit_status told(struct invocation *inv, enum exit_status status, enum outcome outcome,
			     const char *part)
{
	struct test_result result = { .name = "a to b",
				      .outcome = outcome,
				      .routine = true,
				      .expected = "2ms",
				      .observed = "no answer" };
	struct test_run run = { .lab = "l" };
	struct results r = { .printed = TEST_TEXT };
	char *text;
	size_t n;

	vec_push(NULL, &run.results, result);
	inv->out = open_memstream(&text, &n);
	status = results_tell(&r, &run, status, inv);
	fclose(inv->out);
	expect_part(text, part);
	free(text);
	results_release(&r);
	vec_free(&run.results);
	return status;
}

static void a_run_that_ended_early_says_why(void **state)
{
	struct invocation inv = { .dg = diag_new() };
	struct pos nowhere = { 0 };

	(void)state;
	assert_int_equal(told(&inv, EXIT_DONE, OUTCOME_OK, "1 passed, 0 failed\n"), EXIT_DONE);
	assert_int_equal(told(&inv, EXIT_DONE, OUTCOME_FAILED, "0 passed, 1 failed\n"),
			 EXIT_FAILED_TEST);
	assert_int_equal(told(&inv, EXIT_BROKE, OUTCOME_OK, "; not finished: something broke\n"),
			 EXIT_BROKE);
	diag_note(inv.dg, nowhere, "n", "a note");
	diag_warn(inv.dg, nowhere, "w", "a warning");
	assert_int_equal(
		told(&inv, EXIT_CANNOT, OUTCOME_FAILED, "; not finished: something broke\n"),
		EXIT_CANNOT);
	diag_error(inv.dg, nowhere, -1, "e", "the first error");
	diag_error(inv.dg, nowhere, -1, "e", "the second error");
	assert_int_equal(told(&inv, EXIT_MISTAKE, OUTCOME_OK, "; not finished: the first error\n"),
			 EXIT_MISTAKE);
	inv.raise = SIGINT;
	assert_int_equal(told(&inv, EXIT_DONE, OUTCOME_OK, "; not finished: Interrupt\n"),
			 EXIT_DONE);
	diag_free(inv.dg);
}

/* A command line of `netemu test`, and the formats that it asks for. */
static void expect_formats(const char *format, const char *path, bool json,
			   enum test_format printed, enum test_format written)
{
	struct invocation inv = { .dg = diag_new() };
	struct results r = { 0 };

	inv.value[OPT_FORMAT] = format;
	inv.value[OPT_OUTPUT] = path;
	inv.value[OPT_JSON] = json ? "" : NULL;
	assert_int_equal(results_begin(&r, &inv), path ? EXIT_MISTAKE : EXIT_DONE);
	assert_int_equal(r.printed, printed);
	assert_int_equal(r.written, written);
	assert_int_equal(diag_count(inv.dg), path != NULL);
	results_release(&r);
	diag_free(inv.dg);
}

static void the_format_of_a_file_is_that_of_its_suffix(void **state)
{
	(void)state;
	expect_formats(NULL, NULL, false, TEST_TEXT, TEST_TEXT);
	expect_formats(NULL, NULL, true, TEST_JSON, TEST_JSON);
	expect_formats("tap", NULL, true, TEST_TAP, TEST_TAP);
	expect_formats("tap", "/nonexistent/x", false, TEST_TEXT, TEST_TAP);
	expect_formats("tap", "/nonexistent/x.xml", false, TEST_TAP, TEST_JUNIT);
	expect_formats("junit", "/nonexistent/x.xml", false, TEST_TEXT, TEST_JUNIT);
	expect_formats(NULL, "/nonexistent/x.json", false, TEST_TEXT, TEST_JSON);
}

static void a_file_that_cannot_be_written_is_no_success(void **state)
{
	struct invocation inv = { .dg = diag_new(), .out = stdout };
	struct test_run run = hostile_run();
	struct results r = { .printed = TEST_TEXT, .written = TEST_TAP };
	char *text;
	size_t n;

	(void)state;
	inv.value[OPT_OUTPUT] = "full.tap";
	inv.out = open_memstream(&text, &n);
	r.file = fopen("/dev/full", "we");
	assert_non_null(r.file);
	assert_int_equal(results_tell(&r, &run, EXIT_DONE, &inv), EXIT_BROKE);
	assert_string_equal(diag_at(inv.dg, 0)->text,
			    "cannot write 'full.tap': No space left on device");
	assert_int_equal(results_tell(&r, &run, EXIT_CANNOT, &inv), EXIT_CANNOT);
	fclose(inv.out);
	free(text);
	results_release(&r);
	vec_free(&run.results);
	diag_free(inv.dg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_a_table_and_explains_failures),
		cmocka_unit_test(text_is_coloured_on_terminals_and_shows_each_pair_when_asked),
		cmocka_unit_test(tap_keeps_directives_out_of_names_and_quotes_its_diagnostics),
		cmocka_unit_test(tap_gives_a_reason_for_an_empty_plan),
		cmocka_unit_test(junit_escapes_characters_that_xml_does_not_allow),
		cmocka_unit_test(json_has_all_values_under_fixed_keys),
		cmocka_unit_test(github_gets_an_annotation_at_the_line_and_no_other_command),
		cmocka_unit_test(findings_are_annotations_for_github),
		cmocka_unit_test(formats_have_names_and_suffixes),
		cmocka_unit_test(a_run_that_ended_early_says_why),
		cmocka_unit_test(the_format_of_a_file_is_that_of_its_suffix),
		cmocka_unit_test(a_file_that_cannot_be_written_is_no_success),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
