/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How two costs are avoided:
 *
 * Opening /proc/sys/net/... in the n-th namespace takes time in proportion to n: the dentries of
 * one file in all namespaces share a hash chain (2.2 ms each at 5000 namespaces, 6.18). A private
 * procfs, mounted nowhere, starts without dentries, and is replaced by another before its chains
 * are long. Closing one waits for RCU (1 to 5 ms, more on a busy machine), so all are closed with
 * the writer.
 *
 * All new namespaces have the same default values. They are read in the first one, and a sysctl
 * whose default is the wanted value is not written. */
#include "kernel/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/vec.h"
#include "kernel/fault.h"

enum { RENEW_AFTER = 64 };

struct sysctl_default {
	char *key, *value;
};

struct sysctl_writer {
	int proc;	 /* root of the current procfs, or -1 */
	VEC(int) former; /* its predecessors */
	unsigned int namespaces;
	VEC(struct sysctl_default) born; /* values in a new namespace */
	VEC(const char *) written;	 /* in this namespace */
};

struct sysctl_writer *sysctl_writer_new(void)
{
	struct sysctl_writer *w = xcalloc(1, sizeof(*w));

	w->proc = -1;
	return w;
}

void sysctl_writer_free(struct sysctl_writer *w)
{
	if (!w)
		return;
	own_closep(&w->proc);
	for (each(int, fd, &w->former))
		own_closep(fd);
	vec_free(&w->former);
	for (each(struct sysctl_default, b, &w->born)) {
		free(b->key);
		free(b->value);
	}
	vec_free(&w->born);
	vec_free(&w->written);
	free(w);
}

void sysctl_fresh(struct sysctl_writer *w)
{
	w->written.n = 0;
	if (++w->namespaces % RENEW_AFTER == 0 && w->proc >= 0)
		vec_push(NULL, &w->former, fd_take(&w->proc));
}

/* System calls by number: glibc has wrappers only since 2.36. */
static int sysctl_mount_proc(void)
{
	const unsigned int attrs = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	own_fd fs = (int)syscall(SYS_fsopen, "proc", FSOPEN_CLOEXEC);

	if (fs < 0 || syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -1;
	return (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, attrs);
}

static int sysctl_open(struct sysctl_writer *w, const char *key, int flags)
{
	char path[256];
	int fd;

	if (w->proc < 0)
		w->proc = sysctl_mount_proc();
	if (w->proc < 0) /* not allowed, or a kernel before 5.2 */
		w->proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (w->proc < 0)
		return -errno;
	if (snprintf(path, sizeof(path), "sys/%s", key) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = openat(w->proc, path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static const char *sysctl_last_word(const char *key)
{
	const char *slash = strrchr(key, '/');

	return slash ? slash + 1 : key;
}

/* Writing conf/all/forwarding also changes conf/default/forwarding: after a write, keys with the
 * same last component may not have their defaults any more. */
static bool sysctl_is_touched(const struct sysctl_writer *w, const char *key)
{
	for (size_t i = 0; i < w->written.n; i++)
		if (strcmp(sysctl_last_word(w->written.v[i]), sysctl_last_word(key)) == 0)
			return true;
	return false;
}

int sysctl_read(struct sysctl_writer *w, const char *key, char ret[SYSCTL_VALUE_MAX])
{
	own_fd fd = sysctl_open(w, key, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, ret, SYSCTL_VALUE_MAX - 1);

	if (fd < 0)
		return fd;
	if (n < 0)
		return -errno;
	while (n > 0 && ret[n - 1] == '\n')
		n--;
	ret[n] = '\0';
	return 0;
}

static const char *sysctl_remember(struct sysctl_writer *w, const char *key)
{
	char value[SYSCTL_VALUE_MAX];

	if (sysctl_read(w, key, value) < 0)
		return NULL;
	vec_push(NULL, &w->born, ((struct sysctl_default){ xstrdup(key), xstrdup(value) }));
	return w->born.v[w->born.n - 1].value;
}

static bool sysctl_has_default(struct sysctl_writer *w, const char *key, const char *value)
{
	const char *born = NULL;

	if (sysctl_is_touched(w, key))
		return false;
	for (each(struct sysctl_default, b, &w->born))
		if (strcmp(b->key, key) == 0)
			born = b->value;
	if (!born)
		born = sysctl_remember(w, key);
	return born && strcmp(born, value) == 0;
}

int sysctl_set(struct sysctl_writer *w, const char *key, const char *value)
{
	own_fd fd = -1;
	ssize_t n = (ssize_t)strlen(value);
	int r = fault_due();

	if (r < 0 || sysctl_has_default(w, key, value))
		return r;
	fd = sysctl_open(w, key, O_WRONLY);
	if (fd < 0)
		return fd;
	vec_push(NULL, &w->written, key);
	if (write(fd, value, (size_t)n) != n)
		return errno ? -errno : -EIO;
	return 0;
}
