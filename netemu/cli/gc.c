/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/named.h"
#include "lab/lab.h"

enum exit_status cmd_gc(struct invocation *inv)
{
	lab_names gone = { 0 };
	int r = lab_gc(&gone, inv->dg);

	if (given(inv, OPT_JSON))
		report_removed_json(inv->out, &gone);
	for (each(char *, name, &gone)) {
		if (!given(inv, OPT_QUIET) && !given(inv, OPT_JSON))
			fprintf(inv->out, "what was left of lab '%s' is removed\n", *name);
		free(*name);
	}
	vec_free(&gone);
	return status_of_lab(r);
}
