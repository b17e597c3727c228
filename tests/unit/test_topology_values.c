/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The language: single values. */
#include "sayings.h"

static void only_true_and_false_are_true_or_false(void **state)
{
	static const struct saying sayings[] = {
		{ V "sites:\n"
		    "  dc1: { asn: 64512, transit: yes }\n",
		  "t.yaml:3:31: error: 'transit' needs true or false [wrong-type]\n"
		  "  write true\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, transit: off }\n",
		  "t.yaml:3:31: error: 'transit' needs true or false [wrong-type]\n"
		  "  write false\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, transit: True }\n",
		  "t.yaml:3:31: error: 'transit' needs true or false [wrong-type]\n"
		  "  write true\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, transit: 1 }\n",
		  "t.yaml:3:31: error: 'transit' needs true or false [wrong-type]\n"
		  "  write true\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, transit: maybe }\n",
		  "t.yaml:3:31: error: 'transit' needs true or false [wrong-type]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_quoted_scalar_is_as_good_as_a_plain_one(void **state)
{
	static const struct saying sayings[] = {
		{ "\"netemu\": \"1\"\n"
		  "'name': 'a'\n"
		  "sites: { \"dc1\": { \"asn\": \"64512\", \"transit\": \"true\", networks: { lan: "
		  "\"10.0.0.0/24\" } } }\n",
		  "" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void numbers_are_decimal_and_in_range(void **state)
{
	static const struct saying sayings[] = {
		{ V "sites:\n"
		    "  dc1: { asn: 0 }\n",
		  "t.yaml:3:15: error: 'asn' needs an AS number, 1 to 4294967295: 0 "
		  "[bad-number]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 4294967296 }\n",
		  "t.yaml:3:15: error: 'asn' needs an AS number, 1 to 4294967295: 4294967296 "
		  "[bad-number]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 0x10 }\n",
		  "t.yaml:3:15: error: 'asn' needs an AS number, 1 to 4294967295: 0x10 "
		  "[bad-number]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 064512 }\n",
		  "t.yaml:3:15: error: 'asn' needs an AS number, 1 to 4294967295: 064512 "
		  "[bad-number]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 1e3 }\n",
		  "t.yaml:3:15: error: 'asn' needs an AS number, 1 to 4294967295: 1e3 "
		  "[bad-number]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: -1 }\n",
		  "t.yaml:3:15: error: 'asn' needs an AS number, 1 to 4294967295: -1 "
		  "[bad-number]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 1.5 }\n",
		  "t.yaml:3:15: error: 'asn' needs an AS number, 1 to 4294967295: 1.5 "
		  "[bad-number]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: \"\" }\n",
		  "t.yaml:3:15: error: 'asn' needs an AS number, 1 to "
		  "4294967295:  [bad-number]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 99999999999999999999 }\n",
		  "t.yaml:3:15: error: 'asn' needs an AS number, 1 to "
		  "4294967295: 99999999999999999999 [bad-number]\n" },
		{ V "links: { l: { between: [a, b], mtu: 575 } }\n",
		  "t.yaml:2:37: error: 'mtu' needs a number of bytes, 576 to 65535: 575 "
		  "[bad-number]\n" },
		{ V "links: { l: { between: [a, b], mtu: 65536 } }\n",
		  "t.yaml:2:37: error: 'mtu' needs a number of bytes, 576 to 65535: 65536 "
		  "[bad-number]\n" },
		{ V "links: { l: { between: [a, b], mtu: 1279, prefix: \"2001:db8::/64\" } }\n",
		  "t.yaml:2:37: error: an MTU of 1279 is too small for IPv6, "
		  "which needs 1280 [bad-number]\n" },
		{ V "gateway-connections: { g: { gateway: v, circuit: c, weight: 32001 } }\n",
		  "t.yaml:2:38: error: nothing is named 'v'; a virtual network is needed here "
		  "[unknown-name]\n"
		  "t.yaml:2:50: error: nothing is named 'c'; a circuit or private cloud is needed "
		  "here [unknown-name]\n"
		  "t.yaml:2:61: error: 'weight' needs a number, 0 to 32000: 32001 [bad-number]\n" },
		{ V "circuits: { c: { as-path-prepend: { primary: 17, secondary: 16 } } }\n",
		  "t.yaml:2:46: error: 'primary' needs a number, 0 to 16: 17 [bad-number]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void an_mtu_below_1280_is_too_small_for_ipv6_only(void **state)
{
#define LINK(mtu, prefix) V "links: { l: { between: [a, b], prefix: " prefix mtu " } }\n"
	static const struct saying sayings[] = {
		{ LINK(", mtu: 1279", "2001:db8::/64"),
		  "t.yaml:2:60: error: an MTU of 1279 is too small for IPv6, which needs 1280 "
		  "[bad-number]\n" },
		{ LINK(", mtu: 1279", "[10.0.0.0/30, 2001:db8::/64]"),
		  "t.yaml:2:75: error: an MTU of 1279 is too small for IPv6, which needs 1280 "
		  "[bad-number]\n" },
		{ LINK(", mtu: 1280", "2001:db8::/64"), "" },
		{ LINK(", mtu: 576", "10.0.0.0/30"), "" },
		{ LINK("", "2001:db8::/64"), "" },
	};
#undef LINK

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_quantity_needs_its_unit(void **state)
{
	static const struct saying sayings[] = {
		{ V "circuits: { c: { rtt: 4 } }\n",
		  "t.yaml:2:23: error: 'rtt' needs a time such as 4ms: 4 has no unit [bad-time]\n"
		  "  write 4ms\n" },
		{ V "circuits: { c: { rtt: 4min } }\n",
		  "t.yaml:2:23: error: 'rtt' needs a time such as 4ms: 4min [bad-time]\n"
		  "  a number and ns, us, ms or s: 1ns to 3600s\n" },
		{ V "circuits: { c: { rtt: 4 ms } }\n", "" },
		{ V "circuits: { c: { rtt: 2h } }\n",
		  "t.yaml:2:23: error: 'rtt' needs a time such as 4ms: 2h [bad-time]\n"
		  "  a number and ns, us, ms or s: 1ns to 3600s\n" },
		{ V "circuits: { c: { rtt: -1ms } }\n",
		  "t.yaml:2:23: error: 'rtt' needs a time such as 4ms: -1ms [bad-time]\n"
		  "  a number and ns, us, ms or s: 1ns to 3600s\n" },
		{ V "circuits: { c: { bandwidth: 100 } }\n",
		  "t.yaml:2:29: error: 'bandwidth' needs a rate such as 100Mbit: 100 has no unit "
		  "[bad-rate]\n"
		  "  write 100Mbit\n" },
		{ V "circuits: { c: { bandwidth: 100MB } }\n",
		  "t.yaml:2:29: error: 'bandwidth' needs a rate such as 100Mbit: 100MB "
		  "[bad-rate]\n"
		  "  a number and kbit, Mbit or Gbit (kbps, Mbps, Gbps are bits too): 1bit to "
		  "1000Gbit\n" },
		{ V "circuits: { c: { bandwidth: 1Gbps } }\n", "" },
		{ V "links: { l: { between: [a, b], loss: 0.1, duplicate: 101%, reorder: some, "
		    "rate: 1.5Gbit, delay: 1.5 } }\n",
		  "t.yaml:2:38: error: 'loss' needs a share such as 0.1%: 0.1 has no unit "
		  "[bad-share]\n"
		  "  write 0.1%\n"
		  "t.yaml:2:54: error: 'duplicate' needs a share such as 0.1%: 101% [bad-share]\n"
		  "  a percentage: 0%, or 0.0001% to 100%\n"
		  "t.yaml:2:69: error: 'reorder' needs a share such as 0.1%: some [bad-share]\n"
		  "  a percentage: 0%, or 0.0001% to 100%\n"
		  "t.yaml:2:97: error: 'delay' needs a time such as 4ms: 1.5 has no unit "
		  "[bad-time]\n"
		  "  write 1.5ms\n" },
		{ V "latency: { within-region: 1 }\n",
		  "t.yaml:2:27: error: 'within-region' needs a time such as 4ms: 1 has no unit "
		  "[bad-time]\n"
		  "  write 1ms\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void words_are_taken_from_a_list(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		    "  a: { region: westeurope, address-block: 10.10.0.0/22, sku: premum }\n",
		  "t.yaml:3:62: error: 'sku' needs local, standard or premium: premum [bad-word]\n"
		  "  did you mean 'premium'?\n" },
		{ V "private-clouds:\n"
		    "  a: { region: westeurope, address-block: 10.10.0.0/22, sku: Premium }\n",
		  "t.yaml:3:62: error: 'sku' needs local, standard or premium: Premium [bad-word]\n"
		  "  did you mean 'premium'?\n" },
		{ V "private-clouds:\n"
		    "  a: { region: westeurope, address-block: 10.10.0.0/22, generation: 3, "
		    "internet: yes }\n",
		  "t.yaml:3:69: error: 'generation' needs 1 or 2: 3 [bad-word]\n"
		  "  did you mean '1'?\n"
		  "t.yaml:3:82: error: 'internet' needs none, snat or public-ip: yes "
		  "[bad-word]\n" },
		{ V "virtual-networks:\n"
		    "  v: { region: westeurope, address-space: 10.0.0.0/16, "
		    "gateways: { expressroute: { sku: ErGw4AZ } } }\n",
		  "t.yaml:3:89: error: 'sku' needs a gateway SKU such as ErGw1Az: ErGw4AZ "
		  "[bad-word]\n"
		  "  did you mean 'ErGw1Az'?\n" },
		{ V "virtual-networks:\n"
		    "  v: { region: westeurope, address-space: 10.0.0.0/16, "
		    "gateways: { expressroute: { sku: ergw1AZ } } }\n",
		  "" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void no_network_is_where_the_kernel_routes_nothing(void **state)
{
	static const struct saying sayings[] = {
		{ V "sites: { s: { asn: 64512, networks: "
		    "{ a: 224.1.0.0/24, b: 127.0.1.0/24 } } }\n"
		    "hosts: { c: \"ff02::1/64\", d: [10.0.0.1/24, \"fe80::1/64\"] }\n"
		    "links: { e: { between: [f, g], "
		    "prefix: [0.0.0.0/0, \"::ffff:10.0.0.0/124\"] } }\n"
		    "circuits: { h: { links: [127.0.0.0/30, 10.1.0.0/30] } }\n",
		  "t.yaml:2:42: error: 224.1.0.0/24 cannot be a network: 224.0.0.0/4 is for "
		  "multicast [bad-prefix]\n"
		  "t.yaml:2:59: error: 127.0.1.0/24 cannot be a network: 127.0.0.0/8 is for "
		  "loopback [bad-prefix]\n"
		  "t.yaml:3:13: error: ff02::1/64 cannot be a network: ff00::/8 is for multicast "
		  "[bad-prefix]\n"
		  "t.yaml:3:44: error: fe80::1/64 cannot be a network: fe80::/10 is for link-local "
		  "addresses [bad-prefix]\n"
		  "t.yaml:4:41: error: 0.0.0.0/0 cannot be a network: 0.0.0.0/8 is for hosts that "
		  "have no address yet [bad-prefix]\n"
		  "t.yaml:4:52: error: ::ffff:10.0.0.0/124 cannot be a network: ::/8 is for "
		  "loopback and for IPv4 addresses [bad-prefix]\n"
		  "t.yaml:5:26: error: 127.0.0.0/30 cannot be a network: 127.0.0.0/8 is for "
		  "loopback [bad-prefix]\n" },
		/* Routes are another matter. */
		{ V "routers: { r: { asn: 64512, announce: [224.0.0.0/4, 0.0.0.0/0] } }\n", "" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_prefix_has_no_host_bits(void **state)
{
	static const struct saying sayings[] = {
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: 10.1.1.7/24 } }\n",
		  "t.yaml:3:39: error: 10.1.1.7/24 has bits set beyond its length [bad-prefix]\n"
		  "  did you mean 10.1.1.0/24?\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: 10.1.1.0 } }\n",
		  "t.yaml:3:39: error: a prefix such as 10.1.1.0/24 is needed here: 10.1.1.0 "
		  "[bad-prefix]\n"
		  "  write its length too, as in 10.1.1.0/24\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: 10.1.1.0/33 } }\n",
		  "t.yaml:3:39: error: a prefix such as 10.1.1.0/24 is needed here: 10.1.1.0/33 "
		  "[bad-prefix]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: 10.1.1/24 } }\n",
		  "t.yaml:3:39: error: a prefix such as 10.1.1.0/24 is needed here: 10.1.1/24 "
		  "[bad-prefix]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: lan } }\n",
		  "t.yaml:3:39: error: a prefix such as 10.1.1.0/24 is needed here: lan "
		  "[bad-prefix]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: \"2001:db8::1/64\" } }\n",
		  "t.yaml:3:39: error: 2001:db8::1/64 has bits set beyond its length [bad-prefix]\n"
		  "  did you mean 2001:db8::/64?\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: \"2001:db8::\" } }\n",
		  "t.yaml:3:39: error: a prefix such as 10.1.1.0/24 is needed "
		  "here: 2001:db8:: [bad-prefix]\n"
		  "  write its length too, as in 2001:db8::/64\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: 10.1.1.0/024 } }\n",
		  "t.yaml:3:39: error: a prefix such as 10.1.1.0/24 is needed here: 10.1.1.0/024 "
		  "[bad-prefix]\n" },
		{ V "routers: { r: { routes: { 10.0.0.1/8: x } } }\n",
		  "t.yaml:2:27: error: 10.0.0.1/8 has bits set beyond its length [bad-prefix]\n"
		  "  did you mean 10.0.0.0/8?\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void an_address_is_one_that_can_stand_there(void **state)
{
	static const struct saying sayings[] = {
		{ V
		  "virtual-networks:\n"
		  "  v: { region: westeurope, address-space: 10.0.0.0/16, subnets: { s: { prefix: "
		  "10.0.0.0/24, vms: { a: 10.0.0.256, b: { address: 10.0.0.4/24 } } } } }\n",
		  "t.yaml:3:103: error: 'a' needs an address such as 10.1.1.4: 10.0.0.256 "
		  "[bad-address]\n"
		  "t.yaml:3:129: error: 'address' needs an address such as 10.1.1.4: 10.0.0.4/24 "
		  "[bad-address]\n" },
		{ V "hosts: { h: 10.0.0.0/24 }\n",
		  "t.yaml:2:13: error: 10.0.0.0/24 is the network address or the broadcast "
		  "address, not a host address [bad-address]\n" },
		{ V "hosts: { h: { address: 10.0.0.255/24 } }\n",
		  "t.yaml:2:24: error: 10.0.0.255/24 is the network address or the broadcast "
		  "address, not a host address [bad-address]\n" },
		{ V "hosts: { h: { address: 10.0.0.5 } }\n",
		  "t.yaml:2:24: error: 'address' needs an address with its network's length such "
		  "as 10.50.0.10/24, or one of each family: 10.0.0.5 [bad-prefix]\n" },
		{ V "hosts: { h: { address: 10.0.0.5/24, gateway: x } }\n",
		  "t.yaml:2:46: error: 'gateway' needs an address such as 10.1.1.4: x "
		  "[bad-address]\n" },
		{ V "hosts: { h: 10.0.0.0/31 }\n", "" },
		{ V "hosts: { h: { address: 0.0.0.0/0 } }\n",
		  "t.yaml:2:24: error: 0.0.0.0/0 is the network address or the broadcast address, "
		  "not a host address [bad-address]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_circuit_has_two_links_of_a_30_or_one_29_for_both(void **state)
{
	static const struct saying sayings[] = {
		{ V "circuits: { c: { links: 172.16.0.0/30 } }\n",
		  "t.yaml:2:25: error: 'links' needs two /30 prefixes, "
		  "or one /29 for both: 172.16.0.0/30 [bad-prefix]\n" },
		{ V "circuits: { c: { links: [172.16.0.0/30] } }\n",
		  "t.yaml:2:25: error: 'links' needs two /30 prefixes, "
		  "or one /29 for both: 172.16.0.0/30 [bad-prefix]\n" },
		{ V "circuits: { c: { links: [172.16.0.0/30, 172.16.0.8/29] } }\n",
		  "t.yaml:2:41: error: 172.16.0.8/29 cannot be a circuit's link: it takes two /30 "
		  "(or two /126) [bad-prefix]\n" },
		{ V "circuits: { c: { links: [172.16.0.0/30, \"2001:db8::/126\"] } }\n",
		  "t.yaml:2:41: error: 2001:db8::/126 cannot be a circuit's link: it takes two /30 "
		  "(or two /126) [bad-prefix]\n" },
		{ V "circuits: { c: { links: 172.16.0.0/29 } }\n", "" },
		{ V "circuits: { c: { links: [\"2001:db8::/126\", \"2001:db8::4/126\"] } }\n", "" },
		{ V "circuits: { c: { links: [172.16.0.0/30, 172.16.0.4/30, 172.16.0.8/30] } }\n",
		  "t.yaml:2:25: error: 'links' needs two /30 prefixes, or one /29 for both: this "
		  "list has 3 elements [wrong-type]\n" },
		{ V "circuits: { c: { links: [172.16.0.1/30, 172.16.0.4/30] } }\n",
		  "t.yaml:2:26: error: 172.16.0.1/30 has bits set beyond its length [bad-prefix]\n"
		  "  did you mean 172.16.0.0/30?\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void region_names_are_compared_without_blanks_and_capitals(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		    "  a: { region: West_Europe, address-block: 10.10.0.0/22 }\n",
		  "t.yaml:3:16: error: 'region' needs a region such as westeurope: West_Europe "
		  "[bad-region]\n" },
		{ V "latency: { westeurope-eastus: 1ms }\n",
		  "t.yaml:2:12: error: 'westeurope-eastus' is not a pair of regions such as "
		  "westeurope..northeurope [bad-region]\n" },
		{ V "latency: { west europe..WestEurope: 1ms }\n",
		  "t.yaml:2:12: error: 'westeurope' is one region, not two [bad-region]\n"
		  "  'within-region' is the round trip inside each region\n" },
		{ V "latency: { West Europe..North Europe: 17ms, within-region: 1ms }\n", "" },
		{ V "latency: { ..northeurope: 17ms }\n",
		  "t.yaml:2:12: error: '..northeurope' is not a pair of regions such as "
		  "westeurope..northeurope [bad-region]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_service_is_a_protocol_and_a_port(void **state)
{
	static const struct saying sayings[] = {
		{ V "hosts: { h: { address: 10.0.0.2/24, listen: [tcp/443, udp/53, "
		    "tcp/65535] } }\n",
		  "" },
		{ V "hosts: { h: { address: 10.0.0.2/24, listen: [tcp/0, tcp/65536, icmp/1, tcp, "
		    "tcp/80x] } }\n",
		  "t.yaml:2:46: error: 'listen' needs a protocol and a port such as tcp/443: tcp/0 "
		  "[bad-service]\n"
		  "t.yaml:2:53: error: 'listen' needs a protocol and a port such as "
		  "tcp/443: tcp/65536 [bad-service]\n"
		  "t.yaml:2:64: error: 'listen' needs a protocol and a port such as "
		  "tcp/443: icmp/1 [bad-service]\n"
		  "t.yaml:2:72: error: 'listen' needs a protocol and a port such as tcp/443: tcp "
		  "[bad-service]\n"
		  "t.yaml:2:77: error: 'listen' needs a protocol and a port such as "
		  "tcp/443: tcp/80x [bad-service]\n" },
		{ V "expect: [{ from: a, to: b, tcp: 443 }, { from: a, to: b, udp: 53 }]\n", "" },
		{ V "expect: [{ from: a, to: b, tcp: 0 }]\n",
		  "t.yaml:2:33: error: 'tcp' needs a port, 1 to 65535: 0 [bad-number]\n" },
		{ V "expect: [{ from: a, to: b, tcp: 443, udp: 53 }]\n",
		  "t.yaml:2:38: error: an expectation takes one port; write a second expectation "
		  "[conflict]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_range_of_times_has_two_dots(void **state)
{
	static const struct saying sayings[] = {
		{ V "expect: [{ from: a, to: b, rtt: 1ms..4ms }]\n", "" },
		{ V "expect: [{ from: a, to: b, rtt: ..3ms }]\n", "" },
		{ V "expect: [{ from: a, to: b, rtt: 1ms.. }]\n", "" },
		{ V "expect: [{ from: a, to: b, rtt: 2ms }]\n",
		  "t.yaml:2:33: error: 'rtt' needs a range of times such as 1ms..4ms, "
		  "..3ms or 1ms..: 2ms [bad-range]\n"
		  "  write a range around it: 1.8ms..2.6ms\n" },
		{ V "expect: [{ from: a, to: b, rtt: .. }]\n",
		  "t.yaml:2:33: error: 'rtt' needs a range of times such as 1ms..4ms, "
		  "..3ms or 1ms..: .. [bad-range]\n" },
		{ V "expect: [{ from: a, to: b, rtt: 4ms..1ms }]\n",
		  "t.yaml:2:33: error: the range 4ms..1ms is empty [bad-range]\n"
		  "  did you mean 1ms..4ms?\n" },
		{ V "expect: [{ from: a, to: b, rtt: 1..4 }]\n",
		  "t.yaml:2:33: error: 'rtt' needs a range of times such as 1ms..4ms, "
		  "..3ms or 1ms..: 1..4 [bad-range]\n" },
		{ V "expect: [{ from: a, to: b, rtt: 1ms...4ms }]\n",
		  "t.yaml:2:33: error: 'rtt' needs a range of times such as 1ms..4ms, "
		  "..3ms or 1ms..: 1ms...4ms [bad-range]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void every_mistake_in_a_value_is_shown_here(void **state)
{
	(void)state;
	check_seen("bad-word", "bad-name");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_true_and_false_are_true_or_false),
		cmocka_unit_test(a_quoted_scalar_is_as_good_as_a_plain_one),
		cmocka_unit_test(numbers_are_decimal_and_in_range),
		cmocka_unit_test(an_mtu_below_1280_is_too_small_for_ipv6_only),
		cmocka_unit_test(a_quantity_needs_its_unit),
		cmocka_unit_test(words_are_taken_from_a_list),
		cmocka_unit_test(no_network_is_where_the_kernel_routes_nothing),
		cmocka_unit_test(a_prefix_has_no_host_bits),
		cmocka_unit_test(an_address_is_one_that_can_stand_there),
		cmocka_unit_test(a_circuit_has_two_links_of_a_30_or_one_29_for_both),
		cmocka_unit_test(region_names_are_compared_without_blanks_and_capitals),
		cmocka_unit_test(a_service_is_a_protocol_and_a_port),
		cmocka_unit_test(a_range_of_times_has_two_dots),
		cmocka_unit_test(every_mistake_in_a_value_is_shown_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
