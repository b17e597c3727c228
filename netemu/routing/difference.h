/* SPDX-License-Identifier: GPL-2.0-or-later */
/* difference.h - the effect of a change on a network: on links, routes and the pairs that are
 * reachable.
 *
 * Nodes, links and prefixes of the two networks correspond by name. Values only; names are borrowed
 * from the two fabrics.
 */
#ifndef ROUTING_DIFFERENCE_H
#define ROUTING_DIFFERENCE_H

#include "routing/routing.h"

enum pair_fate {
	PAIR_LOST,   /* reachable before, and no longer */
	PAIR_GAINED, /* unreachable before, and reachable now */
	PAIR_TURNED  /* reachable as before, by another path or with another delay */
};

struct pair_change { /* from one machine to another; the opposite direction is another pair */
	const char *from, *to;
	enum pair_fate fate;
	uint64_t rtt_before_ns, rtt_after_ns; /* 0: unreachable */
	char *way_before, *way_after;	      /* "a > b > c"; heap, NULL: unreachable */
	bool back;    /* the two are return paths: the forward path is the same */
	char *reason; /* why it is lost; heap, or NULL */
};

struct difference {
	size_t links_down, links_up;  /* that were up before, that were down before */
	size_t links_gone, links_new; /* that exist in one of the two only */
	size_t nodes_gone, nodes_new;
	size_t routes;	/* forwarding entries that were added, removed or changed ... */
	size_t routers; /* ... and the nodes that hold them */
	VEC(struct pair_change) pairs; /* heap */
};

void difference_find(const struct routes *before, const struct routes *after,
		     struct difference *ret);
void difference_release(struct difference *d);

size_t difference_pairs(const struct difference *d, enum pair_fate fate);

#endif
