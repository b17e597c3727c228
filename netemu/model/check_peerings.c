/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Virtual network peering. */
#include "model/check.h"

#include <errno.h>

#include "base/map.h"
#include "model/overlap.h"

static bool same_halves(const struct peering *a, const struct peering *b)
{
	const struct virtual_network *x = b->half[0].network, *y = b->half[1].network;

	return (a->half[0].network == x && a->half[1].network == y) ||
	       (a->half[0].network == y && a->half[1].network == x);
}

static bool check_peering_pair(struct check *c, size_t i)
{
	struct peering *const *all = c->m->peerings.v;
	const struct peering_half *half = all[i]->half;

	if (half[0].network == half[1].network) {
		diag_error(c->dg, half[1].pos, -EINVAL, "self-join", "'%s' joins '%s' with itself",
			   all[i]->o.name, half[0].network->o.name);
		return false;
	}
	for (size_t k = 0; k < i; k++) {
		if (!same_halves(all[k], all[i]))
			continue;
		diag_error(c->dg, all[i]->o.pos, -EINVAL, "duplicate-join",
			   "'%s' joins '%s' and '%s', as '%s' already does; see %s:%u",
			   all[i]->o.name, half[0].network->o.name, half[1].network->o.name,
			   all[k]->o.name, all[k]->o.pos.file, all[k]->o.pos.line);
		return false;
	}
	return true;
}

struct peering_overlap {
	struct check *c;
	const struct peering *p;
};

static bool spaces_met(void *ctx, const struct claim *outer, const struct claim *inner)
{
	const struct peering_overlap *meeting = ctx;
	struct check *c = meeting->c;
	bool turn = outer->owner != &meeting->p->half[0].network->o;

	if (outer->owner != inner->owner)
		diag_error(c->dg, meeting->p->o.pos, -EINVAL, "overlap",
			   "%s overlaps %s: such networks cannot be peered",
			   claim_text(c->scratch, turn ? inner : outer),
			   claim_text(c->scratch, turn ? outer : inner));
	return check_goes_on(c);
}

static void check_spaces(struct check *c, const struct peering *p)
{
	struct claims claims = { 0 };
	struct peering_overlap meeting = { c, p };

	claims_add_space(&claims, p->half[0].network);
	claims_add_space(&claims, p->half[1].network);
	claims_meet(&claims, spaces_met, &meeting);
	claims_release(&claims);
}

static bool network_has_gateway(const struct virtual_network *vn)
{
	return vn->er_gateway.pos.line || vn->vpn_gateway.pos.line || vn->route_server.pos.line;
}

/* `ours` uses the other network's gateway. */
static void check_remote_gateway(struct check *c, const struct peering_half *ours,
				 const struct peering_half *theirs, struct map *users)
{
	const struct virtual_network *us = ours->network, *them = theirs->network;
	const struct peering_half *first = map_add(users, us->o.name, (void *)(uintptr_t)ours);

	if (first) {
		diag_error(c->dg, ours->use_remote_gateways_pos, -EINVAL, "gateway-transit",
			   "'%s' uses a remote gateway already; see %s:%u", us->o.name,
			   first->use_remote_gateways_pos.file,
			   first->use_remote_gateways_pos.line);
		diag_hint(c->dg, "one peering of a network may use remote gateways");
	}
	if (network_has_gateway(us)) {
		diag_error(c->dg, ours->use_remote_gateways_pos, -EINVAL, "gateway-transit",
			   "'%s' has a gateway of its own and cannot use that of '%s'", us->o.name,
			   them->o.name);
		diag_hint(c->dg, "remove one of the two");
	}
	if (!network_has_gateway(them)) {
		diag_error(c->dg, ours->use_remote_gateways_pos, -EINVAL, "gateway-transit",
			   "'%s' cannot use the gateway of '%s': there is none", us->o.name,
			   them->o.name);
		diag_hint(c->dg, "write `gateways: { expressroute: {} }` in %s", them->o.name);
	} else if (!theirs->allow_gateway_transit) { /* an absent half allows nothing */
		diag_error(c->dg, ours->use_remote_gateways_pos, -EINVAL, "gateway-transit",
			   "'%s' cannot use the gateway of '%s', whose half does not allow it",
			   us->o.name, them->o.name);
		diag_hint(c->dg, "write `%s: { allow-gateway-transit: true }`", them->o.name);
	}
}

void check_peerings(struct check *c)
{
	struct map *users = map_new();

	for (size_t i = 0; i < c->m->peerings.n; i++) {
		const struct peering *p = c->m->peerings.v[i];

		if (!check_peering_pair(c, i))
			continue;
		check_spaces(c, p);
		for (int k = 0; k < 2; k++)
			if (p->half[k].exists && p->half[k].use_remote_gateways)
				check_remote_gateway(c, &p->half[k], &p->half[1 - k], users);
		if (!p->rtt_ns)
			check_latency(c, p->o.pos, p->half[0].network->region,
				      p->half[1].network->region);
	}
	map_free(users);
}
