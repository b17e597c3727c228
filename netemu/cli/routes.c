#include "cli/world.h"

enum exit_status cmd_routes(struct invocation *inv)
{
	struct report r = report_of(inv);
	own_world w = { 0 };
	uint32_t node = 0;
	bool all = given(inv, OPT_ALL);
	enum exit_status status;

	if (all == (inv->n > 1))
		return mistake(inv, "arguments", "'routes' wants a node, or --all");
	status = world_find(&w, inv->args[0], inv);
	if (status == EXIT_DONE && !all)
		status = world_node(&w, inv->args[1], inv, &node);
	if (status != EXIT_DONE)
		return status;
	if (all)
		report_all_routes(&r, world_name(&w), w.routes);
	else
		report_routes(&r, world_name(&w), w.routes, node);
	return EXIT_DONE;
}
