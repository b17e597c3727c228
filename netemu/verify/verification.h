/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verification.h - inside the trying of expectations: one run of it, shared by its files. */
#ifndef VERIFY_VERIFICATION_H
#define VERIFY_VERIFICATION_H

#include "kernel/read.h"
#include "probe/call.h"
#include "probe/system.h"
#include "verify/judge.h"
#include "verify/verify.h"

enum { POLL_PATIENCE_NS = 100000000 }; /* on top of the longest round trip, in a look of several */

/* Which list a trial's probe is in. */
enum probes {
	PROBES_EXACT,	/* echoes whose round trip is asked for: with pauses, some of each */
	PROBES_HURRIED, /* those of the matrix, and to whom nobody expects an answer */
	PROBES_CALLS,	/* services */
	PROBES_LISTS
};

/* A trial, and where what is sent for it stands. */
struct attempt {
	struct trial t;
	size_t result;	   /* its own, of the run's */
	uint32_t at;	   /* EXPECT_ROUTE: the node; else NONE */
	bool open;	   /* to be tried (again) */
	bool broken;	   /* there is nothing to try: it names no node */
	uint64_t lost;	   /* echoes, until it held */
	enum probes list;
	size_t probe, there, back, mtu, flow; /* in the lists; SIZE_MAX: not asked */
};

struct verification {
	const struct world *w;
	const struct verify_options *opt;
	struct arena *arena;
	struct test_run *ret;
	struct diag *dg;
	VEC(struct attempt) attempts;
	VEC(struct probe) probes[PROBES_LISTS];
	VEC(struct trace) traces;
	VEC(struct mtu_search) mtus;
	VEC(struct flow) flows;
	int *netns;	   /* of the lab, by the plan's number; -1: not open */
	struct seen *seen; /* what they hold; read when a route is asked for, each once a look */
	bool *is_seen;
	uint64_t patience_ns;
	size_t explained;
};

/* A node's namespace, the verification's own; or -errno. */
int verification_netns(struct verification *v, uint32_t node);

/* The longest round trip that is predicted for any of the pairs. */
uint64_t verification_longest_ns(const struct verification *v);

/* Adds an attempt and a result for each expectation; for each pair of hosts. */
void attempts_add(struct verification *v, const expectation_list *list);
void attempts_add_matrix(struct verification *v);

/* Makes the lists of all that is to be sent for what is open. 0 or -errno. */
int attempts_prepare(struct verification *v);

/* Does that, sends it all, and waits for what comes back. 0 or -errno. */
int attempts_send(struct verification *v);

/* The probe of an attempt, or NULL. */
struct probe *attempt_probe(struct verification *v, const struct attempt *a);

#endif
