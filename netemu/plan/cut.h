/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cut.h - a link that carries nothing, while all that leads over it stands.
 *
 * No feature of the kernel is asked for: packets are addressed to a MAC that nobody has, and die at
 * the receiver without a word.
 */
#ifndef PLAN_CUT_H
#define PLAN_CUT_H

#include <stdint.h>

struct fabric;
struct plan;

/* Cuts a link of the fabric that the plan was built of. */
void plan_cut_link(struct plan *p, const struct fabric *f, uint32_t link);

#endif
