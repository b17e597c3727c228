/* SPDX-License-Identifier: GPL-2.0-or-later */
/* transition.h - changes a running lab from one world to the next: at once, or as routers
 * converge. */
#ifndef STORY_TRANSITION_H
#define STORY_TRANSITION_H

#include "lab/lab.h"
#include "world/world.h"

struct pending_transition; /* the part of the change that has not converged */

struct transition {
	struct lab_edit *edit;
	int stop; /* a descriptor: when readable, the change is undone; 0: none */

	/* Results. */
	uint64_t took_ns;		    /* time for the kernel's changes, in total */
	uint64_t known_ns;		    /* time until all routers have converged; 0: at once */
	bool interrupted;		    /* by `stop`, a signal or transit_cancel(): undone */
	struct pending_transition *pending; /* NULL: the change is complete */
};

/* Applies the revision to the lab, all or nothing. Applies the first moment at once, and the later
 * ones in a thread: until transit_end() the caller must not change the lab, nor move the revision
 * and its worlds. Returns 0 or -errno, with findings. */
int transit_begin(struct transition *t, const struct revision *rev, struct diag *dg);
/* Asks the thread to undo the change, without a finding. */
void transit_cancel(struct transition *t);
/* Waits for the thread, if any. 0; -EINTR when stopped, -ECANCELED when cancelled, or -errno. */
int transit_end(struct transition *t, struct diag *dg);

/* Undoes changes: changes the lab from the plan that it holds to the plan of `to`, at once and
 * without interruption. Returns 0 or -errno, with findings. */
int transit_back(struct lab_edit *edit, const struct plan *holds, const struct world *to,
		 struct diag *dg);

#endif
