/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trail.h - the path that packets took: a trace, completed by the prediction where a hop did not
 * answer, and compared with the expected path.
 *
 * Pure. A silent hop is taken from the prediction if no answer contradicts the prediction.
 * Otherwise the hop stays unknown, and matches no name of an expectation.
 */
#ifndef VERIFY_TRAIL_H
#define VERIFY_TRAIL_H

#include "fabric/fabric.h"
#include "model/model.h"
#include "probe/trace.h"
#include "routing/routing.h"

struct waypoint {
	uint32_t node;	/* NONE: unknown */
	struct addr by; /* the address that answered; family 0: none */
};

struct trail {
	VEC(struct waypoint) points; /* without the sender; heap */
	bool arrived;
	uint32_t hops;	 /* hops that cost a TTL, and the target; 0: not known */
	const char *end; /* of a trail that did not arrive: "refused"; NULL: no answer */
};

/* Makes a trail from a trace and the predicted path. `answered`: the target answered a probe of
 * another kind, so it may be up and yet not answer a trace. Release it with trail_release(). */
void trail_make(const struct fabric *f, const struct path *said, const struct trace *seen,
		bool answered, struct trail *ret);
void trail_release(struct trail *t);

/* True when the trail is the expected path. A step that names an object matches one or more of its
 * nodes in a row; a step that names a node matches that node. The sender may be omitted. */
bool trail_follows(const struct fabric *f, const struct trail *t, uint32_t from,
		   const struct expectation *e);

/* The first node that has the name, or belongs to an object of that name; or NONE. */
uint32_t trail_passes(const struct fabric *f, const struct trail *t, const char *name);

/* True when one trail is the reverse of the other. An unknown hop equals no other. */
bool trail_is_reverse(const struct trail *there, uint32_t from, const struct trail *back,
		      uint32_t to);

/* "dc1.ce, (hub.fabric), *, hub.app": a node in parentheses is predicted and did not answer. */
char *trail_text(const struct fabric *f, const struct trail *t, struct arena *arena);

#endif
