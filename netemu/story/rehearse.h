/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rehearse.h - checks the scenarios of a topology without a lab. */
#ifndef STORY_REHEARSE_H
#define STORY_REHEARSE_H

#include "world/world.h"

/* Applies the changes of each scenario in order, and resolves the names of its expectations. An
 * invalid step gets a finding, and the steps after it go on without it. Returns 0, or -EBADMSG when
 * a step was invalid. */
int rehearse(const struct world *w, struct diag *dg);

#endif
