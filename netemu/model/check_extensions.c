/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network extensions: their networks and clouds, and the names and addresses of moved machines. */
#include "model/check.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static const struct network *find_network(const struct site *s, const char *name)
{
	for (each(struct network, n, &s->networks))
		if (strcmp(n->name, name) == 0)
			return n;
	return NULL;
}

static void unknown_network(struct check *c, const struct site *s, const char *name, struct pos at)
{
	VEC(const char *) words = { 0 };
	const char *word;

	for (each(struct network, n, &s->networks))
		vec_push(c->scratch, &words, n->name);
	diag_error(c->dg, at, -EINVAL, "unknown-name", "'%s' has no network '%s'", s->o.name, name);
	word = text_nearest(name, words.v, words.n);
	if (word)
		diag_hint(c->dg, "did you mean '%s'?", word);
}

/* ---- names in the cloud ---------------------------------------------------------------------- */

static bool is_cloud_part(const char *name)
{
	static const char *const parts[] = { "t0",	"t1",	     "management",
					     "primary", "secondary", "vcenter",
					     "nsx",	"hcx",	     "hcx-uplink" };

	for (size_t i = 0; i < countof(parts); i++)
		if (strcmp(parts[i], name) == 0)
			return true;
	return false;
}

/* Finds a machine of the cloud with the same name, of a segment or an earlier extension. */
static const struct pos *find_namesake(const struct check *c, const struct network_extension *x,
				       const struct vm *moved)
{
	for (each(struct network, s, &x->cloud->segments))
		for (each(struct vm, vm, &s->vms))
			if (strcmp(vm->name, moved->name) == 0)
				return &vm->pos;
	for (each(struct network_extension *, it, &c->m->network_extensions)) {
		if ((*it)->cloud != x->cloud)
			continue;
		for (each(struct vm, vm, &(*it)->segment.vms)) {
			if (vm == moved)
				return NULL;
			if (strcmp(vm->name, moved->name) == 0)
				return &vm->pos;
		}
	}
	return NULL;
}

static void check_vm_name(struct check *c, const struct network_extension *x, const struct vm *vm)
{
	const struct pos *first = find_namesake(c, x, vm);

	if (is_cloud_part(vm->name))
		diag_error(c->dg, vm->pos, -EINVAL, "reserved-name",
			   "'%s' is the name of a part of '%s'", vm->name, x->cloud->o.name);
	else if (first)
		diag_error(c->dg, vm->pos, -EINVAL, "duplicate-name",
			   "'%s' has two hosts named '%s'; the first is at %s:%u", x->cloud->o.name,
			   vm->name, first->file, first->line);
}

static void check_segment_name(struct check *c, const struct network_extension *x)
{
	const char *name = x->segment.name;

	if (is_cloud_part(name))
		diag_error(c->dg, x->segment.pos, -EINVAL, "reserved-name",
			   "'%s' is the name of a part of '%s'", name, x->cloud->o.name);
	for (each(struct network, s, &x->cloud->segments)) {
		if (strcmp(s->name, name) != 0)
			continue;
		diag_error(c->dg, x->segment.pos, -EINVAL, "duplicate-name",
			   "'%s' has a segment of its own named '%s'; see %s:%u", x->cloud->o.name,
			   name, s->pos.file, s->pos.line);
		diag_hint(c->dg, "an extended segment has the site's prefix: give it another name");
	}
}

/* ---- addresses ------------------------------------------------------------------------------- */

/* Finds the host with the same address on the extended network, of the site or moved earlier. */
static const struct vm *find_bearer(const struct check *c, const struct network *net,
				    const struct vm *moved)
{
	for (each(struct vm, vm, &net->vms))
		if (vm->address.family && addr_eq(&vm->address, &moved->address))
			return vm;
	for (each(struct network_extension *, it, &c->m->network_extensions)) {
		if (model_extended(*it) != net)
			continue;
		for (each(struct vm, vm, &(*it)->segment.vms)) {
			if (vm == moved)
				return NULL;
			if (vm->address.family && addr_eq(&vm->address, &moved->address))
				return vm;
		}
	}
	return NULL;
}

static void check_vm_address(struct check *c, const struct network_extension *x,
			     const struct network *net, const struct vm *vm)
{
	const struct placed_prefix *of = NULL;
	const struct vm *bearer = find_bearer(c, net, vm);
	struct addr first, last;

	for (each(struct placed_prefix, p, &net->prefixes))
		if (prefix_has(&p->prefix, &vm->address))
			of = p;
	if (!of) {
		diag_error(c->dg, vm->pos, -EINVAL, "vm-address",
			   "%s of '%s' is not an address of '%s.%s', which it has moved from",
			   ADDR_STR(&vm->address), vm->name, x->site->o.name, net->name);
		return;
	}
	first = prefix_nth(&of->prefix, 1);
	last = prefix_nth(&of->prefix, prefix_size(&of->prefix) - 1);
	if (addr_eq(&vm->address, &of->prefix.a) || addr_eq(&vm->address, &first) ||
	    (of->prefix.a.family == AF_INET && addr_eq(&vm->address, &last)))
		diag_error(c->dg, vm->pos, -EINVAL, "vm-address",
			   "%s of '%s' is not for hosts: it is reserved in %s",
			   ADDR_STR(&vm->address), vm->name, PREFIX_STR(&of->prefix));
	else if (bearer)
		diag_error(c->dg, vm->pos, -EINVAL, "vm-address",
			   "%s of '%s' is the address of '%s' already", ADDR_STR(&vm->address),
			   vm->name, bearer->name);
}

/* ---- the extension itself -------------------------------------------------------------------- */

/* Reports at the first extension of the site that exceeds the limit. */
static void check_pairings(struct check *c, const struct network_extension *x)
{
	enum { PAIRINGS = 25 };
	struct network_extension *const *all = c->m->network_extensions.v;
	size_t sites = 0;

	for (size_t i = 0; i < c->m->network_extensions.n; i++) {
		bool known = false;

		if (all[i]->cloud != x->cloud)
			continue;
		for (size_t k = 0; k < i && !known; k++)
			known = all[k]->cloud == x->cloud && all[k]->site == all[i]->site;
		sites += !known;
		if (all[i] != x)
			continue;
		if (!known && sites == PAIRINGS + 1)
			diag_error(c->dg, x->o.pos, -EINVAL, "pairing-limit",
				   "'%s' has more than %d sites with extended networks",
				   x->cloud->o.name, PAIRINGS);
		return;
	}
}

static bool has_ipv4(const struct network *net)
{
	for (each(struct placed_prefix, p, &net->prefixes))
		if (p->prefix.a.family == AF_INET)
			return true;
	return false;
}

static void check_uplink(struct check *c, const struct network_extension *x,
			 const struct network *net)
{
	struct pos at = x->uplink.name ? x->uplink.pos : x->network_pos;

	if (x->uplink.name)
		net = find_network(x->site, x->uplink.name);
	if (!net) {
		unknown_network(c, x->site, x->uplink.name, at);
		return;
	}
	if (has_ipv4(net))
		return;
	diag_error(c->dg, at, -EINVAL, "families",
		   "the uplink of the appliance needs an IPv4 network, and '%s.%s' has none",
		   x->site->o.name, net->name);
	if (!x->uplink.name)
		diag_hint(c->dg, "name another network of the site as 'uplink'");
}

static const char *uplink_of(const struct network_extension *x)
{
	return x->uplink.name ? x->uplink.name : x->network;
}

/* All extensions between one site and one cloud share the appliances of the first of them. */
static void check_shared_uplink(struct check *c, const struct network_extension *x)
{
	const struct network_extension *first = NULL;

	for (each(struct network_extension *, it, &c->m->network_extensions))
		if (!first && (*it)->site == x->site && (*it)->cloud == x->cloud)
			first = *it;
	if (!first || !x->uplink.name || strcmp(x->uplink.name, uplink_of(first)) == 0)
		return;
	diag_error(c->dg, x->uplink.pos, -EINVAL, "conflict",
		   "'%s' shares the appliance of '%s', whose uplink is on '%s'; see "
		   "%s:%u",
		   x->o.name, first->o.name, uplink_of(first), first->o.pos.file,
		   first->o.pos.line);
}

static void check_extension_repeated(struct check *c, const struct network_extension *x)
{
	for (each(struct network_extension *, it, &c->m->network_extensions)) {
		const struct network_extension *first = *it;
		bool same_network = first->site == x->site &&
				    strcmp(first->network, x->network) == 0;
		bool same_segment = strcmp(first->segment.name, x->segment.name) == 0;

		if (first == x)
			return;
		if (first->cloud != x->cloud || (!same_network && !same_segment))
			continue;
		if (same_network)
			diag_error(c->dg, x->o.pos, -EINVAL, "duplicate-join",
				   "'%s' extends '%s.%s' to '%s', as '%s' already does; see %s:%u",
				   x->o.name, x->site->o.name, x->network, x->cloud->o.name,
				   first->o.name, first->o.pos.file, first->o.pos.line);
		else
			diag_error(c->dg, x->segment.pos, -EINVAL, "duplicate-name",
				   "'%s.%s' is already the segment of '%s'; see %s:%u",
				   x->cloud->o.name, x->segment.name, first->o.name,
				   first->o.pos.file, first->o.pos.line);
		return;
	}
}

static void check_optimized(struct check *c, const struct network_extension *x,
			    const struct placed_name *name)
{
	VEC(const char *) words = { 0 };
	const char *word;

	for (each(struct vm, vm, &x->segment.vms)) {
		if (strcmp(vm->name, name->name) == 0)
			return;
		vec_push(c->scratch, &words, vm->name);
	}
	diag_error(c->dg, name->pos, -EINVAL, "unknown-name", "'%s' is not a machine of '%s'",
		   name->name, x->o.name);
	word = text_nearest(name->name, words.v, words.n);
	if (word)
		diag_hint(c->dg, "did you mean '%s'?", word);
}

/* A cloud of generation 2 has no address block for the uplink of appliances, and no BGP to announce
 * moved machines. */
static void check_cloud_in_network(struct check *c, const struct network_extension *x)
{
	const struct network *uplink = model_hcx_uplink(x->cloud);

	if (!uplink || !uplink->routed || !has_ipv4(uplink)) {
		diag_error(c->dg, x->segment.pos, -EINVAL, "missing-key",
			   "'%s' is of generation 2 and has no segment 'hcx-uplink'",
			   x->cloud->o.name);
		diag_hint(c->dg,
			  "HCX needs an IPv4 network of its own there: `hcx-uplink: { prefix: "
			  "10.31.9.0/24, vms: [] }`");
	}
	if (model_is_optimized(x, NULL))
		diag_error(c->dg, x->segment.pos, -ENOTSUP, "not-supported",
			   "'mobility-optimized' in '%s', a cloud of generation 2, is not "
			   "supported yet",
			   x->cloud->o.name);
}

static void check_extension(struct check *c, const struct network_extension *x)
{
	const struct network *net = model_extended(x);

	if (!net) {
		unknown_network(c, x->site, x->network, x->network_pos);
		return;
	}
	if (x->cloud->generation == 2)
		check_cloud_in_network(c, x);
	check_extension_repeated(c, x);
	check_pairings(c, x);
	check_uplink(c, x, net);
	check_shared_uplink(c, x);
	check_segment_name(c, x);
	for (each(struct vm, vm, &x->segment.vms)) {
		check_vm_name(c, x, vm);
		if (vm->address.family)
			check_vm_address(c, x, net, vm);
	}
	for (each(struct placed_name, name, &x->optimized))
		check_optimized(c, x, name);
	if (x->policy_routes_pos.line && !model_is_optimized(x, NULL)) {
		diag_warn(c->dg, x->policy_routes_pos, "conflict",
			  "'policy-routes' of '%s' have no effect: the gateway of its machines is "
			  "on-premises",
			  x->o.name);
		diag_hint(c->dg, "with `mobility-optimized: true` the gateway is in the cloud");
	}
}

void check_extensions(struct check *c)
{
	for (each(struct network_extension *, x, &c->m->network_extensions))
		check_extension(c, *x);
}
