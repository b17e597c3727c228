/* SPDX-License-Identifier: GPL-2.0-or-later */
/* apply.h - makes the kernel hold a plan.
 *
 * It fills namespaces that netns_create() made, each still empty: devices, then what is on them,
 * and routes and the rest last, when every link is up. It undoes nothing: who made the namespaces
 * lets them go.
 */
#ifndef KERNEL_APPLY_H
#define KERNEL_APPLY_H

#include <stdbool.h>
#include <stdint.h>

struct diag;
struct netns_set;
struct plan;

/* Asked between namespaces; true: stop here. */
typedef bool kernel_stop(void *ctx);

/* Return 0; -EINTR when told to stop; or the first error, each refusal being a finding
 *	file:line:col: route 10.9.0.0/16 via 192.0.2.1 dev wan in ams: Network is unreachable:
 *	Nexthop has invalid gateway
 * The first makes the devices and what is on them, and does not look at the plan's routes; the
 * second makes the routes, filters and NATs. */
int kernel_make_links(const struct plan *p, const struct netns_set *set, kernel_stop *stop,
		      void *ctx, struct diag *dg);
int kernel_make_routes(const struct plan *p, const struct netns_set *set, kernel_stop *stop,
		       void *ctx, struct diag *dg);

/* Whether IPv6 is built into this kernel and not switched off at boot. */
bool kernel_has_ipv6(void);

/* Of each of the plan's devices its qdisc, or PLAN_NONE; heap. */
uint32_t *kernel_index_qdiscs(const struct plan *p);

#endif
