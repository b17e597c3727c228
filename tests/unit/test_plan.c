/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan of a fabric, with each backend. */
#include <linux/rtnetlink.h>

#include "base/own.h"
#include "world.h"

static const char two_routers[] =
	"netemu: 1\nname: t\n"
	"routers: { r1: { asn: 65010 }, r2: { asn: 65020 } }\n"
	"hosts: { h1: { address: 10.50.1.10/24 }, h2: { address: 10.50.2.10/24 } }\n"
	"links:\n"
	"  a: { between: [h1, r1] }\n"
	"  b: { between: [r1, r2], delay: 3ms, bgp: true }\n"
	"  c: { between: [r2, h2] }\n";

static const char clouds[] = "netemu: 1\nname: t\nprivate-clouds:\n"
			     "  a: { region: westeurope, address-block: 10.10.0.0/22, "
			     "segments: { web: { prefix: 10.10.64.0/24, vms: [w1, w2] } } }\n"
			     "  b: { region: westeurope, address-block: 10.20.0.0/22, "
			     "segments: { web: 10.20.64.0/24 } }\n"
			     "interconnects: { a-b: [a, b] }\n";

static const struct plan_dev *find_dev(const struct plan *p, const char *netns, const char *name)
{
	for (each(const struct plan_dev, d, &p->devs))
		if (strcmp(d->name, name) == 0 && strcmp(p->netns.v[d->netns].name, netns) == 0)
			return d;
	fail_msg("no device '%s' in '%s'", name, netns);
	return NULL;
}

static bool has_netns(const struct plan *p, const char *name)
{
	for (each(const struct plan_netns, n, &p->netns))
		if (strcmp(n->name, name) == 0)
			return true;
	return false;
}

static void an_impaired_link_is_two_qdiscs_or_one_wire(void **state)
{
	own_world w = world_open(two_routers);
	const struct plan *netem = world_plan(&w, VRF_NAMESPACE, DELAY_NETEM);
	const struct plan *relay = world_plan(&w, VRF_NAMESPACE, DELAY_RELAY);

	(void)state;
	assert_int_equal(netem->qdiscs.n, 2);
	assert_int_equal(netem->wires.n, 0);
	assert_int_equal(netem->relay_netns, PLAN_NONE);
	assert_int_equal(netem->qdiscs.v[0].what.delay_ns, 3000000);
	assert_int_equal(relay->qdiscs.n, 0);
	assert_int_equal(relay->wires.n, 1);
	assert_string_equal(relay->netns.v[relay->relay_netns].name, "delay-line");
	assert_int_equal(plan_count(netem).links, 3);
	assert_int_equal(plan_count(relay).links, 3);
}

/* Without sharing, a large table would have as many next hops as routes. */
static void neighbours_in_a_table_share_their_next_hops(void **state)
{
	own_world w = world_open(
		"netemu: 1\nname: t\n"
		"routers:\n"
		"  r1: { asn: 65010 }\n"
		"  r2: { asn: 65020, announce: [10.60.0.0/24, 10.60.1.0/24, 10.60.2.0/24] }\n"
		"links: { a: { between: [r1, r2], bgp: true } }\n");
	const struct plan_backends b = { .vrf = VRF_NAMESPACE, .delay = DELAY_NETEM };
	const struct plan *p = plan_build(w.f, w.r, b);
	size_t routes = 0;

	(void)state;
	for (each(const struct plan_route, r, &p->routes))
		if (r->protocol == PLAN_BGP && strcmp(p->netns.v[r->netns].name, "r1") == 0) {
			assert_int_equal(r->nhops, 1);
			assert_int_equal(r->hop, routes++ ? r[-1].hop : r->hop);
		}
	assert_int_equal(routes, 3);
}

static void routers_share_a_chassis_only_with_vrf_devices(void **state)
{
	own_world w = world_open(clouds);
	const struct plan *device = world_plan(&w, VRF_DEVICE, DELAY_NETEM);
	const struct plan *netns = world_plan(&w, VRF_NAMESPACE, DELAY_NETEM);
	const struct plan_dev *t0;

	(void)state;
	assert_true(has_netns(device, "a.edge"));
	assert_false(has_netns(device, "a.t0"));
	assert_true(has_netns(device, "westeurope.edge-primary")); /* of both clouds */
	assert_true(has_netns(netns, "a.t0"));
	assert_true(has_netns(netns, "a.primary"));
	assert_false(has_netns(netns, "a.edge"));
	t0 = find_dev(device, "a.edge", "t0-1");
	assert_string_equal(device->devs.v[t0->master].name, "t0");
	assert_true(device->devs.v[t0->master].table >= 1000);
	assert_int_equal(find_dev(netns, "a.t0", "t0-1")->master, PLAN_NONE);
}

static void a_segment_is_a_bridge_only_when_it_has_several_ports(void **state)
{
	own_world w = world_open(clouds);
	const struct plan *p = world_plan(&w, VRF_NAMESPACE, DELAY_NETEM);

	(void)state;
	assert_int_equal(find_dev(p, "a.t1", "t1-web")->kind, DEV_BRIDGE);
	assert_string_equal(p->devs.v[find_dev(p, "a.t1", "w1-port")->master].name, "t1-web");
	assert_int_equal(find_dev(p, "b.t1", "t1-web")->kind, DEV_VETH);
}

static void lists_are_grouped_and_indices_unique_and_masters_first(void **state)
{
	own_world w = world_open(clouds);

	(void)state;
	for (int vrf = VRF_DEVICE; vrf <= VRF_NAMESPACE; vrf++) {
		const struct plan *p = world_plan(&w, (enum vrf_backend)vrf, DELAY_RELAY);

		for (size_t i = 1; i < p->devs.n; i++) {
			const struct plan_dev *d = &p->devs.v[i], *before = d - 1;

			assert_true(before->netns <= d->netns);
			if (before->netns == d->netns)
				assert_true(before->ifindex < d->ifindex);
			if (d->master != PLAN_NONE)
				assert_true(d->master < i);
			if (d->peer != PLAN_NONE)
				assert_int_equal(p->devs.v[d->peer].peer, i);
		}
		for (size_t i = 1; i < p->routes.n; i++)
			assert_true(p->routes.v[i - 1].netns <= p->routes.v[i].netns);
		for (size_t i = 1; i < p->neighs.n; i++)
			assert_true(p->devs.v[p->neighs.v[i - 1].dev].netns <=
				    p->devs.v[p->neighs.v[i].dev].netns);
	}
}

static void every_neighbour_is_permanent_before_the_first_packet(void **state)
{
	own_world w = world_open(clouds);
	const struct plan *p = world_plan(&w, VRF_NAMESPACE, DELAY_NETEM);

	(void)state;
	for (each(const struct plan_route, r, &p->routes))
		for (uint32_t i = 0; i < r->nhops; i++) {
			const struct plan_hop *h = &p->hops.v[r->hop + i];
			bool known = h->via.family == 0;

			for (each(const struct plan_neigh, n, &p->neighs))
				known = known || (n->dev == h->dev && addr_eq(&n->addr, &h->via));
			assert_true(known);
		}
}

static void what_bgp_brought_is_proto_bgp_and_a_cloud_s_missing_routes_are_silent(void **state)
{
	own_world w = world_open(clouds);
	const struct plan *p = world_plan(&w, VRF_NAMESPACE, DELAY_NETEM);
	struct prefix far = prefix_lit("10.20.64.0/24"), all = prefix_lit("0.0.0.0/0");
	int bgp = 0, silent = 0;

	(void)state;
	for (each(const struct plan_route, r, &p->routes)) {
		if (strcmp(p->netns.v[r->netns].name, "a.t0") != 0)
			continue;
		bgp += prefix_eq(&r->prefix, &far) && r->protocol == PLAN_BGP && r->nhops == 2;
		silent += prefix_eq(&r->prefix, &all) && r->type == PLAN_BLACKHOLE && r->metric > 0;
	}
	assert_int_equal(bgp, 1);
	assert_int_equal(silent, 1);
}

static void links_keep_clear_of_the_file_s_own_prefixes(void **state)
{
	own_world w = world_open("netemu: 1\nname: t\n"
				 "routers: { r1: { asn: 65010 }, r2: { asn: 65020 } }\n"
				 "hosts: { h1: { address: 100.64.0.10/24 } }\n"
				 "links: { a: { between: [h1, r1] }, b: { between: [r1, r2], "
				 "bgp: true } }\n");
	struct prefix own = prefix_lit("100.64.0.0/24");
	const struct plan *p = world_plan(&w, VRF_NAMESPACE, DELAY_NETEM);
	int between = 0;

	(void)state;
	for (each(const struct plan_addr, a, &p->addrs)) {
		if (a->addr.len != 31)
			continue;
		assert_false(prefix_overlaps(&own, &a->addr));
		between++;
	}
	assert_int_equal(between, 2);
}

/* `lo` exists in each namespace, and `all` and `default` are directories in
 * /proc/sys/net/.../conf. */
static void no_device_bears_a_name_of_the_kernel_s(void **state)
{
	own_world w = world_open(
		"netemu: 1\nname: t\n"
		"routers: { lo: { asn: 1 }, all: { asn: 2 }, default: { asn: 3 } }\n"
		"links: { a: { between: [lo, all] }, b: { between: [all, default] } }\n");
	struct plan *p = world_plan(&w, VRF_NAMESPACE, DELAY_NETEM);

	(void)state;
	assert_int_equal(p->devs.n, 4);
	for (each(const struct plan_dev, d, &p->devs)) {
		assert_string_not_equal(d->name, "lo");
		assert_string_not_equal(d->name, "all");
		assert_string_not_equal(d->name, "default");
	}
}

static void every_part_remembers_its_line(void **state)
{
	own_world w = world_open(two_routers);
	const struct plan *p = world_plan(&w, VRF_NAMESPACE, DELAY_RELAY);

	(void)state;
	assert_int_equal(find_dev(p, "r1", "r2")->why.line, 7);
	assert_int_equal(p->wires.v[0].why.line, 7);
	for (each(const struct plan_route, r, &p->routes))
		assert_true(r->why.line > 0);
	for (each(const struct plan_addr, a, &p->addrs))
		assert_true(a->why.line > 0);
}

static char *text_of(const struct plan *p)
{
	struct text t = { 0 };

	plan_text(p, &t);
	return t.s;
}

static void routes_that_come_later_make_the_same_plan(void **state)
{
	static const char *const texts[] = { two_routers, clouds };
	static const struct plan_backends how[] = { { VRF_DEVICE, DELAY_NETEM, RULES_NFTABLES },
						    { VRF_NAMESPACE, DELAY_RELAY,
						      RULES_NFTABLES } };

	(void)state;
	for (size_t i = 0; i < countof(texts); i++) {
		own_world w = world_open(texts[i]);

		assert_false(plan_needs_routes(w.f));
		for (size_t k = 0; k < countof(how); k++) {
			own_free char *whole = text_of(plan_build(w.f, w.r, how[k])), *later = NULL;
			const struct plan *begun = plan_begin(w.f, how[k]);

			later = text_of(plan_with_routes(begun, w.f, w.r));
			assert_int_equal(begun->routes.n, 0);
			assert_string_equal(later, whole);
			assert_non_null(strstr(whole, "route "));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_impaired_link_is_two_qdiscs_or_one_wire),
		cmocka_unit_test(neighbours_in_a_table_share_their_next_hops),
		cmocka_unit_test(routers_share_a_chassis_only_with_vrf_devices),
		cmocka_unit_test(a_segment_is_a_bridge_only_when_it_has_several_ports),
		cmocka_unit_test(lists_are_grouped_and_indices_unique_and_masters_first),
		cmocka_unit_test(every_neighbour_is_permanent_before_the_first_packet),
		cmocka_unit_test(
			what_bgp_brought_is_proto_bgp_and_a_cloud_s_missing_routes_are_silent),
		cmocka_unit_test(links_keep_clear_of_the_file_s_own_prefixes),
		cmocka_unit_test(no_device_bears_a_name_of_the_kernel_s),
		cmocka_unit_test(every_part_remembers_its_line),
		cmocka_unit_test(routes_that_come_later_make_the_same_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
