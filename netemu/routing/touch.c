/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For each receiver, the network is traversed once, from every sender along the old routes. A node
 * is untouched if its entry for the address and the links to its next hops are unchanged, and all
 * its next hops are untouched. A case that is hard to decide counts as touched: its packets are
 * then followed through both networks. */
#include "routing/touch.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "routing/walk.h"

enum { DEEPEST = 4096 }; /* routers in a row that are traversed */

enum state { UNKNOWN, UNTOUCHED, TOUCHED };

struct touch {
	const struct routes *before, *after;
	uint32_t *node, *iface; /* of each of `before`: the same one of `after`, or NONE */
	bool *same;  /* of each node of `before`: `after` has it, with the same addresses */
	uint32_t to; /* the receiver of the current question, or NONE */
	unsigned char *state[2]; /* of each node, towards its address of IPv4, of IPv6 */
};

/* ---- correspondence is by name, for indices shift ---- */

/* The interfaces of a node mostly keep their order. */
static uint32_t touch_find_iface(const struct fabric *f, const struct node *n, const char *full,
				 size_t *hint)
{
	for (size_t i = 0; i < n->ifaces.n; i++) {
		size_t at = (*hint + i) % n->ifaces.n;

		if (strcmp(f->ifaces.v[n->ifaces.v[at]].full, full) == 0) {
			*hint = at + 1;
			return n->ifaces.v[at];
		}
	}
	return NONE;
}

static void touch_pair_ifaces(struct touch *t, uint32_t node)
{
	const struct fabric *was = t->before->fabric, *is = t->after->fabric;
	const uint32_t then = t->node[node];
	size_t hint = 0;

	for (each(uint32_t, i, &was->nodes.v[node].ifaces))
		t->iface[*i] = then == NONE ? NONE
					    : touch_find_iface(is, &is->nodes.v[then],
							       was->ifaces.v[*i].full, &hint);
}

static void touch_pair_all(struct touch *t)
{
	const struct fabric *was = t->before->fabric;

	t->node = xcalloc(was->nodes.n + 1, sizeof(*t->node));
	t->iface = xcalloc(was->ifaces.n + 1, sizeof(*t->iface));
	for (uint32_t i = 0; i < was->nodes.n; i++) {
		t->node[i] = fabric_node(t->after->fabric, was->nodes.v[i].name);
		touch_pair_ifaces(t, i);
	}
}

static bool same_addresses(const struct touch *t, uint32_t was, uint32_t is)
{
	static const int families[] = { AF_INET, AF_INET6 };

	for (size_t i = 0; i < countof(families); i++) {
		const struct addr *x = routes_target(t->before, was, was, families[i]);
		const struct addr *y = routes_target(t->after, is, is, families[i]);

		if ((x && y) ? !addr_eq(x, y) : x != y)
			return false;
	}
	return true;
}

static bool same_iface(const struct touch *t, uint32_t was, uint32_t is)
{
	return was == NONE ? is == NONE : t->iface[was] == is && is != NONE;
}

/* Whether both are links with the same effect on packets. Tunnels are never taken to be the
 * same. */
static bool same_link(const struct touch *t, const struct crossing *was, const struct crossing *is)
{
	const struct fabric_link *x, *y;

	if (was->link == NONE || is->link == NONE)
		return false;
	x = &t->before->fabric->links.v[was->link];
	y = &t->after->fabric->links.v[is->link];
	return x->to[was->towards].delay_ns == y->to[is->towards].delay_ns &&
	       prefixes_eq(&x->only_from[was->towards], &y->only_from[is->towards]);
}

/* Likewise for all links of a hop; `via` is the interface that the hop leads to. */
static bool same_crossing(const struct touch *t, const struct fib_hop *was,
			  const struct fib_hop *is)
{
	struct crossing x[CROSSINGS_MAX], y[CROSSINGS_MAX];
	size_t n = fabric_crossings(t->before->fabric, was->iface, was->via, x);

	if (fabric_crossings(t->after->fabric, is->iface, is->via, y) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!same_link(t, &x[i], &y[i]))
			return false;
	return true;
}

/* ---- entries ---- */

/* Either may be NULL: no route. */
static bool same_entry(const struct touch *t, const struct fib_entry *was,
		       const struct fib_entry *is)
{
	if (!was || !is)
		return !was && !is;
	if (was->nhops != is->nhops) /* none: it drops */
		return false;
	for (uint32_t i = 0; i < was->nhops; i++) {
		const struct fib_hop *x = &t->before->hops.v[was->hop + i];
		const struct fib_hop *y = &t->after->hops.v[is->hop + i];

		if (!same_iface(t, x->iface, y->iface) || !same_iface(t, x->via, y->via))
			return false;
	}
	return true;
}

/* How many entries of two tables, both sorted by prefix, differ. Either may be NULL. */
static size_t count_entries(const struct touch *t, const struct router_table *was,
			    const struct router_table *is)
{
	size_t i = 0, k = 0, differ = 0, n = was ? was->fib.n : 0, m = is ? is->fib.n : 0;

	while (i < n && k < m) {
		int order = prefix_cmp(&was->fib.v[i].prefix, &is->fib.v[k].prefix);

		differ += order != 0 || !same_entry(t, &was->fib.v[i], &is->fib.v[k]);
		i += order <= 0;
		k += order >= 0;
	}
	return differ + (n - i) + (m - k);
}

size_t touch_routes(const struct touch *t, size_t *ret_routers)
{
	const struct fabric *was = t->before->fabric, *is = t->after->fabric;
	size_t routes = 0, n;

	*ret_routers = 0;
	for (uint32_t i = 0; i < was->nodes.n; i++) {
		const uint32_t then = t->node[i];

		n = count_entries(t, &t->before->table[i],
				  then == NONE ? NULL : &t->after->table[then]);
		routes += n;
		*ret_routers += n > 0;
	}
	for (uint32_t i = 0; i < is->nodes.n; i++) {
		n = fabric_node(was, is->nodes.v[i].name) == NONE ? t->after->table[i].fib.n : 0;
		routes += n;
		*ret_routers += n > 0;
	}
	return routes;
}

/* ---- ways ---- */

static bool way_is_touched(struct touch *t, uint32_t node, const struct addr *to, int depth);

/* A hop of an entry that is the same after the change. */
static bool hop_is_touched(struct touch *t, const struct fib_hop *hop, const struct addr *to,
			   int depth)
{
	struct fib_hop was = *hop;
	struct fib_hop is = { t->iface[hop->iface], hop->via == NONE ? NONE : t->iface[hop->via] };

	was.via = walk_target(t->before->fabric, &was, to);
	is.via = walk_target(t->after->fabric, &is, to);
	if (!same_iface(t, was.via, is.via))
		return true;
	return was.via != NONE &&
	       (!same_crossing(t, &was, &is) ||
		way_is_touched(t, t->before->fabric->ifaces.v[was.via].node, to, depth + 1));
}

/* A NAT counts as touched, and so do all paths out to the internet, which lead through one. Replies
 * to packets from the internet take those paths. */
static bool node_is_touched(struct touch *t, uint32_t node, const struct addr *to, int depth)
{
	const struct fabric *was = t->before->fabric, *is = t->after->fabric;
	const uint32_t then = t->node[node]; /* exists, as the interface that led here does */
	const struct fib_entry *e;
	bool arrived;

	if (depth == DEEPEST || was->nodes.v[node].kind == NODE_NAT)
		return true;
	arrived = walk_owns(was, node, to);
	if (arrived != walk_owns(is, then, to))
		return true;
	if (arrived)
		return false;
	e = routes_lookup(t->before, node, to);
	if (!same_entry(t, e, routes_lookup(t->after, then, to)))
		return true;
	for (uint32_t i = 0; e && i < e->nhops; i++)
		if (hop_is_touched(t, &t->before->hops.v[e->hop + i], to, depth))
			return true;
	return false;
}

static bool way_is_touched(struct touch *t, uint32_t node, const struct addr *to, int depth)
{
	unsigned char *state = &t->state[to->family == AF_INET6][node];

	if (*state == UNKNOWN) {
		*state = TOUCHED; /* a path that returns here is a loop: touched */
		if (!node_is_touched(t, node, to, depth))
			*state = UNTOUCHED;
	}
	return *state == TOUCHED;
}

bool touch_way(struct touch *t, uint32_t from, uint32_t to)
{
	const struct addr *a;

	if (!t->same[from])
		return true;
	a = routes_target(t->before, from, to, 0);
	if (t->to != to)
		for (int i = 0; i < 2; i++)
			memset(t->state[i], UNKNOWN, t->before->fabric->nodes.n);
	t->to = to;
	return a && way_is_touched(t, from, a, 0);
}

/* ---- all ---- */

struct touch *touch_new(const struct routes *before, const struct routes *after)
{
	const struct fabric *f = before->fabric;
	struct touch *t = xcalloc(1, sizeof(*t));

	t->before = before;
	t->after = after;
	t->to = NONE;
	for (int i = 0; i < 2; i++)
		t->state[i] = xcalloc(f->nodes.n, 1);
	t->same = xcalloc(f->nodes.n, sizeof(*t->same));
	touch_pair_all(t);
	for (uint32_t i = 0; i < f->nodes.n; i++)
		t->same[i] = t->node[i] != NONE && same_addresses(t, i, t->node[i]);
	return t;
}

void touch_free(struct touch *t)
{
	if (!t)
		return;
	free(t->node);
	free(t->iface);
	free(t->same);
	for (int i = 0; i < 2; i++)
		free(t->state[i]);
	free(t);
}
