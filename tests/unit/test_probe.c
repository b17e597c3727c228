/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The prober: its packets' bytes, its timeline, and real packets between the test's namespaces. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/vec.h"
#include "probe/mtu.h"
#include "probe/packet.h"
#include "probe/probe.h"
#include "probe/system.h"
#include "probe/timeline.h"
#include "probe/trace.h"
#include "probe/watch.h"

enum { MS = 1000000 };

/* ---- bytes ---- */

static void an_echo_is_the_bytes_that_rfc_792_says(void **state)
{
	static const unsigned char want[ECHO_BYTES] = { 8, 0, 0x52, 0x24, 0x12, 0x34, 0xab, 0xcd };
	struct echo e = { .ident = 0x1234, .seq = 0xabcd, .cookie = 0 };
	unsigned char got[ECHO_BYTES];
	uint32_t sum = 0;

	(void)state;
	echo_build(AF_INET, &e, got);
	for (size_t i = 0; i < ECHO_BYTES; i += 2)
		sum += (uint32_t)(got[i] << 8 | got[i + 1]);
	assert_int_equal((sum & 0xffff) + (sum >> 16), 0xffff);
	assert_memory_equal(got, want, 2);
	assert_memory_equal(got + 4, want + 4, ECHO_BYTES - 4);
}

/* Puts an IPv4 header of 20 bytes before a payload. */
static size_t wrap_icmp(unsigned char *to, const char *dst, const unsigned char *p, size_t n)
{
	struct addr a;

	assert_true(addr_parse(dst, &a));
	memset(to, 0, 20);
	to[0] = 0x45;
	to[9] = 1;
	memcpy(to + 16, a.b, 4);
	memcpy(to + 20, p, n);
	return n + 20;
}

static void answers_are_recognised_and_truncated_ones_are_not(void **state)
{
	struct echo e = { .ident = 7, .seq = 9, .cookie = 0x1122334455667788 };
	unsigned char echo[ECHO_BYTES], error[128] = { 3, 1 }, packet[160];
	struct answer a;
	size_t n;

	(void)state;
	echo_build(AF_INET, &e, echo);
	n = wrap_icmp(packet, "192.0.2.1", echo, ECHO_BYTES);
	assert_false(answer_read(AF_INET, packet, n, &a)); /* a request is no answer */

	echo[0] = 0;
	n = wrap_icmp(packet, "192.0.2.1", echo, ECHO_BYTES);
	assert_true(answer_read(AF_INET, packet, n, &a));
	assert_int_equal(a.kind, ANSWER_REPLY);
	assert_int_equal(a.echo.ident, 7);
	assert_int_equal(a.echo.seq, 9);
	assert_true(a.has_cookie && a.echo.cookie == e.cookie);
	for (size_t cut = 0; cut < 28; cut++)
		assert_false(answer_read(AF_INET, packet, cut, &a));

	/* An error that quotes only eight bytes of the echo. */
	echo[0] = 8;
	n = 8 + wrap_icmp(error + 8, "198.51.100.1", echo, 8);
	n = wrap_icmp(packet, "192.0.2.1", error, n);
	assert_true(answer_read(AF_INET, packet, n, &a));
	assert_int_equal(a.kind, ANSWER_ERROR);
	assert_int_equal(a.echo.seq, 9);
	assert_false(a.has_cookie);
	assert_int_equal(a.type, 3);
	assert_int_equal(a.code, 1);
	assert_memory_equal(a.to.b, ((unsigned char[]){ 198, 51, 100, 1 }), 4);
	for (size_t cut = 0; cut < n; cut++)
		assert_false(answer_read(AF_INET, packet, cut, &a));
}

static void too_big_errors_carry_the_mtu(void **state)
{
	struct echo e = { .ident = 7, .seq = 9 };
	unsigned char echo[ECHO_BYTES], error[128] = { 3, 4, 0, 0, 0, 0, 1400 >> 8, 1400 & 255 };
	unsigned char packet[160], too_big[128] = { 2, 0, 0, 0, 0, 0, 5, 0 };
	struct answer a;
	size_t n;

	(void)state;
	echo_build(AF_INET, &e, echo);
	n = 8 + wrap_icmp(error + 8, "198.51.100.1", echo, 8);
	n = wrap_icmp(packet, "192.0.2.1", error, n);
	packet[8] = 61;
	assert_true(answer_read(AF_INET, packet, n, &a));
	assert_int_equal(a.mtu, 1400);
	assert_int_equal(a.ttl, 61);
	packet[21] = 1; /* in another error these bytes have no meaning */
	assert_true(answer_read(AF_INET, packet, n, &a));
	assert_int_equal(a.mtu, 0);

	too_big[8] = 0x60;
	too_big[8 + 6] = 58;
	echo_build(AF_INET6, &e, too_big + 48);
	assert_true(answer_read(AF_INET6, too_big, 48 + ECHO_BYTES, &a));
	assert_int_equal(a.mtu, 1280);
}

static void random_bytes_never_break_the_reader(void **state)
{
	unsigned char p[96];
	struct answer a;

	(void)state;
	srandom(1);
	for (int i = 0; i < 200000; i++) {
		size_t n = (size_t)random() % sizeof(p);

		for (size_t k = 0; k < n; k++)
			p[k] = (unsigned char)random();
		if (n > 9 && i % 2) { /* past the first checks */
			p[0] = (unsigned char)(0x40 | (p[0] & 15));
			p[9] = 1;
		}
		(void)answer_read(i % 3 ? AF_INET : AF_INET6, p, n, &a);
	}
}

/* ---- the timeline ---- */

/* The item that is due first, found by looking at each. */
static uint32_t first_timer(const uint64_t *due, uint32_t n)
{
	uint32_t first = TIMELINE_EMPTY;

	for (uint32_t i = 0; i < n; i++)
		if (due[i] && (first == TIMELINE_EMPTY || due[i] < due[first]))
			first = i;
	return first;
}

static void the_timetable_agrees_with_a_linear_search(void **state)
{
	enum { ITEMS = 64, ROUNDS = 20000 };

	(void)state;
	srandom(2);
	for (uint32_t n = 1; n <= ITEMS; n = n * 3 / 2 + 1) {
		struct timeline *t = timeline_new(n);
		uint64_t due[ITEMS] = { 0 }, first;

		for (int i = 0; i < ROUNDS; i++) {
			uint32_t item = (uint32_t)random() % n, want;

			due[item] = random() % 3 ? (uint64_t)random() % 50 + 1 : 0;
			if (due[item])
				timeline_set(t, item, due[item]);
			else
				timeline_remove(t, item);
			want = first_timer(due, n);
			assert_int_equal(timeline_first(t, &first), want);
			if (want != TIMELINE_EMPTY)
				assert_int_equal(first, due[want]);
			if (i % 100 > 0) /* every hundredth time all are removed, in order */
				continue;
			for (; want != TIMELINE_EMPTY; want = first_timer(due, n)) {
				assert_int_equal(timeline_first(t, &first), want);
				timeline_remove(t, want);
				due[want] = 0;
			}
		}
		timeline_free(t);
	}
}

/* ---- packets ---- */

/* Two namespaces: the sender's, and a router's, which a child process holds.
 *
 *	sender 10.0.0.1 ==== 10.0.0.2 router: unreachable 10.9.0.0/16, blackhole 10.7.0.0/16
 */
static struct net {
	int sender; /* -1: not available */
	pid_t router;
	int go; /* closing it ends the router */
	const char *lacks;
} net = { .sender = -1 };

static int run_ping(const char *command)
{
	return system(command); /* NOLINT: a constant command */
}

static void hold_router(int ready, int go)
{
	char c;

	if (unshare(CLONE_NEWNET) < 0)
		_exit(1);
	(void)!write(ready, "", 1);
	if (read(go, &c, 1) != 1) /* the veth pair exists */
		_exit(0);
	if (run_ping("ip link set lo up && ip addr add 10.0.0.2/24 dev b0 &&"
		     "ip addr add fd00::2/64 dev b0 nodad && ip link set b0 up &&"
		     "ip route add unreachable 10.9.0.0/16 && ip route add blackhole 10.7.0.0/16 &&"
		     "echo 1 > /proc/sys/net/ipv4/ip_forward &&"
		     "echo 0 > /proc/sys/net/ipv4/icmp_ratemask") != 0)
		_exit(1);
	(void)!write(ready, "", 1);
	(void)!read(go, &c, 1);
	_exit(0);
}

static bool start_router(void)
{
	char c, command[256];
	int ready[2], go[2];

	if (pipe2(ready, O_CLOEXEC) < 0 || pipe2(go, O_CLOEXEC) < 0)
		return false;
	net.router = fork();
	if (net.router == 0) {
		close(go[1]);
		close(ready[0]);
		hold_router(ready[1], go[0]);
	}
	close(ready[1]);
	close(go[0]);
	net.go = go[1];
	if (read(ready[0], &c, 1) != 1)
		return false;
	snprintf(command, sizeof(command),
		 "ip link set lo up && ip link add a0 type veth peer name b0 netns %d &&"
		 "ip addr add 10.0.0.1/24 dev a0 && ip addr add fd00::1/64 dev a0 nodad &&"
		 "ip link set a0 up && ip route add default via 10.0.0.2",
		 net.router);
	if (run_ping(command) != 0 || write(net.go, "", 1) != 1 || read(ready[0], &c, 1) != 1)
		return false;
	close(ready[0]);
	return true;
}

/* On a busy machine answers may take longer than the timeout of a silent series. A run that expects
 * answers has a long timeout, which costs nothing, since the run ends with the answers. */
#define LONG_NS UINT64_C(60000000000)
static const struct probe_options quick = { .count = 5,
					    .interval_ns = 2 * MS,
					    .timeout_ns = 150 * MS };
static const struct probe_options patient = { .count = 5,
					      .interval_ns = 2 * MS,
					      .timeout_ns = LONG_NS };

/* The kernel takes up to a second to see that the peer of a veth is up. */
static bool wait_for_wire(void)
{
	struct diag *dg = diag_new();
	struct probe p = { .netns = net.sender };

	assert_true(addr_parse("fd00::2", &p.to));
	for (int i = 0; i < 200 && p.received == 0; i++)
		assert_int_equal(probe_run(&p, 1, quick, dg), 0);
	diag_free(dg);
	return p.received > 0;
}

static int make_net(void **state)
{
	own_fd home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	(void)state;
	if (geteuid() != 0) {
		net.lacks = "root";
	} else if (run_ping("command -v ip > /dev/null") != 0) {
		net.lacks = "iproute2";
	} else if (unshare(CLONE_NEWNET) < 0) {
		net.lacks = "network namespaces";
	} else {
		bool made = start_router();

		net.sender = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
		assert_int_equal(setns(home, CLONE_NEWNET), 0);
		return made && wait_for_wire() ? 0 : -1;
	}
	return 0;
}

static int unmake_net(void **state)
{
	(void)state;
	if (net.router > 0) {
		close(net.go);
		waitpid(net.router, NULL, 0);
	}
	own_closep(&net.sender);
	return 0;
}

static void need_net(void)
{
	if (net.lacks) {
		print_message("needs %s\n", net.lacks);
		skip();
	}
}

static struct probe probe_to(const char *to)
{
	struct probe p = { .netns = net.sender };

	assert_true(addr_parse(to, &p.to));
	return p;
}

/* Returns the duration in ns. */
static uint64_t run_probes(struct probe *p, size_t n, struct probe_options opt)
{
	struct diag *dg = diag_new();
	uint64_t begun = clock_ns();

	assert_int_equal(probe_run(p, n, opt, dg), 0);
	assert_int_equal(diag_count(dg), 0);
	diag_free(dg);
	return clock_ns() - begun;
}

/* Round trips are at most the duration of the whole run. */
static void assert_answered(const struct probe *p, unsigned int count, uint64_t took)
{
	assert_int_equal(p->sent, count);
	assert_int_equal(p->received, count);
	assert_false(p->refused);
	assert_true(p->rtt_min_ns > 0 && p->rtt_min_ns <= p->rtt_median_ns);
	assert_true(p->rtt_median_ns <= p->rtt_max_ns && p->rtt_max_ns < took);
}

static void ipv4_and_ipv6_are_answered_and_the_first_echo_is_not_counted(void **state)
{
	struct probe p[] = { probe_to("10.0.0.2"), probe_to("fd00::2"), probe_to("10.0.0.1") };
	uint64_t took;

	(void)state;
	need_net();
	took = run_probes(p, countof(p), patient);
	for (size_t i = 0; i < countof(p); i++)
		assert_answered(&p[i], patient.count, took);
}

static void a_refusal_names_its_sender_and_its_icmp_type(void **state)
{
	struct probe p[] = { probe_to("10.9.1.1"), probe_to("10.200.0.1"), probe_to("fd99::1") };
	struct probe_options opt = patient;
	char words[PROBE_TEXT];

	(void)state;
	need_net();
	opt.count = 1; /* a kernel refuses five times in a row, then once a second (error_burst) */
	assert_true(run_probes(p, countof(p), opt) < LONG_NS); /* a refusal ends a series */
	for (size_t i = 0; i < countof(p); i++) {
		assert_true(p[i].refused);
		assert_int_equal(p[i].received, 0);
		assert_int_equal(p[i].sent, opt.count);
	}
	assert_string_equal(ADDR_STR(&p[0].refused_by), "10.0.0.2");
	assert_string_equal(probe_refusal(&p[0], words), "host unreachable");
	assert_string_equal(ADDR_STR(&p[1].refused_by), "10.0.0.2");
	assert_string_equal(probe_refusal(&p[1], words), "network unreachable");
	assert_int_equal(p[2].refused_by.family, 0); /* our own kernel has no route */
	assert_string_equal(probe_refusal(&p[2], words), "no route");
}

static void an_unanswered_series_ends_at_its_timeout(void **state)
{
	struct probe p = probe_to("10.7.0.1");
	uint64_t took;

	(void)state;
	need_net();
	took = run_probes(&p, 1, quick);
	assert_int_equal(p.sent, quick.count);
	assert_int_equal(p.received, 0);
	assert_false(p.refused);
	assert_int_equal(p.rtt_median_ns, 0);
	assert_true(took >= 2 * quick.timeout_ns && took < LONG_NS);
}

static void thousands_of_series_run_in_parallel(void **state)
{
	enum { MANY = 3000 }; /* of 100 echoes: more than one channel's sequence numbers */
	struct probe_options opt = {
		.count = 99, .interval_ns = 1, .timeout_ns = LONG_NS, .gap_ns = 1
	};
	struct probe *p;
	uint64_t took;

	(void)state;
	need_net();
	p = xcalloc(MANY, sizeof(*p));
	for (size_t i = 0; i < MANY; i++)
		p[i] = probe_to(i % 2 ? "10.0.0.2" : "fd00::2");
	took = run_probes(p, MANY, opt);
	for (size_t i = 0; i < MANY; i++)
		assert_answered(&p[i], opt.count, took);
	free(p);
}

static void in_a_hurry_one_answer_in_time_is_enough_and_a_late_one_is_not(void **state)
{
	struct probe p[] = { probe_to("10.0.0.2"), probe_to("10.0.0.2") };
	struct probe silent = probe_to("10.7.0.1");
	struct probe_options opt = patient;
	uint64_t took;

	(void)state;
	need_net();
	p[0].late_ns = LONG_NS;
	p[1].late_ns = 1;
	opt.hurry = true;
	took = run_probes(p, countof(p), opt);
	assert_answered(&p[0], 1, took);
	assert_answered(&p[1], opt.count, took);
	opt = quick;
	opt.hurry = true;
	opt.warm_ns = 10 * MS;
	run_probes(&silent, 1, opt);
	assert_int_equal(silent.sent, opt.count); /* a single lost echo proves nothing */
	assert_int_equal(silent.received, 0);
}

static struct trace trace_to(const char *to)
{
	struct trace t = { .netns = net.sender };

	assert_true(addr_parse(to, &t.to));
	return t;
}

/* Nothing can be sent from a descriptor that is no namespace: that is an error, not a loss. */
static void what_cannot_be_sent_is_an_error_of_each_prober(void **state)
{
	own_fd nowhere = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct probe p[] = { probe_to("10.0.0.2"), probe_to("10.0.0.2") };
	struct trace t[] = { trace_to("10.0.0.2"), trace_to("10.0.0.2") };
	struct mtu_search m = { .netns = nowhere };
	struct diag *dg = diag_new();

	(void)state;
	need_net();
	p[1].netns = t[1].netns = nowhere; /* the second of two */
	m.to = p[0].to;
	assert_int_equal(probe_run(p, countof(p), quick, dg), -EINVAL);
	assert_int_equal(trace_run(t, countof(t), quick, dg), -EINVAL);
	assert_int_equal(mtu_run(&m, 1, quick, dg), -EINVAL);
	assert_int_equal(diag_count(dg), 3);
	assert_true(system_echo(p, countof(p), quick, dg) < 0);
	diag_free(dg);
}

static void a_trace_shows_each_router_and_the_refusal(void **state)
{
	struct trace t[] = { trace_to("10.0.0.2"), trace_to("10.9.1.1"), trace_to("fd00::2") };
	struct trace silent = trace_to("10.7.0.1");
	struct diag *dg = diag_new();

	(void)state;
	need_net();
	assert_int_equal(trace_run(t, countof(t), patient, dg), 0);
	assert_true(t[0].arrived && t[0].n == 1 && t[2].arrived && t[2].n == 1);
	assert_true(addr_eq(&t[0].hops[0].by, &t[0].to));
	assert_int_equal(t[0].hops[0].ttl, 64);
	assert_true(t[1].refused && !t[1].arrived && t[1].n == 1);
	assert_string_equal(ADDR_STR(&t[1].hops[0].by), "10.0.0.2");
	assert_int_equal(t[1].icmp_code, 1);
	assert_int_equal(trace_run(&silent, 1, quick, dg), 0);
	assert_false(silent.arrived || silent.refused);
	diag_free(dg);
}

static void the_largest_packet_is_the_mtu_of_the_link(void **state)
{
	struct mtu_search m[] = { { .netns = net.sender, .guess = 1400 }, { .netns = net.sender } };
	struct mtu_search silent = { .netns = net.sender };
	struct diag *dg = diag_new();

	(void)state;
	need_net();
	assert_true(addr_parse("10.0.0.2", &m[0].to) && addr_parse("fd00::2", &m[1].to) &&
		    addr_parse("10.7.0.1", &silent.to));
	assert_int_equal(mtu_run(m, countof(m), patient, dg), 0);
	assert_int_equal(m[0].mtu, 1500);
	assert_true(m[0].end == MTU_LOCAL && m[1].end == MTU_LOCAL);
	assert_int_equal(m[1].mtu, 1500);
	assert_int_equal(mtu_run(&silent, 1, quick, dg), 0);
	assert_int_equal(silent.mtu, 0); /* nothing arrives there */
	diag_free(dg);
}

static void a_cancelled_run_ends_in_its_own_namespace(void **state)
{
	struct probe p = probe_to("10.7.0.1");
	struct probe_options opt = quick;
	struct stat before, after;
	own_fd event = eventfd(1, EFD_CLOEXEC);
	struct diag *dg;

	(void)state;
	need_net();
	opt.stop = event;
	dg = diag_new();
	assert_int_equal(stat("/proc/self/ns/net", &before), 0);
	assert_int_equal(probe_run(&p, 1, opt, dg), -EINTR);
	assert_int_equal(stat("/proc/self/ns/net", &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	diag_free(dg);
}

static void an_invalid_namespace_is_an_error(void **state)
{
	struct probe p = { .netns = -1 };
	struct diag *dg = diag_new();

	(void)state;
	assert_true(addr_parse("10.0.0.2", &p.to));
	assert_int_equal(probe_run(&p, 1, quick, dg), -EBADF);
	assert_int_equal(diag_errors(dg), 1);
	diag_free(dg);
}

/* Reads the first `n` echoes of a pair, once they are answered, refused or lost. */
static void check_echoes(struct echo_watch *watch, size_t pair, bool silent, struct watch_echo *e,
			 size_t n)
{
	size_t known = 0;

	for (int i = 0; i < 6000 && known < n; i++) {
		usleep(10000);
		if (watch_look(watch, pair, 0, e, n) < n)
			continue;
		for (known = 0; known < n && (silent || e[known].rtt_ns > 0 || e[known].refused);)
			known++;
	}
	assert_int_equal(known, n);
}

static void a_watch_runs_in_the_background_and_reports_each_echo(void **state)
{
	static const struct {
		const char *to;
		bool answered, refused;
	} pairs[] = { { "10.0.0.2", true, false },
		      { "10.7.0.1", false, false },
		      { "fd99::1", false, true }, /* the sender has no route */
		      { "fd00::2", true, false } };
	struct watch_pair w[countof(pairs)];
	struct watch_echo e[8];
	struct echo_watch *watch;

	(void)state;
	need_net();
	for (size_t i = 0; i < countof(pairs); i++) {
		w[i] = (struct watch_pair){ .netns = net.sender };
		assert_true(addr_parse(pairs[i].to, &w[i].to));
	}
	assert_int_equal(watch_begin(w, countof(w), 5 * MS, &watch), 0);
	for (size_t i = 0; i < countof(pairs); i++) {
		check_echoes(watch, i, !pairs[i].answered && !pairs[i].refused, e, countof(e));
		for (size_t k = 0; k < countof(e); k++) {
			assert_int_equal(e[k].rtt_ns > 0, pairs[i].answered);
			assert_int_equal(e[k].refused, pairs[i].refused);
			assert_true(k == 0 || e[k].sent_ns > e[k - 1].sent_ns);
		}
	}
	assert_int_equal(watch_look(watch, 0, 100000, e, countof(e)), 0);
	watch_end(watch);
	w[0].netns = -1;
	assert_true(watch_begin(w, 1, MS, &watch) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_echo_is_the_bytes_that_rfc_792_says),
		cmocka_unit_test(answers_are_recognised_and_truncated_ones_are_not),
		cmocka_unit_test(too_big_errors_carry_the_mtu),
		cmocka_unit_test(random_bytes_never_break_the_reader),
		cmocka_unit_test(the_timetable_agrees_with_a_linear_search),
		cmocka_unit_test(ipv4_and_ipv6_are_answered_and_the_first_echo_is_not_counted),
		cmocka_unit_test(a_refusal_names_its_sender_and_its_icmp_type),
		cmocka_unit_test(an_unanswered_series_ends_at_its_timeout),
		cmocka_unit_test(thousands_of_series_run_in_parallel),
		cmocka_unit_test(in_a_hurry_one_answer_in_time_is_enough_and_a_late_one_is_not),
		cmocka_unit_test(what_cannot_be_sent_is_an_error_of_each_prober),
		cmocka_unit_test(a_trace_shows_each_router_and_the_refusal),
		cmocka_unit_test(the_largest_packet_is_the_mtu_of_the_link),
		cmocka_unit_test(a_watch_runs_in_the_background_and_reports_each_echo),
		cmocka_unit_test(a_cancelled_run_ends_in_its_own_namespace),
		cmocka_unit_test(an_invalid_namespace_is_an_error),
	};

	return cmocka_run_group_tests(tests, make_net, unmake_net);
}
