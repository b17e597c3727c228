/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/meanwhile.h"

#include <signal.h>
#include <stddef.h>

/* Posts the semaphore again, so that every waiting thread passes. */
static void meanwhile_await(struct meanwhile *m)
{
	while (sem_wait(&m->ended) < 0)
		;
	sem_post(&m->ended);
}

static void *meanwhile_run(void *arg)
{
	struct meanwhile *m = arg;

	if (m->before)
		meanwhile_await(m->before);
	m->compute(m->ctx);
	sem_post(&m->ended);
	return NULL;
}

void meanwhile_begin(struct meanwhile *m, void (*compute)(void *ctx), void *ctx)
{
	meanwhile_begin_after(m, NULL, compute, ctx);
}

void meanwhile_begin_after(struct meanwhile *m, struct meanwhile *before,
			   void (*compute)(void *ctx), void *ctx)
{
	sigset_t all, mask;

	*m = (struct meanwhile){ .compute = compute, .ctx = ctx, .before = before };
	sem_init(&m->ended, 0, 0);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &mask);
	m->threaded = pthread_create(&m->thread, NULL, meanwhile_run, m) == 0;
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	if (!m->threaded)
		meanwhile_run(m);
}

void meanwhile_end(struct meanwhile *m)
{
	if (m->threaded)
		pthread_join(m->thread, NULL);
	m->threaded = false;
}
