/* SPDX-License-Identifier: GPL-2.0-or-later */
/* results.h - in which formats the result of a test is told, and where.
 *
 * Standard output has the format that --format names, text if none. With -o PATH the result is in
 * that file, too: in the format that its suffix names (.xml: JUnit), else in that of --format. What
 * the file has is not printed again: `--format junit -o results.xml` leaves text for people, and
 * `--format github -o results.xml` serves GitHub's runner and whoever reads the file.
 */
#ifndef CLI_RESULTS_H
#define CLI_RESULTS_H

#include "cli/cli.h"

struct results {
	enum test_format printed, written;
	FILE *file;    /* NULL: none */
	char *stopped; /* why the run ended early; heap */
};

/* Reads the options and opens the file, so that a place that cannot be written is known before a
 * lab is built. EXIT_DONE, or a mistake; the result can be told in either case. */
enum exit_status results_begin(struct results *r, struct invocation *inv);

/* Tells the result, with the findings so far. `status` is how the run went: one that ended early,
 * also before anything was tried, is told as such. Returns
 * EXIT_FAILED_TEST when anything failed. */
enum exit_status results_tell(struct results *r, struct test_run *run, enum exit_status status,
			      struct invocation *inv);
void results_release(struct results *r);

#endif
