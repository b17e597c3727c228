/* SPDX-License-Identifier: GPL-2.0-or-later */
/* neighbours.h - inside the routing room: the seat at the far side of each seat, and the update
 * groups of each node: its neighbours that receive the same routes. */
#ifndef ROUTING_NEIGHBOURS_H
#define ROUTING_NEIGHBOURS_H

#include "routing/routing.h"

/* Neighbours to which a node may pass on the same routes: policy_export() treats them alike. */
struct update_group {
	uint32_t first, end; /* neighbours->listeners[first .. end): the node's seats */
	uint32_t told;	     /* how many of them hold an offer of the node */
};

struct neighbours {
	uint32_t *far;				/* of each seat: the seat at the other side */
	uint32_t *listeners;			/* seats of BGP, grouped by update group */
	VEC(struct update_group) update_groups; /* grouped by node: ... */
	uint32_t *first_update_group; /* ... [first_update_group[n] .. first_update_group[n + 1]) */
	uint32_t *as;	/* of each node: the first node of its AS, which stands for it */
	bool *programs; /* of each node: it is a gateway that programs its routes into a network */
};

/* Fills in the seats of the routes, too. */
void neighbours_init(struct neighbours *n, struct routes *r);
void neighbours_release(struct neighbours *n);

#endif
