/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process_id.h - a process that is not our child, identified by its pid and start time. */
#ifndef BASE_PROCESS_ID_H
#define BASE_PROCESS_ID_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Returns when the process started, in clock ticks since boot; 0: there is none. A pid and its
 * start time identify a process even after the pid is reused. */
uint64_t process_start_time(pid_t pid);

/* Whether the process runs; false also for a zombie. */
bool process_is_alive(pid_t pid, uint64_t start);

/* Terminates the process, kills it after two seconds, and waits until it is gone. Returns 0, also
 * if it was gone already; or -EPERM, -ETIMEDOUT. */
int process_stop(pid_t pid, uint64_t start);

#endif
