/* SPDX-License-Identifier: GPL-2.0-or-later */
/* timing.h - the arithmetic of punctuality. Pure: every clock reading is an argument.
 *
 * The kernel stamps frames by the wall clock, which may be set; we wait by the monotonic
 * clock. A sleeping process wakes late: we measure how late, and set the alarm that much earlier.
 */
#ifndef RELAY_TIMING_H
#define RELAY_TIMING_H

#include <stdbool.h>
#include <stdint.h>

/* ---- wall clock stamps ---- */

struct stamp_clock {
	uint64_t mono, offset; /* the last reading; wall = mono + offset, modulo 2^64 */
	uint64_t floor;	       /* of the last step: stamps from before it are ignored */
	bool known;
};

/* Records a reading of both clocks, and detects that the wall clock was set. */
void stamp_clock_read(struct stamp_clock *c, uint64_t mono, uint64_t wall);

/* Records that the wall clock was set, as the kernel reports it. */
void stamp_clock_distrust(struct stamp_clock *c, uint64_t mono);

/* Returns the monotonic time of a stamp: never in the future, nor before a step. */
uint64_t stamp_to_mono(const struct stamp_clock *c, uint64_t stamp);

/* ---- durations on this machine ---- */

enum { HABIT_CLASSES = 3 };

/* How long an action takes, by the time that the processor was idle before: an idle processor
 * wakes slowly and its caches are cold. */
struct habit {
	struct {
		uint32_t mean, spread; /* ns */
	} after[HABIT_CLASSES];
};

void habit_init(struct habit *h, uint32_t mean, uint32_t spread);
void habit_learn(struct habit *h, uint64_t rest_ns, uint64_t took_ns);

/* The mean duration, and a bound that it hardly ever exceeds. */
uint64_t habit_mean(const struct habit *h, uint64_t rest_ns);
uint64_t habit_most(const struct habit *h, uint64_t rest_ns);

/* ---- how late frames are ---- */

enum { HISTOGRAM_BUCKETS = 160 };

struct histogram {
	uint32_t count[HISTOGRAM_BUCKETS]; /* four for each power of two ns */
	uint32_t total;
};

/* Counts a value; old values lose weight. */
void histogram_add(struct histogram *h, uint64_t ns);

/* Returns the value below which `percent` of the values lie, within 25 %; 0 if there are none. */
uint64_t histogram_percentile(const struct histogram *h, unsigned int percent);

#endif
