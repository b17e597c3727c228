/* SPDX-License-Identifier: GPL-2.0-or-later */
/* freed.h - when the namespaces that were let go are really gone.
 *
 * The kernel takes namespaces down by itself, later, one batch after the other, all of the
 * machine's in one queue. kernel_wait_freed() waits until all that were let go before it was
 * called have been: their devices are gone and their memory is free. Those that a program still
 * lives in were not let go, and are not waited for. Returns 0; -EPERM and the like where this
 * cannot be seen; -ETIMEDOUT after two minutes; with a finding.
 */
#ifndef KERNEL_FREED_H
#define KERNEL_FREED_H

struct diag;

int kernel_wait_freed(struct diag *dg);

#endif
