/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pace.h - when to sleep, when to poll and when to send, so that frames are on time.
 *
 * A sleeping process wakes late, so the alarm is set early, by as much as this machine has
 * lately been late, and the rest is polled. Polling has a budget. A send takes time until the
 * frame is at the far end, so it begins early too. Pure: every clock reading is an argument.
 */
#ifndef RELAY_PACE_H
#define RELAY_PACE_H

#include "relay/timing.h"

#include <stddef.h>

struct pace {
	struct habit waking, sending; /* how late an alarm wakes us; how long a send takes */
	uint64_t sent_at;
	uint64_t slept_at, alarm_at;	 /* slept_at 0: not asleep until an alarm */
	uint64_t poll_left, reckoned_at; /* the polling budget in ns; when it was last updated */
	bool polling;
};

void pace_init(struct pace *p);

/* How long before its due time a frame is to be sent. */
uint64_t pace_advance(const struct pace *p, uint64_t now);

/* What to do until `due`. Returns true to sleep, until ret_alarm at the latest; false to poll. */
bool pace_plan(struct pace *p, uint64_t now, uint64_t due, uint64_t *ret_alarm);

/* No frame is due: sleeps until an event. */
void pace_idle(struct pace *p, uint64_t now);

/* The alarm woke us at this time. */
void pace_woke(struct pace *p, uint64_t now);

/* A frame of so many bytes was sent. */
void pace_sent(struct pace *p, uint64_t began, uint64_t ended, size_t len);

/* How long before a due time the alarm is set for a long sleep. */
uint64_t pace_lead(const struct pace *p);

#endif
