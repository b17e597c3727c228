/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VPN gateways: routes through their tunnels, and the routes that an ExpressRoute gateway beside
 * them gets. Each rule is tested on the tables that it makes. */
#include <stdio.h>

#include "model/model.h"
#include "pieces.h"
#include "world.h"

static void vpn_connections_of_one_gateway_transit_and_spokes_use_it(void **state)
{
	own_world w = world_open(
		HEAD "sites:\n" SITE("b1", "64512", "192.168.1.0/24", "") SITE(
			"b2", "64514", "192.168.2.0/24",
			"") "virtual-networks:\n" NETWORK("hub", "10.1", ", gateways: { vpn: {} }")
			SPOKE("s",
			      "10.2") "peerings:\n"
				      "  p: { hub: { allow-gateway-transit: true }, s: { use-remote-gateways: true } }\n"
				      "vpn-connections:\n"
				      "  v1: { between: [b1, hub], rtt: 20ms }\n"
				      "  v2: { between: [hub, b2], rtt: 30ms }\n");
	struct path path;

	(void)state;
	assert_rib(&w, "b1.ce", "192.168.2.0/24", "hub.vpn-gateway 65515 64514");
	assert_rib(&w, "b1.ce", "10.2.0.0/16", "hub.vpn-gateway 65515");
	assert_rib(&w, "hub.fabric", "192.168.1.0/24", "hub.vpn-gateway 64512");
	assert_path(&w, "b1.lan", "b2.lan",
		    "b1.lan > b1.ce > hub.vpn-gateway > b2.ce > b2.lan = 50ms");
	assert_path(&w, "s.app", "b1.lan",
		    "s.app > s.fabric > hub.vpn-gateway > b1.ce > b1.lan = 21ms");
	routes_walk(w.r, world_node(&w, "s.app"), world_node(&w, "b1.lan"), 0, &path);
	assert_int_equal(path.mtu, 1400);
	path_release(&path);
}

static void a_tunnel_joins_two_networks_at_the_slower_gateway_s_rate(void **state)
{
	own_world w = world_open(
		HEAD
		"virtual-networks:\n"
		"  a: { region: westeurope, address-space: [10.1.0.0/16], "
		"subnets: { app: 10.1.1.0/24 }, gateways: { vpn: { sku: VpnGw2 } } }\n"
		"  b: { region: northeurope, address-space: [10.2.0.0/16], "
		"subnets: { app: 10.2.1.0/24 }, gateways: { vpn: { sku: VpnGw1, asn: 64999 } } }\n"
		"vpn-connections: { v: { between: [a, b], mtu: 1350 } }\n");
	const struct fabric_link *l = &w.f->links.v[w.f->links.n - 1];

	(void)state;
	assert_rib(&w, "b.vpn-gateway", "10.1.0.0/16", "a.vpn-gateway 65515");
	assert_path(&w, "a.app", "b.app",
		    "a.app > a.fabric > a.vpn-gateway > b.vpn-gateway > b.fabric > b.app = 17ms");
	assert_string_equal(l->name, "a.vpn-gateway--b.vpn-gateway");
	assert_int_equal(l->mtu, 1350);
	assert_int_equal(l->to[0].rate_bps, 650000000);
	assert_int_equal(l->to[1].rate_bps, 650000000);
}

/* ---- beside ExpressRoute ---- */

#define BOTH_GATEWAYS(server, prefer, dc1)                                                         \
	HEAD "sites:\n" SITE("dc1", "64512", "192.168.1.0/24", prefer)                             \
		SITE("b", "64514", "192.168.2.0/24",                                               \
		     "") "circuits: { er: { site: dc1, region: westeurope } }\n"                   \
			 "virtual-networks:\n"                                                     \
			 "  hub: { " REGION                                                        \
			 "address-space: [10.1.0.0/16], subnets: { app: 10.1.1.0/24 },"            \
			 " gateways: { expressroute: {}, vpn: { active-active: true }" server      \
			 " } }\n"                                                                  \
			 "gateway-connections: { h: { gateway: hub, circuit: er } }\n"             \
			 "vpn-connections:\n  vb: { between: [b, hub], rtt: 20ms }\n" dc1

static void expressroute_goes_before_vpn_for_the_same_prefix(void **state)
{
	own_world w = world_open(BOTH_GATEWAYS("", ", preference: { vd: 50 }",
					       "  vd: { between: [dc1, hub], rtt: 30ms }\n"));
	own_world even =
		world_open(BOTH_GATEWAYS("", "", "  vd: { between: [dc1, hub], rtt: 30ms }\n"));

	(void)state;
	assert_rib(&w, "hub.fabric", "192.168.1.0/24",
		   "er.primary 12076 64512, er.secondary 12076 64512, (hub.vpn-gateway 64512)");
	assert_path(&w, "hub.app", "dc1.lan",
		    "hub.app > hub.fabric > er.primary > dc1.ce > dc1.lan = 2ms");
	assert_rib(&w, "dc1.ce", "10.1.0.0/16",
		   "er.primary 12076, er.secondary 12076, (hub.vpn-gateway 65515)");
	/* A site is no transit between its circuit and its tunnel without 'transit: true'. */
	assert_rib(&w, "dc1.ce", "192.168.2.0/24", "hub.vpn-gateway 65515 64514");
	assert_rib(&w, "er.primary", "192.168.2.0/24", "");
	/* An on-premises edge has no preference of its own. */
	assert_rib(&even, "dc1.ce", "10.1.0.0/16",
		   "er.primary 12076, er.secondary 12076, hub.vpn-gateway 65515");
}

static void a_tunnel_without_bgp_brings_what_its_networks_list(void **state)
{
	own_world w = world_open(BOTH_GATEWAYS(
		"", "", "  vd: { between: [dc1, hub], rtt: 30ms, networks: [192.168.1.0/25] }\n"));

	(void)state;
	assert_entry(&w, "hub.fabric", "192.168.1.10", "192.168.1.0/25 bgp hub.vpn-gateway");
	assert_entry(&w, "hub.fabric", "192.168.1.200",
		     "192.168.1.0/24 bgp er.primary er.secondary");
	assert_entry(&w, "hub.vpn-gateway", "192.168.1.10", "192.168.1.0/25 static dc1.ce");
	assert_rib(&w, "hub.vpn-gateway", "192.168.1.0/24", ""); /* not listed */
	assert_rib(&w, "dc1.ce", "192.168.1.0/25", "");		 /* never back */
	assert_rib(&w, "b.ce", "192.168.1.0/25", "hub.vpn-gateway 65515");
}

static void vpn_and_expressroute_do_not_transit_by_themselves(void **state)
{
	own_world w = world_open(BOTH_GATEWAYS("", "", ""));

	(void)state;
	assert_rib(&w, "er.primary", "192.168.2.0/24", "");
	assert_path(&w, "b.lan", "dc1.lan",
		    "b.lan > b.ce ! b.ce has no route to 192.168.1.10; "
		    "at hub.vpn-gateway: the ExpressRoute and the VPN gateway of hub do not tell "
		    "each other what they know: that takes a Route Server with "
		    "'branch-to-branch: true'");
}

static void branch_to_branch_joins_the_gateways(void **state)
{
	own_world w =
		world_open(BOTH_GATEWAYS(", route-server: { branch-to-branch: true }", "", ""));
	own_world off = world_open(BOTH_GATEWAYS(", route-server: {}", "", ""));

	(void)state;
	assert_rib(&w, "hub.er-gateway", "192.168.2.0/24", "hub.vpn-gateway 64514");
	assert_rib(&w, "dc1.ce", "192.168.2.0/24", "er.primary 12076, er.secondary 12076");
	assert_rib(&w, "b.ce", "192.168.1.0/24", "hub.vpn-gateway 65515 12076 64512");
	/* One direction goes directly to the circuit, the other through both gateways. */
	assert_path(&w, "b.lan", "dc1.lan",
		    "b.lan > b.ce > hub.vpn-gateway > er.primary > dc1.ce > dc1.lan = 22ms");
	assert_path(&w, "dc1.lan", "b.lan",
		    "dc1.lan > dc1.ce > er.primary > hub.er-gateway > hub.vpn-gateway > b.ce > "
		    "b.lan = 22ms");
	assert_rib(&off, "b.ce", "192.168.1.0/24", "");
}

/* ---- errors ---- */

static void vpn_connections_that_cannot_be_are_refused(void **state)
{
	static const char head[] = HEAD "sites:\n" SITE("a", "64512", "192.168.1.0/24", "")
		SITE("b", "64514", "192.168.2.0/24",
		     "") "virtual-networks:\n"
			 "  n: { " REGION "address-space: [10.1.0.0/16], gateways: { vpn: {} } }\n"
			 "  m: { " REGION "address-space: [10.2.0.0/16], gateways: { vpn: {} } }\n"
			 "  o: { " REGION "address-space: [10.3.0.0/16] }\n"
			 "vpn-connections:\n  v: ";
	static const struct {
		const char *v, *want;
	} cases[] = {
		{ "{ between: [b, b], rtt: 1ms }",
		  "11:21: error: 'v' joins two sites: one end is a virtual network's VPN gateway "
		  "[no-gateway]\n" },
		{ "{ between: [n, n] }", "11:21: error: 'v' joins 'n' with itself [self-join]\n" },
		{ "{ between: [b, o], rtt: 1ms }",
		  "11:21: error: 'o' has no VPN gateway [no-gateway]\n" },
		{ "{ between: [n, m] }",
		  "11:3: error: both ends of 'v' have AS number 65515, so neither takes the "
		  "other's routes [vpn-asn]\n" },
		{ "{ between: [b, n] }", "11:3: error: 'v' needs the key 'rtt' [missing-key]\n" },
		{ "{ between: [b, n], rtt: 1ms, networks: [10.9.0.0/16] }",
		  "11:46: warning: 10.9.0.0/16 is not a network of 'b': no host behind the tunnel "
		  "is in it [vpn-networks]\n" },
		{ "{ between: [b, n], rtt: 1ms }\n  w: { between: [n, b], rtt: 1ms }",
		  "12:3: error: 'w' joins the same two ends as 'v'; see t.yaml:11 "
		  "[duplicate-join]\n" },
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		snprintf(text, sizeof(text), "%s%s\n", head, cases[i].v);
		assert_findings(text, cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vpn_connections_of_one_gateway_transit_and_spokes_use_it),
		cmocka_unit_test(a_tunnel_joins_two_networks_at_the_slower_gateway_s_rate),
		cmocka_unit_test(expressroute_goes_before_vpn_for_the_same_prefix),
		cmocka_unit_test(a_tunnel_without_bgp_brings_what_its_networks_list),
		cmocka_unit_test(vpn_and_expressroute_do_not_transit_by_themselves),
		cmocka_unit_test(branch_to_branch_joins_the_gateways),
		cmocka_unit_test(vpn_connections_that_cannot_be_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
