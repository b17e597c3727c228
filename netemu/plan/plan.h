/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan.h - what the kernel must hold, as plain data. The waist of netemu.
 *
 * Everything above is pure and tested without privileges, everything below is mechanism:
 * `netemu plan` prints a plan, `up` obeys it, `down` is its reverse, `status` compares the kernel
 * with it. Parts refer to each other by index; each remembers the place in the user's file that
 * asked for it, so that a refusal of the kernel can name a line.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/vec.h"
#include "net/addr.h"
#include "net/impairment.h"

struct arena;
struct fabric;
struct routes;
struct text;

enum { PLAN_NONE = UINT32_MAX };
enum { PLAN_VXLAN_PORT = 4789 }; /* UDP (RFC 7348) */

/* Which kernel feature serves each need. */
enum vrf_backend { VRF_DEVICE, VRF_NAMESPACE };
enum delay_backend { DELAY_NETEM, DELAY_RELAY };
enum rules_backend { RULES_NFTABLES, RULES_IPTABLES }; /* of filters and NATs */

struct plan_backends {
	enum vrf_backend vrf;
	enum delay_backend delay;
	enum rules_backend rules;
};

struct plan_netns {
	const char *name; /* without the lab's: "pc-a.web"; the namespace is <lab>.<name> */
	struct pos why;
};

/* A sysctl of one namespace: "net/ipv4/icmp_ratelimit" below /proc/sys. */
struct plan_sysctl {
	uint32_t netns;
	const char *key, *value;
	bool optional; /* a kernel without it is fine */
};

enum plan_dev_kind { DEV_VETH, DEV_BRIDGE, DEV_VRF, DEV_VXLAN };

struct plan_dev {
	enum plan_dev_kind kind;
	uint32_t netns;
	const char *name;  /* at most 15 bytes, unique in its namespace */
	const char *full;  /* alternative name, or NULL */
	uint32_t ifindex;  /* chosen here, unique in its namespace, from 2 on */
	struct mac mac;	   /* all zero for a VRF: the kernel's choice */
	struct mac behind; /* a bridge's port: whose frames are told to go there; all zero: the
			    * bridge learns it */
	uint32_t mtu;
	uint32_t peer;	 /* veth: the other end's dev; both ends are in the list */
	uint32_t master; /* dev that it is enslaved to (VRF or bridge), or PLAN_NONE */
	uint32_t table;	 /* VRF: its routing table */
	uint32_t id;	 /* VXLAN: its network, and the outer addresses: */
	struct addr local, remote;
	bool forwards; /* IPv4 packets that come in here may be forwarded */
	bool down;     /* made, and not brought up: what the file says has failed */
	struct pos why;
};

struct plan_addr {
	uint32_t dev;
	struct prefix addr; /* with host bits */
	struct pos why;
};

/* A permanent neighbour. Permanent ones are exempt from the table that all namespaces of the
 * machine share, and no first packet waits for ARP. */
struct plan_neigh {
	uint32_t dev;
	struct addr addr;
	struct mac mac;
	struct pos why;
};

enum plan_route_type { PLAN_UNICAST, PLAN_BLACKHOLE, PLAN_UNREACHABLE };
/* PLAN_FOREIGN: of somebody else; only in what a kernel holds. */
enum plan_protocol { PLAN_STATIC, PLAN_BGP, PLAN_FOREIGN };

struct plan_hop {
	uint32_t dev;
	struct addr via; /* family 0: the destination is on the link */
	bool onlink;	 /* `via` is a neighbour, though no address of the device says so */
};

struct plan_route {
	uint32_t netns;
	uint32_t table; /* RT_TABLE_MAIN, or a VRF's */
	struct prefix prefix;
	enum plan_route_type type;
	enum plan_protocol protocol;
	uint32_t metric;     /* 0: the kernel's default */
	uint32_t hop, nhops; /* hops[hop .. hop + nhops) */
	struct addr source;  /* of what the namespace itself sends; family 0: the kernel's choice */
	struct pos why;
};

struct plan_qdisc { /* netem at a device's egress */
	uint32_t dev;
	struct impairment what;
	struct pos why;
};

/* A wire of the delay line: two devices in the delay line's namespace. */
struct plan_wire {
	const char *name;
	uint32_t dev[2];
	struct impairment to[2]; /* [i]: of frames that leave by dev[i] */
	struct pos why;
};

enum filter_kind {
	FILTER_SOURCES, /* packets that come in by `dev` may only come from the prefixes; others are
			 * dropped without a word, forwarded ones and those for the device's own
			 * namespace. The list has the addresses of the link itself, too, so that
			 * the far router's ICMP errors pass. IPv6 link-local sources (neighbour
			 * discovery) always pass. */
	FILTER_STRANGERS, /* ICMP messages of a TTL that ran out are dropped when they come in by
			   * `dev` from the prefixes */
	FILTER_MUTE,	  /* the namespace's own such messages do not leave by `dev` */
	FILTER_KEEP_TTL /* no filter: what comes in by `dev` is forwarded with the TTL that it has,
			 * and a TTL of 1 does not run out */
};

struct plan_filter {
	enum filter_kind kind;
	uint32_t dev;
	bool whole; /* FILTER_MUTE, FILTER_KEEP_TTL: every device of dev's namespace */
	bool ipv6;  /* ... and IPv6 packets, too */
	const struct prefix *from; /* networks, without host bits; not empty where they count */
	size_t nfrom;
	const char *reason; /* for people: "peering a-b: allow-forwarded-traffic is off in 'b'" */
	struct pos why;
};

/* What a NAT does to IPv4 packets that cross `dev`, its outside: of those that leave, the source
 * `inside` becomes `outside`, and of those that come in the destination the other way round. The
 * one with an `inside` of family 0 is for all other sources, and only for flows from inside. What
 * belongs to no flow that the NAT knows is dropped. */
struct plan_nat {
	uint32_t dev;
	struct addr outside, inside;
	struct pos why;
};

/* What is listened to in a namespace. */
struct plan_service {
	uint32_t netns;
	bool udp;
	uint16_t port;
	struct pos why;
};

/* Where a node of the topology lives: for exec, ping and the probes. */
struct plan_node {
	const char *name;
	uint32_t netns;
	uint32_t vrf; /* dev, or PLAN_NONE: the namespace's main table */
};

struct plan {
	struct arena *arena; /* the model's */
	struct plan_backends backends;
	VEC(struct plan_netns) netns;
	VEC(struct plan_sysctl) sysctls; /* grouped by namespace, ascending; so are ... */
	VEC(struct plan_dev) devs;	 /* (masters before what they enslave) */
	VEC(struct plan_addr) addrs;
	VEC(struct plan_neigh) neighs;
	VEC(struct plan_route) routes;
	VEC(struct plan_qdisc) qdiscs;
	VEC(struct plan_filter) filters;
	VEC(struct plan_nat) nats;
	VEC(struct plan_service) services; /* ... up to here */
	VEC(struct plan_hop) hops;
	VEC(struct plan_wire) wires;
	VEC(struct plan_node) nodes; /* in the fabric's order; so are ... */
	VEC(uint32_t) dev_of_iface;  /* ... the devices of its interfaces */
	uint32_t relay_netns;	     /* of the delay line, or PLAN_NONE: no wires */
	const char *hosts;	     /* the text of every node's /etc/hosts */
};

/* Says what the kernel must hold for the fabric and its routes. Never fails. */
struct plan *plan_build(const struct fabric *f, const struct routes *r,
			struct plan_backends backends);
void plan_free(struct plan *p); /* NULL is fine */

/* The same in two steps, so that a lab can be begun while its routes are still computed: a plan
 * without routes, then another one that adds them and shares all else. Not for a fabric where
 * something else follows from routes, too: how much goes through a tunnel, and who is a stranger at
 * an edge. */
bool plan_needs_routes(const struct fabric *f);
struct plan *plan_begin(const struct fabric *f, struct plan_backends backends);
struct plan *plan_with_routes(const struct plan *begun, const struct fabric *f,
			      const struct routes *r);

/* The plan as text, in the words of iproute2, in a stable order. */
void plan_text(const struct plan *p, struct text *out);

struct plan_counts {
	size_t netns, devs, links, addrs, neighs, routes, qdiscs, wires, sysctls, filters;
};
struct plan_counts plan_count(const struct plan *p);

#endif
