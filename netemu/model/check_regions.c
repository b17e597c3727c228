/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regions and peering locations that Azure does not have: a file may have its own, so they are only
 * warnings against misspelling. */
#include "model/check.h"

#include "base/map.h"
#include "model/regions.h"

/* Whether to report an unknown name: only at its first place, and not more names than there can be
 * findings, because each one is compared with all known names. */
static bool place_is_new(struct map *seen, const char *name)
{
	return !map_add(seen, name, seen) && map_count(seen) <= DIAG_MAX;
}

struct region_names {
	struct check *c;
	struct map *own, *seen; /* names under 'latency'; names that place_is_new() has seen */
};

static void warn_region(struct region_names *s, const char *region, struct pos at)
{
	const char *meant;

	if (!region || region_geography(region) || !place_is_new(s->seen, region))
		return;
	meant = region_meant(region);
	diag_warn(s->c->dg, at, "unknown-region", "unknown region '%s'", region);
	if (meant)
		diag_hint(s->c->dg, "did you mean '%s'?", meant);
	else
		diag_hint(s->c->dg,
			  "give the round trips of a region of your own under 'latency', as "
			  "`%s..westeurope: 20ms`",
			  region);
}

/* A region that both an object and 'latency' name is the file's own. A region that only one of them
 * names is unknown. */
static void check_used_region(struct region_names *s, const char *region, struct pos at)
{
	if (region && map_get(s->own, region))
		map_add(s->seen, region, s);
	else
		warn_region(s, region, at);
}

static void check_region_names(struct region_names *s)
{
	const struct model *m = s->c->m;

	for (each(const struct region_pair, p, &m->latency.pairs)) {
		map_add(s->own, p->a, s);
		map_add(s->own, p->b, s);
	}
	for (each(struct private_cloud *, pc, &m->private_clouds))
		check_used_region(s, (*pc)->region, (*pc)->region_pos);
	for (each(struct cloudsimple_region *, r, &m->cloudsimple_regions))
		check_used_region(s, (*r)->region, (*r)->region_pos);
	for (each(struct virtual_network *, vn, &m->virtual_networks))
		check_used_region(s, (*vn)->region, (*vn)->region_pos);
	for (each(struct circuit *, circuit, &m->circuits))
		check_used_region(s, (*circuit)->region, (*circuit)->region_pos);
	for (each(const struct region_pair, p, &m->latency.pairs)) {
		warn_region(s, p->a, p->pos);
		warn_region(s, p->b, p->pos);
	}
}

static void warn_location(struct check *c, struct map *seen, const struct circuit *circuit)
{
	const char *name = circuit->peering_location, *meant;

	if (!name || !place_is_new(seen, name))
		return;
	meant = location_meant(name);
	if (!meant) /* a known location, or one of the file's own */
		return;
	diag_warn(c->dg, circuit->peering_location_pos, "unknown-location",
		  "unknown peering location '%s'", name);
	diag_hint(c->dg, "did you mean '%s'?", meant);
}

void check_regions(struct check *c)
{
	struct region_names names = { .c = c, .own = map_new(), .seen = map_new() };
	struct map *places = map_new();

	check_region_names(&names);
	for (each(struct circuit *, circuit, &c->m->circuits))
		warn_location(c, places, *circuit);
	map_free(names.own);
	map_free(names.seen);
	map_free(places);
}
