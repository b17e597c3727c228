/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"

static const char default_run[] = "/run/netemu";

static bool is_valid(const char *name, const char *also, size_t max)
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
	return is_valid(name, "-", LAB_NAME_MAX);
}

bool netns_name_is_valid(const char *name)
{
	return is_valid(name, "-._", NETNS_NAME_MAX);
}

char *lab_home_dir(void)
{
	const char *run = getenv("NETEMU_RUN"), *user = getenv("XDG_RUNTIME_DIR");
	own_free char *login = xasprintf("/run/user/%u", geteuid());

	if (run && *run)
		return *run == '/' ? xstrdup(run) : NULL;
	if (user && *user == '/' && access(user, W_OK) == 0) /* su leaves another's there */
		return xasprintf("%s/netemu", user);
	if (access(login, W_OK) == 0)
		return xasprintf("%s/netemu", login);
	return xasprintf("/tmp/netemu-%u", geteuid());
}

char *lab_run_dir(void)
{
	const char *run = getenv("NETEMU_RUN");

	if (geteuid() != 0 || (run && *run))
		return lab_home_dir();
	return xstrdup(default_run);
}

bool lab_run_dir_is_ours(const char *run)
{
	const char *asked = getenv("NETEMU_RUN");

	return !asked || strcmp(asked, run) != 0;
}

void lab_dir_release(struct lab_dir *d)
{
	own_closep(&d->lock); /* which gives the lock back */
	own_closep(&d->fd);
	own_freep(&d->name);
	own_freep(&d->run);
	own_freep(&d->path);
}

static int no_access(const struct lab_dir *d, int error, struct diag *dg)
{
	diag_error(dg, (struct pos){ 0 }, error, "run-directory", "%s: %s", d->path,
		   strerror(-error));
	if (error == -EACCES || error == -EPERM)
		diag_hint(dg, "needs root");
	if (error == -ENOENT)
		diag_hint(dg, "mkdir -p %s", d->run);
	return error;
}

static int name_it(const char *name, struct lab_dir *d, struct diag *dg)
{
	if (!lab_name_is_valid(name)) {
		diag_error(dg, (struct pos){ 0 }, -EINVAL, "bad-name",
			   "'%s' is no name for a lab: letters, digits and '-', at most %d", name,
			   LAB_NAME_MAX);
		if (strpbrk(name, "./"))
			diag_hint(dg, "a lab goes by its name, not by its file's: "
				      "see 'netemu list'");
		return -EINVAL;
	}
	d->run = lab_run_dir();
	if (!d->run)
		return diag_error(dg, (struct pos){ 0 }, -EINVAL, "run-directory",
				  "NETEMU_RUN must be an absolute path");
	d->name = xstrdup(name);
	d->path = xasprintf("%s/%s", d->run, name);
	return 0;
}

static int open_dir(struct lab_dir *d)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): without a path it was refused */
	d->fd = open(d->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return d->fd < 0 ? -errno : 0;
}

int lab_dir_open(const char *name, struct lab_dir *ret, struct diag *dg)
{
	own_lab_dir d = LAB_DIR_NONE;
	int r = name_it(name, &d, dg);

	if (r < 0)
		return r;
	r = open_dir(&d);
	if (r < 0)
		return r == -ENOENT ? r : no_access(&d, r, dg);
	*ret = d;
	d = (struct lab_dir)LAB_DIR_NONE;
	return 0;
}

static int make_dirs(const struct lab_dir *d)
{
	if (mkdir(d->run, 0755) < 0 && errno != EEXIST)
		return -errno;
	if (mkdir(d->path, 0755) < 0 && errno != EEXIST && errno != ENOENT)
		return -errno;
	return 0;
}

/* Whether the file that we locked is the lab's lock: whoever held it before us may have removed
 * the lab, and somebody may have made it anew. */
static bool is_still_there(const struct lab_dir *d)
{
	struct stat ours, there;
	own_free char *path = xasprintf("%s/lock", d->path);

	return fstat(d->lock, &ours) == 0 && stat(path, &there) == 0 &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

bool lab_dir_has_our_names(const struct lab_dir *d)
{
	own_file *f = fopen("/proc/self/mountinfo", "re");
	own_free char *ours = NULL;
	struct stat st;
	char line[4096];
	bool found = false;

	if (!f || !lab_dir_has_names(d) || fstatat(d->fd, "netns", &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	ours = xasprintf(" %u:%u / ", major(st.st_dev), minor(st.st_dev));
	while (!found && fgets(line, sizeof(line), f))
		found = strstr(line, ours) && strstr(line, " - tmpfs netemu ");
	return found;
}

/* Whether it is a lab's, or will be one's: else it is somebody's who happens to keep it here.
 * 1, 0 or -errno. */
static int is_a_labs(const struct lab_dir *d)
{
	own_fd fd = openat(d->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd < 0 ? NULL : fdopendir(fd);
	bool foreign = false, journal = false;

	if (!entries)
		return -errno;
	(void)fd_take(&fd); /* the stream's now */
	for (struct dirent *e; (e = readdir(entries));) {
		journal = journal || strcmp(e->d_name, "journal") == 0;
		foreign = foreign || (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
				      strcmp(e->d_name, "lock") != 0);
	}
	closedir(entries);
	return journal || !foreign || lab_dir_has_our_names(d);
}

/* 0, -EAGAIN when the directory went away meanwhile, or another -errno. */
static int try_lock(struct lab_dir *d, enum lab_dir_how how)
{
	int r = open_dir(d);

	if (r == 0)
		r = is_a_labs(d);
	if (r < 0)
		return r;
	if (r == 0)
		return how == LAB_DIR_CREATE ? -ENOTEMPTY : -ENOENT;
	d->lock = openat(d->fd, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (d->lock < 0)
		return errno == ENOENT ? -EAGAIN : -errno;
	while (flock(d->lock, how == LAB_DIR_IDLE ? LOCK_EX | LOCK_NB : LOCK_EX) < 0)
		if (errno != EINTR)
			return errno == EWOULDBLOCK ? -EBUSY : -errno;
	return is_still_there(d) ? 0 : -EAGAIN;
}

int lab_dir_lock(const char *name, enum lab_dir_how how, struct lab_dir *ret, struct diag *dg)
{
	enum { TRIES = 1000 }; /* others may remove the directories meanwhile, but not so often */
	own_lab_dir d = LAB_DIR_NONE;
	bool creates = how == LAB_DIR_CREATE;
	int r = name_it(name, &d, dg), tries = 0;

	if (r < 0)
		return r;
	do {
		own_closep(&d.lock);
		own_closep(&d.fd);
		r = creates ? make_dirs(&d) : 0;
		if (r == 0)
			r = try_lock(&d, how);
	} while (r == -EAGAIN || (r == -ENOENT && creates && ++tries < TRIES));
	if (r < 0 && creates)
		(void)rmdir(d.path); /* fails unless it is empty */
	if (r < 0)
		return (r == -ENOENT && !creates) || r == -EBUSY ? r : no_access(&d, r, dg);
	*ret = d;
	d = (struct lab_dir)LAB_DIR_NONE;
	return 0;
}

bool lab_dir_has_names(const struct lab_dir *d)
{
	struct stat dir, names;

	return fstat(d->fd, &dir) == 0 &&
	       fstatat(d->fd, "netns", &names, AT_SYMLINK_NOFOLLOW) == 0 &&
	       dir.st_dev != names.st_dev;
}

bool lab_dir_is_changing(const struct lab_dir *d)
{
	return faccessat(d->fd, "changing", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int write_all(int fd, const char *data, size_t size)
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
	int r = fd < 0 ? -errno : write_all(fd, data, size);

	if (r == 0 && renameat(d->fd, "new", d->fd, file) < 0)
		r = -errno;
	if (r < 0)
		(void)unlinkat(d->fd, "new", 0); /* it may be what fills the disk */
	return r;
}

int lab_dir_read(const struct lab_dir *d, const char *file, char **ret, size_t *ret_size)
{
	own_fd fd = openat(d->fd, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
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
