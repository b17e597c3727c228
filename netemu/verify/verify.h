/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify.h - what must hold in a running lab, tried: expectations and predictions against packets,
 * routes against the kernel's tables.
 *
 * What is asked and what netemu computes come as values; what is found is a result for each. Nobody
 * is told here: report has the words.
 */
#ifndef VERIFY_VERIFY_H
#define VERIFY_VERIFY_H

#include "model/model.h"
#include "verify/result.h"
#include "world/world.h"

struct arena;

enum prober {
	PROBER_OWN,   /* netemu's */
	PROBER_SYSTEM /* the standard ping and traceroute, where they can tell */
};

enum { VERIFY_TOLERANCE_NS = 400000 }; /* what suits a machine that is not busy */

struct verify_options {
	bool matrix;	       /* every pair of hosts against its prediction */
	uint64_t tolerance_ns; /* how far a round trip may be off, on top of 2 % */
	int stop;	       /* see struct probe_options */
	enum prober prober;
	/* Why A reaches B or not, in words of several lines that live in the arena; NULL when there
	 * are none. For the first of what failed. NULL: nobody asks. */
	const char *(*explain)(const char *lab, const struct routes *r, uint32_t from, uint32_t to,
			       struct arena *arena);
};

/* Tries these expectations, and the matrix if asked, all at once. The world is a running lab's, as
 * it stands now. Appends a result for each expectation, in their order (one that names no node is a
 * failed one), then those of the matrix. Strings of the results live in the arena, or in the
 * world's model. 0 when they could be tried; else -errno, with a finding and without results:
 * -EINTR, without a finding, when told to stop. */
int verify_expectations(const struct world *w, const expectation_list *list,
			const struct verify_options *opt, struct arena *arena, struct test_run *ret,
			struct diag *dg);

/* The name of the result of an expectation that was not tried: as it would be, by the names that
 * the file has. Lives in the arena. */
const char *expectation_name(const struct expectation *e, struct arena *arena);

/* The same for those of the world's file. */
int verify(const struct world *w, const struct verify_options *opt, struct arena *arena,
	   struct test_run *ret, struct diag *dg);

#endif
