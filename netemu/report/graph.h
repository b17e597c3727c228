/* SPDX-License-Identifier: GPL-2.0-or-later */
/* graph.h - pictures of a topology: a model of boxes and edges, and the formats that draw it.
 *
 * A picture shows the objects that the file names (a private cloud is one box, however many nodes
 * it has), or every node. Boxes stand in frames (a region, a peering location), edges join them.
 * Open circles mark non-transitive attachments: traffic that enters at one cannot leave at another
 * of the same box.
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
	END_OPEN,   /* not transitive: no traffic to another open end */
	END_GATEWAY /* open, but traffic may use the box's gateways */
};

typedef VEC(const char *) line_list;

struct graph_frame {
	const char *title;
	bool location; /* a peering location, not a region */
};

struct box {
	enum box_kind kind;
	const char *title, *what; /* "hub", "virtual network" */
	line_list lines;
	uint32_t frame;	  /* or NONE */
	const char *down; /* NULL: up; else the reason */
	bool on_way[2];	  /* on a painted path: forward, back */
};

struct edge {
	enum edge_kind kind;
	uint32_t box[2];
	enum edge_end end[2];
	const char *name;
	line_list lines;  /* its figures: round trip, rate */
	const char *down; /* NULL: up; else the reason */
	const char *half; /* a partial fault: one of two links is down, a peering blocks packets */
	bool twin;	  /* stands for two links side by side */
	const struct object *object;
	line_list strides[2]; /* step numbers of the painted paths: forward, back */
	bool onward[2];	      /* a painted path goes towards box[i] */
};

struct stride { /* a step of a painted path between boxes that no edge joins */
	uint32_t box[2];
	unsigned int way; /* 0: forward, 1: back */
	unsigned int number;
};

struct way {
	const char *title; /* "dc1.lan to pc-a.web: 2ms"; NULL: none is painted */
	line_list hops;
	const char *fate; /* why the packet is lost; NULL: it arrives */
};

struct picture {
	struct arena *arena;
	const char *title, *summary; /* summary: untrusted text, or NULL */
	VEC(struct graph_frame) frames;
	VEC(struct box) boxes;
	VEC(struct edge) edges;
	VEC(struct stride) strides;
	struct way way[2];
	uint32_t *box_of; /* of each node of the fabric, or NONE */
};

/* Makes a picture of the objects of a topology, or (`nodes`) of all its nodes. Free it with
 * picture_free(). */
struct picture *picture_new(const char *title, const struct routes *r, bool nodes);
void picture_free(struct picture *p); /* NULL is fine */

/* Paints the path of a packet, and the path of its answer. */
void picture_paint(struct picture *p, const struct fabric *f, const struct prediction *pair);

void picture_dot(FILE *out, const struct picture *p);
void picture_mermaid(FILE *out, const struct picture *p);

/* The reachability and round trips of all pairs of hosts as a coloured table in SVG. */
void matrix_svg(FILE *out, const char *title, const struct fabric *f,
		const struct prediction *pairs, size_t n);

/* Prints untrusted text so that it is safe in XML and similar formats: control characters, bad
 * bytes and the first character of a command to a CI runner become U+FFFD, and each character of
 * `special` becomes its escape. */
struct escape {
	char c;
	const char *as;
};
void escape_print(FILE *out, const char *s, const struct escape *special, size_t n);
void xml_print(FILE *out, const char *s);

#endif
