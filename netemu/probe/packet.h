/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packet.h - writes ICMP and ICMPv6 echoes as bytes, and reads the answers to them.
 *
 * Pure: no sockets. Received packets may be truncated or malformed.
 */
#ifndef PROBE_PACKET_H
#define PROBE_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"

/* Identifies an echo: `ident` names the socket, `seq` the series and its echo, and the cookie tells
 * this run's echoes from those of other programs. */
struct echo {
	uint16_t ident, seq;
	uint64_t cookie;
};

enum { ECHO_BYTES = 24 }; /* of ICMP: header, cookie and padding */

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
	uint8_t ttl;  /* of the answer as it arrived; 0: not known (IPv6) */
	uint32_t mtu; /* ANSWER_ERROR, "too big": the MTU it names; 0: none */
};

/* Writes an echo request of the family. For IPv6 the kernel fills in the checksum. */
void echo_build(int family, const struct echo *e, unsigned char ret[ECHO_BYTES]);

/* Reads a message of a raw socket of the family (IPv4: with its IP header). Returns false if it is
 * neither a reply nor an error that quotes an echo request. */
bool answer_read(int family, const unsigned char *p, size_t n, struct answer *ret);

/* Returns "network unreachable", "time exceeded", ...; else "ICMP type T code C" in buf. */
enum { ICMP_TEXT = 32 };
const char *icmp_text(int family, uint8_t type, uint8_t code, char buf[ICMP_TEXT]);

#endif
