/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch.h - sends echoes in the background.
 *
 * A thread sends and listens, while the caller changes the network and reads the state of the
 * echoes.
 */
#ifndef PROBE_WATCH_H
#define PROBE_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"

struct echo_watch;

struct watch_pair {	 /* a pair: one series */
	int netns;	 /* of the sender; borrowed during watch_begin() */
	const char *vrf; /* device to bind to, or NULL; borrowed until watch_end() */
	struct addr to;
};

struct watch_echo {
	uint64_t sent_ns; /* CLOCK_MONOTONIC */
	uint64_t rtt_ns;  /* 0: not answered so far */
	bool refused;	  /* an ICMP error came back, or the sender has no route */
};

/* Starts to send an echo every interval for each of n pairs. Returns 0 or -errno. */
int watch_begin(const struct watch_pair *pairs, size_t n, uint64_t interval_ns,
		struct echo_watch **ret);
void watch_end(struct echo_watch *w); /* NULL is fine */

/* Copies at most max echoes of a pair, from index `first` on, with their state now. Returns their
 * number. */
size_t watch_look(struct echo_watch *w, size_t pair, size_t first, struct watch_echo *ret,
		  size_t max);

#endif
