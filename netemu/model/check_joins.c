/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interconnects, Global Reach, gateway connections, and their keys. */
#include "model/check.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/overlap.h"
#include "model/regions.h"

/* ---- overlaps of two joined circuits --------------------------------------------------------- */

struct joined_overlap {
	const struct object *side; /* one of the two owners */
	size_t n;
	struct claim first[2];
};

/* check_overlaps.c reports an overlap of a block and a site's network, at the block. */
static bool joined_met(void *ctx, const struct claim *outer, const struct claim *inner)
{
	struct joined_overlap *meeting = ctx;

	if (outer->owner == inner->owner ||
	    (outer->kind == CLAIM_BLOCK && inner->kind == CLAIM_SITE) ||
	    (outer->kind == CLAIM_SITE && inner->kind == CLAIM_BLOCK))
		return true;
	if (meeting->n++)
		return true;
	meeting->first[0] = outer->owner == meeting->side ? *outer : *inner;
	meeting->first[1] = outer->owner == meeting->side ? *inner : *outer;
	return true;
}

static void claim_join_end(struct claims *claims, const struct circuit *circuit)
{
	if (circuit->cloud)
		claims_add_cloud(claims, circuit->cloud);
	if (circuit->site)
		claims_add_networks(claims, CLAIM_SITE, &circuit->site->o,
				    &circuit->site->networks);
}

/* The service accepts the overlap, so this is a warning. */
static void warn_overlap(struct check *c, const struct circuit_join *join)
{
	struct claims claims = { 0 };
	const struct circuit *side = join->end[0];
	struct joined_overlap meeting = { 0 };
	const char *more = "";

	meeting.side = side->cloud ? &side->cloud->o : side->site ? &side->site->o : NULL;
	claim_join_end(&claims, join->end[0]);
	claim_join_end(&claims, join->end[1]);
	claims_meet(&claims, joined_met, &meeting);
	claims_release(&claims);
	if (meeting.n == 0)
		return;
	if (meeting.n > 1)
		more = arena_printf(c->scratch, " (and %zu more)", meeting.n - 1);
	diag_warn(c->dg, join->o.pos, "overlap",
		  "%s overlaps %s%s: each side reaches only its own copy",
		  claim_text(c->scratch, &meeting.first[0]),
		  claim_text(c->scratch, &meeting.first[1]), more);
}

/* ---- pairs ----------------------------------------------------------------------------------- */

struct circuit_pair { /* two circuits and the index of the join between them */
	uintptr_t low, high;
	size_t i;
};

static int by_pair(const void *a, const void *b)
{
	const struct circuit_pair *x = a, *y = b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	return (x->i > y->i) - (x->i < y->i);
}

/* Returns for each join the index of the first join of the same two circuits. */
static size_t *find_firsts(struct check *c, struct circuit_join *const *joins, size_t n)
{
	struct circuit_pair *pairs = arena_alloc(c->scratch, n * sizeof(*pairs));
	size_t *firsts = arena_alloc(c->scratch, n * sizeof(*firsts)), first = 0;

	for (size_t i = 0; i < n; i++) {
		uintptr_t a = (uintptr_t)joins[i]->end[0], b = (uintptr_t)joins[i]->end[1];

		pairs[i] = (struct circuit_pair){ a < b ? a : b, a < b ? b : a, i };
	}
	if (n)
		qsort(pairs, n, sizeof(*pairs), by_pair);
	for (size_t i = 0; i < n; i++) {
		if (pairs[i].low != pairs[first].low || pairs[i].high != pairs[first].high)
			first = i;
		firsts[pairs[i].i] = pairs[first].i;
	}
	return firsts;
}

/* Whether the join is the first one between two different circuits; otherwise reports it. */
static bool check_circuit_pair(struct check *c, const struct circuit_join *join,
			       const struct circuit_join *first)
{
	if (join->end[0] == join->end[1]) {
		diag_error(c->dg, join->end_pos[1], -EINVAL, "self-join",
			   "'%s' joins '%s' with itself", join->o.name, join->end[0]->o.name);
		return false;
	}
	if (first == join)
		return true;
	diag_error(c->dg, join->o.pos, -EINVAL, "duplicate-join",
		   "'%s' joins '%s' and '%s', as '%s' already does; see %s:%u", join->o.name,
		   join->end[0]->o.name, join->end[1]->o.name, first->o.name, first->o.pos.file,
		   first->o.pos.line);
	return false;
}

/* ---- interconnects --------------------------------------------------------------------------- */

static void check_interconnect(struct check *c, const struct circuit_join *join,
			       const struct circuit_join *first)
{
	const struct private_cloud *a = join->end[0]->cloud, *b = join->end[1]->cloud;
	const char *meant;

	for (int k = 0; k < 2; k++)
		if (!check_has_circuit(c, join->end[k], join->end_pos[k], "an interconnect"))
			return;
	if (!check_circuit_pair(c, join, first))
		return;
	if (strcmp(a->region, b->region) != 0) {
		diag_error(c->dg, join->o.pos, -EINVAL, "region",
			   "an interconnect joins clouds of one region: '%s' is in %s, '%s' in %s",
			   a->o.name, a->region, b->o.name, b->region);
		meant = region_meant(a->region) ? region_meant(a->region) : region_meant(b->region);
		if (meant)
			diag_hint(c->dg, "did you mean '%s'?", meant);
		else
			diag_hint(c->dg,
				  "across regions use Global Reach: "
				  "`global-reach: { %s: [%s, %s] }`",
				  join->o.name, a->o.name, b->o.name);
	}
	warn_overlap(c, join);
}

/* ---- Global Reach ---------------------------------------------------------------------------- */

static void check_reach_skus(struct check *c, const struct circuit_join *join)
{
	const struct circuit *a = join->end[0], *b = join->end[1];
	const char *here = region_geography(a->region), *there = region_geography(b->region);
	bool local = false;

	for (int i = 0; i < 2; i++) {
		if (join->end[i]->sku != CIRCUIT_LOCAL)
			continue;
		local = true;
		diag_error(c->dg, join->end_pos[i], -EINVAL, "sku",
			   "the circuit of '%s' is Local: Global Reach needs Standard or Premium",
			   join->end[i]->o.name);
	}
	if (local || !here || !there || strcmp(here, there) == 0 ||
	    (a->sku == CIRCUIT_PREMIUM && b->sku == CIRCUIT_PREMIUM))
		return;
	diag_error(c->dg, join->o.pos, -EINVAL, "sku",
		   "Global Reach from %s ('%s') to %s ('%s') needs two Premium circuits", here,
		   a->o.name, there, b->o.name);
	diag_hint(c->dg, "write `sku: premium` in %s%s%s",
		  a->sku == CIRCUIT_PREMIUM ? "" : a->o.name,
		  a->sku != CIRCUIT_PREMIUM && b->sku != CIRCUIT_PREMIUM ? " and " : "",
		  b->sku == CIRCUIT_PREMIUM ? "" : b->o.name);
}

/* Private clouds are exempt: each is a location of its own. */
static void check_reach_location(struct check *c, const struct circuit_join *join)
{
	const struct circuit *a = join->end[0], *b = join->end[1];

	if (!a->peering_location || !b->peering_location ||
	    strcasecmp(a->peering_location, b->peering_location) != 0)
		return;
	diag_error(c->dg, join->o.pos, -EINVAL, "peering-location",
		   "Global Reach needs two peering locations: '%s' and '%s' are both at %s",
		   a->o.name, b->o.name, a->peering_location);
}

static void check_reach(struct check *c, const struct circuit_join *join,
			const struct circuit_join *first)
{
	const struct prefix *p = &join->prefix.prefix;

	if (p->a.family && p->len + 3u != addr_bits(&p->a))
		diag_error(c->dg, join->prefix.pos, -EINVAL, "bad-prefix",
			   "Global Reach takes a /%u for its links, not %s", addr_bits(&p->a) - 3,
			   PREFIX_STR(p));
	for (int k = 0; k < 2; k++)
		if (!check_has_circuit(c, join->end[k], join->end_pos[k], "Global Reach"))
			return;
	if (!check_circuit_pair(c, join, first))
		return;
	check_reach_skus(c, join);
	check_reach_location(c, join);
	if (!join->rtt_ns)
		check_latency(c, join->o.pos, join->end[0]->region, join->end[1]->region);
	warn_overlap(c, join);
}

typedef void check_join_fn(struct check *c, const struct circuit_join *join,
			   const struct circuit_join *first);

static void check_each(struct check *c, struct circuit_join *const *joins, size_t n,
		       check_join_fn *check_join)
{
	const size_t *first = find_firsts(c, joins, n);

	for (size_t i = 0; i < n; i++)
		check_join(c, joins[i], joins[first[i]]);
}

void check_joins(struct check *c)
{
	check_each(c, c->m->interconnects.v, c->m->interconnects.n, check_interconnect);
	check_each(c, c->m->global_reach.v, c->m->global_reach.n, check_reach);
}

/* ---- gateway connections --------------------------------------------------------------------- */

static void check_reach_of_sku(struct check *c, const struct gateway_connection *gc)
{
	const struct circuit *circuit = gc->circuit;
	const struct virtual_network *vn = gc->network;
	const char *here = region_geography(circuit->region), *there = region_geography(vn->region);

	if (circuit->sku == CIRCUIT_LOCAL && circuit->region &&
	    strcmp(circuit->region, vn->region) != 0 &&
	    !location_is_local(circuit->peering_location, vn->region)) {
		diag_error(c->dg, gc->circuit_pos, -EINVAL, "sku",
			   "the circuit of '%s' is Local and reaches only %s: '%s' is in %s",
			   circuit->o.name, circuit->region, vn->o.name, vn->region);
		diag_hint(c->dg,
			  "a Standard circuit reaches its geopolitical region, a Premium circuit "
			  "all regions");
	} else if (circuit->sku == CIRCUIT_STANDARD && here && there && strcmp(here, there) != 0) {
		diag_error(c->dg, gc->circuit_pos, -EINVAL, "sku",
			   "the circuit of '%s' is Standard and reaches only %s: '%s' is in %s",
			   circuit->o.name, here, vn->o.name, there);
		diag_hint(c->dg, "write `sku: premium` in %s", circuit->o.name);
	}
}

void check_gateway_connections(struct check *c)
{
	struct gateway_connection *const *all = c->m->gateway_connections.v;

	for (size_t i = 0; i < c->m->gateway_connections.n; i++) {
		const struct gateway_connection *gc = all[i];

		for (size_t k = 0; k < i; k++)
			if (all[k]->network == gc->network && all[k]->circuit == gc->circuit)
				diag_error(
					c->dg, gc->o.pos, -EINVAL, "duplicate-join",
					"'%s' joins '%s' and '%s', as '%s' already does; see %s:%u",
					gc->o.name, gc->network->o.name, gc->circuit->o.name,
					all[k]->o.name, all[k]->o.pos.file, all[k]->o.pos.line);
		if (!gc->network->er_gateway.pos.line) {
			diag_error(c->dg, gc->network_pos, -EINVAL, "no-gateway",
				   "'%s' has no ExpressRoute gateway", gc->network->o.name);
			diag_hint(c->dg, "write `gateways: { expressroute: {} }` in %s",
				  gc->network->o.name);
		}
		if (!check_has_circuit(c, gc->circuit, gc->circuit_pos, "a gateway"))
			continue;
		check_reach_of_sku(c, gc);
		if (!gc->rtt_ns)
			check_latency(c, gc->o.pos, gc->circuit->region, gc->network->region);
	}
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* The service accepts the connection, but it never comes up; so this is a warning. */
static void warn_key(struct check *c, const struct object *join, const struct placed_name *used,
		     const struct circuit *const *circuits, size_t n)
{
	const char *why = model_refused_key(c->m, join, c->scratch), *word;
	VEC(const char *) words = { 0 };

	if (!why)
		return;
	diag_warn(c->dg, used->pos, "authorization", "%s: no session comes up", why);
	for (size_t i = 0; i < n; i++)
		for (each(struct authorization, a, &circuits[i]->authorizations))
			vec_push(c->scratch, &words, a->key);
	word = text_nearest(used->name, words.v, words.n);
	if (word && strcmp(word, used->name) == 0)
		diag_hint(c->dg,
			  "an authorization is valid for one connection: create another one");
	else if (word)
		diag_hint(c->dg, "did you mean '%s'?", word);
	else
		diag_hint(c->dg, "list it under 'authorizations' in %s", circuits[n - 1]->o.name);
}

void check_authorizations(struct check *c)
{
	for (each(struct gateway_connection *, gc, &c->m->gateway_connections))
		warn_key(c, &(*gc)->o, &(*gc)->authorization,
			 (const struct circuit *[]){ (*gc)->circuit }, 1);
	for (each(struct circuit_join *, join, &c->m->global_reach))
		warn_key(c, &(*join)->o, &(*join)->authorization,
			 (const struct circuit *[]){ (*join)->end[0], (*join)->end[1] }, 2);
}
