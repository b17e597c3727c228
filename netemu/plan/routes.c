/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adds the routes of the routers' forwarding tables to a plan that has their devices. */
#include <linux/rtnetlink.h>
#include <string.h>

#include "base/mem.h"
#include "fabric/fabric.h"
#include "plan/group.h"
#include "plan/plan.h"
#include "routing/routing.h"

enum { LAST_RESORT = 4278198272 }; /* the metric that the kernel's VRF guide gives this route */

struct plan_route_adder {
	const struct fabric *f;
	const struct routes *r;
	struct plan *p;
};

static struct plan_route *plan_add_route(const struct plan_route_adder *a, uint32_t node,
					 const struct prefix *to, struct pos why)
{
	struct plan_route *route = vec_add(a->p->arena, &a->p->routes);
	const struct plan_node *n = &a->p->nodes.v[node];

	*route = (struct plan_route){ .netns = n->netns,
				      .table = n->vrf == PLAN_NONE ? RT_TABLE_MAIN
								   : a->p->devs.v[n->vrf].table,
				      .prefix = *to,
				      .hop = (uint32_t)a->p->hops.n,
				      .why = why };
	return route;
}

static struct pos plan_entry_pos(const struct fib_entry *e)
{
	if (e->configured)
		return e->configured->pos;
	return e->route ? e->route->origin->pos : (struct pos){ 0 };
}

/* A machine sends from the address of its first interface, whichever interface it sends by. */
static struct addr plan_route_source(const struct plan_route_adder *a, uint32_t node,
				     const struct fib_entry *e)
{
	const struct node *n = &a->f->nodes.v[node];
	const struct prefix *own;

	if (!node_is_machine(n) || e->nhops == 0 || a->r->hops.v[e->hop].iface == n->ifaces.v[0])
		return (struct addr){ 0 };
	own = fabric_addr(a->f, n->ifaces.v[0], e->prefix.a.family);
	return own ? own->a : (struct addr){ 0 };
}

/* Whether the address is in a subnet of the interface: else its route needs `onlink`. */
static bool plan_on_subnet(const struct fabric *f, uint32_t iface, const struct addr *a)
{
	for (each(const struct prefix, own, &f->ifaces.v[iface].addrs))
		if (prefix_has(own, a))
			return true;
	return false;
}

/* Many consecutive entries of a table have the same hops: their routes share them. */
static bool plan_has_same_hops(const struct plan_route_adder *a, const struct fib_entry *e,
			       const struct fib_entry *before)
{
	return before && e->nhops == before->nhops && e->nhops > 0 &&
	       e->prefix.a.family == before->prefix.a.family &&
	       memcmp(&a->r->hops.v[e->hop], &a->r->hops.v[before->hop],
		      e->nhops * sizeof(*a->r->hops.v)) == 0;
}

static void plan_add_hops(const struct plan_route_adder *a, struct plan_route *route,
			  const struct fib_entry *e)
{
	for (uint32_t i = 0; i < e->nhops; i++) {
		const struct fib_hop *hop = &a->r->hops.v[e->hop + i];
		const struct prefix *via =
			hop->via == NONE ? NULL : fabric_addr(a->f, hop->via, e->prefix.a.family);

		if (hop->via != NONE && !via)
			continue; /* the neighbour has no address of the family */
		vec_push(a->p->arena, &a->p->hops,
			 ((struct plan_hop){
				 .dev = a->p->dev_of_iface.v[hop->iface],
				 .via = via ? via->a : (struct addr){ 0 },
				 .onlink = via && !plan_on_subnet(a->f, hop->iface, &via->a) }));
		route->nhops++;
	}
}

/* `before`: the last entry of the same node whose route was added, or NULL. Returns whether a route
 * was added. */
static bool plan_add_fib_entry(const struct plan_route_adder *a, uint32_t node,
			       const struct fib_entry *e, const struct fib_entry *before)
{
	struct plan_route *route = plan_add_route(a, node, &e->prefix, plan_entry_pos(e));

	route->type = e->type == ROUTE_BLACKHOLE ? PLAN_BLACKHOLE : PLAN_UNICAST;
	route->protocol = e->source == FIB_BGP ? PLAN_BGP : PLAN_STATIC;
	route->source = plan_route_source(a, node, e);
	if (plan_has_same_hops(a, e, before)) {
		route->hop = route[-1].hop;
		route->nhops = route[-1].nhops;
	} else {
		plan_add_hops(a, route, e);
	}
	if (route->type != PLAN_UNICAST || route->nhops > 0)
		return true;
	a->p->routes.n--;
	return false;
}

/* Adds default routes of the lowest priority for packets without a route: a blackhole where the
 * real network drops them silently, else unreachable. In a VRF they also keep the lookup from
 * continuing in the main table. */
static void plan_add_last_resort(const struct plan_route_adder *a, uint32_t node)
{
	static const char *const any[] = { "0.0.0.0/0", "::/0" };
	const struct node *n = &a->f->nodes.v[node];

	for (size_t i = 0; i < countof(any) && (i == 0 || a->f->ipv6); i++) {
		struct prefix to = prefix_lit(any[i]);
		struct plan_route *route = plan_add_route(a, node, &to, n->pos);

		route->type = n->silent ? PLAN_BLACKHOLE : PLAN_UNREACHABLE;
		route->metric = LAST_RESORT;
	}
}

/* Reserves room for all routes and hops: growing lists of this length would copy them many
 * times. */
static void plan_reserve_routes(const struct plan_route_adder *a)
{
	struct plan *p = a->p;
	size_t routes = 0, hops = 0;

	for (uint32_t node = 0; node < a->f->nodes.n; node++) {
		routes += a->r->table[node].fib.n + 2; /* two of last resort */
		for (each(const struct fib_entry, e, &a->r->table[node].fib))
			hops += e->nhops;
	}
	p->routes.v = arena_alloc(p->arena, routes * sizeof(*p->routes.v));
	p->routes.n = 0;
	p->routes.cap = routes;
	p->hops.v = arena_alloc(p->arena, hops * sizeof(*p->hops.v));
	p->hops.n = 0;
	p->hops.cap = hops;
}

struct plan *plan_with_routes(const struct plan *begun, const struct fabric *f,
			      const struct routes *r)
{
	struct plan *p = arena_make(begun->arena, struct plan);
	const struct plan_route_adder a = { .f = f, .r = r, .p = p };

	*p = *begun;
	plan_reserve_routes(&a);
	for (uint32_t node = 0; node < f->nodes.n; node++) {
		const struct fib_entry *before = NULL;

		for (each(const struct fib_entry, e, &r->table[node].fib))
			if (e->source != FIB_CONNECTED && plan_add_fib_entry(&a, node, e, before))
				before = e;
		if (f->nodes.v[node].silent || p->nodes.v[node].vrf != PLAN_NONE)
			plan_add_last_resort(&a, node);
	}
	plan_group_routes(p);
	return p;
}
