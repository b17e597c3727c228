/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must hold, and the stories of a topology: expectations, scenarios, what is impaired. */
#include <stdbool.h>
#include <stdio.h>

#include "net/units.h"

#include "sayings.h"
#include "world.h"

#define EITHER                                                                                     \
	"an expectation is either of a pair, with 'from' and 'to', or of a route, with 'at' and "  \
	"'route'"
#define ONE                                                                                        \
	"a step is one of 'expect', 'connect', 'disconnect', 'fail', 'restore', 'impair', 'wait' " \
	"and 'say'"

/* ---- expectations ---------------------------------------------------------------------------- */

static void an_expectation_is_of_a_pair_or_of_a_route(void **state)
{
	static const struct saying sayings[] = {
		{ V "expect:\n"
		    "  - { because: x }\n"
		    "  - { from: a, at: b }\n"
		    "  - { rtt: 1ms.. }\n"
		    "  - { at: b }\n"
		    "  - { from: a, to: b, via: c }\n"
		    "  - { at: a, route: 10.0.0.0/8, tcp: 80 }\n",
		  "t.yaml:3:5: error: " EITHER " [missing-key]\n"
		  "t.yaml:4:5: error: 'expect' has no 'to' [missing-key]\n"
		  "  to: the node that should answer\n"
		  "t.yaml:4:16: error: 'at' cannot be combined with 'from': " EITHER " [conflict]\n"
		  "t.yaml:5:5: error: 'expect' has no 'from' [missing-key]\n"
		  "  from: the node that sends\n"
		  "t.yaml:5:5: error: 'expect' has no 'to' [missing-key]\n"
		  "  to: the node that should answer\n"
		  "t.yaml:6:5: error: 'expect' has no 'route' [missing-key]\n"
		  "  route: the route's prefix\n"
		  "t.yaml:7:23: error: 'via' cannot be combined with "
		  "'from': " EITHER " [conflict]\n"
		  "t.yaml:8:33: error: 'tcp' cannot be combined with "
		  "'at': " EITHER " [conflict]\n" },
		/* A key that is misspelt is not missing as well. */
		{ V "expect: [{ form: a, to: b }, { froom: a }]\n",
		  "t.yaml:2:12: error: unknown key 'form' [unknown-key]\n"
		  "  did you mean 'from'?\n"
		  "t.yaml:2:32: error: unknown key 'froom' [unknown-key]\n"
		  "  did you mean 'from'?\n" },
		/* Nor is one that may have stood behind the end. */
		{ V "expect: [{ because: a\n",
		  "t.yaml:3:1: error: missing comma in flow mapping [syntax]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void what_does_not_go_together_is_refused(void **state)
{
	static const struct saying sayings[] = {
		{ V "expect:\n"
		    "  - { from: a, to: b, reachable: false, rtt: 1ms.., path: [a], mtu: 1500 }\n"
		    "  - { from: a, to: b, tcp: 80, jitter: ..1ms, hops: 3, rtt: ..9ms }\n"
		    "  - { at: a, route: 10.0.0.0/8, absent: true, via: b, as-path: 1 }\n"
		    "  - { from: a, to: b, tcp: 80, udp: 53 }\n",
		  "t.yaml:3:41: error: an expectation of an unreachable pair takes no 'rtt' "
		  "[conflict]\n"
		  "t.yaml:3:53: error: an expectation of an unreachable pair takes no 'path' "
		  "[conflict]\n"
		  "t.yaml:3:64: error: an expectation of an unreachable pair takes no 'mtu' "
		  "[conflict]\n"
		  "t.yaml:4:32: error: an expectation of a port takes no 'jitter' [conflict]\n"
		  "t.yaml:4:47: error: an expectation of a port takes no 'hops' [conflict]\n"
		  "t.yaml:5:47: error: an expectation of an absent route takes no 'via' "
		  "[conflict]\n"
		  "t.yaml:5:55: error: an expectation of an absent route takes no 'as-path' "
		  "[conflict]\n"
		  "t.yaml:6:32: error: an expectation takes one port; write a second expectation "
		  "[conflict]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_range_is_of_its_quantity(void **state)
{
	static const struct saying sayings[] = {
		{ V "expect:\n"
		    "  - { from: a, to: b, rtt: 5ms, loss: 5, bandwidth: 10Mbit, hops: 0 }\n"
		    "  - { from: a, to: b, jitter: 2ms..1ms, loss: 2%..1%, hops: 3..256 }\n"
		    "  - { from: a, to: b, rtt: 1ms..4%, loss: .., bandwidth: ..1ms, mtu: 67 }\n",
		  "t.yaml:3:28: error: 'rtt' needs a range of times such as 1ms..4ms, ..3ms or "
		  "1ms..: 5ms [bad-range]\n"
		  "  write a range around it: 4.5ms..6.5ms\n"
		  "t.yaml:3:39: error: 'loss' needs a share such as 0%, or a range of them such as "
		  "..1%: 5 [bad-range]\n"
		  "t.yaml:3:53: error: 'bandwidth' needs a range of rates such as 80Mbit..100Mbit "
		  "or 80Mbit..: 10Mbit [bad-range]\n"
		  "  write a range around it: 8Mbit..10Mbit\n"
		  "t.yaml:3:67: error: 'hops' needs a number of hops, 1 to 255, or a range of them "
		  "such as 3..5: 0 [bad-range]\n"
		  "t.yaml:4:31: error: the range 2ms..1ms is empty [bad-range]\n"
		  "  did you mean 1ms..2ms?\n"
		  "t.yaml:4:47: error: the range 2%..1% is empty [bad-range]\n"
		  "  did you mean 1%..2%?\n"
		  "t.yaml:4:61: error: 'hops' needs a number of hops, 1 to 255, or a range of them "
		  "such as 3..5: 3..256 [bad-range]\n"
		  "t.yaml:5:28: error: 'rtt' needs a range of times such as 1ms..4ms, ..3ms or "
		  "1ms..: 1ms..4% [bad-range]\n"
		  "t.yaml:5:43: error: 'loss' needs a share such as 0%, or a range of them such as "
		  "..1%: .. [bad-range]\n"
		  "t.yaml:5:58: error: 'bandwidth' needs a range of rates such as 80Mbit..100Mbit "
		  "or 80Mbit..: ..1ms [bad-range]\n"
		  "t.yaml:5:70: error: 'mtu' needs a number of bytes, 68 to 65535: 67 "
		  "[bad-number]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void places_are_names_of_nodes_or_objects(void **state)
{
	static const struct saying sayings[] = {
		{ V "expect:\n"
		    "  - { from: a, to: b, path: [A, [..., b], []], not-via: a.b.c }\n"
		    "  - { at: a, route: 10.0.0.1/8, via: [b, 10.0.0.1], as-path: 1 x 0 }\n",
		  "t.yaml:3:30: error: 'path' needs a node such as pc-a.web, or an object such as "
		  "er-dc1: A [bad-name]\n"
		  "t.yaml:3:34: error: 'path' needs a node such as pc-a.web, or an object such as "
		  "er-dc1: ... [bad-name]\n"
		  "t.yaml:3:43: error: 'path' needs a node, an object, '...' for any, or a list of "
		  "nodes of which it is one: this list has 0 elements [wrong-type]\n"
		  "t.yaml:3:57: error: 'not-via' needs a node such as pc-a.web, "
		  "or an object such as er-dc1: a.b.c [bad-name]\n"
		  "t.yaml:4:21: error: 10.0.0.1/8 has bits set beyond its length [bad-prefix]\n"
		  "  did you mean 10.0.0.0/8?\n"
		  "t.yaml:4:42: error: 'via' needs a node such as pc-a.web, or an object such as "
		  "er-dc1: 10.0.0.1 [bad-name]\n"
		  "t.yaml:4:62: error: 'as-path' needs an AS number, 1 to 4294967295: x "
		  "[bad-number]\n"
		  "t.yaml:4:62: error: 'as-path' needs an AS number, 1 to 4294967295: 0 "
		  "[bad-number]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

#define CHAIN                                                                                      \
	V "routers: { r1: { asn: 64512 }, r2: { asn: 64514 } }\n"                                  \
	  "sites: { dc: { asn: 64515, networks: { lan: 10.1.0.0/24 } } }\n"                        \
	  "circuits: { er: { site: dc, region: westeurope, rtt: 4ms } }\n"                         \
	  "hosts: { h1: 10.50.0.10/24, h2: 10.60.0.10/24 }\n"                                      \
	  "links:\n"                                                                               \
	  "  a: { between: [h1, r1], delay: 1ms }\n"                                               \
	  "  b: { between: [r1, r2], delay: 2ms, loss: 1%, bgp: true }\n"                          \
	  "  c: { between: [r2, h2] }\n"

static void an_expectation_is_as_the_file_says(void **state)
{
	own_world w = world_open(
		CHAIN "expect:\n"
		      "  - { from: h1, to: h2, path: [r1, ..., [r2, er], h2], not-via: [dc, r2],\n"
		      "      symmetric: false, mtu: 1400, hops: 3, loss: ..1%, jitter: 1ms..2ms,\n"
		      "      bandwidth: 1Mbit.., within: 3s }\n"
		      "  - { at: r1, route: 10.60.0.0/24, via: r2, as-path: 64514 1 }\n"
		      "  - { at: r1, route: 10.99.0.0/24, absent: true }\n"
		      "  - { at: r2, route: 10.60.0.0/24, as-path: [] }\n");
	const struct expectation *e = w.m->expectations.v;

	(void)state;
	assert_int_equal(w.m->expectations.n, 4);
	assert_int_equal(e[0].kind, EXPECT_PAIR);
	assert_int_equal(e[0].path.n, 4);
	assert_string_equal(e[0].path.v[0].nodes.v[0].name, "r1");
	assert_false(e[0].path.v[0].any);
	assert_true(e[0].path.v[1].any && e[0].path.v[1].nodes.n == 0);
	assert_string_equal(e[0].path.v[2].nodes.v[1].name, "er");
	assert_int_equal(e[0].path.v[2].nodes.v[1].pos.col, 46);
	assert_int_equal(e[0].not_via.n, 2);
	assert_true(e[0].has_symmetric && !e[0].symmetric);
	assert_int_equal(e[0].symmetric_pos.line, 12);
	assert_int_equal(e[0].mtu, 1400);
	assert_true(e[0].hops.given && e[0].hops.min == 3 && e[0].hops.max == 3);
	assert_true(e[0].loss.given && e[0].loss.min == 0 && e[0].loss.max == 10000);
	assert_true(e[0].jitter.given && e[0].jitter.min == 1000000 && e[0].jitter.max == 2000000);
	assert_true(e[0].bandwidth.min == 1000000 && e[0].bandwidth.max == UINT64_MAX);
	assert_false(e[0].rtt.given);
	assert_int_equal(e[0].within_ns, 3000000000);

	assert_int_equal(e[1].kind, EXPECT_ROUTE);
	assert_string_equal(e[1].at.name, "r1");
	assert_string_equal(PREFIX_STR(&e[1].route), "10.60.0.0/24");
	assert_int_equal(e[1].via.n, 1);
	assert_true(e[1].has_as_path && e[1].as_path.n == 2 && e[1].as_path.v[0] == 64514);
	assert_false(e[1].absent || e[1].has_symmetric);
	assert_true(e[2].absent && !e[2].has_as_path);
	assert_true(e[3].has_as_path && e[3].as_path.n == 0);
}

static void an_as_path_is_numbers_between_any_blanks(void **state)
{
	static const struct {
		const char *written;
		size_t n;
		uint32_t first, last;
	} cases[] = {
		{ "12076", 1, 12076, 12076 },
		{ "12076 398656", 2, 12076, 398656 },
		{ "'  12076   398656 64512 '", 3, 12076, 64512 },
		{ "' 7'", 1, 7, 7 },
		{ "''", 0, 0, 0 },
		{ "'  '", 0, 0, 0 },
		{ "[1, 2]", 2, 1, 2 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		own_text yaml = { 0 };
		struct diag *dg = diag_new();
		const struct expectation *e;
		struct model *m;

		text_printf(&yaml, V "expect: [{ at: a, route: 10.0.0.0/8, as-path: %s }]\n",
			    cases[i].written);
		m = topology_parse("t.yaml", text_str(&yaml), yaml.n, dg);
		assert_non_null(m);
		e = &m->expectations.v[0];
		assert_true(e->has_as_path);
		assert_int_equal(e->as_path.n, cases[i].n);
		if (e->as_path.n > 0) {
			assert_int_equal(e->as_path.v[0], cases[i].first);
			assert_int_equal(e->as_path.v[e->as_path.n - 1], cases[i].last);
		}
		model_free(m);
		diag_free(dg);
	}
}

/* The findings of a topology that can be read, but not compiled. */
static void assert_not_compiled(const char *yaml, const char *want)
{
	own_world w = world_try(yaml);
	own_text said = { 0 };

	diag_sort(w.dg);
	for (size_t i = 0; i < diag_count(w.dg); i++) {
		const struct finding *f = diag_at(w.dg, i);

		text_printf(&said, "%u:%u: %s\n", f->at.line, f->at.col, f->text);
		if (f->hint)
			text_printf(&said, "  %s\n", f->hint);
	}
	assert_string_equal(text_str(&said), want);
}

static void a_name_in_an_expectation_is_of_something(void **state)
{
	(void)state;
	assert_not_compiled(CHAIN "expect:\n"
				  "  - { from: h1, to: h3, path: [r1, er, b, r3, dc.lam], "
				  "not-via: et }\n"
				  "  - { at: r3, route: 10.0.0.0/8, via: [er.primry, dc] }\n",
			    "11:21: no node is named 'h3'\n"
			    "  did you mean 'h1'?\n"
			    "11:40: 'b' has no nodes\n"
			    "  name the nodes at its ends\n"
			    "11:43: no node or object is named 'r3'\n"
			    "  did you mean 'r1'?\n"
			    "11:47: no node is named 'dc.lam'\n"
			    "  did you mean 'dc.lan'?\n"
			    "11:65: no node or object is named 'et'\n"
			    "  did you mean 'er'?\n"
			    "12:11: no node is named 'r3'\n"
			    "  did you mean 'r1'?\n"
			    "12:40: no node is named 'er.primry'\n"
			    "  did you mean 'er.primary'?\n");
}

static void an_object_stands_for_its_nodes(void **state)
{
	own_world w = world_open(CHAIN);

	(void)state;
	assert_true(node_is_called(&w.f->nodes.v[world_node(&w, "er.primary")], "er"));
	assert_true(node_is_called(&w.f->nodes.v[world_node(&w, "er.primary")], "er.primary"));
	assert_false(node_is_called(&w.f->nodes.v[world_node(&w, "er.primary")], "er.secondary"));
	assert_false(node_is_called(&w.f->nodes.v[world_node(&w, "er.primary")], "e"));
	assert_true(node_is_called(&w.f->nodes.v[world_node(&w, "r1")], "r1"));
}

/* ---- scenarios ------------------------------------------------------------------------------- */

static void a_step_is_one_thing(void **state)
{
	static const struct saying sayings[] = {
		{ V "scenarios:\n"
		    "  A: [{ say: x }]\n"
		    "  a: []\n"
		    "  b:\n"
		    "    - { fail: r, say: x }\n"
		    "    - {}\n"
		    "    - { fial: r }\n"
		    "    - fail\n"
		    "    - { wait: 3 }\n"
		    "  all: [{ say: x }]\n",
		  "t.yaml:3:3: error: 'A' cannot be a name [bad-name]\n"
		  "  a name has lower-case letters, digits and hyphens, at most 40 characters, and "
		  "does not begin with a hyphen\n"
		  "t.yaml:4:6: error: 'a' needs a list of steps such as [{ fail: er-dc1 }]: this "
		  "list has 0 elements [wrong-type]\n"
		  "t.yaml:6:18: error: 'say' cannot be combined with 'fail': " ONE " [conflict]\n"
		  "t.yaml:7:7: error: " ONE " [missing-key]\n"
		  "t.yaml:8:9: error: unknown key 'fial' [unknown-key]\n"
		  "  did you mean 'fail'?\n"
		  "t.yaml:9:7: error: 'b' needs a map such as { fail: er-dc1 }: found a single "
		  "value [wrong-type]\n"
		  "t.yaml:10:15: error: 'wait' needs a time such as 4ms: 3 has no unit [bad-time]\n"
		  "  write 3ms\n"
		  "t.yaml:11:3: error: 'all' stands for every scenario: give this one another "
		  "name [reserved-name]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void what_a_step_changes_is_looked_at_before(void **state)
{
	static const struct saying sayings[] = {
		{ V "scenarios:\n"
		    "  b:\n"
		    "    - connect: { interconects: {}, summary: x, links: x }\n"
		    "    - connect: {}\n"
		    "    - connect: x\n"
		    "    - disconnect: [a, b.c]\n"
		    "    - impair: { l: { delai: 1ms, loss: 5 }, L: { delay: 1ms } }\n"
		    "    - restore: [X, []]\n"
		    "    - expect: []\n",
		  "t.yaml:4:18: error: unknown key 'interconects' [unknown-key]\n"
		  "  did you mean 'interconnects'?\n"
		  "t.yaml:4:36: error: 'summary' cannot be connected [unknown-key]\n"
		  "  only objects can, such as interconnects and circuits\n"
		  "t.yaml:4:55: error: 'links' needs a map of links [wrong-type]\n"
		  "t.yaml:5:16: error: 'connect' needs a map of sections, "
		  "such as { interconnects: { a-c: [pc-a, pc-c] } } [wrong-type]\n"
		  "t.yaml:6:16: error: 'connect' needs a map of sections, "
		  "such as { interconnects: { a-c: [pc-a, pc-c] } }: found a single value "
		  "[wrong-type]\n"
		  "t.yaml:7:23: error: 'disconnect' needs an object's name: b.c [bad-name]\n"
		  "  a part can fail, but only a whole object can be disconnected\n"
		  "t.yaml:8:22: error: unknown key 'delai' [unknown-key]\n"
		  "  did you mean 'delay'?\n"
		  "t.yaml:8:40: error: 'loss' needs a share such as 0.1%: 5 has no unit "
		  "[bad-share]\n"
		  "  write 5%\n"
		  "t.yaml:8:45: error: 'impair' needs an object or one of its parts, such as "
		  "er-dc1.primary: L [bad-name]\n"
		  "t.yaml:9:17: error: 'restore' needs an object or one of its parts, such as "
		  "er-dc1.primary: X [bad-name]\n"
		  "t.yaml:9:20: error: 'restore' needs an object or one of its parts, such as "
		  "er-dc1.primary: found a list [wrong-type]\n"
		  "t.yaml:10:15: error: 'expect' needs an expectation, "
		  "or a list of them: this list has 0 elements [wrong-type]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void assert_change(const struct story_step *s, enum change_kind kind, unsigned int line,
			  unsigned int col, const char *name, const char *text)
{
	assert_int_equal(s->kind, STEP_CHANGE);
	assert_int_equal(s->change.kind, kind);
	assert_int_equal(s->change.pos.line, line);
	assert_int_equal(s->change.pos.col, col);
	assert_string_equal(s->change.name ? s->change.name : "-", name);
	assert_string_equal(s->change.text ? s->change.text : "-", text);
}

static void steps_have_a_limit(void **state)
{
	own_text yaml = { 0 };

	(void)state;
	text_add(&yaml, V "scenarios:\n  a:\n");
	for (int i = 0; i < 1000; i++)
		text_add(&yaml, "    - say: x\n");
	check_saying(text_str(&yaml), yaml.n, "");
	text_add(&yaml, "  b: [{ fail: [x, y] }]\n");
	check_saying(text_str(&yaml), yaml.n,
		     "t.yaml:1004:16: error: more than 1000 steps of scenarios in one file "
		     "[limit]\n");
}

/* Behind a byte order mark and characters of several bytes, with lines that end as in DOS. */
static void a_story_is_as_the_file_says(void **state)
{
	own_world w = world_open("\xef\xbb\xbf" CHAIN "summary: caf\xc3\xa9 \xe2\x82\xac\r\n"
				 "scenarios:\r\n"
				 "  one:\n"
				 "    - say: \"a \xe2\x82\xac: word\"\n"
				 "    - expect: { from: h1, to: h9 }\n"
				 "    - connect: { links: { d: { between: [h1, h2] } } } # so\n"
				 "    - connect:\n"
				 "        hosts:\r\n"
				 "          h9: 10.90.0.1/24\r\n"
				 "\n"
				 "    - expect:\n"
				 "        - { from: h1, to: h9 }\n"
				 "        - { at: r1, route: 10.90.0.0/24 }\n"
				 "    - disconnect: [d, h9]\n"
				 "    - fail: er.primary\n"
				 "    - restore: er.primary\n"
				 "    - impair: { b: { loss: 2% }, a: {}, c: }\n"
				 "    - wait: 1.5s\n"
				 "  two: [{ say: x }]\n");
	const struct scenario *one = w.m->scenarios.v;
	const struct story_step *s = one->steps.v;

	(void)state;
	assert_int_equal(w.m->scenarios.n, 2);
	assert_string_equal(one->name, "one");
	assert_int_equal(one->pos.line, 12);
	assert_int_equal(one->steps.n, 13);
	assert_string_equal(s[0].say, "a \xe2\x82\xac: word");
	assert_int_equal(s[1].kind, STEP_EXPECT);
	assert_int_equal(s[1].expect.n, 1);
	assert_true(s[1].expect.v[0].reachable);
	assert_change(&s[2], CHANGE_CONNECT, 15, 16, "-",
		      "{ links: { d: { between: [h1, h2] } } }");
	assert_change(&s[3], CHANGE_CONNECT, 17, 9, "-", "hosts:\r\n          h9: 10.90.0.1/24");
	assert_int_equal(s[4].expect.n, 2);
	assert_int_equal(s[4].expect.v[1].kind, EXPECT_ROUTE);
	assert_change(&s[5], CHANGE_DISCONNECT, 23, 20, "d", "-");
	assert_change(&s[6], CHANGE_DISCONNECT, 23, 23, "h9", "-");
	assert_change(&s[7], CHANGE_FAIL, 24, 13, "er.primary", "-");
	assert_change(&s[8], CHANGE_RESTORE, 25, 16, "er.primary", "-");
	assert_change(&s[9], CHANGE_IMPAIR, 26, 20, "b", "{ loss: 2% }");
	assert_change(&s[10], CHANGE_IMPAIR, 26, 34, "a", "-");
	assert_change(&s[11], CHANGE_IMPAIR, 26, 41, "c", "-");
	assert_int_equal(s[12].wait_ns, 1500000000);
	assert_string_equal(s[12].pos.file, "t.yaml");
}

/* ---- timers, hops, impaired ------------------------------------------------------------------ */

static void timers_and_hops_are_words(void **state)
{
	static const struct saying sayings[] = {
		{ V "timers: azur\nhops: none\nspeed: 10\n",
		  "t.yaml:2:9: error: 'timers' needs none or azure: azur [bad-word]\n"
		  "  did you mean 'azure'?\n"
		  "t.yaml:3:7: error: 'hops' needs all or azure: none [bad-word]\n"
		  "t.yaml:4:8: error: 'speed' needs a number of times, 1x to 10000x: 10 "
		  "[bad-number]\n"
		  "  write 10x\n" },
		{ V "speed: 0x\n",
		  "t.yaml:2:8: error: 'speed' needs a number of times, 1x to 10000x: 0 "
		  "[bad-number]\n" },
		{ V "speed: 10001x\n",
		  "t.yaml:2:8: error: 'speed' needs a number of times, 1x to 10000x: 10001 "
		  "[bad-number]\n" },
		{ V "timers: none\nhops: all\nspeed: 10000x\n", "" },
	};
	own_world w = world_open(CHAIN);

	(void)state;
	check_sayings(sayings, countof(sayings));
	assert_int_equal(w.m->timers, TIMERS_NONE);
	assert_int_equal(w.m->hops, HOPS_ALL);
	assert_int_equal(w.m->speed, 1);
}

static const struct fabric_link *link_between(const struct world *w, const char *name)
{
	for (each(const struct fabric_link, l, &w->f->links))
		if (strcmp(l->name, name) == 0)
			return l;
	fail_msg("no link '%s'", name);
	return NULL;
}

static void what_is_impaired_replaces_the_links_own(void **state)
{
	own_world w = world_open(CHAIN "impaired:\n"
				       "  b: { delay: 9ms, rate: 1Mbit }\n"
				       "  er.secondary: { delay: 7ms, jitter: 1ms, reorder: 1% }\n"
				       "  h2: { loss: 3%, duplicate: 2% }\n"
				       "  c: {}\n");
	const struct fabric_link *b = link_between(&w, "r1--r2");
	const struct fabric_link *first = link_between(&w, "dc.ce--er.primary");
	const struct fabric_link *second = link_between(&w, "dc.ce--er.secondary");

	(void)state;
	for (int end = 0; end < 2; end++) {
		assert_int_equal(b->to[end].delay_ns, 9000000);
		assert_int_equal(b->to[end].rate_bps, 1000000);
		assert_int_equal(b->to[end].loss_ppm, 10000); /* the file's */
		assert_int_equal(first->to[end].delay_ns, 2000000);
		assert_int_equal(first->to[end].jitter_ns, 0);
		assert_int_equal(second->to[end].delay_ns, 7000000);
		assert_int_equal(second->to[end].jitter_ns, 1000000);
		assert_int_equal(second->to[end].reorder_ppm, 10000);
		assert_int_equal(link_between(&w, "h2--r2")->to[end].loss_ppm, 30000);
		assert_int_equal(link_between(&w, "h2--r2")->to[end].duplicate_ppm, 20000);
	}
	assert_path(&w, "h1", "h2", "h1 > r1 > r2 > h2 = 20ms");
}

/* A circuit's own links: not those of what else is joined to its edge. */
static void a_circuits_links_are_those_to_its_customer(void **state)
{
	own_world w = world_open(
		CHAIN "virtual-networks: { v: { region: westeurope, address-space: 10.7.0.0/16,\n"
		      "  gateways: { expressroute: {} } } }\n"
		      "gateway-connections: { g: { gateway: v, circuit: er } }\n"
		      "impaired: { er: { loss: 1% } }\n");
	unsigned int hit = 0;

	(void)state;
	for (each(const struct fabric_link, l, &w.f->links))
		hit += l->to[0].loss_ppm == 10000 && strcmp(l->name, "r1--r2") != 0;
	assert_int_equal(hit, 2);
}

static void what_cannot_be_impaired_is_said(void **state)
{
	static const struct saying sayings[] = {
		{ CHAIN "impaired: { d: { loss: 1% }, b: { rtt: 1ms, mtu: 1400 }, a: 5ms }\n",
		  "t.yaml:10:13: error: nothing is named 'd'; an object or one of its parts is "
		  "needed here [unknown-name]\n"
		  "  did you mean 'a'?\n"
		  "t.yaml:10:35: error: unknown key 'rtt' [unknown-key]\n"
		  "  'delay' is one-way, for each direction: write half of the round trip\n"
		  "t.yaml:10:45: error: unknown key 'mtu' [unknown-key]\n"
		  "  an impairment cannot change the MTU of a link\n"
		  "t.yaml:10:61: error: 'a' needs a map such as { delay: 5ms, "
		  "loss: 1% }: found a single value [wrong-type]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
	assert_not_compiled(
		CHAIN "impaired: { c: { jitter: 1ms }, er.ternary: { loss: 1% } }\n",
		"10:13: 'c': a jitter of 1ms is more than the delay of 0ms of the link h2--r2\n"
		"  give a 'delay', too\n"
		"10:33: no node is named 'er.ternary'\n"
		"  did you mean 'er.primary'?\n");
	assert_not_compiled(CHAIN "impaired: { c: { reorder: 1% } }\n",
			    "10:13: 'c': the link h2--r2 has no delay: nothing can be reordered "
			    "there\n"
			    "  give a 'delay', too\n");
	assert_not_compiled(CHAIN "route-tables: { t: {} }\n"
				  "impaired: { t: { loss: 1% } }\n",
			    "11:13: 't' has no link that could be impaired\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_expectation_is_of_a_pair_or_of_a_route),
		cmocka_unit_test(what_does_not_go_together_is_refused),
		cmocka_unit_test(an_as_path_is_numbers_between_any_blanks),
		cmocka_unit_test(a_range_is_of_its_quantity),
		cmocka_unit_test(places_are_names_of_nodes_or_objects),
		cmocka_unit_test(an_expectation_is_as_the_file_says),
		cmocka_unit_test(a_name_in_an_expectation_is_of_something),
		cmocka_unit_test(an_object_stands_for_its_nodes),
		cmocka_unit_test(a_step_is_one_thing),
		cmocka_unit_test(what_a_step_changes_is_looked_at_before),
		cmocka_unit_test(steps_have_a_limit),
		cmocka_unit_test(a_story_is_as_the_file_says),
		cmocka_unit_test(timers_and_hops_are_words),
		cmocka_unit_test(what_is_impaired_replaces_the_links_own),
		cmocka_unit_test(a_circuits_links_are_those_to_its_customer),
		cmocka_unit_test(what_cannot_be_impaired_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
