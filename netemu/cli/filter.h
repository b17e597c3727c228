/* SPDX-License-Identifier: GPL-2.0-or-later */
/* filter.h - a program that turns one text into another, run without a shell. */
#ifndef CLI_FILTER_H
#define CLI_FILTER_H

#include <stddef.h>

#include "cli/cli.h"

/* Runs argv (NULL-terminated, found as execvp() does) with `text` as its standard input, and
 * writes what it prints to `out` when it has ended well. EXIT_CANNOT, naming the `package`, when
 * there is no such program; EXIT_BROKE, with its own words, when it fails. */
enum exit_status filter_run(struct invocation *inv, const char *const *argv, const char *package,
			    const char *text, size_t n, FILE *out);

#endif
