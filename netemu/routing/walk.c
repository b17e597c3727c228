/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows packets through the tables: where they end, on which path, with which delay. */
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/text.h"
#include "routing/nat.h"
#include "routing/reason.h"
#include "routing/walk.h"

enum {
	HOPS_MAX = 64,	 /* a packet's TTL */
	WAYS_MAX = 4096, /* equally good paths that are explored for one packet */
};

void path_release(struct path *p)
{
	vec_free(&p->steps);
	vec_free(&p->nats);
}

struct cost { /* of a hop: by the first, the fastest and the slowest of equally good paths */
	uint64_t delay_ns, min_ns, max_ns;
	uint32_t mtu;
};

/* The cost of a link or a tunnel. */
static struct cost crossing_cost(const struct routes *r, const struct crossing *x)
{
	const struct fabric_link *l;
	uint64_t delay;

	if (x->tunnel != NONE) {
		const struct underlay *u = routes_underlay(r, x->tunnel, x->towards);
		uint32_t mtu = routes_tunnel_mtu(r, x->tunnel);

		return (struct cost){ u->delay_ns, u->min_ns, u->max_ns, mtu };
	}
	l = &r->fabric->links.v[x->link];
	delay = l->to[x->towards].delay_ns;
	return (struct cost){ delay, delay, delay, l->mtu };
}

static struct cost hop_cost(const struct routes *r, uint32_t iface, uint32_t far)
{
	struct crossing over[CROSSINGS_MAX];
	size_t n = fabric_crossings(r->fabric, iface, far, over);
	struct cost c = { 0, 0, 0, UINT32_MAX };

	for (size_t i = 0; i < n; i++) {
		struct cost x = crossing_cost(r, &over[i]);

		c.delay_ns += x.delay_ns;
		c.min_ns += x.min_ns;
		c.max_ns += x.max_ns;
		c.mtu = x.mtu < c.mtu ? x.mtu : c.mtu;
	}
	return c;
}

uint64_t walk_delay(const struct routes *r, uint32_t iface, uint32_t far, uint32_t *mtu)
{
	struct cost c = hop_cost(r, iface, far);

	if (mtu && c.mtu < *mtu)
		*mtu = c.mtu;
	return c.delay_ns;
}

const struct tunnel *walk_tunnel(const struct fabric *f, uint32_t iface, uint32_t far)
{
	struct crossing over[CROSSINGS_MAX];
	size_t n = fabric_crossings(f, iface, far, over);

	for (size_t i = 0; i < n; i++)
		if (over[i].tunnel != NONE)
			return &f->tunnels.v[over[i].tunnel];
	return NULL;
}

const struct tunnel *walk_cut(const struct routes *r, uint32_t iface, uint32_t far)
{
	struct crossing over[CROSSINGS_MAX];
	size_t n = fabric_crossings(r->fabric, iface, far, over);

	for (size_t i = 0; i < n; i++)
		if (over[i].tunnel != NONE &&
		    routes_underlay(r, over[i].tunnel, over[i].towards)->fate != FATE_DELIVERED)
			return &r->fabric->tunnels.v[over[i].tunnel];
	for (size_t i = 0; i < n; i++) /* or a trunk next to it is down */
		if (over[i].tunnel != NONE &&
		    fabric_trunk_down(r->fabric, &r->fabric->tunnels.v[over[i].tunnel]))
			return &r->fabric->tunnels.v[over[i].tunnel];
	return NULL;
}

const struct fabric_link *walk_bar(const struct fabric *f, uint32_t iface, uint32_t far,
				   const struct addr *src, uint32_t *ret_end)
{
	struct crossing over[CROSSINGS_MAX];
	size_t n = fabric_crossings(f, iface, far, over);

	for (size_t i = 0; i < n; i++) {
		const struct fabric_link *l = &f->links.v[over[i].link];

		if (over[i].link == NONE)
			continue;
		const struct prefixes *only = &l->only_from[over[i].towards];
		bool taken = only->n == 0;

		for (size_t k = 0; k < only->n && !taken; k++)
			taken = prefix_has(&only->v[k], src);
		if (taken)
			continue;
		if (ret_end)
			*ret_end = over[i].towards;
		return l;
	}
	return NULL;
}

bool walk_owns(const struct fabric *f, uint32_t node, const struct addr *a)
{
	for (each(uint32_t, i, &f->nodes.v[node].ifaces))
		for (each(struct prefix, p, &f->ifaces.v[*i].addrs))
			if (addr_eq(&p->a, a))
				return true;
	return false;
}

uint32_t walk_target(const struct fabric *f, const struct fib_hop *hop, const struct addr *to)
{
	index_list near = { 0 };
	uint32_t found = NONE;

	if (hop->via != NONE)
		return hop->via;
	fabric_neighbours(f, hop->iface, &near);
	for (each(uint32_t, i, &near))
		for (each(struct prefix, p, &f->ifaces.v[*i].addrs))
			if (addr_eq(&p->a, to))
				found = *i;
	vec_free(&near);
	return found;
}

/* The address by which other nodes know a node: its first of the family. */
static const struct prefix *walk_node_addr(const struct fabric *f, uint32_t node, int family)
{
	for (each(uint32_t, i, &f->nodes.v[node].ifaces)) {
		const struct prefix *p = fabric_addr(f, *i, family);

		if (p)
			return p;
	}
	return NULL;
}

const struct addr *routes_target(const struct routes *r, uint32_t from, uint32_t to, int family)
{
	static const int families[] = { AF_INET, AF_INET6 };
	const struct fabric *f = r->fabric;

	for (size_t i = 0; i < countof(families); i++) {
		const struct prefix *p = walk_node_addr(f, to, families[i]);
		const struct addr *public;

		if ((family && family != families[i]) || !p ||
		    !walk_node_addr(f, from, families[i]))
			continue;
		public = f->nats.n && nat_is_outside(f, from) ? nat_public(f, to, &p->a) : NULL;
		return public ? public : &p->a;
	}
	return NULL;
}

static bool walk_passed(const struct path *p, uint32_t node)
{
	for (each(const struct step, s, &p->steps))
		if (s->node == node)
			return true;
	return false;
}

/* Follows a packet from a node until it arrives somewhere or is lost. */
static void walk_follow(const struct routes *r, uint32_t from, uint32_t to,
			const translation_list *flow, struct path *ret)
{
	const struct fabric *f = r->fabric;
	struct packet *p = &ret->arrived;
	uint32_t node = from, in = NONE;

	ret->mtu = UINT32_MAX;
	ret->fate = FATE_LOOP;
	*p = ret->sent;
	while (ret->steps.n < HOPS_MAX) {
		struct step *s = vec_add(NULL, &ret->steps);
		uint32_t target;

		*s = (struct step){ .node = node, .out = { NONE, NONE } };
		if (!nat_arrive(f, node, in, flow, p, &ret->nats)) {
			ret->fate = FATE_NO_FLOW;
			return;
		}
		if (walk_owns(f, node, &p->dst)) {
			ret->fate = node == to ? FATE_DELIVERED : FATE_ELSEWHERE;
			return;
		}
		s->match = routes_lookup(r, node, &p->dst);
		if (!s->match || s->match->type == ROUTE_BLACKHOLE) {
			ret->fate = s->match ? FATE_BLACKHOLE : FATE_NO_ROUTE;
			return;
		}
		s->out = r->hops.v[s->match->hop];
		target = walk_target(f, &s->out, &p->dst);
		if (target == NONE) {
			ret->fate = FATE_NO_ROUTE;
			return;
		}
		if (!nat_leave(f, node, in, s->out.iface, flow, p, &ret->nats)) {
			ret->fate = FATE_NO_FLOW;
			return;
		}
		ret->barred = walk_bar(f, s->out.iface, target, &p->src, &ret->barred_end);
		if (ret->barred) {
			ret->fate = FATE_FILTERED;
			return;
		}
		ret->cut = walk_cut(r, s->out.iface, target);
		if (ret->cut) {
			ret->fate = FATE_TUNNEL;
			return;
		}
		ret->delay_ns += walk_delay(r, s->out.iface, target, &ret->mtu);
		node = f->ifaces.v[target].node;
		in = target;
		if (ret->nats.n == 0 && walk_passed(ret, node)) {
			*(struct step *)vec_add(NULL, &ret->steps) =
				(struct step){ .node = node, .out = { NONE, NONE } };
			return; /* same packet, same table: a loop */
		}
	}
}

void routes_walk(const struct routes *r, uint32_t from, uint32_t to, int family, struct path *ret)
{
	const struct addr *dst = routes_target(r, from, to, family);
	const struct prefix *src = dst ? walk_node_addr(r->fabric, from, dst->family) : NULL;

	*ret = (struct path){ .fate = FATE_NO_ADDRESS, .mtu = UINT32_MAX, .asked_by = NONE };
	if (!src)
		return;
	ret->sent = (struct packet){ .src = src->a, .dst = *dst };
	walk_follow(r, from, to, NULL, ret);
}

void walk_packet(const struct routes *r, uint32_t from, uint32_t to, struct packet p,
		 const translation_list *flow, struct path *ret)
{
	*ret = (struct path){ .sent = p, .asked_by = NONE };
	walk_follow(r, from, to, flow, ret);
}

void routes_answer(const struct routes *r, const struct path *asked, struct path *ret)
{
	uint32_t from = asked->steps.v[asked->steps.n - 1].node, to = asked->steps.v[0].node;

	*ret = (struct path){ .sent = { .src = asked->arrived.dst, .dst = asked->arrived.src },
			      .asked_by = asked->nats.n ? asked->nats.v[asked->nats.n - 1].node
							: NONE };
	walk_follow(r, from, to, &asked->nats, ret);
	if (ret->fate == FATE_DELIVERED && (!addr_eq(&ret->arrived.src, &asked->sent.dst) ||
					    !addr_eq(&ret->arrived.dst, &asked->sent.src)))
		ret->fate = FATE_STRANGER;
}

/* The fastest and the slowest of all equally good paths that arrive. */
struct span {
	uint32_t to; /* the intended receiver: other nodes may have its address, too */
	uint64_t min_ns, max_ns;
	size_t ways, lost; /* that arrive, that do not */
};

/* The nodes that a packet has passed. */
struct walk_trail {
	uint32_t node, depth;
	struct addr dst;
	const struct walk_trail *before;
};

/* Whether the packet loops, or has no TTL left. */
static bool walk_loops(const struct walk_trail *here)
{
	if (here->depth == HOPS_MAX)
		return true;
	for (const struct walk_trail *t = here->before; t; t = t->before)
		if (t->node == here->node && addr_eq(&t->dst, &here->dst))
			return true;
	return false;
}

static void walk_arrive(struct span *span, uint32_t node, uint64_t min, uint64_t max)
{
	if (node != span->to) {
		span->lost++;
		return;
	}
	if (min < span->min_ns)
		span->min_ns = min;
	if (max > span->max_ns)
		span->max_ns = max;
	span->ways++;
}

static void walk_explore(const struct routes *r, uint32_t node, uint32_t in, struct packet p,
			 const translation_list *flow, uint64_t min, uint64_t max,
			 const struct walk_trail *before, struct span *span)
{
	const struct fabric *f = r->fabric;
	const struct walk_trail here = { node, before ? before->depth + 1 : 0, p.dst, before };
	const struct fib_entry *e;

	if (span->ways + span->lost >= WAYS_MAX)
		return;
	if (walk_loops(&here) || !nat_arrive(f, node, in, flow, &p, NULL)) {
		span->lost++;
		return;
	}
	if (walk_owns(f, node, &p.dst)) {
		walk_arrive(span, node, min, max);
		return;
	}
	e = routes_lookup(r, node, &p.dst);
	if (!e || e->nhops == 0)
		span->lost++;
	for (uint32_t i = 0; e && i < e->nhops; i++) {
		const struct fib_hop *hop = &r->hops.v[e->hop + i];
		uint32_t target = walk_target(f, hop, &p.dst);
		struct packet next = p;

		if (target != NONE && nat_leave(f, node, in, hop->iface, flow, &next, NULL) &&
		    !walk_bar(f, hop->iface, target, &next.src, NULL) &&
		    !walk_cut(r, hop->iface, target)) {
			struct cost c = hop_cost(r, hop->iface, target);

			walk_explore(r, f->ifaces.v[target].node, target, next, flow,
				     min + c.min_ns, max + c.max_ns, &here, span);
		} else {
			span->lost++;
		}
	}
}

/* Whether a router on a path has several equally good hops. */
static bool walk_branches(const struct path *p)
{
	for (each(const struct step, s, &p->steps))
		if (s->match && s->match->nhops > 1)
			return true;
	return false;
}

/* All equally good paths of the packet with which `p` began to the node `to`. `flow`: the flow that
 * the packet answers; NULL: it opens one. */
static struct span walk_all_ways(const struct routes *r, const struct path *p, uint32_t to,
				 const translation_list *flow)
{
	struct span span = { to, UINT64_MAX, 0, 0, 0 };

	if (p->steps.n)
		walk_explore(r, p->steps.v[0].node, NONE, p->sent, flow, 0, 0, NULL, &span);
	return span;
}

/* ---- tunnels ---- */

const struct underlay *routes_underlay(const struct routes *r, uint32_t tunnel, uint32_t towards)
{
	return &r->underlays[2 * tunnel + towards];
}

/* The headers that a tunnel adds to the extended network's packets: HCX's, which encrypts, or only
 * VXLAN's. */
enum { TUNNEL_OVERHEAD = 150, VXLAN_OVERHEAD = 50, TUNNEL_MTU = 1350 };

uint32_t routes_tunnel_mtu(const struct routes *r, uint32_t tunnel)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): there is this one */
	uint32_t own = r->fabric->tunnels.v[tunnel].mtu;
	uint32_t least = UINT32_MAX;

	for (uint32_t towards = 0; towards < 2; towards++) {
		const struct underlay *u = routes_underlay(r, tunnel, towards);

		if (u->fate == FATE_DELIVERED && u->mtu < least)
			least = u->mtu;
	}
	if (own) /* (the file cannot ask for more than fits) */
		return least != UINT32_MAX && own + VXLAN_OVERHEAD > least ? least - VXLAN_OVERHEAD
									   : own;
	return least == UINT32_MAX || least <= 2 * TUNNEL_OVERHEAD ? TUNNEL_MTU
								   : least - TUNNEL_OVERHEAD;
}

static struct underlay walk_underlay(const struct routes *r, const struct tunnel *t,
				     uint32_t towards)
{
	uint32_t from = r->fabric->ifaces.v[t->uplink[!towards]].node;
	uint32_t to = r->fabric->ifaces.v[t->uplink[towards]].node;
	struct underlay u;
	struct span span;
	struct path p;

	routes_walk(r, from, to, AF_INET, &p);
	span = walk_all_ways(r, &p, to, NULL);
	u = (struct underlay){ p.fate, p.delay_ns, span.min_ns, span.max_ns, p.mtu };
	path_release(&p);
	return u;
}

static void walk_warn_cut(const struct routes *r, const struct tunnel *t, struct diag *dg)
{
	own_text why = { 0 };

	reason_say_below(r, t, &why);
	diag_warn(dg, t->pos, "underlay", "the extension '%s' carries nothing: %s", t->name,
		  text_str(&why));
}

/* The underlay path of one tunnel may lead through another tunnel, so this repeats until nothing
 * changes. */
void walk_tunnels(struct routes *r, struct diag *dg)
{
	const struct fabric *f = r->fabric;
	size_t n = f->tunnels.n;
	struct underlay *all = arena_alloc(r->arena, (2 * n + 1) * sizeof(*all));
	bool changed = true;

	for (size_t i = 0; i < 2 * n; i++)
		all[i] = (struct underlay){ .fate = FATE_NO_ROUTE };
	r->underlays = all;
	for (size_t round = 0; changed && round <= n; round++) {
		changed = false;
		for (uint32_t i = 0; i < 2 * n; i++) {
			struct underlay u = walk_underlay(r, &f->tunnels.v[i / 2], i % 2);

			changed = changed || u.fate != all[i].fate ||
				  u.delay_ns != all[i].delay_ns || u.min_ns != all[i].min_ns ||
				  u.max_ns != all[i].max_ns || u.mtu != all[i].mtu;
			all[i] = u;
		}
	}
	for (size_t i = 0; i < n; i++)
		if (all[2 * i].fate != FATE_DELIVERED || all[2 * i + 1].fate != FATE_DELIVERED)
			walk_warn_cut(r, &f->tunnels.v[i], dg);
}

static bool walk_is_mirrored(const struct path *a, const struct path *b)
{
	if (a->steps.n != b->steps.n)
		return false;
	for (size_t i = 0; i < a->steps.n; i++)
		if (a->steps.v[i].node != b->steps.v[b->steps.n - 1 - i].node)
			return false;
	return true;
}

void verdict_release(struct verdict *v)
{
	path_release(&v->forward);
	path_release(&v->back);
	free(v->reason);
	v->reason = NULL;
}

void routes_try(const struct routes *r, uint32_t from, uint32_t to, struct verdict *ret)
{
	const struct addr *there = routes_target(r, from, to, 0);
	struct span out, back;

	*ret = (struct verdict){ 0 };
	routes_walk(r, from, to, there ? there->family : 0, &ret->forward);
	if (ret->forward.fate == FATE_DELIVERED)
		routes_answer(r, &ret->forward, &ret->back);
	else
		routes_walk(r, to, from, there ? there->family : 0, &ret->back);
	if (!there)
		return;
	if (ret->forward.fate != FATE_DELIVERED) {
		ret->partial = walk_branches(&ret->forward) &&
			       walk_all_ways(r, &ret->forward, to, NULL).ways > 0;
		return;
	}
	if (ret->back.fate != FATE_DELIVERED) {
		ret->partial = walk_branches(&ret->back) &&
			       walk_all_ways(r, &ret->back, from, &ret->forward.nats).ways > 0;
		return;
	}
	out = walk_all_ways(r, &ret->forward, to, NULL);
	back = walk_all_ways(r, &ret->back, from, &ret->forward.nats);
	ret->reachable = true;
	ret->symmetric = walk_is_mirrored(&ret->forward, &ret->back);
	ret->multipath = out.ways + out.lost > 1 || back.ways + back.lost > 1;
	ret->partial = out.lost || back.lost;
	ret->rtt_ns = ret->forward.delay_ns + ret->back.delay_ns;
	ret->rtt_min_ns = out.min_ns + back.min_ns;
	ret->rtt_max_ns = out.max_ns + back.max_ns;
}

void routes_predict(const struct routes *r, uint32_t from, uint32_t to, struct verdict *ret)
{
	own_text why = { 0 };

	routes_try(r, from, to, ret);
	if (ret->reachable)
		return;
	if (ret->forward.fate == FATE_NO_ADDRESS) {
		text_add(&why, "the two have no address family in common");
	} else if (ret->forward.fate != FATE_DELIVERED) {
		reason_say(r, &ret->forward, to, &ret->forward.arrived.dst, &why);
	} else {
		text_add(&why, "no way back: ");
		reason_say(r, &ret->back, from, &ret->back.arrived.dst, &why);
	}
	ret->reason = xstrdup(text_str(&why));
}
