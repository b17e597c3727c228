/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The method: release one more namespace after the others. A user whose limit is one network
 * namespace cannot make a second (ENOSPC) until the first is uncharged, which is the last step of
 * the kernel's cleanup of a batch (cleanup_net(), since Linux 4.9). There is one queue with one
 * worker, so all namespaces that were released earlier are in the same batch or an earlier one.
 *
 * A child sets the limit in a user namespace of its own. (The slab of struct net is no indicator:
 * since 6.14 the structs are kept until the next batch.) */
#include "kernel/freed.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/own.h"

enum { PAUSE_NS = 500000, PATIENCE_S = 120 };

static int freed_child_status(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}

static int freed_limit_to_one(void)
{
	own_fd fd = -1;

	if (unshare(CLONE_NEWUSER) < 0)
		return -errno;
	fd = open("/proc/sys/user/max_net_namespaces", O_WRONLY | O_CLOEXEC);
	return fd >= 0 && write(fd, "1", 1) == 1 ? 0 : -errno;
}

/* Makes a namespace that no process is in when this returns. */
static int freed_make_last(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(unshare(CLONE_NEWNET) < 0 ? errno : 0);
	return child < 0 ? -errno : freed_child_status(child);
}

static int freed_watch(void)
{
	const uint64_t end = clock_ns() + (uint64_t)PATIENCE_S * 1000000000;
	int r = freed_limit_to_one();

	if (r == 0)
		r = freed_make_last();
	if (r < 0)
		return r;
	while (unshare(CLONE_NEWNET) < 0) {
		if (errno != ENOSPC)
			return -errno;
		if (clock_ns() > end)
			return -ETIMEDOUT;
		nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
	}
	return 0;
}

int kernel_wait_freed(struct diag *dg)
{
	pid_t child = fork();
	int r;

	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(-freed_watch());
	}
	r = child < 0 ? -errno : freed_child_status(child);
	if (r == -ETIMEDOUT)
		diag_error(dg, (struct pos){ 0 }, r, "wait",
			   "the kernel is still freeing namespaces after %d s", PATIENCE_S);
	else if (r < 0)
		diag_error(dg, (struct pos){ 0 }, r, "wait",
			   "cannot see when the kernel has freed the namespaces: %s", strerror(-r));
	return r;
}
