/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/meanwhile.h"

#include <signal.h>
#include <stddef.h>

static void *run(void *arg)
{
	const struct meanwhile *m = arg;

	m->compute(m->ctx);
	return NULL;
}

void meanwhile_begin(struct meanwhile *m, void (*compute)(void *ctx), void *ctx)
{
	sigset_t all, before;

	m->compute = compute;
	m->ctx = ctx;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	m->threaded = pthread_create(&m->thread, NULL, run, m) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!m->threaded)
		compute(ctx);
}

void meanwhile_end(struct meanwhile *m)
{
	if (m->threaded)
		pthread_join(m->thread, NULL);
	m->threaded = false;
}
