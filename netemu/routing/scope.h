/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scope.h - which prefixes a change can touch, told from the two networks before any route is
 * computed. */
#ifndef ROUTING_SCOPE_H
#define ROUTING_SCOPE_H

#include <stdbool.h>
#include <stddef.h>

#include "fabric/fabric.h"
#include "net/addr.h"

struct scope {
	const struct prefix *v; /* ascending, each once */
	size_t n;
};

/* The prefixes whose routes may differ at some node, and those to which a route leads over an
 * interface that is shaken, which is told of each interface of `is`. To any other prefix a node of
 * both holds the same routes in both, and a node of one none. It lives as long as `is`. NULL: any
 * prefix may be touched, or so many are that to leave the others out saves little. */
const struct scope *scope_of_change(const struct fabric *was, const struct fabric *is,
				    const bool *shaken);

bool scope_has(const struct scope *s, const struct prefix *p);

#endif
