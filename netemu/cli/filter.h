/* SPDX-License-Identifier: GPL-2.0-or-later */
/* filter.h - runs a program, without a shell, that converts one text to another. */
#ifndef CLI_FILTER_H
#define CLI_FILTER_H

#include <stddef.h>

#include "cli/cli.h"

/* Runs argv (NULL-terminated, found as by execvp()) with `text` as its standard input, and copies
 * its output to `out` if it exits with status 0. Returns EXIT_CANNOT, with the package as a hint,
 * when the program is missing; EXIT_BROKE, with the program's error message, when it fails. */
enum exit_status filter_run(struct invocation *inv, const char *const *argv, const char *package,
			    const char *text, size_t n, FILE *out);

#endif
