/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netns.h - network namespaces: made by the hundred, opened by name, visited but never moved into.
 */
#ifndef KERNEL_NETNS_H
#define KERNEL_NETNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

struct diag;
struct mnl_socket;
struct netns_work;
struct plan;
struct sysctl_writer;

struct netns {
	int fd;			 /* the namespace */
	struct mnl_socket *rtnl; /* born in it */
};

enum { NETNS_THREADS_MAX = 2 };

struct netns_set {
	struct netns *v; /* as the plan's, by index */
	size_t n;
	struct rlimit files; /* as it was before we needed more */

	struct netns_work *work;
	struct sysctl_writer *writers[NETNS_THREADS_MAX + 1];
};

/* Makes the plan's namespaces and opens a socket in each. They can be filled then, but they have
 * neither names nor all of their sysctls. The calling thread stays where it is. Returns 0, or
 * -errno with findings. */
int netns_create(const struct plan *p, const char *names, struct netns_set **ret, struct diag *dg);

/* What they still want: then the directory `names` has a file of each one's name, which keeps it
 * when this process is gone. In any thread, which is where it was when it returns. */
void netns_furnish(struct netns_set *s);

/* When that has returned, in the thread that has the set: 0, or -errno with findings. */
int netns_furnished(const struct netns_set *s, struct diag *dg);

/* Both for a plan whose lab stands: makes those of the namespaces that are `fresh`, and opens
 * the other `touched` ones by their names. The rest of the set stays without a descriptor. */
int netns_join(const struct plan *p, const char *names, const bool *touched, const bool *fresh,
	       struct netns_set **ret, struct diag *dg);

/* Closes all; the names keep the namespaces. NULL is fine. */
void netns_set_free(struct netns_set *s);

/* Opens a namespace's file O_CLOEXEC, below a directory; -ENOENT when it is not there or is
 * none any more. */
int netns_open(int dir, const char *name);

/* A visit to a namespace, bound to a scope: own_visit struct visit v = VISIT_NONE. If the way
 * home is lost the program aborts, for every later step would change the wrong machine. */
struct visit {
	int home;
};
#define own_visit __attribute__((cleanup(visit_end)))
#define VISIT_NONE                                                                                 \
	{                                                                                          \
		.home = -1                                                                         \
	}

int visit_begin(struct visit *v, int ns);
int visit_new(struct visit *v); /* to one that nobody has changed; it goes when the visit ends */
void visit_end(struct visit *v);

#endif
