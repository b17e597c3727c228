/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "relay/segment.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/virtio_net.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

enum {
	VNET = sizeof(struct virtio_net_hdr),
	IPV4_LEN = 2,
	IPV4_ID = 4,
	IPV4_PROTOCOL = 9,
	IPV4_SUM = 10,
	IPV4_ADDRESSES = 12,
	IPV6_LEN = 4,
	IPV6_NEXT = 6,
	IPV6_ADDRESSES = 8,
	IPV6_HEADER = 40,
	UDP_LEN = 4,
	UDP_SUM = 6,
	UDP_HEADER = 8,
	TCP_SEQ = 4,
	TCP_OFFSET = 12,
	TCP_FLAGS = 13,
	TCP_SUM = 16,
	TCP_HEADER = 20,
	FIN = 0x01,
	PSH = 0x08,
	CWR = 0x80,
	GRE_HEADER = 4,
	GRE_CHECKSUM = 0x80,
	GRE_SEQUENCE = 0x10,
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
	VIRTIO_NET_HDR_GSO_UDP_L4 = 5, /* Linux 6.2 */
#endif
};

static uint16_t be16_get(const unsigned char *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void be16_put(unsigned char *p, size_t v)
{
	p[0] = (unsigned char)(v >> 8);
	p[1] = (unsigned char)v;
}

static uint32_t be32_get(const unsigned char *p)
{
	return (uint32_t)be16_get(p) << 16 | be16_get(p + 2);
}

static void be32_put(unsigned char *p, uint32_t v)
{
	be16_put(p, v >> 16);
	be16_put(p + 2, v & 0xffff);
}

/* ---- the internet checksum ---- */

static uint64_t checksum_add(const unsigned char *p, size_t n)
{
	uint64_t s = 0;

	for (; n > 1; p += 2, n -= 2)
		s += be16_get(p);
	return n ? s + (uint64_t)(p[0] << 8) : s;
}

static uint16_t checksum_fold(uint64_t s)
{
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)s;
}

/* ---- reading ---- */

/* Returns the offset of the IP header behind the Ethernet header and its tags; 0: there is none. */
static size_t frame_find_ip(const unsigned char *eth, size_t have)
{
	size_t at = offsetof(struct ethhdr, h_proto);
	uint16_t type;

	while (at + 2 <= have) {
		type = be16_get(eth + at);
		if (type == ETH_P_IP || type == ETH_P_IPV6)
			return at + 2;
		if (type != ETH_P_8021Q && type != ETH_P_8021AD)
			return 0;
		at += 4;
	}
	return 0;
}

static bool ip_is_v4(const unsigned char *ip)
{
	return ip[0] >> 4 == 4;
}

static size_t ip_header_len(const unsigned char *ip)
{
	return ip_is_v4(ip) ? (size_t)(ip[0] & 15) * 4 : IPV6_HEADER;
}

static uint8_t ip_protocol(const unsigned char *ip)
{
	return ip_is_v4(ip) ? ip[IPV4_PROTOCOL] : ip[IPV6_NEXT];
}

bool frame_is_tunneled(const unsigned char *frame, size_t have)
{
	struct virtio_net_hdr h;
	size_t ip;

	if (have < VNET)
		return false;
	memcpy(&h, frame, sizeof(h));
	if (h.gso_type == VIRTIO_NET_HDR_GSO_NONE || !(h.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM))
		return false;
	ip = frame_find_ip(frame + VNET, have - VNET);
	if (ip == 0 || VNET + ip + IPV6_HEADER > have)
		return false;
	/* In a tunnel there is room for another IP header before TCP. (IPv6 may have extension
	 * headers there: segmenter_init() looks closer.) */
	return ip + ip_header_len(frame + VNET + ip) + 20 <= h.csum_start;
}

/* Finds the IP header that ends where the transport header begins and whose length fits. */
static size_t frame_find_inner(const unsigned char *eth, size_t len, size_t transport)
{
	for (size_t n = 20; n <= 60 && n <= transport; n += 4) {
		const unsigned char *ip = eth + transport - n;

		if (ip[0] == (0x40 | n / 4) && be16_get(ip + IPV4_LEN) == len - (transport - n))
			return transport - n;
	}
	if (transport >= IPV6_HEADER) {
		const unsigned char *ip = eth + transport - IPV6_HEADER;

		if (ip[0] >> 4 == 6 && be16_get(ip + IPV6_LEN) == len - transport)
			return transport - IPV6_HEADER;
	}
	return 0;
}

/* Whether we can rewrite the headers between `ip` and the inner IP header, `room` bytes behind. */
static bool tunnel_is_known(const unsigned char *ip, size_t room)
{
	size_t n = ip_header_len(ip);

	switch (ip_protocol(ip)) {
	case IPPROTO_UDP:
		return n + UDP_HEADER <= room;
	case IPPROTO_IPIP:
	case IPPROTO_IPV6:
		return n == room;
	case IPPROTO_GRE:
		return n + GRE_HEADER <= room && !(ip[n] & (GRE_CHECKSUM | GRE_SEQUENCE));
	default:
		return false;
	}
}

bool segmenter_init(struct segmenter *s, const unsigned char *frame, size_t len)
{
	const unsigned char *eth = frame + VNET;
	struct virtio_net_hdr h;
	int kind;

	if (len < VNET)
		return false;
	memcpy(&h, frame, sizeof(h));
	kind = h.gso_type & ~VIRTIO_NET_HDR_GSO_ECN;
	*s = (struct segmenter){
		.frame = frame,
		.len = len - VNET,
		.transport = h.csum_start,
		.size = h.gso_size,
		.udp = kind == VIRTIO_NET_HDR_GSO_UDP_L4,
	};
	if (!(h.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) || h.gso_size == 0 ||
	    s->transport + TCP_HEADER > s->len || h.csum_offset != (s->udp ? UDP_SUM : TCP_SUM))
		return false;
	if (!s->udp && kind != VIRTIO_NET_HDR_GSO_TCPV4 && kind != VIRTIO_NET_HDR_GSO_TCPV6)
		return false;
	s->payload = s->transport +
		     (s->udp ? UDP_HEADER : (size_t)(eth[s->transport + TCP_OFFSET] >> 4) * 4);
	s->outer = frame_find_ip(eth, s->transport);
	s->inner = frame_find_inner(eth, s->len, s->transport);
	if (s->outer == 0 || s->inner < s->outer || s->payload >= s->len)
		return false;
	if (!s->udp && s->payload < s->transport + TCP_HEADER)
		return false;
	return s->inner == s->outer || tunnel_is_known(eth + s->outer, s->inner - s->outer);
}

/* ---- writing ---- */

static void segment_fix_ip(unsigned char *ip, size_t len, unsigned int number)
{
	if (!ip_is_v4(ip)) {
		be16_put(ip + IPV6_LEN, len - IPV6_HEADER);
		return;
	}
	be16_put(ip + IPV4_LEN, len);
	be16_put(ip + IPV4_ID, be16_get(ip + IPV4_ID) + number);
	be16_put(ip + IPV4_SUM, 0);
	be16_put(ip + IPV4_SUM, (uint16_t)~checksum_fold(checksum_add(ip, ip_header_len(ip))));
}

/* A partial checksum is the sum of the pseudo header, whose length field has changed. */
static void segment_fix_partial_sum(unsigned char *sum, size_t old_len, size_t new_len)
{
	be16_put(sum, checksum_fold((uint64_t)be16_get(sum) + (uint16_t)~old_len + new_len));
}

static void segment_fix_tcp(unsigned char *tcp, const struct segmenter *s, bool last)
{
	be32_put(tcp + TCP_SEQ, be32_get(tcp + TCP_SEQ) + (uint32_t)s->done);
	if (!last)
		tcp[TCP_FLAGS] &= (unsigned char)~(FIN | PSH);
	if (s->number > 0)
		tcp[TCP_FLAGS] &= (unsigned char)~CWR;
}

/* The outer checksum covers an inner one that is still partial. Once it is complete, the sum of
 * the inner part is known: the complement of the pseudo header's sum, which is now in the
 * checksum field (the kernel's "local checksum offload"). */
static void segment_fix_outer_udp(unsigned char *ip, unsigned char *udp, size_t len,
				  const unsigned char *transport, size_t sum_at)
{
	size_t addresses = ip_is_v4(ip) ? 8 : 32;
	uint64_t sum;

	be16_put(udp + UDP_LEN, len);
	if (be16_get(udp + UDP_SUM) == 0)
		return;
	be16_put(udp + UDP_SUM, 0);
	sum = checksum_add(ip + (ip_is_v4(ip) ? IPV4_ADDRESSES : IPV6_ADDRESSES), addresses);
	sum += IPPROTO_UDP + len;
	sum += checksum_add(udp, (size_t)(transport - udp));
	sum += (uint16_t)~be16_get(transport + sum_at);
	sum = (uint16_t)~checksum_fold(sum);
	be16_put(udp + UDP_SUM, sum ? (uint16_t)sum : 0xffff);
}

static void segment_fix_outer(unsigned char *eth, const struct segmenter *s, size_t len,
			      size_t sum_at)
{
	unsigned char *ip = eth + s->outer, *inside = ip + ip_header_len(ip);

	segment_fix_ip(ip, len - s->outer, s->number);
	if (ip_protocol(ip) == IPPROTO_UDP)
		segment_fix_outer_udp(ip, inside, len - (size_t)(inside - eth), eth + s->transport,
				      sum_at);
}

size_t segmenter_next(struct segmenter *s, unsigned char *to)
{
	size_t left = s->len - s->payload - s->done, part = left < s->size ? left : s->size;
	size_t len = s->payload + part, sum_at = s->udp ? UDP_SUM : TCP_SUM;
	unsigned char *eth = to + VNET, *transport = eth + s->transport;
	struct virtio_net_hdr h;

	if (left == 0)
		return 0;
	memcpy(&h, s->frame, sizeof(h));
	h.gso_type = VIRTIO_NET_HDR_GSO_NONE;
	h.gso_size = h.hdr_len = 0;
	memcpy(to, &h, sizeof(h));
	memcpy(eth, s->frame + VNET, s->payload);
	memcpy(eth + s->payload, s->frame + VNET + s->payload + s->done, part);

	segment_fix_partial_sum(transport + sum_at, s->len - s->transport, len - s->transport);
	if (s->udp)
		be16_put(transport + UDP_LEN, len - s->transport);
	else
		segment_fix_tcp(transport, s, part == left);
	segment_fix_ip(eth + s->inner, len - s->inner, s->number);
	if (s->inner != s->outer)
		segment_fix_outer(eth, s, len, sum_at);
	s->done += part;
	s->number++;
	return VNET + len;
}
