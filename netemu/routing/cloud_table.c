/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "routing/cloud_table.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/mem.h"

/* Weights in a gateway's table (published tables): of routes from an MSEE or a tunnel, of all
 * others. */
enum { WEIGHT_LEARNED = 32769, WEIGHT_OWN = 32768, LOCAL_PREF_INTERNAL = 100 };

static struct addr address_of(const struct fabric *f, uint32_t iface, int family)
{
	const struct prefix *p = iface == NONE ? NULL : fabric_addr(f, iface, family);

	return p ? p->a : (struct addr){ 0 };
}

/* The address by which other nodes know a node and peer with it. */
static struct addr first_address(const struct fabric *f, uint32_t node, int family)
{
	for (each(uint32_t, i, &f->nodes.v[node].ifaces)) {
		struct addr a = address_of(f, *i, family);

		if (a.family)
			return a;
	}
	return (struct addr){ 0 };
}

/* ---- a network card's ---- */

uint32_t cloud_table_network(const struct fabric *f, uint32_t node)
{
	const struct node *n = &f->nodes.v[node];
	uint32_t segment, home;

	if (n->kind == NODE_NETWORK)
		return node;
	if (!node_is_machine(n) || n->ifaces.n == 0)
		return NONE;
	segment = f->ifaces.v[n->ifaces.v[0]].segment;
	home = segment == NONE ? NONE : f->segments.v[segment].home;
	if (home == NONE || f->nodes.v[f->ifaces.v[home].node].kind != NODE_NETWORK)
		return NONE;
	return f->ifaces.v[home].node;
}

void effective_release(effective_list *list)
{
	for (each(struct effective_route, e, list))
		vec_free(&e->hops);
	vec_free(list);
}

static struct effective_route *effective_add(effective_list *list, const char *source,
					     const struct prefix *p, const char *hop_type,
					     bool active)
{
	struct effective_route *e = vec_add(NULL, list);

	*e = (struct effective_route){
		.source = source, .active = active, .prefix = *p, .hop_type = hop_type
	};
	return e;
}

/* The network's route that a subnet's instance copied as `c`, or NULL. */
static const struct fabric_route *
effective_copied_from(const struct routes *r, const struct fabric_route *c, uint32_t network)
{
	const struct fabric_route **it;

	for (uint32_t n = routes_configured(r, network, &it); n--; it++)
		if ((*it)->rank == c->rank && (*it)->type == ROUTE_UNICAST &&
		    prefix_eq(&(*it)->prefix, &c->prefix))
			return *it;
	return NULL;
}

/* Whether a route leads to another routing instance of the same network. When a subnet is the
 * whole address space, its instance and the network's own instance each have such a route to the
 * other. */
static bool effective_stays_inside(const struct fabric *f, const struct fabric_route *c)
{
	const struct node *next = &f->nodes.v[f->ifaces.v[c->via].node];

	return next->kind == NODE_NETWORK && next->object == f->nodes.v[c->node].object;
}

/* The next-hop type of a configured route, as the cloud's tools print it. NULL: a link within the
 * network, which no tool lists. */
static const char *effective_hop_type(const struct routes *r, const struct fabric_route *c)
{
	const struct fabric *f = r->fabric;
	const struct node *own = &f->nodes.v[c->node], *far;
	const struct fabric_route *copied;
	uint32_t next;

	if (c->type == ROUTE_BLACKHOLE && c->via == NONE)
		return c->rank == RANK_SYSTEM ? "VnetLocal" : "None";
	next = f->ifaces.v[c->via].node;
	far = &f->nodes.v[next];
	switch (far->kind) {
	case NODE_NETWORK:
		if (far->object != own->object)
			return far->chassis == own->chassis ? "VNetPeering" : "VNetGlobalPeering";
		copied = effective_copied_from(r, c, next);
		return copied && !effective_stays_inside(f, copied) ? effective_hop_type(r, copied)
								    : "VnetLocal";
	case NODE_NVA:
		return "VirtualAppliance";
	case NODE_NAT:
		return "Internet";
	case NODE_ER_GATEWAY:
	case NODE_VPN_GATEWAY:
		return c->rank == RANK_USER ? "VirtualNetworkGateway" : NULL;
	case NODE_MSEE:
		return NULL;
	default:
		return "VnetLocal";
	}
}

static bool effective_is_listed(const effective_list *list, const char *source,
				const struct prefix *p)
{
	for (each(const struct effective_route, e, list))
		if (e->source == source && prefix_eq(&e->prefix, p))
			return true;
	return false;
}

/* Whether the route is to a part of the network's own space: tools list only the whole space. */
static bool effective_is_part(const struct routes *r, const struct fabric_route *c)
{
	const struct fabric_route **other;

	for (uint32_t n = routes_configured(r, c->node, &other); n--; other++)
		if (*other != c && c->rank == RANK_SYSTEM && (*other)->rank == RANK_SYSTEM &&
		    (*other)->type == ROUTE_BLACKHOLE &&
		    prefix_covers(&(*other)->prefix, &c->prefix))
			return true;
	return false;
}

static void effective_add_configured(const struct routes *r, uint32_t network,
				     const struct fabric_route *c, effective_list *ret)
{
	static const char user[] = "User", system[] = "Default";
	const char *source = c->rank == RANK_USER ? user : system;
	const char *type = effective_hop_type(r, c);
	const struct fib_entry *e = routes_fib(r, network, &c->prefix);
	struct effective_route *row;

	if (!type || effective_is_part(r, c) || effective_is_listed(ret, source, &c->prefix))
		return;
	row = effective_add(ret, source, &c->prefix, type,
			    e && (e->configured || e->source == FIB_CONNECTED) &&
				    (e->source == FIB_USER) == (c->rank == RANK_USER));
	if (c->type == ROUTE_UNICAST &&
	    r->fabric->nodes.v[r->fabric->ifaces.v[c->via].node].kind == NODE_NVA)
		vec_push(NULL, &row->hops, address_of(r->fabric, c->via, c->prefix.a.family));
}

static void effective_add_learned(const struct routes *r, uint32_t network,
				  const struct rib_entry *learned, effective_list *ret)
{
	static const char source[] = "VirtualNetworkGateway";
	const struct fib_entry *e = routes_fib(r, network, &learned->prefix);
	struct effective_route *row;

	if (!learned->routes->from)
		return;
	row = effective_add(ret, source, &learned->prefix, source, e && e->source == FIB_BGP);
	for (const struct route *x = learned->routes; x && x->best; x = x->next) {
		struct addr hop = address_of(r->fabric, x->via, learned->prefix.a.family);

		if (hop.family)
			vec_push(NULL, &row->hops, hop);
	}
}

void cloud_table_effective(const struct routes *r, uint32_t network, effective_list *ret)
{
	static const enum route_rank order[] = { RANK_SYSTEM, RANK_NONE, RANK_FALLBACK, RANK_USER };
	const bool none = routes_have_none(r, network);
	const struct fabric_route **c;

	for (size_t i = 0; i < countof(order); i++) {
		if (order[i] == RANK_USER)
			for (each(const struct rib_entry, e, &r->table[network].rib))
				effective_add_learned(r, network, e, ret);
		for (uint32_t n = routes_configured(r, network, &c); n--; c++)
			if ((*c)->rank == order[i] && (none || order[i] != RANK_NONE))
				effective_add_configured(r, network, *c, ret);
	}
}

/* ---- a speaker's ---- */

/* The address of a session's far side. */
static struct addr listed_peer_address(const struct routes *r, const struct session *s,
				       uint32_t side, int family)
{
	struct addr a = address_of(r->fabric, s->iface[!side], family);

	return a.family ? a : first_address(r->fabric, s->node[!side], family);
}

static struct addr listed_own_address(const struct routes *r, const struct session *s,
				      uint32_t side, int family)
{
	struct addr a = address_of(r->fabric, s->iface[side], family);

	return a.family ? a : first_address(r->fabric, s->node[side], family);
}

static struct listed_route listed_from(const struct routes *r, const struct route *x)
{
	const struct session *s = x->session == NONE ? NULL : &r->fabric->sessions.v[x->session];
	int family = x->origin->prefix.a.family;
	struct listed_route l = { .prefix = x->origin->prefix,
				  .path = x->path,
				  .origin = "Network" };

	l.local = l.peer = first_address(r->fabric, x->node, family);
	if (s) {
		uint32_t side = s->node[1] == x->node;

		l.local = listed_own_address(r, s, side, family);
		l.peer = listed_peer_address(r, s, side, family);
		l.next_hop = x->via == NONE ? l.peer : address_of(r->fabric, x->via, family);
		l.origin = x->internal ? "IBgp" : "EBgp";
	}
	return l;
}

/* Whether the prefix is that of one of the router's own links, which circuit tables do not list. */
static bool listed_is_own_link(const struct fabric *f, uint32_t node, const struct prefix *p)
{
	for (each(uint32_t, i, &f->nodes.v[node].ifaces))
		for (each(const struct prefix, a, &f->ifaces.v[*i].addrs)) {
			struct prefix net = prefix_network(a);

			if (prefix_eq(&net, p))
				return true;
		}
	return false;
}

void cloud_table_circuit(const struct routes *r, uint32_t msee, listed_list *ret)
{
	for (each(const struct rib_entry, e, &r->table[msee].rib))
		for (const struct route *x = e->routes; x; x = x->next) {
			struct listed_route l = listed_from(r, x);

			if (listed_is_own_link(r->fabric, msee, &e->prefix))
				continue;
			l.local_pref = x->internal ? LOCAL_PREF_INTERNAL : 0;
			vec_push(NULL, ret, l);
		}
}

void cloud_table_learned(const struct routes *r, uint32_t gateway, listed_list *ret)
{
	for (each(const struct rib_entry, e, &r->table[gateway].rib))
		for (const struct route *x = e->routes; x; x = x->next) {
			struct listed_route l = listed_from(r, x);

			l.weight = x->session != NONE && !x->internal ? WEIGHT_LEARNED + x->weight
								      : WEIGHT_OWN;
			vec_push(NULL, ret, l);
		}
}

/* Adds the routes that the far side of a session holds from this side. */
static void listed_add_told(const struct routes *r, const struct seat *seat, listed_list *ret)
{
	const struct session *s = &r->fabric->sessions.v[seat->session];
	uint32_t far = s->node[!seat->side];

	for (each(const struct rib_entry, e, &r->table[far].rib))
		for (const struct route *x = e->routes; x; x = x->next) {
			struct listed_route l;

			if (x->session != seat->session)
				continue;
			l = listed_from(r, x);
			l.local = listed_own_address(r, s, seat->side, e->prefix.a.family);
			l.peer = listed_peer_address(r, s, seat->side, e->prefix.a.family);
			l.origin = x->internal ? "IBgp" : "EBgp";
			vec_push(NULL, ret, l);
		}
}

void cloud_table_advertised(const struct routes *r, uint32_t gateway, listed_list *ret)
{
	const struct seat *seat;

	for (uint32_t n = routes_seats(r, gateway, &seat); n--; seat++)
		if (r->fabric->sessions.v[seat->session].kind == SESSION_BGP)
			listed_add_told(r, seat, ret);
}
