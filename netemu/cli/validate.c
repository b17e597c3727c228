#include "cli/world.h"
#include "fabric/fabric.h"

static enum exit_status validate(struct invocation *inv, const char *path)
{
	own_world w = { 0 };
	enum exit_status status = world_load(&w, path, inv);

	if (status == EXIT_DONE && !given(inv, OPT_QUIET) && !given(inv, OPT_JSON))
		fprintf(inv->out, "%s: ok (%zu nodes, %zu links)\n", w.path, w.fabric->nodes.n,
			w.fabric->links.n);
	return status;
}

enum exit_status cmd_validate(struct invocation *inv)
{
	struct report r = report_of(inv);
	enum exit_status status = EXIT_DONE;

	for (size_t i = 0; i < inv->n; i++)
		if (validate(inv, inv->args[i]) != EXIT_DONE)
			status = EXIT_MISTAKE;
	if (r.json) { /* here the findings are the result */
		diag_sort(inv->dg);
		report_findings(&r, inv->dg, DIAG_NOTE);
		inv->reported = true;
	}
	return status;
}
