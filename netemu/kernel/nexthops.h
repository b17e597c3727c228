/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nexthops.h - next hops that many routes share, as objects of the kernel (Linux 5.3).
 *
 * A route that names such an object takes less than half the time of one with a next hop of its
 * own (6.18: 0.8 us instead of 1.9), for there is nothing to be made and compared for it.
 *
 * It has its price: when the carrier of a link goes, so do the objects on both of its ends, with
 * all of their routes, and they do not come back with it. A next hop of the route's own waits for
 * the carrier at the far end. So only plans of 20,000 routes and more have such objects, where they
 * pay (a ring of routers, CPU time of `up` without and with them: 50 routers 64 and 61 ms, 100
 * 136 and 129, 160 264 and 228, 250 445 and 349); in smaller labs, in which people pull links by
 * hand, routes are as plain as anybody's. A change of a running lab makes plain routes always.
 */
#ifndef KERNEL_NEXTHOPS_H
#define KERNEL_NEXTHOPS_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/batch.h"

struct mnl_socket;
struct nexthops;
struct plan;

struct nexthops *nexthops_new(const struct plan *p, batch_refused *refused, void *ctx);
void nexthops_free(struct nexthops *n); /* NULL is fine */

/* Makes the objects of one namespace, by its socket: those of the plan's routes [first, end), which
 * are all of the namespace's, that are worth one. Where the kernel wants none the routes have next
 * hops of their own; that it could not make one is told as of the first route, with its tag.
 * Returns 0, or -errno when the talk itself failed. */
int nexthops_make(struct nexthops *n, struct mnl_socket *rtnl, size_t first, size_t end);

/* The number of the object that the route may name, or 0. The route is one of the last call's. */
uint32_t nexthops_of(const struct nexthops *n, size_t route);

#endif
