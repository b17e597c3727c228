/* SPDX-License-Identifier: GPL-2.0-or-later */
/* freed.h - waits until the kernel has freed released namespaces.
 *
 * The kernel frees namespaces asynchronously, in batches, from one queue for the whole machine.
 * kernel_wait_freed() waits for all that were released before the call: then their devices are gone
 * and their memory is free. It does not wait for namespaces that a process still uses. Returns 0;
 * -EPERM or the like where this cannot be observed; -ETIMEDOUT after two minutes. A failure is also
 * a finding.
 */
#ifndef KERNEL_FREED_H
#define KERNEL_FREED_H

struct diag;

int kernel_wait_freed(struct diag *dg);

#endif
