/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cut.h - cuts a link: it drops all packets, while its devices stay up and its routes stay.
 *
 * This needs no kernel feature: packets are sent to a MAC that no device has, and the receiver
 * drops them silently.
 */
#ifndef PLAN_CUT_H
#define PLAN_CUT_H

#include <stdint.h>

struct fabric;
struct plan;

/* Cuts a link of the fabric that the plan was built of. */
void plan_cut_link(struct plan *p, const struct fabric *f, uint32_t link);

#endif
