/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names.h - the links to a lab's namespaces in the directories of iproute2: /run/netns, /etc/netns.
 *
 * A lab puts only symbolic links there, and removes only links with the targets of its own. A
 * directory that is missing is created, and then removed with the last lab.
 */
#ifndef LAB_NAMES_H
#define LAB_NAMES_H

#include <stddef.h>

struct diag;
struct lab_dir;

/* -EEXIST, with a finding, when a name that the lab needs is taken by another file. */
int names_check(const struct lab_dir *d, const char *const *netns, size_t n, struct diag *dg);

/* names_publish() creates the links <lab>.<netns>, names_withdraw() removes those that exist.
 * -EINTR, without a finding: a signal came while names_publish() waited for its lock. */
int names_publish(const struct lab_dir *d, const char *const *netns, size_t n, struct diag *dg);
int names_withdraw(const struct lab_dir *d, const char *const *netns, size_t n, struct diag *dg);

/* Removes links of labs without a directory, such as those that a reboot leaves in /etc/netns. */
void names_sweep(const char *run);

/* After a lab is removed: removes the directories that netemu has created and that are empty. Waits
 * for other commands that change them; a signal leaves the rest to the next command. */
void names_tidy(const char *run);

#endif
