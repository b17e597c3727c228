/* SPDX-License-Identifier: GPL-2.0-or-later */
/* read.h - reads the state of a namespace as plain data: through libnl's caches, and netem through
 * libmnl (libnl supports neither its rate nor its 64-bit times).
 */
#ifndef KERNEL_READ_H
#define KERNEL_READ_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "net/addr.h"

struct seen_link {
	uint32_t ifindex, mtu;
	uint32_t master; /* ifindex, or 0 */
	char name[IFNAMSIZ], kind[16];
	struct mac mac;
	bool up, forwards;
	bool unplugged; /* without a carrier: its other end is down */
	uint32_t id;	/* of a VXLAN device: the VNI, and the outer addresses: */
	struct addr local, remote;
};

struct seen_addr {
	uint32_t ifindex;
	struct prefix addr;
};

struct seen_network { /* a connected route, which the kernel made for an address */
	uint32_t ifindex;
	struct prefix prefix;
};

struct seen_neigh { /* a permanent one */
	uint32_t ifindex;
	struct addr addr;
	struct mac mac;
};

struct seen_hop {
	uint32_t ifindex;
	struct addr via;
};

struct seen_route { /* not those that the kernel derives from addresses */
	uint32_t table, metric;
	uint8_t type; /* RTN_UNICAST ... */
	struct prefix prefix;
	uint32_t hop, nhops;
};

struct seen_netem { /* in the kernel's own units */
	uint32_t ifindex;
	uint64_t delay_ns, jitter_ns, rate; /* rate: bytes per second */
	uint32_t loss, duplicate, reorder;  /* of 2^32 - 1 */
};

struct seen {
	VEC(struct seen_link) links; /* without lo */
	VEC(struct seen_addr) addrs;
	VEC(struct seen_network) networks;
	VEC(struct seen_neigh) neighs;
	VEC(struct seen_hop) hops;
	VEC(struct seen_route) routes;
	VEC(struct seen_netem) netems;
};

/* Reads the namespace `ns` (a descriptor). Returns 0 or -errno; the caller releases `ret` in either
 * case. */
int kernel_read(int ns, struct seen *ret);
void seen_release(struct seen *s);

const struct seen_link *seen_link_named(const struct seen *s, const char *name);
const struct seen_link *seen_link_at(const struct seen *s, uint32_t ifindex);

/* Returns an address of a link that is up whose connected route has been removed, or NULL. */
const struct seen_addr *seen_lost_network(const struct seen *s, const struct seen_link *l);

#endif
