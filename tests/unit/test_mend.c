/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mending undoes manual changes: the lab is as planned again. */
#include "base/process_id.h"
#include "stage.h"

#include <signal.h>

#include "plan/diff.h"
#include "relay/relay.h"

static const char handled[] =
	"netemu: 1\nname: t\n"
	"hosts:\n"
	"  a: { address: [10.0.1.10/24, 'fd01::10/64'] }\n"
	"  b: { address: [10.0.2.10/24, 'fd02::10/64'], listen: [tcp/80] }\n"
	"routers: { r1: { asn: 65001 }, r2: { asn: 65002 } }\n"
	"links:\n"
	"  la: { between: [a, r1] }\n  lb: { between: [b, r2], delay: 1ms }\n"
	"  l1: { between: [r1, r2], prefix: ['10.9.0.0/30', 'fd09::/64'], bgp: true }\n";

/* Reads the actual state of the lab as a plan. */
static int read_held(const struct stage *s, struct arena *a, struct plan **ret, struct diag *say)
{
	struct lab *lab;
	int r = lab_open(LAB_NAME, &lab, say);

	if (r == 0) {
		r = lab_held(lab, s->plan, a, ret, say);
		lab_close(lab);
	}
	return r;
}

static int try_mend(const struct stage *s, struct diag *say)
{
	struct arena *a = arena_new();
	struct lab_edit *e = NULL;
	struct plan_diff *d = NULL;
	struct plan *held;
	int r = lab_edit_begin(LAB_NAME, &e, say);

	if (r == 0)
		r = read_held(s, a, &held, say);
	if (r == 0)
		r = lab_mend(e, d = plan_compare(held, s->plan), say);
	plan_diff_free(d);
	lab_edit_end(e);
	arena_free(a);
	return r;
}

/* The actual state has no difference to the plan: stricter than no drift. */
static void assert_whole(const struct stage *s, const char *when)
{
	struct arena *a = arena_new();
	own_text differ = { 0 };
	struct plan_diff *d;
	struct plan *held;

	assert_done(read_held(s, a, &held, dg), dg);
	d = plan_compare(held, s->plan);
	plan_diff_text(d, &differ);
	if (text_str(&differ)[0])
		fail_msg("%s:\n%s", when, text_str(&differ));
	plan_diff_free(d);
	arena_free(a);
	assert_no_drift(s->plan, when);
}

static void assert_mended(const struct stage *s, const char *what)
{
	own_text drift = { 0 };

	if (run("%s", what) != 0)
		fail_msg("%s", what);
	drift_of(s->plan, &drift);
	if (!text_str(&drift)[0])
		fail_msg("%s: nobody tells", what);
	assert_done(try_mend(s, dg), dg);
	assert_whole(s, what);
}

static void whatever_was_done_by_hand_is_mended(void **state)
{
	static const char *const done[] = {
		/* Links. */
		IN("r1", "ip link set r2 down"),
		IN("r1", "ip link set r2 down") " && " IN("r1", "ip link set r2 up"),
		IN("r2", "ip link set dev b down") " && " IN("r2", "ip link set dev b up"),
		IN("r1", "ip link set r2 mtu 1000"),
		IN("r1", "ip link set r2 down") " && " IN("r1", "ip link set r2 name other") " && " IN(
			"r1", "ip link set other up"), /* (before Linux 6.2 the only way) */
		IN("r1", "ip link set r2 address 02:00:00:00:00:99"),
		IN("r1", "ip link set r2 netns " LAB_NAME ".a"),
		IN("r1", "ip link del r2"),
		IN("r2", "ip link del dev b"),
		IN("r1", "ip link add one type veth peer name two"),
		/* What is on them. */
		IN("r1", "ip addr flush dev r2"),
		IN("r1", "ip addr add 10.9.0.9/24 dev r2"),
		IN("r1", "ip neigh flush dev r2 nud permanent"),
		IN("r1", "ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:99 dev r2"),
		/* Routes. */
		IN("r1", "ip route del 10.0.2.0/24"),
		IN("r1", "ip -6 route replace blackhole fd02::/64"),
		IN("r1", "ip route replace 10.0.2.0/24 dev a"),
		IN("r1", "ip route add prohibit 10.77.0.0/16"),
		IN("r1", "ip route add 10.78.0.0/16 via 10.9.0.2 proto 99 metric 5"),
		IN("r1", "ip route flush table main"),
		IN("a", "ip -6 route flush table main"),
		/* Settings. */
		IN("r1", "sysctl -q net.ipv4.conf.all.rp_filter=1"),
		IN("r1", "sysctl -q net.ipv6.conf.all.forwarding=0"),
		IN("r1", "sysctl -q net.ipv4.conf.r2.forwarding=0"),
		/* Namespaces: of a router, and of a host that listens. */
		"ip netns del " LAB_NAME ".r1",
		"ip netns del " LAB_NAME ".b",
	};
	own_stage s = stage_of(handled, NULL);

	(void)state;
	stand_up(&s);
	assert_whole(&s, "before all");
	for (size_t i = 0; i < countof(done); i++)
		assert_mended(&s, done[i]);
	assert_int_equal(run(IN("a", "ping -c 1 -W 5 b")), 0);
	assert_int_equal(run(IN("a", "ping -6 -c 1 -W 5 fd02::10")), 0);
	assert_int_equal(run(IN("a", "bash -c '</dev/tcp/10.0.2.10/80'")), 0);
	assert_goes_whole();
}

static void rules_that_were_taken_away_are_mended(void **state)
{
	(void)state;
	if (backends.rules != RULES_NFTABLES || run("command -v nft") != 0)
		skip();
	own_stage s = stage_of(OUTSIDE(", public-ips: { vm: 203.0.113.10 }"), NULL);

	stand_up(&s);
	assert_mended(&s, IN("hub.nat", "nft flush chain ip netemu inward"));
	assert_mended(&s, IN("hub.nat", "nft delete table ip netemu"));
	assert_int_equal(run(IN("internet.probe", "ping -c 1 -W 5 203.0.113.10")), 0);
}

static void processes_that_died_are_mended(void **state)
{
	own_stage s = stage_of(handled, NULL);
	struct lab *lab;

	(void)state;
	stand_up(&s);
	lab = opened();
	if (lab->relay)
		assert_int_equal(kill(lab->relay, SIGSTOP), 0); /* it does not answer */
	assert_int_equal(process_stop(lab->services, lab->services_start), 0);
	lab_close(lab);
	assert_done(try_mend(&s, dg), dg);
	assert_whole(&s, "processes");
	assert_up();
	assert_int_equal(run(IN("a", "ping -c 1 -W 5 b")), 0);
	assert_int_equal(run(IN("a", "bash -c '</dev/tcp/10.0.2.10/80'")), 0);
	assert_goes_whole();
}

#ifdef NETEMU_FAULTS
/* Mends in a child. Returns its exit status: 1 if it failed. */
static int try_mend_in_child(const struct stage *s)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		_exit(try_mend(s, dg) < 0);
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Lets the n-th operation of a mend fail, for every third n: the next mend completes it. */
static void a_failure_anywhere_is_mended_the_next_time(void **state)
{
	enum { EVERY = 3 };
	own_stage s = stage_of(handled, NULL);
	unsigned int n = 0;
	int r = -1;

	(void)state;
	stand_up(&s);
	while (r != 0) {
		struct diag *mine = diag_new();
		char text[16];

		assert_int_equal(run(IN("r1", "ip link set r2 down") " && "
								     "ip netns del " LAB_NAME ".b"),
				 0);
		snprintf(text, sizeof(text), "%u", n += EVERY);
		setenv("NETEMU_FAIL_AT", text, 1);
		r = try_mend_in_child(&s);
		unsetenv("NETEMU_FAIL_AT");
		if (r != 0)
			assert_done(try_mend(&s, mine), mine);
		assert_whole(&s, text);
		diag_free(mine);
	}
	print_message("%u steps, every third of which failed\n", n);
	assert_in_range(n, 30, 1000);
	assert_goes_whole();
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whatever_was_done_by_hand_is_mended),
		TEST(rules_that_were_taken_away_are_mended),
		TEST(processes_that_died_are_mended),
#ifdef NETEMU_FAULTS
		TEST(a_failure_anywhere_is_mended_the_next_time),
#endif
	};

	return cmocka_run_group_tests(tests, choose, NULL);
}
