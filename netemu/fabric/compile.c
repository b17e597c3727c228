/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compiles the objects of a file to parts: objects come before the joins between them, and objects
 * of one kind are in the order of the file. */
#include <errno.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "fabric/build.h"

static void compile_use_prefixes(struct fabric_builder *b, const prefix_list *list)
{
	for (each(struct placed_prefix, p, list)) {
		vec_push(b->a, &b->used, *p);
		b->f->ipv6 = b->f->ipv6 || p->prefix.a.family == AF_INET6;
	}
}

static void compile_use_networks(struct fabric_builder *b, const network_list *list)
{
	for (each(struct network, n, list))
		compile_use_prefixes(b, &n->prefixes);
}

/* Gathers every prefix of the file: the pool of link networks avoids them, and an IPv6 prefix gives
 * the links between routers both families. */
static void gather_prefixes(struct fabric_builder *b)
{
	for (each(struct private_cloud *, pc, &b->m->private_clouds))
		compile_use_networks(b, &(*pc)->segments);
	for (each(struct cloudsimple_region *, r, &b->m->cloudsimple_regions))
		for (each(struct cloudsimple_cloud *, cloud, &(*r)->clouds))
			compile_use_networks(b, &(*cloud)->segments);
	for (each(struct virtual_network *, vn, &b->m->virtual_networks)) {
		compile_use_prefixes(b, &(*vn)->address_space);
		compile_use_networks(b, &(*vn)->subnets);
	}
	for (each(struct site *, s, &b->m->sites)) {
		compile_use_networks(b, &(*s)->networks);
		compile_use_prefixes(b, &(*s)->advertise);
	}
	for (each(struct circuit *, c, &b->m->circuits))
		for (int side = 0; side < 2; side++)
			if ((*c)->link[side].prefix.a.family)
				vec_push(b->a, &b->used, (*c)->link[side]);
	for (each(struct circuit_join *, j, &b->m->global_reach))
		if ((*j)->prefix.prefix.a.family)
			vec_push(b->a, &b->used, (*j)->prefix);
	for (each(struct vpn_connection *, v, &b->m->vpn_connections))
		if ((*v)->prefix.prefix.a.family)
			vec_push(b->a, &b->used, (*v)->prefix);
	for (each(struct route_table *, t, &b->m->route_tables))
		for (each(struct user_route, u, &(*t)->routes))
			vec_push(b->a, &b->used, ((struct placed_prefix){ u->prefix, u->pos }));
	for (each(struct router *, r, &b->m->routers))
		compile_use_prefixes(b, &(*r)->announce);
	for (each(struct host *, h, &b->m->hosts))
		compile_use_prefixes(b, &(*h)->addresses);
	for (each(struct link *, l, &b->m->links))
		compile_use_prefixes(b, &(*l)->prefixes);
}

static void compile_use_public(struct fabric_builder *b, const struct addr *a, struct pos pos)
{
	if (a->family)
		vec_push(b->a, &b->used, ((struct placed_prefix){ prefix_of(a), pos }));
}

static void compile_use_public_ips(struct fabric_builder *b, const public_ip_list *list)
{
	for (each(struct public_ip, ip, list))
		compile_use_public(b, &ip->address, ip->pos);
}

static void compile_add_inside(struct fabric_builder *b, const prefix_list *list)
{
	for (each(struct placed_prefix, p, list))
		vec_push(b->a, &b->inside, *p);
}

static void gather_inside(struct fabric_builder *b)
{
	for (each(struct virtual_network *, vn, &b->m->virtual_networks))
		compile_add_inside(b, &(*vn)->address_space);
	for (each(struct private_cloud *, pc, &b->m->private_clouds))
		for (each(struct network, n, &(*pc)->segments))
			compile_add_inside(b, &n->prefixes);
	for (each(struct cloudsimple_region *, r, &b->m->cloudsimple_regions))
		for (each(struct cloudsimple_cloud *, cloud, &(*r)->clouds))
			for (each(struct network, n, &(*cloud)->segments))
				compile_add_inside(b, &n->prefixes);
	for (each(struct site *, s, &b->m->sites))
		for (each(struct network, n, &(*s)->networks))
			compile_add_inside(b, &n->prefixes);
}

/* Gathers the prefixes that the pool of public addresses must avoid, too. */
static void gather_public(struct fabric_builder *b)
{
	for (each(struct outside_host, h, &b->m->internet.hosts))
		compile_use_prefixes(b, &h->addresses);
	for (each(struct virtual_network *, vn, &b->m->virtual_networks)) {
		compile_use_public(b, &(*vn)->exit.nat_address, (*vn)->exit.nat_address_pos);
		for (each(struct network, n, &(*vn)->subnets))
			compile_use_public_ips(b, &n->public_ips);
	}
	for (each(struct site *, s, &b->m->sites))
		compile_use_public(b, &(*s)->exit.nat_address, (*s)->exit.nat_address_pos);
	for (each(struct cloudsimple_region *, r, &b->m->cloudsimple_regions)) {
		compile_use_public(b, &(*r)->exit.nat_address, (*r)->exit.nat_address_pos);
		for (each(struct cloudsimple_cloud *, cloud, &(*r)->clouds))
			compile_use_public_ips(b, &(*cloud)->public_ips);
	}
	for (each(struct private_cloud *, pc, &b->m->private_clouds)) {
		compile_use_public(b, &(*pc)->exit.nat_address, (*pc)->exit.nat_address_pos);
		compile_use_public_ips(b, &(*pc)->public_ips);
	}
}

#define build_each(b, type, list, build)                                                           \
	do {                                                                                       \
		for (each(type *, object, &(b)->m->list))                                          \
			build((b), *object);                                                       \
	} while (0)

static void compile_build_all(struct fabric_builder *b)
{
	build_internet(b);
	build_each(b, struct private_cloud, private_clouds, build_private_cloud);
	build_each(b, struct virtual_network, virtual_networks, build_virtual_network);
	build_each(b, struct private_cloud, private_clouds, build_cloud_in_network);
	build_each(b, struct cloudsimple_region, cloudsimple_regions, build_cloudsimple_region);
	build_each(b, struct site, sites, build_site);
	build_each(b, struct router, routers, build_router);
	build_each(b, struct host, hosts, build_host);
	build_each(b, struct circuit, circuits, build_circuit);
	build_each(b, struct circuit_join, interconnects, build_circuit_join);
	build_each(b, struct circuit_join, global_reach, build_circuit_join);
	build_each(b, struct peering, peerings, build_peering);
	build_each(b, struct gateway_connection, gateway_connections, build_gateway_connection);
	build_each(b, struct vpn_connection, vpn_connections, build_vpn_connection);
	build_appliances(b);
	build_each(b, struct link, links, build_plain_link);
	build_each(b, struct network_extension, network_extensions, build_network_extension);
	build_each(b, struct network_extension, network_extensions, build_mobility);
	build_each(b, struct router, routers, build_router_routes);
}

struct fabric *fabric_compile(struct model *m, struct diag *dg)
{
	struct fabric *f = arena_make(m->arena, struct fabric);
	struct fabric_builder b = { .f = f, .m = m, .dg = dg, .a = m->arena };
	size_t errors = diag_errors(dg);

	f->arena = m->arena;
	f->model = m;
	f->numbers = m->numbers;
	f->names = map_new();
	b.chassis = map_new();
	b.ifnames = map_new();
	b.keys = map_new();
	gather_prefixes(&b);
	build_keep_clear(&b);
	gather_public(&b);
	gather_inside(&b);
	compile_build_all(&b);
	build_check_addresses(&b);
	build_hop_style(&b);
	build_failures(&b);
	build_impaired(&b);
	for (each(struct expectation, e, &m->expectations))
		if (!m->changed)
			fabric_knows(f, e, dg);
	map_free(b.chassis);
	map_free(b.ifnames);
	map_free(b.keys);
	if (diag_errors(dg) == errors)
		return f;
	fabric_free(f);
	return NULL;
}
