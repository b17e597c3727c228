/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netns.h - network namespaces: made by the hundred, opened by name, entered for a scope.
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
	struct mnl_socket *rtnl; /* opened in it */
};

enum { NETNS_THREADS_MAX = 2 };

struct netns_set {
	struct netns *v; /* in the plan's order */
	size_t n;
	struct rlimit files; /* RLIMIT_NOFILE before it was raised */

	struct netns_work *work;
	struct sysctl_writer *writers[NETNS_THREADS_MAX + 1];
};

/* Makes the plan's namespaces and opens a socket in each. Then they can be filled, but they have
 * no names yet, and not all of their sysctls. The calling thread stays in its namespace. Returns 0,
 * or -errno with findings. */
int netns_create(const struct plan *p, const char *names, struct netns_set **ret, struct diag *dg);

/* Sets the remaining sysctls, and binds each namespace to its name in the directory `names`, which
 * keeps it after the process exits. May run in any thread, which returns in its own namespace. */
void netns_furnish(struct netns_set *s);

/* Returns the result of netns_furnish(), after it has returned, in the thread that owns the set: 0,
 * or -errno with findings. */
int netns_furnished(const struct netns_set *s, struct diag *dg);

/* Does the work of all three for a running lab: makes the `fresh` namespaces, and opens the other
 * `touched` ones by their names. The rest of the set has no descriptor. */
int netns_join(const struct plan *p, const char *names, const bool *touched, const bool *fresh,
	       struct netns_set **ret, struct diag *dg);

/* Closes the descriptors; named namespaces stay. NULL is fine. */
void netns_set_free(struct netns_set *s);

/* Opens a namespace by its name in the directory `dir`. Returns a descriptor (O_CLOEXEC) or -errno;
 * -ENOENT also if the file is not, or is no longer, a namespace. */
int netns_open(int dir, const char *name);

/* A visit to a namespace, which ends with its scope: own_visit struct visit v = VISIT_NONE. If the
 * thread cannot return, the program aborts, for every later step would change the wrong
 * namespace. */
struct visit {
	int home;
};
#define own_visit __attribute__((cleanup(visit_end)))
#define VISIT_NONE                                                                                 \
	{                                                                                          \
		.home = -1                                                                         \
	}

int visit_begin(struct visit *v, int ns);
int visit_new(struct visit *v); /* to a new namespace, released when the visit ends */
void visit_end(struct visit *v);

#endif
