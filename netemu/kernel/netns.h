/* netns.h - network namespaces: made by the hundred, opened by name, visited but never moved into.
 */
#ifndef KERNEL_NETNS_H
#define KERNEL_NETNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include "base/meanwhile.h"

struct diag;
struct mnl_socket;
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

	struct sysctl_writer *writers[NETNS_THREADS_MAX]; /* which go meanwhile */
	struct meanwhile going;
};

/* Makes the plan's namespaces with their sysctls and opens a socket in each. The directory
 * `names` then has a file of each one's name, which keeps it when this process is gone. The
 * calling thread stays where it is. Returns 0, or -errno with findings. */
int netns_create(const struct plan *p, const char *names, struct netns_set **ret, struct diag *dg);

/* The same for a plan whose lab stands: makes those of the namespaces that are `fresh`, and opens
 * the other `touched` ones by their names. The rest of the set stays without a descriptor. */
int netns_join(const struct plan *p, const char *names, const bool *touched, const bool *fresh,
	       struct netns_set **ret, struct diag *dg);

/* Makes room for the descriptors of so many namespaces, while no thread shares the table yet: later
 * that takes some 10 ms each time it grows. */
void netns_expect(size_t n);

/* Waits for what still goes on meanwhile: before a fork. */
void netns_settle(struct netns_set *s);

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
