/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The internet: reachability through NATs, replies, and the kernel's rules. */
#include "world.h"

#include <libmnl/libmnl.h>

#include "kernel/part.h"
#include "kernel/ruleset.h"

/* A network with a public and a private machine, and a site with its own NAT to the internet. */
#define CLOUDS(hub, site)                                                                          \
	"netemu: 1\nname: t\n"                                                                     \
	"internet: { hosts: { probe: 198.51.100.10/24, other: 198.51.100.11/24 } }\n"              \
	"virtual-networks:\n"                                                                      \
	"  hub: { region: westeurope, address-space: 10.1.0.0/16,\n"                               \
	"    gateways: { expressroute: {} }, subnets: { app: { prefix: 10.1.1.0/24,\n"             \
	"    vms: [vm, back], public-ips: { vm: 203.0.113.10 } } }" hub " }\n"                     \
	"sites:\n"                                                                                 \
	"  dc1: { asn: 64512, networks: { lan: 192.168.10.0/24 }" site " }\n"                      \
	"circuits: { er-dc1: { site: dc1, region: westeurope, peering-location: Amsterdam } }\n"   \
	"gateway-connections: { hub-dc1: { gateway: hub, circuit: er-dc1 } }\n"

static struct verdict predict(const struct world *w, const char *from, const char *to)
{
	struct verdict v;

	routes_predict(w->r, world_node(w, from), world_node(w, to), &v);
	return v;
}

static void outbound_traffic_bears_the_networks_address(void **state)
{
	own_world w = world_open(CLOUDS(", nat-address: 203.0.113.1", ""));
	struct verdict v = predict(&w, "hub.back", "internet.probe");

	(void)state;
	assert_path(&w, "hub.back", "internet.probe",
		    "hub.back > hub.fabric > hub.nat > internet > internet.probe = 4ms");
	assert_true(v.symmetric);
	assert_int_equal(v.forward.nats.n, 1);
	assert_string_equal(ADDR_STR(&v.forward.sent.src), "10.1.1.5");
	assert_string_equal(ADDR_STR(&v.forward.arrived.src), "203.0.113.1");
	assert_string_equal(ADDR_STR(&v.back.sent.dst), "203.0.113.1");
	assert_string_equal(ADDR_STR(&v.back.arrived.dst), "10.1.1.5");
	assert_string_equal(ADDR_STR(&v.back.arrived.src), "198.51.100.10");
	verdict_release(&v);
}

static void a_public_address_is_translated_one_to_one_both_ways(void **state)
{
	own_world w = world_open(CLOUDS("", ""));
	struct verdict in = predict(&w, "internet.probe", "hub.vm");
	struct verdict out = predict(&w, "hub.vm", "internet.probe");

	(void)state;
	assert_true(in.reachable && out.reachable);
	assert_string_equal(ADDR_STR(&in.forward.sent.dst), "203.0.113.10");
	assert_string_equal(ADDR_STR(&in.forward.arrived.dst), "10.1.1.4");
	assert_string_equal(ADDR_STR(&in.back.arrived.src), "203.0.113.10");
	assert_string_equal(ADDR_STR(&out.forward.arrived.src), "203.0.113.10");
	assert_path(&w, "internet.probe", "hub.back",
		    "internet.probe > internet ! internet drops it: the internet carries no "
		    "private addresses: only a public one ('public-ips') can be reached from it");
	/* Inside, no node uses the public address. */
	assert_string_equal(ADDR_STR(routes_target(w.r, world_node(&w, "dc1.lan"),
						   world_node(&w, "hub.vm"), 0)),
			    "10.1.1.4");
	verdict_release(&in);
	verdict_release(&out);
}

static void a_default_route_by_bgp_replaces_the_systems(void **state)
{
	own_world w = world_open(CLOUDS("", ", internet: true, advertise: [0.0.0.0/0]"));

	(void)state;
	assert_path(&w, "hub.back", "internet.probe",
		    "hub.back > hub.fabric > er-dc1.primary > dc1.ce > dc1.nat > internet > "
		    "internet.probe = 6ms");
	assert_path(&w, "internet.probe", "hub.vm",
		    "internet.probe > internet > hub.nat > hub.fabric > hub.vm ! no way "
		    "back: dc1.nat drops it: it knows of no question that this answers, "
		    "for that came by hub.nat, and the answer must go back by it");
}

static void the_systems_default_route_comes_back(void **state)
{
	own_world w = world_open(
		CLOUDS("", ", internet: true, advertise: [0.0.0.0/0]") "failed: [er-dc1]\n");

	(void)state;
	assert_path(&w, "hub.back", "internet.probe",
		    "hub.back > hub.fabric > hub.nat > internet > internet.probe = 4ms");
	assert_path(&w, "internet.probe", "hub.vm",
		    "internet.probe > internet > hub.nat > hub.fabric > hub.vm = 4ms");
}

static void a_default_route_without_a_way_out_is_a_dead_end(void **state)
{
	own_world w = world_open(CLOUDS("", ", advertise: [0.0.0.0/0]"));
	struct verdict v = predict(&w, "hub.back", "internet.probe");

	(void)state;
	assert_false(v.reachable);
	assert_int_equal(v.forward.fate, FATE_BLACKHOLE);
	verdict_release(&v);
}

static void a_nat_lets_no_private_address_out(void **state)
{
	own_world w = world_open(
		"netemu: 1\nname: t\ninternet: { hosts: { probe: 198.51.100.10/24 } }\n"
		"sites:\n"
		"  dc1: { asn: 64512, networks: { lan: 192.168.10.0/24 }, internet: true }\n"
		"  dc2: { asn: 64514, networks: { lan2: 192.168.20.0/24 }, internet: true }\n");
	struct verdict v = predict(&w, "dc1.lan", "dc2.lan2");

	(void)state;
	assert_false(v.reachable);
	assert_int_equal(v.forward.fate, FATE_NO_FLOW);
	assert_non_null(strstr(v.reason, "dc1.ce has no route to 192.168.20.10 but a default one, "
					 "and dc1.nat does not let private addresses out"));
	verdict_release(&v);
}

static void each_nat_has_an_address_of_its_own(void **state)
{
	own_world w = world_open(CLOUDS("", ", internet: true, nat-address: 192.0.2.1"));

	(void)state;
	assert_int_equal(w.f->nats.n, 3);
	for (size_t i = 0; i < w.f->nats.n; i++)
		for (size_t k = 0; k < i; k++)
			assert_false(addr_eq(&w.f->nats.v[i].outside, &w.f->nats.v[k].outside));
	/* The pool avoids addresses that the file uses. */
	assert_string_equal(ADDR_STR(&w.f->nats.v[0].outside), "192.0.2.2");
}

static void what_is_no_public_address_is_refused(void **state)
{
	static const struct {
		const char *yaml, *want;
	} bad[] = {
		{ "netemu: 1\nname: t\nsites: { dc1: { asn: 64512, "
		  "networks: { lan: 192.168.10.0/24 }, internet: true } }\n",
		  "[no-internet]" },
		{ CLOUDS(", nat-address: 10.9.9.9", ""), "10.9.9.9 of 'hub' is not a public "
							 "address" },
		{ CLOUDS(", nat-address: 203.0.113.10", ""),
		  "203.0.113.10 of 'hub' is already the public address of 'hub.vm'" },
		{ CLOUDS(", nat-address: 198.51.100.77", ""),
		  "198.51.100.77 of 'hub' is in the network of 'internet.probe'" },
		{ "netemu: 1\nname: t\ninternet: { hosts: { probe: 10.0.0.1/24 } }\n",
		  "10.0.0.1 of 'internet.probe' is not a public IPv4 address" },
		{ "netemu: 1\nname: t\ninternet: {}\nhosts: { internet: 10.0.0.1/24 }\n",
		  "'internet' is the name of the internet" },
	};

	(void)state;
	for (size_t i = 0; i < countof(bad); i++) {
		own_world w = world_try(bad[i].yaml);
		own_text t = { 0 };

		world_findings(&w, &t);
		if (w.m || !strstr(text_str(&t), bad[i].want))
			fail_msg("wanted '%s', got:\n%s", bad[i].want, text_str(&t));
	}
}

/* ---- the plan, and its rules ---- */

static void assert_rules(const struct plan *p, const char *netns, const char *want)
{
	own_text t = { 0 };
	struct ruleset s;

	for (uint32_t i = 0; i < p->netns.n; i++) {
		if (strcmp(p->netns.v[i].name, netns) != 0)
			continue;
		ruleset_make(p, i, &s);
		for (each(const struct rule, r, &s.rules))
			text_printf(&t, "%s\n", r->text);
		ruleset_release(&s);
	}
	assert_string_equal(text_str(&t), want);
}

static void a_nats_namespace_gets_its_rules_in_order(void **state)
{
	own_world w = world_open(CLOUDS(", nat-address: 203.0.113.1", ""));
	const struct plan *p = world_plan(&w, VRF_NAMESPACE, DELAY_RELAY);

	(void)state;
	assert_rules(p, "hub.nat",
		     "in by internet to 203.0.113.10/32 destination becomes 10.1.1.4\n"
		     "out by internet from 10.1.1.4/32 source becomes 203.0.113.10\n"
		     "out by internet source becomes 203.0.113.1\n"
		     "in by internet out by internet drop\n"
		     "of no known flow drop\n"
		     "in by internet pass\n"
		     "out by internet pass\n"
		     "drop\n");
	assert_rules(p, "hub.vm", "");
	assert_non_null(strstr(p->hosts, "203.0.113.10\thub.vm.public\n"));
	assert_null(strstr(p->hosts, "hub.back.public"));
}

static void a_filter_passes_its_prefixes_and_drops_the_rest(void **state)
{
	struct prefix from[] = { prefix_lit("10.1.0.0/16"), prefix_lit("100.64.0.0/31"),
				 prefix_lit("fd00::/64") };
	struct plan_netns netns = { "spoke.fabric", { 0 } };
	struct plan_dev dev = { .name = "hub", .ifindex = 7 };
	struct plan_filter filter = { .dev = 0, .from = from, .nfrom = 3 };
	struct plan p = { .netns = { .v = &netns, .n = 1 },
			  .devs = { .v = &dev, .n = 1 },
			  .filters = { .v = &filter, .n = 1 } };

	(void)state;
	assert_rules(&p, "spoke.fabric",
		     "in by hub from 10.1.0.0/16 pass\n"
		     "in by hub from 100.64.0.0/31 pass\n"
		     "in by hub drop\n"
		     "in by hub from fd00::/64 pass\n"
		     "in by hub from fe80::/10 pass\n"
		     "in by hub IPv6 drop\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outbound_traffic_bears_the_networks_address),
		cmocka_unit_test(a_public_address_is_translated_one_to_one_both_ways),
		cmocka_unit_test(a_default_route_by_bgp_replaces_the_systems),
		cmocka_unit_test(the_systems_default_route_comes_back),
		cmocka_unit_test(a_default_route_without_a_way_out_is_a_dead_end),
		cmocka_unit_test(a_nat_lets_no_private_address_out),
		cmocka_unit_test(each_nat_has_an_address_of_its_own),
		cmocka_unit_test(what_is_no_public_address_is_refused),
		cmocka_unit_test(a_nats_namespace_gets_its_rules_in_order),
		cmocka_unit_test(a_filter_passes_its_prefixes_and_drops_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
