/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Networks and their hosts, within one object. */
#include "model/check.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/overlap.h"

enum {
	AZURE_RESERVED = 4, /* the network address, the router, two for DNS */
	AZURE_SMALLEST = 29,
	AZURE_IPV6 = 64,
};

/* Returns how many hosts a prefix has room for. */
static uint64_t host_room(const struct prefix *p, unsigned int reserved)
{
	uint64_t size = prefix_size(p), taken = reserved + (p->a.family == AF_INET);

	return size > taken ? size - taken : 0;
}

static void check_size(struct check *c, const struct network *n, const struct placed_prefix *p,
		       unsigned int reserved)
{
	uint64_t fit = host_room(&p->prefix, reserved);

	if (n->vms.n <= fit || (reserved == AZURE_RESERVED && fit == 0))
		return; /* too small for any host: check_subnet() reports it */
	diag_error(c->dg, p->pos, -EINVAL, "subnet",
		   "%s is too small: it has room for %llu of the %zu hosts of '%s'",
		   PREFIX_STR(&p->prefix), (unsigned long long)fit, n->vms.n, n->name);
	diag_hint(c->dg, "%u of its addresses are reserved",
		  reserved + (p->prefix.a.family == AF_INET));
}

/* Whether an address is reserved: the first few, and the last one of IPv4. */
static bool is_reserved(const struct prefix *p, const struct addr *a, unsigned int reserved)
{
	struct addr other;

	for (unsigned int i = 0; i < reserved && i < prefix_size(p); i++) {
		other = prefix_nth(p, i);
		if (addr_eq(a, &other))
			return true;
	}
	other = prefix_nth(p, prefix_size(p) - 1);
	return p->a.family == AF_INET && addr_eq(a, &other);
}

static void check_vm(struct check *c, const struct network *n, const struct vm *vm,
		     unsigned int reserved)
{
	for (each(struct placed_prefix, p, &n->prefixes)) {
		if (!prefix_has(&p->prefix, &vm->address))
			continue;
		if (is_reserved(&p->prefix, &vm->address, reserved)) {
			struct addr free_one = prefix_nth(&p->prefix, reserved);

			diag_error(c->dg, vm->pos, -EINVAL, "vm-address",
				   "%s of '%s' is not for hosts: it is reserved in %s",
				   ADDR_STR(&vm->address), vm->name, PREFIX_STR(&p->prefix));
			diag_hint(c->dg, "the first address for hosts is %s", ADDR_STR(&free_one));
		}
		return;
	}
	diag_error(c->dg, vm->pos, -EINVAL, "vm-address", "%s of '%s' is not an address of '%s'",
		   ADDR_STR(&vm->address), vm->name, n->name);
}

static int by_address(const void *a, const void *b)
{
	const struct vm *x = *(const struct vm *const *)a, *y = *(const struct vm *const *)b;
	int d = addr_cmp(&x->address, &y->address);

	return d ? d : (x->pos.line > y->pos.line) - (x->pos.line < y->pos.line);
}

/* Reports two hosts of one network with the same address. */
static void check_twins(struct check *c, const struct network *n)
{
	const struct vm **vms = xcalloc(n->vms.n, sizeof(struct vm *));
	size_t given = 0;

	for (each(struct vm, vm, &n->vms))
		if (vm->address.family)
			vms[given++] = vm;
	qsort(vms, given, sizeof(*vms), by_address);
	for (size_t i = 1; i < given; i++)
		if (addr_eq(&vms[i - 1]->address, &vms[i]->address))
			diag_error(c->dg, vms[i]->pos, -EINVAL, "vm-address",
				   "%s of '%s' is the address of '%s' already",
				   ADDR_STR(&vms[i]->address), vms[i]->name, vms[i - 1]->name);
	free(vms);
}

static bool parts_met(void *ctx, const struct claim *outer, const struct claim *inner)
{
	struct check *c = ctx;
	const struct claim *later = outer->order > inner->order ? outer : inner;
	const struct claim *earlier = later == outer ? inner : outer;

	diag_error(c->dg, later->pos, -EINVAL, "overlap", "%s overlaps %s",
		   claim_text(c->scratch, later), claim_text(c->scratch, earlier));
	return check_goes_on(c);
}

void check_parts(struct check *c, const struct object *o, const network_list *networks,
		 unsigned int reserved)
{
	struct claims claims = { 0 };

	for (each(struct network, n, networks)) {
		for (each(struct placed_prefix, p, &n->prefixes))
			check_size(c, n, p, reserved);
		for (each(struct vm, vm, &n->vms))
			if (vm->address.family)
				check_vm(c, n, vm, reserved);
		check_twins(c, n);
	}
	claims_add_networks(&claims, o->kind == OBJECT_SITE ? CLAIM_SITE : CLAIM_SUBNET, o,
			    networks);
	claims_meet(&claims, parts_met, c);
	claims_release(&claims);
}

/* ---- virtual networks ------------------------------------------------------------------------ */

static void check_subnet(struct check *c, const struct virtual_network *vn, const struct network *n,
			 const struct placed_prefix *p)
{
	bool inside = false;

	for (each(struct placed_prefix, space, &vn->address_space))
		inside |= prefix_covers(&space->prefix, &p->prefix);
	if (!inside)
		diag_error(c->dg, p->pos, -EINVAL, "subnet",
			   "'%s.%s' (%s) is outside the network's address space", vn->o.name,
			   n->name, PREFIX_STR(&p->prefix));
	if (p->prefix.a.family == AF_INET && p->prefix.len > AZURE_SMALLEST)
		diag_error(
			c->dg, p->pos, -EINVAL, "subnet",
			"the subnet %s is too small: Azure reserves five addresses in each subnet, "
			"so the smallest is a /%d",
			PREFIX_STR(&p->prefix), AZURE_SMALLEST);
	if (p->prefix.a.family == AF_INET6 && p->prefix.len != AZURE_IPV6)
		diag_error(c->dg, p->pos, -EINVAL, "subnet", "the IPv6 subnet %s is not a /%d",
			   PREFIX_STR(&p->prefix), AZURE_IPV6);
}

static void check_gateway_subnet(struct check *c, const struct virtual_network *vn)
{
	const struct placed_prefix *own = &vn->gateway_subnet;
	const struct network as_subnet = { .name = "GatewaySubnet", .pos = own->pos };

	if (!own->prefix.a.family)
		return;
	check_subnet(c, vn, &as_subnet, own);
	for (each(struct network, n, &vn->subnets))
		for (each(struct placed_prefix, p, &n->prefixes))
			if (prefix_overlaps(&p->prefix, &own->prefix))
				diag_error(c->dg, own->pos, -EINVAL, "overlap",
					   "the GatewaySubnet %s of '%s' overlaps its subnet "
					   "'%s' (%s)",
					   PREFIX_STR(&own->prefix), vn->o.name, n->name,
					   PREFIX_STR(&p->prefix));
}

void check_networks(struct check *c)
{
	for (each(struct virtual_network *, it, &c->m->virtual_networks)) {
		const struct virtual_network *vn = *it;
		struct claims claims = { 0 };

		claims_add_space(&claims, vn);
		claims_meet(&claims, parts_met, c);
		claims_release(&claims);
		for (each(struct network, n, &vn->subnets))
			for (each(struct placed_prefix, p, &n->prefixes))
				check_subnet(c, vn, n, p);
		check_gateway_subnet(c, vn);
		check_parts(c, &vn->o, &vn->subnets, AZURE_RESERVED);
	}
}
