#include "model/model.h"

#include "base/mem.h"

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
};

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
	if (m)
		arena_free(m->arena); /* the model is in it too */
}

/* Which of these the service announces is not published; the ones marked are those that a
 * customer's machines have business with. */
static const struct block_part parts[] = {
	{ "management", 0x000, 26, true },
	{ "hcx-management", 0x040, 26, true },
	{ "global-reach", 0x080, 26, false },
	{ "nsx-dns", 0x0c0, 32, false },
	{ "expressroute", 0x0e0, 27, false },
	{ "esxi-management", 0x100, 25, true },
	{ "vmotion", 0x180, 25, true },
	{ "replication", 0x200, 25, true },
	{ "vsan", 0x280, 25, false },
	{ "hcx-uplink", 0x300, 26, true },
};

const struct block_part *model_block_parts(size_t *ret_n)
{
	*ret_n = countof(parts);
	return parts;
}
