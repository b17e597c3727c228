/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The generations of private clouds: those inside a virtual network, and CloudSimple's regions. */
#include <stdio.h>

#include "pieces.h"
#include "world.h"

#define VNET(gateways)                                                                             \
	"  v: { region: westeurope, address-space: [10.31.0.0/22, 10.32.0.0/16],"                  \
	" subnets: { jump: 10.32.1.0/24 }" gateways " }\n"
#define SECOND(more)                                                                               \
	"private-clouds:\n"                                                                        \
	"  g: { generation: 2, virtual-network: v, address-block: 10.31.0.0/22,"                   \
	" segments: { web: 10.31.64.0/24 }" more " }\n"
#define FIRST CLOUD("a", "10.10", ", authorizations: [k]")

/* ---- generation 2 ---------------------------------------------------------------------------- */

static void a_cloud_in_a_network_is_reached_like_the_network(void **state)
{
	own_world w = world_open(HEAD "virtual-networks:\n" VNET(GATEWAY("{}")) SPOKE("n", "10.1")
					 SECOND("") CIRCUIT_OF_DC1
				 "peerings: { p: [v, n] }\n"
				 "gateway-connections: { c: { gateway: v, circuit: er } }\n");

	(void)state;
	assert_path(&w, "g.web", "v.jump", "g.web > g.t1 > g.t0 > v.fabric > v.jump = 0ms");
	assert_path(&w, "n.app", "g.web",
		    "n.app > n.fabric > v.fabric > g.t0 > g.t1 > g.web = 1ms");
	assert_path(&w, "n.app", "g.vcenter", "n.app > n.fabric > v.fabric > g.vcenter = 1ms");
	assert_path(&w, "dc1.lan", "g.web",
		    "dc1.lan > dc1.ce > er.primary > v.er-gateway > v.fabric > g.t0 > g.t1 "
		    "> g.web = 2ms");
	assert_path(&w, "g.web", "dc1.lan",
		    "g.web > g.t1 > g.t0 > v.fabric > er.primary > dc1.ce > dc1.lan = 2ms");
	/* The segment is part of the address space, and announced as such. */
	assert_rib(&w, "dc1.ce", "10.31.64.0/24", "er.primary 12076, er.secondary 12076");
}

/* Its block is of IPv4, and so are the subnets between NSX and the network. */
static void a_segment_of_ipv6_is_reached_and_leaves(void **state)
{
	own_world w = world_open(
		HEAD "virtual-networks: { v: { region: westeurope, address-space: [10.31.0.0/22, "
		     "'fd00:31::/48'], subnets: { jump: 'fd00:31:0:1::/64' } } }\n"
		     "private-clouds: { g: { generation: 2, virtual-network: v, address-block: "
		     "10.31.0.0/22, segments: { web: 'fd00:31:0:64::/64' } } }\n");

	(void)state;
	assert_path(&w, "g.web", "v.jump", "g.web > g.t1 > g.t0 > v.fabric > v.jump = 0ms");
	assert_path(&w, "v.jump", "g.web", "v.jump > v.fabric > g.t0 > g.t1 > g.web = 0ms");
	assert_entry(&w, "g.t0", "fd00:c0::1", "::/0 static v.fabric");
}

static const struct fib_hop *hop_to(const struct world *w, const char *node, const char *addr)
{
	struct addr a;
	const struct fib_entry *e;

	assert_true(addr_parse(addr, &a));
	e = routes_lookup(w->r, world_node(w, node), &a);
	assert_non_null(e);
	assert_int_equal(e->nhops, 1);
	return &w->r->hops.v[e->hop];
}

/* By which neighbour's address a node sends what is for another. */
static void assert_via(const struct world *w, const char *node, const char *addr, const char *want)
{
	const struct prefix *via = fabric_addr(w->f, hop_to(w, node, addr)->via, AF_INET);

	assert_string_equal(ADDR_STR(&via->a), want);
}

static void the_two_builds_differ_in_the_way_in(void **state)
{
	own_world current = world_open(HEAD "virtual-networks:\n" VNET("") SECOND(""));
	own_world initial =
		world_open(HEAD "virtual-networks:\n" VNET("") SECOND(", build: initial"));

	(void)state;
	assert_via(&current, "v.fabric", "10.31.64.10", "10.31.2.132"); /* infra-gw */
	assert_via(&current, "g.t0", "10.32.1.4", "10.31.0.129");	/* nsx-gw */
	assert_via(&initial, "v.fabric", "10.31.64.10", "10.31.0.132");
	assert_via(&initial, "g.t0", "10.32.1.4", "10.31.0.129");
}

static void peers_of_the_current_build_know_each_segment(void **state)
{
	(void)state;
	for (int initial = 0; initial < 2; initial++) {
		own_world w = { 0 };
		char text[2048];
		struct addr a;

		snprintf(text, sizeof(text),
			 HEAD "virtual-networks:\n"
			      "  v: { region: westeurope, address-space: 10.31.0.0/16 }\n" SPOKE(
				      "n", "10.1") SECOND("%s") "peerings: { p: [v, n] }\n",
			 initial ? ", build: initial" : "");
		w = world_open(text);
		assert_true(addr_parse("10.31.64.10", &a));
		assert_int_equal(routes_lookup(w.r, world_node(&w, "n.fabric"), &a)->prefix.len,
				 initial ? 16 : 24);
	}
}

/* The GatewaySubnet is a peer's subnet like any other. */
static void a_gateway_s_table_for_the_space_loses_to_the_segments_of_the_current_build(void **state)
{
	static const char *const wants[] = { "10.31.64.0/24 system v.fabric",
					     "10.31.0.0/16 user n.fw" };

	(void)state;
	for (int initial = 0; initial < 2; initial++) {
		own_world w = { 0 };
		char text[2048];

		snprintf(text, sizeof(text),
			 HEAD
			 "route-tables: { t: { 10.31.0.0/16: { virtual-appliance: "
			 "10.1.2.4 } } }\n"
			 "virtual-networks:\n"
			 "  v: { region: westeurope, address-space: 10.31.0.0/16 }\n"
			 "  n: { region: westeurope, address-space: 10.1.0.0/16, subnets: { nva: { "
			 "prefix: 10.1.2.0/24, vms: { fw: { address: 10.1.2.4, ip-forwarding: "
			 "true } } } }, gateways: { expressroute: {}, route-table: t } }\n" SECOND(
				 "%s") "peerings: { p: { n: { allow-gateway-transit: true }, "
				       "v: { use-remote-gateways: true } } }\n",
			 initial ? ", build: initial" : "");
		w = world_open(text);
		assert_entry(&w, "n.er-gateway", "10.31.64.10", wants[initial]);
	}
}

static void a_peering_that_was_not_synced_knows_the_space_of_before(void **state)
{
	own_world w = world_open(
		HEAD "virtual-networks:\n" VNET("") HUB("n", "10.1", "{}") SECOND("") CIRCUIT_OF_DC1
		"peerings: { p: { v: { synced: false, use-remote-gateways: true }, n: { "
		"allow-gateway-transit: true } } }\n"
		"gateway-connections: { c: { gateway: n, circuit: er } }\n");
	own_world more =
		world_open(HEAD "virtual-networks:\n" VNET("") SPOKE("n", "10.1") SPOKE("m", "10.2")
				   SECOND("") "peerings: { p: { v: { synced: false }, n: {} }, "
					      "q: [v, m] }\n");
	own_world idle = world_open(HEAD "virtual-networks:\n" SPOKE("m", "10.2") SPOKE(
		"n", "10.1") "peerings: { p: { m: { synced: false }, n: {} } }\n");

	(void)state;
	assert_path(&w, "n.app", "v.jump", "n.app > n.fabric > v.fabric > v.jump = 1ms");
	assert_path(&w, "n.app", "g.nsx", "n.app > n.fabric > v.fabric > g.nsx = 1ms");
	assert_unreachable(&w, "n.app", "g.web",
			   "peering p was not synced after 10.31.64.0/24 came to v");
	/* Nor does the gateway announce what its network has not heard of. */
	assert_rib(&w, "dc1.ce", "10.31.0.0/22", "er.primary 12076, er.secondary 12076");
	assert_rib(&w, "dc1.ce", "10.31.64.0/24", "");
	/* It is not to blame for what has nothing to do with it. */
	assert_unreachable(&more, "n.app", "m.app", "n and m are both peered with v");
	assert_found(&idle, "'synced: false' has no effect: no private cloud is in 'm'");
}

static void the_generations_meet_at_a_gateway_of_the_network_or_of_a_peer(void **state)
{
	own_world own = world_open(HEAD "virtual-networks:\n" VNET(GATEWAY("{}")) SECOND("")
					   FIRST CIRCUIT_OF_DC1
				   "gateway-connections:\n"
				   "  c: { gateway: v, circuit: a, authorization: k }\n"
				   "  d: { gateway: v, circuit: er }\n");
	own_world lent = world_open(
		HEAD "virtual-networks:\n" VNET("") HUB("n", "10.1", "{}") SECOND("") FIRST
		"peerings: { p: { n: { allow-gateway-transit: true }, "
		"v: { use-remote-gateways: true } } }\n"
		"gateway-connections: { c: { gateway: n, circuit: a, authorization: k } }\n");

	(void)state;
	assert_path(&own, "a.web", "g.web",
		    "a.web > a.t1 > a.t0 > a.primary > v.er-gateway > v.fabric > g.t0 > g.t1 > "
		    "g.web = 1.5ms");
	assert_path(&own, "g.web", "a.vcenter",
		    "g.web > g.t1 > g.t0 > v.fabric > a.primary > a.management > "
		    "a.vcenter = 1.5ms");
	assert_unreachable(&own, "dc1.lan", "a.web",
			   "never passes routes of one circuit to another");
	assert_path(&lent, "a.web", "g.web",
		    "a.web > a.t1 > a.t0 > a.primary > n.er-gateway > v.fabric > g.t0 > g.t1 > "
		    "g.web = 2.5ms");
}

static void user_routes_of_the_nsx_gateway_steer_what_leaves(void **state)
{
	own_world w = world_open(HEAD
				 "route-tables: { t: { 10.32.1.0/24: none } }\n"
				 "virtual-networks:\n" VNET("") SPOKE("n", "10.1")
					 SECOND(", route-table: t") "peerings: { p: [v, n] }\n");

	(void)state;
	assert_unreachable(&w, "g.web", "v.jump", "10.32.1.0/24");
	assert_path(&w, "g.web", "n.app",
		    "g.web > g.t1 > g.t0 > v.fabric-avs-nsx-gw > v.fabric > n.fabric > "
		    "n.app = 1ms");
	assert_path(&w, "n.app", "g.web",
		    "n.app > n.fabric > v.fabric > g.t0 > g.t1 > g.web = 1ms");
}

static void the_network_s_own_gateways_serve_the_nsx_gateway_s_subnet(void **state)
{
	own_world w = world_open(
		HEAD "route-tables: { t: { 10.32.1.0/24: none } }\n"
		     "virtual-networks:\n" VNET(", gateways: { expressroute: {}, vpn: {} }")
			     SECOND(", route-table: t") CIRCUIT_OF_DC1
		"gateway-connections: { c: { gateway: v, circuit: er } }\n"
		"vpn-connections: { s: { between: [dc1, v], rtt: 30ms, "
		"networks: [192.168.10.0/25] } }\n");

	(void)state;
	assert_entry(&w, "v.fabric-avs-nsx-gw", "192.168.10.200",
		     "192.168.10.0/24 bgp er.primary er.secondary");
	assert_entry(&w, "v.fabric-avs-nsx-gw", "192.168.10.10",
		     "192.168.10.0/25 bgp v.vpn-gateway");
	assert_unreachable(&w, "g.web", "v.jump", "10.32.1.0/24");
}

/* Scenario 40, and the rest of what the service counts and refuses. */
static void a_cloud_in_a_network_has_its_limits(void **state)
{
	(void)state;
	for (int nodes = 3; nodes <= 4; nodes++) {
		own_text t = { 0 };

		text_add(&t, HEAD "virtual-networks: { v: { region: westeurope, "
				  "address-space: 10.31.0.0/22 } }\n"
				  "private-clouds: { g: { generation: 2, virtual-network: v, "
				  "address-block: 10.31.0.0/22, segments: {");
		for (int i = 0; i < 17; i++)
			text_printf(&t, "%s s%d: 172.%d.%d.0/20", i ? "," : "", i, 20 + i / 16,
				    i % 16 * 16);
		text_printf(&t, " }, nodes: %d } }\n", nodes);
		if (nodes == 3) {
			assert_refused(text_str(&t), "the segments of 'g' take 4352 /28 blocks: T0 "
						     "has room for 4096 with 3 hosts "
						     "[segment-limit]");
		} else {
			assert_accepted(text_str(&t));
		}
	}
	assert_refused(
		HEAD "virtual-networks:\n" VNET("") SECOND(
			"") "  h: { generation: 2, virtual-network: v, address-block: 10.32.4.0/22 }\n",
		"'g' is in 'v' already: a virtual network holds one private cloud "
		"[generation]");
	assert_refused(HEAD "virtual-networks:\n" SPOKE("v", "10.1") SECOND(""),
		       "the address block 10.31.0.0/22 of 'g' is outside the address space of 'v'");
	assert_refused(HEAD "virtual-networks: { v: { region: westeurope, "
			    "address-space: 10.31.0.0/22 } }\n"
			    "private-clouds: { g: { generation: 2, virtual-network: v, "
			    "address-block: 10.31.0.0/22, segments: { s: 100.73.1.0/24 } } }\n",
		       "100.73.1.0/24 overlaps 100.73.0.0/16, which NSX uses inside 'g'");
	assert_refused(HEAD "virtual-networks:\n" VNET("") SECOND(", region: northeurope"),
		       "'g' is in northeurope, its network 'v' in westeurope [region]");
	assert_refused(HEAD "virtual-networks:\n"
			    "  v: { region: westeurope, address-space: 10.31.0.0/16, "
			    "subnets: { s: 10.31.64.128/25 } }\n" SECOND(""),
		       "'g.web' (10.31.64.0/24) overlaps 'v.s' (10.31.64.128/25) [overlap]");
}

static void a_segment_counts_in_the_network_s_prefixes(void **state)
{
	(void)state;
	for (unsigned int over = 0; over < 2; over++) {
		own_text t = { 0 };

		text_add(&t, HEAD "virtual-networks: { v: { region: westeurope, "
				  "address-space: 10.31.0.0/22 } }\n"
				  "private-clouds: { g: { generation: 2, virtual-network: v, "
				  "address-block: 10.31.0.0/22, segments: {");
		for (unsigned int i = 0; i < 999 + over; i++)
			text_printf(&t, "%s s%u: 172.%u.%u.0/28", i ? "," : "", i, 20 + i / 256,
				    i % 256);
		text_add(&t, " } } }\n");
		if (over) {
			assert_refused(text_str(&t), "the address space of 'v' has 1001 "
						     "prefixes: a virtual network takes 1000 "
						     "[segment-limit]");
		} else {
			assert_accepted(text_str(&t));
		}
	}
}

static void what_joins_circuits_is_not_for_a_cloud_without_one(void **state)
{
	static const char *const joins[] = {
		"global-reach: { r: [g, a] }\n",
		"global-reach: { r: [er, g] }\n",
		"interconnects: { i: [a, g] }\n",
		"gateway-connections: { c: { gateway: v, circuit: g } }\n",
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < countof(joins); i++) {
		snprintf(text, sizeof(text), "%s%s",
			 HEAD "virtual-networks:\n" VNET(GATEWAY("{}")) SECOND("")
				 FIRST CIRCUIT_OF_DC1,
			 joins[i]);
		assert_refused(text, "'g' is of generation 2 and has no circuit that");
	}
	assert_refused(HEAD "virtual-networks:\n" VNET("") SECOND(", sku: premium"),
		       "'g' is of generation 2 and has no 'sku': it has no circuit of its own");
	assert_refused(HEAD "private-clouds: { g: { generation: 2, "
			    "address-block: 10.31.0.0/22 } }\n",
		       "'g' has no 'virtual-network'");
	assert_refused(HEAD "private-clouds: { a: { generation: 1, "
			    "address-block: 10.31.0.0/22 } }\n",
		       "'a' has no 'region'");
	assert_refused(
		HEAD "virtual-networks:\n" VNET(
			"") "private-clouds:\n  a: { region: westeurope, address-block: 10.10.0.0/22, "
			    "virtual-network: v }\n",
		"'a' is of generation 1 and has no 'virtual-network'");
}

/* ---- CloudSimple ----------------------------------------------------------------------------- */

#define SIMPLE(name, more, clouds)                                                                 \
	"  " name ": { region: westeurope" more ", private-clouds: { " clouds " } }\n"
#define CS                                                                                         \
	SIMPLE("cs", "",                                                                           \
	       "cs1: { segments: { web: 10.70.1.0/24 } },"                                         \
	       " cs2: { segments: { web: 10.71.1.0/24 } }")

/* Scenario 45. */
static void clouds_of_a_region_reach_each_other_without_any_join(void **state)
{
	own_world w = world_open(HEAD "cloudsimple-regions:\n" CS);

	(void)state;
	assert_path(&w, "cs1.web", "cs2.web", "cs1.web > cs.network > cs2.web = 0ms");
}

static void a_region_s_name_stands_for_its_circuit(void **state)
{
	own_world w = world_open(HEAD "cloudsimple-regions:\n" CS
				      "virtual-networks:\n" HUB("n", "10.1", "{}")
					      SPOKE("s", "10.2") CIRCUIT_OF_DC1
				 "peerings: { p: { n: { allow-gateway-transit: true }, "
				 "s: { use-remote-gateways: true } } }\n"
				 "gateway-connections: { c: { gateway: n, circuit: cs } }\n"
				 "global-reach: { r: [er, cs] }\n");

	(void)state;
	assert_path(&w, "n.app", "cs2.web",
		    "n.app > n.fabric > cs.primary > cs.network > cs2.web = 1.5ms");
	assert_path(&w, "cs2.web", "s.app",
		    "cs2.web > cs.network > cs.primary > n.er-gateway > s.fabric > s.app = 2.5ms");
	assert_path(&w, "dc1.lan", "cs1.web",
		    "dc1.lan > dc1.ce > er.primary > cs.primary > cs.network > cs1.web = 2ms");
	/* Route exchange is complete: the site sees the network, and the other way round. */
	assert_rib(&w, "dc1.ce", "10.1.0.0/16", "er.primary 12076, er.secondary 12076");
	assert_rib(&w, "n.er-gateway", "192.168.10.0/24",
		   "cs.primary 12076 12076 12076 64512, cs.secondary 12076 12076 12076 64512");
}

static void a_region_follows_a_default_route_when_asked_and_announces_none(void **state)
{
	char text[2048];

	(void)state;
	for (int asked = 0; asked < 2; asked++) {
		own_world w = { 0 };

		snprintf(
			text, sizeof(text),
			HEAD
			"cloudsimple-regions:\n" SIMPLE("cs", "%s", "cs1: { segments: { web: 10.70.1.0/24 } }") "virtual-networks:\n" HUB(
				"n", "10.1",
				"{}") "sites: { dc1: { asn: 64512, advertise: [0.0.0.0/0] } }\n"
				      "circuits: { er: { site: dc1, region: westeurope } }\n"
				      "gateway-connections: { c: { gateway: n, circuit: cs } }\n"
				      "global-reach: { r: [er, cs] }\n",
			asked ? ", accept-default-route: true" : "");
		w = world_open(text);
		assert_rib(&w, "cs.network", "0.0.0.0/0",
			   asked ? "cs.primary 12076 64512, cs.secondary 12076 64512" : "");
		/* The network takes it either way: it is the site's, not the region's. */
		assert_rib(&w, "n.er-gateway", "0.0.0.0/0",
			   "cs.primary 12076 12076 12076 64512, cs.secondary 12076 "
			   "12076 12076 64512");
	}
}

/* Scenario 45, the other half. */
static void a_default_route_that_is_followed_breaks_public_addresses(void **state)
{
	char text[2048];

	(void)state;
	for (int asked = 0; asked < 2; asked++) {
		own_world w = { 0 };

		snprintf(
			text, sizeof(text),
			HEAD
			"internet: { hosts: { probe: 198.51.100.10/24 } }\n"
			"cloudsimple-regions:\n" SIMPLE(
				"cs", ", internet: true, accept-default-route: %s",
				"c: { segments: { vm: 10.70.1.0/24 }, "
				"public-ips: { vm: 203.0.113.7 } }") "sites: { dc1: { asn: 64512, advertise: [0.0.0.0/0], internet: true } }\n"
								     "circuits: { er: { site: dc1, region: westeurope } }\n"
								     "global-reach: { r: [er, cs] }\n",
			asked ? "true" : "false");
		w = world_open(text);
		if (asked) {
			assert_unreachable(&w, "internet.probe", "c.vm",
					   "no way back: dc1.nat drops it");
			assert_path(&w, "c.vm", "internet.probe",
				    "c.vm > cs.network > cs.primary > er.primary > dc1.ce > "
				    "dc1.nat > internet > internet.probe = 6ms");
		} else {
			assert_path(&w, "internet.probe", "c.vm",
				    "internet.probe > internet > cs.nat > cs.network > c.vm = 4ms");
		}
	}
	assert_refused(HEAD "cloudsimple-regions:\n" SIMPLE("cs", "",
							    "c: { segments: { vm: 10.70.1.0/24 },"
							    " public-ips: { vm: 203.0.113.7 } }"),
		       "the public addresses of 'c' have no effect");
}

static void overlaps_with_a_region_are_refused(void **state)
{
	assert_refused(HEAD
		       "cloudsimple-regions:\n" SIMPLE("cs", "",
						       "a: { segments: { w: 10.70.1.0/24 } },"
						       " b: { segments: { w: 10.70.0.0/16 } }"),
		       "'b.w' (10.70.0.0/16) overlaps 'a.w' (10.70.1.0/24): networks that are "
		       "connected to a CloudSimple region may not overlap [overlap]");
	assert_refused(HEAD "cloudsimple-regions:\n" CS "virtual-networks:\n" HUB(
			       "n", "10.70",
			       "{}") "gateway-connections: { c: { gateway: n, circuit: cs } }\n",
		       "the address space of 'n' (10.70.0.0/16) overlaps 'cs1.web' (10.70.1.0/24)");
	assert_refused(HEAD "cloudsimple-regions:\n" CS
			    "sites: { dc1: { asn: 64512, networks: { lan: 10.71.1.0/25 } } }\n"
			    "circuits: { er: { site: dc1, region: westeurope } "
			    "}\nglobal-reach: { r: [er, cs] }\n",
		       "'dc1.lan' (10.71.1.0/25) overlaps 'cs2.web' (10.71.1.0/24)");
	/* Unconnected, they are nobody's business. */
	assert_accepted(HEAD "cloudsimple-regions:\n" CS "virtual-networks:\n" SPOKE("n", "10.70"));
	(void)state;
}

static void names_in_a_region_are_names_of_the_file(void **state)
{
	(void)state;
	assert_refused(HEAD "cloudsimple-regions:\n" SIMPLE("cs", "", "cs: { segments: {} }"),
		       "'cs' is already the name of");
	assert_refused(HEAD "cloudsimple-regions: { cs: { region: westus } }\n",
		       "'cs' has no 'private-clouds'");
	assert_refused(HEAD "cloudsimple-regions:\n" CS "global-reach: { r: [cs1, cs] }\n",
		       "'cs1' is a CloudSimple private cloud");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cloud_in_a_network_is_reached_like_the_network),
		cmocka_unit_test(the_two_builds_differ_in_the_way_in),
		cmocka_unit_test(a_segment_of_ipv6_is_reached_and_leaves),
		cmocka_unit_test(peers_of_the_current_build_know_each_segment),
		cmocka_unit_test(
			a_gateway_s_table_for_the_space_loses_to_the_segments_of_the_current_build),
		cmocka_unit_test(a_peering_that_was_not_synced_knows_the_space_of_before),
		cmocka_unit_test(the_generations_meet_at_a_gateway_of_the_network_or_of_a_peer),
		cmocka_unit_test(user_routes_of_the_nsx_gateway_steer_what_leaves),
		cmocka_unit_test(the_network_s_own_gateways_serve_the_nsx_gateway_s_subnet),
		cmocka_unit_test(a_cloud_in_a_network_has_its_limits),
		cmocka_unit_test(a_segment_counts_in_the_network_s_prefixes),
		cmocka_unit_test(what_joins_circuits_is_not_for_a_cloud_without_one),
		cmocka_unit_test(clouds_of_a_region_reach_each_other_without_any_join),
		cmocka_unit_test(a_region_s_name_stands_for_its_circuit),
		cmocka_unit_test(a_region_follows_a_default_route_when_asked_and_announces_none),
		cmocka_unit_test(a_default_route_that_is_followed_breaks_public_addresses),
		cmocka_unit_test(overlaps_with_a_region_are_refused),
		cmocka_unit_test(names_in_a_region_are_names_of_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
