/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds plans in real namespaces, reads them back, and sends packets. */
#include "machine.h"

#include "kernel/features.h"
#include "plan/group.h"

static struct plan *plan;

static int begin(void **state)
{
	plan = small_plan();
	return lab_test_begin(state);
}

static int end(void **state)
{
	small_plan_free(plan);
	return lab_test_end(state);
}

static void assert_drift(const char *want)
{
	own_text drift = { 0 };

	drift_of(plan, &drift);
	assert_string_equal(text_str(&drift), want);
}

static void assert_pings(const char *from, const char *to)
{
	if (run("ip netns exec " LAB_NAME ".%s ping -c 1 -W 5 %s", from, to) != 0)
		fail_msg("no ping from %s to %s", from, to);
}

static void a_plan_becomes_a_network(void **state)
{
	(void)state;
	machine_needed();
	assert_done(build(plan, dg), dg);
	assert_drift("");
	assert_pings("a", "10.0.2.2"); /* through a bridge and a router */
	assert_pings("a", "fd00:2::2");
	assert_pings("b", "10.0.1.3");
	assert_pings("c", "fd00:2::2");
	assert_pings("a", "b"); /* its name, from the lab's hosts file */
	assert_int_not_equal(run(IN("r", "ping -c 1 -W 1 10.9.0.1")), 0);
}

static void names_work_in_iproute2(void **state)
{
	(void)state;
	machine_needed();
	assert_done(build(plan, dg), dg);
	assert_int_equal(run("ip netns list | grep -qw " LAB_NAME ".b"), 0);
	assert_int_equal(run("ip -n " LAB_NAME ".r link show wan-of-r"), 0);
	assert_int_equal(run("ip netns exec " LAB_NAME ".c sh -c "
			     "'test \"$(ip netns identify $$)\" = " LAB_NAME ".c'"),
			 0);
	assert_int_equal(run("nsenter --net=/run/netns/" LAB_NAME ".c true"), 0);
}

/* iproute2 mounts /run/netns onto itself, shared, when it makes its first namespace. */
static void a_lab_lives_beside_iproute2s_own_namespaces(void **state)
{
	(void)state;
	machine_needed();
	assert_int_equal(run("ip netns add kl-foreign"), 0);
	assert_done(build(plan, dg), dg);
	assert_pings("a", "10.0.2.2");
	assert_done(lab_down(LAB_NAME, dg), dg);
	assert_int_equal(run("ip netns exec kl-foreign true"), 0);
	assert_int_equal(run("ip netns del kl-foreign"), 0);
	assert_int_equal(umount2("/run/netns", MNT_DETACH), 0);
	assert_int_equal(rmdir("/run/netns"), 0);

	assert_done(build(plan, dg), dg);
	assert_int_equal(run("ip netns add kl-foreign"), 0);
	assert_pings("a", "10.0.2.2");
	assert_done(lab_down(LAB_NAME, dg), dg);
	assert_int_equal(run("test -e /run/netns/" LAB_NAME ".a"), 1);
	assert_int_equal(run("ip netns del kl-foreign"), 0);
	assert_int_equal(umount2("/run/netns", MNT_DETACH), 0);
	assert_int_equal(rmdir("/run/netns"), 0);
	assert_unchanged(&before);
}

static void what_differs_is_told_in_sentences(void **state)
{
	static const struct {
		const char *command, *want;
	} cases[] = {
		{ "ip -n " LAB_NAME ".a route del default",
		  "a: route 0.0.0.0/0 via 10.0.1.1 dev eth0 is missing\n" },
		{ "ip -n " LAB_NAME ".a route add default via 10.0.1.1", "" },
		{ "ip -n " LAB_NAME ".c route change 10.0.2.0/24 via 10.0.1.1",
		  "c: route 10.0.2.0/24 via 10.0.1.1 dev eth0 via 10.0.1.4 dev eth0 is there with "
		  "other next hops\n" },
		{ "ip -n " LAB_NAME ".c route change 10.0.2.0/24 nexthop via 10.0.1.4 "
		  "nexthop via 10.0.1.1",
		  "" },
		{ "ip -n " LAB_NAME ".b link set eth0 mtu 1400",
		  "b: interface eth0 has MTU 1400, not 1500\n" },
		{ "ip -n " LAB_NAME ".b link set eth0 mtu 1500", "" },
		{ "ip -n " LAB_NAME ".r link set port-a nomaster",
		  "r: interface port-a belongs to nothing, not to br0\n" },
		{ "ip -n " LAB_NAME ".r link set port-a master br0", "" },
		{ "ip -n " LAB_NAME ".a addr add 10.0.1.9/24 dev eth0",
		  "a: address 10.0.1.9/24 on eth0 is not of the plan\n" },
		{ "ip -n " LAB_NAME ".a addr del 10.0.1.9/24 dev eth0", "" },
		{ "ip -n " LAB_NAME ".r neigh del 10.0.2.2 dev wan",
		  "r: neighbour 10.0.2.2 on wan is missing\n" },
		{ "ip -n " LAB_NAME ".r neigh add 10.0.2.2 lladdr 02:00:00:00:00:99 dev wan",
		  "r: neighbour 10.0.2.2 on wan is at 02:00:00:00:00:99, not at "
		  "02:00:00:00:00:06\n" },
		{ "ip -n " LAB_NAME ".r neigh replace 10.0.2.2 lladdr 02:00:00:00:00:06 dev wan",
		  "" },
		{ "ip -n " LAB_NAME ".b link set eth0 down", "b: interface eth0 is down\n" },
		{ "ip -n " LAB_NAME ".b link del eth0",
		  "r: interface wan is missing\nb: interface eth0 is missing\n" },
		{ "ip -n " LAB_NAME ".c link add vx type vxlan id 3 dstport 4789",
		  "r: interface wan is missing\nb: interface eth0 is missing\n"
		  "c: interface vx is not of the plan\n" },
		{ "umount -l /run/netemu/" LAB_NAME "/netns/a",
		  "r: interface wan is missing\na: the namespace is missing\n"
		  "b: interface eth0 is missing\nc: interface vx is not of the plan\n" },
	};

	own_fd kept = -1;

	(void)state;
	machine_needed();
	assert_done(build(plan, dg), dg);
	/* Without a descriptor the kernel would free it with its links, asynchronously. */
	kept = open("/run/netns/" LAB_NAME ".a", O_RDONLY | O_CLOEXEC);
	for (size_t i = 0; i < countof(cases); i++) {
		if (run("%s", cases[i].command) != 0)
			fail_msg("%s", cases[i].command);
		assert_drift(cases[i].want);
	}
}

/* Adds `n` routes of each family through the same next hop. */
static void add_routes_by_wan(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		sp_route(plan, SP_R,
			 arena_printf(plan->arena, "10.%u.%u.0/24", 128 + i / 256, i % 256), SP_WAN,
			 "10.0.2.2", 100);
		sp_route(plan, SP_R, arena_printf(plan->arena, "fd00:5:0:%x::/64", i), SP_WAN,
			 "fd00:2::2", 200);
	}
	plan_group(plan);
}

/* Sets the far end of the link down, and waits until the carrier is lost. */
static void pull_wan(void)
{
	assert_int_equal(run("ip -n " LAB_NAME ".b link set eth0 down"), 0);
	assert_int_equal(run("for i in $(seq 500); do ip -n " LAB_NAME
			     ".r link show wan | grep -q NO-CARRIER && exit 0; sleep 0.01; done; "
			     "exit 1"),
			 0);
}

static void many_routes_share_one_next_hop(void **state)
{
	enum { MANY = 10000 };
	static const char missing[] = "r: route 10.128.3.0/24 via 10.0.2.2 dev wan is missing\n";

	(void)state;
	machine_needed();
	add_routes_by_wan(MANY);
	assert_done(build(plan, dg), dg);
	assert_drift("");
	assert_int_equal(run("test $(ip -n " LAB_NAME ".r nexthop | wc -l) = 2"), 0);
	assert_int_equal(run("ip -n " LAB_NAME ".r route | grep -c 'nhid 1 ' | grep -qx %d", MANY),
			 0);
	assert_int_equal(
		run("ip -6 -n " LAB_NAME ".r route | grep -c 'nhid 2 ' | grep -qx %d", MANY), 0);
	assert_pings("a", "10.0.2.2");
	assert_pings("a", "fd00:2::2");
	assert_int_equal(run("ip -n " LAB_NAME ".r route del 10.128.3.0/24"), 0);
	assert_drift(missing);
	pull_wan(); /* the objects and all their routes go with the carrier */
	assert_int_equal(run("for i in $(seq 500); do [ -n \"$(ip -n " LAB_NAME ".r nexthop)\" ] "
			     "|| exit 0; sleep 0.01; done; exit 1"),
			 0);
	assert_drift("b: interface eth0 is down\n");
}

/* In a lab below the limit for nexthop objects, the routes survive the loss of the carrier. */
static void some_thousand_routes_outlive_their_carrier(void **state)
{
	(void)state;
	machine_needed();
	add_routes_by_wan(2000);
	assert_done(build(plan, dg), dg);
	assert_int_equal(run("test -z \"$(ip -n " LAB_NAME ".r nexthop)\""), 0);
	pull_wan();
	assert_int_equal(run("ip -n " LAB_NAME ".b link set eth0 up"), 0);
	assert_drift("b: address fd00:2::2/64 on eth0 is missing\n"
		     "b: neighbour 10.0.2.1 on eth0 is missing\n"
		     "b: route 0.0.0.0/0 via 10.0.2.1 dev eth0 is missing\n"
		     "b: route ::/0 via fd00:2::1 dev eth0 is missing\n");
}

static void a_refusal_names_its_line_and_the_kernels_words(void **state)
{
	const struct finding *f;

	(void)state;
	machine_needed();
	plan->hops.v[0].via = sp_addr("192.0.2.77"); /* a's default gateway */
	assert_int_equal(build(plan, dg), -ENETUNREACH);
	assert_int_equal(diag_count(dg), 1);
	f = diag_at(dg, 0);
	assert_string_equal(f->at.file, "small.yaml");
	assert_int_equal(f->at.line, 41);
	assert_int_equal(f->at.col, 3);
	assert_string_equal(f->text, "route 0.0.0.0/0 via 192.0.2.77 dev eth0 in a: Network is "
				     "unreachable: Nexthop has invalid gateway");
	assert_unchanged(&before);
}

/* Each refusal among many good routes is reported with its own position. */
static void each_of_many_refusals_finds_its_own_line(void **state)
{
	bool seen[8] = { false };

	(void)state;
	machine_needed();
	for (unsigned int i = 0; i < 1000; i++) {
		char to[32];

		snprintf(to, sizeof(to), "172.16.%u.%u/32", i / 256, i % 256);
		vec_push(plan->arena, &plan->hops,
			 ((struct plan_hop){ SP_ETH_C,
					     sp_addr(i % 125 == 7 ? "192.0.2.1" : "10.0.1.1"),
					     false }));
		vec_push(plan->arena, &plan->routes,
			 ((struct plan_route){ .netns = SP_C,
					       .table = RT_TABLE_MAIN,
					       .prefix = prefix_lit(to),
					       .hop = (uint32_t)plan->hops.n - 1,
					       .nhops = 1,
					       .why = sp_line(1000 + i) }));
	}
	assert_int_equal(build(plan, dg), -ENETUNREACH);
	assert_int_equal(diag_count(dg), 8);
	/* in the order in which they were sent, which is not the plan's */
	for (unsigned int i = 0; i < 8; i++) {
		unsigned int line = diag_at(dg, i)->at.line;

		assert_in_range(line, 1007, 1007 + 125 * 7);
		assert_int_equal((line - 1007) % 125, 0);
		assert_false(seen[(line - 1007) / 125]);
		seen[(line - 1007) / 125] = true;
	}
	assert_unchanged(&before);
}

static void a_sysctl_that_is_not_there_is_told(void **state)
{
	(void)state;
	machine_needed();
	plan->sysctls.v[2].optional = false;
	assert_int_equal(build(plan, dg), -ENOENT);
	assert_string_equal(diag_at(dg, 0)->text,
			    "sysctl net/ipv4/no_such_thing=1 in r: No such file or directory");
	assert_unchanged(&before);
}

static void sysctls_are_set_where_they_are_wanted(void **state)
{
	(void)state;
	machine_needed();
	assert_done(build(plan, dg), dg);
	assert_int_equal(run("test $(ip netns exec " LAB_NAME
			     ".r cat /proc/sys/net/ipv4/icmp_ratelimit) = 0"),
			 0);
	assert_int_equal(run("test $(ip netns exec " LAB_NAME
			     ".a cat /proc/sys/net/ipv4/icmp_ratelimit) = 0"),
			 1);
}

/* ---- optional features -------------------------------------------------------------------- */

static void needs(enum kernel_feature f)
{
	struct features have;

	machine_needed();
	assert_int_equal(features_find(&have), 0);
	if (have.v[f].ok)
		return;
	print_message("skipped: the kernel has no %s: %s\n", feature_name(f), have.v[f].words);
	skip();
}

static void a_vrf_keeps_its_routes_to_itself(void **state)
{
	(void)state;
	needs(FEATURE_VRF);
	/* The bridge becomes a VRF, and its ports become the interfaces of that router. */
	plan->devs.v[SP_BR0].kind = DEV_VRF;
	plan->devs.v[SP_BR0].table = 1007;
	plan->devs.v[SP_BR0].mac = (struct mac){ 0 };
	for (size_t i = 0; i < 4; i++)
		plan->addrs.v[i].dev = plan->neighs.v[i].dev = SP_PORT_A;
	plan->routes.v[0].table = 1007;
	assert_done(build(plan, dg), dg);
	assert_drift("");
	assert_pings("a", "10.0.1.1");
	assert_pings("a", "fd00:1::1");
	assert_int_equal(
		run("ip -n " LAB_NAME ".r route show table 1007 | grep -q 'blackhole 10.9'"), 0);
	assert_int_not_equal(run(IN("a", "ping -c 1 -W 1 10.0.2.2")), 0);
}

static void netem_delays_what_it_was_told_to(void **state)
{
	const struct impairment what = {
		.delay_ns = 20000000, .jitter_ns = 1000, .rate_bps = 100000000, .reorder_ppm = 10
	};

	(void)state;
	needs(FEATURE_NETEM);
	vec_push(plan->arena, &plan->qdiscs, ((struct plan_qdisc){ SP_WAN, what, sp_line(50) }));
	vec_push(plan->arena, &plan->qdiscs, ((struct plan_qdisc){ SP_ETH_B, what, sp_line(50) }));
	assert_done(build(plan, dg), dg);
	assert_drift("");
	assert_pings("a", "10.0.2.2");
	assert_true(is_answered_in("a", "10.0.2.2", 40, 50));
	assert_int_equal(run("tc -n " LAB_NAME ".b qdisc change dev eth0 root netem delay 1ms"), 0);
	assert_drift("b: netem on eth0 is not as planned\n");
	assert_int_equal(run("tc -n " LAB_NAME ".r qdisc del dev wan root"), 0);
	assert_drift("r: netem on wan is missing\nb: netem on eth0 is not as planned\n");
}

static void a_missing_netem_is_refused_by_name(void **state)
{
	struct features have;

	(void)state;
	machine_needed();
	assert_int_equal(features_find(&have), 0);
	if (have.v[FEATURE_NETEM].ok)
		skip();
	vec_push(plan->arena, &plan->qdiscs,
		 ((struct plan_qdisc){ SP_WAN, { .delay_ns = 1 }, sp_line(50) }));
	assert_int_equal(build(plan, dg), -ENOENT);
	assert_string_equal(diag_at(dg, 0)->text, "netem on wan in r: No such file or directory: "
						  "Specified qdisc kind is unknown");
	assert_unchanged(&before);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_plan_becomes_a_network),
		TEST(names_work_in_iproute2),
		TEST(a_lab_lives_beside_iproute2s_own_namespaces),
		TEST(what_differs_is_told_in_sentences),
		TEST(many_routes_share_one_next_hop),
		TEST(some_thousand_routes_outlive_their_carrier),
		TEST(a_refusal_names_its_line_and_the_kernels_words),
		TEST(each_of_many_refusals_finds_its_own_line),
		TEST(a_sysctl_that_is_not_there_is_told),
		TEST(sysctls_are_set_where_they_are_wanted),
		TEST(a_vrf_keeps_its_routes_to_itself),
		TEST(netem_delays_what_it_was_told_to),
		TEST(a_missing_netem_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, machine_begin, NULL);
}
