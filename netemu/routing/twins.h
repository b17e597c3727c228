/* SPDX-License-Identifier: GPL-2.0-or-later */
/* twins.h - inside the routing room: what is the same in two networks, of which one has come of the
 * other. Names tell, for indices shift. */
#ifndef ROUTING_TWINS_H
#define ROUTING_TWINS_H

#include "fabric/fabric.h"

struct twins { /* of each node, of each interface of the old network: the new one's, or NONE */
	uint32_t *node, *iface;
};

void twins_find(const struct fabric *was, const struct fabric *is, struct twins *ret);
void twins_release(struct twins *t);

#endif
