/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/own.h"

typedef uint32_t group_netns_fn(const struct plan *p, const void *element);

static uint32_t group_dev_netns(const struct plan *p, const void *x)
{
	(void)p;
	return ((const struct plan_dev *)x)->netns;
}

static uint32_t group_addr_netns(const struct plan *p, const void *x)
{
	return p->devs.v[((const struct plan_addr *)x)->dev].netns;
}

static uint32_t group_neigh_netns(const struct plan *p, const void *x)
{
	return p->devs.v[((const struct plan_neigh *)x)->dev].netns;
}

static uint32_t group_qdisc_netns(const struct plan *p, const void *x)
{
	return p->devs.v[((const struct plan_qdisc *)x)->dev].netns;
}

static uint32_t group_filter_netns(const struct plan *p, const void *x)
{
	return p->devs.v[((const struct plan_filter *)x)->dev].netns;
}

static uint32_t group_nat_netns(const struct plan *p, const void *x)
{
	return p->devs.v[((const struct plan_nat *)x)->dev].netns;
}

static uint32_t group_service_netns(const struct plan *p, const void *x)
{
	(void)p;
	return ((const struct plan_service *)x)->netns;
}

static uint32_t group_route_netns(const struct plan *p, const void *x)
{
	(void)p;
	return ((const struct plan_route *)x)->netns;
}

static bool group_is_sorted(const struct plan *p, const char *v, size_t n, size_t size,
			    group_netns_fn *of)
{
	for (size_t i = 1; i < n; i++)
		if (of(p, v + (i - 1) * size) > of(p, v + i * size))
			return false;
	return true;
}

/* A stable counting sort of v[n]. ret_moved[n] gets the new index of each element, unless it is
 * NULL. */
static void group_by_netns(const struct plan *p, void *v, size_t n, size_t size, group_netns_fn *of,
			   uint32_t *ret_moved)
{
	size_t *at;
	char *from = v, *to;

	if (!ret_moved && group_is_sorted(p, v, n, size, of))
		return;
	at = xcalloc(p->netns.n + 1, sizeof(*at));
	to = xcalloc(n, size);
	for (size_t i = 0; i < n; i++)
		at[of(p, from + i * size) + 1]++;
	for (size_t i = 0; i < p->netns.n; i++)
		at[i + 1] += at[i];
	for (size_t i = 0; i < n; i++) {
		size_t place = at[of(p, from + i * size)]++;

		memcpy(to + place * size, from + i * size, size);
		if (ret_moved)
			ret_moved[i] = (uint32_t)place;
	}
	if (n)
		memcpy(from, to, n * size);
	free(at);
	free(to);
}

static uint32_t group_moved_dev(const uint32_t *map, uint32_t dev)
{
	return dev == PLAN_NONE ? PLAN_NONE : map[dev];
}

static void group_renumber_devs(struct plan *p, const uint32_t *map)
{
	for (each(struct plan_dev, d, &p->devs)) {
		d->peer = group_moved_dev(map, d->peer);
		d->master = group_moved_dev(map, d->master);
	}
	for (each(struct plan_addr, a, &p->addrs))
		a->dev = map[a->dev];
	for (each(struct plan_neigh, n, &p->neighs))
		n->dev = map[n->dev];
	for (each(struct plan_hop, h, &p->hops))
		h->dev = map[h->dev];
	for (each(struct plan_qdisc, q, &p->qdiscs))
		q->dev = map[q->dev];
	for (each(struct plan_filter, x, &p->filters))
		x->dev = map[x->dev];
	for (each(struct plan_nat, x, &p->nats))
		x->dev = map[x->dev];
	for (each(struct plan_wire, w, &p->wires))
		for (int end = 0; end < 2; end++)
			w->dev[end] = map[w->dev[end]];
	for (each(struct plan_node, n, &p->nodes))
		n->vrf = group_moved_dev(map, n->vrf);
	for (each(uint32_t, dev, &p->dev_of_iface))
		*dev = map[*dev];
}

void plan_group_routes(struct plan *p)
{
	group_by_netns(p, p->routes.v, p->routes.n, sizeof(*p->routes.v), group_route_netns, NULL);
}

void plan_group(struct plan *p)
{
	own_free uint32_t *map = xcalloc(p->devs.n, sizeof(*map));

	group_by_netns(p, p->devs.v, p->devs.n, sizeof(*p->devs.v), group_dev_netns, map);
	group_renumber_devs(p, map);
	group_by_netns(p, p->addrs.v, p->addrs.n, sizeof(*p->addrs.v), group_addr_netns, NULL);
	group_by_netns(p, p->neighs.v, p->neighs.n, sizeof(*p->neighs.v), group_neigh_netns, NULL);
	plan_group_routes(p);
	group_by_netns(p, p->qdiscs.v, p->qdiscs.n, sizeof(*p->qdiscs.v), group_qdisc_netns, NULL);
	group_by_netns(p, p->filters.v, p->filters.n, sizeof(*p->filters.v), group_filter_netns,
		       NULL);
	group_by_netns(p, p->nats.v, p->nats.n, sizeof(*p->nats.v), group_nat_netns, NULL);
	group_by_netns(p, p->services.v, p->services.n, sizeof(*p->services.v), group_service_netns,
		       NULL);
}
