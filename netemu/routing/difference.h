/* SPDX-License-Identifier: GPL-2.0-or-later */
/* difference.h - what a change has done to a network: its links, its routes, who reaches whom.
 *
 * Nodes, links and prefixes of the two are the same when their names are. Values only; names are
 * borrowed from the two fabrics.
 */
#ifndef ROUTING_DIFFERENCE_H
#define ROUTING_DIFFERENCE_H

#include "routing/routing.h"

enum pair_fate {
	PAIR_LOST,   /* reachable before, and no longer */
	PAIR_GAINED, /* the other way round */
	PAIR_TURNED  /* reachable as before, by another way or in another time */
};

struct pair_change { /* from one machine to another: each way is a pair of its own */
	const char *from, *to;
	enum pair_fate fate;
	uint64_t rtt_before_ns, rtt_after_ns; /* 0: unreachable */
	char *way_before, *way_after;	      /* "a > b > c"; heap, NULL: unreachable */
	bool back;    /* the two are of the way back: the one there is the same */
	char *reason; /* why it is lost; heap, or NULL */
};

struct difference {
	size_t links_down, links_up;  /* that were up before, that were down before */
	size_t links_gone, links_new; /* that exist in one of the two only */
	size_t nodes_gone, nodes_new;
	size_t routes;	/* forwarding entries that came, went or lead elsewhere ... */
	size_t routers; /* ... and the nodes that hold them */
	VEC(struct pair_change) pairs; /* heap */
};

void difference_find(const struct routes *before, const struct routes *after,
		     struct difference *ret);
void difference_release(struct difference *d);

size_t difference_pairs(const struct difference *d, enum pair_fate fate);

#endif
