/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds the plan of a fabric, except its routes (routes.c).
 *
 * Routing instances: with VRF devices, a chassis is a namespace and each of its routers is a VRF;
 * otherwise each router is a namespace. In both cases a veth pair joins two routers, so hops,
 * addresses and delays are the same.
 *
 * Impaired links: netem is a qdisc at the egress of each end. With the delay line, each end of the
 * link has a veth pair of its own, and the delay line joins the inner ends.
 *
 * A segment is a bridge. If it has only one link, that link ends at the router, without a bridge.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/numbering.h"
#include "base/own.h"
#include "base/text.h"
#include "fabric/fabric.h"
#include "plan/group.h"
#include "plan/plan.h"
#include "routing/routing.h"

enum {
	FIRST_IFINDEX = 2,  /* 1 is lo */
	FIRST_TABLE = 1000, /* clear of the kernel's own 253 to 255 */
	MESH_MAX = 64,	    /* largest segment with a full mesh of permanent neighbours */
};

enum mac_space { MAC_PORT = 0x66, MAC_INNER_A = 0x67, MAC_INNER_B = 0x68, MAC_TUNNEL = 0x69 };

struct plan_builder {
	const struct fabric *f;
	const struct routes *r; /* NULL: no part built here depends on routes */
	struct plan *p;
	struct arena *a;
	struct map *netns; /* name -> index + 1 */
	uint32_t *node_netns;
	uint32_t *dev_of_iface;
	uint32_t *bridge_of_segment;
	uint32_t *vrf_of_node;
	VEC(bool) routes_packets; /* by netns: it has a router */
	VEC(bool) keeps_ttl;	  /* by netns: it has a router that keeps the TTL */
};

/* ---- namespaces ---- */

static uint32_t plan_add_netns(struct plan_builder *b, const char *name, struct pos why)
{
	uintptr_t at = (uintptr_t)map_get(b->netns, name);
	struct plan_netns *n;

	if (at)
		return (uint32_t)(at - 1);
	n = vec_add(b->a, &b->p->netns);
	*n = (struct plan_netns){ name, why };
	vec_push(NULL, &b->routes_packets, false);
	vec_push(NULL, &b->keeps_ttl, false);
	map_add(b->netns, name, (void *)(uintptr_t)b->p->netns.n);
	return (uint32_t)b->p->netns.n - 1;
}

/* A bridging appliance (HCX) forwards frames, not packets. */
static bool plan_routes_for_others(const struct node *n)
{
	return n->kind != NODE_HOST && n->kind != NODE_HCX;
}

static void plan_place_nodes(struct plan_builder *b)
{
	for (uint32_t i = 0; i < b->f->nodes.n; i++) {
		const struct node *n = &b->f->nodes.v[i];
		bool shared = n->vrf && b->p->backends.vrf == VRF_DEVICE;

		b->node_netns[i] = plan_add_netns(
			b, shared ? b->f->chassis.v[n->chassis].name : n->name, n->pos);
		if (plan_routes_for_others(n))
			/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it was just added */
			b->routes_packets.v[b->node_netns[i]] = true;
	}
}

/* ---- devices ---- */

/* A number that is unique in a namespace and stays the same for the name. */
static uint32_t plan_number(const struct plan_builder *b, const char *what, uint32_t netns,
			    const char *name)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): plan_add_netns() added it */
	return numbering_in(b->f->numbers, what, b->p->netns.v[netns].name, name);
}

static uint32_t plan_add_dev(struct plan_builder *b, struct plan_dev dev)
{
	dev.ifindex = FIRST_IFINDEX + plan_number(b, "ifindex", dev.netns, dev.name);
	vec_push(b->a, &b->p->devs, dev);
	return (uint32_t)b->p->devs.n - 1;
}

static struct mac plan_mac(enum mac_space space, uint32_t i)
{
	return (struct mac){ { 0x02, 0x6e, (uint8_t)space, (uint8_t)(i >> 16), (uint8_t)(i >> 8),
			       (uint8_t)i } };
}

static void plan_add_vrfs(struct plan_builder *b)
{
	for (uint32_t i = 0; i < b->f->nodes.n; i++) {
		const struct node *n = &b->f->nodes.v[i];
		uint32_t netns = b->node_netns[i];

		b->vrf_of_node[i] = PLAN_NONE;
		if (!n->vrf || b->p->backends.vrf != VRF_DEVICE)
			continue;
		b->vrf_of_node[i] = plan_add_dev(
			b, (struct plan_dev){ .kind = DEV_VRF,
					      .netns = netns,
					      .name = n->vrf,
					      .full = n->name,
					      .mtu = 65575, /* the kernel's own for a VRF */
					      .peer = PLAN_NONE,
					      .master = PLAN_NONE,
					      .table = FIRST_TABLE +
						       plan_number(b, "table", netns, n->vrf),
					      .forwards = true,
					      .why = n->pos });
	}
}

/* A router's segment with one link needs no bridge. */
static bool plan_segment_is_direct(const struct segment *s)
{
	return s->home != NONE && s->links.n == 1 && s->tunnels.n == 0;
}

static uint32_t plan_segment_mtu(const struct fabric *f, const struct segment *s)
{
	uint32_t mtu = s->links.n ? f->links.v[s->links.v[0]].mtu : 1500;

	for (each(uint32_t, l, &s->links))
		if (f->links.v[*l].mtu < mtu)
			mtu = f->links.v[*l].mtu;
	return mtu;
}

static struct plan_dev plan_iface_dev(const struct plan_builder *b, uint32_t iface, uint32_t mtu,
				      struct pos why)
{
	const struct iface *i = &b->f->ifaces.v[iface];

	return (struct plan_dev){ .netns = b->node_netns[i->node],
				  .name = i->name,
				  .full = i->full,
				  .mac = i->mac,
				  .mtu = mtu,
				  .peer = PLAN_NONE,
				  .master = b->vrf_of_node[i->node],
				  .forwards = plan_routes_for_others(&b->f->nodes.v[i->node]),
				  .why = why };
}

static void plan_add_bridges(struct plan_builder *b)
{
	for (uint32_t i = 0; i < b->f->segments.n; i++) {
		const struct segment *s = &b->f->segments.v[i];
		struct plan_dev dev;

		b->bridge_of_segment[i] = PLAN_NONE;
		if (plan_segment_is_direct(s))
			continue;
		if (s->home != NONE) {
			dev = plan_iface_dev(b, s->home, plan_segment_mtu(b->f, s), s->pos);
		} else {
			dev = (struct plan_dev){
				.netns =
					plan_add_netns(b, b->f->chassis.v[s->chassis].name, s->pos),
				.name = arena_printf(b->a, "segment%u", s->number),
				.full = arena_printf(b->a, "%s--segment", s->name),
				.mac = plan_mac(MAC_PORT, 0x800000 | s->number),
				.mtu = plan_segment_mtu(b->f, s),
				.peer = PLAN_NONE,
				.master = PLAN_NONE,
				.why = s->pos,
			};
		}
		dev.kind = DEV_BRIDGE;
		b->bridge_of_segment[i] = plan_add_dev(b, dev);
		if (s->home != NONE)
			b->dev_of_iface[s->home] = b->bridge_of_segment[i];
	}
}

/* Adds the outer device of a link's end: an interface or a bridge port. */
static uint32_t plan_add_link_end(struct plan_builder *b, uint32_t link, int end)
{
	const struct fabric_link *l = &b->f->links.v[link];
	const struct link_end *e = &l->end[end];
	uint32_t iface = e->iface;
	struct mac behind = { 0 };
	struct plan_dev dev;

	if (e->segment != NONE && plan_segment_is_direct(&b->f->segments.v[e->segment]))
		iface = b->f->segments.v[e->segment].home;
	if (iface != NONE) {
		dev = plan_iface_dev(b, iface, l->mtu, l->pos);
		dev.down = l->down;
		return b->dev_of_iface[iface] = plan_add_dev(b, dev);
	}
	/* The MSEE sends no frames there, so the bridge could not learn its MAC. */
	if (b->f->segments.v[e->segment].underlay)
		behind = b->f->ifaces.v[l->end[!end].iface].mac;
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): bridges were added before */
	dev = b->p->devs.v[b->bridge_of_segment[e->segment]];
	return plan_add_dev(b, (struct plan_dev){ .netns = dev.netns,
						  .name = e->port,
						  .mac = plan_mac(MAC_PORT, l->number),
						  .behind = behind,
						  .mtu = l->mtu,
						  .peer = PLAN_NONE,
						  .master = b->bridge_of_segment[e->segment],
						  .down = l->down,
						  .why = l->pos });
}

static void plan_join_devs(struct plan_builder *b, uint32_t a, uint32_t c)
{
	b->p->devs.v[a].peer = c;
	b->p->devs.v[c].peer = a;
}

static uint32_t plan_relay_netns(struct plan_builder *b)
{
	if (b->p->relay_netns == PLAN_NONE) {
		const char *name = "delay-line";

		while (map_get(b->netns, name)) /* a router may have this name */
			name = arena_printf(b->a, "%s-", name);
		b->p->relay_netns = plan_add_netns(b, name, (struct pos){ 0 });
	}
	return b->p->relay_netns;
}

static void plan_add_wire(struct plan_builder *b, uint32_t link, const uint32_t outer[2])
{
	const struct fabric_link *l = &b->f->links.v[link];
	struct plan_wire wire = { .name = l->name, .to = { l->to[0], l->to[1] }, .why = l->pos };

	for (int end = 0; end < 2; end++) {
		struct plan_dev inner = {
			.netns = plan_relay_netns(b),
			.name = arena_printf(b->a, "w%u%c", l->number, 'a' + end),
			.full = arena_printf(b->a, "%.120s%s", l->name, end ? "--b" : "--a"),
			.mac = plan_mac(end ? MAC_INNER_B : MAC_INNER_A, l->number),
			.mtu = l->mtu,
			.master = PLAN_NONE,
			.why = l->pos,
		};

		wire.dev[end] = plan_add_dev(b, inner);
		plan_join_devs(b, outer[end], wire.dev[end]);
	}
	vec_push(b->a, &b->p->wires, wire);
}

static void plan_add_links(struct plan_builder *b)
{
	for (uint32_t i = 0; i < b->f->links.n; i++) {
		const struct fabric_link *l = &b->f->links.v[i];
		uint32_t outer[2] = { plan_add_link_end(b, i, 0), plan_add_link_end(b, i, 1) };

		if (impairment_is_none(&l->to[0]) && impairment_is_none(&l->to[1])) {
			plan_join_devs(b, outer[0], outer[1]);
		} else if (b->p->backends.delay == DELAY_RELAY) {
			plan_add_wire(b, i, outer);
		} else {
			plan_join_devs(b, outer[0], outer[1]);
			for (int end = 0; end < 2; end++)
				if (!impairment_is_none(&l->to[!end]))
					vec_push(b->a, &b->p->qdiscs,
						 ((struct plan_qdisc){ outer[end], l->to[!end],
								       l->pos }));
		}
	}
}

static void plan_add_tunnels(struct plan_builder *b)
{
	for (uint32_t i = 0; i < b->f->tunnels.n; i++) {
		const struct tunnel *t = &b->f->tunnels.v[i];

		for (uint32_t end = 0; end < 2; end++) {
			uint32_t bridge = b->bridge_of_segment[t->segment[end]];
			/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): added before */
			uint32_t netns = b->p->devs.v[bridge].netns;

			plan_add_dev(
				b, (struct plan_dev){
					   .kind = DEV_VXLAN,
					   .netns = netns,
					   .name = t->port[end],
					   .full = t->name,
					   .mac = plan_mac(MAC_TUNNEL, 2 * t->number + end),
					   .mtu = routes_tunnel_mtu(b->r, i),
					   .peer = PLAN_NONE,
					   .master = bridge,
					   .id = t->id,
					   .local = fabric_addr(b->f, t->uplink[end], AF_INET)->a,
					   .remote = fabric_addr(b->f, t->uplink[!end], AF_INET)->a,
					   .why = t->pos });
		}
	}
}

/* Adds the source filter of each link's end, at the device where the far end's packets arrive. */
static void plan_add_filters(struct plan_builder *b)
{
	for (each(const struct fabric_link, l, &b->f->links))
		for (int end = 0; end < 2; end++)
			if (l->only_from[end].n && l->end[end].iface != NONE)
				vec_push(b->a, &b->p->filters,
					 ((struct plan_filter){
						 .kind = FILTER_SOURCES,
						 .dev = b->dev_of_iface[l->end[end].iface],
						 .from = l->only_from[end].v,
						 .nfrom = l->only_from[end].n,
						 .reason = l->only_why[end],
						 .why = l->pos }));
}

static struct plan_filter *plan_add_hop_filter(struct plan_builder *b, enum filter_kind kind,
					       uint32_t iface)
{
	struct plan_filter *x = vec_add(b->a, &b->p->filters);

	*x = (struct plan_filter){ .kind = kind,
				   .dev = b->dev_of_iface[iface],
				   .ipv6 = b->f->ipv6,
				   .why = b->f->nodes.v[b->f->ifaces.v[iface].node].pos };
	return x;
}

static bool plan_iface_is_transparent(const struct iface *i)
{
	return i->transparent;
}

static bool plan_iface_is_mute(const struct iface *i)
{
	return i->mute;
}

/* Adds a filter for each interface for which `is` holds, or one for the whole namespace if it holds
 * for all of them. (With VRF devices ip_tables needs one each: a packet passes its hooks again with
 * the VRF as its input device.) */
static void plan_add_filters_alike(struct plan_builder *b, enum filter_kind kind,
				   bool (*is)(const struct iface *i))
{
	own_free uint32_t *others = xcalloc(b->p->netns.n, sizeof(*others));
	own_free bool *done = xcalloc(b->p->netns.n, sizeof(*done));

	for (each(const struct iface, i, &b->f->ifaces))
		others[b->node_netns[i->node]] += !is(i);
	for (uint32_t i = 0; i < b->f->ifaces.n; i++) {
		const struct iface *iface = &b->f->ifaces.v[i];
		uint32_t netns = b->node_netns[iface->node];

		if (!is(iface) || done[netns])
			continue;
		done[netns] = others[netns] == 0 && (b->p->backends.vrf != VRF_DEVICE ||
						     b->p->backends.rules == RULES_NFTABLES);
		plan_add_hop_filter(b, kind, i)->whole = done[netns];
		b->keeps_ttl.v[netns] = b->keeps_ttl.v[netns] || kind == FILTER_KEEP_TTL;
	}
}

static bool plan_node_has_edge(const struct fabric *f, const struct node *n)
{
	for (each(uint32_t, i, &n->ifaces))
		if (f->ifaces.v[*i].edge)
			return true;
	return false;
}

/* Adds a filter at each edge of a node; all edges of a node have the same unknown prefixes. */
static void plan_add_strangers(struct plan_builder *b, uint32_t node)
{
	const struct node *n = &b->f->nodes.v[node];
	prefix_vec unknown = { 0 };
	struct prefix *from;

	if (!plan_node_has_edge(b->f, n))
		return;
	routes_strangers(b->r, node, &unknown);
	from = arena_alloc(b->a, (unknown.n + 1) * sizeof(*from));
	if (unknown.n)
		memcpy(from, unknown.v, unknown.n * sizeof(*from));
	for (each(uint32_t, i, &n->ifaces))
		if (unknown.n && b->f->ifaces.v[*i].edge) {
			struct plan_filter *x = plan_add_hop_filter(b, FILTER_STRANGERS, *i);

			x->from = from;
			x->nfrom = unknown.n;
		}
	vec_free(&unknown);
}

/* Adds the filters that decide which hops traceroute sees: the TTL kept, no time-exceeded sent, and
 * time-exceeded dropped at an edge. */
static void plan_add_hop_filters(struct plan_builder *b)
{
	plan_add_filters_alike(b, FILTER_KEEP_TTL, plan_iface_is_transparent);
	plan_add_filters_alike(b, FILTER_MUTE, plan_iface_is_mute);
	for (uint32_t i = 0; i < b->f->nodes.n; i++)
		plan_add_strangers(b, i);
}

static void plan_add_nats(struct plan_builder *b)
{
	for (each(const struct nat, n, &b->f->nats))
		vec_push(b->a, &b->p->nats,
			 ((struct plan_nat){ .dev = b->dev_of_iface[n->iface],
					     .outside = n->outside,
					     .inside = n->inside,
					     .why = n->pos }));
}

static void plan_add_services(struct plan_builder *b)
{
	for (each(const struct listener, o, &b->f->listeners))
		vec_push(
			b->a, &b->p->services,
			((struct plan_service){ b->node_netns[o->node], o->udp, o->port, o->pos }));
}

/* ---- addresses, neighbours ---- */

static bool plan_iface_is_on_underlay(const struct fabric *f, const struct iface *i)
{
	return i->segment != NONE && f->segments.v[i->segment].underlay;
}

static void plan_add_neighbours(struct plan_builder *b, uint32_t iface)
{
	const struct iface *i = &b->f->ifaces.v[iface];
	index_list near = { 0 };

	if (b->p->devs.v[b->dev_of_iface[iface]].down)
		return;
	fabric_neighbours(b->f, iface, &near);
	for (each(uint32_t, n, &near)) {
		const struct iface *far = &b->f->ifaces.v[*n];
		bool home = i->segment != NONE && (b->f->segments.v[i->segment].home == *n ||
						   b->f->segments.v[i->segment].home == iface);

		if (near.n > MESH_MAX && !home && !plan_iface_is_on_underlay(b->f, i))
			continue;
		for (each(struct prefix, a, &far->addrs))
			vec_push(b->a, &b->p->neighs,
				 ((struct plan_neigh){ b->dev_of_iface[iface], a->a, far->mac,
						       b->f->nodes.v[i->node].pos }));
	}
	vec_free(&near);
}

static void plan_add_addresses(struct plan_builder *b)
{
	for (uint32_t i = 0; i < b->f->ifaces.n; i++) {
		const struct iface *iface = &b->f->ifaces.v[i];

		for (each(struct prefix, a, &iface->addrs))
			vec_push(b->a, &b->p->addrs,
				 ((struct plan_addr){ b->dev_of_iface[i], *a,
						      b->p->devs.v[b->dev_of_iface[i]].why }));
		plan_add_neighbours(b, i);
	}
}

/* ---- the rest ---- */

static void plan_add_sysctl(struct plan_builder *b, uint32_t netns, const char *key,
			    const char *value, bool optional)
{
	vec_push(b->a, &b->p->sysctls, ((struct plan_sysctl){ netns, key, value, optional }));
}

/* Removes the rate limits of ICMP errors, per destination and for the machine (1000 a second): a
 * traceroute sends probes faster than they allow. */
static void plan_add_icmp_limits(struct plan_builder *b, uint32_t netns)
{
	plan_add_sysctl(b, netns, "net/ipv4/icmp_ratemask", "0", false);
	if (b->f->ipv6)
		plan_add_sysctl(b, netns, "net/ipv6/icmp/ratelimit", "0", false);
}

/* Adds the sysctls of the nodes and of the delay line. */
static void plan_add_sysctls(struct plan_builder *b)
{
	bool vrf = b->p->backends.vrf == VRF_DEVICE;

	for (uint32_t i = 0; i < b->p->netns.n; i++) {
		/* The delay line's devices only carry frames. With IPv6, creating thousands in one
		 * namespace would be slow: each inserts its routes among the others'. */
		if (i == b->p->relay_netns)
			plan_add_sysctl(b, i, "net/ipv6/conf/default/disable_ipv6", "1", true);
		else
			plan_add_icmp_limits(b, i);
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): plan_add_netns() added it */
		if (!b->routes_packets.v[i])
			continue;
		/* A new namespace copies the host's IPv4 settings. Forwarding is set per device;
		 * rp_filter is disabled, because it would drop asymmetric traffic. */
		plan_add_sysctl(b, i, "net/ipv4/conf/all/rp_filter", "0", false);
		plan_add_sysctl(b, i, "net/ipv4/conf/default/rp_filter", "0", false);
		/* Without ICMP redirects, packets that leave by their input device keep to the
		 * predicted path. */
		plan_add_sysctl(b, i, "net/ipv4/conf/all/send_redirects", "0", false);
		plan_add_sysctl(b, i, "net/ipv4/conf/default/send_redirects", "0", false);
		/* ICMP errors get the address of the probe's input device. In a VRF that device is
		 * the VRF itself, so there the kernel's choice, by the route back, is kept. */
		if (!vrf)
			plan_add_sysctl(b, i, "net/ipv4/icmp_errors_use_inbound_ifaddr", "1",
					false);
		/* The rules are for forwarded packets; bridged frames must not pass them. */
		if (b->keeps_ttl.v[i]) {
			plan_add_sysctl(b, i, "net/bridge/bridge-nf-call-iptables", "0", true);
			plan_add_sysctl(b, i, "net/bridge/bridge-nf-call-ip6tables", "0", true);
		}
		/* A flow takes the same ECMP path in every lab (Linux 6.11). */
		plan_add_sysctl(b, i, "net/ipv4/fib_multipath_hash_seed", "1", true);
		if (b->f->ipv6)
			plan_add_sysctl(b, i, "net/ipv6/conf/all/forwarding", "1", false);
	}
}

static bool plan_iface_has_address(const struct fabric *f, uint32_t iface, const struct addr *a)
{
	const struct prefix *own = fabric_addr(f, iface, a->family);

	return own && addr_eq(&own->a, a);
}

/* Whether this is the first interface of the node with the address. */
static bool plan_is_first_with(const struct fabric *f, const struct node *n, uint32_t iface,
			       const struct addr *a)
{
	for (each(uint32_t, i, &n->ifaces)) {
		if (*i == iface)
			return true;
		for (each(struct prefix, p, &f->ifaces.v[*i].addrs))
			if (addr_eq(&p->a, a))
				return false;
	}
	return true;
}

static void plan_add_hosts(struct plan_builder *b)
{
	own_text t = { 0 };

	text_add(&t, "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
	for (each(const struct node, n, &b->f->nodes))
		for (each(uint32_t, i, &n->ifaces))
			for (each(struct prefix, a, &b->f->ifaces.v[*i].addrs))
				if (a->len < addr_bits(&a->a) ||
				    plan_is_first_with(b->f, n, *i, &a->a))
					text_printf(&t, "%s\t%s\n", ADDR_STR(&a->a), n->name);
	/* A machine with a public address has a second name for it: "hub.vm.public". */
	for (each(const struct nat, n, &b->f->nats))
		for (size_t i = 0; n->inside.family && i < b->f->nodes.n; i++) {
			const struct node *host = &b->f->nodes.v[i];

			if (host->object == n->behind && host->ifaces.n &&
			    plan_iface_has_address(b->f, host->ifaces.v[0], &n->inside))
				text_printf(&t, "%s\t%s.public\n", ADDR_STR(&n->outside),
					    host->name);
		}
	b->p->hosts = arena_strdup(b->a, text_str(&t));
}

static void plan_add_nodes(struct plan_builder *b)
{
	for (uint32_t i = 0; i < b->f->nodes.n; i++)
		vec_push(b->a, &b->p->nodes,
			 ((struct plan_node){ b->f->nodes.v[i].name, b->node_netns[i],
					      b->vrf_of_node[i] }));
}

bool plan_needs_routes(const struct fabric *f)
{
	if (f->tunnels.n > 0)
		return true;
	for (each(const struct iface, i, &f->ifaces))
		if (i->edge)
			return true;
	return false;
}

static struct plan *plan_build_parts(const struct fabric *f, const struct routes *r,
				     struct plan_backends backends)
{
	struct plan *p = arena_make(f->arena, struct plan);
	struct plan_builder b = { .f = f, .r = r, .p = p, .a = f->arena };

	*p = (struct plan){ .arena = f->arena, .backends = backends, .relay_netns = PLAN_NONE };
	b.netns = map_new();
	b.node_netns = xcalloc(f->nodes.n, sizeof(uint32_t));
	b.vrf_of_node = xcalloc(f->nodes.n, sizeof(uint32_t));
	b.dev_of_iface = arena_alloc(b.a, f->ifaces.n * sizeof(uint32_t));
	p->dev_of_iface.v = b.dev_of_iface;
	p->dev_of_iface.n = f->ifaces.n;
	b.bridge_of_segment = xcalloc(f->segments.n, sizeof(uint32_t));
	plan_place_nodes(&b);
	plan_add_vrfs(&b);
	plan_add_bridges(&b);
	plan_add_links(&b);
	plan_add_tunnels(&b);
	plan_add_filters(&b);
	plan_add_hop_filters(&b);
	plan_add_nats(&b);
	plan_add_services(&b);
	plan_add_addresses(&b);
	plan_add_sysctls(&b);
	plan_add_nodes(&b);
	plan_add_hosts(&b);
	plan_group(p);
	map_free(b.netns);
	free(b.node_netns);
	free(b.vrf_of_node);
	free(b.bridge_of_segment);
	vec_free(&b.routes_packets);
	vec_free(&b.keeps_ttl);
	return p;
}

struct plan *plan_begin(const struct fabric *f, struct plan_backends backends)
{
	return plan_build_parts(f, NULL, backends);
}

struct plan *plan_build(const struct fabric *f, const struct routes *r,
			struct plan_backends backends)
{
	return plan_with_routes(plan_build_parts(f, r, backends), f, r);
}

void plan_free(struct plan *p)
{
	(void)p; /* the arena owns all of it */
}

struct plan_counts plan_count(const struct plan *p)
{
	struct plan_counts c = { .netns = p->netns.n,
				 .devs = p->devs.n,
				 .addrs = p->addrs.n,
				 .neighs = p->neighs.n,
				 .routes = p->routes.n,
				 .qdiscs = p->qdiscs.n,
				 .wires = p->wires.n,
				 .sysctls = p->sysctls.n,
				 .filters = p->filters.n };

	/* A wire of the delay line is one link of the topology, but two veth pairs. */
	for (each(const struct plan_dev, d, &p->devs))
		c.links += d->kind == DEV_VETH;
	c.links = c.links / 2 - p->wires.n;
	return c;
}
