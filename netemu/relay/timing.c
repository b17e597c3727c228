/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "relay/timing.h"

enum {
	STEP_NS = 20 * 1000, /* more than the delay between the readings of two clocks */
	SLEW_SHARE = 8,	     /* chrony slews by up to 1/12 */

	TOOK_MAX_NS = 500 * 1000, /* a longer duration has another cause */

	HISTOGRAM_FADE = 1 << 16,
};

void stamp_clock_read(struct stamp_clock *c, uint64_t mono, uint64_t wall)
{
	uint64_t offset = wall - mono, moved = offset - c->offset, tolerated;

	if (moved >> 63)
		moved = -moved;
	tolerated = STEP_NS + (mono - c->mono) / SLEW_SHARE;
	if (c->known && moved > tolerated)
		c->floor = mono;
	c->known = true;
	c->mono = mono;
	c->offset = offset;
}

void stamp_clock_distrust(struct stamp_clock *c, uint64_t mono)
{
	c->floor = mono;
}

uint64_t stamp_to_mono(const struct stamp_clock *c, uint64_t stamp)
{
	uint64_t age = c->mono + c->offset - stamp;

	if (age >> 63)
		return c->mono;
	if (c->mono < c->floor || age > c->mono - c->floor)
		return c->floor < c->mono ? c->floor : c->mono;
	return c->mono - age;
}

static unsigned int habit_class(uint64_t rest_ns)
{
	return rest_ns < 100000 ? 0 : rest_ns < 1000000 ? 1 : 2;
}

void habit_init(struct habit *h, uint32_t mean, uint32_t spread)
{
	for (unsigned int i = 0; i < HABIT_CLASSES; i++) {
		h->after[i].mean = mean;
		h->after[i].spread = spread;
	}
}

/* Mean and mean deviation, as TCP computes them for its round trips (RFC 6298). */
void habit_learn(struct habit *h, uint64_t rest_ns, uint64_t took_ns)
{
	unsigned int i = habit_class(rest_ns);
	int32_t took = took_ns < TOOK_MAX_NS ? (int32_t)took_ns : TOOK_MAX_NS;
	int32_t mean = (int32_t)h->after[i].mean, spread = (int32_t)h->after[i].spread;
	int32_t miss = took - mean;

	mean += miss / 8;
	spread += ((miss < 0 ? -miss : miss) - spread) / 4;
	h->after[i].mean = (uint32_t)mean;
	h->after[i].spread = (uint32_t)spread;
}

uint64_t habit_mean(const struct habit *h, uint64_t rest_ns)
{
	return h->after[habit_class(rest_ns)].mean;
}

uint64_t habit_most(const struct habit *h, uint64_t rest_ns)
{
	unsigned int i = habit_class(rest_ns);

	return (uint64_t)h->after[i].mean + 4 * (uint64_t)h->after[i].spread;
}

/* A bucket for each value below 4, then four buckets for each power of two. */
static unsigned int histogram_bucket(uint64_t ns)
{
	unsigned int power, i;

	if (ns < 4)
		return (unsigned int)ns;
	power = 63 - (unsigned int)__builtin_clzll(ns);
	i = 4 * (power - 1) + (unsigned int)(ns >> (power - 2) & 3);
	return i < HISTOGRAM_BUCKETS ? i : HISTOGRAM_BUCKETS - 1;
}

/* The smallest value above the bucket. */
static uint64_t histogram_bucket_end(unsigned int i)
{
	if (i < 4)
		return i + 1;
	return (uint64_t)(4 + i % 4 + 1) << (i / 4 - 1);
}

void histogram_add(struct histogram *h, uint64_t ns)
{
	if (h->total >= HISTOGRAM_FADE) {
		h->total = 0;
		for (unsigned int i = 0; i < HISTOGRAM_BUCKETS; i++)
			h->total += h->count[i] /= 2;
	}
	h->count[histogram_bucket(ns)]++;
	h->total++;
}

uint64_t histogram_percentile(const struct histogram *h, unsigned int percent)
{
	uint64_t below = 0, want = ((uint64_t)h->total * percent + 99) / 100;

	for (unsigned int i = 0; i < HISTOGRAM_BUCKETS; i++) {
		below += h->count[i];
		if (below && below >= want)
			return histogram_bucket_end(i);
	}
	return 0;
}
