/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Overlaps between objects: whether an overlap is refused, only unwise, or fine (two unconnected
 * networks may use the same prefix).
 */
#include "model/check.h"

#include <errno.h>

#include "model/overlap.h"

static bool network_is_connected(const struct model *m, const struct object *network,
				 const struct circuit *circuit)
{
	for (each(struct gateway_connection *, gc, &m->gateway_connections))
		if (&(*gc)->network->o == network && (*gc)->circuit == circuit)
			return true;
	return false;
}

enum verdict { FINE, UNWISE, REFUSED };

static enum verdict block_meets(const struct model *m, const struct claim *block,
				const struct claim *other)
{
	const struct private_cloud *pc = (const struct private_cloud *)block->owner;

	switch (other->kind) {
	case CLAIM_SPACE:
		return network_is_connected(m, other->owner, &pc->circuit) ? REFUSED : UNWISE;
	case CLAIM_SITE:
		return UNWISE;
	default:
		return FINE;
	}
}

static enum verdict segment_meets(const struct model *m, const struct claim *segment,
				  const struct claim *other)
{
	const struct private_cloud *pc = (const struct private_cloud *)segment->owner;

	if (other->kind == CLAIM_BLOCK)
		return other->owner == segment->owner ? REFUSED : FINE;
	if (other->kind == CLAIM_SPACE && network_is_connected(m, other->owner, &pc->circuit))
		return UNWISE;
	return FINE;
}

static enum verdict link_meets(const struct model *m, const struct claim *link,
			       const struct claim *other)
{
	const struct circuit *a = (const struct circuit *)link->owner, *b;

	if (other->kind == CLAIM_SPACE)
		return network_is_connected(m, other->owner, a) ? REFUSED : FINE;
	if (other->kind != CLAIM_LINK)
		return FINE;
	b = (const struct circuit *)other->owner;
	return a == b || (a->site && a->site == b->site) || (a->router && a->router == b->router)
		       ? REFUSED
		       : FINE;
}

/* Whether a circuit connects the two prefixes. The service accepts this, but one of the two is
 * unreachable or gets half of the other's packets. */
static enum verdict space_meets(const struct model *m, const struct claim *space,
				const struct claim *other)
{
	for (each(struct gateway_connection *, gc, &m->gateway_connections)) {
		const struct circuit *c = (*gc)->circuit;

		if (&(*gc)->network->o != space->owner || other->owner == space->owner)
			continue;
		if (other->kind == CLAIM_SITE && c->site && &c->site->o == other->owner)
			return UNWISE;
		if (other->kind == CLAIM_SPACE && network_is_connected(m, other->owner, c))
			return UNWISE;
	}
	return FINE;
}

/* A rule for two kinds stands at one of them, and the overlap is reported at the claim of this
 * kind. */
static const struct overlap_rule {
	enum claim_kind kind;
	enum verdict (*meets)(const struct model *m, const struct claim *it,
			      const struct claim *other);
} rules[] = {
	{ CLAIM_BLOCK, block_meets },
	{ CLAIM_SEGMENT, segment_meets },
	{ CLAIM_LINK, link_meets },
	{ CLAIM_SPACE, space_meets },
};

static enum verdict judge_overlap(const struct model *m, const struct claim *it,
				  const struct claim *other)
{
	if (it->kind == CLAIM_REACH)
		return REFUSED; /* no other object may use its prefix */
	for (size_t i = 0; i < countof(rules); i++)
		if (rules[i].kind == it->kind)
			return rules[i].meets(m, it, other);
	return FINE;
}

static void report_overlap(struct check *c, enum verdict verdict, const struct claim *it,
			   const struct claim *other)
{
	const char *a = claim_text(c->scratch, it), *b = claim_text(c->scratch, other);

	if (verdict == REFUSED)
		diag_error(c->dg, it->pos, -EINVAL, "overlap", "%s overlaps %s", a, b);
	else
		diag_warn(c->dg, it->pos, "overlap", "%s overlaps %s", a, b);
}

static bool addresses_met(void *ctx, const struct claim *outer, const struct claim *inner)
{
	struct check *c = ctx;
	bool turn = outer->order < inner->order; /* report the later of two of one kind */
	const struct claim *it = turn ? inner : outer, *other = turn ? outer : inner;
	enum verdict verdict = judge_overlap(c->m, it, other);

	if (verdict == FINE) {
		verdict = judge_overlap(c->m, other, it);
		turn = !turn;
	}
	if (verdict == FINE)
		return true;
	report_overlap(c, verdict, turn ? inner : outer, turn ? outer : inner);
	return check_goes_on(c);
}

void check_addresses(struct check *c)
{
	static const char *const links[] = { "primary", "secondary" };
	struct claims claims = { 0 };

	for (each(struct private_cloud *, pc, &c->m->private_clouds))
		if ((*pc)->generation == 1) /* generation 2 is part of a virtual network */
			claims_add_cloud(&claims, *pc);
	for (each(struct virtual_network *, vn, &c->m->virtual_networks))
		claims_add_space(&claims, *vn);
	for (each(struct cloudsimple_region *, r, &c->m->cloudsimple_regions))
		for (each(struct cloudsimple_cloud *, cloud, &(*r)->clouds))
			claims_add_networks(&claims, CLAIM_SUBNET, &(*cloud)->o,
					    &(*cloud)->segments);
	for (each(struct site *, s, &c->m->sites))
		claims_add_networks(&claims, CLAIM_SITE, &(*s)->o, &(*s)->networks);
	for (each(struct circuit *, it, &c->m->circuits))
		for (int i = 0; i < 2; i++)
			if ((*it)->link[i].prefix.a.family)
				claims_add(&claims, (struct claim){ .prefix = (*it)->link[i].prefix,
								    .pos = (*it)->link[i].pos,
								    .kind = CLAIM_LINK,
								    .owner = &(*it)->o,
								    .part = links[i] });
	for (each(struct circuit_join *, join, &c->m->global_reach))
		if ((*join)->prefix.prefix.a.family)
			claims_add(&claims, (struct claim){ .prefix = (*join)->prefix.prefix,
							    .pos = (*join)->prefix.pos,
							    .kind = CLAIM_REACH,
							    .owner = &(*join)->o });
	claims_meet(&claims, addresses_met, c);
	claims_release(&claims);
}
