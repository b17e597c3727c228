/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A journal is read after a crash, so it may end anywhere. It lists what root removes, so no line
 * may lead outside of the lab. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"
#include "base/process_id.h"
#include "lab/dir.h"
#include "lab/journal.h"
#include "lab/state.h"
#include "relay/relay.h"

#define HEADER "netemu-journal 1 avs\n"
#define TEN "0123456789"

static const char whole[] = HEADER "names\n"
				   "delay-line\n"
				   "delay-line 4711 88230\n"
				   "netns pc-a.web\n"
				   "netns dc1.ce\n";

static void a_whole_journal_says_all(void **state)
{
	own_journal j;

	(void)state;
	journal_parse(whole, "avs", &j);
	assert_true(j.names);
	assert_true(j.relay);
	assert_int_equal(j.relay_pid, 4711);
	assert_int_equal(j.relay_start, 88230);
	assert_int_equal(j.netns.n, 2);
	assert_string_equal(j.netns.v[0], "pc-a.web");
	assert_string_equal(j.netns.v[1], "dc1.ce");
	assert_int_equal(j.strange, 0);
}

/* Truncated at every byte: each complete line counts, the rest is ignored. */
static void a_journal_may_end_anywhere(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(whole); n++) {
		char text[sizeof(whole)] = "";
		own_journal j;

		memcpy(text, whole, n);
		journal_parse(text, "avs", &j);
		assert_int_equal(j.strange, 0);
		assert_int_equal(j.names, strstr(text, "names\n") != NULL);
		assert_int_equal(j.relay, strstr(text, "delay-line\n") != NULL);
		assert_int_equal(j.relay_pid, strstr(text, "88230\n") ? 4711 : 0);
		assert_int_equal(j.netns.n,
				 !!strstr(text, "pc-a.web\n") + !!strstr(text, "dc1.ce\n"));
	}
}

static void what_netemu_would_not_write_is_skipped(void **state)
{
	static const char *const lines[] = {
		"netns ../../etc/passwd",
		"netns ..",
		"netns .hidden",
		"netns a/b",
		"netns /etc/shadow",
		"netns ",
		"netns",
		"netns a b",
		"netns -rf",
		"netns caf\xc3\xa9",
		"delay-line 1 2", /* without the line that announces it */
		"delay-line -1 5",
		"delay-line 99999999999999999999 5",
		"names /",
		"Names",
		"unlink /etc/passwd",
		"",
		"netemu-journal 1 avs", /* twice */
		"netns " TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN,
	};

	(void)state;
	for (size_t i = 0; i < countof(lines); i++) {
		char text[512];
		own_journal j;

		snprintf(text, sizeof(text), HEADER "%s\n", lines[i]);
		journal_parse(text, "avs", &j);
		if (j.strange != 1 || j.names || j.netns.n || j.relay_pid)
			fail_msg("taken: '%s'", lines[i]);
	}
}

static void another_labs_journal_says_nothing(void **state)
{
	own_journal j;

	(void)state;
	journal_parse(whole, "prod", &j);
	assert_false(j.names || j.relay || j.relay_pid);
	assert_int_equal(j.netns.n, 0);
	assert_int_equal(j.strange, 6);
	assert_false(j.ours);
}

static void a_process_that_is_not_whole_is_none(void **state)
{
	static const char *const bad[] = { "delay-line 12",	     "delay-line 12 ",
					   "delay-line 0 5",	     "delay-line 12 5x",
					   "delay-line 12x 5",	     "delay-line  12 5",
					   "delay-line 4294967297 5" };

	(void)state;
	for (size_t i = 0; i < countof(bad); i++) {
		char text[128];
		own_journal j;

		snprintf(text, sizeof(text), HEADER "delay-line\n%s\n", bad[i]);
		journal_parse(text, "avs", &j);
		if (j.relay_pid != 0)
			fail_msg("taken: '%s'", bad[i]);
	}
}

static void names_are_checked_before_they_become_paths(void **state)
{
	static const struct {
		const char *name;
		bool lab, netns;
	} cases[] = {
		{ "avs", true, true },	  { "a-1", true, true },   { "pc-a.web", false, true },
		{ "x_y", false, true },	  { "", false, false },	   { ".", false, false },
		{ "..", false, false },	  { "a/b", false, false }, { "-a", false, false },
		{ "a\nb", false, false }, { "a b", false, false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		assert_int_equal(lab_name_is_valid(cases[i].name), cases[i].lab);
		assert_int_equal(netns_name_is_valid(cases[i].name), cases[i].netns);
	}
}

static void what_is_written_is_read_back(void **state)
{
	char where[] = "/tmp/netemu-journal-XXXXXX";
	struct lab_dir d = { .name = (char[]){ "avs" }, .path = where, .fd = -1, .lock = -1 };
	own_journal j;
	struct journal other;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(where));
	d.fd = open(where, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(journal_read(&d, &j), -ENOENT);
	fd = journal_begin(&d);
	assert_true(fd >= 0);
	assert_int_equal(journal_begin(&d), -EEXIST);
	assert_int_equal(journal_add(fd, "names"), 0);
	assert_int_equal(journal_add(fd, "netns %s", "pc-a.web"), 0);
	assert_int_equal(journal_read(&d, &j), 0);
	assert_true(j.names);
	assert_string_equal(j.netns.v[0], "pc-a.web");
	d.name = (char[]){ "prod" };
	assert_int_equal(journal_read(&d, &other), -EBADMSG);
	journal_release(&other);
	close(fd);
	assert_int_equal(unlinkat(d.fd, "journal", 0), 0);
	close(d.fd);
	assert_int_equal(rmdir(where), 0);
}

/* A line that is added later must not join the partial one. */
static void a_line_cut_short_by_a_full_disk_is_taken_back(void **state)
{
	struct lab_dir d = { .name = (char[]){ "avs" }, .fd = -1, .lock = -1 };
	char where[] = "/tmp/netemu-journal-XXXXXX";
	struct rlimit was, less;
	struct stat st;
	own_journal j;
	own_fd fd = -1;

	(void)state;
	assert_non_null(mkdtemp(where));
	d.fd = open(where, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd = journal_begin(&d);
	assert_true(fd >= 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	less = was;
	assert_int_equal(fstat(fd, &st), 0);
	less.rlim_cur = (rlim_t)st.st_size + strlen("netns pc");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &less), 0);
	assert_int_equal(journal_add(fd, "netns %s", "pc-a.web"), -ENOSPC);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(journal_add(fd, "netns %s", "dc1.ce"), 0);
	assert_int_equal(journal_read(&d, &j), 0);
	assert_int_equal(j.strange, 0);
	assert_int_equal(j.netns.n, 1);
	assert_string_equal(j.netns.v[0], "dc1.ce");
	assert_int_equal(unlinkat(d.fd, "journal", 0), 0);
	close(d.fd);
	assert_int_equal(rmdir(where), 0);
}

static void rewrite_journal(const struct lab_dir *d, const char *text)
{
	assert_int_equal(lab_dir_write(d, "journal", text, strlen(text)), 0);
}

/* After a reboot, a pid and a start time identify another process. */
static void processes_of_another_boot_are_not_taken_for_the_labs(void **state)
{
	static const char processes[] = "names\ndelay-line\ndelay-line 4711 88230\n"
					"services\nservices 4712 88231\n";
	struct lab_dir d = { .name = (char[]){ "avs" }, .fd = -1, .lock = -1 };
	char where[] = "/tmp/netemu-journal-XXXXXX", boot[STATE_BOOT_SIZE], text[512];
	const char *const boots[] = { boot, "another", "" };
	const bool known[] = { true, false, true };

	(void)state;
	assert_non_null(mkdtemp(where));
	d.fd = open(where, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	state_read_boot(boot);
	for (size_t i = 0; i < countof(boots); i++) {
		own_journal j;

		snprintf(text, sizeof(text), HEADER "%s%s%s%s", *boots[i] ? "boot " : "", boots[i],
			 *boots[i] ? "\n" : "", processes);
		rewrite_journal(&d, text);
		assert_int_equal(journal_read(&d, &j), 0);
		assert_int_equal(j.relay_pid, known[i] ? 4711 : 0);
		assert_int_equal(j.services_pid, known[i] ? 4712 : 0);
		assert_true(j.names && j.relay && j.services);
		assert_int_equal(j.strange, 0);
	}
	/* A new journal is of this boot. */
	assert_int_equal(unlinkat(d.fd, "journal", 0), 0);
	close(journal_begin(&d));
	{
		own_journal j;

		assert_int_equal(journal_read(&d, &j), 0);
		assert_string_equal(j.boot, boot);
	}
	assert_int_equal(unlinkat(d.fd, "journal", 0), 0);
	close(d.fd);
	assert_int_equal(rmdir(where), 0);
}

/* The file's name alone does not make it a journal. */
static void only_a_whole_header_makes_a_journal(void **state)
{
	static const char *const bad[] = { "",
					   "n",
					   "netemu-journal 1 avs",
					   "netemu-journal 1 av\n",
					   "netemu-journal 1 avs2\n",
					   "netemu-journal 5 avs\n",
					   "my diary\n" };
	struct lab_dir d = { .name = (char[]){ "avs" }, .fd = -1, .lock = -1 };
	char where[] = "/tmp/netemu-journal-XXXXXX";
	struct journal j;

	(void)state;
	assert_non_null(mkdtemp(where));
	d.fd = open(where, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < countof(bad); i++) {
		rewrite_journal(&d, bad[i]);
		if (journal_read(&d, &j) != -EBADMSG)
			fail_msg("taken: '%s'", bad[i]);
		journal_release(&j);
	}
	assert_int_equal(unlinkat(d.fd, "journal", 0), 0);
	assert_int_equal(mkfifoat(d.fd, "journal", 0600), 0); /* must not block */
	assert_int_equal(journal_read(&d, &j), -EBADMSG);
	journal_release(&j);
	assert_int_equal(unlinkat(d.fd, "journal", 0), 0);
	close(d.fd);
	assert_int_equal(rmdir(where), 0);
}

/* A lab with a maker is abandoned once that process has ended. */
static void the_maker_of_a_lab_is_written_down_and_known_to_be_gone(void **state)
{
	struct lab_dir d = { .name = (char[]){ "avs" }, .fd = -1, .lock = -1 };
	char where[] = "/tmp/netemu-journal-XXXXXX";
	const uint64_t start = process_start_time(getpid());
	struct state s = { 0 };

	(void)state;
	assert_non_null(mkdtemp(where));
	d.fd = open(where, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; i < 3; i++) { /* none; this process; an earlier one of its pid */
		const struct state w = { .maker = i ? getpid() : 0,
					 .maker_start = start - (i == 2) };

		assert_int_equal(state_write(&d, "state", &w), 0);
		assert_int_equal(state_read(&d, &s), 0);
		assert_int_equal(s.maker, w.maker);
		assert_int_equal(s.maker_start, i ? w.maker_start : 0);
		assert_int_equal(state_is_abandoned(&s), i == 2);
	}
	strcpy(s.boot, "another"); /* gc checks the boot first */
	assert_false(state_is_abandoned(&s));
	assert_int_equal(unlinkat(d.fd, "state", 0), 0);
	close(d.fd);
	assert_int_equal(rmdir(where), 0);
}

/* An unknown keyword is ignored; an unknown version of the format is refused. */
static void a_state_is_of_a_form_that_is_known(void **state)
{
	char later[] = "netemu-state 1\nnodes 3\ncolour red\nlinks 2\ndelay-line 4711 88230\n";
	char another[] = "netemu-state 2\nnodes 3\n", none[] = "", cut[] = "netemu-st";
	struct state s;

	(void)state;
	assert_int_equal(state_parse(later, &s), 0);
	assert_int_equal(s.nodes, 3);
	assert_int_equal(s.links, 2);
	assert_int_equal(s.relay, 4711);
	assert_int_equal(s.relay_start, 88230);
	assert_int_equal(state_parse(another, &s), -EBADMSG);
	assert_int_equal(state_parse(none, &s), -EBADMSG);
	assert_int_equal(state_parse(cut, &s), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_journal_says_all),
		cmocka_unit_test(a_journal_may_end_anywhere),
		cmocka_unit_test(what_netemu_would_not_write_is_skipped),
		cmocka_unit_test(another_labs_journal_says_nothing),
		cmocka_unit_test(a_process_that_is_not_whole_is_none),
		cmocka_unit_test(names_are_checked_before_they_become_paths),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(a_line_cut_short_by_a_full_disk_is_taken_back),
		cmocka_unit_test(processes_of_another_boot_are_not_taken_for_the_labs),
		cmocka_unit_test(only_a_whole_header_makes_a_journal),
		cmocka_unit_test(the_maker_of_a_lab_is_written_down_and_known_to_be_gone),
		cmocka_unit_test(a_state_is_of_a_form_that_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
