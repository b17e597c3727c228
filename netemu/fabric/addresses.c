/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks the addresses of plain parts: an address that two hosts of a network have, and overlapping
 * networks of one router. The clouds' own rules are checked by model/.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fabric/build.h"

struct bearer {
	struct prefix net; /* an address with all its bits, or the network of one */
	uint32_t iface;
};

typedef VEC(struct bearer) bearer_list;

static int bearer_by_net(const void *a, const void *b)
{
	const struct bearer *x = a, *y = b;
	int d = prefix_cmp(&x->net, &y->net);

	return d ? d : (x->iface > y->iface) - (x->iface < y->iface);
}

static void bearers_sort(bearer_list *list)
{
	if (list->n)
		qsort(list->v, list->n, sizeof(*list->v), bearer_by_net);
}

static void bearers_add(const struct fabric *f, uint32_t iface, bearer_list *list)
{
	for (each(struct prefix, p, &f->ifaces.v[iface].addrs))
		vec_push(NULL, list, ((struct bearer){ prefix_of(&p->a), iface }));
}

/* A kernel has one neighbour for an address, so two hosts of a segment must not share one. */
static void check_segment(struct fabric_builder *b, uint32_t segment, bearer_list *list)
{
	struct fabric *f = b->f;
	const struct segment *s = &f->segments.v[segment];

	list->n = 0;
	if (s->home != NONE)
		bearers_add(f, s->home, list);
	for (each(uint32_t, l, &s->links)) {
		uint32_t iface = f->links.v[*l].end[0].iface;

		if (iface != NONE && f->ifaces.v[iface].segment == segment)
			bearers_add(f, iface, list);
	}
	bearers_sort(list);
	for (size_t i = 1; i < list->n; i++) {
		const struct bearer *it = &list->v[i], *first = it - 1;
		const struct node *n = &f->nodes.v[f->ifaces.v[it->iface].node];

		if (prefix_eq(&it->net, &first->net))
			diag_error(b->dg, n->pos, -EINVAL, "vm-address",
				   "%s of '%s' is the address of '%s' already",
				   ADDR_STR(&it->net.a), n->name,
				   f->nodes.v[f->ifaces.v[first->iface].node].name);
	}
}

/* The node or segment that a router's interface leads to, and its place in the file. */
static const char *far_of(const struct fabric *f, uint32_t iface, struct pos *ret)
{
	const struct iface *i = &f->ifaces.v[iface];
	uint32_t far = fabric_peer(f, iface);

	*ret = far == NONE ? f->segments.v[i->segment].pos : f->links.v[i->link].pos;
	return far == NONE ? f->segments.v[i->segment].name : f->nodes.v[far].name;
}

/* Of two overlapping networks the smaller one gets all packets for its addresses, and of two equal
 * networks only one gets packets: seldom meant. */
static void check_router(struct fabric_builder *b, const struct node *n, bearer_list *list)
{
	const struct bearer *outer;

	list->n = 0;
	for (each(uint32_t, i, &n->ifaces))
		for (each(struct prefix, p, &b->f->ifaces.v[*i].addrs))
			vec_push(NULL, list, ((struct bearer){ prefix_network(p), *i }));
	bearers_sort(list);
	outer = list->v;
	for (each(const struct bearer, it, list)) {
		struct pos at, unused;
		const char *far;

		if (it == outer)
			continue;
		if (!prefix_covers(&outer->net, &it->net)) {
			outer = it;
			continue;
		}
		far = far_of(b->f, it->iface, &at);
		diag_warn(b->dg, at, "overlap",
			  "two networks of '%s' overlap: %s with '%s' and %s with '%s'", n->name,
			  PREFIX_STR(&it->net), far, PREFIX_STR(&outer->net),
			  far_of(b->f, outer->iface, &unused));
		if (b->f->ifaces.v[it->iface].link == NONE)
			diag_hint(b->dg, "hosts of one network have one `gateway`, an address that "
					 "none of them bears");
	}
}

void build_check_addresses(struct fabric_builder *b)
{
	bearer_list list = { 0 };

	for (uint32_t i = 0; i < b->f->segments.n; i++)
		if (b->f->segments.v[i].links.n > 1 && !b->f->segments.v[i].underlay)
			check_segment(b, i, &list);
	for (each(struct node, n, &b->f->nodes))
		if (n->object->kind == OBJECT_ROUTER && n->ifaces.n > 1)
			check_router(b, n, &list);
	vec_free(&list);
}
