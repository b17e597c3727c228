/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/own.h"
#include "base/process.h"
#include "base/process_id.h"
#include "lab/signals.h"
#include "relay/relay.h"

static const uint64_t shortest_nap_ns = 250000, longest_nap_ns = 20000000;
static const uint64_t patience_ns = 3000000000;
static const uint64_t left_over_ns = 10000000000, unknown_ns = 100000000;

int lock_open(int dir, const char *name, bool make)
{
	const int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | (make ? O_CREAT : 0);
	own_fd fd = openat(dir, name, flags, 0600);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid())
		return -EPERM;
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) && fchmod(fd, 0600) < 0)
		return -errno;
	return fd_take(&fd);
}

bool lock_is_at(int fd, int dir, const char *name)
{
	struct stat ours, there;

	return fstat(fd, &ours) == 0 && fstatat(dir, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

int lock_try(int fd, int how)
{
	while (flock(fd, how | LOCK_NB) < 0)
		if (errno != EINTR)
			return errno == EWOULDBLOCK ? -EBUSY : -errno;
	return 0;
}

/* ---- the holder --------------------------------------------------------------------------- */

/* A line of /proc/locks: "3: FLOCK  ADVISORY  WRITE 4711 00:18:1234 0 EOF". */
pid_t lock_holder(int fd)
{
	own_file *f = fopen("/proc/locks", "re");
	unsigned long long inode;
	unsigned int major_no, minor_no;
	struct stat st;
	char line[256];
	int pid;

	if (!f || fstat(fd, &st) < 0)
		return 0;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%*d: FLOCK %*s %*s %d %x:%x:%llu", &pid, &major_no, &minor_no,
			   &inode) == 4 &&
		    inode == st.st_ino && major_no == major(st.st_dev) &&
		    minor_no == minor(st.st_dev) && pid > 0)
			return pid;
	return 0;
}

/* How long lock_take_idle() waits: not at all while the holder lives; a moment for an unknown
 * holder, which may have just released the lock. */
static uint64_t lock_worth_ns(int fd)
{
	pid_t pid = lock_holder(fd);

	if (!pid)
		return unknown_ns;
	if (process_is_alive(pid, process_start_time(pid)) && !process_is_killed(pid))
		return 0;
	return left_over_ns;
}

/* ---- waiting for it ----------------------------------------------------------------------- */

/* Polls, because a blocking flock(2) would miss a signal that comes just before the call. */
static uint64_t lock_longer_nap(uint64_t ns)
{
	return ns < longest_nap_ns / 2 ? 2 * ns : longest_nap_ns;
}

static void lock_tell_holder(int fd, const char *path)
{
	pid_t pid = lock_holder(fd);

	if (pid)
		diag_now("waiting for the lock %s, which process %d holds", path, (int)pid);
	else
		diag_now("waiting for the lock %s", path);
}

int lock_wait(int fd, int how, const char *path)
{
	uint64_t nap = shortest_nap_ns, tell_at = clock_ns() + patience_ns;
	int r = lock_try(fd, how), number = 0;
	struct signals signals;

	if (r != -EBUSY)
		return r;
	signals_hold(&signals);
	while (r == -EBUSY && number == 0) {
		number = signals_await(&signals, nap);
		nap = lock_longer_nap(nap);
		r = lock_try(fd, how);
		if (r == -EBUSY && clock_ns() > tell_at) {
			lock_tell_holder(fd, path);
			tell_at = UINT64_MAX;
		}
	}
	if (number)
		(void)raise(number); /* signals_await() has consumed it */
	signals_hand_on(&signals);
	return r == -EBUSY ? -EINTR : r;
}

int lock_take_idle(int fd)
{
	const uint64_t begin = clock_ns();
	uint64_t nap = shortest_nap_ns;
	int r;

	while ((r = lock_try(fd, LOCK_EX)) == -EBUSY && clock_ns() - begin < lock_worth_ns(fd)) {
		const struct timespec t = { .tv_nsec = (long)nap };

		(void)nanosleep(&t, NULL);
		nap = lock_longer_nap(nap);
	}
	return r;
}
