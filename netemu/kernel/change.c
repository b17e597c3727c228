/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Side effects of Linux when objects are removed (seen on 6.18), and the remedies:
 *
 * - A device that is set down loses its neighbours, also the permanent ones, its IPv6 addresses,
 *   and every route whose only next hop is on it. When it is set up again the kernel restores only
 *   the connected routes of its IPv4 addresses, so the plan's other objects on it are sent again.
 * - A device whose far end is set down keeps everything.
 * - Removing a device removes every IPv4 route that has a next hop on it; an IPv6 route loses only
 *   that next hop. So a multipath route is first replaced by one without that next hop.
 * - Removing an address removes the later addresses of the same network on the device, so the
 *   remaining ones are sent again.
 *
 * A request to remove devices takes some 20 ms, for one device or for many. So a namespace's
 * devices are removed together; those of the delay line first, since their peers go with them.
 */
#include "kernel/change.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
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
#include "kernel/part.h"
#include "kernel/ready.h"
#include "kernel/ruleset.h"
#include "kernel/sysctl.h"
#include "plan/diff.h"
#include "plan/plan.h"

enum { FINDINGS_MAX = 20, LOOPBACK = 1 };

/* Flags in a request's tag, beside its part. */
#define OF_OLD ((uint64_t)1 << 56)	 /* the part is in the old plan */
#define MAY_BE_THERE ((uint64_t)1 << 57) /* tolerate that it exists */
#define MAY_BE_GONE ((uint64_t)1 << 58)	 /* tolerate that it does not exist */
#define FLAGS (OF_OLD | MAY_BE_THERE | MAY_BE_GONE)

struct kernel_change {
	const struct plan_diff *d;
	const struct plan *from, *to;
	bool back, mend;
	struct diag *dg;
	struct netns_set *set; /* indexed by namespace of `to` */
	struct batch *batch;
	uint32_t at;	    /* the namespace of the batch's socket, or PLAN_NONE */
	uint32_t *qdisc_of; /* by device of `to`: its qdisc, or PLAN_NONE */
	bool *fresh;	    /* by namespace of `to`: new */
	bool *made;	    /* by device of `to`: new, or made anew */
	bool *shaken;	    /* by device of `to`: send what is on it again */
	bool *awaited;	    /* by device of `to`: made or set up, or the peer of such a device */
	uint32_t *old_of;   /* by namespace of `to`: the same in `from`, or PLAN_NONE */
	bool ipv6;
	size_t refusals;
	int error; /* the first refusal */
};

/* ---- talking ------------------------------------------------------------------------------ */

static bool kernel_change_tolerates(uint64_t tag, int error)
{
	switch (error) {
	case -EEXIST:
		return tag & MAY_BE_THERE;
	case -ENOENT:
	case -ESRCH:
	case -ENODEV:
	case -EADDRNOTAVAIL:
		return tag & MAY_BE_GONE;
	}
	return false;
}

static void kernel_change_refused(void *ctx, uint64_t tag, int error, const char *words)
{
	struct kernel_change *c = ctx;
	const struct plan *p = tag & OF_OLD ? c->from : c->to;
	struct part part = part_of_tag(tag & ~FLAGS);
	own_text what = { 0 };

	if (kernel_change_tolerates(tag, error))
		return;
	c->error = c->error ? c->error : error;
	if (++c->refusals > FINDINGS_MAX)
		return;
	part_text(p, part, &what);
	diag_error(c->dg, part_pos(p, part), error, "kernel", "%s: %s%s%s", text_str(&what),
		   strerror(-error), words ? ": " : "", words ? words : "");
}

static int kernel_change_flush(struct kernel_change *c)
{
	int r = c->at == PLAN_NONE ? 0 : batch_flush(c->batch);

	if (r < 0 && c->error == 0)
		c->error = diag_error(c->dg, c->to->netns.v[c->at].why, r, "kernel",
				      "talking to the kernel in %s: %s", c->to->netns.v[c->at].name,
				      strerror(-r));
	c->at = PLAN_NONE;
	return c->error;
}

/* Adds a request to a namespace of the new plan. Returns its buffer. */
static void *kernel_request(struct kernel_change *c, uint32_t netns, enum part_kind kind,
			    uint32_t i, uint64_t flags)
{
	if (c->back)
		flags |= MAY_BE_THERE | MAY_BE_GONE;
	if (c->at != netns) {
		kernel_change_flush(c);
		batch_to(c->batch, c->set->v[netns].rtnl);
		c->at = netns;
	}
	return batch_add(c->batch, part_tag(kind, i) | flags);
}

/* Changes the type and flags of a request that was encoded to make an object. */
static void kernel_change_retype(void *buf, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *h = buf;

	h->nlmsg_type = type;
	h->nlmsg_flags = flags;
}

static uint32_t kernel_change_dev_netns(const struct kernel_change *c, uint32_t dev)
{
	return c->to->devs.v[dev].netns;
}

/* The namespace, in the new plan, of a device of the old plan. */
static uint32_t kernel_change_old_netns(const struct kernel_change *c, uint32_t dev)
{
	return c->d->netns[c->from->devs.v[dev].netns];
}

/* The next difference of a kind after `x`; the first if `x` is NULL. */
static const struct plan_difference *kernel_change_next(const struct kernel_change *c,
							enum plan_part part,
							const struct plan_difference *x)
{
	const struct plan_difference *end = c->d->v.v + c->d->v.n;

	for (x = x ? x + 1 : c->d->v.v; x && x < end; x++)
		if (x->part == part)
			return x;
	return NULL;
}

#define each_part(c, x, which)                                                                     \
	const struct plan_difference *x = kernel_change_next(c, PLAN_PART_##which, NULL);          \
	x;                                                                                         \
	x = kernel_change_next(c, PLAN_PART_##which, x)

/* ---- what is touched ---------------------------------------------------------------------- */

/* The namespace of the new plan that a difference is in, or PLAN_NONE. */
static uint32_t kernel_change_netns(const struct kernel_change *c, const struct plan_difference *x)
{
	const struct plan *p = x->to != PLAN_NONE ? c->to : c->from;
	uint32_t i = x->to != PLAN_NONE ? x->to : x->from, netns = PLAN_NONE;

	switch (x->part) {
	case PLAN_PART_NETNS:
	case PLAN_PART_RULES:
		netns = i;
		break;
	case PLAN_PART_SYSCTL:
		netns = p->sysctls.v[i].netns;
		break;
	case PLAN_PART_DEV:
		netns = p->devs.v[i].netns;
		break;
	case PLAN_PART_ADDR:
		netns = p->devs.v[p->addrs.v[i].dev].netns;
		break;
	case PLAN_PART_NEIGH:
		netns = p->devs.v[p->neighs.v[i].dev].netns;
		break;
	case PLAN_PART_ROUTE:
		netns = p->routes.v[i].netns;
		break;
	case PLAN_PART_QDISC:
		netns = p->devs.v[p->qdiscs.v[i].dev].netns;
		break;
	case PLAN_PART_SERVICE:
		netns = p->services.v[i].netns;
		break;
	case PLAN_PART_WIRE:
		return PLAN_NONE;
	}
	return p == c->to ? netns : c->d->netns[netns];
}

static void kernel_change_await(struct kernel_change *c, uint32_t dev, bool *touched)
{
	const struct plan_dev *d = &c->to->devs.v[dev];

	c->awaited[dev] = true;
	touched[d->netns] = true;
	if (d->kind != DEV_VETH)
		return;
	c->awaited[d->peer] = true;
	touched[kernel_change_dev_netns(c, d->peer)] = true;
}

static void kernel_change_mark_dev(struct kernel_change *c, const struct plan_difference *x,
				   bool *touched)
{
	bool raised;

	if (x->to == PLAN_NONE)
		return;
	c->made[x->to] = x->from == PLAN_NONE || x->anew;
	raised = !c->made[x->to] && c->from->devs.v[x->from].down && !c->to->devs.v[x->to].down;
	c->shaken[x->to] = raised;
	if (c->made[x->to] || raised)
		kernel_change_await(c, x->to, touched);
}

static void kernel_change_mark_addr(struct kernel_change *c, const struct plan_difference *x)
{
	if (x->to == PLAN_NONE && !x->anew)
		c->shaken[c->d->dev[c->from->addrs.v[x->from].dev]] = true;
}

static void kernel_change_mark(struct kernel_change *c, bool *touched)
{
	for (uint32_t i = 0; i < c->to->netns.n; i++)
		c->old_of[i] = PLAN_NONE;
	for (uint32_t i = 0; i < c->from->netns.n; i++)
		if (c->d->netns[i] != PLAN_NONE)
			c->old_of[c->d->netns[i]] = i;
	for (each(const struct plan_difference, x, &c->d->v)) {
		uint32_t netns = kernel_change_netns(c, x);

		if (netns != PLAN_NONE)
			touched[netns] = true;
		if (x->part == PLAN_PART_NETNS && x->from == PLAN_NONE && !c->back)
			c->fresh[x->to] = true; /* a rollback finds all of them still there */
		if (x->part == PLAN_PART_DEV)
			kernel_change_mark_dev(c, x, touched);
		if (x->part == PLAN_PART_ADDR)
			kernel_change_mark_addr(c, x);
	}
}

/* ---- build: routes step aside, devices go ------------------------------------------------- */

/* Reduce a multipath route to the next hops whose devices stay while others are made anew. */
static void kernel_change_shrink_route(struct kernel_change *c, uint32_t i)
{
	struct plan_route r = c->from->routes.v[i];
	own_free struct plan_hop *stay = xcalloc(r.nhops + 1, sizeof(*stay));
	struct plan rest = *c->from;
	uint32_t n = 0;
	void *buf;

	for (uint32_t k = 0; k < r.nhops; k++) {
		const struct plan_hop *h = &c->from->hops.v[r.hop + k];

		if (!c->d->lost[h->dev] || c->d->dev[h->dev] == PLAN_NONE)
			stay[n++] = *h;
	}
	if (n == 0 || n == r.nhops)
		return;
	rest.hops.v = stay;
	rest.hops.n = n;
	r.hop = 0;
	r.nhops = n;
	buf = kernel_request(c, c->d->netns[r.netns], PART_ROUTE, i, OF_OLD);
	encode_route(buf, &rest, &r);
	kernel_change_retype(buf, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE);
}

/* Not in a rollback: it is unknown which of the next hops exist. */
static void kernel_change_shrink_routes(struct kernel_change *c)
{
	for (each_part(c, x, ROUTE))
		if (!c->back && x->anew && x->to != PLAN_NONE &&
		    c->from->routes.v[x->from].nhops > 1)
			kernel_change_shrink_route(c, x->from);
}

static bool kernel_change_removes(const struct kernel_change *c, uint32_t dev, bool anew)
{
	uint32_t to = c->d->dev[dev];

	return c->d->lost[dev] && kernel_change_old_netns(c, dev) != PLAN_NONE &&
	       (to != PLAN_NONE) == anew;
}

/* Removes devices [first, end) of one namespace, which the plan holds side by side. */
static void kernel_change_remove_range(struct kernel_change *c, uint32_t first, uint32_t end,
				       bool anew)
{
	uint32_t netns = kernel_change_old_netns(c, first), n = 0, last = first;

	for (uint32_t i = first; i < end; i++)
		if (kernel_change_removes(c, i, anew)) {
			last = i;
			n++;
		}
	if (n == 1) {
		encode_gone(kernel_request(c, netns, PART_DEV, last, OF_OLD | MAY_BE_GONE),
			    c->from->devs.v[last].ifindex);
		return;
	}
	for (uint32_t i = first; i < end; i++)
		if (kernel_change_removes(c, i, anew))
			encode_doomed(kernel_request(c, netns, PART_DEV, i, OF_OLD | MAY_BE_GONE),
				      c->from->devs.v[i].ifindex);
	if (n > 1)
		encode_doomed_gone(kernel_request(c, netns, PART_DEV, last, OF_OLD | MAY_BE_GONE));
}

static void kernel_change_remove_netns(struct kernel_change *c, uint32_t netns, bool anew)
{
	uint32_t first = 0, end;

	while (first < c->from->devs.n && c->from->devs.v[first].netns < netns)
		first++;
	for (end = first; end < c->from->devs.n && c->from->devs.v[end].netns == netns;)
		end++;
	if (end > first && c->d->netns[netns] != PLAN_NONE)
		kernel_change_remove_range(c, first, end, anew);
}

static void kernel_change_remove_devs(struct kernel_change *c, bool anew)
{
	uint32_t relay = c->from->relay_netns, first = 0, end;

	if (relay != PLAN_NONE)
		kernel_change_remove_netns(c, relay, anew);
	for (; first < c->from->devs.n; first = end) {
		uint32_t netns = c->from->devs.v[first].netns;

		for (end = first; end < c->from->devs.n && c->from->devs.v[end].netns == netns;)
			end++;
		if (netns != relay && c->d->netns[netns] != PLAN_NONE)
			kernel_change_remove_range(c, first, end, anew);
	}
}

/* ---- build: devices come ------------------------------------------------------------------ */

static void kernel_change_make_dev(struct kernel_change *c, uint32_t i)
{
	const struct plan_dev *d = &c->to->devs.v[i];

	if (d->kind != DEV_VETH)
		encode_master(kernel_request(c, d->netns, PART_DEV, i, 0), c->to, i);
	else if (i < d->peer)
		encode_veth(kernel_request(c, d->netns, PART_DEV, i, 0), c->to, i,
			    c->set->v[kernel_change_dev_netns(c, d->peer)].fd, false);
}

static void kernel_change_set_dev(struct kernel_change *c, const struct plan_difference *x)
{
	const struct plan_dev *d = &c->to->devs.v[x->to];
	const struct plan_dev *old = c->made[x->to] ? NULL : &c->from->devs.v[x->from];

	if (!old && c->back) /* it may still exist, in the doomed group */
		encode_spared(kernel_request(c, d->netns, PART_DEV, x->to, 0), d->ifindex);
	if (!old || old->forwards != d->forwards)
		encode_settings(kernel_request(c, d->netns, PART_DEV, x->to, 0), c->to, x->to,
				c->ipv6);
	if (!old && d->full && strcmp(d->full, d->name) != 0)
		encode_altname(kernel_request(c, d->netns, PART_DEV, x->to, 0), d);
	if (!old && mac_is_set(&d->behind))
		encode_behind(kernel_request(c, d->netns, PART_DEV, x->to, 0), d);
	if (old && old->mtu != d->mtu)
		encode_mtu(kernel_request(c, d->netns, PART_DEV, x->to, 0), d);
}

/* Restore the bridge's MTU after its ports have changed. */
static void kernel_change_bridge_mtu(struct kernel_change *c, uint32_t bridge)
{
	const struct plan_dev *d = &c->to->devs.v[bridge];

	if (d->kind == DEV_BRIDGE)
		encode_mtu(kernel_request(c, d->netns, PART_DEV, bridge, 0), d);
}

static void kernel_change_dev_up(struct kernel_change *c, uint32_t i)
{
	const struct plan_dev *d = &c->to->devs.v[i];
	uint32_t q = c->qdisc_of[i];

	if (c->made[i] && q != PLAN_NONE)
		encode_netem(kernel_request(c, d->netns, PART_QDISC, q, 0), d->ifindex,
			     &c->to->qdiscs.v[q].what, d->mtu);
	if (!d->down && c->awaited[i])
		encode_up(kernel_request(c, d->netns, PART_DEV, i, 0), d->ifindex);
}

static void kernel_change_make_devs(struct kernel_change *c)
{
	for (uint32_t i = 0; i < c->to->netns.n; i++)
		if (c->fresh[i])
			encode_up(kernel_request(c, i, PART_LOOPBACK, i, 0), LOOPBACK);
	for (each_part(c, x, DEV))
		if (x->to != PLAN_NONE && c->made[x->to])
			kernel_change_make_dev(c, x->to);
	kernel_change_flush(c); /* the peers must exist */
	for (each_part(c, x, DEV))
		if (x->to != PLAN_NONE)
			kernel_change_set_dev(c, x);
	for (each_part(c, x, DEV))
		if (x->to != PLAN_NONE && c->to->devs.v[x->to].master != PLAN_NONE)
			kernel_change_bridge_mtu(c, c->to->devs.v[x->to].master);
	for (each_part(c, x, DEV))
		if (x->to != PLAN_NONE)
			kernel_change_dev_up(c, x->to);
}

/* netem on devices that stay is replaced in place, which keeps the queued packets. */
static void kernel_change_qdiscs(struct kernel_change *c)
{
	for (each_part(c, x, QDISC)) {
		uint32_t dev = x->to == PLAN_NONE ? c->d->dev[c->from->qdiscs.v[x->from].dev]
						  : c->to->qdiscs.v[x->to].dev;
		const struct plan_dev *d = &c->to->devs.v[dev];

		if (c->made[dev])
			continue;
		if (x->to != PLAN_NONE)
			encode_netem(kernel_request(c, d->netns, PART_QDISC, x->to, 0), d->ifindex,
				     &c->to->qdiscs.v[x->to].what, d->mtu);
		else
			encode_no_netem(kernel_request(c, d->netns, PART_QDISC, x->from,
						       OF_OLD | MAY_BE_GONE),
					d->ifindex);
	}
}

/* ---- build: addresses and neighbours ------------------------------------------------------ */

static void kernel_change_add_addr(struct kernel_change *c, uint32_t i, uint64_t flags)
{
	const struct plan_addr *a = &c->to->addrs.v[i];

	encode_addr(kernel_request(c, kernel_change_dev_netns(c, a->dev), PART_ADDR, i, flags),
		    c->to, a);
}

static void kernel_change_remove_addr(struct kernel_change *c, uint32_t i)
{
	const struct plan_addr *a = &c->from->addrs.v[i];
	void *buf = kernel_request(c, kernel_change_old_netns(c, a->dev), PART_ADDR, i,
				   OF_OLD | MAY_BE_GONE);

	encode_addr(buf, c->from, a);
	kernel_change_retype(buf, RTM_DELADDR, 0);
}

static void kernel_change_addrs(struct kernel_change *c)
{
	for (each_part(c, x, ADDR))
		if (x->to == PLAN_NONE && !x->anew)
			kernel_change_remove_addr(c, x->from);
	for (each_part(c, x, ADDR))
		if (x->to != PLAN_NONE && !c->shaken[c->to->addrs.v[x->to].dev])
			kernel_change_add_addr(c, x->to, 0);
	for (uint32_t i = 0; i < c->to->addrs.n; i++)
		if (c->shaken[c->to->addrs.v[i].dev])
			kernel_change_add_addr(c, i, MAY_BE_THERE);
}

static void kernel_change_neigh(struct kernel_change *c, uint32_t i)
{
	const struct plan_neigh *n = &c->to->neighs.v[i];
	void *buf = kernel_request(c, kernel_change_dev_netns(c, n->dev), PART_NEIGH, i, 0);

	encode_neigh(buf, c->to, n);
	kernel_change_retype(buf, RTM_NEWNEIGH,
			     NLM_F_CREATE | NLM_F_REPLACE); /* ARP may have added it */
}

static void kernel_change_neighs(struct kernel_change *c)
{
	for (each_part(c, x, NEIGH))
		if (x->to != PLAN_NONE && !c->shaken[c->to->neighs.v[x->to].dev])
			kernel_change_neigh(c, x->to);
	for (uint32_t i = 0; i < c->to->neighs.n; i++)
		if (c->shaken[c->to->neighs.v[i].dev])
			kernel_change_neigh(c, i);
}

/* ---- routes ------------------------------------------------------------------------------- */

/* NLM_F_APPEND: the prefix may still have the connected route of an address that is not removed
 * yet; the new route goes behind it. */
static void kernel_change_add_route(struct kernel_change *c, uint32_t i)
{
	const struct plan_route *r = &c->to->routes.v[i];
	void *buf = kernel_request(c, r->netns, PART_ROUTE, i, 0);

	encode_route(buf, c->to, r);
	if (c->back || r->prefix.a.family == AF_INET6)
		kernel_change_retype(buf, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE);
	else
		kernel_change_retype(buf, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND);
}

static void kernel_change_replace_route(struct kernel_change *c, uint32_t i)
{
	const struct plan_route *r = &c->to->routes.v[i];
	void *buf = kernel_request(c, r->netns, PART_ROUTE, i, 0);

	encode_route(buf, c->to, r);
	kernel_change_retype(buf, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE);
}

static bool kernel_change_lost_route(const struct kernel_change *c, const struct plan_route *r)
{
	for (uint32_t i = 0; i < r->nhops; i++)
		if (c->shaken[c->to->hops.v[r->hop + i].dev])
			return true;
	return false;
}

static void kernel_change_routes(struct kernel_change *c)
{
	own_free bool *said = xcalloc(c->to->routes.n + 1, sizeof(*said));

	for (each_part(c, x, ROUTE)) {
		if (x->to == PLAN_NONE)
			continue;
		said[x->to] = true;
		if (x->from == PLAN_NONE)
			kernel_change_add_route(c, x->to);
		else
			kernel_change_replace_route(c, x->to);
	}
	for (uint32_t i = 0; i < c->to->routes.n; i++)
		if (!said[i] && kernel_change_lost_route(c, &c->to->routes.v[i]))
			kernel_change_replace_route(c, i);
}

/* ---- filters and NATs --------------------------------------------------------------------- */

static int kernel_change_rules_of(struct kernel_change *c, uint32_t netns)
{
	struct ruleset before = { .plan = c->from }, after;
	int ns = c->set->v[netns].fd, r;

	if (c->mend) /* some of the rules may exist, or all */
		ruleset_make(c->to, netns, &before);
	else if (c->old_of[netns] != PLAN_NONE)
		ruleset_make(c->from, c->old_of[netns], &before);
	for (each(struct rule, rule, &before.rules))
		rule->tag |= c->mend ? 0 : OF_OLD;
	ruleset_make(c->to, netns, &after);
	r = c->to->backends.rules == RULES_NFTABLES
		    ? nftables_replace(ns, &before, &after, kernel_change_refused, c)
		    : xtables_replace(ns, &before, &after, kernel_change_refused, c);
	ruleset_release(&before);
	ruleset_release(&after);
	return r;
}

static void kernel_change_rules(struct kernel_change *c)
{
	for (each_part(c, x, RULES)) {
		int r = kernel_change_rules_of(c, x->to);

		if (r < 0 && c->error == 0)
			c->error = diag_error(c->dg, c->to->netns.v[x->to].why, r, "kernel",
					      "talking to the kernel in %s: %s",
					      c->to->netns.v[x->to].name, strerror(-r));
	}
}

/* ---- settings of namespaces --------------------------------------------------------------- */

static void kernel_change_sysctl(struct kernel_change *c, uint32_t netns,
				 const struct plan_sysctl *s, const char *value)
{
	struct sysctl_writer *w = sysctl_writer_new();
	own_visit struct visit v = VISIT_NONE;
	int r = visit_begin(&v, c->set->v[netns].fd);

	if (r == 0)
		r = sysctl_set(w, s->key, value);
	sysctl_writer_free(w);
	if (r < 0 && !(r == -ENOENT && s->optional) && c->error == 0)
		c->error = diag_error(c->dg, c->to->netns.v[netns].why, r, "kernel",
				      "sysctl %s=%s in %s: %s", s->key, value,
				      c->to->netns.v[netns].name, strerror(-r));
}

static void kernel_change_sysctls(struct kernel_change *c)
{
	for (each_part(c, x, SYSCTL)) {
		const struct plan_sysctl *s = x->to == PLAN_NONE ? NULL : &c->to->sysctls.v[x->to];

		if (s && !c->fresh[s->netns])
			kernel_change_sysctl(c, s->netns, s, s->value);
	}
}

/* A sysctl that the new plan does not set. */
struct dropped_sysctl {
	const struct plan_sysctl *sysctl;
	char born[SYSCTL_VALUE_MAX]; /* the default in a new namespace */
};
typedef VEC(struct dropped_sysctl) dropped_list;

/* Finds those that this kernel has, and reads their defaults in a new namespace. */
static int kernel_change_find_dropped(const struct kernel_change *c, dropped_list *ret)
{
	struct sysctl_writer *w = NULL;
	own_visit struct visit v = VISIT_NONE;
	int r = 0;

	for (each_part(c, x, SYSCTL)) {
		struct dropped_sysctl d = { 0 };

		if (x->to != PLAN_NONE)
			continue;
		r = w ? 0 : visit_new(&v);
		if (r < 0)
			break;
		w = w ? w : sysctl_writer_new();
		d.sysctl = &c->from->sysctls.v[x->from];
		if (sysctl_read(w, d.sysctl->key, d.born) == 0)
			vec_push(NULL, ret, d);
	}
	sysctl_writer_free(w);
	return r;
}

/* Resets them to their defaults. */
static void kernel_change_reset_sysctls(struct kernel_change *c)
{
	dropped_list dropped = { 0 };
	int r = kernel_change_find_dropped(c, &dropped);

	if (r < 0 && c->error == 0)
		c->error = diag_error(c->dg, (struct pos){ 0 }, r, "kernel",
				      "looking what sysctls are at birth: %s", strerror(-r));
	for (each(const struct dropped_sysctl, d, &dropped))
		kernel_change_sysctl(c, c->d->netns[d->sysctl->netns], d->sysctl, d->born);
	vec_free(&dropped);
}

/* ---- clear -------------------------------------------------------------------------------- */

static void kernel_change_remove_route(struct kernel_change *c, uint32_t i)
{
	const struct plan_route *r = &c->from->routes.v[i];

	encode_no_route(
		kernel_request(c, c->d->netns[r->netns], PART_ROUTE, i, OF_OLD | MAY_BE_GONE), r);
}

static void kernel_change_remove_routes(struct kernel_change *c)
{
	for (each_part(c, x, ROUTE))
		if (x->to == PLAN_NONE)
			kernel_change_remove_route(c, x->from);
}

static void kernel_change_remove_neighs(struct kernel_change *c)
{
	for (each_part(c, x, NEIGH)) {
		const struct plan_neigh *n;
		void *buf;

		if (x->to != PLAN_NONE || x->anew)
			continue;
		n = &c->from->neighs.v[x->from];
		buf = kernel_request(c, kernel_change_old_netns(c, n->dev), PART_NEIGH, x->from,
				     OF_OLD | MAY_BE_GONE);
		encode_neigh(buf, c->from, n);
		kernel_change_retype(buf, RTM_DELNEIGH, 0);
	}
}

static void kernel_change_devs_down(struct kernel_change *c)
{
	for (each_part(c, x, DEV))
		if (x->to != PLAN_NONE && !c->made[x->to] && c->to->devs.v[x->to].down &&
		    !c->from->devs.v[x->from].down)
			encode_down(kernel_request(c, kernel_change_dev_netns(c, x->to), PART_DEV,
						   x->to, 0),
				    c->to->devs.v[x->to].ifindex);
}

static void kernel_change_bridge_mtus(struct kernel_change *c)
{
	for (each_part(c, x, DEV)) {
		uint32_t bridge = x->to != PLAN_NONE ? PLAN_NONE : c->from->devs.v[x->from].master;

		if (bridge != PLAN_NONE && c->d->dev[bridge] != PLAN_NONE)
			kernel_change_bridge_mtu(c, c->d->dev[bridge]);
	}
}

/* ---- stages ------------------------------------------------------------------------------- */

typedef void kernel_change_step(struct kernel_change *c);

/* A step continues after a refusal, so that the user sees all of them. */
static int kernel_change_run_steps(struct kernel_change *c, kernel_change_step *const *steps,
				   size_t n, kernel_stop *stop, void *ctx)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		if (stop && stop(ctx))
			return -EINTR;
		steps[i](c);
		r = kernel_change_flush(c);
		if (c->back || c->mend) /* restore as much as possible */
			r = 0;
	}
	if (c->refusals > FINDINGS_MAX) {
		diag_error(c->dg, (struct pos){ 0 }, r, "kernel", "and %zu more like these",
			   c->refusals - FINDINGS_MAX);
		c->refusals = 0;
	}
	return c->error;
}

static void kernel_change_remove_renewed(struct kernel_change *c)
{
	kernel_change_remove_devs(c, true);
}

static void kernel_change_remove_dropped(struct kernel_change *c)
{
	kernel_change_remove_devs(c, false);
}

int kernel_change_build(struct kernel_change *c, kernel_stop *stop, void *ctx)
{
	static kernel_change_step *const steps[] = {
		kernel_change_sysctls,	 kernel_change_shrink_routes, kernel_change_remove_renewed,
		kernel_change_make_devs, kernel_change_qdiscs,	      kernel_change_addrs,
		kernel_change_neighs
	};

	return kernel_change_run_steps(c, steps, countof(steps), stop, ctx);
}

int kernel_change_wait(struct kernel_change *c, kernel_stop *stop, void *ctx)
{
	return kernel_wait_some(c->to, c->set, c->awaited, stop, ctx, c->dg);
}

int kernel_change_route(struct kernel_change *c, kernel_stop *stop, void *ctx)
{
	static kernel_change_step *const steps[] = { kernel_change_rules, kernel_change_routes };

	return kernel_change_run_steps(c, steps, countof(steps), stop, ctx);
}

int kernel_change_clear(struct kernel_change *c, kernel_stop *stop, void *ctx)
{
	static kernel_change_step *const steps[] = {
		kernel_change_remove_routes, kernel_change_remove_neighs,
		kernel_change_devs_down,     kernel_change_remove_dropped,
		kernel_change_bridge_mtus,   kernel_change_reset_sysctls
	};

	return kernel_change_run_steps(c, steps, countof(steps), stop, ctx);
}

int kernel_change_begin(const struct plan_diff *d, const char *names, enum kernel_change_way way,
			struct kernel_change **ret, struct diag *dg)
{
	struct kernel_change *c = xcalloc(1, sizeof(*c));
	own_free bool *touched = xcalloc(d->to->netns.n + 1, sizeof(*touched));
	int r;

	*c = (struct kernel_change){ .d = d,
				     .from = d->from,
				     .to = d->to,
				     .back = way == KERNEL_CHANGE_BACK,
				     .mend = way == KERNEL_CHANGE_MEND,
				     .dg = dg,
				     .at = PLAN_NONE,
				     .ipv6 = kernel_has_ipv6() };
	c->qdisc_of = kernel_index_qdiscs(c->to);
	c->fresh = xcalloc(c->to->netns.n + 1, sizeof(*c->fresh));
	c->old_of = xcalloc(c->to->netns.n + 1, sizeof(*c->old_of));
	c->made = xcalloc(c->to->devs.n + 1, sizeof(*c->made));
	c->shaken = xcalloc(c->to->devs.n + 1, sizeof(*c->shaken));
	c->awaited = xcalloc(c->to->devs.n + 1, sizeof(*c->awaited));
	c->batch = batch_new(kernel_change_refused, c);
	kernel_change_mark(c, touched);
	r = netns_join(c->to, names, touched, c->fresh, &c->set, dg);
	if (r < 0) {
		kernel_change_end(c);
		return r;
	}
	*ret = c;
	return 0;
}

void kernel_change_end(struct kernel_change *c)
{
	if (!c)
		return;
	netns_set_free(c->set);
	batch_free(c->batch);
	free(c->qdisc_of);
	free(c->fresh);
	free(c->old_of);
	free(c->made);
	free(c->shaken);
	free(c->awaited);
	free(c);
}
