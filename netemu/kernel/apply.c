/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order of the stages:
 *
 * 1. devices: each namespace's bridges and VRFs, then the veths whose other end is in this or a
 *    later namespace. They are sent from the namespace itself, since kernels before 6.14 check the
 *    wanted index against the sender's devices.
 * 2. links: each device's settings (no link-local address, master), its qdisc, then up, addresses,
 *    permanent neighbours. The qdisc comes before up: on a device that is up each qdisc waits for
 *    RCU. Addresses come after the master, so that their routes go into the VRF's table. A veth's
 *    first end, which is created up, gets its settings before the second end goes up, since the
 *    second brings the carrier that starts IPv6.
 * 3. routes, when all links are up: the kernel refuses a gateway that it cannot reach.
 * 4. filters and NATs, which refer to devices.
 *
 * A stage continues after a refusal, so that the user sees all of them. The next stage is skipped:
 * its refusals would be consequences of the first.
 */
#include "kernel/apply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "kernel/batch.h"
#include "kernel/encode.h"
#include "kernel/netns.h"
#include "kernel/nexthops.h"
#include "kernel/part.h"
#include "kernel/ruleset.h"
#include "plan/plan.h"

enum { FINDINGS_MAX = 20, LOOPBACK = 1, MANY_ROUTES = 64 };

struct apply_build {
	const struct plan *plan;
	const struct netns_set *set;
	struct batch *batch;
	struct nexthops *nexthops;
	struct diag *dg;
	uint32_t *qdisc_of; /* of each device, or PLAN_NONE */
	size_t refusals;
	int other_error; /* the first refusal outside the batch: nexthop, filter, NAT */
	bool ipv6;	 /* this kernel has IPv6 */

	/* cursors into the plan's lists, which are grouped by namespace */
	size_t made, dev, addr, neigh, route;
};

static void apply_refused(void *ctx, uint64_t tag, int error, const char *words)
{
	struct apply_build *b = ctx;
	struct part part = part_of_tag(tag);
	own_text what = { 0 };

	if (++b->refusals > FINDINGS_MAX)
		return;
	part_text(b->plan, part, &what);
	diag_error(b->dg, part_pos(b->plan, part), error, "kernel", "%s: %s%s%s", text_str(&what),
		   strerror(-error), words ? ": " : "", words ? words : "");
}

/* A refusal of a request that was not sent by this batch. */
static void apply_refused_elsewhere(void *ctx, uint64_t tag, int error, const char *words)
{
	struct apply_build *b = ctx;

	b->other_error = b->other_error ? b->other_error : error;
	apply_refused(ctx, tag, error, words);
}

static void *apply_add(struct apply_build *b, enum part_kind kind, size_t i)
{
	return batch_add(b->batch, part_tag(kind, (uint32_t)i));
}

/* ---- 1: devices --------------------------------------------------------------------------- */

/* A device that still needs a master or a qdisc must not be up before it has them. */
static bool apply_is_born_up(const struct apply_build *b, size_t dev)
{
	const struct plan_dev *d = &b->plan->devs.v[dev];

	return !d->down && d->master == PLAN_NONE && b->qdisc_of[dev] == PLAN_NONE;
}

static bool apply_is_first_end(const struct plan *p, size_t dev)
{
	return p->devs.v[dev].kind == DEV_VETH && dev < p->devs.v[dev].peer;
}

static void apply_make_dev(struct apply_build *b, size_t i)
{
	const struct plan_dev *d = &b->plan->devs.v[i];

	if (d->kind != DEV_VETH)
		encode_master(apply_add(b, PART_DEV, i), b->plan, (uint32_t)i);
	else if (apply_is_first_end(b->plan, i))
		encode_veth(apply_add(b, PART_DEV, i), b->plan, (uint32_t)i,
			    b->set->v[b->plan->devs.v[d->peer].netns].fd, apply_is_born_up(b, i));
}

static int apply_make_devices(struct apply_build *b, uint32_t ns)
{
	for (; b->made < b->plan->devs.n && b->plan->devs.v[b->made].netns == ns; b->made++)
		apply_make_dev(b, b->made);
	return batch_flush(b->batch);
}

/* ---- 2: links ----------------------------------------------------------------------------- */

static void apply_dev_settings(struct apply_build *b, size_t i)
{
	const struct plan_dev *d = &b->plan->devs.v[i];

	encode_settings(apply_add(b, PART_DEV, i), b->plan, (uint32_t)i, b->ipv6);
	if (d->full && strcmp(d->full, d->name) != 0)
		encode_altname(apply_add(b, PART_DEV, i), d);
	if (mac_is_set(&d->behind))
		encode_behind(apply_add(b, PART_DEV, i), d);
}

/* Restore the bridge's MTU: a port with a smaller one has reduced it. */
static void apply_bridge_mtu(struct apply_build *b, size_t i)
{
	const struct plan_dev *d = &b->plan->devs.v[i];
	const struct plan_dev *bridge = d->master == PLAN_NONE ? NULL : &b->plan->devs.v[d->master];

	if (bridge && bridge->kind == DEV_BRIDGE && d->mtu < bridge->mtu)
		encode_mtu(apply_add(b, PART_DEV, d->master), bridge);
}

static void apply_dev_up(struct apply_build *b, size_t i)
{
	const struct plan_dev *d = &b->plan->devs.v[i];
	uint32_t q = b->qdisc_of[i];

	if (q != PLAN_NONE)
		encode_netem(apply_add(b, PART_QDISC, q), d->ifindex, &b->plan->qdiscs.v[q].what,
			     d->mtu);
	if (!d->down && (!apply_is_first_end(b->plan, i) || !apply_is_born_up(b, i)))
		encode_up(apply_add(b, PART_DEV, i), d->ifindex);
}

static void apply_addrs(struct apply_build *b, uint32_t ns)
{
	const struct plan *p = b->plan;

	for (; b->addr < p->addrs.n && p->devs.v[p->addrs.v[b->addr].dev].netns == ns; b->addr++)
		encode_addr(apply_add(b, PART_ADDR, b->addr), p, &p->addrs.v[b->addr]);
	for (; b->neigh < p->neighs.n && p->devs.v[p->neighs.v[b->neigh].dev].netns == ns;
	     b->neigh++)
		encode_neigh(apply_add(b, PART_NEIGH, b->neigh), p, &p->neighs.v[b->neigh]);
}

static int apply_links(struct apply_build *b, uint32_t ns)
{
	size_t first = b->dev;

	encode_up(apply_add(b, PART_LOOPBACK, ns), LOOPBACK);
	for (; b->dev < b->plan->devs.n && b->plan->devs.v[b->dev].netns == ns; b->dev++)
		apply_dev_settings(b, b->dev);
	for (size_t i = first; i < b->dev; i++)
		apply_bridge_mtu(b, i);
	for (size_t i = first; i < b->dev; i++)
		apply_dev_up(b, i);
	apply_addrs(b, ns);
	return batch_flush(b->batch);
}

/* ---- 3: routes ---------------------------------------------------------------------------- */

static void apply_route(struct apply_build *b, size_t i)
{
	const struct plan_route *r = &b->plan->routes.v[i];
	uint32_t nexthop = nexthops_of(b->nexthops, i);
	void *buf = apply_add(b, PART_ROUTE, i);

	if (nexthop)
		encode_route_by(buf, r, nexthop);
	else
		encode_route(buf, b->plan, r);
}

static uint32_t reverse_bits(uint32_t i, unsigned int bits)
{
	uint32_t r = 0;

	for (unsigned int bit = 0; bit < bits; bit++)
		r |= (i >> bit & 1) << (bits - 1 - bit);
	return r;
}

/* The IPv4 table is a trie. Prefixes added in ascending order resize its nodes again and again. In
 * bit-reversed order they spread over the whole range from the start, which takes a fifth less
 * time (6.18). */
static void apply_routes_spread(struct apply_build *b, size_t first, size_t n)
{
	unsigned int bits = 0;

	while ((size_t)1 << bits < n)
		bits++;
	for (uint32_t k = 0; k < 1u << bits; k++)
		if (reverse_bits(k, bits) < n)
			apply_route(b, first + reverse_bits(k, bits));
}

/* The end of the routes from `first` on that have the same namespace, family and table. */
static size_t apply_table_end(const struct plan *p, size_t first)
{
	const struct plan_route *a = &p->routes.v[first], *b = a;

	while (b < p->routes.v + p->routes.n && b->netns == a->netns && b->table == a->table &&
	       b->prefix.a.family == a->prefix.a.family)
		b++;
	return (size_t)(b - p->routes.v);
}

/* The end of the namespace's routes from `first` on. */
static size_t apply_netns_routes_end(const struct plan *p, size_t first, uint32_t ns)
{
	while (first < p->routes.n && p->routes.v[first].netns == ns)
		first++;
	return first;
}

static int apply_routes(struct apply_build *b, uint32_t ns)
{
	const struct plan *p = b->plan;
	size_t all = apply_netns_routes_end(p, b->route, ns);
	int r = nexthops_make(b->nexthops, b->set->v[ns].rtnl, b->route, all);

	while (r == 0 && b->route < all) {
		size_t end = apply_table_end(p, b->route);
		uint8_t family = p->routes.v[b->route].prefix.a.family;

		if (end - b->route >= MANY_ROUTES && family == AF_INET)
			apply_routes_spread(b, b->route, end - b->route);
		else
			for (size_t i = b->route; i < end; i++)
				apply_route(b, i);
		b->route = end;
	}
	return r < 0 ? r : batch_flush(b->batch);
}

/* ---- 4: filters and NATs ------------------------------------------------------------------- */

static int apply_rules(struct apply_build *b, uint32_t ns)
{
	struct ruleset s;
	int r;

	if (b->plan->filters.n == 0 && b->plan->nats.n == 0)
		return 0;
	ruleset_make(b->plan, ns, &s);
	r = b->plan->backends.rules == RULES_NFTABLES
		    ? nftables_apply(b->set->v[ns].fd, &s, apply_refused_elsewhere, b)
		    : xtables_apply(b->set->v[ns].fd, &s, apply_refused_elsewhere, b);
	ruleset_release(&s);
	return r;
}

/* ---- all ---------------------------------------------------------------------------------- */

typedef int apply_stage(struct apply_build *b, uint32_t ns);

static int apply_run_stage(struct apply_build *b, apply_stage *run, kernel_stop *stop, void *ctx)
{
	for (size_t i = 0; i < b->set->n; i++) {
		int r = stop && stop(ctx) ? -EINTR : 0;

		if (r < 0)
			return r;
		batch_to(b->batch, b->set->v[i].rtnl);
		r = run(b, (uint32_t)i);
		if (r < 0)
			return diag_error(b->dg, b->plan->netns.v[i].why, r, "kernel",
					  "talking to the kernel in %s: %s",
					  b->plan->netns.v[i].name, strerror(-r));
	}
	return batch_error(b->batch) < 0 ? batch_error(b->batch) : b->other_error;
}

static int apply_run_stages(struct apply_build *b, apply_stage *first, apply_stage *second,
			    kernel_stop *stop, void *ctx)
{
	int r = apply_run_stage(b, first, stop, ctx);

	if (r == 0)
		r = apply_run_stage(b, second, stop, ctx);
	if (b->refusals > FINDINGS_MAX)
		diag_error(b->dg, (struct pos){ 0 }, r, "kernel", "and %zu more like these",
			   b->refusals - FINDINGS_MAX);
	return r;
}

static int apply_not_grouped(struct diag *dg)
{
	return diag_error(dg, (struct pos){ 0 }, -EINVAL, "kernel",
			  "the plan is not grouped by namespace");
}

bool kernel_has_ipv6(void)
{
	own_fd fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd >= 0;
}

uint32_t *kernel_index_qdiscs(const struct plan *p)
{
	uint32_t *of = xcalloc(p->devs.n + 1, sizeof(*of));

	memset(of, 0xff, p->devs.n * sizeof(*of)); /* PLAN_NONE */
	for (uint32_t i = 0; i < p->qdiscs.n; i++)
		of[p->qdiscs.v[i].dev] = i;
	return of;
}

int kernel_make_links(const struct plan *p, const struct netns_set *set, kernel_stop *stop,
		      void *ctx, struct diag *dg)
{
	struct apply_build b = { .plan = p, .set = set, .dg = dg, .ipv6 = kernel_has_ipv6() };
	int r;

	b.qdisc_of = kernel_index_qdiscs(p);
	b.batch = batch_new(apply_refused, &b);
	r = apply_run_stages(&b, apply_make_devices, apply_links, stop, ctx);
	if (r == 0 && (b.dev < p->devs.n || b.addr < p->addrs.n || b.neigh < p->neighs.n))
		r = apply_not_grouped(dg);
	batch_free(b.batch);
	free(b.qdisc_of);
	return r;
}

int kernel_make_routes(const struct plan *p, const struct netns_set *set, kernel_stop *stop,
		       void *ctx, struct diag *dg)
{
	struct apply_build b = { .plan = p, .set = set, .dg = dg };
	int r;

	b.batch = batch_new(apply_refused, &b);
	b.nexthops = nexthops_new(p, apply_refused_elsewhere, &b);
	r = apply_run_stages(&b, apply_routes, apply_rules, stop, ctx);
	if (r == 0 && b.route < p->routes.n)
		r = apply_not_grouped(dg);
	nexthops_free(b.nexthops);
	batch_free(b.batch);
	return r;
}
