/* SPDX-License-Identifier: GPL-2.0-or-later */
/* User routes: which packets inside virtual networks they steer, and where to. Each rule on the
 * tables that it makes. */
#include <stdio.h>

#include "model/model.h"
#include "pieces.h"
#include "routing/cloud_table.h"
#include "world.h"

/* Hub with an appliance and two spokes; each test sets their tables and flags. */
#define SPOKES(tables, app1, half1, half2)                                                         \
	HEAD "route-tables:\n" tables "virtual-networks:\n"                                        \
	     "  hub: { " REGION "address-space: [10.1.0.0/16], subnets: { app: 10.1.1.0/24,"       \
	     " nva: { prefix: 10.1.2.0/24,"                                                        \
	     " vms: { fw: { address: 10.1.2.4, ip-forwarding: true } } } } }\n"                    \
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
		    "s1.app > s1.fabric-app > hub.fw > hub.fabric > s2.fabric > s2.fabric-app > "
		    "s2.app = 2ms");
	assert_entry(&w, "s1.fabric-app", "10.3.1.4", "10.0.0.0/8 user hub.fw");
	/* A shorter user route changes nothing for the own and the peered space. */
	assert_entry(&w, "s1.fabric-app", "10.2.2.4", "10.2.0.0/16 system s1.fabric");
	assert_entry(&w, "s1.fabric-app", "10.1.1.4", "10.1.0.0/16 system s1.fabric");
	assert_int_equal(w.f->nodes.v[world_node(&w, "hub.fw")].kind, NODE_NVA);
}

static void forwarded_traffic_stays_out_of_a_half_that_does_not_allow_it(void **state)
{
	own_world w = world_open(SPOKES(TO_FW, WITH_TABLE, FORWARDED, "{}"));
	struct plan *p = world_plan(&w, VRF_NAMESPACE, DELAY_RELAY);
	own_text t = { 0 };

	(void)state;
	assert_path(&w, "s1.app", "s2.app",
		    "s1.app > s1.fabric-app > hub.fw > hub.fabric ! what hub.fabric passes on is "
		    "not let in: peering p2: allow-forwarded-traffic is off in the half of s2, "
		    "so only what hub itself sends comes in");
	/* Each half of the peering determines its own end. */
	for (size_t i = 0; i < w.f->links.n; i++)
		for (int end = 0; end < 2; end++) {
			const struct fabric_link *l = &w.f->links.v[i];
			uint32_t iface = l->end[end].iface; /* NONE: a segment's end */

			if (l->only_from[end].n && l->object->name[0] == 'p') {
				const struct node *n = &w.f->nodes.v[w.f->ifaces.v[iface].node];

				assert_non_null(strstr(l->only_why[end], n->object->name));
			}
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
	own_world w = world_open(HEAD "virtual-networks:\n" SPOKE("a", "10.1")
					 SPOKE("b", "10.2") "peerings: { p: [a, b] }\n");
	struct plan *p = world_plan(&w, VRF_DEVICE, DELAY_NETEM);

	(void)state;
	assert_int_equal(plan_count(p).filters, 0);
	plan_free(p);
}

static void a_user_route_for_a_known_prefix_goes_before_the_system_s_own(void **state)
{
	own_world w = world_open(
		SPOKES("  t: { 10.1.0.0/16: none, 10.2.0.0/16: { virtual-appliance: 10.1.2.4 } }\n",
		       WITH_TABLE, FORWARDED, FORWARDED));

	(void)state;
	assert_entry(&w, "s1.fabric-app", "10.1.1.4", "10.1.0.0/16 user");
	assert_entry(&w, "s1.fabric-app", "10.2.2.4", "10.2.0.0/16 user hub.fw");
	assert_path(&w, "s1.app", "hub.app",
		    "s1.app > s1.fabric-app ! s1.fabric-app drops what is for 10.1.0.0/16: user "
		    "route of t: none");
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
		     " a: { prefix: 10.1.1.0/24, route-table: t }, b: { prefix: 10.1.2.0/24, "
		     "route-table: t }, nva: { prefix: 10.1.3.0/24, "
		     "vms: { fw: { address: 10.1.3.4, ip-forwarding: true } } } } }\n"
		     "route-tables: { t: { 10.1.0.0/16: { virtual-appliance: 10.1.3.4 } } }\n");

	(void)state;
	assert_entry(&w, "n.fabric-a", "10.1.2.4", "10.1.0.0/16 user n.fw");
	assert_path(&w, "n.a", "n.b",
		    "n.a > n.fabric-a > n.fw > n.fabric > n.fabric-b > n.b = 0ms");
}

static void a_user_route_may_lead_to_the_vpn_gateway_or_to_the_internet(void **state)
{
	own_world w = world_open(
		HEAD "virtual-networks:\n"
		     "  hub: { " REGION "address-space: [10.1.0.0/16], gateways: { vpn: {} },"
		     " subnets: { app: { prefix: 10.1.1.0/24, route-table: t, "
		     "gateway-routes: false } } }\n"
		     "  s: { " REGION "address-space: [10.2.0.0/16],"
		     " subnets: { app: { prefix: 10.2.1.0/24, route-table: t } } }\n"
		     "peerings: { p: { hub: { allow-gateway-transit: true }, "
		     "s: { use-remote-gateways: true } } }\n"
		     "route-tables: { t: { 0.0.0.0/0: virtual-network-gateway, "
		     "198.51.100.0/24: internet } }\n"
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
	own_world w = world_open(HEAD CIRCUIT_OF_DC1
				 "virtual-networks:\n"
				 "  hub: { " REGION "address-space: [10.1.0.0/16],"
				 " gateways: { expressroute: {} }, subnets: { app: 10.1.1.0/24,"
				 " off: { prefix: 10.1.2.0/24, gateway-routes: false },"
				 " on: { prefix: 10.1.3.0/24, route-table: t } } }\n"
				 "gateway-connections: { h: { gateway: hub, circuit: er } }\n"
				 "route-tables: { t: { 192.168.10.0/24: vnet-local, "
				 "192.168.11.0/24: none } }\n");

	(void)state;
	assert_entry(&w, "hub.fabric", "192.168.10.10",
		     "192.168.10.0/24 bgp er.primary er.secondary");
	assert_entry(&w, "hub.fabric-off", "192.168.10.10", "192.168.0.0/16 system");
	/* A user route for the same prefix beats the gateway's; both stay listed. */
	assert_entry(&w, "hub.fabric-on", "192.168.10.10", "192.168.10.0/24 user hub.fabric");
	assert_rib(&w, "hub.fabric-on", "192.168.10.0/24",
		   "er.primary 12076 64512, er.secondary 12076 64512");
	assert_path(&w, "hub.on", "hub.app", "hub.on > hub.fabric-on > hub.fabric > hub.app = 0ms");
	assert_path(&w, "dc1.lan", "hub.off",
		    "dc1.lan > dc1.ce > er.primary > hub.er-gateway > hub.fabric > hub.fabric-off "
		    "> hub.off ! no way back: hub.fabric-off has no route to 192.168.10.10 "
		    "(dropped by 192.168.0.0/16, system route 'None' of a virtual network); "
		    "gateway-routes is off in hub.off: what gateways learn is kept off it");
}

static void a_next_hop_that_does_not_forward_is_a_warning_and_drops(void **state)
{
	static const char head[] = HEAD
		"virtual-networks:\n"
		"  hub: { " REGION "address-space: [10.1.0.0/16], subnets: { "
		"app: { prefix: 10.1.1.0/24, route-table: t }, nva: { prefix: 10.1.2.0/24, "
		"vms: { pc: 10.1.2.4 } } } }\n"
		"route-tables: { t: { 0.0.0.0/0: { virtual-appliance: %s } } }\n";
	char text[1024];

	(void)state;
	snprintf(text, sizeof(text), head, "10.1.2.4");
	assert_findings(text, "5:54: warning: 'pc' (10.1.2.4) does not forward: traffic to "
			      "0.0.0.0/0 is dropped [next-hop]\n");
	snprintf(text, sizeof(text), head, "10.1.2.9");
	assert_findings(text, "5:54: warning: no machine in 'hub' or a network peered with it "
			      "has the address 10.1.2.9: traffic to 0.0.0.0/0 is dropped "
			      "[next-hop]\n");
}

static void the_gateways_have_a_table_of_their_own(void **state)
{
	static const char body[] = CIRCUIT_OF_DC1
		"virtual-networks:\n"
		"  hub: { " REGION "address-space: [10.1.0.0/16],"
		" gateways: { expressroute: {}, route-table: t },"
		" subnets: { app: 10.1.1.0/24, nva: { prefix: 10.1.2.0/24, "
		"vms: { fw: { address: 10.1.2.4, ip-forwarding: true } } } } }\n"
		"gateway-connections: { h: { gateway: hub, circuit: er } }\n";
	own_world w = { 0 };
	char text[2048];

	(void)state;
	snprintf(text, sizeof(text), HEAD "%s%s", body,
		 "route-tables: { t: { 10.1.1.0/24: { virtual-appliance: 10.1.2.4 } } }\n");
	w = world_open(text);
	/* Inbound only: outbound packets go past the gateway. */
	assert_path(&w, "dc1.lan", "hub.app",
		    "dc1.lan > dc1.ce > er.primary > hub.er-gateway > hub.fw > hub.fabric > "
		    "hub.app = 2ms");
	assert_path(&w, "hub.app", "dc1.lan",
		    "hub.app > hub.fabric > er.primary > dc1.ce > dc1.lan = 2ms");
	snprintf(text, sizeof(text), HEAD "%s%s", body,
		 "route-tables: { t: { 0.0.0.0/0: none } }\n");
	assert_findings(text, "7:103: error: the GatewaySubnet of 'hub' cannot have a user route "
			      "to 0.0.0.0/0; see t.yaml:9 [gateway-table]\n");
}

/* ---- default routes and the system's "None" routes ---- */

/* The "None" routes in the effective routes of an instance; packets must match each of them,
 * too. */
static void none_of(const struct world *w, const char *instance, struct text *out)
{
	const uint32_t node = world_node(w, instance);
	effective_list list = { 0 };

	cloud_table_effective(w->r, node, &list);
	for (each(const struct effective_route, e, &list)) {
		const struct fib_entry *entry = routes_fib(w->r, node, &e->prefix);

		if (strcmp(e->source, "Default") != 0 || strcmp(e->hop_type, "None") != 0)
			continue;
		text_printf(out, "%s%s", *text_str(out) ? " " : "", PREFIX_STR(&e->prefix));
		assert_true(entry && entry->source == FIB_SYSTEM && entry->nhops == 0);
	}
	effective_release(&list);
}

#define ALL_FOUR "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10"

static void assert_none_routes(const struct world *w, const char *instance, const char *want)
{
	static const char *const hosts[] = { "10.99.0.1", "172.20.0.1", "192.168.99.1",
					     "100.100.0.1" };
	own_text t = { 0 };

	none_of(w, instance, &t);
	assert_string_equal(text_str(&t), want);
	for (size_t i = 0; !*want && i < countof(hosts); i++) {
		struct addr a;

		assert_true(addr_parse(hosts[i], &a));
		assert_int_equal(routes_lookup(w->r, world_node(w, instance), &a)->prefix.len, 0);
	}
}

static void one_default_route_to_an_appliance_carries_private_destinations(void **state)
{
	own_world w = world_open(SPOKES("  t: { 0.0.0.0/0: { virtual-appliance: 10.1.2.4 } }\n",
					WITH_TABLE, FORWARDED, FORWARDED));
	struct plan *p = world_plan(&w, VRF_NAMESPACE, DELAY_RELAY);
	own_text t = { 0 };

	(void)state;
	assert_path(&w, "s1.app", "s2.app",
		    "s1.app > s1.fabric-app > hub.fw > hub.fabric > s2.fabric > s2.fabric-app > "
		    "s2.app = 2ms");
	assert_none_routes(&w, "s1.fabric-app", "");
	assert_entry(&w, "s1.fabric-app", "192.168.10.10", "0.0.0.0/0 user hub.fw");
	/* The own and the peered space are longer prefixes still. */
	assert_entry(&w, "s1.fabric-app", "10.2.2.4", "10.2.0.0/16 system s1.fabric");
	assert_entry(&w, "s1.fabric-app", "10.1.1.4", "10.1.0.0/16 system s1.fabric");
	/* It is the subnet's table alone: its neighbours and the appliance's network keep theirs.
	 * */
	assert_none_routes(&w, "s1.fabric", ALL_FOUR);
	assert_none_routes(&w, "hub.fabric", ALL_FOUR);
	plan_text(p, &t);
	assert_non_null(strstr(text_str(&t), "blackhole 172.16.0.0/12"));
	plan_free(p);
}

/* Each body decides which None routes the instance `at` has. */
static void default_routes_differ_in_what_they_do_to_none_routes(void **state)
{
#define APP(more, rest)                                                                            \
	"virtual-networks:\n  hub: { " REGION "address-space: [10.1.0.0/16],"                      \
	" subnets: { app: { prefix: 10.1.1.0/24" more " }, nva: { prefix: 10.1.2.0/24, "           \
	"vms: { fw: { address: 10.1.2.4, ip-forwarding: true" rest " }\n"                          \
	"internet: { hosts: { probe: 198.51.100.10/24 } }\n"
#define PLAIN " } } } }"
#define TABLE(hop) "route-tables: { t: { 0.0.0.0/0: " hop " } }\n"
#define FROM_DC1                                                                                   \
	"sites: { dc1: { asn: 64512, networks: { lan: 192.168.10.0/24 }, "                         \
	"advertise: [0.0.0.0/0] } }\n"                                                             \
	"circuits: { er: { site: dc1, region: westeurope } }\n"                                    \
	"gateway-connections: { h: { gateway: hub, circuit: er } }\n"
#define WITH_ER PLAIN ", gateways: { expressroute: {} }"
#define ANNOUNCES ", asn: 65001, announce: [0.0.0.0/0]" PLAIN ", gateways: { route-server: {} }"
	static const struct {
		const char *body, *at, *want;
	} cases[] = {
		/* by the system, by a user to the internet or to nothing */
		{ APP("", PLAIN), "hub.fabric", ALL_FOUR },
		{ APP(", route-table: t", PLAIN) TABLE("internet"), "hub.fabric-app", ALL_FOUR },
		{ APP(", route-table: t", PLAIN) TABLE("none"), "hub.fabric-app", ALL_FOUR },
		/* to an appliance, even one that does not exist or has failed */
		{ APP(", route-table: t", PLAIN) TABLE("{ virtual-appliance: 10.1.2.4 }"),
		  "hub.fabric-app", "" },
		{ APP(", route-table: t", PLAIN) TABLE("{ virtual-appliance: 10.1.2.9 }"),
		  "hub.fabric-app", "" },
		{ APP(", route-table: t", PLAIN)
			  TABLE("{ virtual-appliance: 10.1.2.4 }") "failed: [hub.fw]\n",
		  "hub.fabric-app", "" },
		/* to the VPN gateway */
		{ APP(", route-table: t", PLAIN ", gateways: { vpn: {} }")
			  TABLE("virtual-network-gateway"),
		  "hub.fabric-app", "" },
		/* a shorter route than a None route, and no default one; IPv6's default route */
		{ APP(", route-table: t",
		      PLAIN) "route-tables: { t: { 0.0.0.0/1: { virtual-appliance: 10.1.2.4 } } }\n",
		  "hub.fabric-app", ALL_FOUR },
		{ APP(", route-table: t",
		      PLAIN) "route-tables: { t: { '::/0': { virtual-appliance: 'fd00::4' } } }\n",
		  "hub.fabric-app", ALL_FOUR },
		/* by BGP, from a circuit and from an appliance, and not where it is kept off */
		{ APP("", WITH_ER) FROM_DC1, "hub.fabric", "" },
		{ APP("", WITH_ER) FROM_DC1 "failed: [er]\n", "hub.fabric", ALL_FOUR },
		{ APP("", WITH_ER) FROM_DC1 "failed: [er.primary]\n", "hub.fabric", "" },
		{ APP(", gateway-routes: false", WITH_ER) FROM_DC1, "hub.fabric-app", ALL_FOUR },
		{ APP("", ANNOUNCES), "hub.fabric", "" },
		{ APP("", ANNOUNCES) "failed: [hub.fw]\n", "hub.fabric", ALL_FOUR },
		/* BGP's loses to the user's, whatever that is */
		{ APP(", route-table: t", WITH_ER) FROM_DC1 TABLE("internet"), "hub.fabric-app",
		  ALL_FOUR },
		{ APP(", route-table: t", ANNOUNCES) TABLE("none"), "hub.fabric-app", ALL_FOUR },
		{ APP(", route-table: t, gateway-routes: false", WITH_ER)
			  FROM_DC1 TABLE("{ virtual-appliance: 10.1.2.4 }"),
		  "hub.fabric-app", "" },
		{ APP(", route-table: t", WITH_ER) FROM_DC1
		  "route-tables: { t: { 10.9.0.0/16: none } }\n",
		  "hub.fabric-app", "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		own_text body = { 0 };
		own_world w = { 0 };

		text_printf(&body, HEAD "%s", cases[i].body);
		w = world_open(text_str(&body));
		assert_none_routes(&w, cases[i].at, cases[i].want);
	}
}

static void a_cloud_inside_a_network_follows_its_own_default_route(void **state)
{
	own_world w = world_open(
		HEAD "route-tables: { t: { 0.0.0.0/0: { virtual-appliance: 10.1.2.4 } } }\n"
		     "virtual-networks:\n"
		     "  hub: { " REGION "address-space: [10.1.0.0/16], subnets: {"
		     " nva: { prefix: 10.1.2.0/24,"
		     " vms: { fw: { address: 10.1.2.4, ip-forwarding: true } } } } }\n"
		     "  s2: { " REGION "address-space: [10.3.0.0/16], subnets:"
		     " { app: { prefix: 10.3.1.0/24, route-table: t } } }\n"
		     "  g2: { " REGION "address-space: [10.31.0.0/16] }\n"
		     "private-clouds:\n"
		     "  pc: { generation: 2, virtual-network: g2, address-block: 10.31.0.0/22,"
		     " segments: { web: 10.31.64.0/24 }, route-table: t }\n"
		     "peerings:\n  p1: { hub: {}, s2: " FORWARDED " }\n"
		     "  p2: { hub: {}, g2: " FORWARDED " }\n");

	(void)state;
	assert_none_routes(&w, "g2.fabric-avs-nsx-gw", "");
	assert_none_routes(&w, "g2.fabric", ALL_FOUR);
	assert_path(&w, "pc.web", "s2.app",
		    "pc.web > pc.t1 > pc.t0 > g2.fabric-avs-nsx-gw > hub.fw > hub.fabric > "
		    "s2.fabric > s2.fabric-app > s2.app = 2ms");
}

static void a_lost_user_route_or_longer_bgp_route_is_named_with_the_cure(void **state)
{
	own_world out =
		world_open(SPOKES("  t: { 0.0.0.0/0: internet }\n", WITH_TABLE, FORWARDED,
				  FORWARDED) "internet: { hosts: { probe: 198.51.100.10/24 } }\n");
	own_world none =
		world_open(SPOKES("  t: { 0.0.0.0/0: none }\n", WITH_TABLE, FORWARDED, FORWARDED));
	own_world dc1 = world_open(
		HEAD CIRCUIT_OF_DC1
		"route-tables: { t: { 0.0.0.0/0: internet } }\n"
		"virtual-networks:\n" HUB(
			"hub", "10.1",
			"{}") "  s: { " REGION "address-space: [10.2.0.0/16], subnets: {"
			      " a: { prefix: 10.2.1.0/24, route-table: t, gateway-routes: false },"
			      " b: { prefix: 10.2.2.0/24, route-table: t } } }\n"
			      "peerings: { p: { hub: { allow-gateway-transit: true }, "
			      "s: { use-remote-gateways: true } } }\n"
			      "gateway-connections: { h: { gateway: hub, circuit: er } }\n"
			      "internet: { hosts: { probe: 198.51.100.10/24 } }\nfailed: [er]\n");
	own_world off = world_open(
		HEAD
		"virtual-networks:\n"
		"  hub: { " REGION "address-space: [10.1.0.0/16], subnets: { app: 10.1.1.0/24,"
		" nva: { prefix: 10.1.2.0/24, vms: { fw: { address: 10.1.2.4, "
		"ip-forwarding: true, asn: 65001, announce: [10.2.1.0/24] } } } }, "
		"gateways: { route-server: {} } }\n" SPOKE(
			"s",
			"10.2") "peerings: { p: { hub: { allow-virtual-network-access: false }, s: {} } }\n");

	(void)state;
	assert_path(&out, "s1.app", "s2.app",
		    "s1.app > s1.fabric-app ! s1.fabric-app has no route to 10.3.1.4 (dropped by "
		    "10.0.0.0/8, system route 'None' of a virtual network, longer than 0.0.0.0/0, "
		    "user route of t); add a user route for 10.0.0.0/8 or a longer prefix, or send "
		    "0.0.0.0/0 to an appliance: that removes the 'None' routes");
	assert_unreachable(&none, "s1.app", "s2.app",
			   "longer than 0.0.0.0/0, user route of t: none); add a user route");
	/* If no user route matches, the reason is the missing peering as before. */
	assert_unreachable(&none, "s1.db", "s2.app", "peerings are not transitive");
	assert_unreachable(&dc1, "s.a", "dc1.lan",
			   "longer than 0.0.0.0/0, user route of t); add a user route for "
			   "192.168.0.0/16 or a longer prefix");
	/* A lost gateway route is the nearer reason. */
	assert_unreachable(
		&dc1, "s.b", "dc1.lan",
		"longer than 0.0.0.0/0, user route of t); at er.primary: 'er' has failed");
	assert_unreachable(&off, "hub.app", "s.app",
			   "allow-virtual-network-access is off; BGP's longer 10.2.1.0/24, "
			   "announced by hub.fw, loses to the system route: only a user route for "
			   "10.2.0.0/16 or a longer prefix beats it");
}

/* ---- errors ---- */

#define ONE_SUBNET(more)                                                                           \
	"virtual-networks:\n"                                                                      \
	"  n: { region: westeurope, address-space: [10.1.0.0/16],"                                 \
	" subnets: { a: { prefix: 10.1.1.0/24, " more " } } }\n"

static void tables_that_cannot_be_used_are_refused(void **state)
{
	static const struct {
		const char *body, *want;
	} cases[] = {
		{ "virtual-networks:\n"
		  "  n: { region: westeurope, address-space: [10.1.0.0/16], "
		  "gateways: { expressroute: {}, vpn: {} }, subnets: { a: { prefix: 10.1.1.0/24, "
		  "route-table: t } } }\n"
		  "route-tables: { t: { 10.0.0.0/8: virtual-network-gateway } }\n",
		  "4:149: error: 'n' cannot use 't': next hop virtual-network-gateway means the "
		  "VPN gateway and is not allowed in a network that also has an ExpressRoute "
		  "gateway [next-hop]\n" },
		{ "virtual-networks:\n"
		  "  n: { region: westeurope, address-space: [10.1.0.0/16], "
		  "gateways: { expressroute: {}, vpn: {} } }\n"
		  "  s: { region: westeurope, address-space: [10.2.0.0/16], "
		  "subnets: { a: { prefix: 10.2.1.0/24, route-table: t } } }\n"
		  "peerings: { p: { n: { allow-gateway-transit: true }, "
		  "s: { use-remote-gateways: true } } }\n"
		  "route-tables: { t: { 10.0.0.0/8: virtual-network-gateway } }\n",
		  "5:108: error: 's' cannot use 't': next hop virtual-network-gateway means the "
		  "VPN gateway and is not allowed in a network that also has an ExpressRoute "
		  "gateway [next-hop]\n" },
		{ ONE_SUBNET(
			  "route-table: t") "route-tables: { t: { 10.0.0.0/8: virtual-network-gateway } }\n",
		  "4:108: error: 'n' cannot use 't': its next hop virtual-network-gateway needs a "
		  "VPN gateway, and 'n' has none [next-hop]\n" },
		{ "sites:\n  s: { asn: 64512, networks: { lan: { prefix: 10.9.0.0/24, "
		  "hosts: { h: { ip-forwarding: true } } } } }\n",
		  "4:69: error: 'h' cannot be an appliance: only a machine of a virtual network "
		  "can, and this machine belongs to a site [conflict]\n" },
		{ ONE_SUBNET("route-table: x") "route-tables: { t: { 10.0.0.0/8: none } }\n",
		  "4:108: error: nothing is named 'x'; a route table is needed here "
		  "[unknown-name]\n" },
		{ "route-tables: { t: { 10.0.0.0/8: nowhere } }\n",
		  "3:34: error: '10.0.0.0/8' needs none, internet, vnet-local, "
		  "virtual-network-gateway or a map such as { virtual-appliance: 10.1.2.4 }: "
		  "nowhere [bad-word]\n" },
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
	assert_findings(text_str(&t),
			"4:3: error: 't' has 401 routes: a route table takes 400 [limit]\n");
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
		cmocka_unit_test(one_default_route_to_an_appliance_carries_private_destinations),
		cmocka_unit_test(default_routes_differ_in_what_they_do_to_none_routes),
		cmocka_unit_test(a_cloud_inside_a_network_follows_its_own_default_route),
		cmocka_unit_test(a_lost_user_route_or_longer_bgp_route_is_named_with_the_cure),
		cmocka_unit_test(tables_that_cannot_be_used_are_refused),
		cmocka_unit_test(a_route_table_takes_400_routes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
