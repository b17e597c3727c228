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
	uint32_t *series; /* that share the channel; each has its part of the sequence numbers */
	size_t n, cap;
};

/* Opens the channel's socket in its namespace. Returns 0 or -errno. */
int channel_open(struct channel *c);
void channel_close(struct channel *c);

/* Whether the channel serves this sender and family. */
bool channel_serves(const struct channel *c, int netns, const char *vrf, int family);

/* Sends an echo. Returns 0 or -errno; ret_ns is the wall clock just before the send. */
int channel_send(const struct channel *c, const struct addr *to, const struct echo *e,
		 uint64_t *ret_ns);

/* The same with a TTL (0: the default), in a packet of `size` bytes including the IP header, with
 * room for the echo. */
int channel_send_sized(const struct channel *c, const struct addr *to, const struct echo *e,
		       unsigned int ttl, uint32_t size);

struct received {
	struct addr from;
	uint64_t at_ns; /* the kernel's receive stamp, wall clock */
	struct answer answer;
};
enum { RECEIVE_MAX = 32 };

/* Reads at most RECEIVE_MAX messages and keeps those that are answers. Returns the number of
 * messages read, and the number of answers in ret_n; or -errno. */
int channel_receive(const struct channel *c, struct received ret[RECEIVE_MAX], size_t *ret_n);

/* Opens a non-blocking socket in a namespace. Returns it or -errno. */
int channel_socket(int netns, int family, int type, int protocol);

#endif
