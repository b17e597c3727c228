/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the real networks refuse of address blocks, networks, hosts and AS numbers. */
#include "sayings.h"

static void an_address_block_is_a_22_or_larger_of_private_space(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		    "  a0: { region: westeurope, address-block: 10.10.0.0/23 }\n"
		    "  a1: { region: westeurope, address-block: 10.10.0.0/16 }\n"
		    "  a2: { region: westeurope, address-block: 172.17.0.0/22 }\n"
		    "  a3: { region: westeurope, address-block: 172.16.0.0/15 }\n"
		    "  a4: { region: westeurope, address-block: 100.64.0.0/22 }\n"
		    "  a5: { region: westeurope, address-block: 8.8.8.0/22 }\n"
		    "  a6: { region: westeurope, address-block: 192.168.4.0/22 }\n"
		    "  a7: { region: westeurope, address-block: \"2001:db8::/32\" }\n"
		    "  a8: { region: westeurope, address-block: 10.0.0.0/7 }\n",
		  "t.yaml:3:44: error: the address block 10.10.0.0/23 is too small: a private "
		  "cloud needs a /22 [address-block]\n"
		  "t.yaml:5:44: error: the address block 172.17.0.0/22 overlaps 172.17.0.0/16, "
		  "which private clouds use [address-block]\n"
		  "t.yaml:6:44: error: the address block 172.16.0.0/15 overlaps 172.17.0.0/16, "
		  "which private clouds use [address-block]\n"
		  "t.yaml:7:44: error: the address block 100.64.0.0/22 is not in 10.0.0.0/8, "
		  "172.16.0.0/12, 192.168.0.0/16 [address-block]\n"
		  "t.yaml:8:44: error: the address block 8.8.8.0/22 is not in 10.0.0.0/8, "
		  "172.16.0.0/12, 192.168.0.0/16 [address-block]\n"
		  "t.yaml:10:44: error: the address block 2001:db8::/32 is not in 10.0.0.0/8, "
		  "172.16.0.0/12, 192.168.0.0/16 [address-block]\n"
		  "t.yaml:11:44: error: the address block 10.0.0.0/7 is not in 10.0.0.0/8, "
		  "172.16.0.0/12, 192.168.0.0/16 [address-block]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void segments_stay_clear_of_each_other_of_the_block_and_of_what_nsx_uses(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		    "  a: { region: westeurope, address-block: 10.10.0.0/22, "
		    "segments: { x: 10.10.2.0/24, y: 10.20.0.0/16, z: 10.20.1.0/24, "
		    "w: 100.64.3.0/24, v: 169.254.0.0/24, u: 169.254.3.0/24, t: 169.254.1.0/24, "
		    "i: { prefix: 10.20.2.0/24, routed: false } } }\n",
		  "t.yaml:3:72: error: 'a.x' (10.10.2.0/24) overlaps the address block of 'a' "
		  "(10.10.0.0/22) [overlap]\n"
		  "t.yaml:3:106: error: 'a.z' (10.20.1.0/24) overlaps 'a.y' "
		  "(10.20.0.0/16) [overlap]\nt.yaml:3:123: error: 100.64.3.0/24 overlaps "
		  "100.64.0.0/16, which NSX uses inside 'a' [reserved-prefix]\n"
		  "t.yaml:3:141: error: 169.254.0.0/24 overlaps 169.254.0.0/24, which NSX uses "
		  "inside 'a' [reserved-prefix]\n"
		  "t.yaml:3:160: error: 169.254.3.0/24 overlaps 169.254.2.0/23, which NSX uses "
		  "inside 'a' [reserved-prefix]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_network_has_room_for_its_hosts(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		    "  a: { region: westeurope, address-block: 10.10.0.0/22, "
		    "segments: { x: 10.20.0.0/31, y: { prefix: 10.20.1.0/30, vms: [a, b] }, "
		    "z: { prefix: 10.20.2.0/29, vms: [c, d, e, f, g] }, w: { prefix: 10.20.3.0/32, "
		    "vms: [] } } }\n",
		  "t.yaml:3:72: error: 10.20.0.0/31 is too small: it has room for 0 of the 1 hosts "
		  "of 'x' [subnet]\n"
		  "  3 of its addresses are reserved\n"
		  "t.yaml:3:99: error: 10.20.1.0/30 is too small: it has room for 1 of the 2 hosts "
		  "of 'y' [subnet]\n"
		  "  3 of its addresses are reserved\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { a: 10.0.0.0/32, b: \"2001:db8::/127\", "
		    "c: \"2001:db8:1::/126\" } }\n",
		  "t.yaml:3:37: error: 10.0.0.0/32 is too small: it has room for 0 of the 1 hosts "
		  "of 'a' [subnet]\n"
		  "  3 of its addresses are reserved\n"
		  "t.yaml:3:53: error: 2001:db8::/127 is too small: it has room for 0 of the 1 "
		  "hosts of 'b' [subnet]\n"
		  "  2 of its addresses are reserved\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_subnet_lies_in_its_address_space_and_is_a_29_or_larger(void **state)
{
	static const struct saying sayings[] = {
		{ V "virtual-networks:\n"
		    "  v: { region: westeurope, address-space: [10.1.0.0/16, \"2001:db8::/48\"], "
		    "subnets: { a: 10.2.0.0/24, b: 10.1.0.0/30, c: 10.1.1.0/29, d: [10.1.2.0/24, "
		    "\"2001:db8:0:1::/64\"], e: \"2001:db8:0:2::/80\", f: 10.1.2.128/25 } }\n",
		  "t.yaml:3:89: error: 'v.a' (10.2.0.0/24) is outside the network's address space "
		  "[subnet]\n"
		  "t.yaml:3:105: error: the subnet 10.1.0.0/30 is too small: Azure reserves five "
		  "addresses in each subnet, so the smallest is a /29 [subnet]\n"
		  "t.yaml:3:176: error: the IPv6 subnet 2001:db8:0:2::/80 is not a /64 [subnet]\n"
		  "t.yaml:3:200: error: 'v.f' (10.1.2.128/25) overlaps 'v.d' "
		  "(10.1.2.0/24) [overlap]\n" },
		{ V "virtual-networks:\n"
		    "  v: { region: westeurope, address-space: [10.1.0.0/16, 10.1.2.0/24] }\n",
		  "t.yaml:3:57: error: the address space of 'v' (10.1.2.0/24) overlaps the address "
		  "space of 'v' (10.1.0.0/16) [overlap]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_host_has_an_address_of_its_own_network(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		    "  a: { region: westeurope, address-block: 10.10.0.0/22, "
		    "segments: { x: { prefix: 10.20.0.0/24, vms: { a: 10.20.0.1, b: 10.20.0.255, "
		    "c: 10.20.1.4, d: 10.20.0.2, e: { address: 10.20.0.2 }, f: 10.20.0.0 } } } }\n",
		  "t.yaml:3:103: error: 10.20.0.1 of 'a' is not for hosts: it is reserved in "
		  "10.20.0.0/24 [vm-address]\n"
		  "  the first address for hosts is 10.20.0.2\n"
		  "t.yaml:3:117: error: 10.20.0.255 of 'b' is not for hosts: it is reserved in "
		  "10.20.0.0/24 [vm-address]\n"
		  "  the first address for hosts is 10.20.0.2\n"
		  "t.yaml:3:133: error: 10.20.1.4 of 'c' is not an address of 'x' [vm-address]\n"
		  "t.yaml:3:161: error: 10.20.0.2 of 'e' is the address of 'd' already "
		  "[vm-address]\n"
		  "t.yaml:3:188: error: 10.20.0.0 of 'f' is not for hosts: it is reserved in "
		  "10.20.0.0/24 [vm-address]\n"
		  "  the first address for hosts is 10.20.0.2\n" },
		{ V
		  "virtual-networks:\n"
		  "  v: { region: westeurope, address-space: 10.1.0.0/16, subnets: { x: { prefix: "
		  "10.1.0.0/24, vms: { a: 10.1.0.3, b: 10.1.0.4, c: 10.1.0.255 } } } }\n",
		  "t.yaml:3:100: error: 10.1.0.3 of 'a' is not for hosts: it is reserved in "
		  "10.1.0.0/24 [vm-address]\n"
		  "  the first address for hosts is 10.1.0.4\n"
		  "t.yaml:3:126: error: 10.1.0.255 of 'c' is not for hosts: it is reserved in "
		  "10.1.0.0/24 [vm-address]\n"
		  "  the first address for hosts is 10.1.0.4\n" },
		{ V
		  "sites:\n"
		  "  dc1: { asn: 64512, networks: { x: { prefix: [10.0.0.0/24, \"2001:db8::/64\"], "
		  "hosts: { a: \"2001:db8::1\", b: \"2001:db8::2\", c: \"2001:db9::2\" } } } }\n",
		  "t.yaml:3:88: error: 2001:db8::1 of 'a' is not for hosts: it is reserved in "
		  "2001:db8::/64 [vm-address]\n"
		  "  the first address for hosts is 2001:db8::2\n"
		  "t.yaml:3:124: error: 2001:db9::2 of 'c' is not an address of 'x' "
		  "[vm-address]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_hosts_gateway_is_its_neighbour(void **state)
{
	static const struct saying sayings[] = {
		{ V "hosts:\n"
		    "  a: { address: 10.0.0.2/24, gateway: 10.0.1.1 }\n"
		    "  b: { address: 10.0.0.2/24, gateway: 10.0.0.2 }\n"
		    "  c: { address: [10.0.0.2/24, \"2001:db8::2/64\"], gateway: [\"2001:db8::1\", "
		    "10.0.0.1] }\n"
		    "  d: { address: 10.0.0.2/24, gateway: \"2001:db8::1\" }\n",
		  "t.yaml:3:39: error: the gateway 10.0.1.1 is not a neighbour of 'a' "
		  "[bad-address]\n"
		  "  a gateway has another address in the host's own network\n"
		  "t.yaml:4:39: error: the gateway 10.0.0.2 is not a neighbour of 'b' "
		  "[bad-address]\n"
		  "  a gateway has another address in the host's own network\n"
		  "t.yaml:6:39: error: the gateway 2001:db8::1 is not a neighbour of 'd' "
		  "[bad-address]\n"
		  "  a gateway has another address in the host's own network\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void networks_of_one_site_do_not_overlap(void **state)
{
	static const struct saying sayings[] = {
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { a: 10.0.0.0/24, b: 10.0.0.128/25 } }\n",
		  "t.yaml:3:53: error: 'dc1.b' (10.0.0.128/25) overlaps 'dc1.a' "
		  "(10.0.0.0/24) [overlap]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void reserved_as_numbers_are_refused_or_told(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		    "  a: { region: westeurope, address-block: 10.10.0.0/22 }\n"
		    "sites:\n"
		    "  s0: { asn: 65010 }\n"
		    "  s1: { asn: 64513 }\n"
		    "  s2: { asn: 64512 }\n"
		    "  s3: { asn: 65515 }\n"
		    "  s4: { asn: 12076 }\n"
		    "  s5: { asn: 8075 }\n"
		    "  s6: { asn: 65514 }\n"
		    "  s7: { asn: 398656 }\n"
		    "  s8: { asn: 400581 }\n"
		    "  s9: { asn: 65412 }\n"
		    "  s10: { asn: 65413 }\n"
		    "  s11: { asn: 64631 }\n",
		  "t.yaml:5:14: warning: AS number 65010 of 's0' is reserved by Azure VMware "
		  "Solution: the service accepts it, but does not support it [reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:6:14: warning: AS number 64513 of 's1' is reserved by Azure VMware "
		  "Solution: the service accepts it, but does not support it [reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:8:14: error: AS number 65515 of 's3' is reserved by Azure "
		  "[reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:9:14: error: AS number 12076 of 's4' is reserved by Azure "
		  "[reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:10:14: error: AS number 8075 of 's5' is reserved by Azure "
		  "[reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:12:14: warning: AS number 398656 of 's7' is reserved by Azure VMware "
		  "Solution: the service accepts it, but does not support it [reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:13:14: warning: AS number 400581 of 's8' is reserved by Azure VMware "
		  "Solution: the service accepts it, but does not support it [reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:14:14: warning: AS number 65412 of 's9' is reserved by Azure VMware "
		  "Solution: the service accepts it, but does not support it [reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:16:15: warning: AS number 64631 of 's11' is reserved by Azure VMware "
		  "Solution: the service accepts it, but does not support it [reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n" },
		/* A tunnel to such a site has nothing of its own to tell. */
		{ V
		  "sites:\n"
		  "  s0: { asn: 65515 }\n"
		  "  s1: { asn: 65517 }\n"
		  "virtual-networks:\n"
		  "  n: { region: westeurope, address-space: 10.1.0.0/16, gateways: { vpn: {} } }\n"
		  "  m: { region: westeurope, address-space: 10.2.0.0/16, gateways: { vpn: {"
		  " asn: 65517 } } }\n"
		  "vpn-connections:\n"
		  "  v: { between: [s0, n], rtt: 9ms }\n"
		  "  w: { between: [m, s1], rtt: 9ms }\n",
		  "t.yaml:3:14: error: AS number 65515 of 's0' is reserved by Azure "
		  "[reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:4:14: error: AS number 65517 of 's1' is reserved by Azure "
		  "[reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:7:80: error: AS number 65517 of 'm' is reserved by Azure "
		  "[reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n" },
		/* A router is told once, however many circuits end at it; so is an appliance. */
		{ V "private-clouds:\n"
		    "  a: { region: westeurope, address-block: 10.10.0.0/22 }\n"
		    "routers: { r: { asn: 65101 }, plain: { asn: 65103 } }\n"
		    "circuits:\n"
		    "  c: { router: r, peering-location: Paris }\n"
		    "  d: { router: r, peering-location: Oslo }\n"
		    "virtual-networks:\n"
		    "  n: { region: westeurope, address-space: 10.1.0.0/16, gateways: {"
		    " route-server: {} }, subnets: { s: { prefix: 10.1.1.0/24, vms: { fw: {"
		    " ip-forwarding: true, asn: 65002 } } } } }\n",
		  "t.yaml:4:22: warning: AS number 65101 of 'r' is reserved by Azure VMware "
		  "Solution: the service accepts it, but does not support it [reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:9:164: warning: AS number 65002 of 'fw' is reserved by Azure VMware "
		  "Solution: the service accepts it, but does not support it [reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n" },
		{ V "sites:\n"
		    "  s0: { asn: 65010 }\n"
		    "  s1: { asn: 64513 }\n"
		    "  s2: { asn: 65515 }\n"
		    "  s3: { asn: 65520 }\n"
		    "  s4: { asn: 65521 }\n",
		  "t.yaml:5:14: error: AS number 65515 of 's2' is reserved by Azure "
		  "[reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:6:14: error: AS number 65520 of 's3' is reserved by Azure "
		  "[reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n" },
		{ V "private-clouds:\n"
		    "  a: { region: westeurope, address-block: 10.10.0.0/22 }\n"
		    "virtual-networks:\n"
		    "  n0: { region: westeurope, address-space: 10.1.0.0/16, "
		    "gateways: { vpn: {} } }\n"
		    "  n1: { region: westeurope, address-space: 10.2.0.0/16,\n"
		    "    gateways: { vpn: { asn: 65517 } } }\n"
		    "  n2: { region: westeurope, address-space: 10.3.0.0/16,\n"
		    "    gateways: { vpn: { asn: 65010 } } }\n",
		  "t.yaml:7:29: error: AS number 65517 of 'n1' is reserved by Azure "
		  "[reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:9:29: warning: AS number 65010 of 'n2' is reserved by Azure VMware "
		  "Solution: the service accepts it, but does not support it [reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n" },
		{ V "routers:\n"
		    "  r: { asn: 65515 }\n"
		    "  s: { asn: 12076 }\n"
		    "  t: {}\n"
		    "circuits:\n"
		    "  c: { router: r }\n"
		    "  d: { router: t }\n"
		    "  e: {}\n",
		  "t.yaml:3:13: error: AS number 65515 of 'r' is reserved by Azure [reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:5:3: error: 't' has no 'asn' [missing-key]\n"
		  "  the circuit 'd' ends at this router and needs BGP\n" },
		{ V "private-clouds:\n"
		    "  a: { region: westeurope, address-block: 10.10.0.0/22, asn: 398670 }\n"
		    "  b: { region: westeurope, address-block: 10.20.0.0/22, asn: 65001 }\n",
		  "t.yaml:4:62: error: a private cloud cannot have AS number 65001 [reserved-asn]\n"
		  "  private clouds have 398656 to 398670\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

/* ---- between objects ---- */

static void joined_clouds_that_overlap_are_warned_of(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		    "  pc-a: { region: westeurope, address-block: 10.10.0.0/22, "
		    "segments: { web: 10.64.0.0/24, db: 10.65.0.0/16 } }\n"
		    "  pc-b: { region: westeurope, address-block: 10.10.0.0/22, "
		    "segments: { web: 10.64.0.0/24, db: 10.65.1.0/24 } }\n"
		    "interconnects: { a-b: [pc-a, pc-b] }\n",
		  "t.yaml:5:18: warning: the address block of 'pc-a' (10.10.0.0/22) overlaps the "
		  "address block of 'pc-b' (10.10.0.0/22) (and 2 more): each side reaches only its "
		  "own copy [overlap]\n" },
		{ V "private-clouds:\n"
		    "  pc-a: { region: westeurope, address-block: 10.10.0.0/22, "
		    "segments: { web: 10.64.0.0/24 } }\n"
		    "  pc-b: { region: westeurope, address-block: 10.20.0.0/22, "
		    "segments: { web: 10.64.0.0/24 } }\n"
		    "global-reach: { b-a: [pc-b, pc-a] }\n",
		  "t.yaml:5:17: warning: 'pc-b.web' (10.64.0.0/24) overlaps 'pc-a.web' "
		  "(10.64.0.0/24): each side reaches only its own copy [overlap]\n" },
		{ V "private-clouds:\n"
		    "  pc-a: { region: westeurope, address-block: 10.10.0.0/22, segments: { web: { "
		    "prefix: 10.64.0.0/24, routed: false } } }\n"
		    "  pc-b: { region: westeurope, address-block: 10.20.0.0/22, "
		    "segments: { web: 10.64.0.0/24 } }\n"
		    "interconnects: { a-b: [pc-a, pc-b] }\n",
		  "" },
		{ V "private-clouds:\n"
		    "  pc-a: { region: westeurope, address-block: 10.10.0.0/22, "
		    "segments: { web: 10.64.0.0/24 } }\n"
		    "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: 10.64.0.0/16 } }\n"
		    "circuits:\n"
		    "  er: { site: dc1 }\n"
		    "global-reach: { g: [er, pc-a] }\n",
		  "t.yaml:8:17: warning: 'dc1.lan' (10.64.0.0/16) overlaps 'pc-a.web' "
		  "(10.64.0.0/24): each side reaches only its own copy [overlap]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_block_stays_clear_of_networks_and_sites(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		    "  pc-a: { region: westeurope, address-block: 10.10.0.0/22, "
		    "segments: { web: 10.2.3.0/24 } }\n"
		    "virtual-networks:\n"
		    "  near: { region: westeurope, address-space: 10.10.0.0/16, "
		    "gateways: { expressroute: {} } }\n"
		    "  far: { region: westeurope, address-space: 10.10.0.0/24 }\n"
		    "  seg: { region: westeurope, address-space: 10.2.0.0/16, "
		    "gateways: { expressroute: {} } }\n"
		    "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: 10.10.1.0/24 } }\n"
		    "gateway-connections:\n"
		    "  g: { gateway: near, circuit: pc-a }\n"
		    "  h: { gateway: seg, circuit: pc-a }\n",
		  "t.yaml:3:46: error: the address block of 'pc-a' (10.10.0.0/22) overlaps the "
		  "address space of 'near' (10.10.0.0/16) [overlap]\n"
		  "t.yaml:3:46: warning: the address block of 'pc-a' (10.10.0.0/22) overlaps the "
		  "address space of 'far' (10.10.0.0/24) [overlap]\n"
		  "t.yaml:3:46: warning: the address block of 'pc-a' (10.10.0.0/22) overlaps "
		  "'dc1.lan' (10.10.1.0/24) [overlap]\n"
		  "t.yaml:3:77: warning: 'pc-a.web' (10.2.3.0/24) overlaps the address space of "
		  "'seg' (10.2.0.0/16) [overlap]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void what_one_circuit_joins_is_warned_of_where_it_overlaps(void **state)
{
	static const struct saying sayings[] = {
		{ V "virtual-networks:\n"
		    "  a: { region: westeurope, address-space: 10.1.0.0/16, "
		    "gateways: { expressroute: {} } }\n"
		    "  b: { region: westeurope, address-space: [10.1.0.0/16, 10.2.0.0/16], "
		    "gateways: { expressroute: {} } }\n"
		    "  c: { region: westeurope, address-space: 10.1.0.0/16, "
		    "gateways: { expressroute: {} } }\n"
		    "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: 10.2.1.0/24, alone: 10.1.1.0/24 } }\n"
		    "  dc2: { asn: 64512, networks: { lan: 10.2.2.0/24 } }\n"
		    "circuits: { c1: { site: dc1, region: westeurope }, "
		    "c2: { site: dc2, region: westeurope }, c3: { region: westeurope } }\n"
		    "gateway-connections:\n"
		    "  ac: { gateway: a, circuit: c3 }\n"
		    "  b1: { gateway: b, circuit: c1 }\n"
		    "  bc: { gateway: b, circuit: c3 }\n"
		    "  c2c: { gateway: c, circuit: c2 }\n",
		  "t.yaml:4:44: warning: the address space of 'b' (10.1.0.0/16) overlaps the "
		  "address space of 'a' (10.1.0.0/16) [overlap]\n"
		  "t.yaml:4:44: warning: the address space of 'b' (10.1.0.0/16) overlaps "
		  "'dc1.alone' (10.1.1.0/24) [overlap]\n"
		  "t.yaml:4:57: warning: the address space of 'b' (10.2.0.0/16) overlaps "
		  "'dc1.lan' (10.2.1.0/24) [overlap]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void links_and_global_reach_prefixes_stay_clear_of_everything(void **state)
{
	static const struct saying sayings[] = {
		{ V "virtual-networks:\n"
		    "  v: { region: westeurope, address-space: 172.16.0.0/16, "
		    "gateways: { expressroute: {} } }\n"
		    "  w: { region: westeurope, address-space: 172.16.0.0/16 }\n"
		    "sites:\n"
		    "  dc1: { asn: 64512 }\n"
		    "circuits:\n"
		    "  c: { site: dc1, links: 172.16.0.0/29 }\n"
		    "  d: { site: dc1, links: [172.16.0.4/30, 172.16.9.0/30] }\n"
		    "  e: { links: [172.17.0.0/30, 172.17.0.0/30] }\n"
		    "gateway-connections: { g: { gateway: v, circuit: c } }\n"
		    "global-reach:\n"
		    "  g1: { circuits: [c, d], prefix: 172.16.9.0/29 }\n"
		    "  g2: { circuits: [c, e], prefix: 172.18.0.0/28 }\n"
		    "  g3: { circuits: [d, e], prefix: 172.18.0.8/29 }\n",
		  "t.yaml:8:26: error: the primary link of 'c' (172.16.0.0/30) overlaps the "
		  "address space of 'v' (172.16.0.0/16) [overlap]\n"
		  "t.yaml:8:26: error: the secondary link of 'c' (172.16.0.4/30) overlaps the "
		  "address space of 'v' (172.16.0.0/16) [overlap]\n"
		  "t.yaml:9:27: error: the primary link of 'd' (172.16.0.4/30) overlaps the "
		  "secondary link of 'c' (172.16.0.4/30) [overlap]\n"
		  "t.yaml:10:31: error: the secondary link of 'e' (172.17.0.0/30) overlaps the "
		  "primary link of 'e' (172.17.0.0/30) [overlap]\n"
		  "t.yaml:13:35: error: the prefix of 'g1' (172.16.9.0/29) overlaps the address "
		  "space of 'w' (172.16.0.0/16) [overlap]\n"
		  "t.yaml:13:35: error: the prefix of 'g1' (172.16.9.0/29) overlaps the address "
		  "space of 'v' (172.16.0.0/16) [overlap]\n"
		  "t.yaml:13:35: error: the prefix of 'g1' (172.16.9.0/29) overlaps the secondary "
		  "link of 'd' (172.16.9.0/30) [overlap]\n"
		  "t.yaml:14:35: error: Global Reach takes a /29 for its links, not 172.18.0.0/28 "
		  "[bad-prefix]\n"
		  "t.yaml:15:35: error: the prefix of 'g3' (172.18.0.8/29) overlaps the prefix of "
		  "'g2' (172.18.0.0/28) [overlap]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void peered_networks_do_not_overlap(void **state)
{
	static const struct saying sayings[] = {
		{ V "virtual-networks:\n"
		    "  v: { region: westeurope, address-space: [10.1.0.0/16, 10.5.0.0/16] }\n"
		    "  w: { region: westeurope, address-space: [10.2.0.0/16, 10.1.4.0/24] }\n"
		    "peerings: { p: [v, w] }\n",
		  "t.yaml:5:13: error: the address space of 'v' (10.1.0.0/16) overlaps the address "
		  "space of 'w' (10.1.4.0/24): such networks cannot be peered [overlap]\n" },
		{ V "virtual-networks:\n"
		    "  v: { region: westeurope, address-space: 10.1.0.0/16 }\n"
		    "  w: { region: westeurope, address-space: 10.1.0.0/16 }\n"
		    "peerings: { p: { v: {}, w: none } }\n",
		  "t.yaml:5:13: error: the address space of 'v' (10.1.0.0/16) overlaps the address "
		  "space of 'w' (10.1.0.0/16): such networks cannot be peered [overlap]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void every_refusal_of_a_network_is_shown_here(void **state)
{
	(void)state;
	check_seen("address-block", "region");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_block_is_a_22_or_larger_of_private_space),
		cmocka_unit_test(
			segments_stay_clear_of_each_other_of_the_block_and_of_what_nsx_uses),
		cmocka_unit_test(a_network_has_room_for_its_hosts),
		cmocka_unit_test(a_subnet_lies_in_its_address_space_and_is_a_29_or_larger),
		cmocka_unit_test(a_host_has_an_address_of_its_own_network),
		cmocka_unit_test(a_hosts_gateway_is_its_neighbour),
		cmocka_unit_test(networks_of_one_site_do_not_overlap),
		cmocka_unit_test(reserved_as_numbers_are_refused_or_told),
		cmocka_unit_test(joined_clouds_that_overlap_are_warned_of),
		cmocka_unit_test(a_block_stays_clear_of_networks_and_sites),
		cmocka_unit_test(what_one_circuit_joins_is_warned_of_where_it_overlaps),
		cmocka_unit_test(links_and_global_reach_prefixes_stay_clear_of_everything),
		cmocka_unit_test(peered_networks_do_not_overlap),
		cmocka_unit_test(every_refusal_of_a_network_is_shown_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
