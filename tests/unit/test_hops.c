/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hops: azure`: nodes that take a TTL, nodes that answer, from which address; the addresses of a
 * GatewaySubnet; and the tables as the cloud's tools list them. */
#include "world.h"

#include <stdio.h>
#include <sys/socket.h>

#include "kernel/ruleset.h"
#include "routing/cloud_table.h"

#define HUB(style) HUB_OF(style, "")
#define HUB_OF(style, site)                                                                        \
	"netemu: 1\nname: t\nhops: " style "\n"                                                    \
	"virtual-networks:\n"                                                                      \
	"  hub: { region: westeurope, address-space: 10.1.0.0/16, subnets: { vm: 10.1.1.0/24 },"   \
	" gateways: { expressroute: {} } }\n"                                                      \
	"  spoke: { region: westeurope, address-space: 10.2.0.0/16,"                               \
	" subnets: { vm: 10.2.1.0/24 } }\n"                                                        \
	"peerings: { p: { hub: { allow-gateway-transit: true },"                                   \
	" spoke: { use-remote-gateways: true } } }\n"                                              \
	"sites: { dc1: { asn: 64512," site " networks: { lan: 192.168.1.0/24 } } }\n"              \
	"circuits: { er: { site: dc1, region: westeurope, peering-location: A,"                    \
	" links: [172.16.0.0/30, 172.16.0.4/30] } }\n"                                             \
	"gateway-connections: { c: { gateway: hub, circuit: er } }\n"

/* "er.primary 10.1.255.236, *, dc1.lan 192.168.1.10; 62" */
static void assert_shown(const char *yaml, const char *from, const char *to, const char *want)
{
	own_world w = world_open(yaml);
	struct verdict v;
	struct visible_path shown;
	own_text t = { 0 };

	routes_predict(w.r, world_node(&w, from), world_node(&w, to), &v);
	routes_visible(w.r, &v, &shown);
	for (each(const struct visible_hop, h, &shown.hops)) {
		text_add(&t, h == shown.hops.v ? "" : ", ");
		if (h->answers)
			text_printf(&t, "%s %s", w.f->nodes.v[h->node].name, ADDR_STR(&h->from));
		else
			text_add(&t, "*");
	}
	text_printf(&t, "; %u", shown.reply_ttl);
	assert_string_equal(text_str(&t), want);
	visible_release(&shown);
	verdict_release(&v);
}

static void every_router_answers_unless_the_file_says_azure(void **state)
{
	(void)state;
	assert_shown(HUB("all"), "dc1.lan", "spoke.vm",
		     "dc1.ce 192.168.1.1, er.primary 172.16.0.2, hub.er-gateway 10.1.255.228, "
		     "spoke.fabric 10.2.255.225, spoke.vm 10.2.1.4; 61");
	assert_shown(HUB("azure"), "dc1.lan", "spoke.vm",
		     "dc1.ce 192.168.1.1, er.primary 172.16.0.2, *, spoke.vm 10.2.1.4; 62");
	assert_shown(HUB("azure"), "spoke.vm", "dc1.lan",
		     "er.primary 10.1.255.236, *, dc1.lan 192.168.1.10; 61");
	assert_shown(HUB("azure"), "hub.vm", "spoke.vm", "spoke.vm 10.2.1.4; 64");
}

static void where_a_packet_is_lost_the_trace_ends(void **state)
{
	(void)state;
	assert_shown(HUB("azure") "failed: [er]\n", "dc1.lan", "hub.vm", "dc1.ce 192.168.1.1; 0");
	assert_shown(HUB("azure") "failed: [er]\n", "hub.vm", "dc1.lan", "; 0");
}

/* The kernel looks up the route before it checks the TTL: a node that silently drops a packet never
 * reports that its TTL ran out. */
static void who_drops_in_silence_answers_nobody(void **state)
{
	static const char cloud[] =
		"netemu: 1\nname: t\nprivate-clouds: { pc: { region: westeurope,"
		" address-block: 10.10.0.0/22, segments: { web: 10.10.64.0/24 } } }\n"
		"sites: { dc1: { asn: 64512, networks: { lan: 192.168.1.0/24 } } }\n"
		"routers: { r: { routes: { 192.168.1.0/24: dc1.ce } } }\nhosts: { h: 10.50.0.2/24 }\n"
		"links: { a: { between: [h, r] }, b: { between: [r, dc1.ce] } }\n";

	(void)state;
	assert_shown(cloud, "pc.web", "dc1.lan", "pc.t1 10.10.64.1, *; 0");
	assert_shown(cloud, "pc.vcenter", "dc1.lan", "*; 0");
	assert_shown(cloud, "h", "pc.web", "r 10.50.0.1; 0"); /* it reports that it has no route */
}

/* A NAT translates the destination of an answer and not its source, which is the router. A network
 * with a default route by BGP has a route to every source. */
static void routers_beyond_a_nat_answer_a_network_with_a_default_route(void **state)
{
	(void)state;
	assert_shown(
		HUB_OF("azure",
		       " internet: true, advertise: [0.0.0.0/0],") "internet: { hosts: { probe: 198.51.100.10/24 } }\n",
		"hub.vm", "internet.probe",
		"er.primary 10.1.255.236, dc1.ce 172.16.0.1, dc1.nat 100.64.0.9, "
		"internet 100.64.0.11, internet.probe 198.51.100.10; 59");
}

/* The rules of a namespace, as the kernel's engines get them. */
static void assert_rules(const char *yaml, struct plan_backends how, const char *netns,
			 const char *want)
{
	own_world w = world_open(yaml);
	struct plan *p = plan_build(w.f, w.r, how);
	own_text t = { 0 };
	uint32_t at = 0;
	struct ruleset s;

	while (at < p->netns.n && strcmp(p->netns.v[at].name, netns) != 0)
		at++;
	assert_true(at < p->netns.n);
	ruleset_make(p, at, &s);
	for (each(const struct rule, r, &s.rules))
		text_printf(&t, "%s\n", r->text);
	ruleset_release(&s);
	assert_string_equal(text_str(&t), want);
}

/* Where VRF devices serve, what they hand on has been raised already. */
static void assert_first_rule(const char *yaml, struct plan_backends how, const char *netns,
			      const char *want, bool no_vrf)
{
	own_world w = world_open(yaml);
	struct plan *p = plan_build(w.f, w.r, how);
	uint32_t at = 0;
	struct ruleset s;

	while (at + 1 < p->netns.n && strcmp(p->netns.v[at].name, netns) != 0)
		at++;
	ruleset_make(p, at, &s);
	assert_true(s.rules.n > 0);
	assert_string_equal(s.rules.v[0].text, want);
	assert_int_equal(s.rules.v[0].no_vrf, no_vrf);
	ruleset_release(&s);
}

static void a_fabric_raises_the_ttl_and_forgets_strangers(void **state)
{
	const struct plan_backends devices = { VRF_DEVICE, DELAY_NETEM, RULES_NFTABLES };
	const struct plan_backends namespaces = { VRF_NAMESPACE, DELAY_NETEM, RULES_NFTABLES };
	const struct plan_backends old = { VRF_DEVICE, DELAY_NETEM, RULES_IPTABLES };

	(void)state;
	assert_rules(HUB("all"), namespaces, "hub.fabric", "");
	assert_rules(HUB("azure"), namespaces, "hub.fabric",
		     "TTL raised by one\n"
		     "in by hub-gw from 172.16.0.0/12 time-exceeded drop\n");
	assert_rules(HUB("azure"), namespaces, "hub.er-gateway",
		     "time-exceeded drop\n"
		     "in by er-1 from 172.0.0.0/8 time-exceeded drop\n"
		     "in by er-2 from 172.0.0.0/8 time-exceeded drop\n");
	assert_rules(HUB("azure"), namespaces, "er.primary", "");
	assert_first_rule(HUB("azure"), devices, "westeurope.fabric", "TTL raised by one", true);
	assert_first_rule(HUB("azure"), old, "westeurope.fabric", "in by hub-vm TTL raised by one",
			  false);
}

static void who_is_a_stranger_is_not_planned_before_the_routes(void **state)
{
	own_world all = world_open(HUB("all")), azure = world_open(HUB("azure"));

	(void)state;
	assert_false(plan_needs_routes(all.f));
	assert_true(plan_needs_routes(azure.f));
}

/* ---- addresses ---- */

static void assert_gateway_subnet(const char *network, const char *want)
{
	char yaml[512];

	snprintf(yaml, sizeof(yaml),
		 "netemu: 1\nname: t\nvirtual-networks:\n  "
		 "v: { region: westeurope, %s }\n",
		 network);
	own_world w = world_open(yaml);
	struct prefix p;
	bool found = model_gateway_subnet(w.m->virtual_networks.v[0], &p);

	assert_string_equal(found ? PREFIX_STR(&p) : "none", want);
}

static void a_gateway_subnet_is_the_last_free_27(void **state)
{
	(void)state;
	assert_gateway_subnet("address-space: 10.1.0.0/16", "10.1.255.224/27");
	assert_gateway_subnet("address-space: 10.1.0.0/24, subnets: { a: 10.1.0.128/25 }",
			      "10.1.0.96/27");
	assert_gateway_subnet("address-space: [10.1.0.0/24, 10.9.0.0/24],"
			      " subnets: { a: 10.1.0.0/24 }",
			      "10.9.0.224/27");
	assert_gateway_subnet("address-space: 10.1.0.0/27, subnets: { a: 10.1.0.0/28 }",
			      "10.1.0.16/28");
	assert_gateway_subnet("address-space: 10.1.0.0/24, subnets: { a: 10.1.0.0/24 }", "none");
	assert_gateway_subnet("address-space: 10.1.0.0/16, gateways: { subnet: 10.1.0.0/26,"
			      " expressroute: {} }",
			      "10.1.0.0/26");
}

static void a_gateway_subnet_of_the_file_is_checked(void **state)
{
	own_world w = world_try("netemu: 1\nname: t\nvirtual-networks:\n"
				"  a: { region: westeurope, address-space: 10.1.0.0/16,\n"
				"       subnets: { vm: 10.1.1.0/24 },\n"
				"       gateways: { subnet: 10.1.1.0/27, expressroute: {} } }\n"
				"  b: { region: westeurope, address-space: 10.2.0.0/16,\n"
				"       gateways: { subnet: 10.3.0.0/27, expressroute: {} } }\n"
				"  c: { region: westeurope, address-space: 10.4.0.0/16,\n"
				"       gateways: { subnet: 10.4.0.0/30, expressroute: {} } }\n");
	own_text t = { 0 };

	(void)state;
	world_findings(&w, &t);
	assert_non_null(strstr(text_str(&t), "6:28: error: the GatewaySubnet 10.1.1.0/27 of 'a' "
					     "overlaps its subnet 'vm' (10.1.1.0/24) [overlap]"));
	assert_non_null(strstr(text_str(&t), "8:28: error: 'b.GatewaySubnet' (10.3.0.0/27) is "
					     "outside the network's address space [subnet]"));
	assert_non_null(strstr(text_str(&t), "10:28: error: the subnet 10.4.0.0/30 is too small"));
}

static void without_room_for_a_gateway_subnet_one_is_warned(void **state)
{
	own_world w = world_open("netemu: 1\nname: t\nhops: azure\nvirtual-networks:\n"
				 "  a: { region: westeurope, address-space: 10.1.0.0/24,\n"
				 "       subnets: { vm: 10.1.0.0/24 }, gateways: { vpn: {} } }\n");
	own_text t = { 0 };

	(void)state;
	world_findings(&w, &t);
	assert_string_equal(text_str(&t),
			    "6:50: warning: the address space of 'a' has no room for a "
			    "GatewaySubnet: hops that would answer from it stay silent [subnet]\n");
}

/* `n` spaces of /8, whose second bytes from `first` on are one subnet each. */
static void add_full_spaces(struct text *yaml, unsigned int n, unsigned int first)
{
	text_add(yaml, "netemu: 1\nname: t\nhops: azure\nvirtual-networks:\n"
		       "  a: { region: westeurope, address-space: [");
	for (unsigned int i = 0; i < n; i++)
		text_printf(yaml, "%s%u.0.0.0/8", i ? ", " : "", 20 + i);
	text_add(yaml, "], gateways: { vpn: {} }, subnets: {");
	for (unsigned int i = 0; i < n; i++)
		for (unsigned int k = first; k < 256; k++)
			text_printf(yaml, "%s s%u-%u: %u.%u.0.0/16", i + k > first ? "," : "", i, k,
				    20 + i, k);
	text_add(yaml, " } }\n");
}

/* A search address by address would take minutes. */
static void a_large_space_that_is_full_is_soon_found_to_be(void **state)
{
	static const struct {
		unsigned int spaces, first;
		const char *subnet; /* NULL: no room */
	} full[] = { { 1, 0, NULL },
		     { 8, 0, NULL },
		     { 1, 1, "20.0.255.224/27" },
		     { 8, 5, "20.4.255.224/27" } };

	(void)state;
	for (size_t i = 0; i < countof(full); i++) {
		own_text yaml = { 0 };
		struct prefix found;
		own_world w = { 0 };
		bool any;

		add_full_spaces(&yaml, full[i].spaces, full[i].first);
		w = world_open(text_str(&yaml));
		any = model_gateway_subnet(w.m->virtual_networks.v[0], &found);
		assert_int_equal(any, full[i].subnet != NULL);
		if (any)
			assert_string_equal(PREFIX_STR(&found), full[i].subnet);
	}
}

static struct addr address(const struct world *w, const char *node, const char *far)
{
	uint32_t own, via;

	assert_true(fabric_adjacent(w->f, world_node(w, node), world_node(w, far), &own, &via));
	return fabric_addr(w->f, own, AF_INET)->a;
}

static void assert_address(const struct world *w, const char *node, const char *far,
			   const char *want)
{
	struct addr a = address(w, node, far);

	assert_string_equal(ADDR_STR(&a), want);
}

static void links_have_addresses_of_the_real_kind(void **state)
{
	own_world w = world_open(HUB(
		"all") "private-clouds: { pc: { region: westeurope, address-block: 10.10.0.0/22,"
		       " segments: { web: 10.20.1.0/24 } } }\n"
		       "global-reach: { gr: [er, pc] }\n");

	(void)state;
	assert_address(&w, "dc1.ce", "er.primary", "172.16.0.1");
	assert_address(&w, "er.primary", "dc1.ce", "172.16.0.2");
	assert_address(&w, "er.secondary", "dc1.ce", "172.16.0.6");
	assert_address(&w, "er.primary", "hub.er-gateway", "10.1.255.236");
	assert_address(&w, "er.secondary", "hub.fabric", "10.1.255.237");
	assert_address(&w, "er.primary", "spoke.fabric", "10.1.255.236");
	assert_address(&w, "hub.er-gateway", "er.primary", "10.1.255.228");
	assert_address(&w, "hub.fabric", "hub.er-gateway", "10.1.255.225");
	assert_address(&w, "pc.t0", "pc.primary", "10.10.0.225");
	assert_address(&w, "pc.secondary", "pc.t0", "10.10.0.230");
	assert_address(&w, "er.primary", "pc.primary", "10.10.0.129");
	assert_address(&w, "pc.secondary", "er.secondary", "10.10.0.134");
	/* None of them is announced. */
	for (each(const struct origination, g, &w.f->originations)) {
		struct addr a = address(&w, "pc.t0", "pc.primary");
		bool hidden = !prefix_has(&g->prefix, &a);

		assert_true(hidden);
	}
}

/* Two circuits' routers in one GatewaySubnet. 10.1.x.y: an address in it; "pool": it was full. */
static void assert_msees(const char *subnet, const char *const want[4])
{
	static const char *const msees[] = { "er1.primary", "er1.secondary", "er2.primary",
					     "er2.secondary" };
	own_text yaml = { 0 };

	text_printf(&yaml,
		    "netemu: 1\nname: t\nhops: azure\nvirtual-networks:\n"
		    "  hub: { region: westeurope, address-space: 10.1.0.0/16,\n"
		    "         gateways: { subnet: %s, expressroute: {} } }\n"
		    "sites: { dc1: { asn: 64512, networks: { lan: 192.168.1.0/24 } } }\n"
		    "circuits:\n"
		    "  er1: { site: dc1, region: westeurope, peering-location: A }\n"
		    "  er2: { site: dc1, region: westeurope, peering-location: A }\n"
		    "gateway-connections:\n"
		    "  c1: { gateway: hub, circuit: er1 }\n"
		    "  c2: { gateway: hub, circuit: er2 }\n",
		    subnet);
	own_world w = world_open(text_str(&yaml));
	struct prefix space = prefix_lit("10.1.0.0/16");

	for (size_t i = 0; i < countof(msees); i++) {
		struct addr a = address(&w, msees[i], "hub.er-gateway");

		assert_string_equal(prefix_has(&space, &a) ? ADDR_STR(&a) : "pool", want[i]);
	}
}

/* The last address of a subnet is its broadcast address: no node has it. */
static void a_full_gateway_subnet_gives_no_more_addresses(void **state)
{
	(void)state;
	assert_msees("10.1.0.0/27",
		     (const char *const[]){ "10.1.0.12", "10.1.0.13", "10.1.0.14", "10.1.0.15" });
	assert_msees("10.1.0.0/28",
		     (const char *const[]){ "10.1.0.6", "10.1.0.7", "10.1.0.8", "10.1.0.9" });
	assert_msees("10.1.0.8/29", (const char *const[]){ "10.1.0.14", "pool", "pool", "pool" });
}

/* ---- tables ---- */

static void a_user_route_makes_the_gateways_invalid(void **state)
{
	own_world w = world_open(
		"netemu: 1\nname: t\n"
		"route-tables: { rt: { 192.168.1.0/24: { virtual-appliance: 10.1.2.4 } } }\n"
		"virtual-networks:\n"
		"  hub: { region: westeurope, address-space: 10.1.0.0/16, "
		"gateways: { expressroute: {} }, subnets: { vm: { prefix: 10.1.1.0/24, "
		"route-table: rt }, quiet: { prefix: 10.1.3.0/24, gateway-routes: false }, "
		"nva: { prefix: 10.1.2.0/24, vms: { fw: { address: 10.1.2.4, "
		"ip-forwarding: true } } } } }\n"
		"sites: { dc1: { asn: 64512, networks: { lan: 192.168.1.0/24, "
		"in: 10.1.7.0/24 } } }\n"
		"circuits: { er: { site: dc1, region: westeurope, peering-location: A } }\n"
		"gateway-connections: { c: { gateway: hub, circuit: er } }\n");
	static const char *const vms[] = { "hub.vm", "hub.quiet" };
	own_text t = { 0 };

	(void)state;
	for (size_t i = 0; i < countof(vms); i++) {
		effective_list list = { 0 };

		cloud_table_effective(w.r, cloud_table_network(w.f, world_node(&w, vms[i])), &list);
		for (each(const struct effective_route, e, &list))
			if (e->prefix.a.b[0] == 192 || e->prefix.a.b[2] == 7)
				text_printf(&t, "%s: %s %s %s %s\n", vms[i], e->source,
					    e->active ? "Active" : "Invalid",
					    PREFIX_STR(&e->prefix), e->hop_type);
		effective_release(&list);
	}
	/* Nor does a gateway's route beat the network's own, however long it is. */
	assert_string_equal(text_str(&t), "hub.vm: Default Active 192.168.0.0/16 None\n"
					  "hub.vm: VirtualNetworkGateway Invalid 10.1.7.0/24 "
					  "VirtualNetworkGateway\n"
					  "hub.vm: VirtualNetworkGateway Invalid 192.168.1.0/24 "
					  "VirtualNetworkGateway\n"
					  "hub.vm: User Active 192.168.1.0/24 VirtualAppliance\n"
					  "hub.quiet: Default Active 192.168.0.0/16 None\n");
}

/* It stays Connected, and its route in the tables; only nothing passes. */
static void a_peering_without_access_is_listed_as_one(void **state)
{
	own_world w = world_open(
		"netemu: 1\nname: t\nroute-tables: { rt: { 10.9.0.0/16: none } }\n"
		"virtual-networks:\n"
		"  hub: { region: westeurope, address-space: 10.1.0.0/16, subnets: { vm: "
		"10.1.1.0/24, own: { prefix: 10.1.2.0/24, route-table: rt } } }\n"
		"  near: { region: westeurope, address-space: 10.2.0.0/16 }\n"
		"  far: { region: northeurope, address-space: 10.3.0.0/16 }\n"
		"peerings:\n"
		"  p: { hub: {}, near: { allow-virtual-network-access: false } }\n"
		"  q: { hub: { allow-virtual-network-access: false }, far: {} }\n");
	static const char *const vms[] = { "hub.vm", "hub.own" };

	(void)state;
	for (size_t i = 0; i < countof(vms); i++) {
		effective_list list = { 0 };
		own_text t = { 0 };

		cloud_table_effective(w.r, cloud_table_network(w.f, world_node(&w, vms[i])), &list);
		for (each(const struct effective_route, e, &list))
			if (e->prefix.len == 16 && e->active && e->prefix.a.b[1] < 9)
				text_printf(&t, "%s %s\n", PREFIX_STR(&e->prefix), e->hop_type);
		effective_release(&list);
		assert_string_equal(text_str(&t), "10.1.0.0/16 VnetLocal\n10.2.0.0/16 VNetPeering\n"
						  "10.3.0.0/16 VNetGlobalPeering\n");
	}
}

/* Then its instance and the network's have a route to each other for the same prefix. */
static void a_subnet_may_be_the_whole_address_space(void **state)
{
	static const struct {
		const char *network, *want;
	} whole[] = {
		{ "address-space: 10.2.0.0/24, subnets: { main: { prefix: 10.2.0.0/24,"
		  " route-table: rt } }",
		  "Active 10.2.0.0/24 VnetLocal\nActive 10.9.0.0/16 None\n" },
		{ "address-space: 10.2.0.0/24, subnets: { main: { prefix: 10.2.0.0/24,"
		  " gateway-routes: false } }",
		  "Active 10.2.0.0/24 VnetLocal\n" },
		{ "address-space: [10.2.0.0/24, 10.3.0.0/24], subnets: { main: { prefix:"
		  " 10.2.0.0/24, route-table: rt }, more: { prefix: 10.3.0.0/24,"
		  " gateway-routes: false } }",
		  "Active 10.2.0.0/24 VnetLocal\nActive 10.3.0.0/24 VnetLocal\nActive 10.9.0.0/16 None\n" },
		{ "address-space: [10.2.0.0/24, 2001:db8::/64], subnets: { main: { prefix:"
		  " [10.2.0.0/24, 2001:db8::/64], gateway-routes: false } }",
		  "Active 10.2.0.0/24 VnetLocal\nActive 2001:db8::/64 VnetLocal\n" },
	};

	(void)state;
	for (size_t i = 0; i < countof(whole); i++) {
		own_text yaml = { 0 }, t = { 0 };
		effective_list list = { 0 };
		own_world w = { 0 };

		text_printf(&yaml,
			    "netemu: 1\nname: t\nroute-tables: { rt: { 10.9.0.0/16: none } }\n"
			    "virtual-networks: { v: { region: westeurope, %s } }\n",
			    whole[i].network);
		w = world_open(text_str(&yaml));
		cloud_table_effective(w.r, cloud_table_network(w.f, world_node(&w, "v.main")),
				      &list);
		for (each(const struct effective_route, e, &list))
			if (e->prefix.len > 16 || e->source[0] == 'U')
				text_printf(&t, "%s %s %s\n", e->active ? "Active" : "Invalid",
					    PREFIX_STR(&e->prefix), e->hop_type);
		effective_release(&list);
		assert_string_equal(text_str(&t), whole[i].want);
	}
}

static void weights_and_paths_stand_in_a_gateways_table(void **state)
{
	own_world w = world_open("netemu: 1\nname: t\nvirtual-networks:\n"
				 "  hub: { region: westeurope, address-space: 10.1.0.0/16,"
				 " gateways: { expressroute: {} } }\n"
				 "sites: { dc1: { asn: 64512, "
				 "networks: { lan: 192.168.1.0/24 } } }\n"
				 "circuits: { er: { site: dc1, region: westeurope, "
				 "peering-location: A } }\n"
				 "gateway-connections: { c: { gateway: hub, circuit: er, "
				 "weight: 100 } }\n");
	listed_list list = { 0 };
	own_text t = { 0 };

	(void)state;
	cloud_table_learned(w.r, world_node(&w, "hub.er-gateway"), &list);
	for (each(const struct listed_route, l, &list))
		text_printf(&t, "%s %s %u %u\n", PREFIX_STR(&l->prefix), l->origin, l->path->n,
			    l->weight);
	vec_free(&list);
	assert_string_equal(text_str(&t), "10.1.0.0/16 Network 0 32768\n"
					  "192.168.1.0/24 EBgp 2 32869\n"
					  "192.168.1.0/24 EBgp 2 32869\n");
}

static void a_circuit_lists_its_siblings_link_only_when_the_ce_announces_it(void **state)
{
	static const char *const said[] = { "", "advertise: [172.16.0.0/30, 172.16.0.4/30]," };
	static const char *const want[] = { "10.1.0.0/16 65515; 192.168.1.0/24 64512; ",
					    "10.1.0.0/16 65515; 172.16.0.4/30 64512; "
					    "192.168.1.0/24 64512; " };

	(void)state;
	for (size_t i = 0; i < countof(said); i++) {
		listed_list list = { 0 };
		own_text t = { 0 };
		char yaml[1024];

		snprintf(yaml, sizeof(yaml),
			 "netemu: 1\nname: t\nvirtual-networks:\n"
			 "  hub: { region: westeurope, address-space: 10.1.0.0/16,"
			 " gateways: { expressroute: {} } }\n"
			 "sites: { dc1: { asn: 64512, %s networks: { lan: 192.168.1.0/24 } } }\n"
			 "circuits: { er: { site: dc1, region: westeurope, peering-location: A,"
			 " links: [172.16.0.0/30, 172.16.0.4/30] } }\n"
			 "gateway-connections: { c: { gateway: hub, circuit: er } }\n",
			 said[i]);
		own_world w = world_open(yaml);

		cloud_table_circuit(w.r, world_node(&w, "er.primary"), &list);
		for (each(const struct listed_route, l, &list))
			text_printf(&t, "%s %u; ", PREFIX_STR(&l->prefix), l->path->asn[0]);
		vec_free(&list);
		assert_string_equal(text_str(&t), want[i]);
	}
}

static void the_path_out_takes_1500_bytes_and_the_path_in_1400(void **state)
{
	own_world w = world_open(HUB("azure"));
	struct verdict v;

	(void)state;
	routes_predict(w.r, world_node(&w, "hub.vm"), world_node(&w, "dc1.lan"), &v);
	assert_int_equal(v.forward.mtu, 1500);
	assert_int_equal(v.back.mtu, 1400);
	verdict_release(&v);
}

static void a_peering_of_two_regions_takes_no_ttl_either(void **state)
{
	(void)state;
	assert_shown("netemu: 1\nname: t\nhops: azure\nvirtual-networks:\n"
		     "  a: { region: westeurope, address-space: 10.1.0.0/16, "
		     "subnets: { vm: 10.1.1.0/24 } }\n"
		     "  b: { region: eastus, address-space: 10.2.0.0/16, "
		     "subnets: { vm: 10.2.1.0/24 } }\n"
		     "peerings: { p: [a, b] }\n",
		     "a.vm", "b.vm", "b.vm 10.2.1.4; 64");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_router_answers_unless_the_file_says_azure),
		cmocka_unit_test(where_a_packet_is_lost_the_trace_ends),
		cmocka_unit_test(who_drops_in_silence_answers_nobody),
		cmocka_unit_test(routers_beyond_a_nat_answer_a_network_with_a_default_route),
		cmocka_unit_test(a_fabric_raises_the_ttl_and_forgets_strangers),
		cmocka_unit_test(who_is_a_stranger_is_not_planned_before_the_routes),
		cmocka_unit_test(a_gateway_subnet_is_the_last_free_27),
		cmocka_unit_test(a_gateway_subnet_of_the_file_is_checked),
		cmocka_unit_test(without_room_for_a_gateway_subnet_one_is_warned),
		cmocka_unit_test(a_large_space_that_is_full_is_soon_found_to_be),
		cmocka_unit_test(links_have_addresses_of_the_real_kind),
		cmocka_unit_test(a_full_gateway_subnet_gives_no_more_addresses),
		cmocka_unit_test(a_user_route_makes_the_gateways_invalid),
		cmocka_unit_test(a_peering_without_access_is_listed_as_one),
		cmocka_unit_test(a_subnet_may_be_the_whole_address_space),
		cmocka_unit_test(weights_and_paths_stand_in_a_gateways_table),
		cmocka_unit_test(a_circuit_lists_its_siblings_link_only_when_the_ce_announces_it),
		cmocka_unit_test(the_path_out_takes_1500_bytes_and_the_path_in_1400),
		cmocka_unit_test(a_peering_of_two_regions_takes_no_ttl_either),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
