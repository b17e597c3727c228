/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a virtual network's gateways have their addresses. */
#include <sys/socket.h>

#include "model/model.h"

enum { LARGEST = 27, SMALLEST = 29 }; /* what Azure asks for, and the least that it takes */

static bool is_free(const struct virtual_network *vn, const struct prefix *p)
{
	if (vn->cloud && prefix_overlaps(&vn->cloud->block.prefix, p))
		return false;
	for (size_t i = vn->own_spaces; i < vn->address_space.n; i++)
		if (prefix_overlaps(&vn->address_space.v[i].prefix, p))
			return false;
	for (each(struct network, n, &vn->subnets))
		for (each(struct placed_prefix, own, &n->prefixes))
			if (prefix_overlaps(&own->prefix, p))
				return false;
	return true;
}

static bool find_free(const struct virtual_network *vn, const struct prefix *space, uint8_t len,
		      struct prefix *ret)
{
	if (space->a.family != AF_INET || space->len > len)
		return false;
	for (uint64_t n = UINT64_C(1) << (len - space->len); n-- > 0;) {
		*ret = prefix_subnet(space, len, n);
		if (is_free(vn, ret))
			return true;
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
			if (find_free(vn, &vn->address_space.v[i].prefix, (uint8_t)len, ret))
				return true;
	return false;
}
