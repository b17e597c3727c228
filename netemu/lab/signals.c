/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/signals.h"

#include <time.h>

void signals_hold(struct signals *s)
{
	sigemptyset(&s->held);
	sigaddset(&s->held, SIGINT);
	sigaddset(&s->held, SIGTERM);
	sigaddset(&s->held, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &s->held, &s->before);
}

bool signals_came(void *ctx)
{
	const struct signals *s = ctx;
	const struct timespec now = { 0 };

	return sigtimedwait(&s->held, NULL, &now) > 0;
}

void signals_release(struct signals *s)
{
	(void)signals_came(s);
	pthread_sigmask(SIG_SETMASK, &s->before, NULL);
}
