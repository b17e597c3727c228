/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dir.h - a lab's directory and the lock in it.
 *
 * A command that changes a lab holds its lock; readers open the directory without. A directory is a
 * lab's if its user's own journal in it says so, or if netemu's names are mounted there, and is
 * left alone otherwise, whatever it is called and whatever it holds. It is made aside, with its
 * lock and its journal, and renamed into its place; and it goes in the same way.
 */
#ifndef LAB_DIR_H
#define LAB_DIR_H

#include <stdbool.h>

#include "lab/dir_file.h"

struct diag;

#define own_lab_dir __attribute__((cleanup(lab_dir_release))) struct lab_dir
#define LAB_DIR_NONE                                                                               \
	{                                                                                          \
		.run_fd = -1, .fd = -1, .lock = -1                                                 \
	}

/* $NETEMU_RUN, or /run/netemu, also in a home (home.h); for others than root where the way to
 * their home is. Heap; NULL when it is no absolute path. */
char *lab_run_dir(void);
/* Where the door of a user's home is: $NETEMU_RUN, or netemu in $XDG_RUNTIME_DIR or /run/user/UID,
 * or else /tmp/netemu-UID. Likewise. */
char *lab_home_dir(void);
bool lab_run_dir_is_ours(const char *run); /* it is netemu's own, so removed when empty */

/* Opens the run directory; -EPERM when it belongs to another user, or other users may write to it.
 * lab_run_refused() makes a finding of that or another error, and returns the error. */
int lab_run_open(const char *run);
int lab_run_refused(const char *run, int error, struct diag *dg);

enum lab_dir_how {
	LAB_DIR_EXISTING,
	LAB_DIR_CREATE, /* makes the directory, with a journal, if there is no such lab */
	LAB_DIR_IDLE	/* an existing one that nobody is at work on: does not wait, -EBUSY */
};

/* Opens a lab's directory. -ENOENT: there is no such lab. lab_dir_lock() also takes the lock, for
 * which it waits until a signal comes. Findings tell of other failures only. */
int lab_dir_open(const char *name, struct lab_dir *ret, struct diag *dg);
int lab_dir_lock(const char *name, enum lab_dir_how how, struct lab_dir *ret, struct diag *dg);
void lab_dir_release(struct lab_dir *d);

/* Removes the directory, whose lock is held, with its lock and its journal; but not what somebody
 * else keeps in it, nor the directory then. 0 or -errno. */
int lab_dir_remove(const struct lab_dir *d);

/* Removes what commands that were killed have left aside while they made or removed a lab. */
void lab_dir_sweep(const char *run);

/* Whether the namespaces' names are there: after a reboot, or in another mount namespace, `netns`
 * is a mere directory. */
bool lab_dir_has_names(const struct lab_dir *d);

/* Whether these names are netemu's: of a lab, even if its journal was deleted or is damaged. */
bool lab_dir_has_our_names(const struct lab_dir *d);

/* Whether a change of the lab is going on, or was cut short: that, if nobody holds the lock. */
bool lab_dir_is_changing(const struct lab_dir *d);

#endif
