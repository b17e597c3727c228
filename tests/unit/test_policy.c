/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of rules, row by row: export, import, preference. */
#include "pieces.h"
#include "world.h"

#include "base/own.h"
#include "routing/paths.h"

/* ---- export ---- */

static void clouds_and_regions_are_no_transit_between_their_edge_routers(void **state)
{
	own_world w = world_open(HEAD "sites:\n" SITE(
		"dc1", "64512", "192.168.1.0/24",
		"") "circuits: { er: { site: dc1, region: westeurope } }\n"
		    "private-clouds:\n" CLOUD(
			    "a", "10.10",
			    "") "cloudsimple-regions: { cs: { region: westeurope, private-clouds:"
				" { cs1: { segments: { s: 10.70.1.0/24 } } } } }\n"
				"global-reach: { g: [er, a], h: [er, cs] }\n");

	(void)state;
	assert_rib(&w, "a.secondary", "192.168.1.0/24", "er.secondary 64512");
	assert_rib(&w, "cs.secondary", "192.168.1.0/24", "er.secondary 64512");
}

static void nothing_goes_back_to_where_it_came_from(void **state)
{
	own_world w = world_open(
		HEAD "sites:\n" SITE("dc1", "64512", "192.168.1.0/24",
				     "") "circuits: { er: { site: dc1, region: westeurope } }\n");

	(void)state;
	assert_rib(&w, "dc1.ce", "192.168.1.0/24", "own");
}

static void a_provider_s_router_gets_paths_without_private_numbers(void **state)
{
	own_world w = world_open(
		HEAD "routers: { prov: { asn: 3320 } }\n"
		     "circuits: { er: { router: prov, region: westeurope } }\n"
		     "virtual-networks:\n" HUB(
			     "hub", "10.1",
			     "{}") "gateway-connections: { c: { gateway: hub, circuit: er } }\n");

	(void)state;
	assert_rib(&w, "er.primary", "10.1.0.0/16", "hub.er-gateway 65515");
	assert_rib(&w, "prov", "10.1.0.0/16", "er.primary 12076, er.secondary 12076");
}

/* ---- import ---- */

/* The edge routers of er2 have the site's own network by Global Reach from er1, and prefer that. */
#define ROUND(asn)                                                                                 \
	HEAD "sites:\n" SITE("dc1", asn, "192.168.1.0/24",                                         \
			     "") "circuits:\n"                                                     \
				 "  er1: { site: dc1, region: westeurope, peering-location: A }\n" \
				 "  er2: { site: dc1, region: westeurope, peering-location: B,"    \
				 " as-path-prepend: { primary: 2, secondary: 2 } }\n"              \
				 "global-reach: { g: [er1, er2] }\n"

static void a_ce_refuses_its_own_as_where_the_path_still_has_it(void **state)
{
	own_world open = world_open(ROUND("3320")), hidden = world_open(ROUND("64512"));

	(void)state;
	assert_rib(&open, "er2.primary", "192.168.1.0/24",
		   "er1.primary 3320, (dc1.ce 3320 3320 3320)");
	assert_rib(&open, "dc1.ce", "192.168.1.0/24", "own");
	assert_rib(&hidden, "dc1.ce", "192.168.1.0/24",
		   "own, (er2.primary 12076), (er2.secondary 12076)");
}

#define TWO_HUBS(asn)                                                                              \
	HEAD "sites:\n" SITE(                                                                      \
		"dc1", "64512", "192.168.1.0/24",                                                  \
		", transit: true") "virtual-networks:\n" NETWORK("n", "10.1",                      \
								 ", gateways: { vpn: {} }")        \
		NETWORK("m", "10.2",                                                               \
			", gateways: { vpn: {" asn                                                 \
			"} }") "vpn-connections: { v: { between: [dc1, n], rtt: 9ms },"            \
			       " w: { between: [dc1, m], rtt: 9ms } }\n"

static void vpn_gateways_of_one_as_refuse_each_other_s_networks(void **state)
{
	own_world same = world_open(TWO_HUBS("")), other = world_open(TWO_HUBS(" asn: 64514 "));

	(void)state;
	assert_rib(&same, "dc1.ce", "10.1.0.0/16", "n.vpn-gateway 65515");
	assert_rib(&same, "m.vpn-gateway", "10.1.0.0/16", "");
	assert_rib(&other, "m.vpn-gateway", "10.1.0.0/16", "dc1.ce 64512 65515");
}

/* A route of n's gateway returns to it through the appliances, m's gateway and the cloud's circuit;
 * the appliances have removed the AS number that would show it. */
static void a_gateway_refuses_what_went_through_it_before(void **state)
{
#define BETWEEN(net, fw, asn)                                                                      \
	"{ region: westeurope, address-space: " net ".0.0/16,"                                     \
	" gateways: { expressroute: {}, route-server: { branch-to-branch: true } },"               \
	" subnets: { nva: { prefix: " net ".2.0/24, vms: { " fw ":"                                \
	" { ip-forwarding: true, transit: true, asn: " asn " } } } } }\n"
	own_world w = world_open(HEAD "sites:\n" SITE(
		"dc1", "64512", "192.168.1.0/24",
		"") "circuits: { er: { site: dc1, region: westeurope } }\n"
		    "private-clouds:\n" CLOUD(
			    "a", "10.10",
			    "") "virtual-networks:\n"
				"  n: " BETWEEN("10.1", "fw1", "64599") "  m: " BETWEEN(
					"10.2", "fw2",
					"64598") "gateway-connections: { h1: { gateway: n, circuit: er },"
						 " h2: { gateway: m, circuit: a },"
						 " h3: { gateway: n, circuit: a } }\n"
						 "links: { tunnel: { between: [n.fw1, m.fw2], delay: 1ms, bgp: true } }\n");

	(void)state;
	assert_rib(&w, "m.er-gateway", "192.168.1.0/24", "m.fw2 64598 64599 64512");
	assert_rib(&w, "n.er-gateway", "192.168.1.0/24",
		   "er.primary 12076 64512, er.secondary 12076 64512");
}

static void a_cloud_takes_no_aggregates_of_bogons(void **state)
{
	static const char *const refused[] = { "0.0.0.0/1",   "128.0.0.0/1",   "0.0.0.0/5",
					       "192.0.0.0/3", "100.64.0.0/10", "100.96.0.0/11" };
	static const char *const taken[] = { "0.0.0.0/2", "64.0.0.0/2", "100.0.0.0/8",
					     "10.0.0.0/8" };
	own_world w = world_open(HEAD "sites:\n" SITE(
		"dc1", "64512", "192.168.1.0/24",
		", advertise: [0.0.0.0/1, 128.0.0.0/1, 0.0.0.0/5, 192.0.0.0/3, 100.64.0.0/10,"
		" 100.96.0.0/11, 0.0.0.0/2, 64.0.0.0/2, 100.0.0.0/8, 10.0.0.0/8]") "circuits: { er: { site: dc1, region: westeurope } }\n"
										   "private-clouds:\n" CLOUD(
											   "a",
											   "10.10",
											   "") "global-reach: { g: [er, a] }\n");

	(void)state;
	for (size_t i = 0; i < countof(refused); i++) {
		assert_rib(&w, "a.primary", refused[i], "er.primary 64512");
		assert_rib(&w, "a.t0", refused[i], "");
		assert_rib(&w, "a.management", refused[i], "");
	}
	for (size_t i = 0; i < countof(taken); i++) {
		assert_rib(&w, "a.t0", taken[i], "a.primary 12076 64512, a.secondary 12076 64512");
		assert_rib(&w, "a.management", taken[i],
			   "a.primary 12076 64512, a.secondary 12076 64512");
	}
}

/* `n` networks of IPv6 at a site and as many address spaces, beside 10.0.0.0/8 and 10.1.0.0/16. */
static void assert_six(unsigned int site, unsigned int spaces, const char *at_hub,
		       const char *at_ce)
{
	own_text t = { 0 };
	own_world w = { 0 };

	text_add(&t, HEAD "sites: { dc1: { asn: 64512, networks: { lan: 192.168.1.0/24 },"
			  " advertise: [10.0.0.0/8");
	for (unsigned int i = 0; i < site; i++)
		text_printf(&t, ", 'fd00:a:0:%x::/64'", i);
	text_add(&t, "] } }\ncircuits: { er: { site: dc1, region: westeurope, sku: premium } }\n"
		     "virtual-networks: { hub: { region: westeurope,"
		     " gateways: { expressroute: {} },"
		     " subnets: { vm: 10.1.1.0/24 }, address-space: [10.1.0.0/16");
	for (unsigned int i = 0; i < spaces; i++)
		text_printf(&t, ", 'fd00:b:0:%x::/64'", i);
	text_add(&t, "] } }\ngateway-connections: { c: { gateway: hub, circuit: er } }\n");
	w = world_open(text_str(&t));
	assert_rib(&w, "hub.er-gateway", "10.0.0.0/8", at_hub);
	assert_rib(&w, "dc1.ce", "10.1.0.0/16", at_ce);
}

static void a_circuit_takes_100_prefixes_of_ipv6_from_either_side(void **state)
{
	static const char site[] = "er.primary 12076 64512, er.secondary 12076 64512";
	static const char network[] = "er.primary 12076, er.secondary 12076";

	(void)state;
	assert_six(100, 100, site, network);
	assert_six(101, 100, "", "");
	assert_six(100, 101, "", "");
}

static void a_link_carries_the_families_that_it_has_addresses_of(void **state)
{
	static const char *const links[] = { "prefix: 172.16.0.0/31", "mtu: 1279",
					     "prefix: 'fd00:c::/127'", "mtu: 1280" };

	(void)state;
	for (size_t i = 0; i < countof(links); i++) {
		own_free char *yaml = xasprintf(
			HEAD "routers: { r1: { asn: 64512 }, r2: { asn: 64514 } }\n"
			     "hosts: { h1: [10.9.0.10/24, 'fd00:9::10/64'],"
			     " h2: [10.9.1.10/24, 'fd00:9:1::10/64'] }\n"
			     "links: { a: { between: [h1, r1] }, c: { between: [r2, h2] },"
			     " b: { between: [r1, r2], bgp: true, %s } }\n",
			links[i]);
		own_world w = world_open(yaml);

		assert_rib(&w, "r1", "10.9.1.0/24", i == 2 ? "" : "r2 64514");
		assert_rib(&w, "r1", "fd00:9:1::/64", i < 2 ? "" : "r2 64514");
		if (i == 0)
			assert_path(&w, "r1", "h2", "r1 > r2 > h2 = 0ms");
	}
}

static void no_link_is_too_narrow_for_the_addresses_of_a_host(void **state)
{
	own_world w = world_try(HEAD "routers: { r: {} }\n"
				     "hosts: { h: [10.9.0.10/24, 'fd00:9::10/64'] }\n"
				     "links: { a: { between: [h, r], mtu: 1279 } }\n");
	own_text t = { 0 };

	(void)state;
	world_findings(&w, &t);
	assert_string_equal(text_str(&t),
			    "5:10: error: an MTU of 1279 is too small for IPv6, which needs 1280: "
			    "'h' has fd00:9::10 [bad-number]\n");
}

/* ---- preference ---- */

struct offered {
	const char *path; /* "12076 64512" */
	uint32_t local_pref;
	uint16_t weight;
	bool internal, managed, own;
};

static struct route route_of(struct path_pool *pool, const struct offered *o)
{
	static const struct route told = { .session = 0 };
	const struct as_path *p = path_empty(pool);
	uint32_t asn[16];
	size_t n = 0;

	for (char *at = (char *)(uintptr_t)o->path; *at;)
		asn[n++] = (uint32_t)strtoul(at, &at, 10);
	while (n > 0)
		p = path_export(pool, p, asn[--n], 1, REWRITE_NONE, 0);
	return (struct route){ .path = p,
			       .from = o->own ? NULL : &told,
			       .local_pref = o->local_pref,
			       .weight = o->weight,
			       .internal = o->internal,
			       .managed = o->managed };
}

/* Of each pair the first one is the better one, unless nothing decides. */
static const struct {
	enum node_kind kind;
	struct offered a, b;
	const char *rule;
} choices[] = {
	{ NODE_CE,
	  { .path = "1", .own = true },
	  { .path = "", .local_pref = 200 },
	  "its own announcement" },
	{ NODE_CE,
	  { .path = "1 2 3", .local_pref = 200 },
	  { .path = "1", .local_pref = 100 },
	  "higher local preference" },
	{ NODE_CE, { .path = "1", .internal = true }, { .path = "1 2" }, "shorter AS path" },
	{ NODE_CE, { .path = "1" }, { .path = "1", .internal = true }, "eBGP over iBGP" },
	{ NODE_ROUTER,
	  { .path = "1 2 3", .local_pref = 200 },
	  { .path = "1", .local_pref = 100 },
	  "higher local preference" },
	{ NODE_MSEE, { .path = "1", .internal = true }, { .path = "1 2" }, "shorter AS path" },
	{ NODE_MSEE, { .path = "1" }, { .path = "1", .internal = true }, "eBGP over iBGP" },
	{ NODE_MSEE, { .path = "64512" }, { .path = "64512 64512" }, "shorter AS path" },
	{ NODE_MSEE,
	  { .path = "64512", .managed = true },
	  { .path = "64512 64512", .managed = true },
	  NULL },
	{ NODE_T0, { .path = "1 2", .own = true }, { .path = "" }, "its own announcement" },
	{ NODE_T0, { .path = "12076 64512 64512 64512" }, { .path = "12076 64512" }, NULL },
	{ NODE_T0, { .path = "12076 64512 64512 64599" }, { .path = "12076 64512 64599" }, NULL },
	{ NODE_T0,
	  { .path = "12076 64512" },
	  { .path = "12076 64512 64599" },
	  "shorter AS path (private prepends do not count)" },
	{ NODE_T0,
	  { .path = "12076 3320" },
	  { .path = "12076 3320 3320" },
	  "shorter AS path (private prepends do not count)" },
	{ NODE_T0,
	  { .path = "12076 3320 64512" },
	  { .path = "12076 3320 64512 64512" }, /* behind a public one */
	  "shorter AS path (private prepends do not count)" },
	{ NODE_MANAGEMENT, { .path = "12076 64512 64512" }, { .path = "12076 64512" }, NULL },
	{ NODE_MANAGEMENT,
	  { .path = "12076 3320" },
	  { .path = "12076 3320 3320" },
	  "shorter AS path (private prepends do not count)" },
	{ NODE_REGION,
	  { .path = "12076 64512" },
	  { .path = "12076 64512 64512" },
	  "shorter AS path" },
	{ NODE_ER_GATEWAY,
	  { .path = "12076 1 2" },
	  { .path = "1", .internal = true, .weight = 9 },
	  "eBGP over iBGP" },
	{ NODE_ER_GATEWAY,
	  { .path = "12076 1 2", .weight = 32000 },
	  { .path = "12076", .weight = 31999 },
	  "higher connection weight" },
	{ NODE_ER_GATEWAY, { .path = "12076 1" }, { .path = "12076 1 2" }, "shorter AS path" },
	{ NODE_VPN_GATEWAY,
	  { .path = "1 2 3" },
	  { .path = "1", .internal = true },
	  "eBGP over iBGP" },
	{ NODE_VPN_GATEWAY, { .path = "1" }, { .path = "1 2" }, "shorter AS path" },
	{ NODE_ROUTE_SERVER,
	  { .path = "12076 1 2", .local_pref = 200 },
	  { .path = "1", .local_pref = 100 },
	  "ExpressRoute before VPN and appliances" },
	{ NODE_ROUTE_SERVER, { .path = "1" }, { .path = "1 2" }, "shorter AS path" },
	{ NODE_NETWORK,
	  { .path = "12076 1 2", .local_pref = 200 },
	  { .path = "1", .local_pref = 100 },
	  "ExpressRoute before VPN and appliances" },
	{ NODE_NVA, { .path = "1" }, { .path = "1 2" }, "shorter AS path" },
};

static void of_two_routes_each_kind_of_speaker_prefers_one_by_its_rules(void **state)
{
	struct arena *arena = arena_new();
	struct path_pool pool;

	(void)state;
	path_pool_init(&pool, arena);
	for (size_t i = 0; i < countof(choices); i++) {
		struct route a = route_of(&pool, &choices[i].a), b = route_of(&pool, &choices[i].b);
		const char *rule, *same = "equally good: the load is shared";
		int there = policy_compare(choices[i].kind, &a, &b, &rule);

		print_message("%zu: %s\n", i, rule);
		assert_string_equal(rule, choices[i].rule ? choices[i].rule : same);
		assert_true(choices[i].rule ? there < 0 : there == 0);
		assert_int_equal(policy_compare(choices[i].kind, &b, &a, &rule), -there);
	}
	path_pool_release(&pool);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clouds_and_regions_are_no_transit_between_their_edge_routers),
		cmocka_unit_test(nothing_goes_back_to_where_it_came_from),
		cmocka_unit_test(a_provider_s_router_gets_paths_without_private_numbers),
		cmocka_unit_test(a_ce_refuses_its_own_as_where_the_path_still_has_it),
		cmocka_unit_test(vpn_gateways_of_one_as_refuse_each_other_s_networks),
		cmocka_unit_test(a_gateway_refuses_what_went_through_it_before),
		cmocka_unit_test(a_cloud_takes_no_aggregates_of_bogons),
		cmocka_unit_test(a_circuit_takes_100_prefixes_of_ipv6_from_either_side),
		cmocka_unit_test(a_link_carries_the_families_that_it_has_addresses_of),
		cmocka_unit_test(no_link_is_too_narrow_for_the_addresses_of_a_host),
		cmocka_unit_test(of_two_routes_each_kind_of_speaker_prefers_one_by_its_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
