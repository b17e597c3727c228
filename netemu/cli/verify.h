/* verify.h - expectations and predictions against packets in a running lab. */
#ifndef CLI_VERIFY_H
#define CLI_VERIFY_H

#include "cli/world.h"
#include "model/model.h"

struct arena;

enum prober {
	PROBER_OWN,   /* netemu's */
	PROBER_SYSTEM /* the standard ping and traceroute, where they can tell */
};

struct verify_options {
	bool matrix;	       /* every pair of hosts against its prediction */
	uint64_t tolerance_ns; /* how far a round trip may be off, on top of 2 % */
	int stop;	       /* see struct probe_options */
	enum prober prober;
};

/* Tries these expectations, and the matrix if asked, all at once. The world is a running lab's, as
 * it stands now. Appends a result for each expectation, in their order (one that names no node is a
 * failed one), then those of the matrix. Strings of the results live in the arena, or in the
 * world's model. EXIT_DONE when they could be tried. */
enum exit_status verify_expectations(const struct world *w, const expectation_list *list,
				     struct verify_options opt, struct arena *arena,
				     struct test_run *ret, struct invocation *inv);

/* The same for those of the world's file. */
enum exit_status verify(const struct world *w, struct verify_options opt, struct arena *arena,
			struct test_run *ret, struct invocation *inv);

#endif
