/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ExpressRoute gateway's underlay: one segment for the gateway, its networks and its MSEEs,
 * which reach each other without a router between them. A network sends directly to the MSEEs, and
 * the gateway to the networks.
 *
 * Delays add up: a network's port has the round trip of its peering with the gateway's network, an
 * MSEE's that of its connection. Two networks are not neighbours, nor are two MSEEs.
 */
#include "base/mem.h"
#include "fabric/build.h"

static const char *underlay_name(const struct fabric_builder *b, uint32_t gateway)
{
	return arena_printf(b->a, "%s.underlay", b->f->nodes.v[gateway].object->name);
}

uint32_t build_underlay_gateway(const struct fabric_builder *b, uint32_t gateway)
{
	return b->f->nodes.v[gateway].ifaces.v[0];
}

static uint32_t underlay_segment(const struct fabric_builder *b, uint32_t gateway)
{
	return b->f->ifaces.v[build_underlay_gateway(b, gateway)].segment;
}

void build_underlay(struct fabric_builder *b, uint32_t gateway)
{
	const struct object *o = b->f->nodes.v[gateway].object;
	const struct pos pos = b->f->nodes.v[gateway].pos;
	const char *name = underlay_name(b, gateway);
	struct link_spec spec = build_spec(o, pos, 0);
	struct underlay_port port = { .segment = build_segment(b, name, pos, NONE,
							       b->f->nodes.v[gateway].chassis, NULL,
							       0),
				      .node = gateway,
				      .far_label = o->name,
				      .far_name = name,
				      .own = build_own_address(b, gateway) };

	b->f->segments.v[port.segment].underlay = true;
	build_port(b, &port, &spec);
}

/* Whether a port of the underlay has the address; another port then gets one of the pool's. */
static bool underlay_is_borne(const struct fabric_builder *b, uint32_t segment,
			      const struct addr *a)
{
	for (each(uint32_t, link, &b->f->segments.v[segment].links))
		for (each(struct prefix, p, &b->f->ifaces.v[build_link_end(b, *link, 0)].addrs))
			if (addr_eq(&p->a, a))
				return true;
	return false;
}

static struct prefix underlay_unborne(const struct fabric_builder *b, uint32_t segment,
				      const struct prefix *own)
{
	return own->a.family && underlay_is_borne(b, segment, &own->a) ? (struct prefix){ 0 }
								       : *own;
}

uint32_t build_underlay_served(struct fabric_builder *b, const struct served *s)
{
	uint32_t segment = underlay_segment(b, s->gateway);
	const struct node *net = &b->f->nodes.v[s->network], *gateway = &b->f->nodes.v[s->gateway];
	struct link_spec spec = build_spec(s->object, s->pos, s->rtt_ns);
	struct underlay_port port = { .segment = segment, .node = s->network, .served = true };
	struct prefix own = build_own_address(b, s->network);

	for (each(uint32_t, i, &net->ifaces))
		if (b->f->ifaces.v[*i].segment == segment)
			return *i;
	port.far_label = build_label(b, s->gateway, net->object == gateway->object);
	port.far_name = gateway->name;
	port.own = underlay_unborne(b, segment, &own);
	return build_port(b, &port, &spec);
}

uint32_t build_underlay_msee(struct fabric_builder *b, uint32_t gateway, uint32_t msee,
			     const struct prefix *own, const struct link_spec *spec)
{
	uint32_t segment = underlay_segment(b, gateway);
	struct underlay_port port = { .segment = segment,
				      .node = msee,
				      .far_label = b->f->nodes.v[gateway].object->name,
				      .far_name = underlay_name(b, gateway),
				      .own = underlay_unborne(b, segment, own) };

	return build_port(b, &port, spec);
}
