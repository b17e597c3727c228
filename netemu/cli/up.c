#include <errno.h>

#include "base/clock.h"
#include "cli/backends.h"
#include "cli/named.h"
#include "cli/progress.h"
#include "fabric/fabric.h"
#include "kernel/features.h"

enum exit_status cmd_up(struct invocation *inv)
{
	struct report r = report_of(inv);
	uint64_t start = clock_ns();
	own_world w = { 0 };
	enum exit_status status = named_new(inv);
	const char *name;
	pid_t counter;
	int err;

	if (status != EXIT_DONE)
		return status;
	(void)features_begin(); /* in vain if the file is refused; a failure is found again */
	status = status_of_world(world_begin(&w, inv->args[0], inv->value[OPT_HOPS], inv->dg));
	if (status == EXIT_DONE)
		status = backends_plan(&w, inv);
	features_end();
	if (status != EXIT_DONE)
		return status;
	name = given(inv, OPT_NAME) ? inv->value[OPT_NAME] : world_name(&w);
	counter = progress_begin(inv, "building the lab");
	err = world_up(&w, name, inv->dg);
	progress_end(counter);
	if (err < 0)
		return err == -EEXIST ? EXIT_MISTAKE : status_of_world(err);
	if (!given(inv, OPT_QUIET) || r.json)
		report_up(&r, name, w.plan, clock_ns() - start);
	backends_note(inv, w.plan, w.fabric->chassis.n);
	return EXIT_DONE;
}
