/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "kernel/fault.h"
#include "lab/dir_file.h"

static const char header[] = "netemu-journal 1 ";

int journal_begin(const struct lab_dir *d)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
	own_fd fd = openat(d->fd, "journal", flags, 0644);
	char boot[STATE_BOOT_SIZE];
	int r;

	if (fd < 0)
		return -errno;
	state_read_boot(boot);
	r = journal_add(fd, "%s%s%s%s", header, d->name, *boot ? "\nboot " : "", boot);
	return r < 0 ? r : fd_take(&fd);
}

int journal_open(const struct lab_dir *d)
{
	int fd = openat(d->fd, "journal", O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static void journal_write_process(struct text *t, const char *what, pid_t pid, uint64_t start)
{
	text_printf(t, "%s\n", what);
	if (pid)
		text_printf(t, "%s %d %" PRIu64 "\n", what, (int)pid, start);
}

int journal_write(const struct lab_dir *d, const struct journal *j)
{
	char boot[STATE_BOOT_SIZE];
	own_text t = { 0 };

	state_read_boot(boot);
	text_printf(&t, "%s%s\n", header, d->name);
	if (*boot)
		text_printf(&t, "boot %s\n", boot);
	if (j->names)
		text_add(&t, "names\n");
	for (size_t i = 0; i < j->netns.n; i++)
		text_printf(&t, "netns %s\n", j->netns.v[i]);
	if (j->relay)
		journal_write_process(&t, "delay-line", j->relay_pid, j->relay_start);
	if (j->services)
		journal_write_process(&t, "services", j->services_pid, j->services_start);
	return lab_dir_write(d, "journal", text_str(&t), t.n);
}

/* Removes a line that was written in part, so that the next line does not join it. */
static int journal_truncate(int journal, ssize_t written)
{
	off_t end = lseek(journal, 0, SEEK_END);

	if (end >= written)
		(void)!ftruncate(journal, end - written);
	return -ENOSPC;
}

int journal_add(int journal, const char *fmt, ...)
{
	own_free char *line = NULL;
	va_list ap;
	ssize_t n;
	int len, r = fault_due();

	if (r < 0)
		return r;
	va_start(ap, fmt);
	len = vasprintf(&line, fmt, ap);
	va_end(ap);
	if (len < 0)
		return -ENOMEM;
	line[len++] = '\n'; /* replaces the NUL */
	do
		n = write(journal, line, (size_t)len);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return n == len ? 0 : journal_truncate(journal, n);
}

static bool journal_parse_process(const char *s, pid_t *ret_pid, uint64_t *ret_start)
{
	uintmax_t pid, start;
	char *end;

	if (*s < '1' || *s > '9')
		return false;
	errno = 0;
	pid = strtoumax(s, &end, 10);
	if (errno || pid > INT32_MAX || end[0] != ' ' || end[1] < '0' || end[1] > '9')
		return false;
	start = strtoumax(end + 1, &end, 10);
	if (errno || *end)
		return false;
	*ret_pid = (pid_t)pid;
	*ret_start = start;
	return true;
}

/* After a reboot, pids and start times identify other processes. */
static void journal_forget_processes(struct journal *j)
{
	j->relay_pid = j->services_pid = 0;
}

static bool journal_parse_boot(const char *boot, struct journal *ret)
{
	if (*boot == '\0' || strlen(boot) >= sizeof(ret->boot) || *ret->boot)
		return false;
	strcpy(ret->boot, boot);
	return true;
}

static bool journal_parse_line(const char *line, struct journal *ret)
{
	if (strncmp(line, "boot ", 5) == 0)
		return journal_parse_boot(line + 5, ret);
	if (strcmp(line, "names") == 0)
		return ret->names = true;
	if (strcmp(line, "delay-line") == 0) { /* another one, if there was one before */
		ret->relay_pid = 0;
		return ret->relay = true;
	}
	if (strncmp(line, "delay-line ", 11) == 0)
		return ret->relay &&
		       journal_parse_process(line + 11, &ret->relay_pid, &ret->relay_start);
	if (strcmp(line, "services") == 0) {
		ret->services_pid = 0;
		return ret->services = true;
	}
	if (strncmp(line, "services ", 9) == 0)
		return ret->services &&
		       journal_parse_process(line + 9, &ret->services_pid, &ret->services_start);
	if (strncmp(line, "netns ", 6) == 0 && netns_name_is_valid(line + 6)) {
		vec_push(NULL, &ret->netns, xstrdup(line + 6));
		return true;
	}
	return false;
}

static bool journal_is_header(const char *line, const char *lab)
{
	return strncmp(line, header, sizeof(header) - 1) == 0 &&
	       strcmp(line + sizeof(header) - 1, lab) == 0;
}

/* Ignores a last line without a newline: it was cut short, and its object was not created. */
void journal_parse(const char *text, const char *lab, struct journal *ret)
{
	*ret = (struct journal){ 0 };
	for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
		own_free char *line = xstrndup(text, (size_t)(end - text));

		if (!ret->ours && journal_is_header(line, lab))
			ret->ours = true;
		else if (!ret->ours || !journal_parse_line(line, ret))
			ret->strange++;
	}
}

int journal_read(const struct lab_dir *d, struct journal *ret)
{
	own_free char *text = NULL;
	char boot[STATE_BOOT_SIZE];
	int r = lab_dir_read(d, "journal", &text, NULL);

	if (r < 0)
		return r;
	journal_parse(text, d->name, ret);
	if (!ret->ours)
		return -EBADMSG;
	state_read_boot(boot);
	if (*ret->boot && strcmp(ret->boot, boot) != 0)
		journal_forget_processes(ret);
	return 0;
}

void journal_release(struct journal *j)
{
	for (size_t i = 0; i < j->netns.n; i++)
		free(j->netns.v[i]);
	vec_free(&j->netns);
}
