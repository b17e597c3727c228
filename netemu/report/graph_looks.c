/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/graph_looks.h"

const struct box_look box_looks[BOX_KINDS] = {
	[BOX_PRIVATE_CLOUD] = { "box", "rounded,filled", "#dff1f5", "#0b6a8f", "(", ")", "cloud" },
	[BOX_CLOUDSIMPLE] = { "box", "rounded,filled", "#e0f2ec", "#00695c", "(", ")", "region" },
	[BOX_NETWORK] = { "box", "filled", "#e3edfb", "#2458a8", "[", "]", "network" },
	[BOX_SITE] = { "box3d", "filled", "#eeeeee", "#4a4a4a", "[/", "\\]", "site" },
	[BOX_CIRCUIT] = { "cds", "filled", "#f1e6f7", "#6f3390", "[[", "]]", "circuit" },
	[BOX_INTERNET] = { "ellipse", "filled", "#fdf3d8", "#8a6d1a", "((", "))", "internet" },
	[BOX_ROUTER] = { "ellipse", "filled", "#ffffff", "#4a4a4a", "([", "])", "router" },
	[BOX_HOST] = { "box", "filled", "#ffffff", "#9a9a9a", "[", "]", "host" },
};

const struct edge_look edge_looks[EDGE_KINDS] = {
	[EDGE_CIRCUIT] = { "#6f3390", "solid", "2", "ExpressRoute" },
	[EDGE_CONNECTION] = { "#2458a8", "solid", "2", "gateway connection" },
	[EDGE_GLOBAL_REACH] = { "#b5529a", "bold", "2", "Global Reach" },
	[EDGE_INTERCONNECT] = { "#0b8f6a", "bold", "2", "AVS Interconnect" },
	[EDGE_PEERING] = { "#3a8fd6", "solid", "2", "peering" },
	[EDGE_VPN] = { "#8a6d1a", "dashed", "2", "VPN" },
	[EDGE_EXTENSION] = { "#c2570c", "dotted", "3", "HCX network extension" },
	[EDGE_INTERNET] = { "#8a6d1a", "solid", "1", "to the internet" },
	[EDGE_INSIDE] = { "#0b6a8f", "solid", "4", "inside the network" },
	[EDGE_LINK] = { "#4a4a4a", "solid", "1", "link" },
};

const char *const look_way[2] = { "#e65100", "#1565c0" };

bool look_painted(const struct picture *p)
{
	return p->way[0].title != NULL;
}

bool look_aside(const struct picture *p, const struct box *b)
{
	return look_painted(p) && !b->on_way[0] && !b->on_way[1];
}

/* A circuit has two links, so it is drawn as two lines. */
struct edge_line look_line(const struct picture *p, const struct edge *e)
{
	const struct edge_look *look = &edge_looks[e->kind];
	const char *colour = look_painted(p) ? "#c8c8c8" : look->colour;
	bool way[] = { e->strides[0].n > 0, e->strides[1].n > 0 };

	if (e->down)
		return (struct edge_line){ { LOOK_DOWN, NULL }, "dashed", "1" };
	if (way[0] || way[1])
		return (struct edge_line){
			{ look_way[!way[0]], way[0] && way[1] ? look_way[1] : NULL }, "solid", "2.5"
		};
	if (e->twin)
		return (struct edge_line){ { colour, e->half ? LOOK_DOWN : colour },
					   "solid",
					   "1.2" };
	return (struct edge_line){ { colour, NULL }, look->style, look->width };
}

enum edge_mark look_mark(const struct picture *p, const struct edge *e, int end)
{
	static const enum edge_mark of[] = {
		[END_PLAIN] = MARK_NONE, [END_OPEN] = MARK_OPEN, [END_GATEWAY] = MARK_GATEWAY
	};

	return e->onward[end] ? MARK_ARROW : look_painted(p) ? MARK_NONE : of[e->end[end]];
}
