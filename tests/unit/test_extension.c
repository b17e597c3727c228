/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HCX network extensions: one broadcast domain over a routed network, its effect on round trips,
 * and the gateway that moves with MON. W is 30 ms, V is 1.5 ms, the site and the network 30 ms. */
#include "routing/explain.h"

#include "sayings.h"
#include "world.h"

#define HEAD                                                                                       \
	"netemu: 1\nname: t\n"                                                                     \
	"private-clouds:\n"                                                                        \
	"  a: { region: westeurope, address-block: 10.10.0.0/22,"                                  \
	" segments: { native: 10.10.64.0/24 } }\n"
#define SITE(more)                                                                                 \
	"sites:\n"                                                                                 \
	"  dc: { asn: 64512, networks: { lan: { prefix: 192.168.10.0/24, hosts: [app] }, data: "   \
	"192.168.11.0/24 }" more " }\n"                                                            \
	"circuits: { er: { site: dc, region: uksouth } }\n"
#define REACH "global-reach: { r: { circuits: [er, a], rtt: 29ms } }\n"
#define HUB                                                                                        \
	"virtual-networks:\n"                                                                      \
	"  hub: { region: westeurope, address-space: 10.1.0.0/16, subnets: { vm: 10.1.1.0/24 }, "  \
	"gateways: { expressroute: {} } }\n"                                                       \
	"gateway-connections:\n"                                                                   \
	"  h-a: { gateway: hub, circuit: a }\n"                                                    \
	"  h-er: { gateway: hub, circuit: er, rtt: 29.5ms }\n"
#define EXTEND(more)                                                                               \
	"network-extensions:\n"                                                                    \
	"  x: { site: dc.lan, private-cloud: a.ext, vms: [v1, v2]" more " }\n"
#define ALL(more) HEAD SITE("") REACH HUB EXTEND(more)

static uint64_t rtt(const struct world *w, const char *from, const char *to, bool *ret_symmetric)
{
	struct verdict v;
	uint64_t ns;

	routes_predict(w->r, world_node(w, from), world_node(w, to), &v);
	if (!v.reachable)
		fail_msg("%s does not reach %s: %s", from, to, v.reason);
	ns = v.rtt_ns;
	if (ret_symmetric)
		*ret_symmetric = v.symmetric;
	verdict_release(&v);
	return ns;
}

static void assert_rtt(const struct world *w, const char *a, const char *b, uint64_t us)
{
	assert_int_equal(rtt(w, a, b, NULL) / 1000, us);
	assert_int_equal(rtt(w, b, a, NULL) / 1000, us);
}

static void assert_no_way(const struct world *w, const char *from, const char *to,
			  const char *because)
{
	struct verdict v;

	routes_predict(w->r, world_node(w, from), world_node(w, to), &v);
	assert_false(v.reachable);
	assert_string_equal(v.reason, because);
	verdict_release(&v);
}

/* ---- the gateway stays on-premises ----------------------------------------------------------- */

static void round_trips_are_those_of_an_extension_whose_gateway_stays(void **state)
{
	own_world w =
		world_open(ALL("") "  y: { site: dc.data, private-cloud: a.ext2, vms: [d1] }\n");

	(void)state;
	assert_int_equal(diag_count(w.dg), 0);
	assert_path(&w, "dc.app", "a.v1", "dc.app > a.v1 = 30ms");
	assert_path(&w, "a.v1", "a.v2", "a.v1 > a.v2 = 0ms");
	assert_path(&w, "dc.data", "a.v1", "dc.data > dc.ce > a.v1 = 30ms");
	assert_path(&w, "a.v1", "a.native",
		    "a.v1 > dc.ce > er.primary > a.primary > a.t0 > a.t1 > a.native = 60ms");
	assert_path(&w, "a.v1", "a.d1", "a.v1 > dc.ce > a.d1 = 60ms");
	assert_rtt(&w, "a.v1", "hub.vm", 60000);
	assert_rtt(&w, "hub.vm", "a.native", 1500);
}

static void the_cloud_announces_nothing_of_an_extended_network(void **state)
{
	own_world w = world_open(ALL(""));
	const struct prefix vm = prefix_lit("192.168.10.10/32");

	(void)state;
	for (each(const struct origination, g, &w.f->originations))
		assert_true(w.f->nodes.v[g->node].kind == NODE_CE ||
			    !prefix_overlaps(&g->prefix, &vm));
}

static void what_moved_gets_addresses_that_nothing_on_the_network_bears(void **state)
{
	own_world w = world_open(HEAD SITE("") REACH
				 "network-extensions:\n"
				 "  x: { site: dc.lan, private-cloud: a.ext, vms: { v1: {}, "
				 "v2: 192.168.10.11 } }\n");
	static const struct {
		const char *node, *address;
	} want[] = { { "dc.app", "192.168.10.10" },
		     { "a.v1", "192.168.10.12" },
		     { "a.v2", "192.168.10.11" },
		     { "dc.hcx", "192.168.10.254" },
		     { "a.hcx", "10.10.3.2" } };

	(void)state;
	for (size_t i = 0; i < countof(want); i++) {
		uint32_t node = world_node(&w, want[i].node);

		assert_string_equal(ADDR_STR(routes_target(w.r, node, node, AF_INET)),
				    want[i].address);
	}
}

static void one_network_in_two_clouds_is_one_domain(void **state)
{
	own_world w = world_open(HEAD "  b: { region: westeurope, address-block: 10.20.0.0/22 }\n" SITE(
		"") "global-reach: { r: { circuits: [er, a], rtt: 29ms }, s: { circuits: [er, b], "
		    "rtt: 9ms } }\n"
		    "network-extensions:\n"
		    "  x: { site: dc.lan, private-cloud: a.ext, vms: [v1] }\n"
		    "  y: { site: dc.lan, private-cloud: b.ext, vms: [v2] }\n");

	(void)state;
	assert_path(&w, "a.v1", "b.v2", "a.v1 > b.v2 = 40ms");
	assert_path(&w, "b.v2", "dc.app", "b.v2 > dc.app = 10ms");
	world_node(&w, "dc.hcx-b");
	world_node(&w, "a.hcx");
	world_node(&w, "b.hcx");
}

static void a_core_router_is_the_gateway_where_there_is_one(void **state)
{
	own_world w = world_open(HEAD SITE(", core-router: true") REACH EXTEND(""));

	(void)state;
	assert_path(&w, "dc.app", "a.v1", "dc.app > a.v1 = 30ms");
	assert_path(&w, "a.v1", "dc.data", "a.v1 > dc.core > dc.data = 30ms");
}

/* ---- the way below --------------------------------------------------------------------------- */

static void a_tunnel_carries_what_its_way_has_room_for(void **state)
{
	static const struct {
		const char *yaml;
		uint32_t mtu;
	} cases[] = {
		{ ALL(""), 1350 },
		{ ALL(", mtu: 1300"), 1300 },
		{ ALL(", mtu: 9000"), 1450 }, /* the tunnel's own 50 bytes cannot be wished away */
		{ HEAD SITE("") EXTEND(""), 1350 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		own_world w = world_open(cases[i].yaml);
		struct path p;

		assert_int_equal(routes_tunnel_mtu(w.r, 0), cases[i].mtu);
		routes_walk(w.r, world_node(&w, "a.v1"), world_node(&w, "a.v2"), 0, &p);
		assert_int_equal(p.mtu, 1500);
		path_release(&p);
		routes_walk(w.r, world_node(&w, "dc.app"), world_node(&w, "a.v1"), 0, &p);
		if (p.fate == FATE_DELIVERED)
			assert_int_equal(p.mtu, cases[i].mtu);
		path_release(&p);
	}
}

static void an_extension_without_a_way_below_is_said_and_carries_nothing(void **state)
{
	own_world w = world_open(HEAD SITE("") EXTEND(""));
	const char *why = "the extension 'x' carries nothing: a.hcx does not reach dc.hcx: a.t0 "
			  "has no route to 192.168.10.254; no chain of sessions leads "
			  "from dc.ce to it";

	(void)state;
	assert_int_equal(diag_count(w.dg), 1);
	assert_int_equal(diag_at(w.dg, 0)->level, DIAG_WARNING);
	assert_string_equal(diag_at(w.dg, 0)->id, "underlay");
	assert_string_equal(diag_at(w.dg, 0)->text, why);
	assert_no_way(&w, "dc.app", "a.v1", why);
	assert_no_way(&w, "a.v1", "dc.data", why);
	assert_path(&w, "a.v1", "a.v2", "a.v1 > a.v2 = 0ms");
}

static void an_extension_fails_and_leaves_the_machines_in_the_cloud_together(void **state)
{
	own_world w = world_open(HEAD SITE("") REACH EXTEND(", uplink: data") "failed: [x]\n");

	(void)state;
	assert_no_way(&w, "dc.app", "a.v1", "the extension 'x' carries nothing: 'x' has failed");
	assert_path(&w, "a.v1", "a.v2", "a.v1 > a.v2 = 0ms");
}

/* ---- MON ------------------------------------------------------------------------------------- */

static void with_mon_and_no_policy_nothing_goes_round_by_the_site(void **state)
{
	own_world w = world_open(ALL(", mobility-optimized: true, policy-routes: []"));

	(void)state;
	assert_path(&w, "hub.vm", "a.v1",
		    "hub.vm > hub.fabric > a.primary > a.t0 > a.t1 > a.ext-gateway > a.v1 = 1.5ms");
	assert_rtt(&w, "a.v1", "hub.vm", 1500);
	assert_path(&w, "a.v1", "a.native", "a.v1 > a.ext-gateway > a.t1 > a.native = 0ms");
	assert_path(&w, "dc.app", "a.v1", "dc.app > a.v1 = 30ms");
	assert_rtt(&w, "dc.data", "a.v1", 30000);
}

static void with_the_default_policy_replies_leave_by_the_site(void **state)
{
	own_world w = world_open(ALL(", mobility-optimized: true"));
	bool symmetric = true;

	(void)state;
	/* V/2 + (W + site to network)/2 */
	assert_int_equal(rtt(&w, "hub.vm", "a.v1", &symmetric), 750000 + 30000000);
	assert_false(symmetric);
	assert_path(&w, "a.v1", "hub.vm",
		    "a.v1 > a.ext-gateway > dc.ce > er.primary > hub.er-gateway > hub.fabric > "
		    "hub.vm = 30.75ms");
	/* What T1 has itself needs no policy. */
	assert_rtt(&w, "a.v1", "a.native", 0);
	assert_int_equal(rtt(&w, "dc.data", "a.v1", &symmetric), 30000000);
	assert_false(symmetric);
}

static void with_mon_each_machine_and_its_gateway_are_announced(void **state)
{
	own_world w = world_open(ALL(", mobility-optimized: true"));

	(void)state;
	assert_rib(&w, "hub.er-gateway", "192.168.10.11/32",
		   "a.primary 12076 398656, a.secondary 12076 398656, (er.primary 12076 12076 "
		   "12076 398656), (er.secondary 12076 12076 12076 398656)");
	assert_rib(&w, "dc.ce", "192.168.10.253/32",
		   "er.primary 12076 398656, er.secondary 12076 398656");
}

static void with_mon_for_one_machine_the_other_goes_on_as_before(void **state)
{
	own_world w = world_open(ALL(", mobility-optimized: [v2], policy-routes: []"));

	(void)state;
	assert_rtt(&w, "hub.vm", "a.v2", 1500);
	assert_rtt(&w, "hub.vm", "a.v1", 60000);
	assert_rtt(&w, "a.v1", "a.v2", 0);
	assert_rib(&w, "dc.ce", "192.168.10.11/32", "");
}

static void what_the_policy_denies_stays_in_the_cloud(void **state)
{
	own_world w = world_open(
		ALL(", mobility-optimized: true, policy-routes: { deny: [10.1.0.0/16] }"));

	(void)state;
	assert_rtt(&w, "hub.vm", "a.v1", 1500);
	assert_path(&w, "a.v1", "dc.data", "a.v1 > a.ext-gateway > dc.ce > dc.data = 30ms");
}

static void machines_of_two_extensions_with_mon_meet_on_t1(void **state)
{
	own_world w = world_open(ALL(
		", mobility-optimized: true") "  y: { site: dc.data, private-cloud: a.ext2, vms: [d1], "
					      "mobility-optimized: true }\n");

	(void)state;
	assert_path(&w, "a.v1", "a.d1",
		    "a.v1 > a.ext-gateway > a.t1 > a.ext2-gateway > a.d1 = 0ms");
}

static void a_policy_route_for_everything_leaves_the_gateway_only_what_t1_has(void **state)
{
	own_world w = world_open(ALL(", mobility-optimized: true, policy-routes: [0.0.0.0/0]"));
	struct addr outside = prefix_lit("203.0.113.1/32").a;
	const struct fib_entry *e = routes_lookup(w.r, world_node(&w, "a.ext-gateway"), &outside);

	(void)state;
	assert_string_equal(e->why, "policy route to the site's gateway");
	assert_rtt(&w, "a.v1", "a.native", 0);
}

/* ---- explained, and told the kernel ---------------------------------------------------------- */

static void an_explanation_names_what_is_passed_twice(void **state)
{
	own_world w = world_open(ALL(""));
	struct trombone x;
	own_text t = { 0 };
	struct path p;

	(void)state;
	routes_walk(w.r, world_node(&w, "a.native"), world_node(&w, "a.v1"), 0, &p);
	trombone_find(w.r, &p, &x);
	assert_non_null(x.tunnel);
	for (each(uint32_t, n, &x.twice))
		text_printf(&t, " %s", w.f->nodes.v[*n].name);
	assert_string_equal(text_str(&t), " dc.ce er.primary a.primary a.t0 a.t1");
	vec_free(&x.twice);
	path_release(&p);
	routes_walk(w.r, world_node(&w, "dc.data"), world_node(&w, "a.v1"), 0, &p);
	trombone_find(w.r, &p, &x);
	assert_null(x.tunnel);
	vec_free(&x.twice);
	path_release(&p);
}

static void a_tunnel_is_two_devices_that_name_each_other(void **state)
{
	own_world w = world_open(ALL(""));
	struct plan *p = world_plan(&w, VRF_NAMESPACE, DELAY_NETEM);
	own_text t = { 0 };
	static const char *const lines[] = {
		"vxlan5001 type vxlan address 02:6e:69:00:00:00 mtu 1350 id 5001 local "
		"192.168.10.254 remote 10.10.3.2 dstport 4789 master segment",
		"vxlan5001 type vxlan address 02:6e:69:00:00:01 mtu 1350 id 5001 local 10.10.3.2 "
		"remote 192.168.10.254 dstport 4789 master segment",
	};

	(void)state;
	assert_true(plan_needs_routes(w.f)); /* for their MTU */
	plan_text(p, &t);
	for (size_t i = 0; i < countof(lines); i++)
		if (!strstr(text_str(&t), lines[i]))
			fail_msg("no '%s' in\n%s", lines[i], text_str(&t));
	plan_free(p);
}

/* ---- what is refused ------------------------------------------------------------------------- */

#define BOTH HEAD SITE("") /* the cloud and the site */
#define X "network-extensions:\n"

#define NETWORK2(uplink)                                                                           \
	"netemu: 1\n"                                                                              \
	"virtual-networks: { n: { region: westeurope, address-space: 10.31.0.0/22, gateways: { "   \
	"expressroute: {} } } }\n"                                                                 \
	"private-clouds: { g: { generation: 2, virtual-network: n, address-block: 10.31.0.0/22, "  \
	"segments: { native: 10.31.64.0/24" uplink " } } }\n" SITE(                                \
		"") "gateway-connections: { c: { gateway: n, circuit: er, rtt: 9.5ms } }\n"
#define UPLINK ", hcx-uplink: { prefix: 10.31.9.0/24, vms: [] }"

static void a_cloud_of_generation_2_needs_a_segment_for_the_uplink(void **state)
{
	static const struct saying sayings[] = {
		{ NETWORK2("") X "  x: { site: dc.lan, private-cloud: g.ext }\n",
		  "t.yaml:9:37: error: 'g' is of generation 2 and has no segment 'hcx-uplink' "
		  "[missing-key]\n"
		  "  HCX needs an IPv4 network of its own there: `hcx-uplink: { prefix: "
		  "10.31.9.0/24, vms: [] }`\n" },
		{ NETWORK2(UPLINK) X
		  "  x: { site: dc.lan, private-cloud: g.ext, mobility-optimized: true }\n",
		  "t.yaml:9:37: error: 'mobility-optimized' in 'g', a cloud of generation 2, "
		  "is not supported yet [not-supported]\n" },
	};
	own_world w =
		world_open(NETWORK2(UPLINK) X "  x: { site: dc.lan, private-cloud: g.ext }\n");

	(void)state;
	check_sayings(sayings, countof(sayings));
	assert_path(&w, "dc.app", "g.ext", "dc.app > g.ext = 10ms");
	assert_rtt(&w, "g.native", "g.ext", 20000);
}

static void over_a_vpn_a_tunnel_has_less_room(void **state)
{
	own_world w = world_open(
		"netemu: 1\n"
		"virtual-networks: { n: { region: westeurope, address-space: 10.31.0.0/22, "
		"gateways: { vpn: {} } } }\n"
		"private-clouds: { g: { generation: 2, virtual-network: n, "
		"address-block: 10.31.0.0/22, "
		"segments: { native: 10.31.64.0/24" UPLINK " } } }\n"
		"sites: { dc: { asn: 64512, networks: { lan: 192.168.10.0/24 } } }\n"
		"vpn-connections: { v: { between: [dc, n], rtt: 10ms } }\n" X
		"  x: { site: dc.lan, private-cloud: g.ext }\n");

	(void)state;
	assert_path(&w, "dc.lan", "g.ext", "dc.lan > g.ext = 10ms");
	assert_int_equal(routes_tunnel_mtu(w.r, 0), 1400 - 150);
}

static void what_cannot_be_extended_is_refused_at_its_place(void **state)
{
	static const struct saying sayings[] = {
		{ BOTH X "  x: { site: dc.lam, private-cloud: a.ext }\n",
		  "t.yaml:9:14: error: 'dc' has no network 'lam' [unknown-name]\n"
		  "  did you mean 'lan'?\n" },
		{ BOTH X "  x: { site: dc, private-cloud: a.ext }\n",
		  "t.yaml:9:14: error: 'site' needs a site's network such as dc1.lan: dc "
		  "[bad-name]\n" },
		{ BOTH X "  x: { site: a.lan, private-cloud: dc.ext }\n",
		  "t.yaml:9:14: error: 'a' is a private cloud; a site is needed here [wrong-kind]\n"
		  "t.yaml:9:36: error: 'dc' is a site; a private cloud is needed here "
		  "[wrong-kind]\n" },
		{ BOTH X "  x: { site: dc.lan, private-cloud: a.ext }\n"
			 "  y: { site: dc.lan, private-cloud: a.other }\n"
			 "  z: { site: dc.data, private-cloud: a.ext, vms: [z] }\n",
		  "t.yaml:10:3: error: 'y' extends 'dc.lan' to 'a', as 'x' already does; see "
		  "t.yaml:9 [duplicate-join]\n"
		  "t.yaml:11:38: error: 'a.ext' is already the segment of 'x'; see t.yaml:9 "
		  "[duplicate-name]\n" },
		{ BOTH X "  x: { site: dc.lan, private-cloud: a.native, "
			 "vms: [v, native, t1, v] }\n",
		  "t.yaml:9:37: error: 'a' has a segment of its own named 'native'; see t.yaml:4 "
		  "[duplicate-name]\n"
		  "  an extended segment has the site's prefix: give it another name\n"
		  "t.yaml:9:56: error: 'a' has two hosts named 'native'; the first is at t.yaml:4 "
		  "[duplicate-name]\n"
		  "t.yaml:9:64: error: 't1' is the name of a part of 'a' [reserved-name]\n"
		  "t.yaml:9:68: error: 'a' has two hosts named 'v'; the first is at t.yaml:9 "
		  "[duplicate-name]\n" },
		{ BOTH X "  x: { site: dc.lan, private-cloud: a.ext, vms: { v: 192.168.11.5, w: "
			 "192.168.10.1, q: 192.168.10.9, r: 192.168.10.9 } }\n",
		  "t.yaml:9:51: error: 192.168.11.5 of 'v' is not an address of 'dc.lan', "
		  "which it has moved from [vm-address]\n"
		  "t.yaml:9:68: error: 192.168.10.1 of 'w' is not for hosts: it is reserved in "
		  "192.168.10.0/24 [vm-address]\n"
		  "t.yaml:9:102: error: 192.168.10.9 of 'r' is the address of 'q' already "
		  "[vm-address]\n" },
		{ BOTH X "  x: { site: dc.lan, private-cloud: a.ext }\n"
			 "  y: { site: dc.data, private-cloud: a.ext2, uplink: data }\n",
		  "t.yaml:10:54: error: 'y' shares the appliance of 'x', whose uplink is on 'lan'; "
		  "see t.yaml:9 [conflict]\n" },
		{ BOTH X "  x: { site: dc.lan, private-cloud: a.ext, vms: [web1, web2], "
			 "mobility-optimized: [web2, web3] }\n",
		  "t.yaml:9:90: error: 'web3' is not a machine of 'x' [unknown-name]\n"
		  "  did you mean 'web1'?\n" },
		{ BOTH X "  x: { site: dc.lan, private-cloud: a.ext, uplink: dato, policy-routes: "
			 "[10.0.0.0/8], mtu: 10 }\n",
		  "t.yaml:9:92: error: 'mtu' needs a number of bytes, 576 to 9000: 10 "
		  "[bad-number]\n" },
		{ BOTH X "  x: { site: dc.lan, private-cloud: a.ext, uplink: dato, policy-routes: "
			 "[10.0.0.0/8] }\n",
		  "t.yaml:9:52: error: 'dc' has no network 'dato' [unknown-name]\n"
		  "  did you mean 'data'?\n"
		  "t.yaml:9:73: warning: 'policy-routes' of 'x' have no effect: the gateway of its "
		  "machines is on-premises [conflict]\n"
		  "  with `mobility-optimized: true` the gateway is in the cloud\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_cloud_is_paired_with_25_sites_at_most(void **state)
{
	(void)state;
	for (unsigned int sites = 25; sites <= 26; sites++) {
		own_text t = { 0 };

		text_add(&t, HEAD "sites:\n");
		for (unsigned int i = 0; i < sites; i++)
			text_printf(&t, "  s%u: { asn: %u, networks: { lan: 192.168.%u.0/24 } }\n",
				    i, 65413 + i, i);
		text_add(&t, "network-extensions:\n");
		for (unsigned int i = 0; i < sites; i++)
			text_printf(&t, "  x%u: { site: s%u.lan, private-cloud: a.e%u }\n", i, i,
				    i);
		check_saying(text_str(&t), strlen(text_str(&t)),
			     sites == 25 ? ""
					 : "t.yaml:58:3: error: 'a' has more than 25 sites with "
					   "extended networks [pairing-limit]\n");
	}
}

static void an_address_that_a_host_has_been_given_is_refused(void **state)
{
	own_world w = world_try(HEAD SITE("") REACH "network-extensions:\n"
						    "  x: { site: dc.lan, private-cloud: a.ext, "
						    "vms: { v1: 192.168.10.10 } }\n");

	(void)state;
	assert_null(w.f);
	assert_string_equal(diag_at(w.dg, 0)->text,
			    "192.168.10.10 of 'v1' is in use on 'dc.lan' already");
}

static void the_parts_of_an_extension_need_their_names_for_themselves(void **state)
{
	static const char *const yaml[] = {
		HEAD "sites: { dc: { asn: 64512, networks: { lan: {"
		     " prefix: 192.168.10.0/24, hosts: [hcx] } } } }\n" EXTEND(""),
		HEAD SITE("") X "  x: { site: dc.lan, private-cloud: a.native2,"
				" vms: [native2-gateway], mobility-optimized: true }\n",
	};
	static const char *const want[] = { "'dc.hcx' is the name of a part of 'x'",
					    "'a.native2-gateway' is the name of a part of 'x'" };

	(void)state;
	for (size_t i = 0; i < countof(yaml); i++) {
		own_world w = world_try(yaml[i]);

		assert_null(w.f);
		assert_string_equal(diag_at(w.dg, 0)->text, want[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trips_are_those_of_an_extension_whose_gateway_stays),
		cmocka_unit_test(the_cloud_announces_nothing_of_an_extended_network),
		cmocka_unit_test(what_moved_gets_addresses_that_nothing_on_the_network_bears),
		cmocka_unit_test(one_network_in_two_clouds_is_one_domain),
		cmocka_unit_test(a_core_router_is_the_gateway_where_there_is_one),
		cmocka_unit_test(a_tunnel_carries_what_its_way_has_room_for),
		cmocka_unit_test(an_extension_without_a_way_below_is_said_and_carries_nothing),
		cmocka_unit_test(an_extension_fails_and_leaves_the_machines_in_the_cloud_together),
		cmocka_unit_test(with_mon_and_no_policy_nothing_goes_round_by_the_site),
		cmocka_unit_test(with_the_default_policy_replies_leave_by_the_site),
		cmocka_unit_test(with_mon_each_machine_and_its_gateway_are_announced),
		cmocka_unit_test(with_mon_for_one_machine_the_other_goes_on_as_before),
		cmocka_unit_test(what_the_policy_denies_stays_in_the_cloud),
		cmocka_unit_test(machines_of_two_extensions_with_mon_meet_on_t1),
		cmocka_unit_test(a_policy_route_for_everything_leaves_the_gateway_only_what_t1_has),
		cmocka_unit_test(an_explanation_names_what_is_passed_twice),
		cmocka_unit_test(a_tunnel_is_two_devices_that_name_each_other),
		cmocka_unit_test(a_cloud_of_generation_2_needs_a_segment_for_the_uplink),
		cmocka_unit_test(over_a_vpn_a_tunnel_has_less_room),
		cmocka_unit_test(what_cannot_be_extended_is_refused_at_its_place),
		cmocka_unit_test(a_cloud_is_paired_with_25_sites_at_most),
		cmocka_unit_test(an_address_that_a_host_has_been_given_is_refused),
		cmocka_unit_test(the_parts_of_an_extension_need_their_names_for_themselves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
