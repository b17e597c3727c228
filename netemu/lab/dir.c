/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "lab/journal.h"
#include "lab/lock.h"

static const char default_run[] = "/run/netemu";

char *lab_home_dir(void)
{
	const char *run = getenv("NETEMU_RUN"), *user = getenv("XDG_RUNTIME_DIR");
	own_free char *login = xasprintf("/run/user/%u", geteuid());

	if (run && *run)
		return *run == '/' ? xstrdup(run) : NULL;
	if (user && *user == '/' && access(user, W_OK) == 0) /* su keeps the caller's value */
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
	own_closep(&d->lock); /* releases the lock */
	own_closep(&d->fd);
	own_closep(&d->run_fd);
	own_freep(&d->name);
	own_freep(&d->run);
	own_freep(&d->path);
}

/* ---- ownership ---------------------------------------------------------------------------- */

/* Whether only this user can create files in the directory. */
static bool dir_is_ours_alone(int dir)
{
	struct stat st;

	return fstat(dir, &st) == 0 && st.st_uid == geteuid() &&
	       !(st.st_mode & (S_IWGRP | S_IWOTH));
}

int lab_run_open(const char *run)
{
	own_fd fd = open(run, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return dir_is_ours_alone(fd) ? fd_take(&fd) : -EPERM;
}

int lab_run_refused(const char *run, int error, struct diag *dg)
{
	diag_error(dg, (struct pos){ 0 }, error, "run-directory", "%s: %s", run,
		   error == -EPERM ? "belongs to somebody else, or others may write to it"
				   : strerror(-error));
	if (error == -EPERM)
		diag_hint(dg, "another directory in $NETEMU_RUN");
	return error;
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

static bool dir_has_journal(const struct lab_dir *d)
{
	own_journal j = { 0 };

	return journal_read(d, &j) == 0;
}

/* A directory belongs to a lab if its journal says so, or, should the journal be damaged or gone,
 * if netemu's names are mounted in it. Other content proves nothing. */
static bool dir_is_a_labs(const struct lab_dir *d)
{
	return dir_is_ours_alone(d->fd) && (dir_has_journal(d) || lab_dir_has_our_names(d));
}

/* ---- opening it --------------------------------------------------------------------------- */

static int dir_no_access(const struct lab_dir *d, int error, struct diag *dg)
{
	diag_error(dg, (struct pos){ 0 }, error, "run-directory", "%s: %s", d->path,
		   strerror(-error));
	if (error == -EACCES || error == -EPERM)
		diag_hint(dg, "needs root");
	if (error == -ENOENT)
		diag_hint(dg, "mkdir -p %s", d->run);
	return error;
}

static int dir_set_name(const char *name, struct lab_dir *d, struct diag *dg)
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

/* Opens the run directory; `make`: creates it first. */
static int dir_open_run(struct lab_dir *d, bool make)
{
	int fd;

	own_closep(&d->run_fd);
	/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): without a path it was refused */
	if (make && mkdir(d->run, 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = lab_run_open(d->run);
	d->run_fd = fd < 0 ? -1 : fd;
	return fd < 0 ? fd : 0;
}

/* 0; -ENOENT: no file of that name; -ENOTEMPTY: a file or directory that is not a lab's; -EAGAIN:
 * it was removed meanwhile. */
static int dir_open_existing(struct lab_dir *d)
{
	own_closep(&d->fd);
	d->fd = openat(d->run_fd, d->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (d->fd < 0)
		return errno == ENOTDIR || errno == ELOOP ? -ENOTEMPTY : -errno;
	if (dir_is_a_labs(d))
		return 0;
	return lock_is_at(d->fd, d->run_fd, d->name) ? -ENOTEMPTY : -EAGAIN;
}

int lab_dir_open(const char *name, struct lab_dir *ret, struct diag *dg)
{
	own_lab_dir d = LAB_DIR_NONE;
	int r = dir_set_name(name, &d, dg);

	if (r < 0)
		return r;
	r = dir_open_run(&d, false);
	if (r < 0)
		return r == -ENOENT ? r : lab_run_refused(d.run, r, dg);
	r = dir_open_existing(&d);
	if (r == -ENOENT || r == -ENOTEMPTY || r == -EAGAIN)
		return -ENOENT;
	if (r < 0)
		return dir_no_access(&d, r, dg);
	*ret = d;
	d = (struct lab_dir)LAB_DIR_NONE;
	return 0;
}

/* ---- the temporary name of a directory before and after its lab ---------------------------- */

/* A lab's directory appears and disappears in one rename, from or to a temporary name that only
 * netemu uses. So a directory with a lab's name either has a journal or is not netemu's, and
 * lab_dir_sweep() finds what a crash leaves by its temporary name. */
static const char aside_prefix[] = ".netemu-lab-";

enum { ASIDE_SIZE = sizeof(aside_prefix) + 16 };

static int dir_name_aside(char ret[ASIDE_SIZE])
{
	unsigned long long number;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return -errno;
	snprintf(ret, ASIDE_SIZE, "%s%016llx", aside_prefix, number);
	return 0;
}

/* Removes the lock last: its holder is still at work here. */
static int dir_remove_last_files(int run, const char *name, int dir)
{
	if ((unlinkat(dir, "journal", 0) < 0 && errno != ENOENT) ||
	    (unlinkat(dir, "lock", 0) < 0 && errno != ENOENT))
		return -errno;
	if (unlinkat(run, name, AT_REMOVEDIR) < 0 && errno != ENOENT && errno != EEXIST &&
	    errno != ENOTEMPTY) /* files of others stay */
		return -errno;
	return 0;
}

static int dir_fill_aside(struct lab_dir *d)
{
	own_fd journal = -1;
	int r;

	d->lock = lock_open(d->fd, "lock", true);
	r = d->lock < 0 ? d->lock : lock_try(d->lock, LOCK_EX);
	if (r == -EBUSY || r == -ENOENT || (r == 0 && !lock_is_at(d->lock, d->fd, "lock")))
		return -EAGAIN; /* swept before we had the lock */
	if (r < 0)
		return r;
	journal = journal_begin(d);
	if (journal < 0)
		return journal;
	return fsync(journal) < 0 ? -errno : 0;
}

/* Creates the directory with its lock, held, and its journal. -EEXIST: another command has created
 * it meanwhile; -ENOENT: the run directory was removed; -EAGAIN: the temporary directory was
 * swept. */
static int dir_make(struct lab_dir *d)
{
	char aside[ASIDE_SIZE];
	int r = dir_name_aside(aside);

	if (r < 0 || mkdirat(d->run_fd, aside, 0755) < 0)
		return r < 0 ? r : -errno;
	d->fd = openat(d->run_fd, aside, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	r = d->fd < 0 ? -errno : dir_fill_aside(d);
	if (r == 0 && renameat2(d->run_fd, aside, d->run_fd, d->name, RENAME_NOREPLACE) < 0)
		r = -errno;
	if (r == 0)
		d->made = true;
	else
		(void)dir_remove_last_files(d->run_fd, aside, d->fd);
	return r;
}

static bool dir_holds_only_last_files(int dir)
{
	own_fd fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd < 0 ? NULL : fdopendir(fd);
	bool others = !entries;

	if (!entries)
		return false;
	(void)fd_take(&fd); /* closedir() closes it */
	for (struct dirent *e; !others && (e = readdir(entries));)
		others = strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
			 strcmp(e->d_name, "journal") != 0 && strcmp(e->d_name, "lock") != 0;
	closedir(entries);
	return !others;
}

int lab_dir_remove(const struct lab_dir *d)
{
	char aside[ASIDE_SIZE];
	const char *name = d->name;

	if (dir_holds_only_last_files(d->fd) && dir_name_aside(aside) == 0 &&
	    renameat2(d->run_fd, name, d->run_fd, aside, RENAME_NOREPLACE) == 0)
		name = aside;
	return dir_remove_last_files(d->run_fd, name, d->fd);
}

static void dir_sweep_one(int run, const char *name)
{
	own_fd dir = openat(run, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	own_fd lock = -1;

	if (dir < 0 || !dir_is_ours_alone(dir))
		return;
	lock = lock_open(dir, "lock", true); /* its creator, if any, will then find our lock */
	if (lock >= 0 && lock_try(lock, LOCK_EX) == 0 && lock_is_at(lock, dir, "lock"))
		(void)dir_remove_last_files(run, name, dir);
}

void lab_dir_sweep(const char *run)
{
	own_fd fd = lab_run_open(run), copy = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
	DIR *entries = copy < 0 ? NULL : fdopendir(copy);

	if (!entries)
		return;
	(void)fd_take(&copy); /* closedir() closes it */
	for (struct dirent *e; (e = readdir(entries));)
		if (strncmp(e->d_name, aside_prefix, sizeof(aside_prefix) - 1) == 0 &&
		    strlen(e->d_name) == ASIDE_SIZE - 1)
			dir_sweep_one(fd, e->d_name);
	closedir(entries);
}

/* ---- its lock ----------------------------------------------------------------------------- */

/* Creates a lock that was deleted by hand. A command that removes a lab deletes the journal before
 * the lock, so such a directory is no longer a lab's. */
static int dir_open_lock(const struct lab_dir *d)
{
	int fd = lock_open(d->fd, "lock", false);

	if (fd == -ENOENT && dir_is_a_labs(d))
		fd = lock_open(d->fd, "lock", true);
	return fd;
}

/* Whether the locked file is still the lab's lock: the previous holder may have removed the lab,
 * and another command may have created it again. */
static bool dir_is_still_there(const struct lab_dir *d)
{
	return lock_is_at(d->fd, d->run_fd, d->name) && lock_is_at(d->lock, d->fd, "lock");
}

/* Returns as dir_open_existing(), or -EBUSY or -EINTR. */
static int dir_open_locked(struct lab_dir *d, enum lab_dir_how how)
{
	own_free char *path = xasprintf("%s/lock", d->path);
	int fd, r = dir_open_existing(d);

	if (r < 0)
		return r;
	fd = dir_open_lock(d);
	if (fd < 0)
		return fd == -ENOENT ? -EAGAIN : fd;
	d->lock = fd;
	r = how == LAB_DIR_IDLE ? lock_take_idle(fd) : lock_wait(fd, LOCK_EX, path);
	return r == 0 && !dir_is_still_there(d) ? -EAGAIN : r;
}

static int dir_find_or_make(struct lab_dir *d, enum lab_dir_how how)
{
	int r;

	own_closep(&d->lock);
	r = dir_open_run(d, how == LAB_DIR_CREATE);
	if (r == 0)
		r = dir_open_locked(d, how);
	if (r == -ENOENT && how == LAB_DIR_CREATE && d->run_fd >= 0)
		r = dir_make(d);
	return r;
}

static int dir_not_locked(const struct lab_dir *d, int error, struct diag *dg)
{
	if (d->run_fd < 0 && error == -EPERM)
		return lab_run_refused(d->run, error, dg);
	if (error == -EINTR)
		return diag_error(dg, (struct pos){ 0 }, error, "interrupted",
				  "interrupted while waiting for lab '%s'", d->name);
	if (error != -ENOTEMPTY)
		return dir_no_access(d, error, dg);
	diag_error(dg, (struct pos){ 0 }, error, "run-directory",
		   "%s exists already and is not netemu's", d->path);
	diag_hint(dg, "another name, or move it away");
	return error;
}

int lab_dir_lock(const char *name, enum lab_dir_how how, struct lab_dir *ret, struct diag *dg)
{
	enum { TRIES = 1000 }; /* other commands may remove the directories meanwhile */
	own_lab_dir d = LAB_DIR_NONE;
	bool creates = how == LAB_DIR_CREATE;
	int r = dir_set_name(name, &d, dg), tries = 0;

	if (r < 0)
		return r;
	do
		r = dir_find_or_make(&d, how);
	while ((r == -EAGAIN || (creates && (r == -ENOENT || r == -EEXIST))) && ++tries < TRIES);
	if (!creates && (r == -ENOENT || r == -ENOTEMPTY))
		return -ENOENT;
	if (r < 0 && creates && lab_run_dir_is_ours(d.run))
		(void)rmdir(d.run); /* fails while labs are there */
	if (r < 0)
		return r == -EBUSY ? r : dir_not_locked(&d, r, dg);
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
