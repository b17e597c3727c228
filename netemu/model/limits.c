/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits of the services: circuits of a gateway, links of a circuit, peerings of a network. */
#include "model/check.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "net/units.h"

#define GBPS UINT64_C(1000000000)

/* ExpressRoute gateways: their rate and number of circuits. The file does not give the scale
 * units of a scalable gateway: it counts as one of ten units. */
static const struct gateway_size sizes[] = {
	{ "ErGw1Az", GBPS, 4, 4000, false },
	{ "ErGw2Az", 2 * GBPS, 8, 9500, false },
	{ "ErGw3Az", 10 * GBPS, 16, 9500, true },
	{ "ErGwScale", 10 * GBPS, 16, 9500, true },
	{ "Standard", GBPS, 4, 4000, false },
	{ "HighPerformance", 2 * GBPS, 8, 9500, false },
	{ "UltraPerformance", 10 * GBPS, 16, 9500, true },
};

const struct gateway_size *model_gateway_size(const char *sku)
{
	for (size_t i = 0; sku && i < countof(sizes); i++)
		if (strcmp(sizes[i].sku, sku) == 0)
			return &sizes[i];
	return NULL;
}

/* ---- links of a circuit: gateway connections and Global Reach share one budget --------------- */

static uint32_t link_budget(const struct circuit *c)
{
	static const struct {
		uint64_t up_to;
		uint32_t links;
	} premium[] = { { GBPS / 20, 20 }, { GBPS / 5, 25 }, { GBPS / 2, 40 },
			{ GBPS, 50 },	   { 2 * GBPS, 60 }, { 5 * GBPS, 75 } };

	if (c->sku != CIRCUIT_PREMIUM)
		return 10;
	for (size_t i = 0; i < countof(premium) && c->bandwidth_bps; i++)
		if (c->bandwidth_bps <= premium[i].up_to)
			return premium[i].links;
	return 100;
}

struct link_tally { /* of one circuit */
	const struct circuit *circuit;
	uint32_t n;
};
typedef VEC(struct link_tally) tally_list;

static void count_link(struct check *c, tally_list *list, const struct circuit *circuit,
		       const struct object *by)
{
	struct link_tally *t = NULL;

	for (each(struct link_tally, old, list))
		if (old->circuit == circuit)
			t = old;
	if (!t) {
		t = vec_add(c->scratch, list);
		t->circuit = circuit;
	}
	if (++t->n != link_budget(circuit) + 1)
		return;
	diag_error(c->dg, by->pos, -EINVAL, "link-budget",
		   "'%s' is one link too many for the circuit of '%s': the limit is %u gateway and "
		   "Global Reach connections together",
		   by->name, circuit->o.name, link_budget(circuit));
	diag_hint(c->dg, circuit->sku == CIRCUIT_PREMIUM
				 ? "a Premium circuit of a higher bandwidth takes more"
				 : "a Premium circuit takes more, depending on its bandwidth");
}

/* ---- circuits of a gateway ------------------------------------------------------------------- */

enum { CIRCUITS_OF_A_LOCATION = 4 };

static void count_circuits(struct check *c, size_t i)
{
	const struct gateway_connection *gc = c->m->gateway_connections.v[i];
	const struct gateway_size *size = model_gateway_size(gc->network->er_gateway.sku);
	const char *place = gc->circuit->peering_location;
	uint32_t all = 1, there = 1;

	for (size_t k = 0; k < i; k++) {
		const struct gateway_connection *other = c->m->gateway_connections.v[k];
		const char *theirs = other->circuit->peering_location;

		if (other->network != gc->network)
			continue;
		all++;
		there += place && theirs && strcasecmp(place, theirs) == 0;
	}
	if (size && all == size->circuits + 1) {
		diag_error(c->dg, gc->o.pos, -EINVAL, "circuit-limit",
			   "'%s' is one circuit too many for the gateway of '%s': %s takes %u",
			   gc->o.name, gc->network->o.name, size->sku, size->circuits);
		diag_hint(c->dg, size->circuits < 16
					 ? "a larger gateway takes more, up to 16"
					 : "join private clouds with Interconnect or Global Reach");
	}
	if (there == CIRCUITS_OF_A_LOCATION + 1)
		diag_error(c->dg, gc->o.pos, -EINVAL, "circuit-limit",
			   "'%s' is one circuit too many of %s: a virtual network takes %d of one "
			   "peering location",
			   gc->o.name, place, CIRCUITS_OF_A_LOCATION);
}

/* ---- FastPath -------------------------------------------------------------------------------- */

static void check_fastpath(struct check *c, const struct virtual_network *vn, bool wanted,
			   struct pos at)
{
	const struct gateway_size *size = model_gateway_size(vn->er_gateway.sku);

	if (!wanted || !size || size->fastpath)
		return;
	diag_error(c->dg, at, -EINVAL, "sku",
		   "the gateway of '%s' has the SKU %s, which has no FastPath", vn->o.name,
		   size->sku);
	diag_hint(c->dg, "write `sku: ErGw3Az`");
}

/* ---- bandwidths ------------------------------------------------------------------------------ */

static void check_bandwidth(struct check *c, const struct circuit *circuit)
{
	static const uint64_t sold_mbps[] = { 50,   100,  200,	 500,	1000,
					      2000, 5000, 10000, 40000, 100000 };

	if (!circuit->bandwidth_bps)
		return;
	for (size_t i = 0; i < countof(sold_mbps); i++)
		if (circuit->bandwidth_bps == sold_mbps[i] * 1000000)
			return;
	diag_warn(c->dg, circuit->o.pos, "bandwidth", "a circuit of %s is not sold ('%s')",
		  RATE_STR(circuit->bandwidth_bps), circuit->o.name);
	diag_hint(c->dg,
		  "circuits have 50, 100, 200, 500 Mbps, 1, 2, 5, 10 Gbps, and with ExpressRoute "
		  "Direct 40 and 100 Gbps");
}

/* ---- peerings of a network ------------------------------------------------------------------- */

enum { PEERINGS = 500 };

static void count_peerings(struct check *c, const struct virtual_network *vn)
{
	size_t n = 0;

	for (each(struct peering *, p, &c->m->peerings))
		for (int i = 0; i < 2; i++)
			if ((*p)->half[i].network == vn && ++n == PEERINGS + 1)
				diag_error(c->dg, (*p)->o.pos, -EINVAL, "peering-limit",
					   "'%s' is one peering too many of '%s': a virtual "
					   "network has %d at most",
					   (*p)->o.name, vn->o.name, PEERINGS);
}

void check_limits(struct check *c)
{
	tally_list links = { 0 };

	for (size_t i = 0; i < c->m->gateway_connections.n; i++) {
		const struct gateway_connection *gc = c->m->gateway_connections.v[i];

		count_link(c, &links, gc->circuit, &gc->o);
		if (!gc->network->er_gateway.pos.line)
			continue;
		count_circuits(c, i);
		check_fastpath(c, gc->network, gc->fastpath, gc->fastpath_pos);
	}
	for (each(struct circuit_join *, join, &c->m->global_reach))
		for (int i = 0; i < 2; i++)
			count_link(c, &links, (*join)->end[i], &(*join)->o);
	for (each(struct virtual_network *, vn, &c->m->virtual_networks)) {
		check_fastpath(c, *vn, (*vn)->er_gateway.fastpath, (*vn)->er_gateway.pos);
		count_peerings(c, *vn);
	}
	for (each(struct circuit *, circuit, &c->m->circuits))
		check_bandwidth(c, *circuit);
}
