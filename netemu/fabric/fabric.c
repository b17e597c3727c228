/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fabric/fabric.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/model.h"

uint32_t fabric_node(const struct fabric *f, const char *name)
{
	uintptr_t at = (uintptr_t)map_get(f->names, name);

	return at ? (uint32_t)(at - 1) : NONE;
}

uint32_t fabric_find(const struct fabric *f, const char *name, struct pos at, struct diag *dg)
{
	uint32_t found = fabric_node(f, name);
	const char **names, *nearest;
	size_t n = map_count(f->names), len = strlen(name);

	if (found != NONE)
		return found;
	names = xcalloc(n, sizeof(*names));
	for (size_t i = 0; i < n; i++)
		names[i] = f->nodes.v[i].name;
	diag_error(dg, at, -ENOENT, "unknown-node", "no node is named '%s'", name);
	nearest = text_nearest(name, names, n);
	/* For an object's own name, suggest one of its nodes. */
	for (size_t i = 0; i < n && !strchr(name, '.'); i++)
		if (strncmp(names[i], name, len) == 0 && names[i][len] == '.' &&
		    (f->nodes.v[i].kind == NODE_HOST || !nearest))
			nearest = names[i];
	if (nearest)
		diag_hint(dg, "did you mean '%s'?", nearest);
	free(names);
	return NONE;
}

/* The interface at the far end of a link, seen from `near_iface`. */
static uint32_t fabric_link_far(const struct fabric_link *l, uint32_t near_iface)
{
	return l->end[l->end[0].iface == near_iface].iface;
}

uint32_t fabric_far(const struct fabric *f, uint32_t iface)
{
	const struct iface *i = &f->ifaces.v[iface];

	return i->segment != NONE || i->link == NONE ? NONE
						     : fabric_link_far(&f->links.v[i->link], iface);
}

uint32_t fabric_peer(const struct fabric *f, uint32_t iface)
{
	const struct iface *i = &f->ifaces.v[iface];
	uint32_t far;

	if (i->segment != NONE || i->link == NONE)
		return NONE;
	far = fabric_link_far(&f->links.v[i->link], iface);
	return far == NONE ? NONE : f->ifaces.v[far].node;
}

static bool fabric_on_underlay(const struct fabric *f, const struct iface *i)
{
	return i->segment != NONE && f->segments.v[i->segment].underlay;
}

/* Whether two interfaces are on the two sides of one underlay. */
static bool fabric_face_each_other(const struct fabric *f, uint32_t a, uint32_t b)
{
	const struct iface *x = &f->ifaces.v[a], *y = &f->ifaces.v[b];

	return fabric_on_underlay(f, x) && x->segment == y->segment &&
	       f->links.v[x->link].served != f->links.v[y->link].served;
}

bool fabric_adjacent(const struct fabric *f, uint32_t node, uint32_t far, uint32_t *ret_iface,
		     uint32_t *ret_via)
{
	for (each(uint32_t, i, &f->nodes.v[node].ifaces)) {
		if (fabric_peer(f, *i) == far) {
			*ret_iface = *i;
			*ret_via = fabric_far(f, *i);
			return true;
		}
		if (!fabric_on_underlay(f, &f->ifaces.v[*i]))
			continue;
		for (each(uint32_t, k, &f->nodes.v[far].ifaces))
			if (fabric_face_each_other(f, *i, *k)) {
				*ret_iface = *i;
				*ret_via = *k;
				return true;
			}
	}
	return false;
}

static const struct crossing NO_WAY = { NONE, NONE, 0 };

/* The segment that a trunk leads to from this one, and the crossing; NONE: the link is no trunk. */
static uint32_t fabric_across_trunk(const struct fabric *f, uint32_t segment, uint32_t link,
				    struct crossing *ret)
{
	const struct fabric_link *l = &f->links.v[link];
	uint32_t far = l->end[0].segment == segment;

	*ret = (struct crossing){ link, NONE, far };
	return l->end[!far].iface == NONE ? l->end[far].segment : NONE;
}

static uint32_t fabric_across_tunnel(const struct fabric *f, uint32_t segment, uint32_t tunnel,
				     struct crossing *ret)
{
	const struct tunnel *t = &f->tunnels.v[tunnel];
	uint32_t far = t->segment[0] == segment;

	*ret = (struct crossing){ NONE, tunnel, far };
	return t->segment[far];
}

static bool fabric_same_crossing(const struct crossing *a, const struct crossing *b)
{
	return a->link == b->link && a->tunnel == b->tunnel;
}

/* Adds the interfaces on this segment and, recursively, on the segments next to it except across
 * `from`: the segments form a tree. */
static void fabric_gather_neighbours(const struct fabric *f, uint32_t segment, struct crossing from,
				     uint32_t except, index_list *ret)
{
	const struct segment *s = &f->segments.v[segment];
	struct crossing way;

	if (s->home != NONE && s->home != except)
		vec_push(NULL, ret, s->home);
	for (each(uint32_t, link, &s->links)) {
		const struct fabric_link *l = &f->links.v[*link];
		uint32_t far = fabric_across_trunk(f, segment, *link, &way);

		for (int end = 0; end < 2; end++)
			if (l->end[end].iface != NONE && l->end[end].iface != except)
				vec_push(NULL, ret, l->end[end].iface);
		if (far != NONE && !fabric_same_crossing(&way, &from))
			fabric_gather_neighbours(f, far, way, except, ret);
	}
	for (each(uint32_t, tunnel, &s->tunnels)) {
		uint32_t far = fabric_across_tunnel(f, segment, *tunnel, &way);

		if (!fabric_same_crossing(&way, &from))
			fabric_gather_neighbours(f, far, way, except, ret);
	}
}

/* Finds the crossings from a segment to another of its domain; returns how many, or 0: it is of
 * another domain. */
static size_t fabric_cross_segments(const struct fabric *f, uint32_t segment, uint32_t to,
				    struct crossing from, struct crossing *ret, size_t room)
{
	const struct segment *s = &f->segments.v[segment];
	size_t ways = s->links.n + s->tunnels.n;

	for (size_t i = 0; i < ways && room; i++) {
		uint32_t far = i < s->links.n
				       ? fabric_across_trunk(f, segment, s->links.v[i], ret)
				       : fabric_across_tunnel(f, segment,
							      s->tunnels.v[i - s->links.n], ret);
		size_t n;

		if (far == NONE || fabric_same_crossing(ret, &from))
			continue;
		if (far == to)
			return 1;
		n = fabric_cross_segments(f, far, to, *ret, ret + 1, room - 1);
		if (n)
			return n + 1;
	}
	return 0;
}

void fabric_neighbours(const struct fabric *f, uint32_t iface, index_list *ret)
{
	const struct iface *i = &f->ifaces.v[iface];

	ret->n = 0;
	if (i->segment == NONE) {
		uint32_t far = i->link == NONE ? NONE
					       : fabric_link_far(&f->links.v[i->link], iface);

		if (far != NONE)
			vec_push(NULL, ret, far);
		return;
	}
	if (!fabric_on_underlay(f, i)) {
		fabric_gather_neighbours(f, i->segment, NO_WAY, iface, ret);
		return;
	}
	for (each(uint32_t, link, &f->segments.v[i->segment].links))
		if (fabric_face_each_other(f, iface, f->links.v[*link].end[0].iface))
			vec_push(NULL, ret, f->links.v[*link].end[0].iface);
}

/* The crossing of an interface's link, away from or towards the interface; returns 0 or 1. */
static size_t fabric_cross_link(const struct fabric *f, uint32_t iface, bool leaving,
				struct crossing *ret)
{
	const struct iface *i = &f->ifaces.v[iface];
	uint32_t own;

	if (i->link == NONE)
		return 0; /* the segment's home is on the segment itself */
	own = f->links.v[i->link].end[0].iface == iface ? 0 : 1;
	*ret = (struct crossing){ i->link, NONE, leaving ? !own : own };
	return 1;
}

size_t fabric_crossings(const struct fabric *f, uint32_t from_iface, uint32_t to_iface,
			struct crossing ret[CROSSINGS_MAX])
{
	uint32_t from = f->ifaces.v[from_iface].segment, to = f->ifaces.v[to_iface].segment;
	size_t n = fabric_cross_link(f, from_iface, true, ret);

	if (from == NONE)
		return n;
	if (from != to)
		n += fabric_cross_segments(f, from, to, NO_WAY, ret + n, CROSSINGS_MAX - 1 - n);
	n += fabric_cross_link(f, to_iface, false, ret + n);
	return n;
}

const char *fabric_name_at(const struct fabric *f, const struct addr *a)
{
	for (each(const struct iface, i, &f->ifaces))
		for (each(const struct prefix, p, &i->addrs))
			if (addr_eq(&p->a, a))
				return f->nodes.v[i->node].name;
	return NULL;
}

bool fabric_listens(const struct fabric *f, uint32_t node, bool udp, uint16_t port)
{
	for (each(const struct listener, o, &f->listeners))
		if (o->node == node && o->udp == udp && o->port == port)
			return true;
	return false;
}

const struct prefix *fabric_addr(const struct fabric *f, uint32_t iface, int family)
{
	const struct iface *i = &f->ifaces.v[iface];

	for (each(struct prefix, p, &i->addrs))
		if (p->a.family == family)
			return p;
	return NULL;
}

const char *fabric_down(const struct fabric *f, uint32_t iface)
{
	const struct iface *i = &f->ifaces.v[iface];
	const struct segment *s;
	const char *why = NULL;

	if (i->link != NONE)
		return f->links.v[i->link].down;
	if (i->segment == NONE)
		return NULL;
	s = &f->segments.v[i->segment];
	for (each(uint32_t, link, &s->links)) {
		why = f->links.v[*link].down;
		if (!why)
			return NULL;
	}
	return why;
}

const char *fabric_way_down(const struct fabric *f, uint32_t iface, uint32_t via)
{
	const char *why = fabric_down(f, iface);

	return why || via == NONE || !fabric_on_underlay(f, &f->ifaces.v[via])
		       ? why
		       : fabric_down(f, via);
}

const char *node_kind_name(enum node_kind kind)
{
	static const char *const names[NODE_KINDS] = {
		[NODE_HOST] = "host",
		[NODE_ROUTER] = "router",
		[NODE_CE] = "CE",
		[NODE_MSEE] = "MSEE",
		[NODE_T0] = "T0",
		[NODE_T1] = "T1",
		[NODE_MANAGEMENT] = "management",
		[NODE_NETWORK] = "virtual network",
		[NODE_ER_GATEWAY] = "ExpressRoute gateway",
		[NODE_REGION] = "CloudSimple region",
		[NODE_VPN_GATEWAY] = "VPN gateway",
		[NODE_ROUTE_SERVER] = "Route Server",
		[NODE_NVA] = "appliance",
		[NODE_HCX] = "HCX appliance",
		[NODE_HCX_ROUTER] = "HCX gateway",
		[NODE_INTERNET] = "internet",
		[NODE_NAT] = "NAT",
	};

	return names[kind];
}

const char *fabric_object_name(const struct object *o)
{
	return o->name;
}

bool prefixes_eq(const struct prefixes *a, const struct prefixes *b)
{
	for (size_t i = 0; a->n == b->n && i < a->n; i++)
		if (!prefix_eq(&a->v[i], &b->v[i]))
			return false;
	return a->n == b->n;
}

void fabric_free(struct fabric *f)
{
	if (f)
		map_free(f->names);
}

const char *fabric_trunk_down(const struct fabric *f, const struct tunnel *t)
{
	for (uint32_t end = 0; end < 2; end++)
		for (each(uint32_t, i, &f->segments.v[t->segment[end]].links)) {
			const struct fabric_link *l = &f->links.v[*i];

			if (l->end[0].iface == NONE && l->end[1].iface == NONE && l->down)
				return l->down;
		}
	return NULL;
}
