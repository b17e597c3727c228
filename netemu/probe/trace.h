/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace.h - finds the routers on a path: sends echoes of every TTL at once, reads the answers. */
#ifndef PROBE_TRACE_H
#define PROBE_TRACE_H

#include "probe/probe.h"

enum { TRACE_HOPS = 30 };

struct trace_hop {
	struct addr by; /* the node that answered; family 0: no answer */
	uint8_t ttl;	/* of the answer as it arrived; 0: not known */
};

/* From a node to an address. */
struct trace {
	int netns;	 /* of the sender; borrowed */
	const char *vrf; /* device to bind to, or NULL */
	struct addr to;

	/* Filled by trace_run(). */
	struct trace_hop hops[TRACE_HOPS];
	unsigned int n; /* hops; the last is the target if `arrived`, else the last to answer */
	bool arrived;
	bool refused;		      /* the last hop sent an ICMP error that ends the path, ... */
	uint8_t icmp_type, icmp_code; /* ... of this type */
};

/* Runs n traces in parallel. Tries a hop up to three times, with opt.timeout_ns each; uses only
 * that option and `stop`. Returns 0, -EINTR when cancelled, or -errno when a socket cannot be
 * opened. */
int trace_run(struct trace *traces, size_t n, struct probe_options opt, struct diag *dg);

/* Adds one answer to a trace. Pure, a part of trace_run(), public for tests. */
struct heard;
struct tracing {
	unsigned int arrived_at, refused_at; /* TTLs; 0: not (yet) */
};
void trace_hear(struct trace *t, struct tracing *s, unsigned int ttl, const struct heard *h);
/* Whether an echo of this TTL should still be sent; whether the trace is complete. */
bool trace_wants(const struct trace *t, const struct tracing *s, unsigned int ttl);
bool trace_is_whole(const struct trace *t, const struct tracing *s);

#endif
