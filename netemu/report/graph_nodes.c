/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The picture of all nodes of a topology, with the box kinds of the objects. */
#include <string.h>

#include "model/model.h"
#include "report/graph_sketch.h"

static enum box_kind node_box(enum node_kind kind)
{
	static const enum box_kind of[NODE_KINDS] = {
		[NODE_HOST] = BOX_HOST,
		[NODE_ROUTER] = BOX_ROUTER,
		[NODE_CE] = BOX_SITE,
		[NODE_MSEE] = BOX_CIRCUIT,
		[NODE_T0] = BOX_PRIVATE_CLOUD,
		[NODE_T1] = BOX_PRIVATE_CLOUD,
		[NODE_MANAGEMENT] = BOX_PRIVATE_CLOUD,
		[NODE_NETWORK] = BOX_NETWORK,
		[NODE_ER_GATEWAY] = BOX_NETWORK,
		[NODE_VPN_GATEWAY] = BOX_NETWORK,
		[NODE_ROUTE_SERVER] = BOX_NETWORK,
		[NODE_NVA] = BOX_ROUTER,
		[NODE_HCX] = BOX_ROUTER,
		[NODE_HCX_ROUTER] = BOX_PRIVATE_CLOUD,
		[NODE_INTERNET] = BOX_INTERNET,
		[NODE_NAT] = BOX_INTERNET,
		[NODE_REGION] = BOX_CLOUDSIMPLE,
	};

	return of[kind];
}

static void sketch_node(struct sketch *s, uint32_t at)
{
	const struct node *n = &s->f->nodes.v[at];
	const struct chassis *c = &s->f->chassis.v[n->chassis];
	struct box *box = vec_add(s->p->arena, &s->p->boxes);

	*box = (struct box){ .kind = node_box(n->kind),
			     .title = n->name,
			     .what = n->kind == NODE_HOST ? NULL : node_kind_name(n->kind),
			     .frame = strcmp(c->name, n->name) == 0
					      ? NONE
					      : sketch_frame(s, c->name, true) };
	if (n->kind == NODE_HOST && n->ifaces.n) {
		const struct prefix *a = fabric_addr(s->f, n->ifaces.v[0], AF_INET);

		if (a)
			add_line(s, &box->lines, "%s", PREFIX_STR(a));
	}
	s->p->box_of[at] = at;
}

/* The node at an end of a link: that of its interface, or the router of its segment. */
static uint32_t end_box(const struct sketch *s, const struct link_end *end)
{
	uint32_t iface = end->iface != NONE ? end->iface : s->f->segments.v[end->segment].home;

	return iface == NONE ? NONE : s->f->ifaces.v[iface].node;
}

static enum edge_kind object_edge(const struct object *o)
{
	static const enum edge_kind of[OBJECT_KINDS] = {
		[OBJECT_CIRCUIT] = EDGE_CIRCUIT,
		[OBJECT_INTERCONNECT] = EDGE_INTERCONNECT,
		[OBJECT_GLOBAL_REACH] = EDGE_GLOBAL_REACH,
		[OBJECT_GATEWAY_CONNECTION] = EDGE_CONNECTION,
		[OBJECT_PEERING] = EDGE_PEERING,
		[OBJECT_NETWORK_EXTENSION] = EDGE_EXTENSION,
		[OBJECT_VPN_CONNECTION] = EDGE_VPN,
		[OBJECT_INTERNET] = EDGE_INTERNET,
	};

	return o && of[o->kind] != EDGE_CIRCUIT ? of[o->kind]
	       : o && o->kind == OBJECT_CIRCUIT ? EDGE_CIRCUIT
						: EDGE_LINK;
}

static void draw_link(struct sketch *s, const struct fabric_link *l, uint32_t a, uint32_t b)
{
	struct edge *e;

	if (a == NONE || b == NONE)
		return;
	e = vec_add(s->p->arena, &s->p->edges);
	*e = (struct edge){ .kind = object_edge(l->object),
			    .box = { a, b },
			    .down = l->down,
			    .object = l->object };
	sketch_figures(s, e, l);
}

/* What the ports of two neighbours do together. */
static struct fabric_link joined(const struct fabric_link *port, const struct fabric_link *far)
{
	struct fabric_link l = *port;

	for (int end = 0; end < 2; end++) {
		l.to[end].delay_ns += far->to[!end].delay_ns;
		l.mtu = far->mtu < l.mtu ? far->mtu : l.mtu;
	}
	l.down = l.down ? l.down : far->down;
	return l;
}

/* Whether a gateway sends there: it does to networks, not to their subnets' own instances. */
static bool sends_to(const struct sketch *s, uint32_t gateway, uint32_t iface)
{
	const struct fabric_route **c;

	for (uint32_t n = routes_configured(s->r, gateway, &c); n--; c++)
		if ((*c)->via == iface)
			return true;
	return false;
}

/* An underlay is not shown: its two sides are joined, each with each. */
static void draw_underlay(struct sketch *s, const struct fabric_link *port)
{
	const struct fabric *f = s->f;
	index_list near = { 0 };

	if (port->served)
		return;
	fabric_neighbours(f, port->end[0].iface, &near);
	for (each(uint32_t, i, &near)) {
		const struct fabric_link *far = &f->links.v[f->ifaces.v[*i].link];
		uint32_t carrier = f->ifaces.v[port->end[0].iface].node;
		bool msee = f->nodes.v[carrier].kind == NODE_MSEE;
		/* An edge is a connection's, or a peering's that lends the gateway. */
		struct fabric_link l = msee ? joined(port, far) : joined(far, port);

		if (!msee && !sends_to(s, carrier, *i))
			continue;
		draw_link(s, &l, msee ? f->ifaces.v[*i].node : carrier,
			  msee ? carrier : f->ifaces.v[*i].node);
	}
	vec_free(&near);
}

void sketch_nodes(struct sketch *s)
{
	for (uint32_t i = 0; i < s->f->nodes.n; i++)
		sketch_node(s, i);
	for (each(const struct fabric_link, l, &s->f->links))
		if (l->end[1].segment != NONE && s->f->segments.v[l->end[1].segment].underlay)
			draw_underlay(s, l);
		else
			draw_link(s, l, end_box(s, &l->end[0]), end_box(s, &l->end[1]));
}
