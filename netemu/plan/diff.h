/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diff.h - what leads from one plan to another.
 *
 * Parts of two plans are the same when their names are (a namespace's; a device's in its
 * namespace; an address, neighbour or route on or in it), whatever their indices. What goes with
 * a namespace or a device that goes is not listed.
 *
 * A device whose kind, peer, tunnel or address changes cannot be changed in place: it goes and
 * comes anew, with its peer, the ports of a bridge, and all that is on it.
 */
#ifndef PLAN_DIFF_H
#define PLAN_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct plan;
struct text;

enum plan_part { /* of which list of the plan */
		 PLAN_PART_NETNS,
		 PLAN_PART_SYSCTL,
		 PLAN_PART_DEV,
		 PLAN_PART_ADDR,
		 PLAN_PART_NEIGH,
		 PLAN_PART_ROUTE,
		 PLAN_PART_QDISC,
		 PLAN_PART_WIRE,
		 PLAN_PART_RULES,
		 PLAN_PART_SERVICE
};

struct plan_difference {
	enum plan_part part;
	uint32_t from, to; /* index in the old and in the new plan's list; PLAN_NONE: not in it. Of
			    * PLAN_PART_RULES (all filters and NATs of a namespace): its netns. */
	bool anew; /* goes with what it is on and comes again; may be the same in both plans */
};

struct plan_diff {
	const struct plan *from, *to;
	VEC(struct plan_difference) v; /* grouped by part, in the order of the enum */
	bool hosts;		       /* the hosts file differs */
	uint32_t *netns; /* of each namespace of `from`: the same in `to`, or PLAN_NONE */
	uint32_t *dev;	 /* of each device of `from`, likewise */
	bool *lost;	 /* of each device of `from`: it goes, or comes anew */
};

/* Never fails. In time n log n. */
struct plan_diff *plan_compare(const struct plan *from, const struct plan *to);
void plan_diff_free(struct plan_diff *d); /* NULL is fine */

/* A line for each, in the words of plan_text(): what goes ("-"), what comes ("+"), and what is
 * changed ("~ old -> new", the words that both begin with only once). Nothing of what only comes
 * anew. */
void plan_diff_text(const struct plan_diff *d, struct text *out);

#endif
