/* SPDX-License-Identifier: GPL-2.0-or-later */
/* graph_looks.h - shapes and colours, the same in every format. Edges' colours can be told apart
 * by eyes that do not tell red from green, and each kind has a line of its own besides. */
#ifndef REPORT_GRAPH_LOOKS_H
#define REPORT_GRAPH_LOOKS_H

#include "report/graph.h"

struct box_look {
	const char *shape, *style; /* of Graphviz */
	const char *fill, *line;
	const char *open, *close; /* of Mermaid: what encloses the text */
	const char *name;	  /* of its class in Mermaid */
};
extern const struct box_look box_looks[BOX_KINDS];

struct edge_look {
	const char *colour, *style; /* of Graphviz */
	unsigned int width;
	const char *name; /* for the legend */
};
extern const struct edge_look edge_looks[EDGE_KINDS];

#define LOOK_DOWN "#c62828"
#define LOOK_NOTE "#5f6368"
extern const char *const look_way[2]; /* forward, back */

#endif
