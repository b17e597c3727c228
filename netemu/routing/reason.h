/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reason.h - inside the routing room: why a packet went no further. */
#ifndef ROUTING_REASON_H
#define ROUTING_REASON_H

#include "routing/routing.h"

struct text;

/* What kept a route away, or a packet: the place, the rule, the line of the file. */
struct obstacle {
	uint32_t node;		       /* where; NONE: nowhere in particular */
	const char *what;	       /* NULL: there is none to be named */
	const struct object *object;   /* of the session or the join it is about, or NULL */
	const struct session *session; /* or NULL */
	struct pos pos;		       /* line 0: of no line of the file */
};

/* Why the path, which did not arrive, ended. */
void reason_find(const struct routes *r, const struct path *p, uint32_t to, const struct addr *dst,
		 struct obstacle *ret);

/* A route to the same address that lost to a system route, which surprises its author. */
struct loser {
	struct prefix prefix;
	const char *why; /* by_bgp: the announcing node's name; else the user route's own `why` */
	bool by_bgp;
	struct pos pos;
};

/* Finds what lost to `taken`, the entry that the node uses for the address: a longer route by BGP,
 * else a shorter user route. False: `taken` is no system route, or nothing lost to it. */
bool reason_loser(const struct routes *r, uint32_t node, const struct fib_entry *taken,
		  const struct addr *dst, struct loser *ret);
/* "longer than 0.0.0.0/0, user route of t" */
void reason_say_loser(const struct loser *x, struct text *out);

/* The longest announced prefix that has the address, or NULL: nobody announces it. */
const struct origination *reason_origin(const struct routes *r, const struct addr *dst);

/* The same as one sentence: where it ended, and what kept the route away. */
void reason_say(const struct routes *r, const struct path *p, uint32_t to, const struct addr *dst,
		struct text *out);

/* Why a tunnel carries nothing: which of its ends does not reach the other, and why. */
void reason_say_below(const struct routes *r, const struct tunnel *t, struct text *out);

#endif
