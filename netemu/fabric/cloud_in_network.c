/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A private cloud of generation 2: NSX inside a virtual network; its segments are part of the
 * network's address space (azure-vmware native-network-design-consideration).
 *
 *	segment -- t1 -- t0 ==== avs-vnet.fabric -- (vcenter) (nsx)
 *
 * In the current build packets come in by the subnet avs-network-infra-gw and leave by avs-nsx-gw,
 * in the initial one both ways are avs-nsx-gw. User routes of avs-nsx-gw make it a routing instance
 * of its own: they apply to outbound packets, never to inbound ones.
 */
#include "base/mem.h"
#include "fabric/build.h"

/* Makes a link on a subnet: the network has its first address, and T0 its first host address. */
static uint32_t build_uplink(struct fabric_builder *b, const struct private_cloud *pc, uint32_t net,
			     uint32_t t0, const char *subnet)
{
	struct link_spec spec = build_spec(&pc->o, pc->block.pos, 0);
	struct prefix p = model_block_prefix(pc, model_block2_part(subnet)), end[2];
	const uint64_t nth[2] = { 1, SUBNET_HOST_FIRST };

	spec.v6_from_pool = true; /* (the block is of IPv4, segments may be of both) */
	for (int i = 0; i < 2; i++) {
		struct addr a = prefix_nth(&p, nth[i]);

		end[i] = prefix_with(&a, p.len);
		spec.own[i] = (struct prefixes){ &end[i], 1 };
	}
	return build_link(b, net, t0, &spec);
}

/* vCenter and the NSX manager are machines on subnets of the network. */
static void build_manager(struct fabric_builder *b, const struct private_cloud *pc, uint32_t net,
			  const char *name)
{
	struct prefix p = model_block_prefix(pc, model_block2_part(name));
	struct addr first = prefix_nth(&p, 1), own = prefix_nth(&p, SUBNET_HOST_FIRST);
	struct prefix home = prefix_with(&first, p.len), addr = prefix_with(&own, p.len);
	struct link_spec spec = build_spec(&pc->o, pc->block.pos, 0);
	uint32_t segment = build_segment(b, arena_printf(b->a, "%s-%s", pc->o.name, name),
					 pc->block.pos, net, b->f->nodes.v[net].chassis, &home, 1);

	build_attach(b, build_node(b, NODE_HOST, &pc->o, name, pc->block.pos, NONE), segment, &addr,
		     1, &spec);
	build_listener(b, build_part(b, &pc->o, name), false, PORT_HTTPS, pc->block.pos);
}

/* The subnet's own instance (build_virtual_network() has made it), or the network's. */
static uint32_t find_home(const struct fabric_builder *b, const struct network *subnet,
			  uint32_t net)
{
	for (size_t i = 0; i < b->instances.n; i++)
		if (b->instances.v[i].subnet == subnet)
			return b->instances.v[i].node;
	return net;
}

/* Links T0 to the network: inbound from the network's own instance, outbound to that of
 * avs-nsx-gw. */
static void build_uplinks(struct fabric_builder *b, const struct private_cloud *pc, uint32_t net,
			  uint32_t t0)
{
	uint32_t home = find_home(b, &pc->nsx_gateway, net);
	uint32_t out = build_uplink(b, pc, home, t0, "avs-nsx-gw"), in = out;
	struct link_spec wire = build_spec(&pc->o, pc->o.pos, 0);

	if (pc->build == BUILD_CURRENT)
		in = build_uplink(b, pc, net, t0, "avs-network-infra-gw");
	else if (home != net)
		in = build_link(b, net, t0, &wire);
	build_default(b, t0, build_link_end(b, out, 1), build_link_end(b, out, 0), pc->o.pos,
		      "T0's default route to the virtual network");
	for (each(struct network, s, &pc->segments))
		for (each(struct placed_prefix, p, &s->prefixes))
			if (s->routed)
				build_route(b, net, &p->prefix, build_link_end(b, in, 0),
					    build_link_end(b, in, 1), RANK_SYSTEM, p->pos,
					    "NSX segment");
}

void build_cloud_in_network(struct fabric_builder *b, const struct private_cloud *pc)
{
	struct link_spec wire = build_spec(&pc->o, pc->o.pos, 0);
	uint32_t chassis, t1, t0, net, down;

	if (pc->generation != 2)
		return;
	net = build_part(b, &pc->network->o, "fabric");
	chassis = build_chassis(b, arena_printf(b->a, "%s.edge", pc->o.name));
	t1 = build_node(b, NODE_T1, &pc->o, "t1", pc->o.pos, chassis);
	t0 = build_node(b, NODE_T0, &pc->o, "t0", pc->o.pos, chassis);
	b->f->nodes.v[t1].silent = b->f->nodes.v[t0].silent = true;
	down = build_link(b, t0, t1, &wire);
	build_default(b, t1, build_link_end(b, down, 1), build_link_end(b, down, 0), pc->o.pos,
		      "T1's default route to T0");
	for (each(struct network, s, &pc->segments))
		for (each(struct placed_prefix, p, &s->prefixes))
			if (s->routed)
				build_route(b, t0, &p->prefix, build_link_end(b, down, 0),
					    build_link_end(b, down, 1), RANK_STATIC, p->pos,
					    "NSX segment");
	build_uplinks(b, pc, net, t0);
	build_manager(b, pc, net, "vcenter");
	build_manager(b, pc, net, "nsx");
	for (each(struct network, s, &pc->segments))
		build_network(b, &pc->o, s, t1, chassis, HOST_FIRST);
}
