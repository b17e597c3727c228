/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The language: names, what they stand for, and what does not go together. */
#include "sayings.h"

static void names_are_small_letters_digits_and_hyphens(void **state)
{
	static const struct saying sayings[] = {
		{ V "sites:\n"
		    "  DC1: { asn: 64512 }\n"
		    "  -x: { asn: 64512 }\n"
		    "  a.b: { asn: 64512 }\n"
		    "  \"\": { asn: 64512 }\n"
		    "  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: { asn: 64512 }\n"
		    "  ok-1: { asn: 64512 }\n",
		  "t.yaml:3:3: error: 'DC1' cannot be a name [bad-name]\n"
		  "  a name has lower-case letters, digits and hyphens, at most 40 characters, and "
		  "does not begin with a hyphen\n"
		  "t.yaml:4:3: error: '-x' cannot be a name [bad-name]\n"
		  "  a name has lower-case letters, digits and hyphens, at most 40 characters, and "
		  "does not begin with a hyphen\n"
		  "t.yaml:5:3: error: 'a.b' cannot be a name [bad-name]\n"
		  "  a name has lower-case letters, digits and hyphens, at most 40 characters, and "
		  "does not begin with a hyphen\n"
		  "t.yaml:6:3: error: '' cannot be a name [bad-name]\n"
		  "  a name has lower-case letters, digits and hyphens, at most 40 characters, and "
		  "does not begin with a hyphen\n"
		  "t.yaml:7:3: error: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' cannot be a name "
		  "[bad-name]\n"
		  "  a name has lower-case letters, digits and hyphens, at most 40 characters, and "
		  "does not begin with a hyphen\n" },
		{ V "name: My Lab\n",
		  "t.yaml:2:7: error: 'My Lab' cannot be a name [bad-name]\n"
		  "  a name has lower-case letters, digits and hyphens, at most 40 characters, and "
		  "does not begin with a hyphen\n" },
		{ V "expect: [{ from: a.b.c, to: B }]\n",
		  "t.yaml:2:18: error: 'from' needs a node such as pc-a.web, "
		  "or a plain host or router: a.b.c [bad-name]\n"
		  "t.yaml:2:29: error: 'to' needs a node such as pc-a.web, "
		  "or a plain host or router: B [bad-name]\n" },
		{ V "links: { l: { between: [a/b, c.ce] } }\n",
		  "t.yaml:2:25: error: 'between' needs a node such as pc-a.web, or a plain host or "
		  "router: a/b [bad-name]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { Lan: { prefix: 10.0.0.0/24, "
		    "hosts: [a_b] } } }\n",
		  "t.yaml:3:34: error: 'Lan' cannot be a name [bad-name]\n"
		  "  a name has lower-case letters, digits and hyphens, at most 40 characters, and "
		  "does not begin with a hyphen\n"
		  "t.yaml:3:70: error: 'a_b' cannot be a name [bad-name]\n"
		  "  a name has lower-case letters, digits and hyphens, at most 40 characters, and "
		  "does not begin with a hyphen\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void the_names_of_parts_are_reserved(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		    "  a: { region: westeurope, address-block: 10.10.0.0/22, "
		    "segments: { t0: 10.0.1.0/24, x: { prefix: 10.0.2.0/24, vms: [vcenter, t1, "
		    "management, primary, secondary, nsx] } } }\n",
		  "t.yaml:3:69: error: 't0' is reserved: netemu makes a part with this name "
		  "[reserved-name]\n"
		  "t.yaml:3:118: error: 'vcenter' is reserved: netemu makes a part with this name "
		  "[reserved-name]\n"
		  "t.yaml:3:127: error: 't1' is reserved: netemu makes a part with this name "
		  "[reserved-name]\n"
		  "t.yaml:3:131: error: 'management' is reserved: netemu makes a part with this "
		  "name [reserved-name]\n"
		  "t.yaml:3:143: error: 'primary' is reserved: netemu makes a part with this name "
		  "[reserved-name]\n"
		  "t.yaml:3:152: error: 'secondary' is reserved: netemu makes a part with this "
		  "name [reserved-name]\n"
		  "t.yaml:3:163: error: 'nsx' is reserved: netemu makes a part with this name "
		  "[reserved-name]\n" },
		{ V "virtual-networks:\n"
		    "  v: { region: westeurope, address-space: 10.0.0.0/16, "
		    "subnets: { gateway: 10.0.1.0/24, x: { prefix: 10.0.2.0/24, vms: [fabric, "
		    "er-gateway, vpn-gateway, route-server] } } }\n",
		  "t.yaml:3:67: error: 'gateway' is reserved: netemu makes a part with this name "
		  "[reserved-name]\n"
		  "t.yaml:3:121: error: 'fabric' is reserved: netemu makes a part with this name "
		  "[reserved-name]\n"
		  "t.yaml:3:129: error: 'er-gateway' is reserved: netemu makes a part with this "
		  "name [reserved-name]\n"
		  "t.yaml:3:141: error: 'vpn-gateway' is reserved: netemu makes a part with this "
		  "name [reserved-name]\n"
		  "t.yaml:3:154: error: 'route-server' is reserved: netemu makes a part with this "
		  "name [reserved-name]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { ce: 10.0.1.0/24, core: 10.0.2.0/24, "
		    "t0: 10.0.3.0/24 } }\n",
		  "t.yaml:3:34: error: 'ce' is reserved: netemu makes a part with this name "
		  "[reserved-name]\n"
		  "t.yaml:3:51: error: 'core' is reserved: netemu makes a part with this name "
		  "[reserved-name]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void names_are_unique_in_the_file_and_hosts_in_their_object(void **state)
{
	static const struct saying sayings[] = {
		{ V "sites:\n"
		    "  hub: { asn: 64512 }\n"
		    "virtual-networks:\n"
		    "  hub: { region: westeurope, address-space: 10.0.0.0/16 }\n",
		  "t.yaml:5:3: error: 'hub' is already the name of a site; "
		  "see t.yaml:3 [duplicate-name]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: 10.0.0.0/24, x: { prefix: 10.0.1.0/24, "
		    "hosts: [lan, a, a] } } }\n",
		  "t.yaml:3:86: error: 'dc1' has two hosts named 'lan'; the first is at t.yaml:3 "
		  "[duplicate-name]\n"
		  "t.yaml:3:94: error: 'dc1' has two hosts named 'a'; the first is at t.yaml:3 "
		  "[duplicate-name]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_name_that_nothing_bears_is_reported_with_the_nearest(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		    "  pc-a: { region: westeurope, address-block: 10.10.0.0/22 }\n"
		    "  pc-b: { region: westeurope, address-block: 10.20.0.0/22 }\n"
		    "interconnects:\n"
		    "  a-b: [pc-a, pc-c]\n"
		    "  a-x: [pc-a, zebra]\n",
		  "t.yaml:6:15: error: nothing is named 'pc-c'; a private cloud is needed here "
		  "[unknown-name]\n"
		  "  did you mean 'pc-a'?\n"
		  "t.yaml:7:15: error: nothing is named 'zebra'; a private cloud is needed here "
		  "[unknown-name]\n" },
		{ V "circuits: { c: { site: dc1 }, d: { router: r } }\n",
		  "t.yaml:2:24: error: nothing is named 'dc1'; a site is needed here "
		  "[unknown-name]\n"
		  "t.yaml:2:44: error: nothing is named 'r'; a router is needed here "
		  "[unknown-name]\n" },
		{ V "peerings: { p: [v, w], q: { v: {}, w: none } }\n",
		  "t.yaml:2:17: error: nothing is named 'v'; a virtual network is needed here "
		  "[unknown-name]\n"
		  "t.yaml:2:20: error: nothing is named 'w'; a virtual network is needed here "
		  "[unknown-name]\n"
		  "t.yaml:2:29: error: nothing is named 'v'; a virtual network is needed here "
		  "[unknown-name]\n"
		  "t.yaml:2:36: error: nothing is named 'w'; a virtual network is needed here "
		  "[unknown-name]\n" },
		{ V "gateway-connections: { g: { gateway: v, circuit: c } }\n",
		  "t.yaml:2:38: error: nothing is named 'v'; a virtual network is needed here "
		  "[unknown-name]\n"
		  "t.yaml:2:50: error: nothing is named 'c'; a circuit or private cloud is needed "
		  "here [unknown-name]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, preference: { er: 100 } }\n",
		  "t.yaml:3:36: error: nothing is named 'er'; a circuit or VPN connection is "
		  "needed here [unknown-name]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void the_name_of_something_else_says_what_it_is(void **state)
{
	static const struct saying sayings[] = {
		{ V "virtual-networks:\n"
		    "  hub: { region: westeurope, address-space: 10.1.0.0/16 }\n"
		    "private-clouds:\n"
		    "  pc-a: { region: westeurope, address-block: 10.10.0.0/22 }\n"
		    "sites:\n"
		    "  dc1: { asn: 64512 }\n"
		    "circuits:\n"
		    "  c: { site: hub }\n"
		    "  d: { router: dc1 }\n"
		    "global-reach:\n"
		    "  g: [hub, pc-a]\n"
		    "interconnects:\n"
		    "  i: [c, pc-a]\n"
		    "gateway-connections:\n"
		    "  gc: { gateway: pc-a, circuit: dc1 }\n"
		    "peerings:\n"
		    "  p: [hub, i]\n",
		  "t.yaml:9:14: error: 'hub' is a virtual network; a site is needed here "
		  "[wrong-kind]\n"
		  "t.yaml:10:16: error: 'dc1' is a site; a router is needed here [wrong-kind]\n"
		  "t.yaml:12:7: error: 'hub' is a virtual network; a circuit or private cloud is "
		  "needed here [wrong-kind]\n"
		  "t.yaml:14:7: error: 'c' is a circuit; a private cloud is needed here "
		  "[wrong-kind]\n"
		  "t.yaml:16:18: error: 'pc-a' is a private cloud; a virtual network is needed "
		  "here [wrong-kind]\n"
		  "t.yaml:16:33: error: 'dc1' is a site; a circuit or private cloud is needed here "
		  "[wrong-kind]\n"
		  "t.yaml:18:12: error: 'i' is an interconnect; a virtual network is needed here "
		  "[wrong-kind]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_network_has_at_most_one_prefix_of_each_family(void **state)
{
	static const struct saying sayings[] = {
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: [10.0.0.0/24, 10.0.1.0/24] } }\n",
		  "t.yaml:3:53: error: 'lan' has two IPv4 prefixes: at most one IPv4 and one IPv6 "
		  "prefix are allowed [families]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: { prefix: [\"2001:db8::/64\", "
		    "\"2001:db8:1::/64\"] } } }\n",
		  "t.yaml:3:67: error: 'prefix' has two IPv6 prefixes: at most one IPv4 and one "
		  "IPv6 prefix are allowed [families]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: [10.0.0.0/24, 10.0.1.0/24, "
		    "\"2001:db8::/64\"] } }\n",
		  "t.yaml:3:39: error: 'lan' needs a prefix, or a list of an IPv4 and an IPv6 "
		  "prefix: this list has 3 elements [wrong-type]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: [10.0.0.0/24, \"2001:db8::/64\"] } }\n",
		  "" },
		{ V "hosts: { h: { address: [10.0.0.2/24, 10.0.1.2/24], gateway: [10.0.0.1, "
		    "10.0.1.1] } }\n",
		  "t.yaml:2:38: error: 'address' has two IPv4 prefixes: at most one IPv4 and one "
		  "IPv6 prefix are allowed [families]\n"
		  "t.yaml:2:72: error: 'h' has two IPv4 gateways: a host has at most one of each "
		  "address family [families]\n" },
		{ V "routers: { r: { routes: { 10.0.0.0/8: \"2001:db8::1\" } } }\n",
		  "t.yaml:2:39: error: the next hop of 10.0.0.0/8 cannot be 2001:db8::1: their "
		  "address families differ [families]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void what_is_not_reachable_has_no_round_trip(void **state)
{
	static const struct saying sayings[] = {
		{ V "expect: [{ from: a, to: b, reachable: false, rtt: 1ms.. }]\n",
		  "t.yaml:2:46: error: an expectation of an unreachable pair takes no 'rtt' "
		  "[conflict]\n" },
		{ V "expect: [{ from: a, to: b, reachable: false, because: why not }]\n", "" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void what_excludes_each_other_is_refused(void **state)
{
	static const struct saying sayings[] = {
		{ V "sites:\n"
		    "  dc1: { asn: 64512 }\n"
		    "routers:\n"
		    "  r: { asn: 64512 }\n"
		    "circuits:\n"
		    "  c: { site: dc1, router: r }\n",
		  "t.yaml:7:19: error: 'c' has a site and a router: a circuit has one customer end "
		  "[conflict]\n" },
		{ V "links: { l: { between: [a, b], delay: 1ms, jitter: 2ms } }\n",
		  "t.yaml:2:10: error: a jitter of 2ms is more than the delay of 1ms "
		  "[conflict]\n" },
		{ V "links: { l: { between: [a, b], reorder: 1% } }\n",
		  "t.yaml:2:10: error: packets can be reordered only where there is a delay "
		  "[conflict]\n" },
		{ V "links: { l: { between: [a, b], delay: 3ms, jitter: 2ms, "
		    "back: { delay: 1ms } } }\n",
		  "t.yaml:2:57: error: a jitter of 2ms is more than the delay of 1ms "
		  "[conflict]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_peering_joins_two_networks(void **state)
{
	static const struct saying sayings[] = {
		{ V "virtual-networks:\n"
		    "  a: { region: westeurope, address-space: 10.0.0.0/16 }\n"
		    "  b: { region: westeurope, address-space: 10.1.0.0/16 }\n"
		    "  c: { region: westeurope, address-space: 10.2.0.0/16 }\n"
		    "peerings:\n"
		    "  p: { a: {}, b: {}, c: {} }\n"
		    "  q: { a: maybe, c: none, rtt: 3ms }\n",
		  "t.yaml:7:22: error: 'c' is one network too many: a peering joins two "
		  "[wrong-type]\n"
		  "t.yaml:8:11: error: 'a' needs a map of its settings (empty for the defaults), "
		  "or none: maybe [wrong-type]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void every_mistake_in_a_name_is_shown_here(void **state)
{
	(void)state;
	check_seen("bad-name", "address-block");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_small_letters_digits_and_hyphens),
		cmocka_unit_test(the_names_of_parts_are_reserved),
		cmocka_unit_test(names_are_unique_in_the_file_and_hosts_in_their_object),
		cmocka_unit_test(a_name_that_nothing_bears_is_reported_with_the_nearest),
		cmocka_unit_test(the_name_of_something_else_says_what_it_is),
		cmocka_unit_test(a_network_has_at_most_one_prefix_of_each_family),
		cmocka_unit_test(what_is_not_reachable_has_no_round_trip),
		cmocka_unit_test(what_excludes_each_other_is_refused),
		cmocka_unit_test(a_peering_joins_two_networks),
		cmocka_unit_test(every_mistake_in_a_name_is_shown_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
