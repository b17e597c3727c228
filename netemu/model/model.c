/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/model.h"

#include <string.h>

#include "base/mem.h"
#include "base/numbering.h"

static const struct {
	const char *name, *section;
} kinds[OBJECT_KINDS] = {
	[OBJECT_PRIVATE_CLOUD] = { "private cloud", "private-clouds" },
	[OBJECT_VIRTUAL_NETWORK] = { "virtual network", "virtual-networks" },
	[OBJECT_SITE] = { "site", "sites" },
	[OBJECT_CIRCUIT] = { "circuit", "circuits" },
	[OBJECT_INTERCONNECT] = { "interconnect", "interconnects" },
	[OBJECT_GLOBAL_REACH] = { "Global Reach connection", "global-reach" },
	[OBJECT_GATEWAY_CONNECTION] = { "gateway connection", "gateway-connections" },
	[OBJECT_PEERING] = { "peering", "peerings" },
	[OBJECT_ROUTER] = { "router", "routers" },
	[OBJECT_HOST] = { "host", "hosts" },
	[OBJECT_LINK] = { "link", "links" },
	[OBJECT_ROUTE_TABLE] = { "route table", "route-tables" },
	[OBJECT_VPN_CONNECTION] = { "VPN connection", "vpn-connections" },
	[OBJECT_CLOUDSIMPLE_REGION] = { "CloudSimple region", "cloudsimple-regions" },
	[OBJECT_CLOUDSIMPLE_CLOUD] = { "CloudSimple private cloud", "private-clouds" },
	[OBJECT_NETWORK_EXTENSION] = { "network extension", "network-extensions" },
	[OBJECT_INTERNET] = { "internet", "internet" },
};

const struct network *model_hcx_uplink(const struct private_cloud *pc)
{
	for (each(struct network, s, &pc->segments))
		if (strcmp(s->name, "hcx-uplink") == 0)
			return s;
	return NULL;
}

bool model_is_optimized(const struct network_extension *x, const struct vm *vm)
{
	bool found = x->mobility_optimized || (!vm && x->optimized.n);

	for (each(struct placed_name, name, &x->optimized))
		found = found || (vm && strcmp(name->name, vm->name) == 0);
	return found;
}

const struct network *model_extended(const struct network_extension *x)
{
	for (each(struct network, n, &x->site->networks))
		if (strcmp(n->name, x->network) == 0)
			return n;
	return NULL;
}

const char *object_kind_name(enum object_kind kind)
{
	return kinds[kind].name;
}

const char *object_kind_section(enum object_kind kind)
{
	return kinds[kind].section;
}

void model_free(struct model *m)
{
	if (!m)
		return;
	numbering_free(m->numbers);
	arena_free(m->arena); /* the arena contains the model itself */
}

/* Microsoft does not publish which of these the service announces. The ones marked true are
 * those that customers' machines communicate with. */
static const struct block_part parts[] = {
	{ "management", 0x000, 26, true },    { "hcx-management", 0x040, 26, true },
	{ "global-reach", 0x080, 26, false }, { "nsx-dns", 0x0c0, 32, false },
	{ "expressroute", 0x0e0, 27, false }, { "esxi-management", 0x100, 25, true },
	{ "vmotion", 0x180, 25, true },	      { "replication", 0x200, 25, true },
	{ "vsan", 0x280, 25, false },	      { "hcx-uplink", 0x300, 26, true },
};

static const struct block_part parts2[] = {
	{ "nsx", 0x000, 27, false },
	{ "vcenter", 0x020, 27, false },
	{ "avs-nsx-gw", 0x080, 27, false },
	{ "avs-network-infra-gw", 0x280, 26, false },
};

const struct block_part *model_block2_part(const char *name)
{
	for (size_t i = 0; i < countof(parts2); i++)
		if (strcmp(parts2[i].name, name) == 0)
			return &parts2[i];
	return NULL;
}

struct prefix model_block_prefix(const struct private_cloud *pc, const struct block_part *part)
{
	struct addr a = prefix_nth(&pc->block.prefix, part->offset);

	return prefix_with(&a, part->len);
}

const struct block_part *model_block_parts(size_t *ret_n)
{
	*ret_n = countof(parts);
	return parts;
}
