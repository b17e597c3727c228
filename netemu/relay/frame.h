/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame.h - reads and edits frames: the size on a wire, the VLAN tag.
 *
 * A frame is as a packet socket with PACKET_VNET_HDR gives it: a virtio_net_hdr in the
 * machine's byte order, then the frame from its destination address on. Pure.
 */
#ifndef RELAY_FRAME_H
#define RELAY_FRAME_H

#include <stddef.h>
#include <stdint.h>

enum { FRAME_VLAN_LEN = 4 };

/* Returns the bytes on a wire, without preamble and checksum. A super-frame counts its headers
 * once for each frame that it will be cut into. `have` bytes of `len` are readable. */
size_t frame_wire_bytes(const unsigned char *frame, size_t have, size_t len);

/* Inserts a VLAN tag that the kernel had removed. The frame grows at its start, into the
 * FRAME_VLAN_LEN bytes before `frame`, which must be writable. */
void frame_put_vlan(unsigned char *frame, uint16_t tpid, uint16_t tci);

#endif
