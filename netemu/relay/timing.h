/* SPDX-License-Identifier: GPL-2.0-or-later */
/* timing.h - the arithmetic of being exact. Pure: every reading of a clock is an argument.
 *
 * The kernel stamps frames by the wall clock, which may be set; we wait by the monotonic
 * one. A sleeper wakes late; we learn how late, and have ourselves woken that much earlier.
 */
#ifndef RELAY_TIMING_H
#define RELAY_TIMING_H

#include <stdbool.h>
#include <stdint.h>

/* ---- wall clock stamps ---- */

struct stamp_clock {
	uint64_t mono, offset; /* the last reading; wall = mono + offset, modulo 2^64 */
	uint64_t floor;	       /* stamps from before the last step are worth nothing */
	bool known;
};

/* Takes a reading of both clocks; notices by itself when the wall clock was set. */
void stamp_clock_read(struct stamp_clock *c, uint64_t mono, uint64_t wall);

/* The wall clock was set, says the kernel. */
void stamp_clock_distrust(struct stamp_clock *c, uint64_t mono);

/* The monotonic time of a stamp: never in the future, nor before a step. */
uint64_t stamp_to_mono(const struct stamp_clock *c, uint64_t stamp);

/* ---- what things cost here ---- */

enum { HABIT_CLASSES = 3 };

/* How long something takes, which depends on how long the processor has rested before: a
 * rested one wakes slowly and has forgotten what it knew. */
struct habit {
	struct {
		uint32_t mean, spread; /* ns */
	} after[HABIT_CLASSES];
};

void habit_init(struct habit *h, uint32_t mean, uint32_t spread);
void habit_learn(struct habit *h, uint64_t rest_ns, uint64_t took_ns);

/* The mean, and what it hardly ever exceeds. */
uint64_t habit_mean(const struct habit *h, uint64_t rest_ns);
uint64_t habit_most(const struct habit *h, uint64_t rest_ns);

/* ---- how late frames are ---- */

enum { HISTOGRAM_BUCKETS = 160 };

struct histogram {
	uint32_t count[HISTOGRAM_BUCKETS]; /* four for each power of two ns */
	uint32_t total;
};

/* Counts a value; old ones fade. */
void histogram_add(struct histogram *h, uint64_t ns);

/* The value below which `percent` of them lie, to 25 %; 0 if there are none. */
uint64_t histogram_percentile(const struct histogram *h, unsigned int percent);

#endif
