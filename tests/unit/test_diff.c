/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The difference between two plans, and that parts keep their numbers and names. */
#include "pieces.h"
#include "world.h"

#include "base/numbering.h"
#include "plan/diff.h"

#define HOSTS                                                                                      \
	"hosts: { h1: { address: 10.50.1.10/24 },"                                                 \
	" h2: { address: 10.50.2.10/24, listen: [tcp/80] } }\n"
#define ROUTERS "routers: { r1: { asn: 65010 }, r2: { asn: 65020 } }\n"
#define ENDS "  a: { between: [h1, r1] }\n  c: { between: [r2, h2] }\n"

static const char two[] = HEAD ROUTERS HOSTS "links:\n" ENDS
					     "  b: { between: [r1, r2], delay: 3ms, bgp: true }\n";

/* ---- two worlds --------------------------------------------------------------------------- */

static void carry_numbers(const struct world *from, struct model *to)
{
	own_text numbers = { 0 };

	numbering_text(from->m->numbers, &numbers);
	assert_int_equal(numbering_read(to->numbers, text_str(&numbers)), 0);
}

/* Opens a world with the numbers of `from`. */
static struct world next_world(const char *yaml, const struct world *from)
{
	struct world w = { .dg = diag_new() };

	w.m = topology_parse("t.yaml", yaml, strlen(yaml), w.dg);
	assert_non_null(w.m);
	carry_numbers(from, w.m);
	w.f = fabric_compile(w.m, w.dg);
	assert_non_null(w.f);
	w.r = routes_compute(w.f, w.dg);
	assert_non_null(w.r);
	return w;
}

static void diff_of(const char *x, const char *y, enum delay_backend delay, struct text *ret)
{
	own_world a = world_open(x);
	const struct plan *p = world_plan(&a, VRF_DEVICE, delay);
	own_world b = next_world(y, &a);
	struct plan_diff *d = plan_compare(p, world_plan(&b, VRF_DEVICE, delay));

	plan_diff_text(d, ret);
	plan_diff_free(d);
}

static void assert_diff(const char *x, const char *y, enum delay_backend delay, const char *want)
{
	own_text is = { 0 };

	diff_of(x, y, delay, &is);
	assert_string_equal(text_str(&is), want);
}

static void assert_has(const struct text *t, const char *line)
{
	if (!strstr(text_str(t), line))
		fail_msg("no '%s' in:\n%s", line, text_str(t));
}

static void assert_lacks(const struct text *t, const char *words)
{
	if (strstr(text_str(t), words))
		fail_msg("'%s' in:\n%s", words, text_str(t));
}

/* ---- differences --------------------------------------------------------------------------- */

static void what_is_the_same_makes_no_difference(void **state)
{
	(void)state;
	assert_diff(two, two, DELAY_NETEM, "");
	assert_diff(two, two, DELAY_RELAY, "");
}

static void a_failed_link_is_two_ends_down_and_what_follows(void **state)
{
	(void)state;
	assert_diff(HEAD ROUTERS HOSTS "links:\n" ENDS "  b: { between: [r1, r2], bgp: true }\n",
		    HEAD ROUTERS HOSTS "links:\n" ENDS "  b: { between: [r1, r2], bgp: true }\n"
				       "failed: [b]\n",
		    DELAY_NETEM,
		    "~ r1: link r2 down\n"
		    "~ r2: link r1 down\n"
		    "- r1: neigh 100.64.0.1 lladdr 02:6e:65:00:00:05 dev r2 nud permanent\n"
		    "- r2: neigh 100.64.0.0 lladdr 02:6e:65:00:00:04 dev r1 nud permanent\n"
		    "- r1: route 10.50.2.0/24 via 100.64.0.1 dev r2 proto bgp\n"
		    "- r2: route 10.50.1.0/24 via 100.64.0.0 dev r1 proto bgp\n");
}

static void an_impairment_is_changed_in_place(void **state)
{
	static const char slower[] = HEAD ROUTERS HOSTS
		"links:\n" ENDS "  b: { between: [r1, r2], delay: 9ms, bgp: true }\n";

	(void)state;
	assert_diff(two, slower, DELAY_NETEM,
		    "~ r1: qdisc dev r2 netem delay 3ms -> 9ms\n"
		    "~ r2: qdisc dev r1 netem delay 3ms -> 9ms\n");
	assert_diff(two, slower, DELAY_RELAY,
		    "~ wire r1--r2 to w2a: delay 3ms to w2b: delay 3ms -> 9ms to w2b: delay 9ms\n");
}

static void a_link_that_becomes_a_wire_comes_anew_with_all_on_it(void **state)
{
	own_world a = world_open(HEAD ROUTERS HOSTS "links:\n" ENDS
						    "  b: { between: [r1, r2], bgp: true }\n");
	const struct plan *p = world_plan(&a, VRF_DEVICE, DELAY_RELAY);
	own_world b = next_world(two, &a);
	const struct plan *q = world_plan(&b, VRF_DEVICE, DELAY_RELAY);
	struct plan_diff *d = plan_compare(p, q);
	size_t anew[PLAN_PART_SERVICE + 1] = { 0 };
	own_text text = { 0 };

	(void)state;
	for (each(struct plan_difference, x, &d->v))
		anew[x->part] += x->anew;
	assert_int_equal(anew[PLAN_PART_DEV], 2);
	assert_int_equal(anew[PLAN_PART_ADDR], 2);
	assert_int_equal(anew[PLAN_PART_NEIGH], 2);
	assert_int_equal(anew[PLAN_PART_ROUTE], 2);
	plan_diff_text(d, &text);
	assert_has(&text, "+ netns delay-line\n");
	assert_has(&text, "~ r1: link 3: r2 type veth address 02:6e:65:00:00:04 mtu 1500 peer r1 "
			  "netns r2 forwarding on altname r1--r2 -> w2a netns delay-line");
	assert_has(&text, "+ wire r1--r2 to w2a: delay 3ms to w2b: delay 3ms\n");
	assert_lacks(&text, "addr 100.64");
	plan_diff_free(d);
}

static void what_goes_with_its_namespace_is_not_said(void **state)
{
	own_text text = { 0 };

	(void)state;
	diff_of(two,
		HEAD ROUTERS "hosts: { h1: { address: 10.50.1.10/24 } }\nlinks:\n"
			     "  a: { between: [h1, r1] }\n"
			     "  b: { between: [r1, r2], delay: 3ms, bgp: true }\n",
		DELAY_NETEM, &text);
	assert_has(&text, "- netns h2\n");
	assert_has(&text, "- r2: link 2: h2 type veth");
	assert_lacks(&text, "- h2: ");
	assert_lacks(&text, "addr 10.50.2.1/24");
	assert_has(&text, "- r1: route 10.50.2.0/24");
}

static void rules_are_told_line_by_line(void **state)
{
#define PEERED(half)                                                                                     \
	HEAD "virtual-networks:\n"                                                                       \
	     "  a: { region: westeurope, address-space: 10.1.0.0/16,"                                    \
	     " subnets: { s: { prefix: 10.1.1.0/24, vms: { fw: { ip-forwarding: true } } } } }\n" SPOKE( \
		     "b",                                                                                \
		     "10.2") "peerings:\n  ab: { a: { allow-forwarded-traffic: true }, b: " half         \
			     " }\n"
	(void)state;
	assert_diff(PEERED("{ allow-forwarded-traffic: true }"), PEERED("{}"), DELAY_NETEM,
		    "+ westeurope.fabric: filter dev b-a only from 10.1.0.0/16 100.64.0.0/31\n");
	assert_diff(PEERED("{}"), PEERED("{ allow-forwarded-traffic: true }"), DELAY_NETEM,
		    "- westeurope.fabric: filter dev b-a only from 10.1.0.0/16 100.64.0.0/31\n");
}

/* ---- numbers ------------------------------------------------------------------------------- */

/* Existing parts keep their names, indices and addresses, even if new ones precede them in the
 * file. */
static void what_comes_takes_nothing_away(void **state)
{
	static const char more[] = HEAD
		"routers: { r0: { asn: 65000 }, r1: { asn: 65010 }, r2: { asn: 65020 } }\n"
		"hosts: { h0: { address: 10.50.0.10/24 }, h1: { address: 10.50.1.10/24 }, "
		"h2: { address: 10.50.2.10/24, listen: [tcp/80] } }\n"
		"links:\n  z: { between: [r0, r1], delay: 1ms, bgp: true }\n"
		"  y: { between: [h0, r0] }\n  x: { between: [r1, r2], delay: 8ms }\n" ENDS
		"  b: { between: [r1, r2], delay: 3ms, bgp: true }\n";

	(void)state;
	for (int delay = DELAY_NETEM; delay <= DELAY_RELAY; delay++) {
		own_text text = { 0 };

		diff_of(two, more, (enum delay_backend)delay, &text);
		for (const char *s = text_str(&text); *s; s = strchr(s, '\n') + 1)
			if (*s != '+')
				fail_msg("%s", s);
	}
}

static void of_two_alike_the_second_keeps_its_name_when_the_first_goes(void **state)
{
	static const char parallel[] = HEAD ROUTERS HOSTS
		"links:\n" ENDS "  b: { between: [r1, r2], bgp: true }\n"
		"  d: { between: [r1, r2], delay: 1ms, bgp: true }\n";
	static const char one[] = HEAD ROUTERS HOSTS
		"links:\n" ENDS "  d: { between: [r1, r2], delay: 1ms, bgp: true }\n";
	own_text text = { 0 };

	(void)state;
	diff_of(parallel, one, DELAY_RELAY, &text);
	for (const char *s = text_str(&text); *s; s = strchr(s, '\n') + 1)
		if (*s == '+' || (*s == '~' && !strstr(s, "route")))
			fail_msg("%s", s);
}

static void what_goes_and_comes_back_is_the_same(void **state)
{
	own_world a = world_open(two);
	const struct plan *p = world_plan(&a, VRF_DEVICE, DELAY_RELAY);
	own_world b = next_world(HEAD "routers: { r9: { asn: 65099 }, r1: { asn: 65010 } }\n" HOSTS
				      "links:\n  a: { between: [h1, r1] }\n"
				      "  n: { between: [r1, r9], delay: 4ms, bgp: true }\n"
				      "  m: { between: [r9, h2] }\n",
				 &a);
	const struct plan *q = world_plan(&b, VRF_DEVICE, DELAY_RELAY);
	own_world c = next_world(two, &b);
	struct plan_diff *d = plan_compare(p, world_plan(&c, VRF_DEVICE, DELAY_RELAY));

	(void)state;
	assert_true(q->netns.n > 0);
	assert_int_equal(d->v.n, 0);
	plan_diff_free(d);
}

/* The pool avoids addresses of the new file, even if a link had them before. */
static void a_network_of_the_pool_makes_way_for_the_files(void **state)
{
	own_text text = { 0 };

	(void)state;
	diff_of(two,
		HEAD "routers:\n  r1: { asn: 65010 }\n"
		     "  r2: { asn: 65020, announce: 100.64.0.0/30 }\n" HOSTS "links:\n" ENDS
		     "  b: { between: [r1, r2], delay: 3ms, bgp: true }\n",
		DELAY_NETEM, &text);
	assert_has(&text, "- r1: addr 100.64.0.0/31 dev r2\n");
	assert_has(&text, "+ r1: addr 100.64.0.4/31 dev r2\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_the_same_makes_no_difference),
		cmocka_unit_test(a_failed_link_is_two_ends_down_and_what_follows),
		cmocka_unit_test(an_impairment_is_changed_in_place),
		cmocka_unit_test(a_link_that_becomes_a_wire_comes_anew_with_all_on_it),
		cmocka_unit_test(what_goes_with_its_namespace_is_not_said),
		cmocka_unit_test(rules_are_told_line_by_line),
		cmocka_unit_test(what_comes_takes_nothing_away),
		cmocka_unit_test(of_two_alike_the_second_keeps_its_name_when_the_first_goes),
		cmocka_unit_test(what_goes_and_comes_back_is_the_same),
		cmocka_unit_test(a_network_of_the_pool_makes_way_for_the_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
