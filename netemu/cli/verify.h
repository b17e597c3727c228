/* verify.h - expectations and predictions against packets in a running lab. */
#ifndef CLI_VERIFY_H
#define CLI_VERIFY_H

#include "cli/world.h"

struct arena;

struct verify_options {
	bool matrix;	       /* every pair of hosts against its prediction */
	uint64_t tolerance_ns; /* how far a round trip may be off, on top of 2 % */
	int stop;	       /* see struct probe_options */
};

/* Tries the file's expectations, and the matrix if asked, all at once. The world is a running
 * lab's. Strings of the results live in the arena. EXIT_DONE when it could be tried. */
enum exit_status verify(const struct world *w, struct verify_options opt, struct arena *arena,
			struct test_run *ret, struct invocation *inv);

#endif
