/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "base/mem.h"
#include "cli/named.h"
#include "kernel/freed.h"
#include "lab/lab.h"

/* Removes one lab. Callers continue after a failure, so that the remaining labs are removed. */
static enum exit_status down_lab(struct invocation *inv, const char *name, lab_names *gone)
{
	int r = lab_down(name, inv->dg);

	if (r == 0)
		vec_push(NULL, gone, xstrdup(name));
	if (r == 0 && !given(inv, OPT_QUIET) && !given(inv, OPT_JSON))
		fprintf(inv->out, "lab '%s' is down\n", name);
	return status_of_lab(r);
}

static enum exit_status worse_status(enum exit_status a, enum exit_status b)
{
	return a > b ? a : b;
}

static enum exit_status down_all_labs(struct invocation *inv, lab_names *gone)
{
	lab_names names = { 0 };
	int r = lab_list(&names, inv->dg);
	enum exit_status status = status_of_lab(r);

	for (each(char *, name, &names)) {
		status = worse_status(status, down_lab(inv, *name, gone));
		free(*name);
	}
	vec_free(&names);
	return status;
}

static enum exit_status down_named_labs(struct invocation *inv, lab_names *gone)
{
	enum exit_status status = EXIT_DONE;

	for (size_t i = 0; i < inv->n; i++)
		status = worse_status(status, down_lab(inv, inv->args[i], gone));
	return status;
}

enum exit_status cmd_down(struct invocation *inv)
{
	enum exit_status status;
	lab_names gone = { 0 };

	if (given(inv, OPT_ALL) == (inv->n > 0)) {
		mistake(inv, "arguments", "'down' wants the names of labs, or --all");
		diag_hint(inv->dg, "'netemu list' names the labs");
		return EXIT_MISTAKE;
	}
	status = given(inv, OPT_ALL) ? down_all_labs(inv, &gone) : down_named_labs(inv, &gone);
	if (given(inv, OPT_JSON))
		report_removed_json(inv->out, &gone);
	for (each(char *, name, &gone))
		free(*name);
	vec_free(&gone);
	if (given(inv, OPT_WAIT))
		status = worse_status(status, status_of(kernel_wait_freed(inv->dg), EXIT_BROKE));
	return status;
}
