/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nat.h - inside the routing room: what NATs make of packets. Only the first packet of a flow opens
 * a way through; its answers go back by the same NAT, or are dropped. */
#ifndef ROUTING_NAT_H
#define ROUTING_NAT_H

#include "routing/routing.h"

/* A packet has come to a node by the interface `in` (NONE: it begins there). `flow`: the way of
 * the flow that it answers; NULL: it opens one. What is done is added to `made`, if not NULL.
 * False: the NAT knows no such flow and drops it. */
bool nat_arrive(const struct fabric *f, uint32_t node, uint32_t in, const translation_list *flow,
		struct packet *p, translation_list *made);

/* ... and leaves it by `out`. */
bool nat_leave(const struct fabric *f, uint32_t node, uint32_t in, uint32_t out,
	       const translation_list *flow, struct packet *p, translation_list *made);

/* Whether the interface is a NAT's outside. */
bool nat_outside(const struct fabric *f, uint32_t iface);

/* Whether the node is a host on the internet, which knows others by their public addresses. */
bool nat_is_outside(const struct fabric *f, uint32_t node);

/* The public address of a host with the private one, or NULL. */
const struct addr *nat_public(const struct fabric *f, uint32_t host, const struct addr *own);

#endif
