/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/own.h"

typedef uint32_t netns_of(const struct plan *p, const void *element);

static uint32_t dev_netns(const struct plan *p, const void *x)
{
	(void)p;
	return ((const struct plan_dev *)x)->netns;
}

static uint32_t addr_netns(const struct plan *p, const void *x)
{
	return p->devs.v[((const struct plan_addr *)x)->dev].netns;
}

static uint32_t neigh_netns(const struct plan *p, const void *x)
{
	return p->devs.v[((const struct plan_neigh *)x)->dev].netns;
}

static uint32_t qdisc_netns(const struct plan *p, const void *x)
{
	return p->devs.v[((const struct plan_qdisc *)x)->dev].netns;
}

static uint32_t filter_netns(const struct plan *p, const void *x)
{
	return p->devs.v[((const struct plan_filter *)x)->dev].netns;
}

static uint32_t nat_netns(const struct plan *p, const void *x)
{
	return p->devs.v[((const struct plan_nat *)x)->dev].netns;
}

static uint32_t service_netns(const struct plan *p, const void *x)
{
	(void)p;
	return ((const struct plan_service *)x)->netns;
}

static uint32_t route_netns(const struct plan *p, const void *x)
{
	(void)p;
	return ((const struct plan_route *)x)->netns;
}

static bool is_grouped(const struct plan *p, const char *v, size_t n, size_t size, netns_of *of)
{
	for (size_t i = 1; i < n; i++)
		if (of(p, v + (i - 1) * size) > of(p, v + i * size))
			return false;
	return true;
}

/* A stable counting sort of v[n]. Where each element went is written to ret_moved[n], unless
 * that is NULL. */
static void group(const struct plan *p, void *v, size_t n, size_t size, netns_of *of,
		  uint32_t *ret_moved)
{
	size_t *at;
	char *from = v, *to;

	if (!ret_moved && is_grouped(p, v, n, size, of))
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

static uint32_t moved(const uint32_t *map, uint32_t dev)
{
	return dev == PLAN_NONE ? PLAN_NONE : map[dev];
}

static void follow(struct plan *p, const uint32_t *map)
{
	for (each(struct plan_dev, d, &p->devs)) {
		d->peer = moved(map, d->peer);
		d->master = moved(map, d->master);
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
		n->vrf = moved(map, n->vrf);
	for (each(uint32_t, dev, &p->dev_of_iface))
		*dev = map[*dev];
}

void plan_group_routes(struct plan *p)
{
	group(p, p->routes.v, p->routes.n, sizeof(*p->routes.v), route_netns, NULL);
}

void plan_group(struct plan *p)
{
	own_free uint32_t *map = xcalloc(p->devs.n, sizeof(*map));

	group(p, p->devs.v, p->devs.n, sizeof(*p->devs.v), dev_netns, map);
	follow(p, map);
	group(p, p->addrs.v, p->addrs.n, sizeof(*p->addrs.v), addr_netns, NULL);
	group(p, p->neighs.v, p->neighs.n, sizeof(*p->neighs.v), neigh_netns, NULL);
	plan_group_routes(p);
	group(p, p->qdiscs.v, p->qdiscs.n, sizeof(*p->qdiscs.v), qdisc_netns, NULL);
	group(p, p->filters.v, p->filters.n, sizeof(*p->filters.v), filter_netns, NULL);
	group(p, p->nats.v, p->nats.n, sizeof(*p->nats.v), nat_netns, NULL);
	group(p, p->services.v, p->services.n, sizeof(*p->services.v), service_netns, NULL);
}
