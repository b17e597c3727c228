/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ExpressRoute and all that joins it: keys, limits, failures, FastPath, two circuits. The scenarios
 * are those of an on-premises site that reaches private clouds and virtual networks. */
#include <stdio.h>

#include "pieces.h"
#include "world.h"

/* A site on a circuit, a network on it, a private cloud on both. */
#define ALL(circuit, gateway, reach)                                                               \
	HEAD "private-clouds:\n" CLOUD("a", "10.10", "") DC1                                       \
		"circuits: { er: { site: dc1, region: westeurope" circuit " } }\n"                 \
		"virtual-networks:\n" HUB("hub", "10.1",                                           \
					  gateway) "gateway-connections:\n"                        \
						   "  h-er: { gateway: hub, circuit: er }\n"       \
						   "  h-a: { gateway: hub, circuit: a }\n" reach

/* ---- keys ------------------------------------------------------------------------------------ */

/* Scenario 11. */
static void a_wrong_key_brings_up_no_session_and_predict_says_so(void **state)
{
	own_world w = world_open(
		HEAD
		"private-clouds:\n" CLOUD("a", "10.10", ", authorizations: [key-a]") "virtual-networks:\n" HUB(
			"hub", "10.1",
			"{}") "gateway-connections: { h-a: { gateway: hub, circuit: a, "
			      "authorization: key-b } }\n");

	(void)state;
	assert_rib(&w, "hub.er-gateway", "10.10.64.0/24", "");
	assert_rib(&w, "a.primary", "10.1.0.0/16", "");
	assert_unreachable(&w, "hub.app", "a.web", "'a' has no authorization 'key-b'");
	assert_unreachable(&w, "a.web", "hub.app", "'a' has no authorization 'key-b'");
	assert_found(&w, "warning: 'a' has no authorization 'key-b': no session comes up");
}

static void a_connection_that_redeems_nothing_where_it_must_has_no_session(void **state)
{
	own_world w = world_open(
		HEAD
		"private-clouds:\n" CLOUD("a", "10.10", ", authorizations: [key-a]") "virtual-networks:\n" HUB(
			"hub", "10.1",
			"{}") "gateway-connections: { h-a: { gateway: hub, circuit: a, "
			      "authorization: none } }\n");

	(void)state;
	assert_unreachable(&w, "hub.app", "a.web", "'h-a' redeems no authorization of 'a'");
}

static void a_key_is_good_for_one_connection(void **state)
{
	own_world w = world_open(
		HEAD "private-clouds:\n" CLOUD(
			"a", "10.10",
			", authorizations: [key-a]") "virtual-networks:\n" HUB("n1", "10.1", "{}")
			HUB("n2", "10.2",
			    "{}") "gateway-connections:\n"
				  "  n1-a: { gateway: n1, circuit: a, authorization: key-a }\n"
				  "  n2-a: { gateway: n2, circuit: a, authorization: key-a }\n");

	(void)state;
	assert_path(&w, "n1.app", "a.web",
		    "n1.app > n1.fabric > a.primary > a.t0 > a.t1 > a.web = 1.5ms");
	assert_unreachable(&w, "n2.app", "a.web",
			   "the authorization 'key-a' has already been "
			   "redeemed by 'n1-a'");
}

static void global_reach_with_a_wrong_key_is_none(void **state)
{
	own_world w = world_open(ALL(", authorizations: [k]", "{}",
				     "global-reach: { r: { circuits: [er, a], "
				     "authorization: l } }\n"));

	(void)state;
	assert_unreachable(&w, "dc1.lan", "a.web", "neither 'er' nor 'a' has an authorization 'l'");
	assert_path(&w, "dc1.lan", "hub.app",
		    "dc1.lan > dc1.ce > er.primary > hub.er-gateway > hub.fabric > hub.app = 2ms");
}

/* ---- who reaches whom ------------------------------------------------------------------------ */

/* Scenarios 9, 10 and 12. */
static void one_gateway_on_two_circuits_is_no_transit(void **state)
{
	own_world w = world_open(ALL("", "{}", ""));

	(void)state;
	assert_rib(&w, "dc1.ce", "10.1.0.0/16", "er.primary 12076, er.secondary 12076");
	assert_path(&w, "hub.app", "dc1.lan",
		    "hub.app > hub.fabric > er.primary > dc1.ce > dc1.lan = 2ms");
	assert_rib(&w, "hub.er-gateway", "10.10.64.0/24",
		   "a.primary 12076 398656, a.secondary 12076 398656");
	assert_path(&w, "hub.app", "a.web",
		    "hub.app > hub.fabric > a.primary > a.t0 > a.t1 > a.web = 1.5ms");
	assert_unreachable(&w, "dc1.lan", "a.web", "never passes routes of one circuit to another");
	assert_unreachable(&w, "a.web", "dc1.lan", "never passes routes of one circuit to another");
}

/* Scenario 17. */
static void a_third_interconnect_joins_the_ends_of_a_chain(void **state)
{
	static const char clouds[] = HEAD "private-clouds:\n" CLOUD("a", "10.10", "")
		CLOUD("b", "10.20", "")
			CLOUD("c", "10.30", "") "interconnects: { a-b: [a, b], b-c: [b, c]";
	char text[2048];

	(void)state;
	for (int third = 0; third < 2; third++) {
		own_world w = { 0 };

		snprintf(text, sizeof(text), "%s%s }\n", clouds, third ? ", a-c: [a, c]" : "");
		w = world_open(text);
		assert_path(&w, "a.web", "b.web",
			    "a.web > a.t1 > a.t0 > a.primary > b.primary > b.t0 > b.t1 "
			    "> b.web = 2ms");
		if (third)
			assert_path(&w, "a.web", "c.web",
				    "a.web > a.t1 > a.t0 > a.primary > c.primary > c.t0 > c.t1 > "
				    "c.web = 2ms");
		else
			assert_unreachable(&w, "a.web", "c.web", "not transitive");
	}
}

/* Scenario 21. */
static void clouds_with_the_same_segment_each_reach_their_own(void **state)
{
	own_world w = world_open(
		HEAD "private-clouds:\n"
		     "  a: { region: westeurope, address-block: 10.10.0.0/22, "
		     "segments: { web: 10.5.1.0/24 } }\n"
		     "  b: { region: westeurope, address-block: 10.20.0.0/22, "
		     "segments: { web: 10.5.1.0/24 } }\n"
		     "virtual-networks:\n" HUB("n", "10.1", "{}")
			     HUB("m", "10.2", "{}") "interconnects: { a-b: [a, b] }\n"
						    "gateway-connections:\n"
						    "  n-a: { gateway: n, circuit: a }\n"
						    "  n-b: { gateway: n, circuit: b }\n"
						    "  m-b: { gateway: m, circuit: b }\n");
	struct verdict v;

	(void)state;
	assert_found(&w, "each side reaches only its own copy");
	assert_rib(&w, "n.er-gateway", "10.5.1.0/24",
		   "a.primary 12076 398656, a.secondary 12076 398656, b.primary 12076 398656, "
		   "b.secondary 12076 398656");
	assert_rib(&w, "m.er-gateway", "10.5.1.0/24",
		   "b.primary 12076 398656, b.secondary 12076 398656");
	/* Of the answers to one some go to the other, which has its address. */
	routes_predict(w.r, world_node(&w, "a.web"), world_node(&w, "n.app"), &v);
	assert_true(v.multipath && v.partial);
	verdict_release(&v);
	routes_predict(w.r, world_node(&w, "b.web"), world_node(&w, "m.app"), &v);
	assert_true(v.reachable && v.multipath && !v.partial);
	verdict_release(&v);
}

/* Scenario 23: the interoperability lab; the second peering location is far away. */
static void two_sites_on_one_gateway_need_global_reach(void **state)
{
	static const char lab[] = HEAD
		"sites:\n"
		"  l1: { asn: 64512, networks: { lan: 192.168.1.0/24 } }\n"
		"  l2: { asn: 64514, networks: { lan: 192.168.2.0/24 } }\n"
		"circuits:\n"
		"  er1: { site: l1, region: eastus, peering-location: Washington }\n"
		"  er2: { site: l2, region: westus2, peering-location: Seattle }\n"
		"virtual-networks:\n"
		"  hub: { region: eastus, address-space: 10.1.0.0/16, "
		"subnets: { app: 10.1.1.0/24 },\n"
		"         gateways: { expressroute: {} } }\n"
		"gateway-connections:\n"
		"  h1: { gateway: hub, circuit: er1 }\n"
		"  h2: { gateway: hub, circuit: er2, rtt: 74ms }\n";
	own_world w = world_open(lab), x = { 0 };
	char text[2048];

	(void)state;
	assert_path(&w, "l1.lan", "hub.app",
		    "l1.lan > l1.ce > er1.primary > hub.er-gateway > hub.fabric > hub.app = 2ms");
	assert_path(&w, "l2.lan", "hub.app",
		    "l2.lan > l2.ce > er2.primary > hub.er-gateway > hub.fabric > "
		    "hub.app = 74.5ms");
	assert_unreachable(&w, "l1.lan", "l2.lan", "never passes routes of one circuit to another");
	snprintf(text, sizeof(text), "%s%s", lab, "global-reach: { r: [er1, er2] }\n");
	x = world_open(text);
	assert_path(&x, "l1.lan", "l2.lan",
		    "l1.lan > l1.ce > er1.primary > er2.primary > l2.ce > l2.lan = 74ms");
}

/* Scenario 26. */
#define TWO_CIRCUITS(site, weight)                                                                 \
	HEAD "sites: { dc1: { asn: 64512, networks: { lan: 192.168.10.0/24 }" site " } }\n"        \
	     "circuits:\n"                                                                         \
	     "  er1: { site: dc1, region: westeurope, peering-location: Amsterdam, rtt: 2ms }\n"   \
	     "  er2: { site: dc1, region: westeurope, peering-location: Amsterdam2, rtt: 12ms }\n" \
	     "virtual-networks:\n" HUB("hub", "10.1",                                              \
				       "{}") "gateway-connections:\n"                              \
					     "  h1: { gateway: hub, circuit: er1" weight " }\n"    \
					     "  h2: { gateway: hub, circuit: er2 }\n"

static void assert_rtts(const struct world *w, const char *min, const char *max)
{
	struct verdict v;
	char got[64], want[64];

	routes_predict(w->r, world_node(w, "hub.app"), world_node(w, "dc1.lan"), &v);
	assert_true(v.reachable);
	snprintf(got, sizeof(got), "%s to %s", TIME_STR(v.rtt_min_ns), TIME_STR(v.rtt_max_ns));
	snprintf(want, sizeof(want), "%s to %s", min, max);
	assert_string_equal(got, want);
	verdict_release(&v);
}

static void two_circuits_share_the_load_until_both_sides_are_pinned(void **state)
{
	own_world free = world_open(TWO_CIRCUITS("", ""));
	own_world azure = world_open(TWO_CIRCUITS("", ", weight: 100"));
	own_world both = world_open(TWO_CIRCUITS(", preference: { er1: 200 }", ", weight: 100"));

	(void)state;
	assert_rtts(&free, "3.5ms", "13.5ms");
	assert_rtts(&azure, "3.5ms", "8.5ms"); /* the return path is not determined */
	assert_rtts(&both, "3.5ms", "3.5ms");
}

static void a_private_cloud_shares_its_load_in_spite_of_private_prepends(void **state)
{
	static const char *const asns[] = { "64512", "4200" };
	char text[2048];

	(void)state;
	for (int i = 0; i < 2; i++) {
		own_world w = { 0 };
		struct verdict v;

		snprintf(text, sizeof(text),
			 HEAD "private-clouds:\n" CLOUD(
				 "a", "10.10",
				 "") "sites: { dc1: { asn: %s, networks: { lan: 192.168.10.0/24 }, "
				     "preference: { e1: 200 } } }\n"
				     "circuits:\n"
				     "  e1: { site: dc1, region: westeurope }\n"
				     "  e2: { site: dc1, region: westeurope, rtt: 10.5ms, "
				     "as-path-prepend: { primary: 2, secondary: 2 } }\n"
				     "global-reach: { r1: [e1, a], r2: [e2, a] }\n",
			 asns[i]);
		w = world_open(text);
		assert_rib(&w, "a.primary", "192.168.10.0/24",
			   i == 0 ? "e1.primary 64512, e2.primary 64512 64512 64512"
				  : "e1.primary 4200, (e2.primary 4200 4200 4200)");
		routes_predict(w.r, world_node(&w, "a.web"), world_node(&w, "dc1.lan"), &v);
		assert_int_equal(v.rtt_min_ns, 2000000);
		assert_int_equal(v.rtt_max_ns, i == 0 ? 7000000 : 2000000);
		verdict_release(&v);
	}
}

/* Scenario 31. */
static void a_default_route_alone_does_not_reach_vcenter(void **state)
{
	static const char *const advertised[] = { "0.0.0.0/0",
						  "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16" };
	char text[2048];

	(void)state;
	for (size_t i = 0; i < countof(advertised); i++) {
		own_world w = { 0 };

		/* The lan is behind a second router, and only the advertised prefixes cover it. */
		snprintf(text, sizeof(text),
			 HEAD "private-clouds:\n" CLOUD(
				 "a", "10.10",
				 "") "routers: { edge: { asn: 64512, announce: [%s], "
				     "routes: { 10.10.0.0/16: er.primary } } }\n"
				     "hosts: { pc: 192.168.10.10/24 }\n"
				     "links: { pc-edge: { between: [pc, edge] } }\n"
				     "circuits: { er: { router: edge, region: westeurope } }\n"
				     "global-reach: { r: [er, a] }\n",
			 advertised[i]);
		w = world_open(text);
		assert_path(&w, "pc", "a.web",
			    "pc > edge > er.primary > a.primary > a.t0 > a.t1 > a.web = 2ms");
		if (i == 0)
			assert_unreachable(&w, "pc", "a.vcenter", "ignores default routes");
		else
			assert_path(&w, "pc", "a.vcenter",
				    "pc > edge > er.primary > a.primary > a.management > "
				    "a.vcenter = 2ms");
	}
}

/* ---- limits ---------------------------------------------------------------------------------- */

/* n prefixes of a length in a list: "10.0.0.0/24, 10.0.1.0/24, ..." */
static void prefixes(struct text *out, const char *first, uint8_t len, unsigned int n)
{
	struct prefix base = prefix_lit(first);

	for (unsigned int i = 0; i < n; i++) {
		struct prefix p = prefix_subnet(&base, len, i);

		text_printf(out, "%s%s", i ? ", " : "", PREFIX_STR(&p));
	}
}

/* Scenario 33. */
static void a_site_may_announce_4000_prefixes_or_10000_on_a_premium_circuit(void **state)
{
	static const struct {
		const char *sku;
		unsigned int n;
		bool up;
	} rows[] = { { "standard", 3999, true },
		     { "standard", 4000, false }, /* and the lan */
		     { "premium", 9999, true },
		     { "premium", 10000, false } };

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		own_text t = { 0 };
		own_world w = { 0 };

		text_add(&t, HEAD "sites:\n  dc2: { asn: 64514, "
				  "networks: { lan: 192.168.20.0/24 } }\n"
				  "  dc1: { asn: 64512, networks: { lan: 192.168.10.0/24 }, "
				  "advertise: [");
		prefixes(&t, "20.0.0.0/8", 24, rows[i].n);
		text_printf(&t,
			    "] }\ncircuits:\n"
			    "  er: { site: dc1, region: westeurope, sku: %s }\n"
			    "  er2: { site: dc2, region: westeurope }\n"
			    "virtual-networks:\n" HUB(
				    "hub", "10.1", "{}") "gateway-connections:\n"
							 "  h: { gateway: hub, circuit: er }\n"
							 "  h2: { gateway: hub, circuit: er2 }\n",
			    rows[i].sku);
		w = world_open(text_str(&t));
		assert_rib(&w, "hub.er-gateway", "20.0.0.0/24",
			   rows[i].up ? "er.primary 12076 64512, er.secondary 12076 64512" : "");
		assert_rib(&w, "dc1.ce", "10.1.0.0/16",
			   rows[i].up ? "er.primary 12076, er.secondary 12076" : "");
		/* Other circuits do not notice. */
		assert_rib(&w, "hub.er-gateway", "192.168.20.0/24",
			   "er2.primary 12076 64514, er2.secondary 12076 64514");
		if (!rows[i].up) {
			assert_unreachable(&w, "hub.app", "dc1.lan", "are too many");
			assert_found(&w, "[prefix-limit]");
		} else if (rows[i].n > 4000) {
			assert_found(&w, "hub.er-gateway learns 10001 prefixes: a gateway of its "
					 "SKU is made for 4000 [prefix-limit]");
		}
	}
}

/* Scenario 34, with fewer spokes that have more prefixes. */
static void a_network_and_its_spokes_may_announce_1000_prefixes(void **state)
{
	(void)state;
	for (unsigned int over = 0; over < 2; over++) {
		own_text t = { 0 };
		own_world w = { 0 };

		text_add(&t, HEAD "virtual-networks:\n" HUB(
				     "hub", "10.1",
				     "{}") "  s1: { region: westeurope, address-space: [");
		prefixes(&t, "20.0.0.0/8", 24, 500);
		text_add(&t, "] }\n  s2: { region: westeurope, address-space: [");
		prefixes(&t, "21.0.0.0/8", 24, 499 + over);
		text_add(&t, "] }\n" CIRCUIT_OF_DC1
			     "gateway-connections: { h: { gateway: hub, circuit: er } }\n"
			     "peerings:\n"
			     "  p1: { hub: { allow-gateway-transit: true }, "
			     "s1: { use-remote-gateways: true } }\n"
			     "  p2: { hub: { allow-gateway-transit: true }, "
			     "s2: { use-remote-gateways: true } }\n");
		w = world_open(text_str(&t));
		assert_rib(&w, "dc1.ce", "10.1.0.0/16",
			   over ? "" : "er.primary 12076, er.secondary 12076");
		if (over)
			assert_unreachable(&w, "dc1.lan", "hub.app",
					   "1001 prefixes from hub.er-gateway are too "
					   "many: er.primary takes 1000");
	}
}

static void a_circuit_has_a_budget_of_links(void **state)
{
	(void)state;
	for (unsigned int n = 9; n <= 10; n++) { /* and one Global Reach connection */
		own_text t = { 0 };

		text_add(&t, HEAD "private-clouds:\n" CLOUD(
				     "a", "10.10",
				     "") "circuits: { er: {} }\n"
					 "global-reach: { r: [er, a] }\nvirtual-networks:\n");
		for (unsigned int i = 0; i < n; i++)
			text_printf(&t,
				    "  n%u: { region: westeurope, address-space: 10.%u.0.0/16, "
				    "gateways: { expressroute: {} } }\n",
				    i, 100 + i);
		text_add(&t, "gateway-connections:\n");
		for (unsigned int i = 0; i < n; i++)
			text_printf(&t, "  c%u: { gateway: n%u, circuit: er }\n", i, i);
		if (n == 9) {
			assert_accepted(text_str(&t));
		} else {
			assert_refused(text_str(&t),
				       "error: 'r' is one link too many for the circuit of "
				       "'er': the limit is 10 gateway and Global Reach connections "
				       "together [link-budget]");
		}
	}
}

static void a_gateway_takes_circuits_by_its_sku(void **state)
{
	static const struct {
		const char *sku;
		unsigned int n;
		bool fine;
	} rows[] = { { "ErGw1Az", 4, true },  { "ErGw1Az", 5, false }, { "ErGw2Az", 8, true },
		     { "ErGw2Az", 9, false }, { "ErGw3Az", 16, true }, { "ErGw3Az", 17, false } };

	(void)state;
	for (size_t r = 0; r < countof(rows); r++) {
		own_text t = { 0 };

		text_printf(&t,
			    HEAD "virtual-networks: { n: { region: westeurope, "
				 "address-space: 10.1.0.0/16, "
				 "gateways: { expressroute: { sku: %s } } } }\ncircuits:\n",
			    rows[r].sku);
		for (unsigned int i = 0; i < rows[r].n; i++)
			text_printf(&t, "  e%u: {}\n", i);
		text_add(&t, "gateway-connections:\n");
		for (unsigned int i = 0; i < rows[r].n; i++)
			text_printf(&t, "  c%u: { gateway: n, circuit: e%u }\n", i, i);
		if (rows[r].fine) {
			assert_accepted(text_str(&t));
		} else {
			assert_refused(text_str(&t),
				       "is one circuit too many for the gateway of 'n'");
		}
	}
	assert_refused(HEAD "virtual-networks: { n: { region: westeurope, "
			    "address-space: 10.1.0.0/16, gateways: { expressroute: { sku: ErGw3Az "
			    "} } } }\n"
			    "circuits:\n"
			    "  e1: { peering-location: Oslo }\n  e2: { peering-location: oslo }\n"
			    "  e3: { peering-location: Oslo }\n  e4: { peering-location: Oslo }\n"
			    "  e5: { peering-location: Oslo }\n"
			    "gateway-connections:\n"
			    "  c1: { gateway: n, circuit: e1 }\n  c2: { gateway: n, circuit: e2 }\n"
			    "  c3: { gateway: n, circuit: e3 }\n  c4: { gateway: n, circuit: e4 }\n"
			    "  c5: { gateway: n, circuit: e5 }\n",
		       "'c5' is one circuit too many of Oslo: a virtual network takes 4");
}

/* Scenarios 20 and 46. */
static void skus_and_places_decide_who_may_be_joined(void **state)
{
#define FAR(sku1, sku2)                                                                            \
	HEAD "circuits:\n  e1: { region: westeurope, sku: " sku1 " }\n"                            \
	     "  e2: { region: eastus, sku: " sku2 " }\nglobal-reach: { r: [e1, e2] }\n"
	(void)state;
	assert_accepted(FAR("premium", "premium"));
	assert_accepted(HEAD "private-clouds:\n" CLOUD(
		"a", "10.10",
		"") "circuits: { e: { region: westeurope, peering-location: Amsterdam } }\n"
		    "global-reach: { r: [e, a] }\n");
	assert_refused(FAR("standard", "standard"), "needs two Premium circuits");
	assert_refused(FAR("premium", "local"), "is Local: Global Reach needs Standard or Premium");
	assert_refused(HEAD "circuits:\n  e1: { region: westeurope, peering-location: Amsterdam }\n"
			    "  e2: { region: westeurope, peering-location: Amsterdam }\n"
			    "global-reach: { r: [e1, e2] }\n",
		       "needs two peering locations");
	assert_refused(
		HEAD "private-clouds:\n" CLOUD(
			"a", "10.10", "") "  b: { region: eastus, address-block: 10.20.0.0/22 }\n"
					  "interconnects: { a-b: [a, b] }\n",
		"an interconnect joins clouds of one region");
}

static void odd_bandwidths_are_warned_of(void **state)
{
	own_world w = world_open(HEAD "circuits: { e: { bandwidth: 300Mbps } }\n");

	(void)state;
	assert_found(&w, "a circuit of 300Mbit is not sold ('e') [bandwidth]");
}

/* ---- FastPath -------------------------------------------------------------------------------- */

static void fastpath_passes_the_gateway_by_but_not_for_spokes(void **state)
{
	static const char *const fast[] = { "{ sku: ErGw3Az, fastpath: true }",
					    "{ sku: ErGw3Az }" };
	char text[4096];

	(void)state;
	for (int i = 0; i < 2; i++) {
		own_world w = { 0 };

		snprintf(
			text, sizeof(text),
			HEAD CIRCUIT_OF_DC1 "virtual-networks:\n" HUB("hub", "10.1", "%s") SPOKE(
				"s",
				"10.2") "gateway-connections: { h: { gateway: hub, circuit: er%s } }\n"
					"peerings:\n"
					"  p: { hub: { allow-gateway-transit: true }, "
					"s: { use-remote-gateways: true } }\n",
			fast[i], i ? ", fastpath: true" : "");
		w = world_open(text);
		assert_path(&w, "dc1.lan", "hub.app",
			    "dc1.lan > dc1.ce > er.primary > hub.fabric > hub.app = 2ms");
		assert_path(&w, "dc1.lan", "s.app",
			    "dc1.lan > dc1.ce > er.primary > hub.er-gateway > s.fabric "
			    "> s.app = 3ms");
	}
	assert_refused(HEAD "virtual-networks:\n" HUB("hub", "10.1", "{ fastpath: true }"),
		       "has the SKU ErGw1Az, which has no FastPath");
}

/* ---- rates ----------------------------------------------------------------------------------- */

static uint64_t rate_between(const struct world *w, const char *from, const char *to)
{
	struct crossing over[CROSSINGS_MAX];
	uint32_t own, via;
	uint64_t least = 0;
	size_t n;

	assert_true(fabric_adjacent(w->f, world_node(w, from), world_node(w, to), &own, &via));
	n = fabric_crossings(w->f, own, via, over);
	for (size_t i = 0; i < n; i++) {
		uint64_t rate = w->f->links.v[over[i].link].to[over[i].towards].rate_bps;

		least = rate && (!least || rate < least) ? rate : least;
	}
	return least;
}

static void circuits_and_gateways_have_their_rates(void **state)
{
	own_world w = world_open(
		ALL(", bandwidth: 500Mbps", "{ sku: ErGw2Az }", "global-reach: { r: [er, a] }\n"));

	(void)state;
	assert_int_equal(rate_between(&w, "dc1.ce", "er.primary"), 500000000);
	assert_int_equal(rate_between(&w, "er.primary", "dc1.ce"), 500000000);
	/* The smaller one. */
	assert_int_equal(rate_between(&w, "er.primary", "a.primary"), 500000000);
	assert_int_equal(rate_between(&w, "a.primary", "a.t0"), 10000000000);
	assert_int_equal(rate_between(&w, "er.primary", "hub.er-gateway"), 2000000000);
	/* Outbound packets bypass the gateway. */
	assert_int_equal(rate_between(&w, "hub.fabric", "er.primary"), 0);
}

/* ---- the underlay of a gateway --------------------------------------------------------------- */

/* A hub with a gateway, spokes that use it, and sites with a circuit each. */
static void estate_text(struct text *t, int spokes, int sites, const char *more)
{
	text_add(t, HEAD "virtual-networks:\n" HUB("hub", "10.1", "{}"));
	for (int i = 0; i < spokes; i++)
		text_printf(t, SPOKE("s%d", "10.%d"), i, 10 + i, 10 + i);
	text_add(t, "peerings:\n");
	for (int i = 0; i < spokes; i++)
		text_printf(t,
			    "  p%d: { hub: { allow-gateway-transit: true }, "
			    "s%d: { use-remote-gateways: true } }\n",
			    i, i);
	text_add(t, "sites:\n");
	for (int i = 0; i < sites; i++)
		text_printf(t, "  dc%d: { asn: %d, networks: { lan: 192.168.%d.0/24 } }\n", i,
			    64520 + i, i);
	text_add(t, "circuits:\n");
	for (int i = 0; i < sites; i++)
		text_printf(t, "  er%d: { site: dc%d, region: westeurope }\n", i, i);
	text_add(t, "gateway-connections:\n");
	for (int i = 0; i < sites; i++)
		text_printf(t, "  c%d: { gateway: hub, circuit: er%d }\n", i, i);
	text_add(t, more);
}

static struct world estate_open(int spokes, int sites, const char *more)
{
	own_text t = { 0 };

	estate_text(&t, spokes, sites, more);
	return world_open(text_str(&t));
}

static size_t count_links(int spokes, int sites)
{
	own_world w = estate_open(spokes, sites, "");

	return w.f->links.n;
}

static void links_grow_with_spokes_plus_circuits(void **state)
{
	const size_t spoke = count_links(2, 1) - count_links(1, 1);
	const size_t site = count_links(1, 2) - count_links(1, 1);

	(void)state;
	assert_int_equal(spoke, 3); /* the host's, the peering, the port */
	for (int spokes = 1; spokes <= 21; spokes += 10)
		for (int sites = 1; sites <= 4; sites++)
			assert_int_equal(count_links(spokes, sites),
					 count_links(1, 1) + (size_t)(spokes - 1) * spoke +
						 (size_t)(sites - 1) * site);
}

static bool is_adjacent(const struct world *w, const char *a, const char *b)
{
	uint32_t own, via;

	return fabric_adjacent(w->f, world_node(w, a), world_node(w, b), &own, &via);
}

static void an_underlay_joins_its_two_sides_only(void **state)
{
	own_world w = estate_open(2, 2, "");
	index_list near = { 0 };
	uint32_t own, via;

	(void)state;
	assert_true(is_adjacent(&w, "s0.fabric", "er1.secondary"));
	assert_true(is_adjacent(&w, "er1.secondary", "s0.fabric"));
	assert_true(is_adjacent(&w, "hub.er-gateway", "s1.fabric"));
	assert_false(is_adjacent(&w, "s0.fabric", "s1.fabric"));
	assert_false(is_adjacent(&w, "er0.primary", "er1.primary"));
	assert_true(fabric_adjacent(w.f, world_node(&w, "s0.fabric"), world_node(&w, "er0.primary"),
				    &own, &via));
	fabric_neighbours(w.f, own, &near);
	assert_int_equal(near.n, 5); /* the gateway and four MSEEs */
	fabric_neighbours(w.f, via, &near);
	assert_int_equal(near.n, 3); /* the hub and two spokes */
	vec_free(&near);
}

static void what_fails_on_an_underlay_is_one_port(void **state)
{
	own_world peering = estate_open(2, 2, "failed: [p0]\n");
	own_world connection = estate_open(2, 2, "failed: [c0]\n");
	own_world msee = estate_open(2, 2, "failed: [er0.primary]\n");
	own_world gateway = estate_open(2, 2, "failed: [hub.er-gateway]\n");

	(void)state;
	assert_unreachable(&peering, "dc0.lan", "s0.app", "'p0' has failed");
	assert_unreachable(&peering, "s0.app", "dc0.lan", "'p0' has failed");
	assert_path(&peering, "s1.app", "dc0.lan",
		    "s1.app > s1.fabric > er0.primary > dc0.ce > dc0.lan = 3ms");
	assert_unreachable(&connection, "s0.app", "dc0.lan", "'c0' has failed");
	assert_path(&connection, "s0.app", "dc1.lan",
		    "s0.app > s0.fabric > er1.primary > dc1.ce > dc1.lan = 3ms");
	assert_path(&msee, "s0.app", "dc0.lan",
		    "s0.app > s0.fabric > er0.secondary > dc0.ce > dc0.lan = 3ms");
	assert_unreachable(&gateway, "s0.app", "dc1.lan", "'hub.er-gateway' has failed");
	assert_unreachable(&gateway, "dc1.lan", "s1.app", "'hub.er-gateway' has failed");
}

static void what_is_impaired_on_an_underlay_is_one_port(void **state)
{
	own_world connection = estate_open(2, 2, "impaired: { c0: { delay: 40ms } }\n");
	own_world peering = estate_open(2, 2, "impaired: { p0: { delay: 40ms } }\n");

	(void)state;
	assert_path(&connection, "hub.app", "dc0.lan",
		    "hub.app > hub.fabric > er0.primary > dc0.ce > dc0.lan = 80.5ms");
	assert_path(&connection, "s0.app", "dc0.lan",
		    "s0.app > s0.fabric > er0.primary > dc0.ce > dc0.lan = 81.5ms");
	assert_path(&connection, "s0.app", "dc1.lan",
		    "s0.app > s0.fabric > er1.primary > dc1.ce > dc1.lan = 3ms");
	assert_path(&peering, "s0.app", "dc0.lan",
		    "s0.app > s0.fabric > er0.primary > dc0.ce > dc0.lan = 82ms");
	assert_path(&peering, "s1.app", "dc0.lan",
		    "s1.app > s1.fabric > er0.primary > dc0.ce > dc0.lan = 3ms");
}

/* An MSEE answers every network from the hub's GatewaySubnet. */
static void a_network_without_a_gateway_subnet_has_an_address_of_the_pool(void **state)
{
	own_world w = world_open(HEAD CIRCUIT_OF_DC1 "virtual-networks:\n" HUB(
		"hub", "10.1", "{}") "  full: { region: westeurope, address-space: 10.9.0.0/24, "
				     "subnets: { app: 10.9.0.0/24 } }\n"
				     "peerings:\n  p: { hub: { allow-gateway-transit: true }, "
				     "full: { use-remote-gateways: true } }\n"
				     "gateway-connections: { c: { gateway: hub, circuit: er } }\n");
	uint32_t own, via;

	(void)state;
	assert_true(fabric_adjacent(w.f, world_node(&w, "full.fabric"),
				    world_node(&w, "er.primary"), &own, &via));
	assert_string_equal(PREFIX_STR(fabric_addr(w.f, via, AF_INET)), "10.1.255.236/32");
	assert_int_equal(fabric_addr(w.f, own, AF_INET)->len, 32);
	assert_path(&w, "full.app", "dc1.lan",
		    "full.app > full.fabric > er.primary > dc1.ce > dc1.lan = 3ms");
}

/* ---- what has failed ------------------------------------------------------------------------- */

static void a_lost_link_leaves_the_other(void **state)
{
	own_world w = world_open(ALL("", "{}", "failed: [er.primary]\n"));

	(void)state;
	assert_rib(&w, "hub.er-gateway", "192.168.10.0/24", "er.secondary 12076 64512");
	/* The gateway's session with that edge router is up, and has no routes. */
	assert_rib(&w, "er.primary", "10.1.0.0/16", "hub.er-gateway 65515");
	assert_path(&w, "dc1.lan", "hub.app",
		    "dc1.lan > dc1.ce > er.secondary > hub.er-gateway > hub.fabric > "
		    "hub.app = 2ms");
	assert_path(&w, "hub.app", "dc1.lan",
		    "hub.app > hub.fabric > er.secondary > dc1.ce > dc1.lan = 2ms");
}

static void a_lost_circuit_takes_its_routes_with_it(void **state)
{
	own_world w = world_open(ALL("", "{}", "failed: [er]\n"));

	(void)state;
	assert_unreachable(&w, "dc1.lan", "hub.app", "'er' has failed");
	assert_unreachable(&w, "hub.app", "dc1.lan", "'er' has failed");
	assert_path(&w, "hub.app", "a.web",
		    "hub.app > hub.fabric > a.primary > a.t0 > a.t1 > a.web = 1.5ms");
}

static void joins_gateways_and_hosts_may_fail_too(void **state)
{
	own_world reach = world_open(ALL("", "{}", "global-reach: { r: [er, a] }\nfailed: [r]\n"));
	own_world gateway = world_open(ALL("", "{}", "failed: [hub.er-gateway]\n"));
	own_world connection = world_open(ALL("", "{}", "failed: [h-a]\n"));
	own_world host = world_open(ALL("", "{}", "failed: [hub.app]\n"));
	own_world edge = world_open(ALL("", "{}", "failed: [a.primary, a.secondary]\n"));
	own_world peering = world_open(HEAD "virtual-networks:\n" SPOKE("s1", "10.2") SPOKE(
		"s2", "10.4") "peerings: { p: [s1, s2] }\nfailed: [p]\n");

	(void)state;
	assert_unreachable(&reach, "dc1.lan", "a.web", "'r' has failed");
	assert_unreachable(&gateway, "dc1.lan", "hub.app", "'hub.er-gateway' has failed");
	assert_unreachable(&connection, "hub.app", "a.web", "'h-a' has failed");
	assert_path(&connection, "hub.app", "dc1.lan",
		    "hub.app > hub.fabric > er.primary > dc1.ce > dc1.lan = 2ms");
	assert_unreachable(&host, "dc1.lan", "hub.app", "'hub.app' has failed");
	assert_unreachable(&host, "hub.app", "dc1.lan", "'hub.app' has failed");
	assert_unreachable(&edge, "hub.app", "a.web", "a.primary' has failed");
	assert_unreachable(&peering, "s1.app", "s2.app", "'p' has failed");
	assert_refused(ALL("", "{}", "failed: [err.primary]\n"), "nothing is named 'err'");
	{
		own_world idle = world_open(HEAD "circuits: { c: {} }\nfailed: [c.primary]\n");

		assert_found(&idle, "'c.primary' has no link that could be down [failed]");
	}
}

static void a_failed_link_s_devices_stay_down(void **state)
{
	own_world w = world_open(ALL("", "{}", "failed: [er.primary]\n"));
	struct plan *p = world_plan(&w, VRF_DEVICE, DELAY_RELAY);
	size_t down = 0;

	(void)state;
	for (each(struct plan_dev, d, &p->devs))
		down += d->down;
	assert_int_equal(down, 2);
	for (each(struct plan_hop, h, &p->hops))
		assert_false(p->devs.v[h->dev].down);
	for (each(struct plan_neigh, n, &p->neighs))
		assert_false(p->devs.v[n->dev].down);
	plan_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_key_brings_up_no_session_and_predict_says_so),
		cmocka_unit_test(a_connection_that_redeems_nothing_where_it_must_has_no_session),
		cmocka_unit_test(a_key_is_good_for_one_connection),
		cmocka_unit_test(global_reach_with_a_wrong_key_is_none),
		cmocka_unit_test(one_gateway_on_two_circuits_is_no_transit),
		cmocka_unit_test(a_third_interconnect_joins_the_ends_of_a_chain),
		cmocka_unit_test(clouds_with_the_same_segment_each_reach_their_own),
		cmocka_unit_test(two_sites_on_one_gateway_need_global_reach),
		cmocka_unit_test(two_circuits_share_the_load_until_both_sides_are_pinned),
		cmocka_unit_test(a_private_cloud_shares_its_load_in_spite_of_private_prepends),
		cmocka_unit_test(a_default_route_alone_does_not_reach_vcenter),
		cmocka_unit_test(a_site_may_announce_4000_prefixes_or_10000_on_a_premium_circuit),
		cmocka_unit_test(a_network_and_its_spokes_may_announce_1000_prefixes),
		cmocka_unit_test(a_circuit_has_a_budget_of_links),
		cmocka_unit_test(a_gateway_takes_circuits_by_its_sku),
		cmocka_unit_test(skus_and_places_decide_who_may_be_joined),
		cmocka_unit_test(odd_bandwidths_are_warned_of),
		cmocka_unit_test(fastpath_passes_the_gateway_by_but_not_for_spokes),
		cmocka_unit_test(circuits_and_gateways_have_their_rates),
		cmocka_unit_test(a_lost_link_leaves_the_other),
		cmocka_unit_test(a_lost_circuit_takes_its_routes_with_it),
		cmocka_unit_test(joins_gateways_and_hosts_may_fail_too),
		cmocka_unit_test(links_grow_with_spokes_plus_circuits),
		cmocka_unit_test(an_underlay_joins_its_two_sides_only),
		cmocka_unit_test(what_fails_on_an_underlay_is_one_port),
		cmocka_unit_test(what_is_impaired_on_an_underlay_is_one_port),
		cmocka_unit_test(a_network_without_a_gateway_subnet_has_an_address_of_the_pool),
		cmocka_unit_test(a_failed_link_s_devices_stay_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
