/* private-clouds */
#include "topology/sections.h"

#include "base/mem.h"
#include "topology/parts.h"
#include "topology/values.h"

const struct word circuit_skus[] = { { "local", CIRCUIT_LOCAL, false },
				     { "standard", CIRCUIT_STANDARD, false },
				     { "premium", CIRCUIT_PREMIUM, false },
				     { 0 } };

const struct type type_circuit_sku = {
	.noun = "local, standard or premium", .scalar = read_word, .words = circuit_skus
};

static const struct word generations[] = { { "1", 1, false }, { "2", 2, true }, { 0 } };
static const struct word internets[] = {
	{ "none", 0, false }, { "snat", 0, true }, { "public-ip", 0, true }, { 0 }
};

static const struct type type_generation = {
	.noun = "1 or 2", .scalar = read_word, .words = generations
};

/* The only way to the internet so far is none, so there is nothing to keep. */
static void read_internet(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	unsigned int none;

	(void)to;
	read_word(r, t, y, &none);
}

static const struct type type_internet = {
	.noun = "none", .scalar = read_internet, .words = internets
};

static const struct key keys[] = {
	{ "generation", &type_generation, FIELD(struct private_cloud, generation),
	  .help = "1, a cloud with its own circuit, or 2, one inside a virtual network" },
	{ "region", &type_region, PLACED(struct private_cloud, region), KEY_REQUIRED,
	  .help = "the region it is in, such as westeurope" },
	{ "address-block", &type_network, FIELD(struct private_cloud, block), .flags = KEY_REQUIRED,
	  .help = "a /22 or larger for its management, such as 10.10.0.0/22" },
	{ "segments", &type_segments, FIELD(struct private_cloud, segments),
	  .help = "its NSX segments, by name" },
	{ "sku", &type_circuit_sku, PLACED(struct private_cloud, circuit.sku),
	  .help = "of its own circuit: local, standard or premium" },
	{ "asn", &type_asn, PLACED(struct private_cloud, asn), .help = "its AS number" },
	{ "authorizations", &type_authorizations, FIELD(struct private_cloud, circuit),
	  .help = "keys with which others may connect to its circuit" },
	{ "internet", &type_internet, .help = "its own way to the internet: none" },
	LATER("virtual-network"),
	LATER("build"),
	REFUSED("rtt", "its circuit's delays follow from the regions; see 'latency'"),
	{ 0 }
};

static void finish(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	static const char *const reserved[] = { "t0",	     "t1",	"management", "primary",
						"secondary", "vcenter", "nsx",	      NULL };
	struct private_cloud *pc = to;

	(void)t, (void)y;
	parts_check_names(r, &pc->o, &pc->segments, reserved);
	pc->circuit.o = pc->o;
	pc->circuit.region = pc->region;
	pc->circuit.region_pos = pc->region_pos;
}

const struct type type_private_cloud = { .noun = "a map", .keys = keys, .finish = finish };

struct object *make_private_cloud(struct reader *r)
{
	struct private_cloud *pc = arena_make(r->arena, struct private_cloud);

	vec_push(r->arena, &r->m->private_clouds, pc);
	pc->generation = 1;
	pc->asn = PRIVATE_CLOUD_ASN;
	pc->circuit.cloud = pc;
	pc->circuit.rtt_ns = CIRCUIT_RTT_NS;
	return &pc->o;
}
