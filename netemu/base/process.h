/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process.h - starts a process that outlives its parent. */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The only message of the new process to its parent. */
struct process_report {
	int result; /* 0: ready; else -errno, and ... */
	pid_t pid;
	char text[256]; /* ... the reason, for people */
};

/* The main function of the process: it prepares itself, writes one process_report to `report`,
 * closes `report` and works. It never returns. */
typedef void process_life(const void *ctx, int report);

/* Forks twice, so that the process is no child of the caller, has no terminal and leaves no zombie.
 * Waits up to 30 seconds until the process is ready:
 *
 *   caller --fork--> child (setsid) --fork--> the process
 *     |                |_ exits                 |
 *     '--- waits for a report over a pipe ------'
 *
 * Returns 0 and its pid; or -errno, and in `err` the text of its report, else "WHAT: reason". */
int process_spawn(process_life *live, const void *ctx, const char *what, pid_t *ret_pid, char *err,
		  size_t err_size);

/* Sets the title that ps shows. The title overwrites the command line's strings: they must not be
 * used after this. */
void process_rename(const char *name, const char *label);

/* Resets all signals to their defaults, and ignores SIGHUP, SIGINT and SIGPIPE. */
void process_reset_signals(void);

/* Whether SIGKILL was sent to a process that has not ended yet: the kernel may still be at work for
 * it, but the process itself does nothing any more. */
bool process_is_killed(pid_t pid);

/* Redirects 0, 1 and 2 to /dev/null and closes all other descriptors but fds[n], which are in
 * ascending order. Returns 0 or -errno. */
int process_close_all_but(const int *fds, unsigned int n);

#endif
