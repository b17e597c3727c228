/* SPDX-License-Identifier: GPL-2.0-or-later */
/* remove.h - removes a lab: the objects that its journal lists, as far as they exist. */
#ifndef LAB_REMOVE_H
#define LAB_REMOVE_H

struct diag;
struct lab_dir;

/* The caller holds the lock, which is removed with the directory, and calls names_tidy()
 * afterwards. After a failure the removal continues, but the journal stays, so that it can be
 * repeated. */
int lab_remove(struct lab_dir *d, struct diag *dg);

#endif
