/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A site on-premises: its networks, an optional core router, and the CE that speaks BGP. */
#include "base/mem.h"
#include "fabric/build.h"

/* Makes a router between the networks and the CE, with static routes in both directions. */
static uint32_t build_core(struct fabric_builder *b, const struct site *s, uint32_t ce)
{
	uint32_t core = build_node(b, NODE_ROUTER, &s->o, "core", s->o.pos, NONE);
	struct link_spec spec = build_spec(&s->o, s->o.pos, 0);
	uint32_t link = build_link(b, core, ce, &spec);

	build_default(b, core, build_link_end(b, link, 0), build_link_end(b, link, 1), s->o.pos,
		      "default route to the CE");
	for (each(struct network, net, &s->networks))
		for (each(struct placed_prefix, p, &net->prefixes))
			build_route(b, ce, &p->prefix, build_link_end(b, link, 1),
				    build_link_end(b, link, 0), RANK_STATIC, p->pos,
				    "network behind the core router");
	return core;
}

void build_site(struct fabric_builder *b, const struct site *s)
{
	uint32_t ce = build_node(b, NODE_CE, &s->o, "ce", s->o.pos, NONE);
	uint32_t home = s->core_router ? build_core(b, s, ce) : ce;

	b->f->nodes.v[ce].asn = s->asn;
	b->f->nodes.v[ce].transit = s->transit;
	for (each(struct network, net, &s->networks)) {
		build_network(b, &s->o, net, home, b->f->nodes.v[home].chassis, HOST_FIRST);
		for (each(struct placed_prefix, p, &net->prefixes))
			build_origin(b, ce, &p->prefix, ORIGIN_NETWORK, &s->o, p->pos);
	}
	if (s->internet)
		/* A default route by BGP beats it, like a provider's. */
		build_exit(b, &s->o, &s->exit, ce, RANK_FALLBACK, "the site's way to the internet");
	for (each(struct placed_prefix, p, &s->advertise))
		build_origin(b, ce, &p->prefix, ORIGIN_ADVERTISED, &s->o, p->pos);
}
