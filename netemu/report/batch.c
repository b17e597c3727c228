/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of nodes and devices consist of letters, digits, '.' and '-' (the topology room checks it),
 * so nothing here needs quotes. */
#include "report/batch.h"

#include <linux/rtnetlink.h>
#include <string.h>

#include "net/units.h"

static const char *batch_dev_name(const struct plan *p, uint32_t dev)
{
	return p->devs.v[dev].name;
}

static bool batch_lies_in(const struct plan *p, uint32_t dev, uint32_t netns)
{
	return p->devs.v[dev].netns == netns;
}

void batch_namespaces(FILE *out, const struct plan *p, const char *lab)
{
	for (each(const struct plan_netns, n, &p->netns))
		fprintf(out, "netns add %s.%s\n", lab, n->name);
}

void batch_down(FILE *out, const struct plan *p, const char *lab)
{
	for (each(const struct plan_netns, n, &p->netns))
		fprintf(out, "netns delete %s.%s\n", lab, n->name);
}

static void batch_veth_end(FILE *out, const struct plan *p, const char *lab,
			   const struct plan_dev *d)
{
	fprintf(out, "name %s index %u address %s mtu %u netns %s.%s", d->name, d->ifindex,
		MAC_STR(&d->mac), d->mtu, lab, p->netns.v[d->netns].name);
}

/* Creates each veth pair once, directly in its two namespaces. */
void batch_links(FILE *out, const struct plan *p, const char *lab)
{
	for (each(const struct plan_dev, d, &p->devs)) {
		if (d->kind != DEV_VETH || d->peer < (uint32_t)(d - p->devs.v))
			continue;
		fputs("link add ", out);
		batch_veth_end(out, p, lab, d);
		fputs(" type veth peer ", out);
		batch_veth_end(out, p, lab, &p->devs.v[d->peer]);
		fputc('\n', out);
	}
}

void batch_up(FILE *out, const char *lab)
{
	fprintf(out,
		"#!/bin/sh\n"
		"# Builds lab '%s' by iproute2 alone. To remove it: ip -force -batch down\n"
		"set -e\n"
		"cd \"$(dirname \"$0\")\"\n"
		"\n"
		"# each SUFFIX COMMAND...: the command for the file of each namespace\n"
		"each() {\n"
		"\tsuffix=$1\n"
		"\tshift\n"
		"\tfor file in nodes/*.\"$suffix\"; do\n"
		"\t\t[ -e \"$file\" ] || continue\n"
		"\t\tnode=${file#nodes/}\n"
		"\t\t\"$@\" \"%s.${node%%.\"$suffix\"}\" \"$file\"\n"
		"\tdone\n"
		"}\n"
		"sysctls() { ip netns exec \"$1\" sysctl -e -q -p \"$2\"; }\n"
		"parts() { ip -n \"$1\" -batch \"$2\"; }\n"
		"qdiscs() { tc -n \"$1\" -batch \"$2\"; }\n"
		"\n"
		"ip -batch namespaces\n"
		"each sysctl sysctls\n"
		"ip -batch links\n"
		"each ip parts\n"
		"each forwarding sysctls\n"
		"each tc qdiscs\n",
		lab, lab);
}

/* ---- one namespace ---- */

static void batch_make_dev(FILE *out, const struct plan_dev *d)
{
	if (d->kind == DEV_VETH)
		return;
	fprintf(out, "link add name %s index %u ", d->name, d->ifindex);
	if (d->kind == DEV_VRF) {
		fprintf(out, "type vrf table %u\n", d->table);
		return;
	}
	fprintf(out, "address %s mtu %u type %s", MAC_STR(&d->mac), d->mtu,
		d->kind == DEV_BRIDGE ? "bridge" : "vxlan");
	if (d->kind == DEV_VXLAN)
		fprintf(out, " id %u local %s remote %s dstport %d", d->id, ADDR_STR(&d->local),
			ADDR_STR(&d->remote), PLAN_VXLAN_PORT);
	fputc('\n', out);
}

static void batch_set_dev(FILE *out, const struct plan *p, const struct plan_dev *d)
{
	if (d->full)
		fprintf(out, "link property add dev %s altname %s\n", d->name, d->full);
	if (d->master != PLAN_NONE)
		fprintf(out, "link set dev %s master %s\n", d->name, batch_dev_name(p, d->master));
	if (!d->down)
		fprintf(out, "link set dev %s up\n", d->name);
}

static void batch_hop(FILE *out, const struct plan *p, const struct plan_hop *h, bool several)
{
	fputs(several ? " nexthop" : "", out);
	if (h->via.family)
		fprintf(out, " via %s", ADDR_STR(&h->via));
	fprintf(out, " dev %s%s", batch_dev_name(p, h->dev), h->onlink ? " onlink" : "");
}

/* All other attributes come before several next hops: ip reads none after them. */
static void batch_route(FILE *out, const struct plan *p, const struct plan_route *r)
{
	static const char *const type[] = { [PLAN_UNICAST] = "",
					    [PLAN_BLACKHOLE] = "blackhole ",
					    [PLAN_UNREACHABLE] = "unreachable " };

	fprintf(out, "route add %s%s proto %s", type[r->type], PREFIX_STR(&r->prefix),
		r->protocol == PLAN_BGP ? "bgp" : "static");
	if (r->metric)
		fprintf(out, " metric %u", r->metric);
	if (r->table != RT_TABLE_MAIN)
		fprintf(out, " table %u", r->table);
	if (r->source.family)
		fprintf(out, " src %s", ADDR_STR(&r->source));
	for (uint32_t i = 0; i < r->nhops; i++)
		batch_hop(out, p, &p->hops.v[r->hop + i], r->nhops > 1);
	fputc('\n', out);
}

void batch_node(FILE *out, const struct plan *p, uint32_t netns)
{
	fputs("link set dev lo up\n", out);
	for (each(const struct plan_dev, d, &p->devs))
		if (d->netns == netns)
			batch_make_dev(out, d);
	for (each(const struct plan_dev, d, &p->devs))
		if (d->netns == netns)
			batch_set_dev(out, p, d);
	for (each(const struct plan_addr, a, &p->addrs))
		if (batch_lies_in(p, a->dev, netns))
			fprintf(out, "address add %s dev %s%s\n", PREFIX_STR(&a->addr),
				batch_dev_name(p, a->dev),
				a->addr.a.family == AF_INET6 ? " nodad" : "");
	for (each(const struct plan_neigh, n, &p->neighs))
		if (batch_lies_in(p, n->dev, netns))
			fprintf(out, "neighbour replace %s lladdr %s dev %s nud permanent\n",
				ADDR_STR(&n->addr), MAC_STR(&n->mac), batch_dev_name(p, n->dev));
	for (each(const struct plan_route, r, &p->routes))
		if (r->netns == netns)
			batch_route(out, p, r);
}

static void batch_netem(FILE *out, const struct impairment *i)
{
	fprintf(out, " netem limit 100000 delay %s", TIME_STR(i->delay_ns));
	if (i->jitter_ns)
		fprintf(out, " %s", TIME_STR(i->jitter_ns));
	if (i->loss_ppm)
		fprintf(out, " loss %s", SHARE_STR(i->loss_ppm));
	if (i->duplicate_ppm)
		fprintf(out, " duplicate %s", SHARE_STR(i->duplicate_ppm));
	if (i->reorder_ppm)
		fprintf(out, " reorder %s", SHARE_STR(i->reorder_ppm));
	if (i->rate_bps)
		fprintf(out, " rate %s", RATE_STR(i->rate_bps));
	fputc('\n', out);
}

void batch_qdiscs(FILE *out, const struct plan *p, uint32_t netns)
{
	for (each(const struct plan_qdisc, q, &p->qdiscs))
		if (batch_lies_in(p, q->dev, netns)) {
			fprintf(out, "qdisc add dev %s root", batch_dev_name(p, q->dev));
			batch_netem(out, &q->what);
		}
}

void batch_sysctls(FILE *out, const struct plan *p, uint32_t netns)
{
	for (each(const struct plan_sysctl, s, &p->sysctls))
		if (s->netns == netns)
			fprintf(out, "%s%s = %s\n", s->optional ? "-" : "", s->key, s->value);
}

void batch_forwarding(FILE *out, const struct plan *p, uint32_t netns)
{
	for (each(const struct plan_dev, d, &p->devs))
		if (d->netns == netns && d->forwards)
			fprintf(out, "net/ipv4/conf/%s/forwarding = 1\n", d->name);
}
