/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/addr.h"

#include <arpa/inet.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool addr_parse(const char *s, struct addr *ret)
{
	struct addr a = { .family = strchr(s, ':') ? AF_INET6 : AF_INET };

	if (inet_pton(a.family, s, a.b) != 1)
		return false;
	*ret = a;
	return true;
}

bool prefix_parse(const char *s, struct prefix *ret)
{
	const char *slash = strchr(s, '/');
	char addr[INET6_ADDRSTRLEN];
	struct prefix p = { 0 };
	unsigned int len = 0;

	if (!slash || (size_t)(slash - s) >= sizeof(addr))
		return false;
	memcpy(addr, s, (size_t)(slash - s));
	addr[slash - s] = '\0';
	if (!addr_parse(addr, &p.a))
		return false;
	s = slash + 1;
	if (*s == '\0' || (*s == '0' && s[1] != '\0'))
		return false;
	for (; *s; s++) {
		if (*s < '0' || *s > '9' || len > 128)
			return false;
		len = len * 10 + (unsigned int)(*s - '0');
	}
	if (len > addr_bits(&p.a))
		return false;
	p.len = (uint8_t)len;
	*ret = p;
	return true;
}

/* As inet_ntop(), which goes by way of printf. */
static void put_dotted(const uint8_t b[4], char *buf)
{
	for (int i = 0; i < 4; i++) {
		if (b[i] >= 100)
			*buf++ = (char)('0' + b[i] / 100);
		if (b[i] >= 10)
			*buf++ = (char)('0' + b[i] / 10 % 10);
		*buf++ = (char)('0' + b[i] % 10);
		*buf++ = i < 3 ? '.' : '\0';
	}
}

const char *addr_format(const struct addr *a, char *buf)
{
	if (a->family == AF_INET)
		put_dotted(a->b, buf);
	else if (a->family == 0 || !inet_ntop(a->family, a->b, buf, ADDR_TEXT))
		memcpy(buf, "none", sizeof("none"));
	return buf;
}

const char *prefix_format(const struct prefix *p, char *buf)
{
	size_t n;

	addr_format(&p->a, buf);
	n = strlen(buf);
	if (p->a.family)
		snprintf(buf + n, PREFIX_TEXT - n, "/%u", p->len);
	return buf;
}

const char *mac_format(const struct mac *m, char *buf)
{
	snprintf(buf, MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", m->b[0], m->b[1], m->b[2], m->b[3],
		 m->b[4], m->b[5]);
	return buf;
}

int addr_cmp(const struct addr *a, const struct addr *b)
{
	if (a->family != b->family)
		return a->family == AF_INET || b->family == AF_INET6 ? -1 : 1;
	for (size_t i = 0; i < sizeof(a->b); i += sizeof(uint64_t)) {
		uint64_t x, y;

		memcpy(&x, a->b + i, sizeof(x));
		memcpy(&y, b->b + i, sizeof(y));
		if (x != y)
			return be64toh(x) < be64toh(y) ? -1 : 1;
	}
	return 0;
}

int prefix_cmp(const struct prefix *a, const struct prefix *b)
{
	int d = addr_cmp(&a->a, &b->a);

	return d ? d : (int)a->len - (int)b->len;
}

bool prefix_eq(const struct prefix *a, const struct prefix *b)
{
	return prefix_cmp(a, b) == 0;
}

static bool addr_same_bits(const uint8_t *a, const uint8_t *b, unsigned int bits)
{
	unsigned int whole = bits / 8, rest = bits % 8;

	return memcmp(a, b, whole) == 0 && (rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

struct prefix prefix_network(const struct prefix *p)
{
	struct prefix net = { .a.family = p->a.family, .len = p->len };
	unsigned int whole = p->len / 8, rest = p->len % 8;

	memcpy(net.a.b, p->a.b, whole);
	if (rest)
		net.a.b[whole] = (uint8_t)(p->a.b[whole] & 0xffu << (8 - rest));
	return net;
}

bool prefix_is_network(const struct prefix *p)
{
	struct prefix net = prefix_network(p);

	return addr_eq(&net.a, &p->a);
}

bool prefix_has(const struct prefix *p, const struct addr *a)
{
	return p->a.family == a->family && addr_same_bits(p->a.b, a->b, p->len);
}

bool prefix_covers(const struct prefix *outer, const struct prefix *inner)
{
	return outer->len <= inner->len && prefix_has(outer, &inner->a);
}

bool prefix_overlaps(const struct prefix *a, const struct prefix *b)
{
	return prefix_covers(a, b) || prefix_covers(b, a);
}

bool prefix_is_default(const struct prefix *p)
{
	return p->a.family != 0 && p->len == 0;
}

struct addr prefix_nth(const struct prefix *p, uint64_t n)
{
	struct addr a = prefix_network(p).a;

	for (size_t i = addr_bytes(&a); i-- > 0 && n;) {
		n += a.b[i];
		a.b[i] = (uint8_t)n;
		n >>= 8;
	}
	return a;
}

struct prefix prefix_subnet(const struct prefix *p, uint8_t len, uint64_t n)
{
	struct prefix sub = { .a = prefix_network(p).a, .len = len };

	/* Add n at the subnet's last bit: the carry runs up from there. */
	for (unsigned int bit = len; bit-- > 0 && n;) {
		unsigned int sum = ((unsigned int)sub.a.b[bit / 8] >> (7 - bit % 8) & 1u) +
				   (unsigned int)(n & 1);

		if (sum & 1)
			sub.a.b[bit / 8] |= (uint8_t)(1u << (7 - bit % 8));
		else
			sub.a.b[bit / 8] &= (uint8_t) ~(1u << (7 - bit % 8));
		n = (n >> 1) + (sum >> 1);
	}
	return sub;
}

uint64_t prefix_size(const struct prefix *p)
{
	unsigned int host = addr_bits(&p->a) - p->len;

	return host >= 64 ? UINT64_MAX : (uint64_t)1 << host;
}

struct prefix prefix_of(const struct addr *a)
{
	return (struct prefix){ .a = *a, .len = (uint8_t)addr_bits(a) };
}

struct prefix prefix_with(const struct addr *a, uint8_t len)
{
	return (struct prefix){ .a = *a, .len = len };
}

struct prefix prefix_lit(const char *s)
{
	struct prefix p;

	if (!prefix_parse(s, &p))
		abort();
	return p;
}

bool mac_is_set(const struct mac *m)
{
	return memcmp(m, &(struct mac){ 0 }, sizeof(*m)) != 0;
}
