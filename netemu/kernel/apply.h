/* SPDX-License-Identifier: GPL-2.0-or-later */
/* apply.h - builds a plan in the kernel.
 *
 * The namespaces come from netns_create() and are empty. They get devices, then the devices'
 * addresses, neighbours and netem, and when every link is up, routes, filters and NATs. A failure
 * is not undone: the caller releases the namespaces that it made.
 */
#ifndef KERNEL_APPLY_H
#define KERNEL_APPLY_H

#include <stdbool.h>
#include <stdint.h>

struct diag;
struct netns_set;
struct plan;

/* Called between two namespaces; cancels the work by returning true. */
typedef bool kernel_stop(void *ctx);

/* Both return 0; -EINTR if `stop` returned true; or the first error. Each refusal is a finding:
 *	file:line:col: route 10.9.0.0/16 via 192.0.2.1 dev wan in ams: Network is unreachable:
 *	Nexthop has invalid gateway
 * kernel_make_links() makes the devices and what is on them, and does not read the plan's routes;
 * kernel_make_routes() makes the routes, filters and NATs. */
int kernel_make_links(const struct plan *p, const struct netns_set *set, kernel_stop *stop,
		      void *ctx, struct diag *dg);
int kernel_make_routes(const struct plan *p, const struct netns_set *set, kernel_stop *stop,
		       void *ctx, struct diag *dg);

/* Whether IPv6 is built into this kernel and not switched off at boot. */
bool kernel_has_ipv6(void);

/* Returns the index of each device's qdisc, or PLAN_NONE. The caller frees the array. */
uint32_t *kernel_index_qdiscs(const struct plan *p);

#endif
