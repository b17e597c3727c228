/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sites */
#include "base/mem.h"
#include "topology/parts.h"
#include "topology/sections.h"
#include "topology/values.h"

static const struct key accept_keys[] = {
	{ "except", &type_networks, FIELD(struct site, accept_except),
	  .help = "prefixes that its edge does not accept from the clouds" },
	{ 0 }
};

static const struct type type_accept = { .noun = "a map such as { except: [0.0.0.0/0] }",
					 .keys = accept_keys };

static const struct type type_preference = { .noun = "a number, 0 to 4294967295",
					     .scalar = read_number,
					     .pattern = "^[0-9]+$",
					     .min = 0,
					     .max = UINT32_MAX };

static void *add_preference(struct reader *r, const struct yaml *y, void *site)
{
	struct object *o = read_object(r, y->key, y->key_pos,
				       1u << OBJECT_CIRCUIT | 1u << OBJECT_VPN_CONNECTION,
				       "a circuit or VPN connection");
	struct preference *p = vec_add(r->arena, &((struct site *)site)->preferences);

	if (o && o->kind == OBJECT_CIRCUIT)
		p->circuit = (struct circuit *)o;
	else
		p->vpn = (struct vpn_connection *)o;
	p->pos = y->key_pos;
	return &p->value;
}

static const struct type type_preferences = {
	.noun = "a map of circuits or VPN connections to numbers",
	.values = &type_preference,
	.add_value = add_preference
};

static const struct key keys[] = {
	{ "asn", &type_asn, PLACED(struct site, asn), KEY_REQUIRED,
	  .help = "the AS number of its edge, such as 64512" },
	{ "networks", &type_site_networks, FIELD(struct site, networks),
	  .help = "its networks, by name" },
	{ "advertise", &type_networks, FIELD(struct site, advertise),
	  .help = "prefixes that its edge announces besides its networks" },
	{ "accept", &type_accept, .help = "which routes its edge accepts from the clouds" },
	{ "preference", &type_preferences,
	  .help = "its edge's local preference for each circuit or VPN; the highest wins" },
	{ "transit", &type_bool, FIELD(struct site, transit),
	  .help = "true: re-announces routes from each circuit to the others", .preset = "false" },
	{ "core-router", &type_bool, FIELD(struct site, core_router),
	  .help = "true: a router stands between its networks and its edge", .preset = "false" },
	{ "internet", &type_bool, PLACED(struct site, internet),
	  .help = "true: its edge has a default route to the internet, through a NAT",
	  .preset = "false" },
	{ "nat-address", &type_nat_address, FIELD(struct site, exit),
	  .help = "the public address of that NAT; default: chosen by netemu" },
	{ 0 }
};

static void finish_site(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	static const char *const reserved[] = { "ce", "core", "nat", NULL };
	const struct site *s = to;

	(void)t, (void)y;
	parts_check_names(r, &s->o, &s->networks, reserved);
}

const struct type type_site = { .noun = "a map", .keys = keys, .finish = finish_site };

struct object *make_site(struct reader *r)
{
	struct site *s = arena_make(r->arena, struct site);

	vec_push(r->arena, &r->m->sites, s);
	return &s->o;
}
