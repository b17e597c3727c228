/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scout.h - echoes each with a TTL and a size of one's own choosing, that are never fragmented, and
 * what became of them: who took the last TTL, whom they were too big for, whether they arrived.
 *
 * Echoes, because a host answers every one of them; of "port unreachable", which datagrams to
 * nobody would bring forth, a Linux host sends an asker one a second.
 */
#ifndef PROBE_SCOUT_H
#define PROBE_SCOUT_H

#include "probe/channel.h"
#include "probe/probe.h"

struct diag;

struct scout {
	struct channel channel;
	uint64_t cookie;
};

/* The smallest packet that can be sent, and the largest there is, with the IP header. */
enum { SCOUT_MIN = 68, SCOUT_MIN6 = 1280, SCOUT_MAX = 65535 };

/* From a namespace, and from a VRF of it unless that is NULL. 0 or -errno. */
int scout_open(struct scout *s, int netns, const char *vrf, int family);

/* What is done with scouts of which none is open yet. 0, -EINTR when told to stop, or -errno. */
typedef int scouts_work(void *ctx, struct scout *scouts);

/* n scouts for as long as that takes; all are closed then. Returns what it returned, and a failure
 * is found as "cannot WHAT". */
int scouts_send_out(size_t n, scouts_work *work, void *ctx, const char *what, struct diag *dg);

/* Sends one: `tag` comes back, `ttl` 0 is the usual one, `size` is the packet's with its IP header.
 * Returns 0 or -errno; -EMSGSIZE: it does not fit out of the sender's own device. */
int scout_send(const struct scout *s, const struct addr *to, uint16_t tag, unsigned int ttl,
	       uint32_t size);

enum heard_kind {
	HEARD_EXCEEDED, /* a router on the way took its last TTL */
	HEARD_TARGET,	/* it arrived, and was answered */
	HEARD_TOO_BIG,	/* a router would have had to fragment it */
	HEARD_REFUSED	/* it goes no further, says somebody */
};

struct heard {
	enum heard_kind kind;
	uint16_t tag;
	struct addr by;
	uint8_t type, code; /* of an ICMP error */
	uint8_t ttl;	    /* left of the answer's; 0: not known */
	uint32_t mtu;	    /* HEARD_TOO_BIG: what would fit, 0: not said */
};

/* What kind an ICMP error is of; pure. */
enum heard_kind heard_kind_of(int family, uint8_t type, uint8_t code);

/* Told of each answer, and by which scout it came; true: enough is known, listen no more. */
typedef bool heard_by(void *ctx, size_t scout, const struct heard *h);

/* Listens to n scouts for opt.timeout_ns. Returns 0, -EINTR when told to stop, or -errno. */
int scout_listen(const struct scout *scouts, size_t n, struct probe_options opt, heard_by *hear,
		 void *ctx);

#endif
