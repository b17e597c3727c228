/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify.h - tests a running lab: expectations and predictions against packets, expected routes
 * against the kernel's tables.
 *
 * Expectations and netemu's own computations come in as values, results go out as values. This room
 * prints nothing: report does.
 */
#ifndef VERIFY_VERIFY_H
#define VERIFY_VERIFY_H

#include "model/model.h"
#include "verify/result.h"
#include "world/world.h"

struct arena;

enum prober {
	PROBER_OWN,   /* netemu's own */
	PROBER_SYSTEM /* the system's ping and traceroute, where they suffice */
};

enum { VERIFY_TOLERANCE_NS = 400000 }; /* enough for a machine that is not busy */

struct verify_options {
	bool matrix;	       /* test every pair of hosts against its prediction, too */
	uint64_t tolerance_ns; /* how far a round trip may be off, on top of 2 % */
	int stop;	       /* see struct probe_options */
	enum prober prober;
	/* Explains the first failures: why A reaches B or not, as several lines that live in the
	 * arena, or NULL. The pointer may be NULL: no explanations. */
	const char *(*explain)(const char *lab, const struct routes *r, uint32_t from, uint32_t to,
			       struct arena *arena);
};

/* Tests the expectations, and the matrix if asked for, all at once. The world describes the running
 * lab as it is now. Appends a result for each expectation, in their order (an expectation with an
 * unknown name fails), then the results of the matrix. Returns 0 when the tests could run; else
 * -errno, with a finding and without results; -EINTR, without a finding, when told to stop. Strings
 * of the results live in the arena, or in the world's model. */
int verify_expectations(const struct world *w, const expectation_list *list,
			const struct verify_options *opt, struct arena *arena, struct test_run *ret,
			struct diag *dg);

/* The same for the expectations of the world's file. */
int verify(const struct world *w, const struct verify_options *opt, struct arena *arena,
	   struct test_run *ret, struct diag *dg);

/* The name for the result of an expectation that was not tested, made of the file's names. Lives in
 * the arena. */
const char *expectation_name(const struct expectation *e, struct arena *arena);

#endif
