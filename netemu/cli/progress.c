/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/progress.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The child: prints the seconds until its parent ends. */
static _Noreturn void progress_count_seconds(const char *text, pid_t parent)
{
	const struct timespec second = { .tv_sec = 1 };

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned int passed = 1; getppid() == parent; passed++) {
		(void)nanosleep(&second, NULL);
		dprintf(STDERR_FILENO, "\r%s ... %u s\033[K", text, passed);
	}
	_exit(0);
}

pid_t progress_begin(const struct invocation *inv, const char *text)
{
	const char *term = getenv("TERM");
	pid_t parent = getpid(), pid;

	if (given(inv, OPT_QUIET) || given(inv, OPT_JSON) || !isatty(STDERR_FILENO) ||
	    (term && strcmp(term, "dumb") == 0))
		return 0;
	pid = fork();
	if (pid == 0)
		progress_count_seconds(text, parent);
	return pid > 0 ? pid : 0;
}

void progress_end(pid_t counter)
{
	if (counter <= 0)
		return;
	(void)kill(counter, SIGKILL);
	while (waitpid(counter, NULL, 0) < 0 && errno == EINTR)
		;
	dprintf(STDERR_FILENO, "\r\033[K");
}
