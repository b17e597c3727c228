/* SPDX-License-Identifier: GPL-2.0-or-later */
/* interrupt.h - signals that ask us to stop, as a descriptor.
 *
 * For a command that must take something back first: between begin and end SIGINT, SIGTERM and
 * SIGHUP make the descriptor readable and do nothing else; with `printing`, SIGPIPE too, which
 * says that nobody reads any more what is printed meanwhile.
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdbool.h>

int interrupts_begin(bool printing); /* the descriptor, or -errno */
int interrupts_end(void);	     /* the signal that came, or 0 */

#endif
