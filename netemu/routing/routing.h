/* routing.h - sessions to routes, routes to forwarding tables, tables to paths.
 *
 * Pure and deterministic: no sockets, no clock. What each kind of speaker imports, prefers and
 * exports stands in tables (policy.c), one row a rule, with the rule's source. Each route keeps
 * its provenance: who announced it and by whose hands it came.
 */
#ifndef ROUTING_ROUTING_H
#define ROUTING_ROUTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "fabric/fabric.h"
#include "net/addr.h"

struct diag;

struct as_path { /* interned: equal paths are the same object */
	uint32_t n;
	uint32_t asn[]; /* nearest first */
};

/* One way to a prefix, as a router holds it. */
struct route {
	const struct origination *origin;
	const struct as_path *path;
	const struct route *from; /* the neighbour's route that it was made of; NULL: announced here */
	uint32_t session;	  /* that it came by; NONE: announced here */
	uint32_t node;		  /* that holds it */
	uint32_t iface, via;	  /* out of which, and the next hop's interface; NONE when none */
	uint32_t weight, local_pref;
	bool internal;		  /* learned from the same AS */
	bool best;		  /* among the chosen (several with ECMP) */
	const char *because;	  /* why it was chosen, or lost against the best: "shorter AS path" */
	struct route *next;	  /* the same router's other routes to the prefix */
};

/* All that a router knows of one prefix; best routes first, then in the order of sessions. */
struct rib_entry {
	struct prefix prefix;
	struct route *routes;
};

/* A route that was offered and refused: for explanations. */
struct refusal {
	struct prefix prefix;
	uint32_t node;	  /* that refused it, or that would not pass it on */
	uint32_t session; /* that it would have come by */
	const struct origination *origin;
	const char *rule; /* "iBGP split horizon: ...", with the rule's source */
};

enum fib_source {
	FIB_CONNECTED, /* the kernel makes it of the interface's address */
	FIB_STATIC,    /* configured */
	FIB_SYSTEM,    /* a virtual network's system route */
	FIB_BGP
};

struct fib_hop {
	uint32_t iface; /* out of which */
	uint32_t via;	/* the next hop's interface; NONE: the destination itself is on the link */
};

struct fib_entry {
	struct prefix prefix;
	enum fib_source source;
	enum route_type type;
	uint32_t hop, nhops; /* routes->hops[hop ..), several with ECMP; 0 for a blackhole */
	const struct route *route; /* FIB_BGP: the first of the chosen */
	const struct fabric_route *configured; /* FIB_STATIC, FIB_SYSTEM */
	const char *why; /* one phrase: "announced by dc1", "peering hub-spoke" */
};

struct router_table {
	VEC(struct rib_entry) rib; /* sorted by prefix */
	VEC(struct fib_entry) fib; /* sorted by prefix */
};

/* A session as one of its two ends sees it. */
struct seat {
	uint32_t session;
	uint32_t side; /* of the node that sits here */
};

struct routes {
	struct arena *arena; /* the model's */
	const struct fabric *fabric;
	struct router_table *table; /* one for each node */
	VEC(struct fib_hop) hops;
	VEC(struct refusal) refusals; /* sorted by prefix */
	const struct seat *seats;     /* grouped by node: seats[first_seat[n] .. first_seat[n + 1]) */
	const uint32_t *first_seat;
	size_t count; /* routes in all */
};

/* Runs the sessions to their fixed point. Never fails on what fabric_compile() made; a set of
 * policies without a fixed point is an error at the origination that oscillates: NULL. */
struct routes *routes_compute(const struct fabric *f, struct diag *dg);
void routes_free(struct routes *r); /* NULL is fine */

/* The longest match, or NULL: no route. */
const struct fib_entry *routes_lookup(const struct routes *r, uint32_t node, const struct addr *to);
const struct rib_entry *routes_rib(const struct routes *r, uint32_t node, const struct prefix *p);

/* Where a packet ends. */
enum fate {
	FATE_DELIVERED,
	FATE_NO_ROUTE,	/* the last router of the path has no route */
	FATE_BLACKHOLE, /* ... has one that drops */
	FATE_LOOP,	/* the path comes back to a router: TTL runs out */
	FATE_ELSEWHERE, /* another node on the way has the same address, and takes it */
	FATE_NO_ADDRESS /* the two have no address family in common */
};

/* One step of a path: the packet leaves node by hop `out` of the matched entry. */
struct step {
	uint32_t node;
	const struct fib_entry *match; /* NULL on the last step (arrived, or no route) */
	struct fib_hop out;
};

struct path {
	enum fate fate;
	VEC(struct step) steps; /* from the sender to the last node reached; heap */
	uint64_t delay_ns;	/* one way, the links' configured delays added up */
	uint32_t mtu;		/* the smallest on the way */
};
void path_release(struct path *p);

/* The address that `from` knows `to` by: of the family (AF_INET, AF_INET6, or 0: the first that
 * both have), on its first interface that has one. NULL: none. */
const struct addr *routes_target(const struct routes *r, uint32_t from, uint32_t to, int family);

/* Follows a packet from a node to another's routes_target(). Of several equal hops the
 * first is taken. */
void routes_walk(const struct routes *r, uint32_t from, uint32_t to, int family, struct path *ret);

/* What netemu says of a pair before any packet: reachable when both ways arrive. */
struct verdict {
	bool reachable, symmetric; /* symmetric: the return path is the path backwards */
	bool multipath; /* equally good paths exist: the kernel's hash picks one of them */
	uint64_t rtt_ns; /* of the first of them */
	uint64_t rtt_min_ns, rtt_max_ns; /* over all of them */
	struct path forward, back;
	char *reason; /* heap; for people: why not, NULL when reachable */
};
void verdict_release(struct verdict *v);
void routes_predict(const struct routes *r, uint32_t from, uint32_t to, struct verdict *ret);

/* The seats of a node; returns how many. */
static inline uint32_t routes_seats(const struct routes *r, uint32_t node, const struct seat **ret)
{
	*ret = r->seats + r->first_seat[node];
	return r->first_seat[node + 1] - r->first_seat[node];
}

const char *fib_source_name(enum fib_source s); /* "connected", "static", "system", "bgp" */

#endif
