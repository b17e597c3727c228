/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packet.h - ICMP and ICMPv6 echoes as bytes: made, and found again in what comes back.
 *
 * Pure: no sockets. Nothing that came from the network is trusted to be whole.
 */
#ifndef PROBE_PACKET_H
#define PROBE_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"

/* Which echo it is: the ident is the socket's, the sequence says which series and which echo of
 * it, the cookie tells this run's echoes from those of any other program. */
struct echo {
	uint16_t ident, seq;
	uint64_t cookie;
};

enum { ECHO_BYTES = 24 }; /* of ICMP: header, cookie and some filling */

enum answer_kind {
	ANSWER_REPLY,
	ANSWER_ERROR /* "unreachable", "time exceeded", ...: quotes the echo */
};

struct answer {
	enum answer_kind kind;
	struct echo echo;
	bool has_cookie; /* an error may quote less than the whole echo */
	struct addr to;	 /* ANSWER_ERROR: where the quoted echo was sent */
	uint8_t type, code;
	uint8_t ttl;  /* left of the answer's own; 0: not known (IPv6) */
	uint32_t mtu; /* ANSWER_ERROR, "too big": what would fit; 0: not said */
};

/* Writes an echo request of the family. For IPv6 the kernel fills in the checksum. */
void echo_build(int family, const struct echo *e, unsigned char ret[ECHO_BYTES]);

/* Reads what a raw socket of the family received (IPv4: with its IP header). False when it is
 * neither a reply nor an error that quotes an echo request. */
bool answer_read(int family, const unsigned char *p, size_t n, struct answer *ret);

/* "network unreachable", "time exceeded", ...; "ICMP type T code C" lands in buf. */
enum { ICMP_TEXT = 32 };
const char *icmp_text(int family, uint8_t type, uint8_t code, char buf[ICMP_TEXT]);

#endif
