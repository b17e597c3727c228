/* SPDX-License-Identifier: GPL-2.0-or-later */
/* virtual-networks and peerings */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "topology/parts.h"
#include "topology/sections.h"
#include "topology/values.h"

static const struct word gateway_skus[] = { { "ErGw1Az", 0 },	       { "ErGw2Az", 0 },
					    { "ErGw3Az", 0 },	       { "ErGwScale", 0 },
					    { "Standard", 0 },	       { "HighPerformance", 0 },
					    { "UltraPerformance", 0 }, { 0 } };

static const struct type type_gateway_sku = { .noun = "a gateway SKU such as ErGw1Az",
					      .scalar = read_spelling,
					      .words = gateway_skus };

static const struct key er_gateway_keys[] = {
	{ "sku", &type_gateway_sku, FIELD(struct er_gateway, sku),
	  .help = "its size, such as ErGw1Az", .preset = "ErGw1Az" },
	{ "allow-remote-virtual-networks", &type_bool,
	  FIELD(struct er_gateway, allow_remote_virtual_networks),
	  .help = "true: exchanges traffic with other virtual networks over a circuit",
	  .preset = "false" },
	{ "fastpath", &type_bool, FIELD(struct er_gateway, fastpath),
	  .help = "true: traffic from the circuit bypasses it", .preset = "false" },
	{ 0 }
};

static void begin_er_gateway(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct er_gateway *gw = to;

	(void)r, (void)t;
	gw->pos = y->key_pos;
	gw->sku = gateway_skus[0].word;
}

static const struct type type_er_gateway = { .noun = "a map (empty for the defaults)",
					     .keys = er_gateway_keys,
					     .begin = begin_er_gateway };

static const struct word vpn_skus[] = {
	{ "VpnGw1", 0 },   { "VpnGw2", 0 },   { "VpnGw3", 0 },	 { "VpnGw4", 0 }, { "VpnGw5", 0 },
	{ "VpnGw1AZ", 0 }, { "VpnGw2AZ", 0 }, { "VpnGw3AZ", 0 }, { "Basic", 0 },  { 0 }
};

static const struct type type_vpn_sku = { .noun = "a gateway SKU such as VpnGw1",
					  .scalar = read_spelling,
					  .words = vpn_skus };

static const struct key vpn_gateway_keys[] = {
	{ "sku", &type_vpn_sku, FIELD(struct vpn_gateway, sku), .help = "its size, such as VpnGw1",
	  .preset = "VpnGw1" },
	{ "active-active", &type_bool, FIELD(struct vpn_gateway, active_active),
	  .help = "true: both of its instances carry tunnels", .preset = "false" },
	{ "asn", &type_asn, PLACED(struct vpn_gateway, asn),
	  .help = "its AS number; default: 65515" },
	{ 0 }
};

static void begin_vpn_gateway(struct reader *r, const struct type *t, const struct yaml *y,
			      void *to)
{
	struct vpn_gateway *gw = to;

	(void)r, (void)t;
	gw->pos = gw->asn_pos = y->key_pos;
	gw->sku = vpn_skus[0].word;
	gw->asn = VPN_GATEWAY_ASN;
}

static const struct type type_vpn_gateway = { .noun = "a map (empty for the defaults)",
					      .keys = vpn_gateway_keys,
					      .begin = begin_vpn_gateway };

static const struct key route_server_keys[] = {
	{ "branch-to-branch", &type_bool, PLACED(struct route_server, branch_to_branch),
	  .help = "true: exchanges routes with the network's gateways, and between them",
	  .preset = "false" },
	{ 0 }
};

static void begin_route_server(struct reader *r, const struct type *t, const struct yaml *y,
			       void *to)
{
	(void)r, (void)t;
	((struct route_server *)to)->pos = y->key_pos;
}

static const struct type type_route_server = { .noun = "a map (empty for the defaults)",
					       .keys = route_server_keys,
					       .begin = begin_route_server };

static const struct key gateways_keys[] = {
	{ "expressroute", &type_er_gateway, FIELD(struct virtual_network, er_gateway),
	  .help = "its ExpressRoute gateway" },
	{ "vpn", &type_vpn_gateway, FIELD(struct virtual_network, vpn_gateway),
	  .help = "its VPN gateway" },
	{ "route-server", &type_route_server, FIELD(struct virtual_network, route_server),
	  .help = "its Route Server" },
	{ "subnet", &type_own_network, FIELD(struct virtual_network, gateway_subnet),
	  .help = "its GatewaySubnet; default: the last free /27 of its address space" },
	{ "route-table", &type_route_table_name, PLACED(struct virtual_network, gateway_table),
	  .help = "the user routes of its GatewaySubnet" },
	{ 0 }
};

static const struct type type_gateways = { .noun = "a map of gateways", .keys = gateways_keys };

static const struct key network_keys[] = {
	{ "region", &type_region, PLACED(struct virtual_network, region), KEY_REQUIRED,
	  .help = "the region it is in, such as westeurope" },
	{ "address-space", &type_some_networks, FIELD(struct virtual_network, address_space),
	  .flags = KEY_REQUIRED, .help = "a prefix or a list of them" },
	{ "subnets", &type_subnets, FIELD(struct virtual_network, subnets),
	  .help = "its subnets, by name" },
	{ "gateways", &type_gateways, .help = "its virtual network gateways" },
	{ "nat-address", &type_nat_address, FIELD(struct virtual_network, exit),
	  .help = "the NAT address of machines without a public one; default: chosen by netemu" },
	{ 0 }
};

static void finish_virtual_network(struct reader *r, const struct type *t, const struct yaml *y,
				   void *to)
{
	static const char *const reserved[] = {
		"fabric", "er-gateway", "vpn-gateway", "route-server", "gateway", "nat", NULL
	};
	const struct virtual_network *vn = to;

	(void)t, (void)y;
	parts_check_names(r, &vn->o, &vn->subnets, reserved);
	for (each(struct network, n, &vn->subnets))
		for (each(struct vm, vm, &n->vms))
			if (strncmp(vm->name, "fabric-", 7) == 0)
				diag_error(r->dg, vm->pos, -EINVAL, "reserved-name",
					   "'%s' is reserved: netemu makes parts whose names begin "
					   "with 'fabric-', one for each subnet",
					   vm->name);
}

const struct type type_virtual_network = { .noun = "a map",
					   .keys = network_keys,
					   .finish = finish_virtual_network };

struct object *make_virtual_network(struct reader *r)
{
	struct virtual_network *vn = arena_make(r->arena, struct virtual_network);

	vec_push(r->arena, &r->m->virtual_networks, vn);
	return &vn->o;
}

/* ---- peerings: two halves, one for each network ---------------------------------------------- */

static const struct key half_keys[] = {
	{ "allow-virtual-network-access", &type_bool,
	  FIELD(struct peering_half, allow_virtual_network_access),
	  .help = "false: no traffic with the other network", .preset = "true" },
	{ "allow-forwarded-traffic", &type_bool,
	  FIELD(struct peering_half, allow_forwarded_traffic),
	  .help = "true: accepts traffic that the other network forwards", .preset = "false" },
	{ "allow-gateway-transit", &type_bool, FIELD(struct peering_half, allow_gateway_transit),
	  .help = "true: the other network may use this one's gateway", .preset = "false" },
	{ "use-remote-gateways", &type_bool, PLACED(struct peering_half, use_remote_gateways),
	  .help = "true: uses the other network's gateway", .preset = "false" },
	{ "synced", &type_bool, PLACED(struct peering_half, synced),
	  .help = "false: the other network has not learned the segments added to this one",
	  .preset = "true" },
	{ 0 }
};

/* `spoke: none` is a half that does not exist. */
static void read_absent_half(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	if (strcmp(y->text, "none") == 0)
		((struct peering_half *)to)->exists = false;
	else
		read_refuse(r, t, y, "wrong-type", yaml_clip(r->arena, y->text));
}

static const struct type type_half = {
	.noun = "a map of its settings (empty for the defaults), or none",
	.scalar = read_absent_half,
	.pattern = "^none$",
	.keys = half_keys
};

static struct peering_half *add_half(struct reader *r, struct peering *p, const char *name,
				     struct pos at)
{
	struct peering_half *half = &p->half[p->half[0].pos.line != 0];
	struct object *o;

	if (half->pos.line) {
		diag_error(r->dg, at, -EINVAL, "wrong-type",
			   "'%s' is one network too many: a peering joins two",
			   yaml_clip(r->arena, name));
		return NULL;
	}
	*half = (struct peering_half){
		.pos = at, .exists = true, .allow_virtual_network_access = true, .synced = true
	};
	o = read_object(r, name, at, 1u << OBJECT_VIRTUAL_NETWORK, "a virtual network");
	half->network = (struct virtual_network *)o;
	return half;
}

static void *add_named_half(struct reader *r, const struct yaml *y, void *peering)
{
	return add_half(r, peering, y->key, y->key_pos);
}

static void read_half_name(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	(void)t;
	add_half(r, to, y->text, y->pos);
}

static const struct type type_half_name = { .noun = "a virtual network", .scalar = read_half_name };

static const struct key peering_keys[] = {
	{ "rtt", &type_time, FIELD(struct peering, rtt_ns),
	  .help = "round trip between the two; default: by their regions" },
	{ 0 }
};

static void finish_peering(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	const struct peering *p = to;

	(void)t;
	if (y->cut)
		return;
	if (p->half[0].pos.line == 0 || p->half[1].pos.line == 0) {
		diag_error(r->dg, y->key_pos, -EINVAL, "missing-key",
			   "'%s' does not name two virtual networks", p->o.name);
		diag_hint(r->dg,
			  "write both; a half that was never created is written `NAME: none`");
	} else if (!p->half[0].exists && !p->half[1].exists) {
		diag_error(r->dg, y->key_pos, -EINVAL, "missing-key",
			   "'%s' has no half: at least one of the two must exist", p->o.name);
	}
}

const struct type type_peering = { .noun = "a list of two virtual networks, or a map of them",
				   .element = &type_half_name,
				   .add_element = read_in_place,
				   .least = 2,
				   .most = 2,
				   .keys = peering_keys,
				   .values = &type_half,
				   .add_value = add_named_half,
				   .finish = finish_peering };

struct object *make_peering(struct reader *r)
{
	struct peering *p = arena_make(r->arena, struct peering);

	vec_push(r->arena, &r->m->peerings, p);
	return &p->o;
}
