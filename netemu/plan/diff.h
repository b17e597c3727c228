/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diff.h - the difference between two plans.
 *
 * Parts of two plans correspond by name, not by index: a namespace by its name, a device by its
 * name in its namespace, an address, neighbour or route by its prefix on its device or in its
 * namespace. Parts that disappear with their namespace or device are not listed.
 *
 * A device whose kind, peer, tunnel or MAC differs cannot be changed in place: it is deleted and
 * created again ("anew"), with its peer, the ports of a bridge, and all parts on it.
 */
#ifndef PLAN_DIFF_H
#define PLAN_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct plan;
struct text;

enum plan_part { /* a list of the plan */
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
	uint32_t from, to; /* index in the old and the new plan's list; PLAN_NONE: not in it. For
			    * PLAN_PART_RULES (all filters and NATs of a namespace): the netns. */
	bool anew; /* deleted with its device and created again; may be equal in both plans */
};

struct plan_diff {
	const struct plan *from, *to;
	VEC(struct plan_difference) v; /* grouped by part, in the order of the enum */
	bool hosts;		       /* the hosts file differs */
	uint32_t *netns; /* for each namespace of `from`: its index in `to`, or PLAN_NONE */
	uint32_t *dev;	 /* for each device of `from`, likewise */
	bool *lost;	 /* for each device of `from`: it is deleted, perhaps to be created again */
};

/* Never fails. Takes O(n log n). */
struct plan_diff *plan_compare(const struct plan *from, const struct plan *to);
void plan_diff_free(struct plan_diff *d); /* NULL is fine */

/* Prints a line for each difference, in the words of plan_text(): "- old", "+ new", or "~ old ->
 * new" with their common first words printed once. Omits equal parts that are created anew. */
void plan_diff_text(const struct plan_diff *d, struct text *out);

#endif
