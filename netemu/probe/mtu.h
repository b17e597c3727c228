/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mtu.h - finds the largest packet that passes unfragmented: sends echoes of many sizes at once
 * with "don't fragment", until the largest that arrives and the smallest that does not differ by 1.
 *
 * An ICMP "too big" (RFC 1191, RFC 8201) counts at once. Where no router sends one (a path MTU
 * black hole), the search counts the missing packets.
 */
#ifndef PROBE_MTU_H
#define PROBE_MTU_H

#include "probe/probe.h"

/* What happens to larger packets. */
enum mtu_end {
	MTU_VANISH, /* dropped silently */
	MTU_TOLD,   /* dropped, and a router sends "too big" */
	MTU_LOCAL,  /* the sender's own device does not take them */
	MTU_UNSAID  /* unknown: the output of ping does not tell these apart */
};

struct mtu_search {
	int netns;	 /* of the sender; borrowed */
	const char *vrf; /* device to bind to, or NULL */
	struct addr to;
	uint32_t guess; /* tried first, together with the next larger size; 0: none */

	/* Filled by mtu_run(). */
	uint32_t mtu; /* including the IP header; 0: not even the smallest arrives */
	enum mtu_end end;
	struct addr told_by; /* MTU_TOLD */
};

/* Runs n searches in parallel. Uses only the options timeout_ns (of each round) and `stop`. Returns
 * 0, -EINTR when cancelled, or -errno when a socket cannot be opened. */
int mtu_run(struct mtu_search *searches, size_t n, struct probe_options opt, struct diag *dg);

/* The search itself: pure, a part of mtu_run(), public for tests. */
enum { MTU_SIZES = 8 };
struct mtu_bounds {
	uint32_t pass, fail; /* the largest that passed (0: none yet), the smallest that did not */
	uint32_t hint;	     /* the MTU that a "too big" named; 0: none */
	uint32_t least;	     /* the smallest to be tried */
};
/* Gives the sizes of the next round, ascending. Returns their number; 0: the result is b->pass. */
size_t mtu_next(const struct mtu_bounds *b, uint32_t guess, uint32_t ret[MTU_SIZES]);

#endif
