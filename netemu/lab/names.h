/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names.h - where the standard programs look for namespaces: /run/netns and /etc/netns.
 *
 * A lab puts symbolic links there and nothing else, and takes away only links that lead to where
 * its own do. Either directory is made when it is missing, and then removed with the last lab.
 */
#ifndef LAB_NAMES_H
#define LAB_NAMES_H

#include <stddef.h>

struct diag;
struct lab_dir;

/* -EEXIST, with a finding, when a name that the lab wants is somebody else's. */
int names_check(const struct lab_dir *d, const char *const *netns, size_t n, struct diag *dg);

/* Makes the links <lab>.<netns>; removes those that are there. -EINTR without a finding: a signal
 * came while it waited for others to be done with theirs. */
int names_publish(const struct lab_dir *d, const char *const *netns, size_t n, struct diag *dg);
int names_withdraw(const struct lab_dir *d, const char *const *netns, size_t n, struct diag *dg);

/* Takes away links of labs that have no directory any more, as a reboot leaves them in /etc. */
void names_sweep(const char *run);

/* After a lab is gone: removes the directories that netemu made and nobody uses. Waits for the
 * commands that link into them; a signal leaves the rest to the next command. */
void names_tidy(const char *run);

#endif
