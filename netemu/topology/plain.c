/* SPDX-License-Identifier: GPL-2.0-or-later */
/* routers, hosts and links: the plain objects */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "net/units.h"
#include "topology/sections.h"
#include "topology/values.h"

/* ---- routers --------------------------------------------------------------------------------- */

/* An address or a node's name. */
static void read_next_hop(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct static_route *route = to;

	(void)t;
	if (addr_parse(y->text, &route->gateway)) {
		if (route->prefix.a.family && route->gateway.family != route->prefix.a.family)
			diag_error(r->dg, y->pos, -EINVAL, "families",
				   "the next hop of %s cannot be %s: their address families differ",
				   PREFIX_STR(&route->prefix), ADDR_STR(&route->gateway));
		return;
	}
	read_value(r, &type_node, y, &route->via);
}

static const struct type type_next_hop = { .noun = "an address or a node",
					   .scalar = read_next_hop,
					   .pattern = "^[a-z0-9.:-]+$" };

static void *add_static_route(struct reader *r, const struct yaml *y, void *router)
{
	struct static_route *route = vec_add(r->arena, &((struct router *)router)->routes);

	route->pos = y->key_pos;
	network_parse(r, y->key, y->key_pos, &route->prefix);
	return route;
}

static const struct type type_routes = { .noun = "a map of prefixes to addresses or nodes",
					 .values = &type_next_hop,
					 .add_value = add_static_route,
					 .names = PREFIX_PATTERN };

static const struct key router_keys[] = {
	{ "asn", &type_asn, PLACED(struct router, asn),
	  .help = "its AS number; without it, no BGP" },
	{ "announce", &type_networks, FIELD(struct router, announce),
	  .help = "the prefixes that it announces; default: those of its hosts" },
	{ "routes", &type_routes, .help = "static routes: prefixes and their next hops" },
	{ "transit", &type_bool, FIELD(struct router, transit),
	  .help = "true: re-announces routes from each circuit to the others", .preset = "false" },
	{ 0 }
};

static void finish_router(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	(void)r, (void)t;
	((struct router *)to)->announces_connected = !yaml_get(y, "announce");
}

const struct type type_router = { .noun = "a map (empty for the defaults)",
				  .keys = router_keys,
				  .finish = finish_router };

struct object *make_router(struct reader *r)
{
	struct router *router = arena_make(r->arena, struct router);

	vec_push(r->arena, &r->m->routers, router);
	return &router->o;
}

/* ---- hosts ----------------------------------------------------------------------------------- */

/* One gateway of each family. */
static void read_host_gateway(struct reader *r, const struct type *t, const struct yaml *y,
			      void *to)
{
	struct host *h = to;
	struct addr a = { 0 };
	int i;

	(void)t;
	read_value(r, &type_address, y, &a);
	if (!a.family)
		return;
	i = a.family == AF_INET6;
	if (h->gateway[i].family)
		diag_error(r->dg, y->pos, -EINVAL, "families",
			   "'%s' has two %s gateways: a host has at most one of each "
			   "address family",
			   yaml_clip(r->arena, h->o.name), i ? "IPv6" : "IPv4");
	h->gateway[i] = a;
	h->gateway_pos[i] = y->pos;
}

static const struct type type_gateway = { .noun = "an address such as 10.50.0.1",
					  .scalar = read_host_gateway,
					  .pattern = "^[0-9a-fA-F.:]+$" };

static const struct type type_gateways = {
	.noun = "an address such as 10.50.0.1, or one of each family",
	.brief = &type_gateway,
	.element = &type_gateway,
	.add_element = read_in_place,
	.least = 1,
	.most = 2
};

static const struct key host_keys[] = {
	{ "address", &type_host_families, FIELD(struct host, addresses), .flags = KEY_REQUIRED,
	  .help = "its address with its network's length, such as 10.50.0.10/24" },
	{ "gateway", &type_gateways,
	  .help = "its default gateway; default: the other end of its link" },
	{ "listen", &type_listen, FIELD(struct host, listen),
	  .help = "the ports that it listens on, such as tcp/443" },
	{ 0 }
};

const struct type type_host = {
	.noun = "an address with its network's length such as 10.50.0.10/24, or a map",
	.brief = &type_host_families,
	.brief_offset = offsetof(struct host, addresses),
	.keys = host_keys
};

struct object *make_host(struct reader *r)
{
	struct host *h = arena_make(r->arena, struct host);

	vec_push(r->arena, &r->m->hosts, h);
	return &h->o;
}

/* ---- links ----------------------------------------------------------------------------------- */

static void *add_link_end(struct reader *r, const struct yaml *y, void *to)
{
	struct placed_name *between = ((struct link *)to)->between;
	struct placed_name *end = &between[between[0].pos.line != 0];

	(void)r;
	end->pos = y->pos;
	return end;
}

static const struct type type_between = { .noun = "a list of two nodes",
					  .element = &type_node,
					  .add_element = add_link_end,
					  .least = 2,
					  .most = 2 };

/* The impairments of one direction: the same keys for the link and for `back`. */
#define IMPAIRMENT_KEYS(to_)                                                                       \
	{ "delay", &type_time, FIELD(struct link, to_.delay_ns), .help = "one way" },              \
		{ "jitter", &type_time, FIELD(struct link, to_.jitter_ns),                         \
		  .help = "each delay is uniform between delay - jitter and delay + jitter" },     \
		{ "loss", &type_share, FIELD(struct link, to_.loss_ppm),                           \
		  .help = "share of lost packets" },                                               \
		{ "duplicate", &type_share, FIELD(struct link, to_.duplicate_ppm),                 \
		  .help = "share of packets that arrive twice" },                                  \
		{ "reorder", &type_share, FIELD(struct link, to_.reorder_ppm),                     \
		  .help = "share of packets that overtake earlier ones" },                         \
		{ "rate", &type_rate, FIELD(struct link, to_.rate_bps),                            \
		  .help = "such as 100Mbit" },                                                     \
		REFUSED("rtt", "a link's 'delay' is one-way: write half of the round trip")

static const struct key back_keys[] = { IMPAIRMENT_KEYS(to[0]), { 0 } };

static void begin_back(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct link *l = to;

	(void)r, (void)t, (void)y;
	l->to[0] = l->to[1];
}

static const struct type type_back = { .noun = "a map such as { delay: 5ms }",
				       .keys = back_keys,
				       .begin = begin_back };

static const struct type type_mtu = { .noun = "a number of bytes, 576 to 65535",
				      .scalar = read_number,
				      .pattern = "^[0-9]+$",
				      .min = 576,
				      .max = 65535 };

/* `back` comes after the keys that it overrides, because the table is read in its order. */
static const struct key link_keys[] = {
	{ "between", &type_between, .flags = KEY_REQUIRED, .help = "the two nodes that it joins" },
	IMPAIRMENT_KEYS(to[1]),
	{ "back", &type_back, .help = "settings that differ from the second node to the first" },
	{ "mtu", &type_mtu, FIELD(struct link, mtu), .help = "the largest packet, in bytes",
	  .preset = "1500" },
	{ "prefix", &type_families, FIELD(struct link, prefixes),
	  .help = "its prefix, or an IPv4 and an IPv6 one" },
	{ "bgp", &type_bool, FIELD(struct link, bgp), .help = "true: its two routers speak BGP",
	  .preset = "false" },
	{ 0 }
};

/* Jitter cannot make a packet arrive before it was sent, and a packet can only overtake delayed
 * packets. `y` is the value that contains the direction. */
static void check_direction(struct reader *r, const struct impairment *to, const struct yaml *y)
{
	if (to->jitter_ns > to->delay_ns)
		diag_error(r->dg, y->key_pos, -EINVAL, "conflict",
			   "a jitter of %s is more than the delay of %s", TIME_STR(to->jitter_ns),
			   TIME_STR(to->delay_ns));
	if (to->reorder_ppm && !to->delay_ns)
		diag_error(r->dg, y->key_pos, -EINVAL, "conflict",
			   "packets can be reordered only where there is a delay");
}

static void finish_link(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct link *l = to;
	const struct yaml *mtu = yaml_get(y, "mtu"), *back = yaml_get(y, "back");

	(void)t;
	if (!back)
		l->to[0] = l->to[1];
	check_direction(r, &l->to[1], y);
	if (back)
		check_direction(r, &l->to[0], back);
	for (each(struct placed_prefix, p, &l->prefixes))
		if (mtu && p->prefix.a.family == AF_INET6 && l->mtu < IPV6_MTU_MIN)
			diag_error(r->dg, mtu->pos, -EINVAL, "bad-number",
				   "an MTU of %u is too small for IPv6, which needs %d", l->mtu,
				   IPV6_MTU_MIN);
}

const struct type type_link = { .noun = "a map", .keys = link_keys, .finish = finish_link };

struct object *make_link(struct reader *r)
{
	struct link *l = arena_make(r->arena, struct link);

	vec_push(r->arena, &r->m->links, l);
	l->mtu = 1500;
	return &l->o;
}
