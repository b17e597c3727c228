/* SPDX-License-Identifier: GPL-2.0-or-later */
/* graph_looks.h - shapes and colours, the same in every format. Readers with red-green colour
 * blindness can tell the edges' colours apart; most kinds also differ in their line style. */
#ifndef REPORT_GRAPH_LOOKS_H
#define REPORT_GRAPH_LOOKS_H

#include <stdbool.h>

#include "report/graph.h"

struct box_look {
	const char *shape, *style; /* of Graphviz */
	const char *fill, *line;
	const char *open, *close; /* of Mermaid: enclose the text */
	const char *name;	  /* of its class in Mermaid */
};
extern const struct box_look box_looks[BOX_KINDS];

struct edge_look {
	const char *colour, *style, *width; /* of Graphviz */
	const char *name;		    /* for the legend */
};
extern const struct edge_look edge_looks[EDGE_KINDS];

/* How an edge is drawn. Edges that are not on a painted path are grey. */
struct edge_line {
	const char *colour[2]; /* of two lines side by side; [1] NULL: one line */
	const char *style, *width;
};
struct edge_line look_line(const struct picture *p, const struct edge *e);

/* The mark at an end of an edge: by its edge_end, or the arrow of a painted path. */
enum edge_mark { MARK_NONE, MARK_OPEN, MARK_GATEWAY, MARK_ARROW };
enum edge_mark look_mark(const struct picture *p, const struct edge *e, int end);

bool look_painted(const struct picture *p);
/* True for a box that is not on the painted path. */
bool look_aside(const struct picture *p, const struct box *b);

#define LOOK_DOWN "#c62828"
#define LOOK_NOTE "#5f6368"
extern const char *const look_way[2]; /* forward, back */

#endif
