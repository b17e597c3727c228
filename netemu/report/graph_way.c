/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paints the paths of a packet and of its answer: along an edge where one joins two boxes of the
 * path, else as a line of its own. */
#include "base/mem.h"
#include "net/units.h"
#include "report/graph.h"

/* The edge between two boxes: preferably that of the link's object; NULL: none that is up. */
static struct edge *edge_between(const struct picture *p, uint32_t a, uint32_t b,
				 const struct object *o)
{
	struct edge *any = NULL;

	for (each(struct edge, e, &p->edges)) {
		if (e->down ||
		    !((e->box[0] == a && e->box[1] == b) || (e->box[0] == b && e->box[1] == a)))
			continue;
		if (e->object == o)
			return e;
		any = any ? any : e;
	}
	return any;
}

static const struct object *link_object(const struct fabric *f, const struct step *s)
{
	uint32_t link = s->match && s->match->nhops ? f->ifaces.v[s->out.iface].link : NONE;

	return link == NONE ? NULL : f->links.v[link].object;
}

static void take_stride(struct picture *p, const struct stride *s, const struct object *o)
{
	struct edge *e = edge_between(p, s->box[0], s->box[1], o);

	if (!e) {
		vec_push(p->arena, &p->strides, *s);
		return;
	}
	vec_push(p->arena, &e->strides[s->way], arena_printf(p->arena, "%u", s->number));
	e->onward[e->box[1] == s->box[1]] = true;
}

static void paint_way(struct picture *p, const struct fabric *f, const struct path *path,
		      unsigned int way)
{
	struct stride stride = { .box = { NONE, NONE }, .way = way };
	const struct object *by = NULL;

	for (each(const struct step, s, &path->steps)) {
		uint32_t box = p->box_of[s->node];

		vec_push(p->arena, &p->way[way].hops, f->nodes.v[s->node].name);
		stride.box[1] = box;
		if (box != NONE && box != stride.box[0]) {
			p->boxes.v[box].on_way[way] = true;
			stride.number++;
			if (stride.box[0] != NONE)
				take_stride(p, &stride, by);
			else
				stride.number = 0;
			stride.box[0] = box;
		}
		by = link_object(f, s);
	}
}

void picture_paint(struct picture *p, const struct fabric *f, const struct prediction *pair)
{
	const struct verdict *v = &pair->verdict;
	const char *a = f->nodes.v[pair->from].name, *b = f->nodes.v[pair->to].name;

	p->way[0].title = v->reachable ? arena_printf(p->arena, "%s to %s, and back in %s", a, b,
						      TIME_STR(v->rtt_ns))
				       : arena_printf(p->arena, "%s does not reach %s", a, b);
	paint_way(p, f, &v->forward, 0);
	if (!v->reachable)
		p->way[0].fate = arena_strdup(p->arena, v->reason ? v->reason : "");
	if (v->forward.fate != FATE_DELIVERED)
		return;
	p->way[1].title = arena_printf(p->arena, "%s to %s", b, a);
	paint_way(p, f, &v->back, 1);
}
