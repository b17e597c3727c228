/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses, prefixes, times, rates and shares. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/vec.h"
#include "net/addr.h"
#include "net/impairment.h"
#include "net/units.h"

static uint64_t chance(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static struct addr addr_lit(const char *s)
{
	struct addr a = { 0 };

	assert_true(addr_parse(s, &a));
	return a;
}

/* ---- addresses and prefixes ------------------------------------------------------------------ */

static void prefixes_are_read_and_written(void **state)
{
	static const struct {
		const char *s, *want; /* NULL: is none */
	} prefixes[] = {
		{ "10.0.0.0/8", "10.0.0.0/8" },
		{ "10.1.2.3/8", "10.1.2.3/8" },
		{ "0.0.0.0/0", "0.0.0.0/0" },
		{ "255.255.255.255/32", "255.255.255.255/32" },
		{ "::/0", "::/0" },
		{ "2001:DB8::1/64", "2001:db8::1/64" },
		{ "2001:db8:0:0:0:0:0:1/128", "2001:db8::1/128" },
		{ "::ffff:10.0.0.1/128", "::ffff:10.0.0.1/128" },
		{ "10.0.0.0", NULL },
		{ "10.0.0.0/", NULL },
		{ "10.0.0.0/33", NULL },
		{ "10.0.0.0/-1", NULL },
		{ "10.0.0.0/08", NULL },
		{ "10.0.0.0/8 ", NULL },
		{ " 10.0.0.0/8", NULL },
		{ "10.0.0/8", NULL },
		{ "10.0.0.0.0/8", NULL },
		{ "256.0.0.0/8", NULL },
		{ "::/129", NULL },
		{ "::/4294967297", NULL },
		{ "/8", NULL },
		{ "", NULL },
		{ "10.0.0.0/8/8", NULL },
		{ "0x0a.0.0.0/8", NULL },
		{ "1:2:3/64", NULL },
		{ "11111111111111111111111111111111111111111111111111111111111111111111/8", NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(prefixes); i++) {
		struct prefix p = { .len = 99 };
		bool is = prefix_parse(prefixes[i].s, &p);

		assert_int_equal(is, prefixes[i].want != NULL);
		if (is)
			assert_string_equal(PREFIX_STR(&p), prefixes[i].want);
		else
			assert_int_equal(p.len, 99); /* untouched */
	}
}

static void an_address_of_no_family_is_called_none(void **state)
{
	struct addr none = { 0 };
	struct mac mac = { { 0x02, 0, 0xab, 1, 2, 0xff } };

	(void)state;
	assert_string_equal(ADDR_STR(&none), "none");
	assert_string_equal(MAC_STR(&mac), "02:00:ab:01:02:ff");
}

static void a_prefix_knows_its_network(void **state)
{
	static const struct {
		const char *s, *network;
		uint64_t size;
	} prefixes[] = {
		{ "10.1.2.3/24", "10.1.2.0/24", 256 },
		{ "10.1.2.3/32", "10.1.2.3/32", 1 },
		{ "10.1.2.3/0", "0.0.0.0/0", UINT64_C(1) << 32 },
		{ "10.1.255.255/17", "10.1.128.0/17", 1 << 15 },
		{ "2001:db8::ffff/65", "2001:db8::/65", UINT64_C(1) << 63 },
		{ "2001:db8::ffff/64", "2001:db8::/64", UINT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < countof(prefixes); i++) {
		struct prefix p = prefix_lit(prefixes[i].s), net = prefix_network(&p);

		assert_string_equal(PREFIX_STR(&net), prefixes[i].network);
		assert_true(prefix_is_network(&net));
		assert_int_equal(prefix_is_network(&p),
				 strcmp(prefixes[i].s, prefixes[i].network) == 0);
		assert_true(prefix_size(&p) == prefixes[i].size);
	}
}

static void prefixes_cover_and_overlap(void **state)
{
	static const struct {
		const char *a, *b;
		bool covers, overlaps;
	} pairs[] = {
		{ "10.0.0.0/8", "10.1.0.0/16", true, true },
		{ "10.1.0.0/16", "10.0.0.0/8", false, true },
		{ "10.0.0.0/8", "10.0.0.0/8", true, true },
		{ "10.0.0.0/9", "10.128.0.0/9", false, false },
		{ "0.0.0.0/0", "10.0.0.0/8", true, true },
		{ "0.0.0.0/0", "::/0", false, false },
		{ "::/0", "2001:db8::/32", true, true },
		{ "10.1.2.3/8", "10.9.9.9/16", true, true }, /* host bits do not matter */
		{ "10.0.0.0/31", "10.0.0.1/32", true, true },
	};

	(void)state;
	for (size_t i = 0; i < countof(pairs); i++) {
		struct prefix a = prefix_lit(pairs[i].a), b = prefix_lit(pairs[i].b);

		assert_int_equal(prefix_covers(&a, &b), pairs[i].covers);
		assert_int_equal(prefix_overlaps(&a, &b), pairs[i].overlaps);
		assert_int_equal(prefix_overlaps(&b, &a), pairs[i].overlaps);
	}
}

static void addresses_and_subnets_are_counted_from_the_network(void **state)
{
	static const struct {
		const char *p;
		uint64_t n;
		const char *addr;
	} nth[] = {
		{ "10.0.0.7/24", 0, "10.0.0.0" },
		{ "10.0.0.0/24", 255, "10.0.0.255" },
		{ "10.0.0.0/8", 256, "10.0.1.0" },
		{ "10.0.0.0/8", 0xffffff, "10.255.255.255" },
		{ "2001:db8::/64", 0x10001, "2001:db8::1:1" },
	};
	static const struct {
		const char *p;
		uint8_t len;
		uint64_t n;
		const char *subnet;
	} subnets[] = {
		{ "10.0.0.0/22", 24, 3, "10.0.3.0/24" },
		{ "10.0.0.0/22", 26, 2, "10.0.0.128/26" },
		{ "172.16.0.0/29", 30, 1, "172.16.0.4/30" },
		{ "10.0.0.0/8", 32, 0x010203, "10.1.2.3/32" },
		{ "10.0.0.0/24", 24, 0, "10.0.0.0/24" },
		{ "2001:db8::/48", 64, 0xffff, "2001:db8:0:ffff::/64" },
		{ "::/0", 1, 1, "8000::/1" },
	};

	(void)state;
	for (size_t i = 0; i < countof(nth); i++) {
		struct prefix p = prefix_lit(nth[i].p);
		struct addr a = prefix_nth(&p, nth[i].n);

		assert_string_equal(ADDR_STR(&a), nth[i].addr);
	}
	for (size_t i = 0; i < countof(subnets); i++) {
		struct prefix p = prefix_lit(subnets[i].p);
		struct prefix sub = prefix_subnet(&p, subnets[i].len, subnets[i].n);

		assert_string_equal(PREFIX_STR(&sub), subnets[i].subnet);
	}
}

/* A number that often shares its first bits with another. */
static uint32_t like(uint32_t other, uint64_t *seed)
{
	uint32_t differs = (uint32_t)(chance(seed) & 0xffffffff >> chance(seed) % 32);

	return chance(seed) % 4 ? other ^ differs : (uint32_t)chance(seed);
}

static struct prefix ipv4(uint32_t number, uint64_t len)
{
	struct prefix p = { .a.family = AF_INET, .len = (uint8_t)len };

	for (int i = 0; i < 4; i++)
		p.a.b[i] = (uint8_t)(number >> (24 - 8 * i));
	return p;
}

/* IPv4 with plain integers, as the oracle. */
static void ipv4_prefixes_agree_with_integer_arithmetic(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint32_t x = (uint32_t)chance(&seed), y = like(x, &seed);
		struct prefix a = ipv4(x, chance(&seed) % 33);
		struct prefix b = ipv4(y, chance(&seed) % 33);
		uint32_t mask = a.len ? 0xffffffffu << (32 - a.len) : 0;
		bool within = (x & mask) == (y & mask);

		assert_int_equal(prefix_has(&a, &b.a), within);
		assert_int_equal(prefix_covers(&a, &b), within && a.len <= b.len);
		assert_int_equal(prefix_is_network(&a), (x & ~mask) == 0);
		assert_int_equal(addr_cmp(&a.a, &b.a) < 0, x < y);
		assert_int_equal(addr_eq(&a.a, &b.a), x == y);
	}
}

static void the_order_is_by_family_address_and_length(void **state)
{
	static const char *const sorted[] = { "0.0.0.0/0",    "9.0.0.0/8",  "10.0.0.0/8",
					      "10.0.0.0/16",  "10.0.0.1/8", "::/0",
					      "2001:db8::/32" };

	(void)state;
	for (size_t i = 0; i < countof(sorted); i++)
		for (size_t k = 0; k < countof(sorted); k++) {
			struct prefix a = prefix_lit(sorted[i]), b = prefix_lit(sorted[k]);
			int d = prefix_cmp(&a, &b);

			assert_int_equal((d > 0) - (d < 0), (i > k) - (i < k));
			assert_int_equal(prefix_eq(&a, &b), i == k);
		}
}

static void small_helpers_of_prefixes(void **state)
{
	struct addr a = addr_lit("10.0.0.1"), b = addr_lit("2001:db8::1");
	struct prefix host4 = prefix_of(&a), host6 = prefix_of(&b), with = prefix_with(&a, 24);
	struct prefix all4 = prefix_lit("0.0.0.0/0"), all6 = prefix_lit("::/0"), none = { 0 };

	(void)state;
	assert_string_equal(PREFIX_STR(&host4), "10.0.0.1/32");
	assert_string_equal(PREFIX_STR(&host6), "2001:db8::1/128");
	assert_string_equal(PREFIX_STR(&with), "10.0.0.1/24");
	assert_true(prefix_is_default(&all4) && prefix_is_default(&all6));
	assert_false(prefix_is_default(&host4) || prefix_is_default(&none));
}

/* ---- times, rates, shares -------------------------------------------------------------------- */

static void times_have_a_unit(void **state)
{
	static const struct {
		const char *s;
		int64_t ns; /* -1: is none */
	} times[] = {
		{ "4ms", 4000000 },
		{ "1.5ms", 1500000 },
		{ "250us", 250000 },
		{ "17ns", 17 },
		{ "0ms", 0 },
		{ "0.5us", 500 },
		{ "3601s", -1 },
		{ "4", -1 },
		{ "ms", -1 },
		{ "4 ms", -1 },
		{ " 4ms", -1 },
		{ "4ms ", -1 },
		{ "+4ms", -1 },
		{ "4.ms", -1 },
		{ ".5ms", -1 },
		{ "4MS", -1 },
		{ "1e3ms", -1 },
		{ "4m", -1 },
		{ "nanms", -1 },
		{ "-4ms", -1 },
		{ "4,5ms", -1 },
		{ "", -1 },
		{ "1.2.3ms", -1 },
		{ "2s", 2000000000 },
		{ "3600s", 3600000000000 },
		{ "18446744074s", -1 },
		{ "1.9999999999ms", -1 },
		{ "99999999999999999999ms", -1 },
		{ "0.4ns", -1 },
		{ "0.000us", 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(times); i++) {
		uint64_t ns = 77;

		assert_int_equal(time_parse(times[i].s, &ns), times[i].ns >= 0);
		assert_true(ns == (times[i].ns < 0 ? 77 : (uint64_t)times[i].ns));
	}
}

static void rates_are_bits_per_second_in_both_spellings(void **state)
{
	static const struct {
		const char *s;
		uint64_t bps; /* 0: is none */
	} rates[] = {
		{ "100Mbit", 100000000 },
		{ "1Gbps", 1000000000 },
		{ "64kbit", 64000 },
		{ "1.5Gbit", 1500000000 },
		{ "9600bit", 9600 },
		{ "1bps", 1 },
		{ "1000Gbit", 1000000000000 },
		{ "1001Gbit", 0 },
		{ "0Mbit", 0 },
		{ "100", 0 },
		{ "100MB", 0 },
		{ "100mbit", 0 },
		{ "100M", 0 },
		{ "0.5bit", 0 },
		{ "1Tbit", 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(rates); i++) {
		uint64_t bps = 0;

		assert_int_equal(rate_parse(rates[i].s, &bps), rates[i].bps > 0);
		assert_true(bps == rates[i].bps);
	}
}

static void shares_are_percentages(void **state)
{
	static const struct {
		const char *s;
		int64_t ppm; /* -1: is none */
	} shares[] = {
		{ "0.1%", 1000 }, { "100%", 1000000 }, { "0%", 0 },	   { "0.0001%", 1 },
		{ "1%", 10000 },  { "100.1%", -1 },    { "0.1", -1 },	   { "1 %", -1 },
		{ "%", -1 },	  { "-1%", -1 },       { "0.00009%", -1 },
	};

	(void)state;
	for (size_t i = 0; i < countof(shares); i++) {
		uint32_t ppm = 77;

		assert_int_equal(share_parse(shares[i].s, &ppm), shares[i].ppm >= 0);
		assert_true(ppm == (shares[i].ppm < 0 ? 77 : (uint32_t)shares[i].ppm));
	}
}

static void quantities_are_written_short(void **state)
{
	static const struct {
		uint64_t ns;
		const char *want;
	} times[] = {
		{ 0, "0ms" },
		{ 1500000, "1.5ms" },
		{ 2000000000, "2s" },
		{ 17, "17ns" },
		{ 250000, "250us" },
		{ 2500000000, "2.5s" },
		{ 1000001, "1000.001us" },
		{ 86000000, "86ms" },
	};

	(void)state;
	for (size_t i = 0; i < countof(times); i++)
		assert_string_equal(TIME_STR(times[i].ns), times[i].want);
	assert_string_equal(RATE_STR(100000000), "100Mbit");
	assert_string_equal(RATE_STR(1500000000), "1.5Gbit");
	assert_string_equal(RATE_STR(1), "1bit");
	assert_string_equal(SHARE_STR(1000), "0.1%");
	assert_string_equal(SHARE_STR(0), "0%");
}

static void what_is_written_can_be_read_back(void **state)
{
	uint64_t seed = 99, ns, bps;
	uint32_t ppm;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint64_t n = chance(&seed) >> chance(&seed) % 64;
		uint64_t time = n % 3600000000001, rate = n % 1000000000000 + 1;
		uint32_t share = (uint32_t)(n % 1000001);

		if (i % 2) /* round ones too */
			time -= time % 1000000;
		assert_true(time_parse(TIME_STR(time), &ns) && ns == time);
		assert_true(rate_parse(RATE_STR(rate), &bps) && bps == rate);
		assert_true(share_parse(SHARE_STR(share), &ppm) && ppm == share);
	}
}

static void an_impairment_of_zeroes_is_none(void **state)
{
	struct impairment i = { 0 };

	(void)state;
	assert_true(impairment_is_none(&i));
	i.reorder_ppm = 1;
	assert_false(impairment_is_none(&i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes_are_read_and_written),
		cmocka_unit_test(an_address_of_no_family_is_called_none),
		cmocka_unit_test(a_prefix_knows_its_network),
		cmocka_unit_test(prefixes_cover_and_overlap),
		cmocka_unit_test(addresses_and_subnets_are_counted_from_the_network),
		cmocka_unit_test(ipv4_prefixes_agree_with_integer_arithmetic),
		cmocka_unit_test(the_order_is_by_family_address_and_length),
		cmocka_unit_test(small_helpers_of_prefixes),
		cmocka_unit_test(times_have_a_unit),
		cmocka_unit_test(rates_are_bits_per_second_in_both_spellings),
		cmocka_unit_test(shares_are_percentages),
		cmocka_unit_test(quantities_are_written_short),
		cmocka_unit_test(what_is_written_can_be_read_back),
		cmocka_unit_test(an_impairment_of_zeroes_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
