/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain.h - why packets take their path: each hop, the route that matched there, the routers that
 * passed that route on, the route that lost to it, and a faster path that is not used.
 *
 * Values only: report/ makes sentences of them. All that they point to belongs to the routes.
 */
#ifndef ROUTING_EXPLAIN_H
#define ROUTING_EXPLAIN_H

#include "routing/routing.h"

/* One router passes a route on to another. */
struct handoff {
	const struct session *session;
	uint32_t from, to; /* nodes */
};

/* Why this route and no other. */
struct choice {
	uint32_t node;		       /* that chose: the router, or the gateway that programs it */
	const struct route *chosen;    /* NULL: no BGP route */
	const struct route *runner_up; /* the best of the rest; NULL: it had no rival */
	const char *rule; /* that decided between the two, or says why there is no choice */
	char *sentence;	  /* heap; the rule with its figures, NULL: no runner-up */
	uint32_t equals;  /* how many routes share the load */
};

struct explained_hop {
	uint32_t node, next;	       /* next NONE: the packet ends here */
	const struct fib_entry *match; /* NULL: it has arrived, or there is no route */
	uint64_t delay_ns;	       /* to the next */
	const char *loser; /* words on a route that lost to this one (reason_loser()), or NULL */
	const struct tunnel *tunnel; /* crossed on the way to the next, or NULL */
	struct choice choice;
	VEC(struct handoff) chain; /* from the announcing router to the holder; heap */
	bool ring;	/* the chain has no beginning: the routers have the route from each other */
	struct pos pos; /* of the announcement or the configured route; line 0: of none */
};

/* A path that passes routers twice, the second time inside a tunnel. */
struct trombone {
	const struct tunnel *tunnel; /* NULL: the path does not */
	VEC(uint32_t) twice;	     /* nodes; heap */
};
void trombone_find(const struct routes *r, const struct path *path, struct trombone *ret);

/* A faster path that routers have heard of and do not use. */
struct detour {
	bool found;
	uint64_t taken_ns, best_ns; /* one way */
	uint32_t at;		    /* the router where the two paths part */
	uint32_t turned_to, better; /* its next nodes on the two */
	bool shared;		    /* both are equally good to it: the flow's hash decides */
	char *cause;	/* heap; "weight 100 on h-er beats the shorter AS path (2 against 4)" */
	struct pos pos; /* of the cause */
	VEC(uint32_t) nodes; /* of the faster path; heap */
};

struct explained_way {
	struct path path;
	VEC(struct explained_hop) hops;	     /* heap */
	char *reason;			     /* heap; why it does not arrive, NULL: it does */
	const struct origination *announced; /* the longest announced prefix that covers the
					      * address */
	const struct object *blamed;	     /* the object that the reason is about, or NULL */
	struct pos pos;			     /* of the line to look at; line 0: none */
	struct detour detour;
	struct trombone trombone;
};

struct explanation {
	uint32_t from, to;
	struct verdict verdict;
	struct explained_way way[2]; /* forward, return */
	/* Nodes on one path and not on the other, except gateways that are on the inbound path only
	 * by design; heap. */
	VEC(uint32_t) only[2];
	bool inbound_gateways; /* such gateways are the only difference of the two paths */
};

void explain(const struct routes *r, uint32_t from, uint32_t to, struct explanation *ret);
void explanation_release(struct explanation *e);

#endif
