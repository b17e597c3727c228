/* SPDX-License-Identifier: GPL-2.0-or-later */
/* touch.h - inside the routing room: which packets may fare otherwise after a change. Most do not,
 * and it takes far less to tell than to follow each of them through both networks. */
#ifndef ROUTING_TOUCH_H
#define ROUTING_TOUCH_H

#include "routing/routing.h"

struct touch;

/* Nodes and interfaces of the two are the same when their names are. */
struct touch *touch_new(const struct routes *before, const struct routes *after);
void touch_free(struct touch *t); /* NULL is fine */

/* Forwarding entries that came, went or lead elsewhere, and the nodes that hold them. */
size_t touch_routes(const struct touch *t, size_t *ret_routers);

/* One way from a machine to another, both named by `before`. When neither their way there nor the
 * one back is touched, packets between the two, by all the equally good ways of them, do after the
 * change what they did before it. Whoever asks of many asks for one receiver after the other. */
bool touch_way(struct touch *t, uint32_t from, uint32_t to);

#endif
