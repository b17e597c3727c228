/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges made-up answers by expectations and predictions. No packet is sent. */
#include <errno.h>
#include <netinet/ip_icmp.h>

#include "world.h"

#include "base/own.h"
#include "verify/judge.h"
#include "verify/judge_route.h"

enum { TOLERANCE_NS = 400000 };
#define MS_NS UINT64_C(1000000)

/* Nothing leads to h3. */
#define NET                                                                                        \
	"netemu: 1\nname: t\n"                                                                     \
	"routers: { r1: { asn: 65001 }, r2: { asn: 65002 }, r3: { asn: 65003 } }\n"                \
	"hosts: { h1: { address: 10.1.0.10/24 }, h2: { address: 10.2.0.10/24 },\n"                 \
	"         h3: { address: 10.3.0.10/24 } }\n"                                               \
	"links:\n"                                                                                 \
	"  a: { between: [h1, r1] }\n"                                                             \
	"  b: { between: [r1, r2], delay: 5ms, bgp: true, prefix: 172.16.0.0/30 }\n"               \
	"  c: { between: [r2, h2] }\n"                                                             \
	"  d: { between: [r3, h3] }\n"
#define LOST "r1 has no route to 10.3.0.10; no chain of sessions leads from r3 to it"

/* "ok|FAILED: expected; observed; the prediction, if the result has one". */
static void judge_seen(const struct world *w, struct trial *t, const struct observed *seen,
		       struct text *out)
{
	struct arena *a = arena_new();
	struct test_result r;

	routes_predict(w->r, t->from, t->to, &t->verdict);
	trial_judge(w->r, t, seen, TOLERANCE_NS, a, &r);
	text_printf(out, "%s: %s; %s", r.outcome == OUTCOME_OK ? "ok" : "FAILED", r.expected,
		    r.observed);
	if (r.predicted)
		text_printf(out, "; %s", r.predicted);
	verdict_release(&t->verdict);
	arena_free(a);
}

static void assert_expected(const char *expect, bool listened, const struct observed *seen,
			    const char *want)
{
	own_free char *yaml = xasprintf(NET "expect: [{ %s }]\n", expect);
	own_world w = world_open(yaml);
	const struct expectation *e = &w.m->expectations.v[0];
	struct trial t = { .from = world_node(&w, e->from.name),
			   .to = world_node(&w, e->to.name),
			   .expect = e,
			   .calls = e->service.port,
			   .listened = listened };
	own_text out = { 0 };

	judge_seen(&w, &t, seen, &out);
	assert_string_equal(text_str(&out), want);
}

static void assert_pair_of(const char *yaml, const char *from, const char *to,
			   const struct probe *p, const char *want)
{
	own_world w = world_open(yaml);
	struct trial t = { .from = world_node(&w, from), .to = world_node(&w, to) };
	own_text out = { 0 };

	judge_seen(&w, &t, &(const struct observed){ .probe = p }, &out);
	assert_string_equal(text_str(&out), want);
}

static void assert_pair(const char *from, const char *to, const struct probe *p, const char *want)
{
	assert_pair_of(NET, from, to, p, want);
}

static struct probe answered_probe(unsigned int received, uint64_t rtt_ns)
{
	return (struct probe){ .sent = 5, .received = received, .rtt_median_ns = rtt_ns };
}

static struct probe refused_probe(const char *by)
{
	struct probe p = { .sent = 5,
			   .refused = true,
			   .icmp_type = ICMP_DEST_UNREACH,
			   .icmp_code = ICMP_NET_UNREACH };

	p.to.family = AF_INET;
	assert_true(addr_parse(by, &p.refused_by));
	return p;
}

static void a_pair_of_the_matrix_is_compared_with_its_prediction(void **state)
{
	struct probe p = answered_probe(5, 10 * MS_NS + 600000);

	(void)state;
	assert_pair("h1", "h2", &p, "ok: 10ms; 10.6ms");
	p = answered_probe(5, 10 * MS_NS + 601000); /* the tolerance, and 2 % */
	assert_pair("h1", "h2", &p, "FAILED: 10ms; 10.601ms");
	p = answered_probe(5, 9 * MS_NS); /* too early is wrong, too */
	assert_pair("h1", "h2", &p, "FAILED: 10ms; 9ms");
	p = answered_probe(3, 10 * MS_NS);
	assert_pair("h1", "h2", &p, "ok: 10ms; 10ms, 2 of 5 lost");
	p = answered_probe(0, 0);
	assert_pair("h1", "h2", &p, "FAILED: 10ms; no answer");
	assert_pair("h1", "h2", NULL, "FAILED: 10ms; no address family in common");
	assert_pair("h1", "h3", &p, "ok: no answer; no answer");
	p = answered_probe(5, MS_NS);
	assert_pair("h1", "h3", &p, "FAILED: no answer; 1ms; " LOST);
}

static void another_node_with_the_address_may_answer(void **state)
{
	static const char clouds[] =
		"netemu: 1\nname: t\nprivate-clouds:\n"
		"  a: { region: westeurope, address-block: 10.10.0.0/22, segments: { web: 10.5.1.0/24 } }\n"
		"  b: { region: westeurope, address-block: 10.20.0.0/22, segments: { web: 10.5.1.0/24 } }\n"
		"interconnects: { a-b: [a, b] }\n";
	struct probe p = answered_probe(5, MS_NS);

	(void)state;
	assert_pair_of(clouds, "a.vcenter", "b.web", &p, "ok: no answer; 1ms");
}

static void a_refusal_names_its_node_which_must_be_the_predicted_one(void **state)
{
	static const char unreachable[] = "from: h1, to: h3, reachable: false";
	struct probe p = refused_probe("10.1.0.1");
	struct observed seen = { .probe = &p };

	(void)state;
	assert_expected(unreachable, false, &seen,
			"ok: no answer; r1 says network unreachable; " LOST);
	p = refused_probe("172.16.0.2");
	assert_expected(unreachable, false, &seen,
			"ok: no answer; r2 says network unreachable; " LOST
			"; but r2 refused the packet");
	p = refused_probe("192.0.2.1");
	assert_expected(unreachable, false, &seen,
			"ok: no answer; 192.0.2.1 says network unreachable; " LOST);
	p.refused_by.family = 0;
	p.error = EACCES;
	assert_expected(unreachable, false, &seen,
			"ok: no answer; the sender's kernel says Permission denied; " LOST);
}

static void an_expectation_overrides_the_prediction(void **state)
{
	struct probe p = answered_probe(5, 30 * MS_NS);
	struct observed seen = { .probe = &p };

	(void)state;
	assert_expected("from: h1, to: h2, reachable: true, rtt: 25ms..35ms", false, &seen,
			"ok: 25ms..35ms; 30ms");
	assert_expected("from: h1, to: h2, reachable: true, rtt: ..29ms", false, &seen,
			"FAILED: ..29ms; 30ms; reachable in 10ms");
	assert_expected("from: h1, to: h2, reachable: false", false, &seen,
			"FAILED: no answer; 30ms; reachable in 10ms");
}

static void a_service_answers_only_if_the_file_has_it(void **state)
{
	static const char call[] = "from: h1, to: h2, tcp: 80, reachable: true";
	struct probe p = answered_probe(1, 10 * MS_NS);
	struct observed seen = { .probe = &p };

	(void)state;
	assert_expected(call, true, &seen, "ok: an answer; 10ms, 4 of 5 lost");
	/* A service that the file does not have answers. */
	assert_expected(call, false, &seen,
			"FAILED: an answer; 10ms, 4 of 5 lost; h2 does not listen to tcp/80");
}

static void every_property_is_reported_and_one_failure_fails_the_result(void **state)
{
	struct probe p = answered_probe(5, 10 * MS_NS);
	struct mtu_search m = { .mtu = 1400, .end = MTU_TOLD };
	struct observed seen = { .probe = &p, .mtu = &m };

	(void)state;
	assert_true(addr_parse("172.16.0.2", &m.told_by));
	assert_expected("from: h1, to: h2, reachable: true, mtu: 1400", false, &seen,
			"ok: an answer, mtu 1400; 10ms, mtu 1400 (r2 reports larger "
			"packets as too big)");
	assert_expected("from: h1, to: h2, reachable: true, mtu: 1500", false, &seen,
			"FAILED: an answer, mtu 1500; 10ms, mtu 1400 (r2 reports larger packets "
			"as too big); reachable in 10ms");
	m = (struct mtu_search){ .mtu = 1404, .end = MTU_VANISH }; /* a VLAN tag more passes */
	assert_expected("from: h1, to: h2, reachable: true, mtu: 1400", false, &seen,
			"ok: an answer, mtu 1400; 10ms, mtu 1404 (larger packets get lost)");
	assert_expected("from: h1, to: h2, reachable: true, rtt: ..9ms, mtu: 1400", false, &seen,
			"FAILED: ..9ms, mtu 1400; 10ms, mtu 1404 (larger packets get lost); "
			"reachable in 10ms");
	seen.mtu = NULL;
	assert_expected("from: h1, to: h2, reachable: true, mtu: 1400", false, &seen,
			"FAILED: an answer, mtu 1400; 10ms, mtu not tried; reachable in 10ms");
}

static void a_path_is_told_with_its_choices_in_brackets(void **state)
{
	static const struct {
		const char *path, *want;
	} cases[] = {
		{ "[r1]", "path r1" },
		{ "[r1, r2, h2]", "path r1, r2, h2" },
		{ "[[r1, r2], h2]", "path [r1, r2], h2" },
		{ "[..., [r1, r2, h1], h2]", "path ..., [r1, r2, h1], h2" },
		{ "[[r1], ...]", "path r1, ..." },
	};
	struct probe p = answered_probe(5, 10 * MS_NS);
	struct observed seen = { .probe = &p };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		own_text expect = { 0 }, want = { 0 };

		text_printf(&expect, "from: h1, to: h2, path: %s", cases[i].path);
		text_printf(&want, "FAILED: an answer, %s; 10ms, path unknown; reachable in 10ms",
			    cases[i].want);
		assert_expected(text_str(&expect), false, &seen, text_str(&want));
	}
}

static void a_route_is_told_with_its_next_hops_and_as_path(void **state)
{
	static const struct {
		const char *expect, *want;
	} cases[] = {
		{ "at: r1, route: 10.2.0.0/24",
		  "ok: r1: route 10.2.0.0/24: a route; a route via r2, AS path 65002" },
		{ "at: r1, route: 10.2.0.0/24, via: r2, as-path: 65002",
		  "ok: r1: route 10.2.0.0/24: a route via r2, AS path 65002; "
		  "a route via r2, AS path 65002" },
		{ "at: r1, route: 10.2.0.0/24, via: [r2, r3], as-path: 65002 65003",
		  "FAILED: r1: route 10.2.0.0/24: a route via r2 and r3, AS path 65002 65003; "
		  "a route via r2, AS path 65002" },
		{ "at: r1, route: 10.2.0.0/24, as-path: []",
		  "FAILED: r1: route 10.2.0.0/24: a route, AS path empty; "
		  "a route via r2, AS path 65002" },
		{ "at: r1, route: 10.2.0.0/24, absent: true",
		  "FAILED: r1: route 10.2.0.0/24: no route; a route via r2, AS path 65002" },
		{ "at: r1, route: 10.3.0.0/24, absent: true",
		  "ok: r1: route 10.3.0.0/24: no route; no route" },
		{ "at: r1, route: 10.3.0.0/24",
		  "FAILED: r1: route 10.3.0.0/24: a route; no route" },
		{ "at: r1, route: 10.1.0.0/24",
		  "ok: r1: route 10.1.0.0/24: a route; a connected route" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		own_free char *yaml = xasprintf(NET "expect: [{ %s }]\n", cases[i].expect);
		own_world w = world_open(yaml);
		struct arena *a = arena_new();
		struct test_result r;
		own_text out = { 0 };

		route_judge(w.r, world_node(&w, "r1"), &w.m->expectations.v[0], NULL, a, &r);
		text_printf(&out, "%s: %s: %s; %s", r.outcome == OUTCOME_OK ? "ok" : "FAILED",
			    r.name, r.expected, r.observed);
		assert_string_equal(text_str(&out), cases[i].want);
		arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair_of_the_matrix_is_compared_with_its_prediction),
		cmocka_unit_test(another_node_with_the_address_may_answer),
		cmocka_unit_test(a_refusal_names_its_node_which_must_be_the_predicted_one),
		cmocka_unit_test(an_expectation_overrides_the_prediction),
		cmocka_unit_test(a_service_answers_only_if_the_file_has_it),
		cmocka_unit_test(every_property_is_reported_and_one_failure_fails_the_result),
		cmocka_unit_test(a_path_is_told_with_its_choices_in_brackets),
		cmocka_unit_test(a_route_is_told_with_its_next_hops_and_as_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
