/* transition.h - a running lab from one world to the next: at once, or as late as routers notice. */
#ifndef CLI_TRANSITION_H
#define CLI_TRANSITION_H

#include "cli/world.h"
#include "lab/lab.h"

struct pending; /* what routers are still to notice */

struct transition {
	struct lab_edit *edit;
	int stop; /* a descriptor: once it is readable, all is taken back; 0: none */

	/* Filled in. */
	uint64_t took_ns;  /* by the kernel, all together */
	uint64_t known_ns; /* after how long all routers know; 0: at once */
	bool interrupted;  /* by the descriptor, or a signal: all was taken back */
	struct pending *pending; /* NULL: nothing is left to be done */
};

/* Makes the lab what `to` says, whose plan stands for the same lab. All or nothing. */
enum exit_status transit(struct transition *t, const struct world *from, struct world *to,
			 struct invocation *inv);

/* The same in two steps: does what is known at once, and leaves the rest to a thread of its own.
 * Until transit_end() nobody else may change the lab, and both worlds stay where they are. */
enum exit_status transit_begin(struct transition *t, const struct world *from, struct world *to,
			       struct invocation *inv);
/* Nobody needs the rest: it is taken back, as when told to stop, and without a word. */
void transit_cancel(struct transition *t);
/* Waits for that, if anything was left. */
enum exit_status transit_end(struct transition *t, struct invocation *inv);

/* At once and not to be interrupted: to take changes back. */
enum exit_status transit_back(struct lab_edit *edit, const struct plan *holds,
			      const struct world *to, struct invocation *inv);

#endif
