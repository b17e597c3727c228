/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The life of a frame in a lane:
 *
 *   chance: lost? twice? at once?  ->  serialiser (rate)  ->  delay, jitter  ->  due
 *
 * Visible differences from sch_netem: the serialiser's queue has its own limit, so frames in
 * flight do not count against it; loss and duplication are drawn once for a frame, not again
 * for its duplicate. As in sch_netem, jitter without a rate reorders, jitter with a rate does
 * not, and a reordered frame bypasses both the rate and the delay.
 */
#include "relay/lane.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NSEC_PER_SEC UINT64_C(1000000000)

enum {
	QUEUE_NS = 100 * 1000 * 1000, /* the serialiser's queue, in time, */
	QUEUE_BITS = 1000 * 1514 * 8, /* or in frames, whichever is more */
};

/* ---- random numbers ---- */

/* splitmix64: one addition and a mix; every seed is good. */
static uint64_t chance_draw(struct lane *l)
{
	uint64_t z = (l->chance += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Uniform in 0 .. span-1. */
static uint64_t chance_below(struct lane *l, uint64_t span)
{
	uint64_t z = chance_draw(l);

	return span <= UINT32_MAX ? ((z >> 32) * span) >> 32 : z % span;
}

static bool chance_happens(struct lane *l, uint32_t ppm)
{
	return ppm && chance_below(l, 1000000) < ppm;
}

static uint64_t lane_flight_time(struct lane *l)
{
	uint64_t jitter = l->imp.jitter_ns, delay = l->imp.delay_ns, t;

	if (!jitter)
		return delay;
	t = delay + chance_below(l, 2 * jitter + 1);
	return t > jitter ? t - jitter : 0;
}

/* ---- the serialiser ---- */

/* When the last bit of `wire` bytes that arrived at `at` has left. */
static uint64_t lane_serialise(struct lane *l, uint64_t at, size_t wire)
{
	uint64_t work;

	if (l->free_at < at) {
		l->free_at = at;
		l->remainder = 0;
	}
	work = 8 * NSEC_PER_SEC * wire + l->remainder;
	l->remainder = work % l->imp.rate_bps;
	return l->free_at += work / l->imp.rate_bps;
}

static bool lane_queue_is_full(const struct lane *l, uint64_t at)
{
	return l->imp.rate_bps && l->free_at > at && l->free_at - at > l->max_wait_ns;
}

/* ---- order ---- */

static bool frame_before(const struct lane_frame *a, const struct lane_frame *b)
{
	return a->due != b->due ? a->due < b->due : a->seq < b->seq;
}

static int lane_put_aside(struct lane *l, struct lane_frame *f)
{
	size_t i = l->aside_n;

	if (l->aside_n == l->aside_cap) {
		size_t cap = l->aside_cap ? 2 * l->aside_cap : 64;
		struct lane_frame **v = realloc(l->aside, cap * sizeof(*v));

		if (!v)
			return -ENOMEM;
		l->aside = v;
		l->aside_cap = cap;
	}
	l->aside_n++;
	for (; i > 0 && frame_before(f, l->aside[(i - 1) / 2]); i = (i - 1) / 2)
		l->aside[i] = l->aside[(i - 1) / 2];
	l->aside[i] = f;
	return 0;
}

static void lane_pop_aside(struct lane *l)
{
	struct lane_frame *f = l->aside[--l->aside_n];
	size_t i = 0, child;

	if (l->aside_n == 0) {
		free(l->aside);
		l->aside = NULL;
		l->aside_cap = 0;
		return;
	}
	while ((child = 2 * i + 1) < l->aside_n) {
		if (child + 1 < l->aside_n && frame_before(l->aside[child + 1], l->aside[child]))
			child++;
		if (!frame_before(l->aside[child], f))
			break;
		l->aside[i] = l->aside[child];
		i = child;
	}
	l->aside[i] = f;
}

static int lane_enqueue(struct lane *l, struct lane_frame *f)
{
	if (l->tail && frame_before(f, l->tail))
		return lane_put_aside(l, f);
	if (l->tail)
		l->tail->next = f;
	else
		l->head = f;
	l->tail = f;
	return 0;
}

static bool lane_first_is_aside(const struct lane *l)
{
	return l->aside_n && (!l->head || frame_before(l->aside[0], l->head));
}

const struct lane_frame *lane_first(const struct lane *l)
{
	return lane_first_is_aside(l) ? l->aside[0] : l->head;
}

/* ---- memory ---- */

static void lane_unuse(struct lane *l, struct chunk *c)
{
	if (c && --c->live == 0 && c != l->cur)
		chunk_give(l->store, c);
}

/* Sets the chunk of the next frame; NULL: none. */
static void lane_turn_to(struct lane *l, struct chunk *c)
{
	if (l->cur && l->cur->live == 0)
		chunk_give(l->store, l->cur);
	l->cur = c;
}

static uint32_t chunk_aligned(uint32_t n)
{
	return (n + 15) & ~UINT32_C(15);
}

static uint32_t chunk_room_left(const struct chunk *c)
{
	const uint32_t overhead = sizeof(struct lane_frame) + FRAME_HEADROOM;

	return CHUNK_ROOM - c->used > overhead ? CHUNK_ROOM - c->used - overhead : 0;
}

static struct lane_frame *chunk_next_frame(struct chunk *c)
{
	return (struct lane_frame *)(void *)(c->room + c->used);
}

static unsigned char *frame_room(struct lane_frame *f)
{
	return (unsigned char *)(f + 1) + FRAME_HEADROOM;
}

static int lane_reserve_parts(struct lane *l, struct iovec part[2])
{
	uint32_t left;

	if (!l->cur || chunk_room_left(l->cur) < FRAME_HEAD_MIN) {
		struct chunk *c = chunk_take(l->store);

		if (!c)
			return -ENOBUFS;
		lane_turn_to(l, c);
	}
	left = chunk_room_left(l->cur);
	part[0] = (struct iovec){ frame_room(chunk_next_frame(l->cur)), left };
	if (left >= FRAME_MAX) {
		part[0].iov_len = FRAME_MAX;
		return 1;
	}
	if (store_ready(l->store) < 0)
		return -ENOBUFS;
	part[1] = (struct iovec){ l->store->free->room, FRAME_MAX - left };
	return 2;
}

int lane_reserve(struct lane *l, struct iovec part[2])
{
	int n = lane_reserve_parts(l, part);

	if (n < 0) {
		l->over_limit++;
		lane_decline(l);
	}
	return n;
}

void lane_decline(struct lane *l)
{
	if (!lane_first(l))
		lane_turn_to(l, NULL);
}

/* Makes a frame of the bytes that were written to the reserved room. */
static struct lane_frame *lane_keep(struct lane *l, const struct arrival *a)
{
	struct lane_frame *f = chunk_next_frame(l->cur);
	uint32_t left = chunk_room_left(l->cur), len = (uint32_t)a->len;

	*f = (struct lane_frame){
		.start = frame_room(f) - a->in_headroom,
		.len = len + (uint32_t)a->in_headroom,
		.first = (len < left ? len : left) + (uint32_t)a->in_headroom,
		.home = l->cur,
		.seq = l->seq++,
	};
	l->cur->live++;
	l->cur->used += chunk_aligned((uint32_t)(f->start + f->first - (unsigned char *)f));
	if (f->first < f->len) {
		f->over = chunk_take(l->store); /* the chunk whose room was reserved */
		f->over->live = 1;
		f->over->used = chunk_aligned(f->len - f->first);
		lane_turn_to(l, f->over);
	}
	l->frames++;
	l->bytes += f->len;
	return f;
}

static void lane_forget(struct lane *l, struct lane_frame *f)
{
	struct chunk *home = f->home, *over = f->over;

	l->frames--;
	l->bytes -= f->len;
	lane_unuse(l, home);
	lane_unuse(l, over);
	lane_decline(l);
}

void lane_pop(struct lane *l)
{
	struct lane_frame *f;

	if (lane_first_is_aside(l)) {
		f = l->aside[0];
		lane_pop_aside(l);
	} else {
		f = l->head;
		l->head = f->next;
		if (!l->head)
			l->tail = NULL;
	}
	lane_forget(l, f);
}

int frame_parts(const struct lane_frame *f, struct iovec part[2])
{
	part[0] = (struct iovec){ f->start, f->first };
	if (!f->over)
		return 1;
	part[1] = (struct iovec){ f->over->room, f->len - f->first };
	return 2;
}

/* ---- a frame arrives ---- */

/* Queues the frame and returns it; NULL: no memory. */
static const struct lane_frame *lane_admit_one(struct lane *l, const struct arrival *a,
					       uint64_t due)
{
	struct lane_frame *f = lane_keep(l, a);

	f->due = due;
	if (lane_enqueue(l, f) == 0)
		return f;
	l->over_limit++;
	lane_forget(l, f);
	return NULL;
}

static uint64_t lane_due_time(struct lane *l, uint64_t at, size_t wire)
{
	if (!l->imp.rate_bps)
		return at + lane_flight_time(l);
	at = lane_serialise(l, at, wire) + lane_flight_time(l);
	if (at < l->last_due)
		at = l->last_due;
	return l->last_due = at;
}

static void iovec_copy(struct iovec *to, int n_to, struct iovec *from, int n_from)
{
	for (int i = 0, j = 0; i < n_from && j < n_to;) {
		size_t n = from[i].iov_len < to[j].iov_len ? from[i].iov_len : to[j].iov_len;

		memcpy(to[j].iov_base, from[i].iov_base, n);
		from[i].iov_base = (char *)from[i].iov_base + n;
		to[j].iov_base = (char *)to[j].iov_base + n;
		i += (from[i].iov_len -= n) == 0;
		j += (to[j].iov_len -= n) == 0;
	}
}

static void lane_admit_twin(struct lane *l, struct arrival a, const struct lane_frame *f,
			    uint64_t due)
{
	struct iovec to[2], from[2];
	int n_from = frame_parts(f, from), n_to = lane_reserve(l, to);

	if (n_to < 0)
		return;
	iovec_copy(to, n_to, from, n_from);
	a.len = f->len;
	a.in_headroom = 0;
	lane_admit_one(l, &a, due);
}

void lane_admit_copy(struct lane *l, const struct arrival *a, const void *frame)
{
	struct iovec to[2], from = { (void *)(uintptr_t)frame, a->len };
	int n_to = lane_reserve(l, to);

	if (n_to < 0)
		return;
	iovec_copy(to, n_to, &from, 1);
	lane_admit(l, a);
}

void lane_admit(struct lane *l, const struct arrival *a)
{
	bool twice = chance_happens(l, l->imp.duplicate_ppm);
	bool lost = chance_happens(l, l->imp.loss_ppm);
	uint64_t at = a->at > l->last_at ? a->at : l->last_at;
	const struct lane_frame *f;

	l->last_at = at;
	if (lost && !twice) {
		l->lost++;
	} else if (chance_happens(l, l->imp.reorder_ppm)) {
		lane_admit_one(l, a, at);
	} else if (lane_queue_is_full(l, at)) {
		l->over_limit++;
	} else {
		f = lane_admit_one(l, a, lane_due_time(l, at, a->wire));
		if (f && twice && !lost)
			lane_admit_twin(l, *a, f, lane_due_time(l, at, a->wire));
	}
	lane_decline(l);
}

/* ---- life ---- */

void lane_init(struct lane *l, struct store *s, uint64_t seed)
{
	*l = (struct lane){ .store = s, .chance = seed };
}

void lane_release(struct lane *l)
{
	while (lane_first(l))
		lane_pop(l);
	lane_turn_to(l, NULL);
}

void lane_set(struct lane *l, const struct impairment *imp)
{
	uint64_t queue_ns = imp->rate_bps ? QUEUE_BITS * NSEC_PER_SEC / imp->rate_bps : 0;

	l->imp = *imp;
	l->remainder = 0;
	l->max_wait_ns = queue_ns > QUEUE_NS ? queue_ns : QUEUE_NS;
}
