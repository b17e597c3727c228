/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nexthops.h - nexthop objects (Linux 5.3) for next hops that many routes share.
 *
 * Adding a route that refers to such an object takes less than half the time of one with a next
 * hop of its own (6.18: 0.8 us instead of 1.9), for the kernel need not make and compare that.
 *
 * The drawback: when a link loses its carrier, the kernel removes the objects on both of its ends
 * with all of their routes, and does not restore them. A route with a next hop of its own stays
 * when the far end goes down. So only plans of 20,000 routes and more use objects, where they
 * pay off (a ring of routers, CPU time of `up` without and with them: 50 routers 64 and 61 ms, 100
 * 136 and 129, 160 264 and 228, 250 445 and 349). Smaller labs, in which users take links down by
 * hand, have plain routes. A change of a running lab always makes plain routes.
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

/* Makes the objects of one namespace through its socket. [first, end) are all of the namespace's
 * routes in the plan; a next hop that enough of them share gets an object. If the kernel has no
 * nexthop objects, or refuses this hop, the routes keep next hops of their own. Any other refusal
 * is reported with the tag of the first route. Returns 0, or -errno when sending or receiving
 * failed. */
int nexthops_make(struct nexthops *n, struct mnl_socket *rtnl, size_t first, size_t end);

/* Returns the ID of the object for a route of the last nexthops_make(), or 0. */
uint32_t nexthops_of(const struct nexthops *n, size_t route);

#endif
