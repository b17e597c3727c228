/* reason.h - inside the routing room: why a packet went no further. */
#ifndef ROUTING_REASON_H
#define ROUTING_REASON_H

#include "routing/routing.h"

struct text;

/* A path that did not arrive, as one sentence: where it ended, and what kept the route away. */
void reason_say(const struct routes *r, const struct path *p, const struct addr *dst,
		struct text *out);

#endif
