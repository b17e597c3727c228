/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The streams are memfds, not pipes, so that neither process blocks on the other. */
#include "cli/filter.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"

extern char **environ;

enum { WORDS_MAX = 512 };

/* A memfd with this text, positioned at its beginning; -errno on failure. */
static int filter_memfd(const char *text, size_t n)
{
	own_fd fd = memfd_create("netemu", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	for (size_t done = 0; done < n;) {
		ssize_t r = write(fd, text + done, n - done);

		if (r < 0)
			return -errno;
		done += (size_t)r;
	}
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	return fd_take(&fd);
}

static int filter_spawn(const char *const *argv, const int stream[3], pid_t *ret)
{
	posix_spawn_file_actions_t actions;
	int r = posix_spawn_file_actions_init(&actions);

	for (int fd = 0; fd < 3 && r == 0; fd++)
		r = posix_spawn_file_actions_adddup2(&actions, stream[fd], fd);
	if (r == 0)
		r = posix_spawnp(ret, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv,
				 environ);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

static int filter_copy(int from, FILE *out)
{
	char buf[4096];
	ssize_t n;

	if (lseek(from, 0, SEEK_SET) < 0)
		return -errno;
	while ((n = read(from, buf, sizeof(buf))) > 0)
		fwrite(buf, 1, (size_t)n, out);
	return n < 0 ? -errno : 0;
}

/* Reports the first line of the program's standard error. */
static enum exit_status filter_failed(struct invocation *inv, const char *program, int words)
{
	struct pos nowhere = { 0 };
	char text[WORDS_MAX];
	ssize_t n = pread(words, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	diag_error(inv->dg, nowhere, -EIO, "program", "'%s' has failed%s%s", program,
		   *text ? ": " : "", text);
	return EXIT_BROKE;
}

static enum exit_status filter_cannot_run(struct invocation *inv, const char *program,
					  const char *package, int err)
{
	struct pos nowhere = { 0 };

	diag_error(inv->dg, nowhere, err, "program", "cannot run '%s': %s", program,
		   strerror(-err));
	if (err == -ENOENT)
		diag_hint(inv->dg, "apt-get install %s", package);
	return EXIT_CANNOT;
}

enum exit_status filter_run(struct invocation *inv, const char *const *argv, const char *package,
			    const char *text, size_t n, FILE *out)
{
	own_fd in = filter_memfd(text, n), result = filter_memfd("", 0),
	       words = filter_memfd("", 0);
	const int stream[] = { in, result, words };
	int r = in < 0 ? in : result < 0 ? result : words < 0 ? words : 0, status = 0;
	pid_t pid;

	if (r == 0)
		r = filter_spawn(argv, stream, &pid);
	if (r < 0)
		return filter_cannot_run(inv, argv[0], package, r);
	/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): set unless filter_spawn() fails */
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_BROKE;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return filter_failed(inv, argv[0], words);
	r = filter_copy(result, out);
	return r < 0 ? status_of(r, EXIT_BROKE) : EXIT_DONE;
}
