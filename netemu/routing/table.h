/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.h - inside the routing room: forwarding tables from connected, configured and learned
 * routes. */
#ifndef ROUTING_TABLE_H
#define ROUTING_TABLE_H

#include "routing/routing.h"

void fib_build_all(struct routes *r);

#endif
