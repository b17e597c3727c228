/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "base/clock.h"
#include "cli/backends.h"
#include "cli/named.h"
#include "cli/progress.h"
#include "fabric/fabric.h"
#include "kernel/features.h"

static enum exit_status up_load_file(struct world *w, struct invocation *inv)
{
	enum exit_status status =
		status_of_world(world_begin(w, inv->args[0], inv->value[OPT_HOPS], inv->dg));

	return status == EXIT_DONE ? backends_plan(w, inv) : status;
}

static enum exit_status up_build_lab(struct world *w, const char *name, struct invocation *inv)
{
	pid_t counter = progress_begin(inv, "building the lab");
	int r = world_up(w, name, LAB_UNTIL_DOWN, inv->dg);

	progress_end(counter);
	return r == -EEXIST ? EXIT_MISTAKE : status_of_world(r);
}

enum exit_status cmd_up(struct invocation *inv)
{
	struct report r = report_of(inv);
	uint64_t start = clock_ns();
	own_world w = { 0 };
	enum exit_status status = named_new(inv);
	const char *name;

	if (status != EXIT_DONE)
		return status;
	(void)features_begin(); /* started early; features_find() reports a failure */
	status = up_load_file(&w, inv);
	name = status != EXIT_DONE    ? NULL
	       : given(inv, OPT_NAME) ? inv->value[OPT_NAME]
				      : world_name(&w);
	if (status == EXIT_DONE)
		status = up_build_lab(&w, name, inv);
	features_end();
	if (status != EXIT_DONE)
		return status;
	if (!given(inv, OPT_QUIET) || r.json)
		report_up(&r, name, w.plan, clock_ns() - start);
	backends_note(inv, w.plan, w.fabric->chassis.n);
	return EXIT_DONE;
}
