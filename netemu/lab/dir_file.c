/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/dir_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"

static bool dir_name_is_valid(const char *name, const char *also, size_t max)
{
	static const char first[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	size_t n = strlen(name);

	if (n == 0 || n > max || !strchr(first, name[0]))
		return false;
	for (const char *s = name; *s; s++)
		if (!strchr(first, *s) && !strchr(also, *s))
			return false;
	return true;
}

bool lab_name_is_valid(const char *name)
{
	return dir_name_is_valid(name, "-", LAB_NAME_MAX);
}

bool netns_name_is_valid(const char *name)
{
	return dir_name_is_valid(name, "-._", NETNS_NAME_MAX);
}

static int dir_file_write_all(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			data += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

int lab_dir_write(const struct lab_dir *d, const char *file, const void *data, size_t size)
{
	own_fd fd =
		openat(d->fd, "new", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	int r = fd < 0 ? -errno : dir_file_write_all(fd, data, size);

	if (r == 0 && renameat(d->fd, "new", d->fd, file) < 0)
		r = -errno;
	if (r < 0)
		(void)unlinkat(d->fd, "new", 0); /* the disk may be full */
	return r;
}

int lab_dir_read(const struct lab_dir *d, const char *file, char **ret, size_t *ret_size)
{
	own_fd fd = openat(d->fd, file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	own_free char *data = NULL;
	size_t size = 0, cap = 4096;

	if (fd < 0)
		return -errno;
	for (;;) {
		ssize_t n;

		data = xrealloc(data, cap);
		n = read(fd, data + size, cap - size - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		size += (size_t)n;
		data[size] = '\0';
		if (n == 0)
			break;
		if (cap - size < 2)
			cap *= 2;
	}
	*ret = data;
	data = NULL;
	if (ret_size)
		*ret_size = size;
	return 0;
}
