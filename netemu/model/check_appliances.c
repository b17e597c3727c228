/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Route tables, VPN gateways and connections, Route Servers and network virtual appliances. */
#include "model/check.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

enum { ROUTES_MAX = 400 }; /* of a route table (Azure networking limits) */

/* ---- user routes ----------------------------------------------------------------------------- */

/* Whether the two are the same network, or peered with each other. */
static bool within_reach(const struct check *c, const struct virtual_network *a,
			 const struct virtual_network *b)
{
	if (a == b)
		return true;
	for (each(struct peering *, p, &c->m->peerings)) {
		const struct peering_half *h = (*p)->half;

		if (h[0].exists && h[1].exists &&
		    ((h[0].network == a && h[1].network == b) ||
		     (h[0].network == b && h[1].network == a)))
			return true;
	}
	return false;
}

static const struct vm *find_vm(const struct virtual_network *vn, const struct addr *a)
{
	for (each(const struct network, n, &vn->subnets))
		for (each(const struct vm, vm, &n->vms))
			if (vm->address.family && addr_eq(&vm->address, a))
				return vm;
	return NULL;
}

/* Whether the address may be one that netemu chooses for a machine. */
static bool may_be_chosen(const struct virtual_network *vn, const struct addr *a)
{
	for (each(const struct network, n, &vn->subnets))
		for (each(const struct placed_prefix, p, &n->prefixes))
			for (each(const struct vm, vm, &n->vms))
				if (prefix_has(&p->prefix, a) && vm->address.family != a->family)
					return true;
	return false;
}

/* Azure accepts any address as a next hop, and drops packets that it cannot deliver there. */
static void check_appliance(struct check *c, const struct virtual_network *vn,
			    const struct user_route *r)
{
	const struct vm *vm = NULL;
	bool chosen = false;

	for (each(struct virtual_network *, at, &c->m->virtual_networks)) {
		if (vm || !within_reach(c, vn, *at))
			continue;
		vm = find_vm(*at, &r->appliance);
		chosen = chosen || may_be_chosen(*at, &r->appliance);
	}
	if (!vm && !chosen) {
		diag_warn(c->dg, r->appliance_pos, "next-hop",
			  "no machine in '%s' or a network peered with it has the address %s: "
			  "traffic to %s is dropped",
			  vn->o.name, ADDR_STR(&r->appliance), PREFIX_STR(&r->prefix));
		diag_hint(c->dg, "give the machine this `address` under 'vms' of its subnet");
	} else if (vm && !vm->ip_forwarding) {
		diag_warn(c->dg, r->appliance_pos, "next-hop",
			  "'%s' (%s) does not forward: traffic to %s is dropped", vm->name,
			  ADDR_STR(&r->appliance), PREFIX_STR(&r->prefix));
		diag_hint(c->dg, "write `ip-forwarding: true` in '%s'", vm->name);
	}
}

/* Returns the network whose gateways a network uses: itself, or the peer with gateway transit. */
static const struct virtual_network *gateways_of(const struct check *c,
						 const struct virtual_network *vn)
{
	for (each(struct peering *, p, &c->m->peerings))
		for (int i = 0; i < 2; i++)
			if ((*p)->half[i].network == vn && (*p)->half[i].use_remote_gateways)
				return (*p)->half[!i].network;
	return vn;
}

static void check_table(struct check *c, const struct virtual_network *vn,
			const struct route_table *table, struct pos at)
{
	const struct virtual_network *with = gateways_of(c, vn);

	for (each(const struct user_route, r, &table->routes)) {
		if (r->hop == USER_APPLIANCE)
			check_appliance(c, vn, r);
		if (r->hop != USER_GATEWAY)
			continue;
		if (with->er_gateway.pos.line) {
			diag_error(c->dg, at, -EINVAL, "next-hop",
				   "'%s' cannot use '%s': next hop virtual-network-gateway means "
				   "the VPN gateway and is not allowed in a network that also has "
				   "an ExpressRoute gateway",
				   vn->o.name, table->o.name);
			diag_hint(c->dg, "see %s:%u", r->pos.file, r->pos.line);
		} else if (!with->vpn_gateway.pos.line) {
			diag_error(c->dg, at, -EINVAL, "next-hop",
				   "'%s' cannot use '%s': its next hop virtual-network-gateway "
				   "needs a VPN gateway, and '%s' has none",
				   vn->o.name, table->o.name, vn->o.name);
			diag_hint(c->dg, "write `gateways: { vpn: {} }` in %s", vn->o.name);
		}
	}
}

static void check_gateway_table(struct check *c, const struct virtual_network *vn)
{
	if (!vn->er_gateway.pos.line && !vn->vpn_gateway.pos.line)
		diag_error(c->dg, vn->gateway_table_pos, -EINVAL, "no-gateway",
			   "'%s' has no gateway for the route table '%s'", vn->o.name,
			   vn->gateway_table->o.name);
	for (each(const struct user_route, r, &vn->gateway_table->routes)) {
		if (!prefix_is_default(&r->prefix))
			continue;
		diag_error(c->dg, vn->gateway_table_pos, -EINVAL, "gateway-table",
			   "the GatewaySubnet of '%s' cannot have a user route to %s; see %s:%u",
			   vn->o.name, PREFIX_STR(&r->prefix), r->pos.file, r->pos.line);
		diag_hint(c->dg, "list the intended prefixes instead of the default route");
	}
	check_table(c, vn, vn->gateway_table, vn->gateway_table_pos);
}

/* ---- Route Server and its appliances --------------------------------------------------------- */

static bool has_route_server(const struct check *c, const struct virtual_network *vn)
{
	return gateways_of(c, vn)->route_server.pos.line != 0;
}

static void check_speaker(struct check *c, const struct virtual_network *vn, const struct vm *vm)
{
	if (vm->announce.n && !vm->asn) {
		diag_error(c->dg, vm->announce.v[0].pos, -EINVAL, "missing-key",
			   "'%s' announces prefixes but has no 'asn'", vm->name);
		return;
	}
	if (!vm->asn)
		return;
	check_asn(c, vm->name, vm->asn, vm->asn_pos);
	if (has_route_server(c, vn) && vm->asn > UINT16_MAX) {
		diag_error(c->dg, vm->asn_pos, -EINVAL, "route-server",
			   "a Route Server accepts only 16-bit AS numbers: '%s' has %u", vm->name,
			   vm->asn);
		diag_hint(c->dg, "use an AS number up to %d", UINT16_MAX);
	} else if (!has_route_server(c, vn)) {
		diag_warn(c->dg, vm->asn_pos, "route-server",
			  "'%s' has no BGP peer: '%s' has no Route Server and uses no remote one",
			  vm->name, vn->o.name);
		diag_hint(c->dg, "write `gateways: { route-server: {} }` in %s", vn->o.name);
	}
	if (!vm->ip_forwarding) {
		diag_warn(c->dg, vm->asn_pos, "next-hop",
			  "'%s' announces itself as a next hop but does not forward", vm->name);
		diag_hint(c->dg, "write `ip-forwarding: true`");
	}
}

/* The default AS number of a VPN gateway is reserved by Azure, so it is not checked. */
static void check_vpn_gateway(struct check *c, const struct virtual_network *vn)
{
	const struct vpn_gateway *vpn = &vn->vpn_gateway;

	if (vpn->pos.line && vpn->asn != VPN_GATEWAY_ASN)
		check_asn(c, vn->o.name, vpn->asn, vpn->asn_pos);
}

/* Route exchange with a VPN gateway has conditions (Route Server with ExpressRoute and VPN). The AS
 * number is only a warning, because a published lab runs with another one. */
static void check_route_server(struct check *c, const struct virtual_network *vn)
{
	const struct vpn_gateway *vpn = &vn->vpn_gateway;

	if (!vn->route_server.branch_to_branch || !vpn->pos.line)
		return;
	if (vpn->asn != VPN_GATEWAY_ASN)
		diag_warn(c->dg, vpn->asn_pos, "route-server",
			  "branch-to-branch is documented for AS number %d at the VPN gateway of "
			  "'%s', not for %u",
			  VPN_GATEWAY_ASN, vn->o.name, vpn->asn);
	if (!vpn->active_active) {
		diag_error(c->dg, vpn->pos, -EINVAL, "route-server",
			   "branch-to-branch needs an active-active VPN gateway in '%s'",
			   vn->o.name);
		diag_hint(c->dg, "write `vpn: { active-active: true }`");
	}
}

static void check_machines(struct check *c, const network_list *list, const char *where)
{
	for (each(const struct network, n, list))
		for (each(const struct vm, vm, &n->vms))
			if (vm->ip_forwarding || vm->asn || vm->announce.n)
				diag_error(c->dg, vm->pos, -EINVAL, "conflict",
					   "'%s' cannot be an appliance: only a machine of a "
					   "virtual network can, and this machine belongs to %s",
					   vm->name, where);
}

/* ---- VPN connections ------------------------------------------------------------------------- */

static bool same_end(const struct vpn_end *a, const struct vpn_end *b)
{
	return a->site == b->site && a->network == b->network;
}

static void check_vpn_twice(struct check *c, size_t i)
{
	struct vpn_connection *const *all = c->m->vpn_connections.v;
	const struct vpn_connection *v = all[i];

	for (size_t k = 0; k < i; k++)
		for (int turn = 0; turn < 2; turn++)
			if (same_end(&all[k]->end[0], &v->end[turn]) &&
			    same_end(&all[k]->end[1], &v->end[!turn])) {
				diag_error(c->dg, v->o.pos, -EINVAL, "duplicate-join",
					   "'%s' joins the same two ends as '%s'; see %s:%u",
					   v->o.name, all[k]->o.name, all[k]->o.pos.file,
					   all[k]->o.pos.line);
				return;
			}
}

static void check_vpn_networks(struct check *c, const struct vpn_connection *v)
{
	const struct site *s = v->end[0].site ? v->end[0].site : v->end[1].site;

	for (each(const struct placed_prefix, p, &v->networks)) {
		bool known = false;

		for (each(const struct network, n, &s->networks))
			for (each(const struct placed_prefix, own, &n->prefixes))
				known = known || prefix_covers(&own->prefix, &p->prefix);
		for (each(const struct placed_prefix, own, &s->advertise))
			known = known || prefix_covers(&own->prefix, &p->prefix);
		if (!known)
			diag_warn(c->dg, p->pos, "vpn-networks",
				  "%s is not a network of '%s': no host behind the tunnel is in it",
				  PREFIX_STR(&p->prefix), s->o.name);
	}
}

/* Checks that the two ends differ, and that each is a site or has a VPN gateway. */
static bool check_vpn_ends(struct check *c, const struct vpn_connection *v)
{
	const struct vpn_end *a = &v->end[0], *b = &v->end[1];

	if (!a->network && !b->network) {
		diag_error(c->dg, b->pos, -EINVAL, "no-gateway",
			   "'%s' joins two sites: one end is a virtual network's VPN gateway",
			   v->o.name);
		return false;
	}
	if (same_end(a, b)) {
		diag_error(c->dg, b->pos, -EINVAL, "self-join", "'%s' joins '%s' with itself",
			   v->o.name, a->network->o.name);
		return false;
	}
	for (const struct vpn_end *end = a; end <= b; end++) {
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): an end is one of the two */
		if (end->site || end->network->vpn_gateway.pos.line)
			continue;
		diag_error(c->dg, end->pos, -EINVAL, "no-gateway", "'%s' has no VPN gateway",
			   end->network->o.name);
		diag_hint(c->dg, "write `gateways: { vpn: {} }` in %s", end->network->o.name);
		return false;
	}
	return true;
}

static uint32_t vpn_asn(const struct vpn_end *end)
{
	return end->site ? end->site->asn : end->network->vpn_gateway.asn;
}

static void check_vpn(struct check *c, size_t i)
{
	const struct vpn_connection *v = c->m->vpn_connections.v[i];
	const struct vpn_end *a = &v->end[0], *b = &v->end[1];
	bool is_to_site = a->site || b->site; /* check_sites() checks its AS number */

	if (!check_vpn_ends(c, v))
		return;
	check_vpn_twice(c, i);
	if (vpn_asn(a) == vpn_asn(b) && !(is_to_site && check_is_azures_asn(vpn_asn(a)))) {
		diag_error(c->dg, v->o.pos, -EINVAL, "vpn-asn",
			   "both ends of '%s' have AS number %u, so neither takes the other's "
			   "routes",
			   v->o.name, vpn_asn(a));
		diag_hint(c->dg, "give one VPN gateway an `asn` of its own");
	}
	if (!is_to_site && !v->rtt_ns)
		check_latency(c, v->o.pos, a->network->region, b->network->region);
	if (is_to_site && !v->rtt_ns) {
		diag_error(c->dg, v->o.pos, -EINVAL, "missing-key", "'%s' needs the key 'rtt'",
			   v->o.name);
		diag_hint(c->dg, "netemu cannot derive the distance to a site: write it, such as "
				 "`rtt: 30ms`");
	}
	if (v->is_static && !is_to_site)
		diag_error(c->dg, v->networks.n ? v->networks.v[0].pos : v->o.pos, -EINVAL,
			   "conflict",
			   "'networks' is only for a connection to a site: '%s' joins two virtual "
			   "networks",
			   v->o.name);
	else if (v->is_static)
		check_vpn_networks(c, v);
}

void check_appliances(struct check *c)
{
	for (each(struct route_table *, t, &c->m->route_tables))
		if ((*t)->routes.n > ROUTES_MAX)
			diag_error(c->dg, (*t)->o.pos, -E2BIG, "limit",
				   "'%s' has %zu routes: a route table takes %d", (*t)->o.name,
				   (*t)->routes.n, ROUTES_MAX);
	for (each(struct virtual_network *, it, &c->m->virtual_networks)) {
		const struct virtual_network *vn = *it;

		for (each(const struct network, n, &vn->subnets)) {
			bool first = n->route_table;

			for (const struct network *m = vn->subnets.v; m < n; m++)
				first = first && m->route_table != n->route_table;
			if (first) /* other subnets with this table have the same findings */
				check_table(c, vn, n->route_table, n->route_table_pos);
			for (each(const struct vm, vm, &n->vms))
				check_speaker(c, vn, vm);
		}
		if (vn->gateway_table)
			check_gateway_table(c, vn);
		check_vpn_gateway(c, vn);
		check_route_server(c, vn);
	}
	for (each(struct site *, s, &c->m->sites))
		check_machines(c, &(*s)->networks, "a site");
	for (each(struct private_cloud *, pc, &c->m->private_clouds))
		check_machines(c, &(*pc)->segments, "a private cloud");
	for (size_t i = 0; i < c->m->vpn_connections.n; i++)
		check_vpn(c, i);
}
