/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The numbers and names that the model knows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "base/vec.h"
#include "model/model.h"
#include "model/regions.h"

static void the_round_trip_between_regions_is_the_files_or_the_built_in_one(void **state)
{
	static const struct {
		const char *a, *b;
		uint64_t ms;
	} pairs[] = {
		{ "westeurope", "westeurope", 1 },
		{ "westeurope", "northeurope", 17 },
		{ "northeurope", "westeurope", 17 },
		{ "eastus", "eastus2", 8 },
		{ "southindia", "centralindia", 20 },
		{ "eastus", "westeurope", 85 },
		/* The table's first and last, and two of regions with few published pairs. */
		{ "australiacentral2", "australiacentral", 4 },
		{ "westus2", "westus3", 41 },
		{ "jioindiawest", "italynorth", 150 },
		{ "swedencentral", "eastus2", 114 },
		{ NULL, "westeurope", 1 },
		{ "westeurope", NULL, 1 },
		{ NULL, NULL, 1 },
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
	/* Not published, though both regions are. */
	assert_false(model_region_rtt(&m, "jioindiawest", "westeurope", &rtt));
	m.latency.pairs.v = &ours;
	m.latency.pairs.n = 1;
	assert_true(model_region_rtt(&m, "westeurope", "northeurope", &rtt));
	assert_int_equal(rtt, 5000000);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Each pair once, the lesser name first, in the order that they are searched in. */
static void the_published_round_trips_are_whole(void **state)
{
	static const char spelling[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	const char *names[4096];
	size_t n, regions = 1;
	const struct region_rtt *all = region_rtts(&n);

	(void)state;
	assert_int_equal(n, 1226);
	for (size_t i = 0; i < n; i++) {
		int order = i ? strcmp(all[i - 1].a, all[i].a) : -1;

		assert_true(order < 0 || (order == 0 && strcmp(all[i - 1].b, all[i].b) < 0));
		assert_true(strcmp(all[i].a, all[i].b) < 0);
		assert_in_range(all[i].ms, 1, 500);
		names[2 * i] = all[i].a;
		names[2 * i + 1] = all[i].b;
	}
	qsort(names, 2 * n, sizeof(*names), by_name);
	for (size_t i = 0; i < 2 * n; i++) {
		regions += i > 0 && strcmp(names[i - 1], names[i]) != 0;
		assert_int_equal(names[i][strspn(names[i], spelling)], 0);
		assert_non_null(region_geography(names[i]));
	}
	assert_int_equal(regions, 51);
	assert_null(region_geography("mars"));
	assert_null(region_geography(NULL));
}

static void a_misspelt_place_is_like_a_known_one(void **state)
{
	static const struct {
		const char *written, *region, *location;
	} places[] = {
		{ "westeurop", "westeurope", NULL }, { "swedencentrl", "swedencentral", NULL },
		{ "qatarcentral", NULL, NULL },	     { "elsewhere", NULL, NULL },
		{ "Amsterdm", NULL, "Amsterdam" },   { "Wash", NULL, "Washington DC" },
		{ "kuala lumpur2", NULL, NULL },     { "loc1", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(places); i++) {
		const char *region = region_meant(places[i].written);
		const char *location = location_meant(places[i].written);

		assert_true(text_same(region, places[i].region));
		assert_true(text_same(location, places[i].location));
	}
	assert_null(region_meant(NULL));
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
		cmocka_unit_test(the_published_round_trips_are_whole),
		cmocka_unit_test(a_misspelt_place_is_like_a_known_one),
		cmocka_unit_test(the_parts_of_a_block_lie_side_by_side_in_a_22),
		cmocka_unit_test(every_kind_of_object_has_a_name_and_a_section),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
