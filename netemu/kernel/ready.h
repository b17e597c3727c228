/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ready.h - waits until what was built carries packets. */
#ifndef KERNEL_READY_H
#define KERNEL_READY_H

#include "kernel/apply.h"

/* The kernel lets packets through a new link only when its link watch has seen the carrier, some
 * 200 links a second on a busy machine: a lab that is called up before would lose its first
 * packets. Returns 0 when every link that is to be up carries; -EINTR when told to stop;
 * -ETIMEDOUT with findings after ten seconds. */
int kernel_wait_ready(const struct plan *p, const struct netns_set *set, kernel_stop *stop,
		      void *ctx, struct diag *dg);

/* The same of some devices only, which were made or raised one by one. */
int kernel_wait_some(const struct plan *p, const struct netns_set *set, const bool *some,
		     kernel_stop *stop, void *ctx, struct diag *dg);

#endif
