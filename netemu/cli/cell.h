/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cell.h - this program twice: one goes on in namespaces of its own, one waits for it outside.
 *
 *	netemu run --------- waits, hands on signals
 *	   '-- netemu run -- process 1 of the cell: builds the lab, waits, adopts orphans
 *	          |-- the command
 *	          '-- the lab's processes
 *
 * When the first process of a cell ends, in whatever way, the kernel ends all others and takes back
 * their namespaces, mounts and files; and it is killed when the one outside is. Where no /proc can
 * be mounted for processes of their own (a container), only `down` ends the lab's: see cell.alone.
 */
#ifndef CLI_CELL_H
#define CLI_CELL_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "kernel/sandbox.h"

struct cell {
	bool inside;
	bool alone;	 /* the first of its own processes */
	int status;	 /* outside: how the one inside ended, as a shell tells it */
	sigset_t before; /* the mask that the command is to have */
};

/* Returns twice: inside at once, outside when the inside has ended. 0; or once, -EPERM and
 * `why`. */
int cell_enter(struct cell *c, struct sandbox_refusal *why);

/* Runs the command inside, in the terminal's foreground if that is where we are, and hands signals
 * on to it. Returns its exit status, 128 and the signal's number if one ended it; or -errno when it
 * cannot be run. */
int cell_run(const struct cell *c, char *const *command);

#endif
