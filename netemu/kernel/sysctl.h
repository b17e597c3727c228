/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysctl.h - sets sysctls of many new network namespaces, which a thread enters in turn.
 *
 *	for each namespace: unshare; sysctl_fresh(w); sysctl_set(w, key, value) ...
 */
#ifndef KERNEL_SYSCTL_H
#define KERNEL_SYSCTL_H

enum { SYSCTL_VALUE_MAX = 256 };

struct sysctl_writer; /* one for each thread */

struct sysctl_writer *sysctl_writer_new(void);
/* May take milliseconds (RCU), so call it off the critical path. NULL is fine. */
void sysctl_writer_free(struct sysctl_writer *w);

/* To be called when the thread has entered another namespace: a new one, whose sysctls have not
 * been changed, or any if the thread only reads. */
void sysctl_fresh(struct sysctl_writer *w);

/* Sets a sysctl, such as "net/ipv4/ip_forward", in the thread's namespace. Returns 0 or -errno;
 * -ENOENT: no such sysctl. */
int sysctl_set(struct sysctl_writer *w, const char *key, const char *value);

/* Reads one, without the newline. Returns the same. */
int sysctl_read(struct sysctl_writer *w, const char *key, char ret[SYSCTL_VALUE_MAX]);

#endif
