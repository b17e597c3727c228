/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The addresses of a GatewaySubnet and their owners. Azure reserves a subnet's first four, gateways
 * have the next ones, and MSEEs have .12, .13 and so on in a /27 (tables that gateways print). */
#include <sys/socket.h>

#include "base/mem.h"
#include "base/numbering.h"
#include "fabric/build.h"

enum { FIRST_MSEE = 12, FIRST_MSEE_SMALL = 6 };

static struct prefix gateway_subnet_nth(const struct virtual_network *vn, uint64_t n)
{
	struct prefix all;
	struct addr a;

	if (!model_gateway_subnet(vn, &all) || n + 1 >= prefix_size(&all))
		return (struct prefix){ 0 };
	a = prefix_nth(&all, n);
	return prefix_of(&a);
}

struct prefix build_gateway_address(const struct virtual_network *vn, enum gateway_address which)
{
	static const uint64_t nth[] = { [GATEWAY_NETWORK] = 1,
					[GATEWAY_ER] = SUBNET_HOST_FIRST,
					[GATEWAY_VPN] = SUBNET_HOST_FIRST + 1 };

	return gateway_subnet_nth(vn, nth[which]);
}

struct prefix build_msee_address(const struct fabric_builder *b,
				 const struct gateway_connection *gc, uint32_t side)
{
	const char *network = gc->network->o.name;
	uint64_t first = FIRST_MSEE;
	struct prefix all;

	if (model_gateway_subnet(gc->network, &all) && prefix_size(&all) < UINT64_C(2) * FIRST_MSEE)
		first = FIRST_MSEE_SMALL;
	first += 2 * (uint64_t)numbering_in(b->f->numbers, "gateway-subnet", network, gc->o.name);
	return gateway_subnet_nth(gc->network, first + side);
}

static struct prefix network_address(const struct fabric_builder *b, uint32_t node)
{
	for (size_t i = 0; i < b->instances.n; i++) {
		const prefix_list *list = &b->instances.v[i].subnet->prefixes;
		struct addr a;

		if (b->instances.v[i].node != node || list->n == 0)
			continue;
		a = prefix_nth(&list->v[0].prefix, 1);
		return a.family == AF_INET ? prefix_of(&a) : (struct prefix){ 0 };
	}
	return build_gateway_address(build_network_of(b, node), GATEWAY_NETWORK);
}

struct prefix build_own_address(const struct fabric_builder *b, uint32_t node)
{
	const struct node *n = &b->f->nodes.v[node];
	const struct prefix *nic = NULL;

	switch (n->kind) {
	case NODE_NETWORK:
		return network_address(b, node);
	case NODE_ER_GATEWAY:
		return build_gateway_address(build_network_of(b, node), GATEWAY_ER);
	case NODE_VPN_GATEWAY:
		return build_gateway_address(build_network_of(b, node), GATEWAY_VPN);
	default:
		break;
	}
	if (node_is_machine(n) && n->ifaces.n)
		nic = fabric_addr(b->f, n->ifaces.v[0], AF_INET);
	return nic ? prefix_of(&nic->a) : (struct prefix){ 0 };
}

void build_own(struct link_spec *spec, const struct prefix *end0, const struct prefix *end1)
{
	if (!end0->a.family || !end1->a.family)
		return;
	spec->own[0] = (struct prefixes){ end0, 1 };
	spec->own[1] = (struct prefixes){ end1, 1 };
	spec->v6_from_pool = true;
}
