#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/own.h"

/* The kernel keeps the arguments on our stack and tells where (fields 48 and 49 of stat). */
void process_rename(const char *name, const char *label)
{
	unsigned long long from, to;
	char text[1024], title[128], *rest;
	own_file *f = fopen("/proc/self/stat", "re");
	size_t n;

	snprintf(title, sizeof(title), "%s%s%s", name, label ? " " : "", label ? label : "");
	(void)prctl(PR_SET_NAME, name);
	if (!f)
		return;
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	rest = strrchr(text, ')');
	for (int field = 2; rest && field < 48; field++)
		rest = strchr(rest + 1, ' ');
	if (!rest || sscanf(rest, " %llu %llu", &from, &to) != 2 || from == 0 || to <= from + 1)
		return;
	memset((void *)(uintptr_t)from, 0, (size_t)(to - from));
	snprintf((char *)(uintptr_t)from, (size_t)(to - from), "%s", title);
}

void process_reset_signals(void)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_DFL);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_between(unsigned int first, unsigned int last)
{
	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return;
	for (unsigned int fd = first; fd <= last && fd < (unsigned int)sysconf(_SC_OPEN_MAX); fd++)
		(void)close((int)fd);
}

int process_close_all_but(const int *fds, unsigned int n)
{
	own_fd null = open("/dev/null", O_RDWR | O_CLOEXEC);
	unsigned int next = 3;

	if (null < 0)
		return -errno;
	for (int fd = 0; fd < 3; fd++)
		if (dup2(null, fd) < 0)
			return -errno;
	for (unsigned int i = 0; i < n; i++) {
		if (fds[i] > (int)next)
			close_between(next, (unsigned int)fds[i] - 1);
		if (fds[i] >= (int)next)
			next = (unsigned int)fds[i] + 1;
	}
	close_between(next, ~0U);
	null = -1; /* closed with the rest */
	return 0;
}
