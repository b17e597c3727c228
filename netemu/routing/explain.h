/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain.h - why packets go the way they go: each hop, the route that matched there, by whose
 * hands that route came, what it was preferred to, and which better way nobody takes.
 *
 * Values only: report/ makes sentences of them. What they point to belongs to the routes.
 */
#ifndef ROUTING_EXPLAIN_H
#define ROUTING_EXPLAIN_H

#include "routing/routing.h"

/* One handing on of a route. */
struct handoff {
	const struct session *session;
	uint32_t from, to; /* nodes */
};

/* Why this route and no other. */
struct choice {
	uint32_t node;		       /* that chose: the router, or the gateway that tells it */
	const struct route *chosen;    /* NULL: no BGP route */
	const struct route *runner_up; /* the best of the rest; NULL: it had no rival */
	const char *rule; /* that decided between the two, or says why there is no choice */
	char *sentence;	  /* heap; the rule with its figures, NULL: no runner-up */
	uint32_t equals;  /* how many share the load */
};

struct explained_hop {
	uint32_t node, next;	       /* next NONE: the packet ends here */
	const struct fib_entry *match; /* NULL: it has arrived, or there is no route */
	uint64_t delay_ns;	       /* to the next */
	const char *loser; /* words on a route that lost to this one (reason_loser()), or NULL */
	const struct tunnel *tunnel; /* that is crossed on the way to it, or NULL */
	struct choice choice;
	VEC(struct handoff) chain; /* from who announced the route to who holds it; heap */
	bool ring;	/* the chain has no beginning: the routers have the route from each other */
	struct pos pos; /* of the announcement or the configured route; line 0: of none */
};

/* A way that leads past routers twice, the second time inside a tunnel. */
struct trombone {
	const struct tunnel *tunnel; /* NULL: it does not */
	VEC(uint32_t) twice;	     /* nodes; heap */
};
void trombone_find(const struct routes *r, const struct path *path, struct trombone *ret);

/* A faster way that routers have heard of and do not take. */
struct detour {
	bool found;
	uint64_t taken_ns, best_ns; /* one way */
	uint32_t at;		    /* the router that turns the other way */
	uint32_t turned_to, better; /* its next nodes */
	bool shared;		    /* both are equally good to it: chance decides */
	char *cause;	/* heap; "weight 100 on h-er beats the shorter AS path (2 against 4)" */
	struct pos pos; /* of what causes it */
	VEC(uint32_t) nodes; /* of the faster way; heap */
};

struct explained_way {
	struct path path;
	VEC(struct explained_hop) hops;	     /* heap */
	char *reason;			     /* heap; why it does not arrive, NULL: it does */
	const struct origination *announced; /* the nearest announcement of what was not reached */
	const struct object *blamed;	     /* what the reason is about, or NULL */
	struct pos pos;			     /* of the line to look at; line 0: none */
	struct detour detour;
	struct trombone trombone;
};

struct explanation {
	uint32_t from, to;
	struct verdict verdict;
	struct explained_way way[2]; /* there, back */
	/* Nodes that one way passes and the other does not, beyond the gateways that stand on the
	 * inbound path only by design; heap. */
	VEC(uint32_t) only[2];
	bool inbound_gateways; /* such gateways are the whole difference of the two ways */
};

void explain(const struct routes *r, uint32_t from, uint32_t to, struct explanation *ret);
void explanation_release(struct explanation *e);

#endif
