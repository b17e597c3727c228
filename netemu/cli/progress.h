/* SPDX-License-Identifier: GPL-2.0-or-later */
/* progress.h - a word for whoever waits: after a second, on a terminal only.
 *
 * A process of its own writes it, since making namespaces wants a program without threads.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <sys/types.h>

#include "cli/cli.h"

/* Begins to count the seconds on standard error: "TEXT ... 3 s". Returns what progress_end()
 * takes. */
pid_t progress_begin(const struct invocation *inv, const char *text);
/* Ends it, and leaves no trace on the terminal. */
void progress_end(pid_t counter);

#endif
