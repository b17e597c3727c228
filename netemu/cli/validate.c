/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/text.h"
#include "cli/named.h"
#include "fabric/fabric.h"
#include "report/utf8.h"
#include "story/rehearse.h"
#include "topology/topology.h"

static enum exit_status validate_file(struct invocation *inv, const char *path)
{
	own_world w = { 0 };
	enum exit_status status = named_file(&w, path, inv);

	if (status == EXIT_DONE)
		status = status_of_world(rehearse(&w, inv->dg));
	if (status == EXIT_DONE && !given(inv, OPT_QUIET) && !inv->reported) {
		utf8_print(inv->out, w.topology->name);
		fprintf(inv->out, ": ok (%zu nodes, %zu links)\n", w.fabric->nodes.n,
			w.fabric->links.n);
	}
	return status;
}

static enum exit_status validate_print_schema(struct invocation *inv)
{
	own_text schema = { 0 };

	if (inv->n)
		return mistake(inv, "arguments", "'validate --schema' takes no files");
	topology_schema(&schema);
	fputs(text_str(&schema), inv->out);
	return EXIT_DONE;
}

enum exit_status cmd_validate(struct invocation *inv)
{
	const char *format = inv->value[OPT_FORMAT];
	struct report r = report_of(inv);
	bool github = format && strcmp(format, "github") == 0;
	enum exit_status status = EXIT_DONE;

	if (given(inv, OPT_SCHEMA))
		return validate_print_schema(inv);
	if (inv->n == 0)
		return mistake(inv, "arguments", "'%s' wants %s", inv->command->name,
			       inv->command->args);
	r.json = format ? strcmp(format, "json") == 0 : r.json;
	inv->reported = r.json || github; /* the result includes the findings */

	for (size_t i = 0; i < inv->n; i++)
		if (validate_file(inv, inv->args[i]) != EXIT_DONE)
			status = EXIT_MISTAKE;
	if (inv->reported)
		diag_sort(inv->dg);
	if (r.json)
		report_findings(&r, inv->dg, DIAG_NOTE);
	if (github)
		report_annotations(inv->out, inv->dg);
	return status;
}
