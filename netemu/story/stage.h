/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage.h - plays scenarios on a running lab, step by step, and then restores the lab. */
#ifndef STORY_STAGE_H
#define STORY_STAGE_H

#include "verify/verify.h"
#include "world/world.h"

struct stage;
struct scenario;
struct story_step;
struct transition;

/* Callbacks for the caller; NULL members are skipped. */
struct stage_audience {
	/* Called before a step. Returns false to skip the rest of the scenario. */
	bool (*before)(void *ctx, const struct world *now, const struct story_step *step);
	/* Called after expectations were tried: run->results has theirs from index `first` on. */
	void (*tried)(void *ctx, const struct world *now, const struct story_step *step,
		      const struct test_run *run, size_t first);
	/* Called after a change was made; routers may not have converged yet. */
	void (*changed)(void *ctx, const struct world *before, const struct world *now,
			const struct story_step *step, const struct transition *change);
	/* Called with a change's result, once it has converged or failed. */
	void (*settled)(void *ctx, const struct test_result *result);
	void *ctx;
};

struct stage_options {
	struct verify_options verify;
	struct stage_audience audience;
};

/* Takes the lab's lock. `start` is the running lab's world. It must outlive the stage, as must the
 * arena of the results, the run that they are added to, and the diag. Returns 0; -ENOENT when there
 * is no such lab, or another -errno, with findings. */
int stage_begin(const struct world *start, struct stage_options opt, struct arena *arena,
		struct test_run *run, struct diag *dg, struct stage **ret);

/* Plays a scenario, and then restores the lab, also after an interrupt. Appends a result for each
 * expectation and change, with the scenario as its suite. With timers, the steps after a change run
 * while routers converge; the next change and the end wait until they have. A change that fails
 * ends the scenario, and its remaining steps count as skipped. Returns 0; -EINTR when interrupted,
 * or another -errno when the scenario cannot continue. */
int stage_play(struct stage *st, const struct scenario *s);

/* Releases the lock. Results remain valid until stage_free(). */
void stage_end(struct stage *st);
void stage_free(struct stage *st); /* NULL is fine for both */

#endif
