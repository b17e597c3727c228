/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fabric/build.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/numbering.h"

const char *const side_name[2] = { "primary", "secondary" };

uint32_t build_chassis(struct fabric_builder *b, const char *name)
{
	uintptr_t at = (uintptr_t)map_get(b->chassis, name);
	struct chassis *c;

	if (at)
		return (uint32_t)(at - 1);
	c = vec_add(b->a, &b->f->chassis);
	c->name = arena_strdup(b->a, name);
	map_add(b->chassis, c->name, (void *)(uintptr_t)b->f->chassis.n);
	return (uint32_t)b->f->chassis.n - 1;
}

uint32_t build_part(const struct fabric_builder *b, const struct object *o, const char *part)
{
	char name[256];

	snprintf(name, sizeof(name), "%s.%s", o->name, part);
	return fabric_node(b->f, name);
}

/* ---- nodes, interfaces and their names ---- */

/* key: "chassis/name" */
static bool build_name_taken(struct fabric_builder *b, const char *key)
{
	return map_add(b->ifnames, key, b) != NULL;
}

/* A key by which a part gets its number, unique in the fabric. */
static const char *build_unique_key(struct fabric_builder *b, const char *want)
{
	const char *key = want;

	for (uint32_t n = 2; map_add(b->keys, key, b); n++)
		key = arena_printf(b->a, "%s#%u", want, n);
	return key;
}

/* The nth choice for a name: the wanted one if it fits, then its beginning and a number that
 * depends only on the wanted name and n. */
static const char *build_nth_name(struct fabric_builder *b, const char *want, size_t max,
				  uint32_t nth)
{
	uint32_t h = 0x811c9dc5u;

	if (strlen(want) <= max && nth-- == 0)
		return want;
	for (const char *s = want; *s; s++)
		h = (h ^ (unsigned char)*s) * 0x01000193u;
	while (nth--)
		h = h * 0x01000193u + 1;
	return arena_printf(b->a, "%.*s-%04x", (int)max - 5, want, h >> 16 ^ (h & 0xffff));
}

/* The loopback device's name, and two that the kernel refuses: under them are the settings of all
 * devices, and of those to come. */
static bool build_is_kernel_name(const char *name)
{
	return strcmp(name, "lo") == 0 || strcmp(name, "all") == 0 || strcmp(name, "default") == 0;
}

/* A name that is unique in the chassis. An owner that had a name before keeps it, even if another
 * owner now wants it first. */
static const char *build_free_name(struct fabric_builder *b, uint32_t chassis, const char *want,
				   size_t max, const char *owner)
{
	const char *in = b->f->chassis.v[chassis].name;
	const char *where = arena_printf(b->a, "%s/%s", in, want);
	uint32_t nth = numbering_in(b->f->numbers, "name", where, owner);
	const char *name = build_nth_name(b, want, max, nth);

	while (build_is_kernel_name(name) ||
	       build_name_taken(b, name == want ? where : arena_printf(b->a, "%s/%s", in, name))) {
		nth = numbering_renew(b->f->numbers, "name", where, owner);
		name = build_nth_name(b, want, max, nth);
	}
	return name == want ? arena_strdup(b->a, want) : name;
}

/* The short name of a node in the names of interfaces, without its object's name if that is
 * understood. */
static void build_label_text(const struct node *n, bool understood, char *buf, size_t size)
{
	static const char *const part[NODE_KINDS] = {
		[NODE_T0] = "t0",	    [NODE_T1] = "t1",	      [NODE_MANAGEMENT] = "mgmt",
		[NODE_CE] = "ce",	    [NODE_ER_GATEWAY] = "gw", [NODE_VPN_GATEWAY] = "vpn",
		[NODE_ROUTE_SERVER] = "rs",
	};
	const char *dot = strchr(n->name, '.');
	const char *p = part[n->kind];

	if (n->kind == NODE_MSEE)
		p = dot && strcmp(dot, ".primary") == 0 ? "1" : "2";
	else if (!p)
		p = dot ? dot + 1 : "";
	if (n->kind == NODE_NETWORK) /* "fabric", or a subnet's own: "fabric-app" */
		p = dot && strncmp(dot, ".fabric-", 8) == 0 ? dot + 8 : "";
	if (understood && *p)
		snprintf(buf, size, "%s", p);
	else
		snprintf(buf, size, "%s%s%s", n->object->name, *p ? "-" : "", p);
}

/* Whether nodes of the kind share a chassis with others when the kernel has VRFs. */
static bool shares_chassis(enum node_kind kind)
{
	return kind == NODE_MSEE || kind == NODE_NETWORK || kind == NODE_T0 || kind == NODE_T1 ||
	       kind == NODE_MANAGEMENT;
}

uint32_t build_node(struct fabric_builder *b, enum node_kind kind, const struct object *o,
		    const char *part, struct pos pos, uint32_t chassis)
{
	struct node *n = vec_add(b->a, &b->f->nodes);

	n->name = part ? arena_printf(b->a, "%s.%s", o->name, part) : o->name;
	n->kind = kind;
	n->object = o;
	n->pos = pos;
	n->chassis = chassis == NONE ? build_chassis(b, n->name) : chassis;
	if (shares_chassis(kind)) {
		char want[128];

		build_label_text(n, kind != NODE_NETWORK && kind != NODE_MSEE, want, sizeof(want));
		n->vrf = build_free_name(b, n->chassis, kind == NODE_MSEE ? o->name : want, 15,
					 n->name);
	}
	map_add(b->f->names, n->name, (void *)(uintptr_t)b->f->nodes.n);
	return (uint32_t)b->f->nodes.n - 1;
}

static const char *build_iface_name(struct fabric_builder *b, uint32_t node, const char *far,
				    const char *key)
{
	const struct node *n = &b->f->nodes.v[node];
	char own[128], want[256];

	if (n->kind == NODE_HOST || (n->kind == NODE_NVA && n->ifaces.n == 0))
		snprintf(want, sizeof(want), "eth%zu", n->ifaces.n);
	else if (!shares_chassis(n->kind))
		snprintf(want, sizeof(want), "%s", far);
	else {
		/* Boxes of one object are told apart by part, a region's by object. An MSEE's
		 * side is its box. */
		build_label_text(n, n->kind != NODE_NETWORK && n->kind != NODE_MSEE, own,
				 sizeof(own));
		if (n->kind == NODE_MSEE)
			snprintf(own, sizeof(own), "%s", n->object->name);
		snprintf(want, sizeof(want), "%s-%s", own, far);
	}
	return build_free_name(b, n->chassis, want, 15, key);
}

/* key: identifies the interface to the numbering. */
static uint32_t build_add_iface(struct fabric_builder *b, uint32_t node, const char *far_label,
				const char *far_name, const char *key)
{
	const char *name = build_iface_name(b, node, far_label, key);
	uint32_t number = numbering_of(b->f->numbers, "interface", key);
	struct node *n = &b->f->nodes.v[node];
	struct iface *i = vec_add(b->a, &b->f->ifaces);
	uint32_t index = (uint32_t)b->f->ifaces.n - 1;
	char full[512];

	*i = (struct iface){ .node = node, .link = NONE, .segment = NONE, .name = name };
	snprintf(full, sizeof(full), "%s--%s", n->name, far_name);
	i->full = build_free_name(b, n->chassis, full, 127, key);
	/* Locally administered; "ne" in the middle identifies netemu in a capture. */
	i->mac = (struct mac){ { 0x02, 0x6e, 0x65, (uint8_t)(number >> 16), (uint8_t)(number >> 8),
				 (uint8_t)number } };
	vec_push(b->a, &n->ifaces, index);
	return index;
}

/* ---- links ---- */

struct link_spec build_spec(const struct object *o, struct pos pos, uint64_t rtt_ns)
{
	struct link_spec spec = { .object = o, .pos = pos, .mtu = MTU };

	spec.to[0].delay_ns = rtt_ns / 2;
	spec.to[1].delay_ns = rtt_ns - rtt_ns / 2;
	return spec;
}

/* Networks for links: the shared address space (RFC 6598). */
static const char *const link_pool = "100.64.0.0/10";

void build_keep_clear(struct fabric_builder *b)
{
	struct prefix all = prefix_lit(link_pool);

	for (each(struct placed_prefix, p, &b->used))
		if (prefix_overlaps(&p->prefix, &all) && p->prefix.len > all.len)
			vec_push(b->a, &b->in_pool, *p);
}

static bool build_pool_in_use(const struct fabric_builder *b, const struct prefix *net)
{
	for (each(const struct placed_prefix, p, &b->in_pool))
		if (prefix_overlaps(&p->prefix, net))
			return true;
	return false;
}

/* The number of a link's networks, and its /31 of the pool, which overlaps no prefix of the
 * file. */
static uint32_t pool_number(struct fabric_builder *b, const char *key, struct prefix *ret)
{
	struct prefix all = prefix_lit(link_pool);
	uint32_t number = numbering_of(b->f->numbers, "pool", key);

	*ret = prefix_subnet(&all, 31, number);
	while (build_pool_in_use(b, ret)) {
		number = numbering_renew(b->f->numbers, "pool", "", key);
		*ret = prefix_subnet(&all, 31, number);
	}
	return number;
}

static void build_add_addr(struct fabric_builder *b, uint32_t iface, const struct addr *a,
			   uint8_t len)
{
	vec_push(b->a, &b->f->ifaces.v[iface].addrs, prefix_with(a, len));
}

/* The pool's networks for a link, one for each family that the link lacks; returns how many. */
static size_t pool_networks(struct fabric_builder *b, const char *key, bool v4, bool v6,
			    struct prefix ret[2])
{
	struct prefix ula = prefix_lit("fd6e:6574:656d:7500::/64"), four;
	uint32_t number;
	size_t n = 0;

	if (!v4 && !v6)
		return 0;
	number = pool_number(b, key, &four);
	if (v4)
		ret[n++] = four;
	if (v6)
		ret[n++] = prefix_subnet(&ula, 127, number);
	return n;
}

/* Gives both ends of a link an address in a network: the first two host addresses. */
static void number_ends(struct fabric_builder *b, const uint32_t iface[2], const struct prefix *net)
{
	uint64_t first = prefix_size(net) > 2; /* both addresses of a /31 are hosts' */

	for (uint32_t end = 0; end < 2; end++) {
		struct addr a = prefix_nth(net, first + end);

		build_add_addr(b, iface[end], &a, net->len);
	}
}

static void number_link(struct fabric_builder *b, const uint32_t iface[2],
			const struct link_spec *spec, const char *key)
{
	bool given = spec->nprefix || spec->own[0].n || spec->own[1].n;
	bool lacks_v6 = b->f->ipv6 && spec->mtu >= IPV6_MTU_MIN && (!given || spec->v6_from_pool);
	struct prefix pool[2];
	size_t n = pool_networks(b, key, !given, lacks_v6, pool);

	for (uint32_t end = 0; end < 2; end++)
		for (size_t i = 0; i < spec->own[end].n; i++)
			build_add_addr(b, iface[end], &spec->own[end].v[i].a,
				       spec->own[end].v[i].len);
	for (size_t i = 0; i < spec->nprefix && !spec->own[0].n && !spec->own[1].n; i++)
		number_ends(b, iface, &spec->prefix[i]);
	for (size_t i = 0; i < n; i++)
		number_ends(b, iface, &pool[i]);
}

static struct fabric_link *build_add_link(struct fabric_builder *b, const struct link_spec *spec,
					  const char *key)
{
	struct fabric_link *l = vec_add(b->a, &b->f->links);

	l->number = numbering_of(b->f->numbers, "link", key);
	l->pos = spec->pos;
	l->object = spec->object;
	l->to[0] = spec->to[0];
	l->to[1] = spec->to[1];
	l->mtu = spec->mtu;
	l->end[0] = l->end[1] = (struct link_end){ NONE, NONE, NULL };
	return l;
}

/* The key by which a link between a and c gets its numbers. */
static const char *build_link_key(struct fabric_builder *b, const char *a, const char *c,
				  const struct object *o)
{
	return build_unique_key(b, arena_printf(b->a, "%s--%s %s", a, c, o->name));
}

uint32_t build_link(struct fabric_builder *b, uint32_t node0, uint32_t node1,
		    const struct link_spec *spec)
{
	const uint32_t node[2] = { node0, node1 };
	const char *key = build_link_key(b, b->f->nodes.v[node0].name, b->f->nodes.v[node1].name,
					 spec->object);
	uint32_t iface[2], index = (uint32_t)b->f->links.n;
	struct fabric_link *l = build_add_link(b, spec, key);

	for (uint32_t end = 0; end < 2; end++) {
		const struct node *near = &b->f->nodes.v[node[end]];
		const struct node *far = &b->f->nodes.v[node[!end]];
		char far_label[128];

		build_label_text(far, far->object == near->object, far_label, sizeof(far_label));
		iface[end] = build_add_iface(b, node[end], far_label, far->name,
					     arena_printf(b->a, "%s/%u", key, end));
		b->f->ifaces.v[iface[end]].link = index;
		l->end[end].iface = iface[end];
	}
	l->name = b->f->ifaces.v[iface[0]].full;
	number_link(b, iface, spec, key);
	return index;
}

const char *build_label(struct fabric_builder *b, uint32_t node, bool understood)
{
	char buf[128];

	build_label_text(&b->f->nodes.v[node], understood, buf, sizeof(buf));
	return arena_strdup(b->a, buf);
}

/* Ports of an underlay have host prefixes: no route is connected, and each route names its
 * neighbour. */
static void number_port(struct fabric_builder *b, uint32_t iface, const struct prefix *own,
			const char *key)
{
	struct prefix pool[2];
	size_t n = pool_networks(b, key, !own->a.family, b->f->ipv6, pool);

	if (own->a.family)
		build_add_addr(b, iface, &own->a, own->len);
	for (size_t i = 0; i < n; i++)
		build_add_addr(b, iface, &pool[i].a, (uint8_t)addr_bits(&pool[i].a));
}

uint32_t build_port(struct fabric_builder *b, const struct underlay_port *p,
		    const struct link_spec *spec)
{
	uint32_t index = (uint32_t)b->f->links.n;
	const char *key = build_link_key(b, p->far_name, b->f->nodes.v[p->node].name, spec->object);
	struct fabric_link *l = build_add_link(b, spec, key);
	uint32_t iface = build_add_iface(b, p->node, p->far_label, p->far_name,
					 arena_printf(b->a, "%s/1", key));
	struct segment *s = &b->f->segments.v[p->segment];

	l->name = b->f->ifaces.v[iface].full;
	l->served = p->served;
	l->end[0].iface = iface;
	l->end[1].segment = p->segment;
	l->end[1].port = build_free_name(
		b, s->chassis, arena_printf(b->a, "%s-port", build_label(b, p->node, false)), 15,
		key);
	b->f->ifaces.v[iface].link = index;
	b->f->ifaces.v[iface].segment = p->segment;
	vec_push(b->a, &s->links, index);
	number_port(b, iface, &p->own, key);
	return iface;
}

uint32_t build_link_end(const struct fabric_builder *b, uint32_t link, uint32_t end)
{
	return b->f->links.v[link].end[end].iface;
}

/* ---- segments and hosts ---- */

uint32_t build_segment(struct fabric_builder *b, const char *name, struct pos pos, uint32_t home,
		       uint32_t chassis, const struct prefix *addrs, size_t n)
{
	uint32_t index = (uint32_t)b->f->segments.n;
	struct segment *s = vec_add(b->a, &b->f->segments);
	const char *key = build_unique_key(
		b, arena_printf(b->a, "%s/%s", b->f->chassis.v[chassis].name, name));

	*s = (struct segment){ .name = name,
			       .pos = pos,
			       .chassis = chassis,
			       .home = NONE,
			       .number = numbering_of(b->f->numbers, "segment", key) };
	if (home == NONE)
		return index;
	s->home = build_add_iface(b, home, name, name, key);
	b->f->ifaces.v[s->home].segment = index;
	for (size_t i = 0; i < n; i++)
		build_add_addr(b, s->home, &addrs[i].a, addrs[i].len);
	return index;
}

uint32_t build_attach(struct fabric_builder *b, uint32_t host, uint32_t segment,
		      const struct prefix *addrs, size_t n, const struct link_spec *spec)
{
	struct segment *s = &b->f->segments.v[segment];
	uint32_t index = (uint32_t)b->f->links.n;
	const char *key = build_link_key(b, b->f->nodes.v[host].name, s->name, spec->object);
	struct fabric_link *l = build_add_link(b, spec, key);
	uint32_t iface = build_add_iface(
		b, host, s->name,
		s->home == NONE ? s->name : b->f->nodes.v[b->f->ifaces.v[s->home].node].name,
		arena_printf(b->a, "%s/0", key));
	char port[128];

	l->name = b->f->ifaces.v[iface].full;
	l->end[0].iface = iface;
	l->end[1].segment = segment;
	build_label_text(&b->f->nodes.v[host], true, port, sizeof(port));
	l->end[1].port =
		build_free_name(b, s->chassis, arena_printf(b->a, "%s-port", port), 15, key);
	b->f->ifaces.v[iface].link = index;
	b->f->ifaces.v[iface].segment = segment;
	vec_push(b->a, &s->links, index);
	for (size_t i = 0; i < n; i++)
		build_add_addr(b, iface, &addrs[i].a, addrs[i].len);
	if (s->home != NONE)
		build_default(b, host, iface, s->home, spec->pos, "default gateway");
	return iface;
}

static bool build_address_claimed(const struct network *net, const struct addr *a)
{
	for (each(struct vm, vm, &net->vms))
		if (vm->address.family && addr_eq(&vm->address, a))
			return true;
	return false;
}

/* The next address of a network for a host that the file gives none: from `first` on, if the
 * network is large enough. False: none is left. */
static bool build_next_address(const struct network *net, const struct prefix *p, uint64_t first,
			       uint64_t *at, struct addr *ret)
{
	uint64_t last = prefix_size(p) - 2;

	if (*at == 0)
		*at = first <= last ? first : 2;
	for (; *at <= last; ++*at) {
		*ret = prefix_nth(p, *at);
		if (!build_address_claimed(net, ret)) {
			++*at;
			return true;
		}
	}
	return false;
}

void build_network(struct fabric_builder *b, const struct object *o, const struct network *net,
		   uint32_t home, uint32_t chassis, uint64_t first)
{
	struct prefix addrs[2];
	uint64_t at[2] = { 0, 0 };
	uint32_t segment;
	size_t n = net->prefixes.n < 2 ? net->prefixes.n : 2;

	for (size_t i = 0; i < n; i++) {
		struct addr a = prefix_nth(&net->prefixes.v[i].prefix, 1);

		addrs[i] = prefix_with(&a, net->prefixes.v[i].prefix.len);
	}
	segment =
		build_segment(b, net->name, net->pos, net->routed ? home : NONE, chassis, addrs, n);
	for (each(struct vm, vm, &net->vms)) {
		struct link_spec spec = build_spec(o, vm->pos, 0);
		uint32_t host = build_node(b, vm->ip_forwarding ? NODE_NVA : NODE_HOST, o, vm->name,
					   vm->pos, NONE);

		for (size_t i = 0; i < n; i++) {
			const struct prefix *p = &net->prefixes.v[i].prefix;
			struct addr a = vm->address;

			if (a.family != p->a.family &&
			    !build_next_address(net, p, first, &at[i], &a)) {
				diag_error(b->dg, vm->pos, -ENOSPC, "no-address",
					   "no address of %s is left for '%s'", PREFIX_STR(p),
					   vm->name);
				return;
			}
			addrs[i] = prefix_with(&a, p->len);
		}
		build_attach(b, host, segment, addrs, n, &spec);
		build_listeners(b, host, &vm->listen);
	}
}

void build_listener(struct fabric_builder *b, uint32_t node, bool udp, uint16_t port,
		    struct pos pos)
{
	if (!fabric_listens(b->f, node, udp, port))
		vec_push(b->a, &b->f->listeners, ((struct listener){ node, udp, port, pos }));
}

void build_listeners(struct fabric_builder *b, uint32_t node, const service_list *listen)
{
	for (each(const struct service, s, listen))
		build_listener(b, node, s->protocol == SERVICE_UDP, s->port, s->pos);
}

/* ---- segments joined ---- */

void build_trunk(struct fabric_builder *b, const uint32_t segment[2], const char *const port[2],
		 const struct object *o, struct pos pos)
{
	struct link_spec spec = build_spec(o, pos, 0);
	uint32_t index = (uint32_t)b->f->links.n;
	const char *key = build_link_key(b, b->f->segments.v[segment[0]].name,
					 b->f->segments.v[segment[1]].name, o);
	struct fabric_link *l = build_add_link(b, &spec, key);

	for (uint32_t end = 0; end < 2; end++) {
		struct segment *s = &b->f->segments.v[segment[end]];

		l->end[end].segment = segment[end];
		l->end[end].port = build_free_name(b, s->chassis, port[end], 15,
						   arena_printf(b->a, "%s/%u", key, end));
		vec_push(b->a, &s->links, index);
	}
	l->name = arena_printf(b->a, "%s--%s",
			       b->f->chassis.v[b->f->segments.v[segment[0]].chassis].name,
			       b->f->chassis.v[b->f->segments.v[segment[1]].chassis].name);
}

void build_tunnel(struct fabric_builder *b, const uint32_t segment[2], const uint32_t uplink[2],
		  uint32_t mtu, const struct object *o, struct pos pos)
{
	enum { FIRST_ID = 5001 };
	uint32_t index = (uint32_t)b->f->tunnels.n;
	const char *key = build_unique_key(b, o->name);
	uint32_t number = numbering_of(b->f->numbers, "tunnel", key);
	struct tunnel *t = vec_add(b->a, &b->f->tunnels);

	*t = (struct tunnel){ .name = o->name,
			      .pos = pos,
			      .object = o,
			      .number = number,
			      .id = FIRST_ID + number,
			      .mtu = mtu };
	for (uint32_t end = 0; end < 2; end++) {
		struct segment *s = &b->f->segments.v[segment[end]];

		t->segment[end] = segment[end];
		t->uplink[end] = uplink[end];
		t->port[end] = build_free_name(b, s->chassis, arena_printf(b->a, "vxlan%u", t->id),
					       15, arena_printf(b->a, "%s/%u", key, end));
		vec_push(b->a, &s->tunnels, index);
	}
}

/* ---- sessions, originations, routes ---- */

struct session *build_session(struct fabric_builder *b, uint32_t link, const struct object *o,
			      struct pos pos)
{
	struct session *s = vec_add(b->a, &b->f->sessions);

	*s = (struct session){ .kind = SESSION_BGP,
			       .object = o,
			       .pos = pos,
			       .local_pref = { LOCAL_PREF, LOCAL_PREF } };
	for (uint32_t end = 0; end < 2; end++) {
		s->iface[end] = build_link_end(b, link, end);
		s->node[end] = b->f->ifaces.v[s->iface[end]].node;
	}
	return s;
}

struct session *build_inject(struct fabric_builder *b, uint32_t gateway, uint32_t network,
			     const struct object *o, struct pos pos)
{
	struct session *s = vec_add(b->a, &b->f->sessions);

	*s = (struct session){ .kind = SESSION_INJECT,
			       .object = o,
			       .pos = pos,
			       .node = { gateway, network },
			       .iface = { NONE, NONE },
			       .local_pref = { LOCAL_PREF, LOCAL_PREF } };
	return s;
}

void build_severed(struct fabric_builder *b, uint32_t node0, uint32_t node1, const struct object *o,
		   struct pos pos, const char *why)
{
	vec_push(b->a, &b->f->severed,
		 ((struct severed){
			 .node = { node0, node1 }, .object = o, .pos = pos, .why = why }));
}

void build_origin(struct fabric_builder *b, uint32_t node, const struct prefix *p,
		  enum origin_kind kind, const struct object *o, struct pos pos)
{
	struct origination *g = vec_add(b->a, &b->f->originations);

	*g = (struct origination){ node, prefix_network(p), kind, o, pos };
}

struct fabric_route *build_route(struct fabric_builder *b, uint32_t node, const struct prefix *p,
				 uint32_t iface, uint32_t via, enum route_rank rank, struct pos pos,
				 const char *why)
{
	struct fabric_route *r = vec_add(b->a, &b->f->routes);

	*r = (struct fabric_route){ node, *p, ROUTE_UNICAST, iface, via, rank, why, pos, false };
	return r;
}

struct fabric_route *build_drop(struct fabric_builder *b, uint32_t node, const struct prefix *p,
				enum route_rank rank, struct pos pos, const char *why)
{
	struct fabric_route *r = vec_add(b->a, &b->f->routes);

	*r = (struct fabric_route){ node, *p, ROUTE_BLACKHOLE, NONE, NONE, rank, why, pos, false };
	return r;
}

void build_default(struct fabric_builder *b, uint32_t node, uint32_t iface, uint32_t via,
		   struct pos pos, const char *why)
{
	static const char *const any[] = { "0.0.0.0/0", "::/0" };

	for (size_t i = 0; i < countof(any); i++) {
		struct prefix p = prefix_lit(any[i]);

		if (fabric_addr(b->f, iface, p.a.family) && fabric_addr(b->f, via, p.a.family))
			build_route(b, node, &p, iface, via, RANK_STATIC, pos, why);
	}
}

uint64_t build_rtt(const struct fabric_builder *b, const char *region_a, const char *region_b)
{
	uint64_t rtt = b->m->latency.within_region_ns;

	model_region_rtt(b->m, region_a, region_b, &rtt);
	return rtt;
}
