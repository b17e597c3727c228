/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Applies the impairments that the file lists beside its other settings. */
#include <errno.h>

#include "fabric/build.h"
#include "net/units.h"

static void impaired_set(struct impairment *to, const struct impaired *i)
{
	if (i->given & IMPAIR_DELAY)
		to->delay_ns = i->what.delay_ns;
	if (i->given & IMPAIR_JITTER)
		to->jitter_ns = i->what.jitter_ns;
	if (i->given & IMPAIR_RATE)
		to->rate_bps = i->what.rate_bps;
	if (i->given & IMPAIR_LOSS)
		to->loss_ppm = i->what.loss_ppm;
	if (i->given & IMPAIR_DUPLICATE)
		to->duplicate_ppm = i->what.duplicate_ppm;
	if (i->given & IMPAIR_REORDER)
		to->reorder_ppm = i->what.reorder_ppm;
}

/* Like a plain link's impairments: a packet must not arrive before it was sent. */
static void impaired_check(struct fabric_builder *b, const struct impaired *i,
			   const struct fabric_link *l, const struct impairment *to)
{
	if (to->jitter_ns > to->delay_ns)
		diag_error(b->dg, i->name.pos, -EINVAL, "conflict",
			   "'%s': a jitter of %s is more than the delay of %s of the link %s",
			   i->name.name, TIME_STR(to->jitter_ns), TIME_STR(to->delay_ns), l->name);
	else if (to->reorder_ppm && !to->delay_ns)
		diag_error(b->dg, i->name.pos, -EINVAL, "conflict",
			   "'%s': the link %s has no delay: nothing can be reordered there",
			   i->name.name, l->name);
	else
		return;
	diag_hint(b->dg, "give a 'delay', too");
}

/* Whether the link is one of those named; with `only_own`, only links of the object itself count: a
 * circuit's own links lead to its customer, not to the gateways that are connected to it. */
static bool impaired_is_own(const struct fabric *f, const struct named_links *t,
			    const struct fabric_link *l, bool only_own)
{
	return build_is_named(f, t, l) && (!only_own || l->object == t->object);
}

static bool impaired_has_own(const struct fabric *f, const struct named_links *t)
{
	for (each(struct fabric_link, l, &f->links))
		if (t->node == NONE && l->object == t->object)
			return true;
	return false;
}

void build_impaired(struct fabric_builder *b)
{
	struct fabric *f = b->f;

	for (each(const struct impaired, i, &b->m->impaired)) {
		struct named_links t;
		bool only_own, any = false;

		if (!build_named_links(b, &i->name, i->object, i->side, &t))
			continue;
		only_own = impaired_has_own(f, &t);
		for (each(struct fabric_link, l, &f->links)) {
			if (!impaired_is_own(f, &t, l, only_own))
				continue;
			any = true;
			for (int end = 0; end < 2; end++) {
				impaired_set(&l->to[end], i);
				impaired_check(b, i, l, &l->to[end]);
			}
		}
		if (!any)
			diag_warn(b->dg, i->name.pos, "impaired",
				  "'%s' has no link that could be impaired", i->name.name);
	}
}
