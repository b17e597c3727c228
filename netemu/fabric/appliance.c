/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routing inside virtual networks: subnets with tables of their own, user routes, and appliances
 * that peer with a Route Server.
 *
 * The fabric looks a packet up once, at its sender's NIC. So a subnet with a route table is a
 * routing instance beside its network's, and each next hop of its routes is at the other end of a
 * direct link: no router on the way looks the packet up again.
 *
 *	vm -- hub.fabric-app -- hub.fabric
 *		   \_____________ hub.fw
 */
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "fabric/build.h"

/* ---- subnets' own instances ---- */

uint32_t build_subnet_home(struct fabric_builder *b, const struct virtual_network *vn,
			   const struct network *subnet, uint32_t net, uint32_t chassis)
{
	struct link_spec spec = build_spec(&vn->o, subnet->pos, 0);
	struct instance in = { .vn = vn, .subnet = subnet, .network = net };

	if (!subnet->route_table && !subnet->no_gateway_routes)
		return net;
	in.node = build_node(b, NODE_NETWORK, &vn->o, arena_printf(b->a, "fabric-%s", subnet->name),
			     subnet->pos, chassis);
	b->f->nodes.v[in.node].silent = true;
	in.link = build_link(b, net, in.node, &spec);
	for (each(struct placed_prefix, p, &subnet->prefixes))
		build_route(b, net, &p->prefix, build_link_end(b, in.link, 0),
			    build_link_end(b, in.link, 1), RANK_SYSTEM, p->pos,
			    "subnet with routes of its own");
	if (subnet->no_gateway_routes)
		build_severed(b, in.node, in.node, &vn->o, subnet->pos,
			      arena_printf(b->a,
					   "gateway-routes is off in %s.%s: what gateways learn is "
					   "kept off it",
					   vn->o.name, subnet->name));
	vec_push(b->a, &b->instances, in);
	return in.node;
}

enum space { SPACE_NOT, SPACE_WHOLE, SPACE_PART };

static enum space in_space(const struct virtual_network *vn, const struct prefix *p)
{
	for (each(const struct placed_prefix, own, &vn->address_space)) {
		if (prefix_eq(&own->prefix, p))
			return SPACE_WHOLE;
		if (prefix_covers(&own->prefix, p))
			return SPACE_PART;
	}
	return SPACE_NOT;
}

static bool appliance_reach(struct fabric_builder *b, uint32_t node, uint32_t far, struct pos pos,
			    uint32_t *ret_own, uint32_t *ret_via);

/* Copies the route to the internet with a direct link to the NAT, so that the network's table does
 * not look the packet up a second time. */
static void copy_exit(struct fabric_builder *b, const struct instance *in,
		      const struct fabric_route *r)
{
	uint32_t own, via;

	if (appliance_reach(b, in->node, b->f->ifaces.v[r->via].node, r->pos, &own, &via))
		build_route(b, in->node, &r->prefix, own, via, r->rank, r->pos, r->why);
}

/* Copies the network's system routes to a subnet's instance. The network's address space is one
 * route there, not one for each subnet. */
static void copy_system_routes(struct fabric_builder *b, const struct instance *in)
{
	size_t n = b->f->routes.n;
	uint32_t out = build_link_end(b, in->link, 1), via = build_link_end(b, in->link, 0);

	for (size_t i = 0; i < n; i++) {
		const struct fabric_route r = b->f->routes.v[i];
		enum space space;

		if (r.node != in->network || r.rank == RANK_STATIC || r.rank == RANK_USER)
			continue;
		space = in_space(in->vn, &r.prefix);
		if (r.prefix.len == addr_bits(&r.prefix.a))
			continue; /* (an MSEE's own address: the instance has a link to it, too) */
		if (space == SPACE_WHOLE)
			build_route(b, in->node, &r.prefix, out, via, RANK_SYSTEM, r.pos,
				    "the network's own address space");
		else if (space == SPACE_NOT && r.type == ROUTE_BLACKHOLE)
			build_drop(b, in->node, &r.prefix, r.rank, r.pos, r.why)->via = r.via;
		else if (space == SPACE_NOT &&
			 b->f->nodes.v[b->f->ifaces.v[r.via].node].kind == NODE_NAT)
			copy_exit(b, in, &r);
		else if (space == SPACE_NOT)
			build_route(b, in->node, &r.prefix, out, via, r.rank, r.pos, r.why);
	}
}

/* ---- direct links to machines and gateways ---- */

/* The working peering of two networks; *ret_half is a's half. */
static const struct peering *appliance_find_peering(const struct fabric_builder *b,
						    const struct virtual_network *a,
						    const struct virtual_network *c, int *ret_half)
{
	for (each(struct peering *, it, &b->m->peerings)) {
		const struct peering_half *h = (*it)->half;

		if (!h[0].exists || !h[1].exists || !h[0].allow_virtual_network_access ||
		    !h[1].allow_virtual_network_access)
			continue;
		for (int half = 0; half < 2; half++)
			if (h[half].network == a && h[!half].network == c) {
				*ret_half = half;
				return *it;
			}
	}
	return NULL;
}

static uint64_t peering_rtt(const struct fabric_builder *b, const struct peering *p)
{
	return p->rtt_ns ? p->rtt_ns
			 : build_rtt(b, p->half[0].network->region, p->half[1].network->region);
}

static size_t add_unless_covered(struct prefix *list, size_t n, const struct prefix *addr)
{
	struct prefix net = prefix_network(addr);

	for (size_t i = 0; i < n; i++)
		if (prefix_covers(&list[i], &net))
			return 0;
	list[n] = net;
	return 1;
}

void build_forwarding_bar(struct fabric_builder *b, const struct peering *p, int half,
			  uint32_t link, uint32_t end)
{
	const struct virtual_network *far = p->half[!half].network;
	struct fabric_link *l = &b->f->links.v[link];
	const struct iface *own = &b->f->ifaces.v[l->end[end].iface];
	const struct iface *router = &b->f->ifaces.v[l->end[!end].iface];
	struct prefix *only;
	size_t n = 0;
	bool forwards = false;

	for (each(const struct node, node, &b->f->nodes))
		forwards = forwards || node->kind == NODE_NVA;
	if (p->half[half].allow_forwarded_traffic || !forwards)
		return; /* (no node could send such packets) */
	only = arena_alloc(b->a,
			   (far->address_space.n + own->addrs.n + router->addrs.n) * sizeof(*only));
	for (each(struct placed_prefix, space, &far->address_space))
		only[n++] = space->prefix;
	for (each(struct prefix, addr, &own->addrs))
		n += add_unless_covered(only, n, addr);
	for (each(struct prefix, addr, &router->addrs)) /* the far router's ICMP errors */
		n += add_unless_covered(only, n, addr);
	l->only_from[end] = (struct prefixes){ only, n };
	l->only_why[end] =
		arena_printf(b->a,
			     "peering %s: allow-forwarded-traffic is off in the half of %s, so "
			     "only what %s itself sends comes in",
			     p->o.name, p->half[half].network->o.name, far->o.name);
}

/* Finds the interfaces by which a node sends directly to a machine or gateway of its own network or
 * of a peered one, and makes the link if there is none. False: that machine or gateway is out of
 * reach. */
static bool appliance_reach(struct fabric_builder *b, uint32_t node, uint32_t far, struct pos pos,
			    uint32_t *ret_own, uint32_t *ret_via)
{
	const struct virtual_network *own = build_network_of(b, node),
				     *theirs = build_network_of(b, far);
	const struct peering *p = NULL;
	struct prefix end[2];
	struct link_spec spec;
	int half = 0;
	uint32_t link;

	if (fabric_adjacent(b->f, node, far, ret_own, ret_via))
		return true;
	if (own != theirs) {
		p = appliance_find_peering(b, own, theirs, &half);
		if (!p)
			return false;
	}
	spec = build_spec(b->f->nodes.v[far].object, pos, p ? peering_rtt(b, p) : 0);
	end[1] = build_own_address(b, far);
	end[0] = build_own_address(b, node);
	build_own(&spec, &end[0], &end[1]);
	link = build_link(b, node, far, &spec);
	/* Packets that a gateway brings in from outside do not count as forwarded traffic. */
	if (p && b->f->nodes.v[node].kind == NODE_NETWORK)
		build_forwarding_bar(b, p, !half, link, 1);
	*ret_own = build_link_end(b, link, 0);
	*ret_via = build_link_end(b, link, 1);
	return true;
}

/* ---- user routes ---- */

/* The machine with the address in the network or a peered one, or NONE. */
static uint32_t appliance_find(const struct fabric_builder *b, const struct virtual_network *vn,
			       const struct addr *a)
{
	for (uint32_t i = 0; i < b->f->nodes.n; i++) {
		const struct node *n = &b->f->nodes.v[i];
		const struct prefix *p;
		const struct virtual_network *at;
		int half;

		if (!node_is_machine(n) || n->ifaces.n == 0)
			continue;
		p = fabric_addr(b->f, n->ifaces.v[0], a->family);
		if (!p || !addr_eq(&p->a, a))
			continue;
		at = build_network_of(b, i);
		if (at && (at == vn || appliance_find_peering(b, vn, at, &half)))
			return i;
	}
	return NONE;
}

/* The node that a user route of a network leads to; NONE: it leads nowhere, and *ret_why says
 * why. */
static uint32_t appliance_find_hop(const struct fabric_builder *b, const struct virtual_network *vn,
				   const struct user_route *r, const char **ret_why)
{
	uint32_t far = NONE;

	switch (r->hop) {
	case USER_APPLIANCE:
		far = appliance_find(b, vn, &r->appliance);
		if (far == NONE)
			*ret_why = arena_printf(
				b->a,
				"the appliance %s is no machine of this network or a peered one",
				ADDR_STR(&r->appliance));
		else if (b->f->nodes.v[far].kind != NODE_NVA)
			*ret_why = arena_printf(b->a,
						"%s does not forward: it lacks "
						"'ip-forwarding: true'",
						b->f->nodes.v[far].name);
		return far != NONE && b->f->nodes.v[far].kind == NODE_NVA ? far : NONE;
	case USER_INTERNET:
		*ret_why = "to the internet, of which this file has none";
		return build_part(b, &vn->o, "nat");
	case USER_VNET_LOCAL:
		return build_part(b, &vn->o, "fabric");
	case USER_GATEWAY:
		*ret_why = "to the VPN gateway, of which there is none";
		for (each(const struct served, s, &b->served))
			if (s->network == build_part(b, &vn->o, "fabric") &&
			    b->f->nodes.v[s->gateway].kind == NODE_VPN_GATEWAY)
				far = s->gateway;
		return far;
	default:
		*ret_why = "none";
		return NONE;
	}
}

static void build_user_route(struct fabric_builder *b, uint32_t node,
			     const struct virtual_network *vn, const struct route_table *table,
			     const struct user_route *r)
{
	const char *why = NULL;
	uint32_t far = appliance_find_hop(b, vn, r, &why), own, via;
	struct fabric_route *made;

	if (far == NONE || !appliance_reach(b, node, far, r->pos, &own, &via))
		made = build_drop(b, node, &r->prefix, RANK_USER, r->pos,
				  arena_printf(b->a, "user route of %s: %s", table->o.name,
					       why ? why : "none"));
	else
		made = build_route(b, node, &r->prefix, own, via, RANK_USER, r->pos,
				   arena_printf(b->a, "user route of %s", table->o.name));
	made->to_device = r->hop == USER_APPLIANCE || r->hop == USER_GATEWAY;
}

/* The GatewaySubnet's table applies to inbound packets. An ExpressRoute gateway forwards only
 * these; the packets that a VPN gateway sends into its tunnels do not use the table. */
static void build_gateway_routes(struct fabric_builder *b, const struct virtual_network *vn)
{
	uint32_t er = build_part(b, &vn->o, "er-gateway"),
		 vpn = build_part(b, &vn->o, "vpn-gateway");

	for (each(struct user_route, r, &vn->gateway_table->routes)) {
		bool inbound = false;

		if (er != NONE)
			build_user_route(b, er, vn, vn->gateway_table, r);
		for (size_t i = 0; vpn != NONE && i < b->f->routes.n; i++)
			inbound = inbound || (b->f->routes.v[i].node == vpn &&
					      b->f->routes.v[i].rank == RANK_SYSTEM &&
					      prefix_covers(&b->f->routes.v[i].prefix, &r->prefix));
		if (inbound)
			build_user_route(b, vpn, vn, vn->gateway_table, r);
	}
}

/* ---- Route Server ---- */

/* A session without a link: a node that learns routes by it sends directly to their next hop. */
static struct session *build_control(struct fabric_builder *b, uint32_t node0, uint32_t node1,
				     const struct object *o, struct pos pos)
{
	struct session *s = vec_add(b->a, &b->f->sessions);

	*s = (struct session){ .kind = SESSION_BGP,
			       .object = o,
			       .pos = pos,
			       .node = { node0, node1 },
			       .iface = { NONE, NONE },
			       .local_pref = { LOCAL_PREF, LOCAL_PREF } };
	return s;
}

void build_route_server(struct fabric_builder *b, const struct virtual_network *vn, uint32_t net)
{
	const struct route_server *rs = &vn->route_server;
	uint32_t at = build_node(b, NODE_ROUTE_SERVER, &vn->o, "route-server", rs->pos, NONE);
	uint32_t er = build_part(b, &vn->o, "er-gateway"),
		 vpn = build_part(b, &vn->o, "vpn-gateway"), own, via;

	b->f->nodes.v[at].asn = ASN_ER_GATEWAY;
	b->f->nodes.v[at].silent = true;
	build_service(b, at, net, vn, &vn->o, rs->pos, 0);
	if (!rs->branch_to_branch)
		return;
	/* ExpressRoute goes before VPN and appliances. */
	if (er != NONE)
		build_control(b, at, er, &vn->o, rs->pos)->local_pref[0] = PREF_ER;
	if (vpn != NONE)
		build_control(b, at, vpn, &vn->o, rs->pos);
	if (er == NONE || vpn == NONE)
		return;
	/* Packets from the circuit go into a tunnel; packets from a tunnel go directly to the MSEE,
	 * as from any other sender in the network. */
	appliance_reach(b, er, vpn, rs->pos, &own, &via);
	vec_push(b->a, &b->served, ((struct served){ er, vpn, &vn->o, rs->pos, 0 }));
}

/* The Route Server with which an appliance of the network peers: that of its own network, or of the
 * network that lends its gateways. NONE: there is none. */
static uint32_t route_server_of(const struct fabric_builder *b, const struct virtual_network *vn)
{
	uint32_t net = build_part(b, &vn->o, "fabric");

	for (each(const struct served, s, &b->served))
		if (s->network == net && b->f->nodes.v[s->gateway].kind == NODE_ROUTE_SERVER)
			return s->gateway;
	return NONE;
}

static void peer_with_route_server(struct fabric_builder *b, const struct virtual_network *vn,
				   const struct vm *vm)
{
	uint32_t nva = build_part(b, &vn->o, vm->name), rs = route_server_of(b, vn);
	const struct virtual_network *home = rs == NONE ? NULL : build_network_of(b, rs);
	size_t n = b->served.n;
	uint32_t own, via;

	b->f->nodes.v[nva].asn = vm->asn;
	b->f->nodes.v[nva].transit = vm->transit;
	for (each(struct placed_prefix, p, &vm->announce))
		build_origin(b, nva, &p->prefix, ORIGIN_ADVERTISED, &vn->o, p->pos);
	if (!home)
		return;
	build_control(b, rs, nva, &vn->o, vm->asn_pos);
	for (size_t i = 0; i < n; i++)
		if (b->served.v[i].gateway == rs)
			appliance_reach(b, b->served.v[i].network, nva, vm->pos, &own, &via);
	if (!home->route_server.branch_to_branch)
		return;
	for (size_t i = 0; i < 2; i++) {
		uint32_t gateway = build_part(b, &home->o, i ? "vpn-gateway" : "er-gateway");

		if (gateway != NONE)
			appliance_reach(b, gateway, nva, vm->pos, &own, &via);
	}
}

void build_appliances(struct fabric_builder *b)
{
	for (size_t i = 0; i < b->instances.n; i++)
		copy_system_routes(b, &b->instances.v[i]);
	for (each(struct virtual_network *, vn, &b->m->virtual_networks))
		for (each(struct network, s, &(*vn)->subnets))
			for (each(struct vm, vm, &s->vms))
				if (vm->asn)
					peer_with_route_server(b, *vn, vm);
	for (size_t i = 0; i < b->instances.n; i++) {
		const struct instance in = b->instances.v[i];

		if (in.subnet->route_table)
			for (each(struct user_route, r, &in.subnet->route_table->routes))
				build_user_route(b, in.node, in.vn, in.subnet->route_table, r);
	}
	for (each(struct virtual_network *, vn, &b->m->virtual_networks))
		if ((*vn)->gateway_table)
			build_gateway_routes(b, *vn);
}
