/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The internet: one router with the hosts outside every cloud; and the NATs that lead to it.
 *
 *	hub.fabric -- hub.nat --\
 *	dc1.ce ------ dc1.nat --- internet -- internet.probe
 *	pc-a.t0 ----- pc-a.nat -/
 *
 * Each NAT is a box of its own that does nothing else. The internet has routes to public addresses
 * only; a NAT routes all private ones to the object behind it.
 */
#include <string.h>

#include "base/mem.h"
#include "base/numbering.h"
#include "fabric/build.h"

static const char *const private_space[] = { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16" };

static bool internet_is_used(const struct fabric_builder *b, const struct addr *a, uint8_t longer)
{
	for (each(const struct placed_prefix, p, &b->used))
		if (p->prefix.len > longer && prefix_has(&p->prefix, a))
			return true;
	return false;
}

/* An address for a NAT to which the file gives none: from the first documentation network, and if
 * that is used up, from the benchmark network. */
static struct addr internet_public_address(struct fabric_builder *b, const char *nat)
{
	struct prefix first = prefix_lit("192.0.2.0/24"), then = prefix_lit("198.18.0.0/15");
	uint64_t own = prefix_size(&first) - 2;
	uint32_t i = numbering_of(b->f->numbers, "public", nat);

	for (;;) {
		struct addr a = i < own ? prefix_nth(&first, 1 + i)
					: prefix_nth(&then, 1 + i - own);

		if (!internet_is_used(b, &a, then.len)) /* (a default route uses up nothing) */
			return a;
		i = numbering_renew(b->f->numbers, "public", "", nat);
	}
}

static void internet_add_nat(struct fabric_builder *b, uint32_t nat, const struct object *behind,
			     const struct addr *outside, const struct addr *inside, struct pos pos)
{
	uint32_t internet = fabric_node(b->f, "internet");
	struct prefix p = prefix_of(outside);

	for (each(uint32_t, i, &b->f->nodes.v[nat].ifaces)) {
		uint32_t far = fabric_far(b->f, *i);

		if (far == NONE || b->f->ifaces.v[far].node != internet)
			continue;
		vec_push(b->a, &b->f->nats,
			 ((struct nat){ nat, *i, *outside, inside ? *inside : (struct addr){ 0 },
					pos, behind }));
		build_route(b, internet, &p, far, *i, RANK_STATIC, pos, "public address");
	}
}

/* Routes to the inside of a NAT: to all private addresses, and to other prefixes of the file's
 * networks. */
static void build_inside(struct fabric_builder *b, uint32_t nat, uint32_t out, uint32_t via)
{
	for (size_t i = 0; i < countof(private_space); i++) {
		struct prefix p = prefix_lit(private_space[i]);

		build_route(b, nat, &p, out, via, RANK_STATIC, b->f->nodes.v[nat].pos,
			    "inside the NAT");
	}
	for (each(struct placed_prefix, used, &b->inside)) {
		bool known = false;

		for (size_t i = 0; i < countof(private_space); i++) {
			struct prefix p = prefix_lit(private_space[i]);

			known = known || prefix_covers(&p, &used->prefix);
		}
		if (!known && used->prefix.a.family == AF_INET)
			build_route(b, nat, &used->prefix, out, via, RANK_STATIC, used->pos,
				    "inside the NAT");
	}
}

uint32_t build_exit(struct fabric_builder *b, const struct object *o, const struct exit *e,
		    uint32_t inside, enum route_rank rank, const char *why)
{
	struct prefix any = prefix_lit("0.0.0.0/0");
	struct link_spec in = build_spec(o, o->pos, 0), out;
	uint32_t nat, link;
	struct addr shared;

	if (b->m->internet.o.pos.line == 0)
		return NONE;
	nat = build_node(b, NODE_NAT, o, "nat", o->pos, NONE);
	b->f->nodes.v[nat].silent = true;
	link = build_link(b, inside, nat, &in);
	build_route(b, inside, &any, build_link_end(b, link, 0), build_link_end(b, link, 1), rank,
		    o->pos, why);
	build_inside(b, nat, build_link_end(b, link, 1), build_link_end(b, link, 0));
	out = build_spec(&b->m->internet.o, o->pos, b->m->internet.rtt_ns);
	link = build_link(b, nat, fabric_node(b->f, "internet"), &out);
	build_route(b, nat, &any, build_link_end(b, link, 0), build_link_end(b, link, 1),
		    RANK_STATIC, o->pos, "to the internet");
	shared = e->nat_address.family ? e->nat_address
				       : internet_public_address(b, b->f->nodes.v[nat].name);
	internet_add_nat(b, nat, o, &shared, NULL,
			 e->nat_address.family ? e->nat_address_pos : o->pos);
	return nat;
}

void build_public_ips(struct fabric_builder *b, const struct object *o, const public_ip_list *ips)
{
	build_public_ips_at(b, build_part(b, o, "nat"), o, ips);
}

void build_public_ips_at(struct fabric_builder *b, uint32_t nat, const struct object *o,
			 const public_ip_list *ips)
{
	for (each(struct public_ip, ip, ips)) {
		uint32_t host = build_part(b, o, ip->host);
		const struct prefix *own =
			host == NONE ? NULL
				     : fabric_addr(b->f, b->f->nodes.v[host].ifaces.v[0], AF_INET);

		if (nat != NONE && own)
			internet_add_nat(b, nat, o, &ip->address, &own->a, ip->pos);
	}
}

/* The segment of a host: hosts of one network share a segment, whose router is the internet. */
static uint32_t internet_segment(struct fabric_builder *b, const struct outside_host *h,
				 uint32_t internet)
{
	struct prefix net = prefix_network(&h->addresses.v[0].prefix), home;
	struct addr gateway;
	uint64_t at = 1;
	bool taken;

	for (each(uint32_t, i, &b->f->nodes.v[internet].ifaces)) {
		const struct iface *iface = &b->f->ifaces.v[*i];
		struct prefix own = prefix_network(&iface->addrs.v[0]);

		if (iface->segment != NONE && prefix_eq(&own, &net))
			return iface->segment;
	}
	do {
		gateway = prefix_nth(&net, at++);
		taken = false;
		for (each(struct outside_host, other, &b->m->internet.hosts))
			taken = taken || addr_eq(&other->addresses.v[0].prefix.a, &gateway);
	} while (taken);
	home = prefix_with(&gateway, net.len);
	return build_segment(b, h->name, h->pos, internet, b->f->nodes.v[internet].chassis, &home,
			     1);
}

void build_internet(struct fabric_builder *b)
{
	const struct internet *in = &b->m->internet;
	uint32_t internet;

	if (in->o.pos.line == 0)
		return;
	internet = build_node(b, NODE_INTERNET, &in->o, NULL, in->o.pos, NONE);
	b->f->nodes.v[internet].silent = true;
	for (each(struct outside_host, h, &in->hosts)) {
		struct link_spec spec = build_spec(&in->o, h->pos, 0);
		uint32_t host = build_node(b, NODE_HOST, &in->o, h->name, h->pos, NONE);

		build_attach(b, host, internet_segment(b, h, internet), &h->addresses.v[0].prefix,
			     1, &spec);
		build_listeners(b, host, &h->listen);
	}
}
