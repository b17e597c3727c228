/* SPDX-License-Identifier: GPL-2.0-or-later */
/* counts ARGUMENTS...: netemu itself, with a counter at each large computation. When it ends it
 * prints to descriptor 3, a line each, "NUMBER WHAT".
 *
 * The linker puts each function __wrap_X() of this file in the place of X(), as in phases.c. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fabric/fabric.h"
#include "plan/diff.h"
#include "plan/plan.h"
#include "routing/routing.h"
#include "topology/topology.h"
#include "topology/yaml.h"

enum counted { PARSED, MODELS, FABRICS, ROUTES, PLANS, COMPARED, COUNTED };

static const char *const words[COUNTED] = {
	[PARSED] = "texts parsed",    [MODELS] = "models", [FABRICS] = "fabrics",
	[ROUTES] = "routes computed", [PLANS] = "plans",   [COMPARED] = "plans compared",
};

static atomic_uint counts[COUNTED]; /* two worlds are computed side by side */
static pid_t self;		    /* children do not print */

static void counts_print(void)
{
	if (getpid() != self)
		return;
	for (size_t i = 0; i < COUNTED; i++)
		dprintf(3, "%u %s\n", counts[i], words[i]);
}

__attribute__((constructor)) static void counts_begin(void)
{
	self = getpid();
	(void)atexit(counts_print);
}

#define COUNT(what, name, type, parameters, arguments)                                             \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		counts[what]++;                                                                    \
		return __real_##name arguments;                                                    \
	}

COUNT(PARSED, yaml_parse, struct yaml *,
      (struct arena * a, const char *file, const char *text, size_t n, struct diag *dg),
      (a, file, text, n, dg))
COUNT(MODELS, topology_model, struct model *,
      (const struct topology *t, const change_list *changes, struct diag *dg), (t, changes, dg))
COUNT(FABRICS, fabric_compile, struct fabric *, (struct model * m, struct diag *dg), (m, dg))
COUNT(ROUTES, routes_compute, struct routes *, (const struct fabric *f, struct diag *dg), (f, dg))
COUNT(PLANS, plan_with_routes, struct plan *,
      (const struct plan *begun, const struct fabric *f, const struct routes *r), (begun, f, r))
COUNT(COMPARED, plan_compare, struct plan_diff *, (const struct plan *from, const struct plan *to),
      (from, to))
