/* SPDX-License-Identifier: GPL-2.0-or-later */
/* home.h - where the labs of a user who is not root live: namespaces of that user's own.
 *
 *	command --joins--> user, mount and network namespace <--holds-- netemu-keeper
 *	   |                                                                 |
 *	   '-- finds by --> <door>: "pid start number" <---- locks, removes -'
 *
 * The door is a file of the user's. Whoever works inside holds a shared lock on it; the keeper,
 * which is there only to be found, goes when no lab is left and it gets the lock alone, and then
 * all is gone. Inside, labs live in /run/netemu as root's do outside, and see nothing of root's.
 */
#ifndef LAB_HOME_H
#define LAB_HOME_H

#include <stdbool.h>

#include "kernel/sandbox.h"

struct diag;

/* Moves this process into its user's home, which is made if there is none and `make` is asked.
 * Returns 1 when it is inside; 0 when there is none and none was to be made; -EPERM and `why` when
 * the machine refuses, and -errno with a finding otherwise. The process must have one thread. */
int lab_home_enter(bool make, struct sandbox_refusal *why, struct diag *dg);

#endif
