/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pace.h - when to sleep, when to poll, when to send, so that frames are on time.
 *
 * A sleeper wakes late, so it has itself woken early, by as much as this machine has
 * lately been late, and polls for the rest. Polling has a budget. A send takes its time
 * until the frame is at the far end, so it begins early too. Pure: every reading of the
 * clock is an argument.
 */
#ifndef RELAY_PACE_H
#define RELAY_PACE_H

#include "relay/timing.h"

#include <stddef.h>

struct pace {
	struct habit waking, sending;	/* how late an alarm wakes us; how long a send takes */
	uint64_t sent_at;
	uint64_t slept_at, alarm_at;	/* slept_at 0: not put to sleep until an alarm */
	uint64_t poll_left, reckoned_at; /* ns of polling allowed; when that was reckoned */
	bool polling;
};

void pace_init(struct pace *p);

/* How long before its due time a frame is to be sent. */
uint64_t pace_advance(const struct pace *p, uint64_t now);

/* What to do until `due`: true: sleep, until ret_alarm at the latest; false: poll. */
bool pace_plan(struct pace *p, uint64_t now, uint64_t due, uint64_t *ret_alarm);

/* Nothing is due: sleep, whatever happens. */
void pace_idle(struct pace *p, uint64_t now);

/* The alarm rang, and this was the time when we woke. */
void pace_woke(struct pace *p, uint64_t now);

/* A frame of so many bytes was sent. */
void pace_sent(struct pace *p, uint64_t began, uint64_t ended, size_t len);

/* How early it would wake after a long sleep. */
uint64_t pace_lead(const struct pace *p);

#endif
