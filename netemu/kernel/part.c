/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/part.h"

#include "base/text.h"
#include "plan/plan.h"

#include <linux/rtnetlink.h>

uint64_t part_tag(enum part_kind kind, uint32_t i)
{
	return (uint64_t)kind << 32 | i;
}

struct part part_of_tag(uint64_t tag)
{
	return (struct part){ .kind = (enum part_kind)(tag >> 32), .i = (uint32_t)tag };
}

struct pos part_pos(const struct plan *p, struct part part)
{
	switch (part.kind) {
	case PART_NETNS:
	case PART_LOOPBACK:
		return p->netns.v[part.i].why;
	case PART_DEV:
		return p->devs.v[part.i].why;
	case PART_ADDR:
		return p->addrs.v[part.i].why;
	case PART_NEIGH:
		return p->neighs.v[part.i].why;
	case PART_ROUTE:
		return p->routes.v[part.i].why;
	case PART_QDISC:
		return p->qdiscs.v[part.i].why;
	case PART_FILTER:
		return p->filters.v[part.i].why;
	case PART_NAT:
		return p->nats.v[part.i].why;
	}
	return (struct pos){ 0 };
}

static const char *part_netns_name(const struct plan *p, uint32_t netns)
{
	return p->netns.v[netns].name;
}

static void part_in_netns(const struct plan *p, uint32_t netns, struct text *out)
{
	text_printf(out, " in %s", part_netns_name(p, netns));
}

static void part_on_dev(const struct plan *p, uint32_t dev, struct text *out)
{
	text_printf(out, " on %s", p->devs.v[dev].name);
	part_in_netns(p, p->devs.v[dev].netns, out);
}

static void part_dev_text(const struct plan *p, const struct plan_dev *d, struct text *out)
{
	static const char *const kinds[] = {
		[DEV_VETH] = "interface",
		[DEV_BRIDGE] = "bridge",
		[DEV_VRF] = "VRF",
		[DEV_VXLAN] = "tunnel",
	};

	text_printf(out, "%s %s", kinds[d->kind], d->name);
	part_in_netns(p, d->netns, out);
}

static void part_hop_text(const struct plan *p, const struct plan_hop *h, struct text *out)
{
	if (h->via.family)
		text_printf(out, " via %s", ADDR_STR(&h->via));
	text_printf(out, " dev %s", p->devs.v[h->dev].name);
}

void part_route_text(const struct plan *p, const struct plan_route *r, struct text *out)
{
	static const char *const types[] = {
		[PLAN_UNICAST] = "",
		[PLAN_BLACKHOLE] = "blackhole ",
		[PLAN_UNREACHABLE] = "unreachable ",
	};

	text_printf(out, "%s%s", types[r->type], PREFIX_STR(&r->prefix));
	if (r->type == PLAN_UNICAST)
		for (uint32_t i = 0; i < r->nhops; i++)
			part_hop_text(p, &p->hops.v[r->hop + i], out);
	if (r->table != RT_TABLE_MAIN)
		text_printf(out, " table %u", r->table);
	if (r->metric)
		text_printf(out, " metric %u", r->metric);
}

void part_text(const struct plan *p, struct part part, struct text *out)
{
	switch (part.kind) {
	case PART_NETNS:
		text_printf(out, "namespace %s", part_netns_name(p, part.i));
		break;
	case PART_LOOPBACK:
		text_add(out, "interface lo");
		part_in_netns(p, part.i, out);
		break;
	case PART_DEV:
		part_dev_text(p, &p->devs.v[part.i], out);
		break;
	case PART_ADDR:
		text_printf(out, "address %s", PREFIX_STR(&p->addrs.v[part.i].addr));
		part_on_dev(p, p->addrs.v[part.i].dev, out);
		break;
	case PART_NEIGH:
		text_printf(out, "neighbour %s", ADDR_STR(&p->neighs.v[part.i].addr));
		part_on_dev(p, p->neighs.v[part.i].dev, out);
		break;
	case PART_ROUTE:
		text_add(out, "route ");
		part_route_text(p, &p->routes.v[part.i], out);
		part_in_netns(p, p->routes.v[part.i].netns, out);
		break;
	case PART_QDISC:
		text_add(out, "netem");
		part_on_dev(p, p->qdiscs.v[part.i].dev, out);
		break;
	case PART_FILTER:
		text_add(out, "filter");
		part_on_dev(p, p->filters.v[part.i].dev, out);
		break;
	case PART_NAT:
		text_printf(out, "NAT to %s", ADDR_STR(&p->nats.v[part.i].outside));
		part_on_dev(p, p->nats.v[part.i].dev, out);
		break;
	}
}
