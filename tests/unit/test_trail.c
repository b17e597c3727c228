/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Observed paths against expected paths; and the arithmetic of loss and MTU measurements. No
 * packet is sent: the traces are made up. */
#include <stdio.h>

#include "pieces.h"
#include "world.h"

#include "probe/mtu.h"
#include "probe/scout.h"
#include "probe/system.h"
#include "verify/measure.h"
#include "verify/trail.h"

/* h1 - r1 - r2 - r3 - h2, where o is the routers' object only by name. */
#define NET                                                                                        \
	HEAD "routers: { r1: { asn: 65001 }, r2: { asn: 65002 }, r3: { asn: 65003 } }\n"           \
	     "hosts: { h1: { address: 10.1.0.10/24 }, h2: { address: 10.2.0.10/24 } }\n"           \
	     "links:\n"                                                                            \
	     "  a: { between: [h1, r1] }\n"                                                        \
	     "  b: { between: [r1, r2], bgp: true, prefix: 172.16.0.0/30 }\n"                      \
	     "  c: { between: [r2, r3], bgp: true, prefix: 172.16.0.4/30 }\n"                      \
	     "  d: { between: [r3, h2] }\n"

#define CLOUDS                                                                                     \
	HEAD "private-clouds:\n" CLOUD("a", "10.10", "")                                           \
		CLOUD("b", "10.20", "") "interconnects: { a-b: [a, b] }\n"

/* ---- made-up traces ---- */

/* The address that a node answers from: its first. */
static struct addr node_address(const struct world *w, const char *node)
{
	const struct node *n = &w->f->nodes.v[world_node(w, node)];

	for (each(uint32_t, i, &n->ifaces))
		if (w->f->ifaces.v[*i].addrs.n > 0)
			return w->f->ifaces.v[*i].addrs.v[0].a;
	fail_msg("%s has no address", node);
	return (struct addr){ 0 };
}

/* "r1 * r3 h2.": hops between blanks; "." at the end: arrived, "!": refused. */
static struct trace trace_of(const struct world *w, const char *hops)
{
	struct trace t = { 0 };
	char words[256], *save = NULL;
	size_t n = strlen(hops);

	snprintf(words, sizeof(words), "%s", hops);
	t.arrived = n > 0 && words[n - 1] == '.';
	t.refused = n > 0 && words[n - 1] == '!';
	if (t.arrived || t.refused)
		words[n - 1] = '\0';
	for (char *s = strtok_r(words, " ", &save); s; s = strtok_r(NULL, " ", &save), t.n++)
		if (strcmp(s, "*") != 0 && !addr_parse(s, &t.hops[t.n].by))
			t.hops[t.n].by = node_address(w, s);
	return t;
}

static void trail_by_hops(const struct world *w, const char *from, const char *to, const char *hops,
			  struct trail *ret)
{
	struct trace t = trace_of(w, hops);
	struct verdict v;

	routes_predict(w->r, world_node(w, from), world_node(w, to), &v);
	trail_make(w->f, &v.forward, &t, true, ret);
	verdict_release(&v);
}

/* ---- trails ---- */

static void silent_hops_come_from_the_prediction_if_no_answer_contradicts_it(void **state)
{
	static const struct {
		const char *hops, *want;
		uint32_t count;
	} rows[] = {
		{ "r1 r2 r3 h2.", "r1, r2, r3, h2", 4 },
		{ "r1 * r3 h2.", "r1, (r2), r3, h2", 4 },
		{ "* * * h2.", "(r1), (r2), (r3), h2", 4 },
		{ "r1 r2", "r1, r2, (r3), (h2)", 4 },  /* answers echoes, but no trace */
		{ "r1 r3 h2.", "r1, r3, h2", 3 },      /* another path */
		{ "r3 * r1 h2.", "r3, *, r1, h2", 4 }, /* not between predicted hops */
		{ "r1 * r1 h2.", "r1, *, r1, h2", 4 },
		{ "r1 * r3 r1 h2.", "r1, (r2), r3, r1, h2", 5 },
		{ "r1 192.0.2.9 r3 h2.", "r1, 192.0.2.9, r3, h2", 4 },
		{ "r1 r2!", "r1, r2, then refused", 0 },
	};
	own_world w = world_open(NET);
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct trail t;

		trail_by_hops(&w, "h1", "h2", rows[i].hops, &t);
		assert_string_equal(trail_text(w.f, &t, arena), rows[i].want);
		assert_int_equal(t.hops, rows[i].count);
		trail_release(&t);
	}
	arena_free(arena);
}

/* ---- expected paths ---- */

/* "r1 ... r2|r3 h2": blanks separate steps, bars separate the names of a set. */
static struct expectation expect_path(struct arena *arena, const char *steps)
{
	struct expectation e = { 0 };
	char *words = arena_strdup(arena, steps), *save = NULL, *inner = NULL;

	for (char *s = strtok_r(words, " ", &save); s; s = strtok_r(NULL, " ", &save)) {
		struct path_step *step = vec_add(arena, &e.path);

		step->any = strcmp(s, "...") == 0;
		for (char *n = strtok_r(s, "|", &inner); n && !step->any;
		     n = strtok_r(NULL, "|", &inner))
			vec_push(arena, &step->nodes, ((struct placed_name){ .name = n }));
	}
	return e;
}

static void a_path_is_followed_step_by_step(void **state)
{
	static const struct {
		const char *steps;
		bool want;
	} rows[] = {
		{ "r1 r2 r3 h2", true },     { "h1 r1 r2 r3 h2", true },
		{ "r1 r2 h2", false },	     { "r1 r2 r3", false },
		{ "... h2", true },	     { "...", true },
		{ "r1 ...", true },	     { "... r2 ...", true },
		{ "... r2 h2", false },	     { "r1 ... r3 h2", true },
		{ "r1 r2 ... r3 h2", true }, { "... r3 ... r1 ...", false },
		{ "r1 r9|r2 r3 h2", true },  { "r1 r9|r8 r3 h2", false },
		{ "r2 r1 r3 h2", false },    { "... ... ... h2", true },
		{ "r1 r2 r3 h2 ...", true }, { "r1 r2 r3 h2 h2", false },
	};
	own_world w = world_open(NET);
	struct arena *arena = arena_new();
	struct trail t;

	(void)state;
	trail_by_hops(&w, "h1", "h2", "r1 r2 r3 h2.", &t);
	for (size_t i = 0; i < countof(rows); i++) {
		struct expectation e = expect_path(arena, rows[i].steps);

		if (trail_follows(w.f, &t, world_node(&w, "h1"), &e) != rows[i].want)
			fail_msg("[%s] should%s be followed", rows[i].steps,
				 rows[i].want ? "" : " not");
	}
	trail_release(&t);
	arena_free(arena);
}

static void an_unknown_hop_has_no_name_and_a_path_that_ends_matches_nothing(void **state)
{
	own_world w = world_open(NET);
	struct arena *arena = arena_new();
	struct expectation exact = expect_path(arena, "r3 r2 r1 h2");
	struct expectation any = expect_path(arena, "r3 ... r1 h2");
	struct expectation all = expect_path(arena, "...");
	uint32_t h1 = world_node(&w, "h1");
	struct trail t;

	(void)state;
	trail_by_hops(&w, "h1", "h2", "r3 * r1 h2.", &t);
	assert_false(trail_follows(w.f, &t, h1, &exact));
	assert_true(trail_follows(w.f, &t, h1, &any));
	assert_int_equal(trail_passes(w.f, &t, "r3"), world_node(&w, "r3"));
	assert_int_equal(trail_passes(w.f, &t, "r2"), NONE);
	trail_release(&t);
	trail_by_hops(&w, "h1", "h2", "r1 r2!", &t);
	assert_false(trail_follows(w.f, &t, h1, &all));
	trail_release(&t);
	arena_free(arena);
}

static void an_object_stands_for_its_nodes_in_a_row(void **state)
{
	static const struct {
		const char *steps;
		bool want;
	} rows[] = {
		{ "a b", true },
		{ "a b.primary b", true },
		{ "a.t1 a.t0 a b", true },
		{ "b", false },
		{ "a", false },
		{ "a b a", false },
		{ "a.t1 a|b b.web", true },
	};
	own_world w = world_open(CLOUDS);
	struct arena *arena = arena_new();
	struct trail t;

	(void)state;
	trail_by_hops(&w, "a.web", "b.web", "a.t1 a.t0 a.primary b.primary b.t0 b.t1 b.web.", &t);
	for (size_t i = 0; i < countof(rows); i++) {
		struct expectation e = expect_path(arena, rows[i].steps);

		if (trail_follows(w.f, &t, world_node(&w, "a.web"), &e) != rows[i].want)
			fail_msg("[%s] should%s be followed by %s", rows[i].steps,
				 rows[i].want ? "" : " not", trail_text(w.f, &t, arena));
	}
	trail_release(&t);
	arena_free(arena);
}

static void a_symmetric_return_path_is_the_reverse_of_the_forward_path(void **state)
{
	own_world w = world_open(NET);
	uint32_t h1 = world_node(&w, "h1"), h2 = world_node(&w, "h2");
	struct trail there, back, other;

	(void)state;
	trail_by_hops(&w, "h1", "h2", "r1 r2 r3 h2.", &there);
	trail_by_hops(&w, "h2", "h1", "r3 * r1 h1.", &back);
	trail_by_hops(&w, "h2", "h1", "r3 r1 h1.", &other);
	assert_true(trail_is_reverse(&there, h1, &back, h2));
	assert_true(trail_is_reverse(&back, h2, &there, h1));
	assert_false(trail_is_reverse(&there, h1, &other, h2));
	assert_false(trail_is_reverse(&there, h2, &back, h1));
	trail_release(&there);
	trail_release(&back);
	trail_release(&other);
}

/* ---- answers of routers to a trace ---- */

static void heard(struct trace *t, struct tracing *s, unsigned int ttl, enum heard_kind kind)
{
	struct heard h = { .kind = kind, .by = { AF_INET, { 10, 0, 0, (uint8_t)ttl } }, .type = 3 };

	trace_hear(t, s, ttl, &h);
}

static void a_trace_is_whole_when_every_hop_up_to_the_nearest_end_is_known(void **state)
{
	struct trace t = { 0 };
	struct tracing s = { 0 };

	(void)state;
	heard(&t, &s, 5, HEARD_TARGET);
	heard(&t, &s, 4, HEARD_TARGET);
	heard(&t, &s, 6, HEARD_TARGET);
	heard(&t, &s, 1, HEARD_EXCEEDED);
	heard(&t, &s, 3, HEARD_EXCEEDED);
	assert_false(trace_is_whole(&t, &s));
	assert_true(trace_wants(&t, &s, 2));
	assert_false(trace_wants(&t, &s, 3) || trace_wants(&t, &s, 6));
	heard(&t, &s, 0, HEARD_EXCEEDED);
	heard(&t, &s, TRACE_HOPS + 1, HEARD_EXCEEDED);
	heard(&t, &s, 2, HEARD_EXCEEDED);
	assert_true(trace_is_whole(&t, &s));
	assert_int_equal(s.arrived_at, 4);

	t = (struct trace){ 0 };
	s = (struct tracing){ 0 };
	heard(&t, &s, 1, HEARD_EXCEEDED);
	heard(&t, &s, 7, HEARD_REFUSED);
	heard(&t, &s, 2, HEARD_REFUSED);
	assert_true(trace_is_whole(&t, &s));
	assert_int_equal(s.refused_at, 2);
}

static void icmp_errors_are_of_three_kinds(void **state)
{
	static const struct {
		int family;
		uint8_t type, code;
		enum heard_kind want;
	} rows[] = {
		{ AF_INET, 11, 0, HEARD_EXCEEDED }, { AF_INET, 3, 3, HEARD_REFUSED },
		{ AF_INET, 3, 4, HEARD_TOO_BIG },   { AF_INET, 3, 0, HEARD_REFUSED },
		{ AF_INET, 3, 13, HEARD_REFUSED },  { AF_INET6, 3, 0, HEARD_EXCEEDED },
		{ AF_INET6, 1, 4, HEARD_REFUSED },  { AF_INET6, 2, 0, HEARD_TOO_BIG },
		{ AF_INET6, 1, 0, HEARD_REFUSED },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++)
		assert_int_equal(heard_kind_of(rows[i].family, rows[i].type, rows[i].code),
				 rows[i].want);
}

/* ---- the largest packet ---- */

/* Plays the network: everything up to `mtu` passes; who is too large is told the hint, or
 * nothing. */
static uint32_t search(uint32_t mtu, uint32_t guess, uint32_t hint, unsigned int *ret_rounds)
{
	struct mtu_bounds b = { .fail = 65536, .least = 68 };
	uint32_t sizes[MTU_SIZES];
	size_t n;

	for (*ret_rounds = 0; (n = mtu_next(&b, guess, sizes)) > 0; (*ret_rounds)++) {
		assert_true(*ret_rounds < 16 && n <= MTU_SIZES);
		for (size_t i = 0; i < n; i++) {
			assert_true(sizes[i] > b.pass || b.pass == 0);
			assert_true(i == 0 || sizes[i] > sizes[i - 1]);
		}
		for (size_t i = 0; i < n; i++)
			if (sizes[i] <= mtu)
				b.pass = sizes[i];
			else if (sizes[i] < b.fail)
				b.fail = sizes[i];
		b.hint = b.fail < 65536 ? hint : 0;
	}
	return b.pass;
}

static void every_mtu_is_found(void **state)
{
	unsigned int rounds;

	(void)state;
	for (uint32_t mtu = 68; mtu < 9300; mtu += mtu % 97 + 1)
		for (uint32_t guess = 0; guess < 3000; guess += 700)
			assert_int_equal(search(mtu, guess, 0, &rounds), mtu);
	assert_int_equal(search(65535, 0, 0, &rounds), 65535);
	assert_int_equal(search(60, 1400, 0, &rounds), 0); /* not even the smallest packet */
	assert_int_equal(search(1400, 1400, 0, &rounds), 1400);
	assert_int_equal(rounds, 1); /* a right guess needs one round, */
	assert_int_equal(search(1400, 1300, 1400, &rounds), 1400);
	assert_int_equal(rounds, 2); /* a router's hint is believed, */
	assert_int_equal(search(1400, 1300, 1200, &rounds), 1400); /* unless it is wrong */
}

/* ---- losses ---- */

static void losses_are_judged_by_what_chance_explains(void **state)
{
	struct range half = { true, 5000, 20000, { 0 } }, none = { true, 0, 0, { 0 } };
	struct confidence c = loss_confidence(10, 1000);

	(void)state;
	assert_true(c.least_ppm > 4400 && c.least_ppm < 4800);
	assert_true(c.most_ppm > 21200 && c.most_ppm < 22000);
	assert_int_equal(loss_confidence(0, 300).least_ppm, 0);
	assert_int_equal(loss_confidence(300, 300).most_ppm, 1000000);
	assert_int_equal(loss_count(&half), 4800);
	assert_int_equal(loss_count(&none), 300);
	assert_true(loss_is_within(&half, 48, 4800));
	assert_true(loss_is_within(&half, 20, 4800)); /* 0.42 %: chance may do that */
	assert_false(loss_is_within(&half, 5, 4800));
	assert_false(loss_is_within(&half, 200, 4800));
	assert_true(loss_is_within(&none, 0, 300));
	assert_false(loss_is_within(&none, 1, 300));
}

/* ---- output of the standard programs ---- */

static void the_output_of_ping_is_parsed(void **state)
{
	struct probe p = { .to = { AF_INET, { 10, 0, 0, 9 } } };
	char words[PROBE_TEXT];

	(void)state;
	assert_true(ping_read("PING 10.0.0.9 (10.0.0.9) 56(84) bytes of data.\n"
			      "64 bytes from 10.0.0.9: icmp_seq=1 ttl=64 time=9.00 ms\n"
			      "64 bytes from 10.0.0.9: icmp_seq=2 ttl=64 time=1.00 ms\n"
			      "64 bytes from 10.0.0.9: icmp_seq=4 ttl=64 time=2.50 ms\n"
			      "\n--- 10.0.0.9 ping statistics ---\n"
			      "4 packets transmitted, 3 received, 25% packet loss, time 205ms\n",
			      &p));
	assert_int_equal(p.sent, 3); /* the first does not count */
	assert_int_equal(p.received, 2);
	assert_int_equal(p.rtt_min_ns, 1000000);
	assert_int_equal(p.rtt_median_ns, 1750000);
	assert_int_equal(p.jitter_ns, 1500000);
	assert_false(p.refused);

	assert_true(ping_read("PING 10.0.0.9 (10.0.0.9) 56(84) bytes of data.\n"
			      "From 10.0.0.2 icmp_seq=1 Destination Host Unreachable\n"
			      "\n--- 10.0.0.9 ping statistics ---\n"
			      "2 packets transmitted, 0 received, +2 errors, 100% packet loss\n",
			      &p));
	assert_int_equal(p.received, 0);
	assert_true(p.refused);
	assert_string_equal(ADDR_STR(&p.refused_by), "10.0.0.2");
	assert_string_equal(probe_refusal(&p, words), "host unreachable");

	assert_true(ping_read("ping: connect: Network is unreachable\n", &p));
	assert_true(p.refused && p.refused_by.family == 0);
	assert_false(ping_read("ping: unknown trouble\n", &p));
}

static void the_output_of_traceroute_is_parsed(void **state)
{
	struct trace t = { .to = { AF_INET, { 10, 0, 0, 9 } } };

	(void)state;
	assert_true(traceroute_read("traceroute to 10.0.0.9 (10.0.0.9), 30 hops max\n"
				    " 1  10.0.0.1  0.017 ms  0.1 ms\n 2  * *\n 3  * "
				    "10.0.0.9  1.0 ms\n",
				    &t));
	assert_int_equal(t.n, 3);
	assert_true(t.arrived && !t.refused);
	assert_int_equal(t.hops[1].by.family, 0);
	assert_string_equal(ADDR_STR(&t.hops[0].by), "10.0.0.1");

	assert_true(traceroute_read("traceroute to 10.0.0.9 (10.0.0.9), 30 hops max\n"
				    " 1  10.0.0.1  0.017 ms\n 2  10.0.0.2  0.2 ms !H\n",
				    &t));
	assert_int_equal(t.n, 2);
	assert_true(t.refused && !t.arrived);
	assert_true(traceroute_read(" 1  10.0.0.1  0.017 ms\n 2  *\n 3  *\n", &t));
	assert_int_equal(t.n, 1);
	assert_false(traceroute_read("traceroute: no\n", &t));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silent_hops_come_from_the_prediction_if_no_answer_contradicts_it),
		cmocka_unit_test(a_path_is_followed_step_by_step),
		cmocka_unit_test(an_unknown_hop_has_no_name_and_a_path_that_ends_matches_nothing),
		cmocka_unit_test(an_object_stands_for_its_nodes_in_a_row),
		cmocka_unit_test(a_symmetric_return_path_is_the_reverse_of_the_forward_path),
		cmocka_unit_test(a_trace_is_whole_when_every_hop_up_to_the_nearest_end_is_known),
		cmocka_unit_test(icmp_errors_are_of_three_kinds),
		cmocka_unit_test(every_mtu_is_found),
		cmocka_unit_test(losses_are_judged_by_what_chance_explains),
		cmocka_unit_test(the_output_of_ping_is_parsed),
		cmocka_unit_test(the_output_of_traceroute_is_parsed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
