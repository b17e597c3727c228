/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/cell.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"
#include "base/vec.h"

/* ---- signals ------------------------------------------------------------------------------ */

static const int handed_on[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2 };

static sigset_t cell_awaited_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < countof(handed_on); i++)
		sigaddset(&set, handed_on[i]);
	return set;
}

static int shell_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Waits for the child and reaps all other children. A signal from the terminal reaches the whole
 * foreground process group, including the child; a signal sent by a process is forwarded to the
 * child. */
static int cell_await_child(pid_t child)
{
	const sigset_t set = cell_awaited_signals();

	for (;;) {
		siginfo_t info;
		pid_t ended;
		int status;

		if (sigwaitinfo(&set, &info) < 0)
			continue;
		if (info.si_signo != SIGCHLD && info.si_code <= 0)
			(void)kill(child, info.si_signo);
		while ((ended = waitpid(-1, &status, WNOHANG)) > 0)
			if (ended == child)
				return shell_status(status);
	}
}

/* ---- the terminal ------------------------------------------------------------------------- */

/* Makes this process group the terminal's foreground again. An interactive shell in the cell takes
 * the foreground and cannot restore a group outside of its PID namespace. */
static void cell_take_foreground(int terminal)
{
	sigset_t ttou, before;

	if (terminal < 0 || tcgetpgrp(terminal) == getpgrp())
		return;
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &before);
	(void)tcsetpgrp(terminal, getpgrp());
	sigprocmask(SIG_SETMASK, &before, NULL);
}

/* The controlling terminal if this process group is its foreground; else -1. */
static int foreground_terminal(void)
{
	own_fd fd = open("/dev/tty", O_RDWR | O_CLOEXEC);

	return fd >= 0 && tcgetpgrp(fd) == getpgrp() ? fd_take(&fd) : -1;
}

/* ---- entering ----------------------------------------------------------------------------- */

static int cell_clone_flags(void)
{
	return CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC |
	       (sandbox_is_needless() ? 0 : CLONE_NEWUSER);
}

/* Whether procfs can be mounted, tried by a child process: the kernel refuses a new mount where a
 * container masks parts of /proc. */
static bool may_mount_proc(void)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		struct sandbox_refusal why;

		if (sandbox_unshare(cell_clone_flags() | CLONE_NEWPID, &why) < 0)
			_exit(1);
		child = fork();
		if (child == 0)
			_exit(sandbox_mount_proc(&why) < 0);
		_exit(waitpid(child, &status, 0) < 0 || status != 0);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* Die with the parent: set PR_SET_PDEATHSIG, then check that the parent has not already exited. In
 * a PID namespace SIGKILL ends all processes of the cell. Otherwise SIGTERM is forwarded to the
 * command, and the lab is removed when the command has ended. */
static int cell_die_with_parent(int lifeline, bool alone)
{
	struct pollfd p = { .fd = lifeline };

	if (prctl(PR_SET_PDEATHSIG, alone ? SIGKILL : SIGTERM) < 0)
		return -errno;
	return poll(&p, 1, 0) > 0 ? -ESRCH : 0;
}

static int cell_furnish(const struct cell *c, struct sandbox_refusal *why)
{
	int r = sandbox_furnish(why);

	if (r == 0 && c->alone)
		r = sandbox_mount_proc(why);
	if (r == 0 && !c->alone)
		(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	(void)unsetenv("NETEMU_RUN"); /* the cell's labs must not use a directory outside */
	return r;
}

static int cell_wait_outside(struct cell *c, pid_t child)
{
	own_fd terminal = foreground_terminal();

	c->status = cell_await_child(child);
	cell_take_foreground(terminal);
	sigprocmask(SIG_SETMASK, &c->before, NULL);
	return 0;
}

int cell_enter(struct cell *c, struct sandbox_refusal *why)
{
	const sigset_t set = cell_awaited_signals();
	int lifeline[2], r;
	pid_t child;

	*c = (struct cell){ .alone = may_mount_proc() };
	r = sandbox_unshare(cell_clone_flags() | (c->alone ? CLONE_NEWPID : 0), why);
	if (r < 0 || pipe2(lifeline, O_CLOEXEC) < 0)
		return r < 0 ? r : -errno;
	(void)signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &set, &c->before);
	(void)fflush(NULL);
	child = fork();
	if (child < 0)
		return -errno;
	(void)close(lifeline[child ? 0 : 1]);
	if (child > 0)
		return cell_wait_outside(c, child);
	c->inside = true;
	r = cell_die_with_parent(lifeline[0], c->alone);
	return r < 0 ? r : cell_furnish(c, why);
}

/* ---- the command -------------------------------------------------------------------------- */

static void cell_exec(const struct cell *c, char *const *command, int report)
{
	int error;

	if (!c->alone)
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigprocmask(SIG_SETMASK, &c->before, NULL);
	execvp(command[0], command);
	error = errno;
	(void)!write(report, &error, sizeof(error));
	_exit(127);
}

int cell_run(const struct cell *c, char *const *command)
{
	int ends[2], error = 0, status;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	own_fd from = ends[0];
	own_fd to = ends[1];
	child = fork();
	if (child == 0)
		cell_exec(c, command, to);
	if (child < 0)
		return -errno;
	own_closep(&to);
	if (read(from, &error, sizeof(error)) != sizeof(error))
		error = 0;
	status = cell_await_child(child);
	return error ? -error : status;
}
