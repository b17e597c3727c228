/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ExpressRoute: circuits with their two MSEEs, joins of two circuits (AVS Interconnect, Global
 * Reach), and connections of a circuit to a virtual network's gateway. */
#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "base/numbering.h"
#include "fabric/build.h"

uint32_t build_msee(const struct fabric_builder *b, const struct circuit *c, uint32_t side)
{
	return build_part(b, &c->o, side_name[side]);
}

void build_msees(struct fabric_builder *b, const struct circuit *c, const char *location)
{
	const struct object *o = c->cloud	  ? &c->cloud->o
				 : c->cloudsimple ? &c->cloudsimple->o
						  : &c->o;

	for (uint32_t side = 0; side < 2; side++) {
		uint32_t chassis =
			build_chassis(b, arena_printf(b->a, "%s-%s", location, side_name[side]));
		uint32_t msee = build_node(b, NODE_MSEE, o, side_name[side], c->o.pos, chassis);

		b->f->nodes.v[msee].asn = ASN_MSEE;
		b->f->nodes.v[msee].silent = true;
		b->f->nodes.v[msee].managed = c->cloud;
	}
}

/* "New York" -> "new-york.msee": a place as part of a namespace's name. */
static char *location_name(struct fabric_builder *b, const struct circuit *c)
{
	const char *place = c->peering_location ? c->peering_location : c->o.name;
	char *name = arena_printf(b->a, "%s.msee", place);

	for (char *s = name; *s; s++)
		*s = isalnum((unsigned char)*s) || *s == '.' ? (char)tolower((unsigned char)*s)
							     : '-';
	return name;
}

static uint32_t customer_preference(const struct circuit *c)
{
	if (c->site)
		for (each(struct preference, p, &c->site->preferences))
			if (p->circuit == c)
				return p->value;
	return LOCAL_PREF;
}

/* The /30 of a circuit's link for which the file gives none: customers choose it, so any of the
 * shared address space (RFC 6598) will do. False: it is in use. */
static bool choose_network(struct fabric_builder *b, const struct circuit *c, uint32_t side,
			   struct prefix *ret)
{
	struct prefix range = prefix_lit("100.127.0.0/16");
	uint32_t n = numbering_in(b->f->numbers, "circuit", "",
				  arena_printf(b->a, "%s.%s", c->o.name, side_name[side]));

	if (n >= UINT32_C(1) << (30 - range.len))
		return false;
	*ret = prefix_subnet(&range, 30, n);
	for (each(struct placed_prefix, p, &b->used))
		if (prefix_overlaps(&p->prefix, ret))
			return false;
	return true;
}

/* Makes both links to the customer: each has a session over a /30 of its own, in which the customer
 * has the first address and Microsoft the second (ExpressRoute routing requirements). */
static void build_customer_links(struct fabric_builder *b, const struct circuit *c,
				 uint32_t customer)
{
	for (uint32_t side = 0; side < 2; side++) {
		struct link_spec spec = build_spec(&c->o, c->o.pos, c->rtt_ns);
		struct prefix chosen;
		struct session *s;

		spec.to[0].rate_bps = spec.to[1].rate_bps = c->bandwidth_bps;
		if (c->link[side].prefix.a.family) {
			spec.prefix = &c->link[side].prefix;
			spec.nprefix = 1;
			spec.pos = c->link[side].pos;
		} else if (choose_network(b, c, side, &chosen)) {
			spec.prefix = &chosen;
			spec.nprefix = 1;
			spec.v6_from_pool = true;
		}
		s = build_session(b, build_link(b, customer, build_msee(b, c, side), &spec), &c->o,
				  c->o.pos);
		s->prepend[0] = c->prepend[side];
		s->limit[1] = c->sku == CIRCUIT_PREMIUM ? PREFIXES_PREMIUM : PREFIXES_STANDARD;
		s->limit6[1] = PREFIXES_IPV6;
		s->without_bfd = !c->bfd;
		s->local_pref[0] = customer_preference(c);
		if (c->site) {
			size_t n = c->site->accept_except.n;
			struct prefix *except = arena_alloc(b->a, n * sizeof(*except));

			for (size_t i = 0; i < n; i++)
				except[i] = c->site->accept_except.v[i].prefix;
			s->except[0] = (struct prefixes){ except, n };
		}
	}
}

void build_circuit(struct fabric_builder *b, const struct circuit *c)
{
	build_msees(b, c, location_name(b, c));
	if (c->site)
		build_customer_links(b, c, build_part(b, &c->site->o, "ce"));
	else if (c->router)
		build_customer_links(b, c, fabric_node(b->f, c->router->o.name));
}

/* The slower circuit's rate; 0: neither has one. */
static uint64_t join_rate(const struct circuit_join *j)
{
	uint64_t a = j->end[0]->bandwidth_bps, b = j->end[1]->bandwidth_bps;

	return !a || (b && b < a) ? b : a;
}

/* The /30 of a join's link: from the file's /29, else from the part of its address block that the
 * first private cloud of the two reserves for Global Reach. False: there is none. */
static bool join_network(struct fabric_builder *b, const struct circuit_join *j, uint32_t side,
			 struct prefix *ret)
{
	if (j->prefix.prefix.a.family) {
		*ret = prefix_subnet(&j->prefix.prefix, (uint8_t)(j->prefix.prefix.len + 1), side);
		return true;
	}
	for (int end = 0; end < 2; end++) {
		const struct private_cloud *pc = j->end[end]->cloud;
		uint32_t n;

		if (!pc)
			continue;
		n = numbering_in(b->f->numbers, "global-reach", pc->o.name, j->o.name);
		return build_block_network(pc, "global-reach", 2 * (uint64_t)n + side, ret);
	}
	return false;
}

/* Joins primary with primary and secondary with secondary, by sessions inside the one AS of all
 * MSEEs. */
void build_circuit_join(struct fabric_builder *b, const struct circuit_join *j)
{
	uint64_t rtt = j->rtt_ns ? j->rtt_ns : build_rtt(b, j->end[0]->region, j->end[1]->region);
	const char *down = model_refused_key(b->m, &j->o, b->a);

	for (uint32_t side = 0; side < 2; side++) {
		struct link_spec spec = build_spec(&j->o, j->o.pos, rtt);
		struct prefix net;

		spec.to[0].rate_bps = spec.to[1].rate_bps = join_rate(j);
		if (join_network(b, j, side, &net)) {
			spec.prefix = &net;
			spec.nprefix = 1;
			spec.v6_from_pool = !j->prefix.prefix.a.family;
			spec.pos = j->prefix.prefix.a.family ? j->prefix.pos : j->o.pos;
		}
		build_session(b,
			      build_link(b, build_msee(b, j->end[0], side),
					 build_msee(b, j->end[1], side), &spec),
			      &j->o, j->o.pos)
			->down = down;
	}
}

/* A customer's circuit is further from the region than a private cloud's own circuit. */
static uint64_t connection_rtt(const struct fabric_builder *b, const struct gateway_connection *gc)
{
	const struct circuit *c = gc->circuit;

	if (gc->rtt_ns)
		return gc->rtt_ns;
	return build_rtt(b, c->region, gc->network->region) +
	       (c->cloud || c->cloudsimple ? 0 : RTT_MSEE_EXTRA_NS);
}

/* The edge router sends packets for the gateway's own network directly to that network; spokes are
 * still reached through the gateway. */
static void build_fastpath(const struct fabric_builder *b, struct session *s,
			   const struct object *network, uint32_t msee, uint32_t net)
{
	s->bypass = network;
	fabric_adjacent(b->f, msee, net, &s->bypass_iface[0], &s->bypass_iface[1]);
}

/* Makes the way from each network that the gateway serves directly to the MSEE, which has an
 * address of the GatewaySubnet there (interoperability, data plane: a trace's first hop). */
static void build_outbound(struct fabric_builder *b, const struct gateway_connection *gc,
			   uint32_t gateway, uint32_t msee, uint32_t side, uint64_t rtt)
{
	struct link_spec spec = build_spec(&gc->o, gc->o.pos, rtt);
	struct prefix far = build_msee_address(b, gc, side);
	uint32_t via = build_underlay_msee(b, gateway, msee, &far, &spec);

	for (each(const struct served, s, &b->served)) {
		uint32_t own;

		if (s->gateway != gateway)
			continue;
		own = build_underlay_served(b, s);
		if (far.a.family)
			build_route(b, s->network, &far, own, via, RANK_SYSTEM, gc->o.pos,
				    "an MSEE's address in the GatewaySubnet");
	}
}

/* Inbound packets go from the MSEE to the gateway, at the gateway's rate; outbound packets bypass
 * it. */
void build_gateway_connection(struct fabric_builder *b, const struct gateway_connection *gc)
{
	const struct virtual_network *vn = gc->network;
	uint32_t gateway = build_part(b, &vn->o, "er-gateway");
	const char *down = model_refused_key(b->m, &gc->o, b->a);
	const struct gateway_size *size = model_gateway_size(vn->er_gateway.sku);
	bool fastpath = gc->fastpath || vn->er_gateway.fastpath;
	uint64_t rtt = connection_rtt(b, gc);

	for (uint32_t side = 0; side < 2; side++) {
		uint32_t msee = build_msee(b, gc->circuit, side);
		struct link_spec inbound = build_spec(&gc->o, gc->o.pos, rtt);
		struct prefix end[2] = { build_msee_address(b, gc, side),
					 build_gateway_address(vn, GATEWAY_ER) };
		struct session *s;

		build_own(&inbound, &end[0], &end[1]);
		inbound.to[1].rate_bps = size ? size->rate_bps : 0;
		s = build_session(b, build_link(b, msee, gateway, &inbound), &gc->o, gc->o.pos);
		s->weight[1] = gc->weight;
		s->limit[0] = PREFIXES_NETWORK;
		s->limit6[0] = PREFIXES_IPV6;
		s->down = down;
		build_outbound(b, gc, gateway, msee, side, rtt);
		if (fastpath)
			build_fastpath(b, s, &vn->o, msee, build_part(b, &vn->o, "fabric"));
	}
}
