/* sysctl.h - sysctls of many fresh network namespaces, by a thread that stands in each in turn.
 *
 *	for each namespace: unshare; sysctl_fresh(w); sysctl_set(w, key, value) ...
 */
#ifndef KERNEL_SYSCTL_H
#define KERNEL_SYSCTL_H

struct sysctl_writer; /* one for each thread */

struct sysctl_writer *sysctl_writer_new(void);
void sysctl_writer_free(struct sysctl_writer *w); /* NULL is fine */

/* The calling thread has entered a namespace that nobody has changed yet. */
void sysctl_fresh(struct sysctl_writer *w);

/* Sets "net/ipv4/ip_forward" in the thread's namespace. 0 or -errno; -ENOENT: no such sysctl. */
int sysctl_set(struct sysctl_writer *w, const char *key, const char *value);

#endif
