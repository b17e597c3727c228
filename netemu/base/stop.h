/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stop.h - cancellation: a wait ends when a descriptor, `stop`, becomes readable. 0, as in a zeroed
 * struct, means that there is no such descriptor. */
#ifndef BASE_STOP_H
#define BASE_STOP_H

#include <poll.h>

/* The entry for poll(), which skips a negative descriptor. */
static inline struct pollfd stop_poll(int stop)
{
	return (struct pollfd){ .fd = stop > 0 ? stop : -1, .events = POLLIN };
}

#endif
