/* SPDX-License-Identifier: GPL-2.0-or-later */
/* remove.h - takes a lab away: what its journal says, in reverse, whatever stands of it. */
#ifndef LAB_REMOVE_H
#define LAB_REMOVE_H

struct diag;
struct lab_dir;

/* The caller holds the lock, which goes with the directory. Goes on after a failure; then the
 * journal stays, so that it can be tried again. names_tidy() is for afterwards. */
int lab_remove(struct lab_dir *d, struct diag *dg);

#endif
