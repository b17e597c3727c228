/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probe/packet.h"

#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <string.h>

#include "base/vec.h"

enum { HEADER = 8, COOKIE = 8 };

static uint16_t icmp_get16(const unsigned char *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void icmp_put16(unsigned char *p, unsigned int v)
{
	p[0] = (unsigned char)(v >> 8);
	p[1] = (unsigned char)v;
}

static uint16_t icmp_checksum(const unsigned char *p, size_t n)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < n; i += 2)
		sum += icmp_get16(p + i);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

void echo_build(int family, const struct echo *e, unsigned char ret[ECHO_BYTES])
{
	memset(ret, 0, ECHO_BYTES);
	ret[0] = family == AF_INET6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
	icmp_put16(ret + 4, e->ident);
	icmp_put16(ret + 6, e->seq);
	memcpy(ret + HEADER, &e->cookie, COOKIE);
	if (family == AF_INET)
		icmp_put16(ret + 2, icmp_checksum(ret, ECHO_BYTES));
}

/* Skips an IPv4 header. Returns false if the packet is not ICMP, or truncated. */
static bool packet_skip_ip4(const unsigned char **p, size_t *n, struct addr *ret_to)
{
	size_t len;

	if (*n < sizeof(struct iphdr) || **p >> 4 != 4)
		return false;
	len = (size_t)(**p & 0x0f) * 4;
	if (len < sizeof(struct iphdr) || *n < len || (*p)[9] != IPPROTO_ICMP)
		return false;
	*ret_to = (struct addr){ .family = AF_INET };
	memcpy(ret_to->b, *p + 16, 4);
	*p += len;
	*n -= len;
	return true;
}

static bool packet_skip_ip6(const unsigned char **p, size_t *n, struct addr *ret_to)
{
	size_t len = sizeof(struct ip6_hdr);

	if (*n < len || **p >> 4 != 6 || (*p)[6] != IPPROTO_ICMPV6)
		return false;
	*ret_to = (struct addr){ .family = AF_INET6 };
	memcpy(ret_to->b, *p + 24, 16);
	*p += len;
	*n -= len;
	return true;
}

static bool icmp_read_echo(const unsigned char *p, size_t n, unsigned int type, struct answer *ret)
{
	if (n < HEADER || p[0] != type)
		return false;
	ret->echo = (struct echo){ .ident = icmp_get16(p + 4), .seq = icmp_get16(p + 6) };
	ret->has_cookie = n >= HEADER + COOKIE;
	if (ret->has_cookie)
		memcpy(&ret->echo.cookie, p + HEADER, COOKIE);
	return true;
}

/* The MTU is the header's last word in ICMPv6, and the second half of that word in ICMP (RFC 1191),
 * where older routers leave it 0. */
static uint32_t icmp_read_mtu(bool v6, const unsigned char *p)
{
	if (v6)
		return p[0] == ICMP6_PACKET_TOO_BIG
			       ? (uint32_t)icmp_get16(p + 4) << 16 | icmp_get16(p + 6)
			       : 0;
	return p[0] == ICMP_DEST_UNREACH && p[1] == ICMP_FRAG_NEEDED ? icmp_get16(p + 6) : 0;
}

static bool icmp_read_error(int family, const unsigned char *p, size_t n, struct answer *ret)
{
	bool v6 = family == AF_INET6;

	ret->kind = ANSWER_ERROR;
	ret->type = p[0];
	ret->code = p[1];
	ret->mtu = icmp_read_mtu(v6, p);
	p += HEADER;
	n -= HEADER;
	return (v6 ? packet_skip_ip6(&p, &n, &ret->to) : packet_skip_ip4(&p, &n, &ret->to)) &&
	       icmp_read_echo(p, n, v6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO, ret);
}

static bool icmp_is_error(int family, uint8_t type)
{
	if (family == AF_INET6) /* types below 128 are errors (RFC 4443) */
		return type != 0 && type < ICMP6_ECHO_REQUEST;
	return type == ICMP_DEST_UNREACH || type == ICMP_TIME_EXCEEDED ||
	       type == ICMP_PARAMETERPROB;
}

bool answer_read(int family, const unsigned char *p, size_t n, struct answer *ret)
{
	struct addr own;

	*ret = (struct answer){ .kind = ANSWER_REPLY };
	if (family == AF_INET && n > 8)
		ret->ttl = p[8];
	if (family == AF_INET && !packet_skip_ip4(&p, &n, &own))
		return false;
	if (n < HEADER)
		return false;
	if (icmp_is_error(family, p[0]))
		return icmp_read_error(family, p, n, ret);
	return icmp_read_echo(p, n, family == AF_INET6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY, ret);
}

static const struct {
	int family;
	uint8_t type, code;
	const char *text;
} icmp_texts[] = {
	{ AF_INET, ICMP_DEST_UNREACH, ICMP_NET_UNREACH, "network unreachable" },
	{ AF_INET, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, "host unreachable" },
	{ AF_INET, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, "fragmentation needed" },
	{ AF_INET, ICMP_DEST_UNREACH, ICMP_NET_ANO, "network prohibited" },
	{ AF_INET, ICMP_DEST_UNREACH, ICMP_HOST_ANO, "host prohibited" },
	{ AF_INET, ICMP_DEST_UNREACH, ICMP_PKT_FILTERED, "filtered" },
	{ AF_INET, ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, "time exceeded" },
	{ AF_INET6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOROUTE, "no route" },
	{ AF_INET6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADMIN, "prohibited" },
	{ AF_INET6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADDR, "address unreachable" },
	{ AF_INET6, ICMP6_PACKET_TOO_BIG, 0, "packet too big" },
	{ AF_INET6, ICMP6_TIME_EXCEEDED, ICMP6_TIME_EXCEED_TRANSIT, "time exceeded" },
};

const char *icmp_text(int family, uint8_t type, uint8_t code, char buf[ICMP_TEXT])
{
	for (size_t i = 0; i < countof(icmp_texts); i++)
		if (icmp_texts[i].family == family && icmp_texts[i].type == type &&
		    icmp_texts[i].code == code)
			return icmp_texts[i].text;
	snprintf(buf, ICMP_TEXT, "ICMP type %u code %u", type, code);
	return buf;
}
