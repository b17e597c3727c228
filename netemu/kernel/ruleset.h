/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ruleset.h - what one namespace's filters and NATs are in netfilter's terms: plain rules, before
 * either of the kernel's two rule engines has its own form of them.
 *
 * A rule matches what it names and nothing else. Its text says it for people and stays in the
 * kernel as the rule's comment, by which it is found again.
 */
#ifndef KERNEL_RULESET_H
#define KERNEL_RULESET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "net/addr.h"

struct plan;

enum rule_hook {
	HOOK_ARRIVAL,  /* before all else: filters. In a VRF packets pass it twice, the first time
		       * as the device's own, then as the VRF's; only the first is meant. */
	HOOK_TTL,      /* the TTL is set, after what is not let in has gone */
	HOOK_INWARD,   /* destinations are translated */
	HOOK_CROSSING, /* forwarded */
	HOOK_OUTWARD,  /* sources are translated */
	HOOK_OWN,      /* what the namespace itself sends */
	RULE_HOOKS
};

enum rule_verdict {
	RULE_ACCEPT,
	RULE_DROP,
	RULE_TO_SOURCE,
	RULE_TO_DESTINATION,
	RULE_RAISE_TTL /* by one, of those below 255: what forwarding takes off again */
};

enum { RULE_TEXT = 120 };

struct rule {
	enum rule_hook hook;
	uint8_t family;
	uint32_t in, out;	/* the plan's devices, or PLAN_NONE: any */
	struct prefix from, to; /* family 0: any */
	bool stateless;		/* only packets of no flow that is known */
	bool expired;		/* only ICMP's word that a TTL ran out */
	bool no_vrf;		/* not what a VRF hands on: it has been here before */
	enum rule_verdict verdict;
	struct addr address; /* RULE_TO_...: the new one */
	uint64_t tag;	     /* of the part of the plan that it serves */
	char text[RULE_TEXT];
};

struct ruleset {
	const struct plan *plan;
	VEC(struct rule) rules; /* in the order of application; heap */
};

/* The rules of a namespace; none when the plan has none for it. */
void ruleset_make(const struct plan *p, uint32_t netns, struct ruleset *ret);
void ruleset_release(struct ruleset *s);

/* Told of each rule that was refused, as batch_refused(). */
typedef void ruleset_refused(void *ctx, uint64_t tag, int error, const char *words);

/* The transaction of all the rules, as netlink messages one after another. There must be some. */
struct text;
void nftables_encode(const struct ruleset *s, struct text *ret);

/* Makes the kernel hold the rules, in a namespace that has none, whole or not at all. 0 when all
 * was heard, whether or not something was refused; -errno when the talk itself failed. */
int nftables_apply(int ns, const struct ruleset *s, ruleset_refused *refused, void *ctx);
/* Only IPv4. */
int xtables_apply(int ns, const struct ruleset *s, ruleset_refused *refused, void *ctx);

/* The same where rules stand that are to go: either all go and come, or nothing changes. What the
 * kernel knows of flows it keeps. Either list may be empty. */
int nftables_replace(int ns, const struct ruleset *before, const struct ruleset *s,
		     ruleset_refused *refused, void *ctx);
int xtables_replace(int ns, const struct ruleset *before, const struct ruleset *s,
		    ruleset_refused *refused, void *ctx);

/* The texts of the rules that netemu made there, into `ret` (heap; free each). 0 or -errno; an
 * engine that the kernel has not got has none. */
typedef VEC(char *) rule_texts;
int nftables_read(int ns, rule_texts *ret);
int xtables_read(int ns, rule_texts *ret);

/* Whether the kernel does NAT this way, tried in the calling thread's namespace. 0 or -errno. */
int nftables_try(void);
int xtables_try(void);
/* Whether it raises a TTL this way: likewise. The first wants a namespace without rules of ours. */
int nftables_try_ttl(void);
int xtables_try_ttl(void);

#endif
