/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/own.h"
#include "base/vec.h"

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
static struct sigaction before[countof(signals)];
static volatile sig_atomic_t came;
static int event = -1;

static void interrupt_handler(int number)
{
	const uint64_t one = 1;
	int saved = errno;

	came = number;
	(void)!write(event, &one, sizeof(one));
	errno = saved;
}

int interrupts_begin(bool printing)
{
	struct sigaction action = { .sa_handler = interrupt_handler, .sa_flags = SA_RESTART };

	came = 0;
	event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (event < 0)
		return -errno;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < countof(signals); i++) {
		sigaction(signals[i], NULL, &before[i]);
		/* An ignored signal (nohup) remains ignored. */
		if (before[i].sa_handler != SIG_IGN && (signals[i] != SIGPIPE || printing))
			sigaction(signals[i], &action, NULL);
	}
	return event;
}

int interrupts_end(void)
{
	for (size_t i = 0; i < countof(signals); i++)
		sigaction(signals[i], &before[i], NULL);
	own_closep(&event);
	return came;
}
