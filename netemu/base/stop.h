/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stop.h - how whoever waits is told to give up: by a descriptor that becomes readable. 0, as a
 * struct that nobody filled in has it: nobody will be told. */
#ifndef BASE_STOP_H
#define BASE_STOP_H

#include <poll.h>

/* To be waited for beside others: poll() passes over what is below 0. */
static inline struct pollfd stop_poll(int stop)
{
	return (struct pollfd){ .fd = stop > 0 ? stop : -1, .events = POLLIN };
}

#endif
