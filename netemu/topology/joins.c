/* SPDX-License-Identifier: GPL-2.0-or-later */
/* interconnects, global-reach and gateway-connections: the objects that join circuits */
#include "base/mem.h"
#include "topology/sections.h"
#include "topology/values.h"

/* ---- interconnects and global-reach ---------------------------------------------------------- */

static void set_join_end(struct circuit_join *join, struct circuit *c, struct pos at)
{
	int i = join->end_pos[0].line != 0;

	join->end[i] = c;
	join->end_pos[i] = at;
}

static void read_cloud_end(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct object *o =
		read_object(r, y->text, y->pos, 1u << OBJECT_PRIVATE_CLOUD, "a private cloud");

	(void)t;
	set_join_end(to, o ? &((struct private_cloud *)o)->circuit : NULL, y->pos);
}

static void read_circuit_end(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	(void)t;
	set_join_end(to, read_circuit(r, y->text, y->pos), y->pos);
}

static const struct type type_cloud_end = { .noun = "a private cloud", .scalar = read_cloud_end };
static const struct type type_circuit_end = { .noun = "a circuit or private cloud",
					      .scalar = read_circuit_end };

static const struct type type_two_clouds = { .noun = "a list of two private clouds",
					     .element = &type_cloud_end,
					     .add_element = read_in_place,
					     .least = 2,
					     .most = 2 };
static const struct type type_two_circuits = { .noun = "a list of two circuits or private clouds",
					       .element = &type_circuit_end,
					       .add_element = read_in_place,
					       .least = 2,
					       .most = 2 };

static const struct key interconnect_keys[] = {
	{ "private-clouds", &type_two_clouds, .flags = KEY_REQUIRED,
	  .help = "the two private clouds that it joins" },
	{ "rtt", &type_time, FIELD(struct circuit_join, rtt_ns),
	  .help = "round trip between their edges; default: as within the region" },
	{ 0 }
};

const struct type type_interconnect = { .noun = "a list of two private clouds, or a map",
					.brief = &type_two_clouds,
					.keys = interconnect_keys };

static const struct key global_reach_keys[] = {
	{ "circuits", &type_two_circuits, .flags = KEY_REQUIRED,
	  .help = "the two circuits that it joins; a private cloud means its own circuit" },
	{ "authorization", &type_placed_text, FIELD(struct circuit_join, authorization),
	  .help = "the key of one circuit that the other circuit redeems" },
	{ "prefix", &type_own_network, FIELD(struct circuit_join, prefix),
	  .help = "a /29 for its two links" },
	{ "rtt", &type_time, FIELD(struct circuit_join, rtt_ns),
	  .help = "round trip between the peering locations; default: by their regions" },
	{ 0 }
};

const struct type type_global_reach = {
	.noun = "a list of two circuits or private clouds, or a map",
	.brief = &type_two_circuits,
	.keys = global_reach_keys
};

struct object *make_interconnect(struct reader *r)
{
	struct circuit_join *join = arena_make(r->arena, struct circuit_join);

	vec_push(r->arena, &r->m->interconnects, join);
	return &join->o;
}

struct object *make_global_reach(struct reader *r)
{
	struct circuit_join *join = arena_make(r->arena, struct circuit_join);

	vec_push(r->arena, &r->m->global_reach, join);
	return &join->o;
}

/* ---- gateway-connections --------------------------------------------------------------------- */

static void read_gateway_network(struct reader *r, const struct type *t, const struct yaml *y,
				 void *to)
{
	(void)t;
	*(struct virtual_network **)to = (struct virtual_network *)read_object(
		r, y->text, y->pos, 1u << OBJECT_VIRTUAL_NETWORK, "a virtual network");
}

static void read_circuit_name(struct reader *r, const struct type *t, const struct yaml *y,
			      void *to)
{
	(void)t;
	*(struct circuit **)to = read_circuit(r, y->text, y->pos);
}

static const struct type type_gateway = { .noun = "a virtual network",
					  .scalar = read_gateway_network };
static const struct type type_circuit_name = { .noun = "a circuit or private cloud",
					       .scalar = read_circuit_name };
static const struct type type_weight = { .noun = "a number, 0 to 32000",
					 .scalar = read_number,
					 .pattern = "^[0-9]+$",
					 .min = 0,
					 .max = 32000 };

static const struct key connection_keys[] = {
	{ "gateway", &type_gateway, PLACED(struct gateway_connection, network), KEY_REQUIRED,
	  .help = "the virtual network of the ExpressRoute gateway" },
	{ "circuit", &type_circuit_name, PLACED(struct gateway_connection, circuit), KEY_REQUIRED,
	  .help = "the circuit, or the private cloud that owns it" },
	{ "authorization", &type_placed_text, FIELD(struct gateway_connection, authorization),
	  .help = "the circuit's key that the gateway redeems" },
	{ "weight", &type_weight, FIELD(struct gateway_connection, weight),
	  .help = "the gateway prefers the connection with the highest weight", .preset = "0" },
	{ "fastpath", &type_bool, PLACED(struct gateway_connection, fastpath),
	  .help = "true: traffic from the circuit bypasses the gateway", .preset = "false" },
	{ "rtt", &type_time, FIELD(struct gateway_connection, rtt_ns),
	  .help = "round trip between peering location and network; default: by their regions" },
	{ 0 }
};

const struct type type_gateway_connection = { .noun = "a map", .keys = connection_keys };

struct object *make_gateway_connection(struct reader *r)
{
	struct gateway_connection *gc = arena_make(r->arena, struct gateway_connection);

	vec_push(r->arena, &r->m->gateway_connections, gc);
	return &gc->o;
}
