/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file is read in steps: yaml.c makes a tree of its text, once. For each model a copy of the tree
 * is changed; every object is declared, so that references to it may come first; the tables
 * (sections.h) are applied to the tree; the model is checked. A step runs also after findings of an
 * earlier one, with one exception: after a syntax error the values before the error are read, but
 * the model is not checked.
 */
#include "topology/topology.h"

#include <errno.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/numbering.h"
#include "topology/changes.h"
#include "topology/encoding.h"
#include "topology/sections.h"
#include "topology/values.h"

/* JOINS_MAX allows a full mesh of 300 circuits. */
enum { OBJECTS_MAX = 16384, JOINS_MAX = 65536 };

/* ---- the sections ---------------------------------------------------------------------------- */

static void *get_declared(struct reader *r, const struct yaml *y, void *to)
{
	(void)r, (void)to;
	return y->object;
}

#define SECTION(type_, noun_)                                                                      \
	&(const struct type)                                                                       \
	{                                                                                          \
		.noun = noun_, .values = &type_, .add_value = get_declared                         \
	}

static const struct word versions[] = { { "1", 1 }, { 0 } };

static void read_version(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	(void)t, (void)to;
	if (strcmp(y->text, versions[0].word) == 0)
		return;
	diag_error(r->dg, y->pos, -ENOTSUP, "version", "unknown version '%s' of the language",
		   yaml_clip(r->arena, y->text));
	diag_hint(r->dg, "this version of netemu reads `netemu: 1`");
}

static const struct type type_version = { .noun = "the version of the language: 1",
					  .scalar = read_version,
					  .words = versions };

static void read_lab_name(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	(void)t;
	if (!name_check(r, y->text, y->pos, NULL))
		return;
	*(const char **)to = y->text;
}

static const struct type type_lab_name = { .noun = "a name",
					   .scalar = read_lab_name,
					   .pattern = "^[a-z0-9][a-z0-9-]*$" };

/* clang-format off */
#define OBJECT_SECTIONS                                                                            \
	{ "private-clouds", SECTION(type_private_cloud, "a map of private clouds"),                \
	  .help = "Azure VMware Solution private clouds" },                                        \
	{ "virtual-networks", SECTION(type_virtual_network, "a map of virtual networks"),          \
	  .help = "Azure virtual networks" },                                                      \
	{ "sites", SECTION(type_site, "a map of sites"), .help = "on-premises sites" },            \
	{ "circuits", SECTION(type_circuit, "a map of circuits"),                                  \
	  .help = "ExpressRoute circuits" },                                                       \
	{ "interconnects", SECTION(type_interconnect, "a map of interconnects"),                   \
	  .help = "AVS Interconnect: two private clouds of one region" },                          \
	{ "global-reach", SECTION(type_global_reach, "a map of Global Reach connections"),         \
	  .help = "ExpressRoute Global Reach: two circuits" },                                     \
	{ "gateway-connections", SECTION(type_gateway_connection, "a map of gateway connections"), \
	  .help = "connections of a virtual network's ExpressRoute gateway to a circuit" },        \
	{ "peerings", SECTION(type_peering, "a map of peerings"),                                  \
	  .help = "peerings of two virtual networks" },                                            \
	{ "routers", SECTION(type_router, "a map of routers"), .help = "plain routers" },          \
	{ "hosts", SECTION(type_host, "a map of hosts"), .help = "plain hosts" },                  \
	{ "links", SECTION(type_link, "a map of links"), .help = "plain links" },                  \
	{ "route-tables", SECTION(type_route_table, "a map of route tables"),                      \
	  .help = "tables of user routes for subnets" },                                           \
	{ "vpn-connections", SECTION(type_vpn_connection, "a map of VPN connections"),             \
	  .help = "tunnels of a virtual network's VPN gateway" },                                  \
	{ "network-extensions", SECTION(type_network_extension, "a map of network extensions"),    \
	  .help = "HCX: a site's network extended to a private cloud" },                           \
	{ "cloudsimple-regions",                                                                   \
	  SECTION(type_cloudsimple_region, "a map of CloudSimple regions"),                        \
	  .help = "CloudSimple: private clouds of a region in one flat network" },                 \
	{ "internet", &type_internet_section, FIELD(struct model, internet),                       \
	  .help = "hosts outside every cloud, and the round trip to them" }
/* clang-format on */

const struct key object_sections[] = { OBJECT_SECTIONS, { 0 } };

static const struct word timer_words[] = { { "none", TIMERS_NONE },
					   { "azure", TIMERS_AZURE },
					   { 0 } };
static const struct word hop_words[] = { { "all", HOPS_ALL }, { "azure", HOPS_AZURE }, { 0 } };
static const struct type type_timers = { .noun = "none or azure",
					 .scalar = read_word,
					 .words = timer_words };
static const struct type type_hops = { .noun = "all or azure",
				       .scalar = read_word,
				       .words = hop_words };

/* "10x" */
static void read_speed(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	size_t n = strlen(y->text);
	struct yaml number = *y;

	if (n > 0 && y->text[n - 1] == 'x') {
		number.text = arena_strndup(r->arena, y->text, n - 1);
		read_number(r, t, &number, to);
		return;
	}
	read_refuse(r, t, y, "bad-number", yaml_clip(r->arena, y->text));
	if (n > 0 && n < 5 && strspn(y->text, "0123456789") == n)
		diag_hint(r->dg, "write %sx", y->text);
}

static const struct type type_speed = { .noun = "a number of times, 1x to 10000x",
					.scalar = read_speed,
					.pattern = "^[1-9][0-9]*x$",
					.min = 1,
					.max = 10000 };

static const struct key file_keys[] = {
	{ "netemu", &type_version, .flags = KEY_REQUIRED,
	  .help = "the version of the language: 1" },
	{ "name", &type_lab_name, PLACED(struct model, name), .help = "the lab's name" },
	{ "summary", &type_text, FIELD(struct model, summary), .help = "a one-line description" },
	OBJECT_SECTIONS,
	{ "latency", &type_latency, FIELD(struct model, latency),
	  .help = "round trips between regions" },
	{ "hops", &type_hops, FIELD(struct model, hops),
	  .help = "routers that answer traceroute: all, or those that answer in the real network",
	  .preset = "all" },
	{ "failed", &type_failed, .help = "objects and parts that are down from the start" },
	{ "impaired", &type_impaired,
	  .help = "impairments of links besides what the rest of the file implies" },
	{ "timers", &type_timers, FIELD(struct model, timers),
	  .help = "how fast a change is detected: at once, or as in the real networks",
	  .preset = "none" },
	{ "speed", &type_speed, FIELD(struct model, speed),
	  .help = "how many times the timers are faster than the real ones", .preset = "1x" },
	{ "expect", &type_expect, .help = "expectations that must be true" },
	{ "scenarios", &type_scenarios, .help = "scenarios: named lists of steps" },
	{ 0 }
};

const struct type type_file = { .noun = "a map of sections", .keys = file_keys };

static struct object *(*const makers[OBJECT_KINDS])(struct reader *) = {
	[OBJECT_PRIVATE_CLOUD] = make_private_cloud,
	[OBJECT_VIRTUAL_NETWORK] = make_virtual_network,
	[OBJECT_SITE] = make_site,
	[OBJECT_CIRCUIT] = make_circuit,
	[OBJECT_INTERCONNECT] = make_interconnect,
	[OBJECT_GLOBAL_REACH] = make_global_reach,
	[OBJECT_GATEWAY_CONNECTION] = make_gateway_connection,
	[OBJECT_PEERING] = make_peering,
	[OBJECT_ROUTER] = make_router,
	[OBJECT_HOST] = make_host,
	[OBJECT_LINK] = make_link,
	[OBJECT_CLOUDSIMPLE_REGION] = make_cloudsimple_region,
	[OBJECT_CLOUDSIMPLE_CLOUD] = make_cloudsimple_cloud,
	[OBJECT_ROUTE_TABLE] = make_route_table,
	[OBJECT_VPN_CONNECTION] = make_vpn_connection,
	[OBJECT_NETWORK_EXTENSION] = make_network_extension,
};

/* ---- declaring the names --------------------------------------------------------------------- */

/* Reports the later of the two in the file; sections are not declared in the file's order. */
static void report_namesakes(struct reader *r, const struct object *a, const struct object *b)
{
	bool turn = a->pos.line < b->pos.line ||
		    (a->pos.line == b->pos.line && a->pos.col < b->pos.col);
	const struct object *first = turn ? a : b, *second = turn ? b : a;

	diag_error(r->dg, second->pos, -EINVAL, "duplicate-name",
		   "'%s' is already the name of %s; see %s:%u", yaml_clip(r->arena, second->name),
		   object_kind_phrase(first->kind), first->pos.file, first->pos.line);
}

static bool is_join(enum object_kind kind)
{
	return kind == OBJECT_INTERCONNECT || kind == OBJECT_GLOBAL_REACH;
}

static void count_join(struct reader *r, struct pos at)
{
	if (++r->joins == JOINS_MAX + 1)
		diag_error(r->dg, at, -E2BIG, "limit", "more than %d joins of circuits in one file",
			   JOINS_MAX);
}

/* A file above a limit is not read further. */
static bool is_too_large(const struct reader *r)
{
	return r->objects > OBJECTS_MAX || r->joins > JOINS_MAX;
}

void reader_count(struct reader *r, struct pos at)
{
	if (++r->objects == OBJECTS_MAX + 1)
		diag_error(r->dg, at, -E2BIG, "limit", "more than %d objects and VMs in one file",
			   OBJECTS_MAX);
}

static void declare_object(struct reader *r, enum object_kind kind, struct yaml *y)
{
	struct object *o = makers[kind](r), *other;

	o->kind = kind;
	o->name = y->key;
	o->pos = y->key_pos;
	y->object = o;
	if (is_join(kind))
		count_join(r, y->key_pos);
	else
		reader_count(r, y->key_pos);
	name_check(r, y->key, y->key_pos, NULL);
	other = map_add(r->names, o->name, o);
	if (other)
		report_namesakes(r, o, other);
}

static void declare_section(struct reader *r, enum object_kind kind, const struct yaml *section)
{
	if (section && section->kind == YAML_MAP)
		for (size_t i = 0; i < section->items.n; i++)
			declare_object(r, kind, section->items.v[i]);
}

static void declare_objects(struct reader *r, const struct yaml *root)
{
	const struct yaml *regions = yaml_get(root, object_kind_section(OBJECT_CLOUDSIMPLE_REGION));

	for (unsigned int kind = 0; kind < OBJECT_KINDS; kind++)
		/* The section 'internet' is an object itself, not a map of objects. */
		if (kind != OBJECT_INTERNET && kind != OBJECT_CLOUDSIMPLE_CLOUD)
			declare_section(r, kind, yaml_get(root, object_kind_section(kind)));
	if (regions && regions->kind == YAML_MAP) /* objects within objects */
		for (size_t i = 0; i < regions->items.n; i++)
			if (regions->items.v[i]->kind == YAML_MAP)
				declare_section(r, OBJECT_CLOUDSIMPLE_CLOUD,
						yaml_get(regions->items.v[i], "private-clouds"));
}

void read_connected(struct reader *r, const struct yaml *y)
{
	for (size_t i = 0; i < y->items.n; i++) {
		const struct yaml *section = y->items.v[i];

		if (!read_find_key(object_sections, section->key) &&
		    read_find_key(file_keys, section->key)) {
			diag_error(r->dg, section->key_pos, -EINVAL, "unknown-key",
				   "'%s' cannot be connected", section->key);
			diag_hint(r->dg, "only objects can, such as interconnects and circuits");
		} else if (!read_find_key(object_sections, section->key)) {
			read_unknown_key(r, object_sections, section);
		} else if (section->kind != YAML_MAP) {
			read_refuse(r, read_find_key(object_sections, section->key)->type, section,
				    "wrong-type", NULL);
		}
	}
}

/* ---- reading --------------------------------------------------------------------------------- */

/* "labs/Two clouds.yaml" becomes "two-clouds". */
static const char *default_name(struct arena *a, const char *file)
{
	const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
	const char *dot = strrchr(base, '.');
	size_t n = dot && dot > base ? (size_t)(dot - base) : strlen(base);
	char *name = arena_strndup(a, base, n < NAME_MAX_BYTES ? n : NAME_MAX_BYTES);

	for (char *c = name; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
		else if (!(*c >= 'a' && *c <= 'z') && !(*c >= '0' && *c <= '9'))
			*c = '-';
	}
	name += strspn(name, "-"); /* those of "<stdin>" */
	for (n = strlen(name); n > 0 && name[n - 1] == '-'; n--)
		name[n - 1] = '\0';
	return name_is_good(name) ? name : "lab";
}

static void read_tree(struct reader *r, struct yaml *root)
{
	r->root = root;
	r->names = map_new();
	declare_objects(r, root);
	if (!is_too_large(r)) {
		read_value(r, &type_file, root, r->m);
		clouds_join_networks(r);
	}
	map_free(r->names);
}

static struct model *model_new(const char *file)
{
	struct arena *a = arena_new();
	struct model *m = arena_make(a, struct model);

	m->arena = a;
	m->file = arena_strdup(a, file);
	m->name = default_name(a, file);
	m->name_pos.file = m->file;
	m->latency.within_region_ns = 1000000;
	m->speed = 1;
	m->numbers = numbering_new();
	return m;
}

/* ---- a file and its models ------------------------------------------------------------------- */

struct topology *topology_new(const char *name, const char *text, size_t n, struct diag *dg)
{
	size_t before = diag_errors(dg);
	struct arena *a = arena_new();
	struct topology *t = arena_make(a, struct topology);

	*t = (struct topology){ .name = arena_strdup(a, name), .size = n, .owners = 1, .arena = a };
	t->text = arena_strndup(a, text, n);
	if (n <= YAML_FILE_MAX)
		diag_source(dg, name, text, n);
	t->root = yaml_parse(a, t->name, t->text, n, dg);
	t->wrong = diag_errors(dg) > before;
	return t;
}

struct topology *topology_share(struct topology *t)
{
	t->owners++;
	return t;
}

void topology_free(struct topology *t)
{
	if (t && --t->owners == 0)
		arena_free(t->arena);
}

struct model *topology_model(const struct topology *t, const change_list *changes, struct diag *dg)
{
	size_t before = diag_errors(dg);
	struct model *m = model_new(t->name);
	struct reader r = { .m = m, .arena = m->arena, .dg = dg };
	/* Changes, and the reader's own notes, go to a copy. */
	struct yaml *root = t->root ? yaml_copy(m->arena, m->file, t->root) : NULL;

	r.text = encoding_skip_mark(t->text, t->size);
	r.gone = map_new();
	if (root && root->kind == YAML_MAP)
		changes_apply(&r, root, changes);
	m->changed = changes->n > 0;
	if (root && (root->kind == YAML_NOTHING || root->kind == YAML_MAP))
		read_tree(&r, root);
	else if (root)
		read_value(&r, &type_file, root, m);
	else if (!t->wrong)
		diag_error(dg, (struct pos){ .file = m->file }, -EINVAL, "missing-key",
			   "the file is empty");
	if (root && !root->cut && !is_too_large(&r) && !t->wrong && diag_errors(dg) == before)
		model_check(m, dg);
	map_free(r.gone);
	if (!t->wrong && diag_errors(dg) == before)
		return m;
	model_free(m);
	return NULL;
}

struct model *topology_parse(const char *name, const char *text, size_t n, struct diag *dg)
{
	return topology_parse_changed(name, text, n, &(const change_list){ 0 }, dg);
}

struct model *topology_parse_changed(const char *name, const char *text, size_t n,
				     const change_list *changes, struct diag *dg)
{
	struct topology *t = topology_new(name, text, n, dg);
	struct model *m = topology_model(t, changes, dg);

	topology_free(t);
	return m;
}
