/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A CloudSimple region: one flat network for all its private clouds, and one circuit.
 *
 *	cs1.web -- cs-west.network -- cs2.web
 *		        ||    \\
 *		  primary, secondary   (and cs-west.nat, with `internet: true`)
 */
#include "base/mem.h"
#include "fabric/build.h"

static void build_cloud(struct fabric_builder *b, const struct cloudsimple_cloud *cloud,
			uint32_t network)
{
	for (each(struct network, s, &cloud->segments)) {
		build_network(b, &cloud->o, s, network, b->f->nodes.v[network].chassis, HOST_FIRST);
		for (each(struct placed_prefix, p, &s->prefixes))
			if (s->routed)
				build_origin(b, network, &p->prefix, ORIGIN_SEGMENT, &cloud->o,
					     p->pos);
	}
}

void build_cloudsimple_region(struct fabric_builder *b, const struct cloudsimple_region *r)
{
	uint32_t network = build_node(b, NODE_REGION, &r->o, "network", r->o.pos, NONE);
	struct node *n = &b->f->nodes.v[network];
	uint32_t nat;

	n->asn = CLOUDSIMPLE_ASN;
	n->silent = true;
	n->takes_default = r->accept_default_route;
	build_msees(b, &r->circuit, arena_printf(b->a, "%s.edge", r->o.name));
	for (uint32_t side = 0; side < 2; side++) {
		struct link_spec spec = build_spec(&r->o, r->o.pos, r->circuit.rtt_ns);

		spec.to[0].rate_bps = spec.to[1].rate_bps = r->circuit.bandwidth_bps;
		build_session(b, build_link(b, network, build_msee(b, &r->circuit, side), &spec),
			      &r->o, r->o.pos);
	}
	for (each(struct cloudsimple_cloud *, cloud, &r->clouds))
		build_cloud(b, *cloud, network);
	if (!r->internet)
		return;
	/* A default route from on-premises, where it is followed, beats this one. */
	nat = build_exit(b, &r->o, &r->exit, network, RANK_FALLBACK,
			 "the region's way to the internet");
	for (each(struct cloudsimple_cloud *, cloud, &r->clouds))
		build_public_ips_at(b, nat, &(*cloud)->o, &(*cloud)->public_ips);
}
