/* judge_route.h - whether a node's table has the route that is expected: netemu's, and the kernel's
 * own, so that drift is seen. */
#ifndef CLI_JUDGE_ROUTE_H
#define CLI_JUDGE_ROUTE_H

#include "cli/world.h"
#include "kernel/read.h"
#include "model/model.h"

struct arena;

/* The node whose table is looked at: the one that the expectation names; for a machine that has no
 * such route of its own the router that it sends to, as an interface's effective routes are its
 * virtual network's. */
uint32_t route_holder(const struct world *w, uint32_t at, const struct prefix *p);

/* The result. `kernel` is what the holder's namespace holds, NULL: not read. Strings live in the
 * arena. */
void route_judge(const struct world *w, uint32_t at, const struct expectation *e,
		 const struct seen *kernel, struct arena *arena, struct test_result *ret);

#endif
