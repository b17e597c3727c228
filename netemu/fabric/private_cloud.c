/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A private cloud of generation 1: NSX's T0 and T1, the management network as a routing instance
 * of its own, and the managed circuit's two MSEEs (azure-vmware architecture-networking).
 *
 *	segment -- t1 -- t0 ==== primary, secondary
 *	                 |         ||
 *	                 management == (vcenter, nsx)
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fabric/build.h"

static const struct block_part *find_part(const char *name)
{
	size_t n;
	const struct block_part *parts = model_block_parts(&n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(parts[i].name, name) == 0)
			return &parts[i];
	abort(); /* names are the table's own */
}

static struct prefix part_prefix(const struct private_cloud *pc, const struct block_part *part)
{
	struct addr a = prefix_nth(&pc->block.prefix, part->offset);

	return prefix_with(&a, part->len);
}

/* vCenter and the NSX manager, on the management subnet's second and third address. */
static void build_management_hosts(struct fabric_builder *b, const struct private_cloud *pc,
				   uint32_t management)
{
	static const char *const host[] = { "vcenter", "nsx" };
	struct prefix net = part_prefix(pc, find_part("management"));
	struct addr gateway = prefix_nth(&net, 1);
	struct prefix home = prefix_with(&gateway, net.len);
	struct pos at = pc->block.pos;
	uint32_t segment = build_segment(b, "hosts", at, management,
					 b->f->nodes.v[management].chassis, &home, 1);

	for (size_t i = 0; i < countof(host); i++) {
		struct link_spec spec = build_spec(&pc->o, at, 0);
		struct addr a = prefix_nth(&net, 2 + i);
		struct prefix p = prefix_with(&a, net.len);

		build_attach(b, build_node(b, NODE_HOST, &pc->o, host[i], at, NONE), segment, &p, 1,
			     &spec);
		build_listener(b, build_part(b, &pc->o, host[i]), false, PORT_HTTPS, at);
	}
}

/* Makes the routes between T0, T1 and the management instance, and what these announce. The address
 * block is announced as its single subnets, never as a whole (see the AVS ExpressRoute guide
 * without Global Reach). */
static void build_prefixes(struct fabric_builder *b, const struct private_cloud *pc, uint32_t t0,
			   uint32_t t1, uint32_t management)
{
	struct link_spec wire = build_spec(&pc->o, pc->o.pos, 0);
	uint32_t down = build_link(b, t0, t1, &wire), side = build_link(b, t0, management, &wire);
	uint32_t t0_down = build_link_end(b, down, 0), t1_up = build_link_end(b, down, 1);
	uint32_t t0_side = build_link_end(b, side, 0), management_side = build_link_end(b, side, 1);
	size_t n;
	const struct block_part *parts = model_block_parts(&n);

	build_default(b, t1, t1_up, t0_down, pc->o.pos, "T1's default route to T0");
	for (each(struct network, s, &pc->segments)) {
		for (each(struct placed_prefix, p, &s->prefixes)) {
			if (!s->routed)
				continue;
			build_route(b, t0, &p->prefix, t0_down, t1_up, RANK_STATIC, p->pos,
				    "NSX segment");
			build_route(b, management, &p->prefix, management_side, t0_side,
				    RANK_STATIC, p->pos, "NSX segment");
			build_origin(b, t0, &p->prefix, ORIGIN_SEGMENT, &pc->o, p->pos);
		}
	}
	for (size_t i = 0; i < n; i++) {
		struct prefix p = part_prefix(pc, &parts[i]);

		if (!parts[i].announced ||
		    (strcmp(parts[i].name, "hcx-uplink") == 0 && build_is_extended(b, pc)))
			continue; /* (an extended cloud's uplink is on T1: network_extension.c) */
		build_route(b, t0, &p, t0_side, management_side, RANK_STATIC, pc->block.pos,
			    "management network");
		build_origin(b, management, &p, ORIGIN_MANAGEMENT, &pc->o, pc->block.pos);
	}
}

bool build_block_network(const struct private_cloud *pc, const char *part, uint64_t nth,
			 struct prefix *ret)
{
	struct prefix all = part_prefix(pc, find_part(part));

	if (nth >= UINT64_C(1) << (30 - all.len))
		return false;
	*ret = prefix_subnet(&all, 30, nth);
	return true;
}

static void build_edge_link(struct fabric_builder *b, const struct private_cloud *pc,
			    uint32_t speaker, uint32_t side, uint64_t nth)
{
	struct link_spec spec = build_spec(&pc->o, pc->o.pos, RTT_T0_EDGE_NS);
	struct prefix net;

	spec.to[0].rate_bps = spec.to[1].rate_bps = pc->circuit.bandwidth_bps;
	if (build_block_network(pc, "expressroute", nth, &net)) {
		spec.prefix = &net;
		spec.nprefix = 1;
		spec.v6_from_pool = true;
	}
	build_session(b, build_link(b, speaker, build_msee(b, &pc->circuit, side), &spec), &pc->o,
		      pc->o.pos);
}

static void build_first_generation(struct fabric_builder *b, const struct private_cloud *pc)
{
	uint32_t chassis = build_chassis(b, arena_printf(b->a, "%s.edge", pc->o.name));
	uint32_t t1 = build_node(b, NODE_T1, &pc->o, "t1", pc->o.pos, chassis);
	uint32_t t0 = build_node(b, NODE_T0, &pc->o, "t0", pc->o.pos, chassis);
	uint32_t management =
		build_node(b, NODE_MANAGEMENT, &pc->o, "management", pc->o.pos, chassis);
	const uint32_t speaker[] = { t0, management };
	const uint32_t box[] = { t1, t0, management };

	for (size_t i = 0; i < countof(box); i++)
		b->f->nodes.v[box[i]].silent = true;
	build_msees(b, &pc->circuit, arena_printf(b->a, "%s.edge", pc->region));
	for (size_t i = 0; i < countof(speaker); i++) {
		b->f->nodes.v[speaker[i]].asn = pc->asn;
		for (uint32_t side = 0; side < 2; side++)
			build_edge_link(b, pc, speaker[i], side, 2 * i + side);
	}
	build_prefixes(b, pc, t0, t1, management);
	build_management_hosts(b, pc, management);
	for (each(struct network, s, &pc->segments))
		build_network(b, &pc->o, s, t1, chassis, HOST_FIRST);
	if (pc->internet == CLOUD_INTERNET_NONE)
		return;
	build_exit(b, &pc->o, &pc->exit, t0, RANK_STATIC,
		   pc->internet == CLOUD_INTERNET_SNAT ? "managed SNAT"
						       : "public IPs on the NSX edge");
	build_public_ips(b, &pc->o, &pc->public_ips);
}

/* Clouds of generation 2 are built after their networks: cloud_in_network.c. */
void build_private_cloud(struct fabric_builder *b, const struct private_cloud *pc)
{
	if (pc->generation == 1)
		build_first_generation(b, pc);
}
