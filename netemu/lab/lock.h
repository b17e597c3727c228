/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lock.h - lock files that nobody but their owner can lock, and waiting that a signal ends.
 *
 * A lock is taken on an open file, so a file that others can open is a lock that others can hold:
 * each is of mode 0600 and its user's own. The last who needs such a file removes it while holding
 * its lock; whoever gets the lock then checks with lock_is_at() that it is still the file of that
 * name.
 */
#ifndef LAB_LOCK_H
#define LAB_LOCK_H

#include <stdbool.h>
#include <sys/types.h>

/* Opens a lock file of a directory (or AT_FDCWD), and makes it first with `make`. A descriptor;
 * -ENOENT; -EPERM: it is no plain file, or belongs to another user. */
int lock_open(int dir, const char *name, bool make);

/* Whether the file that is open is still the directory's file of that name. */
bool lock_is_at(int fd, int dir, const char *name);

/* Takes the lock, LOCK_EX or LOCK_SH, or returns -EBUSY at once. */
int lock_try(int fd, int how);

/* Waits for the lock. After some seconds it says which process holds it (diag_now(); `path`
 * is what people know the lock by). -EINTR, without a finding, after SIGINT, SIGTERM or SIGHUP,
 * which then has its usual effect, or is pending where the caller blocks it. */
int lock_wait(int fd, int how, const char *path);

/* Takes the lock if nobody is at work under it, else -EBUSY. It waits only where the process that
 * took the lock was killed: until the kernel is done with it, and until a process that it had
 * started is ready and lets go of the lock. */
int lock_take_idle(int fd);

/* The process that took the lock, which may have ended since; 0: not known. */
pid_t lock_holder(int fd);

#endif
