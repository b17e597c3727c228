/* SPDX-License-Identifier: GPL-2.0-or-later */
/* phases ARGUMENTS...: netemu itself, with a clock between its rooms. When it ends it prints to
 * descriptor 3, a line each, "SECONDS WHAT": what it spent in each step of `up`. What other threads
 * do meanwhile does not count, but that the main one waits for them.
 *
 * The linker puts each function __wrap_X() of this file in the place of X(), and calls the true one
 * __real_X() (the Makefile finds their names here). Nothing of the program knows of it. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/meanwhile.h"
#include "base/text.h"
#include "fabric/fabric.h"
#include "kernel/apply.h"
#include "kernel/batch.h"
#include "kernel/features.h"
#include "kernel/netns.h"
#include "kernel/part.h"
#include "kernel/ready.h"
#include "lab/lab.h"
#include "lab/names.h"
#include "plan/plan.h"
#include "topology/topology.h"

enum phase {
	PHASE_OTHER,
	PHASE_READING,
	PHASE_FABRIC,
	PHASE_ROUTES,
	PHASE_FEATURES,
	PHASE_PLAN,
	PHASE_NAMESPACES,
	PHASE_LINKS,
	PHASE_ADDRESSES,
	PHASE_INSTALLING,
	PHASE_NAMES,
	PHASE_WAITING,
	PHASE_FURNISHING,
	PHASE_STATE,
	PHASES,
};

static const char *const words[PHASES] = {
	[PHASE_OTHER] = "all else",
	[PHASE_READING] = "reading the file",
	[PHASE_FABRIC] = "what it says, as nodes and links",
	[PHASE_ROUTES] = "waiting for the routes",
	[PHASE_FEATURES] = "asking what the kernel has",
	[PHASE_PLAN] = "the plan of all else",
	[PHASE_NAMESPACES] = "namespaces",
	[PHASE_LINKS] = "links",
	[PHASE_ADDRESSES] = "links up, addresses, neighbours",
	[PHASE_INSTALLING] = "routes into the kernel",
	[PHASE_NAMES] = "names of the namespaces",
	[PHASE_WAITING] = "waiting for the links' carrier",
	[PHASE_FURNISHING] = "waiting for names and sysctls",
	[PHASE_STATE] = "files, journal, closing",
};

static enum phase now;
static uint64_t since, spent[PHASES];
static pid_t self; /* children do not print */
static pthread_t main_thread;

static enum phase enter(enum phase p)
{
	const enum phase before = now;
	const uint64_t t = clock_ns();

	if (!pthread_equal(pthread_self(), main_thread))
		return p;
	spent[now] += t - since;
	since = t;
	now = p;
	return before;
}

static void tell(void)
{
	if (getpid() != self)
		return;
	(void)enter(PHASE_OTHER);
	for (size_t i = 0; i < PHASES; i++)
		dprintf(3, "%.6f %s\n", (double)spent[i] / 1e9, words[i]);
}

__attribute__((constructor)) static void begin(void)
{
	self = getpid();
	main_thread = pthread_self();
	since = clock_ns();
	(void)atexit(tell);
}

#define TIMED(when, name, type, parameters, arguments)                                             \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		const enum phase before = enter(PHASE_##when);                                     \
		type result = __real_##name arguments;                                             \
                                                                                                   \
		(void)enter(before);                                                               \
		return result;                                                                     \
	}

TIMED(READING, topology_new, struct topology *,
      (const char *name, const char *text, size_t n, struct diag *dg), (name, text, n, dg))
TIMED(READING, topology_model, struct model *,
      (const struct topology *t, const change_list *changes, struct diag *dg), (t, changes, dg))
TIMED(FABRIC, fabric_compile, struct fabric *, (struct model * m, struct diag *dg), (m, dg))
TIMED(FEATURES, features_begin, int, (void), ())
TIMED(FEATURES, features_find, int, (struct features * ret_features), (ret_features))
TIMED(PLAN, plan_begin, struct plan *, (const struct fabric *f, struct plan_backends b), (f, b))
TIMED(STATE, lab_up_begin, int,
      (const struct plan *begun, const struct lab_source *src, struct lab_build **ret,
       struct diag *dg),
      (begun, src, ret, dg))
TIMED(STATE, lab_up_end, int, (struct lab_build * b, struct lab_routed *routed), (b, routed))
TIMED(NAMESPACES, netns_create, int,
      (const struct plan *p, const char *names, struct netns_set **set, struct diag *dg),
      (p, names, set, dg))
TIMED(LINKS, kernel_make_links, int,
      (const struct plan *p, const struct netns_set *set, kernel_stop *stop, void *ctx,
       struct diag *dg),
      (p, set, stop, ctx, dg))
TIMED(INSTALLING, kernel_make_routes, int,
      (const struct plan *p, const struct netns_set *set, kernel_stop *stop, void *ctx,
       struct diag *dg),
      (p, set, stop, ctx, dg))
TIMED(NAMES, names_publish, int,
      (const struct lab_dir *d, const char *const *netns, size_t n, struct diag *dg),
      (d, netns, n, dg))
TIMED(WAITING, kernel_wait_ready, int,
      (const struct plan *p, const struct netns_set *set, kernel_stop *stop, void *ctx,
       struct diag *dg),
      (p, set, stop, ctx, dg))

void __real_meanwhile_end(struct meanwhile *m);
void __wrap_meanwhile_end(struct meanwhile *m);
void __wrap_meanwhile_end(struct meanwhile *m)
{
	const enum phase before = enter(m->before ? PHASE_FURNISHING : PHASE_ROUTES);

	__real_meanwhile_end(m);
	(void)enter(before);
}

/* Links come first, then what is on them. */
void *__real_batch_add(struct batch *b, uint64_t tag);
void *__wrap_batch_add(struct batch *b, uint64_t tag);
void *__wrap_batch_add(struct batch *b, uint64_t tag)
{
	const enum part_kind kind = part_of_tag(tag).kind;

	if (now == PHASE_LINKS && kind == PART_LOOPBACK)
		(void)enter(PHASE_ADDRESSES);
	return __real_batch_add(b, tag);
}
