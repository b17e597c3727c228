/* SPDX-License-Identifier: GPL-2.0-or-later */
/* segment.h - cuts a super-frame into the frames of which it consists, as hardware would.
 *
 * Some super-frames cannot or should not pass whole. A virtio_net_hdr cannot express TCP in a
 * tunnel (VXLAN, Geneve, GRE, IPIP), so the kernel refuses to send such a super-frame. And a
 * link that is slow or loses frames must act on single frames. The checksums of TCP and UDP
 * stay partial. Pure.
 */
#ifndef RELAY_SEGMENT_H
#define RELAY_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct segmenter {
	const unsigned char *frame; /* starts with its virtio_net_hdr */
	size_t len;		    /* without the virtio_net_hdr, as all offsets */
	size_t outer, inner;	    /* offsets of the IP headers; equal without a tunnel */
	size_t transport, payload;  /* offsets */
	size_t size;		    /* payload bytes of a segment */
	size_t done;		    /* payload bytes already cut off */
	unsigned int number;
	bool udp;
};

/* Whether it looks like a super-frame in a tunnel, by a quick check; `have` bytes are readable. */
bool frame_is_tunneled(const unsigned char *frame, size_t have);

/* Prepares to cut the frame, which is borrowed. False: no super-frame, or of an unknown kind. */
bool segmenter_init(struct segmenter *s, const unsigned char *frame, size_t len);

/* Writes the next segment, virtio_net_hdr first. Returns its length, which never exceeds the
 * frame's, or 0 after the last. */
size_t segmenter_next(struct segmenter *s, unsigned char *to);

#endif
