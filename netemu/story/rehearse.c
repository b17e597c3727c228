/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "story/rehearse.h"

#include <errno.h>

#include "base/mem.h"
#include "fabric/fabric.h"
#include "model/model.h"
#include "topology/topology.h"

struct rehearsal {
	const struct world *start;
	const struct scenario *story;
	change_list changes; /* the valid ones so far */
	struct arena *arena;
	struct diag *dg;
};

/* Repeats errors only: the file's warnings are known, and those about failed objects are
 * intended. */
static void rehearse_report_errors(const struct rehearsal *rh, const struct story_step *step,
				   const struct diag *heard)
{
	bool elsewhere = false;

	for (size_t i = 0; i < diag_count(heard); i++) {
		const struct finding *f = diag_at(heard, i);

		if (f->level != DIAG_ERROR)
			continue;
		diag_error(rh->dg, f->at, f->code, f->id, "%s", f->text);
		if (f->hint)
			diag_hint(rh->dg, "%s", f->hint);
		elsewhere |= f->at.line < step->pos.line;
	}
	if (elsewhere)
		diag_note(rh->dg, step->pos, "scenario",
			  "that is so after this step of scenario '%s'", rh->story->name);
}

/* The fabric after the changes so far; NULL when they are invalid. */
static struct fabric *rehearse_compile(const struct rehearsal *rh, struct diag *dg)
{
	struct model *m = topology_model(rh->start->topology, &rh->changes, dg);
	struct fabric *f = m ? fabric_compile(m, dg) : NULL;

	if (!f)
		model_free(m);
	return f;
}

static void rehearse_close_fabric(struct fabric *f)
{
	struct model *m = f ? (struct model *)f->model : NULL;

	fabric_free(f);
	model_free(m);
}

static void rehearse_step(struct rehearsal *rh, const struct story_step *step)
{
	struct diag *heard = diag_new();
	change_list before = { 0 };
	struct fabric *f;

	for (each(const struct change, c, &rh->changes))
		vec_push(rh->arena, &before, *c);
	if (step->kind == STEP_CHANGE)
		changes_add(&rh->changes, &step->change, rh->arena);
	f = rehearse_compile(rh, heard);
	for (each(const struct expectation, e, &step->expect))
		if (f)
			fabric_knows(f, e, heard);
	if (!f)
		rh->changes = before;
	rehearse_report_errors(rh, step, heard);
	rehearse_close_fabric(f);
	diag_free(heard);
}

int rehearse(const struct world *w, struct diag *dg)
{
	size_t errors = diag_errors(dg);

	for (each(const struct scenario, s, &w->model->scenarios)) {
		struct rehearsal rh = { .start = w, .story = s, .dg = dg };

		rh.arena = arena_new();
		for (each(const struct story_step, step, &s->steps))
			if (step->kind == STEP_CHANGE || step->kind == STEP_EXPECT)
				rehearse_step(&rh, step);
		arena_free(rh.arena);
	}
	return diag_errors(dg) > errors ? -EBADMSG : 0;
}
