/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/backends.h"
#include "cli/named.h"

/* Prints what the file would change in a lab. Objects keep the numbers that the lab has
 * assigned. */
static enum exit_status plan_print_diff(struct invocation *inv)
{
	struct report r = report_of(inv);
	own_world now = { 0 }, next = { 0 };
	own_revision rev = { 0 };
	enum exit_status status = named_lab(&now, inv->value[OPT_DIFF], inv);

	if (status == EXIT_DONE)
		status = status_of_world(world_renew(&now, inv->args[0], &next, inv->dg));
	if (status != EXIT_DONE)
		return status;
	rev = revision_of(&now, &next);
	report_plan_diff(&r, now.lab->name, rev.diff);
	return EXIT_DONE;
}

enum exit_status cmd_plan(struct invocation *inv)
{
	struct report r = report_of(inv);
	own_world w = { 0 };
	enum exit_status status;

	if (given(inv, OPT_DIFF))
		return plan_print_diff(inv);
	status = named_file(&w, inv->args[0], inv);
	if (status == EXIT_DONE)
		status = backends_plan(&w, inv);
	if (status != EXIT_DONE)
		return status;
	if (given(inv, OPT_COUNTS))
		report_plan_counts(&r, world_name(&w), w.plan);
	else
		report_plan(&r, world_name(&w), w.plan);
	return EXIT_DONE;
}
