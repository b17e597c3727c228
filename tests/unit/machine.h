/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machine.h - a machine of the tests' own: its namespaces, /run and /etc are seen by nobody else,
 * and whatever a test leaves behind is seen in a snapshot and ends with the process.
 */
#ifndef TESTS_MACHINE_H
#define TESTS_MACHINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/own.h"
#include "base/text.h"
#include "lab/lab.h"
#include "small_plan.h"

#define LAB_NAME "kl-test"

static bool machine_is_ours; /* else the tests skip */

static inline void machine_file(const char *path, const char *text)
{
	own_file *f = fopen(path, "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
}

/* Without root, root in a user namespace of its own. */
static inline bool machine_root(void)
{
	unsigned int uid = getuid(), gid = getgid();
	char map[64];

	if (uid == 0)
		return true;
	if (unshare(CLONE_NEWUSER) < 0)
		return false;
	machine_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1\n", uid);
	machine_file("/proc/self/uid_map", map);
	snprintf(map, sizeof(map), "0 %u 1\n", gid);
	machine_file("/proc/self/gid_map", map);
	return true;
}

static inline int machine_begin(void **state)
{
	(void)state;
	if (!machine_root() || unshare(CLONE_NEWNET | CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("run", "/run", "tmpfs", 0, "mode=0755") < 0 ||
	    mount("etc", "/etc", "tmpfs", 0, "mode=0755") < 0) {
		print_message("skipped: no namespaces of its own (%s): needs root\n",
			      strerror(errno));
		return 0;
	}
	machine_file("/etc/hosts", "127.0.0.1 localhost\n");
	machine_file("/etc/nsswitch.conf", "hosts: files\n");
	unsetenv("NETEMU_RUN");
	machine_is_ours = true;
	return 0;
}

static inline void machine_needed(void)
{
	if (!machine_is_ours)
		skip();
}

/* ---- what stands on it -------------------------------------------------------------------- */

static struct text *machine_out;

static inline int machine_walk(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	text_printf(machine_out, "%s\n", path);
	return 0;
}

static inline int machine_by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A file that was written anew stands elsewhere in its directory. */
static inline void machine_sort(struct text *out)
{
	char *copy = xstrdup(text_str(out)), *rest = copy, *line;
	VEC(char *) lines = { 0 };

	while ((line = strsep(&rest, "\n")))
		vec_push(NULL, &lines, line);
	qsort(lines.v, lines.n, sizeof(*lines.v), machine_by_text);
	text_clear(out);
	for (each(char *, l, &lines))
		if (**l)
			text_printf(out, "%s\n", *l);
	vec_free(&lines);
	free(copy);
}

/* Files below /run and /etc/netns, the lab's mounts (others may come and go where ours hide
 * them), and our open descriptors. */
static inline void machine_snapshot(struct text *out)
{
	char line[1024];
	own_file *mounts = fopen("/proc/self/mountinfo", "re");
	struct stat st;

	text_clear(out);
	machine_out = out;
	nftw("/run", machine_walk, 16, FTW_PHYS);
	nftw("/etc/netns", machine_walk, 16, FTW_PHYS);
	while (fgets(line, sizeof(line), mounts))
		if (strstr(line, LAB_NAME))
			text_add(out, line);
	for (int fd = 3; fd < 1024; fd++)
		if (fd != fileno(mounts) && fstat(fd, &st) == 0)
			text_printf(out, "descriptor %d\n", fd);
	machine_sort(out);
}

/* The lines that only one of the two has. */
static inline void machine_tell(const char *what, const struct text *has, const struct text *lacks)
{
	char *lines = xstrdup(text_str(has)), *rest = lines, *line;

	while ((line = strsep(&rest, "\n")))
		if (*line && !strstr(text_str(lacks), line))
			print_message("  %s: %s\n", what, line);
	free(lines);
}

static inline void assert_unchanged(const struct text *before)
{
	own_text now = { 0 };

	machine_snapshot(&now);
	if (strcmp(text_str(&now), text_str(before)) == 0)
		return;
	machine_tell("lost", before, &now);
	machine_tell("left", &now, before);
	fail();
}

/* ---- doing things on it ------------------------------------------------------------------- */

/* A command in a node of the lab. */
#define IN(node, command) "ip netns exec " LAB_NAME "." node " " command

/* The exit status of a program, its output to nowhere. */
__attribute__((format(printf, 1, 2))) static inline int run(const char *fmt, ...)
{
	char command[512];
	va_list ap;
	int status;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	strcat(command, " > /dev/null 2>&1");
	status = system(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A lab's processes: others' tests may run on the machine, in mount namespaces of their own. */
static inline bool processes_live(void)
{
	return run("for p in $(pgrep '^netemu-[ds]'); do "
		   "[ /proc/$p/ns/mnt -ef /proc/self/ns/mnt ] && exit 9; done; exit 0") == 9;
}

static inline int build(struct plan *p, struct diag *dg)
{
	static const char text[] = "netemu: 1\n";
	const struct lab_source src = {
		.name = LAB_NAME, .path = "small.yaml", .text = text, .size = sizeof(text) - 1
	};

	return lab_up(p, &src, dg);
}

static inline void show(const struct diag *dg)
{
	for (size_t i = 0; i < diag_count(dg); i++)
		print_message("  %s:%u: %s\n",
			      diag_at(dg, i)->at.file ? diag_at(dg, i)->at.file : "",
			      diag_at(dg, i)->at.line, diag_at(dg, i)->text);
}

static inline void assert_done(int r, const struct diag *dg)
{
	if (r < 0)
		show(dg);
	assert_int_equal(r, 0);
}

/* Whether an echo of a host is answered in so many ms. Early, or not at all, is wrong at once; what
 * is late may be the machine's doing and is tried again. */
static inline bool is_answered_in(const char *from, const char *to, double least_ms, double most_ms)
{
	char command[256];
	double rtt = 0;

	/* The first one may have to find the way. */
	snprintf(command, sizeof(command),
		 "ip netns exec " LAB_NAME ".%s ping -c 2 -i 0.2 -w 20 %s |"
		 " sed -n 's/.*icmp_seq=2 .*time=\\([0-9.]*\\) ms/\\1/p'",
		 from, to);
	for (unsigned int tries = 0; tries < 4; tries++) {
		FILE *f = popen(command, "r"); /* NOLINT: the tests' own words */
		bool heard = f && fscanf(f, "%lf", &rtt) == 1;

		if (f)
			pclose(f);
		if (!heard || rtt < least_ms)
			break;
		if (rtt <= most_ms)
			return true;
		sleep(1 << tries);
	}
	print_message("%s to %s: %g ms\n", from, to, rtt);
	return false;
}

/* All sentences that tell how the lab differs from its plan, one a line. */
static inline void drift_of(const struct plan *p, struct text *out)
{
	struct diag *dg = diag_new();
	struct lab *lab;
	lab_drift drift;

	assert_done(lab_open(LAB_NAME, &lab, dg), dg);
	assert_done(lab_compare(lab, p, &drift, dg), dg);
	for (size_t i = 0; i < drift.n; i++) {
		text_printf(out, "%s\n", drift.v[i]);
		free(drift.v[i]);
	}
	vec_free(&drift);
	lab_close(lab);
	diag_free(dg);
}

/* ---- what every test of a lab begins and ends with ---------------------------------------- */

static struct text before; /* what stood on the machine */
static struct diag *dg;	   /* what has been said since */

static inline int lab_test_begin(void **state)
{
	(void)state;
	dg = diag_new();
	machine_snapshot(&before);
	return 0;
}

/* A lab that still stands goes. */
static inline int lab_test_end(void **state)
{
	struct diag *ignored = diag_new();

	(void)state;
	if (machine_is_ours)
		lab_down(LAB_NAME, ignored);
	diag_free(ignored);
	diag_free(dg);
	text_release(&before);
	return 0;
}

static inline struct lab *opened(void)
{
	struct lab *lab;

	assert_done(lab_open(LAB_NAME, &lab, dg), dg);
	return lab;
}

/* The lab goes, and nothing of it is left. */
static inline void assert_goes_whole(void)
{
	assert_done(lab_down(LAB_NAME, dg), dg);
	assert_unchanged(&before);
	assert_false(processes_live());
}

#endif
