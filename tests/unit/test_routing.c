/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of the emulated networks, one by one, on the tables that they make. */
#include <stdio.h>

#include "base/text.h"
#include "pieces.h"
#include "random.h"
#include "routing/reason.h"
#include "world.h"

/* Three private clouds, two virtual networks, a site with a circuit: each test has its own joins
 * between them. */
#define CLOUDS                                                                                     \
	HEAD "private-clouds:\n" CLOUD("a", "10.10", "") CLOUD("b", "10.20", "")                   \
		CLOUD("c", "10.30", "")

/* An ExpressRoute gateway that lets networks beyond the circuit in. */
#define REMOTE "{ allow-remote-virtual-networks: true }"

static void interconnected_clouds_reach_each_other_and_are_2_ms_apart(void **state)
{
	own_world w = world_open(CLOUDS "interconnects: { a-b: [a, b] }\n");

	(void)state;
	assert_rib(&w, "a.t0", "10.20.64.0/24", "a.primary 12076 398656, a.secondary 12076 398656");
	assert_path(&w, "a.web", "b.web",
		    "a.web > a.t1 > a.t0 > a.primary > b.primary > b.t0 > b.t1 > b.web = 2ms");
	assert_path(&w, "a.web", "b.vcenter",
		    "a.web > a.t1 > a.t0 > a.primary > b.primary > b.management > b.vcenter = 2ms");
}

static void an_interconnect_is_not_transitive(void **state)
{
	own_world w = world_open(CLOUDS "interconnects: { a-b: [a, b], b-c: [b, c] }\n");

	(void)state;
	assert_rib(&w, "a.t0", "10.30.64.0/24", "");
	assert_rib(&w, "b.primary", "10.30.64.0/24", "c.primary 398656");
	assert_path(&w, "a.web", "c.web",
		    "a.web > a.t1 > a.t0 ! a.t0 has no route to 10.30.64.10; at b.primary: Global "
		    "Reach and Interconnect are not transitive: an MSEE passes on to another only "
		    "what it learned from its own circuit");
}

static void a_managed_circuit_is_announced_as_single_subnets(void **state)
{
	own_world w = world_open(CLOUDS);

	(void)state;
	assert_rib(&w, "a.primary", "10.10.0.0/26", "a.management 398656");
	assert_rib(&w, "a.primary", "10.10.0.0/22", "");
	assert_rib(&w, "a.primary", "10.10.2.128/25", ""); /* vSAN stays inside */
}

static void a_gateway_takes_no_routes_from_circuit_to_circuit(void **state)
{
	own_world w = world_open(CLOUDS "virtual-networks:\n" HUB(
		"hub", "10.1", "{}") "gateway-connections:\n"
				     "  h-a: { gateway: hub, circuit: a }\n"
				     "  h-b: { gateway: hub, circuit: b }\n");

	(void)state;
	assert_rib(&w, "hub.er-gateway", "10.10.64.0/24",
		   "a.primary 12076 398656, a.secondary 12076 398656");
	assert_rib(&w, "b.primary", "10.10.64.0/24", "");
	assert_path(&w, "hub.app", "a.web",
		    "hub.app > hub.fabric > a.primary > a.t0 > a.t1 > a.web = 1.5ms");
	assert_path(&w, "a.web", "hub.app",
		    "a.web > a.t1 > a.t0 > a.primary > hub.er-gateway > hub.fabric > "
		    "hub.app = 1.5ms");
	assert_path(&w, "a.web", "b.web",
		    "a.web > a.t1 > a.t0 ! a.t0 has no route to 10.20.64.10; at hub.er-gateway: an "
		    "ExpressRoute gateway never passes routes of one circuit to another");
}

static const char on_premises[] = CLOUDS CIRCUIT_OF_DC1
	"virtual-networks:\n" HUB("hub", "10.1", "{}") "gateway-connections:\n"
						       "  h-er: { gateway: hub, circuit: er }\n"
						       "  h-a: { gateway: hub, circuit: a }\n"
						       "global-reach: { er-a: [er, a] }\n";

static void global_reach_carries_networks_and_clouds_and_sites(void **state)
{
	own_world w = world_open(on_premises);

	(void)state;
	/* The CE sees 12076 and the public ASNs behind it. */
	assert_rib(&w, "dc1.ce", "10.10.64.0/24",
		   "er.primary 12076 398656, er.secondary 12076 398656");
	assert_rib(&w, "dc1.ce", "10.1.0.0/16", "er.primary 12076, er.secondary 12076");
	/* The circuit's own table shows the gateway's private ASN, and eBGP beats iBGP. */
	assert_rib(&w, "er.primary", "10.1.0.0/16", "hub.er-gateway 65515, (a.primary 65515)");
	/* Direct before Global Reach at the gateway: 12076 twice more for the latter. */
	assert_rib(&w, "hub.er-gateway", "10.10.64.0/24",
		   "a.primary 12076 398656, a.secondary 12076 398656, (er.primary 12076 12076 "
		   "12076 398656), (er.secondary 12076 12076 12076 398656)");
	assert_path(&w, "dc1.lan", "a.web",
		    "dc1.lan > dc1.ce > er.primary > a.primary > a.t0 > a.t1 > a.web = 2ms");
	assert_path(&w, "dc1.lan", "hub.app",
		    "dc1.lan > dc1.ce > er.primary > hub.er-gateway > hub.fabric > hub.app = 2ms");
	assert_path(&w, "hub.app", "dc1.lan",
		    "hub.app > hub.fabric > er.primary > dc1.ce > dc1.lan = 2ms");
}

static void global_reach_into_another_region_costs_the_table_s_figure(void **state)
{
	own_world w = world_open("netemu: 1\nname: t\nprivate-clouds:\n"
				 "  a: { region: eastus, address-block: 10.10.0.0/22, sku: premium,"
				 " segments: { web: 10.10.64.0/24 } }\n"
				 "  b: { region: westeurope, address-block: 10.20.0.0/22, "
				 "sku: premium, segments: { web: 10.20.64.0/24 } }\n"
				 "global-reach: { a-b: [a, b] }\n");

	(void)state;
	assert_path(&w, "a.web", "b.web",
		    "a.web > a.t1 > a.t0 > a.primary > b.primary > b.t0 > b.t1 > b.web = 86ms");
}

static void remote_networks_over_a_circuit_need_both_gateways(void **state)
{
	static const char both[] = CLOUDS "virtual-networks:\n" HUB("n1", "10.1", REMOTE) HUB(
		"n2", "10.2",
		REMOTE) "gateway-connections:\n  n1-a: { gateway: n1, circuit: a }\n  n2-a: { gateway: n2, "
			"circuit: a }\n";
	static const char one[] = CLOUDS "virtual-networks:\n" HUB("n1", "10.1", REMOTE) HUB(
		"n2", "10.2",
		"{}") "gateway-connections:\n  n1-a: { gateway: n1, circuit: a }\n  n2-a: { gateway: n2, "
		      "circuit: a }\n";
	own_world w = world_open(both), x = world_open(one);

	(void)state;
	assert_rib(&w, "n1.er-gateway", "10.2.0.0/16",
		   "a.primary 12076 12076, a.secondary 12076 12076");
	assert_path(&w, "n1.app", "n2.app",
		    "n1.app > n1.fabric > a.primary > n2.er-gateway > n2.fabric > n2.app = 2ms");
	assert_rib(&x, "n1.er-gateway", "10.2.0.0/16", "");
	assert_rib(&x, "n2.er-gateway", "10.1.0.0/16", "");
}

static void a_connection_s_weight_goes_before_the_length_of_paths(void **state)
{
	own_world w = world_open(CLOUDS CIRCUIT_OF_DC1 "virtual-networks:\n" HUB(
		"hub", "10.1", "{}") "gateway-connections:\n"
				     "  h-er: { gateway: hub, circuit: er, weight: 100 }\n"
				     "  h-a: { gateway: hub, circuit: a }\n"
				     "global-reach: { er-a: [er, a] }\n");

	(void)state;
	/* The detour through the customer's MSEE; the way back stays direct. */
	assert_path(&w, "hub.app", "a.web",
		    "hub.app > hub.fabric > er.primary > a.primary > a.t0 > a.t1 > a.web = 2.25ms");
	assert_path(&w, "a.web", "hub.app",
		    "a.web > a.t1 > a.t0 > a.primary > hub.er-gateway > hub.fabric > "
		    "hub.app = 2.25ms");
}

static void a_site_joins_its_circuits_only_when_told_to(void **state)
{
	static const char body[] =
		"circuits:\n"
		"  er1: { site: dc1, region: westeurope, peering-location: Amsterdam }\n"
		"  er2: { site: dc1, region: westeurope, peering-location: London }\n"
		"virtual-networks:\n" HUB("n1", "10.1", REMOTE)
			HUB("n2", "10.2", REMOTE) "gateway-connections:\n"
						  "  n1-er1: { gateway: n1, circuit: er1 }\n"
						  "  n2-er2: { gateway: n2, circuit: er2 }\n";
	char text[4096];

	(void)state;
	for (int transit = 0; transit < 2; transit++) {
		own_world w = { 0 };

		snprintf(text, sizeof(text),
			 CLOUDS "sites:\n" SITE("dc1", "64512", "192.168.10.0/24", "%s") "%s",
			 transit ? ", transit: true" : "", body);
		w = world_open(text);
		assert_rib(&w, "er2.primary", "10.1.0.0/16", transit ? "dc1.ce 64512 12076" : "");
		assert_rib(&w, "n2.er-gateway", "10.1.0.0/16",
			   transit ? "er2.primary 12076 64512 12076, "
				     "er2.secondary 12076 64512 12076"
				   : "");
	}
}

static void a_ce_shares_its_load_until_a_preference_says_otherwise(void **state)
{
	own_world w = world_open(CLOUDS TWO_CIRCUITS_OF_DC1(""));
	own_world preferred = world_open(CLOUDS TWO_CIRCUITS_OF_DC1(", preference: { er2: 200 }"));

	(void)state;
	assert_rib(&w, "dc1.ce", "10.1.0.0/16",
		   "er1.primary 12076, er1.secondary 12076, "
		   "er2.primary 12076, er2.secondary 12076");
	assert_rib(&preferred, "dc1.ce", "10.1.0.0/16",
		   "er2.primary 12076, er2.secondary 12076, "
		   "(er1.primary 12076), (er1.secondary 12076)");
}

static void a_prepend_makes_the_secondary_link_a_standby_for_the_network(void **state)
{
	own_world w = world_open(CLOUDS "sites:\n" SITE(
		"dc1", "64512", "192.168.10.0/24",
		"") "circuits: { er: { site: dc1, region: westeurope, "
		    "as-path-prepend: { secondary: 2 } } }\n"
		    "virtual-networks:\n" HUB(
			    "hub", "10.1",
			    "{}") "gateway-connections: { h-er: { gateway: hub, circuit: er } }\n"
				  "global-reach: { er-a: [er, a] }\n");

	(void)state;
	assert_rib(&w, "hub.er-gateway", "192.168.10.0/24",
		   "er.primary 12076 64512, (er.secondary 12076 64512 64512 64512)");
	/* A private cloud does not count prepends of private ASNs. */
	assert_rib(&w, "a.t0", "192.168.10.0/24",
		   "a.primary 12076 64512, a.secondary 12076 64512 64512 64512");
}

static void the_management_network_ignores_a_default_route(void **state)
{
	own_world w = world_open(CLOUDS "sites:\n" SITE(
		"dc1", "64512", "192.168.10.0/24",
		", advertise: [0.0.0.0/0]") "circuits: { er: { site: dc1, region: westeurope } }\n"
					    "global-reach: { er-a: [er, a] }\n");

	(void)state;
	assert_rib(&w, "a.t0", "0.0.0.0/0", "a.primary 12076 64512, a.secondary 12076 64512");
	assert_rib(&w, "a.management", "0.0.0.0/0", "");
}

static void a_ce_filters_what_it_is_told_to(void **state)
{
	own_world w = world_open(CLOUDS "sites:\n" SITE(
		"dc1", "64512", "192.168.10.0/24",
		", accept: { except: [10.10.64.0/24] }") "circuits: { er: { site: dc1, region: westeurope } }\n"
							 "global-reach: { er-a: [er, a] }\n");

	(void)state;
	assert_rib(&w, "dc1.ce", "10.10.64.0/24", "");
	assert_path(&w, "dc1.lan", "a.web",
		    "dc1.lan > dc1.ce ! dc1.ce has no route to 10.10.64.10; "
		    "at dc1.ce: filtered by the site ('accept: except')");
	assert_path(&w, "dc1.lan", "a.vcenter",
		    "dc1.lan > dc1.ce > er.primary > a.primary > a.management > a.vcenter = 2ms");
}

static void peering_is_not_transitive_and_its_own_routes_beat_longer_ones_of_bgp(void **state)
{
	own_world w = world_open(HEAD "sites:\n" SITE(
		"dc1", "64512", "192.168.10.0/24",
		", advertise: [10.2.1.0/24, 10.3.0.0/16]") "circuits: { er: { site: dc1, region: westeurope } }\n"
							   "virtual-networks:\n" HUB(
								   "hub", "10.1",
								   "{}") SPOKE("s1", "10.2")
								   SPOKE("s2",
									 "10.4") "gateway-connections: { h: { gateway: hub, circuit: er } }\n"
										 "peerings:\n  p1: [hub, s1]\n  p2: [hub, s2]\n");
	uint32_t hub = world_node(&w, "hub.fabric");
	struct prefix longer = prefix_lit("10.2.1.0/24");
	struct addr host = prefix_nth(&longer, 4);

	(void)state;
	assert_path(&w, "hub.app", "s1.app", "hub.app > hub.fabric > s1.fabric > s1.app = 1ms");
	assert_path(&w, "s1.app", "s2.app",
		    "s1.app > s1.fabric ! s1.fabric has no route to 10.4.1.4 (dropped by "
		    "10.0.0.0/8, system route 'None' of a virtual network); "
		    "peerings are not transitive: s1 and s2 are both peered with hub, "
		    "but not with each other");
	assert_int_equal(routes_lookup(w.r, hub, &host)->source, FIB_SYSTEM);
}

static void a_spoke_uses_the_hub_s_gateway_when_both_halves_say_so(void **state)
{
	own_world w = world_open(
		HEAD CIRCUIT_OF_DC1
		"virtual-networks:\n" HUB("hub", "10.1", "{}") SPOKE("s1", "10.2") SPOKE(
			"s2", "10.4") "gateway-connections: { h: { gateway: hub, circuit: er } }\n"
				      "peerings:\n"
				      "  p1: { hub: { allow-gateway-transit: true }, "
				      "s1: { use-remote-gateways: true } }\n"
				      "  p2: [hub, s2]\n");

	(void)state;
	assert_rib(&w, "dc1.ce", "10.2.0.0/16", "er.primary 12076, er.secondary 12076");
	assert_rib(&w, "dc1.ce", "10.4.0.0/16", "");
	assert_path(&w, "s1.app", "dc1.lan",
		    "s1.app > s1.fabric > er.primary > dc1.ce > dc1.lan = 3ms");
	assert_path(&w, "dc1.lan", "s1.app",
		    "dc1.lan > dc1.ce > er.primary > hub.er-gateway > s1.fabric > s1.app = 3ms");
}

static void a_half_alone_or_without_access_carries_nothing(void **state)
{
	own_world alone = world_open(HEAD "virtual-networks:\n" SPOKE("s1", "10.2") SPOKE(
		"s2", "10.4") "peerings: { p: { s1: {}, s2: none } }\n");
	own_world off = world_open(HEAD "virtual-networks:\n" SPOKE("s1", "10.2") SPOKE(
		"s2", "10.4") "peerings: { p: { s1: { allow-virtual-network-access: false }, "
			      "s2: {} } }\n");

	(void)state;
	assert_path(&alone, "s1.app", "s2.app",
		    "s1.app > s1.fabric ! s1.fabric has no route to 10.4.1.4 (dropped by "
		    "10.0.0.0/8, system route 'None' of a virtual network); "
		    "peering p is only Initiated: s2 has no half of it");
	assert_path(&off, "s2.app", "s1.app",
		    "s2.app > s2.fabric ! s2.fabric drops what is for 10.2.0.0/16: "
		    "peering p: allow-virtual-network-access is off");
}

static void overlapping_clouds_each_reach_their_own_copy(void **state)
{
	own_world w = world_open("netemu: 1\nname: t\nprivate-clouds:\n"
				 "  a: { region: westeurope, address-block: 10.10.0.0/22, "
				 "segments: { web: 10.5.1.0/24, more: 10.5.2.0/24 } }\n"
				 "  b: { region: westeurope, address-block: 10.20.0.0/22, "
				 "segments: { web: 10.5.1.0/24 } }\n"
				 "interconnects: { a-b: [a, b] }\n");

	(void)state;
	assert_rib(&w, "a.primary", "10.5.1.0/24", "a.t0 398656, (b.primary 398656)");
	assert_path(&w, "a.more", "b.web",
		    "a.more > a.t1 > a.web ! a.web has the address 10.5.1.10, too, and is nearer");
}

static void plain_routers_speak_bgp_and_know_static_routes_in_both_families(void **state)
{
	own_world w = world_open(
		"netemu: 1\nname: t\n"
		"routers:\n"
		"  r1: { asn: 65010 }\n  r2: { asn: 65020 }\n  r3: { routes: { 0.0.0.0/0: r2, "
		"'::/0': r2 } }\n"
		"hosts:\n"
		"  h1: { address: [10.50.1.10/24, '2001:db8:1::10/64'], gateway: [10.50.1.1, "
		"'2001:db8:1::1'] }\n"
		"  h2: { address: [10.50.2.10/24, '2001:db8:2::10/64'] }\n"
		"links:\n"
		"  a: { between: [h1, r1] }\n"
		"  b: { between: [r1, r2], delay: 3ms, bgp: true, back: { delay: 4ms } }\n"
		"  c: { between: [r2, h2] }\n"
		"  d: { between: [r3, r2] }\n");

	(void)state;
	assert_rib(&w, "r1", "10.50.2.0/24", "r2 65020");
	assert_rib(&w, "r1", "2001:db8:2::/64", "r2 65020");
	assert_path(&w, "h1", "h2", "h1 > r1 > r2 > h2 = 7ms");
	assert_path(&w, "r3", "h2", "r3 > r2 > h2 = 0ms");
}

/* er1 first learns the prefix of both sites from its own circuit, and may pass it on; then by
 * Global Reach with a shorter path, and may not. */
static void what_was_passed_on_is_taken_back_for_a_better_one_that_may_not_be(void **state)
{
	own_world w = world_open(
		HEAD "sites:\n" SITE(
			"dc1", "64512", "192.168.10.0/24",
			", advertise: [172.16.0.0/16]") SITE("dc2", "64513", "192.168.20.0/24",
							     ", advertise: [172.16.0.0/16]")
			SITE("dc3", "64514", "192.168.30.0/24",
			     "") "circuits:\n"
				 "  er1: { site: dc1, region: westeurope, as-path-prepend: { primary: 2, "
				 "secondary: 2 } }\n"
				 "  er2: { site: dc2, region: westeurope }\n"
				 "  er3: { site: dc3, region: westeurope }\n"
				 "global-reach: { g12: [er1, er2], g13: [er1, er3], g23: [er2, er3] }\n");

	(void)state;
	assert_rib(&w, "er1.primary", "172.16.0.0/16",
		   "er2.primary 64513, (dc1.ce 64512 64512 64512)");
	assert_rib(&w, "er3.primary", "172.16.0.0/16", "er2.primary 64513");
}

static void a_static_route_needs_a_neighbour_of_its_family(void **state)
{
	own_world w =
		world_try("netemu: 1\nname: t\nrouters:\n"
			  "  r1: { routes: { 10.0.0.0/8: r2, 'fd00::/8': r2, 10.2.0.0/16: r3 } }\n"
			  "  r2: {}\n  r3: {}\n"
			  "links: { a: { between: [r1, r2], prefix: 10.8.0.0/30 },"
			  " b: { between: [r2, r3] } }\n");
	own_text t = { 0 };

	(void)state;
	world_findings(&w, &t);
	assert_string_equal(
		text_str(&t),
		"4:35: error: 'r2' has no IPv6 address on its link with 'r1' [next-hop]\n"
		"4:51: error: 'r3' is no neighbour of 'r1' [next-hop]\n");
}

static void a_router_refuses_what_another_of_its_as_has_passed_on(void **state)
{
	own_world w = world_open("netemu: 1\nname: t\n"
				 "routers: { r1: { asn: 65001 }, r2: { asn: 65002 }, "
				 "r3: { asn: 65001 } }\n"
				 "hosts: { h: { address: 10.0.1.10/24 } }\n"
				 "links:\n"
				 "  s: { between: [h, r1] }\n"
				 "  a: { between: [r1, r2], bgp: true }\n"
				 "  b: { between: [r2, r3], bgp: true }\n");

	(void)state;
	assert_rib(&w, "r2", "10.0.1.0/24", "r1 65001");
	assert_rib(&w, "r3", "10.0.1.0/24", "");
	assert_path(&w, "r3", "h",
		    "r3 ! r3 has no route to 10.0.1.10; at r3: its own AS is in the path");
}

/* The path is several times longer than AS_PATH_PART. */
static void a_long_path_has_every_as_in_its_order(void **state)
{
	enum { ROUTERS = 50, HALF = ROUTERS / 2 };
	own_text yaml = { 0 };
	const struct prefix far = prefix_lit("10.0.25.0/24");
	unsigned int ways = 0;

	(void)state;
	text_add(&yaml, "netemu: 1\nname: ring\nrouters:\n");
	for (unsigned int i = 0; i < ROUTERS; i++)
		text_printf(&yaml, "  r%u: { asn: %u }\n", i, 65000 + i);
	text_printf(&yaml,
		    "hosts:\n  h: { address: 10.0.25.10/24 }\nlinks:\n"
		    "  s: { between: [h, r%u] }\n",
		    HALF);
	for (unsigned int i = 0; i < ROUTERS; i++)
		text_printf(&yaml, "  l%u: { between: [r%u, r%u], bgp: true }\n", i, i,
			    (i + 1) % ROUTERS);

	own_world w = world_open(text_str(&yaml));
	const struct rib_entry *e = routes_rib(w.r, world_node(&w, "r0"), &far);

	assert_non_null(e);
	for (const struct route *r = e->routes; r; r = r->next, ways++) {
		bool up = as_path_at(r->path, 0) == 65001;

		assert_int_equal(r->path->n, HALF);
		for (uint32_t i = 0; i < HALF; i++)
			assert_int_equal(as_path_at(r->path, i), up ? 65001 + i : 65049 - i);
	}
	assert_int_equal(ways, 2); /* it is as far one way round as the other */
}

/* ---- longest matches, against a look at every entry ---- */

/* Prefixes of all lengths, many of them around others, of routers in a row. */
static struct world nested_open(void)
{
	own_text t = { 0 };

	text_add(&t, HEAD "routers:\n");
	for (int i = 0; i < 4; i++) {
		text_printf(&t, "  r%d: { asn: %d, announce: [", i, 65001 + i);
		for (int k = 0; k < 60; k++) {
			unsigned int len = 6 + chance(26);
			uint32_t a = (10u << 24 | chance(4) << 20 | chance(1u << 20)) &
				     ~0u << (32 - len);

			text_printf(&t, "%s%u.%u.%u.%u/%u", k ? ", " : "", a >> 24, a >> 16 & 255,
				    a >> 8 & 255, a & 255, len);
		}
		text_add(&t, i ? "] }\n" : ", 0.0.0.0/0] }\n");
	}
	text_add(&t, "links:\n");
	for (int i = 0; i < 3; i++)
		text_printf(&t, "  l%d: { between: [r%d, r%d], bgp: true }\n", i, i, i + 1);
	return world_open(text_str(&t));
}

static const struct fib_entry *scan_fib(const struct routes *r, uint32_t node, const struct addr *a)
{
	const struct fib_entry *best = NULL;

	for (each(const struct fib_entry, e, &r->table[node].fib))
		if (prefix_has(&e->prefix, a) && (!best || e->prefix.len > best->prefix.len))
			best = e;
	return best;
}

static const struct origination *scan_announced(const struct routes *r, const struct addr *a)
{
	const struct origination *best = NULL;

	for (size_t i = 0; i < r->nannounced; i++)
		if (prefix_has(&r->announced[i]->prefix, a) &&
		    (!best || r->announced[i]->prefix.len > best->prefix.len))
			best = r->announced[i];
	return best;
}

static void the_longest_match_is_what_a_look_at_every_entry_finds(void **state)
{
	(void)state;
	for (uint64_t n = 1; n <= 10; n++) {
		seed_case(n);
		own_world w = nested_open();

		for (int i = 0; i < 4000; i++) {
			uint32_t node = chance((unsigned int)w.f->nodes.n);
			struct addr a = { AF_INET,
					  { (uint8_t)(9 + chance(3)), (uint8_t)chance(64),
					    (uint8_t)chance(256), (uint8_t)chance(256) } };

			assert_ptr_equal(routes_lookup(w.r, node, &a), scan_fib(w.r, node, &a));
			assert_ptr_equal(reason_origin(w.r, &a), scan_announced(w.r, &a));
		}
		struct addr six = { AF_INET6, { 0xfd } };

		assert_null(routes_lookup(w.r, 0, &six));
		assert_null(reason_origin(w.r, &six));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_match_is_what_a_look_at_every_entry_finds),
		cmocka_unit_test(a_long_path_has_every_as_in_its_order),
		cmocka_unit_test(interconnected_clouds_reach_each_other_and_are_2_ms_apart),
		cmocka_unit_test(an_interconnect_is_not_transitive),
		cmocka_unit_test(a_managed_circuit_is_announced_as_single_subnets),
		cmocka_unit_test(a_gateway_takes_no_routes_from_circuit_to_circuit),
		cmocka_unit_test(global_reach_carries_networks_and_clouds_and_sites),
		cmocka_unit_test(global_reach_into_another_region_costs_the_table_s_figure),
		cmocka_unit_test(remote_networks_over_a_circuit_need_both_gateways),
		cmocka_unit_test(a_connection_s_weight_goes_before_the_length_of_paths),
		cmocka_unit_test(a_site_joins_its_circuits_only_when_told_to),
		cmocka_unit_test(a_ce_shares_its_load_until_a_preference_says_otherwise),
		cmocka_unit_test(a_prepend_makes_the_secondary_link_a_standby_for_the_network),
		cmocka_unit_test(the_management_network_ignores_a_default_route),
		cmocka_unit_test(a_ce_filters_what_it_is_told_to),
		cmocka_unit_test(
			peering_is_not_transitive_and_its_own_routes_beat_longer_ones_of_bgp),
		cmocka_unit_test(a_spoke_uses_the_hub_s_gateway_when_both_halves_say_so),
		cmocka_unit_test(a_half_alone_or_without_access_carries_nothing),
		cmocka_unit_test(overlapping_clouds_each_reach_their_own_copy),
		cmocka_unit_test(plain_routers_speak_bgp_and_know_static_routes_in_both_families),
		cmocka_unit_test(what_was_passed_on_is_taken_back_for_a_better_one_that_may_not_be),
		cmocka_unit_test(a_static_route_needs_a_neighbour_of_its_family),
		cmocka_unit_test(a_router_refuses_what_another_of_its_as_has_passed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
