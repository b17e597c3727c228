/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules in the older ip_tables, for kernels that have no nf_tables for IPv4 or no NAT in it.
 *
 * A socket option (IPT_SO_SET_REPLACE) replaces a whole table. Its value is:
 *
 *	for each hook of the table: its rules, then its policy; at the end an error entry
 *
 * A rule consists of an address match, a comment match, perhaps further matches (conntrack state,
 * ICMP), and a target. <linux/netfilter_ipv4/ip_tables.h> describes the format.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/icmp.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/x_tables.h>
#include <linux/netfilter/xt_comment.h>
#include <linux/netfilter/xt_state.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv4/ipt_TTL.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "kernel/fault.h"
#include "kernel/netns.h"
#include "kernel/ruleset.h"
#include "plan/plan.h"

#define NO_HOOK RULE_HOOKS

/* XT_ALIGN, which older kernel headers (seen: 5.15) define with typeof, which C17 lacks. */
#define XT_BOUNDARY _Alignof(struct _xt_align)
#define xt_aligned(n) (((n) + XT_BOUNDARY - 1) / XT_BOUNDARY * XT_BOUNDARY)

/* The tables: the netfilter hooks that each has, and the rules of which of our hooks go there. */
static const struct xtables_table {
	const char *name;
	unsigned int hooks; /* bits: 1 << NF_INET_... */
	enum rule_hook ours[NF_INET_NUMHOOKS];
} tables[] = {
	{ "raw",
	  1u << NF_INET_PRE_ROUTING | 1u << NF_INET_LOCAL_OUT,
	  { HOOK_ARRIVAL, NO_HOOK, NO_HOOK, NO_HOOK, NO_HOOK } },
	{ "filter",
	  1u << NF_INET_LOCAL_IN | 1u << NF_INET_FORWARD | 1u << NF_INET_LOCAL_OUT,
	  { NO_HOOK, NO_HOOK, HOOK_CROSSING, HOOK_OWN, NO_HOOK } },
	{ "mangle", /* the only table in which a TTL may be changed */
	  1u << NF_INET_PRE_ROUTING | 1u << NF_INET_LOCAL_IN | 1u << NF_INET_FORWARD |
		  1u << NF_INET_LOCAL_OUT | 1u << NF_INET_POST_ROUTING,
	  { HOOK_TTL, NO_HOOK, NO_HOOK, NO_HOOK, NO_HOOK } },
	{ "nat",
	  1u << NF_INET_PRE_ROUTING | 1u << NF_INET_LOCAL_IN | 1u << NF_INET_LOCAL_OUT |
		  1u << NF_INET_POST_ROUTING,
	  { HOOK_INWARD, NO_HOOK, NO_HOOK, NO_HOOK, HOOK_OUTWARD } },
};

/* ---- a table's bytes ---- */

struct xtables_entries {
	struct text out;
	unsigned int n;
	unsigned int begin[NF_INET_NUMHOOKS], policy[NF_INET_NUMHOOKS];
	const struct rule *first; /* of our rules in it, or NULL */
};

static void xtables_pad(struct text *out)
{
	static const char none[xt_aligned(1)];

	text_addn(out, none, xt_aligned(out->n) - out->n);
}

static void xtables_add_part(struct text *out, const void *head, size_t head_size, const void *data,
			     size_t size)
{
	text_addn(out, head, head_size);
	xtables_pad(out);
	text_addn(out, data, size);
	xtables_pad(out);
}

static void xtables_add_match(struct text *out, const char *name, const void *data, size_t size)
{
	struct xt_entry_match m = { 0 };

	m.u.user.match_size = (uint16_t)(xt_aligned(sizeof(m)) + xt_aligned(size));
	snprintf(m.u.user.name, sizeof(m.u.user.name), "%s", name);
	xtables_add_part(out, &m, sizeof(m), data, size);
}

static void xtables_add_target(struct text *out, const char *name, const void *data, size_t size)
{
	struct xt_entry_target t = { 0 };

	t.u.user.target_size = (uint16_t)(xt_aligned(sizeof(t)) + xt_aligned(size));
	snprintf(t.u.user.name, sizeof(t.u.user.name), "%s", name);
	xtables_add_part(out, &t, sizeof(t), data, size);
}

/* NF_ACCEPT or NF_DROP, which a standard target encodes as -verdict - 1. */
static void xtables_add_verdict(struct text *out, int verdict)
{
	int code = -verdict - 1;

	xtables_add_target(out, XT_STANDARD_TARGET, &code, sizeof(code));
}

static void xtables_add_decision(struct text *out, const struct rule *r)
{
	struct nf_nat_ipv4_multi_range_compat to = { .rangesize = 1 };
	const struct ipt_TTL_info raise = { .mode = IPT_TTL_INC, .ttl = 1 };

	if (r->verdict == RULE_RAISE_TTL) {
		xtables_add_target(out, "TTL", &raise, sizeof(raise));
		return;
	}
	if (r->verdict == RULE_ACCEPT || r->verdict == RULE_DROP) {
		xtables_add_verdict(out, r->verdict == RULE_DROP ? NF_DROP : NF_ACCEPT);
		return;
	}
	to.range[0].flags = NF_NAT_RANGE_MAP_IPS;
	memcpy(&to.range[0].min_ip, r->address.b, 4);
	to.range[0].max_ip = to.range[0].min_ip;
	xtables_add_target(out, r->verdict == RULE_TO_SOURCE ? "SNAT" : "DNAT", &to, sizeof(to));
}

static void xtables_set_device(const struct plan *p, uint32_t dev, char *name, unsigned char *mask)
{
	if (dev == PLAN_NONE)
		return;
	snprintf(name, IFNAMSIZ, "%s", p->devs.v[dev].name);
	memset(mask, 0xff, strlen(name) + 1);
}

static void xtables_set_prefix(const struct prefix *p, struct in_addr *addr, struct in_addr *mask)
{
	if (!p->a.family || p->len == 0)
		return;
	memcpy(addr, p->a.b, 4);
	mask->s_addr = htonl(~0u << (32 - p->len));
}

/* Sets the offsets in an entry's head: where its target begins, and where the entry ends. */
static void xtables_entry_end(struct xtables_entries *e, size_t at, size_t target)
{
	struct ipt_entry *head = (struct ipt_entry *)(void *)(e->out.s + at);

	head->target_offset = (uint16_t)(target - at);
	head->next_offset = (uint16_t)(e->out.n - at);
	e->n++;
}

static void xtables_add_rule(struct xtables_entries *e, const struct plan *p, const struct rule *r)
{
	struct ipt_entry head = { 0 };
	struct xt_comment_info comment = { 0 };
	struct xt_state_info state = { .statemask = XT_STATE_INVALID };
	const struct ipt_icmp expired = { .type = ICMP_TIME_EXCEEDED, .code = { 0, UINT8_MAX } };
	size_t at = e->out.n, target;

	xtables_set_device(p, r->in, head.ip.iniface, head.ip.iniface_mask);
	xtables_set_device(p, r->out, head.ip.outiface, head.ip.outiface_mask);
	xtables_set_prefix(&r->from, &head.ip.src, &head.ip.smsk);
	xtables_set_prefix(&r->to, &head.ip.dst, &head.ip.dmsk);
	head.ip.proto = r->expired ? IPPROTO_ICMP : 0;
	text_addn(&e->out, (const char *)&head, sizeof(head));
	snprintf(comment.comment, sizeof(comment.comment), "%s", r->text);
	xtables_add_match(&e->out, "comment", &comment, sizeof(comment));
	if (r->stateless)
		xtables_add_match(&e->out, "state", &state, sizeof(state));
	if (r->expired)
		xtables_add_match(&e->out, "icmp", &expired, sizeof(expired));
	target = e->out.n;
	xtables_add_decision(&e->out, r);
	xtables_entry_end(e, at, target);
	if (!e->first)
		e->first = r;
}

static void xtables_add_policy(struct xtables_entries *e)
{
	const struct ipt_entry head = { 0 };
	size_t at = e->out.n;

	text_addn(&e->out, (const char *)&head, sizeof(head));
	xtables_add_verdict(&e->out, NF_ACCEPT);
	xtables_entry_end(e, at, at + sizeof(head));
}

static void xtables_add_end(struct xtables_entries *e)
{
	const struct ipt_entry head = { 0 };
	const char name[XT_FUNCTION_MAXNAMELEN] = XT_ERROR_TARGET;
	size_t at = e->out.n;

	text_addn(&e->out, (const char *)&head, sizeof(head));
	xtables_add_target(&e->out, XT_ERROR_TARGET, name, sizeof(name));
	xtables_entry_end(e, at, at + sizeof(head));
}

static void xtables_make_entries(const struct xtables_table *t, const struct ruleset *s,
				 struct xtables_entries *e)
{
	*e = (struct xtables_entries){ .n = 0 };
	for (unsigned int hook = 0; hook < NF_INET_NUMHOOKS; hook++) {
		if (!(t->hooks & 1u << hook))
			continue;
		e->begin[hook] = (unsigned int)e->out.n;
		for (size_t i = 0; i < s->rules.n; i++)
			if (s->rules.v[i].hook == t->ours[hook])
				xtables_add_rule(e, s->plan, &s->rules.v[i]);
		e->policy[hook] = (unsigned int)e->out.n;
		xtables_add_policy(e);
	}
	xtables_add_end(e);
}

/* ---- the kernel's tables ---- */

/* Also creates the table, which a namespace gets on the first request for it. */
static int xtables_info(int fd, const char *name, struct ipt_getinfo *ret)
{
	socklen_t size = sizeof(*ret);

	memset(ret, 0, size);
	snprintf(ret->name, sizeof(ret->name), "%s", name);
	return getsockopt(fd, IPPROTO_IP, IPT_SO_GET_INFO, ret, &size) < 0 ? -errno : 0;
}

static int xtables_replace_table(int fd, const struct xtables_table *t,
				 const struct xtables_entries *e)
{
	size_t size = sizeof(struct ipt_replace) + e->out.n;
	own_free struct ipt_replace *r = xcalloc(1, size);
	own_free struct xt_counters *counters = NULL;
	struct ipt_getinfo old;
	int error = fault_due();

	if (error == 0)
		error = xtables_info(fd, t->name, &old);
	if (error < 0)
		return error;
	counters = xcalloc(old.num_entries + 1, sizeof(*counters));
	snprintf(r->name, sizeof(r->name), "%s", t->name);
	r->valid_hooks = t->hooks;
	r->num_entries = e->n;
	r->size = (unsigned int)e->out.n;
	memcpy(r->hook_entry, e->begin, sizeof(e->begin));
	memcpy(r->underflow, e->policy, sizeof(e->policy));
	r->num_counters = old.num_entries; /* of the old rules, which the kernel returns */
	r->counters = counters;
	memcpy((char *)r + sizeof(*r), e->out.s, e->out.n);
	return setsockopt(fd, IPPROTO_IP, IPT_SO_SET_REPLACE, r, (socklen_t)size) < 0 ? -errno : 0;
}

static int xtables_socket(void)
{
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);

	return fd < 0 ? -errno : fd;
}

static bool xtables_only_ipv4(const struct ruleset *s, ruleset_refused *refused, void *ctx)
{
	for (size_t i = 0; i < s->rules.n; i++)
		if (s->rules.v[i].family != AF_INET) {
			refused(ctx, s->rules.v[i].tag, -EAFNOSUPPORT,
				"this kernel filters IPv6 only with nf_tables");
			return false;
		}
	return true;
}

static const struct rule *xtables_first_rule(const struct xtables_table *t, const struct ruleset *s)
{
	for (unsigned int hook = 0; hook < NF_INET_NUMHOOKS; hook++)
		for (size_t i = 0; i < s->rules.n; i++)
			if (t->hooks & 1u << hook && s->rules.v[i].hook == t->ours[hook])
				return &s->rules.v[i];
	return NULL;
}

/* before: the rules to replace, or NULL. */
static int xtables_apply_here(const struct ruleset *before, const struct ruleset *s,
			      ruleset_refused *refused, void *ctx)
{
	own_fd fd = xtables_socket();

	if (fd < 0)
		return fd;
	if (!xtables_only_ipv4(s, refused, ctx))
		return 0;
	for (size_t i = 0; i < countof(tables); i++) {
		struct xtables_entries e;
		int r = 0;

		xtables_make_entries(&tables[i], s, &e);
		if (!e.first && before)
			e.first = xtables_first_rule(&tables[i], before);
		if (e.first)
			r = xtables_replace_table(fd, &tables[i], &e);
		if (r < 0)
			refused(ctx, e.first->tag, r, NULL);
		text_release(&e.out);
	}
	return 0;
}

int xtables_apply(int ns, const struct ruleset *s, ruleset_refused *refused, void *ctx)
{
	return xtables_replace(ns, NULL, s, refused, ctx);
}

int xtables_replace(int ns, const struct ruleset *before, const struct ruleset *s,
		    ruleset_refused *refused, void *ctx)
{
	own_visit struct visit v = VISIT_NONE;
	size_t n = s->rules.n + (before ? before->rules.n : 0);
	int r = n ? visit_begin(&v, ns) : 0;

	return r < 0 || n == 0 ? r : xtables_apply_here(before, s, refused, ctx);
}

/* ---- reading ---- */

static const char *xtables_comment(const struct ipt_entry *e)
{
	for (size_t at = sizeof(*e); at + sizeof(struct xt_entry_match) < e->target_offset;) {
		const struct xt_entry_match *m = (const void *)((const char *)e + at);

		if (strcmp(m->u.user.name, "comment") == 0)
			return (const char *)m + xt_aligned(sizeof(*m));
		if (m->u.match_size == 0)
			break;
		at += m->u.match_size;
	}
	return NULL;
}

static int xtables_read_table(int fd, const char *name, rule_texts *ret)
{
	struct ipt_getinfo info;
	own_free struct ipt_get_entries *got = NULL;
	socklen_t size;
	int r = xtables_info(fd, name, &info);

	if (r < 0) /* not in this kernel */
		return 0;
	size = (socklen_t)(sizeof(*got) + info.size);
	got = xcalloc(1, size);
	snprintf(got->name, sizeof(got->name), "%s", name);
	got->size = info.size;
	if (getsockopt(fd, IPPROTO_IP, IPT_SO_GET_ENTRIES, got, &size) < 0)
		return -errno;
	for (size_t at = 0; at + sizeof(struct ipt_entry) <= info.size;) {
		const struct ipt_entry *e = (const void *)((const char *)got + sizeof(*got) + at);
		const char *comment = xtables_comment(e);

		if (comment)
			vec_push(NULL, ret, xstrdup(comment));
		if (e->next_offset == 0)
			break;
		at += e->next_offset;
	}
	return 0;
}

int xtables_read(int ns, rule_texts *ret)
{
	own_visit struct visit v = VISIT_NONE;
	int r = visit_begin(&v, ns);
	own_fd fd = r < 0 ? r : xtables_socket();

	if (fd < 0)
		return fd;
	for (size_t i = 0; i < countof(tables) && r == 0; i++)
		r = xtables_read_table(fd, tables[i].name, ret);
	return r;
}

/* ---- trying ---- */

int xtables_try(void)
{
	own_fd fd = xtables_socket();
	struct ipt_getinfo info;
	int r = fd < 0 ? fd : 0;

	for (size_t i = 0; i < countof(tables) && r == 0; i++)
		if (strcmp(tables[i].name, "mangle") != 0)
			r = xtables_info(fd, tables[i].name, &info);
	return r;
}

static void xtables_first_error(void *ctx, uint64_t tag, int error, const char *words)
{
	(void)tag, (void)words;
	if (*(int *)ctx == 0)
		*(int *)ctx = error;
}

int xtables_try_ttl(void)
{
	const struct plan p = { .devs = { 0 } };
	struct ruleset s = { .plan = &p };
	int error = 0, r;

	vec_push(NULL, &s.rules,
		 ((struct rule){ .hook = HOOK_TTL,
				 .family = AF_INET,
				 .in = PLAN_NONE,
				 .out = PLAN_NONE,
				 .verdict = RULE_RAISE_TTL,
				 .text = "a try" }));
	r = xtables_apply_here(NULL, &s, xtables_first_error, &error);
	ruleset_release(&s);
	return r < 0 ? r : error;
}
