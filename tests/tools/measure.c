/* SPDX-License-Identifier: GPL-2.0-or-later */
/* measure COMMAND...: runs it and prints "SECONDS CPU-SECONDS PEAK-BYTES" to descriptor 3 if that is
 * open, else to standard error. Its status is the command's. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	struct timespec a, b;
	struct rusage used;
	int status, out = fcntl(3, F_GETFD) < 0 ? 2 : 3;
	pid_t pid;

	if (argc < 2)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &a);
	pid = fork();
	if (pid == 0) {
		execvp(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) < 0)
		return 4;
	clock_gettime(CLOCK_MONOTONIC, &b);
	dprintf(out, "%.6f %.6f %ld\n",
		(double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9,
		seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss * 1024);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
