/* SPDX-License-Identifier: GPL-2.0-or-later */
/* routing.h - sessions to routes, routes to forwarding tables, tables to paths.
 *
 * Pure and deterministic: no sockets, no clock. Tables (policy.c) contain the import, preference
 * and export rules of each kind of speaker, one rule a row, with its source. Each route keeps its
 * provenance: the router that announced it, and those that passed it on.
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

/* Interned: equal paths are the same object. A long path has its first ASNs here and the others in
 * `rest`, which it shares with other paths; as_path_at() reads both as one list. */
enum { AS_PATH_PART = 8 };
struct as_path {
	uint32_t id;	     /* its number in its pool */
	uint32_t n;	     /* of the whole path */
	uint32_t here, hash; /* n - here is a multiple of AS_PATH_PART */
	const struct as_path *rest;
	uint32_t asn[]; /* nearest first */
};

static inline uint32_t as_path_at(const struct as_path *p, uint32_t i)
{
	for (; i >= p->here; p = p->rest)
		i -= p->here;
	return p->asn[i];
}

/* One way to a prefix, as a router holds it. There are millions of them: 64 bytes each. */
struct route {
	const struct origination *origin;
	const struct as_path *path;
	const struct route *from; /* the neighbour's route it was made of; NULL: announced here */
	const char *because;	  /* why it was chosen, or lost to the best: "shorter AS path" */
	struct route *next;	  /* the same router's other routes to the prefix */
	uint32_t session;	  /* that it came by; NONE: announced here */
	uint32_t node;		  /* that holds it */
	uint32_t iface, via;	  /* outgoing, and the next hop's interface; NONE when none */
	uint32_t local_pref;
	uint16_t weight;   /* of the connection */
	bool internal : 1; /* learned from the same AS */
	bool managed : 1;  /* held by an MSEE of a private cloud's own circuit */
	bool best : 1;	   /* among the chosen (several with ECMP) */
};

/* A router's routes to one prefix: the best ones first, then in the order of sessions. */
struct rib_entry {
	struct prefix prefix;
	struct route *routes;
};

enum fib_source {
	FIB_CONNECTED, /* the kernel makes it of the interface's address */
	FIB_STATIC,    /* configured */
	FIB_SYSTEM,    /* a virtual network's system route */
	FIB_BGP,
	FIB_USER /* a user route of a subnet */
};

struct fib_hop {
	uint32_t iface; /* outgoing */
	uint32_t via;	/* the next hop's interface; NONE: the destination itself is on the link */
};

struct fib_entry {
	struct prefix prefix;
	enum fib_source source;
	enum route_type type;
	uint32_t hop, nhops; /* routes->hops[hop ..), several with ECMP; 0 for a blackhole */
	uint32_t outer;	     /* of the same table: the longest other prefix that covers this one, or
			 * NONE */
	const struct route *route;	       /* FIB_BGP: the first of the chosen */
	const struct fabric_route *configured; /* FIB_STATIC, FIB_SYSTEM, FIB_USER */
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

/* Where a packet ends. */
enum fate {
	FATE_DELIVERED,
	FATE_NO_ROUTE,	/* the last router of the path has no route */
	FATE_BLACKHOLE, /* ... has one that drops */
	FATE_LOOP,	/* the path comes back to a router: TTL runs out */
	FATE_ELSEWHERE, /* another node on the way has the same address, and takes it */
	FATE_FILTERED,	/* the last router of the path does not let the sender's packets in */
	FATE_NO_FLOW,	/* the NAT at the end of the path has no state for the packet's flow, or the
			 * packet is for a private address and would not leave the inside */
	FATE_STRANGER,	/* it arrives, but not from the address to which the request was sent */
	FATE_TUNNEL,	/* the next hop is behind a tunnel without an underlay path */
	FATE_NO_ADDRESS /* the two have no address family in common */
};

/* The path of a tunnel's own packets, in one direction. */
struct underlay {
	enum fate fate;			   /* FATE_DELIVERED, or the tunnel carries nothing */
	uint64_t delay_ns, min_ns, max_ns; /* of the first of equally good paths, and of all */
	uint32_t mtu;
};

enum { ROUTES_MAX = 1 << 23 }; /* about 2 GB, tables included */

struct routes {
	struct arena *arena; /* the model's */
	const struct fabric *fabric;
	struct router_table *table; /* one for each node */
	VEC(struct fib_hop) hops;
	const char **down;	    /* of each session: why it is down; NULL: it is up */
	const struct seat *seats;   /* grouped by node: ... */
	const uint32_t *first_seat; /* ... seats[first_seat[n] .. first_seat[n + 1]) */
	const struct fabric_route **configured; /* grouped by node, too */
	const uint32_t *first_configured;
	const char **announced_by;	      /* of each node, once needed: "announced by dc1" */
	const struct origination **announced; /* sorted by prefix */
	size_t nannounced;
	size_t count;			  /* routes in all */
	const struct underlay *underlays; /* [2 * tunnel + towards]: routes_underlay() */
};

/* Runs the sessions to their fixed point. Accepts every fabric that fabric_compile() made, with two
 * exceptions, which return NULL with an error: policies without a fixed point (the error is at an
 * origination that oscillates), and more than ROUTES_MAX routes. */
struct routes *routes_compute(const struct fabric *f, struct diag *dg);
void routes_free(struct routes *r); /* NULL is fine */

/* The longest match, or NULL: no route. */
const struct fib_entry *routes_lookup(const struct routes *r, uint32_t node, const struct addr *to);
/* The entry of exactly that prefix, or NULL. */
const struct fib_entry *routes_fib(const struct routes *r, uint32_t node, const struct prefix *p);
const struct rib_entry *routes_rib(const struct routes *r, uint32_t node, const struct prefix *p);
/* Whether a virtual network's instance has its "None" routes: not when its 0.0.0.0/0 came by BGP or
 * is a user route to an appliance or a gateway. */
bool routes_have_none(const struct routes *r, uint32_t node);

/* One step of a path: the packet leaves node by hop `out` of the matched entry. */
struct step {
	uint32_t node;
	const struct fib_entry *match; /* NULL on the last step (arrived, or no route) */
	struct fib_hop out;
};

struct packet {
	struct addr src, dst;
};

struct translation { /* by a NAT */
	uint32_t node;
	struct packet before, after;
};
typedef VEC(struct translation) translation_list;

struct path {
	enum fate fate;
	VEC(struct step) steps;	     /* from the sender to the last node reached; heap */
	uint64_t delay_ns;	     /* one way: the sum of the links' configured delays */
	uint32_t mtu;		     /* the smallest on the path */
	struct packet sent, arrived; /* its addresses when sent, and at the end */
	translation_list nats;	     /* on the path; heap */
	uint32_t asked_by;	     /* of a reply: the last NAT that the request passed, or NONE */
	const struct tunnel *cut;    /* FATE_TUNNEL: that carries nothing */
	const struct fabric_link *barred; /* FATE_FILTERED: that refused the packet, ... */
	uint32_t barred_end;		  /* ... at this end */
};
void path_release(struct path *p);

/* The address by which `from` knows `to`: of the family (AF_INET, AF_INET6, or 0: the first that
 * both have), on its first interface that has one. NULL: none. */
const struct addr *routes_target(const struct routes *r, uint32_t from, uint32_t to, int family);

/* Follows a packet from a node to another's routes_target(). Of several equal hops the
 * first is taken. */
void routes_walk(const struct routes *r, uint32_t from, uint32_t to, int family, struct path *ret);

/* Follows the reply to a packet that was delivered by the path `asked`, from its receiver to the
 * source address that the receiver saw. A NAT lets the reply through only if the packet passed that
 * NAT. */
void routes_answer(const struct routes *r, const struct path *asked, struct path *ret);

/* The underlay path of a tunnel towards one of its ends; and the largest packet that the tunnel
 * carries, which leaves room for the appliance's headers. */
const struct underlay *routes_underlay(const struct routes *r, uint32_t tunnel, uint32_t towards);
uint32_t routes_tunnel_mtu(const struct routes *r, uint32_t tunnel);

/* The prediction for a pair, before any packet is sent: reachable if both paths arrive. */
struct verdict {
	bool reachable, symmetric; /* symmetric: the return path is the path backwards */
	bool multipath;	 /* equally good paths exist: the kernel's hash picks one of them */
	bool partial;	 /* ... and some of them arrive, others do not */
	uint64_t rtt_ns; /* of the first of them */
	uint64_t rtt_min_ns, rtt_max_ns; /* over all of them */
	struct path forward, back;
	char *reason; /* heap; why it is unreachable, for people; NULL when reachable */
};
void verdict_release(struct verdict *v);
void routes_predict(const struct routes *r, uint32_t from, uint32_t to, struct verdict *ret);
/* Like routes_predict(), without a reason. */
void routes_try(const struct routes *r, uint32_t from, uint32_t to, struct verdict *ret);

/* The output of a traceroute on a path: a line for each TTL, the last one the target's. */
struct visible_hop {
	uint32_t node;
	bool answers;	  /* false: "*" */
	struct addr from; /* its answer */
	uint64_t rtt_ns;  /* of its answer */
};
struct visible_path {
	VEC(struct visible_hop) hops; /* heap */
	uint8_t reply_ttl; /* of the target's answer to a ping, sent with 64; 0: there is none */
};
void visible_release(struct visible_path *t);
/* Shows the verdict's paths, not others that are equally good. If the packet is lost, the trace
 * ends with the last node that took a TTL. */
void routes_visible(const struct routes *r, const struct verdict *v, struct visible_path *ret);

/* Adds the prefixes from which other nodes may answer and to which a node has no route: each as
 * wide as the node's table allows, none inside another. The list is the caller's vec (heap). */
typedef VEC(struct prefix) prefix_vec;
void routes_strangers(const struct routes *r, uint32_t node, prefix_vec *ret);

/* The seats of a node; returns how many. */
static inline uint32_t routes_seats(const struct routes *r, uint32_t node, const struct seat **ret)
{
	*ret = r->seats + r->first_seat[node];
	return r->first_seat[node + 1] - r->first_seat[node];
}

/* The configured routes of a node; returns how many. */
static inline uint32_t routes_configured(const struct routes *r, uint32_t node,
					 const struct fabric_route ***ret)
{
	*ret = r->configured + r->first_configured[node];
	return r->first_configured[node + 1] - r->first_configured[node];
}

const char *fib_source_name(enum fib_source s); /* "connected", "static", "system", "bgp", "user" */

#endif
