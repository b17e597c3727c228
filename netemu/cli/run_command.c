/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/backends.h"
#include "cli/cell.h"
#include "cli/named.h"
#include "cli/privilege.h"

/* Runs the command and returns its exit status unchanged. */
static enum exit_status run_command(const struct cell *c, struct invocation *inv)
{
	struct pos nowhere = { 0 };
	int r = cell_run(c, inv->rest);

	if (r >= 0)
		return (enum exit_status)r;
	diag_error(inv->dg, nowhere, r, "program", "cannot run '%s': %s", inv->rest[0],
		   strerror(-r));
	return EXIT_CANNOT;
}

/* In the cell: builds the lab and runs the command. With a PID namespace the end of the cell
 * removes the lab. */
static enum exit_status run_inside(const struct cell *c, struct world *w, struct invocation *inv)
{
	const char *name = given(inv, OPT_NAME) ? inv->value[OPT_NAME] : world_name(w);
	enum exit_status status;
	int r = world_up(w, name, LAB_UNTIL_EXIT, inv->dg);

	if (r < 0)
		return status_of(r, EXIT_BROKE);
	setenv("NETEMU_LAB", name, 1);
	status = run_command(c, inv);
	if (!c->alone)
		(void)lab_down(name, inv->dg);
	return status;
}

static enum exit_status run_cell(struct world *w, struct invocation *inv)
{
	struct sandbox_refusal why = { 0 };
	struct pos nowhere = { 0 };
	struct cell c;
	int r = cell_enter(&c, &why);

	if (r < 0 && why.error < 0)
		return privilege_refused(inv, &why);
	if (r < 0) {
		diag_error(inv->dg, nowhere, r, "process", "cannot start a process: %s",
			   strerror(-r));
		return EXIT_BROKE;
	}
	if (c.inside)
		return run_inside(&c, w, inv);
	inv->reported = true; /* the child has printed its findings */
	return (enum exit_status)c.status;
}

enum exit_status cmd_run(struct invocation *inv)
{
	own_world w = { 0 };
	enum exit_status status;

	if (!inv->rest)
		return mistake(inv, "arguments", "'run' wants FILE -- COMMAND...");
	status = named_new(inv);
	if (status == EXIT_DONE)
		status = named_file(&w, inv->args[0], inv);
	if (status == EXIT_DONE)
		status = backends_plan(&w, inv);
	return status == EXIT_DONE ? run_cell(&w, inv) : status;
}
