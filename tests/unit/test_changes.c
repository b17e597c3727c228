/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes of a topology: what comes of them, where their mistakes are, how they are kept. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "net/units.h"

#include "sayings.h"
#include "world.h"

#define FILE_TEXT                                                                                  \
	"netemu: 1\n"                                                                              \
	"private-clouds:\n"                                                                        \
	"  a: { region: westeurope, address-block: 10.10.0.0/22, segments: { web: 10.10.64.0/24 "  \
	"} }\n"                                                                                    \
	"  b: { region: westeurope, address-block: 10.20.0.0/22, segments: { web: 10.20.64.0/24 "  \
	"} }\n"                                                                                    \
	"interconnects: { a-b: [a, b] }\n"                                                         \
	"failed: [a.secondary]\n"                                                                  \
	"impaired: { a-b: { delay: 2ms, loss: 1% } }\n"                                            \
	"expect:\n"                                                                                \
	"  - { from: a.web, to: b.web }\n"

static struct change connected(unsigned int line, unsigned int col, const char *text)
{
	return (struct change){ CHANGE_CONNECT, { "line", line, col, 0 }, NULL, text };
}

static struct change named(enum change_kind kind, const char *name, const char *text)
{
	return (struct change){ kind, { "line", 1, 1, 0 }, name, text };
}

/* The topology with these changes, and its findings, each with the line that it stands on. */
static struct model *changed(const struct change *v, size_t n, struct text *said)
{
	const change_list list = { (struct change *)v, n, n };
	struct diag *dg = diag_new();
	struct model *m = topology_parse_changed("t.yaml", FILE_TEXT, strlen(FILE_TEXT), &list, dg);

	diag_sort(dg);
	for (size_t i = 0; i < diag_count(dg); i++) {
		const struct finding *f = diag_at(dg, i);
		size_t len;
		const char *line = diag_line(dg, f->at, &len);

		sayings_see(f->id);
		text_printf(said, "%s:%u:%u: %s [%s]\n", f->at.file, f->at.line, f->at.col, f->text,
			    f->id);
		if (f->hint)
			text_printf(said, "  %s\n", f->hint);
		if (line && strcmp(f->at.file, "t.yaml") != 0)
			text_printf(said, "> %.*s\n", (int)len, line);
	}
	assert_int_equal(m == NULL, diag_errors(dg) > 0);
	diag_free(dg);
	return m;
}

#define assert_changed(want, ...)                                                                  \
	do {                                                                                       \
		const struct change changes_[] = { __VA_ARGS__ };                                  \
		own_text said_ = { 0 };                                                            \
		struct model *m_ = changed(changes_, countof(changes_), &said_);                   \
                                                                                                   \
		model_free(m_);                                                                    \
		assert_string_equal(text_str(&said_), want);                                       \
	} while (0)

static void what_is_connected_is_as_if_the_file_said_so(void **state)
{
	const struct change changes[] = {
		connected(1, 1,
			  "{ private-clouds: { c: { region: westeurope, address-block: "
			  "10.30.0.0/22 } }, interconnects: { b-c: [b, c] } }"),
		connected(7, 9,
			  "sites:\n          dc: { asn: 64512 }\n        "
			  "circuits:\n          er: { site: dc, region: westeurope }"),
	};
	own_text said = { 0 };
	struct model *m = changed(changes, countof(changes), &said);

	(void)state;
	assert_string_equal(text_str(&said), "");
	assert_true(m->changed);
	assert_int_equal(m->private_clouds.n, 3);
	assert_int_equal(m->interconnects.n, 2);
	assert_ptr_equal(m->interconnects.v[1]->end[1]->cloud, m->private_clouds.v[2]);
	assert_string_equal(m->private_clouds.v[2]->o.pos.file, "line");
	assert_int_equal(m->private_clouds.v[2]->o.pos.col, 21);
	assert_ptr_equal(m->circuits.v[0]->site, m->sites.v[0]);
	assert_int_equal(m->sites.v[0]->o.pos.line, 8);
	assert_int_equal(m->sites.v[0]->o.pos.col, 11);
	assert_int_equal(m->circuits.v[0]->o.pos.line, 10);
	model_free(m);
}

static void the_mistakes_of_what_is_connected_have_places(void **state)
{
	(void)state;
	assert_changed("line:1:20: there is already an interconnect 'a-b' at t.yaml:5 "
		       "[duplicate-name]\n"
		       "> { interconnects: { a-b: [a, b], x: [a, d] } }\n"
		       "line:1:40: nothing is named 'd'; a private cloud is needed here "
		       "[unknown-name]\n"
		       "  did you mean 'a'?\n"
		       "> { interconnects: { a-b: [a, b], x: [a, d] } }\n",
		       connected(1, 1, "{ interconnects: { a-b: [a, b], x: [a, d] } }"));
	/* The name of something else. */
	assert_changed("line:1:12: there is already a private cloud 'a' at t.yaml:3 "
		       "[duplicate-name]\n"
		       "> { hosts: { a: 10.0.0.1/24 } }\n",
		       connected(1, 1, "{ hosts: { a: 10.0.0.1/24 } }"));
	/* All of it is looked at. */
	assert_changed("line:4:5: 'summary' cannot be connected [unknown-key]\n"
		       "  only objects can, such as interconnects and circuits\n"
		       ">     summary: x\n"
		       "line:5:5: unknown key 'interconects' [unknown-key]\n"
		       "  did you mean 'interconnects'?\n"
		       ">     interconects: {}\n"
		       "line:6:12: 'sites' needs a map of sites [wrong-type]\n"
		       ">     sites: x\n"
		       "line:8:20: 'asn' needs an AS number, 1 to 4294967295: x [bad-number]\n"
		       ">         r: { asn:  x }\n",
		       connected(4, 5,
				 "summary: x\n    interconects: {}\n    "
				 "sites: x\n    routers:\n"
				 "        r: { asn:  x }"));
	assert_changed("line:1:1: a map of sections, such as { interconnects: { a-c: [pc-a, "
		       "pc-c] } }, is needed here [wrong-type]\n> x\n",
		       connected(1, 1, "x"));
	/* What it names may have stood behind the end. */
	assert_changed("line:2:1: missing comma in flow mapping [syntax]\n",
		       connected(1, 1, "{ circuits: { er: { site: dc"));
	assert_changed("line:2:1: missing comma in flow mapping [syntax]\n> \n",
		       connected(1, 1, "{ interconnects: { b-a: [b, a] }\n"));
}

static void what_is_connected_twice_is_there_already(void **state)
{
	(void)state;
	assert_changed("line:1:25: there is already a host 'h' at line:1 [duplicate-name]\n"
		       "> { routers: {}, hosts: { h: 10.0.0.2/24 } }\n",
		       connected(1, 1, "{ hosts: { h: 10.0.0.1/24 } }"),
		       connected(1, 1, "{ routers: {}, hosts: { h: 10.0.0.2/24 } }"));
}

static void what_is_disconnected_is_gone(void **state)
{
	const struct change changes[] = { named(CHANGE_DISCONNECT, "a-b", NULL) };
	own_text said = { 0 };
	struct model *m = changed(changes, 1, &said);

	(void)state;
	assert_string_equal(text_str(&said), "");
	assert_int_equal(m->interconnects.n, 0);
	assert_int_equal(m->impaired.n, 0); /* what was said of it goes with it */
	assert_int_equal(m->failures.n, 1);
	model_free(m);
	assert_changed("line:1:1: nothing is named 'a-c' [unknown-name]\n  did you mean 'a-b'?\n",
		       named(CHANGE_DISCONNECT, "a-c", NULL));
	/* Others refer to it. */
	assert_changed("t.yaml:5:27: nothing is named 'b'; a private cloud is needed here "
		       "[unknown-name]\n"
		       "  it was disconnected: first disconnect the objects that refer to it\n",
		       named(CHANGE_DISCONNECT, "b", NULL));
	assert_changed("", named(CHANGE_DISCONNECT, "a-b", NULL),
		       named(CHANGE_DISCONNECT, "b", NULL),
		       connected(1, 1,
				 "{ private-clouds: { b: { region: westeurope, "
				 "address-block: 10.21.0.0/22 } } }"));
}

static void regions_and_the_internet_come_and_go(void **state)
{
	const char *region = "{ cloudsimple-regions: { r: { region: westus, circuit: {}, "
			     "private-clouds: { cs: { segments: { s: 10.40.0.0/24 } } } } } }";

	(void)state;
	assert_changed("line:1:34: there is already a CloudSimple private cloud 'cs' at line:1 "
		       "[duplicate-name]\n> { private-clouds: {}, routers: { cs: } }\n",
		       connected(1, 1, region),
		       connected(1, 1, "{ private-clouds: {}, routers: { cs: } }"));
	assert_changed("", connected(1, 1, region), named(CHANGE_DISCONNECT, "cs", NULL),
		       connected(1, 1, "{ routers: { cs: } }"));
	assert_changed("line:1:3: there is already the internet 'internet' at line:1 "
		       "[duplicate-name]\n> { internet: {} }\n",
		       connected(1, 1, "{ internet: {} }"), connected(1, 1, "{ internet: {} }"));
	assert_changed("", connected(1, 1, "{ internet: {} }"),
		       named(CHANGE_DISCONNECT, "internet", NULL),
		       connected(1, 1, "{ internet: {} }"));
}

static void what_fails_is_restored(void **state)
{
	const struct change changes[] = { named(CHANGE_RESTORE, "a.secondary", NULL),
					  named(CHANGE_FAIL, "a-b", NULL) };
	own_text said = { 0 };
	struct model *m = changed(changes, 2, &said);

	(void)state;
	assert_string_equal(text_str(&said), "");
	assert_int_equal(m->failures.n, 1);
	assert_string_equal(m->failures.v[0].name.name, "a-b");
	assert_string_equal(m->failures.v[0].name.pos.file, "line");
	model_free(m);
	assert_changed("line:1:1: 'a.secondary' has failed already [conflict]\n",
		       named(CHANGE_FAIL, "a.secondary", NULL));
	assert_changed("line:1:1: 'a.secundary' has not failed [conflict]\n"
		       "  did you mean 'a.secondary'?\n",
		       named(CHANGE_RESTORE, "a.secundary", NULL));
	assert_changed("line:1:1: nothing is named 'c'; an object or one of its parts is needed "
		       "here [unknown-name]\n  did you mean 'a'?\n",
		       named(CHANGE_FAIL, "c.primary", NULL));
}

static struct impairment impairment(const struct change *v, size_t n)
{
	own_text said = { 0 };
	struct model *m = changed(v, n, &said);
	struct impairment what = { 0 };

	assert_string_equal(text_str(&said), "");
	if (m->impaired.n)
		what = m->impaired.v[0].what;
	model_free(m);
	return what;
}

static void an_impairment_merges_and_goes_back_to_the_files_own(void **state)
{
	const struct change v[] = {
		named(CHANGE_IMPAIR, "a-b", "{ loss: 5%, rate: 1Mbit }"),
		named(CHANGE_IMPAIR, "a-b", "delay: 4ms"),
		named(CHANGE_IMPAIR, "a-b", NULL),
	};

	(void)state;
	assert_int_equal(impairment(v, 0).loss_ppm, 10000);
	assert_int_equal(impairment(v, 1).loss_ppm, 50000);
	assert_int_equal(impairment(v, 1).delay_ns, 2000000);
	assert_int_equal(impairment(v, 1).rate_bps, 1000000);
	assert_int_equal(impairment(v, 2).delay_ns, 4000000);
	assert_int_equal(impairment(v, 2).loss_ppm, 50000);
	assert_int_equal(impairment(v, 3).delay_ns, 2000000);
	assert_int_equal(impairment(v, 3).loss_ppm, 10000);
	assert_int_equal(impairment(v, 3).rate_bps, 0);
	assert_changed("line:1:1: nothing is named 'a-c' [unknown-name]\n  did you mean 'a-b'?\n",
		       named(CHANGE_IMPAIR, "a-c", NULL));
	assert_changed("line:1:3: unknown key 'dealy' [unknown-key]\n  did you mean 'delay'?\n"
		       "> { dealy: 4ms, loss: 4 }\n"
		       "line:1:21: 'loss' needs a share such as 0.1%: 4 has no unit [bad-share]\n"
		       "  write 4%\n> { dealy: 4ms, loss: 4 }\n",
		       named(CHANGE_IMPAIR, "a-b", "{ dealy: 4ms, loss: 4 }"));
}

/* What the file expects of what is gone is for those to say who judge it. */
static void expectations_may_name_what_is_gone(void **state)
{
	const struct change gone[] = { named(CHANGE_DISCONNECT, "a-b", NULL),
				       named(CHANGE_DISCONNECT, "b", NULL) };
	own_text said = { 0 };
	struct model *m = changed(gone, 2, &said);
	struct diag *dg = diag_new();
	struct fabric *f = fabric_compile(m, dg);

	(void)state;
	assert_non_null(f);
	assert_false(fabric_knows(f, &m->expectations.v[0], dg));
	assert_int_equal(diag_errors(dg), 1);
	fabric_free(f);
	model_free(m);
	diag_free(dg);
}

static void mistakes_of_many_changes_are_all_told(void **state)
{
	(void)state;
	assert_changed("line:1:1: 'a.secondary' has failed already [conflict]\n"
		       "line:1:1: nothing is named 'zzzz' [unknown-name]\n"
		       "line:1:1: 'b' has not failed [conflict]\n",
		       named(CHANGE_FAIL, "a.secondary", NULL),
		       named(CHANGE_DISCONNECT, "zzzz", NULL), named(CHANGE_RESTORE, "b", NULL));
	/* A file that is none is told of once. */
	const struct change one = named(CHANGE_FAIL, "a", NULL);
	const change_list list = { (struct change *)&one, 1, 1 };
	struct diag *dg = diag_new();

	assert_null(topology_parse_changed("t.yaml", "- x\n", 4, &list, dg));
	assert_int_equal(diag_errors(dg), 1);
	diag_free(dg);
}

/* ---- the list -------------------------------------------------------------------------------- */

#define CONNECT_H "{ hosts: { h: 10.0.0.1/24 } }"

static void render(const change_list *list, struct text *out)
{
	static const char *const verbs[] = { "connect", "disconnect", "fail", "restore", "impair" };

	for (each(const struct change, c, list))
		text_printf(out, "%s%s%s%s%s%s", out->n ? "; " : "", verbs[c->kind],
			    c->name ? " " : "", c->name ? c->name : "", c->text ? " " : "",
			    c->text ? c->text : "");
}

#define assert_adds_up(want, ...)                                                                  \
	do {                                                                                       \
		const struct change changes_[] = { __VA_ARGS__ };                                  \
		struct arena *a_ = arena_new();                                                    \
		change_list list_ = { 0 };                                                         \
		own_text said_ = { 0 };                                                            \
                                                                                                   \
		for (size_t i_ = 0; i_ < countof(changes_); i_++)                                  \
			changes_add(&list_, &changes_[i_], a_);                                    \
		render(&list_, &said_);                                                            \
		arena_free(a_);                                                                    \
		assert_string_equal(text_str(&said_), want);                                       \
	} while (0)

static void what_is_taken_back_leaves_the_list(void **state)
{
	(void)state;
	assert_adds_up("", named(CHANGE_FAIL, "x", NULL), named(CHANGE_RESTORE, "x", NULL));
	assert_adds_up("", named(CHANGE_RESTORE, "x", NULL), named(CHANGE_FAIL, "x", NULL));
	assert_adds_up("fail x; restore y", named(CHANGE_FAIL, "x", NULL),
		       named(CHANGE_RESTORE, "y", NULL));
	assert_adds_up("", connected(1, 1, CONNECT_H), named(CHANGE_DISCONNECT, "h", NULL));
	assert_adds_up("", connected(1, 1, "{ internet: {} }"),
		       named(CHANGE_DISCONNECT, "internet", NULL));
	/* What failed or was impaired of it goes too. */
	assert_adds_up("fail hh", connected(1, 1, CONNECT_H), named(CHANGE_FAIL, "h", NULL),
		       named(CHANGE_FAIL, "hh", NULL), named(CHANGE_IMPAIR, "h.x", "{ loss: 1% }"),
		       named(CHANGE_DISCONNECT, "h", NULL));
	/* Of several that came together, one goes. */
	assert_adds_up("connect { hosts: { h: 10.0.0.1/24, i: } }; disconnect h",
		       connected(1, 1, "{ hosts: { h: 10.0.0.1/24, i: } }"),
		       named(CHANGE_DISCONNECT, "h", NULL));
	assert_adds_up("disconnect h; connect " CONNECT_H, named(CHANGE_DISCONNECT, "h", NULL),
		       connected(1, 1, CONNECT_H));
	assert_adds_up("connect {{; disconnect h", connected(1, 1, "{{"),
		       named(CHANGE_DISCONNECT, "h", NULL));
}

static void impairments_of_one_name_are_one(void **state)
{
	(void)state;
	assert_adds_up("impair l { loss: 1%, delay: 3ms, rate: 1.5Mbit }",
		       named(CHANGE_IMPAIR, "l", "{ delay: 2ms, loss: 1% }"),
		       named(CHANGE_IMPAIR, "l", "delay: 3ms\nrate: \"1.5Mbit\""));
	assert_adds_up("impair k { loss: 1% }", named(CHANGE_IMPAIR, "l", "{ loss: 1% }"),
		       named(CHANGE_IMPAIR, "k", "{ loss: 1% }"), named(CHANGE_IMPAIR, "l", "{}"));
	/* What will be refused stays as it was written. */
	assert_adds_up("impair l { loss: 1% }; impair l { loss: [x] }",
		       named(CHANGE_IMPAIR, "l", "{ loss: 1% }"),
		       named(CHANGE_IMPAIR, "l", "{ loss: [x] }"));
	assert_adds_up("impair l", named(CHANGE_IMPAIR, "l", NULL));
}

static void a_list_is_read_back_as_it_was_written(void **state)
{
	const struct change changes[] = {
		{ CHANGE_CONNECT,
		  { "caf\xc3\xa9\t.yaml", 12, 9, 3 },
		  NULL,
		  "a: \"\\n\\\\\"\r\n\t- '\xe2\x82\xac'\n\n" },
		{ CHANGE_DISCONNECT, { NULL, 0, 0, 0 }, "x", NULL },
		{ CHANGE_IMPAIR, { "\\-", UINT32_MAX, 1, 0 }, "l", "" },
		{ CHANGE_FAIL, { "", 1, 1, 0 }, "er.primary", NULL },
		{ CHANGE_RESTORE, { "f", 1, 1, 0 }, "sum\t1", NULL },
	};
	change_list list = { (struct change *)changes, countof(changes), countof(changes) }, back;
	own_text text = { 0 }, again = { 0 };
	struct arena *a = arena_new();

	(void)state;
	changes_text(&list, &text);
	assert_int_equal(changes_read(text_str(&text), &back, a), 0);
	assert_int_equal(back.n, list.n);
	for (size_t i = 0; i < back.n; i++) {
		const struct change *c = &back.v[i], *was = &changes[i];

		assert_int_equal(c->kind, was->kind);
		assert_int_equal(c->pos.line, was->pos.line);
		assert_int_equal(c->pos.col, was->pos.col);
		assert_int_equal(c->pos.len, was->pos.len);
		assert_int_equal(c->text == NULL, was->text == NULL);
		assert_int_equal(c->name == NULL, was->name == NULL);
		assert_int_equal(c->pos.file == NULL, was->pos.file == NULL);
		assert_string_equal(c->text ? c->text : "", was->text ? was->text : "");
		assert_string_equal(c->name ? c->name : "", was->name ? was->name : "");
		assert_string_equal(c->pos.file ? c->pos.file : "",
				    was->pos.file ? was->pos.file : "");
	}
	changes_text(&back, &again);
	assert_string_equal(text_str(&again), text_str(&text));
	arena_free(a);
}

/* Every byte that is changed or cut off is noticed. */
static void a_damaged_list_is_refused(void **state)
{
	struct change c = connected(3, 1, "a: \tb\n\\c");
	change_list list = { &c, 1, 1 }, back = { 0 }, none = { 0 };
	own_text text = { 0 }, empty = { 0 };
	struct arena *a = arena_new();

	(void)state;
	changes_text(&list, &text);
	for (size_t i = 0; i < text.n; i++) {
		char *copy = xstrdup(text_str(&text));

		copy[i] ^= 1;
		assert_int_equal(changes_read(copy, &back, a), -EBADMSG);
		copy[i] = '\0';
		assert_int_equal(changes_read(copy, &back, a), -EBADMSG);
		free(copy);
	}
	text_add(&text, "x");
	assert_int_equal(changes_read(text_str(&text), &back, a), -EBADMSG);
	assert_int_equal(back.n, 0);
	changes_text(&none, &empty);
	assert_int_equal(changes_read(text_str(&empty), &back, a), 0);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_connected_is_as_if_the_file_said_so),
		cmocka_unit_test(the_mistakes_of_what_is_connected_have_places),
		cmocka_unit_test(what_is_connected_twice_is_there_already),
		cmocka_unit_test(what_is_disconnected_is_gone),
		cmocka_unit_test(regions_and_the_internet_come_and_go),
		cmocka_unit_test(what_fails_is_restored),
		cmocka_unit_test(an_impairment_merges_and_goes_back_to_the_files_own),
		cmocka_unit_test(expectations_may_name_what_is_gone),
		cmocka_unit_test(mistakes_of_many_changes_are_all_told),
		cmocka_unit_test(what_is_taken_back_leaves_the_list),
		cmocka_unit_test(impairments_of_one_name_are_one),
		cmocka_unit_test(a_list_is_read_back_as_it_was_written),
		cmocka_unit_test(a_damaged_list_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
