/* SPDX-License-Identifier: GPL-2.0-or-later */
/* output.h - the destination of a command's result: standard output, or the file of -o. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "cli/cli.h"

/* Opens the stream for the result. output_end() creates the file of -o, and only on success. */
enum exit_status output_begin(struct invocation *inv, FILE **ret);

/* Closes the stream, and writes the file if `status` is EXIT_DONE. `out` may be NULL. Returns
 * `status`, or EXIT_MISTAKE when the file cannot be written. */
enum exit_status output_end(struct invocation *inv, FILE *out, enum exit_status status);

#endif
