/* interrupt.h - signals that ask us to stop, as a descriptor.
 *
 * For a command that must take something back first: between begin and end SIGINT, SIGTERM and
 * SIGHUP make the descriptor readable and do nothing else.
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

int interrupts_begin(void); /* the descriptor, or -errno */
int interrupts_end(void);   /* the signal that came, or 0 */

#endif
