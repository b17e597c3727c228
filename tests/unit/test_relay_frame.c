/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pure half of the delay line: frames, and super-frames cut into segments. */
#include "relay_test.h"

#include "base/own.h"
#include "relay/frame.h"
#include "relay/segment.h"

#include <errno.h>
#include <linux/virtio_net.h>

/* ---- frames ---- */

static size_t put_frame(unsigned char *at, struct virtio_net_hdr h, size_t transport,
			size_t tcp_header)
{
	memset(at, 0, 200);
	memcpy(at, &h, sizeof(h));
	at[sizeof(h) + transport + 12] = (unsigned char)(tcp_header / 4 << 4);
	return sizeof(h);
}

static void a_super_frame_has_the_wire_bytes_of_its_frames(void **state)
{
	unsigned char frame[200];
	struct virtio_net_hdr h = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
				    .gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
				    .gso_size = 1448,
				    .csum_start = 34 };
	size_t n = put_frame(frame, h, 34, 32);

	(void)state;
	/* 44 segments and a short one, each with 66 bytes of headers. */
	assert_int_equal(frame_wire_bytes(frame, 200, n + 66 + 44 * 1448 + 10),
			 44 * 1514 + 66 + 10);
	assert_int_equal(frame_wire_bytes(frame, 200, n + 66 + 1448), 1514);
	h.gso_type = 5; /* UDP_L4 */
	put_frame(frame, h, 34, 0);
	assert_int_equal(frame_wire_bytes(frame, 200, n + 42 + 2 * 1448), 2 * 1490);
	h.gso_type = VIRTIO_NET_HDR_GSO_NONE;
	put_frame(frame, h, 34, 32);
	assert_int_equal(frame_wire_bytes(frame, 200, n + 1514), 1514);
	assert_int_equal(frame_wire_bytes(frame, 4, 4), 4);
}

static void a_vlan_tag_is_put_back_where_it_was(void **state)
{
	unsigned char room[300];
	unsigned char *frame = room + FRAME_VLAN_LEN;
	struct virtio_net_hdr h = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
				    .csum_start = 34,
				    .hdr_len = 66 };
	static const unsigned char tag[4] = { 0x81, 0x00, 0x20, 0x64 };

	(void)state;
	put_frame(frame, h, 34, 20);
	memset(frame + sizeof(h), 0xaa, 12);
	frame[sizeof(h) + 12] = 0x08;
	frame_put_vlan(frame, 0x8100, 0x2064);
	memcpy(&h, room, sizeof(h));
	assert_int_equal(h.csum_start, 38);
	assert_int_equal(h.hdr_len, 70);
	assert_int_equal(room[sizeof(h) + 11], 0xaa);
	assert_memory_equal(room + sizeof(h) + 12, tag, 4);
	assert_int_equal(room[sizeof(h) + 16], 0x08);
}

/* ---- segments ---- */

enum { OUTER_NONE, OUTER_VXLAN, OUTER_VXLAN_SUM, OUTER_GRE, OUTER_IPIP };

struct super { /* a super-frame to be made */
	const char *name;
	int outer, vlan;
	bool v6, outer_v6, udp;
};

static unsigned char *put_hex(unsigned char *at, const char *hex)
{
	unsigned int byte;

	for (int n; sscanf(hex, "%2x%n", &byte, &n) == 1; hex += n)
		*at++ = (unsigned char)byte;
	return at;
}

static void set16(unsigned char *p, size_t v)
{
	p[0] = (unsigned char)(v >> 8);
	p[1] = (unsigned char)v;
}

static unsigned int get16(const unsigned char *p)
{
	return (unsigned int)p[0] << 8 | p[1];
}

static unsigned int sum16(const unsigned char *p, size_t n, unsigned int start)
{
	unsigned int s = start;

	for (size_t i = 0; i < n; i++)
		s += i % 2 ? p[i] : (unsigned int)p[i] << 8;
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return s;
}

static unsigned int pseudo(const unsigned char *ip, unsigned int protocol, size_t len)
{
	bool v6 = ip[0] >> 4 == 6;

	return sum16(ip + (v6 ? 8 : 12), v6 ? 32 : 8, protocol + (unsigned int)len);
}

static unsigned char *put_ip(unsigned char *at, bool v6, unsigned int protocol)
{
	unsigned char *ip = at;

	if (v6) {
		at = put_hex(at, "6000000000000040fd000000000000000000000000000001"
				 "fd000000000000000000000000000002");
		ip[6] = (unsigned char)protocol;
		return at;
	}
	at = put_hex(ip, "45000000ffff4000400000000a0000010a000002");
	ip[9] = (unsigned char)protocol;
	return at;
}

static void end_ip(unsigned char *ip, const unsigned char *end)
{
	if (ip[0] >> 4 == 6) {
		set16(ip + 4, (size_t)(end - ip) - 40);
		return;
	}
	set16(ip + 2, (size_t)(end - ip));
	set16(ip + 10, 0);
	set16(ip + 10, ~sum16(ip, 20, 0) & 0xffff);
}

struct made {
	size_t outer, inner, transport, payload, len; /* without the virtio_net_hdr */
};

static struct made make_super(unsigned char *frame, const struct super *k, size_t payload,
			      size_t mss)
{
	struct virtio_net_hdr h = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM };
	unsigned char *eth = frame + sizeof(h), *p = put_hex(eth, "020000000002020000000001");
	unsigned char *outer = NULL, *udp = NULL, *inner, *transport;
	struct made m;

	if (k->vlan)
		p = put_hex(p, "81000005");
	if (k->outer != OUTER_NONE) {
		bool vxlan = k->outer == OUTER_VXLAN || k->outer == OUTER_VXLAN_SUM;

		p = put_hex(p, k->outer_v6 ? "86dd" : "0800");
		outer = p;
		p = put_ip(p, k->outer_v6, vxlan ? 17 : k->outer == OUTER_GRE ? 47 : 4);
		udp = vxlan ? p : NULL;
		if (vxlan)
			p = put_hex(p, "c00012b500000000"
				       "0800000000000700"
				       "020000000004020000000003");
		else if (k->outer == OUTER_GRE)
			p = put_hex(p, "00000800");
	}
	if (k->outer != OUTER_GRE && k->outer != OUTER_IPIP)
		p = put_hex(p, k->v6 ? "86dd" : "0800");
	inner = p;
	p = put_ip(p, k->v6, k->udp ? 17 : 6);
	transport = p;
	p = k->udp ? put_hex(p, "c00001bb00000000")
		   : put_hex(p, "c00001bbfffff0000000000180990400000000000101080a0102030405060708");
	m.payload = (size_t)(p - eth);
	for (size_t i = 0; i < payload; i++)
		*p++ = (unsigned char)(i * 13 + (i >> 8));
	end_ip(inner, p);
	if (k->udp)
		set16(transport + 4, (size_t)(p - transport));
	set16(transport + (k->udp ? 6 : 16),
	      pseudo(inner, k->udp ? 17 : 6, (size_t)(p - transport)));
	if (outer)
		end_ip(outer, p);
	if (udp)
		set16(udp + 4, (size_t)(p - udp));
	if (k->outer == OUTER_VXLAN_SUM)
		set16(udp + 6, 0x1234);
	h.gso_type = k->udp ? 5 : k->v6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
	h.gso_size = (uint16_t)mss;
	h.csum_start = (uint16_t)(transport - eth);
	h.csum_offset = k->udp ? 6 : 16;
	memcpy(frame, &h, sizeof(h));
	m.inner = (size_t)(inner - eth);
	m.outer = outer ? (size_t)(outer - eth) : m.inner;
	m.transport = h.csum_start;
	m.len = (size_t)(p - eth);
	return m;
}

static void check_ip(const unsigned char *ip, const unsigned char *end)
{
	if (ip[0] >> 4 == 6) {
		assert_int_equal(get16(ip + 4), end - ip - 40);
		return;
	}
	assert_int_equal(get16(ip + 2), end - ip);
	assert_int_equal(sum16(ip, 20, 0), 0xffff);
}

/* Completes the inner checksum as hardware would; then all checksums must hold. */
static void expect_segment(unsigned char *eth, size_t len, const struct super *k,
			   const struct made *m)
{
	unsigned char *end = eth + len, *transport = eth + m->transport;
	unsigned int protocol = k->udp ? 17 : 6;
	unsigned char *sum = transport + (k->udp ? 6 : 16);
	size_t n = (size_t)(end - transport);

	set16(sum, ~sum16(transport, n, 0) & 0xffff); /* hardware does no more */
	assert_int_equal(sum16(transport, n, pseudo(eth + m->inner, protocol, n)), 0xffff);
	check_ip(eth + m->inner, end);
	if (k->udp)
		assert_int_equal(get16(transport + 4), n);
	if (m->outer == m->inner)
		return;
	check_ip(eth + m->outer, end);
	if (k->outer == OUTER_VXLAN || k->outer == OUTER_VXLAN_SUM) {
		unsigned char *udp = eth + m->outer + (k->outer_v6 ? 40 : 20);

		n = (size_t)(end - udp);
		assert_int_equal(get16(udp + 4), n);
		assert_int_equal(get16(udp + 6) != 0, k->outer == OUTER_VXLAN_SUM);
		if (get16(udp + 6))
			assert_int_equal(sum16(udp, n, pseudo(eth + m->outer, 17, n)), 0xffff);
	}
}

static void segments_equal_those_of_hardware(void **state)
{
	static const struct super kinds[] = {
		{ "TCP over IPv4", OUTER_NONE, 0, false, false, false },
		{ "TCP over IPv6", OUTER_NONE, 0, true, false, false },
		{ "UDP", OUTER_NONE, 0, false, false, true },
		{ "UDP over IPv6 with a VLAN tag", OUTER_NONE, 1, true, false, true },
		{ "VXLAN", OUTER_VXLAN, 0, false, false, false },
		{ "VXLAN with checksum", OUTER_VXLAN_SUM, 0, false, false, false },
		{ "VXLAN with checksum and tag, over IPv6", OUTER_VXLAN_SUM, 1, true, true, false },
		{ "UDP in VXLAN", OUTER_VXLAN_SUM, 0, false, true, true },
		{ "GRE", OUTER_GRE, 0, false, false, false },
		{ "IPIP", OUTER_IPIP, 0, false, false, false },
	};
	static unsigned char frame[65536], segment[65536];
	const size_t mss = 1400, payload = 20 * 1400 + 77, vnet = sizeof(struct virtio_net_hdr);

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct super *k = &kinds[i];
		struct made m = make_super(frame, k, payload, mss);
		struct segmenter s;
		size_t done = 0, n;
		unsigned int number = 0;

		assert_int_equal(frame_is_tunneled(frame, 300), k->outer != OUTER_NONE);
		if (!segmenter_init(&s, frame, m.len + vnet))
			fail_msg("%s is not understood", k->name);
		for (; (n = segmenter_next(&s, segment)) > 0; number++) {
			unsigned char *eth = segment + vnet;
			size_t part = n - vnet - m.payload;
			bool last = done + part == payload;

			assert_int_equal(part, last ? 77 : mss);
			assert_memory_equal(eth + m.payload, frame + vnet + m.payload + done, part);
			if (!k->udp) {
				assert_int_equal(get16(eth + m.transport + 6),
						 (0xf000 + done) & 0xffff);
				assert_int_equal(get16(eth + m.transport + 4),
						 (0xffff + ((0xf000 + done) >> 16)) & 0xffff);
				/* ACK always, CWR first, FIN and PSH last. */
				assert_int_equal(eth[m.transport + 13],
						 0x10 | (number ? 0 : 0x80) | (last ? 0x09 : 0));
			}
			if (!k->v6)
				assert_int_equal(get16(eth + m.inner + 4),
						 (0xffff + number) & 0xffff);
			expect_segment(eth, n - vnet, k, &m);
			done += part;
		}
		assert_int_equal(done, payload);
		assert_int_equal(number, 21);
	}
}

static void an_unknown_super_frame_is_not_cut(void **state)
{
	static const struct {
		int outer;
		bool from_transport; /* counted from the TCP header, else from the first IP */
		int at;
		unsigned char is;
	} wrong[] = {
		{ OUTER_GRE, false, 20, 0x80 }, /* GRE with a checksum */
		{ OUTER_GRE, false, 20, 0x10 }, /* GRE with sequence numbers */
		{ OUTER_IPIP, false, 9, 47 },	/* GRE without a header */
		{ OUTER_IPIP, false, 9, 132 },	/* SCTP around TCP */
		{ OUTER_NONE, true, 12, 0x40 }, /* a TCP header of 16 bytes */
		{ OUTER_NONE, false, 2, 0x01 }, /* an IP length that is not the frame's */
		{ OUTER_NONE, false, 0, 0x65 }, /* IP version 6 after an IPv4 type */
	};
	static unsigned char frame[8192];
	const size_t vnet = sizeof(struct virtio_net_hdr);

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const struct super k = { "", wrong[i].outer, 0, false, false, false };
		struct made m = make_super(frame, &k, 5000, 1000);
		struct segmenter s;
		size_t at = (wrong[i].from_transport ? m.transport : m.outer) + (size_t)wrong[i].at;

		assert_true(segmenter_init(&s, frame, m.len + vnet));
		frame[vnet + at] = wrong[i].is;
		if (segmenter_init(&s, frame, m.len + vnet))
			fail_msg("case %zu was cut", i);
	}
}

/* A frame with any content is cut within its bounds or not at all. */
static void a_malformed_frame_is_not_cut(void **state)
{
	static unsigned char frame[4096], segment[4096];
	unsigned int dice = 4, cut = 0;

	(void)state;
	for (int turn = 0; turn < 200000; turn++) {
		const struct super k = { "", rand_r(&dice) % 5, 0, false, false, false };
		struct made m = make_super(frame, &k, 1500, 500);
		size_t len = m.len + sizeof(struct virtio_net_hdr), total = 0, n;
		struct segmenter s;

		for (int i = rand_r(&dice) % 4; i > 0; i--)
			frame[(size_t)rand_r(&dice) % 150] = (unsigned char)rand_r(&dice);
		if (rand_r(&dice) % 4 == 0)
			len = (size_t)rand_r(&dice) % len;
		(void)frame_is_tunneled(frame, len);
		(void)frame_wire_bytes(frame, len, len);
		if (!segmenter_init(&s, frame, len))
			continue;
		for (cut++; (n = segmenter_next(&s, segment)) > 0; total++)
			assert_in_range(n, 0, len);
		assert_in_range(total, 1, 1500);
	}
	assert_true(cut > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_super_frame_has_the_wire_bytes_of_its_frames),
		cmocka_unit_test(a_vlan_tag_is_put_back_where_it_was),
		cmocka_unit_test(segments_equal_those_of_hardware),
		cmocka_unit_test(an_unknown_super_frame_is_not_cut),
		cmocka_unit_test(a_malformed_frame_is_not_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
