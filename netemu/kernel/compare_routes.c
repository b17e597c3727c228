/* SPDX-License-Identifier: GPL-2.0-or-later */
/* There are tens of thousands of routes, so the plan's and the kernel's are sorted and merged. */
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "kernel/comparison.h"
#include "kernel/part.h"
#include "kernel/read.h"
#include "plan/plan.h"

enum { IPV6_METRIC = 1024 }; /* the kernel's metric for 0 */

/* A planned or seen route with its sort key. */
struct route_key {
	uint32_t table, metric;
	const struct prefix *prefix;
	const struct plan_route *planned; /* either this or `seen` */
	const struct seen_route *seen;
};

static int route_key_cmp(const struct route_key *a, const struct route_key *b)
{
	if (a->table != b->table)
		return a->table < b->table ? -1 : 1;
	if (a->metric != b->metric)
		return a->metric < b->metric ? -1 : 1;
	return prefix_cmp(a->prefix, b->prefix);
}

static int route_key_order(const void *a, const void *b)
{
	return route_key_cmp(a, b);
}

static struct route_key route_key_planned(const struct plan_route *r)
{
	bool six = r->prefix.a.family == AF_INET6;

	return (struct route_key){ .table = r->table,
				   .metric = r->metric == 0 && six ? IPV6_METRIC : r->metric,
				   .prefix = &r->prefix,
				   .planned = r };
}

static struct route_key route_key_seen(const struct seen_route *r)
{
	return (struct route_key){
		.table = r->table, .metric = r->metric, .prefix = &r->prefix, .seen = r
	};
}

static struct route_key *route_keys_planned(const struct comparison *c, size_t *ret_n)
{
	size_t first = 0, n = 0;
	struct route_key *keys;

	while (first < c->plan->routes.n && c->plan->routes.v[first].netns != c->netns)
		first++;
	while (first + n < c->plan->routes.n && c->plan->routes.v[first + n].netns == c->netns)
		n++;
	keys = xcalloc(n + 1, sizeof(*keys));
	for (size_t i = 0; i < n; i++)
		keys[i] = route_key_planned(&c->plan->routes.v[first + i]);
	qsort(keys, n, sizeof(*keys), route_key_order);
	*ret_n = n;
	return keys;
}

static struct route_key *route_keys_seen(const struct comparison *c, size_t *ret_n)
{
	struct route_key *keys = xcalloc(c->seen->routes.n + 1, sizeof(*keys));

	for (size_t i = 0; i < c->seen->routes.n; i++)
		keys[i] = route_key_seen(&c->seen->routes.v[i]);
	qsort(keys, c->seen->routes.n, sizeof(*keys), route_key_order);
	*ret_n = c->seen->routes.n;
	return keys;
}

/* ---- one route ---------------------------------------------------------------------------- */

static const struct seen_link *compare_hop_link(const struct comparison *c,
						const struct plan_hop *h)
{
	return seen_link_named(c->seen, c->plan->devs.v[h->dev].name);
}

static bool compare_has_hop(const struct comparison *c, const struct seen_route *r,
			    const struct plan_hop *h)
{
	const struct seen_link *l = compare_hop_link(c, h);

	for (uint32_t i = 0; l && i < r->nhops; i++) {
		const struct seen_hop *s = &c->seen->hops.v[r->hop + i];

		if (s->ifindex == l->ifindex && addr_eq(&s->via, &h->via))
			return true;
	}
	return false;
}

bool compare_route_is_planned(const struct comparison *c, const struct plan_route *p,
			      const struct seen_route *s)
{
	static const uint8_t types[] = {
		[PLAN_UNICAST] = RTN_UNICAST,
		[PLAN_BLACKHOLE] = RTN_BLACKHOLE,
		[PLAN_UNREACHABLE] = RTN_UNREACHABLE,
	};

	if (types[p->type] != s->type)
		return false;
	if (p->type != PLAN_UNICAST)
		return true;
	for (uint32_t i = 0; i < p->nhops; i++)
		if (!compare_has_hop(c, s, &c->plan->hops.v[p->hop + i]))
			return false;
	return p->nhops == s->nhops;
}

/* A route vanishes with its device, and a route through a nexthop object with the carrier. Then
 * only the device or its peer is reported. */
static bool compare_route_possible(const struct comparison *c, const struct plan_route *p)
{
	for (uint32_t i = 0; p->type == PLAN_UNICAST && i < p->nhops; i++) {
		const struct seen_link *l = compare_hop_link(c, &c->plan->hops.v[p->hop + i]);

		if (!l || !l->up || l->unplugged)
			return false;
	}
	return true;
}

static void compare_tell_planned(const struct comparison *c, const struct plan_route *p,
				 const char *how)
{
	own_text t = { 0 };

	part_route_text(c->plan, p, &t);
	compare_tell(c, "route %s %s", text_str(&t), how);
}

static void compare_tell_unplanned(const struct comparison *c, const struct seen_route *s)
{
	own_text t = { 0 };

	for (uint32_t i = 0; i < s->nhops; i++) {
		const struct seen_hop *h = &c->seen->hops.v[s->hop + i];

		if (h->via.family)
			text_printf(&t, " via %s", ADDR_STR(&h->via));
		text_printf(&t, " dev %s", compare_link_name(c, h->ifindex));
	}
	if (s->table != RT_TABLE_MAIN)
		text_printf(&t, " table %u", s->table);
	compare_tell(c, "route %s%s is not of the plan", PREFIX_STR(&s->prefix), text_str(&t));
}

/* ---- all of them -------------------------------------------------------------------------- */

void compare_pair_routes(const struct comparison *c, route_pair *tell)
{
	size_t np, ns, i = 0, j = 0;
	own_free struct route_key *p = route_keys_planned(c, &np);
	own_free struct route_key *s = route_keys_seen(c, &ns);

	while (i < np || j < ns) {
		int d = i == np ? 1 : j == ns ? -1 : route_key_cmp(&p[i], &s[j]);

		tell(c, d <= 0 ? p[i].planned : NULL, d >= 0 ? s[j].seen : NULL);
		i += d <= 0;
		j += d >= 0;
	}
}

static void compare_tell_pair(const struct comparison *c, const struct plan_route *p,
			      const struct seen_route *s)
{
	if (!p)
		compare_tell_unplanned(c, s);
	else if (!compare_route_possible(c, p))
		return;
	else if (!s)
		compare_tell_planned(c, p, "is missing");
	else if (!compare_route_is_planned(c, p, s))
		compare_tell_planned(c, p, "is there with other next hops");
}

void compare_routes(const struct comparison *c)
{
	compare_pair_routes(c, compare_tell_pair);
}
