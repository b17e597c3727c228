#include "cli/world.h"

enum exit_status cmd_plan(struct invocation *inv)
{
	struct report r = report_of(inv);
	own_world w = { 0 };
	enum exit_status status = world_load(&w, inv->args[0], inv);

	if (status == EXIT_DONE)
		status = world_plan(&w, inv);
	if (status != EXIT_DONE)
		return status;
	if (given(inv, OPT_COUNTS))
		report_plan_counts(&r, world_name(&w), w.plan);
	else
		report_plan(&r, world_name(&w), w.plan);
	return EXIT_DONE;
}
