/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a change can touch, in networks drawn for one reason each. */
#include "model/model.h"
#include "parts.h"

#define HOSTS_OF_TRIANGLE                                                                          \
	"netemu: 1\nname: t\nhosts: { a: 10.1.0.9/24, b: 10.2.0.9/24, far: 10.9.0.9/24 }\n"
#define TRIANGLE                                                                                   \
	HOSTS_OF_TRIANGLE                                                                          \
	"routers: { r1: { asn: 65001 }, r2: { asn: 65002 }, r3: { asn: 65003 }, alone: {} }\n"     \
	"links:\n"                                                                                 \
	"  la: { between: [a, r1] }\n  lb: { between: [b, r2] }\n"                                 \
	"  lf: { between: [far, alone] }\n"                                                        \
	"  fast: { between: [r1, r2], prefix: 10.8.0.0/30, bgp: true }\n"                          \
	"  slow1: { between: [r1, r3], prefix: 10.8.1.0/30, delay: 1ms, bgp: true }\n"             \
	"  slow2: { between: [r3, r2], prefix: 10.8.2.0/30, bgp: true }\n"                         \
	"  idle: { between: [r3, alone], prefix: 10.8.3.0/30 }\n"

#define LINE { "line", 1, 1, 0 }

static void say_scope(const struct scope *s, struct text *out)
{
	for (size_t i = 0; s && i < s->n; i++)
		text_printf(out, "%s%s", i ? " " : "", PREFIX_STR(&s->v[i]));
}

static void a_change_touches_what_can_differ_or_be_lost(void **state)
{
	static const char ends[] = "10.1.0.0/24 10.2.0.0/24";
	static const struct {
		struct change change;
		enum delay_backend delay;
		const char *scope;
	} cases[] = {
		{ { CHANGE_IMPAIR, LINE, "slow1", "{ delay: 9ms }" }, DELAY_NETEM, "" },
		{ { CHANGE_IMPAIR, LINE, "slow1", "{ delay: 9ms }" }, DELAY_RELAY, "" },
		{ { CHANGE_IMPAIR, LINE, "fast", "{ delay: 9ms }" }, DELAY_NETEM, "" },
		/* Where a link was delayed before, no device comes or goes. */
		{ { CHANGE_IMPAIR, LINE, "fast", "{ delay: 9ms }" }, DELAY_RELAY, ends },
		{ { CHANGE_IMPAIR, LINE, "idle", "{ delay: 9ms }" }, DELAY_RELAY, "" },
		{ { CHANGE_FAIL, LINE, "fast", NULL },
		  DELAY_NETEM,
		  "10.1.0.0/24 10.2.0.0/24 10.8.0.0/30" },
		{ { CHANGE_FAIL, LINE, "idle", NULL }, DELAY_NETEM, "10.8.3.0/30" },
		{ { CHANGE_FAIL, LINE, "la", NULL }, DELAY_NETEM, "0.0.0.0/0 10.1.0.0/24" },
		{ { CHANGE_DISCONNECT, LINE, "fast", NULL },
		  DELAY_RELAY,
		  "10.1.0.0/24 10.2.0.0/24 10.8.0.0/30" },
		{ { CHANGE_DISCONNECT, LINE, "lf", NULL }, DELAY_RELAY, "0.0.0.0/0 10.9.0.0/24" },
		{ { CHANGE_CONNECT, LINE, NULL, "{ hosts: { c: 10.0.0.2/24 } }" },
		  DELAY_RELAY,
		  "" },
		{ { CHANGE_CONNECT, LINE, NULL,
		    "{ hosts: { c: 10.3.0.2/24 }, links: { lc: { between: [c, r3] } } }" },
		  DELAY_RELAY,
		  "0.0.0.0/0 10.3.0.0/24" },
		{ { CHANGE_CONNECT, LINE, NULL,
		    "{ links: { l: { between: [r1, alone], prefix: 10.8.4.0/30 } } }" },
		  DELAY_RELAY,
		  "10.8.4.0/30" },
		{ { CHANGE_CONNECT, LINE, NULL,
		    "{ links: { l: { between: [r1, r2], prefix: 10.8.4.0/30, bgp: true } } }" },
		  DELAY_RELAY,
		  "10.1.0.0/24 10.2.0.0/24 10.8.4.0/30" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		own_pair p = { 0 };
		own_text scope = { 0 };
		struct tally t = { 0 };

		assert_true(open_now(&p, TRIANGLE,
				     (struct plan_backends){ .delay = cases[i].delay }));
		assert_int_equal(world_change(&p.now, &cases[i].change, 1, &p.next, p.dg), 0);
		count(&t, &p, cases[i].scope);
		assert_non_null(p.now.plan->part);
		say_scope(p.now.plan->part, &scope);
		assert_string_equal(text_str(&scope), cases[i].scope);
	}
}

/* A peering's prefix takes away what BGP brought inside it. */
static void a_system_route_touches_what_is_inside_it(void **state)
{
	static const char yaml[] =
		"netemu: 1\nname: t\nvirtual-networks:\n"
		"  hub: { region: westeurope, address-space: 10.1.0.0/16,\n"
		"         subnets: { app: 10.1.1.0/24 }, gateways: { expressroute: {} } }\n"
		"  spoke: { region: westeurope, address-space: 10.3.0.0/16,\n"
		"           subnets: { app: 10.3.1.0/24 } }\n"
		"sites: { dc1: { asn: 64512, networks: { lan: 192.168.10.0/24 },\n"
		"                advertise: [10.3.9.0/24, 10.4.9.0/24] } }\n"
		"circuits: { er: { site: dc1, region: westeurope, peering-location: Amsterdam } }\n"
		"gateway-connections: { hub-er: { gateway: hub, circuit: er } }\n";
	const struct prefix inside = prefix_lit("10.3.9.0/24"), beside = prefix_lit("10.4.9.0/24");
	const struct change connect = { CHANGE_CONNECT, LINE, NULL,
					"{ peerings: { p: [hub, spoke] } }" };
	own_pair p = { 0 };
	struct tally t = { 0 };

	(void)state;
	assert_true(open_now(&p, yaml, (struct plan_backends){ 0 }));
	assert_int_equal(world_change(&p.now, &connect, 1, &p.next, p.dg), 0);
	count(&t, &p, yaml);
	assert_non_null(p.now.plan->part);
	assert_true(scope_has(p.now.plan->part, &inside));
	assert_false(scope_has(p.now.plan->part, &beside));
}

/* Each moment until the last router knows has routes of its own. */
static void all_are_wanted_where_routers_notice_late(void **state)
{
	static const struct change fail = { CHANGE_FAIL, LINE, "fast", NULL },
				   impair = { CHANGE_IMPAIR, LINE, "fast", "{ delay: 9ms }" };

	(void)state;
	for (int late = 0; late < 2; late++) {
		own_pair p = { 0 };

		assert_true(open_now(&p, TRIANGLE "timers: azure\n", (struct plan_backends){ 0 }));
		assert_int_equal(world_change(&p.now, late ? &fail : &impair, 1, &p.next, p.dg), 0);
		assert_int_equal(world_complete(&p.now, &p.next, p.dg), 0);
		assert_int_equal(p.now.plan->part == NULL, late);
		assert_int_equal(p.next.plan->part == NULL, late);
	}
}

/* Speakers are asked in the order of the file: which of several stable states is found can turn on
 * it. Who speaks to nobody may stand anywhere. */
static void the_order_of_speakers_counts(void **state)
{
	static const char *const routers[] = {
		"  r1: { asn: 65001 }\n  r2: { asn: 65002 }\n  r3: {}\n",
		"  r2: { asn: 65002 }\n  r1: { asn: 65001 }\n  r3: {}\n",
		"  r3: {}\n  r1: { asn: 65001 }\n  r2: { asn: 65002 }\n",
	};

	(void)state;
	for (size_t i = 1; i < countof(routers); i++) {
		own_text before = { 0 }, after = { 0 };
		own_pair p = { 0 };

		text_printf(&before, "netemu: 1\nname: t\nrouters:\n%slinks: { l: { between: "
				     "[r1, r2], bgp: true } }\n", routers[0]);
		text_printf(&after, "netemu: 1\nname: t\nrouters:\n%slinks: { l: { between: "
				    "[r1, r2], bgp: true } }\n", routers[i]);
		assert_true(open_now(&p, text_str(&before), (struct plan_backends){ 0 }));
		assert_true(become(&p, text_str(&after)));
		assert_int_equal(world_complete(&p.now, &p.next, p.dg), 0);
		assert_int_equal(p.now.plan->part != NULL, i == 2);
	}
}

/* A world that was completed for one change, and told of it, goes on to another. */
static void what_was_left_out_is_put_in_when_another_change_follows(void **state)
{
	static const struct change one = { CHANGE_FAIL, LINE, "la", NULL },
				   two = { CHANGE_FAIL, LINE, "fast", NULL };

	(void)state;
	for (int told = 0; told < 2; told++) {
		own_pair p = { 0 };
		struct world other = { 0 };
		own_text some = { 0 }, all = { 0 };

		assert_true(open_now(&p, TRIANGLE, (struct plan_backends){ 0 }));
		assert_int_equal(world_change(&p.now, &one, 1, &other, p.dg), 0);
		assert_int_equal(world_complete(&p.now, &other, p.dg), 0);
		assert_non_null(p.now.plan->part);
		if (told)
			assert_int_equal(world_route(&p.now, &other, p.dg), 0);
		world_release(&other);
		assert_int_equal(world_change(&p.now, &two, 1, &p.next, p.dg), 0);
		assert_int_equal(world_complete(&p.now, &p.next, p.dg), 0);
		assert_null(p.now.plan->part);
		assert_null(p.next.plan->part);
		say_difference(p.now.plan, p.next.plan, &some);
		say_difference(whole(&p.now), whole(&p.next), &all);
		assert_same(&some, &all, "the differences", "the second change");
	}
}

/* ---- limits ------------------------------------------------------------------------------- */

/* A circuit's owner that announces so many networks. */
static void announcing(size_t six, size_t four, const char *sku, struct text *t)
{
	text_printf(t,
		    "netemu: 1\nname: t\nvirtual-networks:\n  hub:\n    region: westeurope\n"
		    "    address-space: [10.1.0.0/16, '2001:db8:1::/48']\n"
		    "    subnets: { app: [10.1.1.0/24, '2001:db8:1:1::/64'] }\n"
		    "    gateways: { expressroute: { sku: ErGw1Az } }\n"
		    "sites:\n  dc1: { asn: 64512, networks: { lan: [192.168.10.0/24, "
		    "'2001:db8:2::/64'] }, advertise: [");
	for (size_t i = 0; i < six; i++)
		text_printf(t, "'2001:db8:%zx::/48', ", 256 + i);
	for (size_t i = 0; i < four; i++)
		text_printf(t, "11.%zu.%zu.0/24, ", i / 256, i % 256);
	text_printf(t,
		    "] }\ncircuits: { er: { site: dc1, region: westeurope, peering-location: "
		    "Amsterdam, sku: %s } }\n"
		    "gateway-connections: { hub-er: { gateway: hub, circuit: er } }\n",
		    sku);
}

static void nothing_is_left_out_where_a_limit_could_be_reached(void **state)
{
	static const struct {
		size_t six[2], four[2];
		const char *sku;
		bool part;
	} cases[] = {
		{ { 96, 97 }, { 1, 1 }, "standard", true },
		{ { 98, 99 }, { 1, 1 }, "standard", false }, /* one more, and sessions end */
		{ { 99, 98 }, { 1, 1 }, "standard", false },
		{ { 1, 1 }, { 997, 998 }, "standard", true },
		{ { 1, 1 }, { 3990, 4000 }, "standard", false },
		{ { 1, 1 }, { 9990, 9980 }, "premium", false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		own_pair p = { 0 };
		own_text before = { 0 }, after = { 0 }, which = { 0 };
		struct tally t = { 0 };

		announcing(cases[i].six[0], cases[i].four[0], cases[i].sku, &before);
		announcing(cases[i].six[1], cases[i].four[1], cases[i].sku, &after);
		text_printf(&which, "case %zu", i);
		assert_true(open_now(&p, text_str(&before), (struct plan_backends){ 0 }));
		assert_true(become(&p, text_str(&after)));
		count(&t, &p, text_str(&which));
		if ((p.now.plan->part != NULL) != cases[i].part)
			fail_msg("%s", text_str(&which));
	}
}

/* Networks that come from behind a link, and go with it; most are elsewhere, and not touched. */
static void nor_where_a_link_brings_too_many(void **state)
{
	own_text alone = { 0 }, joined = { 0 };

	(void)state;
	announcing(1, 1, "standard", &alone);
	text_add(&alone, "routers: { r: { asn: 65001, announce: [");
	for (size_t i = 0; i < 100; i++)
		text_printf(&alone, "'2001:db8:%zx::/48', ", 512 + i);
	text_add(&alone, "] }, far: { asn: 65002, announce: [");
	for (size_t i = 0; i < 500; i++)
		text_printf(&alone, "12.%zu.%zu.0/24, ", i / 256, i % 256);
	text_add(&alone, "] } }\nlinks:\n");
	text_printf(&joined, "%s  l: { between: [r, dc1.ce], bgp: true }\n", text_str(&alone));
	text_add(&alone, "  l: { between: [r, dc1.ce] }\n");
	for (int back = 0; back < 2; back++) {
		own_pair p = { 0 };
		struct tally t = { 0 };

		assert_true(open_now(&p, text_str(back ? &joined : &alone),
				     (struct plan_backends){ 0 }));
		assert_true(become(&p, text_str(back ? &alone : &joined)));
		count(&t, &p, back ? "it goes" : "it comes");
		assert_null(p.now.plan->part);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_touches_what_can_differ_or_be_lost),
		cmocka_unit_test(a_system_route_touches_what_is_inside_it),
		cmocka_unit_test(all_are_wanted_where_routers_notice_late),
		cmocka_unit_test(the_order_of_speakers_counts),
		cmocka_unit_test(what_was_left_out_is_put_in_when_another_change_follows),
		cmocka_unit_test(nothing_is_left_out_where_a_limit_could_be_reached),
		cmocka_unit_test(nor_where_a_link_brings_too_many),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
