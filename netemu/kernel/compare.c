/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/comparison.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "kernel/encode.h"
#include "kernel/netns.h"
#include "kernel/read.h"
#include "kernel/ruleset.h"
#include "kernel/sysctl.h"
#include "plan/plan.h"

void compare_tell(const struct comparison *c, const char *fmt, ...)
{
	own_text t = { 0 };
	own_free char *what = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&what, fmt, ap) < 0)
		abort();
	va_end(ap);
	text_printf(&t, "%s: %s", c->plan->netns.v[c->netns].name, what);
	c->say(c->ctx, text_str(&t));
}

static const struct plan_dev *compare_dev_at(const struct comparison *c, uint32_t dev)
{
	return &c->plan->devs.v[dev];
}

/* The kernel's device, or NULL if it is missing or in another namespace. */
static const struct seen_link *compare_link_of(const struct comparison *c, uint32_t dev)
{
	const struct plan_dev *d = compare_dev_at(c, dev);

	return d->netns == c->netns ? seen_link_named(c->seen, d->name) : NULL;
}

const char *compare_link_name(const struct comparison *c, uint32_t ifindex)
{
	const struct seen_link *l = seen_link_at(c->seen, ifindex);

	return l ? l->name : ifindex == 1 ? "lo" : "?";
}

/* ---- devices ------------------------------------------------------------------------------ */

static void compare_master(const struct comparison *c, const struct plan_dev *d,
			   const struct seen_link *l)
{
	const char *want = d->master == PLAN_NONE ? "" : compare_dev_at(c, d->master)->name;
	const char *is = l->master ? compare_link_name(c, l->master) : "";

	if (strcmp(want, is) != 0)
		compare_tell(c, "interface %s belongs to %s, not to %s", d->name,
			     *is ? is : "nothing", *want ? want : "nothing");
}

const char *compare_kind_word(enum plan_dev_kind kind)
{
	static const char *const words[] = { [DEV_VETH] = "veth",
					     [DEV_BRIDGE] = "bridge",
					     [DEV_VRF] = "vrf",
					     [DEV_VXLAN] = "vxlan" };

	return words[kind];
}

static void compare_link(const struct comparison *c, const struct plan_dev *d,
			 const struct seen_link *l)
{
	const char *kind = compare_kind_word(d->kind);

	if (strcmp(l->kind, kind) != 0)
		compare_tell(c, "interface %s is a %s, not a %s", d->name,
			     *l->kind ? l->kind : "device", kind);
	if (l->up == d->down)
		compare_tell(c, "interface %s is %s", d->name, l->up ? "up" : "down");
	if (d->mtu && d->mtu != l->mtu)
		compare_tell(c, "interface %s has MTU %u, not %u", d->name, l->mtu, d->mtu);
	if (d->kind != DEV_VRF && memcmp(&d->mac, &l->mac, sizeof(d->mac)) != 0)
		compare_tell(c, "interface %s has address %s, not %s", d->name, MAC_STR(&l->mac),
			     MAC_STR(&d->mac));
	if (d->forwards != l->forwards)
		compare_tell(c, "interface %s %s", d->name,
			     l->forwards ? "forwards packets" : "does not forward packets");
	if (d->kind == DEV_VXLAN &&
	    (d->id != l->id || !addr_eq(&d->local, &l->local) || !addr_eq(&d->remote, &l->remote)))
		compare_tell(c, "tunnel %s is %u from %s to %s, not %u from %s to %s", d->name,
			     l->id, ADDR_STR(&l->local), ADDR_STR(&l->remote), d->id,
			     ADDR_STR(&d->local), ADDR_STR(&d->remote));
	compare_master(c, d, l);
}

bool compare_is_fallback(const char *name)
{
	static const char *const names[] = { "tunl0",	 "gre0", "gretap0", "erspan0", "ip_vti0",
					     "ip6_vti0", "sit0", "ip6tnl0", "ip6gre0" };

	for (size_t i = 0; i < countof(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static void compare_links(const struct comparison *c)
{
	own_free bool *planned = xcalloc(c->seen->links.n + 1, sizeof(*planned));

	for (size_t i = 0; i < c->plan->devs.n; i++) {
		const struct plan_dev *d = compare_dev_at(c, (uint32_t)i);
		const struct seen_link *l = seen_link_named(c->seen, d->name);

		if (d->netns != c->netns)
			continue;
		if (!l) {
			compare_tell(c, "interface %s is missing", d->name);
			continue;
		}
		planned[l - c->seen->links.v] = true;
		compare_link(c, d, l);
	}
	for (size_t i = 0; i < c->seen->links.n; i++)
		if (!planned[i] && !compare_is_fallback(c->seen->links.v[i].name))
			compare_tell(c, "interface %s is not of the plan",
				     c->seen->links.v[i].name);
}

/* ---- addresses and neighbours ------------------------------------------------------------- */

/* Marks the seen address that equals the planned one. The unmarked ones are reported as not planned
 * at the end. */
static bool compare_take_addr(const struct comparison *c, bool *planned, uint32_t ifindex,
			      const struct prefix *p)
{
	for (size_t i = 0; i < c->seen->addrs.n; i++)
		if (c->seen->addrs.v[i].ifindex == ifindex &&
		    prefix_eq(&c->seen->addrs.v[i].addr, p))
			return planned[i] = true;
	return false;
}

static void compare_networks(const struct comparison *c)
{
	for (size_t i = 0; i < c->plan->devs.n; i++) {
		const struct seen_link *l = compare_link_of(c, (uint32_t)i);
		const struct seen_addr *a = l ? seen_lost_network(c->seen, l) : NULL;

		if (a)
			compare_tell(c, "the network of address %s on %s is missing",
				     PREFIX_STR(&a->addr), l->name);
	}
}

static void compare_addrs(const struct comparison *c)
{
	own_free bool *planned = xcalloc(c->seen->addrs.n + 1, sizeof(*planned));

	for (size_t i = 0; i < c->plan->addrs.n; i++) {
		const struct plan_addr *a = &c->plan->addrs.v[i];
		const struct seen_link *l = compare_link_of(c, a->dev);

		/* A device that goes down loses its IPv6 addresses, and only these. */
		if (l && !compare_take_addr(c, planned, l->ifindex, &a->addr) && l->up)
			compare_tell(c, "address %s on %s is missing", PREFIX_STR(&a->addr),
				     l->name);
	}
	for (size_t i = 0; i < c->seen->addrs.n; i++) {
		const struct seen_addr *a = &c->seen->addrs.v[i];

		if (!planned[i])
			compare_tell(c, "address %s on %s is not of the plan", PREFIX_STR(&a->addr),
				     compare_link_name(c, a->ifindex));
	}
}

static void compare_neigh(const struct comparison *c, const struct plan_neigh *n,
			  const struct seen_link *l, bool *planned)
{
	for (size_t i = 0; i < c->seen->neighs.n; i++) {
		const struct seen_neigh *seen = &c->seen->neighs.v[i];

		if (seen->ifindex != l->ifindex || !addr_eq(&seen->addr, &n->addr))
			continue;
		planned[i] = true;
		if (memcmp(&seen->mac, &n->mac, sizeof(n->mac)) != 0)
			compare_tell(c, "neighbour %s on %s is at %s, not at %s",
				     ADDR_STR(&n->addr), l->name, MAC_STR(&seen->mac),
				     MAC_STR(&n->mac));
		return;
	}
	if (l->up)
		compare_tell(c, "neighbour %s on %s is missing", ADDR_STR(&n->addr), l->name);
}

static void compare_neighs(const struct comparison *c)
{
	own_free bool *planned = xcalloc(c->seen->neighs.n + 1, sizeof(*planned));

	for (size_t i = 0; i < c->plan->neighs.n; i++) {
		const struct plan_neigh *n = &c->plan->neighs.v[i];
		const struct seen_link *l = compare_link_of(c, n->dev);

		if (l)
			compare_neigh(c, n, l, planned);
	}
	for (size_t i = 0; i < c->seen->neighs.n; i++) {
		const struct seen_neigh *n = &c->seen->neighs.v[i];

		if (!planned[i])
			compare_tell(c, "neighbour %s on %s is not of the plan", ADDR_STR(&n->addr),
				     compare_link_name(c, n->ifindex));
	}
}

/* ---- netem -------------------------------------------------------------------------------- */

bool compare_netem_is_planned(const struct seen_netem *n, const struct impairment *i)
{
	return n->delay_ns == i->delay_ns && n->jitter_ns == i->jitter_ns &&
	       n->rate == encode_netem_rate(i->rate_bps) &&
	       n->loss == encode_netem_share(i->loss_ppm) &&
	       n->duplicate == encode_netem_share(i->duplicate_ppm) &&
	       n->reorder == encode_netem_share(i->reorder_ppm);
}

static const struct seen_netem *compare_find_netem(const struct seen *s, uint32_t ifindex)
{
	for (size_t i = 0; i < s->netems.n; i++)
		if (s->netems.v[i].ifindex == ifindex)
			return &s->netems.v[i];
	return NULL;
}

static void compare_netems(const struct comparison *c)
{
	own_free bool *planned = xcalloc(c->seen->netems.n + 1, sizeof(*planned));

	for (size_t i = 0; i < c->plan->qdiscs.n; i++) {
		const struct plan_qdisc *q = &c->plan->qdiscs.v[i];
		const struct seen_link *l = compare_link_of(c, q->dev);
		const struct seen_netem *n = l ? compare_find_netem(c->seen, l->ifindex) : NULL;

		if (n)
			planned[n - c->seen->netems.v] = true;
		if (l && !n)
			compare_tell(c, "netem on %s is missing", l->name);
		else if (n && !compare_netem_is_planned(n, &q->what))
			compare_tell(c, "netem on %s is not as planned", l->name);
	}
	for (size_t i = 0; i < c->seen->netems.n; i++)
		if (!planned[i])
			compare_tell(c, "netem on %s is not of the plan",
				     compare_link_name(c, c->seen->netems.v[i].ifindex));
}

/* ---- all ---------------------------------------------------------------------------------- */

static void compare_seen(const struct comparison *c)
{
	compare_links(c);
	compare_addrs(c);
	compare_networks(c);
	compare_neighs(c);
	compare_netems(c);
	compare_routes(c);
}

static void compare_rule_texts(const struct comparison *c, const struct ruleset *want,
			       const rule_texts *is)
{
	own_free bool *planned = xcalloc(is->n + 1, sizeof(*planned));

	for (each(const struct rule, r, &want->rules)) {
		size_t i = 0;

		while (i < is->n && (planned[i] || strcmp(is->v[i], r->text) != 0))
			i++;
		planned[i] = true;
		if (i == is->n)
			compare_tell(c, "rule '%s' is missing", r->text);
	}
	for (size_t i = 0; i < is->n; i++)
		if (!planned[i])
			compare_tell(c, "rule '%s' is not of the plan", is->v[i]);
}

int compare_netfilter(const struct comparison *c, int ns)
{
	struct ruleset want;
	rule_texts is = { 0 };
	int r;

	if (c->plan->filters.n == 0 && c->plan->nats.n == 0)
		return 0;
	ruleset_make(c->plan, c->netns, &want);
	r = want.rules.n ? nftables_read(ns, &is) : 0;
	if (r == 0 && want.rules.n && is.n == 0)
		r = xtables_read(ns, &is);
	if (r == 0)
		compare_rule_texts(c, &want, &is);
	for (size_t i = 0; i < is.n; i++)
		free(is.v[i]);
	vec_free(&is);
	ruleset_release(&want);
	return r;
}

int kernel_compare_sysctls(const struct plan *p, uint32_t netns, int ns, struct sysctl_writer *w,
			   compare_say *tell, void *ctx)
{
	const struct comparison c = { .plan = p, .netns = netns, .say = tell, .ctx = ctx };
	own_visit struct visit v = VISIT_NONE;
	int r = visit_begin(&v, ns);

	if (r == 0)
		sysctl_fresh(w);
	for (size_t i = 0; i < p->sysctls.n && r == 0; i++) {
		const struct plan_sysctl *s = &p->sysctls.v[i];
		char is[SYSCTL_VALUE_MAX];

		if (s->netns == netns && sysctl_read(w, s->key, is) == 0 &&
		    strcmp(is, s->value) != 0)
			compare_tell(&c, "sysctl %s is %s, not %s", s->key, is, s->value);
	}
	return r;
}

int kernel_compare(const struct plan *p, uint32_t netns, int ns, compare_say *tell, void *ctx)
{
	struct seen seen;
	const struct comparison c = { p, &seen, netns, tell, ctx };
	int r = kernel_read(ns, &seen);

	if (r == 0)
		compare_seen(&c);
	seen_release(&seen);
	return r < 0 ? r : compare_netfilter(&c, ns);
}
