/* SPDX-License-Identifier: GPL-2.0-or-later */
/* confine.h - what a process that goes on for long may still ask of the kernel.
 *
 * It reads what strangers send. Should they ever take it over, they can neither open files nor
 * start programs, trace others, make namespaces or mount: those system calls fail.
 */
#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

#include <stddef.h>
#include <sys/syscall.h>

/* Machines that came late have only the newer call of each pair. */
#ifndef SYS_epoll_wait
#define SYS_epoll_wait SYS_epoll_pwait
#endif
#ifndef SYS_newfstatat
#define SYS_newfstatat SYS_fstat
#endif

/* From now on only these calls, the most frequent first, and those that every process needs
 * (memory, time, signals, its own descriptors and threads, its end); no set-user-id program gives
 * it rights again. Does nothing more where the kernel has no seccomp, on a machine we know no
 * number of, and in a sanitized build, which needs calls of its own. */
void process_confine(const int *calls, size_t n);

#endif
