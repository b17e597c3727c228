/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filters and NATs in the kernel, with either engine: the rules are installed, and a missing one is
 * detected. Each test has a namespace of its own. */
#include "machine.h"

#include <libmnl/libmnl.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sched.h>

#include "kernel/compare.h"
#include "kernel/ruleset.h"

struct engine {
	const char *name;
	int (*try)(void);
	int (*try_ttl)(void);
	int (*apply)(int ns, const struct ruleset *s, ruleset_refused *refused, void *ctx);
	int (*read)(int ns, rule_texts *ret);
	int (*replace)(int ns, const struct ruleset *before, const struct ruleset *s,
		       ruleset_refused *refused, void *ctx);
};
static const struct engine engines[] = {
	{ "nftables", nftables_try, nftables_try_ttl, nftables_apply, nftables_read,
	  nftables_replace },
	{ "iptables", xtables_try, xtables_try_ttl, xtables_apply, xtables_read, xtables_replace },
};

static struct prefix from[2];
static struct plan_netns netns = { "hub.nat", { 0 } };
static struct plan_dev devs[2] = { { .name = "hub", .ifindex = 2 },
				   { .name = "internet", .ifindex = 3 } };
static struct plan_filter filter = { .dev = 0, .from = from, .nfrom = 2 };
static struct plan_nat nats[2];

static struct plan make_plan(void)
{
	from[0] = prefix_lit("10.1.0.0/16");
	from[1] = prefix_lit("10.2.64.0/18");
	nats[0] = (struct plan_nat){ .dev = 1, .outside = prefix_lit("203.0.113.1/32").a };
	nats[1] = (struct plan_nat){ .dev = 1,
				     .outside = prefix_lit("203.0.113.10/32").a,
				     .inside = prefix_lit("10.1.1.4/32").a };
	return (struct plan){ .netns = { .v = &netns, .n = 1 },
			      .devs = { .v = devs, .n = 2 },
			      .filters = { .v = &filter, .n = 1 },
			      .nats = { .v = nats, .n = 2 } };
}

static void refused(void *ctx, uint64_t tag, int error, const char *words)
{
	(void)tag;
	*(int *)ctx = error;
	print_message("refused: %s %s\n", strerror(-error), words ? words : "");
}

static void free_texts(rule_texts *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->v[i]);
	vec_free(t);
}

static bool has_text(const rule_texts *t, const char *text)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->v[i], text) == 0)
			return true;
	return false;
}

static int new_namespace(void)
{
	int fd;

	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) {
		print_message("no network namespace: %s\n", strerror(errno));
		skip();
	}
	fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static void say_data(const struct nftnl_expr *e, uint16_t attr, struct text *out)
{
	uint32_t size = 0;
	const unsigned char *data = nftnl_expr_get(e, attr, &size);

	for (uint32_t i = 0; i < size; i++)
		text_printf(out, "%s%u", i ? "." : " ", data[i]);
}

/* A number is printed as one, since its bytes are in host order. */
static void say_cmp(const struct nftnl_expr *e, struct text *out, bool number)
{
	uint32_t size = 0;
	const uint32_t *data = nftnl_expr_get(e, NFTNL_EXPR_CMP_DATA, &size);

	text_add(out, nftnl_expr_get_u32(e, NFTNL_EXPR_CMP_OP) == NFT_CMP_EQ ? " is" : " is not");
	if (number)
		text_printf(out, " %u", *data);
	else
		say_data(e, NFTNL_EXPR_CMP_DATA, out);
}

/* One rule's message, read again by libnftnl. */
static void say_rule(const struct nlmsghdr *h, struct text *out)
{
	struct nftnl_rule *r = nftnl_rule_alloc();
	struct nftnl_expr_iter *at;
	bool number = false;

	assert_int_equal(nftnl_rule_nlmsg_parse(h, r), 0);
	text_printf(out, "%s %s:", nftnl_rule_get_str(r, NFTNL_RULE_TABLE),
		    nftnl_rule_get_str(r, NFTNL_RULE_CHAIN));
	at = nftnl_expr_iter_create(r);
	for (struct nftnl_expr *e; (e = nftnl_expr_iter_next(at));) {
		const char *name = nftnl_expr_get_str(e, NFTNL_EXPR_NAME);

		if (strcmp(name, "meta") == 0) {
			number = true;
			text_add(out, nftnl_expr_get_u32(e, NFTNL_EXPR_META_KEY) == NFT_META_IIF
					      ? " iif"
					      : " oif");
		} else if (strcmp(name, "ct") == 0) {
			number = true;
			text_add(out, " state");
		} else if (strcmp(name, "payload") == 0) {
			number = false;
			text_printf(out, " at %u",
				    nftnl_expr_get_u32(e, NFTNL_EXPR_PAYLOAD_OFFSET));
		} else if (strcmp(name, "bitwise") == 0 && !number) {
			text_add(out, " and");
			say_data(e, NFTNL_EXPR_BITWISE_MASK, out);
		} else if (strcmp(name, "cmp") == 0) {
			say_cmp(e, out, number);
		} else if (strcmp(name, "immediate") == 0 &&
			   nftnl_expr_is_set(e, NFTNL_EXPR_IMM_VERDICT)) {
			text_add(out, nftnl_expr_get_u32(e, NFTNL_EXPR_IMM_VERDICT) == 0
					      ? " drop"
					      : " accept");
		} else if (strcmp(name, "immediate") == 0) {
			say_data(e, NFTNL_EXPR_IMM_DATA, out);
		} else if (strcmp(name, "nat") == 0) {
			text_add(out, nftnl_expr_get_u32(e, NFTNL_EXPR_NAT_TYPE) == NFT_NAT_SNAT
					      ? " snat"
					      : " dnat");
		}
	}
	nftnl_expr_iter_destroy(at);
	nftnl_rule_free(r);
	text_add(out, "\n");
}

static void the_messages_say_what_the_rules_say(void **state)
{
	static const char want[] =
		"netemu arrival: iif is 2 at 12 and 255.255.0.0 is 10.1.0.0 accept\n"
		"netemu arrival: iif is 2 at 12 and 255.255.192.0 is 10.2.64.0 accept\n"
		"netemu arrival: iif is 2 drop\n"
		"netemu inward: iif is 3 at 16 is 203.0.113.10 10.1.1.4 dnat\n"
		"netemu outward: oif is 3 at 12 is 10.1.1.4 203.0.113.10 snat\n"
		"netemu outward: oif is 3 203.0.113.1 snat\n"
		"netemu crossing: iif is 3 oif is 3 drop\n"
		"netemu crossing: state is not 0 drop\n"
		"netemu crossing: iif is 3 accept\n"
		"netemu crossing: oif is 3 accept\n"
		"netemu crossing: drop\n";
	struct plan p = make_plan();
	struct ruleset s;
	own_text messages = { 0 };
	own_text is = { 0 };
	int left;

	(void)state;
	ruleset_make(&p, 0, &s);
	nftables_encode(&s, &messages);
	left = (int)messages.n;
	for (const struct nlmsghdr *h = (const void *)messages.s; mnl_nlmsg_ok(h, left);
	     h = mnl_nlmsg_next(h, &left))
		if (h->nlmsg_type == (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWRULE))
			say_rule(h, &is);
	assert_int_equal(left, 0);
	assert_string_equal(text_str(&is), want);
	ruleset_release(&s);
}

/* Runs `try` in a new namespace, since it leaves its rules there. */
static bool is_in_kernel(const struct engine *e, int (*try)(void))
{
	close(new_namespace());
	if (try() >= 0)
		return true;
	print_message("%s: not in this kernel\n", e->name);
	return false;
}

/* Applies the rules to a new namespace and reads them back. */
static void hold(const struct engine *e, const struct ruleset *s, rule_texts *ret)
{
	own_fd ns = new_namespace();
	int error = 0;

	assert_int_equal(e->apply(ns, s, refused, &error), 0);
	assert_int_equal(error, 0);
	assert_int_equal(e->read(ns, ret), 0);
}

static void each_engine_holds_what_it_was_given(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(engines); i++) {
		const struct engine *e = &engines[i];
		struct plan p = make_plan();
		rule_texts is = { 0 };
		struct ruleset s;

		if (!is_in_kernel(e, e->try))
			continue;
		ruleset_make(&p, 0, &s);
		hold(e, &s, &is);
		assert_int_equal(is.n, s.rules.n);
		for (size_t k = 0; k < s.rules.n; k++)
			if (!has_text(&is, s.rules.v[k].text))
				fail_msg("%s: '%s' is not there", e->name, s.rules.v[k].text);
		free_texts(&is);
		ruleset_release(&s);
	}
}

/* The rules of `hops: azure`: keep the TTL, send no time exceeded, drop those of others. */
static void each_engine_changes_ttls_and_drops_words_of_them(void **state)
{
	static struct plan_filter of_hops[] = {
		{ .kind = FILTER_KEEP_TTL, .dev = 0, .whole = true },
		{ .kind = FILTER_KEEP_TTL, .dev = 1 },
		{ .kind = FILTER_MUTE, .dev = 1 },
		{ .kind = FILTER_STRANGERS, .dev = 0, .from = from, .nfrom = 2 },
	};
	static const char *const texts[] = {
		"TTL raised by one",
		"in by internet TTL raised by one",
		"out by internet time-exceeded drop",
		"in by hub from 10.1.0.0/16 time-exceeded drop",
		"in by hub from 10.2.64.0/18 time-exceeded drop",
	};

	(void)state;
	for (size_t i = 0; i < countof(engines); i++) {
		const struct engine *e = &engines[i];
		struct plan p = make_plan();
		rule_texts is = { 0 };
		struct ruleset s;

		if (!is_in_kernel(e, e->try_ttl))
			continue;
		p.filters.v = of_hops;
		p.filters.n = countof(of_hops);
		p.nats.n = 0;
		ruleset_make(&p, 0, &s);
		hold(e, &s, &is);
		assert_int_equal(is.n, countof(texts));
		for (size_t k = 0; k < countof(texts); k++)
			if (!has_text(&is, texts[k]))
				fail_msg("%s: '%s' is not there", e->name, texts[k]);
		free_texts(&is);
		ruleset_release(&s);
	}
}

struct said {
	size_t n;
	char first[200];
};

static void assert_holds(const struct engine *e, int ns, const struct ruleset *s)
{
	rule_texts is = { 0 };

	assert_int_equal(e->read(ns, &is), 0);
	assert_int_equal(is.n, s->rules.n);
	for (each(const struct rule, r, &s->rules))
		assert_true(has_text(&is, r->text));
	free_texts(&is);
}

/* Replaces each of three lists (no rules, some, all) with each of the three. */
static void each_engine_replaces_what_it_holds(void **state)
{
	struct plan p = make_plan(), few = p, none = p;
	struct ruleset lists[3];

	(void)state;
	none.filters.n = none.nats.n = few.filters.n = 0;
	few.nats.n = 1;
	ruleset_make(&none, 0, &lists[0]);
	ruleset_make(&few, 0, &lists[1]);
	ruleset_make(&p, 0, &lists[2]);
	assert_int_equal(lists[0].rules.n, 0);
	assert_true(lists[1].rules.n < lists[2].rules.n);
	for (size_t i = 0; i < countof(engines); i++) {
		own_fd ns = new_namespace();
		int error = 0;

		if (engines[i].try() < 0)
			continue;
		close(ns);
		ns = new_namespace(); /* the test has left its rules in the other */
		for (size_t k = 0, at = 0; k < 18; k++) {
			size_t to = (at + 1 + k / 6) % 3;

			assert_int_equal(
				engines[i].replace(ns, &lists[at], &lists[to], refused, &error), 0);
			assert_int_equal(error, 0);
			assert_holds(&engines[i], ns, &lists[to]);
			at = to;
		}
	}
	for (size_t i = 0; i < countof(lists); i++)
		ruleset_release(&lists[i]);
}

static void hear(void *ctx, const char *sentence)
{
	struct said *s = ctx;

	if (strstr(sentence, "rule '") && s->n++ == 0)
		snprintf(s->first, sizeof(s->first), "%s", sentence);
}

static void rules_that_are_missing_are_missed(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(engines); i++) {
		struct plan p = make_plan();
		own_fd ns = new_namespace();
		struct said said = { 0 };
		struct ruleset s;
		int error = 0;

		if (engines[i].try() < 0)
			continue;
		close(ns);
		ns = new_namespace();
		ruleset_make(&p, 0, &s);
		assert_int_equal(kernel_compare(&p, 0, ns, hear, &said), 0);
		assert_int_equal(said.n, s.rules.n);
		assert_string_equal(said.first,
				    "hub.nat: rule 'in by hub from 10.1.0.0/16 pass' is missing");
		said.n = 0;
		assert_int_equal(engines[i].apply(ns, &s, refused, &error), 0);
		assert_int_equal(kernel_compare(&p, 0, ns, hear, &said), 0);
		assert_int_equal(said.n, 0);
		/* The plan loses a NAT, whose rules remain. */
		p.nats.n = 1;
		assert_int_equal(kernel_compare(&p, 0, ns, hear, &said), 0);
		assert_int_equal(said.n, 2);
		ruleset_release(&s);
	}
}

/* Applying the rules again is refused: the table exists. */
static void a_refusal_is_told_with_the_part_that_it_concerns(void **state)
{
	struct plan p = make_plan();
	own_fd ns = new_namespace();
	struct ruleset s;
	int error = 0;

	(void)state;
	if (nftables_try() < 0)
		skip();
	close(ns);
	ns = new_namespace();
	ruleset_make(&p, 0, &s);
	assert_int_equal(nftables_apply(ns, &s, refused, &error), 0);
	assert_int_equal(error, 0);
	assert_int_equal(nftables_apply(ns, &s, refused, &error), 0);
	assert_int_equal(error, -EEXIST);
	ruleset_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_messages_say_what_the_rules_say),
		cmocka_unit_test(each_engine_holds_what_it_was_given),
		cmocka_unit_test(each_engine_changes_ttls_and_drops_words_of_them),
		cmocka_unit_test(each_engine_replaces_what_it_holds),
		cmocka_unit_test(rules_that_are_missing_are_missed),
		cmocka_unit_test(a_refusal_is_told_with_the_part_that_it_concerns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
