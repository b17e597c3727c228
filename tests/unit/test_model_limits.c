/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the services count: segments, links, circuits, peerings. */
#include "sayings.h"

/* A private cloud inside a network; its segments are each test's own. */
#define SECOND                                                                                     \
	"virtual-networks: { v: { region: westeurope, address-space: 10.31.0.0/22 } }\n"           \
	"private-clouds:\n"                                                                        \
	"  g: { generation: 2, virtual-network: v, address-block: 10.31.0.0/22, segments: { "

static void what_the_services_count_has_an_end(void **state)
{
	static const struct saying sayings[] = {
		{ V SECOND "s: 172.16.0.0/12 } }\n",
		  "t.yaml:4:3: error: the segments of 'g' take 65536 /28 blocks: T0 has room for "
		  "4096 with 3 hosts [segment-limit]\n"
		  "  with `nodes: 4` T0 has room for 6144\n" },
		{ V SECOND "} }\n"
			   "interconnects: { i: [g, g] }\n",
		  "t.yaml:5:22: error: 'g' is of generation 2 and has no circuit that an "
		  "interconnect could join [generation]\n"
		  "  on-premises reaches it by the ExpressRoute gateway of 'v', "
		  "other networks and clouds by peering with 'v'\n" },
		{ V "circuits: { c: { bandwidth: 300Mbps } }\n",
		  "t.yaml:2:13: warning: a circuit of 300Mbit is not sold ('c') [bandwidth]\n"
		  "  circuits have 50, 100, 200, 500 Mbps, 1, 2, 5, 10 Gbps, "
		  "and with ExpressRoute Direct 40 and 100 Gbps\n" },
		{ V "circuits: { a: , b: , c: , d: , e: }\n"
		    "virtual-networks:\n"
		    "  v: { region: westeurope, address-space: 10.1.0.0/16, "
		    "gateways: { expressroute: {} } }\n"
		    "gateway-connections:\n"
		    "  va: { gateway: v, circuit: a }\n  vb: { gateway: v, circuit: b }\n"
		    "  vc: { gateway: v, circuit: c }\n  vd: { gateway: v, circuit: d }\n"
		    "  ve: { gateway: v, circuit: e }\n",
		  "t.yaml:10:3: error: 've' is one circuit too many for the gateway of "
		  "'v': ErGw1Az takes 4 [circuit-limit]\n"
		  "  a larger gateway takes more, up to 16\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_standard_circuit_takes_ten_links(void **state)
{
	own_text links = { 0 };

	(void)state;
	text_add(&links, V "global-reach: {");
	for (int i = 0; i < 11; i++)
		text_printf(&links, "%s r%d: [c, c%d]", i ? "," : "", i, i);
	text_add(&links, " }\ncircuits: { c: { sku: standard }");
	for (int i = 0; i < 11; i++)
		text_printf(&links, ", c%d: {}", i);
	text_add(&links, " }\n");
	check_saying(text_str(&links), links.n,
		     "t.yaml:2:147: error: 'r10' is one link too many for the circuit of 'c': the "
		     "limit is 10 gateway and Global Reach connections together [link-budget]\n"
		     "  a Premium circuit takes more, depending on its bandwidth\n");
}

static void a_network_has_500_peerings(void **state)
{
	own_text peerings = { 0 };

	(void)state;
	text_add(&peerings, V "virtual-networks:\n");
	for (int i = 0; i < 502; i++)
		text_printf(&peerings,
			    "  v%d: { region: westeurope, address-space: 10.%d.%d.0/24 }\n", i,
			    i / 256, i % 256);
	text_add(&peerings, "peerings:\n");
	for (int i = 1; i < 502; i++)
		text_printf(&peerings, "  p%d: [v0, v%d]\n", i, i);
	check_saying(text_str(&peerings), peerings.n,
		     "t.yaml:1006:3: error: 'p501' is one peering too many of 'v0': a virtual "
		     "network has 500 at most [peering-limit]\n");
}

static void every_limit_is_shown_here(void **state)
{
	(void)state;
	check_seen("generation", "no-internet");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_services_count_has_an_end),
		cmocka_unit_test(a_standard_circuit_takes_ten_links),
		cmocka_unit_test(a_network_has_500_peerings),
		cmocka_unit_test(every_limit_is_shown_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
