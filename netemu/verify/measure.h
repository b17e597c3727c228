/* SPDX-License-Identifier: GPL-2.0-or-later */
/* measure.h - how many echoes a share of losses needs, and what so many can tell. Pure. */
#ifndef VERIFY_MEASURE_H
#define VERIFY_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

struct range;

/* Echoes that tell losses within the range from others, as far as a minute's patience goes. */
unsigned int loss_count(const struct range *loss);

/* Between which shares the true one is, 99 times of 100, when `lost` of n are (Wilson's
 * interval). */
struct confidence {
	uint32_t least_ppm, most_ppm;
};
struct confidence loss_confidence(uint64_t lost, uint64_t n);

/* Whether chance may explain the difference between what is expected and what was lost. */
bool loss_is_within(const struct range *loss, uint64_t lost, uint64_t n);

#endif
