/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fabric.h - the generic parts that every cloud object is compiled to.
 *
 * Routers (a routing instance each: a VRF), hosts, segments (a broadcast domain), links (with
 * what they do to frames, per direction), sessions (who exchanges routes with whom) and
 * originations (prefixes that a router announces). Nothing after this room knows clouds; it
 * knows what *kind* a speaker is, for the rules of BGP differ by it.
 *
 * Parts refer to each other by index. Order is the order of the file: everything computed from
 * a fabric is deterministic.
 */
#ifndef FABRIC_FABRIC_H
#define FABRIC_FABRIC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/vec.h"
#include "net/addr.h"
#include "net/impairment.h"

struct arena;
struct expectation;
struct map;
struct model;
struct numbering;
struct object;

enum { NONE = UINT32_MAX }; /* no such part */

enum node_kind {
	NODE_HOST,	 /* a VM, a management host, a host of a site, a plain host */
	NODE_ROUTER,	 /* a plain router, or a site's core */
	NODE_CE,	 /* a site's edge */
	NODE_MSEE,	 /* one of a circuit's two edge routers, managed circuits' too */
	NODE_T0,	 /* a private cloud's tier 0: its BGP speaker */
	NODE_T1,	 /* its tier 1: the segments' gateway */
	NODE_MANAGEMENT, /* its management network: a routing instance of its own */
	NODE_NETWORK,	 /* a virtual network's fabric */
	NODE_ER_GATEWAY, /* its ExpressRoute gateway */
	NODE_VPN_GATEWAY,
	NODE_ROUTE_SERVER, /* speaks BGP, and carries no packets */
	NODE_NVA,	   /* a VM that passes on what is not for itself */
	NODE_HCX,	   /* a network extension appliance: bridges, and forwards no packets */
	NODE_HCX_ROUTER,   /* an extended segment's gateway in the cloud (MON) */
	NODE_INTERNET,	   /* all that is outside: one router */
	NODE_NAT,	   /* a way to it; has state, and does nothing else */
	NODE_REGION,	   /* a CloudSimple region's flat network */
	NODE_KINDS
};

/* A namespace's worth of routing instances where the kernel has VRFs: the parts of one box. */
struct chassis {
	const char *name; /* the namespace is <lab>.<name> */
};

typedef VEC(uint32_t) index_list;

struct node {
	const char *name; /* "pc-a.t1" */
	enum node_kind kind;
	const struct object *object; /* what the file calls it part of */
	struct pos pos;
	uint32_t chassis;     /* a host or a lone router has one to itself, named as the node */
	const char *vrf;      /* device name of its VRF in a shared chassis; NULL: it shares none */
	uint32_t asn;	      /* 0: no BGP */
	bool silent;	      /* a destination without a route is dropped without a word */
	bool transit;	      /* re-announces from circuit to circuit (M9) */
	bool takes_default;   /* a region that follows a default route */
	bool managed;	      /* an MSEE of a private cloud's own circuit */
	uint32_t learns;      /* how many prefixes it is made for; 0: nobody says */
	bool remote_networks; /* a gateway that swaps other networks' routes over a circuit */
	index_list ifaces;
};

struct iface {
	uint32_t node;
	uint32_t link;	  /* that ends here; NONE: it is its segment's home interface */
	uint32_t segment; /* that it is on; NONE: a link between two nodes */
	const char *name; /* in the kernel: unique in the chassis, at most 15 bytes */
	const char *full; /* alternative name, unique in the chassis */
	struct mac mac;
	VEC(struct prefix) addrs; /* the address, with its network's length */
	bool transparent;	  /* what comes in by it is passed on without losing a TTL */
	bool mute;		  /* the node's own word that a TTL ran out never leaves by it */
	bool edge; /* such a word that comes in by it from an address to which the node has
			   * no route is lost (loose reverse path filtering) */
};

/* A broadcast domain with any number of links into it. Its home interface is the router's. */
struct segment {
	const char *name;
	struct pos pos;
	uint32_t chassis;   /* where its bridge stands */
	uint32_t home;	    /* iface, or NONE: isolated */
	index_list links;   /* to interfaces, or trunks to other segments */
	index_list tunnels; /* to other segments */
	/* A gateway's: on one side the networks that it serves (fabric_link.served), on the other
	 * the gateway and the MSEEs. Only interfaces of different sides are neighbours. */
	bool underlay;
	uint32_t number; /* stays its own when others come and go; so do a tunnel's and a link's */
};

/* Joins two segments to one broadcast domain over routed ground. Segments, trunks and tunnels of a
 * domain form a tree. */
struct tunnel {
	const char *name;
	struct pos pos;
	const struct object *object;
	uint32_t segment[2];
	uint32_t uplink[2];  /* ifaces that its packets go from and to, by their IPv4 addresses */
	const char *port[2]; /* the bridge ports' names, unique in the segments' chassis */
	uint32_t number, id;
	uint32_t mtu; /* 0: what the way between the uplinks leaves of its own */
};

struct link_end {
	uint32_t iface;	  /* either this ... */
	uint32_t segment; /* ... or this; the other is NONE */
	const char *port; /* of a segment's end: the bridge port's name, unique in the chassis */
};

struct prefixes {
	const struct prefix *v;
	size_t n;
};

struct fabric_link {
	const char *name; /* "pc-a.t0--pc-a.primary" */
	struct pos pos;
	const struct object *object;
	struct link_end end[2];
	struct impairment to[2]; /* [i]: of frames on their way to end[i] */
	uint32_t mtu, number;
	bool served;	  /* to an underlay: it is on the side of the networks */
	const char *down; /* NULL: up; else why not ("'er-dc1.primary' has failed") */
	/* [i]: what comes in at end[i] must come from these prefixes; n 0: from anywhere. The
	 * link's own addresses are among them. */
	struct prefixes only_from[2];
	const char *only_why[2]; /* "peering a-b: allow-forwarded-traffic is off ..." */
};

enum session_kind {
	SESSION_BGP,
	SESSION_INJECT /* node[0], a gateway, programs its best routes into node[1], a network */
};

/* Who exchanges routes with whom. Side 0 and side 1; `x[i]` is side i's own setting. */
struct session {
	enum session_kind kind;
	const struct object *object; /* that made it */
	struct pos pos;
	uint32_t node[2];
	uint32_t iface[2]; /* of the link that it runs over; NONE for SESSION_INJECT, and for a
			    * Route Server's: who is told sends straight to the next hop */
	uint32_t weight[2];
	uint32_t local_pref[2];
	uint32_t prepend[2];	   /* how often node[i] repeats its ASN in what it sends */
	struct prefixes except[2]; /* what node[i] filters from what it hears */
	struct prefixes only[2];   /* all that node[i] takes; n 0: anything */
	const char *down; /* NULL: up; else why not ("'er-dc1' has no authorization 'k'") */
	/* How many prefixes of IPv4, and of IPv6, node[i] takes; one more ends it. 0: any number.
	 * */
	uint32_t limit[2], limit6[2];
	bool without_bfd; /* an end of it has left BFD off */
	/* FastPath: the address space of this object that node[1] announces leads straight to the
	 * object's network, out of bypass_iface[0] to bypass_iface[1]. NULL: nothing does. */
	const struct object *bypass;
	uint32_t bypass_iface[2];
};

/* A join of the file that carries nothing, and why: for explanations only. */
struct severed {
	uint32_t node[2]; /* that it would join; one twice: what is kept off that one */
	const struct object *object;
	struct pos pos;
	const char *why;      /* "peering p is only Initiated: ..." */
	struct prefix prefix; /* that node[0] would know of node[1]; family 0: all of it */
};

enum origin_kind {
	ORIGIN_NETWORK,	   /* a site's network, a router's connected one */
	ORIGIN_ADVERTISED, /* told to announce it */
	ORIGIN_SEGMENT,	   /* an NSX segment */
	ORIGIN_MANAGEMENT, /* a part of a private cloud's address block */
	ORIGIN_SPACE,	   /* a virtual network's address space */
	ORIGIN_STATIC,	   /* a VPN gateway's: what it was told to be behind a tunnel without BGP */
	ORIGIN_KINDS
};

struct origination {
	uint32_t node;
	struct prefix prefix;
	enum origin_kind kind;
	const struct object *object;
	struct pos pos;
};

enum route_type { ROUTE_UNICAST, ROUTE_BLACKHOLE };

/* How a configured route ranks against what BGP brings. */
enum route_rank {
	RANK_STATIC,   /* beats BGP's route to the same prefix */
	RANK_USER,     /* a user route: beats all the others to the same prefix */
	RANK_SYSTEM,   /* a network's own space or a peering: beats BGP's longer ones too */
	RANK_FALLBACK, /* loses to BGP's route to the same prefix (a way to the internet) */
	RANK_NONE /* a network's "None" route: as RANK_FALLBACK, and removed by some default routes
		   * (routes_have_none()) */
};

/* A route that is configured rather than learned. */
struct fabric_route {
	uint32_t node;
	struct prefix prefix;
	enum route_type type;
	uint32_t iface; /* out of which */
	uint32_t via;	/* the neighbour's iface; of a drop, of who would take it, or NONE */
	enum route_rank rank;
	const char *why; /* "peering hub-spoke", "default gateway", ... */
	struct pos pos;
	bool to_device; /* a user route: the file's next hop is an appliance or a gateway, even one
			 * that does not exist */
};

/* What a NODE_NAT does to packets that cross `iface`, its outside: `inside` becomes `outside` as
 * the source of those that leave, and back. inside of family 0: all other sources, and only for
 * flows that begin inside. */
struct nat {
	uint32_t node, iface;
	struct addr outside, inside;
	struct pos pos;
	const struct object *behind; /* whose host has the inside address */
};

struct listener { /* of a host: what it answers to */
	uint32_t node;
	bool udp;
	uint16_t port;
	struct pos pos;
};

struct fabric {
	struct arena *arena; /* the model's: the fabric dies with it */
	const struct model *model;
	struct numbering *numbers; /* the model's */
	bool ipv6; /* any prefix of the file is IPv6: links between routers have both families */
	VEC(struct chassis) chassis;
	VEC(struct node) nodes;
	VEC(struct iface) ifaces;
	VEC(struct segment) segments;
	VEC(struct fabric_link) links;
	VEC(struct tunnel) tunnels;
	VEC(struct session) sessions;
	VEC(struct severed) severed;
	VEC(struct origination) originations;
	VEC(struct fabric_route) routes;
	VEC(struct nat) nats;
	VEC(struct listener) listeners;
	struct map *names; /* of nodes: fabric_node() reads it */
};

/* Compiles a model that model_check() accepted. Returns NULL when something in it names no node
 * or cannot be built; the findings are in dg. */
struct fabric *fabric_compile(struct model *m, struct diag *dg);
/* Frees what is not in the model's arena. NULL is fine. */
void fabric_free(struct fabric *f);

/* The node of that name, or NONE. */
uint32_t fabric_node(const struct fabric *f, const char *name);
/* The name of the node that bears the address: the first one's of several; NULL: nobody does. */
const char *fabric_name_at(const struct fabric *f, const struct addr *a);
/* As fabric_node(), for a name from the file: records what is wrong with it, with the nearest
 * node's name. */
uint32_t fabric_find(const struct fabric *f, const char *name, struct pos at, struct diag *dg);

/* Whether a name stands for the node: its own, or that of an object one of whose nodes it is. */
bool node_is_called(const struct node *n, const char *name);
/* Whether everything is known that an expectation names; records what is not. Those of the file
 * are looked at by fabric_compile(), a scenario's when their step is taken. */
bool fabric_knows(const struct fabric *f, const struct expectation *e, struct diag *dg);

/* The node at the other side of an interface's link; for an interface on a segment, NONE. */
uint32_t fabric_peer(const struct fabric *f, uint32_t iface);
/* The interface at the other side of a link between two; for one on a segment, NONE. */
uint32_t fabric_far(const struct fabric *f, uint32_t iface);
/* Every interface that shares a link or a broadcast domain with this one, itself excepted. The list
 * is in the caller's vec (heap), which is cleared first. */
void fabric_neighbours(const struct fabric *f, uint32_t iface, index_list *ret);
/* What is between two neighbouring interfaces: a link; or those of both to the segment, and the
 * trunks and tunnels of the domain between them. Writes what is crossed, and towards which of its
 * ends; returns how many. */
enum { CROSSINGS_MAX = 12 };
struct crossing {
	uint32_t link;	  /* either this ... */
	uint32_t tunnel;  /* ... or this; the other is NONE */
	uint32_t towards; /* 0 or 1 */
};
size_t fabric_crossings(const struct fabric *f, uint32_t from_iface, uint32_t to_iface,
			struct crossing ret[CROSSINGS_MAX]);
/* Whether the node answers to it. */
bool fabric_listens(const struct fabric *f, uint32_t node, bool udp, uint16_t port);
/* The interface's address of a family, or NULL. */
const struct prefix *fabric_addr(const struct fabric *f, uint32_t iface, int family);

/* Finds the interfaces by which a node reaches another one directly: over a link between the two,
 * or over an underlay that has them on different sides. False: there are none. */
bool fabric_adjacent(const struct fabric *f, uint32_t node, uint32_t far, uint32_t *ret_iface,
		     uint32_t *ret_via);

/* Why nothing goes out of an interface to a neighbour's (NONE: to any): the link of either is down.
 * The neighbour's link counts on an underlay only: other segments hide that it is down. Or NULL. */
const char *fabric_way_down(const struct fabric *f, uint32_t iface, uint32_t via);
/* Why a tunnel's segments are cut off from the networks that they extend, or NULL. */
const char *fabric_trunk_down(const struct fabric *f, const struct tunnel *t);

/* Why nothing goes out of an interface: its link, or every link of its segment, is down. Or
 * NULL. */
const char *fabric_down(const struct fabric *f, uint32_t iface);

const char *node_kind_name(enum node_kind kind);
/* Somebody's machine, rather than a part of the network: what is pinged. */
static inline bool node_is_machine(const struct node *n)
{
	return n->kind == NODE_HOST || n->kind == NODE_NVA;
}

/* For rooms that do not know the model: "dc1-a". */
const char *fabric_object_name(const struct object *o);

/* In the same order. */
bool prefixes_eq(const struct prefixes *a, const struct prefixes *b);

#endif
