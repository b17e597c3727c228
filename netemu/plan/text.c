/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints a plan namespace by namespace, in the words of iproute2; golden tests compare the text. */
#include <linux/rtnetlink.h>

#include "base/text.h"
#include "net/units.h"
#include "plan/plan.h"
#include "plan/words.h"

static const char *words_dev_name(const struct plan *p, uint32_t dev)
{
	return p->devs.v[dev].name;
}

static uint32_t words_dev_netns(const struct plan *p, uint32_t dev)
{
	return p->devs.v[dev].netns;
}

static void words_impairment(const struct impairment *i, struct text *out)
{
	text_printf(out, " delay %s", TIME_STR(i->delay_ns));
	if (i->jitter_ns)
		text_printf(out, " jitter %s", TIME_STR(i->jitter_ns));
	if (i->loss_ppm)
		text_printf(out, " loss %s", SHARE_STR(i->loss_ppm));
	if (i->duplicate_ppm)
		text_printf(out, " duplicate %s", SHARE_STR(i->duplicate_ppm));
	if (i->reorder_ppm)
		text_printf(out, " reorder %s", SHARE_STR(i->reorder_ppm));
	if (i->rate_bps)
		text_printf(out, " rate %s", RATE_STR(i->rate_bps));
}

void words_sysctl(const struct plan *p, uint32_t i, struct text *out)
{
	const struct plan_sysctl *s = &p->sysctls.v[i];

	text_printf(out, "sysctl %s = %s%s", s->key, s->value, s->optional ? " (if there)" : "");
}

void words_dev(const struct plan *p, uint32_t i, struct text *out)
{
	const struct plan_dev *d = &p->devs.v[i];
	static const char *const kind[] = { [DEV_VETH] = "veth",
					    [DEV_BRIDGE] = "bridge",
					    [DEV_VRF] = "vrf",
					    [DEV_VXLAN] = "vxlan" };

	text_printf(out, "link %u: %s type %s", d->ifindex, d->name, kind[d->kind]);
	if (d->kind == DEV_VRF)
		text_printf(out, " table %u", d->table);
	else
		text_printf(out, " address %s mtu %u", MAC_STR(&d->mac), d->mtu);
	if (d->peer != PLAN_NONE && d->kind == DEV_VETH)
		text_printf(out, " peer %s netns %s", words_dev_name(p, d->peer),
			    p->netns.v[p->devs.v[d->peer].netns].name);
	if (d->kind == DEV_VXLAN)
		text_printf(out, " id %u local %s remote %s dstport %d", d->id, ADDR_STR(&d->local),
			    ADDR_STR(&d->remote), PLAN_VXLAN_PORT);
	if (d->master != PLAN_NONE)
		text_printf(out, " master %s", words_dev_name(p, d->master));
	if (mac_is_set(&d->behind))
		text_printf(out, " fdb %s", MAC_STR(&d->behind));
	if (d->forwards)
		text_add(out, " forwarding on");
	if (d->down)
		text_add(out, " down");
	if (d->full)
		text_printf(out, " altname %s", d->full);
}

void words_addr(const struct plan *p, uint32_t i, struct text *out)
{
	const struct plan_addr *a = &p->addrs.v[i];

	text_printf(out, "addr %s dev %s", PREFIX_STR(&a->addr), words_dev_name(p, a->dev));
}

void words_neigh(const struct plan *p, uint32_t i, struct text *out)
{
	const struct plan_neigh *n = &p->neighs.v[i];

	text_printf(out, "neigh %s lladdr %s dev %s nud permanent", ADDR_STR(&n->addr),
		    MAC_STR(&n->mac), words_dev_name(p, n->dev));
}

void words_route(const struct plan *p, uint32_t i, struct text *out)
{
	const struct plan_route *r = &p->routes.v[i];
	static const char *const type[] = { [PLAN_UNICAST] = "",
					    [PLAN_BLACKHOLE] = "blackhole ",
					    [PLAN_UNREACHABLE] = "unreachable " };

	text_printf(out, "route %s%s", type[r->type], PREFIX_STR(&r->prefix));
	for (uint32_t k = 0; k < r->nhops; k++) {
		const struct plan_hop *h = &p->hops.v[r->hop + k];

		if (r->nhops > 1)
			text_add(out, " nexthop");
		if (h->via.family)
			text_printf(out, " via %s", ADDR_STR(&h->via));
		text_printf(out, " dev %s%s", words_dev_name(p, h->dev),
			    h->onlink ? " onlink" : "");
	}
	if (r->source.family)
		text_printf(out, " src %s", ADDR_STR(&r->source));
	if (r->protocol != PLAN_FOREIGN)
		text_printf(out, " proto %s", r->protocol == PLAN_BGP ? "bgp" : "static");
	if (r->metric)
		text_printf(out, " metric %u", r->metric);
	if (r->table != RT_TABLE_MAIN)
		text_printf(out, " table %u", r->table);
}

void words_qdisc(const struct plan *p, uint32_t i, struct text *out)
{
	text_printf(out, "qdisc dev %s netem", words_dev_name(p, p->qdiscs.v[i].dev));
	words_impairment(&p->qdiscs.v[i].what, out);
}

void words_filter(const struct plan *p, uint32_t i, struct text *out)
{
	static const char *const kinds[] = { [FILTER_SOURCES] = "only from",
					     [FILTER_STRANGERS] = "no time-exceeded from",
					     [FILTER_MUTE] = "no time-exceeded out",
					     [FILTER_KEEP_TTL] = "keeps the TTL" };
	const struct plan_filter *x = &p->filters.v[i];

	text_printf(out, "filter %s%s %s", x->whole ? "any dev" : "dev ",
		    x->whole ? "" : words_dev_name(p, x->dev), kinds[x->kind]);
	for (size_t k = 0; k < x->nfrom; k++)
		text_printf(out, " %s", PREFIX_STR(&x->from[k]));
}

void words_nat(const struct plan *p, uint32_t i, struct text *out)
{
	const struct plan_nat *x = &p->nats.v[i];

	if (x->inside.family)
		text_printf(out, "nat dev %s %s <-> %s", words_dev_name(p, x->dev),
			    ADDR_STR(&x->inside), ADDR_STR(&x->outside));
	else
		text_printf(out, "nat dev %s any other -> %s", words_dev_name(p, x->dev),
			    ADDR_STR(&x->outside));
}

void words_service(const struct plan *p, uint32_t i, struct text *out)
{
	const struct plan_service *s = &p->services.v[i];

	text_printf(out, "listen %s/%u", s->udp ? "udp" : "tcp", s->port);
}

void words_wire_end(const struct plan *p, uint32_t wire, int end, struct text *out)
{
	const struct plan_wire *w = &p->wires.v[wire];

	text_printf(out, "to %s:", w->dev[end] == PLAN_NONE ? "?" : words_dev_name(p, w->dev[end]));
	words_impairment(&w->to[end], out);
}

/* How much of each list that is grouped by namespace has been printed. */
struct told {
	size_t sysctl, dev, addr, neigh, route, qdisc, filter, nat, service;
};

typedef void words(const struct plan *p, uint32_t i, struct text *out);

static void words_line(words *say_it, const struct plan *p, size_t i, struct text *out)
{
	text_add(out, "  ");
	say_it(p, (uint32_t)i, out);
	text_add(out, "\n");
}

static void words_netns(const struct plan *p, uint32_t netns, struct told *at, struct text *out)
{
	text_printf(out, "netns %s\n", p->netns.v[netns].name);
	for (; at->sysctl < p->sysctls.n && p->sysctls.v[at->sysctl].netns == netns; at->sysctl++)
		words_line(words_sysctl, p, at->sysctl, out);
	for (; at->dev < p->devs.n && p->devs.v[at->dev].netns == netns; at->dev++)
		words_line(words_dev, p, at->dev, out);
	for (; at->addr < p->addrs.n && words_dev_netns(p, p->addrs.v[at->addr].dev) == netns;
	     at->addr++)
		words_line(words_addr, p, at->addr, out);
	for (; at->neigh < p->neighs.n && words_dev_netns(p, p->neighs.v[at->neigh].dev) == netns;
	     at->neigh++)
		words_line(words_neigh, p, at->neigh, out);
	for (; at->route < p->routes.n && p->routes.v[at->route].netns == netns; at->route++)
		words_line(words_route, p, at->route, out);
	for (; at->qdisc < p->qdiscs.n && words_dev_netns(p, p->qdiscs.v[at->qdisc].dev) == netns;
	     at->qdisc++)
		words_line(words_qdisc, p, at->qdisc, out);
	for (;
	     at->filter < p->filters.n && words_dev_netns(p, p->filters.v[at->filter].dev) == netns;
	     at->filter++)
		words_line(words_filter, p, at->filter, out);
	for (; at->nat < p->nats.n && words_dev_netns(p, p->nats.v[at->nat].dev) == netns;
	     at->nat++)
		words_line(words_nat, p, at->nat, out);
	for (; at->service < p->services.n && p->services.v[at->service].netns == netns;
	     at->service++)
		words_line(words_service, p, at->service, out);
}

void plan_text(const struct plan *p, struct text *out)
{
	struct told told = { 0 };

	text_printf(out, "# routing instances: %s; delay: %s\n",
		    p->backends.vrf == VRF_DEVICE ? "VRF devices" : "namespaces",
		    p->backends.delay == DELAY_NETEM ? "netem" : "delay line");
	for (uint32_t i = 0; i < p->netns.n; i++)
		words_netns(p, i, &told, out);
	for (uint32_t i = 0; i < p->wires.n; i++) {
		text_printf(out, "wire %s\n", p->wires.v[i].name);
		for (int end = 0; end < 2; end++) {
			text_add(out, "  ");
			words_wire_end(p, i, end, out);
			text_add(out, "\n");
		}
	}
}
