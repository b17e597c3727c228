/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signals.h - blocks the signals that would end the program while a lab is built or changed. The
 * caller checks for them between two steps, and rolls back if one has come. */
#ifndef LAB_SIGNALS_H
#define LAB_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct signals {
	sigset_t held, before;
};

void signals_hold(struct signals *s);
/* Unblocks the signals and discards one that came after the last check. */
void signals_release(struct signals *s);

/* Whether a signal has come. It is consumed, so that it does not end the program later. ctx: a
 * struct signals. */
bool signals_came(void *ctx);

/* Waits at most ns nanoseconds for a signal and consumes it. Returns its number, or 0. */
int signals_await(const struct signals *s, uint64_t ns);

/* Unblocks the signals; a pending one takes effect now. */
void signals_hand_on(const struct signals *s);

#endif
