/* SPDX-License-Identifier: GPL-2.0-or-later */
/* home.h - the namespaces in which the labs of an unprivileged user live.
 *
 *	command --joins--> user, mount and network namespace <--holds-- netemu-keeper
 *	   |                                                                 |
 *	   '-- finds by --> <door>: "pid start number" <---- locks, removes -'
 *
 * The door is a file of the user. Each command inside the home holds a shared lock on it. The
 * keeper only keeps the namespaces alive: it exits when no lab is left and it gets the lock
 * exclusively, and the namespaces end with it. Inside, labs live in /run/netemu, as root's labs do
 * outside, and root's labs are not visible.
 */
#ifndef LAB_HOME_H
#define LAB_HOME_H

#include <stdbool.h>

#include "kernel/sandbox.h"

struct diag;

/* Moves this process into its user's home; `make`: creates the home if it does not exist. Returns 1
 * inside the home; 0 when there is no home and `make` is false; -EPERM and `why` when the kernel
 * refuses; -errno with a finding otherwise. The process must have one thread. */
int lab_home_enter(bool make, struct sandbox_refusal *why, struct diag *dg);

#endif
