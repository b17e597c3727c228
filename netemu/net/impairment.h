/* SPDX-License-Identifier: GPL-2.0-or-later */
/* impairment.h - what one direction of a link does to the frames that cross it.
 *
 * Both the parts that apply it (netem, the delay line) and the prediction use it. All zero is a
 * perfect wire.
 */
#ifndef NET_IMPAIRMENT_H
#define NET_IMPAIRMENT_H

#include <stdbool.h>
#include <stdint.h>

struct impairment {
	uint64_t delay_ns;	/* one way */
	uint64_t jitter_ns;	/* each frame's delay is uniform in delay_ns +- jitter_ns */
	uint64_t rate_bps;	/* bits per second of layer-2 frames; 0: no limit */
	uint32_t loss_ppm;	/* frames in a million that are lost */
	uint32_t duplicate_ppm; /* frames in a million that arrive twice */
	uint32_t reorder_ppm;	/* frames in a million that are sent at once, before earlier ones */
};

/* Whether the direction does anything to frames at all. */
static inline bool impairment_is_none(const struct impairment *i)
{
	return i->delay_ns == 0 && i->jitter_ns == 0 && i->rate_bps == 0 && i->loss_ppm == 0 &&
	       i->duplicate_ppm == 0 && i->reorder_ppm == 0;
}

static inline bool impairment_eq(const struct impairment *a, const struct impairment *b)
{
	return a->delay_ns == b->delay_ns && a->jitter_ns == b->jitter_ns &&
	       a->rate_bps == b->rate_bps && a->loss_ppm == b->loss_ppm &&
	       a->duplicate_ppm == b->duplicate_ppm && a->reorder_ppm == b->reorder_ppm;
}

#endif
