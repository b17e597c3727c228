/* SPDX-License-Identifier: GPL-2.0-or-later */
/* units.h - times, rates and shares as people write them. A number without a unit is refused, and
 * so is a value that would be rounded to zero. */
#ifndef NET_UNITS_H
#define NET_UNITS_H

#include <stdbool.h>
#include <stdint.h>

enum { UNIT_TEXT = 32 };

/* "250us", "1.5ms", "2s" to nanoseconds; at most an hour. */
bool time_parse(const char *s, uint64_t *ret_ns);
/* "100Mbit", "1Gbps" (both bits per second), "64kbit" to bits per second; 1 bit/s to 1 Tbit/s. */
bool rate_parse(const char *s, uint64_t *ret_bps);
/* "0.1%" to parts per million; 0 to 100 %. */
bool share_parse(const char *s, uint32_t *ret_ppm);

/* Into the caller's buffer of UNIT_TEXT bytes, which is also returned; in the largest unit that
 * keeps the number short ("1.5ms", "100Mbit", "0.1%"). The parsers read back what these print. */
const char *time_format(uint64_t ns, char *buf);
const char *rate_format(uint64_t bps, char *buf);
const char *share_format(uint32_t ppm, char *buf);

#define TIME_STR(ns) time_format((ns), (char[UNIT_TEXT]){ 0 })
#define RATE_STR(bps) rate_format((bps), (char[UNIT_TEXT]){ 0 })
#define SHARE_STR(ppm) share_format((ppm), (char[UNIT_TEXT]){ 0 })

#endif
