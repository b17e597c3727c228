/* A virtual network: a routing instance of its region's fabric, its subnets, its gateway; and
 * peering, which joins two of them. */
#include "base/mem.h"
#include "fabric/build.h"

/* Destinations that a network drops when nothing better is known (VNet traffic routing: the
 * "None" routes). */
static const char *const none_routes[] = { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
					   "100.64.0.0/10" };

static void build_system_routes(struct builder *b, const struct virtual_network *vn, uint32_t net)
{
	for (size_t i = 0; i < countof(none_routes); i++) {
		struct prefix p = prefix_lit(none_routes[i]);
		bool covered = false;

		for (each(struct placed_prefix, own, &vn->address_space))
			covered = covered || prefix_eq(&own->prefix, &p);
		if (!covered)
			build_drop(b, net, &p, RANK_FALLBACK, vn->o.pos,
				   "system route 'None' of a virtual network");
	}
	for (each(struct placed_prefix, own, &vn->address_space))
		build_drop(b, net, &own->prefix, RANK_SYSTEM, own->pos,
			   "address space without a subnet");
}

/* The gateway serves a network: its packets come in from the gateway, and the gateway programs
 * what it learns into it. Outbound packets bypass the gateway (interoperability, data plane). */
static void serve(struct builder *b, uint32_t gateway, uint32_t net,
		  const struct virtual_network *vn, const struct object *o, struct pos pos,
		  uint64_t rtt_ns)
{
	struct link_spec spec = build_spec(o, pos, rtt_ns);
	uint32_t link = build_link(b, gateway, net, &spec);

	for (each(struct placed_prefix, p, &vn->address_space)) {
		build_route(b, gateway, &p->prefix, build_end(b, link, 0), build_end(b, link, 1),
			    RANK_SYSTEM, p->pos, "address space served by the gateway");
		build_origin(b, gateway, &p->prefix, ORIGIN_SPACE, &vn->o, p->pos);
	}
	build_inject(b, gateway, net, o, pos);
	vec_push(b->a, &b->served, ((struct served){ gateway, net, rtt_ns }));
}

void build_virtual_network(struct builder *b, const struct virtual_network *vn)
{
	uint32_t chassis = build_chassis(b, arena_printf(b->a, "%s.fabric", vn->region));
	uint32_t net = build_node(b, NODE_NETWORK, &vn->o, "fabric", vn->o.pos, chassis);
	struct node *gw;

	b->f->nodes.v[net].silent = true;
	for (each(struct network, s, &vn->subnets))
		build_network(b, &vn->o, s, net, chassis, SUBNET_HOST_FIRST);
	build_system_routes(b, vn, net);
	if (vn->er_gateway.pos.line == 0)
		return;
	gw = &b->f->nodes.v[build_node(b, NODE_ER_GATEWAY, &vn->o, "er-gateway", vn->er_gateway.pos,
				       NONE)];
	gw->asn = ASN_ER_GATEWAY;
	gw->silent = true;
	gw->remote_networks = vn->er_gateway.allow_remote_virtual_networks;
	serve(b, build_part(b, &vn->o, "er-gateway"), net, vn, &vn->o, vn->er_gateway.pos, 0);
}

/* Routes of one half: what this network knows of the other's space. */
static void build_half(struct builder *b, const struct peering *p, int half, uint32_t link,
		       bool access)
{
	const struct virtual_network *own = p->half[half].network, *far = p->half[!half].network;
	uint32_t net = build_part(b, &own->o, "fabric");
	const char *why = arena_printf(b->a, "peering %s", p->o.name);

	for (each(struct placed_prefix, s, &far->address_space)) {
		if (access)
			build_route(b, net, &s->prefix, build_end(b, link, (uint32_t)half),
				    build_end(b, link, !half), RANK_SYSTEM, p->o.pos, why);
		else
			build_drop(b, net, &s->prefix, RANK_SYSTEM, p->o.pos,
				   arena_printf(b->a, "%s: allow-virtual-network-access is off", why));
	}
}

/* Traffic flows only when both halves exist and both allow it; a half alone stays Initiated. */
void build_peering(struct builder *b, const struct peering *p)
{
	const struct peering_half *h = p->half;
	bool access = h[0].allow_virtual_network_access && h[1].allow_virtual_network_access;
	uint64_t rtt;
	struct link_spec spec;
	uint32_t link;

	if (!h[0].exists || !h[1].exists)
		return;
	rtt = p->rtt_ns ? p->rtt_ns : build_rtt(b, h[0].network->region, h[1].network->region);
	spec = build_spec(&p->o, p->o.pos, rtt);
	link = build_link(b, build_part(b, &h[0].network->o, "fabric"),
			  build_part(b, &h[1].network->o, "fabric"), &spec);
	for (int half = 0; half < 2; half++) {
		const struct virtual_network *hub = h[!half].network;

		build_half(b, p, half, link, access);
		if (h[half].use_remote_gateways && h[!half].allow_gateway_transit && access)
			serve(b, build_part(b, &hub->o, "er-gateway"),
			      build_part(b, &h[half].network->o, "fabric"), h[half].network, &p->o,
			      h[half].use_remote_gateways_pos, rtt);
	}
}
