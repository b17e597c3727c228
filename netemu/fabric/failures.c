/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Failures that the file states: of a circuit, one of its links, a join, or a node. The links of a
 * failed part carry nothing, and the sessions over them have ended. */
#include <string.h>

#include "base/mem.h"
#include "fabric/build.h"

/* The node at a link's end: that of the interface, or the home of the segment. */
static uint32_t failure_end_node(const struct fabric *f, const struct link_end *end)
{
	uint32_t iface = end->iface != NONE ? end->iface : f->segments.v[end->segment].home;

	return iface == NONE ? NONE : f->ifaces.v[iface].node;
}

static bool failure_hits_node(const struct fabric *f, const struct named_links *t, uint32_t node)
{
	if (node == NONE || t->msee != NONE)
		return false;
	return t->node != NONE ? t->node == node : f->nodes.v[node].object == t->object;
}

bool build_is_named(const struct fabric *f, const struct named_links *t,
		    const struct fabric_link *l)
{
	uint32_t end[2] = { failure_end_node(f, &l->end[0]), failure_end_node(f, &l->end[1]) };

	if (failure_hits_node(f, t, end[0]) || failure_hits_node(f, t, end[1]))
		return true;
	if (t->msee != NONE) /* the link between the circuit's owner and this edge router */
		return l->object == t->object && (end[0] == t->msee || end[1] == t->msee);
	return t->node == NONE && l->object == t->object;
}

static bool failure_hits_session(const struct fabric *f, const struct named_links *t,
				 const struct session *s)
{
	if (s->iface[0] != NONE)
		return f->links.v[f->ifaces.v[s->iface[0]].link].down;
	return failure_hits_node(f, t, s->node[0]) || failure_hits_node(f, t, s->node[1]) ||
	       (t->msee == NONE && t->node == NONE && s->object == t->object);
}

/* A name that a circuit's link shares with an edge router stands for the link. */
bool build_named_links(struct fabric_builder *b, const struct placed_name *name,
		       const struct object *object, int side, struct named_links *ret)
{
	*ret = (struct named_links){ object, NONE, NONE };
	if (!strchr(name->name, '.'))
		return true;
	if (side >= 0) {
		ret->msee = fabric_node(b->f, name->name);
		return ret->msee != NONE;
	}
	ret->node = fabric_find(b->f, name->name, name->pos, b->dg);
	return ret->node != NONE;
}

void build_failures(struct fabric_builder *b)
{
	struct fabric *f = b->f;

	for (each(const struct failure, failure, &b->m->failures)) {
		const char *why = arena_printf(b->a, "'%s' has failed", failure->name.name);
		struct named_links t;
		bool any = false;

		if (!build_named_links(b, &failure->name, failure->object, failure->side, &t))
			continue;
		for (each(struct fabric_link, l, &f->links))
			if (build_is_named(f, &t, l)) {
				l->down = l->down ? l->down : why;
				any = true;
			}
		for (each(struct session, s, &f->sessions))
			if (failure_hits_session(f, &t, s)) {
				s->down = s->down ? s->down : why;
				any = true;
			}
		if (!any)
			diag_warn(b->dg, failure->name.pos, "failed",
				  "'%s' has no link that could be down", failure->name.name);
	}
}
