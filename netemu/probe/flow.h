/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flow.h - what one TCP connection carries: netemu's own sender and receiver, one at each end. */
#ifndef PROBE_FLOW_H
#define PROBE_FLOW_H

#include "probe/probe.h"

struct flow {
	int from_netns, to_netns;	  /* borrowed */
	const char *from_vrf, *to_vrf; /* devices to bind to, or NULL */
	struct addr to;			  /* that the sender knows the receiver by */

	/* Filled by flow_run(). */
	uint64_t bps; /* of payload; 0: nothing came through */
	int error;    /* the errno of a connection that was not made, or broke; 0: none */
};

/* Runs one flow: some time for it to get up to speed, then as long again twice, which counts. Of
 * the options opt.timeout_ns (to connect) and `stop` count. Returns 0, -EINTR when told to stop,
 * or -errno when sockets cannot be had. Flows one after another, or they share their ways. */
int flow_run(struct flow *f, struct probe_options opt, struct diag *dg);

#endif
