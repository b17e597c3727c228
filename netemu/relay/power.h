/* SPDX-License-Identifier: GPL-2.0-or-later */
/* power.h - asks the system for punctual scheduling. The system may refuse all of it. */
#ifndef RELAY_POWER_H
#define RELAY_POWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct power {
	int latency_fd; /* /dev/cpu_dma_latency, or -1 */
	bool realtime, locked, awake;
	uint64_t wanted_at; /* when awake processors were last wanted */
};

/* Gives this process real-time priority and locks its memory, if it is allowed to. `memory` is the
 * number of bytes that it may still allocate. CAP_IPC_LOCK must be kept. */
void power_init(struct power *p, size_t memory);
void power_release(struct power *p);

/* Frames are in flight: keeps idle processors awake, until power_rest() finds that there was no
 * power_want() for a while. */
void power_want(struct power *p, uint64_t now);
void power_rest(struct power *p, uint64_t now);

#endif
