/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a topology the model holds, whole and damaged. */
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/mem.h"
#include "sayings.h"
#include "world/read.h"

/* ---- what the model holds -------------------------------------------------------------------- */

static struct model *read_well(const char *file, const char *yaml, struct diag *dg)
{
	struct model *m = topology_parse(file, yaml, strlen(yaml), dg);
	own_text said = { 0 };

	sayings_render(dg, &said);
	assert_string_equal(text_str(&said), "");
	assert_non_null(m);
	return m;
}

static void a_lab_without_a_name_is_called_after_its_file(void **state)
{
	static const struct {
		const char *file, *yaml, *want;
	} labs[] = {
		{ "labs/two-clouds.yaml", V, "two-clouds" },
		{ "Two Clouds.YAML", V, "two-clouds" },
		{ "a.b.yaml", V, "a-b" },
		{ "-x.yaml", V, "x" },
		{ "...", V, "lab" },
		{ "<stdin>", V, "stdin" },
		{ "new (2).yaml", V, "new--2" },
		{ ".yaml", V, "yaml" },
		{ "x.yaml", V "name: mine\n", "mine" },
	};

	(void)state;
	for (size_t i = 0; i < countof(labs); i++) {
		struct diag *dg = diag_new();
		struct model *m = read_well(labs[i].file, labs[i].yaml, dg);

		assert_string_equal(m->name, labs[i].want);
		model_free(m);
		diag_free(dg);
	}
}

static const char whole[] = V
	"name: whole\n"
	"summary: everything once\n"
	"expect:\n"
	"  - { from: pc-a.web, to: dc1.lan, rtt: 1ms..4ms }\n"
	"  - { from: pc-a.web, to: x, reachable: false, because: \"\\u0073o: \\\"there\\\"\" }\n"
	"links:\n"
	"  l: { back: { delay: 5ms, loss: 1% }, between: [r, dc1.ce], delay: 3ms, jitter: 200us,\n"
	"       rate: 100Mbit, duplicate: 0.5%, reorder: 2%, mtu: 1400, bgp: true,\n"
	"       prefix: [10.9.0.0/30, \"2001:db8:9::/126\"] }\n"
	"  k: { between: [h, r], delay: 1ms }\n"
	"hosts:\n"
	"  h: { address: [10.50.0.10/24, \"2001:db8::10/64\"], gateway: [\"2001:db8::1\", "
	"10.50.0.1] }\n"
	"  i: 10.51.0.10/24\n"
	"routers:\n"
	"  r: { asn: 64514, announce: [10.50.0.0/16], transit: true,\n"
	"       routes: { 0.0.0.0/0: 10.9.0.2, 10.7.0.0/16: dc1.ce } }\n"
	"  s:\n"
	"latency: { within-region: 2ms, West Europe..North Europe: 20ms }\n"
	"peerings:\n"
	"  p: { hub: { allow-gateway-transit: true, allow-forwarded-traffic: true },\n"
	"       spoke: { use-remote-gateways: true, allow-virtual-network-access: false }, "
	"rtt: 3ms }\n"
	"  q: { hub: {}, late: none }\n"
	"gateway-connections:\n"
	"  hub-a: { gateway: hub, circuit: pc-a, authorization: key-a, weight: 100, rtt: 7ms }\n"
	"  hub-dc1: { gateway: hub, circuit: er-dc1 }\n"
	"global-reach:\n"
	"  g: { circuits: [er-dc1, pc-a], authorization: key-dc1, prefix: 172.31.0.0/29 }\n"
	"  h-a-b: [pc-a, pc-b]\n"
	"interconnects:\n"
	"  a-b: [pc-a, pc-b]\n"
	"circuits:\n"
	"  er-dc1: { site: dc1, region: West Europe, peering-location: Amsterdam, "
	"bandwidth: 1Gbps,\n"
	"            sku: premium, rtt: 4ms, links: 172.16.0.0/29,\n"
	"            as-path-prepend: { secondary: 2 }, authorizations: [key-dc1, other] }\n"
	"  er-r: { router: r }\n"
	"sites:\n"
	"  dc1: { asn: 64512, networks: { lan: 192.168.10.0/24, dmz: { prefix: 192.168.11.0/24,\n"
	"         hosts: { www: 192.168.11.80, db: } } }, advertise: [0.0.0.0/0],\n"
	"         accept: { except: 0.0.0.0/0 }, preference: { er-dc1: 200 }, transit: true,\n"
	"         core-router: true }\n"
	"virtual-networks:\n"
	"  hub: { region: west Europe, address-space: [10.1.0.0/16, \"2001:db8:1::/48\"],\n"
	"         subnets: { app: [10.1.1.0/24, \"2001:db8:1:1::/64\"], "
	"nva: { prefix: 10.1.2.0/24,\n"
	"                    vms: { fw: { address: 10.1.2.4 } } } },\n"
	"         gateways: { expressroute: { sku: ergw3az, fastpath: true } } }\n"
	"  spoke: { region: westeurope, address-space: 10.2.0.0/16 }\n"
	"  late: { region: westeurope, address-space: 10.3.0.0/16 }\n"
	"private-clouds:\n"
	"  pc-a: { region: westeurope, address-block: 10.10.0.0/22, asn: 398657, sku: premium,\n"
	"          authorizations: [key-a], internet: none, generation: 1,\n"
	"          segments: { web: 10.10.64.0/24, db: { prefix: 10.10.65.0/24, "
	"vms: [db1, db2] },\n"
	"                      cut: { prefix: 10.10.66.0/24, vms: [], routed: false } } }\n"
	"  pc-b: { region: westeurope, address-block: 10.20.0.0/22 }\n"
	"hops: azure\n"
	"timers: azure\n"
	"speed: 10x\n"
	"failed: [er-dc1.secondary]\n"
	"impaired: { er-dc1.primary: { delay: 5ms, jitter: 1ms }, a-b: { loss: 0.5% } }\n"
	"scenarios:\n"
	"  story:\n"
	"    - say: a word before\n"
	"    - expect: { from: h, to: i, path: [r, ..., [s, hub]], not-via: pc-a, hops: 2..4,\n"
	"                mtu: 1400, symmetric: false, loss: 0%, jitter: ..2ms, "
	"bandwidth: 1Mbit.. }\n"
	"    - connect:\n"
	"        interconnects: # one\n"
	"          b-c: [pc-b, pc-c]\n"
	"    - impair: { a-b: { loss: 1% }, k: {} }\n"
	"    - fail: [hub, dc1.ce]\n"
	"    - expect: [{ at: r, route: 10.0.0.0/8, via: s, as-path: 1 2 3, within: 1s }]\n"
	"    - wait: 2s\n"
	"    - restore: hub\n"
	"    - disconnect: b-c\n";

static void assert_prefix(const struct prefix *p, const char *want)
{
	assert_string_equal(PREFIX_STR(p), want);
}

static void clouds_and_networks_are_as_the_file_says(void **state)
{
	struct diag *dg = diag_new();
	struct model *m = read_well("t.yaml", whole, dg);
	const struct private_cloud *a = m->private_clouds.v[0], *b = m->private_clouds.v[1];
	const struct virtual_network *hub = m->virtual_networks.v[0];

	(void)state;
	assert_string_equal(m->summary, "everything once");
	assert_int_equal(a->asn, 398657);
	assert_int_equal(b->asn, 398656);
	assert_int_equal(b->generation, 1);
	assert_prefix(&a->block.prefix, "10.10.0.0/22");
	assert_int_equal(a->o.pos.line, 50);
	assert_int_equal(a->o.kind, OBJECT_PRIVATE_CLOUD);
	/* The managed circuit. */
	assert_ptr_equal(a->circuit.cloud, a);
	assert_string_equal(a->circuit.o.name, "pc-a");
	assert_int_equal(a->circuit.o.kind, OBJECT_PRIVATE_CLOUD);
	assert_string_equal(a->circuit.region, "westeurope");
	assert_int_equal(a->circuit.sku, CIRCUIT_PREMIUM);
	assert_int_equal(b->circuit.sku, CIRCUIT_STANDARD);
	assert_int_equal(a->circuit.rtt_ns, 500000);
	assert_string_equal(a->circuit.authorizations.v[0].key, "key-a");
	/* Segments: with a VM of their name, with others, with none. */
	assert_int_equal(a->segments.n, 3);
	assert_int_equal(a->segments.v[0].vms.n, 1);
	assert_string_equal(a->segments.v[0].vms.v[0].name, "web");
	assert_true(a->segments.v[0].routed);
	assert_int_equal(a->segments.v[1].vms.n, 2);
	assert_string_equal(a->segments.v[1].vms.v[1].name, "db2");
	assert_int_equal(a->segments.v[2].vms.n, 0);
	assert_false(a->segments.v[2].routed);

	assert_string_equal(hub->region, "westeurope");
	assert_int_equal(hub->address_space.n, 2);
	assert_int_equal(hub->subnets.v[0].prefixes.n, 2);
	assert_prefix(&hub->subnets.v[0].prefixes.v[1].prefix, "2001:db8:1:1::/64");
	assert_string_equal(ADDR_STR(&hub->subnets.v[1].vms.v[0].address), "10.1.2.4");
	assert_true(hub->er_gateway.pos.line > 0);
	assert_string_equal(hub->er_gateway.sku, "ErGw3Az");
	assert_true(hub->er_gateway.fastpath);
	assert_false(hub->er_gateway.allow_remote_virtual_networks);
	assert_int_equal(m->virtual_networks.v[1]->er_gateway.pos.line, 0);
	model_free(m);
	diag_free(dg);
}

static void sites_and_circuits_are_as_the_file_says(void **state)
{
	struct diag *dg = diag_new();
	struct model *m = read_well("t.yaml", whole, dg);
	const struct site *dc1 = m->sites.v[0];
	const struct circuit *er = m->circuits.v[0], *er_r = m->circuits.v[1];

	(void)state;
	assert_int_equal(dc1->asn, 64512);
	assert_int_equal(dc1->networks.v[1].vms.n, 2);
	assert_string_equal(ADDR_STR(&dc1->networks.v[1].vms.v[0].address), "192.168.11.80");
	assert_int_equal(dc1->networks.v[1].vms.v[1].address.family, 0);
	assert_prefix(&dc1->advertise.v[0].prefix, "0.0.0.0/0");
	assert_prefix(&dc1->accept_except.v[0].prefix, "0.0.0.0/0");
	assert_ptr_equal(dc1->preferences.v[0].circuit, er);
	assert_int_equal(dc1->preferences.v[0].value, 200);
	assert_true(dc1->transit);
	assert_true(dc1->core_router);

	assert_ptr_equal(er->site, dc1);
	assert_null(er->router);
	assert_string_equal(er->peering_location, "Amsterdam");
	assert_int_equal(er->bandwidth_bps, 1000000000);
	assert_int_equal(er->sku, CIRCUIT_PREMIUM);
	assert_int_equal(er->rtt_ns, 4000000);
	assert_prefix(&er->link[0].prefix, "172.16.0.0/30");
	assert_prefix(&er->link[1].prefix, "172.16.0.4/30");
	assert_int_equal(er->prepend[0], 0);
	assert_int_equal(er->prepend[1], 2);
	assert_int_equal(er->authorizations.n, 2);

	assert_ptr_equal(er_r->router, m->routers.v[0]);
	assert_null(er_r->region);
	assert_null(er_r->peering_location);
	assert_int_equal(er_r->rtt_ns, 500000);
	assert_int_equal(er_r->bandwidth_bps, 0);
	assert_int_equal(er_r->link[0].prefix.a.family, 0);
	model_free(m);
	diag_free(dg);
}

static void joins_are_as_the_file_says(void **state)
{
	struct diag *dg = diag_new();
	struct model *m = read_well("t.yaml", whole, dg);
	const struct circuit_join *g = m->global_reach.v[0];
	const struct gateway_connection *gc = m->gateway_connections.v[0];
	const struct peering_half *p = m->peerings.v[0]->half, *q = m->peerings.v[1]->half;

	(void)state;
	assert_ptr_equal(g->end[0], m->circuits.v[0]);
	assert_ptr_equal(g->end[1], &m->private_clouds.v[0]->circuit);
	assert_string_equal(g->authorization.name, "key-dc1");
	assert_prefix(&g->prefix.prefix, "172.31.0.0/29");
	assert_int_equal(g->rtt_ns, 0);
	assert_ptr_equal(m->interconnects.v[0]->end[1], &m->private_clouds.v[1]->circuit);
	assert_null(m->interconnects.v[0]->authorization.name);

	assert_ptr_equal(gc->network, m->virtual_networks.v[0]);
	assert_ptr_equal(gc->circuit, &m->private_clouds.v[0]->circuit);
	assert_string_equal(gc->authorization.name, "key-a");
	assert_int_equal(gc->weight, 100);
	assert_int_equal(gc->rtt_ns, 7000000);
	assert_null(m->gateway_connections.v[1]->authorization.name);

	assert_ptr_equal(p[0].network, m->virtual_networks.v[0]);
	assert_true(p[0].exists && p[0].allow_virtual_network_access);
	assert_true(p[0].allow_gateway_transit && p[0].allow_forwarded_traffic);
	assert_false(p[0].use_remote_gateways);
	assert_true(p[1].use_remote_gateways);
	assert_false(p[1].allow_virtual_network_access || p[1].allow_forwarded_traffic);
	assert_int_equal(m->peerings.v[0]->rtt_ns, 3000000);
	assert_true(q[0].exists);
	assert_false(q[1].exists);
	assert_ptr_equal(q[1].network, m->virtual_networks.v[2]);
	model_free(m);
	diag_free(dg);
}

static void plain_parts_are_as_the_file_says(void **state)
{
	struct diag *dg = diag_new();
	struct model *m = read_well("t.yaml", whole, dg);
	const struct router *r = m->routers.v[0], *s = m->routers.v[1];
	const struct host *h = m->hosts.v[0];
	const struct link *l = m->links.v[0], *k = m->links.v[1];

	(void)state;
	assert_int_equal(r->asn, 64514);
	assert_false(r->announces_connected);
	assert_prefix(&r->announce.v[0].prefix, "10.50.0.0/16");
	assert_true(r->transit);
	assert_int_equal(r->routes.n, 2);
	assert_prefix(&r->routes.v[0].prefix, "0.0.0.0/0");
	assert_string_equal(ADDR_STR(&r->routes.v[0].gateway), "10.9.0.2");
	assert_null(r->routes.v[0].via.name);
	assert_string_equal(r->routes.v[1].via.name, "dc1.ce");
	assert_int_equal(s->asn, 0);
	assert_true(s->announces_connected);

	assert_prefix(&h->addresses.v[0].prefix, "10.50.0.10/24");
	assert_string_equal(ADDR_STR(&h->gateway[0]), "10.50.0.1");
	assert_string_equal(ADDR_STR(&h->gateway[1]), "2001:db8::1");
	assert_prefix(&m->hosts.v[1]->addresses.v[0].prefix, "10.51.0.10/24");
	assert_int_equal(m->hosts.v[1]->gateway[0].family, 0);

	assert_string_equal(l->between[0].name, "r");
	assert_string_equal(l->between[1].name, "dc1.ce");
	/* `back` stands first in the file, and overrides all the same. */
	assert_int_equal(l->to[1].delay_ns, 3000000);
	assert_int_equal(l->to[0].delay_ns, 5000000);
	assert_int_equal(l->to[1].loss_ppm, 0);
	assert_int_equal(l->to[0].loss_ppm, 10000);
	assert_int_equal(l->to[0].jitter_ns, 200000);
	assert_int_equal(l->to[0].rate_bps, 100000000);
	assert_int_equal(l->to[0].duplicate_ppm, 5000);
	assert_int_equal(l->to[1].reorder_ppm, 20000);
	assert_int_equal(l->mtu, 1400);
	assert_true(l->bgp);
	assert_int_equal(l->prefixes.n, 2);
	assert_int_equal(k->to[0].delay_ns, 1000000);
	assert_int_equal(k->to[1].delay_ns, 1000000);
	assert_int_equal(k->mtu, 1500);
	assert_false(k->bgp);
	model_free(m);
	diag_free(dg);
}

static void expectations_and_latency_are_as_the_file_says(void **state)
{
	struct diag *dg = diag_new();
	struct model *m = read_well("t.yaml", whole, dg);
	const struct expectation *e = m->expectations.v;
	uint64_t rtt;

	(void)state;
	assert_int_equal(m->expectations.n, 2);
	assert_string_equal(e[0].from.name, "pc-a.web");
	assert_true(e[0].reachable && e[0].rtt.given);
	assert_int_equal(e[0].rtt.min, 1000000);
	assert_int_equal(e[0].rtt.max, 4000000);
	assert_null(e[0].because);
	assert_false(e[1].reachable || e[1].rtt.given);
	assert_string_equal(e[1].because, "so: \"there\"");
	assert_int_equal(m->latency.within_region_ns, 2000000);
	assert_true(model_region_rtt(m, "northeurope", "westeurope", &rtt));
	assert_int_equal(rtt, 20000000);
	assert_int_equal(m->hops, HOPS_AZURE);
	assert_int_equal(m->timers, TIMERS_AZURE);
	assert_int_equal(m->speed, 10);
	model_free(m);
	diag_free(dg);
}

static void every_topology_that_comes_with_netemu_is_well(void **state)
{
	glob_t files;

	(void)state;
	if (glob("topologies/*.yaml", 0, NULL, &files) != 0)
		skip(); /* not run from the source tree's root */
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct diag *dg = diag_new();
		const char *path = files.gl_pathv[i];
		own_text text = { 0 }, said = { 0 };
		struct model *m;

		assert_int_equal(read_text(path, &text, dg), 0);
		m = topology_parse(path, text_str(&text), text.n, dg);
		sayings_render(dg, &said);
		if (!m || diag_errors(dg)) /* some teach what is only warned of */
			fail_msg("%s", text_str(&said));
		assert_true(m->expectations.n > 0);
		model_free(m);
		diag_free(dg);
	}
	globfree(&files);
}

/* ---- damage ---------------------------------------------------------------------------------- */

static uint64_t chance(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* The changes of its stories, all of them, as far as it can be read; and all its text as one. */
static void change_it(const char *yaml, size_t n, const struct model *m, struct diag *dg)
{
	struct arena *a = arena_new();
	struct change all = { .kind = CHANGE_CONNECT, .text = yaml };
	change_list list = { 0 };

	for (size_t i = 0; m && i < m->scenarios.n; i++)
		for (each(const struct story_step, step, &m->scenarios.v[i].steps))
			if (step->kind == STEP_CHANGE)
				changes_add(&list, &step->change, a);
	changes_add(&list, &all, a);
	model_free(topology_parse_changed("t.yaml", yaml, n, &list, dg));
	arena_free(a);
}

/* Whatever becomes of a topology, it is read or refused with reasons. (The sanitizers and
 * valgrind watch.) */
static void a_damaged_topology_is_refused_with_a_reason_or_read(void **state)
{
	static const char spice[] = "[]{}:,#&*!|>'\"%@`-?\n \t.0\\~\xc3\xff";
	enum { ROUNDS = 1500 };
	uint64_t seed = 20240229;

	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < ROUNDS; round++) {
		char *yaml = xstrdup(whole);
		size_t n = strlen(yaml), from = chance(&seed) % n, len = chance(&seed) % (n - from);
		struct diag *dg = diag_new();
		struct model *m;

		for (uint64_t i = chance(&seed) % 4; i > 0; i--)
			yaml[chance(&seed) % n] = spice[chance(&seed) % (sizeof(spice) - 1)];
		if (round % 3 == 0) /* cut a piece out */
			memmove(yaml + from, yaml + from + len % 40, n - from - len % 40);
		if (round % 5 == 0) /* stop early */
			n = from;
		m = topology_parse("t.yaml", yaml, n, dg);
		assert_int_equal(m == NULL, diag_errors(dg) > 0);
		change_it(yaml, n, m, dg);
		for (size_t i = 0; i < diag_count(dg); i++)
			sayings_see(diag_at(dg, i)->id);
		model_free(m);
		diag_free(dg);
		free(yaml);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lab_without_a_name_is_called_after_its_file),
		cmocka_unit_test(clouds_and_networks_are_as_the_file_says),
		cmocka_unit_test(sites_and_circuits_are_as_the_file_says),
		cmocka_unit_test(joins_are_as_the_file_says),
		cmocka_unit_test(plain_parts_are_as_the_file_says),
		cmocka_unit_test(expectations_and_latency_are_as_the_file_says),
		cmocka_unit_test(every_topology_that_comes_with_netemu_is_well),
		cmocka_unit_test(a_damaged_topology_is_refused_with_a_reason_or_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
