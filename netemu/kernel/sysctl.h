/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysctl.h - sysctls of many fresh network namespaces, by a thread that stands in each in turn.
 *
 *	for each namespace: unshare; sysctl_fresh(w); sysctl_set(w, key, value) ...
 */
#ifndef KERNEL_SYSCTL_H
#define KERNEL_SYSCTL_H

enum { SYSCTL_VALUE_MAX = 256 };

struct sysctl_writer; /* one for each thread */

struct sysctl_writer *sysctl_writer_new(void);
/* Takes a while, and nobody need wait for it. NULL is fine. */
void sysctl_writer_free(struct sysctl_writer *w);

/* The calling thread has entered a namespace that nobody has changed yet, or only reads. */
void sysctl_fresh(struct sysctl_writer *w);

/* Sets "net/ipv4/ip_forward" in the thread's namespace. 0 or -errno; -ENOENT: no such sysctl. */
int sysctl_set(struct sysctl_writer *w, const char *key, const char *value);

/* What it is there, without the newline. Likewise. */
int sysctl_read(struct sysctl_writer *w, const char *key, char ret[SYSCTL_VALUE_MAX]);

#endif
