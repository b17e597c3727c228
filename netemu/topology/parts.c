/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "topology/parts.h"

#include <errno.h>

#include "base/map.h"
#include "topology/sections.h"
#include "topology/values.h"

static void read_vm_name(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct vm *vm = to;

	(void)t;
	vm->name = y->text;
	vm->pos = y->pos;
	reader_count(r, y->pos);
}

static void *add_vm(struct reader *r, const struct yaml *y, void *network)
{
	struct vm *vm = vec_add(r->arena, &((struct network *)network)->vms);

	vm->name = y->key;
	vm->pos = y->key_pos;
	reader_count(r, y->key_pos);
	return vm;
}

static const struct type type_vm_name = { .noun = "a name", .scalar = read_vm_name };

static const struct key vm_keys[] = {
	{ "address", &type_address, FIELD(struct vm, address), .help = "its address" },
	{ "ip-forwarding", &type_bool, PLACED(struct vm, ip_forwarding),
	  .help = "true: an appliance that forwards packets", .preset = "false" },
	{ "asn", &type_asn, PLACED(struct vm, asn),
	  .help = "AS number of an appliance that peers with the Route Server" },
	{ "announce", &type_networks, FIELD(struct vm, announce),
	  .help = "the prefixes that an appliance announces to the Route Server" },
	{ "transit", &type_bool, FIELD(struct vm, transit),
	  .help = "true: an appliance re-announces what it learns, without Azure's AS numbers",
	  .preset = "false" },
	{ "listen", &type_listen, FIELD(struct vm, listen),
	  .help = "the ports that it listens on, such as tcp/443" },
	{ 0 }
};

static const struct type type_vm = { .noun = "an address, or a map",
				     .brief = &type_address,
				     .brief_offset = offsetof(struct vm, address),
				     .keys = vm_keys };

const struct type type_vms = { .noun = "a list of names, or a map of names to addresses",
			       .element = &type_vm_name,
			       .add_element = add_vm,
			       .values = &type_vm,
			       .add_value = add_vm };

static void *parts_add_network(struct reader *r, const struct yaml *y, void *list)
{
	struct network *n = vec_add(r->arena, (network_list *)list);

	n->name = y->key;
	n->pos = y->key_pos;
	n->routed = true;
	return n;
}

/* A network without a list of hosts has one host, which bears the network's name. */
static void parts_finish_network(struct reader *r, const struct type *t, const struct yaml *y,
				 void *to)
{
	struct network *n = to;

	(void)t;
	if (yaml_get(y, "vms") || yaml_get(y, "hosts"))
		return;
	*(struct vm *)vec_add(r->arena, &n->vms) = (struct vm){ .name = n->name, .pos = n->pos };
}

#define PREFIX_KEY                                                                                 \
	{                                                                                          \
		"prefix", &type_families, FIELD(struct network, prefixes),                         \
			.flags = KEY_REQUIRED, .help = "its prefix, or an IPv4 and an IPv6 one"    \
	}

static const struct key segment_keys[] = {
	PREFIX_KEY,
	{ "vms", &type_vms, .help = "its virtual machines; default: one, named as the segment" },
	{ "routed", &type_bool, FIELD(struct network, routed),
	  .help = "false: an isolated segment, without a router", .preset = "true" },
	REFUSED("hosts", "a cloud's machines are listed under 'vms'"),
	{ 0 }
};

/* The model keeps the inverse. */
static void read_gateway_routes(struct reader *r, const struct type *t, const struct yaml *y,
				void *to)
{
	bool propagated = true;

	(void)t;
	read_value(r, &type_bool, y, &propagated);
	*(bool *)to = !propagated;
}

static const struct type type_gateway_routes = { .noun = "true or false",
						 .scalar = read_gateway_routes,
						 .pattern = "^(true|false)$" };

static const struct key subnet_keys[] = {
	PREFIX_KEY,
	{ "vms", &type_vms, .help = "its virtual machines; default: one, named as the subnet" },
	REFUSED("hosts", "a cloud's machines are listed under 'vms'"),
	REFUSED("routed", "a virtual network routes all its subnets"),
	{ "route-table", &type_route_table_name, PLACED(struct network, route_table),
	  .help = "its route table of user routes" },
	{ "gateway-routes", &type_gateway_routes, FIELD(struct network, no_gateway_routes),
	  .help = "false: routes that gateways learn do not reach it", .preset = "true" },
	{ "public-ips", &type_public_ips, FIELD(struct network, public_ips),
	  .help = "public addresses of its virtual machines, one to one" },
	{ 0 }
};

static const struct key site_network_keys[] = {
	PREFIX_KEY,
	{ "hosts", &type_vms, .help = "its hosts; default: one, named as the network" },
	REFUSED("vms", "a site's machines are listed under 'hosts'"),
	REFUSED("routed", "a site routes all its networks"),
	{ 0 }
};

#define NETWORK_TYPE(keys_)                                                                        \
	{                                                                                          \
		.noun = "a prefix such as 10.1.1.0/24, an IPv4 and an IPv6 one, or a map",         \
		.brief = &type_families, .brief_offset = offsetof(struct network, prefixes),       \
		.keys = keys_, .finish = parts_finish_network                                      \
	}

static const struct type type_segment = NETWORK_TYPE(segment_keys);
static const struct type type_subnet = NETWORK_TYPE(subnet_keys);
static const struct type type_site_network = NETWORK_TYPE(site_network_keys);

const struct type type_segments = { .noun = "a map of names to segments",
				    .values = &type_segment,
				    .add_value = parts_add_network };
const struct type type_subnets = { .noun = "a map of names to subnets",
				   .values = &type_subnet,
				   .add_value = parts_add_network };
const struct type type_site_networks = { .noun = "a map of names to networks",
					 .values = &type_site_network,
					 .add_value = parts_add_network };

void parts_check_names(struct reader *r, const struct object *o, const network_list *networks,
		       const char *const *reserved)
{
	struct map *seen = map_new();

	for (each(struct network, n, networks)) {
		name_check(r, n->name, n->pos, reserved);
		for (each(struct vm, vm, &n->vms)) {
			const struct vm *first = map_add(seen, vm->name, vm);

			if (!name_check(r, vm->name, vm->pos, reserved) || !first)
				continue;
			diag_error(r->dg, vm->pos, -EINVAL, "duplicate-name",
				   "'%s' has two hosts named '%s'; the first is at %s:%u", o->name,
				   vm->name, first->pos.file, first->pos.line);
		}
	}
	map_free(seen);
}
