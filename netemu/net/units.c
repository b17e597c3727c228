/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/units.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct unit {
	const char *name;
	uint64_t scale;
};

/* Largest first: formatting takes the first that fits. */
static const struct unit times[] = {
	{ "s", 1000000000 }, { "ms", 1000000 }, { "us", 1000 }, { "ns", 1 }, { NULL, 0 }
};
static const struct unit rates[] = {
	{ "Gbit", 1000000000 }, { "Mbit", 1000000 },	{ "kbit", 1000 },
	{ "bit", 1 },		{ "Gbps", 1000000000 }, { "Mbps", 1000000 },
	{ "kbps", 1000 },	{ "bps", 1 },		{ NULL, 0 }
};
static const struct unit shares[] = { { "%", 10000 }, { NULL, 0 } };

/* Parses a decimal number with at most 15 digits before and 9 after the point, then a unit. The
 * result counts the smallest unit, and is exact. */
static bool units_parse(const char *s, const struct unit *units, uint64_t max, uint64_t *ret)
{
	uint64_t whole = 0, part = 0, place = 1, value;
	unsigned int digits = 0;

	for (; *s >= '0' && *s <= '9'; s++, digits++)
		whole = whole * 10 + (uint64_t)(*s - '0');
	if (digits == 0 || digits > 15)
		return false;
	if (*s == '.') {
		for (s++, digits = 0; *s >= '0' && *s <= '9'; s++, digits++) {
			part = part * 10 + (uint64_t)(*s - '0');
			place *= 10;
		}
		if (digits == 0 || digits > 9)
			return false;
	}
	for (; units->name; units++) {
		if (strcmp(s, units->name) != 0)
			continue;
		if (whole > max / units->scale)
			return false;
		value = whole * units->scale + part * units->scale / place;
		/* The user did not mean zero: refuse a value that is rounded to it. */
		if (value > max || (value == 0 && (whole | part)))
			return false;
		*ret = value;
		return true;
	}
	return false;
}

/* Formats the number without trailing zeros, in the largest unit that is not above it and needs at
 * most three decimal places. */
static const char *units_format(uint64_t value, const struct unit *units, char *buf)
{
	const struct unit *u = units;
	int n;

	while (u[1].name && u[1].scale < u->scale &&
	       (value < u->scale || value % (u->scale / 1000 ? u->scale / 1000 : 1)))
		u++;
	if (value % u->scale == 0) {
		snprintf(buf, UNIT_TEXT, "%llu%s", (unsigned long long)(value / u->scale), u->name);
		return buf;
	}
	n = snprintf(buf, UNIT_TEXT, "%llu.%09llu", (unsigned long long)(value / u->scale),
		     (unsigned long long)(value % u->scale * 1000000000 / u->scale));
	while (buf[n - 1] == '0')
		n--;
	snprintf(buf + n, (size_t)(UNIT_TEXT - n), "%s", u->name);
	return buf;
}

bool time_parse(const char *s, uint64_t *ret_ns)
{
	return units_parse(s, times, 3600000000000, ret_ns);
}

bool rate_parse(const char *s, uint64_t *ret_bps)
{
	uint64_t bps;

	if (!units_parse(s, rates, 1000000000000, &bps) || bps == 0)
		return false;
	*ret_bps = bps;
	return true;
}

bool share_parse(const char *s, uint32_t *ret_ppm)
{
	uint64_t ppm;

	if (!units_parse(s, shares, 1000000, &ppm))
		return false;
	*ret_ppm = (uint32_t)ppm;
	return true;
}

const char *time_format(uint64_t ns, char *buf)
{
	if (ns == 0)
		return memcpy(buf, "0ms", sizeof("0ms"));
	return units_format(ns, times, buf);
}

const char *rate_format(uint64_t bps, char *buf)
{
	return units_format(bps, rates, buf);
}

const char *share_format(uint32_t ppm, char *buf)
{
	return units_format(ppm, shares, buf);
}
