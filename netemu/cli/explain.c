/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "routing/explain.h"
#include "cli/named.h"

enum exit_status cmd_explain(struct invocation *inv)
{
	struct report r = report_of(inv);
	own_world w = { 0 };
	struct explanation e;
	uint32_t node[2];
	enum exit_status status = named_world(&w, inv->args[0], inv);

	for (size_t i = 0; i < 2 && status == EXIT_DONE; i++)
		status = named_node(&w, inv->args[1 + i], inv, &node[i]);
	if (status != EXIT_DONE)
		return status;
	if (node[0] == node[1])
		return mistake(inv, "arguments", "'%s' twice: name two nodes", inv->args[1]);
	explain(w.routes, node[0], node[1], &e);
	report_explanation(&r, world_name(&w), w.routes, &e);
	explanation_release(&e);
	return EXIT_DONE;
}
