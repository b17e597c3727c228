/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What report prints of labs, changes, the delay line and this machine, of values made up here.
 * test_commands covers what follows from a file alone. */
#include "world.h"

#include <stdio.h>
#include <sys/utsname.h>

#include "base/own.h"
#include "plan/diff.h"
#include "relay/relay.h"
#include "report/batch.h"
#include "report/report.h"
#include "report/watch.h"
#include "routing/difference.h"

#define MS_NS UINT64_C(1000000)

static const struct report text = { 0 }, verbose = { .verbose = true }, json = { .json = true },
			   coloured = { .coloured = true };

struct page {
	struct report r;
	char *text;
	size_t n;
};

static struct page *page_open(struct page *p, struct report r)
{
	*p = (struct page){ .r = r };
	p->r.out = open_memstream(&p->text, &p->n);
	assert_non_null(p->r.out);
	return p;
}

static void page_expect(struct page *p, const char *want)
{
	fclose(p->r.out);
	if (strcmp(p->text, want) != 0)
		fail_msg("expected:\n%s\nprinted:\n%s", want, p->text);
	free(p->text);
}

/* ---- labs --------------------------------------------------------------------------------- */

static struct lab lab_of(enum lab_condition condition, enum delay_backend delay, pid_t relay)
{
	return (struct lab){ .name = "l",
			     .path = "t\033.yaml",
			     .backends = { .vrf = VRF_DEVICE, .delay = delay },
			     .condition = condition,
			     .relay = relay,
			     .created = 86400,
			     .nodes = 4,
			     .links = 3 };
}

static void labs_are_a_table_or_a_list(void **state)
{
	struct lab a = lab_of(LAB_UP, DELAY_NETEM, 0), b = lab_of(LAB_DEGRADED, DELAY_RELAY, 77);
	struct lab *labs[] = { &a, &b };
	const size_t changes[] = { 0, 12 };
	struct page p;

	(void)state;
	b.name = "longer";
	b.path = NULL;
	b.backends.vrf = VRF_NAMESPACE;
	report_labs(&page_open(&p, text)->r, labs, changes, 2);
	page_expect(&p,
		    "LAB     CONDITION  NODES  LINKS  CHANGES  CREATED               TOPOLOGY\n"
		    "l       up             4      3        0  1970-01-02T00:00:00Z  t<1b>.yaml\n"
		    "longer  degraded       4      3       12  1970-01-02T00:00:00Z\n");
	report_labs(&page_open(&p, json)->r, labs, changes, 2);
	page_expect(
		&p,
		"{\n"
		"  \"labs\": [\n"
		"    {\"name\": \"l\", \"condition\": \"up\", \"topology\": \"t\\u001b.yaml\", "
		"\"created\": \"1970-01-02T00:00:00Z\", \"vrf\": \"device\", \"delay\": "
		"\"netem\", \"delay-line\": null, \"maker\": null, \"nodes\": 4, \"links\": 3, \"changes\": "
		"0},\n"
		"    {\"name\": \"longer\", \"condition\": \"degraded\", \"topology\": null, "
		"\"created\": \"1970-01-02T00:00:00Z\", \"vrf\": \"namespace\", \"delay\": "
		"\"relay\", \"delay-line\": {\"pid\": 77, \"alive\": false}, \"maker\": null, "
		"\"nodes\": 4, "
		"\"links\": 3, \"changes\": 12}\n"
		"  ]\n"
		"}\n");
	report_labs(&page_open(&p, text)->r, labs, changes, 0);
	page_expect(&p, "");
}

static void removed_labs_are_named(void **state)
{
	char *v[] = { (char[]){ "a" }, (char[]){ "b" } };
	const lab_names names = { .v = v, .n = 2 }, none = { 0 };
	struct page p;

	(void)state;
	report_removed_json(page_open(&p, json)->r.out, &names);
	page_expect(&p, "{\n"
			"  \"removed\": [\n"
			"    \"a\",\n"
			"    \"b\"\n"
			"  ]\n"
			"}\n");
	report_removed_json(page_open(&p, json)->r.out, &none);
	page_expect(&p, "{\n"
			"  \"removed\": []\n"
			"}\n");
}

static struct change changes_made[] = {
	{ .kind = CHANGE_FAIL, .name = "er.primary" },
	{ .kind = CHANGE_CONNECT, .text = "interconnects: {\n  a-c: [a, c] }" },
};
static const change_list two_changes = { .v = changes_made, .n = 2 };

/* `n` sentences that say how a lab differs from its plan. */
static void status_print(struct report *r, const struct lab *lab, const change_list *changes,
			 size_t n)
{
	lab_drift drift = { 0 };

	for (size_t i = 0; i < n; i++)
		vec_push(NULL, &drift, xasprintf("drift %zu", i));
	report_status(r, lab, changes, &drift);
	for (each(char *, d, &drift))
		free(*d);
	vec_free(&drift);
}

static void the_status_of_a_lab_names_its_changes_and_what_to_do(void **state)
{
	static const change_list none = { 0 };
	struct lab up = lab_of(LAB_UP, DELAY_RELAY, 0),
		   dead = lab_of(LAB_DEGRADED, DELAY_RELAY, 77);
	struct page p;

	(void)state;
	status_print(&page_open(&p, text)->r, &up, &none, 0);
	page_expect(&p, "lab        l\n"
			"condition  up\n"
			"topology   t<1b>.yaml\n"
			"created    1970-01-02T00:00:00Z\n"
			"vrf        device\n"
			"delay      not needed\n"
			"nodes      4\n"
			"links      3\n"
			"drift      none\n");
	status_print(&page_open(&p, verbose)->r, &dead, &two_changes, 1);
	page_expect(&p, "lab        l\n"
			"condition  degraded\n"
			"topology   t<1b>.yaml\n"
			"created    1970-01-02T00:00:00Z\n"
			"vrf        device\n"
			"delay      delay line, process 77 (dead)\n"
			"nodes      4\n"
			"links      3\n"
			"changes    2 since it was built\n"
			"           fail er.primary\n"
			"           connect interconnects: { a-c: [a, c] }\n"
			"drift      drift 0\n"
			"to mend    netemu restore l\n");
	status_print(&page_open(&p, json)->r, &dead, &two_changes, 2);
	page_expect(&p, "{\n"
			"  \"name\": \"l\",\n"
			"  \"condition\": \"degraded\",\n"
			"  \"topology\": \"t\\u001b.yaml\",\n"
			"  \"created\": \"1970-01-02T00:00:00Z\",\n"
			"  \"vrf\": \"device\",\n"
			"  \"delay\": \"relay\",\n"
			"  \"delay-line\": {\"pid\": 77, \"alive\": false},\n"
			"  \"maker\": null,\n"
			"  \"nodes\": 4,\n"
			"  \"links\": 3,\n"
			"  \"changes\": [\n"
			"    \"fail er.primary\",\n"
			"    \"connect interconnects: { a-c: [a, c] }\"\n"
			"  ],\n"
			"  \"drift\": [\n"
			"    \"drift 0\",\n"
			"    \"drift 1\"\n"
			"  ]\n"
			"}\n");
	status_print(&page_open(&p, json)->r, &up, NULL, 0);
	page_expect(&p, "{\n"
			"  \"name\": \"l\",\n"
			"  \"condition\": \"up\",\n"
			"  \"topology\": \"t\\u001b.yaml\",\n"
			"  \"created\": \"1970-01-02T00:00:00Z\",\n"
			"  \"vrf\": \"device\",\n"
			"  \"delay\": \"relay\",\n"
			"  \"delay-line\": null,\n"
			"  \"maker\": null,\n"
			"  \"nodes\": 4,\n"
			"  \"links\": 3,\n"
			"  \"changes\": [],\n"
			"  \"drift\": []\n"
			"}\n");
}

static void assert_status(struct report r, const struct lab *lab, const change_list *changes,
			  size_t drift, const char *part)
{
	struct page p;

	status_print(&page_open(&p, r)->r, lab, changes, drift);
	fclose(p.r.out);
	if (!strstr(p.text, part))
		fail_msg("'%s' is not in:\n%s", part, p.text);
	free(p.text);
}

static void a_status_has_a_line_for_each_condition(void **state)
{
	struct lab broken = lab_of(LAB_BROKEN, DELAY_NETEM, 0), up = lab_of(LAB_UP, DELAY_NETEM, 0),
		   half = lab_of(LAB_CHANGING, DELAY_RELAY, 77);
	struct page p;

	(void)state;
	assert_status(text, &up, &two_changes, 0,
		      "\nchanges    2 since it was built (-v lists them)\ndrift      none\n");
	assert_status(text, &up, NULL, 20,
		      "drift 18\ndrift      drift 19\nto mend    netemu restore l\n");
	assert_status(text, &up, NULL, 21,
		      "drift 18\n           and 2 more (-v lists them)\nto mend ");
	assert_status(verbose, &up, NULL, 21, "drift 19\ndrift      drift 20\nto mend ");
	assert_status(text, &half, NULL, 0, "condition  half-changed\n");
	assert_status(text, &half, NULL, 0, "delay      delay line, process 77 (dead)\n");
	assert_status(coloured, &up, NULL, 0, "condition  \033[32mup\033[m\n");
	assert_status(coloured, &half, NULL, 0, "condition  \033[31mhalf-changed\033[m\n");
	status_print(&page_open(&p, text)->r, &broken, NULL, 0);
	page_expect(&p, "lab        l\n"
			"condition  broken\n"
			"topology   t<1b>.yaml\n"
			"created    1970-01-02T00:00:00Z\n"
			"vrf        device\n"
			"delay      netem\n"
			"nodes      4\n"
			"links      3\n");
}

/* ---- the delay line ----------------------------------------------------------------------- */

static void the_delay_line_tells_how_late_it_is_and_what_it_dropped(void **state)
{
	struct relay_link_stats links[2] = {
		{ .name = "a",
		  .dir = { { .frames = 10, .lost = 1, .queued = 2 },
			   { .frames = 5, .lost = 2, .queued = 3 } } },
		{ .name = "b",
		  .dir = { { .frames = 1, .over_limit = 1, .refused = 20 }, { .missed = 300 } },
		  .gone = true },
	};
	struct relay_stats s = { .engine = { .late_p50_ns = 20000,
					     .late_p99_ns = 2 * MS_NS,
					     .memory = 1572864,
					     .memory_max = 64 << 20 },
				 .links = links,
				 .links_len = 2 };
	struct page p;

	(void)state;
	report_delay_line(&page_open(&p, text)->r, &s);
	page_expect(
		&p,
		"\n"
		"delay line: frames leave 20us late in the median, 2ms in the 99th percentile;\n"
		"no real-time priority; frames wait in 1.5 of 64 MiB\n"
		"LINK      FRAMES  LOST  DROPPED  WAITING\n"
		"a             15     3        0        5\n"
		"b (gone)       1     0      321        0\n");
	s.engine.realtime = s.engine.awake = true;
	s.links_len = 1;
	report_delay_line(&page_open(&p, text)->r, &s);
	page_expect(
		&p,
		"\n"
		"delay line: frames leave 20us late in the median, 2ms in the 99th percentile;\n"
		"real-time priority (SCHED_FIFO), keeps a processor awake; frames wait in 1.5 of "
		"64 MiB\n"
		"LINK  FRAMES  LOST  DROPPED  WAITING\n"
		"a         15     3        0        5\n");
	s.links = links + 1;
	report_delay_line(&page_open(&p, coloured)->r, &s);
	page_expect(
		&p,
		"\n"
		"delay line: frames leave 20us late in the median, 2ms in the 99th percentile;\n"
		"real-time priority (SCHED_FIFO), keeps a processor awake; frames wait in 1.5 of "
		"64 MiB\n"
		"\033[1mLINK      FRAMES  LOST  DROPPED  WAITING\033[m\n"
		"b (gone)       1     0      \033[31m321\033[m        0\n");
}

/* ---- this machine ------------------------------------------------------------------------- */

static struct fact facts_found[] = {
	{ "features", "vrf", FACT_OK, "routing instances", NULL },
	{ "features", "netem", FACT_STAND_IN, "delays: the delay line", "modprobe sch_netem" },
	{ "programs", "dot", FACT_MISSING, "serves for \033", "apt-get install graphviz" },
};

static void what_this_machine_offers_stands_in_sections(void **state)
{
	const fact_list facts = { .v = facts_found, .n = countof(facts_found) };
	own_text want = { 0 };
	struct utsname machine;
	struct page p;

	(void)state;
	report_machine(&page_open(&p, text)->r, &facts);
	page_expect(&p, "features\n"
			"  ok        vrf                  routing instances\n"
			"  stand-in  netem                delays: the delay line\n"
			"                                 modprobe sch_netem\n"
			"\n"
			"programs\n"
			"  missing   dot                  serves for <1b>\n"
			"                                 apt-get install graphviz\n");
	report_machine(&page_open(&p, coloured)->r, &facts);
	page_expect(&p, "features\n"
			"  \033[32mok      \033[m  vrf                  routing instances\n"
			"  \033[33mstand-in\033[m  netem                delays: the delay line\n"
			"                                 modprobe sch_netem\n"
			"\n"
			"programs\n"
			"  \033[1;31mmissing \033[m  dot                  serves for <1b>\n"
			"                                 apt-get install graphviz\n");
	assert_int_equal(uname(&machine), 0);
	text_printf(&want, "{\n  \"kernel\": \"%s\",\n%s", machine.release,
		    "  \"features\": [\n"
		    "    {\"name\": \"vrf\", \"available\": true, \"state\": \"ok\", "
		    "\"detail\": \"routing instances\", \"remedy\": null},\n"
		    "    {\"name\": \"netem\", \"available\": false, \"state\": \"stand-in\", "
		    "\"detail\": \"delays: the delay line\", \"remedy\": \"modprobe sch_netem\"}\n"
		    "  ],\n"
		    "  \"programs\": [\n"
		    "    {\"name\": \"dot\", \"available\": false, \"state\": \"missing\", "
		    "\"detail\": \"serves for \\u001b\", "
		    "\"remedy\": \"apt-get install graphviz\"}\n"
		    "  ]\n"
		    "}\n");
	report_machine(&page_open(&p, json)->r, &facts);
	page_expect(&p, text_str(&want));
}

/* ---- changes ------------------------------------------------------------------------------ */

static struct pair_change pairs_changed[] = {
	{ .from = "a",
	  .to = "b",
	  .fate = PAIR_LOST,
	  .rtt_before_ns = MS_NS,
	  .way_before = "a > r > b",
	  .reason = "r has no route \033" },
	{ .from = "a",
	  .to = "c",
	  .fate = PAIR_LOST,
	  .rtt_before_ns = MS_NS,
	  .way_before = "a > c" },
	{ .from = "b",
	  .to = "a",
	  .fate = PAIR_GAINED,
	  .rtt_after_ns = 2 * MS_NS,
	  .way_after = "b > r > a" },
	{ .from = "c",
	  .to = "a",
	  .fate = PAIR_TURNED,
	  .rtt_before_ns = MS_NS,
	  .rtt_after_ns = 3 * MS_NS,
	  .way_before = "c > a",
	  .way_after = "c > r > a",
	  .back = true },
	{ .from = "c",
	  .to = "b",
	  .fate = PAIR_TURNED,
	  .rtt_before_ns = MS_NS,
	  .rtt_after_ns = 4 * MS_NS,
	  .way_before = "c > b",
	  .way_after = "c > b" },
	{ .from = "c",
	  .to = "d",
	  .fate = PAIR_TURNED,
	  .rtt_before_ns = MS_NS,
	  .rtt_after_ns = MS_NS,
	  .way_before = "c > d",
	  .way_after = "c > d" },
};

static void a_change_is_counted_and_with_v_each_pair_is_told(void **state)
{
	const struct difference all = { .links_down = 1,
					.links_up = 2,
					.links_gone = 3,
					.links_new = 4,
					.nodes_gone = 1,
					.nodes_new = 2,
					.routes = 14,
					.routers = 6,
					.pairs = { .v = pairs_changed,
						   .n = countof(pairs_changed) } },
				one = { .routes = 1,
					.routers = 1,
					.pairs = { .v = pairs_changed, .n = 1 } },
				turned = { .pairs = { .v = pairs_changed + 3, .n = 1 } },
				none = { .links_down = 1 };
	struct change_report c = {
		.what = "x has failed", .d = &all, .took_ns = 3149999, .known_ns = 900 * MS_NS
	};
	struct page p;

	(void)state;
	report_change(&page_open(&p, verbose)->r, "l", &c);
	page_expect(&p, "x has failed: 2 nodes new, 1 node gone, 4 links new, 3 links gone, 1 link "
			"down, 2 links up, 14 routes changed in 6 nodes (3.1ms); 2 pairs lost, 1 "
			"gained, 2 take another path, 1 with the same path and another round trip; "
			"converged after 900ms\n"
			"  lost  a to b: r has no route <1b>\n"
			"  lost  a to c: unreachable\n"
			"  gained  b to a: 2ms, by b > r > a\n"
			"  turned  c to a: 3ms, back by c > r > a\n"
			"          before: 1ms, c > a\n"
			"  turned  c to b: 4ms, by c > b\n"
			"          before: 1ms\n"
			"  turned  c to d: 1ms, by c > d\n"
			"          before: a different set of equal-cost paths\n");
	report_change(&page_open(&p, json)->r, "l", &c);
	page_expect(&p,
		    "{\n"
		    "  \"lab\": \"l\",\n"
		    "  \"change\": \"x has failed\",\n"
		    "  \"took-ms\": 3.15,\n"
		    "  \"known-after-ms\": 900,\n"
		    "  \"nodes\": {\"new\": 2, \"gone\": 1},\n"
		    "  \"links\": {\"new\": 4, \"gone\": 3, \"down\": 1, \"up\": 2},\n"
		    "  \"routes\": {\"changed\": 14, \"nodes\": 6},\n"
		    "  \"pairs\": [\n"
		    "    {\"from\": \"a\", \"to\": \"b\", \"fate\": \"lost\", \"rtt-before-ms\": "
		    "1, \"rtt-after-ms\": null, \"reason\": \"r has no route \\u001b\"},\n"
		    "    {\"from\": \"a\", \"to\": \"c\", \"fate\": \"lost\", \"rtt-before-ms\": "
		    "1, \"rtt-after-ms\": null, \"reason\": null},\n"
		    "    {\"from\": \"b\", \"to\": \"a\", \"fate\": \"gained\", \"rtt-before-ms\": "
		    "null, \"rtt-after-ms\": 2, \"reason\": null},\n"
		    "    {\"from\": \"c\", \"to\": \"a\", \"fate\": \"turned\", \"rtt-before-ms\": "
		    "1, \"rtt-after-ms\": 3, \"reason\": null},\n"
		    "    {\"from\": \"c\", \"to\": \"b\", \"fate\": \"turned\", \"rtt-before-ms\": "
		    "1, \"rtt-after-ms\": 4, \"reason\": null},\n"
		    "    {\"from\": \"c\", \"to\": \"d\", \"fate\": \"turned\", \"rtt-before-ms\": "
		    "1, \"rtt-after-ms\": 1, \"reason\": null}\n"
		    "  ]\n"
		    "}\n");
	c.took_ns = c.known_ns = 0;
	c.d = &one;
	report_change(&page_open(&p, text)->r, "l", &c);
	page_expect(&p, "x has failed: 1 route changed in 1 node; 1 pair lost, 0 gained, 0 take "
			"another path\n");
	c.d = &turned;
	report_change(&page_open(&p, text)->r, "l", &c);
	page_expect(&p, "x has failed: no route changed; 0 pairs lost, 0 gained, "
			"1 takes another path\n");
	c.d = &none;
	report_change(&page_open(&p, json)->r, "l", &c);
	page_expect(&p, "{\n"
			"  \"lab\": \"l\",\n"
			"  \"change\": \"x has failed\",\n"
			"  \"took-ms\": null,\n"
			"  \"known-after-ms\": 0,\n"
			"  \"nodes\": {\"new\": 0, \"gone\": 0},\n"
			"  \"links\": {\"new\": 0, \"gone\": 0, \"down\": 1, \"up\": 0},\n"
			"  \"routes\": {\"changed\": 0, \"nodes\": 0},\n"
			"  \"pairs\": []\n"
			"}\n");
	report_change(&page_open(&p, text)->r, "l", &c);
	page_expect(&p, "x has failed: 1 link down, no route changed; no pair affected\n");
}

#define NET                                                                                        \
	"netemu: 1\nname: t\nrouters: { r1: { asn: 65001 }, r2: { asn: 65002 } }\n"                \
	"hosts: { h1: { address: 10.1.0.10/24 }, h2: { address: 10.2.0.10/24 } }\n"                \
	"links:\n  a: { between: [h1, r1] }\n  c: { between: [r2, h2] }\n"
#define NARROW                                                                                     \
	"  b: { between: [r1, r2], bgp: true, delay: 5ms, jitter: 1ms, loss: 0.5%, rate: 1Mbps,\n" \
	"       back: { delay: 7ms, duplicate: 1%, reorder: 2% } }\n"

static void impairments_are_told_each_way(void **state)
{
	own_world w = world_open(NET NARROW);
	index_list links = { 0 };
	struct page p;

	(void)state;
	for (uint32_t i = 0; i < w.f->links.n; i++)
		vec_push(NULL, &links, i);
	report_impairments(&page_open(&p, text)->r, "l", w.f, &links);
	page_expect(&p, "FROM  TO  DELAY  JITTER  RATE   LOSS  DUPLICATE  REORDER\n"
			"h1    r1  0ms    0ms     -      0%    0%         0%\n"
			"r1    h1  0ms    0ms     -      0%    0%         0%\n"
			"h2    r2  0ms    0ms     -      0%    0%         0%\n"
			"r2    h2  0ms    0ms     -      0%    0%         0%\n"
			"r1    r2  5ms    1ms     1Mbit  0.5%  0%         0%\n"
			"r2    r1  7ms    1ms     1Mbit  0.5%  1%         2%\n");
	links.n = 1;
	links.v[0] = (uint32_t)w.f->links.n - 1;
	report_impairments(&page_open(&p, json)->r, "l", w.f, &links);
	page_expect(&p,
		    "{\n"
		    "  \"lab\": \"l\",\n"
		    "  \"directions\": [\n"
		    "    {\"link\": \"r1--r2\", \"from\": \"r1\", \"to\": \"r2\", \"delay-ms\": 5, "
		    "\"jitter-ms\": 1, \"rate-bps\": 1000000, \"loss-ppm\": 5000, "
		    "\"duplicate-ppm\": 0, \"reorder-ppm\": 0},\n"
		    "    {\"link\": \"r1--r2\", \"from\": \"r2\", \"to\": \"r1\", \"delay-ms\": 7, "
		    "\"jitter-ms\": 1, \"rate-bps\": 1000000, \"loss-ppm\": 5000, "
		    "\"duplicate-ppm\": 10000, \"reorder-ppm\": 20000}\n"
		    "  ]\n"
		    "}\n");
	vec_free(&links);
}

static void a_difference_of_plans_is_told_in_the_words_of_plans(void **state)
{
	own_world was = world_open(NET NARROW),
		  is = world_open(NET "  b: { between: [r1, r2], bgp: true, delay: 6ms }\n");
	struct plan_diff *d = plan_compare(world_plan(&was, VRF_DEVICE, DELAY_NETEM),
					   world_plan(&is, VRF_DEVICE, DELAY_NETEM));
	struct plan_diff *none = plan_compare(d->from, d->from);
	struct lab lab = lab_of(LAB_UP, DELAY_NETEM, 0);
	struct page p;

	(void)state;
	report_plan_diff(&page_open(&p, text)->r, "l", d);
	page_expect(&p,
		    "~ r1: qdisc dev r2 netem delay 5ms jitter 1ms loss 0.5% rate 1Mbit "
		    "-> 6ms\n"
		    "~ r2: qdisc dev r1 netem delay 7ms jitter 1ms loss 0.5% duplicate 1% reorder "
		    "2% rate 1Mbit -> 6ms\n");
	report_plan_diff(&page_open(&p, json)->r, "l", d);
	page_expect(&p,
		    "{\n"
		    "  \"lab\": \"l\",\n"
		    "  \"differences\": [\n"
		    "    \"~ r1: qdisc dev r2 netem delay 5ms jitter 1ms loss 0.5% rate 1Mbit -> "
		    "6ms\",\n"
		    "    \"~ r2: qdisc dev r1 netem delay 7ms jitter 1ms loss 0.5% duplicate 1% "
		    "reorder 2% rate 1Mbit -> 6ms\"\n"
		    "  ]\n"
		    "}\n");
	report_mended(&page_open(&p, verbose)->r, &lab, d, 5 * MS_NS);
	page_expect(&p,
		    "l matches its plan: 2 parts mended (5ms)\n"
		    "~ r1: qdisc dev r2 netem delay 5ms jitter 1ms loss 0.5% rate 1Mbit "
		    "-> 6ms\n"
		    "~ r2: qdisc dev r1 netem delay 7ms jitter 1ms loss 0.5% duplicate 1% reorder "
		    "2% rate 1Mbit -> 6ms\n");
	report_mended(&page_open(&p, text)->r, &lab, none, 5149999);
	page_expect(&p, "l matches its plan (5.1ms)\n");
	report_mended(&page_open(&p, json)->r, &lab, none, 5 * MS_NS);
	page_expect(&p, "{\n"
			"  \"lab\": \"l\",\n"
			"  \"differences\": []\n"
			"}\n");
	plan_diff_free(d);
	plan_diff_free(none);
}

static void a_lab_that_is_up_is_told_with_its_size(void **state)
{
	own_world w = world_open(NET NARROW);
	const struct plan *plan = world_plan(&w, VRF_NAMESPACE, DELAY_RELAY);
	struct page p;

	(void)state;
	report_up(&page_open(&p, text)->r, "l", plan, 1234 * MS_NS);
	page_expect(&p, "lab 'l' is up: 4 nodes, 3 links (1.23 s)\n");
	report_up(&page_open(&p, json)->r, "l", plan, 1234 * MS_NS);
	page_expect(&p, "{\n"
			"  \"lab\": \"l\",\n"
			"  \"vrf\": \"namespace\",\n"
			"  \"delay\": \"relay\",\n"
			"  \"nodes\": 4,\n"
			"  \"links\": 3,\n"
			"  \"took-ms\": 1234\n"
			"}\n");
}

/* ---- pairs that are watched --------------------------------------------------------------- */

static void watched_pairs_are_lines_json_or_a_screen(void **state)
{
	struct watched_pair v[] = { { .from = "a", .to = "b", .reachable = true },
				    { .from = "long-name", .to = "c", .reachable = true },
				    { .from = "a", .to = "d" } };
	const watched_list pairs = { .v = v, .n = countof(v) };
	struct page p;

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		watched_add(&v[0], i == 1 ? WATCH_LOST : (2 + i) * MS_NS);
		watched_add(&v[1], WATCH_LOST);
	}
	report_watch_round(&page_open(&p, text)->r, "l", &pairs, 86400);
	page_expect(&p, "1970-01-02T00:00:00Z a b 5ms, loss 25%\n"
			"1970-01-02T00:00:00Z long-name c no answer, loss 100%\n"
			"1970-01-02T00:00:00Z a d no answer, loss 0%\n");
	report_watch_round(&page_open(&p, json)->r, "l", &pairs, 86400);
	page_expect(&p,
		    "{\"lab\": \"l\", \"at\": \"1970-01-02T00:00:00Z\", \"pairs\": [{\"from\": "
		    "\"a\", \"to\": \"b\", \"rtt-ms\": 5, \"sent\": 4, \"received\": 3, "
		    "\"as-predicted\": true}, {\"from\": \"long-name\", \"to\": \"c\", \"rtt-ms\": "
		    "null, \"sent\": 4, \"received\": 0, \"as-predicted\": false}, {\"from\": "
		    "\"a\", \"to\": \"d\", \"rtt-ms\": null, \"sent\": 0, \"received\": 0, "
		    "\"as-predicted\": true}]}\n");
	report_watch_screen(&page_open(&p, text)->r, "l", &pairs,
			    &(const struct watch_screen){ .columns = 80, .rows = 24 });
	page_expect(&p, "\033[Hl  round trips in ms, of the last 60 rounds\033[K\n"
			"\033[K\n"
			"FROM       TO         NOW      MIN     MEAN      MAX   LOSS\033[K\n"
			"a          b         5.00     2.00     3.67     5.00    25%  "
			"\342\226\201x\342\226\205\342\226\210\033[K\n"
			"long-name  c            -        -        -        -   100%  xxxx\033[K\n"
			"a          d            -        -        -        -     0%  \033[K\n"
			"\033[J");
	report_watch_screen(&page_open(&p, coloured)->r, "l", &pairs,
			    &(const struct watch_screen){ 62, 6, "q quits" });
	page_expect(&p,
		    "\033[H\033[1ml\033[m  round trips in ms, of the last 60 rounds; q "
		    "quits\033[K\n"
		    "\033[K\n"
		    "FROM       TO         NOW      MIN     MEAN      MAX   LOSS\033[K\n"
		    "a          b     \033[32m    5.00\033[m     2.00     3.67     5.00    25%  "
		    "\033[31mx\033[m\342\226\205\342\226\210\033[K\n"
		    "... and 2 more pairs, which need a taller window\033[K\n"
		    "\033[J");
}

/* ---- a plan for iproute2 ------------------------------------------------------------------ */

static void a_plan_is_written_for_iproute2(void **state)
{
	own_world w = world_open(NET NARROW "  d: { between: [r1, r2], prefix: 172.16.9.0/30 }\n"
					    "failed: [d]\n");
	const struct plan *plan = world_plan(&w, VRF_DEVICE, DELAY_NETEM);
	struct page p;
	FILE *out = page_open(&p, text)->r.out;

	(void)state;
	batch_namespaces(out, plan, "l");
	fputs("--\n", out);
	batch_links(out, plan, "l");
	fputs("--\n", out);
	batch_down(out, plan, "l");
	for (uint32_t i = 0; i < 3; i++) {
		fprintf(out, "-- %s\n", plan->netns.v[i].name);
		batch_sysctls(out, plan, i);
		batch_node(out, plan, i);
		batch_forwarding(out, plan, i);
		batch_qdiscs(out, plan, i);
	}
	page_expect(&p,
		    "netns add l.r1\n"
		    "netns add l.r2\n"
		    "netns add l.h1\n"
		    "netns add l.h2\n"
		    "--\n"
		    "link add name h1 index 2 address 02:6e:65:00:00:00 mtu 1500 netns l.r1 type "
		    "veth peer name eth0 index 2 address 02:6e:65:00:00:01 mtu 1500 netns l.h1\n"
		    "link add name r2 index 3 address 02:6e:65:00:00:04 mtu 1500 netns l.r1 type "
		    "veth peer name r1 index 3 address 02:6e:65:00:00:05 mtu 1500 netns l.r2\n"
		    "link add name r2-0d31 index 4 address 02:6e:65:00:00:06 mtu 1500 netns l.r1 "
		    "type veth peer name r1-f1ff index 4 address 02:6e:65:00:00:07 mtu 1500 netns "
		    "l.r2\n"
		    "link add name h2 index 2 address 02:6e:65:00:00:02 mtu 1500 netns l.r2 type "
		    "veth peer name eth0 index 2 address 02:6e:65:00:00:03 mtu 1500 netns l.h2\n"
		    "--\n"
		    "netns delete l.r1\n"
		    "netns delete l.r2\n"
		    "netns delete l.h1\n"
		    "netns delete l.h2\n"
		    "-- r1\n"
		    "net/ipv4/icmp_ratemask = 0\n"
		    "net/ipv4/conf/all/rp_filter = 0\n"
		    "net/ipv4/conf/default/rp_filter = 0\n"
		    "net/ipv4/conf/all/send_redirects = 0\n"
		    "net/ipv4/conf/default/send_redirects = 0\n"
		    "-net/ipv4/fib_multipath_hash_seed = 1\n"
		    "link set dev lo up\n"
		    "link property add dev h1 altname r1--h1\n"
		    "link set dev h1 up\n"
		    "link property add dev r2 altname r1--r2\n"
		    "link set dev r2 up\n"
		    "link property add dev r2-0d31 altname r1--r2-e31d\n"
		    "address add 10.1.0.1/24 dev h1\n"
		    "address add 100.64.0.0/31 dev r2\n"
		    "address add 172.16.9.1/30 dev r2-0d31\n"
		    "neighbour replace 10.1.0.10 lladdr 02:6e:65:00:00:01 dev h1 nud permanent\n"
		    "neighbour replace 100.64.0.1 lladdr 02:6e:65:00:00:05 dev r2 nud permanent\n"
		    "route add 10.2.0.0/24 proto bgp via 100.64.0.1 dev r2\n"
		    "net/ipv4/conf/h1/forwarding = 1\n"
		    "net/ipv4/conf/r2/forwarding = 1\n"
		    "net/ipv4/conf/r2-0d31/forwarding = 1\n"
		    "qdisc add dev r2 root netem limit 100000 delay 5ms 1ms loss 0.5% rate 1Mbit\n"
		    "-- r2\n"
		    "net/ipv4/icmp_ratemask = 0\n"
		    "net/ipv4/conf/all/rp_filter = 0\n"
		    "net/ipv4/conf/default/rp_filter = 0\n"
		    "net/ipv4/conf/all/send_redirects = 0\n"
		    "net/ipv4/conf/default/send_redirects = 0\n"
		    "-net/ipv4/fib_multipath_hash_seed = 1\n"
		    "link set dev lo up\n"
		    "link property add dev h2 altname r2--h2\n"
		    "link set dev h2 up\n"
		    "link property add dev r1 altname r2--r1\n"
		    "link set dev r1 up\n"
		    "link property add dev r1-f1ff altname r2--r1-6b7a\n"
		    "address add 10.2.0.1/24 dev h2\n"
		    "address add 100.64.0.1/31 dev r1\n"
		    "address add 172.16.9.2/30 dev r1-f1ff\n"
		    "neighbour replace 10.2.0.10 lladdr 02:6e:65:00:00:03 dev h2 nud permanent\n"
		    "neighbour replace 100.64.0.0 lladdr 02:6e:65:00:00:04 dev r1 nud permanent\n"
		    "route add 10.1.0.0/24 proto bgp via 100.64.0.0 dev r1\n"
		    "net/ipv4/conf/h2/forwarding = 1\n"
		    "net/ipv4/conf/r1/forwarding = 1\n"
		    "net/ipv4/conf/r1-f1ff/forwarding = 1\n"
		    "qdisc add dev r1 root netem limit 100000 delay 7ms 1ms loss 0.5% duplicate 1% "
		    "reorder 2% rate 1Mbit\n"
		    "-- h1\n"
		    "net/ipv4/icmp_ratemask = 0\n"
		    "link set dev lo up\n"
		    "link property add dev eth0 altname h1--r1\n"
		    "link set dev eth0 up\n"
		    "address add 10.1.0.10/24 dev eth0\n"
		    "neighbour replace 10.1.0.1 lladdr 02:6e:65:00:00:00 dev eth0 nud permanent\n"
		    "route add 0.0.0.0/0 proto static via 10.1.0.1 dev eth0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labs_are_a_table_or_a_list),
		cmocka_unit_test(removed_labs_are_named),
		cmocka_unit_test(the_status_of_a_lab_names_its_changes_and_what_to_do),
		cmocka_unit_test(a_status_has_a_line_for_each_condition),
		cmocka_unit_test(the_delay_line_tells_how_late_it_is_and_what_it_dropped),
		cmocka_unit_test(what_this_machine_offers_stands_in_sections),
		cmocka_unit_test(a_change_is_counted_and_with_v_each_pair_is_told),
		cmocka_unit_test(impairments_are_told_each_way),
		cmocka_unit_test(a_difference_of_plans_is_told_in_the_words_of_plans),
		cmocka_unit_test(a_lab_that_is_up_is_told_with_its_size),
		cmocka_unit_test(watched_pairs_are_lines_json_or_a_screen),
		cmocka_unit_test(a_plan_is_written_for_iproute2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
