/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judge_route.h - whether a node's table has the route that is expected: netemu's, and the kernel's
 * own, so that drift is seen. */
#ifndef VERIFY_JUDGE_ROUTE_H
#define VERIFY_JUDGE_ROUTE_H

#include "routing/routing.h"
#include "verify/result.h"

struct arena;
struct expectation;
struct prefix;
struct seen;

/* The node whose table is looked at: the one that the expectation names; for a machine that has no
 * such route of its own the router that it sends to, as an interface's effective routes are its
 * virtual network's. */
uint32_t route_holder(const struct routes *r, uint32_t at, const struct prefix *p);

/* What the holder's namespace holds, and the number of the holder's table in it. */
struct kernel_table {
	const struct seen *seen;
	uint32_t table;
};

/* The result. `kernel` NULL: it was not read, and netemu's table alone is judged. Strings live in
 * the arena. */
void route_judge(const struct routes *r, uint32_t at, const struct expectation *e,
		 const struct kernel_table *kernel, struct arena *arena, struct test_result *ret);

#endif
