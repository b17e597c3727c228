/* SPDX-License-Identifier: GPL-2.0-or-later */
/* group.h - inside the plan room: sorts a plan's lists by namespace. */
#ifndef PLAN_GROUP_H
#define PLAN_GROUP_H

#include "plan/plan.h"

/* Sorts each list that plan.h declares as grouped by namespace, stably, and updates the indices of
 * devices. */
void plan_group(struct plan *p);

/* Sorts only the routes, which are added later. */
void plan_group_routes(struct plan *p);

#endif
