/* SPDX-License-Identifier: GPL-2.0-or-later */
/* timers.h - how late routers notice that a neighbour has gone, or is back.
 *
 * A path that is cut somewhere between two routers leaves both their interfaces up: each goes on
 * sending into the cut until its session is declared dead, by BFD where the two speak it, by BGP's
 * hold time where not. Links without a session, and what somebody configures, are known at once.
 */
#ifndef ROUTING_TIMERS_H
#define ROUTING_TIMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fabric/fabric.h"

/* What is known at each moment between a change of the network and the time when all routers know
 * of it. */
struct convergence;

/* From `before` to `after`, whose links and sessions it marks (`down`) with what is known; both
 * must outlive it. Times are the real ones divided by `speed`. */
struct convergence *convergence_begin(const struct fabric *before, struct fabric *after,
				      uint32_t speed);
/* Marks the links and sessions as they are. NULL is fine. */
void convergence_end(struct convergence *c);

/* The moments at which something becomes known, in ascending order; the first is 0, and from the
 * last on all is known. */
size_t convergence_moments(const struct convergence *c);
uint64_t convergence_at(const struct convergence *c, size_t moment);

/* Marks links and sessions as routers know them from this moment on. */
void convergence_mark(struct convergence *c, size_t moment);

/* Whether a link is down at this moment without the routers' knowing. */
bool convergence_is_dark(const struct convergence *c, uint32_t link, size_t moment);

#endif
