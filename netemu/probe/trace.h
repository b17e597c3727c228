/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace.h - which routers a packet passes: echoes of every TTL at once, and who answers. */
#ifndef PROBE_TRACE_H
#define PROBE_TRACE_H

#include "probe/probe.h"

enum { TRACE_HOPS = 30 };

struct trace_hop {
	struct addr by; /* who took the TTL; family 0: nobody said so */
	uint8_t ttl;	/* left of the answer's; 0: not known */
};

/* From a node to an address. */
struct trace {
	int netns;	 /* of the sender; borrowed */
	const char *vrf; /* device to bind to, or NULL */
	struct addr to;

	/* Filled by trace_run(). */
	struct trace_hop hops[TRACE_HOPS];
	unsigned int n;	 /* hops; the last is the target's if it arrived, else the last to answer */
	bool arrived;
	bool refused;	 /* a router said that it goes no further: the last hop, ... */
	uint8_t icmp_type, icmp_code; /* ... and how */
};

/* Runs n traces side by side. A hop that does not answer is asked thrice, opt.timeout_ns each time;
 * of the options only that and `stop` count. Returns 0, -EINTR when told to stop, or -errno when
 * sockets cannot be had. */
int trace_run(struct trace *traces, size_t n, struct probe_options opt, struct diag *dg);

/* For one trace: what one error tells of it. Pure; trace_run()'s own, shown for tests. */
struct heard;
struct tracing {
	unsigned int arrived_at, refused_at; /* TTLs; 0: not (yet) */
};
void trace_hear(struct trace *t, struct tracing *s, unsigned int ttl, const struct heard *h);
/* Whether an echo of this TTL is still worth sending; whether all is known. */
bool trace_wants(const struct trace *t, const struct tracing *s, unsigned int ttl);
bool trace_is_whole(const struct trace *t, const struct tracing *s);

#endif
