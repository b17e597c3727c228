/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The numbers and names that the model knows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/vec.h"
#include "model/model.h"
#include "model/regions.h"

static void the_round_trip_between_regions_is_the_files_or_the_built_in_one(void **state)
{
	static const struct {
		const char *a, *b;
		uint64_t ms;
	} pairs[] = {
		{ "westeurope", "westeurope", 1 }, { "westeurope", "northeurope", 17 },
		{ "northeurope", "westeurope", 17 }, { "eastus", "eastus2", 8 },
		{ "southindia", "centralindia", 20 }, { "eastus", "westeurope", 85 },
		{ NULL, "westeurope", 1 }, { "westeurope", NULL, 1 }, { NULL, NULL, 1 },
	};
	struct model m = { .latency.within_region_ns = 1000000 };
	struct region_pair ours = { .a = "northeurope", .b = "westeurope", .rtt_ns = 5000000 };
	uint64_t rtt;

	(void)state;
	for (size_t i = 0; i < countof(pairs); i++) {
		assert_true(model_region_rtt(&m, pairs[i].a, pairs[i].b, &rtt));
		assert_int_equal(rtt, pairs[i].ms * 1000000);
	}
	assert_false(model_region_rtt(&m, "westeurope", "mars", &rtt));
	m.latency.pairs.v = &ours;
	m.latency.pairs.n = 1;
	assert_true(model_region_rtt(&m, "westeurope", "northeurope", &rtt));
	assert_int_equal(rtt, 5000000);
}

static void every_built_in_region_has_one_spelling_and_a_part_of_the_world(void **state)
{
	size_t n;
	const struct region_pair *pairs = model_builtin_rtts(&n);

	(void)state;
	assert_int_equal(n, 40);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(
			pairs[i].a[strspn(pairs[i].a, "abcdefghijklmnopqrstuvwxyz0123456789")], 0);
		assert_non_null(region_geography(pairs[i].a));
		assert_non_null(region_geography(pairs[i].b));
		assert_string_not_equal(pairs[i].a, pairs[i].b);
		for (size_t k = 0; k < i; k++)
			assert_false((strcmp(pairs[i].a, pairs[k].a) == 0 &&
				      strcmp(pairs[i].b, pairs[k].b) == 0) ||
				     (strcmp(pairs[i].a, pairs[k].b) == 0 &&
				      strcmp(pairs[i].b, pairs[k].a) == 0));
	}
	assert_null(region_geography("mars"));
	assert_null(region_geography(NULL));
}

static void the_parts_of_a_block_lie_side_by_side_in_a_22(void **state)
{
	size_t n;
	const struct block_part *parts = model_block_parts(&n);
	uint32_t end = 0;

	(void)state;
	assert_true(n > 0);
	assert_string_equal(parts[0].name, "management");
	assert_int_equal(parts[0].len, 26);
	for (size_t i = 0; i < n; i++) {
		uint32_t size = 1u << (32 - parts[i].len);

		assert_true(parts[i].offset >= end);
		assert_int_equal(parts[i].offset % size, 0);
		end = parts[i].offset + size;
	}
	assert_true(end <= 1024);
}

static void every_kind_of_object_has_a_name_and_a_section(void **state)
{
	(void)state;
	for (unsigned int kind = 0; kind < OBJECT_KINDS; kind++) {
		assert_non_null(object_kind_name(kind));
		assert_non_null(object_kind_section(kind));
	}
	assert_string_equal(object_kind_name(OBJECT_PRIVATE_CLOUD), "private cloud");
	assert_string_equal(object_kind_section(OBJECT_GLOBAL_REACH), "global-reach");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_round_trip_between_regions_is_the_files_or_the_built_in_one),
		cmocka_unit_test(every_built_in_region_has_one_spelling_and_a_part_of_the_world),
		cmocka_unit_test(the_parts_of_a_block_lie_side_by_side_in_a_22),
		cmocka_unit_test(every_kind_of_object_has_a_name_and_a_section),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
