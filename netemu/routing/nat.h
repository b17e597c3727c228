/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nat.h - inside the routing room: how NATs translate packets. The first packet of a flow creates
 * state in the NAT; replies return through the same NAT, or are dropped. */
#ifndef ROUTING_NAT_H
#define ROUTING_NAT_H

#include "routing/routing.h"

/* Translates a packet that arrives at a node by the interface `in` (NONE: the node sends it).
 * `flow`: the translations of the flow that the packet answers; NULL: it opens a flow. Adds the
 * translation to `made`, unless that is NULL. False: the NAT has no state for the flow and drops
 * the packet. */
bool nat_arrive(const struct fabric *f, uint32_t node, uint32_t in, const translation_list *flow,
		struct packet *p, translation_list *made);

/* Likewise for a packet that leaves the node by `out`. */
bool nat_leave(const struct fabric *f, uint32_t node, uint32_t in, uint32_t out,
	       const translation_list *flow, struct packet *p, translation_list *made);

/* Whether the interface is a NAT's outside. */
bool nat_outside(const struct fabric *f, uint32_t iface);

/* Whether the node is a host on the internet, which knows others by their public addresses. */
bool nat_is_outside(const struct fabric *f, uint32_t node);

/* The public address of a host with the private one, or NULL. */
const struct addr *nat_public(const struct fabric *f, uint32_t host, const struct addr *own);

#endif
