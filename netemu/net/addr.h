/* SPDX-License-Identifier: GPL-2.0-or-later */
/* addr.h - addresses and prefixes. IPv4 and IPv6 alike: a prefix is a prefix.
 *
 * Plain values, compared with the functions below. An address of family 0 is "none".
 */
#ifndef NET_ADDR_H
#define NET_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

struct addr {
	uint8_t family; /* AF_INET, AF_INET6, or 0: none */
	uint8_t b[16];	/* network order; the first 4 for IPv4, the rest zero */
};

struct prefix {
	struct addr a; /* bits beyond len may be set: then it is an address in its network */
	uint8_t len;
};

struct mac {
	uint8_t b[6];
};

enum { ADDR_TEXT = 48, PREFIX_TEXT = 52, MAC_TEXT = 18 };

/* Bytes; a link with a smaller MTU carries no IPv6 (RFC 8200, section 5). */
enum { IPV6_MTU_MIN = 1280 };

static inline unsigned int addr_bits(const struct addr *a)
{
	return a->family == AF_INET6 ? 128 : 32;
}

static inline size_t addr_bytes(const struct addr *a)
{
	return a->family == AF_INET6 ? 16 : 4;
}

/* Text to value; false if the text is not valid. prefix_parse() expects "address/length"; host
 * bits may be set (prefix_is_network() tells). */
bool addr_parse(const char *s, struct addr *ret);
bool prefix_parse(const char *s, struct prefix *ret);

/* Value to text, into the caller's buffer of ADDR_TEXT, PREFIX_TEXT or MAC_TEXT bytes, which is
 * also returned. */
const char *addr_format(const struct addr *a, char *buf);
const char *prefix_format(const struct prefix *p, char *buf);
const char *mac_format(const struct mac *m, char *buf);

/* Text for messages, in a buffer that lives until the end of the enclosing block. */
#define ADDR_STR(a) addr_format((a), (char[ADDR_TEXT]){ 0 })
#define PREFIX_STR(p) prefix_format((p), (char[PREFIX_TEXT]){ 0 })
#define MAC_STR(m) mac_format((m), (char[MAC_TEXT]){ 0 })

bool mac_is_set(const struct mac *m); /* not all zero */

/* A total order: IPv4 before IPv6, then by address, then (prefixes) shorter first. */
int addr_cmp(const struct addr *a, const struct addr *b);
int prefix_cmp(const struct prefix *a, const struct prefix *b);

static inline bool addr_eq(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && memcmp(a->b, b->b, sizeof(a->b)) == 0;
}
bool prefix_eq(const struct prefix *a, const struct prefix *b);

/* Whether no bit beyond the length is set. */
bool prefix_is_network(const struct prefix *p);
struct prefix prefix_network(const struct prefix *p);

bool prefix_has(const struct prefix *p, const struct addr *a);
/* Whether outer contains all addresses of inner (also if they are equal). */
bool prefix_covers(const struct prefix *outer, const struct prefix *inner);
bool prefix_overlaps(const struct prefix *a, const struct prefix *b);
/* Whether it is the default route of its address family. */
bool prefix_is_default(const struct prefix *p);

/* The n-th address of the prefix's network (0: the network's own address). The caller keeps n
 * within prefix_size(). */
struct addr prefix_nth(const struct prefix *p, uint64_t n);
/* The n-th subnet of the given length. */
struct prefix prefix_subnet(const struct prefix *p, uint8_t len, uint64_t n);
/* The number of its addresses; UINT64_MAX if that does not fit. */
uint64_t prefix_size(const struct prefix *p);
/* The host route of an address: /32 or /128. */
struct prefix prefix_of(const struct addr *a);
/* The address with its prefix length, as it is configured on an interface. */
struct prefix prefix_with(const struct addr *a, uint8_t len);

/* Prefixes written as literals in tables. Aborts on a malformed one. */
struct prefix prefix_lit(const char *s);

#endif
