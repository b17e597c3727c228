/* SPDX-License-Identifier: GPL-2.0-or-later */
/* random.h - dice that fall the same way each time. */
#ifndef TESTS_RANDOM_H
#define TESTS_RANDOM_H

#include <stdint.h>

static uint64_t seed;

/* Begins the n-th of many series. */
static inline void seed_case(uint64_t n)
{
	seed = n * UINT64_C(0x9e3779b97f4a7c15);
}

static inline unsigned int chance(unsigned int of)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned int)(seed >> 33) % of;
}

#endif
