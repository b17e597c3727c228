/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plain routers, hosts and links, which belong to no cloud. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "fabric/build.h"

void build_router(struct fabric_builder *b, const struct router *r)
{
	uint32_t node = build_node(b, NODE_ROUTER, &r->o, NULL, r->o.pos, NONE);

	b->f->nodes.v[node].asn = r->asn;
	b->f->nodes.v[node].transit = r->transit;
}

void build_host(struct fabric_builder *b, const struct host *h)
{
	build_listeners(b, build_node(b, NODE_HOST, &h->o, NULL, h->o.pos, NONE), &h->listen);
}

static const struct host *host_of(const struct fabric_builder *b, uint32_t node)
{
	const struct object *o = b->f->nodes.v[node].object;

	return o->kind == OBJECT_HOST ? (const struct host *)(const void *)o : NULL;
}

static struct link_spec spec_of(const struct link *l, struct prefix *nets)
{
	struct link_spec spec = { .object = &l->o, .pos = l->o.pos, .mtu = l->mtu, .prefix = nets };

	spec.to[0] = l->to[0];
	spec.to[1] = l->to[1];
	for (; spec.nprefix < l->prefixes.n && spec.nprefix < 2; spec.nprefix++)
		nets[spec.nprefix] = l->prefixes.v[spec.nprefix].prefix;
	return spec;
}

/* The address of a router on a host's network of two or more addresses: the host's gateway, or the
 * first host address. A network of just two (RFC 3021) has no network address. */
static struct prefix gateway_address(const struct host *h, const struct prefix *own)
{
	bool pair = prefix_size(own) == 2;
	struct addr a = prefix_nth(own, !pair);

	for (int i = 0; i < 2; i++)
		if (h->gateway[i].family == own->a.family)
			a = h->gateway[i];
	if (addr_eq(&a, &own->a))
		a = prefix_nth(own, pair ? 1 : 2);
	return prefix_with(&a, own->len);
}

/* Whether an interface has one of the addresses. */
static bool bears(const struct iface *i, const struct prefix *addrs, size_t n)
{
	for (each(struct prefix, own, &i->addrs))
		for (size_t a = 0; a < n; a++)
			if (prefix_eq(own, &addrs[a]))
				return true;
	return false;
}

/* The router's segment with the host's network, or a new one. The first host of a segment may have
 * only one family, and a later one both. */
static uint32_t host_segment(struct fabric_builder *b, const struct host *h, uint32_t router)
{
	struct prefix addrs[2];
	size_t n = h->addresses.n < 2 ? h->addresses.n : 2;

	for (size_t i = 0; i < n; i++)
		addrs[i] = gateway_address(h, &h->addresses.v[i].prefix);
	for (each(uint32_t, i, &b->f->nodes.v[router].ifaces)) {
		struct iface *iface = &b->f->ifaces.v[*i];

		if (iface->segment == NONE || !bears(iface, addrs, n))
			continue;
		for (size_t a = 0; a < n; a++)
			if (!fabric_addr(b->f, *i, addrs[a].a.family))
				vec_push(b->a, &iface->addrs, addrs[a]);
		return iface->segment;
	}
	return build_segment(b, h->o.name, h->o.pos, router, b->f->nodes.v[router].chassis, addrs,
			     n);
}

static void check_mtu(struct fabric_builder *b, const struct link *l, const struct host *h)
{
	for (each(struct placed_prefix, p, &h->addresses))
		if (p->prefix.a.family == AF_INET6 && l->mtu < IPV6_MTU_MIN)
			diag_error(
				b->dg, l->o.pos, -EINVAL, "bad-number",
				"an MTU of %u is too small for IPv6, which needs %d: '%s' has %s",
				l->mtu, IPV6_MTU_MIN, h->o.name, ADDR_STR(&p->prefix.a));
}

/* A link to a host has the host's network, which must have room for the router. */
static bool check_network(struct fabric_builder *b, const struct link *l, const struct host *h)
{
	if (l->prefixes.n)
		diag_warn(b->dg, l->prefixes.v[0].pos, "conflict",
			  "the prefix of '%s' has no effect: '%s' brings the link's network",
			  l->o.name, h->o.name);
	for (each(struct placed_prefix, p, &h->addresses)) {
		if (prefix_size(&p->prefix) > 1)
			continue;
		diag_error(b->dg, p->pos, -EINVAL, "bad-prefix",
			   "%s has no second address for the gateway of '%s'",
			   PREFIX_STR(&p->prefix), h->o.name);
		return false;
	}
	return true;
}

static void attach_host(struct fabric_builder *b, const struct link *l, uint32_t host,
			uint32_t router, bool reversed)
{
	const struct host *h = host_of(b, host);
	struct prefix addrs[2], nets[2];
	struct link_spec spec = spec_of(l, nets);
	size_t n = h->addresses.n < 2 ? h->addresses.n : 2;

	check_mtu(b, l, h);
	if (!check_network(b, l, h))
		return;
	if (reversed) { /* the host is end 0 of an attachment */
		spec.to[0] = l->to[1];
		spec.to[1] = l->to[0];
	}
	for (size_t i = 0; i < n; i++)
		addrs[i] = h->addresses.v[i].prefix;
	build_attach(b, host, host_segment(b, h, router), addrs, n, &spec);
}

static void join_routers(struct fabric_builder *b, const struct link *l, const uint32_t node[2])
{
	struct prefix nets[2];
	struct link_spec spec = spec_of(l, nets);
	uint32_t link;

	for (each(struct placed_prefix, p, &l->prefixes)) {
		if (prefix_size(&p->prefix) > 1)
			continue;
		diag_error(b->dg, p->pos, -EINVAL, "bad-prefix",
			   "%s has no two addresses for the ends of a link",
			   PREFIX_STR(&p->prefix));
		return;
	}
	link = build_link(b, node[0], node[1], &spec);
	if (l->bgp)
		build_session(b, link, &l->o, l->o.pos);
}

/* Links two hosts directly. */
static void join_hosts(struct fabric_builder *b, const struct link *l, const uint32_t node[2])
{
	struct prefix nets[2], addrs[2][2];
	struct link_spec spec = spec_of(l, nets);

	for (int end = 0; end < 2; end++) {
		const struct host *h = host_of(b, node[end]);
		size_t n = h->addresses.n < 2 ? h->addresses.n : 2;

		check_mtu(b, l, h);
		for (size_t i = 0; i < n; i++)
			addrs[end][i] = h->addresses.v[i].prefix;
		spec.own[end] = (struct prefixes){ addrs[end], n };
	}
	build_link(b, node[0], node[1], &spec);
}

static bool may_be_linked(enum node_kind kind)
{
	return kind == NODE_ROUTER || kind == NODE_CE || kind == NODE_HOST || kind == NODE_NVA;
}

/* Reports a second link of a host: a host has one address of a family and one gateway. */
static void check_host(struct fabric_builder *b, const struct link *l, int end,
		       const struct node *n)
{
	const struct iface *own = n->ifaces.n ? &b->f->ifaces.v[n->ifaces.v[0]] : NULL;

	if (n->kind != NODE_HOST || !own || own->link == NONE)
		return;
	diag_error(b->dg, l->between[end].pos, -EINVAL, "link-end",
		   "host '%s' has a link already: '%s', at line %u", n->name,
		   fabric_object_name(b->f->links.v[own->link].object),
		   b->f->links.v[own->link].pos.line);
	diag_hint(b->dg, "a host has one link; a router has any number");
}

static bool check_ends(struct fabric_builder *b, const struct link *l, const uint32_t node[2])
{
	size_t errors = diag_errors(b->dg);

	for (int end = 0; end < 2; end++) {
		const struct node *n = &b->f->nodes.v[node[end]];

		check_host(b, l, end, n);
		if (!may_be_linked(n->kind) || (n->kind == NODE_HOST && !host_of(b, node[end])))
			diag_error(b->dg, l->between[end].pos, -EINVAL, "link-end",
				   "'%s' takes no plain link: only routers, hosts, sites' CEs and "
				   "appliances do",
				   n->name);
		else if (l->bgp && n->asn == 0)
			diag_error(b->dg, l->between[end].pos, -EINVAL, "link-end",
				   "'%s' has no 'asn', so it cannot speak BGP over this link",
				   n->name);
	}
	return diag_errors(b->dg) == errors;
}

void build_plain_link(struct fabric_builder *b, const struct link *l)
{
	uint32_t node[2];
	bool host[2];

	for (int end = 0; end < 2; end++)
		node[end] = fabric_find(b->f, l->between[end].name, l->between[end].pos, b->dg);
	if (node[0] == NONE || node[1] == NONE || !check_ends(b, l, node))
		return;
	for (int end = 0; end < 2; end++)
		host[end] = b->f->nodes.v[node[end]].kind == NODE_HOST;
	if (host[0] && host[1])
		join_hosts(b, l, node);
	else if (host[0] || host[1])
		attach_host(b, l, node[host[1]], node[!host[1]], host[1]);
	else
		join_routers(b, l, node);
}

/* The neighbour of a router that a static route names, by node or by address, if it has an address
 * of the family; else NONE. */
static uint32_t find_next_hop(struct fabric_builder *b, uint32_t router,
			      const struct static_route *r, int family, uint32_t *ret_iface)
{
	index_list near = { 0 };
	uint32_t found = NONE;

	for (each(uint32_t, i, &b->f->nodes.v[router].ifaces)) {
		fabric_neighbours(b->f, *i, &near);
		for (each(uint32_t, far, &near)) {
			const struct iface *f = &b->f->ifaces.v[*far];
			const struct prefix *a = fabric_addr(b->f, *far, family);
			bool meant = r->via.name
					     ? strcmp(b->f->nodes.v[f->node].name, r->via.name) == 0
					     : a && addr_eq(&a->a, &r->gateway);

			if (!meant || !a || found != NONE)
				continue;
			found = *far;
			*ret_iface = *i;
		}
	}
	vec_free(&near);
	return found;
}

static void say_no_next_hop(struct fabric_builder *b, uint32_t node, const struct static_route *r)
{
	const bool six = r->prefix.a.family == AF_INET6;
	uint32_t unused;

	if (r->via.name && find_next_hop(b, node, r, six ? AF_INET : AF_INET6, &unused) != NONE) {
		diag_error(b->dg, r->pos, -EINVAL, "next-hop",
			   "'%s' has no %s address on its link with '%s'", r->via.name,
			   six ? "IPv6" : "IPv4", b->f->nodes.v[node].name);
		diag_hint(b->dg, "give the link a `prefix` of each family");
		return;
	}
	diag_error(b->dg, r->pos, -EINVAL, "next-hop", "'%s' is no neighbour of '%s'",
		   r->via.name ? r->via.name : ADDR_STR(&r->gateway), b->f->nodes.v[node].name);
	diag_hint(b->dg, "a next hop is at the other end of one of the router's links");
}

static void build_static_route(struct fabric_builder *b, uint32_t node,
			       const struct static_route *r)
{
	uint32_t iface, via;

	if (r->via.name && fabric_find(b->f, r->via.name, r->via.pos, b->dg) == NONE)
		return;
	via = find_next_hop(b, node, r, r->prefix.a.family, &iface);
	if (via == NONE)
		say_no_next_hop(b, node, r);
	else
		build_route(b, node, &r->prefix, iface, via, RANK_STATIC, r->pos, "static route");
}

void build_router_routes(struct fabric_builder *b, const struct router *r)
{
	uint32_t node = fabric_node(b->f, r->o.name);

	for (each(struct static_route, route, &r->routes))
		build_static_route(b, node, route);
	for (each(struct placed_prefix, p, &r->announce))
		build_origin(b, node, &p->prefix, ORIGIN_ADVERTISED, &r->o, p->pos);
	if (!r->announces_connected || r->asn == 0)
		return;
	for (each(uint32_t, i, &b->f->nodes.v[node].ifaces)) {
		const struct iface *iface = &b->f->ifaces.v[*i];

		for (each(struct prefix, p, &iface->addrs))
			if (iface->segment != NONE)
				build_origin(b, node, p, ORIGIN_NETWORK, &r->o, r->o.pos);
	}
}
