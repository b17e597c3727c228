/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ruleset.h - one namespace's filters and NATs as netfilter rules, independent of the two rule
 * engines, nf_tables and ip_tables.
 *
 * A rule's text describes it for users. The kernel stores it as the rule's comment, by which it is
 * found again.
 */
#ifndef KERNEL_RULESET_H
#define KERNEL_RULESET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "net/addr.h"

struct plan;

enum rule_hook {
	HOOK_ARRIVAL,  /* first: filters. Packets in a VRF pass it twice, first with the port as
		       * their device, then with the VRF; the filters are for the first pass. */
	HOOK_TTL,      /* the TTL is changed, after the filters */
	HOOK_INWARD,   /* destinations are translated */
	HOOK_CROSSING, /* forwarded */
	HOOK_OUTWARD,  /* sources are translated */
	HOOK_OWN,      /* sent by the namespace itself */
	RULE_HOOKS
};

enum rule_verdict {
	RULE_ACCEPT,
	RULE_DROP,
	RULE_TO_SOURCE,
	RULE_TO_DESTINATION,
	RULE_RAISE_TTL /* by one, if below 255; forwarding decrements it again */
};

enum { RULE_TEXT = 120 };

struct rule {
	enum rule_hook hook;
	uint8_t family;
	uint32_t in, out;	/* the plan's devices, or PLAN_NONE: any */
	struct prefix from, to; /* family 0: any */
	bool stateless;		/* only packets without a conntrack entry (state invalid) */
	bool expired;		/* only ICMP time exceeded */
	bool no_vrf;		/* not a packet from a VRF: it was here before */
	enum rule_verdict verdict;
	struct addr address; /* of RULE_TO_...: the new address */
	uint64_t tag;	     /* of the part of the plan that it serves */
	char text[RULE_TEXT];
};

struct ruleset {
	const struct plan *plan;
	VEC(struct rule) rules; /* in the order of application; heap */
};

/* Makes the rules of a namespace; the list is empty if the plan has none for it. */
void ruleset_make(const struct plan *p, uint32_t netns, struct ruleset *ret);
void ruleset_release(struct ruleset *s);

/* Called for each rule that was refused, like batch_refused(). */
typedef void ruleset_refused(void *ctx, uint64_t tag, int error, const char *words);

/* Encodes the rules, of which there must be one, as the netlink messages of one transaction. */
struct text;
void nftables_encode(const struct ruleset *s, struct text *ret);

/* Add the rules to a namespace that has none: nf_tables takes all of them or none, ip_tables all of
 * a table or none. Return 0 when all answers were received, also if some are refusals; -errno when
 * the kernel could not be asked. */
int nftables_apply(int ns, const struct ruleset *s, ruleset_refused *refused, void *ctx);
/* IPv4 only. */
int xtables_apply(int ns, const struct ruleset *s, ruleset_refused *refused, void *ctx);

/* The same, replacing the rules `before`. Conntrack entries stay. Either list may be empty. */
int nftables_replace(int ns, const struct ruleset *before, const struct ruleset *s,
		     ruleset_refused *refused, void *ctx);
int xtables_replace(int ns, const struct ruleset *before, const struct ruleset *s,
		    ruleset_refused *refused, void *ctx);

/* Append the texts of netemu's rules in the namespace to `ret`; the caller frees each. Return 0 or
 * -errno. If the kernel lacks the engine, there are none. */
typedef VEC(char *) rule_texts;
int nftables_read(int ns, rule_texts *ret);
int xtables_read(int ns, rule_texts *ret);

/* Test whether the engine can do NAT, in the calling thread's namespace. Return 0 or -errno. */
int nftables_try(void);
int xtables_try(void);
/* Test whether it can raise a TTL. nftables_try_ttl() needs a namespace without netemu's rules. */
int nftables_try_ttl(void);
int xtables_try_ttl(void);

#endif
