/* SPDX-License-Identifier: GPL-2.0-or-later */
/* private-clouds */
#include "topology/sections.h"

#include <errno.h>

#include "base/mem.h"
#include "topology/parts.h"
#include "topology/values.h"

const struct word circuit_skus[] = { { "local", CIRCUIT_LOCAL },
				     { "standard", CIRCUIT_STANDARD },
				     { "premium", CIRCUIT_PREMIUM },
				     { 0 } };

const struct type type_circuit_sku = { .noun = "local, standard or premium",
				       .scalar = read_word,
				       .words = circuit_skus };

static const struct word generations[] = { { "1", 1 }, { "2", 2 }, { 0 } };
static const struct word internets[] = { { "none", CLOUD_INTERNET_NONE },
					 { "snat", CLOUD_INTERNET_SNAT },
					 { "public-ip", CLOUD_INTERNET_PUBLIC_IP },
					 { 0 } };

static const struct type type_generation = { .noun = "1 or 2",
					     .scalar = read_word,
					     .words = generations };

static const struct type type_internet = { .noun = "none, snat or public-ip",
					   .scalar = read_word,
					   .words = internets };

static void read_cloud_network(struct reader *r, const struct type *t, const struct yaml *y,
			       void *to)
{
	(void)t;
	*(struct virtual_network **)to = (struct virtual_network *)read_object(
		r, y->text, y->pos, 1u << OBJECT_VIRTUAL_NETWORK, "a virtual network");
}

static const struct type type_cloud_network = { .noun = "a virtual network",
						.scalar = read_cloud_network };

static const struct word builds[] = { { "current", BUILD_CURRENT },
				      { "initial", BUILD_INITIAL },
				      { 0 } };
static const struct type type_build = { .noun = "current or initial",
					.scalar = read_word,
					.words = builds };

static const struct type type_nodes = { .noun = "a number, 3 to 16",
					.scalar = read_number,
					.pattern = "^[0-9]+$",
					.min = 3,
					.max = 16 };

static const struct key keys[] = {
	{ "generation", &type_generation, FIELD(struct private_cloud, generation),
	  .help = "1, a cloud with its own circuit, or 2, one inside a virtual network",
	  .preset = "1" },
	{ "region", &type_region, PLACED(struct private_cloud, region), KEY_REQUIRED,
	  .help = "the region it is in, such as westeurope", .instead = "generation" },
	{ "address-block", &type_own_network, FIELD(struct private_cloud, block),
	  .flags = KEY_REQUIRED,
	  .help = "a /22 or larger for its management, such as 10.10.0.0/22" },
	{ "segments", &type_segments, FIELD(struct private_cloud, segments),
	  .help = "its NSX segments, by name" },
	{ "sku", &type_circuit_sku, PLACED(struct private_cloud, circuit.sku),
	  .help = "of its own circuit: local, standard or premium" },
	{ "asn", &type_asn, PLACED(struct private_cloud, asn), .help = "its AS number" },
	{ "authorizations", &type_authorizations, FIELD(struct private_cloud, circuit),
	  .help = "keys that others redeem to connect to its circuit" },
	{ "internet", &type_internet, PLACED(struct private_cloud, internet),
	  .help = "its own way to the internet: none, snat or public-ip" },
	{ "public-ips", &type_public_ips, FIELD(struct private_cloud, public_ips),
	  .help = "public addresses of its virtual machines (internet: public-ip)" },
	{ "nat-address", &type_nat_address, FIELD(struct private_cloud, exit),
	  .help = "the NAT address of machines without a public one; default: chosen by netemu" },
	{ "virtual-network", &type_cloud_network, PLACED(struct private_cloud, network),
	  .help = "generation 2: the network it is in" },
	{ "build", &type_build, FIELD(struct private_cloud, build),
	  .help = "generation 2: current, or initial for clouds of the first months" },
	{ "nodes", &type_nodes, PLACED(struct private_cloud, nodes),
	  .help = "generation 2: hosts of its first cluster, which limit its segments" },
	{ "route-table", &type_route_table_name,
	  PLACED(struct private_cloud, nsx_gateway.route_table),
	  .help = "generation 2: the user routes of its subnet avs-nsx-gw" },
	REFUSED("rtt", "its circuit's delays follow from the regions; see 'latency'"),
	{ 0 }
};

/* Checks the keys that only one generation has or requires. */
static void check_generation_keys(struct reader *r, const struct yaml *y,
				  const struct private_cloud *pc)
{
	static const struct {
		int generation;
		const char *key, *why;
	} only[] = {
		{ 1, "sku", "it has no circuit of its own" },
		{ 1, "asn", "it speaks no BGP" },
		{ 1, "authorizations", "it has no circuit of its own" },
		{ 1, "internet",
		  "its traffic leaves through its virtual network; use a route table to steer it" },
		{ 1, "public-ips", "its NSX edge has no public addresses" },
		{ 2, "virtual-network", "it is not part of a virtual network" },
		{ 2, "build", "generation 1 has only one build" },
		{ 2, "nodes", "its nodes do not limit its segments" },
		{ 2, "route-table", "it is not part of a virtual network" },
	};
	const char *needed = pc->generation == 2 ? "virtual-network" : "region";

	for (size_t i = 0; i < countof(only); i++) {
		const struct yaml *item = yaml_get(y, only[i].key);

		if (item && only[i].generation != pc->generation)
			diag_error(r->dg, item->key_pos, -EINVAL, "conflict",
				   "'%s' is of generation %d and has no '%s': %s", pc->o.name,
				   pc->generation, only[i].key, only[i].why);
	}
	/* Without 'generation', the table of keys requires the region. */
	if (y->kind == YAML_MAP && !y->cut && yaml_get(y, "generation") && !yaml_get(y, needed)) {
		diag_error(r->dg, y->key_pos, -EINVAL, "missing-key", "'%s' has no '%s'",
			   yaml_clip(r->arena, y->key), needed);
		diag_hint(r->dg, pc->generation == 2
					 ? "virtual-network: the network that it is in"
					 : "region: the region it is in, such as westeurope");
	}
}

static void finish_private_cloud(struct reader *r, const struct type *t, const struct yaml *y,
				 void *to)
{
	static const char *const reserved[] = { "t0",	   "t1",	"management",
						"primary", "secondary", "vcenter",
						"nsx",	   "nat",	NULL };
	struct private_cloud *pc = to;

	(void)t;
	check_generation_keys(r, y, pc);
	parts_check_names(r, &pc->o, &pc->segments, reserved);
	pc->circuit.o = pc->o;
	pc->circuit.region = pc->region;
	pc->circuit.region_pos = pc->region_pos;
}

const struct type type_private_cloud = { .noun = "a map",
					 .keys = keys,
					 .finish = finish_private_cloud };

struct object *make_private_cloud(struct reader *r)
{
	struct private_cloud *pc = arena_make(r->arena, struct private_cloud);

	vec_push(r->arena, &r->m->private_clouds, pc);
	pc->generation = 1;
	pc->asn = PRIVATE_CLOUD_ASN;
	pc->nodes = 3;
	pc->circuit.cloud = pc;
	pc->circuit.rtt_ns = CIRCUIT_RTT_NS;
	pc->circuit.bandwidth_bps = MANAGED_CIRCUIT_BPS;
	return &pc->o;
}

/* ---- generation 2: in a virtual network ------------------------------------------------------ */

static bool is_in_address_space(const struct virtual_network *vn, const struct prefix *p)
{
	for (each(struct placed_prefix, own, &vn->address_space))
		if (prefix_covers(&own->prefix, p))
			return true;
	return false;
}

/* Makes the subnet by which packets leave NSX, and adds the segments to the address space. */
static void join_virtual_network(struct reader *r, struct private_cloud *pc,
				 struct virtual_network *vn)
{
	struct network *gateway = &pc->nsx_gateway;
	const struct block_part *part = model_block2_part("avs-nsx-gw");

	gateway->name = part->name;
	gateway->pos = pc->block.pos;
	gateway->routed = true;
	if (pc->block.prefix.a.family)
		vec_push(r->arena, &gateway->prefixes,
			 ((struct placed_prefix){ model_block_prefix(pc, part), pc->block.pos }));
	if (!pc->region)
		pc->region = vn->region;
	if (vn->cloud)
		return; /* check_generations() reports two clouds in one network */
	vn->cloud = pc;
	for (each(struct network, s, &pc->segments))
		for (each(struct placed_prefix, p, &s->prefixes))
			if (s->routed && !is_in_address_space(vn, &p->prefix))
				vec_push(r->arena, &vn->address_space, *p);
}

void clouds_join_networks(struct reader *r)
{
	for (each(struct virtual_network *, vn, &r->m->virtual_networks))
		(*vn)->own_spaces = (*vn)->address_space.n;
	for (each(struct private_cloud *, pc, &r->m->private_clouds))
		if ((*pc)->generation == 2 && (*pc)->network)
			join_virtual_network(r, *pc, (*pc)->network);
}
