/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "relay/frame.h"

#include <arpa/inet.h>
#include <linux/virtio_net.h>
#include <string.h>

enum {
	ETH_ADDRESSES = 12, /* destination and source stand before the tag */
	TCP_DATA_OFFSET = 12,
	UDP_HEADER = 8,
	TCP_HEADERS = 66, /* of a usual frame, if the headers are not readable */
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
	VIRTIO_NET_HDR_GSO_UDP_L4 = 5, /* Linux 6.2 */
#endif
};

/* Bytes before the payload of a super-frame. */
static size_t frame_header_bytes(const struct virtio_net_hdr *h, const unsigned char *packet,
				 size_t have)
{
	size_t transport = h->csum_start;

	if (!(h->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM))
		return TCP_HEADERS;
	if ((h->gso_type & ~VIRTIO_NET_HDR_GSO_ECN) == VIRTIO_NET_HDR_GSO_UDP_L4)
		return transport + UDP_HEADER;
	if (transport + TCP_DATA_OFFSET >= have)
		return TCP_HEADERS;
	return transport + (size_t)(packet[transport + TCP_DATA_OFFSET] >> 4) * 4;
}

size_t frame_wire_bytes(const unsigned char *frame, size_t have, size_t len)
{
	struct virtio_net_hdr h;
	size_t header, segments;

	if (have < sizeof(h))
		return len;
	memcpy(&h, frame, sizeof(h));
	len -= sizeof(h);
	if (h.gso_type == VIRTIO_NET_HDR_GSO_NONE || h.gso_size == 0)
		return len;
	header = frame_header_bytes(&h, frame + sizeof(h), have - sizeof(h));
	if (len <= header)
		return len;
	segments = (len - header + h.gso_size - 1) / h.gso_size;
	return len + (segments - 1) * header;
}

void frame_put_vlan(unsigned char *frame, uint16_t tpid, uint16_t tci)
{
	struct virtio_net_hdr h;
	unsigned char *start = frame - FRAME_VLAN_LEN;
	const uint16_t tag[2] = { htons(tpid), htons(tci) };

	memcpy(&h, frame, sizeof(h));
	if (h.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		h.csum_start = (uint16_t)(h.csum_start + FRAME_VLAN_LEN);
	if (h.hdr_len)
		h.hdr_len = (uint16_t)(h.hdr_len + FRAME_VLAN_LEN);
	memmove(start + sizeof(h), frame + sizeof(h), ETH_ADDRESSES);
	memcpy(start, &h, sizeof(h));
	memcpy(start + sizeof(h) + ETH_ADDRESSES, tag, sizeof(tag));
}
