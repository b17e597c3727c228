/* SPDX-License-Identifier: GPL-2.0-or-later */
/* group.h - inside the plan room: a plan's lists in the order of their namespaces. */
#ifndef PLAN_GROUP_H
#define PLAN_GROUP_H

#include "plan/plan.h"

/* Orders every list that plan.h says is grouped, keeping the order within a namespace, and sets
 * right what refers to devices by index. */
void plan_group(struct plan *p);

/* Orders routes that came later. */
void plan_group_routes(struct plan *p);

#endif
