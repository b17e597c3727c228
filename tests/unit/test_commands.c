/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that need no lab, run in this process: each file of tests/golden/commands holds command
 * lines, each followed by what netemu prints, the findings and an exit status other than 0.
 *
 * To add a case, add a line "$ netemu ..."; UPDATE_GOLDEN=1 build/plain/tests/test_commands writes
 * all answers anew: read the difference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <glob.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "base/vec.h"
#include "cli/cli.h"
#include "files.h"

#define PROMPT "$ netemu"

/* What main() does with a command line; words end at blanks. */
static void transcript_run(const char *line, FILE *out)
{
	own_free char *words = xstrdup(line + strlen("$ "));
	struct invocation inv = { .dg = diag_new(), .out = out };
	struct report r = { .out = out };
	enum exit_status status = EXIT_MISTAKE;
	char *argv[32] = { 0 }, *save = NULL;
	int argc = 0;

	for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		assert_true((size_t)argc + 1 < countof(argv));
		argv[argc++] = w;
	}
	if (cli_parse(argc, argv, &inv) == 0)
		status = cli_run(&inv);
	if (!inv.reported) {
		r.json = given(&inv, OPT_JSON);
		diag_sort(inv.dg);
		if (diag_count(inv.dg) > 0)
			report_findings(&r, inv.dg,
					given(&inv, OPT_QUIET) ? DIAG_WARNING : DIAG_NOTE);
	}
	if (status != EXIT_DONE)
		fprintf(out, "exit status %d\n", (int)status);
	invocation_release(&inv);
	diag_free(inv.dg);
}

/* The file's command lines, each with what netemu prints now, below the comment that begins the
 * file. Heap. */
static char *transcript_of(const char *text)
{
	own_free char *copy = xstrdup(text);
	char *rest = copy, *line, *now = NULL;
	bool begun = false;
	size_t n;
	FILE *out = open_memstream(&now, &n);

	assert_non_null(out);
	while ((line = strsep(&rest, "\n"))) {
		bool command = strncmp(line, PROMPT, strlen(PROMPT)) == 0;

		begun = begun || command;
		if (command || (!begun && *line))
			fprintf(out, "%s%s\n", command ? "\n" : "", line);
		if (command)
			transcript_run(line, out);
	}
	fclose(out);
	return now;
}

/* Tells the first line that differs: cmocka cuts long strings. */
static void transcript_compare(const char *path, const char *want, const char *now)
{
	const char *command = "";
	unsigned int line = 1;

	for (; *want && *want == *now; want++, now++)
		if (*want == '\n') {
			line++;
			if (strncmp(want + 1, PROMPT, strlen(PROMPT)) == 0)
				command = want + 1;
		}
	if (*want == *now)
		return;
	fail_msg("%s:%u, of '%.*s': '%.*s' is expected here, not '%.*s'", path, line,
		 (int)strcspn(command, "\n"), command, (int)strcspn(want, "\n"), want,
		 (int)strcspn(now, "\n"), now);
}

static void each_command_answers_as_recorded(void **state)
{
	const char *path = *state;
	own_free char *want = read_file(path);
	own_free char *now = transcript_of(want);

	if (getenv("UPDATE_GOLDEN")) {
		own_file *f = fopen(path, "we");

		assert_non_null(f);
		assert_true(fputs(now, f) >= 0);
		return;
	}
	transcript_compare(path, want, now);
}

/* What `netemu init -o PATH` prints; heap. */
static char *init_printed(const char *path)
{
	own_free char *line = xasprintf(PROMPT " init mine -o %s", path);
	char *said;
	size_t n;
	FILE *out = open_memstream(&said, &n);

	assert_non_null(out);
	transcript_run(line, out);
	fclose(out);
	return said;
}

static void init_writes_a_file_once_and_tells_what_is_next(void **state)
{
	char dir[] = "/tmp/netemu-init.XXXXXX";
	own_free char *path = NULL, *said = NULL, *refused = NULL, *text = NULL;
	own_text want = { 0 };

	(void)state;
	assert_non_null(mkdtemp(dir));
	path = xasprintf("%s/t.yaml", dir);
	said = init_printed(path);
	refused = init_printed(path);
	text = read_file(path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
	assert_memory_equal(text, "netemu: 1\nname: mine\n", 21);
	text_printf(&want, "  sudo netemu up %s\n", path);
	assert_non_null(strstr(said, text_str(&want)));
	assert_null(strstr(said, "exit status"));
	text_clear(&want);
	text_printf(&want,
		    "netemu: error: '%s' exists already [exists]\n"
		    "  hint: netemu init ANOTHER-NAME\nexit status 2\n",
		    path);
	assert_string_equal(refused, text_str(&want));
}

int main(void)
{
	VEC(struct CMUnitTest) tests = { 0 };
	glob_t files;
	int failed;

	setenv("NETEMU_RUN", "/nonexistent", 1); /* no labs */
	if (glob("tests/golden/commands/*.txt", 0, NULL, &files) != 0)
		return 1;
	for (size_t i = 0; i < files.gl_pathc; i++)
		vec_push(NULL, &tests,
			 ((struct CMUnitTest){ .name = strrchr(files.gl_pathv[i], '/') + 1,
					       .test_func = each_command_answers_as_recorded,
					       .initial_state = files.gl_pathv[i] }));
	vec_push(NULL, &tests,
		 ((struct CMUnitTest)cmocka_unit_test(
			 init_writes_a_file_once_and_tells_what_is_next)));
	failed = _cmocka_run_group_tests("commands", tests.v, tests.n, NULL, NULL);
	vec_free(&tests);
	globfree(&files);
	return failed;
}
