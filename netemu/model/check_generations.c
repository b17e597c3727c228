/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private clouds of generation 2, and CloudSimple: their addresses, and features that they lack. */
#include "model/check.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "model/overlap.h"

/* ---- generation 2: no circuit ---------------------------------------------------------------- */

static bool is_second_generation(const struct circuit *c)
{
	return c->cloud && c->cloud->generation == 2;
}

/* Gateways and Global Reach join circuits; a private cloud of generation 2 has no circuit. */
bool check_has_circuit(struct check *c, const struct circuit *circuit, struct pos at,
		       const char *what)
{
	const struct private_cloud *pc = circuit->cloud;

	if (!is_second_generation(circuit))
		return true;
	diag_error(c->dg, at, -EINVAL, "generation",
		   "'%s' is of generation 2 and has no circuit that %s could join", pc->o.name,
		   what);
	diag_hint(c->dg,
		  "on-premises reaches it by the ExpressRoute gateway of '%s', other networks "
		  "and clouds by peering with '%s'",
		  pc->network->o.name, pc->network->o.name);
	return false;
}

/* ---- generation 2: its network --------------------------------------------------------------- */

enum {
	NETWORK_PREFIXES = 1000, /* of a virtual network, including the address block */
	ENTRIES_3 = 4096,	 /* /28 blocks that T0 has room for, with three hosts */
	ENTRIES_4 = 6144,	 /* the same with more hosts */
};

static bool cloud_parts_met(void *ctx, const struct claim *outer, const struct claim *inner)
{
	struct check *c = ctx;
	const struct claim *later = outer->order > inner->order ? outer : inner;
	const struct claim *earlier = later == outer ? inner : outer;

	if (later->kind == CLAIM_SUBNET && earlier->kind == CLAIM_SUBNET)
		return true; /* two subnets: check_parts() reports them */
	if (later->kind == CLAIM_SEGMENT && earlier->kind == CLAIM_SEGMENT &&
	    later->owner == earlier->owner)
		return true; /* two segments of one cloud: check_parts(), too */
	diag_error(c->dg, later->pos, -EINVAL, "overlap", "%s overlaps %s",
		   claim_text(c->scratch, later), claim_text(c->scratch, earlier));
	return check_goes_on(c);
}

/* Subnets, block and segments share one address space. */
static void check_apart(struct check *c, const struct private_cloud *pc)
{
	struct claims claims = { 0 };

	claims_add_networks(&claims, CLAIM_SUBNET, &pc->network->o, &pc->network->subnets);
	claims_add_cloud(&claims, pc);
	claims_meet(&claims, cloud_parts_met, c);
	claims_release(&claims);
}

static void check_inside(struct check *c, const struct private_cloud *pc)
{
	const struct virtual_network *vn = pc->network;
	bool inside = false;

	for (size_t i = 0; i < vn->own_spaces; i++)
		inside |= prefix_covers(&vn->address_space.v[i].prefix, &pc->block.prefix);
	if (inside)
		return;
	diag_error(c->dg, pc->block.pos, -EINVAL, "address-block",
		   "the address block %s of '%s' is outside the address space of '%s'",
		   PREFIX_STR(&pc->block.prefix), pc->o.name, vn->o.name);
	diag_hint(c->dg,
		  "add it to the address space: a cloud of generation 2 is part of its network");
}

static void check_room(struct check *c, const struct private_cloud *pc)
{
	uint32_t most = pc->nodes > 3 ? ENTRIES_4 : ENTRIES_3;
	uint64_t entries = 0;

	for (each(struct network, s, &pc->segments))
		for (each(struct placed_prefix, p, &s->prefixes))
			if (s->routed && p->prefix.a.family == AF_INET)
				entries += p->prefix.len < 28 ? 1u << (28 - p->prefix.len) : 1;
	if (entries > most) {
		diag_error(c->dg, pc->o.pos, -EINVAL, "segment-limit",
			   "the segments of '%s' take %llu /28 blocks: T0 has room for %u with %u "
			   "hosts",
			   pc->o.name, (unsigned long long)entries, most, pc->nodes);
		diag_hint(c->dg, pc->nodes > 3 ? "use smaller segments"
					       : "with `nodes: 4` T0 has room for 6144");
	}
	if (pc->network->address_space.n > NETWORK_PREFIXES)
		diag_error(c->dg, pc->o.pos, -EINVAL, "segment-limit",
			   "with the segments of '%s' the address space of '%s' has %zu prefixes: "
			   "a virtual network takes %d",
			   pc->o.name, pc->network->o.name, pc->network->address_space.n,
			   NETWORK_PREFIXES);
}

static void check_second(struct check *c, const struct private_cloud *pc)
{
	const struct virtual_network *vn = pc->network;

	if (vn->cloud != pc) {
		diag_error(c->dg, pc->network_pos, -EINVAL, "generation",
			   "'%s' is in '%s' already: a virtual network holds one private cloud",
			   vn->cloud->o.name, vn->o.name);
		return;
	}
	if (strcmp(pc->region, vn->region) != 0)
		diag_error(c->dg, pc->region_pos, -EINVAL, "region",
			   "'%s' is in %s, its network '%s' in %s", pc->o.name, pc->region,
			   vn->o.name, vn->region);
	check_inside(c, pc);
	check_apart(c, pc);
	check_room(c, pc);
}

/* ---- CloudSimple ----------------------------------------------------------------------------- */

static bool flat_met(void *ctx, const struct claim *outer, const struct claim *inner)
{
	struct check *c = ctx;
	const struct claim *later = outer->order > inner->order ? outer : inner;
	const struct claim *earlier = later == outer ? inner : outer;

	diag_error(c->dg, later->pos, -EINVAL, "overlap",
		   "%s overlaps %s: networks that are connected to a CloudSimple region may not "
		   "overlap",
		   claim_text(c->scratch, later), claim_text(c->scratch, earlier));
	return check_goes_on(c);
}

static void claim_region(struct claims *claims, const struct cloudsimple_region *region)
{
	for (each(struct cloudsimple_cloud *, cloud, &region->clouds))
		claims_add_networks(claims, CLAIM_SEGMENT, &(*cloud)->o, &(*cloud)->segments);
}

static bool later_met(void *ctx, const struct claim *outer, const struct claim *inner)
{
	size_t own = ((struct check *)ctx)->own_claims;

	/* Report overlaps of the region only, not those between other networks. */
	if ((outer->order < own) == (inner->order < own) && outer->order >= own)
		return true;
	return flat_met(ctx, outer, inner);
}

/* Adds the address spaces of a network and of the spokes that use its gateway. */
static void claim_network_and_spokes(struct check *c, struct claims *claims,
				     const struct virtual_network *vn)
{
	claims_add_space(claims, vn);
	for (each(struct peering *, p, &c->m->peerings))
		for (int i = 0; i < 2; i++)
			if ((*p)->half[i].exists && (*p)->half[i].use_remote_gateways &&
			    (*p)->half[!i].network == vn)
				claims_add_space(claims, (*p)->half[i].network);
}

static void check_region(struct check *c, const struct cloudsimple_region *region)
{
	struct claims claims = { 0 };

	claim_region(&claims, region);
	c->own_claims = claims.list.n;
	for (each(struct gateway_connection *, gc, &c->m->gateway_connections))
		if ((*gc)->circuit == &region->circuit)
			claim_network_and_spokes(c, &claims, (*gc)->network);
	for (each(struct circuit_join *, join, &c->m->global_reach))
		for (int i = 0; i < 2; i++) {
			const struct circuit *far = (*join)->end[!i];

			if ((*join)->end[i] != &region->circuit || far == &region->circuit)
				continue;
			if (far->cloud)
				claims_add_cloud(&claims, far->cloud);
			if (far->cloudsimple > region) /* a pair of regions is checked once */
				claim_region(&claims, far->cloudsimple);
			if (far->site)
				claims_add_networks(&claims, CLAIM_SITE, &far->site->o,
						    &far->site->networks);
		}
	claims_meet(&claims, later_met, c);
	claims_release(&claims);
}

void check_generations(struct check *c)
{
	for (each(struct private_cloud *, pc, &c->m->private_clouds))
		if ((*pc)->generation == 2)
			check_second(c, *pc);
	for (each(struct peering *, p, &c->m->peerings))
		for (int i = 0; i < 2; i++)
			if (!(*p)->half[i].synced && !(*p)->half[i].network->cloud)
				diag_warn(c->dg, (*p)->half[i].synced_pos, "generation",
					  "'synced: false' has no effect: no private cloud is in "
					  "'%s'",
					  (*p)->half[i].network->o.name);
	for (each(struct cloudsimple_region *, region, &c->m->cloudsimple_regions)) {
		for (each(struct cloudsimple_cloud *, cloud, &(*region)->clouds))
			check_parts(c, &(*cloud)->o, &(*cloud)->segments, 2);
		check_region(c, *region);
	}
}
