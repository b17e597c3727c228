/* What the real networks refuse; and the numbers the model knows. */
#include <stdbool.h>
#include <stdio.h>

#include "model/regions.h"
#include "sayings.h"

#define V "netemu: 1\n"

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
		  "t.yaml:3:44: error: the address block 10.10.0.0/23 is too small: a private cloud "
		  "needs a /22 [address-block]\n"
		  "t.yaml:5:44: error: the address block 172.17.0.0/22 touches 172.17.0.0/16, which "
		  "private clouds use [address-block]\n"
		  "t.yaml:6:44: error: the address block 172.16.0.0/15 touches 172.17.0.0/16, which "
		  "private clouds use [address-block]\n"
		  "t.yaml:7:44: error: the address block 100.64.0.0/22 is not in 10.0.0.0/8, 172.16.0.0"
		  "/12, 192.168.0.0/16 [address-block]\n"
		  "t.yaml:8:44: error: the address block 8.8.8.0/22 is not in 10.0.0.0/8, 172.16.0.0/12"
		  ", 192.168.0.0/16 [address-block]\n"
		  "t.yaml:10:44: error: the address block 2001:db8::/32 is not in 10.0.0.0/8, 172.16.0."
		  "0/12, 192.168.0.0/16 [address-block]\n"
		  "t.yaml:11:44: error: the address block 10.0.0.0/7 is not in 10.0.0.0/8, 172.16.0.0/1"
		  "2, 192.168.0.0/16 [address-block]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void segments_stay_clear_of_each_other_of_the_block_and_of_what_nsx_uses(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		  "  a: { region: westeurope, address-block: 10.10.0.0/22, segments: { x: 10.10.2.0/24,"
		  " y: 10.20.0.0/16, z: 10.20.1.0/24, w: 100.64.3.0/24, v: 169.254.0.0/24, u: 169.254.3"
		  ".0/24, t: 169.254.1.0/24, i: { prefix: 10.20.2.0/24, routed: false } } }\n",
		  "t.yaml:3:72: error: 'a.x' (10.10.2.0/24) overlaps the address block of 'a' (10.10.0."
		  "0/22) [overlap]\n"
		  "t.yaml:3:106: error: 'a.z' (10.20.1.0/24) overlaps 'a.y' (10.20.0.0/16) [overlap]\n"
		  "t.yaml:3:123: error: 100.64.3.0/24 touches 100.64.0.0/16, which NSX uses inside "
		  "'a' [reserved-prefix]\n"
		  "t.yaml:3:141: error: 169.254.0.0/24 touches 169.254.0.0/24, which NSX uses inside "
		  "'a' [reserved-prefix]\n"
		  "t.yaml:3:160: error: 169.254.3.0/24 touches 169.254.2.0/23, which NSX uses inside "
		  "'a' [reserved-prefix]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_network_has_room_for_its_hosts(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		  "  a: { region: westeurope, address-block: 10.10.0.0/22, segments: { x: 10.20.0.0/31,"
		  " y: { prefix: 10.20.1.0/30, vms: [a, b] }, z: { prefix: 10.20.2.0/29, vms: [c, "
		  "d, e, f, g] }, w: { prefix: 10.20.3.0/32, vms: [] } } }\n",
		  "t.yaml:3:72: error: 10.20.0.0/31 is too small: it has room for 0 of the 1 hosts "
		  "of 'x' [subnet]\n"
		  "  3 of its addresses are not for hosts\n"
		  "t.yaml:3:99: error: 10.20.1.0/30 is too small: it has room for 1 of the 2 hosts "
		  "of 'y' [subnet]\n"
		  "  3 of its addresses are not for hosts\n" },
		{ V "sites:\n"
		  "  dc1: { asn: 64512, networks: { a: 10.0.0.0/32, b: \"2001:db8::/127\", c: \"2001:db"
		  "8:1::/126\" } }\n",
		  "t.yaml:3:37: error: 10.0.0.0/32 is too small: it has room for 0 of the 1 hosts "
		  "of 'a' [subnet]\n"
		  "  3 of its addresses are not for hosts\n"
		  "t.yaml:3:53: error: 2001:db8::/127 is too small: it has room for 0 of the 1 hosts "
		  "of 'b' [subnet]\n"
		  "  2 of its addresses are not for hosts\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_subnet_lies_in_its_address_space_and_is_a_29_or_larger(void **state)
{
	static const struct saying sayings[] = {
		{ V "virtual-networks:\n"
		  "  v: { region: westeurope, address-space: [10.1.0.0/16, \"2001:db8::/48\"], subnets:"
		  " { a: 10.2.0.0/24, b: 10.1.0.0/30, c: 10.1.1.0/29, d: [10.1.2.0/24, \"2001:db8:0:1::"
		  "/64\"], e: \"2001:db8:0:2::/80\", f: 10.1.2.128/25 } }\n",
		  "t.yaml:3:89: error: 'v.a' (10.2.0.0/24) is outside the network's address space "
		  "[subnet]\n"
		  "t.yaml:3:105: error: the subnet 10.1.0.0/30 is too small: Azure keeps five addresses"
		  " of each, a /29 is the smallest [subnet]\n"
		  "t.yaml:3:176: error: the IPv6 subnet 2001:db8:0:2::/80 is not a /64 [subnet]\n"
		  "t.yaml:3:200: error: 'v.f' (10.1.2.128/25) overlaps 'v.d' (10.1.2.0/24) [overlap]\n" },
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
		  "  a: { region: westeurope, address-block: 10.10.0.0/22, segments: { x: { prefix: "
		  "10.20.0.0/24, vms: { a: 10.20.0.1, b: 10.20.0.255, c: 10.20.1.4, d: 10.20.0.2, "
		  "e: { address: 10.20.0.2 }, f: 10.20.0.0 } } } }\n",
		  "t.yaml:3:103: error: 10.20.0.1 of 'a' is not for hosts: 10.20.0.0/24 keeps it "
		  "for itself [vm-address]\n"
		  "  the first address for hosts is 10.20.0.2\n"
		  "t.yaml:3:117: error: 10.20.0.255 of 'b' is not for hosts: 10.20.0.0/24 keeps it "
		  "for itself [vm-address]\n"
		  "  the first address for hosts is 10.20.0.2\n"
		  "t.yaml:3:133: error: 10.20.1.4 of 'c' is not an address of 'x' [vm-address]\n"
		  "t.yaml:3:161: error: 10.20.0.2 of 'e' is the address of 'd' already [vm-address]\n"
		  "t.yaml:3:188: error: 10.20.0.0 of 'f' is not for hosts: 10.20.0.0/24 keeps it "
		  "for itself [vm-address]\n"
		  "  the first address for hosts is 10.20.0.2\n" },
		{ V "virtual-networks:\n"
		  "  v: { region: westeurope, address-space: 10.1.0.0/16, subnets: { x: { prefix: "
		  "10.1.0.0/24, vms: { a: 10.1.0.3, b: 10.1.0.4, c: 10.1.0.255 } } } }\n",
		  "t.yaml:3:100: error: 10.1.0.3 of 'a' is not for hosts: 10.1.0.0/24 keeps it for "
		  "itself [vm-address]\n"
		  "  the first address for hosts is 10.1.0.4\n"
		  "t.yaml:3:126: error: 10.1.0.255 of 'c' is not for hosts: 10.1.0.0/24 keeps it "
		  "for itself [vm-address]\n"
		  "  the first address for hosts is 10.1.0.4\n" },
		{ V "sites:\n"
		  "  dc1: { asn: 64512, networks: { x: { prefix: [10.0.0.0/24, \"2001:db8::/64\"], "
		  "hosts: { a: \"2001:db8::1\", b: \"2001:db8::2\", c: \"2001:db9::2\" } } } }\n",
		  "t.yaml:3:88: error: 2001:db8::1 of 'a' is not for hosts: 2001:db8::/64 keeps it "
		  "for itself [vm-address]\n"
		  "  the first address for hosts is 2001:db8::2\n"
		  "t.yaml:3:124: error: 2001:db9::2 of 'c' is not an address of 'x' [vm-address]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void networks_of_one_site_do_not_overlap(void **state)
{
	static const struct saying sayings[] = {
		{ V "sites:\n"
		  "  dc1: { asn: 64512, networks: { a: 10.0.0.0/24, b: 10.0.0.128/25 } }\n",
		  "t.yaml:3:53: error: 'dc1.b' (10.0.0.128/25) overlaps 'dc1.a' (10.0.0.0/24) [overlap]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void reserved_as_numbers_are_refused(void **state)
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
		  "  s10: { asn: 65413 }\n",
		  "t.yaml:5:14: error: AS number 65010 of 's0' is reserved by Azure VMware Solution "
		  "[reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:6:14: error: AS number 64513 of 's1' is reserved by Azure VMware Solution "
		  "[reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:8:14: error: AS number 65515 of 's3' is reserved by Azure [reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:9:14: error: AS number 12076 of 's4' is reserved by Azure [reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:10:14: error: AS number 8075 of 's5' is reserved by Azure [reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:12:14: error: AS number 398656 of 's7' is reserved by Azure VMware Solution "
		  "[reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:13:14: error: AS number 400581 of 's8' is reserved by Azure VMware Solution "
		  "[reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:14:14: error: AS number 65412 of 's9' is reserved by Azure VMware Solution "
		  "[reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n" },
		{ V "sites:\n"
		  "  s0: { asn: 65010 }\n"
		  "  s1: { asn: 64513 }\n"
		  "  s2: { asn: 65515 }\n"
		  "  s3: { asn: 65520 }\n"
		  "  s4: { asn: 65521 }\n",
		  "t.yaml:5:14: error: AS number 65515 of 's2' is reserved by Azure [reserved-asn]\n"
		  "  free for private use: 64512, 64514-64599, 64941-64999, 65413-65514\n"
		  "t.yaml:6:14: error: AS number 65520 of 's3' is reserved by Azure [reserved-asn]\n"
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
		  "  the circuit 'd' ends there, and speaks BGP\n" },
		{ V "private-clouds:\n"
		  "  a: { region: westeurope, address-block: 10.10.0.0/22, asn: 398670 }\n"
		  "  b: { region: westeurope, address-block: 10.20.0.0/22, asn: 65001 }\n",
		  "t.yaml:4:62: error: a private cloud cannot have AS number 65001 [reserved-asn]\n"
		  "  private clouds have 398656 to 398670\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void an_interconnect_stays_in_its_region(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		  "  pc-a: { region: westeurope, address-block: 10.10.0.0/22 }\n"
		  "  pc-b: { region: North Europe, address-block: 10.20.0.0/22 }\n"
		  "interconnects: { a-b: [pc-a, pc-b] }\n",
		  "t.yaml:5:18: error: an interconnect joins clouds of one region: 'pc-a' is in westeur"
		  "ope, 'pc-b' in northeurope [region]\n"
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
		  "t.yaml:8:3: error: 'b-a' joins 'pc-b' and 'pc-a', as 'a-b' does already; see t.yaml:"
		  "7 [duplicate-join]\n"
		  "t.yaml:10:16: error: 'g-aa' joins 'pc-b' with itself [self-join]\n"
		  "t.yaml:12:3: error: 'g-ba' joins 'pc-b' and 'pc-a', as 'g-ab' does already; see "
		  "t.yaml:11 [duplicate-join]\n" },
		{ V "virtual-networks:\n"
		  "  v: { region: westeurope, address-space: 10.1.0.0/16, gateways: { expressroute: "
		  "{} } }\n"
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
		  "t.yaml:9:3: error: 'h' joins 'v' and 'c', as 'g' does already; see t.yaml:8 [duplica"
		  "te-join]\n"
		  "t.yaml:12:3: error: 'q' joins 'w' and 'v', as 'p' does already; see t.yaml:11 "
		  "[duplicate-join]\n"
		  "t.yaml:13:10: error: 'r' joins 'v' with itself [self-join]\n"
		  "t.yaml:15:21: error: the link 'l' joins 'a' with itself [self-join]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void joined_clouds_that_overlap_are_warned_of(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		  "  pc-a: { region: westeurope, address-block: 10.10.0.0/22, segments: { web: 10.64.0."
		  "0/24, db: 10.65.0.0/16 } }\n"
		  "  pc-b: { region: westeurope, address-block: 10.10.0.0/22, segments: { web: 10.64.0."
		  "0/24, db: 10.65.1.0/24 } }\n"
		  "interconnects: { a-b: [pc-a, pc-b] }\n",
		  "t.yaml:5:18: warning: the address block of 'pc-a' (10.10.0.0/22) overlaps the "
		  "address block of 'pc-b' (10.10.0.0/22) (and 2 more): each side reaches only its "
		  "own copy [overlap]\n" },
		{ V "private-clouds:\n"
		  "  pc-a: { region: westeurope, address-block: 10.10.0.0/22, segments: { web: 10.64.0."
		  "0/24 } }\n"
		  "  pc-b: { region: westeurope, address-block: 10.20.0.0/22, segments: { web: 10.64.0."
		  "0/24 } }\n"
		  "global-reach: { b-a: [pc-b, pc-a] }\n",
		  "t.yaml:5:17: warning: 'pc-b.web' (10.64.0.0/24) overlaps 'pc-a.web' (10.64.0.0/24): "
		  "each side reaches only its own copy [overlap]\n" },
		{ V "private-clouds:\n"
		  "  pc-a: { region: westeurope, address-block: 10.10.0.0/22, segments: { web: { "
		  "prefix: 10.64.0.0/24, routed: false } } }\n"
		  "  pc-b: { region: westeurope, address-block: 10.20.0.0/22, segments: { web: 10.64.0."
		  "0/24 } }\n"
		  "interconnects: { a-b: [pc-a, pc-b] }\n",
		  "" },
		{ V "private-clouds:\n"
		  "  pc-a: { region: westeurope, address-block: 10.10.0.0/22, segments: { web: 10.64.0."
		  "0/24 } }\n"
		  "sites:\n"
		  "  dc1: { asn: 64512, networks: { lan: 10.64.0.0/16 } }\n"
		  "circuits:\n"
		  "  er: { site: dc1 }\n"
		  "global-reach: { g: [er, pc-a] }\n",
		  "t.yaml:8:17: warning: 'dc1.lan' (10.64.0.0/16) overlaps 'pc-a.web' (10.64.0.0/24): "
		  "each side reaches only its own copy [overlap]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_block_stays_clear_of_networks_and_sites(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		  "  pc-a: { region: westeurope, address-block: 10.10.0.0/22, segments: { web: 10.2.3.0"
		  "/24 } }\n"
		  "virtual-networks:\n"
		  "  near: { region: westeurope, address-space: 10.10.0.0/16, gateways: { expressroute:"
		  " {} } }\n"
		  "  far: { region: westeurope, address-space: 10.10.0.0/24 }\n"
		  "  seg: { region: westeurope, address-space: 10.2.0.0/16, gateways: { expressroute: "
		  "{} } }\n"
		  "sites:\n"
		  "  dc1: { asn: 64512, networks: { lan: 10.10.1.0/24 } }\n"
		  "gateway-connections:\n"
		  "  g: { gateway: near, circuit: pc-a }\n"
		  "  h: { gateway: seg, circuit: pc-a }\n",
		  "t.yaml:3:46: error: the address block of 'pc-a' (10.10.0.0/22) overlaps the address "
		  "space of 'near' (10.10.0.0/16) [overlap]\n"
		  "t.yaml:3:46: warning: the address block of 'pc-a' (10.10.0.0/22) overlaps the "
		  "address space of 'far' (10.10.0.0/24) [overlap]\n"
		  "t.yaml:3:46: warning: the address block of 'pc-a' (10.10.0.0/22) overlaps 'dc1.lan' "
		  "(10.10.1.0/24) [overlap]\n"
		  "t.yaml:3:77: warning: 'pc-a.web' (10.2.3.0/24) overlaps the address space of 'seg' "
		  "(10.2.0.0/16) [overlap]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void links_and_global_reach_prefixes_stay_clear_of_everything(void **state)
{
	static const struct saying sayings[] = {
		{ V "virtual-networks:\n"
		  "  v: { region: westeurope, address-space: 172.16.0.0/16, gateways: { expressroute: "
		  "{} } }\n"
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
		  "t.yaml:8:26: error: the primary link of 'c' (172.16.0.0/30) overlaps the address "
		  "space of 'v' (172.16.0.0/16) [overlap]\n"
		  "t.yaml:8:26: error: the secondary link of 'c' (172.16.0.4/30) overlaps the address "
		  "space of 'v' (172.16.0.0/16) [overlap]\n"
		  "t.yaml:9:27: error: the primary link of 'd' (172.16.0.4/30) overlaps the secondary "
		  "link of 'c' (172.16.0.4/30) [overlap]\n"
		  "t.yaml:10:31: error: the secondary link of 'e' (172.17.0.0/30) overlaps the primary "
		  "link of 'e' (172.17.0.0/30) [overlap]\n"
		  "t.yaml:13:35: error: the prefix of 'g1' (172.16.9.0/29) overlaps the address space "
		  "of 'w' (172.16.0.0/16) [overlap]\n"
		  "t.yaml:13:35: error: the prefix of 'g1' (172.16.9.0/29) overlaps the address space "
		  "of 'v' (172.16.0.0/16) [overlap]\n"
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

static void remote_gateways_need_a_gateway_that_is_lent(void **state)
{
	static const struct saying sayings[] = {
		{ V "virtual-networks:\n"
		  "  hub: { region: westeurope, address-space: 10.1.0.0/16, gateways: { expressroute: "
		  "{} } }\n"
		  "  hub2: { region: westeurope, address-space: 10.2.0.0/16, gateways: { expressroute: "
		  "{} } }\n"
		  "  plain: { region: westeurope, address-space: 10.3.0.0/16 }\n"
		  "  s1: { region: westeurope, address-space: 10.4.0.0/16 }\n"
		  "  s2: { region: westeurope, address-space: 10.5.0.0/16, gateways: { expressroute: "
		  "{} } }\n"
		  "  s3: { region: westeurope, address-space: 10.6.0.0/16 }\n"
		  "peerings:\n"
		  "  p1: { hub: { allow-gateway-transit: true }, s1: { use-remote-gateways: true } }\n"
		  "  p2: { hub2: { allow-gateway-transit: true }, s1: { use-remote-gateways: true } }\n"
		  "  p3: { hub: { allow-gateway-transit: true }, s2: { use-remote-gateways: true } }\n"
		  "  p4: { plain: { allow-gateway-transit: true }, s3: { use-remote-gateways: true } }\n",
		  "t.yaml:11:75: error: 's1' uses a remote gateway already; see t.yaml:10 [gateway-tran"
		  "sit]\n"
		  "  one peering of a network may use remote gateways\n"
		  "t.yaml:12:74: error: 's2' has a gateway of its own and cannot use that of 'hub' "
		  "[gateway-transit]\n"
		  "  remove one of the two\n"
		  "t.yaml:13:76: error: 's3' cannot use the gateway of 'plain': there is none [gateway-"
		  "transit]\n"
		  "  write `gateways: { expressroute: {} }` in plain\n" },
		{ V "virtual-networks:\n"
		  "  hub: { region: westeurope, address-space: 10.1.0.0/16, gateways: { expressroute: "
		  "{} } }\n"
		  "  s1: { region: westeurope, address-space: 10.4.0.0/16 }\n"
		  "peerings:\n"
		  "  p: { hub: {}, s1: { use-remote-gateways: true } }\n",
		  "t.yaml:6:44: error: 's1' cannot use the gateway of 'hub', whose half does not "
		  "allow it [gateway-transit]\n"
		  "  write `hub: { allow-gateway-transit: true }`\n" },
		{ V "virtual-networks:\n"
		  "  hub: { region: westeurope, address-space: 10.1.0.0/16, gateways: { expressroute: "
		  "{} } }\n"
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
		  "t.yaml:12:3: error: Global Reach from Europe ('pc-a') to North America ('pc-us') "
		  "needs two Premium circuits [sku]\n"
		  "  write `sku: premium` in pc-a and pc-us\n"
		  "t.yaml:13:3: error: Global Reach from Europe ('prem') to North America ('pc-us') "
		  "needs two Premium circuits [sku]\n"
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
		  "t.yaml:9:3: error: Global Reach needs two peering locations: 'c' and 'd' are both "
		  "at Amsterdam [peering-location]\n" },
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
		  "  ne: { region: northeurope, address-space: 10.3.0.0/16, gateways: { expressroute: "
		  "{} } }\n"
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
		  "t.yaml:13:31: error: the circuit of 'c' is Standard and reaches only Europe: 'us' "
		  "is in North America [sku]\n"
		  "  write `sku: premium` in c\n"
		  "t.yaml:14:31: error: the circuit of 'loc' is Local and reaches only westeurope: "
		  "'ne' is in northeurope [sku]\n"
		  "  a Standard circuit reaches its part of the world, a Premium one all\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void regions_need_a_figure(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		  "  pc-a: { region: mars, address-block: 10.10.0.0/22 }\n"
		  "virtual-networks:\n"
		  "  v: { region: venus, address-space: 10.1.0.0/16, gateways: { expressroute: {} } }\n"
		  "  w: { region: mars, address-space: 10.2.0.0/16 }\n"
		  "circuits:\n"
		  "  c: { region: eastus, sku: premium }\n"
		  "gateway-connections:\n"
		  "  g: { gateway: v, circuit: pc-a }\n"
		  "  h: { gateway: v, circuit: c, rtt: 9ms }\n"
		  "peerings: { p: [v, w] }\n"
		  "global-reach: { r: [c, pc-a] }\n",
		  "t.yaml:10:3: error: the round trip between the regions 'mars' and 'venus' is not "
		  "known [no-latency]\n"
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
		  "  v: { region: venus, address-space: 10.1.0.0/16, gateways: { expressroute: {} } }\n"
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
		{ V "private-clouds:\n"
		  "  pc-a: { region: westeurope, address-block: 10.10.0.0/22, authorizations: [k1, "
		  "k2] }\n"
		  "virtual-networks:\n"
		  "  v: { region: westeurope, address-space: 10.1.0.0/16, gateways: { expressroute: "
		  "{} } }\n"
		  "  w: { region: westeurope, address-space: 10.2.0.0/16, gateways: { expressroute: "
		  "{} } }\n"
		  "circuits:\n"
		  "  c: { authorizations: [key-c] }\n"
		  "gateway-connections:\n"
		  "  g1: { gateway: v, circuit: pc-a, authorization: k1 }\n"
		  "  g2: { gateway: w, circuit: pc-a, authorization: k1 }\n"
		  "  g3: { gateway: v, circuit: c, authorization: key-d }\n"
		  "global-reach:\n"
		  "  r: { circuits: [c, pc-a], authorization: zzzzzzz }\n",
		  "t.yaml:11:51: warning: the authorization 'k1' is used up by 'g1': no session "
		  "comes up [authorization]\n"
		  "  one authorization is good for one connection: make another\n"
		  "t.yaml:12:48: warning: 'c' has no authorization 'key-d': no session comes up "
		  "[authorization]\n"
		  "  did you mean 'key-c'?\n"
		  "t.yaml:14:44: warning: neither 'c' nor 'pc-a' has an authorization 'zzzzzzz': no "
		  "session comes up [authorization]\n"
		  "  list it under 'authorizations' in pc-a\n" },
		{ V "private-clouds:\n"
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
		  "t.yaml:3:44: error: 'dc1' cannot prefer 'd': that circuit does not end there [conflict]\n" },
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
		  "t.yaml:3:39: error: the gateway 10.0.1.1 is not a neighbour of 'a' [bad-address]\n"
		  "  a gateway is another address of the host's own network\n"
		  "t.yaml:4:39: error: the gateway 10.0.0.2 is not a neighbour of 'b' [bad-address]\n"
		  "  a gateway is another address of the host's own network\n"
		  "t.yaml:6:39: error: the gateway 2001:db8::1 is not a neighbour of 'd' [bad-address]\n"
		  "  a gateway is another address of the host's own network\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void the_round_trip_between_regions_is_the_files_or_the_built_in_one(void **state)
{
	static const struct {
		const char *a, *b;
		uint64_t ms;
	} pairs[] = {
		{ "westeurope", "westeurope", 1 }, { "westeurope", "northeurope", 17 },
		{ "northeurope", "westeurope", 17 }, { "eastus", "eastus2", 8 },
		{ "southindia", "centralindia", 20 }, { "eastus", "westeurope", 85 },
		{ NULL, "westeurope", 1 }, { "westeurope", NULL, 1 }, { NULL, NULL, 1 },
	};
	struct model m = { .latency.within_region_ns = 1000000 };
	struct region_pair ours = { .a = "northeurope", .b = "westeurope", .rtt_ns = 5000000 };
	uint64_t rtt;

	(void)state;
	for (size_t i = 0; i < countof(pairs); i++) {
		assert_true(model_region_rtt(&m, pairs[i].a, pairs[i].b, &rtt));
		assert_int_equal(rtt, pairs[i].ms * 1000000);
	}
	assert_false(model_region_rtt(&m, "westeurope", "mars", &rtt));
	m.latency.pairs.v = &ours;
	m.latency.pairs.n = 1;
	assert_true(model_region_rtt(&m, "westeurope", "northeurope", &rtt));
	assert_int_equal(rtt, 5000000);
}

static void every_built_in_region_has_one_spelling_and_a_part_of_the_world(void **state)
{
	size_t n;
	const struct region_pair *pairs = model_builtin_rtts(&n);

	(void)state;
	assert_int_equal(n, 40);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(pairs[i].a[strspn(pairs[i].a, "abcdefghijklmnopqrstuvwxyz0123456789")], 0);
		assert_non_null(region_geography(pairs[i].a));
		assert_non_null(region_geography(pairs[i].b));
		assert_string_not_equal(pairs[i].a, pairs[i].b);
		for (size_t k = 0; k < i; k++)
			assert_false((strcmp(pairs[i].a, pairs[k].a) == 0 &&
				      strcmp(pairs[i].b, pairs[k].b) == 0) ||
				     (strcmp(pairs[i].a, pairs[k].b) == 0 &&
				      strcmp(pairs[i].b, pairs[k].a) == 0));
	}
	assert_null(region_geography("mars"));
	assert_null(region_geography(NULL));
}

static void the_parts_of_a_block_lie_side_by_side_in_a_22(void **state)
{
	size_t n;
	const struct block_part *parts = model_block_parts(&n);
	uint32_t end = 0;

	(void)state;
	assert_true(n > 0);
	assert_string_equal(parts[0].name, "management");
	assert_int_equal(parts[0].len, 26);
	for (size_t i = 0; i < n; i++) {
		uint32_t size = 1u << (32 - parts[i].len);

		assert_true(parts[i].offset >= end);
		assert_int_equal(parts[i].offset % size, 0);
		end = parts[i].offset + size;
	}
	assert_true(end <= 1024);
}

static void every_kind_of_object_has_a_name_and_a_section(void **state)
{
	(void)state;
	for (unsigned int kind = 0; kind < OBJECT_KINDS; kind++) {
		assert_non_null(object_kind_name(kind));
		assert_non_null(object_kind_section(kind));
	}
	assert_string_equal(object_kind_name(OBJECT_PRIVATE_CLOUD), "private cloud");
	assert_string_equal(object_kind_section(OBJECT_GLOBAL_REACH), "global-reach");
}

#define SECOND "private-clouds:\n"                                                                  \
	       "  g: { generation: 2, virtual-network: v, address-block: 10.31.0.0/22, segments: { "

static void what_the_services_count_has_an_end(void **state)
{
	static const struct saying sayings[] = {
		{ V "virtual-networks: { v: { region: westeurope, address-space: 10.31.0.0/22 } }\n" SECOND
		    "s: 172.16.0.0/12 } }\n",
		  "t.yaml:4:3: error: the segments of 'g' are 65536 times a /28: T0 takes 4096 with 3 "
		  "hosts [segment-limit]\n"
		  "  `nodes: 4` makes it 6144\n" },
		{ V "virtual-networks: { v: { region: westeurope, address-space: 10.31.0.0/22 } }\n" SECOND
		    "} }\n"
		    "interconnects: { i: [g, g] }\n",
		  "t.yaml:5:22: error: 'g' is of generation 2 and has no circuit that an interconnect could "
		  "join [generation]\n"
		  "  on-premises reaches it by the ExpressRoute gateway of 'v', other networks and clouds by "
		  "peering with 'v'\n" },
		{ V "circuits: { c: { bandwidth: 300Mbps } }\n",
		  "t.yaml:2:13: warning: nobody sells a circuit of 300Mbit ('c') [bandwidth]\n"
		  "  circuits have 50, 100, 200, 500 Mbps, 1, 2, 5, 10 Gbps, and as Direct ones 40 and 100 "
		  "Gbps\n" },
		{ V "circuits: { a: , b: , c: , d: , e: }\n"
		    "virtual-networks:\n"
		    "  v: { region: westeurope, address-space: 10.1.0.0/16, gateways: { expressroute: {} } }\n"
		    "gateway-connections:\n"
		    "  va: { gateway: v, circuit: a }\n  vb: { gateway: v, circuit: b }\n"
		    "  vc: { gateway: v, circuit: c }\n  vd: { gateway: v, circuit: d }\n"
		    "  ve: { gateway: v, circuit: e }\n",
		  "t.yaml:10:3: error: 've' is one circuit too many for the gateway of 'v': ErGw1Az takes 4 "
		  "[circuit-limit]\n"
		  "  a larger gateway takes more, up to 16\n" },
	};
	own_text links = { 0 }, peerings = { 0 };

	(void)state;
	check_sayings(sayings, countof(sayings));

	text_add(&links, V "global-reach: {");
	for (int i = 0; i < 11; i++)
		text_printf(&links, "%s r%d: [c, c%d]", i ? "," : "", i, i);
	text_add(&links, " }\ncircuits: { c: { sku: standard }");
	for (int i = 0; i < 11; i++)
		text_printf(&links, ", c%d: {}", i);
	text_add(&links, " }\n");
	check_saying(text_str(&links), links.n,
		     "t.yaml:2:147: error: 'r10' is one link too many for the circuit of 'c': it takes 10, "
		     "gateways and Global Reach together [link-budget]\n"
		     "  a Premium circuit takes more, by its bandwidth\n");

	text_add(&peerings, V "virtual-networks:\n");
	for (int i = 0; i < 502; i++)
		text_printf(&peerings, "  v%d: { region: westeurope, address-space: 10.%d.%d.0/24 }\n", i,
			    i / 256, i % 256);
	text_add(&peerings, "peerings:\n");
	for (int i = 1; i < 502; i++)
		text_printf(&peerings, "  p%d: [v0, v%d]\n", i, i);
	check_saying(text_str(&peerings), peerings.n,
		     "t.yaml:1006:3: error: 'p501' is one peering too many of 'v0': a virtual network has "
		     "500 at most [peering-limit]\n");
}

static void everything_that_the_networks_refuse_is_shown_here(void **state)
{
	(void)state;
	check_seen("address-block", "bandwidth");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_block_is_a_22_or_larger_of_private_space),
		cmocka_unit_test(segments_stay_clear_of_each_other_of_the_block_and_of_what_nsx_uses),
		cmocka_unit_test(a_network_has_room_for_its_hosts),
		cmocka_unit_test(a_subnet_lies_in_its_address_space_and_is_a_29_or_larger),
		cmocka_unit_test(a_host_has_an_address_of_its_own_network),
		cmocka_unit_test(networks_of_one_site_do_not_overlap),
		cmocka_unit_test(reserved_as_numbers_are_refused),
		cmocka_unit_test(an_interconnect_stays_in_its_region),
		cmocka_unit_test(nothing_is_joined_with_itself_or_twice),
		cmocka_unit_test(joined_clouds_that_overlap_are_warned_of),
		cmocka_unit_test(a_block_stays_clear_of_networks_and_sites),
		cmocka_unit_test(links_and_global_reach_prefixes_stay_clear_of_everything),
		cmocka_unit_test(peered_networks_do_not_overlap),
		cmocka_unit_test(remote_gateways_need_a_gateway_that_is_lent),
		cmocka_unit_test(global_reach_needs_the_right_skus),
		cmocka_unit_test(global_reach_needs_two_peering_locations),
		cmocka_unit_test(global_reach_takes_a_29),
		cmocka_unit_test(a_gateway_connection_needs_a_gateway_in_reach),
		cmocka_unit_test(regions_need_a_figure),
		cmocka_unit_test(an_authorization_is_known_and_good_for_one_connection),
		cmocka_unit_test(a_site_prefers_among_its_own_circuits),
		cmocka_unit_test(a_hosts_gateway_is_its_neighbour),
		cmocka_unit_test(the_round_trip_between_regions_is_the_files_or_the_built_in_one),
		cmocka_unit_test(every_built_in_region_has_one_spelling_and_a_part_of_the_world),
		cmocka_unit_test(the_parts_of_a_block_lie_side_by_side_in_a_22),
		cmocka_unit_test(every_kind_of_object_has_a_name_and_a_section),
		cmocka_unit_test(what_the_services_count_has_an_end),
		cmocka_unit_test(everything_that_the_networks_refuse_is_shown_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
