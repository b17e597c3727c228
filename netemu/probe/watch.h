/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch.h - echoes that go on while something else is done.
 *
 * A thread of its own sends and listens; meanwhile the caller changes the network, and looks at
 * what has become of the echoes.
 */
#ifndef PROBE_WATCH_H
#define PROBE_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"

struct echo_watch;

struct watch_pair {	 /* a pair: one series */
	int netns;	 /* of the sender; open as long as watch_begin() takes */
	const char *vrf; /* device to bind to, or NULL; borrowed until watch_end() */
	struct addr to;
};

struct watch_echo {
	uint64_t sent_ns; /* CLOCK_MONOTONIC */
	uint64_t rtt_ns;  /* 0: not answered so far */
	bool refused;	  /* somebody sent an ICMP error, or the sender has no route */
};

/* Begins to send an echo an interval for each of n pairs. Returns 0 or -errno. */
int watch_begin(const struct watch_pair *pairs, size_t n, uint64_t interval_ns,
		struct echo_watch **ret);
void watch_end(struct echo_watch *w); /* NULL is fine */

/* The echoes of a pair from the first-th on, as things stand; returns how many of at most max. */
size_t watch_look(struct echo_watch *w, size_t pair, size_t first, struct watch_echo *ret,
		  size_t max);

#endif
