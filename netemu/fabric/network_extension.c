/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HCX network extension: a site's network is extended into a private cloud by a tunnel between two
 * appliances, whose own packets are routed like all others.
 *
 *	site's network -- dc1.hcx ........ tunnel ........ pc-a.hcx -- moved machines
 *	       |            |                                 |             |
 *	   the gateway   its uplink       ( routed )       HCX uplink    with MON: a gateway, too
 *	       |            |                                 |             |
 *	       CE ----------+------------  circuits  ------- t1 ------------+
 *
 * The gateway stays on-premises, and the cloud announces nothing of the network. With MON (mobility
 * optimized networking) the moved machines have a gateway in the cloud, which is announced with
 * them, each as a /32 (VMware HCX user guide; Azure VMware Solution, MON guidance). That gateway
 * has an address of its own here; the real ones have the on-premises gateway's address, and HCX
 * keeps the two apart.
 */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "fabric/build.h"

/* ---- addresses of the extended network ---- */

static uint32_t network_segment(const struct fabric_builder *b, const struct network *net)
{
	for (uint32_t i = 0; i < b->f->segments.n; i++)
		if (b->f->segments.v[i].name == net->name)
			return i;
	return NONE;
}

static bool extension_lists(const struct network *net, const struct addr *a)
{
	for (each(struct vm, vm, &net->vms))
		if (vm->address.family && addr_eq(&vm->address, a))
			return true;
	return false;
}

static bool extension_bears(const struct fabric_builder *b, uint32_t iface, const struct addr *a)
{
	for (each(struct prefix, p, &b->f->ifaces.v[iface].addrs))
		if (addr_eq(&p->a, a))
			return true;
	return false;
}

/* Whether an interface on the network already has the address. */
static bool extension_is_borne(const struct fabric_builder *b, uint32_t gateway,
			       const struct addr *a)
{
	bool found = extension_bears(b, gateway, a);
	index_list near = { 0 };

	fabric_neighbours(b->f, gateway, &near);
	for (each(uint32_t, i, &near))
		found = found || extension_bears(b, *i, a);
	vec_free(&near);
	return found;
}

/* ... or will have it: the file gives it to a host or to a machine that has moved. */
static bool extension_is_taken(const struct fabric_builder *b, const struct network *net,
			       uint32_t gateway, const struct addr *a)
{
	bool found = extension_is_borne(b, gateway, a) || extension_lists(net, a);

	for (each(struct network_extension *, x, &b->m->network_extensions))
		found = found || (model_extended(*x) == net && extension_lists(&(*x)->segment, a));
	return found;
}

static const struct addr NOT_GIVEN = { 0 };
enum place { FROM_BELOW, FROM_ABOVE }; /* moved machines; appliances and gateways */

/* A free address in each of the network's prefixes, or the one that is given (family 0: none);
 * returns how many there are. */
static size_t free_addresses(struct fabric_builder *b, const struct network *net, uint32_t gateway,
			     struct addr given, enum place place, struct pos pos,
			     struct prefix ret[2])
{
	size_t n = 0;

	for (each(struct placed_prefix, p, &net->prefixes)) {
		uint64_t last = prefix_size(&p->prefix) - 2,
			 at = place == FROM_BELOW ? HOST_FIRST : last;
		struct addr a = given;
		bool found = given.family == p->prefix.a.family;

		if (at > last)
			at = 2;
		for (; at >= 2 && at <= last && !found;
		     at += place == FROM_BELOW ? 1 : UINT64_MAX) {
			a = prefix_nth(&p->prefix, at);
			found = !extension_is_taken(b, net, gateway, &a);
		}
		if (!found)
			diag_error(b->dg, pos, -ENOSPC, "no-address",
				   "no address of %s is left for '%s'", PREFIX_STR(&p->prefix),
				   net->name);
		else if (n < 2)
			ret[n++] = prefix_with(&a, p->prefix.len);
	}
	return n;
}

/* ---- the appliances ---- */

bool build_is_extended(const struct fabric_builder *b, const struct private_cloud *pc)
{
	for (each(struct network_extension *, x, &b->m->network_extensions))
		if ((*x)->cloud == pc)
			return true;
	return false;
}

/* One for each pair of site and cloud: "hcx", and after the first, "hcx-pc-b". */
static const char *appliance_name(struct fabric_builder *b, const struct network_extension *x,
				  bool in_cloud)
{
	for (each(struct network_extension *, it, &b->m->network_extensions)) {
		if (in_cloud && (*it)->cloud == x->cloud)
			return (*it)->site == x->site
				       ? "hcx"
				       : arena_printf(b->a, "hcx-%s", x->site->o.name);
		if (!in_cloud && (*it)->site == x->site)
			return (*it)->cloud == x->cloud
				       ? "hcx"
				       : arena_printf(b->a, "hcx-%s", x->cloud->o.name);
	}
	return "hcx";
}

/* Reports that a machine of the file has the name of a part. */
static void say_reserved(struct fabric_builder *b, const struct network_extension *x,
			 struct pos pos, const struct object *o, const char *name)
{
	diag_error(b->dg, pos, -EINVAL, "reserved-name", "'%s.%s' is the name of a part of '%s'",
		   o->name, name, x->o.name);
}

/* The appliance of that name, if it exists already. */
static uint32_t extension_find_appliance(struct fabric_builder *b,
					 const struct network_extension *x, const struct object *o,
					 const char *name)
{
	uint32_t node = build_part(b, o, name);

	if (node == NONE || b->f->nodes.v[node].kind == NODE_HCX)
		return node;
	say_reserved(b, x, b->f->nodes.v[node].pos, o, name);
	return NONE;
}

/* The uplink of an appliance that exists already: its only interface with an address. */
static uint32_t find_uplink(const struct fabric_builder *b, uint32_t appliance)
{
	for (each(uint32_t, i, &b->f->nodes.v[appliance].ifaces))
		if (b->f->ifaces.v[*i].addrs.n)
			return *i;
	return NONE;
}

static uint32_t extension_neighbour(const struct fabric_builder *b, uint32_t node, uint32_t far,
				    uint32_t *ret_via)
{
	for (each(uint32_t, i, &b->f->nodes.v[node].ifaces)) {
		const struct fabric_link *l;

		if (fabric_peer(b->f, *i) != far)
			continue;
		l = &b->f->links.v[b->f->ifaces.v[*i].link];
		*ret_via = l->end[l->end[0].iface == *i].iface;
		return *i;
	}
	return *ret_via = NONE;
}

/* Adds a prefix of T1 to the routes of T0, which announces it, and of the management network. */
static void extension_publish(struct fabric_builder *b, const struct private_cloud *pc,
			      const struct prefix *p, struct pos pos, const char *why)
{
	uint32_t t0 = build_part(b, &pc->o, "t0"), t1 = build_part(b, &pc->o, "t1");
	uint32_t management = build_part(b, &pc->o, "management"), via, iface;

	iface = extension_neighbour(b, t0, t1, &via);
	build_route(b, t0, p, iface, via, RANK_STATIC, pos, why);
	iface = extension_neighbour(b, management, t0, &via);
	build_route(b, management, p, iface, via, RANK_STATIC, pos, why);
	build_origin(b, t0, p, ORIGIN_SEGMENT, &pc->o, pos);
}

static struct prefix uplink_prefix(const struct private_cloud *pc)
{
	size_t n;
	const struct block_part *parts = model_block_parts(&n);
	struct prefix all = pc->block.prefix;

	if (pc->generation == 2) { /* it has been checked */
		for (each(struct placed_prefix, p, &model_hcx_uplink(pc)->prefixes))
			if (p->prefix.a.family == AF_INET)
				all = p->prefix;
		return all;
	}
	for (size_t i = 0; i < n; i++)
		if (strcmp(parts[i].name, "hcx-uplink") == 0) {
			struct addr a = prefix_nth(&pc->block.prefix, parts[i].offset);

			return prefix_with(&a, parts[i].len);
		}
	return all;
}

/* The HCX uplink network hangs off the default T1 (Azure VMware Solution, NSX and HCX networks). */
static uint32_t uplink_segment(struct fabric_builder *b, const struct private_cloud *pc)
{
	uint32_t t1 = build_part(b, &pc->o, "t1");
	struct prefix net = uplink_prefix(pc), home;
	struct addr first = prefix_nth(&net, 1);

	for (each(uint32_t, i, &b->f->nodes.v[t1].ifaces)) {
		const struct iface *iface = &b->f->ifaces.v[*i];

		if (iface->segment != NONE && extension_bears(b, *i, &first))
			return iface->segment;
	}
	extension_publish(b, pc, &net, pc->block.pos, "HCX uplink network");
	home = prefix_with(&first, net.len);
	return build_segment(b, "hcx-uplink", pc->block.pos, t1, b->f->nodes.v[t1].chassis, &home,
			     1);
}

static uint32_t cloud_appliance(struct fabric_builder *b, const struct network_extension *x,
				uint32_t *ret_uplink)
{
	const char *name = appliance_name(b, x, true);
	uint32_t node = extension_find_appliance(b, x, &x->cloud->o, name), segment;
	struct link_spec spec = build_spec(&x->cloud->o, x->o.pos, 0);
	struct prefix net = uplink_prefix(x->cloud), own;
	struct addr a;

	if (node == NONE) {
		node = build_node(b, NODE_HCX, &x->cloud->o, name, x->o.pos, NONE);
		segment = uplink_segment(b, x->cloud);
		a = prefix_nth(&net, 2 + b->f->segments.v[segment].links.n);
		own = prefix_with(&a, net.len);
		build_attach(b, node, segment, &own, 1, &spec);
	}
	*ret_uplink = find_uplink(b, node);
	return node;
}

/* The site's network that the uplink is on: by default, the extended network itself. */
static const struct network *uplink_network(const struct network_extension *x)
{
	if (x->uplink.name)
		for (each(struct network, n, &x->site->networks))
			if (strcmp(n->name, x->uplink.name) == 0)
				return n;
	return model_extended(x);
}

/* The uplink is attached like a host, even on the extended network itself: if it were the bridge's
 * own interface, a bridge that has not learned the gateway's MAC would send the tunnel's packets
 * into the tunnel (which crashed a guest kernel). */
static uint32_t site_appliance(struct fabric_builder *b, const struct network_extension *x)
{
	const char *name = appliance_name(b, x, false);
	const struct network *net = uplink_network(x);
	uint32_t node = extension_find_appliance(b, x, &x->site->o, name),
		 segment = network_segment(b, net);
	struct link_spec spec = build_spec(&x->site->o, x->o.pos, 0);
	struct prefix own[2];
	size_t n;

	if (node != NONE)
		return node;
	node = build_node(b, NODE_HCX, &x->site->o, name, x->o.pos, NONE);
	n = free_addresses(b, net, b->f->segments.v[segment].home, NOT_GIVEN, FROM_ABOVE, x->o.pos,
			   own);
	build_attach(b, node, segment, own, n, &spec);
	return node;
}

/* The appliance's piece of the site's network. */
static uint32_t site_piece(struct fabric_builder *b, const struct network_extension *x,
			   uint32_t appliance, uint32_t *ret_uplink)
{
	const struct network *net = model_extended(x);
	uint32_t whole = network_segment(b, net), piece;
	const char *port[2];

	piece = build_segment(b, net->name, x->o.pos, NONE, b->f->nodes.v[appliance].chassis, NULL,
			      0);
	*ret_uplink = find_uplink(b, appliance);
	port[0] = arena_printf(b->a, "%s-hcx", net->name);
	port[1] = arena_printf(b->a, "%s-port", net->name);
	build_trunk(b, (const uint32_t[2]){ whole, piece }, port, &x->o, x->o.pos);
	return piece;
}

/* ---- the moved machines ---- */

static void place_vm(struct fabric_builder *b, const struct network_extension *x,
		     const struct vm *vm, uint32_t segment, uint32_t gateway)
{
	const struct network *net = model_extended(x);
	struct link_spec spec = build_spec(&x->cloud->o, vm->pos, 0);
	struct prefix own[2];
	size_t n = free_addresses(b, net, gateway, vm->address, FROM_BELOW, vm->pos, own);
	uint32_t node = build_part(b, &x->cloud->o, vm->name);

	if (node != NONE)
		say_reserved(b, x, vm->pos, &x->cloud->o, vm->name);
	if (vm->address.family && extension_is_borne(b, gateway, &vm->address)) {
		diag_error(b->dg, vm->pos, -EINVAL, "vm-address",
			   "%s of '%s' is in use on '%s.%s' already", ADDR_STR(&vm->address),
			   vm->name, x->site->o.name, net->name);
		diag_hint(b->dg, "give the hosts there addresses of their own");
	}
	node = build_node(b, vm->ip_forwarding ? NODE_NVA : NODE_HOST, &x->cloud->o, vm->name,
			  vm->pos, NONE);
	build_attach(b, node, segment, own, n, &spec);
	build_listeners(b, node, &vm->listen);
}

/* The gateway in the cloud (MON), on the segment and on T1. */
static uint32_t place_gateway(struct fabric_builder *b, const struct network_extension *x,
			      uint32_t segment, uint32_t site_gateway)
{
	struct link_spec spec = build_spec(&x->cloud->o, x->o.pos, 0);
	struct prefix own[2];
	size_t n = free_addresses(b, model_extended(x), site_gateway, NOT_GIVEN, FROM_ABOVE,
				  x->o.pos, own);
	const char *name = arena_printf(b->a, "%s-gateway", x->segment.name);
	uint32_t node = build_part(b, &x->cloud->o, name), iface;

	if (node != NONE)
		say_reserved(b, x, b->f->nodes.v[node].pos, &x->cloud->o, name);
	node = build_node(b, NODE_HCX_ROUTER, &x->cloud->o, name, x->o.pos, NONE);
	iface = build_attach(b, node, segment, own, n, &spec);
	b->f->nodes.v[node].silent = true;
	build_link(b, node, build_part(b, &x->cloud->o, "t1"), &spec);
	return iface;
}

void build_network_extension(struct fabric_builder *b, const struct network_extension *x)
{
	uint32_t uplink[2], segment[2], site, cloud, gateway;
	uint32_t home = b->f->segments.v[network_segment(b, model_extended(x))].home;

	site = site_appliance(b, x);
	segment[0] = site_piece(b, x, site, &uplink[0]);
	cloud = cloud_appliance(b, x, &uplink[1]);
	segment[1] = build_segment(b, x->segment.name, x->segment.pos, NONE,
				   b->f->nodes.v[cloud].chassis, NULL, 0);
	if (uplink[0] == NONE || uplink[1] == NONE)
		return; /* no address was left, which has been reported */
	build_tunnel(b, segment, uplink, x->mtu, &x->o, x->o.pos);
	gateway = model_is_optimized(x, NULL) ? place_gateway(b, x, segment[1], home) : home;
	for (each(struct vm, vm, &x->segment.vms)) {
		uint32_t node;

		place_vm(b, x, vm, segment[1], home);
		node = build_part(b, &x->cloud->o, vm->name);
		if (node != NONE)
			build_default(b, node, b->f->nodes.v[node].ifaces.v[0],
				      model_is_optimized(x, vm) ? gateway : home, vm->pos,
				      model_is_optimized(x, vm) ? "gateway in the cloud"
								: "default gateway, on-premises");
	}
}

/* ---- MON: routes ---- */

static uint32_t gateway_node(struct fabric_builder *b, const struct network_extension *x)
{
	return build_part(b, &x->cloud->o, arena_printf(b->a, "%s-gateway", x->segment.name));
}

/* A /32 (or /128) for T1, T0 and the neighbours of T0. */
static void announce_node(struct fabric_builder *b, const struct network_extension *x,
			  uint32_t node, uint32_t router, struct pos pos)
{
	uint32_t t1 = build_part(b, &x->cloud->o, "t1"), via;
	uint32_t iface = extension_neighbour(b, t1, router, &via);

	for (each(struct prefix, own, &b->f->ifaces.v[b->f->nodes.v[node].ifaces.v[0]].addrs)) {
		struct prefix p = prefix_with(&own->a, (uint8_t)addr_bits(&own->a));

		build_route(b, t1, &p, iface, via, RANK_STATIC, pos,
			    "its gateway is in the cloud (MON)");
		extension_publish(b, x->cloud, &p, pos, "its gateway is in the cloud (MON)");
	}
}

/* Adds the prefixes of T1 itself, to which the policy does not apply (HCX user guide: the policy
 * applies to destinations that are not within the tier-1 router). */
static void extension_add_local(struct fabric_builder *b, const struct network_extension *x,
				prefix_list *ret)
{
	vec_push(b->a, ret, ((struct placed_prefix){ uplink_prefix(x->cloud), x->o.pos }));
	for (each(struct network, s, &x->cloud->segments))
		for (each(struct placed_prefix, p, &s->prefixes))
			if (s->routed)
				vec_push(b->a, ret, *p);
	for (each(struct network_extension *, it, &b->m->network_extensions)) {
		const struct network_extension *other = *it;

		if (other == x || other->cloud != x->cloud)
			continue;
		for (each(struct vm, vm, &other->segment.vms)) {
			uint32_t node = build_part(b, &other->cloud->o, vm->name);

			if (node == NONE || !model_is_optimized(other, vm))
				continue;
			for (each(struct prefix, p,
				  &b->f->ifaces.v[b->f->nodes.v[node].ifaces.v[0]].addrs))
				vec_push(b->a, ret,
					 ((struct placed_prefix){
						 prefix_with(&p->a, (uint8_t)addr_bits(&p->a)),
						 vm->pos }));
		}
	}
}

static bool is_within(const prefix_list *list, const struct prefix *p)
{
	for (each(struct placed_prefix, it, list))
		if (prefix_covers(&it->prefix, p))
			return true;
	return false;
}

static void build_policy(struct fabric_builder *b, const struct network_extension *x,
			 uint32_t router)
{
	const struct segment *whole = &b->f->segments.v[network_segment(b, model_extended(x))];
	uint32_t stretched = b->f->nodes.v[router].ifaces.v[0], via;
	uint32_t up = extension_neighbour(b, router, build_part(b, &x->cloud->o, "t1"), &via);
	static const char *const any[] = { "0.0.0.0/0", "::/0" };
	prefix_list local = { 0 };

	extension_add_local(b, x, &local);
	for (each(struct placed_prefix, p, &local))
		build_route(b, router, &p->prefix, up, via, RANK_STATIC, p->pos, "on T1");
	for (each(struct placed_prefix, p, &x->policy_routes))
		if (!is_within(&local, &p->prefix) &&
		    fabric_addr(b->f, whole->home, p->prefix.a.family))
			build_route(b, router, &p->prefix, stretched, whole->home, RANK_STATIC,
				    p->pos, "policy route to the site's gateway");
	for (each(struct placed_prefix, p, &x->policy_exceptions))
		if (!is_within(&local, &p->prefix) && fabric_addr(b->f, via, p->prefix.a.family))
			build_route(b, router, &p->prefix, up, via, RANK_STATIC, p->pos,
				    "to T0: an exception from the policy routes");
	for (size_t i = 0; i < countof(any); i++) {
		struct prefix p = prefix_lit(any[i]);

		if (!is_within(&x->policy_routes, &p) && fabric_addr(b->f, via, p.a.family))
			build_route(b, router, &p, up, via, RANK_STATIC, x->o.pos,
				    "to T0: no policy route");
	}
}

void build_mobility(struct fabric_builder *b, const struct network_extension *x)
{
	uint32_t router = model_is_optimized(x, NULL) ? gateway_node(b, x) : NONE;

	if (router == NONE)
		return;
	announce_node(b, x, router, router, x->o.pos);
	for (each(struct vm, vm, &x->segment.vms)) {
		uint32_t node = build_part(b, &x->cloud->o, vm->name);

		if (node != NONE && model_is_optimized(x, vm))
			announce_node(b, x, node, router, vm->pos);
	}
	build_policy(b, x, router);
}
