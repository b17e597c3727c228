/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pure half of the delay line: lanes and their memory. */
#include "relay_test.h"

#include "relay/lane.h"

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

/* All chunks must have been given back. */
static void bench_close(struct bench *b)
{
	lane_release(&b->lane);
	assert_int_equal(b->store.held, b->store.free_n * CHUNK_SIZE);
	store_release(&b->store);
	assert_int_equal(b->store.held, 0);
}

/* A frame of `len` bytes that all depend on its number. */
static void fill(struct iovec *part, int n, size_t len, uint32_t number)
{
	size_t done = 0;

	for (int i = 0; i < n; i++)
		for (size_t j = 0; j < part[i].iov_len && done < len; j++, done++)
			((unsigned char *)part[i].iov_base)[j] =
				(unsigned char)(number * 31 + done * 7 + (done >> 8));
	assert_int_equal(done, len);
}

static bool frame_arrives(struct bench *b, uint64_t at, size_t len, uint32_t number)
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

static void check_frame(const struct lane_frame *f, size_t len, uint32_t number)
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
	const struct lane_frame *f = lane_first(&b->lane);
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
		frame_arrives(&b, SEC + i * 10 * US, 100 + i, i);
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
	frame_arrives(&b, 42, 60, 0);
	assert_int_equal(pop_due(&b), 42);
	bench_close(&b);
}

static void stamps_that_step_back_do_not_reorder(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, &(struct impairment){ .delay_ns = MS }, 1 << 20);
	frame_arrives(&b, 1000, 60, 0);
	frame_arrives(&b, 990, 61, 1);
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
		frame_arrives(&b, i * US, 64, i);
	for (uint32_t i = 0; i < N; i++) {
		const struct lane_frame *f = lane_first(&b.lane);
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
		frame_arrives(&b, SEC, 60, i);
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
		frame_arrives(&b, i * US, 64, i);
	for (uint32_t i = 0; i < 1000; i++) {
		assert_int_equal(lane_first(&b.lane)->seq, i);
		lane_pop(&b.lane);
	}
	bench_close(&b);
}

static void a_reordered_frame_overtakes_earlier_frames(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, &(struct impairment){ .delay_ns = 10 * MS }, 1 << 20);
	frame_arrives(&b, 1000, 60, 0);
	lane_set(&b.lane, &(struct impairment){ .delay_ns = 10 * MS, .reorder_ppm = 1000000 });
	frame_arrives(&b, 2000, 61, 1);
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
	frame_arrives(&b, 1000, 60, 0);
	lane_set(&b.lane, &(struct impairment){ .delay_ns = MS });
	frame_arrives(&b, 2000, 61, 1);
	assert_int_equal(pop_due(&b), 2000 + MS);
	assert_int_equal(pop_due(&b), 1000 + 100 * MS);
	bench_close(&b);
}

/* ---- random numbers ---- */

static void loss_and_duplication_happen_at_their_rates(void **state)
{
	static const struct {
		uint32_t loss, duplicate, want_least, want_most;
	} cases[] = {
		{ 0, 0, 100000, 100000 },	   { 1000000, 0, 0, 0 },
		{ 100000, 0, 89500, 90500 },	   { 1000, 0, 99850, 99950 },
		{ 0, 1000000, 200000, 200000 },	   { 0, 50000, 104700, 105300 },
		{ 500000, 500000, 99300, 100700 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench b;
		uint32_t n = 0;

		bench_open(&b,
			   &(struct impairment){ .loss_ppm = cases[i].loss,
						 .duplicate_ppm = cases[i].duplicate },
			   4 << 20);
		for (uint32_t k = 0; k < 100000; k++) {
			uint64_t lost = b.lane.lost;

			frame_arrives(&b, k, 60, k);
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
		frame_arrives(&b, i, 65000, i);
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
			frame_arrives(&b, SEC, 60, k);
		assert_int_equal(b.lane.over_limit, 0);
		while (lane_first(&b.lane))
			last = pop_due(&b);
		assert_int_equal(last, SEC + 1000 * 60 * 8 * SEC / rates[i]);
		bench_close(&b);
	}
}

static void an_idle_serialiser_earns_no_credit(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, &(struct impairment){ .rate_bps = 8000000, .delay_ns = MS }, 1 << 20);
	frame_arrives(&b, SEC, 1000, 0);
	assert_int_equal(pop_due(&b), SEC + 2 * MS);
	frame_arrives(&b, 2 * SEC, 1000, 1);
	frame_arrives(&b, 2 * SEC, 1000, 2);
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
		{ 10000000, 1002 },   /* 1.2 s: 1000 frames; one is under way, one may come */
		{ 1000000000, 8258 }, /* 100 ms */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench b;

		bench_open(&b, &(struct impairment){ .rate_bps = cases[i].rate }, 64 << 20);
		for (uint32_t k = 0; k < 20000; k++)
			frame_arrives(&b, SEC, 1514, k);
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
	for (uint32_t k = 0; k < 80000; k++) /* exactly at the rate, for 0.97 s */
		frame_arrives(&b, SEC + k * 12112, 1514, k);
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
			assert_true(frame_arrives(&b, in, len[in], in));
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
		assert_true(frame_arrives(&b, now, len[i], i));
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
		kept += frame_arrives(&b, i, 60000, i);
	assert_in_range(kept, 12, 17);
	assert_int_equal(b.lane.over_limit, 100 - kept);
	assert_in_range(b.store.held, 0, 4 * CHUNK_SIZE);
	for (uint32_t i = 0; i < kept; i++) {
		check_frame(lane_first(&b.lane), 60000, i);
		lane_pop(&b.lane);
	}
	assert_true(frame_arrives(&b, 1000, 60000, 7));
	check_frame(lane_first(&b.lane), 60000, 7);
	bench_close(&b);
}

static void an_idle_lane_holds_no_memory(void **state)
{
	struct bench b;
	struct iovec part[2];

	(void)state;
	bench_open(&b, &(struct impairment){ .loss_ppm = 1000000 }, 1 << 20);
	frame_arrives(&b, 0, 60, 0);
	assert_null(b.lane.cur);
	assert_true(lane_reserve(&b.lane, part) > 0);
	lane_decline(&b.lane);
	assert_null(b.lane.cur);
	assert_int_equal(b.store.free_n, 1);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_leave_in_order_after_the_delay),
		cmocka_unit_test(without_impairment_a_frame_is_due_when_it_arrives),
		cmocka_unit_test(stamps_that_step_back_do_not_reorder),
		cmocka_unit_test(jitter_keeps_within_its_bounds_and_loses_nothing),
		cmocka_unit_test(jitter_beyond_the_delay_never_goes_back_in_time),
		cmocka_unit_test(jitter_with_a_rate_keeps_the_order),
		cmocka_unit_test(a_reordered_frame_overtakes_earlier_frames),
		cmocka_unit_test(a_changed_delay_holds_for_frames_that_arrive_later),
		cmocka_unit_test(loss_and_duplication_happen_at_their_rates),
		cmocka_unit_test(a_large_frame_is_duplicated_whole),
		cmocka_unit_test(the_rate_is_exact_over_many_frames),
		cmocka_unit_test(an_idle_serialiser_earns_no_credit),
		cmocka_unit_test(the_queue_of_a_rate_takes_1000_frames_or_100_ms),
		cmocka_unit_test(frames_in_flight_do_not_count_against_the_queue),
		cmocka_unit_test(memory_grows_wraps_and_shrinks),
		cmocka_unit_test(memory_is_freed_in_any_order),
		cmocka_unit_test(full_memory_drops_and_counts_and_recovers),
		cmocka_unit_test(an_idle_lane_holds_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
