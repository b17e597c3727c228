/* SPDX-License-Identifier: GPL-2.0-or-later */
/* results.h - the formats and destinations of a test's result.
 *
 * Standard output has the format of --format, by default text. -o PATH also writes the result to a
 * file, in the format of the file's suffix (.xml: JUnit), else in that of --format. When both
 * formats are the same, standard output has text: `--format junit -o results.xml` prints text, and
 * `--format github -o results.xml` prints annotations and writes JUnit.
 */
#ifndef CLI_RESULTS_H
#define CLI_RESULTS_H

#include "cli/cli.h"

struct results {
	enum test_format printed, written;
	FILE *file;    /* NULL: none */
	char *stopped; /* why the run ended early; heap */
};

/* Reads the options and opens the file, before a lab is built. Returns EXIT_DONE, or EXIT_MISTAKE
 * when the file cannot be written. Call results_tell() in both cases. */
enum exit_status results_begin(struct results *r, struct invocation *inv);

/* Reports the result and the findings. `status` is the outcome of the run; any other than EXIT_DONE
 * is reported as an early end. Returns EXIT_FAILED_TEST when a test failed, else `status` or the
 * error in writing the file. */
enum exit_status results_tell(struct results *r, struct test_run *run, enum exit_status status,
			      struct invocation *inv);
void results_release(struct results *r);

#endif
