/* Packets followed through the tables: where they end, by which way, how long it takes. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "routing/reason.h"

enum {
	HOPS_MAX = 64,	 /* a packet's TTL */
	WAYS_MAX = 4096, /* equal ways that are looked at for one packet */
};

void path_release(struct path *p)
{
	vec_free(&p->steps);
}

static uint64_t hop_delay(const struct fabric *f, uint32_t iface, uint32_t far, uint32_t *mtu)
{
	struct crossing over[2];
	size_t n = fabric_crossings(f, iface, far, over);
	uint64_t delay = 0;

	for (size_t i = 0; i < n; i++) {
		const struct fabric_link *l = &f->links.v[over[i].link];

		delay += l->to[over[i].towards].delay_ns;
		if (mtu && l->mtu < *mtu)
			*mtu = l->mtu;
	}
	return delay;
}

static bool owns(const struct fabric *f, uint32_t node, const struct addr *a)
{
	for (each(uint32_t, i, &f->nodes.v[node].ifaces))
		for (each(struct prefix, p, &f->ifaces.v[*i].addrs))
			if (addr_eq(&p->a, a))
				return true;
	return false;
}

/* The interface that a hop leads to: the next router's, or on the last link the one that bears
 * the address. NONE: nobody there does. */
static uint32_t hop_target(const struct fabric *f, const struct fib_hop *hop, const struct addr *to)
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

/* The node's own address that others know it by: the first of the family. */
static const struct prefix *node_addr(const struct fabric *f, uint32_t node, int family)
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

	for (size_t i = 0; i < countof(families); i++) {
		const struct prefix *p = node_addr(r->fabric, to, families[i]);

		if ((family == 0 || family == families[i]) && p &&
		    node_addr(r->fabric, from, families[i]))
			return &p->a;
	}
	return NULL;
}

void routes_walk(const struct routes *r, uint32_t from, uint32_t to, int family, struct path *ret)
{
	const struct fabric *f = r->fabric;
	const struct addr *dst = routes_target(r, from, to, family);
	uint32_t node = from;

	*ret = (struct path){ .fate = FATE_NO_ADDRESS, .mtu = UINT32_MAX };
	if (!dst)
		return;
	ret->fate = FATE_LOOP;
	while (ret->steps.n < HOPS_MAX) {
		struct step *s = vec_add(NULL, &ret->steps);
		uint32_t target;

		*s = (struct step){ .node = node, .out = { NONE, NONE } };
		if (owns(f, node, dst)) {
			ret->fate = node == to ? FATE_DELIVERED : FATE_ELSEWHERE;
			return;
		}
		s->match = routes_lookup(r, node, dst);
		if (!s->match || s->match->type == ROUTE_BLACKHOLE) {
			ret->fate = s->match ? FATE_BLACKHOLE : FATE_NO_ROUTE;
			return;
		}
		s->out = r->hops.v[s->match->hop];
		target = hop_target(f, &s->out, dst);
		if (target == NONE) {
			ret->fate = FATE_NO_ROUTE;
			return;
		}
		ret->delay_ns += hop_delay(f, s->out.iface, target, &ret->mtu);
		node = f->ifaces.v[target].node;
	}
}

/* The quickest and the slowest of all equally good ways; those that end nowhere are left out. */
struct span {
	uint64_t min_ns, max_ns;
	size_t ways;
};

static void explore(const struct routes *r, uint32_t node, const struct addr *dst, uint64_t so_far,
		    int depth, struct span *span)
{
	const struct fabric *f = r->fabric;
	const struct fib_entry *e;

	if (depth == HOPS_MAX || span->ways >= WAYS_MAX)
		return;
	if (owns(f, node, dst)) {
		if (so_far < span->min_ns)
			span->min_ns = so_far;
		if (so_far > span->max_ns)
			span->max_ns = so_far;
		span->ways++;
		return;
	}
	e = routes_lookup(r, node, dst);
	for (uint32_t i = 0; e && i < e->nhops; i++) {
		const struct fib_hop *hop = &r->hops.v[e->hop + i];
		uint32_t target = hop_target(f, hop, dst);

		if (target != NONE)
			explore(r, f->ifaces.v[target].node, dst,
				so_far + hop_delay(f, hop->iface, target, NULL), depth + 1, span);
	}
}

static struct span all_ways(const struct routes *r, uint32_t from, uint32_t to, int family)
{
	struct span span = { UINT64_MAX, 0, 0 };
	const struct addr *dst = routes_target(r, from, to, family);

	if (dst)
		explore(r, from, dst, 0, 0, &span);
	return span;
}

static bool mirrored(const struct path *a, const struct path *b)
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

void routes_predict(const struct routes *r, uint32_t from, uint32_t to, struct verdict *ret)
{
	const struct addr *there = routes_target(r, from, to, 0), *here;
	int family = there ? there->family : 0;
	struct span out, back;
	own_text why = { 0 };

	*ret = (struct verdict){ 0 };
	routes_walk(r, from, to, family, &ret->forward);
	routes_walk(r, to, from, family, &ret->back);
	if (!there) {
		ret->reason = xstrdup("the two have no address family in common");
		return;
	}
	here = routes_target(r, to, from, family);
	if (ret->forward.fate != FATE_DELIVERED) {
		reason_say(r, &ret->forward, there, &why);
		ret->reason = xstrdup(text_str(&why));
		return;
	}
	if (ret->back.fate != FATE_DELIVERED) {
		text_add(&why, "no way back: ");
		reason_say(r, &ret->back, here, &why);
		ret->reason = xstrdup(text_str(&why));
		return;
	}
	out = all_ways(r, from, to, family);
	back = all_ways(r, to, from, family);
	ret->reachable = true;
	ret->symmetric = mirrored(&ret->forward, &ret->back);
	ret->multipath = out.ways > 1 || back.ways > 1;
	ret->rtt_ns = ret->forward.delay_ns + ret->back.delay_ns;
	ret->rtt_min_ns = out.min_ns + back.min_ns;
	ret->rtt_max_ns = out.max_ns + back.max_ns;
}
