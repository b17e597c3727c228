/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a traceroute and a ping show of a path: which nodes take a TTL, which answer, from which
 * address, and whether the answer arrives. */
#include <stdlib.h>

#include "base/mem.h"
#include "routing/walk.h"

enum {
	FIRST_TTL = 64, /* Linux's */
	WIDEST = 8	/* a prefix of strangers */
};

void visible_release(struct visible_path *t)
{
	vec_free(&t->hops);
}

/* The interface by which a path's packet came in to its i-th node; NONE: it began there. */
static uint32_t visible_inbound(const struct fabric *f, const struct path *p, size_t i)
{
	return i ? walk_target(f, &p->steps.v[i - 1].out, &p->arrived.dst) : NONE;
}

bool walk_takes_ttl(const struct fabric *f, const struct path *p, size_t i)
{
	uint32_t in = visible_inbound(f, p, i);

	return in != NONE && !f->ifaces.v[in].transparent;
}

static bool visible_has_next_hop(const struct fib_entry *e)
{
	return e && e->nhops > 0;
}

/* Whether an answer is lost: its sender is mute on the interface by which the answer would leave,
 * or a network on the way has no route to `from`, the answer's source. */
static bool visible_answer_is_lost(const struct routes *r, const struct path *back,
				   const struct addr *from)
{
	const struct fabric *f = r->fabric;

	if (back->fate != FATE_DELIVERED)
		return true;
	if (back->steps.n > 1 && f->ifaces.v[back->steps.v[0].out.iface].mute)
		return true;
	for (size_t i = 1; i < back->steps.n; i++) {
		uint32_t in = visible_inbound(f, back, i); /* (NONE: the node itself, again) */

		if (in != NONE && f->ifaces.v[in].edge &&
		    !visible_has_next_hop(routes_lookup(r, f->ifaces.v[in].node, from)))
			return true;
	}
	return false;
}

/* Whether a path's i-th node drops the packet silently: the kernel looks up the route before it
 * checks the TTL. */
static bool visible_is_swallowed(const struct routes *r, const struct path *p, size_t i)
{
	const struct step *s = &p->steps.v[i];

	if (i + 1 < p->steps.n)
		return false;
	return p->fate == FATE_BLACKHOLE ||
	       (p->fate == FATE_NO_ROUTE && !s->match && r->fabric->nodes.v[s->node].silent);
}

/* A path's packet if its TTL runs out at the i-th node, and how many translations it has had there:
 * a NAT translates the destination before the TTL check, and the source after it. */
static struct packet visible_packet_at(const struct path *p, size_t i, size_t *ret_translations)
{
	struct packet now = p->sent;
	size_t done = 0;

	for (size_t at = 0; at <= i; at++)
		while (done < p->nats.n && p->nats.v[done].node == p->steps.v[at].node &&
		       (at < i ||
			!addr_eq(&p->nats.v[done].before.dst, &p->nats.v[done].after.dst)))
			now = p->nats.v[done++].after;
	*ret_translations = done;
	return now;
}

/* Fills in the answer of a path's i-th node, from its interface towards the sender. `there_ns`: the
 * packet's delay. A NAT on the way takes the answer for one of the packet's target, and replaces
 * the router's address with the target's outside address. */
static void visible_answer(const struct routes *r, const struct path *p, size_t i,
			   uint64_t there_ns, struct visible_hop *h)
{
	const struct prefix *own =
		fabric_addr(r->fabric, visible_inbound(r->fabric, p, i), p->sent.dst.family);
	translation_list flow = p->nats;
	struct packet answer, asked = visible_packet_at(p, i, &flow.n);
	struct path back;

	if (!own || visible_is_swallowed(r, p, i))
		return;
	answer = (struct packet){ .src = flow.n ? asked.dst : own->a, .dst = asked.src };
	walk_packet(r, h->node, p->steps.v[0].node, answer, flow.n ? &flow : NULL, &back);
	h->from = addr_eq(&back.arrived.src, &asked.dst) ? own->a : back.arrived.src;
	h->answers = !visible_answer_is_lost(r, &back, &h->from);
	h->rtt_ns = there_ns + back.delay_ns;
	path_release(&back);
}

static uint8_t visible_reply_ttl(const struct fabric *f, const struct path *back)
{
	uint8_t ttl = FIRST_TTL;

	for (size_t i = 1; i + 1 < back->steps.n && ttl > 0; i++)
		if (walk_takes_ttl(f, back, i))
			ttl--;
	return ttl;
}

void routes_visible(const struct routes *r, const struct verdict *v, struct visible_path *ret)
{
	const struct path *p = &v->forward;
	uint64_t there_ns = 0;

	*ret = (struct visible_path){ .reply_ttl = 0 };
	for (size_t i = 1; i < p->steps.n; i++) {
		struct visible_hop h = { .node = p->steps.v[i].node };
		bool target = p->fate == FATE_DELIVERED && i + 1 == p->steps.n;

		there_ns += walk_delay(r, p->steps.v[i - 1].out.iface,
				       visible_inbound(r->fabric, p, i), NULL);
		if (target && v->reachable)
			h = (struct visible_hop){ h.node, true, p->sent.dst, v->rtt_ns };
		else if (!target && walk_takes_ttl(r->fabric, p, i))
			visible_answer(r, p, i, there_ns, &h);
		else if (!target)
			continue;
		vec_push(NULL, &ret->hops, h);
	}
	if (v->reachable)
		ret->reply_ttl = visible_reply_ttl(r->fabric, &v->back);
}

/* ---- sources to which a node has no route ---- */

/* Whether the node has a route with a next hop to a part of the prefix. */
static bool knows_part(const struct routes *r, uint32_t node, const struct prefix *p)
{
	for (each(struct fib_entry, e, &r->table[node].fib))
		if (visible_has_next_hop(e) && prefix_covers(p, &e->prefix))
			return true;
	return false;
}

/* The widest prefix around an address without a route that contains no route, and is not wider than
 * the node's own route that drops the address: fewer prefixes need fewer rules. */
static struct prefix visible_stranger(const struct routes *r, uint32_t node, const struct addr *a)
{
	const struct fib_entry *e = routes_lookup(r, node, a);
	struct prefix p = prefix_with(a, e ? e->prefix.len : WIDEST), net = prefix_network(&p);

	while (knows_part(r, node, &net)) {
		p.len++;
		net = prefix_network(&p);
	}
	return net;
}

static bool is_covered(const prefix_vec *list, const struct addr *a)
{
	for (each(const struct prefix, p, list))
		if (prefix_has(p, a))
			return true;
	return false;
}

/* Hosts' addresses are omitted: a host is never a hop on the way. */
static bool may_answer(const struct fabric *f, const struct iface *i)
{
	return f->nodes.v[i->node].kind != NODE_HOST && !i->transparent && !i->mute;
}

void routes_strangers(const struct routes *r, uint32_t node, prefix_vec *ret)
{
	for (each(const struct iface, i, &r->fabric->ifaces))
		for (each(const struct prefix, a, &i->addrs)) {
			if (i->node == node || !may_answer(r->fabric, i) ||
			    is_covered(ret, &a->a) ||
			    visible_has_next_hop(routes_lookup(r, node, &a->a)))
				continue;
			vec_push(NULL, ret, visible_stranger(r, node, &a->a));
		}
}
