/* SPDX-License-Identifier: GPL-2.0-or-later */
/* graph_sketch.h - a picture while it is made; shared by graph_picture.c and graph_nodes.c. */
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

/* Returns the frame with this title, and adds it if it is new. NONE for a NULL title. */
uint32_t sketch_frame(struct sketch *s, const char *title, bool location);
/* Adds the figures of a link (round trip, jitter, loss, rate, MTU) to its edge. */
void sketch_figures(struct sketch *s, struct edge *e, const struct fabric_link *l);

/* Adds a box for each node of the fabric. */
void sketch_nodes(struct sketch *s);

#endif
