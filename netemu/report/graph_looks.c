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
	[EDGE_CIRCUIT] = { "#6f3390", "solid", 2, "ExpressRoute" },
	[EDGE_CONNECTION] = { "#2458a8", "solid", 2, "gateway connection" },
	[EDGE_GLOBAL_REACH] = { "#b5529a", "bold", 2, "Global Reach" },
	[EDGE_INTERCONNECT] = { "#0b8f6a", "bold", 2, "AVS Interconnect" },
	[EDGE_PEERING] = { "#3a8fd6", "solid", 2, "peering" },
	[EDGE_VPN] = { "#8a6d1a", "dashed", 2, "VPN" },
	[EDGE_EXTENSION] = { "#c2570c", "dotted", 3, "HCX network extension" },
	[EDGE_INTERNET] = { "#8a6d1a", "solid", 1, "to the internet" },
	[EDGE_INSIDE] = { "#0b6a8f", "solid", 4, "inside the network" },
	[EDGE_LINK] = { "#4a4a4a", "solid", 1, "link" },
};

const char *const look_way[2] = { "#e65100", "#1565c0" };
