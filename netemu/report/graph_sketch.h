/* SPDX-License-Identifier: GPL-2.0-or-later */
/* graph_sketch.h - a picture while it is made: what its two makers share. */
#ifndef REPORT_GRAPH_SKETCH_H
#define REPORT_GRAPH_SKETCH_H

#include "base/mem.h"
#include "report/graph.h"

struct sketch {
	struct picture *p;
	const struct fabric *f;
	const struct routes *r;
	VEC(const struct object *) objects; /* of the boxes */
};

#define add_line(s, list, ...)                                                                     \
	vec_push((s)->p->arena, (list), arena_printf((s)->p->arena, __VA_ARGS__))

/* The frame of that title, made when it is new; NONE for no title. */
uint32_t sketch_frame(struct sketch *s, const char *title, bool location);
/* Writes at an edge what its link does to packets. */
void sketch_figures(struct sketch *s, struct edge *e, const struct fabric_link *l);

/* Every node of the fabric, a box each. */
void sketch_nodes(struct sketch *s);

#endif
