/* What steers packets inside virtual networks: user routes, appliances, VPN gateways, Route
 * Servers. Each rule on the tables that it makes. */
#include <stdio.h>

#include "model/model.h"
#include "world.h"

#define HEAD "netemu: 1\nname: t\n"
#define REGION "region: westeurope, "

static void assert_findings(const char *yaml, const char *want)
{
	own_world w = world_try(yaml);
	own_text t = { 0 };

	world_findings(&w, &t);
	assert_string_equal(text_str(&t), want);
}

static void assert_entry(const struct world *w, const char *node, const char *to, const char *want)
{
	struct addr a;
	const struct fib_entry *e;
	own_text t = { 0 };

	assert_true(addr_parse(to, &a));
	e = routes_lookup(w->r, world_node(w, node), &a);
	if (e) {
		text_printf(&t, "%s %s", PREFIX_STR(&e->prefix), fib_source_name(e->source));
		for (uint32_t i = 0; i < e->nhops; i++)
			text_printf(&t, " %s",
				    w->f->nodes.v[w->f->ifaces.v[w->r->hops.v[e->hop + i].via].node].name);
	}
	assert_string_equal(text_str(&t), want);
}

/* ---- user routes ---- */

/* Hub with an appliance and two spokes; each test says which tables and flags they have. */
#define SPOKES(tables, app1, half1, half2)                                                         \
	HEAD "route-tables:\n" tables                                                              \
	     "virtual-networks:\n"                                                                 \
	     "  hub: { " REGION "address-space: [10.1.0.0/16], subnets: { app: 10.1.1.0/24,"       \
	     " nva: { prefix: 10.1.2.0/24, vms: { fw: { address: 10.1.2.4, ip-forwarding: true } } } } }\n" \
	     "  s1: { " REGION "address-space: [10.2.0.0/16], subnets: { app: " app1               \
	     ", db: 10.2.2.0/24 } }\n"                                                             \
	     "  s2: { " REGION "address-space: [10.3.0.0/16], subnets:"                            \
	     " { app: { prefix: 10.3.1.0/24, route-table: t } } }\n"                               \
	     "peerings:\n"                                                                         \
	     "  p1: { hub: {}, s1: " half1 " }\n"                                                  \
	     "  p2: { hub: {}, s2: " half2 " }\n"

#define TO_FW "  t: { 10.0.0.0/8: { virtual-appliance: 10.1.2.4 } }\n"
#define WITH_TABLE "{ prefix: 10.2.1.0/24, route-table: t }"
#define FORWARDED "{ allow-forwarded-traffic: true }"

static void spokes_reach_each_other_through_an_appliance(void **state)
{
	own_world w = world_open(SPOKES(TO_FW, WITH_TABLE, FORWARDED, FORWARDED));

	(void)state;
	/* One direct link to the appliance: half of a peering's 1 ms each time. */
	assert_path(&w, "s1.app", "s2.app",
		    "s1.app > s1.fabric-app > hub.fw > hub.fabric > s2.fabric > s2.fabric-app > s2.app = 2ms");
	assert_entry(&w, "s1.fabric-app", "10.3.1.4", "10.0.0.0/8 user hub.fw");
	/* A shorter user route changes nothing for the own and the peered space. */
	assert_entry(&w, "s1.fabric-app", "10.2.2.4", "10.2.0.0/16 system s1.fabric");
	assert_entry(&w, "s1.fabric-app", "10.1.1.4", "10.1.0.0/16 system s1.fabric");
	assert_int_equal(w.f->nodes.v[world_node(&w, "hub.fw")].kind, NODE_NVA);
}

static void forwarded_traffic_stays_out_of_a_half_that_does_not_allow_it(void **state)
{
	own_world w = world_open(SPOKES(TO_FW, WITH_TABLE, FORWARDED, "{}"));
	struct plan *p = plan_build(w.f, w.r, (struct plan_backends){ .vrf = VRF_NAMESPACE, .delay = DELAY_RELAY });
	own_text t = { 0 };

	(void)state;
	assert_path(&w, "s1.app", "s2.app",
		    "s1.app > s1.fabric-app > hub.fw > hub.fabric ! what hub.fabric passes on is not "
		    "let in: peering p2: allow-forwarded-traffic is off in the half of s2, so only what "
		    "hub itself sends comes in");
	/* Each end is said by its own half. */
	for (size_t i = 0; i < w.f->links.n; i++)
		for (int end = 0; end < 2; end++) {
			const struct fabric_link *l = &w.f->links.v[i];

			if (l->only_from[end].n && l->object->name[0] == 'p')
				assert_non_null(strstr(l->only_why[end],
						       w.f->nodes.v[w.f->ifaces.v[l->end[end].iface].node].object->name));
		}
	assert_path(&w, "hub.fw", "s2.app",
		    "hub.fw > hub.fabric > s2.fabric > s2.fabric-app > s2.app = 1ms");
	plan_text(p, &t);
	assert_non_null(strstr(text_str(&t), "  filter dev s2-hub only from 10.1.0.0/16 100.64."));
	assert_int_equal(plan_count(p).filters, 5); /* the hub's halves, s2's, two links to fw */
	plan_free(p);
}

static void without_appliances_there_is_nothing_to_filter(void **state)
{
	own_world w = world_open(HEAD "virtual-networks:\n"
				 "  a: { " REGION "address-space: [10.1.0.0/16], subnets: { app: 10.1.1.0/24 } }\n"
				 "  b: { " REGION "address-space: [10.2.0.0/16], subnets: { app: 10.2.1.0/24 } }\n"
				 "peerings: { p: [a, b] }\n");
	struct plan *p = plan_build(w.f, w.r, (struct plan_backends){ .vrf = VRF_DEVICE, .delay = DELAY_NETEM });

	(void)state;
	assert_int_equal(plan_count(p).filters, 0);
	plan_free(p);
}

static void a_user_route_for_a_known_prefix_goes_before_the_system_s_own(void **state)
{
	own_world w = world_open(SPOKES("  t: { 10.1.0.0/16: none, 10.2.0.0/16: { virtual-appliance: 10.1.2.4 } }\n",
					WITH_TABLE, FORWARDED, FORWARDED));

	(void)state;
	assert_entry(&w, "s1.fabric-app", "10.1.1.4", "10.1.0.0/16 user");
	assert_entry(&w, "s1.fabric-app", "10.2.2.4", "10.2.0.0/16 user hub.fw");
	assert_path(&w, "s1.app", "hub.app",
		    "s1.app > s1.fabric-app ! s1.fabric-app drops what is for 10.1.0.0/16: user route of t: none");
}

/* What is sent to an appliance that is gone is lost: the system's own route does not come back. */
static void a_user_route_stays_when_its_appliance_has_failed(void **state)
{
	own_world w = world_open(SPOKES("  t: { 10.1.0.0/16: { virtual-appliance: 10.1.2.4 } }\n",
					WITH_TABLE, FORWARDED, FORWARDED) "failed: [hub.fw]\n");

	(void)state;
	assert_entry(&w, "s1.fabric-app", "10.1.1.4", "10.1.0.0/16 user");
	assert_path(&w, "s1.app", "hub.app",
		    "s1.app > s1.fabric-app ! s1.fabric-app has no route to 10.1.1.4 (dropped by "
		    "10.1.0.0/16, user route of t); at s1.fabric-app: 'hub.fw' has failed");
}

static void a_network_s_space_is_one_route_however_many_subnets_have_tables(void **state)
{
	own_world w = world_open(
		HEAD "virtual-networks:\n"
		     "  n: { " REGION "address-space: [10.1.0.0/16], subnets: {"
		     " a: { prefix: 10.1.1.0/24, route-table: t }, b: { prefix: 10.1.2.0/24, route-table: t },"
		     " nva: { prefix: 10.1.3.0/24, vms: { fw: { address: 10.1.3.4, ip-forwarding: true } } } } }\n"
		     "route-tables: { t: { 10.1.0.0/16: { virtual-appliance: 10.1.3.4 } } }\n");

	(void)state;
	assert_entry(&w, "n.fabric-a", "10.1.2.4", "10.1.0.0/16 user n.fw");
	assert_path(&w, "n.a", "n.b", "n.a > n.fabric-a > n.fw > n.fabric > n.fabric-b > n.b = 0ms");
}

static void a_user_route_may_lead_to_the_vpn_gateway_or_to_the_internet(void **state)
{
	own_world w = world_open(
		HEAD "virtual-networks:\n"
		"  hub: { " REGION "address-space: [10.1.0.0/16], gateways: { vpn: {} },"
		" subnets: { app: { prefix: 10.1.1.0/24, route-table: t, gateway-routes: false } } }\n"
		"  s: { " REGION "address-space: [10.2.0.0/16], subnets: { app: { prefix: 10.2.1.0/24, route-table: t } } }\n"
		"peerings: { p: { hub: { allow-gateway-transit: true }, s: { use-remote-gateways: true } } }\n"
		"route-tables: { t: { 0.0.0.0/0: virtual-network-gateway, 198.51.100.0/24: internet } }\n"
		"internet: { hosts: { probe: 198.51.100.10/24 } }\n");

	(void)state;
	assert_entry(&w, "hub.fabric-app", "203.0.113.1", "0.0.0.0/0 user hub.vpn-gateway");
	assert_entry(&w, "s.fabric-app", "203.0.113.1", "0.0.0.0/0 user hub.vpn-gateway");
	assert_entry(&w, "s.fabric-app", "198.51.100.10", "198.51.100.0/24 user s.nat");
	assert_path(&w, "s.app", "internet.probe",
		    "s.app > s.fabric-app > s.nat > internet > internet.probe = 4ms");
}

static void gateway_routes_stay_off_a_subnet_that_does_not_want_them(void **state)
{
	own_world w = world_open(
		HEAD "sites:\n  dc1: { asn: 64512, networks: { lan: 192.168.10.0/24 } }\n"
		     "circuits: { er: { site: dc1, region: westeurope } }\n"
		     "virtual-networks:\n"
		     "  hub: { " REGION "address-space: [10.1.0.0/16], gateways: { expressroute: {} },"
		     " subnets: { app: 10.1.1.0/24, off: { prefix: 10.1.2.0/24, gateway-routes: false },"
		     " on: { prefix: 10.1.3.0/24, route-table: t } } }\n"
		     "gateway-connections: { h: { gateway: hub, circuit: er } }\n"
		     "route-tables: { t: { 192.168.10.0/24: vnet-local, 192.168.11.0/24: none } }\n");

	(void)state;
	assert_entry(&w, "hub.fabric", "192.168.10.10", "192.168.10.0/24 bgp er.primary er.secondary");
	assert_entry(&w, "hub.fabric-off", "192.168.10.10", "192.168.0.0/16 system");
	/* A user route for the same prefix beats the gateway's; both stay listed. */
	assert_entry(&w, "hub.fabric-on", "192.168.10.10", "192.168.10.0/24 user hub.fabric");
	assert_rib(&w, "hub.fabric-on", "192.168.10.0/24",
		   "er.primary 12076 64512, er.secondary 12076 64512");
	assert_path(&w, "hub.on", "hub.app", "hub.on > hub.fabric-on > hub.fabric > hub.app = 0ms");
	assert_path(&w, "dc1.lan", "hub.off",
		    "dc1.lan > dc1.ce > er.primary > hub.er-gateway > hub.fabric > hub.fabric-off > hub.off "
		    "! no way back: hub.fabric-off has no route to 192.168.10.10 (dropped by "
		    "192.168.0.0/16, system route 'None' of a virtual network); gateway-routes is off "
		    "in hub.off: what gateways learn is kept off it");
}

static void a_next_hop_that_does_not_forward_is_a_warning_and_drops(void **state)
{
	static const char head[] =
		HEAD "virtual-networks:\n  hub: { " REGION "address-space: [10.1.0.0/16], subnets: { "
		     "app: { prefix: 10.1.1.0/24, route-table: t }, nva: { prefix: 10.1.2.0/24, vms: { pc: 10.1.2.4 } } } }\n"
		     "route-tables: { t: { 0.0.0.0/0: { virtual-appliance: %s } } }\n";
	char text[1024];

	(void)state;
	snprintf(text, sizeof(text), head, "10.1.2.4");
	assert_findings(text, "5:54: warning: 'pc' (10.1.2.4) does not forward: what goes to 0.0.0.0/0 is "
			      "dropped [next-hop]\n");
	snprintf(text, sizeof(text), head, "10.1.2.9");
	assert_findings(text, "5:54: warning: 10.1.2.9 is the address of no machine in 'hub' or a network "
			      "peered with it: what goes to 0.0.0.0/0 is dropped [next-hop]\n");
}

static void the_gateways_have_a_table_of_their_own(void **state)
{
	static const char body[] =
		"sites:\n  dc1: { asn: 64512, networks: { lan: 192.168.10.0/24 } }\n"
		"circuits: { er: { site: dc1, region: westeurope } }\n"
		"virtual-networks:\n"
		"  hub: { " REGION "address-space: [10.1.0.0/16], gateways: { expressroute: {}, route-table: t },"
		" subnets: { app: 10.1.1.0/24, nva: { prefix: 10.1.2.0/24, vms: { fw: { address: 10.1.2.4, ip-forwarding: true } } } } }\n"
		"gateway-connections: { h: { gateway: hub, circuit: er } }\n";
	own_world w = { 0 };
	char text[2048];

	(void)state;
	snprintf(text, sizeof(text), HEAD "%s%s", body,
		 "route-tables: { t: { 10.1.1.0/24: { virtual-appliance: 10.1.2.4 } } }\n");
	w = world_open(text);
	/* Inbound only: outbound packets go past the gateway. */
	assert_path(&w, "dc1.lan", "hub.app",
		    "dc1.lan > dc1.ce > er.primary > hub.er-gateway > hub.fw > hub.fabric > hub.app = 2ms");
	assert_path(&w, "hub.app", "dc1.lan",
		    "hub.app > hub.fabric > er.primary > dc1.ce > dc1.lan = 2ms");
	snprintf(text, sizeof(text), HEAD "%s%s", body,
		 "route-tables: { t: { 0.0.0.0/0: none } }\n");
	assert_findings(text, "7:103: error: the GatewaySubnet of 'hub' cannot have a user route to "
			      "0.0.0.0/0; see t.yaml:9 [gateway-table]\n");
}

/* ---- VPN ---- */

#define BRANCH(name, asn, lan) "  " name ": { asn: " asn ", networks: { lan: " lan " } }\n"

static void vpn_connections_of_one_gateway_transit_and_spokes_use_it(void **state)
{
	own_world w = world_open(
		HEAD "sites:\n" BRANCH("b1", "64512", "192.168.1.0/24") BRANCH("b2", "64514", "192.168.2.0/24")
		"virtual-networks:\n"
		"  hub: { " REGION "address-space: [10.1.0.0/16], subnets: { app: 10.1.1.0/24 }, gateways: { vpn: {} } }\n"
		"  s: { " REGION "address-space: [10.2.0.0/16], subnets: { app: 10.2.1.0/24 } }\n"
		"peerings: { p: { hub: { allow-gateway-transit: true }, s: { use-remote-gateways: true } } }\n"
		"vpn-connections:\n"
		"  v1: { between: [b1, hub], rtt: 20ms }\n  v2: { between: [hub, b2], rtt: 30ms }\n");
	struct path path;

	(void)state;
	assert_rib(&w, "b1.ce", "192.168.2.0/24", "hub.vpn-gateway 65515 64514");
	assert_rib(&w, "b1.ce", "10.2.0.0/16", "hub.vpn-gateway 65515");
	assert_rib(&w, "hub.fabric", "192.168.1.0/24", "hub.vpn-gateway 64512");
	assert_path(&w, "b1.lan", "b2.lan", "b1.lan > b1.ce > hub.vpn-gateway > b2.ce > b2.lan = 50ms");
	assert_path(&w, "s.app", "b1.lan", "s.app > s.fabric > hub.vpn-gateway > b1.ce > b1.lan = 21ms");
	routes_walk(w.r, world_node(&w, "s.app"), world_node(&w, "b1.lan"), 0, &path);
	assert_int_equal(path.mtu, 1400);
	path_release(&path);
}

static void a_tunnel_joins_two_networks_at_the_slower_gateway_s_rate(void **state)
{
	own_world w = world_open(
		HEAD "virtual-networks:\n"
		"  a: { region: westeurope, address-space: [10.1.0.0/16], subnets: { app: 10.1.1.0/24 },"
		" gateways: { vpn: { sku: VpnGw2 } } }\n"
		"  b: { region: northeurope, address-space: [10.2.0.0/16], subnets: { app: 10.2.1.0/24 },"
		" gateways: { vpn: { sku: VpnGw1, asn: 64999 } } }\n"
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

#define BOTH_GATEWAYS(server, prefer, dc1)                                                         \
	HEAD "sites:\n  dc1: { asn: 64512, networks: { lan: 192.168.1.0/24 }" prefer " }\n"        \
	BRANCH("b", "64514", "192.168.2.0/24")                                                     \
	"circuits: { er: { site: dc1, region: westeurope } }\n"                                    \
	"virtual-networks:\n"                                                                      \
	"  hub: { " REGION "address-space: [10.1.0.0/16], subnets: { app: 10.1.1.0/24 },"          \
	" gateways: { expressroute: {}, vpn: { active-active: true }" server " } }\n"              \
	"gateway-connections: { h: { gateway: hub, circuit: er } }\n"                              \
	"vpn-connections:\n  vb: { between: [b, hub], rtt: 20ms }\n" dc1

static void expressroute_goes_before_vpn_for_the_same_prefix(void **state)
{
	own_world w = world_open(BOTH_GATEWAYS("", ", preference: { vd: 50 }",
					       "  vd: { between: [dc1, hub], rtt: 30ms }\n"));
	own_world even = world_open(BOTH_GATEWAYS("", "", "  vd: { between: [dc1, hub], rtt: 30ms }\n"));

	(void)state;
	assert_rib(&w, "hub.fabric", "192.168.1.0/24",
		   "er.primary 12076 64512, er.secondary 12076 64512, (hub.vpn-gateway 64512)");
	assert_path(&w, "hub.app", "dc1.lan", "hub.app > hub.fabric > er.primary > dc1.ce > dc1.lan = 2ms");
	assert_rib(&w, "dc1.ce", "10.1.0.0/16",
		   "er.primary 12076, er.secondary 12076, (hub.vpn-gateway 65515)");
	/* A site does not join its circuit and its tunnel unless it is told to. */
	assert_rib(&w, "dc1.ce", "192.168.2.0/24", "hub.vpn-gateway 65515 64514");
	assert_rib(&w, "er.primary", "192.168.2.0/24", "");
	/* On-premises nobody prefers anything by itself. */
	assert_rib(&even, "dc1.ce", "10.1.0.0/16",
		   "er.primary 12076, er.secondary 12076, hub.vpn-gateway 65515");
}

static void a_tunnel_without_bgp_brings_what_its_networks_list(void **state)
{
	own_world w = world_open(BOTH_GATEWAYS(
		"", "", "  vd: { between: [dc1, hub], rtt: 30ms, networks: [192.168.1.0/25] }\n"));

	(void)state;
	assert_entry(&w, "hub.fabric", "192.168.1.10", "192.168.1.0/25 bgp hub.vpn-gateway");
	assert_entry(&w, "hub.fabric", "192.168.1.200", "192.168.1.0/24 bgp er.primary er.secondary");
	assert_entry(&w, "hub.vpn-gateway", "192.168.1.10", "192.168.1.0/25 static dc1.ce");
	assert_rib(&w, "hub.vpn-gateway", "192.168.1.0/24", ""); /* not listed */
	assert_rib(&w, "dc1.ce", "192.168.1.0/25", "");		  /* never back */
	assert_rib(&w, "b.ce", "192.168.1.0/25", "hub.vpn-gateway 65515");
}

static void vpn_and_expressroute_do_not_transit_by_themselves(void **state)
{
	own_world w = world_open(BOTH_GATEWAYS("", "", ""));

	(void)state;
	assert_rib(&w, "er.primary", "192.168.2.0/24", "");
	assert_path(&w, "b.lan", "dc1.lan",
		    "b.lan > b.ce ! b.ce has no route to 192.168.1.10; at hub.vpn-gateway: the "
		    "ExpressRoute and the VPN gateway of hub do not tell each other what they know: "
		    "that takes a Route Server with 'branch-to-branch: true'");
}

/* ---- Route Server ---- */

static void branch_to_branch_joins_the_gateways(void **state)
{
	own_world w = world_open(BOTH_GATEWAYS(", route-server: { branch-to-branch: true }", "", ""));
	own_world off = world_open(BOTH_GATEWAYS(", route-server: {}", "", ""));

	(void)state;
	assert_rib(&w, "hub.er-gateway", "192.168.2.0/24", "hub.vpn-gateway 64514");
	assert_rib(&w, "dc1.ce", "192.168.2.0/24", "er.primary 12076, er.secondary 12076");
	assert_rib(&w, "b.ce", "192.168.1.0/24", "hub.vpn-gateway 65515 12076 64512");
	/* Straight to the circuit one way, through both gateways the other. */
	assert_path(&w, "b.lan", "dc1.lan",
		    "b.lan > b.ce > hub.vpn-gateway > er.primary > dc1.ce > dc1.lan = 22ms");
	assert_path(&w, "dc1.lan", "b.lan",
		    "dc1.lan > dc1.ce > er.primary > hub.er-gateway > hub.vpn-gateway > b.ce > b.lan = 22ms");
	assert_rib(&off, "b.ce", "192.168.1.0/24", "");
}

#define WITH_SERVER(server, vms, more)                                                             \
	HEAD "sites:\n  dc1: { asn: 64512, networks: { lan: 192.168.1.0/24 } }\n"                  \
	"  dc2: { asn: 64514, networks: { lan: 192.168.2.0/24 } }\n"                               \
	"circuits: { er1: { site: dc1, region: westeurope }, er2: { site: dc2, region: westeurope } }\n" \
	"virtual-networks:\n"                                                                      \
	"  hub: { " REGION "address-space: [10.1.0.0/16], subnets: { app: 10.1.1.0/24, nva: { prefix: 10.1.2.0/24, vms: { " vms " } } }," \
	" gateways: { expressroute: {}, route-server: " server more " } }\n"                       \
	"  s: { " REGION "address-space: [10.2.0.0/16], subnets: { app: 10.2.1.0/24 } }\n"         \
	"peerings: { p: { hub: { allow-gateway-transit: true }, s: { use-remote-gateways: true } } }\n" \
	"gateway-connections: { h1: { gateway: hub, circuit: er1 }, h2: { gateway: hub, circuit: er2 } }\n"

#define FW(name, address, asn, announce)                                                           \
	name ": { address: " address ", ip-forwarding: true, asn: " asn ", announce: [" announce "] }"

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
	/* The appliance knows what the server knows, and sends by its subnet all the same. */
	assert_rib(&w, "hub.fw", "192.168.1.0/24", "er1.primary 65515 12076 64512");
	assert_entry(&w, "hub.fw", "192.168.1.10", "0.0.0.0/0 static hub.fabric");
	assert_entry(&w, "hub.fw", "172.20.0.1", "0.0.0.0/0 static hub.fabric");
	assert_rib(&w, "er2.primary", "192.168.1.0/24", "");
	assert_int_equal(w.f->nodes.v[world_node(&w, "hub.route-server")].ifaces.n, 0);
}

static void what_an_appliance_announces_does_not_come_back_over_global_reach(void **state)
{
	own_world w = world_open(WITH_SERVER("{ branch-to-branch: true }",
					     FW("fw", "10.1.2.4", "64999", "172.20.0.0/16"), "")
				 "global-reach: { g: [er1, er2] }\n");

	(void)state;
	assert_rib(&w, "er1.primary", "172.20.0.0/16",
		   "hub.er-gateway 65515 64999, (er2.primary 65515 64999)");
	assert_rib(&w, "hub.er-gateway", "172.20.0.0/16", "hub.fw 64999");
}

static void without_branch_to_branch_only_networks_learn_from_appliances(void **state)
{
	own_world w = world_open(WITH_SERVER("{}", FW("fw", "10.1.2.4", "64999", "172.20.0.0/16"), ""));

	(void)state;
	assert_entry(&w, "s.fabric", "172.20.0.1", "172.20.0.0/16 bgp hub.fw");
	assert_rib(&w, "hub.er-gateway", "172.20.0.0/16", "");
	assert_rib(&w, "hub.fw", "192.168.1.0/24", "");
}

static void equal_appliances_share_the_load_and_expressroute_goes_first(void **state)
{
	own_world w = world_open(WITH_SERVER("{ branch-to-branch: true }",
					     FW("fw1", "10.1.2.4", "64999", "172.20.0.0/16, 192.168.1.0/24") ", "
					     FW("fw2", "10.1.2.5", "64998", "172.20.0.0/16"), ""));

	(void)state;
	assert_entry(&w, "hub.fabric", "172.20.0.1", "172.20.0.0/16 bgp hub.fw1 hub.fw2");
	assert_entry(&w, "hub.fabric", "192.168.1.10", "192.168.1.0/24 bgp er1.primary er1.secondary");
	assert_rib(&w, "hub.route-server", "192.168.1.0/24", "er1.primary 12076 64512, (hub.fw1 64999)");
}

static void supernets_of_an_appliance_join_two_circuits(void **state)
{
	own_world plain = world_open(WITH_SERVER("{ branch-to-branch: true }",
						 FW("fw", "10.1.2.4", "64999", "192.168.0.0/16"), ""));
	own_world steered = world_open(WITH_SERVER("{ branch-to-branch: true }",
						   FW("fw", "10.1.2.4", "64999", "192.168.0.0/16"), ", route-table: t")
				       "route-tables: { t: { 192.168.1.0/24: { virtual-appliance: 10.1.2.4 },"
				       " 192.168.2.0/24: { virtual-appliance: 10.1.2.4 } } }\n");

	(void)state;
	/* Without the table the gateway hairpins. */
	assert_path(&plain, "dc1.lan", "dc2.lan",
		    "dc1.lan > dc1.ce > er1.primary > hub.er-gateway > er2.primary > dc2.ce > dc2.lan = 4ms");
	assert_path(&steered, "dc1.lan", "dc2.lan",
		    "dc1.lan > dc1.ce > er1.primary > hub.er-gateway > hub.fw > hub.fabric > er2.primary > dc2.ce > dc2.lan = 4ms");
}

static void an_appliance_that_follows_its_own_default_route_goes_round_in_circles(void **state)
{
	own_world w = world_open(WITH_SERVER("{ branch-to-branch: true }",
					     FW("fw", "10.1.2.4", "64999", "0.0.0.0/0"), "")
				 "internet: { hosts: { probe: 198.51.100.10/24 } }\n");

	(void)state;
	assert_entry(&w, "hub.fabric", "198.51.100.10", "0.0.0.0/0 bgp hub.fw");
	assert_path(&w, "hub.app", "internet.probe",
		    "hub.app > hub.fabric > hub.fw > hub.fabric ! the packet goes round in circles at "
		    "hub.fabric: hub.fabric > hub.fw > hub.fabric");
}

static void of_two_appliances_one_may_have_forgotten_its_table(void **state)
{
	own_world w = world_open(
		HEAD "virtual-networks:\n"
		"  n: { " REGION "address-space: [10.1.0.0/16], gateways: { route-server: {} }, subnets: { app: 10.1.1.0/24,"
		" good: { prefix: 10.1.2.0/24, route-table: out, vms: { " FW("fw1", "10.1.2.4", "64999", "0.0.0.0/0") " } },"
		" bad: { prefix: 10.1.3.0/24, vms: { " FW("fw2", "10.1.3.4", "64998", "0.0.0.0/0") " } } } }\n"
		"route-tables: { out: { 0.0.0.0/0: internet } }\n"
		"internet: { hosts: { probe: 198.51.100.10/24 } }\n");
	struct verdict v;

	(void)state;
	/* Either is as good as the other: half of the flows arrive at first, and half of the rest ... */
	routes_predict(w.r, world_node(&w, "n.app"), world_node(&w, "internet.probe"), &v);
	assert_true(v.reachable && v.multipath && v.partial);
	verdict_release(&v);
	routes_predict(w.r, world_node(&w, "n.fw1"), world_node(&w, "internet.probe"), &v);
	assert_true(v.reachable && !v.multipath && !v.partial);
	verdict_release(&v);
}

/* Two networks with a circuit, a Route Server and an appliance each, and a tunnel. */
#define TRANSIT(transit)                                                                           \
	HEAD "sites:\n  dc1: { asn: 64512, networks: { lan: 192.168.1.0/24 } }\n"                  \
	"circuits: { er: { site: dc1, region: westeurope } }\n"                                    \
	"private-clouds: { a: { " REGION "address-block: 10.10.0.0/22, segments: { web: 10.10.64.0/24 } } }\n" \
	"virtual-networks:\n"                                                                      \
	"  n: { " REGION "address-space: [10.1.0.0/16], gateways: { expressroute: {}, route-server: { branch-to-branch: true } }," \
	" subnets: { nva: { prefix: 10.1.2.0/24, vms: { fw1: { address: 10.1.2.4, ip-forwarding: true, asn: 64599" transit " } } } } }\n" \
	"  m: { " REGION "address-space: [10.2.0.0/16], gateways: { expressroute: {}, route-server: { branch-to-branch: true } }," \
	" subnets: { nva: { prefix: 10.2.2.0/24, vms: { fw2: { address: 10.2.2.4, ip-forwarding: true, asn: 64598" transit " } } } } }\n" \
	"gateway-connections: { h1: { gateway: n, circuit: er }, h2: { gateway: m, circuit: a } }\n" \
	"links: { tunnel: { between: [n.fw1, m.fw2], delay: 1ms, bgp: true } }\n"

static void two_appliances_with_a_tunnel_make_a_transit_network(void **state)
{
	own_world w = world_open(TRANSIT(", transit: true")), off = world_open(TRANSIT(""));
	struct plan *p = plan_build(w.f, w.r, (struct plan_backends){ .vrf = VRF_DEVICE, .delay = DELAY_NETEM });
	own_text t = { 0 };

	(void)state;
	/* Azure's numbers are taken out: no Route Server sees its own. */
	assert_rib(&w, "n.fw1", "10.10.64.0/24", "m.fw2 64598");
	assert_rib(&w, "n.route-server", "10.10.64.0/24", "n.fw1 64599 64598");
	assert_rib(&w, "er.primary", "10.10.64.0/24", "n.er-gateway 65515 64599 64598");
	assert_rib(&w, "a.t0", "192.168.1.0/24",
		   "a.primary 12076 65515 64598 64599 64512, a.secondary 12076 65515 64598 64599 64512");
	/* The network's own space, too. */
	assert_rib(&w, "a.primary", "10.1.0.0/16", "m.er-gateway 65515 64598 64599");
	assert_path(&w, "dc1.lan", "a.web",
		    "dc1.lan > dc1.ce > er.primary > n.er-gateway > n.fw1 > m.fw2 > m.fabric > a.primary > "
		    "a.t0 > a.t1 > a.web = 5.5ms");
	assert_rib(&off, "n.fw1", "10.10.64.0/24", "");
	/* What an appliance itself sends into the tunnel bears its own address. */
	plan_text(p, &t);
	assert_non_null(strstr(text_str(&t), " dev m-fw2 src 10.1.2.4 proto bgp\n"));
	plan_free(p);
}

/* ---- what is refused ---- */

static void vpn_connections_that_cannot_be_are_refused(void **state)
{
	static const char head[] =
		HEAD "sites:\n" BRANCH("a", "64512", "192.168.1.0/24") BRANCH("b", "64514", "192.168.2.0/24")
		"virtual-networks:\n"
		"  n: { " REGION "address-space: [10.1.0.0/16], gateways: { vpn: {} } }\n"
		"  m: { " REGION "address-space: [10.2.0.0/16], gateways: { vpn: {} } }\n"
		"  o: { " REGION "address-space: [10.3.0.0/16] }\n"
		"vpn-connections:\n  v: ";
	static const struct {
		const char *v, *want;
	} cases[] = {
		{ "{ between: [b, b], rtt: 1ms }", "11:21: error: 'v' joins two sites: one end is a virtual "
						    "network's VPN gateway [no-gateway]\n" },
		{ "{ between: [n, n] }", "11:21: error: 'v' joins 'n' with itself [self-join]\n" },
		{ "{ between: [b, o], rtt: 1ms }", "11:21: error: 'o' has no VPN gateway [no-gateway]\n" },
		{ "{ between: [n, m] }", "11:3: error: both ends of 'v' have AS number 65515, so neither "
					 "takes the other's routes [vpn-asn]\n" },
		{ "{ between: [b, n] }", "11:3: error: 'v' needs the key 'rtt' [missing-key]\n" },
		{ "{ between: [b, n], rtt: 1ms, networks: [10.9.0.0/16] }",
		  "11:46: warning: 10.9.0.0/16 is no network of 'b': nothing behind the tunnel has it "
		  "[vpn-networks]\n" },
		{ "{ between: [b, n], rtt: 1ms }\n  w: { between: [n, b], rtt: 1ms }",
		  "12:3: error: 'w' joins what 'v' joins already; see t.yaml:11 [duplicate-join]\n" },
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		snprintf(text, sizeof(text), "%s%s\n", head, cases[i].v);
		assert_findings(text, cases[i].want);
	}
}

static void rules_of_gateways_and_appliances_are_checked(void **state)
{
	static const struct {
		const char *body, *want;
	} cases[] = {
		{ "virtual-networks:\n  n: { " REGION "address-space: [10.1.0.0/16], gateways: { vpn: {}, "
		  "route-server: { branch-to-branch: true } } }\n",
		  "4:70: error: branch-to-branch needs an active-active VPN gateway in 'n' [route-server]\n" },
		{ "virtual-networks:\n  n: { " REGION "address-space: [10.1.0.0/16], gateways: { vpn: { "
		  "active-active: true, asn: 64999 }, route-server: { branch-to-branch: true } } }\n",
		  "4:103: error: branch-to-branch needs AS number 65515 at the VPN gateway of 'n', not "
		  "64999 [route-server]\n" },
		{ "virtual-networks:\n  n: { " REGION "address-space: [10.1.0.0/16], gateways: { expressroute: "
		  "{}, vpn: {} }, subnets: { a: { prefix: 10.1.1.0/24, route-table: t } } }\n"
		  "route-tables: { t: { 10.0.0.0/8: virtual-network-gateway } }\n",
		  "4:149: error: 'n' cannot use 't': next hop virtual-network-gateway means the VPN "
		  "gateway, and is not for a network that has an ExpressRoute gateway, too [next-hop]\n" },
		{ "virtual-networks:\n  n: { " REGION "address-space: [10.1.0.0/16], subnets: { a: { prefix: "
		  "10.1.1.0/24, route-table: t } } }\nroute-tables: { t: { 10.0.0.0/8: virtual-network-gateway } }\n",
		  "4:108: error: 'n' cannot use 't': its next hop virtual-network-gateway needs a VPN "
		  "gateway, and 'n' has none [next-hop]\n" },
		{ "virtual-networks:\n  n: { " REGION "address-space: [10.1.0.0/16], subnets: { a: { prefix: "
		  "10.1.1.0/24, vms: { fw: { ip-forwarding: true, asn: 64999 } } } } }\n",
		  "4:134: warning: 'fw' speaks BGP to nobody: 'n' has no Route Server and uses none "
		  "[route-server]\n" },
		{ "sites:\n  s: { asn: 64512, networks: { lan: { prefix: 10.9.0.0/24, hosts: { h: { "
		  "ip-forwarding: true } } } } }\n",
		  "4:69: error: 'h' cannot be an appliance: only a virtual network's machines can, and "
		  "this is a site's [conflict]\n" },
		{ "virtual-networks:\n  n: { " REGION "address-space: [10.1.0.0/16], subnets: { a: { prefix: "
		  "10.1.1.0/24, route-table: x } } }\nroute-tables: { t: { 10.0.0.0/8: none } }\n",
		  "4:108: error: nothing is named 'x'; a route table is needed here [unknown-name]\n" },
		{ "route-tables: { t: { 10.0.0.0/8: nowhere } }\n",
		  "3:34: error: '10.0.0.0/8' needs none, internet, vnet-local, virtual-network-gateway or "
		  "a map such as { virtual-appliance: 10.1.2.4 }: nowhere [bad-word]\n" },
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		snprintf(text, sizeof(text), HEAD "%s", cases[i].body);
		assert_findings(text, cases[i].want);
	}
}

static void a_route_table_takes_400_routes(void **state)
{
	own_text t = { 0 };

	(void)state;
	text_add(&t, HEAD "route-tables:\n  t:\n");
	for (int i = 0; i < 400; i++)
		text_printf(&t, "    10.%d.%d.0/24: none\n", i / 200, i % 200);
	assert_findings(text_str(&t), "");
	text_add(&t, "    10.9.0.0/16: none\n");
	assert_findings(text_str(&t), "4:3: error: 't' has 401 routes: a route table takes 400 [limit]\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spokes_reach_each_other_through_an_appliance),
		cmocka_unit_test(forwarded_traffic_stays_out_of_a_half_that_does_not_allow_it),
		cmocka_unit_test(without_appliances_there_is_nothing_to_filter),
		cmocka_unit_test(a_user_route_for_a_known_prefix_goes_before_the_system_s_own),
		cmocka_unit_test(a_user_route_stays_when_its_appliance_has_failed),
		cmocka_unit_test(a_network_s_space_is_one_route_however_many_subnets_have_tables),
		cmocka_unit_test(a_user_route_may_lead_to_the_vpn_gateway_or_to_the_internet),
		cmocka_unit_test(gateway_routes_stay_off_a_subnet_that_does_not_want_them),
		cmocka_unit_test(a_next_hop_that_does_not_forward_is_a_warning_and_drops),
		cmocka_unit_test(the_gateways_have_a_table_of_their_own),
		cmocka_unit_test(vpn_connections_of_one_gateway_transit_and_spokes_use_it),
		cmocka_unit_test(a_tunnel_joins_two_networks_at_the_slower_gateway_s_rate),
		cmocka_unit_test(expressroute_goes_before_vpn_for_the_same_prefix),
		cmocka_unit_test(a_tunnel_without_bgp_brings_what_its_networks_list),
		cmocka_unit_test(vpn_and_expressroute_do_not_transit_by_themselves),
		cmocka_unit_test(branch_to_branch_joins_the_gateways),
		cmocka_unit_test(a_route_server_carries_no_packets_and_joins_no_circuits),
		cmocka_unit_test(what_an_appliance_announces_does_not_come_back_over_global_reach),
		cmocka_unit_test(without_branch_to_branch_only_networks_learn_from_appliances),
		cmocka_unit_test(equal_appliances_share_the_load_and_expressroute_goes_first),
		cmocka_unit_test(supernets_of_an_appliance_join_two_circuits),
		cmocka_unit_test(an_appliance_that_follows_its_own_default_route_goes_round_in_circles),
		cmocka_unit_test(of_two_appliances_one_may_have_forgotten_its_table),
		cmocka_unit_test(two_appliances_with_a_tunnel_make_a_transit_network),
		cmocka_unit_test(vpn_connections_that_cannot_be_are_refused),
		cmocka_unit_test(rules_of_gateways_and_appliances_are_checked),
		cmocka_unit_test(a_route_table_takes_400_routes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
