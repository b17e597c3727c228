/* SPDX-License-Identifier: GPL-2.0-or-later */
/* walk.h - inside the routing room: one hop of a packet, for the files that follow packets. */
#ifndef ROUTING_WALK_H
#define ROUTING_WALK_H

#include "routing/routing.h"

/* The interface that a hop leads to: the next router's, or on the last link the one that has the
 * address. NONE: none there has it. */
uint32_t walk_target(const struct fabric *f, const struct fib_hop *hop, const struct addr *to);

/* The one-way delay from an interface to a neighbouring one; lowers *mtu, unless mtu is NULL, to
 * that of the links. A tunnel on the hop has the delay of its underlay path. */
uint64_t walk_delay(const struct routes *r, uint32_t iface, uint32_t far, uint32_t *mtu);

/* The tunnel that makes a hop lead nowhere, because it has no underlay path or is cut off; or
 * NULL. */
const struct tunnel *walk_cut(const struct routes *r, uint32_t iface, uint32_t far);

/* The first tunnel that a hop crosses, or NULL. */
const struct tunnel *walk_tunnel(const struct fabric *f, uint32_t iface, uint32_t far);

/* Finds the underlay paths of all tunnels, and warns of tunnels that have none. */
void walk_tunnels(struct routes *r, struct diag *dg);

/* The link of a hop whose far end refuses packets from `src`, or NULL. Unless ret_end is NULL,
 * *ret_end is that end of the link. */
const struct fabric_link *walk_bar(const struct fabric *f, uint32_t iface, uint32_t far,
				   const struct addr *src, uint32_t *ret_end);

/* Whether one of the node's interfaces has the address. */
bool walk_owns(const struct fabric *f, uint32_t node, const struct addr *a);

/* Whether a path's packet loses a TTL at its i-th node: the sender and transparent interfaces take
 * none. */
bool walk_takes_ttl(const struct fabric *f, const struct path *p, size_t i);

/* Follows any packet from a node to another. `flow`: the flow that it answers; NULL: it opens
 * one. */
void walk_packet(const struct routes *r, uint32_t from, uint32_t to, struct packet p,
		 const translation_list *flow, struct path *ret);

#endif
