/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dir.h - a lab's directory and the lock in it.
 *
 * A command that changes a lab holds its lock; readers open the directory without it. A directory
 * belongs to a lab if it holds a journal of this user for this lab, or if netemu's names are
 * mounted in it; netemu leaves any other directory alone. A lab's directory is created under a
 * temporary name, with its lock and its journal, and renamed into place. It is removed the same
 * way.
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

/* The run directory: $NETEMU_RUN, or /run/netemu for root and inside a home (home.h), or
 * lab_home_dir() for other users. Heap; NULL when it is not an absolute path. */
char *lab_run_dir(void);
/* The directory of a user's door (home.h): $NETEMU_RUN, or netemu in $XDG_RUNTIME_DIR or
 * /run/user/UID, or else /tmp/netemu-UID. Heap; NULL when it is not an absolute path. */
char *lab_home_dir(void);
bool lab_run_dir_is_ours(const char *run); /* netemu chose it, so netemu removes it when empty */

/* Opens the run directory; -EPERM when it belongs to another user, or other users may write to it.
 * lab_run_refused() makes a finding of that or another error, and returns the error. */
int lab_run_open(const char *run);
int lab_run_refused(const char *run, int error, struct diag *dg);

enum lab_dir_how {
	LAB_DIR_EXISTING,
	LAB_DIR_CREATE, /* creates the directory, with a journal, if there is no such lab */
	LAB_DIR_IDLE	/* an existing one; -EBUSY if a live command holds its lock */
};

/* Opens a lab's directory. -ENOENT, without a finding: there is no such lab. Other failures add a
 * finding. lab_dir_lock() also takes the lock, and waits for it until a signal comes. */
int lab_dir_open(const char *name, struct lab_dir *ret, struct diag *dg);
int lab_dir_lock(const char *name, enum lab_dir_how how, struct lab_dir *ret, struct diag *dg);
void lab_dir_release(struct lab_dir *d);

/* Removes the lock, the journal and the directory of a lab whose lock is held. Files of others
 * stay, and so does the directory then. 0 or -errno. */
int lab_dir_remove(const struct lab_dir *d);

/* Removes the temporary directories of commands that were killed while they created or removed a
 * lab. */
void lab_dir_sweep(const char *run);

/* Whether the tmpfs with the namespaces' names is mounted: after a reboot, or in another mount
 * namespace, `netns` is a plain directory. */
bool lab_dir_has_names(const struct lab_dir *d);

/* Whether netemu mounted that tmpfs, which proves a lab even without a valid journal. */
bool lab_dir_has_our_names(const struct lab_dir *d);

/* Whether a change of the lab is under way. If no process holds the lock, it was cut short. */
bool lab_dir_is_changing(const struct lab_dir *d);

#endif
