/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Explanations of pairs: their sentences, and the detours that they report. */
#include "pieces.h"
#include "world.h"

#include "report/report.h"
#include "routing/explain.h"
#include "routing/walk.h"

static void explained(const struct world *w, const char *from, const char *to, struct text *out)
{
	struct explanation e;
	struct report r = { 0 };
	char *s;
	size_t n;

	r.out = open_memstream(&s, &n);
	explain(w->r, world_node(w, from), world_node(w, to), &e);
	report_explanation(&r, "t", w->r, &e);
	explanation_release(&e);
	fclose(r.out);
	text_add(out, s);
	free(s);
}

static void assert_explained(const char *yaml, const char *from, const char *to, const char *want)
{
	own_world w = world_open(yaml);
	own_text t = { 0 };

	explained(&w, from, to, &t);
	assert_string_equal(text_str(&t), want);
}

/* Asserts that a sentence is part of the explanation. */
static void assert_says(const char *yaml, const char *from, const char *to, const char *want)
{
	own_world w = world_open(yaml);
	own_text t = { 0 };

	explained(&w, from, to, &t);
	if (!strstr(text_str(&t), want))
		fail_msg("'%s' is not said:\n%s", want, text_str(&t));
}

static const char weight_trap[] = HEAD "private-clouds:\n" CLOUD("a", "10.10", "") CIRCUIT_OF_DC1
	"virtual-networks:\n" HUB("hub", "10.1",
				  "{}") "gateway-connections:\n"
					"  h-er: { gateway: hub, circuit: er, weight: 100 }\n"
					"  h-a: { gateway: hub, circuit: a }\n"
					"global-reach: { er-a: [er, a] }\n";

static void every_hop_has_its_route_its_origin_its_sessions_and_the_runner_up(void **state)
{
	(void)state;
	assert_explained(
		weight_trap, "hub.app", "a.web",
		"hub.app reaches a.web in 2.25ms\n"
		"\n"
		"forward path, 1.5ms:\n"
		"   1.  hub.app to hub.fabric\n"
		"       0.0.0.0/0, static: default gateway [t.yaml:9]\n"
		"   2.  hub.fabric to er.primary, 750us\n"
		"       10.10.64.0/24, bgp: announced by a.t0 [t.yaml:4]\n"
		"       learned through a (private cloud, line 4), er-a (Global Reach connection, "
		"line 13), h-er (gateway connection, line 11)\n"
		"       one of 2 equal-cost routes, which share the load\n"
		"       preferred by hub.er-gateway to the route over a.primary: connection weight "
		"100 on h-er beats the shorter AS path (2 against 4)\n"
		"   3.  er.primary to a.primary, 500us\n"
		"       10.10.64.0/24, bgp: announced by a.t0 [t.yaml:4]\n"
		"       learned through a (private cloud, line 4), er-a (Global Reach "
		"connection, line 13)\n"
		"   4.  a.primary to a.t0, 250us\n"
		"       10.10.64.0/24, bgp: announced by a.t0 [t.yaml:4]\n"
		"       learned through a (private cloud, line 4)\n"
		"   5.  a.t0 to a.t1\n"
		"       10.10.64.0/24, static: NSX segment [t.yaml:4]\n"
		"   6.  a.t1 to a.web\n"
		"       10.10.64.0/24, connected\n"
		"   7.  a.web\n"
		"  Detour: this path takes 1.5ms; a faster path takes 750us.\n"
		"  hub.fabric sends the packet to er.primary instead of a.primary: connection "
		"weight 100 "
		"on h-er beats the shorter AS path (2 against 4) [t.yaml:11].\n"
		"  The faster path: hub.app > hub.fabric > a.primary > a.t0 > a.t1 > a.web\n"
		"\n"
		"return path, 750us:\n"
		"   1.  a.web to a.t1\n"
		"       0.0.0.0/0, static: default gateway [t.yaml:4]\n"
		"   2.  a.t1 to a.t0\n"
		"       0.0.0.0/0, static: T1's default route to T0 [t.yaml:4]\n"
		"   3.  a.t0 to a.primary, 250us\n"
		"       10.1.0.0/16, bgp: announced by hub.er-gateway [t.yaml:9]\n"
		"       learned through h-a (gateway connection, line 12), a (private cloud, line "
		"4)\n"
		"       one of 2 equal-cost routes, which share the load\n"
		"   4.  a.primary to hub.er-gateway, 500us\n"
		"       10.1.0.0/16, bgp: announced by hub.er-gateway [t.yaml:9]\n"
		"       learned through h-a (gateway connection, line 12)\n"
		"       preferred to the route over er.primary: what h-a says by eBGP beats what "
		"came by iBGP over er-a\n"
		"   5.  hub.er-gateway to hub.fabric\n"
		"       10.1.0.0/16, system: address space served by the gateway [t.yaml:9]\n"
		"   6.  hub.fabric to hub.app\n"
		"       10.1.1.0/24, connected\n"
		"   7.  hub.app\n"
		"\n"
		"The forward and return paths differ (a stateful firewall on one of them "
		"would see half of\n"
		"each connection):\n"
		"  only on the forward path: er.primary\n"
		"There are other paths of equal cost, and each flow's addresses select its path. "
		"The paths\n"
		"above are one example.\n");
}

static void a_lost_packet_has_a_place_a_rule_and_a_line(void **state)
{
	(void)state;
	assert_explained(
		HEAD "private-clouds:\n" CLOUD("a", "10.10", "") CLOUD("b", "10.20", "")
			CLOUD("c", "10.30", "") "interconnects: { a-b: [a, b], b-c: [b, c] }\n",
		"a.web", "c.web",
		"a.web does not reach c.web\n"
		"\n"
		"forward path:\n"
		"   1.  a.web to a.t1\n"
		"       0.0.0.0/0, static: default gateway [t.yaml:4]\n"
		"   2.  a.t1 to a.t0\n"
		"       0.0.0.0/0, static: T1's default route to T0 [t.yaml:4]\n"
		"   3.  a.t0\n"
		"  The path ends here: a.t0 has no route to 10.30.64.10; at b.primary: Global "
		"Reach and "
		"Interconnect are not transitive: an MSEE passes on to another only what it "
		"learned from its own circuit.\n"
		"  See a-b, the interconnect at t.yaml:7.\n"
		"  10.30.64.0/24 is announced by c.t0 [t.yaml:6].\n"
		"\n"
		"return path:\n"
		"   1.  c.web to c.t1\n"
		"       0.0.0.0/0, static: default gateway [t.yaml:6]\n"
		"   2.  c.t1 to c.t0\n"
		"       0.0.0.0/0, static: T1's default route to T0 [t.yaml:6]\n"
		"   3.  c.t0\n"
		"  The path ends here: c.t0 has no route to 10.10.64.10; at b.primary: Global "
		"Reach and "
		"Interconnect are not transitive: an MSEE passes on to another only what it "
		"learned from its own circuit.\n"
		"  See b-c, the interconnect at t.yaml:7.\n"
		"  10.10.64.0/24 is announced by a.t0 [t.yaml:4].\n");
}

static void an_answer_that_does_not_get_back_is_reported(void **state)
{
	static const char filtered[] = HEAD "private-clouds:\n" CLOUD("a", "10.10", "") "sites:\n" SITE(
		"dc1", "64512", "192.168.10.0/24",
		", accept: { except: [10.10.64.0/24] }") "circuits: { er: { site: dc1, region: westeurope } }\n"
							 "global-reach: { er-a: [er, a] }\n";

	(void)state;
	assert_says(filtered, "a.web", "dc1.lan",
		    "a.web does not reach dc1.lan: the answer does not get back\n");
	assert_says(filtered, "a.web", "dc1.lan",
		    "  The path ends here: dc1.ce has no route to 10.10.64.10; "
		    "at dc1.ce: filtered by the site ('accept: except').\n"
		    "  See er, the circuit at t.yaml:7.\n"
		    "  10.10.64.0/24 is announced by a.t0 [t.yaml:4].\n");
}

static void virtual_networks_lack_a_peering(void **state)
{
	static const char spokes[] = HEAD "virtual-networks:\n" HUB("hub", "10.1", "{}")
		SPOKE("s1", "10.2") SPOKE("s2", "10.3")
			SPOKE("s3", "10.4") "private-clouds:\n" CLOUD(
				"a", "10.10",
				"") "gateway-connections: { h-a: { gateway: hub, circuit: a } }\n"
				    "peerings:\n"
				    "  p1: { hub: { allow-gateway-transit: true }, "
				    "s1: { use-remote-gateways: true } }\n"
				    "  p2: [hub, s2]\n"
				    "  p3: { s3: {}, hub: none }\n";

	(void)state;
	assert_says(spokes, "s1.app", "s2.app",
		    "peerings are not transitive: s1 and s2 are both peered with hub, "
		    "but not with each other.\n");
	assert_says(spokes, "s3.app", "hub.app",
		    "peering p3 is only Initiated: hub has no half of it.\n"
		    "  See p3, the peering at t.yaml:14.\n");
	assert_says(spokes, "s2.app", "a.web",
		    "s2 has no gateway and uses none, so nothing outside its peerings knows it, "
		    "and it knows nothing outside them.\n");
	assert_says(spokes, "a.web", "s2.app",
		    "a.t0 has no route to 10.3.1.4; s2 has no gateway and uses none");
	assert_says(spokes, "s1.app", "s3.app", "no peering joins s1 and s3.\n");
}

static void an_isolated_segment_is_named(void **state)
{
	(void)state;
	assert_says(HEAD "private-clouds:\n"
			 "  a: { region: westeurope, address-block: 10.10.0.0/22, "
			 "segments: { web: 10.10.64.0/24, alone: { prefix: 10.10.65.0/24, "
			 "routed: false } } }\n",
		    "a.web", "a.alone", "a.alone is on an isolated segment: no router is on it");
}

static void a_preference_that_makes_a_detour_is_named(void **state)
{
	static const char preferred[] = HEAD TWO_CIRCUITS_OF_DC1(", preference: { er2: 200 }");

	(void)state;
	assert_says(preferred, "dc1.lan", "n1.app",
		    "  Detour: this path takes 6.75ms; a faster path takes 1ms.\n"
		    "  dc1.ce sends the packet to er2.primary instead of er1.primary: local "
		    "preference 200 "
		    "for er2 beats 100 for er1 [t.yaml:7].\n");
	/* The Azure side still shares its load: chance decides which flows take the long path. */
	assert_says(preferred, "n1.app", "dc1.lan",
		    "The forward and return paths differ (a stateful firewall on one of them "
		    "would see "
		    "half of\neach connection):\n"
		    "  only on the forward path: er1.primary\n"
		    "  only on the return path: er2.primary\n");
	assert_says(HEAD TWO_CIRCUITS_OF_DC1(""), "dc1.lan", "n1.app",
		    "(2ms to 13.5ms over equal-cost paths)\n");
}

#define ROUTERS(more, delay12)                                                                     \
	HEAD "routers:\n"                                                                          \
	     "  r1: { asn: 65001" more " }\n"                                                      \
	     "  r2: { asn: 65002, announce: [10.50.0.0/16] }\n"                                    \
	     "  r3: { asn: 65003, announce: [] }\n"                                                \
	     "  r4: { asn: 65004, announce: [10.50.2.0/24] }\n"                                    \
	     "hosts:\n"                                                                            \
	     "  h1: { address: 10.60.1.10/24 }\n"                                                  \
	     "  h2: { address: 10.50.2.10/24 }\n"                                                  \
	     "links:\n"                                                                            \
	     "  h1-r1: { between: [h1, r1] }\n"                                                    \
	     "  r1-r2: { between: [r1, r2], delay: " delay12 ", bgp: true }\n"                     \
	     "  r1-r3: { between: [r1, r3], delay: 10ms, bgp: true }\n"                            \
	     "  r3-r4: { between: [r3, r4], delay: 10ms, bgp: true }\n"                            \
	     "  r2-r4: { between: [r2, r4], delay: 1ms }\n"                                        \
	     "  r4-h2: { between: [r4, h2] }\n"

/* h1 at r1 and h2 at r2: 1 ms from router to router, or 4 ms by r3. */
#define ALSO_BY_R3(r3r2)                                                                           \
	"hosts:\n"                                                                                 \
	"  h1: { address: 10.60.1.10/24 }\n  h2: { address: 10.50.2.10/24 }\n"                     \
	"links:\n"                                                                                 \
	"  h1-r1: { between: [h1, r1] }\n"                                                         \
	"  r2-h2: { between: [r2, h2] }\n"                                                         \
	"  r1-r2: { between: [r1, r2], delay: 1ms, bgp: true }\n"                                  \
	"  r1-r3: { between: [r1, r3], delay: 2ms, bgp: true }\n"                                  \
	"  r3-r2: { between: [r3, r2], delay: 2ms" r3r2 " }\n"

static void longer_prefixes_and_static_routes_make_detours_too(void **state)
{
	(void)state;
	/* r2 originates 10.50.0.0/16 and drops the packet: no faster path, whatever the delay. */
	assert_says(ROUTERS("", "1ms"), "h1", "h2", "forward path, 20ms:\n");
	assert_says(HEAD "routers:\n"
			 "  r1: { asn: 65001, routes: { 10.50.2.0/24: r3 } }\n"
			 "  r2: { asn: 65002 }\n"
			 "  r3: { asn: 65003, announce: [] }\n" ALSO_BY_R3(", bgp: true"),
		    "h1", "h2",
		    "  Detour: this path takes 4ms; a faster path takes 1ms.\n"
		    "  r1 sends the packet to r3 instead of r2: the static route 10.50.2.0/24 "
		    "(static "
		    "route) goes before it [t.yaml:4].\n"
		    "  The faster path: h1 > r1 > r2 > h2\n");
	assert_says(HEAD "routers:\n"
			 "  r1: { asn: 65001 }\n"
			 "  r2: { asn: 65002, announce: [10.50.0.0/16] }\n"
			 "  r3: { asn: 65003, announce: [10.50.2.0/24], "
			 "routes: { 10.50.2.0/24: r2 } }\n" ALSO_BY_R3(""),
		    "h1", "h2",
		    "  r1 sends the packet to r3 instead of r2: the longer prefix 10.50.2.0/24 "
		    "(announced "
		    "by r3) beats 10.50.0.0/16 [t.yaml:14].\n");
}

/* The faster path leads from neighbour to neighbour, with the delay that is claimed for it. */
static void check_detour(const struct world *w, const struct explained_way *way)
{
	uint64_t sum = 0;

	if (!way->detour.found)
		return;
	assert_true(way->detour.best_ns < way->detour.taken_ns);
	assert_int_equal(way->detour.taken_ns, way->path.delay_ns);
	assert_non_null(way->detour.cause);
	for (size_t i = 0; i + 1 < way->detour.nodes.n; i++) {
		uint64_t least = UINT64_MAX;
		index_list near = { 0 };

		for (each(uint32_t, own, &w->f->nodes.v[way->detour.nodes.v[i]].ifaces)) {
			fabric_neighbours(w->f, *own, &near);
			for (each(uint32_t, far, &near)) {
				uint64_t cost = walk_delay(w->r, *own, *far, NULL);

				if (w->f->ifaces.v[*far].node == way->detour.nodes.v[i + 1] &&
				    cost < least)
					least = cost;
			}
		}
		vec_free(&near);
		assert_true(least != UINT64_MAX);
		sum += least;
	}
	assert_true(sum <= way->detour.best_ns);
}

static void the_paths_and_the_verdict_of_every_pair_agree(void **state)
{
	own_world w = world_open(weight_trap);

	(void)state;
	for (uint32_t a = 0; a < w.f->nodes.n; a++)
		for (uint32_t b = 0; b < w.f->nodes.n; b++) {
			struct explanation e;

			if (a == b)
				continue;
			explain(w.r, a, b, &e);
			assert_int_equal(e.verdict.reachable, !e.way[0].reason && !e.way[1].reason);
			for (int way = 0; way < 2; way++)
				check_detour(&w, &e.way[way]);
			explanation_release(&e);
		}
}

/* An MSEE removes private AS numbers from routes to a site's edge, and an appliance removes
 * Azure's: so no router sees that a route has returned. `far` and the nodes between it and dc1 make
 * the true path longer than the ring's. */
#define RING(asn1, asn2, appliance, links)                                                                \
	HEAD "sites:\n" SITE("dc1", asn1, "192.168.1.0/24", "") SITE(                                     \
		"dc2", asn2, "192.168.2.0/24",                                                            \
		"") "circuits:\n  er1: { site: dc1, region: westeurope }\n"                               \
		    "  er2: { site: dc2, region: westeurope }\nglobal-reach: { g: [er1, er2] }\n"         \
		    "virtual-networks: { hub: { region: westeurope, address-space: 10.1.0.0/16,"          \
		    " subnets: { nva: { prefix: 10.1.2.0/24, vms: { fw: { address: 10.1.2.4,"             \
		    " ip-forwarding: true, asn: " appliance ", transit: true } } } } } }\n"               \
		    "routers: { far: { asn: 64520, announce: [10.99.0.0/24] }, q: { asn: 64521 },"        \
		    " r: { asn: 64522 } }\nhosts: { h: 10.99.0.10/24 }\n"                                 \
		    "links:\n  far-h: { between: [far, h] }\n  far-q: { between: [far, q], bgp: true }\n" \
		    "  q-r: { between: [q, r], bgp: true }\n" links

static void a_route_that_routers_learn_from_each_other_is_reported_once(void **state)
{
	static const struct {
		const char *yaml, *from, *ring;
	} rings[] = {
		{ RING("64512", "64514", "65500",
		       "  r-dc1: { between: [r, dc1.ce], bgp: true }\n"
		       "  fw-dc1: { between: [hub.fw, dc1.ce], bgp: true }\n"
		       "  fw-dc2: { between: [hub.fw, dc2.ce], bgp: true }\n"),
		  "dc2.lan",
		  "learned through er2 (circuit, line 8), fw-dc2 (link, line 19), "
		  "fw-dc1" },
		/* The reverse direction. */
		{ RING("64514", "64599", "64999",
		       "  r-dc2: { between: [r, dc2.ce], bgp: true }\n"
		       "  fw-dc1: { between: [hub.fw, dc1.ce], bgp: true }\n"
		       "  fw-dc2: { between: [hub.fw, dc2.ce], bgp: true }\n"),
		  "dc1.lan",
		  "learned through er1 (circuit, line 7), fw-dc1 (link, line 18), "
		  "fw-dc2" },
	};

	(void)state;
	for (size_t i = 0; i < countof(rings); i++) {
		assert_says(rings[i].yaml, "dc1.lan", "h",
			    "the routers learn this route from each other in a loop: none learns "
			    "it from far");
		assert_says(rings[i].yaml, rings[i].from, "h", rings[i].ring);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_hop_has_its_route_its_origin_its_sessions_and_the_runner_up),
		cmocka_unit_test(a_lost_packet_has_a_place_a_rule_and_a_line),
		cmocka_unit_test(an_answer_that_does_not_get_back_is_reported),
		cmocka_unit_test(virtual_networks_lack_a_peering),
		cmocka_unit_test(an_isolated_segment_is_named),
		cmocka_unit_test(a_preference_that_makes_a_detour_is_named),
		cmocka_unit_test(longer_prefixes_and_static_routes_make_detours_too),
		cmocka_unit_test(the_paths_and_the_verdict_of_every_pair_agree),
		cmocka_unit_test(a_route_that_routers_learn_from_each_other_is_reported_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
