/* SPDX-License-Identifier: GPL-2.0-or-later */
/* measure.h - how many echoes a loss measurement needs, and how exact it is then. Pure. */
#ifndef VERIFY_MEASURE_H
#define VERIFY_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

struct range;

/* The number of echoes that tells a loss inside the range from one outside: 300 to 10000. */
unsigned int loss_count(const struct range *loss);

/* The 99 % confidence interval of the true loss when `lost` of n were lost (Wilson's interval). */
struct confidence {
	uint32_t least_ppm, most_ppm;
};
struct confidence loss_confidence(uint64_t lost, uint64_t n);

/* True when chance may explain the difference between the expected and the measured loss. */
bool loss_is_within(const struct range *loss, uint64_t lost, uint64_t n);

#endif
