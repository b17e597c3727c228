/* The pure half of the delay line: lanes, their memory, the agenda, frames, timing. */
#include "base/own.h"
#include "relay/agenda.h"
#include "relay/frame.h"
#include "relay/lane.h"
#include "relay/pace.h"
#include "relay/segment.h"
#include "relay/timing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/virtio_net.h>

#define US UINT64_C(1000)
#define MS UINT64_C(1000000)
#define SEC UINT64_C(1000000000)
#define SEED UINT64_C(20240229)

struct bench { /* a store and a lane in it */
	struct store store;
	struct lane lane;
};

static void bench_open(struct bench *b, const struct impairment *imp, uint64_t memory)
{
	store_init(&b->store, memory);
	lane_init(&b->lane, &b->store, SEED);
	lane_set(&b->lane, imp);
}

/* All that was taken must have come back. */
static void bench_close(struct bench *b)
{
	lane_release(&b->lane);
	assert_int_equal(b->store.held, b->store.free_n * CHUNK_SIZE);
	store_release(&b->store);
	assert_int_equal(b->store.held, 0);
}

/* A frame of `len` bytes which all depend on its number. */
static void fill(struct iovec *part, int n, size_t len, uint32_t number)
{
	size_t done = 0;

	for (int i = 0; i < n; i++)
		for (size_t j = 0; j < part[i].iov_len && done < len; j++, done++)
			((unsigned char *)part[i].iov_base)[j] =
				(unsigned char)(number * 31 + done * 7 + (done >> 8));
	assert_int_equal(done, len);
}

static bool arrive(struct bench *b, uint64_t at, size_t len, uint32_t number)
{
	struct iovec part[2];
	int n = lane_reserve(&b->lane, part);
	struct arrival a = { .at = at, .len = len, .wire = len };

	if (n < 0)
		return false;
	fill(part, n, len, number);
	lane_admit(&b->lane, &a);
	return true;
}

static void check_frame(const struct frame *f, size_t len, uint32_t number)
{
	struct iovec part[2];
	int n = frame_parts(f, part);
	size_t done = 0;

	assert_int_equal(f->len, len);
	for (int i = 0; i < n; i++)
		for (size_t j = 0; j < part[i].iov_len; j++, done++)
			if (((unsigned char *)part[i].iov_base)[j] !=
			    (unsigned char)(number * 31 + done * 7 + (done >> 8)))
				fail_msg("byte %zu of frame %u is wrong", done, number);
	assert_int_equal(done, len);
}

static uint64_t pop_due(struct bench *b)
{
	const struct frame *f = lane_first(&b->lane);
	uint64_t due;

	assert_non_null(f);
	due = f->due;
	lane_pop(&b->lane);
	return due;
}

/* ---- due times and order ---- */

static void frames_leave_in_order_after_the_delay(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, &(struct impairment){ .delay_ns = 5 * MS }, 64 << 20);
	for (uint32_t i = 0; i < 1000; i++)
		arrive(&b, SEC + i * 10 * US, 100 + i, i);
	for (uint32_t i = 0; i < 1000; i++) {
		check_frame(lane_first(&b.lane), 100 + i, i);
		assert_int_equal(pop_due(&b), SEC + i * 10 * US + 5 * MS);
	}
	assert_null(lane_first(&b.lane));
	bench_close(&b);
}

static void without_impairment_a_frame_is_due_when_it_arrives(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, &(struct impairment){ .delay_ns = 0 }, 1 << 20);
	arrive(&b, 42, 60, 0);
	assert_int_equal(pop_due(&b), 42);
	bench_close(&b);
}

static void stamps_which_step_back_do_not_reorder(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, &(struct impairment){ .delay_ns = MS }, 1 << 20);
	arrive(&b, 1000, 60, 0);
	arrive(&b, 990, 61, 1);
	check_frame(lane_first(&b.lane), 60, 0);
	lane_pop(&b.lane);
	check_frame(lane_first(&b.lane), 61, 1);
	assert_int_equal(pop_due(&b), 1000 + MS);
	bench_close(&b);
}

static void jitter_keeps_within_its_bounds_and_loses_nothing(void **state)
{
	const struct impairment imp = { .delay_ns = 10 * MS, .jitter_ns = 3 * MS };
	enum { N = 20000 };
	static bool seen[N];
	uint64_t sum = 0, least = UINT64_MAX, most = 0, last = 0;
	struct bench b;
	bool reordered = false;

	(void)state;
	memset(seen, 0, sizeof(seen));
	bench_open(&b, &imp, 64 << 20);
	for (uint32_t i = 0; i < N; i++)
		arrive(&b, i * US, 64, i);
	for (uint32_t i = 0; i < N; i++) {
		const struct frame *f = lane_first(&b.lane);
		uint64_t took = f->due - f->seq * US;

		assert_false(seen[f->seq]);
		seen[f->seq] = true;
		check_frame(f, 64, (uint32_t)f->seq);
		reordered = reordered || f->seq != i;
		sum += took;
		least = took < least ? took : least;
		most = took > most ? took : most;
		assert_true(f->due >= last);
		last = pop_due(&b);
	}
	assert_true(reordered);
	assert_in_range(least, 7 * MS, 7 * MS + 10 * US);
	assert_in_range(most, 13 * MS - 10 * US, 13 * MS);
	assert_in_range(sum / N, 10 * MS - 50 * US, 10 * MS + 50 * US);
	bench_close(&b);
}

static void jitter_beyond_the_delay_never_goes_back_in_time(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, &(struct impairment){ .delay_ns = MS, .jitter_ns = 5 * SEC }, 8 << 20);
	for (uint32_t i = 0; i < 1000; i++)
		arrive(&b, SEC, 60, i);
	while (lane_first(&b.lane))
		assert_in_range(pop_due(&b), SEC, 6 * SEC + MS);
	bench_close(&b);
}

static void jitter_with_a_rate_keeps_the_order(void **state)
{
	const struct impairment imp = { .delay_ns = 10 * MS,
					.jitter_ns = 9 * MS,
					.rate_bps = 1000000000 };
	struct bench b;

	(void)state;
	bench_open(&b, &imp, 8 << 20);
	for (uint32_t i = 0; i < 1000; i++)
		arrive(&b, i * US, 64, i);
	for (uint32_t i = 0; i < 1000; i++) {
		assert_int_equal(lane_first(&b.lane)->seq, i);
		lane_pop(&b.lane);
	}
	bench_close(&b);
}

static void a_reordered_frame_overtakes_its_elders(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, &(struct impairment){ .delay_ns = 10 * MS }, 1 << 20);
	arrive(&b, 1000, 60, 0);
	lane_set(&b.lane, &(struct impairment){ .delay_ns = 10 * MS, .reorder_ppm = 1000000 });
	arrive(&b, 2000, 61, 1);
	check_frame(lane_first(&b.lane), 61, 1);
	assert_int_equal(pop_due(&b), 2000);
	assert_int_equal(pop_due(&b), 1000 + 10 * MS);
	bench_close(&b);
}

static void a_changed_delay_holds_for_frames_that_arrive_later(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, &(struct impairment){ .delay_ns = 100 * MS }, 1 << 20);
	arrive(&b, 1000, 60, 0);
	lane_set(&b.lane, &(struct impairment){ .delay_ns = MS });
	arrive(&b, 2000, 61, 1);
	assert_int_equal(pop_due(&b), 2000 + MS);
	assert_int_equal(pop_due(&b), 1000 + 100 * MS);
	bench_close(&b);
}

/* ---- chance ---- */

static void loss_and_duplication_happen_as_often_as_told(void **state)
{
	static const struct {
		uint32_t loss, duplicate, want_least, want_most;
	} cases[] = {
		{ 0, 0, 100000, 100000 },	{ 1000000, 0, 0, 0 },
		{ 100000, 0, 89500, 90500 },	{ 1000, 0, 99850, 99950 },
		{ 0, 1000000, 200000, 200000 }, { 0, 50000, 104700, 105300 },
		{ 500000, 500000, 99300, 100700 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench b;
		uint32_t n = 0;

		bench_open(&b, &(struct impairment){ .loss_ppm = cases[i].loss,
						     .duplicate_ppm = cases[i].duplicate },
			   4 << 20);
		for (uint32_t k = 0; k < 100000; k++) {
			uint64_t lost = b.lane.lost;

			arrive(&b, k, 60, k);
			if (b.lane.lost != lost)
				assert_int_equal(b.lane.frames, 0);
			for (; lane_first(&b.lane); n++) {
				check_frame(lane_first(&b.lane), 60, k);
				lane_pop(&b.lane);
			}
		}
		assert_in_range(n, cases[i].want_least, cases[i].want_most);
		bench_close(&b);
	}
}

static void a_large_frame_is_duplicated_whole(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, &(struct impairment){ .delay_ns = 1, .duplicate_ppm = 1000000 }, 16 << 20);
	for (uint32_t i = 0; i < 40; i++)
		arrive(&b, i, 65000, i);
	for (uint32_t i = 0; i < 80; i++) {
		check_frame(lane_first(&b.lane), 65000, i / 2);
		lane_pop(&b.lane);
	}
	bench_close(&b);
}

/* ---- rate ---- */

static void the_rate_is_exact_over_many_frames(void **state)
{
	/* 100 Gbit/s: 60 bytes take 4.8 ns, which must not be rounded away. */
	static const uint64_t rates[] = { 64000, 1000000, 1000000000, UINT64_C(100000000000) };

	(void)state;
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct bench b;
		uint64_t last = 0;

		bench_open(&b, &(struct impairment){ .rate_bps = rates[i] }, 4 << 20);
		for (uint32_t k = 0; k < 1000; k++)
			arrive(&b, SEC, 60, k);
		assert_int_equal(b.lane.over_limit, 0);
		while (lane_first(&b.lane))
			last = pop_due(&b);
		assert_int_equal(last, SEC + 1000 * 60 * 8 * SEC / rates[i]);
		bench_close(&b);
	}
}

static void an_idle_serialiser_saves_nothing_up(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, &(struct impairment){ .rate_bps = 8000000, .delay_ns = MS }, 1 << 20);
	arrive(&b, SEC, 1000, 0);
	assert_int_equal(pop_due(&b), SEC + 2 * MS);
	arrive(&b, 2 * SEC, 1000, 1);
	arrive(&b, 2 * SEC, 1000, 2);
	assert_int_equal(pop_due(&b), 2 * SEC + 2 * MS);
	assert_int_equal(pop_due(&b), 2 * SEC + 3 * MS);
	bench_close(&b);
}

static void the_queue_of_a_rate_takes_1000_frames_or_100_ms(void **state)
{
	static const struct {
		uint64_t rate;
		uint32_t want; /* of 1514 bytes, arriving at once */
	} cases[] = {
		{ 10000000, 1002 },	   /* 1.2 s: 1000 frames; one is under way, one may come */
		{ 1000000000, 8258 },	   /* 100 ms */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench b;

		bench_open(&b, &(struct impairment){ .rate_bps = cases[i].rate }, 64 << 20);
		for (uint32_t k = 0; k < 20000; k++)
			arrive(&b, SEC, 1514, k);
		assert_in_range(b.lane.frames, cases[i].want - 2, cases[i].want);
		assert_int_equal(b.lane.frames + b.lane.over_limit, 20000);
		bench_close(&b);
	}
}

static void frames_in_flight_do_not_count_against_the_queue(void **state)
{
	const struct impairment imp = { .delay_ns = SEC, .rate_bps = 1000000000 };
	struct bench b;

	(void)state;
	bench_open(&b, &imp, 256 << 20);
	for (uint32_t k = 0; k < 80000; k++) /* just what the rate can carry, for 0.97 s */
		arrive(&b, SEC + k * 12112, 1514, k);
	assert_int_equal(b.lane.over_limit, 0);
	assert_int_equal(b.lane.frames, 80000);
	bench_close(&b);
}

/* ---- memory ---- */

/* Frames of all sizes come and go; a plain array of numbers is the oracle. */
static void memory_grows_wraps_and_shrinks(void **state)
{
	enum { N = 30000, MOST = 400 };
	static size_t len[N];
	struct bench b;
	uint32_t in = 0, out = 0;
	unsigned int dice = 1;

	(void)state;
	bench_open(&b, &(struct impairment){ .delay_ns = MS }, 128 << 20);
	while (out < N) {
		bool grow = (in / 1000) % 2 ? rand_r(&dice) % 3 : rand_r(&dice) % 2;

		if (in < N && grow && in - out < MOST) {
			len[in] = 60 + (size_t)rand_r(&dice) %
					       (rand_r(&dice) % 4 ? 1500 : FRAME_MAX - 60);
			assert_true(arrive(&b, in, len[in], in));
			in++;
		} else if (out < in) {
			check_frame(lane_first(&b.lane), len[out], out);
			lane_pop(&b.lane);
			out++;
		}
	}
	assert_null(b.lane.cur);
	for (int i = 0; i < 64; i++)
		store_trim(&b.store);
	assert_true(store_is_trim(&b.store));
	assert_in_range(b.store.held, 0, 16 * CHUNK_SIZE);
	bench_close(&b);
}

/* The same with jitter, where frames leave in another order than they came. */
static void memory_is_freed_in_any_order(void **state)
{
	const struct impairment imp = { .delay_ns = MS, .jitter_ns = MS };
	enum { N = 20000 };
	static size_t len[N];
	struct bench b;
	unsigned int dice = 2;
	uint32_t left = 0;

	(void)state;
	bench_open(&b, &imp, 128 << 20);
	for (uint32_t i = 0; i < N; i++) {
		uint64_t now = i * 10 * US;

		len[i] = rand_r(&dice) % 8 ? 60 : 30000 + (size_t)rand_r(&dice) % 30000;
		assert_true(arrive(&b, now, len[i], i));
		while (lane_first(&b.lane) && lane_first(&b.lane)->due <= now) {
			uint32_t number = (uint32_t)lane_first(&b.lane)->seq;

			check_frame(lane_first(&b.lane), len[number], number);
			lane_pop(&b.lane);
			left++;
		}
	}
	assert_int_equal(left + b.lane.frames, N);
	assert_in_range(b.store.held, 0, 20 << 20);
	bench_close(&b);
}

static void full_memory_drops_and_counts_and_recovers(void **state)
{
	struct bench b;
	uint32_t kept = 0;

	(void)state;
	bench_open(&b, &(struct impairment){ .delay_ns = MS }, 4 * CHUNK_SIZE);
	for (uint32_t i = 0; i < 100; i++)
		kept += arrive(&b, i, 60000, i);
	assert_in_range(kept, 12, 17);
	assert_int_equal(b.lane.over_limit, 100 - kept);
	assert_in_range(b.store.held, 0, 4 * CHUNK_SIZE);
	for (uint32_t i = 0; i < kept; i++) {
		check_frame(lane_first(&b.lane), 60000, i);
		lane_pop(&b.lane);
	}
	assert_true(arrive(&b, 1000, 60000, 7));
	check_frame(lane_first(&b.lane), 60000, 7);
	bench_close(&b);
}

static void an_idle_lane_holds_no_memory(void **state)
{
	struct bench b;
	struct iovec part[2];

	(void)state;
	bench_open(&b, &(struct impairment){ .loss_ppm = 1000000 }, 1 << 20);
	arrive(&b, 0, 60, 0);
	assert_null(b.lane.cur);
	assert_true(lane_reserve(&b.lane, part) > 0);
	lane_decline(&b.lane);
	assert_null(b.lane.cur);
	assert_int_equal(b.store.free_n, 1);
	bench_close(&b);
}

/* ---- the agenda ---- */

static void the_agenda_agrees_with_a_linear_search(void **state)
{
	enum { N = 97 };
	static struct agenda_item item[N];
	struct agenda a = { .v = NULL };
	unsigned int dice = 3;

	(void)state;
	assert_int_equal(agenda_reserve(&a, N), 0);
	for (int i = 0; i < N; i++)
		item[i] = (struct agenda_item){ .due = NEVER };
	for (int turn = 0; turn < 50000; turn++) {
		uint64_t least = NEVER;

		agenda_put(&a, &item[rand_r(&dice) % N],
			   rand_r(&dice) % 4 ? (uint64_t)(rand_r(&dice) % 1000) : NEVER);
		if (agenda_first(&a) && turn / 100 % 2)
			agenda_put(&a, agenda_first(&a), NEVER);
		for (int i = 0; i < N; i++) {
			assert_int_equal(item[i].due == NEVER, item[i].place == 0);
			least = item[i].due < least ? item[i].due : least;
		}
		assert_int_equal(agenda_first(&a) ? agenda_first(&a)->due : NEVER, least);
	}
	agenda_release(&a);
}

/* ---- frames ---- */

static size_t put_frame(unsigned char *at, struct virtio_net_hdr h, size_t transport,
			size_t tcp_header)
{
	memset(at, 0, 200);
	memcpy(at, &h, sizeof(h));
	at[sizeof(h) + transport + 12] = (unsigned char)(tcp_header / 4 << 4);
	return sizeof(h);
}

static void a_super_frame_weighs_what_its_frames_weigh(void **state)
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

static unsigned char *put(unsigned char *at, const char *hex)
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
		at = put(at, "6000000000000040fd000000000000000000000000000001"
			     "fd000000000000000000000000000002");
		ip[6] = (unsigned char)protocol;
		return at;
	}
	at = put(ip, "45000000ffff4000400000000a0000010a000002");
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
	unsigned char *eth = frame + sizeof(h), *p = put(eth, "020000000002020000000001");
	unsigned char *outer = NULL, *udp = NULL, *inner, *transport;
	struct made m;

	if (k->vlan)
		p = put(p, "81000005");
	if (k->outer != OUTER_NONE) {
		bool vxlan = k->outer == OUTER_VXLAN || k->outer == OUTER_VXLAN_SUM;

		p = put(p, k->outer_v6 ? "86dd" : "0800");
		outer = p;
		p = put_ip(p, k->outer_v6, vxlan ? 17 : k->outer == OUTER_GRE ? 47 : 4);
		udp = vxlan ? p : NULL;
		if (vxlan)
			p = put(p, "c00012b500000000"
				   "0800000000000700"
				   "020000000004020000000003");
		else if (k->outer == OUTER_GRE)
			p = put(p, "00000800");
	}
	if (k->outer != OUTER_GRE && k->outer != OUTER_IPIP)
		p = put(p, k->v6 ? "86dd" : "0800");
	inner = p;
	p = put_ip(p, k->v6, k->udp ? 17 : 6);
	transport = p;
	p = k->udp ? put(p, "c00001bb00000000")
		   : put(p, "c00001bbfffff0000000000180990400000000000101080a0102030405060708");
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

/* A frame as hardware would send it: the inner checksum is filled in, then all must hold. */
static void check_segment(unsigned char *eth, size_t len, const struct super *k,
			  const struct made *m)
{
	unsigned char *end = eth + len, *transport = eth + m->transport;
	unsigned int protocol = k->udp ? 17 : 6;
	unsigned char *sum = transport + (k->udp ? 6 : 16);
	size_t n = (size_t)(end - transport);

	set16(sum, ~sum16(transport, n, 0) & 0xffff); /* all that hardware does */
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

static void segments_are_what_hardware_would_send(void **state)
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
			check_segment(eth, n - vnet, k, &m);
			done += part;
		}
		assert_int_equal(done, payload);
		assert_int_equal(number, 21);
	}
}

static void what_is_not_understood_is_not_cut(void **state)
{
	static const struct {
		int outer;
		bool from_transport; /* counted from the TCP header, else from the first IP */
		int at;
		unsigned char is;
	} wrong[] = {
		{ OUTER_GRE, false, 20, 0x80 },	 /* GRE with a checksum */
		{ OUTER_GRE, false, 20, 0x10 },	 /* GRE with sequence numbers */
		{ OUTER_IPIP, false, 9, 47 },	 /* GRE without a header */
		{ OUTER_IPIP, false, 9, 132 },	 /* SCTP around TCP */
		{ OUTER_NONE, true, 12, 0x40 },	 /* a TCP header of 16 bytes */
		{ OUTER_NONE, false, 2, 0x01 },	 /* an IP length that is not the frame's */
		{ OUTER_NONE, false, 0, 0x65 },	 /* IP version 6 after an IPv4 type */
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

/* Whatever stands in it, a frame is cut within its bounds or not at all. */
static void nonsense_is_not_cut(void **state)
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

/* ---- timing ---- */

static void stamps_become_monotonic_times(void **state)
{
	struct stamp_clock c = { .known = false };
	const uint64_t wall = UINT64_C(1700000000) * SEC;

	(void)state;
	stamp_clock_read(&c, 100 * SEC, wall);
	assert_int_equal(stamp_to_mono(&c, wall - 3 * MS), 100 * SEC - 3 * MS);
	assert_int_equal(stamp_to_mono(&c, wall + 1), 100 * SEC); /* never in the future */
	stamp_clock_read(&c, 101 * SEC, wall + SEC + 1000);	  /* a little slewed */
	assert_int_equal(stamp_to_mono(&c, wall + SEC), 101 * SEC - 1000);
}

static void a_clock_that_is_set_moves_no_frame_by_much(void **state)
{
	const uint64_t wall = UINT64_C(1700000000) * SEC;
	static const int64_t steps[] = { 3600, -3600, 2, -2 };

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct stamp_clock c = { .known = false };
		uint64_t after = wall + (uint64_t)(steps[i] * (int64_t)SEC);

		stamp_clock_read(&c, 100 * SEC, wall);
		/* Stamped before the step, read 50 us after it; and once more a bit later. */
		stamp_clock_read(&c, 100 * SEC + MS, after + MS);
		assert_in_range(stamp_to_mono(&c, wall + MS - 50 * US), 100 * SEC + MS - 50 * US,
				100 * SEC + MS);
		stamp_clock_read(&c, 100 * SEC + 2 * MS, after + 2 * MS);
		assert_in_range(stamp_to_mono(&c, wall + MS - 50 * US), 100 * SEC + MS,
				100 * SEC + 2 * MS);
		/* Stamped after it: exact again. */
		assert_int_equal(stamp_to_mono(&c, after + MS + 500 * US),
				 100 * SEC + MS + 500 * US);
	}
}

static void the_kernel_may_tell_of_a_step_we_could_not_see(void **state)
{
	struct stamp_clock c = { .known = false };

	(void)state;
	stamp_clock_read(&c, 100 * SEC, 1000 * SEC);
	stamp_clock_read(&c, 200 * SEC, 1101 * SEC); /* 1 s in 100 s could be slewing */
	stamp_clock_distrust(&c, 200 * SEC);
	assert_int_equal(stamp_to_mono(&c, 1100 * SEC), 200 * SEC);
}

static void a_habit_follows_what_it_learns(void **state)
{
	struct habit h;

	(void)state;
	habit_init(&h, 40000, 15000);
	for (int i = 0; i < 100; i++)
		habit_learn(&h, 5 * MS, 80000);
	assert_in_range(habit_mean(&h, 5 * MS), 79000, 80000);
	assert_in_range(habit_most(&h, 5 * MS), 79000, 82000);
	assert_int_equal(habit_mean(&h, 50 * US), 40000); /* another rest, another habit */
	for (int i = 0; i < 1000; i++)
		habit_learn(&h, 5 * MS, UINT64_MAX); /* somebody else's doing */
	assert_in_range(habit_most(&h, 5 * MS), 80000, 600000);
	for (int i = 0; i < 200; i++)
		habit_learn(&h, 5 * MS, 0);
	assert_in_range(habit_most(&h, 5 * MS), 0, 100);
}

static void percentiles_are_right_to_a_quarter(void **state)
{
	static struct histogram h;

	(void)state;
	assert_int_equal(histogram_percentile(&h, 50), 0);
	for (uint64_t i = 1; i <= 1000; i++)
		histogram_add(&h, i * 100);
	assert_in_range(histogram_percentile(&h, 50), 50000, 62500);
	assert_in_range(histogram_percentile(&h, 99), 99000, 123750);
	for (int i = 0; i < 200000; i++)
		histogram_add(&h, UINT64_MAX);
	assert_true(histogram_percentile(&h, 50) > SEC);
	for (int i = 0; i < 200000; i++)
		histogram_add(&h, 7);
	assert_int_equal(histogram_percentile(&h, 50), 8); /* the old ones have faded */
}

/* ---- pace ---- */

static void it_wakes_early_by_as_much_as_it_was_late(void **state)
{
	struct pace p;
	uint64_t now = SEC, alarm = 0;

	(void)state;
	pace_init(&p);
	for (int i = 0; i < 100; i++, now += 20 * MS) {
		assert_true(pace_plan(&p, now, now + 10 * MS, &alarm));
		assert_in_range(alarm, now + 9 * MS, now + 10 * MS - 20 * US);
		pace_woke(&p, alarm + 70 * US);
	}
	assert_in_range(pace_lead(&p), 70 * US, 80 * US);
	pace_plan(&p, now, now + 10 * MS, &alarm);
	assert_int_equal(alarm, now + 10 * MS - pace_lead(&p));
	/* Nearer than that, it polls. */
	assert_false(pace_plan(&p, now, now + 15 * US, &alarm));
	assert_false(pace_plan(&p, now, now, &alarm));
	assert_false(pace_plan(&p, now, now - 1, &alarm));
}

static void the_lead_has_bounds(void **state)
{
	struct pace p;
	uint64_t now = SEC, alarm = 0;

	(void)state;
	pace_init(&p);
	for (int i = 0; i < 100; i++, now += 20 * MS) {
		pace_plan(&p, now, now + 10 * MS, &alarm);
		pace_woke(&p, alarm + 3 * MS);
	}
	assert_int_equal(pace_lead(&p), 250 * US);
	for (int i = 0; i < 200; i++, now += 20 * MS) {
		pace_plan(&p, now, now + 10 * MS, &alarm);
		pace_woke(&p, alarm);
	}
	assert_int_equal(pace_lead(&p), 20 * US);
}

static void it_learns_only_from_its_own_alarm(void **state)
{
	struct pace p;
	uint64_t alarm = 0, lead;

	(void)state;
	pace_init(&p);
	lead = pace_lead(&p);
	pace_plan(&p, SEC, 2 * SEC, &alarm);
	pace_idle(&p, SEC + MS); /* woken by a frame, then nothing was due */
	pace_woke(&p, 3 * SEC);
	assert_int_equal(pace_lead(&p), lead);
}

static void polling_has_a_budget(void **state)
{
	struct pace p;
	uint64_t now = SEC, alarm, polled = 0;

	(void)state;
	pace_init(&p);
	/* A frame is due every 20 us for a second: it could poll all the time. */
	for (uint64_t due = now; due < 2 * SEC; due += 20 * US) {
		while (now < due) {
			bool sleep = pace_plan(&p, now, due, &alarm);

			polled += sleep ? 0 : US;
			now = sleep ? alarm : now + US;
		}
	}
	assert_in_range(polled, 100 * MS, 270 * MS);
}

static void bulk_leaves_nothing_to_poll_with(void **state)
{
	struct pace p;
	uint64_t now = SEC, alarm, polled = 0;

	(void)state;
	pace_init(&p);
	for (uint64_t due = now; due < 2 * SEC; due += 50 * US) { /* 10 Gbit/s */
		while (now < due) {
			bool sleep = pace_plan(&p, now, due, &alarm);

			polled += sleep ? 0 : US;
			now = sleep ? alarm : now + US;
		}
		pace_sent(&p, now, now, 65226);
	}
	assert_in_range(polled, 0, 5 * MS);
}

static void sends_begin_early_by_a_third_of_what_they_take(void **state)
{
	struct pace p;
	uint64_t now = SEC;

	(void)state;
	pace_init(&p);
	assert_int_equal(pace_advance(&p, now), 0);
	for (int i = 0; i < 100; i++, now += 5 * MS)
		pace_sent(&p, now, now + 30 * US, 98);
	assert_in_range(pace_advance(&p, now), 9900, 10000);
	assert_int_equal(pace_advance(&p, now - 5 * MS + 50 * US), 0); /* soon after: unknown */
	for (int i = 0; i < 100; i++, now += 5 * MS)
		pace_sent(&p, now, now + 300 * US, 65000); /* copying is another matter */
	assert_in_range(pace_advance(&p, now), 9900, 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_leave_in_order_after_the_delay),
		cmocka_unit_test(without_impairment_a_frame_is_due_when_it_arrives),
		cmocka_unit_test(stamps_which_step_back_do_not_reorder),
		cmocka_unit_test(jitter_keeps_within_its_bounds_and_loses_nothing),
		cmocka_unit_test(jitter_beyond_the_delay_never_goes_back_in_time),
		cmocka_unit_test(jitter_with_a_rate_keeps_the_order),
		cmocka_unit_test(a_reordered_frame_overtakes_its_elders),
		cmocka_unit_test(a_changed_delay_holds_for_frames_that_arrive_later),
		cmocka_unit_test(loss_and_duplication_happen_as_often_as_told),
		cmocka_unit_test(a_large_frame_is_duplicated_whole),
		cmocka_unit_test(the_rate_is_exact_over_many_frames),
		cmocka_unit_test(an_idle_serialiser_saves_nothing_up),
		cmocka_unit_test(the_queue_of_a_rate_takes_1000_frames_or_100_ms),
		cmocka_unit_test(frames_in_flight_do_not_count_against_the_queue),
		cmocka_unit_test(memory_grows_wraps_and_shrinks),
		cmocka_unit_test(memory_is_freed_in_any_order),
		cmocka_unit_test(full_memory_drops_and_counts_and_recovers),
		cmocka_unit_test(an_idle_lane_holds_no_memory),
		cmocka_unit_test(the_agenda_agrees_with_a_linear_search),
		cmocka_unit_test(a_super_frame_weighs_what_its_frames_weigh),
		cmocka_unit_test(a_vlan_tag_is_put_back_where_it_was),
		cmocka_unit_test(segments_are_what_hardware_would_send),
		cmocka_unit_test(what_is_not_understood_is_not_cut),
		cmocka_unit_test(nonsense_is_not_cut),
		cmocka_unit_test(stamps_become_monotonic_times),
		cmocka_unit_test(a_clock_that_is_set_moves_no_frame_by_much),
		cmocka_unit_test(the_kernel_may_tell_of_a_step_we_could_not_see),
		cmocka_unit_test(a_habit_follows_what_it_learns),
		cmocka_unit_test(percentiles_are_right_to_a_quarter),
		cmocka_unit_test(it_wakes_early_by_as_much_as_it_was_late),
		cmocka_unit_test(the_lead_has_bounds),
		cmocka_unit_test(it_learns_only_from_its_own_alarm),
		cmocka_unit_test(polling_has_a_budget),
		cmocka_unit_test(bulk_leaves_nothing_to_poll_with),
		cmocka_unit_test(sends_begin_early_by_a_third_of_what_they_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
