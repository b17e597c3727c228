/* SPDX-License-Identifier: GPL-2.0-or-later */
/* graph.h - pictures of a topology: what is to be seen, then one of three ways to draw it.
 *
 * A picture is made of the objects that the file names (a private cloud is one box, whatever it is
 * built of), or of every node. Boxes stand in frames (a region, a peering location), edges join
 * them. The open circles at an edge's ends say what the real networks do not: nothing passes from
 * one open end to another open end of the same box.
 */
#ifndef REPORT_GRAPH_H
#define REPORT_GRAPH_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/vec.h"
#include "report/report.h"

enum box_kind {
	BOX_PRIVATE_CLOUD,
	BOX_CLOUDSIMPLE,
	BOX_NETWORK,
	BOX_SITE,
	BOX_CIRCUIT,
	BOX_INTERNET,
	BOX_ROUTER,
	BOX_HOST,
	BOX_KINDS
};

enum edge_kind {
	EDGE_CIRCUIT,
	EDGE_CONNECTION,
	EDGE_GLOBAL_REACH,
	EDGE_INTERCONNECT,
	EDGE_PEERING,
	EDGE_VPN,
	EDGE_EXTENSION,
	EDGE_INTERNET,
	EDGE_INSIDE, /* a private cloud of generation 2 in its network */
	EDGE_LINK,
	EDGE_KINDS
};

enum edge_end {
	END_PLAIN,
	END_OPEN,   /* nothing passes on to another open end */
	END_GATEWAY /* as open, but what comes in may use the box's gateways */
};

typedef VEC(const char *) line_list;

struct graph_frame {
	const char *title;
	bool location; /* where circuits meet, not a region */
};

struct box {
	enum box_kind kind;
	const char *title, *what; /* "hub", "virtual network" */
	line_list lines;
	uint32_t frame;   /* or NONE */
	const char *down; /* NULL: up; else why not */
	bool on_way[2];   /* painted: forward, back */
};

struct edge {
	enum edge_kind kind;
	uint32_t box[2];
	enum edge_end end[2];
	const char *name;
	line_list lines;   /* what it does: its round trip, its rate */
	const char *down;  /* NULL: up; else why not */
	const char *half;  /* or what ails it: one of two links is down, a peering bars packets */
	bool twin;	   /* stands for two links side by side */
	const struct object *object;
	line_list strides[2]; /* of painted ways, forward and back: their numbers */
	bool onward[2];	      /* a painted way goes towards box[i] */
};

struct stride { /* a step of a painted way between boxes that no edge joins */
	uint32_t box[2];
	unsigned int way; /* 0: forward, 1: back */
	unsigned int number;
};

struct way {
	const char *title; /* "dc1.lan to pc-a.web: 2ms"; NULL: none is painted */
	line_list hops;
	const char *fate; /* why it ends, or NULL: it arrives */
};

struct picture {
	struct arena *arena;
	const char *title, *summary; /* summary: of a stranger's hand, or NULL */
	VEC(struct graph_frame) frames;
	VEC(struct box) boxes;
	VEC(struct edge) edges;
	VEC(struct stride) strides;
	struct way way[2];
	uint32_t *box_of; /* of each node of the fabric, or NONE */
};

/* Of the objects of a topology, or (`nodes`) of all nodes that they are built of. */
struct picture *picture_new(const char *title, const struct routes *r, bool nodes);
void picture_free(struct picture *p); /* NULL is fine */

/* Paints the way of a packet, and that of its answer. */
void picture_paint(struct picture *p, const struct fabric *f, const struct prediction *pair);

void picture_dot(FILE *out, const struct picture *p);
void picture_mermaid(FILE *out, const struct picture *p);

/* Who reaches whom, and how fast, as a table in colours: SVG. `pairs` are those of all hosts. */
void matrix_svg(FILE *out, const char *title, const struct fabric *f,
		const struct prediction *pairs, size_t n);

/* A character at a time of text that may be anybody's, made safe for XML and the like: control
 * characters, bad bytes and the first character of a command to a CI runner become U+FFFD, and each
 * of `special` is written as its escape. */
struct escape {
	char c;
	const char *as;
};
void escape_print(FILE *out, const char *s, const struct escape *special, size_t n);
void xml_print(FILE *out, const char *s);

#endif
