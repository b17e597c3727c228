/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan.h - the kernel objects of a lab, as plain data: the narrow waist of netemu.
 *
 * The code above it computes plans and is tested without privileges; the code below it applies
 * them: `netemu plan` prints a plan, `up` creates its objects, `down` removes them, `status`
 * compares the kernel with it. Parts refer to each other by index. Each has the position in the
 * user's file that it comes from (`why`), so that an error of the kernel can name a line.
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

/* The kernel feature chosen for each purpose. */
enum vrf_backend { VRF_DEVICE, VRF_NAMESPACE };
enum delay_backend { DELAY_NETEM, DELAY_RELAY };
enum rules_backend { RULES_NFTABLES, RULES_IPTABLES }; /* of filters and NATs */

struct plan_backends {
	enum vrf_backend vrf;
	enum delay_backend delay;
	enum rules_backend rules;
};

struct plan_netns {
	const char *name; /* without the lab's name: "pc-a.web"; the namespace is <lab>.<name> */
	struct pos why;
};

/* A sysctl of one namespace: "net/ipv4/icmp_ratelimit" below /proc/sys. */
struct plan_sysctl {
	uint32_t netns;
	const char *key, *value;
	bool optional; /* ignored if the kernel lacks it */
};

enum plan_dev_kind { DEV_VETH, DEV_BRIDGE, DEV_VRF, DEV_VXLAN };

struct plan_dev {
	enum plan_dev_kind kind;
	uint32_t netns;
	const char *name;  /* at most 15 bytes, unique in its namespace */
	const char *full;  /* alternative name, or NULL */
	uint32_t ifindex;  /* chosen by the plan, unique in its namespace, from 2 on */
	struct mac mac;	   /* all zero for a VRF: the kernel's choice */
	struct mac behind; /* bridge port: a static FDB entry for this MAC; all zero: the bridge
			    * learns */
	uint32_t mtu;
	uint32_t peer;	 /* veth: the other end's dev; both ends are in the list */
	uint32_t master; /* dev that it is enslaved to (VRF or bridge), or PLAN_NONE */
	uint32_t table;	 /* VRF: its routing table */
	uint32_t id;	 /* VXLAN: its network, and the outer addresses: */
	struct addr local, remote;
	bool forwards; /* IPv4 packets that come in here may be forwarded */
	bool down;     /* created, but not brought up: failed according to the user's file */
	struct pos why;
};

struct plan_addr {
	uint32_t dev;
	struct prefix addr; /* with host bits */
	struct pos why;
};

/* A permanent neighbour. Permanent entries do not count towards the neighbour table's limit, which
 * all namespaces share, and the first packet does not wait for ARP. */
struct plan_neigh {
	uint32_t dev;
	struct addr addr;
	struct mac mac;
	struct pos why;
};

enum plan_route_type { PLAN_UNICAST, PLAN_BLACKHOLE, PLAN_UNREACHABLE };
/* PLAN_FOREIGN: any other protocol; occurs only in a plan read from the kernel. */
enum plan_protocol { PLAN_STATIC, PLAN_BGP, PLAN_FOREIGN };

struct plan_hop {
	uint32_t dev;
	struct addr via; /* family 0: the destination is on the link */
	bool onlink;	 /* `via` is on the link, but in no subnet of the device's addresses */
};

struct plan_route {
	uint32_t netns;
	uint32_t table; /* RT_TABLE_MAIN, or a VRF's */
	struct prefix prefix;
	enum plan_route_type type;
	enum plan_protocol protocol;
	uint32_t metric;     /* 0: the kernel's default */
	uint32_t hop, nhops; /* hops[hop .. hop + nhops) */
	struct addr source;  /* preferred source address; family 0: the kernel's choice */
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
	/* Silently drops packets that come in by `dev` unless their source is in the prefixes, both
	 * forwarded packets and those for the namespace itself. The prefixes include the addresses
	 * of the link, so that the far router's ICMP errors pass. IPv6 link-local sources
	 * (neighbour discovery) always pass. */
	FILTER_SOURCES,
	/* Drops ICMP time-exceeded messages that come in by `dev` from the prefixes. */
	FILTER_STRANGERS,
	/* Drops the namespace's own time-exceeded messages that leave by `dev`. */
	FILTER_MUTE,
	/* Not a filter: packets that come in by `dev` are forwarded with their TTL unchanged, even
	 * a TTL of 1. */
	FILTER_KEEP_TTL
};

struct plan_filter {
	enum filter_kind kind;
	uint32_t dev;
	bool whole; /* FILTER_MUTE, FILTER_KEEP_TTL: every device of dev's namespace */
	bool ipv6;  /* likewise: IPv6 packets, too */
	const struct prefix *from; /* FILTER_SOURCES, FILTER_STRANGERS: not empty, no host bits */
	size_t nfrom;
	const char *reason; /* for messages: "peering a-b: allow-forwarded-traffic is off in 'b'" */
	struct pos why;
};

/* NAT of IPv4 packets that cross `dev`, its outside: in outgoing packets the source `inside`
 * becomes `outside`, in incoming packets the destination `outside` becomes `inside`. With an
 * `inside` of family 0 it is for all other sources, and only for flows opened from inside. Packets
 * that belong to no flow of the NAT are dropped. */
struct plan_nat {
	uint32_t dev;
	struct addr outside, inside;
	struct pos why;
};

/* A port to listen on in a namespace. */
struct plan_service {
	uint32_t netns;
	bool udp;
	uint16_t port;
	struct pos why;
};

/* The namespace and the VRF of a node: for exec, ping and the probes. */
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
	VEC(struct plan_dev) devs;	 /* (masters before their ports) */
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

/* Builds the plan of a fabric and its routes. Never fails. */
struct plan *plan_build(const struct fabric *f, const struct routes *r,
			struct plan_backends backends);
void plan_free(struct plan *p); /* NULL is fine */

/* plan_build() in two steps, so that a lab can be begun while its routes are computed: plan_begin()
 * builds a plan without routes, plan_with_routes() a second one that adds them and shares the rest.
 * Not for a fabric with plan_needs_routes(): there, other parts depend on routes, too (the MTU of a
 * tunnel, the unknown prefixes at an edge). */
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
