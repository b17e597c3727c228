/* SPDX-License-Identifier: GPL-2.0-or-later */
/* interrupt.h - termination signals as a readable descriptor.
 *
 * For commands that must clean up before they end: between begin and end, SIGINT, SIGTERM and
 * SIGHUP only make the descriptor readable. With `printing`, SIGPIPE does so, too: the reader of
 * the output has closed the pipe.
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdbool.h>

int interrupts_begin(bool printing); /* the descriptor, or -errno */
int interrupts_end(void);	     /* the signal received, or 0 */

#endif
