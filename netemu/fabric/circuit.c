/* ExpressRoute: circuits with their two MSEEs, what joins two circuits (AVS Interconnect, Global
 * Reach), and what joins a circuit to a virtual network's gateway. */
#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "fabric/build.h"

uint32_t build_msee(const struct builder *b, const struct circuit *c, uint32_t side)
{
	return build_part(b, &c->o, side_name[side]);
}

void build_msees(struct builder *b, const struct circuit *c, const char *location)
{
	const struct object *o = c->cloud ? &c->cloud->o :
				 c->cloudsimple ? &c->cloudsimple->o : &c->o;

	for (uint32_t side = 0; side < 2; side++) {
		uint32_t chassis = build_chassis(
			b, arena_printf(b->a, "%s-%s", location, side_name[side]));
		uint32_t msee = build_node(b, NODE_MSEE, o, side_name[side], c->o.pos, chassis);

		b->f->nodes.v[msee].asn = ASN_MSEE;
		b->f->nodes.v[msee].silent = true;
		b->f->nodes.v[msee].managed = c->cloud;
	}
}

/* "New York" -> "new-york.msee": a place as part of a namespace's name. */
static char *location_name(struct builder *b, const struct circuit *c)
{
	const char *place = c->peering_location ? c->peering_location : c->o.name;
	char *name = arena_printf(b->a, "%s.msee", place);

	for (char *s = name; *s; s++)
		*s = isalnum((unsigned char)*s) || *s == '.' ? (char)tolower((unsigned char)*s) : '-';
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

/* The customer's end of both links: a session each over a /30 of its own. */
static void build_customer_links(struct builder *b, const struct circuit *c, uint32_t customer)
{
	for (uint32_t side = 0; side < 2; side++) {
		struct link_spec spec = build_spec(&c->o, c->o.pos, c->rtt_ns);
		struct session *s;

		spec.to[0].rate_bps = spec.to[1].rate_bps = c->bandwidth_bps;
		if (c->link[side].prefix.a.family) {
			spec.prefix = &c->link[side].prefix;
			spec.nprefix = 1;
			spec.pos = c->link[side].pos;
		}
		s = build_session(b, build_link(b, customer, build_msee(b, c, side), &spec), &c->o,
				  c->o.pos);
		s->prepend[0] = c->prepend[side];
		s->limit[1] = c->sku == CIRCUIT_PREMIUM ? PREFIXES_PREMIUM : PREFIXES_STANDARD;
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

void build_circuit(struct builder *b, const struct circuit *c)
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

/* Primary with primary and secondary with secondary, a session inside the one AS of all MSEEs. */
void build_circuit_join(struct builder *b, const struct circuit_join *j)
{
	uint64_t rtt = j->rtt_ns ? j->rtt_ns : build_rtt(b, j->end[0]->region, j->end[1]->region);
	const char *down = model_refused_key(b->m, &j->o, b->a);

	for (uint32_t side = 0; side < 2; side++) {
		struct link_spec spec = build_spec(&j->o, j->o.pos, rtt);
		struct prefix net;

		spec.to[0].rate_bps = spec.to[1].rate_bps = join_rate(j);
		if (j->prefix.prefix.a.family) {
			net = prefix_subnet(&j->prefix.prefix, (uint8_t)(j->prefix.prefix.len + 1), side);
			spec.prefix = &net;
			spec.nprefix = 1;
			spec.pos = j->prefix.pos;
		}
		build_session(b,
			      build_link(b, build_msee(b, j->end[0], side),
					 build_msee(b, j->end[1], side), &spec),
			      &j->o, j->o.pos)
			->down = down;
	}
}

/* A circuit of the customer's is a step further from the region than a private cloud's own. */
static uint64_t connection_rtt(const struct builder *b, const struct gateway_connection *gc)
{
	const struct circuit *c = gc->circuit;

	if (gc->rtt_ns)
		return gc->rtt_ns;
	return build_rtt(b, c->region, gc->network->region) + (c->cloud || c->cloudsimple ? 0 : RTT_MSEE_EXTRA_NS);
}

/* The edge router hands what is for the gateway's own network straight to it; spokes are still
 * reached through the gateway. */
static void build_fastpath(struct builder *b, struct session *s, const struct object *network,
			   uint32_t outbound)
{
	s->bypass = network;
	s->bypass_iface[0] = build_end(b, outbound, 1);
	s->bypass_iface[1] = build_end(b, outbound, 0);
}

/* Inbound, packets go from the MSEE to the gateway, at the gateway's rate; outbound, straight from
 * each network that the gateway serves to the MSEE. */
void build_gateway_connection(struct builder *b, const struct gateway_connection *gc)
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
		struct session *s;

		inbound.to[1].rate_bps = size ? size->rate_bps : 0;
		s = build_session(b, build_link(b, msee, gateway, &inbound), &gc->o, gc->o.pos);
		s->weight[1] = gc->weight;
		s->limit[0] = PREFIXES_NETWORK;
		s->down = down;
		for (each(struct served, to, &b->served)) {
			struct link_spec outbound;
			uint32_t link;

			if (to->gateway != gateway)
				continue;
			outbound = build_spec(&gc->o, gc->o.pos, rtt + to->rtt_ns);
			link = build_link(b, to->network, msee, &outbound);
			if (fastpath && to->network == build_part(b, &vn->o, "fabric"))
				build_fastpath(b, s, &vn->o, link);
		}
	}
}
