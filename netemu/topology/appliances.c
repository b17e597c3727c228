/* SPDX-License-Identifier: GPL-2.0-or-later */
/* route-tables and vpn-connections */
#include <errno.h>

#include "base/mem.h"
#include "topology/sections.h"
#include "topology/values.h"

/* ---- route tables: user routes --------------------------------------------------------------- */

static const struct word hops[] = { { "none", USER_NONE },
				    { "internet", USER_INTERNET },
				    { "vnet-local", USER_VNET_LOCAL },
				    { "virtual-network-gateway", USER_GATEWAY },
				    { 0 } };

static void read_user_hop(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	read_word(r, t, y, &((struct user_route *)to)->hop);
}

static void finish_user_hop(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	const struct user_route *route = to;

	(void)t;
	if (y->kind != YAML_SCALAR && route->appliance.family && route->prefix.a.family &&
	    route->appliance.family != route->prefix.a.family)
		diag_error(r->dg, route->appliance_pos, -EINVAL, "families",
			   "the next hop of %s cannot be %s: their address families differ",
			   PREFIX_STR(&route->prefix), ADDR_STR(&route->appliance));
}

static const struct key hop_keys[] = { { "virtual-appliance", &type_address,
					 PLACED(struct user_route, appliance), KEY_REQUIRED,
					 .help = "the address of the appliance" },
				       { 0 } };

static const struct type type_user_hop = {
	.noun = "none, internet, vnet-local, virtual-network-gateway or a map such as "
		"{ virtual-appliance: 10.1.2.4 }",
	.scalar = read_user_hop,
	.words = hops,
	.keys = hop_keys,
	.finish = finish_user_hop
};

static void *add_user_route(struct reader *r, const struct yaml *y, void *table)
{
	struct user_route *route = vec_add(r->arena, &((struct route_table *)table)->routes);

	route->pos = y->key_pos;
	route->hop = USER_APPLIANCE;
	network_parse(r, y->key, y->key_pos, &route->prefix);
	return route;
}

const struct type type_route_table = { .noun = "a map of prefixes to next hops",
				       .values = &type_user_hop,
				       .add_value = add_user_route,
				       .names = PREFIX_PATTERN };

struct object *make_route_table(struct reader *r)
{
	struct route_table *table = arena_make(r->arena, struct route_table);

	vec_push(r->arena, &r->m->route_tables, table);
	return &table->o;
}

static void read_table_name(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	(void)t;
	*(struct route_table **)to = (struct route_table *)read_object(
		r, y->text, y->pos, 1u << OBJECT_ROUTE_TABLE, "a route table");
}

const struct type type_route_table_name = { .noun = "a route table", .scalar = read_table_name };

/* ---- VPN connections ------------------------------------------------------------------------- */

enum { VPN_MTU = 1400 };

static void read_vpn_end(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct vpn_end *end = to;
	struct object *o = read_object(r, y->text, y->pos,
				       1u << OBJECT_SITE | 1u << OBJECT_VIRTUAL_NETWORK,
				       "a site or a virtual network");

	(void)t;
	end->pos = y->pos;
	if (o && o->kind == OBJECT_SITE)
		end->site = (struct site *)o;
	else
		end->network = (struct virtual_network *)o;
}

static void *add_vpn_end(struct reader *r, const struct yaml *y, void *to)
{
	struct vpn_connection *vpn = to;

	(void)r, (void)y;
	return &vpn->end[vpn->end[0].pos.line != 0];
}

static const struct type type_vpn_end = { .noun = "a site or a virtual network",
					  .scalar = read_vpn_end };

static const struct type type_vpn_ends = {
	.noun = "a list of a site and a virtual network, or of two networks",
	.element = &type_vpn_end,
	.add_element = add_vpn_end,
	.least = 2,
	.most = 2
};

static const struct type type_vpn_mtu = { .noun = "a number of bytes, 576 to 1500",
					  .scalar = read_number,
					  .pattern = "^[0-9]+$",
					  .min = 576,
					  .max = 1500 };

static const struct key vpn_keys[] = {
	{ "between", &type_vpn_ends, .flags = KEY_REQUIRED,
	  .help = "the site and the virtual network, or the two networks" },
	{ "rtt", &type_time, FIELD(struct vpn_connection, rtt_ns),
	  .help = "round trip between its ends; default for two networks: by their regions" },
	{ "prefix", &type_own_network, FIELD(struct vpn_connection, prefix),
	  .help = "of the tunnel: the first end has its first address, the other end its second" },
	{ "networks", &type_some_networks, FIELD(struct vpn_connection, networks),
	  .help = "no BGP: the prefixes that the gateway routes to the site" },
	{ "mtu", &type_vpn_mtu, FIELD(struct vpn_connection, mtu),
	  .help = "the largest packet in the tunnel, in bytes; default: 1400" },
	{ 0 }
};

static void finish_vpn(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct vpn_connection *v = to;

	(void)t;
	if (v->prefix.prefix.a.family && prefix_size(&v->prefix.prefix) < 2)
		diag_error(r->dg, v->prefix.pos, -EINVAL, "bad-prefix",
			   "%s is too small: a tunnel needs two addresses",
			   PREFIX_STR(&v->prefix.prefix));
	v->is_static = yaml_get(y, "networks") != NULL;
}

const struct type type_vpn_connection = { .noun = "a map", .keys = vpn_keys, .finish = finish_vpn };

struct object *make_vpn_connection(struct reader *r)
{
	struct vpn_connection *vpn = arena_make(r->arena, struct vpn_connection);

	vec_push(r->arena, &r->m->vpn_connections, vpn);
	vpn->mtu = VPN_MTU;
	return &vpn->o;
}
