/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Traffic that a change of the lab does not affect loses no packets. */
#include "stage.h"

#include <signal.h>

/* Starts a ping of a hundred packets a second, until SIGINT. */
static pid_t start_ping(const char *netns, const char *to, const char *out)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		own_free char *path = xasprintf("/run/netns/%s.%s", LAB_NAME, netns);
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd < 0 || setns(fd, CLONE_NEWNET) < 0 || !freopen(out, "w", stdout))
			_exit(1);
		execlp("ping", "ping", "-n", "-i", "0.01", to, NULL);
		_exit(1);
	}
	return child;
}

/* Counts the replies so far. */
static unsigned int answers_in(const char *out)
{
	own_file *f = fopen(out, "re");
	char line[256];
	unsigned int n = 0;

	while (f && fgets(line, sizeof(line), f))
		n += strstr(line, " time=") != NULL;
	return n;
}

/* Waits for ten more replies. */
static void await_answers(const char *out)
{
	unsigned int wanted = answers_in(out) + 10;

	for (int i = 0; i < 6000 && answers_in(out) < wanted; i++)
		usleep(10000);
	assert_true(answers_in(out) >= wanted);
}

/* Counts the requests without a reply before the last one with a reply. */
static unsigned int lost_by(pid_t ping, const char *out)
{
	own_file *f = NULL;
	char line[256];
	unsigned int last = 0, got = 0;

	kill(ping, SIGINT);
	waitpid(ping, NULL, 0);
	f = fopen(out, "re");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		const char *at = strstr(line, "icmp_seq=");
		unsigned int seq = at && strstr(line, " time=") ? (unsigned int)atoi(at + 9) : 0;

		got += seq > 0;
		last = seq > last ? seq : last;
	}
	unlink(out);
	assert_true(last > 10);
	return last - got;
}

static void flows_that_are_not_concerned_lose_nothing(void **state)
{
	static const char *const all[] = { failed_link, connected, impaired_link, disconnected };
	struct stage stages[55];
	size_t n = 0;
	pid_t ping;

	(void)state;
	machine_needed();
	stages[n++] = stage_of(plain, NULL);
	while (n < countof(stages)) {
		stages[n] = stage_of(n % 2 ? all[n / 2 % countof(all)] : plain, &stages[n - 1]);
		n++;
	}
	stand_up(&stages[0]);
	ping = start_ping("c", "10.0.4.10", "/run/ping");
	await_answers("/run/ping");
	for (size_t i = 1; i < n; i++)
		assert_done(try_change(&stages[i - 1], &stages[i], dg), dg);
	assert_int_equal(lost_by(ping, "/run/ping"), 0);
	assert_no_drift(stages[n - 1].plan, "after all of it");
	for (size_t i = 0; i < n; i++)
		stage_close(&stages[i]);
}

static unsigned int lost_by_another_way(const struct stage *from, const struct stage *failed,
					const struct stage *back)
{
	pid_t ping = start_ping("a", "10.0.2.10", "/run/ping");

	await_answers("/run/ping");
	change_to(from, failed, "a link fails");
	await_answers("/run/ping");
	change_to(failed, back, "it is back");
	await_answers("/run/ping");
	return lost_by(ping, "/run/ping");
}

/* The path of a flow changes: the new path is added before the old one is removed. Packets in
 * flight on a link that is cut are lost: one echo, or a few on a busy machine. */
static void a_flow_that_takes_another_way_loses_nothing(void **state)
{
	own_stage a = stage_of(plain, NULL), b = stage_of(failed_link, &a), c = stage_of(plain, &b);
	unsigned int lost;

	(void)state;
	stand_up(&a);
	lost = lost_by_another_way(&a, &b, &c);
	for (int again = 0; again < 3 && lost > 1; again++) {
		sleep(1);
		lost = lost_by_another_way(&c, &b, &c);
	}
	assert_in_range(lost, 0, 1);
}

/* A NAT keeps its conntrack entries when its rules change. */
static void a_flow_through_a_nat_whose_rules_change_loses_nothing(void **state)
{
	own_stage a = stage_of(OUTSIDE(""), NULL);
	own_stage b = stage_of(OUTSIDE(", public-ips: { vm: 203.0.113.10 }"), &a);
	own_stage c = stage_of(OUTSIDE(""), &b);
	pid_t ping;

	(void)state;
	stand_up(&a);
	ping = start_ping("hub.back", "198.51.100.10", "/run/ping");
	await_answers("/run/ping");
	change_to(&a, &b, "a public address comes");
	assert_int_equal(run(IN("internet.probe", "ping -c 1 -W 5 203.0.113.10")), 0);
	change_to(&b, &c, "and goes");
	assert_int_equal(lost_by(ping, "/run/ping"), 0);
	assert_int_not_equal(run(IN("internet.probe", "ping -c 1 -W 1 203.0.113.10")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(flows_that_are_not_concerned_lose_nothing),
		TEST(a_flow_that_takes_another_way_loses_nothing),
		TEST(a_flow_through_a_nat_whose_rules_change_loses_nothing),
	};

	return cmocka_run_group_tests(tests, choose, NULL);
}
