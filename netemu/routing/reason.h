/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reason.h - inside the routing room: why a packet did not arrive. */
#ifndef ROUTING_REASON_H
#define ROUTING_REASON_H

#include "routing/routing.h"

struct text;

/* An obstacle to a route or a packet: the node, the rule, the line of the file. */
struct obstacle {
	uint32_t node;		       /* NONE: no node in particular */
	const char *what;	       /* the rule or cause; NULL: none is known */
	const struct object *object;   /* whose session or join it is, or NULL */
	const struct session *session; /* or NULL */
	struct pos pos;		       /* line 0: no line of the file */
};

/* Finds why the path, which did not arrive, ended. */
void reason_find(const struct routes *r, const struct path *p, uint32_t to, const struct addr *dst,
		 struct obstacle *ret);

/* A route to the same address that lost to a system route, which its author may not expect. */
struct loser {
	struct prefix prefix;
	const char *why; /* by_bgp: the announcing node's name; else the user route's own `why` */
	bool by_bgp;
	struct pos pos;
};

/* Finds the route that lost to `taken`, the entry that the node uses for the address: a longer BGP
 * route, else a shorter user route. False: `taken` is no system route, or no route lost to it. */
bool reason_loser(const struct routes *r, uint32_t node, const struct fib_entry *taken,
		  const struct addr *dst, struct loser *ret);
/* "longer than 0.0.0.0/0, user route of t" */
void reason_say_loser(const struct loser *x, struct text *out);

/* The longest announced prefix that covers the address, or NULL: no router announces one. */
const struct origination *reason_origin(const struct routes *r, const struct addr *dst);

/* Writes one sentence: where the path ended, and the obstacle. */
void reason_say(const struct routes *r, const struct path *p, uint32_t to, const struct addr *dst,
		struct text *out);

/* Writes why a tunnel carries nothing: which end does not reach the other, and why. */
void reason_say_below(const struct routes *r, const struct tunnel *t, struct text *out);

#endif
