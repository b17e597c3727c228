/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judge.h - compares what came back from a lab with what was expected or predicted. */
#ifndef VERIFY_JUDGE_H
#define VERIFY_JUDGE_H

#include "probe/flow.h"
#include "probe/mtu.h"
#include "probe/probe.h"
#include "probe/trace.h"
#include "routing/routing.h"
#include "verify/result.h"

struct arena;
struct expectation;

/* A pair of nodes under test: from an expectation of the file, or from the matrix. */
struct trial {
	uint32_t from, to;
	const struct expectation *expect; /* NULL: a pair of the matrix */
	struct verdict verdict;		  /* what netemu predicts */
	bool calls;			  /* the trial calls a service of `to` ... */
	bool listened;			  /* ... which `to` offers, says the file */
};

/* What came back for a trial. NULL: not asked for, or nothing could be sent. */
struct observed {
	const struct probe *probe;
	const struct trace *there, *back;
	const struct mtu_search *mtu;
	const struct flow *flow;
};

/* True when an expected answer came, but its round trip is too long or too short. For a pair of the
 * matrix also when an expected answer did not come; its round trip may differ from the prediction
 * by `tolerance_ns`, on top of what the path's jitter and rates explain. */
bool trial_is_late(const struct routes *r, const struct trial *t, const struct probe *p,
		   uint64_t tolerance_ns);

/* Judges a trial. The result's strings live in the arena. */
void trial_judge(const struct routes *r, const struct trial *t, const struct observed *seen,
		 uint64_t tolerance_ns, struct arena *arena, struct test_result *ret);

/* How much a path may add to its delay: jitter, and the time that a frame takes on slow links. */
uint64_t path_slack_ns(const struct routes *r, const struct path *p);

#endif
