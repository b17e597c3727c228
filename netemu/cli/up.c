#include <errno.h>

#include "base/clock.h"
#include "cli/backends.h"
#include "cli/progress.h"
#include "cli/world.h"
#include "fabric/fabric.h"
#include "lab/dir.h"

enum exit_status cmd_up(struct invocation *inv)
{
	struct report r = report_of(inv);
	uint64_t start = clock_ns();
	own_world w = { 0 };
	struct lab_source src = { .name = inv->value[OPT_NAME] };
	enum exit_status status;
	pid_t counter;
	int err;

	if (src.name && !lab_name_is_valid(src.name))
		return mistake(inv, "lab-name",
			       "'%s' is no name for a lab: lower-case letters, digits and '-'",
			       src.name);
	status = world_load(&w, inv->args[0], inv);
	if (status == EXIT_DONE)
		status = world_plan(&w, inv);
	if (status != EXIT_DONE)
		return status;
	if (!src.name)
		src.name = world_name(&w);
	src.path = w.path;
	src.text = w.text;
	src.size = w.size;
	src.hops = w.hops;
	counter = progress_begin(inv, "building the lab");
	err = lab_up(w.plan, &src, inv->dg);
	progress_end(counter);
	if (err < 0)
		return status_of(err, err == -EEXIST ? EXIT_MISTAKE : EXIT_BROKE);
	if (!given(inv, OPT_QUIET) || r.json)
		report_up(&r, src.name, w.plan, clock_ns() - start);
	backends_note(inv, w.plan, w.fabric->chassis.n);
	return EXIT_DONE;
}
