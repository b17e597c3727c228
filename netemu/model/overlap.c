/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two prefixes either nest or are disjoint. In an order by address, shorter prefixes first, the
 * prefixes that cover a prefix precede it and form a stack: a prefix that does not cover the next
 * one does not cover any later one.
 */
#include "model/overlap.h"

#include <stdlib.h>

#include "base/mem.h"

void claims_add(struct claims *c, struct claim claim)
{
	claim.order = c->list.n;
	vec_push(NULL, &c->list, claim);
}

void claims_release(struct claims *c)
{
	vec_free(&c->list);
}

void claims_add_networks(struct claims *c, enum claim_kind kind, const struct object *owner,
			 const network_list *networks)
{
	for (each(struct network, n, networks))
		for (each(struct placed_prefix, p, &n->prefixes))
			if (n->routed)
				claims_add(c, (struct claim){ .prefix = p->prefix,
							      .pos = p->pos,
							      .kind = kind,
							      .owner = owner,
							      .part = n->name });
}

void claims_add_cloud(struct claims *c, const struct private_cloud *pc)
{
	claims_add(c, (struct claim){ .prefix = pc->block.prefix,
				      .pos = pc->block.pos,
				      .kind = CLAIM_BLOCK,
				      .owner = &pc->o });
	claims_add_networks(c, CLAIM_SEGMENT, &pc->o, &pc->segments);
}

void claims_add_space(struct claims *c, const struct virtual_network *vn)
{
	for (each(struct placed_prefix, p, &vn->address_space))
		claims_add(c, (struct claim){ .prefix = p->prefix,
					      .pos = p->pos,
					      .kind = CLAIM_SPACE,
					      .owner = &vn->o });
}

static int claims_by_prefix(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int d = prefix_cmp(&x->prefix, &y->prefix);

	return d ? d : (x->order > y->order) - (x->order < y->order);
}

void claims_meet(struct claims *c, claim_met_fn *met, void *ctx)
{
	enum { DEPTH = 64 }; /* compared levels of the stack; real files nest a few */
	const struct claim **stack = xcalloc(c->list.n, sizeof(struct claim *));
	size_t depth = 0;
	bool more = true;

	if (c->list.n)
		qsort(c->list.v, c->list.n, sizeof(*c->list.v), claims_by_prefix);
	for (each(struct claim, claim, &c->list)) {
		while (depth && !prefix_covers(&stack[depth - 1]->prefix, &claim->prefix))
			depth--;
		for (size_t i = depth; more && i > 0 && depth - i < DEPTH; i--)
			more = met(ctx, stack[i - 1], claim);
		stack[depth++] = claim;
	}
	free(stack);
}

const char *claim_text(struct arena *a, const struct claim *claim)
{
	const char *prefix = PREFIX_STR(&claim->prefix), *name = claim->owner->name;

	switch (claim->kind) {
	case CLAIM_BLOCK:
		return arena_printf(a, "the address block of '%s' (%s)", name, prefix);
	case CLAIM_SPACE:
		return arena_printf(a, "the address space of '%s' (%s)", name, prefix);
	case CLAIM_REACH:
		return arena_printf(a, "the prefix of '%s' (%s)", name, prefix);
	case CLAIM_LINK:
		return arena_printf(a, "the %s link of '%s' (%s)", claim->part, name, prefix);
	default:
		return arena_printf(a, "'%s.%s' (%s)", name, claim->part, prefix);
	}
}
