/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VPN gateways, and the connections that end at them. Unlike an ExpressRoute gateway a VPN gateway
 * stands on both paths: it is the next hop of the routes that it programs. */
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "fabric/build.h"

void build_vpn_gateway(struct fabric_builder *b, const struct virtual_network *vn, uint32_t net)
{
	uint32_t at =
		build_node(b, NODE_VPN_GATEWAY, &vn->o, "vpn-gateway", vn->vpn_gateway.pos, NONE);

	b->f->nodes.v[at].asn = vn->vpn_gateway.asn;
	b->f->nodes.v[at].silent = true;
	build_service(b, at, net, vn, &vn->o, vn->vpn_gateway.pos, 0);
}

static struct prefixes plain_prefixes(struct fabric_builder *b, const prefix_list *list)
{
	struct prefix *v = arena_alloc(b->a, list->n * sizeof(*v));

	for (size_t i = 0; i < list->n; i++)
		v[i] = list->v[i].prefix;
	return (struct prefixes){ v, list->n };
}

static void set_customer(struct fabric_builder *b, struct session *s, int side,
			 const struct site *site, const struct vpn_connection *v)
{
	for (each(const struct preference, p, &site->preferences))
		if (p->vpn == v)
			s->local_pref[side] = p->value;
	s->except[side] = plain_prefixes(b, &site->accept_except);
}

/* Without BGP the gateway has the configured routes; the far end's edge has the return route. */
static void build_vpn_static(struct fabric_builder *b, const struct vpn_connection *v,
			     uint32_t gateway, uint32_t own, uint32_t via, struct session *s,
			     int side)
{
	for (each(const struct placed_prefix, p, &v->networks)) {
		build_route(b, gateway, &p->prefix, own, via, RANK_STATIC, p->pos,
			    arena_printf(b->a, "VPN connection %s, without BGP", v->o.name));
		build_origin(b, gateway, &p->prefix, ORIGIN_STATIC, &v->o, p->pos);
	}
	s->only[side] = plain_prefixes(b, &v->networks);
}

/* The rate of one tunnel at a gateway of the SKU: small SKUs have their own, the others about 1
 * Gbit/s. */
static uint64_t tunnel_rate(const char *sku)
{
	static const struct {
		const char *sku;
		uint64_t rate_bps;
	} small[] = { { "Basic", UINT64_C(100000000) },
		      { "VpnGw1", UINT64_C(650000000) },
		      { "VpnGw1AZ", UINT64_C(650000000) } };

	for (size_t i = 0; i < countof(small); i++)
		if (strcmp(small[i].sku, sku) == 0)
			return small[i].rate_bps;
	return UINT64_C(1000000000);
}

static uint64_t connection_rate(const struct vpn_connection *v)
{
	uint64_t rate = UINT64_MAX;

	for (int end = 0; end < 2; end++) {
		const struct virtual_network *vn = v->end[end].network;
		uint64_t own = vn ? tunnel_rate(vn->vpn_gateway.sku) : UINT64_MAX;

		if (own < rate)
			rate = own;
	}
	return rate;
}

/* Gateways announce the site's end of a tunnel, so that all networks behind them get answers from
 * it (a published trace). The site itself filters that prefix. */
static void announce_tunnel(struct fabric_builder *b, const struct vpn_connection *v,
			    struct session *s, int site)
{
	const struct prefix *own = fabric_addr(b->f, s->iface[site], AF_INET);
	size_t n = s->except[site].n;
	struct prefix p, *except;

	if (!own)
		return;
	p = prefix_of(&own->a);
	except = arena_alloc(b->a, (n + 1) * sizeof(*except));
	for (size_t i = 0; i < n; i++)
		except[i] = s->except[site].v[i];
	except[n] = p;
	s->except[site] = (struct prefixes){ except, n + 1 };
	build_route(b, s->node[!site], &p, s->iface[!site], s->iface[site], RANK_STATIC, v->o.pos,
		    "the far end of a tunnel");
	build_origin(b, s->node[!site], &p, ORIGIN_STATIC, &v->o, v->o.pos);
}

void build_vpn_connection(struct fabric_builder *b, const struct vpn_connection *v)
{
	struct link_spec spec;
	uint32_t node[2], link;
	uint64_t rtt = v->rtt_ns;
	struct session *s;

	for (int end = 0; end < 2; end++)
		node[end] = v->end[end].site
				    ? build_part(b, &v->end[end].site->o, "ce")
				    : build_part(b, &v->end[end].network->o, "vpn-gateway");
	if (rtt == 0)
		rtt = build_rtt(b, v->end[0].network->region, v->end[1].network->region);
	spec = build_spec(&v->o, v->o.pos, rtt);
	spec.mtu = v->mtu;
	if (v->prefix.prefix.a.family) {
		spec.prefix = &v->prefix.prefix;
		spec.nprefix = 1;
		spec.v6_from_pool = v->prefix.prefix.a.family == AF_INET;
	}
	spec.to[0].rate_bps = spec.to[1].rate_bps = connection_rate(v);
	link = build_link(b, node[0], node[1], &spec);
	s = build_session(b, link, &v->o, v->o.pos);
	for (int end = 0; end < 2; end++) {
		if (v->end[end].site)
			set_customer(b, s, end, v->end[end].site, v);
		else if (v->is_static)
			build_vpn_static(b, v, node[end], build_link_end(b, link, (uint32_t)end),
					 build_link_end(b, link, !end), s, end);
		if (v->end[end].site && b->m->hops == HOPS_AZURE)
			announce_tunnel(b, v, s, end);
	}
}
