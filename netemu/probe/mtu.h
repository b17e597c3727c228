/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mtu.h - the largest packet that passes whole: echoes that must not be fragmented, of many
 * sizes at once, until the largest that arrives and the smallest that does not are neighbours.
 *
 * Who says "too big" (RFC 1191, RFC 8201) is believed at once, and where nobody says so packets are
 * found missing, as they are in a black hole.
 */
#ifndef PROBE_MTU_H
#define PROBE_MTU_H

#include "probe/probe.h"

/* What becomes of packets that are larger. */
enum mtu_end {
	MTU_VANISH, /* they are lost without a word */
	MTU_TOLD,   /* somebody says that they are too big */
	MTU_LOCAL,  /* they do not leave the sender */
	MTU_UNSAID  /* the program that was asked does not tell these apart */
};

struct mtu_search {
	int netns;	 /* of the sender; borrowed */
	const char *vrf; /* device to bind to, or NULL */
	struct addr to;
	uint32_t guess; /* looked at first, with the next larger size; 0: none */

	/* Filled by mtu_run(). */
	uint32_t mtu; /* with its IP header; 0: not even the smallest arrives */
	enum mtu_end end;
	struct addr told_by; /* MTU_TOLD */
};

/* Runs n searches side by side; of the options opt.timeout_ns (for each of some rounds) and `stop`
 * count. Returns 0, -EINTR when told to stop, or -errno when sockets cannot be had. */
int mtu_run(struct mtu_search *searches, size_t n, struct probe_options opt, struct diag *dg);

/* The search itself; pure, mtu_run()'s own, shown for tests. */
enum { MTU_SIZES = 8 };
struct mtu_bounds {
	uint32_t pass, fail; /* the largest that passed (0: none yet), the smallest that did not */
	uint32_t hint;	     /* what somebody said would fit, 0: nothing */
	uint32_t least;	     /* the smallest to be tried */
};
/* The sizes of the next round, ascending; returns how many. 0: the answer is bounds.pass. */
size_t mtu_next(const struct mtu_bounds *b, uint32_t guess, uint32_t ret[MTU_SIZES]);

#endif
