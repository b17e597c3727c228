/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flow.h - measures the throughput of a TCP connection between two nodes of the lab. */
#ifndef PROBE_FLOW_H
#define PROBE_FLOW_H

#include "probe/probe.h"

struct flow {
	int from_netns, to_netns;      /* borrowed */
	const char *from_vrf, *to_vrf; /* devices to bind to, or NULL */
	struct addr to;		       /* of the receiver, as the sender sees it */

	/* Filled by flow_run(). */
	uint64_t bps; /* of payload; 0: nothing arrived */
	int error;    /* errno if the connection failed or broke; 0: none */
};

/* Runs one flow: one second to get up to speed, then two seconds that count. Uses only the options
 * timeout_ns (to connect) and `stop`. Returns 0, -EINTR when cancelled, or -errno when a socket
 * cannot be opened. Run flows one after another: parallel flows share the rates of links. */
int flow_run(struct flow *f, struct probe_options opt, struct diag *dg);

#endif
