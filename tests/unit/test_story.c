/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A network that changes: what is said of it, when routers notice, and when packets do. */
#include "world.h"

#include "plan/cut.h"
#include "probe/steady.h"
#include "report/report.h"
#include "routing/difference.h"
#include "routing/timers.h"

#define MS UINT64_C(1000000)

/* ---- changes in words ---- */

static void a_change_is_told_as_an_order_and_as_news(void **state)
{
	static const struct {
		struct change change;
		const char *order, *done;
	} cases[] = {
		{ { .kind = CHANGE_FAIL, .name = "er.primary" },
		  "fail er.primary",
		  "er.primary has failed" },
		{ { .kind = CHANGE_RESTORE, .name = "er" }, "restore er", "er is restored" },
		{ { .kind = CHANGE_DISCONNECT, .name = "a-c" },
		  "disconnect a-c",
		  "a-c is disconnected" },
		{ { .kind = CHANGE_CONNECT, .text = "\n  links:\n    x: [a, b]\n" },
		  "connect links: x: [a, b]",
		  "links: x: [a, b] is connected" },
		{ { .kind = CHANGE_IMPAIR, .name = "x", .text = "{ delay: 5ms }" },
		  "impair x { delay: 5ms }",
		  "x is impaired: { delay: 5ms }" },
		{ { .kind = CHANGE_IMPAIR, .name = "x", .text = "" },
		  "impair x no more",
		  "x is as the file has it again" },
		{ { .kind = CHANGE_CONNECT,
		    .text = "hosts: { a-long-name: { address: 10.1.1.1/24, "
			    "gateway: 10.1.1.254 } } # more" },
		  "connect hosts: { a-long-name: { address: 10.1.1.1/24, gateway: 10.1.1.254 ...",
		  "hosts: { a-long-name: { address: 10.1.1.1/24, gateway: 10.1.1.254 ... "
		  "is connected" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		own_text order = { 0 }, done = { 0 };

		change_order(&cases[i].change, &order);
		change_done(&cases[i].change, &done);
		assert_string_equal(text_str(&order), cases[i].order);
		assert_string_equal(text_str(&done), cases[i].done);
	}
}

/* ---- what a change has done ---- */

/* Two hosts behind two routers, joined by a fast and by a slow way. */
#define TRIANGLE                                                                                   \
	"netemu: 1\n"                                                                              \
	"routers: { r1: { asn: 65001 }, r2: { asn: 65002 }, r3: { asn: 65003 } }\n"                \
	"hosts: { a: { address: 10.0.1.1/24 }, b: { address: 10.0.2.1/24 } }\n"                    \
	"links:\n"                                                                                 \
	"  ha: { between: [a, r1] }\n"                                                             \
	"  hb: { between: [b, r2] }\n"                                                             \
	"  fast: { between: [r1, r2], delay: 1ms, bgp: true }\n"                                   \
	"  slow1: { between: [r1, r3], delay: 5ms, bgp: true }\n"                                  \
	"  slow2: { between: [r3, r2], delay: 5ms, bgp: true }\n"

static void say(const struct difference *d, struct text *out)
{
	static const char *const fates[] = { "lost", "gained", "turned" };

	text_printf(out, "%zu down, %zu up, %zu gone, %zu new; %s", d->links_down, d->links_up,
		    d->links_gone, d->links_new, d->routes ? "routes" : "none");
	for (each(const struct pair_change, p, &d->pairs))
		text_printf(out, "; %s %s-%s %s/%s", fates[p->fate], p->from, p->to,
			    p->way_before ? p->way_before : "-", p->way_after ? p->way_after : "-");
}

static void assert_difference(const char *before, const char *after, const char *want)
{
	own_world was = world_open(before), is = world_open(after);
	own_text t = { 0 };
	struct difference d;

	difference_find(was.r, is.r, &d);
	say(&d, &t);
	assert_string_equal(text_str(&t), want);
	difference_release(&d);
}

static void a_difference_counts_links_routes_and_pairs(void **state)
{
	(void)state;
	assert_difference(TRIANGLE, TRIANGLE, "0 down, 0 up, 0 gone, 0 new; none");
	assert_difference(TRIANGLE, TRIANGLE "failed: [fast]\n",
			  "1 down, 0 up, 0 gone, 0 new; routes; "
			  "turned a-b a > r1 > r2 > b/a > r1 > r3 > r2 > b; "
			  "turned b-a b > r2 > r1 > a/b > r2 > r3 > r1 > a");
	assert_difference(TRIANGLE "failed: [fast, slow1]\n", TRIANGLE "failed: [slow1]\n",
			  "0 down, 1 up, 0 gone, 0 new; routes; gained a-b -/a > r1 > r2 > b; "
			  "gained b-a -/b > r2 > r1 > a");
	assert_difference(TRIANGLE "failed: [slow1]\n", TRIANGLE "failed: [fast, slow1]\n",
			  "1 down, 0 up, 0 gone, 0 new; routes; lost a-b a > r1 > r2 > b/-; "
			  "lost b-a b > r2 > r1 > a/-");
	assert_difference(TRIANGLE, TRIANGLE "  third: { between: [r1, r2], delay: 9ms }\n",
			  "0 down, 0 up, 0 gone, 1 new; routes");
	assert_difference(TRIANGLE "  third: { between: [r1, r2], delay: 9ms }\n", TRIANGLE,
			  "0 down, 0 up, 1 gone, 0 new; routes");
}

static void a_change_is_reported_in_a_sentence(void **state)
{
	own_world was = world_open(TRIANGLE), is = world_open(TRIANGLE "failed: [fast]\n");
	struct change_report c = { .what = "fast has failed", .took_ns = 3140000 };
	struct difference d;
	char *out = NULL;
	size_t n;
	struct report r = { .out = open_memstream(&out, &n) };

	(void)state;
	difference_find(was.r, is.r, &d);
	c.d = &d;
	report_change(&r, "lab", &c);
	c.known_ns = 900 * MS;
	r.verbose = true;
	report_change(&r, "lab", &c);
	fclose(r.out);
	assert_string_equal(
		out,
		"fast has failed: 1 link down, 4 routes changed in 2 nodes (3.1ms); 0 pairs lost, "
		"0 gained, 2 take another path\n"
		"fast has failed: 1 link down, 4 routes changed in 2 nodes (3.1ms); 0 pairs lost, "
		"0 gained, 2 take another path; converged after 900ms\n"
		"  turned  a to b: 20ms, by a > r1 > r3 > r2 > b\n"
		"          before: 2ms, a > r1 > r2 > b\n"
		"  turned  b to a: 20ms, by b > r2 > r3 > r1 > a\n"
		"          before: 2ms, b > r2 > r1 > a\n");
	free(out);
	difference_release(&d);
}

/* ---- when routers notice ---- */

/* "0 900": the moments in ms. */
static void moments(const char *before, const char *after, uint32_t speed, struct text *out)
{
	own_world was = world_open(before), is = world_open(after);
	struct convergence *c = convergence_begin(was.f, is.f, speed);

	for (size_t i = 0; i < convergence_moments(c); i++)
		text_printf(out, "%s%llu", i ? " " : "",
			    (unsigned long long)(convergence_at(c, i) / MS));
	convergence_end(c);
}

#define CIRCUIT ON_CIRCUIT("")
#define NO_BFD ON_CIRCUIT(", bfd: false")
#define ON_CIRCUIT(more)                                                                           \
	"netemu: 1\n"                                                                              \
	"virtual-networks: { hub: { region: westeurope, address-space: [10.1.0.0/16], subnets: { " \
	"app: 10.1.1.0/24 }, gateways: { expressroute: {} } } }\n"                                 \
	"sites: { dc1: { asn: 65010, networks: { lan: 192.168.1.0/24 } } }\n"                      \
	"circuits: { er: { site: dc1, region: westeurope" more " } }\n"                            \
	"gateway-connections: { hub-er: { gateway: hub, circuit: er } }\n"

static void a_cut_is_noticed_by_bfd_or_by_the_hold_time(void **state)
{
	static const struct {
		const char *before, *after, *want;
		uint32_t speed;
	} cases[] = {
		{ TRIANGLE, TRIANGLE, "0", 1 },
		{ TRIANGLE, TRIANGLE "failed: [ha]\n", "0", 1 }, /* a link without a session */
		{ TRIANGLE, TRIANGLE "failed: [fast]\n", "0 180000", 1 },
		{ TRIANGLE, TRIANGLE "failed: [fast]\n", "0 1800", 100 },
		{ TRIANGLE "failed: [fast]\n", TRIANGLE, "0 60000", 1 },
		{ CIRCUIT, CIRCUIT "failed: [er.primary]\n", "0 900", 1 },
		{ NO_BFD, NO_BFD "failed: [er.primary]\n", "0 180000", 1 },
		{ NO_BFD, NO_BFD "failed: [hub.er-gateway]\n", "0 900", 1 },
		{ CIRCUIT "failed: [er.primary]\n", CIRCUIT, "0 600", 100 },
		{ CIRCUIT, CIRCUIT "failed: [hub.er-gateway]\n", "0 900", 1 },
		{ TRIANGLE "failed: [fast]\n", TRIANGLE "failed: [slow1]\n", "0 60000 180000", 1 },
		{ TRIANGLE, TRIANGLE "  new: { between: [r1, r2], bgp: true }\n", "0", 1 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		own_text t = { 0 };

		moments(cases[i].before, cases[i].after, cases[i].speed, &t);
		assert_string_equal(text_str(&t), cases[i].want);
	}
}

static void until_then_routes_are_those_of_before_and_the_link_is_dark(void **state)
{
	own_world was = world_open(TRIANGLE), is = world_open(TRIANGLE "failed: [fast]\n");
	struct convergence *c = convergence_begin(was.f, is.f, 1);
	uint32_t fast = 0;
	struct routes *r;

	(void)state;
	while (strcmp(is.f->links.v[fast].object->name, "fast") != 0)
		fast++;
	convergence_mark(c, 0);
	assert_true(convergence_is_dark(c, fast, 0));
	assert_null(is.f->links.v[fast].down);
	r = routes_compute(is.f, is.dg);
	routes_free(is.r);
	is.r = r;
	assert_path(&is, "a", "b", "a > r1 > r2 > b = 2ms");
	convergence_mark(c, 1);
	assert_false(convergence_is_dark(c, fast, 1));
	assert_non_null(is.f->links.v[fast].down);
	r = routes_compute(is.f, is.dg);
	routes_free(is.r);
	is.r = r;
	assert_path(&is, "a", "b", "a > r1 > r3 > r2 > b = 20ms");
	convergence_mark(c, 0);
	convergence_end(c); /* the truth again */
	assert_non_null(is.f->links.v[fast].down);
}

static void a_link_that_is_back_is_used_when_its_session_is(void **state)
{
	own_world was = world_open(TRIANGLE "failed: [fast]\n"), is = world_open(TRIANGLE);
	struct convergence *c = convergence_begin(was.f, is.f, 1);
	struct routes *r;

	(void)state;
	convergence_mark(c, 0);
	for (each(const struct fabric_link, l, &is.f->links))
		assert_null(l->down);
	r = routes_compute(is.f, is.dg);
	routes_free(is.r);
	is.r = r;
	assert_path(&is, "a", "b", "a > r1 > r3 > r2 > b = 20ms");
	convergence_end(c);
}

static size_t neighbours(const struct plan *p, const struct mac *m)
{
	size_t n = 0;

	for (each(const struct plan_neigh, x, &p->neighs))
		n += memcmp(&x->mac, m, sizeof(*m)) == 0;
	return n;
}

static void a_link_is_cut_by_neighbours_that_nobody_is(void **state)
{
	static const struct mac nobody = { { 0x02, 0x6e, 0x65, 0xff, 0xff, 0xff } };
	own_world w = world_open(TRIANGLE);
	struct plan *p = world_plan(&w, VRF_NAMESPACE, DELAY_RELAY);
	const struct fabric_link *fast = NULL;
	size_t before = p->neighs.n;

	(void)state;
	for (uint32_t i = 0; i < w.f->links.n; i++)
		if (strcmp(w.f->links.v[i].object->name, "fast") == 0) {
			fast = &w.f->links.v[i];
			plan_cut_link(p, w.f, i);
		}
	assert_non_null(fast);
	assert_int_equal(neighbours(p, &nobody), 2); /* each end's of the other */
	for (int e = 0; e < 2; e++)
		assert_int_equal(neighbours(p, &w.f->ifaces.v[fast->end[e].iface].mac), 0);
	assert_int_equal(p->neighs.n, before);
	plan_free(p);
}

/* ---- when packets notice ---- */

/* Echoes 10 ms apart from 0 on: '+' answered after 2 ms, '-' not, 'x' refused. */
static size_t echoes(const char *s, struct watch_echo *ret)
{
	size_t n = 0;

	for (; s[n]; n++)
		ret[n] = (struct watch_echo){ .sent_ns = 10 * MS * n,
					      .rtt_ns = s[n] == '+' ? 2 * MS : 0,
					      .refused = s[n] == 'x' };
	return n;
}

static void a_pair_is_steady_when_its_newest_echoes_are_as_they_should(void **state)
{
	/* The change lasts from 20 ms to 40 ms; an echo is lost after 30 ms. */
	static const struct {
		const char *echoes;
		bool before, after;
		uint64_t now;
		bool steady;
		uint64_t after_ms, lost;
	} cases[] = {
		{ "+++++++", true, true, 70, true, 0, 0 },
		{ "++++++", true, true, 60, false, 0, 0 }, /* two are newer than the change */
		{ "++--+++", true, true, 100, true, 20, 2 },
		{ "++--+++--", true, true, 92, true, 20, 2 }, /* those may still be answered */
		{ "++--+++--", true, true, 200, false, 0, 4 },
		{ "++xx+++", true, true, 70, true, 20, 2 },
		{ "+--++++", true, true, 100, true, 10, 1 }, /* lost before the change began */
		{ "+++----", true, false, 200, true, 10, 0 },
		{ "+++xxxx", true, false, 70, true, 10, 0 },
		{ "+++++++", true, false, 200, false, 0, 0 },
		{ "---++++", false, true, 100, true, 10, 0 },
		{ "-------", false, false, 200, true, 0, 0 },
		{ "", true, true, 100, false, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct watch_echo v[16];
		size_t n = echoes(cases[i].echoes, v);
		struct steadiness s = steady_judge(
			v, n,
			&(const struct steady_question){ .answered_before = cases[i].before,
							 .answered_after = cases[i].after,
							 .began_ns = 20 * MS,
							 .done_ns = 40 * MS,
							 .now_ns = cases[i].now * MS,
							 .patience_ns = 30 * MS });

		print_message("%s\n", cases[i].echoes);
		assert_int_equal(s.steady, cases[i].steady);
		assert_int_equal(s.after_ns, cases[i].after_ms * MS);
		assert_int_equal(s.lost, cases[i].lost);
	}
}

static void a_pair_that_is_answered_by_the_old_way_is_not_steady(void **state)
{
	struct steady_question q = { .answered_before = true,
				     .answered_after = true,
				     .began_ns = 20 * MS,
				     .done_ns = 40 * MS,
				     .now_ns = 100 * MS,
				     .patience_ns = 30 * MS,
				     .least_ns = 3 * MS };
	struct watch_echo v[16];
	size_t n = echoes("++++++++", v);
	struct steadiness s = steady_judge(v, n, &q);

	(void)state;
	assert_false(s.steady);
	for (size_t i = 4; i < n; i++)
		v[i].rtt_ns = 4 * MS;
	s = steady_judge(v, n, &q);
	assert_true(s.steady);
	assert_int_equal(s.after_ns, 20 * MS);
	assert_int_equal(s.lost, 0);
	q.least_ns = 0;
	q.most_ns = 3 * MS;
	assert_false(steady_judge(v, n, &q).steady);
	for (size_t i = 5; i < n; i++)
		v[i].rtt_ns = 2 * MS;
	s = steady_judge(v, n, &q);
	assert_true(s.steady);
	assert_int_equal(s.after_ns, 30 * MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_is_told_as_an_order_and_as_news),
		cmocka_unit_test(a_difference_counts_links_routes_and_pairs),
		cmocka_unit_test(a_change_is_reported_in_a_sentence),
		cmocka_unit_test(a_cut_is_noticed_by_bfd_or_by_the_hold_time),
		cmocka_unit_test(until_then_routes_are_those_of_before_and_the_link_is_dark),
		cmocka_unit_test(a_link_that_is_back_is_used_when_its_session_is),
		cmocka_unit_test(a_link_is_cut_by_neighbours_that_nobody_is),
		cmocka_unit_test(a_pair_is_steady_when_its_newest_echoes_are_as_they_should),
		cmocka_unit_test(a_pair_that_is_answered_by_the_old_way_is_not_steady),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
