/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "routing/twins.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Interfaces of a node mostly stand in the same order. */
static uint32_t find_iface(const struct fabric *f, const struct node *n, const char *full,
			   size_t *hint)
{
	for (size_t i = 0; i < n->ifaces.n; i++) {
		size_t at = (*hint + i) % n->ifaces.n;

		if (strcmp(f->ifaces.v[n->ifaces.v[at]].full, full) == 0) {
			*hint = at + 1;
			return n->ifaces.v[at];
		}
	}
	return NONE;
}

static void pair_ifaces(const struct fabric *was, const struct fabric *is, uint32_t node,
			struct twins *ret)
{
	const uint32_t then = ret->node[node];
	size_t hint = 0;

	for (each(uint32_t, i, &was->nodes.v[node].ifaces))
		ret->iface[*i] = then == NONE ? NONE :
						find_iface(is, &is->nodes.v[then],
							   was->ifaces.v[*i].full, &hint);
}

void twins_find(const struct fabric *was, const struct fabric *is, struct twins *ret)
{
	ret->node = xcalloc(was->nodes.n + 1, sizeof(*ret->node));
	ret->iface = xcalloc(was->ifaces.n + 1, sizeof(*ret->iface));
	for (uint32_t i = 0; i < was->nodes.n; i++) {
		ret->node[i] = fabric_node(is, was->nodes.v[i].name);
		pair_ifaces(was, is, i, ret);
	}
}

void twins_release(struct twins *t)
{
	free(t->node);
	free(t->iface);
	*t = (struct twins){ 0 };
}
