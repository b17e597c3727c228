/* SPDX-License-Identifier: GPL-2.0-or-later */
/* progress.h - a progress line on a terminal, from the first second on.
 *
 * A child process writes it: creating user namespaces requires a process without threads.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <sys/types.h>

#include "cli/cli.h"

/* Starts to print "TEXT ... 3 s" on standard error. Returns the child's ID for progress_end(), or 0
 * if it prints nothing. */
pid_t progress_begin(const struct invocation *inv, const char *text);
/* Stops the child and erases the line. */
void progress_end(pid_t counter);

#endif
