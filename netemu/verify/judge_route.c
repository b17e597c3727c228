/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/judge_route.h"

#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "fabric/fabric.h"
#include "kernel/read.h"
#include "model/model.h"
#include "verify/trail.h"

/* What a routing table has for a prefix. */
struct tabled {
	bool present, drops, local; /* local: one of the node's own links */
	VEC(uint32_t) hops; /* next nodes, ascending; NONE: a next hop outside the lab; heap */
};

static int by_node_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void tabled_sort(struct tabled *f)
{
	if (f->hops.n > 1)
		qsort(f->hops.v, f->hops.n, sizeof(f->hops.v[0]), by_node_number);
}

static bool tabled_equal(const struct tabled *a, const struct tabled *b)
{
	if (a->present != b->present || a->drops != b->drops || a->local != b->local ||
	    a->hops.n != b->hops.n)
		return false;
	for (size_t i = 0; i < a->hops.n; i++)
		if (a->hops.v[i] != b->hops.v[i])
			return false;
	return true;
}

/* ---- netemu's table ---- */

static uint32_t fib_next_node(const struct fabric *f, const struct fib_hop *h)
{
	return h->via == NONE ? fabric_peer(f, h->iface) : f->ifaces.v[h->via].node;
}

uint32_t route_holder(const struct routes *r, uint32_t at, const struct prefix *p)
{
	const struct fib_entry *way = routes_lookup(r, at, &p->a);
	uint32_t router;

	if (!node_is_machine(&r->fabric->nodes.v[at]) || routes_fib(r, at, p))
		return at;
	if (!way || way->nhops == 0)
		return at;
	router = fib_next_node(r->fabric, &r->hops.v[way->hop]);
	return router == NONE ? at : router;
}

static void tabled_from_fib(const struct routes *r, const struct fib_entry *e, struct tabled *ret)
{
	*ret = (struct tabled){ .present = e != NULL };
	if (!e)
		return;
	ret->drops = e->type == ROUTE_BLACKHOLE;
	ret->local = e->source == FIB_CONNECTED;
	for (uint32_t i = 0; i < e->nhops && !ret->local; i++)
		vec_push(NULL, &ret->hops, fib_next_node(r->fabric, &r->hops.v[e->hop + i]));
	tabled_sort(ret);
}

/* ---- the kernel's table ---- */

static uint32_t iface_called(const struct fabric *f, uint32_t node, const char *name)
{
	for (each(uint32_t, i, &f->nodes.v[node].ifaces))
		if (strcmp(f->ifaces.v[*i].name, name) == 0)
			return *i;
	return NONE;
}

static uint32_t neighbour_at(const struct fabric *f, uint32_t iface, const struct addr *a)
{
	index_list near = { 0 };
	uint32_t found = NONE;

	fabric_neighbours(f, iface, &near);
	for (each(uint32_t, i, &near))
		for (each(struct prefix, p, &f->ifaces.v[*i].addrs))
			if (addr_eq(&p->a, a))
				found = f->ifaces.v[*i].node;
	vec_free(&near);
	return found;
}

static uint32_t kernel_next(const struct fabric *f, uint32_t node, const struct seen *s,
			    const struct seen_hop *h)
{
	const struct seen_link *l = seen_link_at(s, h->ifindex);
	uint32_t iface = l ? iface_called(f, node, l->name) : NONE;

	if (iface == NONE)
		return NONE;
	return h->via.family ? neighbour_at(f, iface, &h->via) : fabric_peer(f, iface);
}

static bool is_connected(const struct fabric *f, uint32_t node, const struct seen *s,
			 const struct prefix *p)
{
	for (each(const struct seen_addr, a, &s->addrs)) {
		const struct seen_link *l = seen_link_at(s, a->ifindex);
		struct prefix network = prefix_network(&a->addr);

		if (l && l->up && prefix_eq(&network, p) && iface_called(f, node, l->name) != NONE)
			return true;
	}
	return false;
}

static const struct seen_route *kernel_route(const struct kernel_table *k, const struct prefix *p)
{
	const struct seen_route *best = NULL;

	for (each(const struct seen_route, r, &k->seen->routes))
		if (r->table == k->table && prefix_eq(&r->prefix, p) &&
		    (!best || r->metric < best->metric))
			best = r;
	return best;
}

static void tabled_from_kernel(const struct fabric *f, uint32_t node, const struct kernel_table *k,
			       const struct prefix *p, struct tabled *ret)
{
	const struct seen_route *r = kernel_route(k, p);
	const struct seen *s = k->seen;

	*ret = (struct tabled){ .present = r != NULL };
	if (!r) {
		ret->present = ret->local = is_connected(f, node, s, p);
		return;
	}
	ret->drops = r->type != RTN_UNICAST;
	for (uint32_t i = 0; i < r->nhops && !ret->drops; i++)
		vec_push(NULL, &ret->hops, kernel_next(f, node, s, &s->hops.v[r->hop + i]));
	tabled_sort(ret);
}

/* A router that must stay silent about unknown destinations has a default route in the kernel that
 * drops; netemu's own table does not have it. */
static bool tabled_agree(const struct tabled *computed, const struct tabled *kernel)
{
	return tabled_equal(computed, kernel) || (!computed->present && kernel->drops);
}

/* ---- what is expected ---- */

static bool is_hop_called(const struct fabric *f, uint32_t hop, const char *name)
{
	return hop != NONE && node_is_called(&f->nodes.v[hop], name);
}

/* True when the next hops are exactly those that the expectation names. */
static bool is_via(const struct fabric *f, const struct tabled *have, const struct expectation *e)
{
	for (each(uint32_t, hop, &have->hops)) {
		bool named = false;

		for (each(const struct placed_name, n, &e->via))
			named = named || is_hop_called(f, *hop, n->name);
		if (!named)
			return false;
	}
	for (each(const struct placed_name, n, &e->via)) {
		bool used = false;

		for (each(uint32_t, hop, &have->hops))
			used = used || is_hop_called(f, *hop, n->name);
		if (!used)
			return false;
	}
	return true;
}

static bool has_path(const struct fib_entry *entry, const struct expectation *e)
{
	const struct as_path *p = entry->route ? entry->route->path : NULL;

	if (!p || p->n != e->as_path.n)
		return false;
	for (uint32_t i = 0; i < p->n; i++)
		if (as_path_at(p, i) != e->as_path.v[i])
			return false;
	return true;
}

static bool tabled_meets(const struct fabric *f, const struct expectation *e,
			 const struct fib_entry *entry, const struct tabled *have)
{
	bool present = have->present && !have->drops;

	if (e->absent)
		return !present;
	return present && (e->via.n == 0 || is_via(f, have, e)) &&
	       (!e->has_as_path || has_path(entry, e));
}

/* ---- in words ---- */

static void add_asns(struct text *out, const uint32_t *asn, size_t n)
{
	text_add(out, ", AS path");
	for (size_t i = 0; i < n; i++)
		text_printf(out, " %u", asn[i]);
	text_add(out, n == 0 ? " empty" : "");
}

static void add_path(struct text *out, const struct as_path *p)
{
	VEC(uint32_t) asn = { 0 };

	for (uint32_t i = 0; i < p->n; i++)
		vec_push(NULL, &asn, as_path_at(p, i));
	add_asns(out, asn.v, asn.n);
	vec_free(&asn);
}

static const char *expected_route_text(const struct expectation *e, struct arena *arena)
{
	own_text out = { 0 };

	text_add(&out, e->absent ? "no route" : "a route");
	for (each(const struct placed_name, n, &e->via))
		text_printf(&out, "%s%s", n == e->via.v ? " via " : " and ", n->name);
	if (e->has_as_path)
		add_asns(&out, e->as_path.v, e->as_path.n);
	return arena_strdup(arena, text_str(&out));
}

static void tabled_text(struct text *out, const struct fabric *f, const struct tabled *have)
{
	if (!have->present) {
		text_add(out, "no route");
		return;
	}
	text_add(out, have->drops   ? "a route that drops packets"
		      : have->local ? "a connected route"
				    : "a route");
	for (each(uint32_t, hop, &have->hops))
		text_printf(out, "%s%s", hop == have->hops.v ? " via " : " and ",
			    *hop == NONE ? "a next hop outside the lab" : f->nodes.v[*hop].name);
}

static const char *observed_route_text(const struct fabric *f, const struct fib_entry *entry,
				       const struct tabled *computed, const struct tabled *kernel,
				       struct arena *arena)
{
	own_text out = { 0 };

	tabled_text(&out, f, computed);
	if (entry && entry->route)
		add_path(&out, entry->route->path);
	if (kernel && !tabled_agree(computed, kernel)) {
		text_add(&out, "; but the kernel has ");
		tabled_text(&out, f, kernel);
	}
	return arena_strdup(arena, text_str(&out));
}

void route_judge(const struct routes *r, uint32_t at, const struct expectation *e,
		 const struct kernel_table *kernel, struct arena *arena, struct test_result *ret)
{
	const struct fabric *f = r->fabric;
	uint32_t node = route_holder(r, at, &e->route);
	const struct fib_entry *entry = routes_fib(r, node, &e->route);
	const struct node *nodes = f->nodes.v;
	struct tabled computed, seen = { 0 };
	bool ok;

	tabled_from_fib(r, entry, &computed);
	if (kernel)
		tabled_from_kernel(f, node, kernel, &e->route, &seen);
	ok = tabled_meets(f, e, entry, &computed) && (!kernel || tabled_agree(&computed, &seen));
	*ret = (struct test_result){
		.outcome = ok ? OUTCOME_OK : OUTCOME_FAILED,
		.name = arena_printf(arena, "%s%s%s: route %s", nodes[node].name,
				     node == at ? "" : " for ", node == at ? "" : nodes[at].name,
				     PREFIX_STR(&e->route)),
		.expected = expected_route_text(e, arena),
		.observed = observed_route_text(f, entry, &computed, kernel ? &seen : NULL, arena),
		.pos = e->pos,
		.because = e->because,
	};
	vec_free(&computed.hops);
	vec_free(&seen.hops);
}
