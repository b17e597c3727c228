/* SPDX-License-Identifier: GPL-2.0-or-later */
/* circuits */
#include <errno.h>

#include "base/mem.h"
#include "topology/sections.h"
#include "topology/values.h"

static void read_circuit_site(struct reader *r, const struct type *t, const struct yaml *y,
			      void *to)
{
	(void)t;
	*(struct site **)to =
		(struct site *)read_object(r, y->text, y->pos, 1u << OBJECT_SITE, "a site");
}

static void read_circuit_router(struct reader *r, const struct type *t, const struct yaml *y,
				void *to)
{
	(void)t;
	*(struct router **)to =
		(struct router *)read_object(r, y->text, y->pos, 1u << OBJECT_ROUTER, "a router");
}

static const struct type type_site_name = { .noun = "a site", .scalar = read_circuit_site };
static const struct type type_router_name = { .noun = "a router", .scalar = read_circuit_router };

static const struct type type_prepends = { .noun = "a number, 0 to 16",
					   .scalar = read_number,
					   .pattern = "^[0-9]+$",
					   .min = 0,
					   .max = 16 };

static const struct key prepend_keys[] = {
	{ "primary", &type_prepends, FIELD(struct circuit, prepend[0]),
	  .help = "how often the customer's edge repeats its AS number on the primary link",
	  .preset = "0" },
	{ "secondary", &type_prepends, FIELD(struct circuit, prepend[1]),
	  .help = "the same on the secondary link", .preset = "0" },
	{ 0 }
};

static const struct type type_prepend = { .noun = "a map such as { primary: 0, secondary: 2 }",
					  .keys = prepend_keys };

/* The prefixes of the two links: two /30, or the /29 that contains both. */
static void *add_circuit_link(struct reader *r, const struct yaml *y, void *to)
{
	struct placed_prefix *link = ((struct circuit *)to)->link;

	(void)r, (void)y;
	return link[0].pos.line ? &link[1] : &link[0];
}

static void read_both_links(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	(void)t;
	read_value(r, &type_own_network, y, add_circuit_link(r, y, to));
}

static void finish_links(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct placed_prefix *link = ((struct circuit *)to)->link;
	struct prefix both = link[0].prefix;
	uint8_t len = (uint8_t)(addr_bits(&both.a) - 2);
	bool one = y->kind == YAML_SCALAR || y->items.n == 1;

	if (!link[0].pos.line || (!one && !link[1].pos.line))
		return; /* already reported */
	if (one && both.len + 1 == len) {
		link[1].pos = link[0].pos;
		link[0].prefix = prefix_subnet(&both, len, 0);
		link[1].prefix = prefix_subnet(&both, len, 1);
		return;
	}
	if (one) {
		read_refuse(r, t, y, "bad-prefix", PREFIX_STR(&both));
		return;
	}
	for (int i = 0; i < 2; i++)
		if (link[i].prefix.len != len || link[i].prefix.a.family != both.a.family)
			diag_error(r->dg, link[i].pos, -EINVAL, "bad-prefix",
				   "%s cannot be a circuit's link: it takes two /30 (or two /126)",
				   PREFIX_STR(&link[i].prefix));
}

static const struct type type_circuit_links = { .noun = "two /30 prefixes, or one /29 for both",
						.scalar = read_both_links,
						.pattern = "^[0-9a-fA-F.:]+/[0-9]+$",
						.element = &type_own_network,
						.add_element = add_circuit_link,
						.least = 1,
						.most = 2,
						.finish = finish_links };

static const struct key keys[] = {
	{ "site", &type_site_name, FIELD(struct circuit, site),
	  .help = "the site at its customer end" },
	{ "router", &type_router_name, FIELD(struct circuit, router),
	  .help = "the plain router at its customer end, instead of a site" },
	{ "region", &type_region, PLACED(struct circuit, region),
	  .help = "the region that its peering location is next to" },
	{ "peering-location", &type_text, PLACED(struct circuit, peering_location),
	  .help = "the location of its edge routers, such as Amsterdam" },
	{ "bandwidth", &type_rate, FIELD(struct circuit, bandwidth_bps), .help = "such as 1Gbps" },
	{ "sku", &type_circuit_sku, PLACED(struct circuit, sku),
	  .help = "local, standard or premium", .preset = "standard" },
	{ "rtt", &type_time, FIELD(struct circuit, rtt_ns),
	  .help = "round trip between the customer's edge and the peering location",
	  .preset = "0.5ms" },
	{ "links", &type_circuit_links, .help = "the prefixes of its two links" },
	{ "as-path-prepend", &type_prepend, .help = "AS numbers that the customer's edge adds" },
	{ "bfd", &type_bool, FIELD(struct circuit, bfd),
	  .help = "the customer's edge uses BFD on its links, as Microsoft's edge does",
	  .preset = "true" },
	{ "authorizations", &type_authorizations,
	  .help = "keys that others redeem to connect to it" },
	{ 0 }
};

static void finish_circuit(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	const struct yaml *router = yaml_get(y, "router");

	(void)t, (void)to;
	if (router && yaml_get(y, "site"))
		diag_error(r->dg, router->key_pos, -EINVAL, "conflict",
			   "'%s' has a site and a router: a circuit has one customer end",
			   yaml_clip(r->arena, y->key));
}

const struct type type_circuit = { .noun = "a map", .keys = keys, .finish = finish_circuit };

struct object *make_circuit(struct reader *r)
{
	struct circuit *c = arena_make(r->arena, struct circuit);

	vec_push(r->arena, &r->m->circuits, c);
	c->rtt_ns = CIRCUIT_RTT_NS;
	c->bfd = true;
	return &c->o;
}
