/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/nexthops.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "kernel/batch.h"
#include "kernel/encode.h"
#include "kernel/part.h"
#include "plan/plan.h"

enum {
	SHARERS_MIN = 16,   /* an object for fewer routes saves nothing */
	ROUTES_MIN = 20000, /* a smaller plan has no objects: see nexthops.h */
};

struct nexthop {
	const struct plan_hop *hop;
	size_t first; /* of its routes */
	uint32_t routes;
	bool made;
};

struct nexthops {
	const struct plan *plan;
	struct batch *batch;
	batch_refused *refused;
	void *ctx;
	bool unknown; /* this kernel has no nexthop objects */
	size_t first; /* the namespace's first route */
	VEC(struct nexthop) shared;
	VEC(uint32_t) of; /* by its routes: index in `shared`, or PLAN_NONE */
	uint32_t *table;  /* hash table: index in `shared` + 1, or 0 */
	size_t slots;	  /* a power of two */
};

/* An error of the next hop itself is not reported here: its routes fail with the same error. */
static void nexthop_refused(void *ctx, uint64_t tag, int error, const char *words)
{
	struct nexthops *n = ctx;

	n->shared.v[tag].made = false;
	switch (error) {
	case -EOPNOTSUPP:
		n->unknown = true;
		break;
	case -EINVAL:
	case -ENETDOWN:
	case -ENETUNREACH:
	case -EHOSTUNREACH:
		break;
	default:
		n->refused(n->ctx, part_tag(PART_ROUTE, (uint32_t)n->shared.v[tag].first), error,
			   words);
	}
}

struct nexthops *nexthops_new(const struct plan *p, batch_refused *refused_one, void *ctx)
{
	struct nexthops *n = xcalloc(1, sizeof(*n));

	n->plan = p;
	n->refused = refused_one;
	n->ctx = ctx;
	n->batch = batch_new(nexthop_refused, n);
	return n;
}

void nexthops_free(struct nexthops *n)
{
	if (!n)
		return;
	batch_free(n->batch);
	vec_free(&n->shared);
	vec_free(&n->of);
	free(n->table);
	free(n);
}

/* The kernel makes a nexthop object only on a device that has a carrier, and removes it with its
 * routes when the carrier is lost. Both ends of a veth have a carrier as soon as the second is up;
 * a bridge may have to wait for it. */
static bool nexthop_may_be_shared(const struct plan *p, const struct plan_route *r)
{
	const struct plan_hop *hop = &p->hops.v[r->hop];
	const struct plan_dev *d;

	if (r->type != PLAN_UNICAST || r->nhops != 1 || r->source.family || hop->onlink ||
	    hop->via.family == 0)
		return false;
	d = &p->devs.v[hop->dev];
	return d->kind == DEV_VETH && !d->down && !p->devs.v[d->peer].down;
}

/* ---- which hops are the same -------------------------------------------------------------- */

static bool nexthop_eq(const struct plan_hop *a, const struct plan_hop *b)
{
	return a->dev == b->dev && addr_eq(&a->via, &b->via);
}

static size_t nexthop_hash(const struct plan_hop *h)
{
	uint32_t x = h->dev;

	for (size_t i = 0; i < addr_bytes(&h->via); i++)
		x = (x ^ h->via.b[i]) * 16777619;
	return x ^ x >> 15;
}

/* Empties the table and makes it large enough that at most half of the slots are used. */
static void nexthops_clear(struct nexthops *n, size_t first, size_t end)
{
	size_t slots = SHARERS_MIN;

	n->first = first;
	n->shared.n = n->of.n = 0;
	while (slots < 2 * (end - first))
		slots *= 2;
	if (slots > n->slots) {
		n->table = xrealloc(n->table, slots * sizeof(*n->table));
		n->slots = slots;
	}
	memset(n->table, 0, n->slots * sizeof(*n->table));
}

static uint32_t nexthops_find(struct nexthops *n, const struct plan_hop *hop)
{
	uint32_t last = n->of.n ? n->of.v[n->of.n - 1] : PLAN_NONE;
	size_t i = nexthop_hash(hop) & (n->slots - 1);

	if (last != PLAN_NONE && nexthop_eq(n->shared.v[last].hop, hop))
		return last;
	while (n->table[i] && !nexthop_eq(n->shared.v[n->table[i] - 1].hop, hop))
		i = (i + 1) & (n->slots - 1);
	if (n->table[i] == 0) {
		vec_push(NULL, &n->shared,
			 ((struct nexthop){ .hop = hop, .first = n->first + n->of.n }));
		n->table[i] = (uint32_t)n->shared.n;
	}
	return n->table[i] - 1;
}

static void nexthops_add_route(struct nexthops *n, const struct plan_route *r)
{
	uint32_t of = nexthop_may_be_shared(n->plan, r) ? nexthops_find(n, &n->plan->hops.v[r->hop])
							: PLAN_NONE;

	vec_push(NULL, &n->of, of);
	if (of != PLAN_NONE)
		n->shared.v[of].routes++;
}

/* ---- all ---------------------------------------------------------------------------------- */

int nexthops_make(struct nexthops *n, struct mnl_socket *rtnl, size_t first, size_t end)
{
	n->of.n = 0;
	if (n->unknown || n->plan->routes.n < ROUTES_MIN || end - first < SHARERS_MIN)
		return 0;
	nexthops_clear(n, first, end);
	for (size_t i = first; i < end; i++)
		nexthops_add_route(n, &n->plan->routes.v[i]);
	batch_to(n->batch, rtnl);
	for (uint32_t i = 0; i < n->shared.n; i++) {
		struct nexthop *s = &n->shared.v[i];

		s->made = s->routes >= SHARERS_MIN && !n->unknown;
		if (s->made)
			encode_nexthop(batch_add(n->batch, i), n->plan, s->hop, i + 1);
	}
	return batch_flush(n->batch);
}

uint32_t nexthops_of(const struct nexthops *n, size_t route)
{
	uint32_t of = n->of.n ? n->of.v[route - n->first] : PLAN_NONE;

	return of != PLAN_NONE && n->shared.v[of].made ? of + 1 : 0;
}
