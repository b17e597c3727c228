/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The resulting plan has the order of the wanted one, namespace by namespace, so one pass along the
 * lists of both suffices. Only the peers of veths are set at the end, when all namespaces have been
 * read. */
#include "kernel/held.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "kernel/comparison.h"
#include "kernel/netns.h"
#include "kernel/read.h"
#include "kernel/sysctl.h"
#include "plan/plan.h"

struct held_reader {
	const struct plan *want;
	struct plan *is;
	struct arena *a;
	uint32_t *netns, *dev; /* by wanted index: the index in `is`, or PLAN_NONE */
	struct sysctl_writer *sysctls;

	/* The current namespace: */
	uint32_t at; /* its index in `want` */
	const struct seen *seen;
	uint32_t *dev_of; /* by its links: the device in `is`, or PLAN_NONE */
	size_t first;	  /* of its devices; those from `foreign` on are not planned */
	size_t foreign;

	/* Cursors into the lists of `want`. */
	size_t next_sysctl, next_dev, next_addr, next_filter, next_nat, next_service;
};

#define devs_netns(h, d) ((h)->want->devs.v[d].netns)

/* ---- devices ------------------------------------------------------------------------------ */

static bool held_is_planned_name(const struct held_reader *h, const char *name)
{
	const struct plan *p = h->want;

	for (size_t i = h->next_dev; i < p->devs.n && p->devs.v[i].netns == h->at; i++)
		if (strcmp(p->devs.v[i].name, name) == 0)
			return true;
	return false;
}

/* Finds a device by its name, or by its index if it was renamed to a name that is not planned. */
static const struct seen_link *held_find_link(const struct held_reader *h, const struct plan_dev *d)
{
	const struct seen_link *l = seen_link_named(h->seen, d->name);

	if (l)
		return l;
	l = seen_link_at(h->seen, d->ifindex);
	return l && !held_is_planned_name(h, l->name) ? l : NULL;
}

static enum plan_dev_kind held_dev_kind(const struct seen_link *l, enum plan_dev_kind planned)
{
	static const enum plan_dev_kind kinds[] = { DEV_VETH, DEV_BRIDGE, DEV_VRF, DEV_VXLAN };

	for (size_t i = 0; i < countof(kinds); i++)
		if (strcmp(l->kind, compare_kind_word(kinds[i])) == 0)
			return kinds[i];
	return planned == DEV_BRIDGE ? DEV_VETH : DEV_BRIDGE;
}

static struct plan_dev held_dev(const struct held_reader *h, const struct plan_dev *d,
				const struct seen_link *l)
{
	struct plan_dev is = *d;

	is.kind = held_dev_kind(l, d->kind);
	is.netns = h->netns[h->at];
	is.ifindex = l->ifindex;
	is.mac = d->kind == DEV_VRF ? d->mac : l->mac;
	is.mtu = d->mtu ? l->mtu : 0;
	is.forwards = l->forwards;
	is.down = !l->up;
	/* The kernel does not restore a connected route, and a change cannot rename a device.
	 * "?" is not a planned name, so the device is made anew. */
	if (strcmp(l->name, d->name) != 0 || seen_lost_network(h->seen, l))
		is.full = "?";
	if (d->kind == DEV_VXLAN) {
		is.id = l->id;
		is.local = l->local;
		is.remote = l->remote;
	}
	return is;
}

static void held_add_dev(struct held_reader *h, const struct seen_link *l, struct plan_dev d)
{
	h->dev_of[l - h->seen->links.v] = (uint32_t)h->is->devs.n;
	vec_push(h->a, &h->is->devs, d);
}

static void held_planned_devs(struct held_reader *h)
{
	const struct plan *p = h->want;
	size_t end = h->next_dev;

	for (; end < p->devs.n && p->devs.v[end].netns == h->at; end++) {
		const struct seen_link *l = held_find_link(h, &p->devs.v[end]);

		if (!l)
			continue;
		h->dev[end] = (uint32_t)h->is->devs.n;
		held_add_dev(h, l, held_dev(h, &p->devs.v[end], l));
	}
	h->next_dev = end;
}

/* A physical device, which was moved into the namespace, has no kind; it stays. */
static void held_foreign_devs(struct held_reader *h)
{
	for (each(const struct seen_link, l, &h->seen->links))
		if (h->dev_of[l - h->seen->links.v] == PLAN_NONE && *l->kind &&
		    !compare_is_fallback(l->name))
			held_add_dev(h, l,
				     (struct plan_dev){ .kind = held_dev_kind(l, DEV_VETH),
							.netns = h->netns[h->at],
							.name = arena_strdup(h->a, l->name),
							.ifindex = l->ifindex,
							.mac = l->mac,
							.mtu = l->mtu,
							.peer = PLAN_NONE,
							.master = PLAN_NONE,
							.down = !l->up });
}

/* The device of a kernel index, or PLAN_NONE. */
static uint32_t held_dev_at(const struct held_reader *h, uint32_t ifindex)
{
	const struct seen_link *l = seen_link_at(h->seen, ifindex);

	return l ? h->dev_of[l - h->seen->links.v] : PLAN_NONE;
}

/* A port whose master is unknown gets itself as master, so it never equals a planned one. */
static void held_find_masters(struct held_reader *h)
{
	for (each(const struct seen_link, l, &h->seen->links)) {
		uint32_t dev = h->dev_of[l - h->seen->links.v];
		uint32_t master = l->master ? held_dev_at(h, l->master) : PLAN_NONE;

		if (dev != PLAN_NONE)
			h->is->devs.v[dev].master = l->master && master == PLAN_NONE ? dev : master;
	}
}

/* A veth whose peer is missing or elsewhere gets PLAN_NONE as peer, so that it is made anew. */
static void held_find_peers(struct held_reader *h)
{
	for (size_t i = 0; i < h->want->devs.n; i++) {
		const struct plan_dev *d = &h->want->devs.v[i];

		if (h->dev[i] != PLAN_NONE)
			h->is->devs.v[h->dev[i]].peer = d->kind == DEV_VETH ? h->dev[d->peer]
									    : d->peer;
	}
}

/* ---- what is on them ---------------------------------------------------------------------- */

/* The same for a planned device only: what is on other devices is removed with them. */
static uint32_t held_planned_dev_at(const struct held_reader *h, uint32_t ifindex)
{
	uint32_t dev = held_dev_at(h, ifindex);

	return dev != PLAN_NONE && dev < h->foreign ? dev : PLAN_NONE;
}

static bool held_has_addr(const struct held_reader *h, const struct plan_addr *a)
{
	for (each(const struct seen_addr, s, &h->seen->addrs))
		if (held_dev_at(h, s->ifindex) == h->dev[a->dev] && prefix_eq(&s->addr, &a->addr))
			return true;
	return false;
}

/* A device that is down as planned has lost its IPv6 addresses; they count as present. */
static void held_down_addrs(struct held_reader *h)
{
	const struct plan *p = h->want;

	for (; h->next_addr < p->addrs.n && devs_netns(h, p->addrs.v[h->next_addr].dev) == h->at;
	     h->next_addr++) {
		struct plan_addr a = p->addrs.v[h->next_addr];
		uint32_t dev = h->dev[a.dev];

		if (a.addr.a.family != AF_INET6 || !p->devs.v[a.dev].down || dev == PLAN_NONE ||
		    !h->is->devs.v[dev].down || held_has_addr(h, &a))
			continue;
		a.dev = dev;
		vec_push(h->a, &h->is->addrs, a);
	}
}

static void held_addrs(struct held_reader *h)
{
	for (each(const struct seen_addr, s, &h->seen->addrs)) {
		uint32_t dev = held_planned_dev_at(h, s->ifindex);

		if (dev != PLAN_NONE)
			vec_push(h->a, &h->is->addrs,
				 ((struct plan_addr){ .dev = dev, .addr = s->addr }));
	}
	held_down_addrs(h);
}

static void held_neighs(struct held_reader *h)
{
	for (each(const struct seen_neigh, s, &h->seen->neighs)) {
		uint32_t dev = held_planned_dev_at(h, s->ifindex);

		if (dev != PLAN_NONE)
			vec_push(h->a, &h->is->neighs,
				 ((struct plan_neigh){
					 .dev = dev, .addr = s->addr, .mac = s->mac }));
	}
}

static const struct plan_qdisc *held_planned_qdisc(const struct held_reader *h, uint32_t dev)
{
	for (each(const struct plan_qdisc, q, &h->want->qdiscs))
		if (h->dev[q->dev] == dev)
			return q;
	return NULL;
}

static void held_qdiscs(struct held_reader *h)
{
	for (each(const struct seen_netem, s, &h->seen->netems)) {
		uint32_t dev = held_planned_dev_at(h, s->ifindex);
		const struct plan_qdisc *q = dev != PLAN_NONE ? held_planned_qdisc(h, dev) : NULL;
		struct plan_qdisc is = q ? *q : (struct plan_qdisc){ 0 };

		if (dev == PLAN_NONE || (q && !compare_netem_is_planned(s, &q->what)))
			continue;
		is.dev = dev;
		vec_push(h->a, &h->is->qdiscs, is);
	}
}

/* ---- routes ------------------------------------------------------------------------------- */

static void held_add_hops(struct held_reader *h, const struct seen_route *s, struct plan_route *r)
{
	r->hop = (uint32_t)h->is->hops.n;
	for (uint32_t i = 0; i < s->nhops; i++) {
		const struct seen_hop *hop = &h->seen->hops.v[s->hop + i];
		uint32_t dev = held_dev_at(h, hop->ifindex);

		if (dev != PLAN_NONE)
			vec_push(h->a, &h->is->hops,
				 ((struct plan_hop){ .dev = dev, .via = hop->via }));
	}
	r->nhops = (uint32_t)h->is->hops.n - r->hop;
}

static void held_add_planned_hops(struct held_reader *h, const struct plan_route *p,
				  struct plan_route *r)
{
	r->hop = (uint32_t)h->is->hops.n;
	for (uint32_t i = 0; i < p->nhops; i++) {
		struct plan_hop hop = h->want->hops.v[p->hop + i];

		hop.dev = h->dev[hop.dev];
		vec_push(h->a, &h->is->hops, hop);
	}
}

static enum plan_route_type held_route_type(const struct seen_route *s)
{
	return s->type == RTN_BLACKHOLE	    ? PLAN_BLACKHOLE
	       : s->type == RTN_UNREACHABLE ? PLAN_UNREACHABLE
					    : PLAN_UNICAST;
}

static void held_route(const struct comparison *c, const struct plan_route *p,
		       const struct seen_route *s)
{
	struct held_reader *h = c->ctx;
	struct plan_route r = { 0 };

	if (!s)
		return;
	if (p)
		r = *p;
	r.netns = h->netns[h->at];
	if (p && compare_route_is_planned(c, p, s)) {
		held_add_planned_hops(h, p, &r);
	} else {
		r.table = s->table;
		r.metric = p ? p->metric : s->metric;
		r.prefix = s->prefix;
		r.type = held_route_type(s);
		r.protocol = PLAN_FOREIGN;
		held_add_hops(h, s, &r);
	}
	vec_push(h->a, &h->is->routes, r);
}

/* ---- rules, sysctls, services ------------------------------------------------------------- */

static void held_count_difference(void *ctx, const char *sentence)
{
	(void)sentence;
	++*(size_t *)ctx;
}

static int held_rules(struct held_reader *h, int ns)
{
	const struct plan *p = h->want;
	size_t differ = 0;
	const struct comparison c = { p, h->seen, h->at, held_count_difference, &differ };
	int r = compare_netfilter(&c, ns);

	for (; h->next_filter < p->filters.n &&
	       devs_netns(h, p->filters.v[h->next_filter].dev) == h->at;
	     h->next_filter++) {
		struct plan_filter f = p->filters.v[h->next_filter];

		f.dev = h->dev[f.dev];
		if (f.dev != PLAN_NONE && differ == 0)
			vec_push(h->a, &h->is->filters, f);
	}
	for (; h->next_nat < p->nats.n && devs_netns(h, p->nats.v[h->next_nat].dev) == h->at;
	     h->next_nat++) {
		struct plan_nat n = p->nats.v[h->next_nat];

		n.dev = h->dev[n.dev];
		if (n.dev != PLAN_NONE && differ == 0)
			vec_push(h->a, &h->is->nats, n);
	}
	return r;
}

/* A sysctl that cannot be read counts as planned: this kernel does not have it. */
static int held_sysctls(struct held_reader *h, int ns)
{
	const struct plan *p = h->want;
	own_visit struct visit v = VISIT_NONE;
	int r = visit_begin(&v, ns);

	if (r == 0)
		sysctl_fresh(h->sysctls);
	for (; h->next_sysctl < p->sysctls.n && p->sysctls.v[h->next_sysctl].netns == h->at;
	     h->next_sysctl++) {
		struct plan_sysctl s = p->sysctls.v[h->next_sysctl];
		char is[SYSCTL_VALUE_MAX];

		s.netns = h->netns[h->at];
		if (r == 0 && sysctl_read(h->sysctls, s.key, is) == 0 && strcmp(is, s.value) != 0)
			s.value = arena_strdup(h->a, is);
		vec_push(h->a, &h->is->sysctls, s);
	}
	return r;
}

static void held_services(struct held_reader *h)
{
	const struct plan *p = h->want;

	for (; h->next_service < p->services.n && p->services.v[h->next_service].netns == h->at;
	     h->next_service++) {
		struct plan_service s = p->services.v[h->next_service];

		s.netns = h->netns[h->at];
		vec_push(h->a, &h->is->services, s);
	}
}

static void held_planned_wires(struct held_reader *h)
{
	for (each(const struct plan_wire, w, &h->want->wires)) {
		struct plan_wire is = *w;

		for (int end = 0; end < 2; end++)
			is.dev[end] = h->dev[w->dev[end]];
		vec_push(h->a, &h->is->wires, is);
	}
}

/* ---- all ---------------------------------------------------------------------------------- */

static int held_seen(struct held_reader *h, int ns)
{
	const struct comparison c = { h->want, h->seen, h->at, NULL, h };
	own_free uint32_t *dev_of = xcalloc(h->seen->links.n + 1, sizeof(*dev_of));
	int r;

	memset(dev_of, 0xff, h->seen->links.n * sizeof(*dev_of)); /* PLAN_NONE */
	h->dev_of = dev_of;
	held_planned_devs(h);
	h->foreign = h->is->devs.n;
	held_foreign_devs(h);
	held_find_masters(h);
	held_addrs(h);
	held_neighs(h);
	held_qdiscs(h);
	compare_pair_routes(&c, held_route);
	held_services(h);
	r = held_rules(h, ns);
	return r < 0 ? r : held_sysctls(h, ns);
}

/* Moves the cursors past a missing namespace. */
static void held_skip_netns(struct held_reader *h)
{
	const struct plan *p = h->want;

#define pass(list, cursor, netns_of) for (; (cursor) < p->list.n && (netns_of) == h->at; (cursor)++)
	pass(sysctls, h->next_sysctl, p->sysctls.v[h->next_sysctl].netns);
	pass(devs, h->next_dev, p->devs.v[h->next_dev].netns);
	pass(addrs, h->next_addr, devs_netns(h, p->addrs.v[h->next_addr].dev));
	pass(filters, h->next_filter, devs_netns(h, p->filters.v[h->next_filter].dev));
	pass(nats, h->next_nat, devs_netns(h, p->nats.v[h->next_nat].dev));
	pass(services, h->next_service, p->services.v[h->next_service].netns);
#undef pass
}

static int held_netns(struct held_reader *h, int names)
{
	const struct plan_netns *n = &h->want->netns.v[h->at];
	own_fd ns = netns_open(names, n->name);
	struct seen seen = { 0 };
	int r;

	if (ns == -ENOENT) {
		held_skip_netns(h);
		return 0;
	}
	if (ns < 0)
		return ns;
	h->netns[h->at] = (uint32_t)h->is->netns.n;
	vec_push(h->a, &h->is->netns, *n);
	r = kernel_read(ns, &seen);
	h->seen = &seen;
	if (r == 0)
		r = held_seen(h, ns);
	seen_release(&seen);
	return r;
}

static int held_read(struct held_reader *h, const char *path, struct diag *dg)
{
	own_fd names = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = names < 0 ? -errno : 0;

	if (r < 0)
		return diag_error(dg, (struct pos){ 0 }, r, "kernel", "%s: %s", path, strerror(-r));
	for (h->at = 0; h->at < h->want->netns.n; h->at++) {
		r = held_netns(h, names);
		if (r < 0)
			return diag_error(dg, h->want->netns.v[h->at].why, r, "kernel",
					  "reading what %s holds: %s", h->want->netns.v[h->at].name,
					  strerror(-r));
	}
	held_find_peers(h);
	held_planned_wires(h);
	h->is->relay_netns = h->want->relay_netns == PLAN_NONE ? PLAN_NONE
							       : h->netns[h->want->relay_netns];
	return 0;
}

int kernel_held(const struct plan *want, const char *names, struct arena *a, struct plan **ret,
		struct diag *dg)
{
	own_free uint32_t *netns = xcalloc(want->netns.n + 1, sizeof(*netns));
	own_free uint32_t *dev = xcalloc(want->devs.n + 1, sizeof(*dev));
	struct held_reader h = { .want = want, .a = a, .netns = netns, .dev = dev };
	int r;

	memset(netns, 0xff, want->netns.n * sizeof(*netns)); /* PLAN_NONE */
	memset(dev, 0xff, want->devs.n * sizeof(*dev));
	h.is = arena_make(a, struct plan);
	h.is->arena = a;
	h.is->backends = want->backends;
	h.is->hosts = want->hosts;
	h.sysctls = sysctl_writer_new();
	r = held_read(&h, names, dg);
	sysctl_writer_free(h.sysctls);
	if (r == 0)
		*ret = h.is;
	return r;
}
