/* SPDX-License-Identifier: GPL-2.0-or-later */
/* touch.h - inside the routing room: which packets a change may affect. It affects few, and to find
 * these costs far less than to follow every packet through both networks. */
#ifndef ROUTING_TOUCH_H
#define ROUTING_TOUCH_H

#include "routing/routing.h"

struct touch;

/* Nodes and interfaces of the two correspond by name. */
struct touch *touch_new(const struct routes *before, const struct routes *after);
void touch_free(struct touch *t); /* NULL is fine */

/* Counts the forwarding entries that were added, removed or changed, and the nodes that hold
 * them. */
size_t touch_routes(const struct touch *t, size_t *ret_routers);

/* Whether a change may affect packets from a machine to another, both nodes of `before`. If it is
 * false in both directions, packets between the two, on all equally good paths, are forwarded as
 * before the change. Ask for all senders of one receiver before the next receiver: each new
 * receiver clears what is known. */
bool touch_way(struct touch *t, uint32_t from, uint32_t to);

#endif
