/* SPDX-License-Identifier: GPL-2.0-or-later */
/* channel.h - a raw ICMP socket in a node's namespace, shared by the series of one sender. */
#ifndef PROBE_CHANNEL_H
#define PROBE_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"
#include "probe/packet.h"

struct channel {
	int fd;
	int netns, family; /* what it serves: the sender's namespace (borrowed), ... */
	const char *vrf;   /* ... and its VRF, or NULL */
	uint16_t ident;
	uint32_t *series; /* whose echoes it sends; the sequence space is parted among them */
	size_t n, cap;
};

/* Opens its socket in the namespace. Returns 0 or -errno. */
int channel_open(struct channel *c);
void channel_close(struct channel *c);

/* Whether the channel serves this sender and family. */
bool channel_serves(const struct channel *c, int netns, const char *vrf, int family);

/* Sends an echo. Returns 0 or -errno; ret_ns is the wall clock's time just before. */
int channel_send(const struct channel *c, const struct addr *to, const struct echo *e,
		 uint64_t *ret_ns);

/* The same with a TTL (0: the usual one), in a packet of `size` bytes with its IP header, which has
 * room for the echo. */
int channel_send_sized(const struct channel *c, const struct addr *to, const struct echo *e,
		       unsigned int ttl, uint32_t size);

struct received {
	struct addr from;
	uint64_t at_ns; /* the kernel's receive stamp, wall clock */
	struct answer answer;
};
enum { RECEIVE_MAX = 32 };

/* What has come, at most RECEIVE_MAX messages; those that are no answers are left out. Returns
 * how many were read in all, ret_n how many are answers; or -errno. */
int channel_receive(const struct channel *c, struct received ret[RECEIVE_MAX], size_t *ret_n);

/* A socket that was born in a namespace: non-blocking, or -errno. */
int channel_socket(int netns, int family, int type, int protocol);

#endif
