/* SPDX-License-Identifier: GPL-2.0-or-later */
/* walk.h - inside the routing room: one hop of a packet, for whoever follows packets. */
#ifndef ROUTING_WALK_H
#define ROUTING_WALK_H

#include "routing/routing.h"

/* The interface that a hop leads to: the next router's, or on the last link the one that bears
 * the address. NONE: nobody there does. */
uint32_t walk_target(const struct fabric *f, const struct fib_hop *hop, const struct addr *to);

/* One way from an interface to a neighbouring one; *mtu, when not NULL, shrinks to the links'. A
 * tunnel on the hop costs what the way below it does. */
uint64_t walk_delay(const struct routes *r, uint32_t iface, uint32_t far, uint32_t *mtu);

/* The tunnel of a hop that has no way below it, or NULL: the hop leads nowhere. */
const struct tunnel *walk_cut(const struct routes *r, uint32_t iface, uint32_t far);

/* The first tunnel that a hop crosses, or NULL. */
const struct tunnel *walk_tunnel(const struct fabric *f, uint32_t iface, uint32_t far);

/* Finds the ways below all tunnels, and says of those that have none. */
void walk_tunnels(struct routes *r, struct diag *dg);

/* The link of a hop whose far end does not let packets from `src` in, or NULL. Which end it is
 * goes to *ret_end, unless that is NULL. */
const struct fabric_link *walk_bar(const struct fabric *f, uint32_t iface, uint32_t far,
				   const struct addr *src, uint32_t *ret_end);

/* Whether one of the node's interfaces bears the address. */
bool walk_owns(const struct fabric *f, uint32_t node, const struct addr *a);

/* Whether a path's packet loses a TTL at its i-th node: the sender, and what is transparent, take
 * none. */
bool walk_takes_ttl(const struct fabric *f, const struct path *p, size_t i);

/* Follows any packet from a node to another, as the answer to `flow` (NULL: to nothing). */
void walk_packet(const struct routes *r, uint32_t from, uint32_t to, struct packet p,
		 const translation_list *flow, struct path *ret);

#endif
