#include "cli/world.h"

enum exit_status cmd_routes(struct invocation *inv)
{
	struct report r = report_of(inv);
	own_world w = { 0 };
	uint32_t node;
	enum exit_status status = world_find(&w, inv->args[0], inv);

	if (status == EXIT_DONE)
		status = world_node(&w, inv->args[1], inv, &node);
	if (status == EXIT_DONE)
		report_routes(&r, world_name(&w), w.routes, node);
	return status;
}
