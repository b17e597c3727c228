/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe.h - packets sent in a lab, and what came back.
 *
 * netemu's own prober: a socket for each sender, opened in its namespace (and bound to its VRF),
 * all probes at once from one event loop. What it finds is a plain value.
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
	int protocol;  /* 0: ICMP echoes, probe_run()'s; IPPROTO_TCP or _UDP: call_run()'s */
	uint16_t port; /* of the two */
	uint64_t late_ns; /* echoes: an answer should not take longer; 0: nobody knows */

	/* Filled by probe_run(). */
	unsigned int sent, received;   /* the warm-up not counted */
	uint64_t rtt_min_ns, rtt_median_ns, rtt_max_ns; /* 0 when nothing came back */
	uint64_t jitter_ns; /* mean difference of round trips that follow each other */
	unsigned int differences; /* that it is the mean of */
	bool refused;		       /* somebody answered with an ICMP error ... */
	struct addr refused_by;	       /* ... this one; family 0: the sender's own kernel ... */
	uint8_t icmp_type, icmp_code;  /* ... this way */
	int error; /* or, of a service, this errno */
};

struct probe_options {
	unsigned int count;	 /* echoes counted, after one that is not; at least 1 */
	uint64_t interval_ns;	 /* between the echoes of a series */
	uint64_t timeout_ns;	 /* wait for an answer to the uncounted echo, and to the last */
	uint64_t warm_ns;	 /* wait less than timeout_ns for the uncounted echo; 0: don't */
	uint64_t gap_ns;	 /* between any two echoes of all series; 0: 100 us */
	/* As little a gap as keeps answers in time (probe.late_ns); gap_ns is not used. An answer
	 * in time to the first echo is all that a series takes. */
	bool hurry;
	int stop;   /* a descriptor: once it is readable, give up; 0: none */
};
enum { PROBE_COUNT_MAX = 10000 };

/* Runs n series side by side. Returns 0, -EINTR when told to stop, or -errno when sockets cannot
 * be had. A pair that does not answer is no error. */
int probe_run(struct probe *probes, size_t n, struct probe_options opt, struct diag *dg);

/* What an ICMP error says, for people: "network unreachable". Buffer of PROBE_TEXT bytes. */
enum { PROBE_TEXT = 32 };
const char *probe_refusal(const struct probe *p, char buf[PROBE_TEXT]);

#endif
