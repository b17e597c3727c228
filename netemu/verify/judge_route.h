/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judge_route.h - compares an expected route with netemu's table and with the kernel's own, so that
 * drift is found, too. */
#ifndef VERIFY_JUDGE_ROUTE_H
#define VERIFY_JUDGE_ROUTE_H

#include "routing/routing.h"
#include "verify/result.h"

struct arena;
struct expectation;
struct prefix;
struct seen;

/* The node whose table is compared: the node that the expectation names. A machine without such a
 * route of its own stands for the router that it sends to, as the effective routes of a network
 * card are those of its virtual network. */
uint32_t route_holder(const struct routes *r, uint32_t at, const struct prefix *p);

/* The contents of the holder's namespace, and the number of the holder's table in it. */
struct kernel_table {
	const struct seen *seen;
	uint32_t table;
};

/* Judges an expected route. `kernel` NULL: the kernel was not read, only netemu's table is judged.
 * The result's strings live in the arena. */
void route_judge(const struct routes *r, uint32_t at, const struct expectation *e,
		 const struct kernel_table *kernel, struct arena *arena, struct test_result *ret);

#endif
