/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trail.h - the way that packets took: what a trace saw, with what the prediction knows of hops
 * that do not answer; and whether that is the way that is expected.
 *
 * Pure. A router that did not answer is taken from the prediction if nothing that did answer speaks
 * against it; otherwise it stays unknown, and no name of an expectation is its name.
 */
#ifndef VERIFY_TRAIL_H
#define VERIFY_TRAIL_H

#include "fabric/fabric.h"
#include "model/model.h"
#include "probe/trace.h"
#include "routing/routing.h"

struct waypoint {
	uint32_t node;	/* NONE: unknown */
	struct addr by; /* that answered; family 0: nobody */
};

struct trail {
	VEC(struct waypoint) points; /* behind the sender; heap */
	bool arrived;
	uint32_t hops;	 /* of those that take a TTL, the target among them; 0: not known */
	const char *end; /* how it ended if it did not arrive: "refused"; NULL: in silence */
};

/* From a trace along the way that was predicted; `answered`: the target is known to answer
 * otherwise, though perhaps not to a trace. */
void trail_make(const struct fabric *f, const struct path *said, const struct trace *seen,
		bool answered, struct trail *ret);
void trail_release(struct trail *t);

/* Whether it is the way that the expectation has. A step that names an object stands for one or
 * more of its nodes in a row; one that names a node for that node. The sender may be left out. */
bool trail_follows(const struct fabric *f, const struct trail *t, uint32_t from,
		   const struct expectation *e);

/* The first of its nodes that bears the name or is part of what does, or NONE. */
uint32_t trail_passes(const struct fabric *f, const struct trail *t, const char *name);

/* Whether one way is the other backwards. NONE is equal to nothing. */
bool trail_is_reverse(const struct trail *there, uint32_t from, const struct trail *back,
		      uint32_t to);

/* "dc1.ce, (hub.fabric), *, hub.app": in parentheses what did not answer and was predicted. */
char *trail_text(const struct fabric *f, const struct trail *t, struct arena *arena);

#endif
