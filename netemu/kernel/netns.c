/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two threads make the namespaces, each moving from one new namespace into the next; the main
 * thread stays in its own. Two threads are 1.4 times as fast as one; more gain nothing, for they
 * wait for the same kernel locks (6.18). In each namespace the thread opens the socket and writes
 * the sysctls that must precede the first device. The other sysctls and the names take as long
 * again, and no other step depends on them: netns_furnish() does that on an idle processor while
 * links are made.
 */
#include "kernel/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <limits.h>
#include <linux/magic.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "kernel/batch.h"
#include "kernel/fault.h"
#include "kernel/sysctl.h"
#include "plan/plan.h"

/* ---- visits ------------------------------------------------------------------------------- */

/* A visit that stays in the current namespace until the first setns(). */
static int visit_begin_here(struct visit *v)
{
	v->home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	return v->home < 0 ? -errno : 0;
}

int visit_begin(struct visit *v, int ns)
{
	own_fd home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	if (home < 0 || setns(ns, CLONE_NEWNET) < 0)
		return -errno;
	v->home = fd_take(&home);
	return 0;
}

int visit_new(struct visit *v)
{
	own_fd home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	if (home < 0 || unshare(CLONE_NEWNET) < 0)
		return -errno;
	v->home = fd_take(&home);
	return 0;
}

void visit_end(struct visit *v)
{
	if (v->home >= 0 && setns(v->home, CLONE_NEWNET) < 0)
		abort();
	own_closep(&v->home);
}

int netns_open(int dir, const char *name)
{
	own_fd fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct statfs fs;

	if (fd < 0 || fstatfs(fd, &fs) < 0)
		return -errno;
	if (fs.f_type != NSFS_MAGIC)
		return -ENOENT;
	return fd_take(&fd);
}

/* ---- making them -------------------------------------------------------------------------- */

struct netns_failure {
	int error;	  /* -errno; 0: none */
	const char *step; /* the step that failed, or NULL: a sysctl */
	uint32_t sysctl;  /* which one, in the plan */
};

struct netns_work {
	const struct plan *plan;
	char *names;	   /* the directory */
	const bool *fresh; /* the ones to make; NULL: all */
	struct netns_set *set;
	struct netns_failure *failures; /* of each namespace */
	uint32_t *sysctls; /* start of each namespace's in the plan's list; n + 1 entries */
	atomic_size_t next, threads;
	atomic_bool stop;
};

static bool netns_is_wanted(const struct netns_work *w, size_t i)
{
	return !w->fresh || w->fresh[i];
}

/* Whether a sysctl must precede the devices. A device copies conf/default when it is made; once it
 * has an address, a later default does not reach it. Writing an IPv6 setting takes the lock (RTNL)
 * that a thread that makes links holds nearly all the time. */
static bool netns_sysctl_is_first(const struct plan_sysctl *s)
{
	return strstr(s->key, "/conf/default/") || strstr(s->key, "/ipv6/conf/");
}

static int netns_write_sysctls(const struct netns_work *w, uint32_t i, bool first,
			       struct sysctl_writer *writer)
{
	for (uint32_t s = w->sysctls[i]; s < w->sysctls[i + 1]; s++) {
		const struct plan_sysctl *c = &w->plan->sysctls.v[s];
		int r = netns_sysctl_is_first(c) == first ? sysctl_set(writer, c->key, c->value)
							  : 0;

		if (r == 0 || (r == -ENOENT && c->optional))
			continue;
		w->failures[i] = (struct netns_failure){ .error = r, .sysctl = s };
		return r;
	}
	return 0;
}

static int netns_bind_name(const struct netns_work *w, uint32_t i)
{
	char path[PATH_MAX], ns[32];
	own_fd file = -1;
	int r = fault_due();

	if (r < 0)
		return r;
	if (snprintf(path, sizeof(path), "%s/%s", w->names, w->plan->netns.v[i].name) >=
	    (int)sizeof(path))
		return -ENAMETOOLONG;
	snprintf(ns, sizeof(ns), "/proc/self/fd/%d", w->set->v[i].fd);
	file = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	if (file < 0 || mount(ns, path, NULL, MS_BIND, NULL) < 0)
		return -errno;
	return 0;
}

static int netns_failed(struct netns_failure *f, int error, const char *step)
{
	if (error < 0)
		*f = (struct netns_failure){ .error = error, .step = step };
	return error;
}

static int netns_enter_new(struct netns *ns)
{
	int r = fault_due();

	if (r < 0)
		return r;
	if (unshare(CLONE_NEWNET) < 0)
		return -errno;
	ns->fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	return ns->fd < 0 ? -errno : 0;
}

static int netns_make(const struct netns_work *w, uint32_t i, struct sysctl_writer *writer)
{
	struct netns *ns = &w->set->v[i];
	struct netns_failure *f = &w->failures[i];
	int r = netns_failed(f, netns_enter_new(ns), "making it");

	if (r < 0)
		return r;
	sysctl_fresh(writer);
	r = netns_write_sysctls(w, i, true, writer);
	return r < 0 ? r
		     : netns_failed(f, batch_socket_open(&ns->rtnl),
				    "opening a netlink socket in it");
}

static struct sysctl_writer *netns_new_writer(struct netns_work *w)
{
	struct sysctl_writer *writer = sysctl_writer_new();

	w->set->writers[atomic_fetch_add(&w->threads, 1)] = writer;
	return writer;
}

static void *netns_make_thread(void *arg)
{
	struct netns_work *w = arg;
	struct sysctl_writer *writer = netns_new_writer(w);
	size_t i;

	while (!atomic_load(&w->stop) && (i = atomic_fetch_add(&w->next, 1)) < w->set->n)
		if (netns_is_wanted(w, i) && netns_make(w, (uint32_t)i, writer) < 0)
			atomic_store(&w->stop, true);
	return NULL;
}

static void netns_make_all(struct netns_work *w)
{
	pthread_t threads[NETNS_THREADS_MAX];
	long want = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = 0;

	while (n < NETNS_THREADS_MAX && (n == 0 || ((long)n < want && n < w->set->n))) {
		int r = pthread_create(&threads[n], NULL, netns_make_thread, w);

		if (r != 0 && n == 0 && w->set->n > 0)
			netns_failed(&w->failures[0], -r, "starting a thread to make it in");
		if (r != 0)
			break;
		n++;
	}
	for (size_t i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
}

static int netns_furnish_one(struct netns_work *w, uint32_t i, struct sysctl_writer *writer)
{
	struct netns_failure *f = &w->failures[i];
	int r = netns_failed(f, setns(w->set->v[i].fd, CLONE_NEWNET) < 0 ? -errno : 0,
			     "entering it");

	if (r < 0)
		return r;
	sysctl_fresh(writer);
	r = netns_write_sysctls(w, i, false, writer);
	return r < 0 ? r : netns_failed(f, netns_bind_name(w, i), "binding its name");
}

static void netns_free_writers(struct netns_set *s)
{
	for (size_t i = 0; i < countof(s->writers); i++) {
		sysctl_writer_free(s->writers[i]);
		s->writers[i] = NULL;
	}
}

void netns_furnish(struct netns_set *s)
{
	struct netns_work *w = s->work;
	struct sysctl_writer *writer = netns_new_writer(w);
	own_visit struct visit v = VISIT_NONE;
	int r = visit_begin_here(&v);

	for (uint32_t i = 0; i < s->n && r == 0; i++)
		if (netns_is_wanted(w, i))
			r = netns_furnish_one(w, i, writer);
	if (r < 0 && v.home < 0 && s->n > 0)
		netns_failed(&w->failures[0], r, "opening the namespace that we are in");
	netns_free_writers(s);
}

/* ---- resources ---------------------------------------------------------------------------- */

/* Grow the descriptor table now: once threads share it, each growth waits for RCU (some 10 ms). */
static void grow_fd_table(rlim_t files)
{
	own_fd low = open("/", O_PATH | O_CLOEXEC);
	own_fd high = low < 0 || files > INT_MAX ? -1 : fcntl(low, F_DUPFD_CLOEXEC, (int)files - 1);

	(void)high; /* its duplication has grown the table */
}

/* Two descriptors for each namespace, those of the sysctl writers, and a reserve. */
static rlim_t netns_fds_needed(size_t n)
{
	return 2 * n + n / 32 + 256;
}

static int raise_fd_limit(rlim_t need, struct rlimit *ret_before)
{
	struct rlimit more;

	if (getrlimit(RLIMIT_NOFILE, ret_before) < 0)
		return -errno;
	more = *ret_before;
	if (more.rlim_cur < need)
		more.rlim_cur = need;
	if (more.rlim_max < need)
		more.rlim_max = need;
	return more.rlim_cur > ret_before->rlim_cur && setrlimit(RLIMIT_NOFILE, &more) < 0 ? -EMFILE
											   : 0;
}

static int netns_want_fds(struct netns_set *s, size_t n, struct diag *dg)
{
	const rlim_t need = netns_fds_needed(n);
	int r = raise_fd_limit(need, &s->files);

	if (r == -EMFILE)
		diag_error(dg, (struct pos){ 0 }, r, "kernel",
			   "%zu namespaces need %llu open files, and only %llu are allowed", n,
			   (unsigned long long)need, (unsigned long long)s->files.rlim_max);
	if (r == 0)
		grow_fd_table(need);
	return r;
}

static const char *netns_remedy(int error)
{
	switch (error) {
	case -EPERM:
		return "making namespaces needs CAP_SYS_ADMIN";
	case -ENOSPC:
		return "see /proc/sys/user/max_net_namespaces";
	case -EMFILE:
	case -ENFILE:
		return "raise the limit on open files (ulimit -n)";
	}
	return NULL;
}

static int netns_report(const struct netns_work *w, uint32_t i, struct diag *dg)
{
	const struct plan_netns *ns = &w->plan->netns.v[i];
	const struct netns_failure *f = &w->failures[i];
	const struct plan_sysctl *c = &w->plan->sysctls.v[f->sysctl];

	if (f->step)
		diag_error(dg, ns->why, f->error, "kernel", "namespace %s: %s: %s", ns->name,
			   f->step, strerror(-f->error));
	else
		diag_error(dg, ns->why, f->error, "kernel", "sysctl %s=%s in %s: %s", c->key,
			   c->value, ns->name, strerror(-f->error));
	if (f->step && netns_remedy(f->error))
		diag_hint(dg, "%s", netns_remedy(f->error));
	return f->error;
}

static int netns_report_all(const struct netns_work *w, struct diag *dg)
{
	int first = 0;

	for (size_t i = 0; i < w->set->n; i++)
		if (w->failures[i].error < 0) {
			int r = netns_report(w, (uint32_t)i, dg);

			first = first ? first : r;
		}
	return first;
}

static void netns_index_sysctls(struct netns_work *w)
{
	uint32_t s = 0;

	for (uint32_t i = 0; i < w->set->n; i++) {
		w->sysctls[i] = s;
		while (s < w->plan->sysctls.n && w->plan->sysctls.v[s].netns == i)
			s++;
	}
	w->sysctls[w->set->n] = s;
}

static void netns_work_free(struct netns_work *w)
{
	free(w->names);
	free(w->failures);
	free(w->sysctls);
	free(w);
}

static struct netns_set *netns_set_new(const struct plan *p, const char *names, const bool *fresh)
{
	const size_t n = p->netns.n;
	struct netns_set *s = xcalloc(1, sizeof(*s));

	s->v = xcalloc(n + 1, sizeof(*s->v));
	s->n = n;
	for (size_t i = 0; i < n; i++)
		s->v[i].fd = -1;
	s->work = xcalloc(1, sizeof(*s->work));
	*s->work = (struct netns_work){ .plan = p,
					.names = xstrdup(names),
					.fresh = fresh,
					.set = s,
					.failures = xcalloc(n + 1, sizeof(*s->work->failures)),
					.sysctls = xcalloc(n + 1, sizeof(*s->work->sysctls)) };
	netns_index_sysctls(s->work);
	return s;
}

int netns_create(const struct plan *p, const char *names, struct netns_set **ret, struct diag *dg)
{
	struct netns_set *s = netns_set_new(p, names, NULL);
	int r = netns_want_fds(s, p->netns.n, dg);

	if (r == 0) {
		netns_make_all(s->work);
		r = netns_report_all(s->work, dg);
	}
	if (r == 0)
		*ret = s;
	else
		netns_set_free(s);
	return r;
}

int netns_furnished(const struct netns_set *s, struct diag *dg)
{
	return netns_report_all(s->work, dg);
}

static int netns_join_one(struct netns *ns, int names, const char *name)
{
	own_visit struct visit v = VISIT_NONE;
	int r;

	ns->fd = netns_open(names, name);
	r = ns->fd < 0 ? ns->fd : visit_begin(&v, ns->fd);
	return r < 0 ? r : batch_socket_open(&ns->rtnl);
}

static int netns_join_all(const struct netns_work *w, const bool *touched, struct diag *dg)
{
	own_fd names = open(w->names, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = names < 0 ? -errno : 0;

	for (uint32_t i = 0; i < w->set->n && r == 0; i++) {
		if (!touched[i] || w->fresh[i])
			continue;
		r = netns_join_one(&w->set->v[i], names, w->plan->netns.v[i].name);
		if (r < 0)
			return diag_error(dg, w->plan->netns.v[i].why, r, "kernel",
					  "namespace %s: opening it: %s", w->plan->netns.v[i].name,
					  strerror(-r));
	}
	if (r < 0)
		diag_error(dg, (struct pos){ 0 }, r, "kernel", "%s: %s", w->names, strerror(-r));
	return r;
}

static int netns_create_fresh(struct netns_set *s, struct diag *dg)
{
	int r;

	netns_make_all(s->work);
	r = netns_report_all(s->work, dg);
	if (r < 0)
		return r;
	netns_furnish(s);
	return netns_furnished(s, dg);
}

int netns_join(const struct plan *p, const char *names, const bool *touched, const bool *fresh,
	       struct netns_set **ret, struct diag *dg)
{
	struct netns_set *s = netns_set_new(p, names, fresh);
	size_t n = 0;
	int r;

	for (size_t i = 0; i < p->netns.n; i++)
		n += touched[i] || fresh[i];
	r = netns_want_fds(s, n, dg);
	if (r == 0)
		r = netns_join_all(s->work, touched, dg);
	if (r == 0)
		r = netns_create_fresh(s, dg);
	if (r == 0)
		*ret = s;
	else
		netns_set_free(s);
	return r;
}

void netns_set_free(struct netns_set *s)
{
	if (!s)
		return;
	netns_free_writers(s);
	for (size_t i = 0; i < s->n; i++) {
		own_closep(&s->v[i].fd);
		if (s->v[i].rtnl)
			mnl_socket_close(s->v[i].rtnl);
	}
	if (s->files.rlim_cur)
		(void)setrlimit(RLIMIT_NOFILE, &s->files);
	netns_work_free(s->work);
	free(s->v);
	free(s);
}
