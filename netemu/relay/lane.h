/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lane.h - one direction of a link: decides the fate of a frame and when it is due.
 *
 * A frame is written where it will wait (lane_reserve), admitted or dropped (lane_admit),
 * and read from there when it is due (lane_first, lane_pop): it is never copied.
 * Pure: time is an argument, and a seed determines the random numbers.
 */
#ifndef RELAY_LANE_H
#define RELAY_LANE_H

#include "net/impairment.h"
#include "relay/store.h"

#include <sys/uio.h>

enum {
	FRAME_HEADROOM = 4,	 /* before a reserved frame: room for a VLAN tag */
	FRAME_HEAD_MIN = 2048,	 /* bytes at its start that are contiguous */
	FRAME_MAX = 65536 + 256, /* of virtio_net_hdr and frame */
};

struct lane_frame {
	struct lane_frame *next; /* in order of arrival */
	uint64_t due, seq;
	unsigned char *start;
	uint32_t len, first; /* bytes in all; bytes at `start`. The rest is in over->room */
	struct chunk *home, *over;
};

struct lane {
	struct impairment imp;
	struct store *store;
	uint64_t chance; /* state of the random number generator */

	/* Frames whose due times ascend are in a list. A frame that is due before the list's
	 * last goes to a heap, `aside`. The frame due first is the first of either. */
	struct lane_frame *head, *tail;
	struct lane_frame **aside;
	size_t aside_n, aside_cap;
	struct chunk *cur; /* holds the next frame; NULL while the lane is empty */
	uint64_t seq;

	uint64_t last_at;     /* newest arrival: arrivals never step back */
	uint64_t last_due;    /* of a frame that was serialised */
	uint64_t free_at;     /* when the serialiser has sent all its frames */
	uint64_t remainder;   /* of its last division, so that rounding loses no bit */
	uint64_t max_wait_ns; /* the longest wait of a frame for the serialiser */

	uint64_t frames, bytes; /* queued now */
	uint64_t lost, over_limit;
};

struct arrival {
	uint64_t at;	    /* when it arrived, in ns */
	size_t len;	    /* bytes that were written to the reserved place */
	size_t wire;	    /* bytes on a wire, of all segments of a super-frame */
	size_t in_headroom; /* bytes of the headroom that belong to the frame */
};

void lane_init(struct lane *l, struct store *s, uint64_t seed);
void lane_release(struct lane *l);

/* Sets the impairment of frames that arrive from now on. */
void lane_set(struct lane *l, const struct impairment *imp);

/* Reserves room for a frame of FRAME_MAX bytes, in one or two parts. Returns the number of
 * parts; or -ENOBUFS, which counts as a frame over the limit. The room is valid until the
 * next call on any lane of the store. */
int lane_reserve(struct lane *l, struct iovec part[2]);

/* Queues or drops the frame in the reserved room. */
void lane_admit(struct lane *l, const struct arrival *a);

/* The same for a copy of the frame at `frame`, with its length in `a`. Drops the frame if there is
 * no room. */
void lane_admit_copy(struct lane *l, const struct arrival *a, const void *frame);

/* Gives up the reserved room: no frame came. */
void lane_decline(struct lane *l);

/* The frame that is due first, or NULL; its bytes are in one or two parts. */
const struct lane_frame *lane_first(const struct lane *l);
int frame_parts(const struct lane_frame *f, struct iovec part[2]);
void lane_pop(struct lane *l);

#endif
