/* SPDX-License-Identifier: GPL-2.0-or-later */
/* output.h - where a command's result goes: standard output, or the file that -o names. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "cli/cli.h"

/* The stream to write to. A file comes to be only when all has gone well: see output_end(). */
enum exit_status output_begin(struct invocation *inv, FILE **ret);

/* Ends it: writes the file when `status` is EXIT_DONE. `out` may be NULL. Returns the status, or
 * what went wrong meanwhile. */
enum exit_status output_end(struct invocation *inv, FILE *out, enum exit_status status);

#endif
