/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/ruleset.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"
#include "kernel/part.h"
#include "plan/plan.h"

static void ruleset_add(struct ruleset *s, struct rule r)
{
	static const char *const verdicts[] = { [RULE_ACCEPT] = "pass",
						[RULE_DROP] = "drop",
						[RULE_TO_SOURCE] = "source becomes",
						[RULE_TO_DESTINATION] = "destination becomes",
						[RULE_RAISE_TTL] = "TTL raised by one" };
	own_text t = { 0 };

	if (r.in != PLAN_NONE)
		text_printf(&t, "in by %s ", s->plan->devs.v[r.in].name);
	if (r.out != PLAN_NONE)
		text_printf(&t, "out by %s ", s->plan->devs.v[r.out].name);
	if (r.from.a.family)
		text_printf(&t, "from %s ", PREFIX_STR(&r.from));
	if (r.to.a.family)
		text_printf(&t, "to %s ", PREFIX_STR(&r.to));
	if (r.stateless)
		text_add(&t, "of no known flow ");
	if (r.expired)
		text_add(&t, "time-exceeded ");
	if (r.family == AF_INET6 && (r.verdict == RULE_DROP || r.verdict == RULE_RAISE_TTL))
		text_add(&t, "IPv6 ");
	text_add(&t, verdicts[r.verdict]);
	if (r.address.family)
		text_printf(&t, " %s", ADDR_STR(&r.address));
	snprintf(r.text, sizeof(r.text), "%s", text_str(&t));
	vec_push(NULL, &s->rules, r);
}

static struct rule ruleset_rule(enum rule_hook hook, uint8_t family, enum rule_verdict verdict,
				uint64_t tag)
{
	return (struct rule){ .hook = hook,
			      .family = family,
			      .in = PLAN_NONE,
			      .out = PLAN_NONE,
			      .verdict = verdict,
			      .tag = tag };
}

/* ---- filters ---- */

static const uint8_t families[] = { AF_INET, AF_INET6 };

static bool filter_has_family(const struct plan_filter *f, uint8_t family)
{
	for (size_t i = 0; i < f->nfrom; i++)
		if (f->from[i].a.family == family)
			return true;
	return false;
}

static void ruleset_add_sources(struct ruleset *s, const struct plan_filter *f, uint64_t tag)
{
	for (size_t k = 0; k < sizeof(families); k++) {
		struct rule r = ruleset_rule(HOOK_ARRIVAL, families[k], RULE_ACCEPT, tag);
		struct prefix link_local = prefix_lit("fe80::/10");

		if (!filter_has_family(f, families[k]))
			continue; /* the link has no addresses of the family either */
		r.in = f->dev;
		for (size_t i = 0; i < f->nfrom; i++) {
			r.from = f->from[i];
			if (r.from.a.family == families[k])
				ruleset_add(s, r);
		}
		r.from = link_local; /* neighbour discovery */
		if (families[k] == AF_INET6)
			ruleset_add(s, r);
		r.from = (struct prefix){ 0 };
		r.verdict = RULE_DROP;
		ruleset_add(s, r);
	}
}

static void ruleset_add_strangers(struct ruleset *s, const struct plan_filter *f, uint64_t tag)
{
	for (size_t i = 0; i < f->nfrom; i++) {
		struct rule r = ruleset_rule(HOOK_ARRIVAL, f->from[i].a.family, RULE_DROP, tag);

		r.in = f->dev;
		r.from = f->from[i];
		r.expired = true;
		ruleset_add(s, r);
	}
}

static void ruleset_add_mute(struct ruleset *s, const struct plan_filter *f, uint8_t family,
			     uint64_t tag)
{
	struct rule r = ruleset_rule(HOOK_OWN, family, RULE_DROP, tag);

	r.out = f->whole ? PLAN_NONE : f->dev;
	r.expired = true;
	ruleset_add(s, r);
}

static void ruleset_add_keep_ttl(struct ruleset *s, const struct plan_filter *f, uint8_t family,
				 uint64_t tag)
{
	struct rule r = ruleset_rule(HOOK_TTL, family, RULE_RAISE_TTL, tag);

	r.in = f->whole ? PLAN_NONE : f->dev;
	r.no_vrf = f->whole;
	ruleset_add(s, r);
}

static void ruleset_add_filter(struct ruleset *s, const struct plan_filter *f, uint64_t tag)
{
	for (size_t k = 0; k < sizeof(families) - !f->ipv6; k++) {
		if (f->kind == FILTER_MUTE)
			ruleset_add_mute(s, f, families[k], tag);
		if (f->kind == FILTER_KEEP_TTL)
			ruleset_add_keep_ttl(s, f, families[k], tag);
	}
	if (f->kind == FILTER_SOURCES)
		ruleset_add_sources(s, f, tag);
	if (f->kind == FILTER_STRANGERS)
		ruleset_add_strangers(s, f, tag);
}

/* ---- NAT ---- */

static void ruleset_add_nat(struct ruleset *s, const struct plan_nat *n, uint64_t tag)
{
	struct rule r = ruleset_rule(HOOK_INWARD, AF_INET, RULE_TO_DESTINATION, tag);

	if (n->inside.family) {
		r.in = n->dev;
		r.to = prefix_of(&n->outside);
		r.address = n->inside;
		ruleset_add(s, r);
	}
	r = ruleset_rule(HOOK_OUTWARD, AF_INET, RULE_TO_SOURCE, tag);
	r.out = n->dev;
	if (n->inside.family)
		r.from = prefix_of(&n->inside);
	r.address = n->outside;
	ruleset_add(s, r);
}

static void ruleset_add_nats(struct ruleset *s, uint32_t netns)
{
	const struct plan *p = s->plan;
	struct rule r = ruleset_rule(HOOK_CROSSING, AF_INET, RULE_DROP, 0);
	bool any = false;

	/* One-to-one NATs precede the NAT for all other addresses. */
	for (int all = 0; all < 2; all++)
		for (size_t i = 0; i < p->nats.n; i++) {
			const struct plan_nat *n = &p->nats.v[i];

			if (p->devs.v[n->dev].netns != netns || (n->inside.family == 0) != all)
				continue;
			ruleset_add_nat(s, n, part_tag(PART_NAT, (uint32_t)i));
			any = true;
			r.tag = part_tag(PART_NAT, (uint32_t)i);
		}
	if (!any)
		return;
	/* Drop packets for the NAT's own addresses that no rule or flow has translated. */
	r.in = r.out = s->plan->nats.v[part_of_tag(r.tag).i].dev;
	ruleset_add(s, r);
	r.stateless = true;
	r.in = r.out = PLAN_NONE;
	ruleset_add(s, r);
	/* Drop packets that are forwarded from inside to inside: no router there has a route to
	 * the private address, so they would loop. */
	r.stateless = false;
	r.verdict = RULE_ACCEPT;
	r.in = s->plan->nats.v[part_of_tag(r.tag).i].dev;
	ruleset_add(s, r);
	r.out = r.in;
	r.in = PLAN_NONE;
	ruleset_add(s, r);
	r.verdict = RULE_DROP;
	r.out = PLAN_NONE;
	ruleset_add(s, r);
}

void ruleset_make(const struct plan *p, uint32_t netns, struct ruleset *ret)
{
	*ret = (struct ruleset){ .plan = p };
	for (size_t i = 0; i < p->filters.n; i++)
		if (p->devs.v[p->filters.v[i].dev].netns == netns)
			ruleset_add_filter(ret, &p->filters.v[i],
					   part_tag(PART_FILTER, (uint32_t)i));
	ruleset_add_nats(ret, netns);
}

void ruleset_release(struct ruleset *s)
{
	vec_free(&s->rules);
}
