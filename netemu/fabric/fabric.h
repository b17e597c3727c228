/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fabric.h - the generic parts that every cloud object is compiled to.
 *
 * Routers (a routing instance each: a VRF), hosts, segments (a broadcast domain), links (with their
 * impairments, per direction), sessions (pairs of nodes that exchange routes) and originations
 * (prefixes that a router announces). Rooms after this one do not know clouds; they know only the
 * *kind* of a speaker, which its BGP rules depend on.
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
	NODE_MSEE,	 /* an edge router of a circuit, which has two */
	NODE_T0,	 /* a private cloud's tier 0: its BGP speaker */
	NODE_T1,	 /* its tier 1: the segments' gateway */
	NODE_MANAGEMENT, /* its management network: a routing instance of its own */
	NODE_NETWORK,	 /* a virtual network's fabric */
	NODE_ER_GATEWAY, /* its ExpressRoute gateway */
	NODE_VPN_GATEWAY,
	NODE_ROUTE_SERVER, /* speaks BGP, and carries no packets */
	NODE_NVA,	   /* a VM that forwards packets */
	NODE_HCX,	   /* a network extension appliance: bridges, and forwards no packets */
	NODE_HCX_ROUTER,   /* an extended segment's gateway in the cloud (MON) */
	NODE_INTERNET,	   /* the internet: one router */
	NODE_NAT,	   /* a stateful NAT to the internet */
	NODE_REGION,	   /* a CloudSimple region's flat network */
	NODE_KINDS
};

/* The nodes of one box, which share a namespace if the kernel has VRFs. */
struct chassis {
	const char *name; /* the namespace is <lab>.<name> */
};

typedef VEC(uint32_t) index_list;

struct node {
	const char *name; /* "pc-a.t1" */
	enum node_kind kind;
	const struct object *object; /* the object of the file that it is part of */
	struct pos pos;
	uint32_t chassis;     /* a host or a lone router has one to itself, named as the node */
	const char *vrf;      /* device name of its VRF in a shared chassis; NULL: it shares none */
	uint32_t asn;	      /* 0: no BGP */
	bool silent;	      /* drops packets without a route, and sends no ICMP error */
	bool transit;	      /* re-announces from circuit to circuit (M9) */
	bool takes_default;   /* a region that follows a default route */
	bool managed;	      /* an MSEE of a private cloud's own circuit */
	uint32_t learns;      /* how many prefixes it supports; 0: not known */
	bool remote_networks; /* a gateway that exchanges other networks' routes over a circuit */
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
	bool transparent;	  /* packets that come in by it lose no TTL */
	bool mute;		  /* the node's own "time exceeded" never leaves by it */
	bool edge; /* a "time exceeded" that comes in by it is lost if the node has no route to its
		    * source (loose reverse path filtering) */
};

/* A broadcast domain with any number of links into it. Its home interface is the router's. */
struct segment {
	const char *name;
	struct pos pos;
	uint32_t chassis;   /* that its bridge is in */
	uint32_t home;	    /* iface, or NONE: isolated */
	index_list links;   /* to interfaces, or trunks to other segments */
	index_list tunnels; /* to other segments */
	/* A gateway's: on one side the networks that it serves (fabric_link.served), on the other
	 * the gateway and the MSEEs. Only interfaces of different sides are neighbours. */
	bool underlay;
	uint32_t number; /* stable when parts come and go; a tunnel's and a link's, too */
};

/* Joins two segments to one broadcast domain over a routed network. Segments, trunks and tunnels of
 * a domain form a tree. */
struct tunnel {
	const char *name;
	struct pos pos;
	const struct object *object;
	uint32_t segment[2];
	uint32_t uplink[2];  /* ifaces that its packets go from and to, by their IPv4 addresses */
	const char *port[2]; /* the bridge ports' names, unique in the segments' chassis */
	uint32_t number, id;
	uint32_t mtu; /* 0: derived from the path between the uplinks */
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
	bool served;	  /* on an underlay: on the side of the networks */
	const char *down; /* NULL: up; else why not ("'er-dc1.primary' has failed") */
	/* [i]: sources from which end[i] accepts packets (the link's own addresses are among them);
	 * n is 0: all. */
	struct prefixes only_from[2];
	const char *only_why[2]; /* "peering a-b: allow-forwarded-traffic is off ..." */
};

enum session_kind {
	SESSION_BGP,
	SESSION_INJECT /* node[0], a gateway, programs its best routes into node[1], a network */
};

/* Two nodes exchange routes. Side 0 and side 1; `x[i]` is side i's own setting. */
struct session {
	enum session_kind kind;
	const struct object *object; /* that made it */
	struct pos pos;
	uint32_t node[2];
	uint32_t iface[2]; /* of the link that it runs over; NONE for SESSION_INJECT, and for a
			    * Route Server's: receivers send directly to the next hop */
	uint32_t weight[2];
	uint32_t local_pref[2];
	uint32_t prepend[2];	   /* how often node[i] repeats its ASN in paths that it sends */
	struct prefixes except[2]; /* prefixes that node[i] filters on import */
	struct prefixes only[2];   /* the only prefixes that node[i] accepts; n 0: any */
	const char *down; /* NULL: up; else why not ("'er-dc1' has no authorization 'k'") */
	/* How many prefixes of each family node[i] accepts; one more ends the session. 0: any. */
	uint32_t limit[2], limit6[2];
	bool without_bfd; /* one of its ends does not use BFD */
	/* FastPath: the address space of this object that node[1] announces leads straight to the
	 * object's network, out of bypass_iface[0] to bypass_iface[1]. NULL: nothing does. */
	const struct object *bypass;
	uint32_t bypass_iface[2];
};

/* A join of the file that carries nothing, and why: for explanations only. */
struct severed {
	uint32_t node[2]; /* that it would join; the same node twice: routes are kept from that
			   * node */
	const struct object *object;
	struct pos pos;
	const char *why;      /* "peering p is only Initiated: ..." */
	struct prefix prefix; /* of node[1], that node[0] lacks; family 0: all */
};

enum origin_kind {
	ORIGIN_NETWORK,	   /* a site's network, a router's connected one */
	ORIGIN_ADVERTISED, /* told to announce it */
	ORIGIN_SEGMENT,	   /* an NSX segment */
	ORIGIN_MANAGEMENT, /* a part of a private cloud's address block */
	ORIGIN_SPACE,	   /* a virtual network's address space */
	ORIGIN_STATIC,	   /* a VPN gateway's: a configured network behind a tunnel without BGP */
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

/* How a configured route ranks against BGP's routes. */
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
	uint32_t via;	/* the neighbour's iface; of a drop, the one that would be next, or NONE */
	enum route_rank rank;
	const char *why; /* "peering hub-spoke", "default gateway", ... */
	struct pos pos;
	bool to_device; /* a user route: the file's next hop is an appliance or a gateway, even one
			 * that does not exist */
};

/* A translation by a NODE_NAT at `iface`, its outside: the source `inside` of packets that leave
 * becomes `outside`, and the reverse for packets that come in. inside of family 0: all other
 * sources, and only for flows that begin inside. */
struct nat {
	uint32_t node, iface;
	struct addr outside, inside;
	struct pos pos;
	const struct object *behind; /* whose host has the inside address */
};

struct listener { /* a port that a host answers on */
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

/* Compiles a model that model_check() accepted. Returns NULL, with the findings in dg, if a name in
 * the model is no node's or a part cannot be built. */
struct fabric *fabric_compile(struct model *m, struct diag *dg);
/* Frees all that is not in the model's arena. NULL is fine. */
void fabric_free(struct fabric *f);

/* The node of that name, or NONE. */
uint32_t fabric_node(const struct fabric *f, const char *name);
/* The name of the first node that has the address; NULL: no node has it. */
const char *fabric_name_at(const struct fabric *f, const struct addr *a);
/* As fabric_node(), for a name from the file: records an error, with the nearest node's name, if no
 * node has it. */
uint32_t fabric_find(const struct fabric *f, const char *name, struct pos at, struct diag *dg);

/* Whether a name stands for the node: its own, or that of its object. */
bool node_is_called(const struct node *n, const char *name);
/* Whether all names in an expectation are known; records those that are not. fabric_compile()
 * checks the file's expectations, a scenario's are checked when their step runs. */
bool fabric_knows(const struct fabric *f, const struct expectation *e, struct diag *dg);

/* The node at the other side of an interface's link; for an interface on a segment, NONE. */
uint32_t fabric_peer(const struct fabric *f, uint32_t iface);
/* The interface at the other side of a link between two; for one on a segment, NONE. */
uint32_t fabric_far(const struct fabric *f, uint32_t iface);
/* Every interface that shares a link or a broadcast domain with this one, itself excepted. The list
 * is in the caller's vec (heap), which is cleared first. */
void fabric_neighbours(const struct fabric *f, uint32_t iface, index_list *ret);
/* The crossings between two neighbouring interfaces: their link; or the links of both to their
 * segments, and the trunks and tunnels of the domain between these. Writes each crossing and the
 * end towards which it goes; returns how many there are. */
enum { CROSSINGS_MAX = 12 };
struct crossing {
	uint32_t link;	  /* either this ... */
	uint32_t tunnel;  /* ... or this; the other is NONE */
	uint32_t towards; /* 0 or 1 */
};
size_t fabric_crossings(const struct fabric *f, uint32_t from_iface, uint32_t to_iface,
			struct crossing ret[CROSSINGS_MAX]);
/* Whether the node answers on the port. */
bool fabric_listens(const struct fabric *f, uint32_t node, bool udp, uint16_t port);
/* The interface's address of a family, or NULL. */
const struct prefix *fabric_addr(const struct fabric *f, uint32_t iface, int family);

/* Finds the interfaces by which a node reaches another one directly: over a link between the two,
 * or over an underlay that has them on different sides. False: there are none. */
bool fabric_adjacent(const struct fabric *f, uint32_t node, uint32_t far, uint32_t *ret_iface,
		     uint32_t *ret_via);

/* Why no packet leaves an interface towards a neighbour's (NONE: to any), or NULL: the link of
 * either is down. The neighbour's link counts only on an underlay: other segments hide that it is
 * down. */
const char *fabric_way_down(const struct fabric *f, uint32_t iface, uint32_t via);
/* Why a tunnel's segments are cut off from the networks that they extend, or NULL. */
const char *fabric_trunk_down(const struct fabric *f, const struct tunnel *t);

/* Why no packet leaves an interface, or NULL: its link, or every link of its segment, is down. */
const char *fabric_down(const struct fabric *f, uint32_t iface);

const char *node_kind_name(enum node_kind kind);
/* Whether the node is a machine, which can be pinged, rather than a part of the network. */
static inline bool node_is_machine(const struct node *n)
{
	return n->kind == NODE_HOST || n->kind == NODE_NVA;
}

/* For rooms that do not know the model: "dc1-a". */
const char *fabric_object_name(const struct object *o);

/* Whether both hold the same prefixes in the same order. */
bool prefixes_eq(const struct prefixes *a, const struct prefixes *b);

#endif
