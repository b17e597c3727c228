/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scout.h - echoes with a chosen TTL and size, never fragmented, and their answers: which router
 * dropped the echo for its TTL or for its size, or that the target answered.
 *
 * Echoes, because a host answers every one of them. A UDP datagram to a closed port would cause
 * "port unreachable", which Linux limits to one a second for each peer.
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

/* The smallest and the largest packet to be sent, including the IP header. */
enum { SCOUT_MIN = 68, SCOUT_MIN6 = 1280, SCOUT_MAX = 65535 };

/* Opens a scout in a namespace, bound to a VRF unless that is NULL. Returns 0 or -errno. */
int scout_open(struct scout *s, int netns, const char *vrf, int family);

/* Opens and uses the scouts. Returns 0, -EINTR when cancelled, or -errno. */
typedef int scouts_work(void *ctx, struct scout *scouts);

/* Calls `work` with n unopened scouts, then closes them all. Returns the result of `work`, and
 * records a failure as "cannot WHAT". */
int scouts_send_out(size_t n, scouts_work *work, void *ctx, const char *what, struct diag *dg);

/* Sends one echo: its answer carries `tag`, `ttl` 0 is the default, `size` includes the IP header.
 * Returns 0 or -errno; -EMSGSIZE: larger than the MTU of the sender's own device. */
int scout_send(const struct scout *s, const struct addr *to, uint16_t tag, unsigned int ttl,
	       uint32_t size);

enum heard_kind {
	HEARD_EXCEEDED, /* "time exceeded" of a router on the path */
	HEARD_TARGET,	/* the target's reply */
	HEARD_TOO_BIG,	/* "too big": a router would have had to fragment it */
	HEARD_REFUSED	/* any other ICMP error */
};

struct heard {
	enum heard_kind kind;
	uint16_t tag;
	struct addr by;
	uint8_t type, code; /* of an ICMP error */
	uint8_t ttl;	    /* of the answer as it arrived; 0: not known */
	uint32_t mtu;	    /* HEARD_TOO_BIG: the MTU it names; 0: none */
};

/* The kind of an ICMP error; pure. */
enum heard_kind heard_kind_of(int family, uint8_t type, uint8_t code);

/* Receives each answer with the index of its scout; returns true to end the listening. */
typedef bool heard_by(void *ctx, size_t scout, const struct heard *h);

/* Listens to n scouts for opt.timeout_ns. Returns 0, -EINTR when cancelled, or -errno. */
int scout_listen(const struct scout *scouts, size_t n, struct probe_options opt, heard_by *hear,
		 void *ctx);

#endif
