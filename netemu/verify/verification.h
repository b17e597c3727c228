/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verification.h - one run of verify_expectations(). Private to the room. */
#ifndef VERIFY_VERIFICATION_H
#define VERIFY_VERIFICATION_H

#include "kernel/read.h"
#include "model/model.h"
#include "probe/call.h"
#include "probe/system.h"
#include "verify/judge.h"
#include "world/world.h"

struct verify_options;

enum { POLL_PATIENCE_NS = 100000000 }; /* on top of the longest round trip, in repeated rounds */

/* The list that a trial's probe is in. */
enum probes {
	PROBES_EXACT,	/* echoes whose round trip matters: several of each, with pauses */
	PROBES_HURRIED, /* echoes of the matrix, and those that should get no answer */
	PROBES_CALLS,	/* services */
	PROBES_LISTS
};

/* A trial, and where its result and its probes are. */
struct attempt {
	struct trial t;
	size_t result; /* index in the run's results */
	uint32_t at;   /* EXPECT_ROUTE: the node; else NONE */
	bool open;     /* to be tried (again) */
	bool broken;   /* cannot be tried: a name belongs to no node */
	uint64_t lost; /* echoes lost until the expectation held */
	enum probes list;
	size_t probe, there, back, mtu, flow; /* in the lists; SIZE_MAX: not asked for */
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
	int *netns;	   /* of the lab, by the plan's index; -1: not open */
	struct seen *seen; /* their contents, read for expected routes, once a round */
	bool *is_seen;
	uint64_t patience_ns;
	size_t explained;
};

/* The file descriptor of a node's namespace, owned by the verification; or -errno. */
int verification_netns(struct verification *v, uint32_t node);

/* The longest predicted round trip of all attempts. */
uint64_t verification_longest_ns(const struct verification *v);

/* Adds an attempt and a result for each expectation of the list. */
void attempts_add(struct verification *v, const expectation_list *list);
/* The same for each pair of machines, both ways. */
void attempts_add_matrix(struct verification *v);

/* Lists the probes of all open attempts. 0 or -errno. */
int attempts_prepare(struct verification *v);

/* Lists the probes, sends them, and waits for the answers. 0 or -errno. */
int attempts_send(struct verification *v);

/* The probe of an attempt, or NULL. */
struct probe *attempt_probe(struct verification *v, const struct attempt *a);

#endif
