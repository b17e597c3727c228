/* SPDX-License-Identifier: GPL-2.0-or-later */
/* confine.h - restricts the system calls of a long-lived process (seccomp).
 *
 * The process reads packets of untrusted peers. An attacker who takes it over can neither open
 * files nor start programs, trace other processes, make namespaces or mount: those calls fail.
 */
#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

#include <stddef.h>
#include <sys/syscall.h>

/* Newer architectures have only the newer call of each pair. */
#ifndef SYS_epoll_wait
#define SYS_epoll_wait SYS_epoll_pwait
#endif
#ifndef SYS_newfstatat
#define SYS_newfstatat SYS_fstat
#endif

/* Allows only these calls, listed with the most frequent first, and those that every process needs
 * (memory, time, signals, its own descriptors and threads, exit). Sets no_new_privs, so that no
 * set-user-id program gives it rights again. Does only the latter where the kernel has no seccomp,
 * on an unknown architecture, and in a sanitized build, which needs further calls. */
void process_confine(const int *calls, size_t n);

#endif
