/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rehearse.h - the scenarios of a topology, without a lab: can every step be made? */
#ifndef STORY_REHEARSE_H
#define STORY_REHEARSE_H

#include "world/world.h"

/* Makes the changes of each scenario, one on top of the other, and looks up what its expectations
 * name. A step that cannot be made is found, and left out of those that follow. 0; -EBADMSG when
 * anything was wrong. */
int rehearse(const struct world *w, struct diag *dg);

#endif
