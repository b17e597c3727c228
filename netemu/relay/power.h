/* SPDX-License-Identifier: GPL-2.0-or-later */
/* power.h - what the system grants for exactness. Everything here may be refused. */
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

/* Raises this process and locks its memory, of which it may come to use so many bytes
 * more, as far as it may. CAP_IPC_LOCK must be kept. */
void power_init(struct power *p, size_t memory);
void power_release(struct power *p);

/* Frames are on their way: keeps idle processors awake until power_rest() finds that
 * nobody wanted it for a while. */
void power_want(struct power *p, uint64_t now);
void power_rest(struct power *p, uint64_t now);

#endif
