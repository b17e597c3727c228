/* SPDX-License-Identifier: GPL-2.0-or-later */
/* timers.h - when routers notice that a neighbour is gone or is back.
 *
 * When a path is cut between two routers, the interfaces of both stay up: each router goes on
 * sending into the cut until its session is declared dead, by BFD if both use it, else by BGP's
 * hold time. Links without a session, and configured changes, are known at once.
 */
#ifndef ROUTING_TIMERS_H
#define ROUTING_TIMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fabric/fabric.h"

/* What routers know at each moment from a change of the network until all routers know of it. */
struct convergence;

/* Begins the convergence from `before` to `after`. It marks the links and sessions of `after`
 * (`down`) with what routers know; both fabrics must outlive it. Times are the real ones divided by
 * `speed`. */
struct convergence *convergence_begin(const struct fabric *before, struct fabric *after,
				      uint32_t speed);
/* Marks the links and sessions as they really are, and frees `c`. NULL is fine. */
void convergence_end(struct convergence *c);

/* The moments at which something becomes known, in ascending order; the first is 0, and from the
 * last on everything is known. */
size_t convergence_moments(const struct convergence *c);
uint64_t convergence_at(const struct convergence *c, size_t moment);

/* Marks links and sessions as routers know them from this moment on. */
void convergence_mark(struct convergence *c, size_t moment);

/* Whether a link is down at this moment and the routers do not know it. */
bool convergence_is_dark(const struct convergence *c, uint32_t link, size_t moment);

#endif
