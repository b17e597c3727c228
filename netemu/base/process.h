/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process.h - a process that goes on when its maker is gone. */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What the new process tells its maker, once. */
struct process_report {
	int result; /* 0: ready; else -errno, and ... */
	pid_t pid;
	char text[256]; /* ... why, for people */
};

/* The life of a process: it makes itself ready, writes one process_report to `report`, closes it
 * and goes on. It never returns. */
typedef void process_life(const void *ctx, int report);

/* Forks twice, so that the process is nobody's child, has no terminal and leaves no zombie, and
 * waits up to half a minute until it is ready:
 *
 *   caller --fork--> child (setsid) --fork--> the process
 *     |                |_ exits                 |
 *     '--- waits for a report over a pipe ------'
 *
 * Returns 0 and its pid, or -errno and in `err` what it said of it, else "WHAT: why". */
int process_spawn(process_life *live, const void *ctx, const char *what, pid_t *ret_pid, char *err,
		  size_t err_size);

/* What ps shows instead of the command line that made it. The strings of the command line lie
 * where the title goes: nothing of them may be used after this. */
void process_rename(const char *name, const char *label);

/* Signals as at birth, but for those that a terminal sends. */
void process_reset_signals(void);

/* Whether SIGKILL was sent to a process that has not ended yet: the kernel may still be at work for
 * it, but the process itself does nothing any more. */
bool process_is_killed(pid_t pid);

/* Closes every descriptor but 0, 1, 2, which lead nowhere from now on, and these, ascending.
 * 0 or -errno. */
int process_close_all_but(const int *fds, unsigned int n);

#endif
