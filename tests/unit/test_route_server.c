/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Route Server, and appliances that speak BGP to it. Each rule on the tables that it makes. */
#include <stdio.h>

#include "model/model.h"
#include "pieces.h"
#include "world.h"

#define FW(name, address, asn, announce)                                                           \
	name ": { address: " address ", ip-forwarding: true, asn: " asn ","                        \
	     " announce: [" announce "] }"

/* Two sites, each on a circuit of its own, and a hub on both that has a Route Server. */
#define WITH_SERVER(server, vms, more)                                                                                  \
	HEAD "sites:\n" SITE("dc1", "64512", "192.168.1.0/24", "") SITE(                                                \
		"dc2", "64514", "192.168.2.0/24",                                                                       \
		"") "circuits:\n"                                                                                       \
		    "  er1: { site: dc1, region: westeurope }\n"                                                        \
		    "  er2: { site: dc2, region: westeurope }\n"                                                        \
		    "virtual-networks:\n"                                                                               \
		    "  hub: { " REGION                                                                                  \
		    "address-space: [10.1.0.0/16], subnets: { app: 10.1.1.0/24,"                                        \
		    " nva: { prefix: 10.1.2.0/24, vms: { " vms " } } },"                                                \
		    " gateways: { expressroute: {}, route-server: " server more " } }\n" SPOKE(                         \
			    "s",                                                                                        \
			    "10.2") "peerings:\n"                                                                       \
				    "  p: { hub: { allow-gateway-transit: true }, s: { use-remote-gateways: true } }\n" \
				    "gateway-connections:\n"                                                            \
				    "  h1: { gateway: hub, circuit: er1 }\n"                                            \
				    "  h2: { gateway: hub, circuit: er2 }\n"

static void a_route_server_carries_no_packets_and_joins_no_circuits(void **state)
{
	own_world w = world_open(WITH_SERVER("{ branch-to-branch: true }",
					     FW("fw", "10.1.2.4", "64999", "172.20.0.0/16"), ""));

	(void)state;
	/* The next hop stays the appliance, for the hub, for the spoke and for the gateway. */
	assert_rib(&w, "hub.route-server", "172.20.0.0/16", "hub.fw 64999");
	assert_entry(&w, "hub.fabric", "172.20.0.1", "172.20.0.0/16 bgp hub.fw");
	assert_entry(&w, "s.fabric", "172.20.0.1", "172.20.0.0/16 bgp hub.fw");
	assert_entry(&w, "hub.er-gateway", "172.20.0.1", "172.20.0.0/16 bgp hub.fw");
	assert_rib(&w, "er1.primary", "172.20.0.0/16", "hub.er-gateway 65515 64999");
	assert_rib(&w, "dc1.ce", "172.20.0.0/16", "er1.primary 12076, er1.secondary 12076");
	/* The appliance has the server's routes, but sends by its subnet's table. */
	assert_rib(&w, "hub.fw", "192.168.1.0/24", "er1.primary 65515 12076 64512");
	assert_entry(&w, "hub.fw", "192.168.1.10", "0.0.0.0/0 static hub.fabric");
	assert_entry(&w, "hub.fw", "172.20.0.1", "0.0.0.0/0 static hub.fabric");
	assert_rib(&w, "er2.primary", "192.168.1.0/24", "");
	assert_int_equal(w.f->nodes.v[world_node(&w, "hub.route-server")].ifaces.n, 0);
}

static void what_an_appliance_announces_does_not_come_back_over_global_reach(void **state)
{
	own_world w = world_open(WITH_SERVER("{ branch-to-branch: true }",
					     FW("fw", "10.1.2.4", "64999", "172.20.0.0/16"),
					     "") "global-reach: { g: [er1, er2] }\n");

	(void)state;
	assert_rib(&w, "er1.primary", "172.20.0.0/16",
		   "hub.er-gateway 65515 64999, (er2.primary 65515 64999)");
	assert_rib(&w, "hub.er-gateway", "172.20.0.0/16", "hub.fw 64999");
}

/* FastPath leads to the network's own machines; the rest still goes by the gateway and its table.
 * */
static void what_an_appliance_announces_does_not_take_fastpath(void **state)
{
	own_world w = world_open(
		HEAD
		"sites: { dc1: { asn: 64512, networks: { lan: 192.168.1.0/24 } } }\n"
		"circuits: { er: { site: dc1, region: westeurope } }\n"
		"virtual-networks:\n"
		"  hub: { " REGION "address-space: [10.1.0.0/16], subnets: { nva: { prefix: "
		"10.1.2.0/24, vms: { " FW(
			"fw", "10.1.2.4", "64999",
			"172.20.0.0/16") " } } }, "
					 "gateways: { expressroute: { sku: ErGw3Az, fastpath: true }, "
					 "route-server: { branch-to-branch: true } } }\n"
					 "gateway-connections: { h: { gateway: hub, circuit: er } }\n");

	(void)state;
	assert_rib(&w, "er.primary", "10.1.0.0/16", "hub.fabric 65515");
	assert_rib(&w, "er.primary", "172.20.0.0/16", "hub.er-gateway 65515 64999");
}

/* 8.5 with two regions, and a gateway's import of routes of another network's appliances. */
#define TWO_HUBS(settings)                                                                                 \
	HEAD "private-clouds:\n" CLOUD("a", "10.10", "") "virtual-networks:\n" ANNOUNCING(                 \
		"n1", "10.1", settings, "fw1") ANNOUNCING("n2", "10.2", settings, "fw2")                   \
		HUB("n3", "10.3",                                                                          \
		    settings) "gateway-connections:\n"                                                     \
			      "  n1-a: { gateway: n1, circuit: a }\n  n2-a: { gateway: n2, circuit: a }\n" \
			      "  n3-a: { gateway: n3, circuit: a }\n"
#define ANNOUNCING(name, net, settings, fw)                                                        \
	"  " name ": { " REGION "address-space: [" net ".0.0/16], subnets: { nva: { prefix: " net  \
	".2.0/24, vms: { " FW(fw, net ".2.4", "64999",                                             \
			      "0.0.0.0/0") " } } }, gateways: {"                                   \
					   " expressroute: " settings                              \
					   ", route-server: { branch-to-branch: true } } }\n"

static void two_hubs_default_routes_share_a_cloud_s_load_and_stay_out_of_each_other(void **state)
{
	own_world w = world_open(TWO_HUBS("{}"));
	own_world x = world_open(TWO_HUBS("{ allow-remote-virtual-networks: true }"));

	(void)state;
	assert_rib(&w, "a.primary", "0.0.0.0/0",
		   "n1.er-gateway 65515 64999, n2.er-gateway 65515 64999");
	assert_rib(&w, "n1.er-gateway", "0.0.0.0/0", "n1.fw1 64999");
	assert_rib(&w, "n2.er-gateway", "0.0.0.0/0", "n2.fw2 64999");
	assert_rib(&w, "n3.er-gateway", "0.0.0.0/0", "");
	assert_entry(&w, "n3.fabric", "198.51.100.1", "");
	assert_rib(&x, "n3.er-gateway", "0.0.0.0/0",
		   "a.primary 12076 12076 64999, a.secondary 12076 12076 64999");
}

static void without_branch_to_branch_only_networks_learn_from_appliances(void **state)
{
	own_world w =
		world_open(WITH_SERVER("{}", FW("fw", "10.1.2.4", "64999", "172.20.0.0/16"), ""));

	(void)state;
	assert_entry(&w, "s.fabric", "172.20.0.1", "172.20.0.0/16 bgp hub.fw");
	assert_rib(&w, "hub.er-gateway", "172.20.0.0/16", "");
	assert_rib(&w, "hub.fw", "192.168.1.0/24", "");
}

static void equal_appliances_share_the_load_and_expressroute_goes_first(void **state)
{
	own_world w = world_open(
		WITH_SERVER("{ branch-to-branch: true }",
			    FW("fw1", "10.1.2.4", "64999", "172.20.0.0/16, 192.168.1.0/24") ", " FW(
				    "fw2", "10.1.2.5", "64998", "172.20.0.0/16"),
			    ""));

	(void)state;
	assert_entry(&w, "hub.fabric", "172.20.0.1", "172.20.0.0/16 bgp hub.fw1 hub.fw2");
	assert_entry(&w, "hub.fabric", "192.168.1.10",
		     "192.168.1.0/24 bgp er1.primary er1.secondary");
	assert_rib(&w, "hub.route-server", "192.168.1.0/24",
		   "er1.primary 12076 64512, (hub.fw1 64999)");
}

static void supernets_of_an_appliance_join_two_circuits(void **state)
{
	own_world plain = world_open(WITH_SERVER(
		"{ branch-to-branch: true }", FW("fw", "10.1.2.4", "64999", "192.168.0.0/16"), ""));
	own_world steered = world_open(WITH_SERVER(
		"{ branch-to-branch: true }", FW("fw", "10.1.2.4", "64999", "192.168.0.0/16"),
		", route-table: t") "route-tables: { t: { 192.168.1.0/24: { virtual-appliance: 10.1.2.4 },"
				    " 192.168.2.0/24: { virtual-appliance: 10.1.2.4 } } }\n");

	(void)state;
	/* Without the table the gateway hairpins. */
	assert_path(&plain, "dc1.lan", "dc2.lan",
		    "dc1.lan > dc1.ce > er1.primary > hub.er-gateway > er2.primary > dc2.ce > "
		    "dc2.lan = 4ms");
	assert_path(&steered, "dc1.lan", "dc2.lan",
		    "dc1.lan > dc1.ce > er1.primary > hub.er-gateway > hub.fw > hub.fabric > "
		    "er2.primary > dc2.ce > dc2.lan = 4ms");
}

static void an_appliance_that_follows_its_own_default_route_goes_round_in_circles(void **state)
{
	own_world w = world_open(WITH_SERVER(
		"{ branch-to-branch: true }", FW("fw", "10.1.2.4", "64999", "0.0.0.0/0"),
		"") "internet: { hosts: { probe: 198.51.100.10/24 } }\n");

	(void)state;
	assert_entry(&w, "hub.fabric", "198.51.100.10", "0.0.0.0/0 bgp hub.fw");
	assert_path(&w, "hub.app", "internet.probe",
		    "hub.app > hub.fabric > hub.fw > hub.fabric ! forwarding loop "
		    "at hub.fabric: hub.fabric > hub.fw > hub.fabric");
}

static void of_two_appliances_one_may_have_forgotten_its_table(void **state)
{
	own_world w = world_open(
		HEAD
		"virtual-networks:\n"
		"  n: { " REGION "address-space: [10.1.0.0/16], gateways: { route-server: {} },"
		" subnets: { app: 10.1.1.0/24,"
		" good: { prefix: 10.1.2.0/24, route-table: out,"
		" vms: { " FW(
			"fw1", "10.1.2.4", "64999",
			"0.0.0.0/0") " } },"
				     " bad: { prefix: 10.1.3.0/24,"
				     " vms: { " FW(
					     "fw2", "10.1.3.4", "64998",
					     "0.0.0.0/0") " } } } }\n"
							  "route-tables: { out: { 0.0.0.0/0: internet } }\n"
							  "internet: { hosts: { probe: 198.51.100.10/24 } }\n");
	struct verdict v;

	(void)state;
	/* One is as good as the other: half of the flows arrive at first, half of the rest ... */
	routes_predict(w.r, world_node(&w, "n.app"), world_node(&w, "internet.probe"), &v);
	assert_true(v.reachable && v.multipath && v.partial);
	verdict_release(&v);
	routes_predict(w.r, world_node(&w, "n.fw1"), world_node(&w, "internet.probe"), &v);
	assert_true(v.reachable && !v.multipath && !v.partial);
	verdict_release(&v);
}

/* Two networks with a circuit, a Route Server and an appliance each, and a tunnel. */
#define SERVED(name, net, fw, asn)                                                                 \
	"  " name ": { " REGION "address-space: [" net ".0.0/16],"                                 \
	" gateways: { expressroute: {}, route-server: { branch-to-branch: true } },"               \
	" subnets: { nva: { prefix: " net ".2.0/24, vms: {"                                        \
	" " fw ": { address: " net ".2.4, ip-forwarding: true, asn: " asn " } } } } }\n"
#define TRANSIT(transit)                                                                           \
	HEAD "sites:\n" SITE(                                                                      \
		"dc1", "64512", "192.168.1.0/24",                                                  \
		"") "circuits: { er: { site: dc1, region: westeurope } }\n"                        \
		    "private-clouds:\n" CLOUD("a", "10.10", "") "virtual-networks:\n" SERVED(      \
			    "n", "10.1", "fw1", "64599" transit)                                   \
			    SERVED("m", "10.2", "fw2",                                             \
				   "64598" transit) "gateway-connections:\n"                       \
						    "  h1: { gateway: n, circuit: er }\n"          \
						    "  h2: { gateway: m, circuit: a }\n"           \
						    "links: { tunnel: { between: [n.fw1, m.fw2], delay: 1ms, bgp: true } }\n"

static void two_appliances_with_a_tunnel_make_a_transit_network(void **state)
{
	own_world w = world_open(TRANSIT(", transit: true")), off = world_open(TRANSIT(""));
	struct plan *p = world_plan(&w, VRF_DEVICE, DELAY_NETEM);
	own_text t = { 0 };

	(void)state;
	/* Azure's numbers are taken out: no Route Server sees its own. */
	assert_rib(&w, "n.fw1", "10.10.64.0/24", "m.fw2 64598");
	assert_rib(&w, "n.route-server", "10.10.64.0/24", "n.fw1 64599 64598");
	assert_rib(&w, "er.primary", "10.10.64.0/24", "n.er-gateway 65515 64599 64598");
	assert_rib(&w, "a.t0", "192.168.1.0/24",
		   "a.primary 12076 65515 64598 64599 64512, a.secondary 12076 65515 "
		   "64598 64599 64512");
	/* The network's own space, too. */
	assert_rib(&w, "a.primary", "10.1.0.0/16", "m.er-gateway 65515 64598 64599");
	assert_path(&w, "dc1.lan", "a.web",
		    "dc1.lan > dc1.ce > er.primary > n.er-gateway > n.fw1 > m.fw2 > m.fabric > "
		    "a.primary > a.t0 > a.t1 > a.web = 5.5ms");
	assert_rib(&off, "n.fw1", "10.10.64.0/24", "");
	/* Packets that an appliance itself sends into the tunnel have its own address. */
	plan_text(p, &t);
	assert_non_null(strstr(text_str(&t), " dev m-fw2 src 10.1.2.4 proto bgp\n"));
	plan_free(p);
}

/* As in a published lab, where the hub's gateway has AS 300, and the branches' 100 and 200. */
static void a_vpn_gateway_of_another_as_exchanges_routes_too(void **state)
{
	static const struct {
		const char *asn, *at_appliance, *at_branch;
	} gateways[] = {
		{ "300", "hub.vpn-gateway 65515 300 200", "hub.vpn-gateway 300 65515 64000" },
		{ "65010", "hub.vpn-gateway 65515 65010 200", "hub.vpn-gateway 65010 65515 64000" },
		{ "65515", "hub.vpn-gateway 65515 200", "hub.vpn-gateway 65515 64000" },
	};

	(void)state;
	for (size_t i = 0; i < countof(gateways); i++) {
		own_text yaml = { 0 };
		own_world w = { 0 };

		text_printf(
			&yaml,
			HEAD
			"virtual-networks:\n"
			"  hub: { " REGION "address-space: 10.0.0.0/16, subnets: { nva: { prefix: "
			"10.0.253.0/24, vms: { " FW(
				"csr", "10.0.253.4", "64000",
				"10.1.0.0/16") " } } }, "
					       "gateways: { vpn: { active-active: true, asn: %s }, route-server: { "
					       "branch-to-branch: true } } }\n"
					       "  branch2: { " REGION
					       "address-space: 10.2.0.0/16, gateways: { vpn: { asn: "
					       "200 } } }\n"
					       "vpn-connections: { v: { between: [hub, branch2] } }\n",
			gateways[i].asn);
		w = world_open(text_str(&yaml));
		assert_rib(&w, "hub.csr", "10.2.0.0/16", gateways[i].at_appliance);
		assert_rib(&w, "branch2.vpn-gateway", "10.1.0.0/16", gateways[i].at_branch);
	}
}

/* ---- errors ---- */

static void branch_to_branch_and_appliances_that_cannot_be_are_found(void **state)
{
	static const struct {
		const char *body, *want;
	} cases[] = {
		{ "virtual-networks:\n"
		  "  n: { region: westeurope, address-space: [10.1.0.0/16], gateways: { vpn: {}, "
		  "route-server: { branch-to-branch: true } } }\n",
		  "4:70: error: branch-to-branch needs an active-active VPN gateway in 'n' "
		  "[route-server]\n" },
		{ "virtual-networks:\n"
		  "  n: { region: westeurope, address-space: [10.1.0.0/16], "
		  "gateways: { vpn: { active-active: true, asn: 64999 }, "
		  "route-server: { branch-to-branch: true } } }\n",
		  "4:103: warning: branch-to-branch is documented for AS number 65515 at the VPN "
		  "gateway of 'n', not for 64999 [route-server]\n" },
		{ "virtual-networks:\n"
		  "  n: { region: westeurope, address-space: [10.1.0.0/16], gateways: { vpn: { asn: "
		  "300 }, route-server: { branch-to-branch: true } } }\n",
		  "4:82: warning: branch-to-branch is documented for AS number 65515 at the VPN "
		  "gateway of 'n', not for 300 [route-server]\n"
		  "4:70: error: branch-to-branch needs an active-active VPN gateway in 'n' "
		  "[route-server]\n" },
		{ "virtual-networks:\n"
		  "  n: { region: westeurope, address-space: [10.1.0.0/16], "
		  "subnets: { a: { prefix: 10.1.1.0/24, vms: { fw: { ip-forwarding: true, "
		  "asn: 65536 } } } }, gateways: { route-server: {} } }\n",
		  "4:134: error: a Route Server accepts only 16-bit AS numbers: 'fw' has 65536 "
		  "[route-server]\n" },
		{ "virtual-networks:\n"
		  "  n: { region: westeurope, address-space: [10.1.0.0/16], "
		  "subnets: { a: { prefix: 10.1.1.0/24, vms: { fw: { ip-forwarding: true, "
		  "asn: 64999 } } } } }\n",
		  "4:134: warning: 'fw' has no BGP peer: 'n' has no Route Server and uses no "
		  "remote one [route-server]\n" },
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		snprintf(text, sizeof(text), HEAD "%s", cases[i].body);
		assert_findings(text, cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_route_server_carries_no_packets_and_joins_no_circuits),
		cmocka_unit_test(what_an_appliance_announces_does_not_come_back_over_global_reach),
		cmocka_unit_test(what_an_appliance_announces_does_not_take_fastpath),
		cmocka_unit_test(
			two_hubs_default_routes_share_a_cloud_s_load_and_stay_out_of_each_other),
		cmocka_unit_test(without_branch_to_branch_only_networks_learn_from_appliances),
		cmocka_unit_test(equal_appliances_share_the_load_and_expressroute_goes_first),
		cmocka_unit_test(supernets_of_an_appliance_join_two_circuits),
		cmocka_unit_test(
			an_appliance_that_follows_its_own_default_route_goes_round_in_circles),
		cmocka_unit_test(of_two_appliances_one_may_have_forgotten_its_table),
		cmocka_unit_test(two_appliances_with_a_tunnel_make_a_transit_network),
		cmocka_unit_test(a_vpn_gateway_of_another_as_exchanges_routes_too),
		cmocka_unit_test(branch_to_branch_and_appliances_that_cannot_be_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
