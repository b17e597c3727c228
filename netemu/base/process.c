/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"

/* The kernel puts the arguments on the stack; fields 48 and 49 of stat are the addresses. */
void process_rename(const char *name, const char *label)
{
	unsigned long long from, to;
	char text[1024], title[128], *rest;
	own_file *f = fopen("/proc/self/stat", "re");
	size_t n;

	snprintf(title, sizeof(title), "%s%s%s", name, label ? " " : "", label ? label : "");
	(void)prctl(PR_SET_NAME, name);
	if (!f)
		return;
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	rest = strrchr(text, ')');
	for (int field = 2; rest && field < 48; field++)
		rest = strchr(rest + 1, ' ');
	if (!rest || sscanf(rest, " %llu %llu", &from, &to) != 2 || from == 0 || to <= from + 1)
		return;
	memset((void *)(uintptr_t)from, 0, (size_t)(to - from));
	snprintf((char *)(uintptr_t)from, (size_t)(to - from), "%s", title);
}

void process_reset_signals(void)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_DFL);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

bool process_is_killed(pid_t pid)
{
	char path[64], line[256];
	unsigned long long pending = 0;
	own_file *f = NULL;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "ShdPnd: %llx", &pending) == 1)
			break;
	return pending >> (SIGKILL - 1) & 1;
}

static void process_close_between(unsigned int first, unsigned int last)
{
	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return;
	for (unsigned int fd = first; fd <= last && fd < (unsigned int)sysconf(_SC_OPEN_MAX); fd++)
		(void)close((int)fd);
}

int process_close_all_but(const int *fds, unsigned int n)
{
	own_fd null = open("/dev/null", O_RDWR | O_CLOEXEC);
	unsigned int next = 3;

	if (null < 0)
		return -errno;
	for (int fd = 0; fd < 3; fd++)
		if (dup2(null, fd) < 0)
			return -errno;
	for (unsigned int i = 0; i < n; i++) {
		if (fds[i] > (int)next)
			process_close_between(next, (unsigned int)fds[i] - 1);
		if (fds[i] >= (int)next)
			next = (unsigned int)fds[i] + 1;
	}
	process_close_between(next, ~0U);
	(void)fd_take(&null); /* closed with the rest */
	return 0;
}

/* ---- making one ---- */

enum { READY_MS = 30 * 1000 };

static int process_await_report(int fd, struct process_report *rep)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n;
	int ready;

	do
		ready = poll(&p, 1, READY_MS);
	while (ready < 0 && errno == EINTR);
	if (ready <= 0)
		return ready < 0 ? -errno : -ETIMEDOUT;
	n = read(fd, rep, sizeof(*rep));
	if (n < 0)
		return -errno;
	if (n != (ssize_t)sizeof(*rep))
		return -ECHILD;
	if (rep->result == 0) /* wait until it closes the pipe, after all that it held meanwhile */
		(void)poll(&p, 1, READY_MS);
	return rep->result;
}

static pid_t process_fork_twice(process_life *live, const void *ctx, int report)
{
	pid_t child = fork();

	if (child != 0)
		return child;
	(void)setsid();
	child = fork();
	if (child == 0)
		live(ctx, report);
	_exit(child < 0 ? errno : 0); /* without a process there is no report but this status */
}

/* The first child exits at once; the process reports when it is ready. */
static int process_fork_and_wait(process_life *live, const void *ctx, struct process_report *rep)
{
	int pipe_fd[2], r, status = 0;
	pid_t child;

	if (pipe2(pipe_fd, O_CLOEXEC) < 0)
		return -errno;
	own_fd from = pipe_fd[0];
	own_fd to = pipe_fd[1];
	child = process_fork_twice(live, ctx, to);
	r = child < 0 ? -errno : 0;
	own_closep(&to);
	if (r < 0)
		return r;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (WIFEXITED(status) && WEXITSTATUS(status))
		return -WEXITSTATUS(status);
	return process_await_report(from, rep);
}

int process_spawn(process_life *live, const void *ctx, const char *what, pid_t *ret_pid, char *err,
		  size_t err_size)
{
	struct process_report rep = { .text = "" };
	int r = process_fork_and_wait(live, ctx, &rep);

	if (r == 0)
		*ret_pid = rep.pid;
	else if (rep.text[0])
		snprintf(err, err_size, "%s", rep.text);
	else
		snprintf(err, err_size, "%s: %s", what,
			 r == -ECHILD ? "ended before it was ready" : strerror(-r));
	return r;
}
