/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the real networks refuse of connections between their objects. */
#include "sayings.h"

static void an_interconnect_stays_in_its_region(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		    "  pc-a: { region: westeurope, address-block: 10.10.0.0/22 }\n"
		    "  pc-b: { region: North Europe, address-block: 10.20.0.0/22 }\n"
		    "interconnects: { a-b: [pc-a, pc-b] }\n",
		  "t.yaml:5:18: error: an interconnect joins clouds of one region: 'pc-a' is in "
		  "westeurope, 'pc-b' in northeurope [region]\n"
		  "  across regions use Global Reach: `global-reach: { a-b: [pc-a, pc-b] }`\n" },
		{ V "private-clouds:\n"
		    "  pc-a: { region: westeurope, address-block: 10.10.0.0/22 }\n"
		    "  pc-b: { region: West Europe, address-block: 10.20.0.0/22 }\n"
		    "interconnects: { a-b: { private-clouds: [pc-a, pc-b], rtt: 1.4ms } }\n",
		  "" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void nothing_is_joined_with_itself_or_twice(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		    "  pc-a: { region: westeurope, address-block: 10.10.0.0/22 }\n"
		    "  pc-b: { region: westeurope, address-block: 10.20.0.0/22 }\n"
		    "interconnects:\n"
		    "  a-a: [pc-a, pc-a]\n"
		    "  a-b: [pc-a, pc-b]\n"
		    "  b-a: [pc-b, pc-a]\n"
		    "global-reach:\n"
		    "  g-aa: [pc-b, pc-b]\n"
		    "  g-ab: [pc-a, pc-b]\n"
		    "  g-ba: [pc-b, pc-a]\n",
		  "t.yaml:6:15: error: 'a-a' joins 'pc-a' with itself [self-join]\n"
		  "t.yaml:8:3: error: 'b-a' joins 'pc-b' and 'pc-a', as 'a-b' already does; see "
		  "t.yaml:7 [duplicate-join]\n"
		  "t.yaml:10:16: error: 'g-aa' joins 'pc-b' with itself [self-join]\n"
		  "t.yaml:12:3: error: 'g-ba' joins 'pc-b' and 'pc-a', as 'g-ab' already does; see "
		  "t.yaml:11 [duplicate-join]\n" },
		{ V "virtual-networks:\n"
		    "  v: { region: westeurope, address-space: 10.1.0.0/16, "
		    "gateways: { expressroute: {} } }\n"
		    "  w: { region: westeurope, address-space: 10.2.0.0/16 }\n"
		    "circuits:\n"
		    "  c: {}\n"
		    "gateway-connections:\n"
		    "  g: { gateway: v, circuit: c }\n"
		    "  h: { gateway: v, circuit: c }\n"
		    "peerings:\n"
		    "  p: [v, w]\n"
		    "  q: [w, v]\n"
		    "  r: [v, v]\n"
		    "links:\n"
		    "  l: { between: [a, a] }\n",
		  "t.yaml:9:3: error: 'h' joins 'v' and 'c', as 'g' already does; see t.yaml:8 "
		  "[duplicate-join]\n"
		  "t.yaml:12:3: error: 'q' joins 'w' and 'v', as 'p' already does; see t.yaml:11 "
		  "[duplicate-join]\n"
		  "t.yaml:13:10: error: 'r' joins 'v' with itself [self-join]\n"
		  "t.yaml:15:21: error: the link 'l' joins 'a' with itself [self-join]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void remote_gateways_need_a_gateway_that_is_lent(void **state)
{
	static const struct saying sayings[] = {
		{ V "virtual-networks:\n"
		    "  hub: { region: westeurope, address-space: 10.1.0.0/16, "
		    "gateways: { expressroute: {} } }\n"
		    "  hub2: { region: westeurope, address-space: 10.2.0.0/16, "
		    "gateways: { expressroute: {} } }\n"
		    "  plain: { region: westeurope, address-space: 10.3.0.0/16 }\n"
		    "  s1: { region: westeurope, address-space: 10.4.0.0/16 }\n"
		    "  s2: { region: westeurope, address-space: 10.5.0.0/16, "
		    "gateways: { expressroute: {} } }\n"
		    "  s3: { region: westeurope, address-space: 10.6.0.0/16 }\n"
		    "peerings:\n"
		    "  p1: { hub: { allow-gateway-transit: true }, "
		    "s1: { use-remote-gateways: true } }\n"
		    "  p2: { hub2: { allow-gateway-transit: true }, "
		    "s1: { use-remote-gateways: true } }\n"
		    "  p3: { hub: { allow-gateway-transit: true }, "
		    "s2: { use-remote-gateways: true } }\n"
		    "  p4: { plain: { allow-gateway-transit: true }, "
		    "s3: { use-remote-gateways: true } }\n",
		  "t.yaml:11:75: error: 's1' uses a remote gateway already; "
		  "see t.yaml:10 [gateway-transit]\n"
		  "  one peering of a network may use remote gateways\n"
		  "t.yaml:12:74: error: 's2' has a gateway of its own and cannot use that of 'hub' "
		  "[gateway-transit]\n"
		  "  remove one of the two\n"
		  "t.yaml:13:76: error: 's3' cannot use the gateway of 'plain': there is none "
		  "[gateway-transit]\n"
		  "  write `gateways: { expressroute: {} }` in plain\n" },
		{ V "virtual-networks:\n"
		    "  hub: { region: westeurope, address-space: 10.1.0.0/16, "
		    "gateways: { expressroute: {} } }\n"
		    "  s1: { region: westeurope, address-space: 10.4.0.0/16 }\n"
		    "peerings:\n"
		    "  p: { hub: {}, s1: { use-remote-gateways: true } }\n",
		  "t.yaml:6:44: error: 's1' cannot use the gateway of 'hub', whose half does not "
		  "allow it [gateway-transit]\n"
		  "  write `hub: { allow-gateway-transit: true }`\n" },
		{ V "virtual-networks:\n"
		    "  hub: { region: westeurope, address-space: 10.1.0.0/16, "
		    "gateways: { expressroute: {} } }\n"
		    "  s1: { region: westeurope, address-space: 10.4.0.0/16 }\n"
		    "peerings:\n"
		    "  p: { hub: none, s1: { use-remote-gateways: true } }\n",
		  "t.yaml:6:46: error: 's1' cannot use the gateway of 'hub', whose half does not "
		  "allow it [gateway-transit]\n"
		  "  write `hub: { allow-gateway-transit: true }`\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void global_reach_needs_the_right_skus(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		    "  pc-a: { region: westeurope, address-block: 10.10.0.0/22 }\n"
		    "  pc-us: { region: eastus, address-block: 10.20.0.0/22 }\n"
		    "  pc-x: { region: moon, address-block: 10.30.0.0/22 }\n"
		    "circuits:\n"
		    "  loc: { sku: local, region: westeurope }\n"
		    "  prem: { sku: premium, region: westeurope }\n"
		    "latency: { moon..westeurope: 1s }\n"
		    "global-reach:\n"
		    "  g1: [loc, pc-a]\n"
		    "  g2: [pc-a, pc-us]\n"
		    "  g3: [prem, pc-us]\n"
		    "  g4: [pc-a, pc-x]\n",
		  "t.yaml:11:8: error: the circuit of 'loc' is Local: Global Reach needs Standard "
		  "or Premium [sku]\n"
		  "t.yaml:12:3: error: Global Reach from Europe ('pc-a') to North America "
		  "('pc-us') needs two Premium circuits [sku]\n"
		  "  write `sku: premium` in pc-a and pc-us\n"
		  "t.yaml:13:3: error: Global Reach from Europe ('prem') to North America "
		  "('pc-us') needs two Premium circuits [sku]\n"
		  "  write `sku: premium` in pc-us\n" },
		{ V "private-clouds:\n"
		    "  pc-a: { region: westeurope, address-block: 10.10.0.0/22, sku: premium }\n"
		    "  pc-us: { region: eastus, address-block: 10.20.0.0/22, sku: premium }\n"
		    "global-reach: { g: [pc-a, pc-us] }\n",
		  "" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void global_reach_needs_two_peering_locations(void **state)
{
	static const struct saying sayings[] = {
		{ V "circuits:\n"
		    "  c: { peering-location: Amsterdam }\n"
		    "  d: { peering-location: amsterdam }\n"
		    "  e: { peering-location: London }\n"
		    "  f: {}\n"
		    "  g: {}\n"
		    "global-reach:\n"
		    "  r1: [c, d]\n"
		    "  r2: [c, e]\n"
		    "  r3: [f, g]\n",
		  "t.yaml:9:3: error: Global Reach needs two peering locations: 'c' and 'd' are "
		  "both at Amsterdam [peering-location]\n" },
		{ V "private-clouds:\n"
		    "  pc-a: { region: westeurope, address-block: 10.10.0.0/22 }\n"
		    "circuits:\n"
		    "  c: { peering-location: Amsterdam }\n"
		    "global-reach: { r: [c, pc-a] }\n",
		  "" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void global_reach_takes_a_29(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		    "  pc-a: { region: westeurope, address-block: 10.10.0.0/22 }\n"
		    "  pc-b: { region: westeurope, address-block: 10.20.0.0/22 }\n"
		    "global-reach: { g: { circuits: [pc-a, pc-b], prefix: 172.18.0.0/30 } }\n",
		  "t.yaml:5:54: error: Global Reach takes a /29 for its links, not 172.18.0.0/30 "
		  "[bad-prefix]\n" },
		{ V "private-clouds:\n"
		    "  pc-a: { region: westeurope, address-block: 10.10.0.0/22 }\n"
		    "  pc-b: { region: westeurope, address-block: 10.20.0.0/22 }\n"
		    "global-reach: { g: { circuits: [pc-a, pc-b], prefix: \"2001:db8::/125\" } }\n",
		  "" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_gateway_connection_needs_a_gateway_in_reach(void **state)
{
	static const struct saying sayings[] = {
		{ V "virtual-networks:\n"
		    "  v: { region: westeurope, address-space: 10.1.0.0/16 }\n"
		    "  us: { region: eastus, address-space: 10.2.0.0/16, gateways: { expressroute: "
		    "{} } }\n"
		    "  ne: { region: northeurope, address-space: 10.3.0.0/16, "
		    "gateways: { expressroute: {} } }\n"
		    "circuits:\n"
		    "  c: { region: westeurope }\n"
		    "  loc: { region: westeurope, sku: local }\n"
		    "  any: { sku: local }\n"
		    "  prem: { region: westeurope, sku: premium }\n"
		    "gateway-connections:\n"
		    "  g1: { gateway: v, circuit: c }\n"
		    "  g2: { gateway: us, circuit: c }\n"
		    "  g3: { gateway: ne, circuit: loc }\n"
		    "  g4: { gateway: ne, circuit: c }\n"
		    "  g5: { gateway: us, circuit: prem }\n"
		    "  g6: { gateway: us, circuit: any }\n",
		  "t.yaml:12:18: error: 'v' has no ExpressRoute gateway [no-gateway]\n"
		  "  write `gateways: { expressroute: {} }` in v\n"
		  "t.yaml:13:31: error: the circuit of 'c' is Standard and reaches only "
		  "Europe: 'us' is in North America [sku]\n"
		  "  write `sku: premium` in c\n"
		  "t.yaml:14:31: error: the circuit of 'loc' is Local and reaches only westeurope: "
		  "'ne' is in northeurope [sku]\n"
		  "  a Standard circuit reaches its geopolitical region, a Premium circuit all "
		  "regions\n" },
		/* Two regions are local to Washington DC, none to Miami. Canberra's are a part of
		 * the world of their own, Mexico is in North America's. */
		{ V "virtual-networks:\n"
		    "  us2: { region: eastus2, address-space: 10.2.0.0/16, gateways: {"
		    " expressroute: {} } }\n"
		    "  cbr: { region: australiacentral, address-space: 10.3.0.0/16, gateways: {"
		    " expressroute: {} } }\n"
		    "circuits:\n"
		    "  dc: { region: eastus, peering-location: washington dc, sku: local }\n"
		    "  mia: { region: eastus, peering-location: Miami, sku: local }\n"
		    "  mex: { region: mexicocentral }\n"
		    "  syd: { region: australiaeast, peering-location: Sydney }\n"
		    "gateway-connections:\n"
		    "  g1: { gateway: us2, circuit: dc }\n"
		    "  g2: { gateway: us2, circuit: mia }\n"
		    "  g3: { gateway: us2, circuit: mex }\n"
		    "  g4: { gateway: cbr, circuit: syd }\n",
		  "t.yaml:12:32: error: the circuit of 'mia' is Local and reaches only eastus: "
		  "'us2' is in eastus2 [sku]\n"
		  "  a Standard circuit reaches its geopolitical region, a Premium circuit all "
		  "regions\n"
		  "t.yaml:14:32: error: the circuit of 'syd' is Standard and reaches only Oceania: "
		  "'cbr' is in Australia Government [sku]\n"
		  "  write `sku: premium` in syd\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

/* At its first place, and not where 'latency' names it, too: that is a region of the file's own. */
static void a_misspelt_place_is_told_once(void **state)
{
	static const struct saying sayings[] = {
		{ V "virtual-networks:\n"
		    "  v: { region: West Europ, address-space: 10.1.0.0/16 }\n"
		    "  w: { region: westeurop, address-space: 10.2.0.0/16 }\n"
		    "peerings: { p: [v, w] }\n",
		  "t.yaml:3:16: warning: unknown region 'westeurop' [unknown-region]\n"
		  "  did you mean 'westeurope'?\n" },
		{ V "latency: { northeurop..westeurope: 17ms, mars..westeurope: 900ms }\n"
		    "cloudsimple-regions: { cs: { region: wetsus, private-clouds: { cs1: {"
		    " segments: { db: 10.20.4.0/24 } } } } }\n"
		    "circuits: { c: { region: mars } }\n",
		  "t.yaml:2:12: warning: unknown region 'northeurop' [unknown-region]\n"
		  "  did you mean 'northeurope'?\n"
		  "t.yaml:3:38: warning: unknown region 'wetsus' [unknown-region]\n"
		  "  did you mean 'westus'?\n" },
		/* Two regions, since one of them is misspelt. */
		{ V "private-clouds:\n"
		    "  pc-a: { region: westeurop, address-block: 10.10.0.0/22 }\n"
		    "  pc-b: { region: westeurope, address-block: 10.20.0.0/22 }\n"
		    "interconnects: { ab: [pc-a, pc-b] }\n",
		  "t.yaml:3:19: warning: unknown region 'westeurop' [unknown-region]\n"
		  "  did you mean 'westeurope'?\n"
		  "t.yaml:5:18: error: an interconnect joins clouds of one region: 'pc-a' is in "
		  "westeurop, 'pc-b' in westeurope [region]\n"
		  "  did you mean 'westeurope'?\n" },
		{ V "circuits:\n"
		    "  c: { region: westeurope, peering-location: Amsterdm }\n"
		    "  d: { region: westeurope, peering-location: Amsterdm }\n"
		    "  e: { region: westeurope, peering-location: amsterdam2 }\n"
		    "  f: { region: westeurope, peering-location: my basement }\n"
		    "  g: { region: eastus, peering-location: Washington }\n",
		  "t.yaml:3:46: warning: unknown peering location 'Amsterdm' [unknown-location]\n"
		  "  did you mean 'Amsterdam'?\n"
		  "t.yaml:7:42: warning: unknown peering location 'Washington' [unknown-location]\n"
		  "  did you mean 'Washington DC'?\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void regions_need_a_figure(void **state)
{
	static const struct saying sayings[] = {
		{ V "virtual-networks: { v: { region: westeuorpe, address-space: 10.1.0.0/16,"
		    " gateways: { expressroute: {} } } }\n"
		    "circuits: { c: { region: westeurope } }\n"
		    "gateway-connections: { g: { gateway: v, circuit: c } }\n",
		  "t.yaml:2:34: warning: unknown region 'westeuorpe' [unknown-region]\n"
		  "  did you mean 'westeurope'?\n"
		  "t.yaml:4:24: error: the round trip between the regions 'westeurope' and "
		  "'westeuorpe' is not known [no-latency]\n"
		  "  write it under 'latency', as `westeurope..westeuorpe: 20ms`\n" },
		/* Both are known, and nothing is published. */
		{ V "virtual-networks:\n"
		    "  v: { region: jioindiawest, address-space: 10.1.0.0/16 }\n"
		    "  w: { region: West Europe, address-space: 10.2.0.0/16 }\n"
		    "  x: { region: malaysiawest, address-space: 10.3.0.0/16 }\n"
		    "peerings: { p: [v, w], q: [v, x] }\n",
		  "t.yaml:6:13: error: the round trip between the regions 'jioindiawest' and "
		  "'westeurope' is not known [no-latency]\n"
		  "  write it under 'latency', as `jioindiawest..westeurope: 20ms`\n" },
		{ V "private-clouds:\n"
		    "  pc-a: { region: mars, address-block: 10.10.0.0/22 }\n"
		    "virtual-networks:\n"
		    "  v: { region: venus, address-space: 10.1.0.0/16, "
		    "gateways: { expressroute: {} } }\n"
		    "  w: { region: mars, address-space: 10.2.0.0/16 }\n"
		    "circuits:\n"
		    "  c: { region: eastus, sku: premium }\n"
		    "gateway-connections:\n"
		    "  g: { gateway: v, circuit: pc-a }\n"
		    "  h: { gateway: v, circuit: c, rtt: 9ms }\n"
		    "peerings: { p: [v, w] }\n"
		    "global-reach: { r: [c, pc-a] }\n",
		  "t.yaml:3:19: warning: unknown region 'mars' [unknown-region]\n"
		  "  give the round trips of a region of your own under 'latency', as "
		  "`mars..westeurope: 20ms`\n"
		  "t.yaml:5:16: warning: unknown region 'venus' [unknown-region]\n"
		  "  give the round trips of a region of your own under 'latency', as "
		  "`venus..westeurope: 20ms`\n"
		  "t.yaml:10:3: error: the round trip between the regions 'mars' and 'venus' is "
		  "not known [no-latency]\n"
		  "  write it under 'latency', as `mars..venus: 20ms`\n"
		  "t.yaml:12:13: error: the round trip between the regions 'venus' and 'mars' is "
		  "not known [no-latency]\n"
		  "  write it under 'latency', as `venus..mars: 20ms`\n"
		  "t.yaml:13:17: error: the round trip between the regions 'eastus' and 'mars' is "
		  "not known [no-latency]\n"
		  "  write it under 'latency', as `eastus..mars: 20ms`\n" },
		{ V "private-clouds:\n"
		    "  pc-a: { region: mars, address-block: 10.10.0.0/22 }\n"
		    "virtual-networks:\n"
		    "  v: { region: venus, address-space: 10.1.0.0/16, "
		    "gateways: { expressroute: {} } }\n"
		    "gateway-connections:\n"
		    "  g: { gateway: v, circuit: pc-a }\n"
		    "latency: { Venus..Mars: 900ms }\n",
		  "" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void an_authorization_is_known_and_good_for_one_connection(void **state)
{
	static const struct saying sayings[] = {
		{ V
		  "private-clouds:\n"
		  "  pc-a: { region: westeurope, address-block: 10.10.0.0/22, authorizations: [k1, "
		  "k2] }\n"
		  "virtual-networks:\n"
		  "  v: { region: westeurope, address-space: 10.1.0.0/16, "
		  "gateways: { expressroute: {} } }\n"
		  "  w: { region: westeurope, address-space: 10.2.0.0/16, "
		  "gateways: { expressroute: {} } }\n"
		  "circuits:\n"
		  "  c: { authorizations: [key-c] }\n"
		  "gateway-connections:\n"
		  "  g1: { gateway: v, circuit: pc-a, authorization: k1 }\n"
		  "  g2: { gateway: w, circuit: pc-a, authorization: k1 }\n"
		  "  g3: { gateway: v, circuit: c, authorization: key-d }\n"
		  "global-reach:\n"
		  "  r: { circuits: [c, pc-a], authorization: zzzzzzz }\n",
		  "t.yaml:11:51: warning: the authorization 'k1' has already been redeemed by "
		  "'g1': no session comes up [authorization]\n"
		  "  an authorization is valid for one connection: create another one\n"
		  "t.yaml:12:48: warning: 'c' has no authorization 'key-d': no session comes up "
		  "[authorization]\n"
		  "  did you mean 'key-c'?\n"
		  "t.yaml:14:44: warning: neither 'c' nor 'pc-a' has an authorization "
		  "'zzzzzzz': no session comes up [authorization]\n"
		  "  list it under 'authorizations' in pc-a\n" },
		{ V
		  "private-clouds:\n"
		  "  pc-a: { region: westeurope, address-block: 10.10.0.0/22, authorizations: [k1, "
		  "k2] }\n"
		  "circuits:\n"
		  "  c: { authorizations: [key-c] }\n"
		  "  d: {}\n"
		  "global-reach:\n"
		  "  r: { circuits: [c, pc-a], authorization: key-c }\n"
		  "  s: { circuits: [pc-a, d], authorization: k2 }\n",
		  "" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_site_prefers_among_its_own_circuits(void **state)
{
	static const struct saying sayings[] = {
		{ V "sites:\n"
		    "  dc1: { asn: 64512, preference: { c: 200, d: 100 } }\n"
		    "circuits:\n"
		    "  c: { site: dc1 }\n"
		    "  d: {}\n",
		  "t.yaml:3:44: error: 'dc1' cannot prefer 'd': that circuit does not end there "
		  "[conflict]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void every_refusal_of_a_join_is_shown_here(void **state)
{
	(void)state;
	check_seen("region", "generation");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interconnect_stays_in_its_region),
		cmocka_unit_test(nothing_is_joined_with_itself_or_twice),
		cmocka_unit_test(remote_gateways_need_a_gateway_that_is_lent),
		cmocka_unit_test(global_reach_needs_the_right_skus),
		cmocka_unit_test(global_reach_needs_two_peering_locations),
		cmocka_unit_test(global_reach_takes_a_29),
		cmocka_unit_test(a_gateway_connection_needs_a_gateway_in_reach),
		cmocka_unit_test(a_misspelt_place_is_told_once),
		cmocka_unit_test(regions_need_a_figure),
		cmocka_unit_test(an_authorization_is_known_and_good_for_one_connection),
		cmocka_unit_test(a_site_prefers_among_its_own_circuits),
		cmocka_unit_test(every_refusal_of_a_join_is_shown_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
