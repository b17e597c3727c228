/* SPDX-License-Identifier: GPL-2.0-or-later */
/* transition.h - a running lab from one world to the next: at once, or as late as routers
 * notice. */
#ifndef STORY_TRANSITION_H
#define STORY_TRANSITION_H

#include "lab/lab.h"
#include "world/world.h"

struct pending_transition; /* what routers are still to notice */

struct transition {
	struct lab_edit *edit;
	int stop; /* a descriptor: once it is readable, all is taken back; 0: none */

	/* Filled in. */
	uint64_t took_ns;		    /* by the kernel, all together */
	uint64_t known_ns;		    /* after how long all routers know; 0: at once */
	bool interrupted;		    /* by the descriptor, or a signal: all was taken back */
	struct pending_transition *pending; /* NULL: nothing is left to be done */
};

/* Makes the revision of the lab: all or nothing. Does what is known at once, and leaves the rest to
 * a thread of its own: until transit_end() nobody else may change the lab, and the revision and its
 * worlds stay where they are. 0 or -errno, with findings. */
int transit_begin(struct transition *t, const struct revision *rev, struct diag *dg);
/* Nobody needs the rest: it is taken back, as when told to stop, and without a word. */
void transit_cancel(struct transition *t);
/* Waits for that, if anything was left; likewise. -EINTR: told to stop; -ECANCELED: cancelled. */
int transit_end(struct transition *t, struct diag *dg);

/* From a plan that the lab holds back to a world, at once and not to be interrupted: to take
 * changes back. 0 or -errno, with findings. */
int transit_back(struct lab_edit *edit, const struct plan *holds, const struct world *to,
		 struct diag *dg);

#endif
