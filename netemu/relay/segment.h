/* SPDX-License-Identifier: GPL-2.0-or-later */
/* segment.h - cuts a super-frame into the frames it stands for, as hardware would.
 *
 * Needed where a super-frame cannot or shall not pass whole: a virtio_net_hdr cannot say
 * that TCP lies in a tunnel (VXLAN, Geneve, GRE, IPIP), so the kernel refuses to send such
 * a one; and a link which is slow or loses frames does so frame by frame. The checksums
 * of TCP and UDP are left partial, as they are. Pure.
 */
#ifndef RELAY_SEGMENT_H
#define RELAY_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct segmenter {
	const unsigned char *frame; /* its virtio_net_hdr */
	size_t len;
	size_t outer, inner;	    /* where its IP headers are: the same, but for a tunnel */
	size_t transport, payload;  /* offsets from the start of the frame, as all here */
	size_t size;		    /* payload bytes of a segment */
	size_t done;		    /* payload bytes cut off so far */
	unsigned int number;
	bool udp;
};

/* Whether it is a super-frame in a tunnel, as far as a glance can tell; `have` bytes of it
 * are readable. */
bool frame_is_tunneled(const unsigned char *frame, size_t have);

/* The frame must stay where it is. False: not a super-frame, or not understood. */
bool segmenter_init(struct segmenter *s, const unsigned char *frame, size_t len);

/* Writes the next segment, virtio_net_hdr first: its length, or 0 after the last. Never
 * longer than the frame. */
size_t segmenter_next(struct segmenter *s, unsigned char *to);

#endif
