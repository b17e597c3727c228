/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A virtual network: a routing instance of its region's fabric, its subnets, its gateway; and
 * peering, which joins two of them. */
#include "base/mem.h"
#include "fabric/build.h"

/* Destinations that a network drops if it has no better route (VNet traffic routing: the "None"
 * routes). IPv6 has none. */
static const char *const none_routes[] = { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
					   "100.64.0.0/10" };

static void build_system_routes(struct fabric_builder *b, const struct virtual_network *vn,
				uint32_t net)
{
	for (size_t i = 0; i < countof(none_routes); i++) {
		struct prefix p = prefix_lit(none_routes[i]);
		bool covered = false;

		for (each(struct placed_prefix, own, &vn->address_space))
			covered = covered || prefix_eq(&own->prefix, &p);
		if (!covered)
			build_drop(b, net, &p, RANK_NONE, vn->o.pos,
				   "system route 'None' of a virtual network");
	}
	for (each(struct placed_prefix, own, &vn->address_space))
		build_drop(b, net, &own->prefix, RANK_SYSTEM, own->pos,
			   "address space without a subnet");
}

const struct virtual_network *build_network_of(const struct fabric_builder *b, uint32_t node)
{
	for (each(struct virtual_network *, vn, &b->m->virtual_networks))
		if (&(*vn)->o == b->f->nodes.v[node].object)
			return *vn;
	return NULL;
}

static void build_gateway_inject(struct fabric_builder *b, uint32_t gateway, uint32_t net,
				 const struct object *o, struct pos pos)
{
	struct session *s = build_inject(b, gateway, net, o, pos);

	if (b->f->nodes.v[gateway].kind == NODE_ER_GATEWAY)
		s->local_pref[1] = PREF_ER;
}

/* The spec of a link between a gateway, at `end`, and a network that it serves. */
static struct link_spec service_spec(const struct fabric_builder *b, uint32_t gateway, uint32_t end,
				     uint32_t net, struct prefix own[2], const struct object *o,
				     struct pos pos, uint64_t rtt_ns)
{
	struct link_spec spec = build_spec(o, pos, rtt_ns);

	own[end] = build_own_address(b, gateway);
	own[!end] = build_own_address(b, net);
	build_own(&spec, &own[0], &own[1]);
	return spec;
}

static void serve_instances(struct fabric_builder *b, uint32_t gateway, uint32_t net,
			    const struct object *o, struct pos pos, uint64_t rtt_ns)
{
	for (size_t i = 0; i < b->instances.n; i++) {
		const struct instance in = b->instances.v[i];

		if (in.network != net || in.subnet->no_gateway_routes)
			continue;
		if (b->f->nodes.v[gateway].kind == NODE_VPN_GATEWAY) {
			struct prefix own[2];
			struct link_spec spec =
				service_spec(b, gateway, 1, in.node, own, o, pos, rtt_ns);

			build_link(b, in.node, gateway, &spec);
		}
		build_gateway_inject(b, gateway, in.node, o, pos);
		vec_push(b->a, &b->served, ((struct served){ gateway, in.node, o, pos, rtt_ns }));
	}
}

/* How many address spaces the peering that is being built knows: not those that the network gained
 * after the last sync. */
static size_t known_spaces(const struct fabric_builder *b, const struct virtual_network *vn)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): there is a network, stale or not */
	return b->stale == vn ? vn->own_spaces : vn->address_space.n;
}

/* If a network's address space covers its private cloud's segments, the current build also gives
 * its peers and their gateways a route to each segment: these beat a user route for the space. */
static void build_segment_routes(struct fabric_builder *b, const struct virtual_network *vn,
				 uint32_t peer, uint32_t own, uint32_t via, struct pos pos,
				 const char *why)
{
	if (!vn->cloud || vn->cloud->build != BUILD_CURRENT)
		return;
	for (each(struct network, s, &vn->cloud->segments))
		for (each(struct placed_prefix, it, &s->prefixes)) {
			bool known = !s->routed;

			for (each(struct placed_prefix, space, &vn->address_space))
				known = known || prefix_eq(&space->prefix, &it->prefix);
			if (!known)
				build_route(b, peer, &it->prefix, own, via, RANK_SYSTEM, pos, why);
		}
}

/* Makes the link between a VPN gateway and a network: it carries both directions, and machines
 * reach the gateway by its address. */
static void build_vpn_service(struct fabric_builder *b, const struct served *s, uint32_t *ret_own,
			      uint32_t *ret_via)
{
	struct prefix own[2];
	struct link_spec spec =
		service_spec(b, s->gateway, 0, s->network, own, s->object, s->pos, s->rtt_ns);
	uint32_t link = build_link(b, s->gateway, s->network, &spec);

	*ret_own = build_link_end(b, link, 0);
	*ret_via = build_link_end(b, link, 1);
	if (spec.own[0].n)
		build_route(b, s->network, &own[0], *ret_via, *ret_own, RANK_SYSTEM, s->pos,
			    "the VPN gateway's address in the GatewaySubnet");
}

/* An ExpressRoute gateway carries only inbound packets, outbound ones bypass it (interoperability,
 * data plane); a VPN gateway carries both directions; a Route Server carries none. */
void build_service(struct fabric_builder *b, uint32_t gateway, uint32_t net,
		   const struct virtual_network *vn, const struct object *o, struct pos pos,
		   uint64_t rtt_ns)
{
	const struct served served = { gateway, net, o, pos, rtt_ns };
	uint32_t own = NONE, via = NONE;

	if (b->f->nodes.v[gateway].kind == NODE_ER_GATEWAY) {
		own = build_underlay_gateway(b, gateway);
		via = build_underlay_served(b, &served);
	} else if (b->f->nodes.v[gateway].kind == NODE_VPN_GATEWAY) {
		build_vpn_service(b, &served, &own, &via);
	}
	for (size_t i = 0; i < known_spaces(b, vn); i++) {
		const struct placed_prefix *p = &vn->address_space.v[i];

		if (own != NONE)
			build_route(b, gateway, &p->prefix, own, via, RANK_SYSTEM, p->pos,
				    "address space served by the gateway");
		build_origin(b, gateway, &p->prefix, ORIGIN_SPACE, &vn->o, p->pos);
	}
	if (own != NONE && o != &vn->o && b->stale != vn)
		build_segment_routes(b, vn, gateway, own, via, pos,
				     "NSX segment of a peered network");
	build_gateway_inject(b, gateway, net, o, pos);
	vec_push(b->a, &b->served, served);
	serve_instances(b, gateway, net, o, pos, rtt_ns);
}

static void build_er_gateway(struct fabric_builder *b, const struct virtual_network *vn,
			     uint32_t net)
{
	uint32_t at =
		build_node(b, NODE_ER_GATEWAY, &vn->o, "er-gateway", vn->er_gateway.pos, NONE);
	const struct gateway_size *size = model_gateway_size(vn->er_gateway.sku);
	struct node *gw = &b->f->nodes.v[at];

	gw->asn = ASN_ER_GATEWAY;
	gw->silent = true;
	gw->remote_networks = vn->er_gateway.allow_remote_virtual_networks;
	gw->learns = size ? size->learns : 0;
	build_underlay(b, at);
	build_service(b, at, net, vn, &vn->o, vn->er_gateway.pos, 0);
}

void build_virtual_network(struct fabric_builder *b, const struct virtual_network *vn)
{
	uint32_t chassis = build_chassis(b, arena_printf(b->a, "%s.fabric", vn->region));
	uint32_t net = build_node(b, NODE_NETWORK, &vn->o, "fabric", vn->o.pos, chassis);

	b->f->nodes.v[net].silent = true;
	for (each(struct network, s, &vn->subnets))
		build_network(b, &vn->o, s, build_subnet_home(b, vn, s, net, chassis), chassis,
			      SUBNET_HOST_FIRST);
	if (vn->cloud) /* (before the gateways, which serve it, too) */
		build_subnet_home(b, vn, &vn->cloud->nsx_gateway, net, chassis);
	build_system_routes(b, vn, net);
	build_exit(b, &vn->o, &vn->exit, net, RANK_FALLBACK, "system route to the internet");
	for (each(struct network, s, &vn->subnets))
		build_public_ips(b, &vn->o, &s->public_ips);
	if (vn->er_gateway.pos.line)
		build_er_gateway(b, vn, net);
	if (vn->vpn_gateway.pos.line)
		build_vpn_gateway(b, vn, net);
	if (vn->route_server.pos.line)
		build_route_server(b, vn, net);
	if (vn->er_gateway.pos.line && vn->vpn_gateway.pos.line &&
	    !vn->route_server.branch_to_branch)
		build_severed(b, build_part(b, &vn->o, "er-gateway"),
			      build_part(b, &vn->o, "vpn-gateway"), &vn->o, vn->vpn_gateway.pos,
			      arena_printf(b->a,
					   "the ExpressRoute and the VPN gateway of %s do not tell "
					   "each other what they know: that takes a Route Server "
					   "with 'branch-to-branch: true'",
					   vn->o.name));
}

/* For explanations: records a prefix of the other network that this network lacks because the
 * peering is not synced. */
static void build_stale(struct fabric_builder *b, const struct peering *p, int half,
			const struct prefix *s)
{
	const struct virtual_network *own = p->half[half].network, *far = p->half[!half].network;

	build_severed(b, build_part(b, &own->o, "fabric"), build_part(b, &far->o, "fabric"), &p->o,
		      p->o.pos,
		      arena_printf(b->a,
				   "peering %s was not synced after %s came to %s: sync the half "
				   "of %s",
				   p->o.name, PREFIX_STR(s), far->o.name, far->o.name));
	b->f->severed.v[b->f->severed.n - 1].prefix = *s;
}

/* Makes the routes of one half: from this network to the other's address space. */
static void build_half(struct fabric_builder *b, const struct peering *p, int half, uint32_t link,
		       bool access)
{
	const struct virtual_network *own = p->half[half].network, *far = p->half[!half].network;
	uint32_t net = build_part(b, &own->o, "fabric");
	const char *why = arena_printf(b->a, "peering %s", p->o.name);

	for (size_t i = 0; i < far->address_space.n; i++) {
		const struct prefix *s = &far->address_space.v[i].prefix;

		if (i >= far->own_spaces && !p->half[!half].synced)
			build_stale(b, p, half, s);
		else if (access)
			build_route(b, net, s, build_link_end(b, link, (uint32_t)half),
				    build_link_end(b, link, !half), RANK_SYSTEM, p->o.pos, why);
		else
			build_drop(
				b, net, s, RANK_SYSTEM, p->o.pos,
				arena_printf(b->a, "%s: allow-virtual-network-access is off", why))
				->via = build_link_end(b, link, !half);
	}
	if (access && p->half[!half].synced)
		build_segment_routes(b, far, net, build_link_end(b, link, (uint32_t)half),
				     build_link_end(b, link, !half), p->o.pos, why);
}

static void lend_gateways(struct fabric_builder *b, const struct virtual_network *hub,
			  const struct virtual_network *spoke, const struct object *o,
			  struct pos pos, uint64_t rtt_ns)
{
	static const char *const lent[] = { "er-gateway", "vpn-gateway", "route-server" };
	uint32_t net = build_part(b, &spoke->o, "fabric");

	for (size_t i = 0; i < countof(lent); i++) {
		uint32_t gateway = build_part(b, &hub->o, lent[i]);

		if (gateway != NONE)
			build_service(b, gateway, net, spoke, o, pos, rtt_ns);
	}
}

/* Traffic flows only when both halves exist and both allow it; a half alone stays Initiated. */
void build_peering(struct fabric_builder *b, const struct peering *p)
{
	const struct peering_half *h = p->half;
	bool access = h[0].allow_virtual_network_access && h[1].allow_virtual_network_access;
	uint64_t rtt;
	struct link_spec spec;
	uint32_t link;

	if (!h[0].exists || !h[1].exists) {
		build_severed(b, build_part(b, &h[0].network->o, "fabric"),
			      build_part(b, &h[1].network->o, "fabric"), &p->o, p->o.pos,
			      arena_printf(b->a,
					   "peering %s is only Initiated: %s has no half of it",
					   p->o.name, h[h[0].exists].network->o.name));
		return;
	}
	rtt = p->rtt_ns ? p->rtt_ns : build_rtt(b, h[0].network->region, h[1].network->region);
	spec = build_spec(&p->o, p->o.pos, rtt);
	link = build_link(b, build_part(b, &h[0].network->o, "fabric"),
			  build_part(b, &h[1].network->o, "fabric"), &spec);
	for (int half = 0; half < 2; half++) {
		const struct virtual_network *hub = h[!half].network;

		build_half(b, p, half, link, access);
		build_forwarding_bar(b, p, half, link, (uint32_t)half);
		if (h[half].use_remote_gateways && !h[!half].allow_gateway_transit)
			build_severed(b, build_part(b, &h[half].network->o, "fabric"),
				      build_part(b, &hub->o, "fabric"), &p->o, p->o.pos,
				      arena_printf(b->a,
						   "%s does not lend its gateway: its half of "
						   "peering %s lacks 'allow-gateway-transit: true'",
						   hub->o.name, p->o.name));
		b->stale = h[half].synced ? NULL : h[half].network;
		if (h[half].use_remote_gateways && h[!half].allow_gateway_transit && access)
			lend_gateways(b, hub, h[half].network, &p->o,
				      h[half].use_remote_gateways_pos, rtt);
		b->stale = NULL;
	}
}
