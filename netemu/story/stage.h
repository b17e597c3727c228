/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage.h - a running lab on which scenarios are played, step by step; then it is as it was. */
#ifndef STORY_STAGE_H
#define STORY_STAGE_H

#include "verify/verify.h"
#include "world/world.h"

struct stage;
struct scenario;
struct story_step;
struct transition;

/* Who looks on; a member that is NULL is not told. */
struct stage_audience {
	/* Before a step is done. False: enough, what is left of the scenario is not played. */
	bool (*before)(void *ctx, const struct world *now, const struct story_step *step);
	/* Expectations have been tried: the results are run->results from `first` on. */
	void (*tried)(void *ctx, const struct world *now, const struct story_step *step,
		      const struct test_run *run, size_t first);
	/* A change has been made, though routers may still have to notice. */
	void (*changed)(void *ctx, const struct world *before, const struct world *now,
			const struct story_step *step, const struct transition *change);
	/* All routers know of the last change, or it could not be made: its result. */
	void (*settled)(void *ctx, const struct test_result *result);
	void *ctx;
};

struct stage_options {
	struct verify_options verify;
	struct stage_audience audience;
};

/* Takes the lab's lock. The world is the running lab's, and must outlive the stage, as must the
 * arena of the results, the run that they are added to, and the diag. 0; -ENOENT when there is no
 * such lab, or another -errno, with findings. */
int stage_begin(const struct world *start, struct stage_options opt, struct arena *arena,
		struct test_run *run, struct diag *dg, struct stage **ret);

/* Plays a scenario; appends a result for each expectation and change, with the scenario as its
 * suite. Where the file has timers, the steps behind a change go on while routers notice it; the
 * next change, and the end, wait for that. A change that cannot be made ends the scenario, and what
 * is left of it counts as skipped. Then the lab is made again what it was, also when told to stop.
 * 0; -EINTR when told to stop, or another -errno when it cannot go on. */
int stage_play(struct stage *st, const struct scenario *s);

/* Gives the lock back. Results go on to be valid until stage_free(). */
void stage_end(struct stage *st);
void stage_free(struct stage *st); /* NULL is fine for both */

#endif
