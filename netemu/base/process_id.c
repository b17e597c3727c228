/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/process_id.h"

#include "base/own.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

enum { TERM_MS = 2000, KILL_MS = 30000 }; /* the kernel needs time to close thousands of ports */

struct process_state {
	char letter;
	unsigned long long start;
};

static int process_read_state(pid_t pid, struct process_state *ret)
{
	char path[64], text[1024];
	own_file *f = NULL;
	const char *rest;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	/* Field 2 is the program's name in parentheses; it may contain ")". */
	rest = strrchr(text, ')');
	if (!rest || sscanf(rest + 1,
			    " %c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s"
			    " %*s %*s %llu",
			    &ret->letter, &ret->start) != 2)
		return -ESRCH;
	return 0;
}

static bool process_has_ended(const struct process_state *s)
{
	return s->letter == 'Z' || s->letter == 'X';
}

uint64_t process_start_time(pid_t pid)
{
	struct process_state s = { 0 };

	return process_read_state(pid, &s) == 0 ? s.start : 0;
}

bool process_is_alive(pid_t pid, uint64_t start)
{
	struct process_state s = { 0 };

	return pid > 0 && process_read_state(pid, &s) == 0 && s.start == start &&
	       !process_has_ended(&s);
}

static int process_signal_and_wait(int pidfd, int sig, int ms)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };
	int n;

	if (syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0) < 0)
		return errno == ESRCH ? 0 : -errno;
	do
		n = poll(&p, 1, ms);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n == 0 ? -ETIMEDOUT : 0;
}

int process_stop(pid_t pid, uint64_t start)
{
	own_fd pidfd = -1;
	int r;

	if (pid <= 0)
		return -EINVAL;
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0) {
		int error = -errno; /* the pid is a thread: EINVAL, from 6.15 on ENOENT */

		return error == -ESRCH || !process_is_alive(pid, start) ? 0 : error;
	}
	/* Check again: the pid may have been reused before pidfd_open(). */
	if (!process_is_alive(pid, start))
		return 0;
	r = process_signal_and_wait(pidfd, SIGTERM, TERM_MS);
	if (r == -ETIMEDOUT)
		r = process_signal_and_wait(pidfd, SIGKILL, KILL_MS);
	return r;
}
