/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lock.h - lock files that only their owner can lock, and waiting that a signal ends.
 *
 * flock(2) needs only an open file, so any user who can open the file can hold the lock: each lock
 * file has mode 0600 and belongs to its user. Its last user removes it while holding the lock. A
 * process that gets the lock therefore checks with lock_is_at() that the file still has its name.
 */
#ifndef LAB_LOCK_H
#define LAB_LOCK_H

#include <stdbool.h>
#include <sys/types.h>

/* Opens a lock file in a directory (or AT_FDCWD); `make`: creates it if it does not exist. Returns
 * a descriptor; -ENOENT; -EPERM: it is not a regular file, or belongs to another user; -errno. */
int lock_open(int dir, const char *name, bool make);

/* Whether the open file is still the directory's file of that name. */
bool lock_is_at(int fd, int dir, const char *name);

/* Takes the lock, LOCK_EX or LOCK_SH, or returns -EBUSY at once. */
int lock_try(int fd, int how);

/* Waits for the lock. After some seconds it prints which process holds it (diag_now(), where `path`
 * names the lock). -EINTR, without a finding, after SIGINT, SIGTERM or SIGHUP; the signal is raised
 * again, so that it has its usual effect, or is pending if the caller blocks it. */
int lock_wait(int fd, int how, const char *path);

/* Takes the lock unless a live command holds it; then -EBUSY at once. If the holder was killed, it
 * waits until the kernel has ended that process, and until a child that inherited the lock has
 * released it. */
int lock_take_idle(int fd);

/* The process that took the lock, which may have ended since; 0: not known. */
pid_t lock_holder(int fd);

#endif
