/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame.h - what must be known of a frame's inside: its size on a wire, its VLAN tag.
 *
 * A frame here is what a packet socket with PACKET_VNET_HDR gives: a virtio_net_hdr in
 * the machine's byte order, then the frame from its destination address on. Pure.
 */
#ifndef RELAY_FRAME_H
#define RELAY_FRAME_H

#include <stddef.h>
#include <stdint.h>

enum { FRAME_VLAN_LEN = 4 };

/* Bytes on a wire, without preamble and checksum. A super-frame counts its headers once
 * for each frame that it will be cut into. `have` bytes of `len` are readable. */
size_t frame_wire_bytes(const unsigned char *frame, size_t have, size_t len);

/* Puts back a VLAN tag which the kernel had taken out; FRAME_VLAN_LEN bytes before `frame`
 * must be writable, and become its start. */
void frame_put_vlan(unsigned char *frame, uint16_t tpid, uint16_t tci);

#endif
