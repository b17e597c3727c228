/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ready.h - waits until new links carry packets. */
#ifndef KERNEL_READY_H
#define KERNEL_READY_H

#include "kernel/apply.h"

/* Waits until every planned link that is up has a carrier. The kernel drops packets on a new link
 * until its link watch has processed the carrier, some 200 links a second on a busy machine, so a
 * lab that was reported as up before would lose its first packets. Returns 0; -EINTR if `stop`
 * returned true; -ETIMEDOUT with findings after ten seconds. */
int kernel_wait_ready(const struct plan *p, const struct netns_set *set, kernel_stop *stop,
		      void *ctx, struct diag *dg);

/* The same for the devices for which `some` is true, which were made or set up one by one. */
int kernel_wait_some(const struct plan *p, const struct netns_set *set, const bool *some,
		     kernel_stop *stop, void *ctx, struct diag *dg);

#endif
