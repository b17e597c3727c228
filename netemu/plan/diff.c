/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares two plans list by list: sorts both lists by the names of their elements, unless they are
 * sorted already (the long ones are: routes), and merges them. The elements of a list sort first by
 * `place`, the index of their namespace or device in the new plan, so that only elements of the
 * same place are compared by name. */
#include "plan/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "plan/plan.h"
#include "plan/words.h"

struct element {
	uint32_t place; /* netns, or dev, in the new plan */
	uint32_t i;
	const void *it;
};

typedef VEC(struct element) element_list;

struct comparer {
	const struct plan *from, *to;
	struct plan_diff *d;
	uint32_t *dev_from; /* for each device of `to`: its index in `from`, or PLAN_NONE */
	bool *anew;	    /* for each device of `to`: in both plans, but to be created again */
};

static void diff_add(struct comparer *c, enum plan_part part, uint32_t from, uint32_t to, bool anew)
{
	vec_push(NULL, &c->d->v, ((struct plan_difference){ part, from, to, anew }));
}

/* ---- the name of an element ---- */

typedef int name_cmp(const void *a, const void *b); /* two elements of the same place */

static int diff_netns_cmp(const void *a, const void *b)
{
	return strcmp(((const struct plan_netns *)a)->name, ((const struct plan_netns *)b)->name);
}

static int diff_sysctl_cmp(const void *a, const void *b)
{
	return strcmp(((const struct plan_sysctl *)a)->key, ((const struct plan_sysctl *)b)->key);
}

static int diff_dev_cmp(const void *a, const void *b)
{
	return strcmp(((const struct plan_dev *)a)->name, ((const struct plan_dev *)b)->name);
}

static int diff_addr_cmp(const void *a, const void *b)
{
	return prefix_cmp(&((const struct plan_addr *)a)->addr,
			  &((const struct plan_addr *)b)->addr);
}

static int diff_neigh_cmp(const void *a, const void *b)
{
	struct prefix x = prefix_of(&((const struct plan_neigh *)a)->addr);
	struct prefix y = prefix_of(&((const struct plan_neigh *)b)->addr);

	return prefix_cmp(&x, &y);
}

static int diff_route_cmp(const void *a, const void *b)
{
	const struct plan_route *x = a, *y = b;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	if (x->metric != y->metric)
		return x->metric < y->metric ? -1 : 1;
	return prefix_cmp(&x->prefix, &y->prefix);
}

static int diff_qdisc_cmp(const void *a, const void *b)
{
	(void)a, (void)b;
	return 0; /* a device has one */
}

static int diff_wire_cmp(const void *a, const void *b)
{
	return strcmp(((const struct plan_wire *)a)->name, ((const struct plan_wire *)b)->name);
}

static int diff_service_cmp(const void *a, const void *b)
{
	const struct plan_service *x = a, *y = b;

	if (x->udp != y->udp)
		return x->udp ? 1 : -1;
	return (x->port > y->port) - (x->port < y->port);
}

static int diff_element_cmp(const void *a, const void *b, void *name)
{
	const struct element *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return ((name_cmp *)*(name_cmp **)name)(x->it, y->it);
}

/* ---- merging two lists ---- */

/* Called for each pair, and for each element of only one plan (the other index is PLAN_NONE). */
typedef void pair_fn(struct comparer *c, uint32_t from, uint32_t to);

static void diff_sort(element_list *l, name_cmp *name)
{
	for (size_t i = 1; i < l->n; i++)
		if (diff_element_cmp(&l->v[i - 1], &l->v[i], &name) > 0) {
			qsort_r(l->v, l->n, sizeof(*l->v), diff_element_cmp, &name);
			return;
		}
}

static void diff_pair(struct comparer *c, element_list *old, element_list *new, name_cmp *name,
		      pair_fn *tell)
{
	diff_sort(old, name);
	diff_sort(new, name);
	for (size_t i = 0, k = 0; i < old->n || k < new->n;) {
		int order = i == old->n	  ? 1
			    : k == new->n ? -1
					  : diff_element_cmp(&old->v[i], &new->v[k], &name);

		tell(c, order <= 0 ? old->v[i].i : PLAN_NONE, order >= 0 ? new->v[k].i : PLAN_NONE);
		i += order <= 0;
		k += order >= 0;
	}
	vec_free(old);
	vec_free(new);
}

static uint32_t diff_netns_to(const struct comparer *c, uint32_t netns)
{
	return c->d->netns[netns];
}

static uint32_t diff_dev_to(const struct comparer *c, uint32_t dev)
{
	return dev == PLAN_NONE ? PLAN_NONE : c->d->dev[dev];
}

/* Adds an element to the list, unless its namespace or device is not in the new plan. */
static void diff_put(element_list *l, uint32_t place, size_t i, const void *it)
{
	if (place != PLAN_NONE)
		vec_push(NULL, l, ((struct element){ place, (uint32_t)i, it }));
}

#define pair_list(c, list, place_old, place_new, name, tell)                                       \
	do {                                                                                       \
		element_list old = { 0 }, new = { 0 };                                             \
                                                                                                   \
		for (size_t i = 0; i < (c)->from->list.n; i++)                                     \
			diff_put(&old, place_old, i, &(c)->from->list.v[i]);                       \
		for (size_t i = 0; i < (c)->to->list.n; i++)                                       \
			diff_put(&new, place_new, i, &(c)->to->list.v[i]);                         \
		diff_pair(c, &old, &new, name, tell);                                              \
	} while (0)

/* ---- namespaces and their settings ---- */

static void diff_netns(struct comparer *c, uint32_t from, uint32_t to)
{
	if (from != PLAN_NONE)
		c->d->netns[from] = to;
	if (from == PLAN_NONE || to == PLAN_NONE)
		diff_add(c, PLAN_PART_NETNS, from, to, false);
}

static void diff_sysctl(struct comparer *c, uint32_t from, uint32_t to)
{
	if (from == PLAN_NONE || to == PLAN_NONE ||
	    strcmp(c->from->sysctls.v[from].value, c->to->sysctls.v[to].value) != 0)
		diff_add(c, PLAN_PART_SYSCTL, from, to, false);
}

/* ---- devices ---- */

static void diff_match_dev(struct comparer *c, uint32_t from, uint32_t to)
{
	if (from != PLAN_NONE)
		c->d->dev[from] = to;
	if (to != PLAN_NONE)
		c->dev_from[to] = from;
}

/* Whether one MTU is below the minimum of IPv6: the kernel then disables IPv6 on the device. */
static bool diff_loses_ipv6(uint32_t mtu, uint32_t other)
{
	return (mtu < IPV6_MTU_MIN) != (other < IPV6_MTU_MIN);
}

static bool diff_dev_is_another(const struct comparer *c, const struct plan_dev *x,
				const struct plan_dev *y)
{
	if (x->kind != y->kind || x->ifindex != y->ifindex || x->table != y->table ||
	    !text_same(x->full, y->full) || memcmp(&x->mac, &y->mac, sizeof(x->mac)) != 0 ||
	    diff_loses_ipv6(x->mtu, y->mtu) || diff_dev_to(c, x->master) != y->master)
		return true;
	if (x->kind == DEV_VETH && diff_dev_to(c, x->peer) != y->peer)
		return true;
	return x->kind == DEV_VXLAN && (x->id != y->id || !addr_eq(&x->local, &y->local) ||
					!addr_eq(&x->remote, &y->remote));
}

/* Marks ports and peers of the devices that are created anew. Returns whether it marked any. */
static bool diff_spread_anew(struct comparer *c)
{
	bool more = false;

	for (size_t i = 0; i < c->to->devs.n; i++) {
		const struct plan_dev *d = &c->to->devs.v[i];
		bool with = (d->master != PLAN_NONE && c->anew[d->master]) ||
			    (d->kind == DEV_VETH && c->anew[d->peer]);

		if (with && !c->anew[i] && c->dev_from[i] != PLAN_NONE)
			c->anew[i] = more = true;
	}
	return more;
}

static void diff_find_anew(struct comparer *c)
{
	for (size_t i = 0; i < c->to->devs.n; i++)
		c->anew[i] =
			c->dev_from[i] != PLAN_NONE &&
			diff_dev_is_another(c, &c->from->devs.v[c->dev_from[i]], &c->to->devs.v[i]);
	while (diff_spread_anew(c))
		;
	for (size_t i = 0; i < c->from->devs.n; i++)
		c->d->lost[i] = c->d->dev[i] == PLAN_NONE || c->anew[c->d->dev[i]];
}

static void diff_dev(struct comparer *c, uint32_t from, uint32_t to)
{
	const struct plan_dev *x, *y;

	if (from == PLAN_NONE || to == PLAN_NONE) {
		diff_add(c, PLAN_PART_DEV, from, to, false);
		return;
	}
	x = &c->from->devs.v[from];
	y = &c->to->devs.v[to];
	if (c->anew[to] || x->mtu != y->mtu || x->down != y->down || x->forwards != y->forwards)
		diff_add(c, PLAN_PART_DEV, from, to, c->anew[to]);
}

static void diff_devs(struct comparer *c)
{
	pair_list(c, devs, diff_netns_to(c, c->from->devs.v[i].netns), c->to->devs.v[i].netns,
		  diff_dev_cmp, diff_match_dev);
	diff_find_anew(c);
	for (uint32_t i = 0; i < c->from->devs.n; i++)
		if (c->d->dev[i] == PLAN_NONE &&
		    diff_netns_to(c, c->from->devs.v[i].netns) != PLAN_NONE)
			diff_dev(c, i, PLAN_NONE);
	for (uint32_t i = 0; i < c->to->devs.n; i++)
		diff_dev(c, c->dev_from[i], i);
}

/* ---- addresses, neighbours, qdiscs ---- */

static void diff_addr(struct comparer *c, uint32_t from, uint32_t to)
{
	uint32_t dev = to != PLAN_NONE ? c->to->addrs.v[to].dev
				       : c->d->dev[c->from->addrs.v[from].dev];

	if (c->anew[dev] || from == PLAN_NONE || to == PLAN_NONE)
		diff_add(c, PLAN_PART_ADDR, from, to, c->anew[dev]);
}

static void diff_neigh(struct comparer *c, uint32_t from, uint32_t to)
{
	uint32_t dev = to != PLAN_NONE ? c->to->neighs.v[to].dev
				       : c->d->dev[c->from->neighs.v[from].dev];

	if (c->anew[dev] || from == PLAN_NONE || to == PLAN_NONE ||
	    memcmp(&c->from->neighs.v[from].mac, &c->to->neighs.v[to].mac, sizeof(struct mac)) != 0)
		diff_add(c, PLAN_PART_NEIGH, from, to, c->anew[dev]);
}

static void diff_qdisc(struct comparer *c, uint32_t from, uint32_t to)
{
	uint32_t dev = to != PLAN_NONE ? c->to->qdiscs.v[to].dev
				       : c->d->dev[c->from->qdiscs.v[from].dev];

	if (c->anew[dev] || from == PLAN_NONE || to == PLAN_NONE ||
	    !impairment_eq(&c->from->qdiscs.v[from].what, &c->to->qdiscs.v[to].what))
		diff_add(c, PLAN_PART_QDISC, from, to, c->anew[dev]);
}

/* ---- routes ---- */

static bool diff_hop_eq(const struct comparer *c, const struct plan_hop *x,
			const struct plan_hop *y)
{
	return diff_dev_to(c, x->dev) == y->dev && addr_eq(&x->via, &y->via) &&
	       x->onlink == y->onlink;
}

static bool diff_route_eq(const struct comparer *c, const struct plan_route *x,
			  const struct plan_route *y)
{
	if (x->type != y->type || x->protocol != y->protocol || x->nhops != y->nhops ||
	    !addr_eq(&x->source, &y->source))
		return false;
	for (uint32_t i = 0; i < x->nhops; i++)
		if (!diff_hop_eq(c, &c->from->hops.v[x->hop + i], &c->to->hops.v[y->hop + i]))
			return false;
	return true;
}

/* The kernel deletes a route with any device of its hops (as of 6.18). */
static bool diff_route_is_lost(const struct comparer *c, uint32_t from)
{
	const struct plan_route *r = &c->from->routes.v[from];

	for (uint32_t i = 0; i < r->nhops; i++)
		if (c->d->lost[c->from->hops.v[r->hop + i].dev])
			return true;
	return false;
}

static void diff_route(struct comparer *c, uint32_t from, uint32_t to)
{
	bool anew = from != PLAN_NONE && diff_route_is_lost(c, from);

	if (anew || from == PLAN_NONE || to == PLAN_NONE ||
	    !diff_route_eq(c, &c->from->routes.v[from], &c->to->routes.v[to]))
		diff_add(c, PLAN_PART_ROUTE, from, to, anew);
}

/* ---- wires ---- */

static void diff_wire(struct comparer *c, uint32_t from, uint32_t to)
{
	const struct plan_wire *x = from == PLAN_NONE ? NULL : &c->from->wires.v[from];
	const struct plan_wire *y = to == PLAN_NONE ? NULL : &c->to->wires.v[to];
	bool anew = false, same = x && y;

	for (int end = 0; x && y && end < 2; end++) {
		anew = anew || c->anew[y->dev[end]] || diff_dev_to(c, x->dev[end]) != y->dev[end];
		same = same && impairment_eq(&x->to[end], &y->to[end]);
	}
	if (anew || !same)
		diff_add(c, PLAN_PART_WIRE, from, to, anew);
}

/* ---- filters and NATs ---- */

static bool diff_filter_eq(const struct comparer *c, const struct plan_filter *x,
			   const struct plan_filter *y)
{
	if (x->kind != y->kind || x->whole != y->whole || x->nfrom != y->nfrom)
		return false;
	if (!x->whole && diff_dev_to(c, x->dev) != y->dev)
		return false;
	for (size_t i = 0; i < x->nfrom; i++)
		if (!prefix_eq(&x->from[i], &y->from[i]))
			return false;
	return true;
}

static bool diff_nat_eq(const struct comparer *c, const struct plan_nat *x,
			const struct plan_nat *y)
{
	return diff_dev_to(c, x->dev) == y->dev && addr_eq(&x->outside, &y->outside) &&
	       addr_eq(&x->inside, &y->inside);
}

/* Computes where each namespace's part of a grouped list begins; ret has n + 1 entries. */
#define first_of_each(p, list, netns_of, ret)                                                      \
	do {                                                                                       \
		size_t i = 0;                                                                      \
                                                                                                   \
		for (uint32_t ns = 0; ns <= (p)->netns.n; ns++) {                                  \
			while (i < (p)->list.n && (netns_of) < ns)                                 \
				i++;                                                               \
			(ret)[ns] = (uint32_t)i;                                                   \
		}                                                                                  \
	} while (0)

struct rules_at { /* by namespace */
	uint32_t *filter, *nat;
};

static struct rules_at diff_rules_by_netns(const struct plan *p)
{
	struct rules_at at = { xcalloc(p->netns.n + 1, sizeof(uint32_t)),
			       xcalloc(p->netns.n + 1, sizeof(uint32_t)) };

	first_of_each(p, filters, p->devs.v[p->filters.v[i].dev].netns, at.filter);
	first_of_each(p, nats, p->devs.v[p->nats.v[i].dev].netns, at.nat);
	return at;
}

static void diff_rules_release(struct rules_at *at)
{
	free(at->filter);
	free(at->nat);
}

static bool diff_rules_eq(const struct comparer *c, const struct rules_at *x, uint32_t from,
			  const struct rules_at *y, uint32_t to)
{
	uint32_t nf = x->filter[from + 1] - x->filter[from], nn = x->nat[from + 1] - x->nat[from];

	if (nf != y->filter[to + 1] - y->filter[to] || nn != y->nat[to + 1] - y->nat[to])
		return false;
	for (uint32_t i = 0; i < nf; i++)
		if (!diff_filter_eq(c, &c->from->filters.v[x->filter[from] + i],
				    &c->to->filters.v[y->filter[to] + i]))
			return false;
	for (uint32_t i = 0; i < nn; i++)
		if (!diff_nat_eq(c, &c->from->nats.v[x->nat[from] + i],
				 &c->to->nats.v[y->nat[to] + i]))
			return false;
	return true;
}

static void diff_rules(struct comparer *c)
{
	struct rules_at x = diff_rules_by_netns(c->from), y = diff_rules_by_netns(c->to);
	own_free bool *known = xcalloc(c->to->netns.n + 1, sizeof(*known));

	for (uint32_t from = 0; from < c->from->netns.n; from++) {
		uint32_t to = diff_netns_to(c, from);

		if (to == PLAN_NONE)
			continue;
		known[to] = true;
		if (!diff_rules_eq(c, &x, from, &y, to))
			diff_add(c, PLAN_PART_RULES, from, to, false);
	}
	for (uint32_t to = 0; to < c->to->netns.n; to++)
		if (!known[to] && (y.filter[to + 1] > y.filter[to] || y.nat[to + 1] > y.nat[to]))
			diff_add(c, PLAN_PART_RULES, PLAN_NONE, to, false);
	diff_rules_release(&x);
	diff_rules_release(&y);
}

/* ---- services ---- */

static void diff_service(struct comparer *c, uint32_t from, uint32_t to)
{
	if (from == PLAN_NONE || to == PLAN_NONE)
		diff_add(c, PLAN_PART_SERVICE, from, to, false);
}

/* ---- all ---- */

static void diff_all(struct comparer *c)
{
	pair_list(c, netns, 0, 0, diff_netns_cmp, diff_netns);
	pair_list(c, sysctls, diff_netns_to(c, c->from->sysctls.v[i].netns),
		  c->to->sysctls.v[i].netns, diff_sysctl_cmp, diff_sysctl);
	diff_devs(c);
	pair_list(c, addrs, c->d->dev[c->from->addrs.v[i].dev], c->to->addrs.v[i].dev,
		  diff_addr_cmp, diff_addr);
	pair_list(c, neighs, c->d->dev[c->from->neighs.v[i].dev], c->to->neighs.v[i].dev,
		  diff_neigh_cmp, diff_neigh);
	pair_list(c, routes, diff_netns_to(c, c->from->routes.v[i].netns), c->to->routes.v[i].netns,
		  diff_route_cmp, diff_route);
	pair_list(c, qdiscs, c->d->dev[c->from->qdiscs.v[i].dev], c->to->qdiscs.v[i].dev,
		  diff_qdisc_cmp, diff_qdisc);
	pair_list(c, wires, 0, 0, diff_wire_cmp, diff_wire);
	diff_rules(c);
	pair_list(c, services, diff_netns_to(c, c->from->services.v[i].netns),
		  c->to->services.v[i].netns, diff_service_cmp, diff_service);
	c->d->hosts = !text_same(c->from->hosts, c->to->hosts);
}

struct plan_diff *plan_compare(const struct plan *from, const struct plan *to)
{
	struct plan_diff *d = xcalloc(1, sizeof(*d));
	own_free uint32_t *from_of = xcalloc(to->devs.n + 1, sizeof(*from_of));
	own_free bool *anew = xcalloc(to->devs.n + 1, sizeof(*anew));
	struct comparer c = { .from = from, .to = to, .d = d, .dev_from = from_of, .anew = anew };

	d->from = from;
	d->to = to;
	d->lost = xcalloc(from->devs.n + 1, sizeof(*d->lost));
	d->netns = xcalloc(from->netns.n + 1, sizeof(*d->netns));
	d->dev = xcalloc(from->devs.n + 1, sizeof(*d->dev));
	memset(d->dev, 0xff, from->devs.n * sizeof(*d->dev)); /* PLAN_NONE */
	diff_all(&c);
	return d;
}

void plan_diff_free(struct plan_diff *d)
{
	if (!d)
		return;
	vec_free(&d->v);
	free(d->netns);
	free(d->dev);
	free(d->lost);
	free(d);
}

/* ---- as text ---- */

static uint32_t diff_netns_of(const struct plan *p, enum plan_part part, uint32_t i)
{
	switch (part) {
	case PLAN_PART_SYSCTL:
		return p->sysctls.v[i].netns;
	case PLAN_PART_DEV:
		return p->devs.v[i].netns;
	case PLAN_PART_ADDR:
		return p->devs.v[p->addrs.v[i].dev].netns;
	case PLAN_PART_NEIGH:
		return p->devs.v[p->neighs.v[i].dev].netns;
	case PLAN_PART_ROUTE:
		return p->routes.v[i].netns;
	case PLAN_PART_QDISC:
		return p->devs.v[p->qdiscs.v[i].dev].netns;
	case PLAN_PART_SERVICE:
		return p->services.v[i].netns;
	case PLAN_PART_NETNS:
	case PLAN_PART_WIRE:
	case PLAN_PART_RULES:
		break;
	}
	return i;
}

static void diff_say_wire(const struct plan *p, uint32_t i, struct text *out)
{
	text_printf(out, "wire %s", p->wires.v[i].name);
	for (int end = 0; end < 2; end++) {
		text_add(out, " ");
		words_wire_end(p, i, end, out);
	}
}

static void diff_say_part(const struct plan *p, enum plan_part part, uint32_t i, struct text *out)
{
	static void (*const words[])(const struct plan *, uint32_t, struct text *) = {
		[PLAN_PART_SYSCTL] = words_sysctl, [PLAN_PART_DEV] = words_dev,
		[PLAN_PART_ADDR] = words_addr,	   [PLAN_PART_NEIGH] = words_neigh,
		[PLAN_PART_ROUTE] = words_route,   [PLAN_PART_QDISC] = words_qdisc,
		[PLAN_PART_WIRE] = diff_say_wire,  [PLAN_PART_SERVICE] = words_service,
	};

	if (part == PLAN_PART_NETNS) {
		text_printf(out, "netns %s", p->netns.v[i].name);
		return;
	}
	if (part != PLAN_PART_WIRE)
		text_printf(out, "%s: ", p->netns.v[diff_netns_of(p, part, i)].name);
	words[part](p, i, out);
}

/* The offset of the first word that differs. */
static size_t diff_common_words(const char *a, const char *b)
{
	size_t word = 0;

	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == ' ')
			word = i + 1;
	return word;
}

static void diff_say_dev_change(const struct plan_diff *d, const struct plan_difference *x,
				struct text *out)
{
	const struct plan_dev *old = &d->from->devs.v[x->from], *new = &d->to->devs.v[x->to];

	text_printf(out, "~ %s: link %s", d->to->netns.v[new->netns].name, new->name);
	if (old->mtu != new->mtu)
		text_printf(out, " mtu %u -> %u", old->mtu, new->mtu);
	if (old->forwards != new->forwards)
		text_printf(out, " forwarding %s", new->forwards ? "on" : "off");
	if (old->down != new->down)
		text_add(out, new->down ? " down" : " up");
	text_add(out, "\n");
}

static void diff_say_change(const struct plan_diff *d, const struct plan_difference *x,
			    struct text *out)
{
	own_text old = { 0 }, new = { 0 };

	if (x->from != PLAN_NONE)
		diff_say_part(d->from, x->part, x->from, &old);
	if (x->to != PLAN_NONE)
		diff_say_part(d->to, x->part, x->to, &new);
	if (x->to == PLAN_NONE)
		text_printf(out, "- %s\n", text_str(&old));
	else if (x->from == PLAN_NONE)
		text_printf(out, "+ %s\n", text_str(&new));
	else if (x->part == PLAN_PART_DEV && !x->anew)
		diff_say_dev_change(d, x, out);
	else if (strcmp(text_str(&old), text_str(&new)) != 0)
		text_printf(out, "~ %s -> %s\n", text_str(&old),
			    text_str(&new) + diff_common_words(text_str(&old), text_str(&new)));
}

/* Prints the filters and NATs of a namespace, a line each. */
static void diff_list_rules(const struct plan *p, uint32_t netns, struct text *out)
{
	for (uint32_t i = 0; i < p->filters.n; i++)
		if (p->devs.v[p->filters.v[i].dev].netns == netns) {
			text_printf(out, "%s: ", p->netns.v[netns].name);
			words_filter(p, i, out);
			text_add(out, "\n");
		}
	for (uint32_t i = 0; i < p->nats.n; i++)
		if (p->devs.v[p->nats.v[i].dev].netns == netns) {
			text_printf(out, "%s: ", p->netns.v[netns].name);
			words_nat(p, i, out);
			text_add(out, "\n");
		}
}

/* Prints the lines that are not in `other`. */
static void diff_say_lines(char sign, const char *lines, const char *other, struct text *out)
{
	for (const char *end; (end = strchr(lines, '\n')); lines = end + 1) {
		own_free char *line = xcalloc(1, (size_t)(end - lines) + 2);

		memcpy(line, lines, (size_t)(end - lines) + 1);
		if (!strstr(other, line))
			text_printf(out, "%c %s", sign, line);
	}
}

static void diff_say_rules(const struct plan_diff *d, const struct plan_difference *x,
			   struct text *out)
{
	own_text old = { 0 }, new = { 0 };

	if (x->from != PLAN_NONE)
		diff_list_rules(d->from, x->from, &old);
	diff_list_rules(d->to, x->to, &new);
	diff_say_lines('-', text_str(&old), text_str(&new), out);
	diff_say_lines('+', text_str(&new), text_str(&old), out);
}

void plan_diff_text(const struct plan_diff *d, struct text *out)
{
	for (each(const struct plan_difference, x, &d->v))
		if (x->part == PLAN_PART_RULES)
			diff_say_rules(d, x, out);
		else
			diff_say_change(d, x, out);
}
