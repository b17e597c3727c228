/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cell.h - a process in new namespaces that builds a lab, and its parent, which waits outside.
 *
 *	netemu run --------- waits, forwards signals
 *	   '-- netemu run -- process 1 of the cell: builds the lab, waits, reaps orphans
 *	          |-- the command
 *	          '-- the lab's processes
 *
 * When process 1 of the cell's PID namespace ends, the kernel kills all other processes of the cell
 * and frees its namespaces, mounts and files. PR_SET_PDEATHSIG kills process 1 when the parent
 * ends. Where no /proc can be mounted (in a container), the cell has no PID namespace, and only
 * `down` ends the lab's processes: see cell.alone.
 */
#ifndef CLI_CELL_H
#define CLI_CELL_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "kernel/sandbox.h"

struct cell {
	bool inside;
	bool alone;	 /* the cell has a PID namespace of its own */
	int status;	 /* outside: the exit status of the child, as a shell reports it */
	sigset_t before; /* the signal mask for the command */
};

/* Returns 0 twice: at once in the child (`inside`), and in the parent when the child has ended. On
 * failure returns -errno, with the reason in `why` when the kernel refuses namespaces. */
int cell_enter(struct cell *c, struct sandbox_refusal *why);

/* Runs the command in the cell and forwards signals to it. Returns its exit status, 128 plus the
 * signal number if a signal ended it, or -errno when the command cannot be executed. */
int cell_run(const struct cell *c, char *const *command);

#endif
