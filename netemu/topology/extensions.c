/* SPDX-License-Identifier: GPL-2.0-or-later */
/* network-extensions */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "topology/parts.h"
#include "topology/sections.h"
#include "topology/values.h"

/* Reads "dc1.lan": returns the object and the part's name, or NULL after a finding. */
static struct object *read_part(struct reader *r, const struct type *t, const struct yaml *y,
				enum object_kind kind, const char *noun, const char **ret_part)
{
	const char *dot = strchr(y->text, '.');

	if (!dot || !name_is_good(dot + 1)) {
		read_refuse(r, t, y, "bad-name", yaml_clip(r->arena, y->text));
		return NULL;
	}
	*ret_part = arena_strdup(r->arena, dot + 1);
	return read_object(r, arena_strndup(r->arena, y->text, (size_t)(dot - y->text)), y->pos,
			   1u << kind, noun);
}

static void read_extended_network(struct reader *r, const struct type *t, const struct yaml *y,
				  void *to)
{
	struct network_extension *x = to;

	x->network_pos = y->pos;
	x->site = (struct site *)read_part(r, t, y, OBJECT_SITE, "a site", &x->network);
}

static void read_extension_segment(struct reader *r, const struct type *t, const struct yaml *y,
				   void *to)
{
	struct network_extension *x = to;

	x->segment.pos = y->pos;
	x->cloud = (struct private_cloud *)read_part(r, t, y, OBJECT_PRIVATE_CLOUD,
						     "a private cloud", &x->segment.name);
}

static const struct type type_site_part = { .noun = "a site's network such as dc1.lan",
					    .scalar = read_extended_network,
					    .pattern =
						    "^[a-z0-9][a-z0-9-]*[.][a-z0-9][a-z0-9-]*$" };
static const struct type type_cloud_part = {
	.noun = "a private cloud and the segment's name there, such as pc-a.lan",
	.scalar = read_extension_segment,
	.pattern = "^[a-z0-9][a-z0-9-]*[.][a-z0-9][a-z0-9-]*$"
};
static const struct type type_mtu = { .noun = "a number of bytes, 576 to 9000",
				      .scalar = read_number,
				      .pattern = "^[0-9]+$",
				      .min = 576,
				      .max = 9000 };

static void *add_optimized(struct reader *r, const struct yaml *y, void *extension)
{
	(void)y;
	return vec_add(r->arena, &((struct network_extension *)extension)->optimized);
}

static const struct type type_mobility = { .noun = "true, false or a list of virtual machines",
					   .brief = &type_bool,
					   .brief_offset = offsetof(struct network_extension,
								    mobility_optimized),
					   .element = &type_placed_text,
					   .add_element = add_optimized };

static const struct key policy_keys[] = {
	{ "allow", &type_networks, FIELD(struct network_extension, policy_routes),
	  .help = "destinations through the site's gateway; default: the RFC 1918 blocks" },
	{ "deny", &type_networks, FIELD(struct network_extension, policy_exceptions),
	  .help = "exceptions to 'allow'" },
	{ 0 }
};

static const struct type type_policy = {
	.noun = "a list of prefixes, or a map of 'allow' and 'deny'",
	.brief = &type_networks,
	.brief_offset = offsetof(struct network_extension, policy_routes),
	.keys = policy_keys
};

static const struct key keys[] = {
	{ "site", &type_site_part, .flags = KEY_REQUIRED,
	  .help = "the network that is extended, such as dc1.lan; its gateway stays there" },
	{ "private-cloud", &type_cloud_part, .flags = KEY_REQUIRED,
	  .help = "the private cloud, and the segment's name there, such as pc-a.lan" },
	{ "vms", &type_vms, FIELD(struct network_extension, segment),
	  .help = "the virtual machines that have moved; default: one, named as the segment" },
	{ "uplink", &type_placed_text, FIELD(struct network_extension, uplink),
	  .help = "the site's network for its appliance's uplink; default: the extended network" },
	{ "mobility-optimized", &type_mobility,
	  .help = "true, or a list of machines: their gateway is in the cloud" },
	{ "policy-routes", &type_policy,
	  .place = offsetof(struct network_extension, policy_routes_pos),
	  .help = "with mobility-optimized: destinations through the site's gateway; default: the "
		  "RFC 1918 blocks" },
	{ "mtu", &type_mtu, PLACED(struct network_extension, mtu),
	  .help = "the largest packet that it carries; default: the path's MTU less 150 bytes" },
	{ 0 }
};

/* Whether the file lists the destinations through the site's gateway. */
static bool has_policy(const struct yaml *y)
{
	const struct yaml *policy = yaml_get(y, "policy-routes");

	return policy && (policy->kind != YAML_MAP || yaml_get(policy, "allow"));
}

static void finish_extension(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	static const char *const private_space[] = { "10.0.0.0/8", "172.16.0.0/12",
						     "192.168.0.0/16" };
	struct network_extension *x = to;

	(void)t;
	if (!yaml_get(y, "vms") && x->segment.name)
		*(struct vm *)vec_add(r->arena, &x->segment.vms) =
			(struct vm){ .name = x->segment.name, .pos = x->segment.pos };
	for (size_t i = 0; !has_policy(y) && i < countof(private_space); i++)
		vec_push(r->arena, &x->policy_routes,
			 ((struct placed_prefix){ prefix_lit(private_space[i]), x->o.pos }));
}

const struct type type_network_extension = { .noun = "a map",
					     .keys = keys,
					     .finish = finish_extension };

struct object *make_network_extension(struct reader *r)
{
	struct network_extension *x = arena_make(r->arena, struct network_extension);

	vec_push(r->arena, &r->m->network_extensions, x);
	return &x->o;
}
