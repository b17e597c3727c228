/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signals.h - what would end the program is held back while a lab is built or changed: between two
 * steps it is asked for, and obeyed by taking everything back. */
#ifndef LAB_SIGNALS_H
#define LAB_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct signals {
	sigset_t held, before;
};

void signals_hold(struct signals *s);
/* One that came after the last question has come too late to be obeyed. */
void signals_release(struct signals *s);

/* Takes the signal: once obeyed here it must not also end the program. ctx: a struct signals. */
bool signals_came(void *ctx);

/* Waits so long for one, and takes it: its number, or 0. */
int signals_await(const struct signals *s, uint64_t ns);

/* Lets one that came have its effect now. */
void signals_hand_on(const struct signals *s);

#endif
