/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe.h - sends packets in a lab and reports the answers.
 *
 * netemu's own prober opens a socket for each sender in its namespace (bound to its VRF) and runs
 * all probes at once in one event loop. The result is a plain value.
 */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"

struct diag;

/* One series of ICMP echoes from a node to an address. */
struct probe {
	int netns;	 /* of the sender; borrowed */
	const char *vrf; /* device to bind to, or NULL */
	struct addr to;
	int protocol;	  /* 0: ICMP echoes, by probe_run(); IPPROTO_TCP or _UDP: by call_run() */
	uint16_t port;	  /* TCP, UDP */
	uint64_t late_ns; /* echoes: the longest round trip that is expected; 0: not known */

	/* Filled by probe_run(). */
	unsigned int sent, received;			/* without the warm-up echo */
	uint64_t rtt_min_ns, rtt_median_ns, rtt_max_ns; /* 0 if there was no answer */
	uint64_t jitter_ns;	      /* mean difference of consecutive round trips */
	unsigned int differences;     /* the number of differences in that mean */
	bool refused;		      /* there was an ICMP error ... */
	struct addr refused_by;	      /* ... by this node; family 0: the sender's own kernel ... */
	uint8_t icmp_type, icmp_code; /* ... of this type */
	int error;		      /* a service: the errno of the refusal */
};

struct probe_options {
	unsigned int count;   /* counted echoes, after the warm-up echo; at least 1 */
	uint64_t interval_ns; /* between the echoes of a series */
	uint64_t timeout_ns;  /* wait for the answers to the warm-up echo and to the last echo */
	uint64_t warm_ns;     /* a shorter timeout for the warm-up echo; 0: timeout_ns */
	uint64_t gap_ns;      /* between any two echoes of all series; 0: 100 us */
	/* Ignore gap_ns and use the shortest gap with which answers are in time (probe.late_ns). A
	 * series ends when the answer to its first echo is in time. */
	bool hurry;
	int stop; /* a descriptor that becomes readable to cancel; 0: none */
};
enum { PROBE_COUNT_MAX = 10000 };

/* Runs n series in parallel. Returns 0, -EINTR when cancelled, or -errno when a socket cannot be
 * opened. A target that does not answer is no error. */
int probe_run(struct probe *probes, size_t n, struct probe_options opt, struct diag *dg);

/* Returns the ICMP error as text, such as "network unreachable"; may use the buffer. */
enum { PROBE_TEXT = 32 };
const char *probe_refusal(const struct probe *p, char buf[PROBE_TEXT]);

#endif
