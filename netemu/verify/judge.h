/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judge.h - whether what came back is what should have. */
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

/* A pair of nodes that was tried: for one of the file's expectations, or for the matrix. */
struct trial {
	uint32_t from, to;
	const struct expectation *expect; /* NULL: one of the matrix */
	struct verdict verdict;		  /* what netemu predicts */
	bool calls;			  /* a service of the other is tried: */
	bool listened;			  /* which it offers, says the file */
};

/* What came back of all that was sent for it. NULL: that was not asked, or could not be sent. */
struct observed {
	const struct probe *probe;
	const struct trace *there, *back;
	const struct mtu_search *mtu;
	const struct flow *flow;
};

/* It answered, and was to, but took too long or not long enough; or of the matrix it did not, and
 * was to. `tolerance_ns` is for the matrix, on top of what the path's jitter and rates explain. */
bool trial_is_late(const struct routes *r, const struct trial *t, const struct probe *p,
		   uint64_t tolerance_ns);

/* The result of a trial. Strings live in the arena. */
void trial_judge(const struct routes *r, const struct trial *t, const struct observed *seen,
		 uint64_t tolerance_ns, struct arena *arena, struct test_result *ret);

/* How much later than its delay says a path may deliver: jitter, and the time on slow links. */
uint64_t path_slack_ns(const struct routes *r, const struct path *p);

#endif
