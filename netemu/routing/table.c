/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A router's forwarding table. For each prefix, the first source that has a route wins:
 *
 *	connected > user > static, system > BGP > fallback > its own announcement (dropped)
 *
 * BGP's routes inside a system route's prefix are omitted: a virtual network's own and peered
 * prefixes beat BGP's, even longer ones (VNet traffic routing). A virtual network's "None" routes
 * are fallbacks that depend on one other prefix, 0.0.0.0/0: routes_have_none().
 */
#include "routing/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "routing/policy.h"

enum rank_order {
	ORDER_CONNECTED,
	ORDER_USER,
	ORDER_CONFIGURED,
	ORDER_BGP,
	ORDER_FALLBACK,
	ORDER_ANNOUNCED
};

/* One source's route to one prefix. */
struct route_claim {
	struct prefix prefix;
	enum rank_order order;
	uint32_t iface;			       /* connected */
	const struct fabric_route *configured; /* static, system, fallback */
	const struct rib_entry *learned;       /* BGP, announced */
	size_t seq;
};
typedef VEC(struct route_claim) route_claim_list;

/* Lists that are reused from node to node; on the heap. */
struct workbench {
	VEC(const struct fabric_route *) configured;
	route_claim_list others, all; /* all claims but BGP's, and all */
};

static int route_claim_cmp(const void *a, const void *b)
{
	const struct route_claim *x = a, *y = b;
	int d = prefix_cmp(&x->prefix, &y->prefix);

	if (d == 0)
		d = (int)x->order - (int)y->order;
	return d ? d : (x->seq > y->seq) - (x->seq < y->seq);
}

static void route_claim_add(route_claim_list *list, struct route_claim c)
{
	c.seq = list->n;
	vec_push(NULL, list, c);
}

static void claim_connected(const struct routes *r, uint32_t node, route_claim_list *list)
{
	const struct fabric *f = r->fabric;

	for (each(uint32_t, i, &f->nodes.v[node].ifaces)) {
		if (fabric_down(f, *i))
			continue;
		for (each(struct prefix, p, &f->ifaces.v[*i].addrs)) {
			struct prefix net = prefix_network(p);

			/* (no other node is on the network of a full-length prefix) */
			if (p->len < addr_bits(&p->a))
				route_claim_add(list,
						(struct route_claim){ .prefix = net,
								      .order = ORDER_CONNECTED,
								      .iface = *i });
		}
	}
}

static bool fib_inside_system(const struct fabric_route *const *configured, size_t n,
			      const struct prefix *p)
{
	for (size_t i = 0; i < n; i++)
		if (configured[i]->rank == RANK_SYSTEM && prefix_covers(&configured[i]->prefix, p))
			return true;
	return false;
}

/* A Route Server and its appliances hold routes by which they send no packets. */
static bool leads_somewhere(const struct rib_entry *e)
{
	for (const struct route *r = e->routes; r && r->best; r = r->next)
		if (r->iface != NONE)
			return true;
	return false;
}

static bool is_claimed(const struct routes *r, uint32_t node,
		       const struct fabric_route *const *configured, size_t n,
		       const struct rib_entry *e)
{
	if (!e->routes->from)
		return policy_carries(r->fabric->nodes.v[node].kind);
	return leads_somewhere(e) && !fib_inside_system(configured, n, &e->prefix);
}

/* Merges BGP's routes into the other claims; both are sorted. */
static void claim_learned(const struct routes *r, uint32_t node,
			  const struct fabric_route *const *configured, size_t n,
			  const route_claim_list *others, route_claim_list *list)
{
	const struct route_claim *next = others->v, *end = next ? next + others->n : next;

	for (each(struct rib_entry, e, &r->table[node].rib)) {
		struct route_claim c = { .prefix = e->prefix, .learned = e, .seq = SIZE_MAX };

		if (!is_claimed(r, node, configured, n, e))
			continue;
		c.order = e->routes->from ? ORDER_BGP : ORDER_ANNOUNCED;
		while (next < end && route_claim_cmp(next, &c) < 0)
			vec_push(NULL, list, *next++);
		vec_push(NULL, list, c);
	}
	while (next < end)
		vec_push(NULL, list, *next++);
}

static void fib_add_hop(struct routes *r, struct fib_entry *e, uint32_t iface, uint32_t via)
{
	for (uint32_t i = 0; i < e->nhops; i++)
		if (r->hops.v[e->hop + i].iface == iface && r->hops.v[e->hop + i].via == via)
			return;
	vec_push(NULL, &r->hops, ((struct fib_hop){ iface, via }));
	e->nhops++;
}

static const char *announced_by(struct routes *r, uint32_t node)
{
	if (!r->announced_by[node])
		r->announced_by[node] =
			arena_printf(r->arena, "announced by %s", r->fabric->nodes.v[node].name);
	return r->announced_by[node];
}

static void take_learned(struct routes *r, struct fib_entry *e, const struct rib_entry *learned)
{
	e->source = FIB_BGP;
	e->route = learned->routes;
	e->why = announced_by(r, learned->routes->origin->node);
	for (const struct route *way = learned->routes; way && way->best; way = way->next)
		if (way->iface != NONE)
			fib_add_hop(r, e, way->iface, way->via);
}

/* Whether the route leads over a link that is down. */
static bool fib_route_is_down(const struct fabric *f, const struct fabric_route *c)
{
	return c->iface != NONE && fabric_way_down(f, c->iface, c->via);
}

static void take_configured(struct routes *r, struct fib_entry *e, const struct route_claim *c,
			    const struct route_claim *end)
{
	e->source = c->configured->rank == RANK_STATIC ? FIB_STATIC
		    : c->configured->rank == RANK_USER ? FIB_USER
						       : FIB_SYSTEM;
	e->configured = c->configured;
	e->why = c->configured->why;
	/* Several static routes to one prefix share the load; one that leads somewhere beats
	 * one that drops. */
	for (enum rank_order order = c->order; c < end && c->order == order; c++) {
		if (c->configured->type != ROUTE_UNICAST ||
		    fib_route_is_down(r->fabric, c->configured))
			continue;
		if (e->nhops == 0) {
			e->configured = c->configured;
			e->why = c->configured->why;
		}
		fib_add_hop(r, e, c->configured->iface, c->configured->via);
	}
}

/* The entry with the longest prefix that covers the new entry's, which is the table's last one.
 * Entries are in order, so the entry before the last covers the new one, or every entry that covers
 * the new one covers that entry, too. */
static uint32_t fib_outer_of(const struct router_table *t, const struct prefix *p)
{
	uint32_t at = t->fib.n > 1 ? (uint32_t)t->fib.n - 2 : NONE;

	while (at != NONE && !prefix_covers(&t->fib.v[at].prefix, p))
		at = t->fib.v[at].outer;
	return at;
}

/* Adds the entry for the claims of one prefix, [c, end), the strongest first. */
static void fib_add_entry(struct routes *r, uint32_t node, const struct route_claim *c,
			  const struct route_claim *end)
{
	struct fib_entry *e = vec_add(r->arena, &r->table[node].fib);

	*e = (struct fib_entry){ .prefix = c->prefix,
				 .hop = (uint32_t)r->hops.n,
				 .outer = fib_outer_of(&r->table[node], &c->prefix) };
	switch (c->order) {
	case ORDER_CONNECTED:
		e->source = FIB_CONNECTED;
		e->why = "connected";
		fib_add_hop(r, e, c->iface, NONE);
		break;
	case ORDER_USER:
	case ORDER_CONFIGURED:
	case ORDER_FALLBACK:
		take_configured(r, e, c, end);
		break;
	case ORDER_BGP:
		take_learned(r, e, c->learned);
		break;
	case ORDER_ANNOUNCED:
		e->source = FIB_STATIC;
		e->route = c->learned->routes;
		e->why = "announced here, and nothing longer is known";
		break;
	}
	e->type = e->nhops ? ROUTE_UNICAST : ROUTE_BLACKHOLE;
}

static enum rank_order route_claim_order(enum route_rank rank)
{
	static const enum rank_order orders[] = { [RANK_STATIC] = ORDER_CONFIGURED,
						  [RANK_USER] = ORDER_USER,
						  [RANK_SYSTEM] = ORDER_CONFIGURED,
						  [RANK_FALLBACK] = ORDER_FALLBACK,
						  [RANK_NONE] = ORDER_FALLBACK };

	return orders[rank];
}

/* Whether a claim is that of a "None" route which the default route removes. Entries are made in the
 * order of prefixes, so the entry of 0.0.0.0/0 exists by now. */
static bool fib_omits(const struct routes *r, uint32_t node, const struct route_claim *c)
{
	return c->order == ORDER_FALLBACK && c->configured->rank == RANK_NONE &&
	       !routes_have_none(r, node);
}

static void fib_build(struct routes *r, uint32_t node, struct workbench *w)
{
	const struct fabric_route *const *configured = w->configured.v;
	const size_t n = w->configured.n;
	route_claim_list *list = &w->all;

	w->others.n = list->n = 0;
	claim_connected(r, node, &w->others);
	for (size_t i = 0; i < n; i++)
		route_claim_add(&w->others, (struct route_claim){
						    .prefix = configured[i]->prefix,
						    .order = route_claim_order(configured[i]->rank),
						    .configured = configured[i] });
	if (w->others.n)
		qsort(w->others.v, w->others.n, sizeof(*w->others.v), route_claim_cmp);
	claim_learned(r, node, configured, n, &w->others, list);
	r->table[node].fib.cap = list->n; /* at most */
	r->table[node].fib.v = arena_alloc(r->arena, list->n * sizeof(*r->table[node].fib.v));
	for (size_t i = 0, next; i < list->n; i = next) {
		for (next = i + 1;
		     next < list->n && prefix_eq(&list->v[next].prefix, &list->v[i].prefix);)
			next++;
		if (!fib_omits(r, node, &list->v[i]))
			fib_add_entry(r, node, &list->v[i], &list->v[next]);
	}
}

/* The configured routes, grouped by their router: a counting sort. */
static void index_configured(struct routes *r)
{
	const struct fabric *f = r->fabric;
	uint32_t *first = arena_alloc(r->arena, (f->nodes.n + 2) * sizeof(*first));
	const struct fabric_route **by_node =
		arena_alloc(r->arena, (f->routes.n + 1) * sizeof(*by_node));

	for (each(const struct fabric_route, c, &f->routes))
		first[c->node + 2]++;
	for (size_t i = 2; i < f->nodes.n + 2; i++)
		first[i] += first[i - 1];
	for (each(const struct fabric_route, c, &f->routes))
		by_node[first[c->node + 1]++] = c;
	r->configured = by_node;
	r->first_configured = first;
}

/* Moves the hops from the heap, where they grew, into the arena. */
static void store_hops(struct routes *r)
{
	struct fib_hop *v = arena_alloc(r->arena, r->hops.n * sizeof(*v));
	size_t n = r->hops.n;

	if (n)
		memcpy(v, r->hops.v, n * sizeof(*v));
	vec_free(&r->hops);
	r->hops.v = v;
	r->hops.n = r->hops.cap = n;
}

void fib_build_all(struct routes *r)
{
	struct workbench w = { 0 };

	index_configured(r);
	r->announced_by =
		arena_alloc(r->arena, (r->fabric->nodes.n + 1) * sizeof(*r->announced_by));
	for (uint32_t node = 0; node < r->fabric->nodes.n; node++) {
		const struct fabric_route **c;

		w.configured.n = 0;
		for (uint32_t n = routes_configured(r, node, &c); n--; c++)
			/* A user route stays when its appliance is gone, and drops packets. */
			if (!fib_route_is_down(r->fabric, *c) || (*c)->rank == RANK_USER)
				vec_push(NULL, &w.configured, *c);
		fib_build(r, node, &w);
	}
	store_hops(r);
	vec_free(&w.configured);
	vec_free(&w.others);
	vec_free(&w.all);
}

/* RIB entries and FIB entries both begin with their prefix. */
static int fib_by_prefix(const void *key, const void *entry)
{
	return prefix_cmp(key, entry);
}

const struct fib_entry *routes_fib(const struct routes *r, uint32_t node, const struct prefix *p)
{
	const struct router_table *t = &r->table[node];

	return t->fib.n ? bsearch(p, t->fib.v, t->fib.n, sizeof(*t->fib.v), fib_by_prefix) : NULL;
}

bool routes_have_none(const struct routes *r, uint32_t node)
{
	const struct prefix any = prefix_lit("0.0.0.0/0");
	const struct fib_entry *e = routes_fib(r, node, &any);

	return !e || (e->source != FIB_BGP && !(e->configured && e->configured->to_device));
}

const struct fib_entry *routes_lookup(const struct routes *r, uint32_t node, const struct addr *to)
{
	const struct router_table *t = &r->table[node];
	const struct prefix whole = prefix_of(to);
	uint32_t first = 0, end = (uint32_t)t->fib.n;

	while (first < end) {
		uint32_t middle = first + (end - first) / 2;

		if (prefix_cmp(&t->fib.v[middle].prefix, &whole) <= 0)
			first = middle + 1;
		else
			end = middle;
	}
	/* From the last entry that is not after the address: every entry that covers the address is
	 * that entry or covers it. */
	for (uint32_t at = first - 1; first && at != NONE; at = t->fib.v[at].outer)
		if (prefix_has(&t->fib.v[at].prefix, to))
			return &t->fib.v[at];
	return NULL;
}

const struct rib_entry *routes_rib(const struct routes *r, uint32_t node, const struct prefix *p)
{
	const struct router_table *t = &r->table[node];

	return t->rib.n ? bsearch(p, t->rib.v, t->rib.n, sizeof(*t->rib.v), fib_by_prefix) : NULL;
}

const char *fib_source_name(enum fib_source s)
{
	static const char *const names[] = { [FIB_CONNECTED] = "connected",
					     [FIB_STATIC] = "static",
					     [FIB_SYSTEM] = "system",
					     [FIB_BGP] = "bgp",
					     [FIB_USER] = "user" };

	return names[s];
}
