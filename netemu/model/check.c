/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/check.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"

void check_latency(struct check *c, struct pos at, const char *a, const char *b)
{
	uint64_t rtt;

	if (model_region_rtt(c->m, a, b, &rtt))
		return;
	diag_error(c->dg, at, -EINVAL, "no-latency",
		   "the round trip between the regions '%s' and '%s' is not known", a, b);
	diag_hint(c->dg, "write it under 'latency', as `%s..%s: 20ms`", a, b);
}

/* ---- AS numbers ------------------------------------------------------------------------------ */

struct asn_range {
	uint32_t first, last;
};

static const struct asn_range azure_asns[] = {
	{ 8074, 8075 }, { 12076, 12076 }, { 65515, 65515 }, { 65517, 65520 }
};

/* Azure VMware Solution reserves these. The service does not refuse them: private clouds are
 * known to run with customers that have such numbers. */
static const struct asn_range avs_asns[] = {
	{ 64513, 64513 },   { 64600, 64940 },	{ 65000, 65412 },
	{ 398656, 398670 }, { 400572, 400581 },
};

static bool in_ranges(const struct asn_range *ranges, size_t n, uint32_t asn)
{
	for (size_t i = 0; i < n; i++)
		if (asn >= ranges[i].first && asn <= ranges[i].last)
			return true;
	return false;
}

bool check_is_azures_asn(uint32_t asn)
{
	return in_ranges(azure_asns, countof(azure_asns), asn);
}

/* Checks the BGP speaker at a circuit's customer end. AVS's numbers matter only if the file has
 * AVS. */
void check_asn(struct check *c, const char *name, uint32_t asn, struct pos at)
{
	if (check_is_azures_asn(asn))
		diag_error(c->dg, at, -EINVAL, "reserved-asn",
			   "AS number %u of '%s' is reserved by Azure", asn, name);
	else if (c->m->private_clouds.n && in_ranges(avs_asns, countof(avs_asns), asn))
		diag_warn(c->dg, at, "reserved-asn",
			  "AS number %u of '%s' is reserved by Azure VMware Solution: the service "
			  "accepts it, but does not support it",
			  asn, name);
	else
		return;
	diag_hint(c->dg, "free for private use: 64512, 64514-64599, 64941-64999, 65413-65514");
}

static void check_cloud_asn(struct check *c, const struct private_cloud *pc)
{
	enum { FIRST = PRIVATE_CLOUD_ASN, LAST = 398670 };

	if (pc->asn >= FIRST && pc->asn <= LAST)
		return;
	diag_error(c->dg, pc->asn_pos, -EINVAL, "reserved-asn",
		   "a private cloud cannot have AS number %u", pc->asn);
	diag_hint(c->dg, "private clouds have %d to %d", FIRST, LAST);
}

/* ---- private clouds -------------------------------------------------------------------------- */

static void check_block(struct check *c, const struct private_cloud *pc)
{
	static const char *const private_space[] = { "10.0.0.0/8", "172.16.0.0/12",
						     "192.168.0.0/16" };
	const struct prefix *block = &pc->block.prefix, docker = prefix_lit("172.17.0.0/16");
	bool private = false;

	for (size_t i = 0; i < countof(private_space); i++) {
		struct prefix space = prefix_lit(private_space[i]);

		private |= prefix_covers(&space, block);
	}
	if (!private)
		diag_error(
			c->dg, pc->block.pos, -EINVAL, "address-block",
			"the address block %s is not in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16",
			PREFIX_STR(block));
	else if (prefix_overlaps(block, &docker))
		diag_error(c->dg, pc->block.pos, -EINVAL, "address-block",
			   "the address block %s overlaps 172.17.0.0/16, which private clouds use",
			   PREFIX_STR(block));
	else if (block->len > 22)
		diag_error(c->dg, pc->block.pos, -EINVAL, "address-block",
			   "the address block %s is too small: a private cloud needs a /22",
			   PREFIX_STR(block));
}

/* Checks a segment against the prefixes that NSX uses inside every private cloud. */
static void check_inner_space(struct check *c, const struct private_cloud *pc,
			      const struct placed_prefix *p)
{
	/* Generation 2 uses the last one for its management. */
	static const char *const inner[] = { "169.254.0.0/24", "169.254.2.0/23", "100.64.0.0/16",
					     "100.73.0.0/16" };

	for (size_t i = 0; i < countof(inner) - (pc->generation == 1); i++) {
		struct prefix space = prefix_lit(inner[i]);

		if (prefix_overlaps(&space, &p->prefix))
			diag_error(c->dg, p->pos, -EINVAL, "reserved-prefix",
				   "%s overlaps %s, which NSX uses inside '%s'",
				   PREFIX_STR(&p->prefix), inner[i], pc->o.name);
	}
}

static void check_clouds(struct check *c)
{
	for (each(struct private_cloud *, it, &c->m->private_clouds)) {
		const struct private_cloud *pc = *it;

		check_block(c, pc);
		check_cloud_asn(c, pc);
		check_parts(c, &pc->o, &pc->segments, 2);
		for (each(struct network, n, &pc->segments))
			for (each(struct placed_prefix, p, &n->prefixes))
				check_inner_space(c, pc, p);
	}
}

/* ---- sites and circuits ---------------------------------------------------------------------- */

static void check_preferences(struct check *c, const struct site *s)
{
	for (each(struct preference, p, &s->preferences)) {
		if (p->circuit && p->circuit->site != s)
			diag_error(c->dg, p->pos, -EINVAL, "conflict",
				   "'%s' cannot prefer '%s': that circuit does not end there",
				   s->o.name, p->circuit->o.name);
		if (p->vpn && p->vpn->end[0].site != s && p->vpn->end[1].site != s)
			diag_error(c->dg, p->pos, -EINVAL, "conflict",
				   "'%s' cannot prefer '%s': that connection does not end there",
				   s->o.name, p->vpn->o.name);
	}
}

static void check_circuit(struct check *c, const struct circuit *circuit)
{
	const struct router *router = circuit->router;

	if (!router)
		return;
	if (router->asn) {
		check_asn(c, router->o.name, router->asn, router->asn_pos);
		return;
	}
	diag_error(c->dg, router->o.pos, -EINVAL, "missing-key", "'%s' has no 'asn'",
		   router->o.name);
	diag_hint(c->dg, "the circuit '%s' ends at this router and needs BGP", circuit->o.name);
}

static void check_sites(struct check *c)
{
	for (each(struct site *, s, &c->m->sites)) {
		check_asn(c, (*s)->o.name, (*s)->asn, (*s)->asn_pos);
		check_parts(c, &(*s)->o, &(*s)->networks, 2);
		check_preferences(c, *s);
	}
	for (each(struct circuit *, circuit, &c->m->circuits))
		check_circuit(c, *circuit);
}

/* ---- plain parts ----------------------------------------------------------------------------- */

static void check_host_gateway(struct check *c, const struct host *h, int i)
{
	const struct addr *gateway = &h->gateway[i];

	if (!gateway->family)
		return;
	for (each(struct placed_prefix, p, &h->addresses))
		if (prefix_has(&p->prefix, gateway) && !addr_eq(&p->prefix.a, gateway))
			return;
	diag_error(c->dg, h->gateway_pos[i], -EINVAL, "bad-address",
		   "the gateway %s is not a neighbour of '%s'", ADDR_STR(gateway), h->o.name);
	diag_hint(c->dg, "a gateway has another address in the host's own network");
}

static void check_plain(struct check *c)
{
	for (each(struct host *, h, &c->m->hosts)) {
		check_host_gateway(c, *h, 0);
		check_host_gateway(c, *h, 1);
	}
	for (each(struct link *, l, &c->m->links))
		if (strcmp((*l)->between[0].name, (*l)->between[1].name) == 0)
			diag_error(c->dg, (*l)->between[1].pos, -EINVAL, "self-join",
				   "the link '%s' joins '%s' with itself", (*l)->o.name,
				   (*l)->between[1].name);
}

int model_check(const struct model *m, struct diag *dg)
{
	struct check c = { .m = m, .dg = dg, .scratch = arena_new() };
	size_t before = diag_errors(dg);

	check_regions(&c);
	check_clouds(&c);
	check_networks(&c);
	check_sites(&c);
	check_joins(&c);
	check_gateway_connections(&c);
	check_peerings(&c);
	check_appliances(&c);
	check_generations(&c);
	check_limits(&c);
	check_internet(&c);
	check_plain(&c);
	check_extensions(&c);
	check_authorizations(&c);
	check_addresses(&c);
	arena_free(c.scratch);
	return diag_errors(dg) > before ? -EINVAL : 0;
}
