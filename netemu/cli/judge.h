/* judge.h - whether what came back is what should have. */
#ifndef CLI_JUDGE_H
#define CLI_JUDGE_H

#include "cli/world.h"
#include "probe/probe.h"

struct arena;
struct expectation;

/* A pair of nodes that was tried: for one of the file's expectations, or for the matrix. */
struct trial {
	uint32_t from, to;
	const struct expectation *expect; /* NULL: one of the matrix */
	struct verdict verdict;		  /* what netemu predicts */
	bool calls;			  /* a service of the other is tried: */
	bool listened;			  /* which it offers, says the file */
	uint32_t probe;			  /* its number, among the calls or echoes; NONE: the two share no address family */
};

/* It answered, and was to, but took too long or not long enough. `tolerance_ns` is for the matrix,
 * on top of what the path's jitter and rates explain. */
bool trial_is_late(const struct world *w, const struct trial *t, const struct probe *p,
		   uint64_t tolerance_ns);

/* The result of a trial; p is NULL if nothing could be sent. Strings live in the arena. */
void trial_judge(const struct world *w, const struct trial *t, const struct probe *p,
		 uint64_t tolerance_ns, struct arena *arena, struct test_result *ret);

#endif
