/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pure half of the delay line: what is due next, clocks, and when to wake. */
#include "relay_test.h"

#include "relay/agenda.h"
#include "relay/pace.h"
#include "relay/timing.h"

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
		/* Stamped before the step, read 50 us after it; then once more a little later. */
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

static void a_step_that_the_kernel_reports_counts(void **state)
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
	assert_int_equal(habit_mean(&h, 50 * US), 40000); /* another idle time has its own habit */
	for (int i = 0; i < 1000; i++)
		habit_learn(&h, 5 * MS, UINT64_MAX); /* an outlier with another cause */
	assert_in_range(habit_most(&h, 5 * MS), 80000, 600000);
	for (int i = 0; i < 200; i++)
		habit_learn(&h, 5 * MS, 0);
	assert_in_range(habit_most(&h, 5 * MS), 0, 100);
}

static void percentiles_are_exact_within_a_quarter(void **state)
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
	assert_int_equal(histogram_percentile(&h, 50), 8); /* old values have lost weight */
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
	/* For a shorter time it polls. */
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

static void bulk_traffic_uses_up_the_polling_budget(void **state)
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

static void sends_begin_early_by_a_third_of_their_duration(void **state)
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
		pace_sent(&p, now, now + 300 * US, 65000); /* large frames do not count */
	assert_in_range(pace_advance(&p, now), 9900, 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_agenda_agrees_with_a_linear_search),
		cmocka_unit_test(stamps_become_monotonic_times),
		cmocka_unit_test(a_clock_that_is_set_moves_no_frame_by_much),
		cmocka_unit_test(a_step_that_the_kernel_reports_counts),
		cmocka_unit_test(a_habit_follows_what_it_learns),
		cmocka_unit_test(percentiles_are_exact_within_a_quarter),
		cmocka_unit_test(it_wakes_early_by_as_much_as_it_was_late),
		cmocka_unit_test(the_lead_has_bounds),
		cmocka_unit_test(it_learns_only_from_its_own_alarm),
		cmocka_unit_test(polling_has_a_budget),
		cmocka_unit_test(bulk_traffic_uses_up_the_polling_budget),
		cmocka_unit_test(sends_begin_early_by_a_third_of_their_duration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
