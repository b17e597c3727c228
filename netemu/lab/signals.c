/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/signals.h"

#include <time.h>

#include "base/vec.h"

/* Does not block ignored signals (nohup): a blocked one would become pending. */
void signals_hold(struct signals *s)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action;

	sigemptyset(&s->held);
	for (size_t i = 0; i < countof(numbers); i++)
		if (sigaction(numbers[i], NULL, &action) < 0 || action.sa_handler != SIG_IGN)
			sigaddset(&s->held, numbers[i]);
	pthread_sigmask(SIG_BLOCK, &s->held, &s->before);
}

int signals_await(const struct signals *s, uint64_t ns)
{
	const struct timespec t = { .tv_sec = (time_t)(ns / 1000000000),
				    .tv_nsec = (long)(ns % 1000000000) };
	int number = sigtimedwait(&s->held, NULL, &t);

	return number > 0 ? number : 0;
}

bool signals_came(void *ctx)
{
	return signals_await(ctx, 0) > 0;
}

void signals_release(struct signals *s)
{
	(void)signals_came(s);
	signals_hand_on(s);
}

void signals_hand_on(const struct signals *s)
{
	pthread_sigmask(SIG_SETMASK, &s->before, NULL);
}
