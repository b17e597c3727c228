/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The subnet of a virtual network's gateways. */
#include <sys/socket.h>

#include "model/model.h"

enum { LARGEST = 27, SMALLEST = 29 }; /* Azure recommends a /27 and accepts a /29 */

/* Returns a prefix of the network that a GatewaySubnet at `p` would overlap, or NULL. */
static const struct prefix *subnet_obstacle(const struct virtual_network *vn,
					    const struct prefix *p)
{
	if (vn->cloud && prefix_overlaps(&vn->cloud->block.prefix, p))
		return &vn->cloud->block.prefix;
	for (size_t i = vn->own_spaces; i < vn->address_space.n; i++)
		if (prefix_overlaps(&vn->address_space.v[i].prefix, p))
			return &vn->address_space.v[i].prefix;
	for (each(struct network, n, &vn->subnets))
		for (each(struct placed_prefix, own, &n->prefixes))
			if (prefix_overlaps(&own->prefix, p))
				return &own->prefix;
	return NULL;
}

/* Finds the last free subnet. A large space has millions of subnets, so the loop skips all subnets
 * inside an obstacle at once; it takes at most one step for each prefix of the network. */
static bool find_free_subnet(const struct virtual_network *vn, const struct prefix *space,
			     uint8_t len, struct prefix *ret)
{
	const struct prefix *obstacle;

	if (space->a.family != AF_INET || space->len > len)
		return false;
	for (uint64_t n = UINT64_C(1) << (len - space->len); n-- > 0;) {
		*ret = prefix_subnet(space, len, n);
		obstacle = subnet_obstacle(vn, ret);
		if (!obstacle)
			return true;
		if (obstacle->len < len) /* skip to its first subnet: prefixes are aligned */
			n &= ~((UINT64_C(1) << (len - obstacle->len)) - 1);
	}
	return false;
}

bool model_gateway_subnet(const struct virtual_network *vn, struct prefix *ret)
{
	if (vn->gateway_subnet.prefix.a.family) {
		*ret = vn->gateway_subnet.prefix;
		return true;
	}
	for (unsigned int len = LARGEST; len <= SMALLEST; len++)
		for (size_t i = 0; i < vn->own_spaces; i++)
			if (find_free_subnet(vn, &vn->address_space.v[i].prefix, (uint8_t)len, ret))
				return true;
	return false;
}
