/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/vec.h"
#include "kernel/fault.h"
#include "lab/dir.h"
#include "lab/lock.h"

static const struct place {
	const char *dir;
	const char *marker; /* in the run directory: netemu created `dir` */
	bool each;	    /* each link leads to netns/<name>; else all lead to etc */
} places[] = {
	{ "/run/netns", ".made-run-netns", true },
	{ "/etc/netns", ".made-etc-netns", false },
};

/* Labs share these directories: a command that creates or removes one, or creates links in it,
 * holds the lock <run>/.netemu-lock. Removing a link needs no lock. */
struct places_lock {
	int run, fd;
};

static void places_lock_release(struct places_lock *l)
{
	own_closep(&l->fd);
	own_closep(&l->run);
}
#define own_places_lock __attribute__((cleanup(places_lock_release))) struct places_lock

static const char lock_name[] = ".netemu-lock";

static int names_lock(const char *run, bool make, struct places_lock *ret)
{
	own_free char *path = xasprintf("%s/%s", run, lock_name);
	own_places_lock l = { lab_run_open(run), -1 };
	int r = l.run < 0 ? l.run : 0;

	while (r == 0) {
		int fd = lock_open(l.run, lock_name, make);

		own_closep(&l.fd);
		if (fd < 0)
			return fd;
		l.fd = fd;
		r = lock_wait(fd, LOCK_EX, path);
		if (r == 0 && lock_is_at(fd, l.run, lock_name))
			break; /* else its previous holder has removed it */
	}
	if (r < 0)
		return r;
	*ret = l;
	l = (struct places_lock){ -1, -1 };
	return 0;
}

/* The target of a link: absolute, and unique to this lab. */
static void names_write_target(const struct lab_dir *d, const struct place *p, const char *netns,
			       char ret[PATH_MAX])
{
	if (p->each)
		snprintf(ret, PATH_MAX, "%s/netns/%s", d->path, netns);
	else
		snprintf(ret, PATH_MAX, "%s/etc", d->path);
}

static void names_write_name(const struct lab_dir *d, const char *netns, char ret[NAME_MAX + 1])
{
	snprintf(ret, NAME_MAX + 1, "%s.%s", d->name, netns);
}

enum owner { NOBODY, OURS, FOREIGN };

static enum owner names_owner(int dir, const char *name, const char *target)
{
	char text[PATH_MAX];
	ssize_t n = readlinkat(dir, name, text, sizeof(text));

	if (n < 0)
		return errno == ENOENT ? NOBODY : FOREIGN;
	return (size_t)n == strlen(target) && memcmp(text, target, (size_t)n) == 0 ? OURS : FOREIGN;
}

static int names_taken(const struct place *p, const char *name, struct diag *dg)
{
	return diag_error(dg, (struct pos){ 0 }, -EEXIST, "name-taken",
			  "'%s/%s' exists already and is not netemu's", p->dir, name);
}

int names_check(const struct lab_dir *d, const char *const *netns, size_t n, struct diag *dg)
{
	int r = 0;

	for (size_t p = 0; p < countof(places); p++) {
		own_fd dir = open(places[p].dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		for (size_t i = 0; dir >= 0 && i < n; i++) {
			char name[NAME_MAX + 1], target[PATH_MAX];

			names_write_name(d, netns[i], name);
			names_write_target(d, &places[p], netns[i], target);
			if (names_owner(dir, name, target) == FOREIGN)
				r = names_taken(&places[p], name, dg);
		}
	}
	return r;
}

/* ---- creating and removing links ---------------------------------------------------------- */

/* Writes the marker before it creates the directory. */
static int names_make_place(int run, const struct place *p)
{
	own_fd marker = -1;

	if (access(p->dir, F_OK) == 0)
		return 0;
	marker = openat(run, p->marker, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (marker < 0)
		return -errno;
	if (mkdir(p->dir, 0755) < 0) {
		int r = errno == EEXIST ? 0 : -errno;

		(void)unlinkat(run, p->marker, 0);
		return r;
	}
	return 0;
}

/* Symbolic links with the same target are hard links to one inode: faster than new inodes, above
 * all after many were deleted (ext4 checks each of those again). */
static int names_make_link(const struct lab_dir *d, const struct place *p, int dir,
			   const char *name, const char *target, const char *before)
{
	char same[NAME_MAX + 1];

	if (before && !p->each) {
		names_write_name(d, before, same);
		if (linkat(dir, same, dir, name, 0) == 0)
			return 0;
	}
	return symlinkat(target, dir, name);
}

/* `before`: the namespace whose link was created last, or NULL. */
static int names_link_one(const struct lab_dir *d, const struct place *p, int dir,
			  const char *netns, const char *before, struct diag *dg)
{
	char name[NAME_MAX + 1], target[PATH_MAX];
	int r = fault_due();

	if (r < 0)
		return r;
	names_write_name(d, netns, name);
	names_write_target(d, p, netns, target);
	if (names_make_link(d, p, dir, name, target, before) == 0)
		return 0;
	if (errno != EEXIST)
		return -errno;
	/* A link of ours may be left if a power cut lost the lab and its journal. */
	return names_owner(dir, name, target) == OURS ? 0 : names_taken(p, name, dg);
}

static int names_link_all(const struct lab_dir *d, const struct place *p, const char *const *netns,
			  size_t n, struct diag *dg)
{
	own_fd dir = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = dir < 0 ? -errno : 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = names_link_one(d, p, dir, netns[i], i ? netns[i - 1] : NULL, dg);
	return r;
}

static int names_publish_in(const struct lab_dir *d, int run, const struct place *p,
			    const char *const *netns, size_t n, struct diag *dg)
{
	int r = names_make_place(run, p);

	if (r == 0)
		r = names_link_all(d, p, netns, n, dg);
	if (r == -EROFS || r == -EACCES) { /* netemu itself does not need the links */
		diag_warn(dg, (struct pos){ 0 }, "no-names",
			  "%s: %s: ip netns exec will not know the lab's names", p->dir,
			  strerror(-r));
		return 0;
	}
	if (r < 0 && r != -EEXIST)
		diag_error(dg, (struct pos){ 0 }, r, "names", "%s: %s", p->dir, strerror(-r));
	return r;
}

int names_publish(const struct lab_dir *d, const char *const *netns, size_t n, struct diag *dg)
{
	own_places_lock l = { -1, -1 };
	int r = names_lock(d->run, true, &l);

	if (r < 0 && r != -EINTR)
		diag_error(dg, (struct pos){ 0 }, r, "names", "locking %s/%s: %s", d->run,
			   lock_name, strerror(-r));
	for (size_t p = 0; r == 0 && p < countof(places); p++)
		r = names_publish_in(d, l.run, &places[p], netns, n, dg);
	return r;
}

static int names_withdraw_from(const struct lab_dir *d, const struct place *p,
			       const char *const *netns, size_t n)
{
	own_fd dir = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = 0;

	for (size_t i = 0; dir >= 0 && i < n; i++) {
		char name[NAME_MAX + 1], target[PATH_MAX];

		names_write_name(d, netns[i], name);
		names_write_target(d, p, netns[i], target);
		if (names_owner(dir, name, target) == OURS && unlinkat(dir, name, 0) < 0)
			r = -errno;
	}
	return r;
}

int names_withdraw(const struct lab_dir *d, const char *const *netns, size_t n, struct diag *dg)
{
	int r = 0;

	for (size_t p = 0; p < countof(places); p++) {
		int one = names_withdraw_from(d, &places[p], netns, n);

		if (one < 0)
			r = diag_error(dg, (struct pos){ 0 }, one, "names", "%s: %s", places[p].dir,
				       strerror(-one));
	}
	return r;
}

/* ---- tidying up --------------------------------------------------------------------------- */

static bool names_labs_stand(int run)
{
	own_fd fd = openat(run, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct diag *unheard = diag_new();
	bool found = !dir;

	if (dir)
		(void)fd_take(&fd); /* closedir() closes it */
	for (struct dirent *e; !found && (e = readdir(dir));) {
		own_lab_dir d = LAB_DIR_NONE;

		found = lab_name_is_valid(e->d_name) && lab_dir_open(e->d_name, &d, unheard) == 0;
	}
	if (dir)
		closedir(dir);
	diag_free(unheard);
	return found;
}

/* Finds the lab of a link by its name, "<lab>.<netns>", and writes it to ret[LAB_NAME_MAX + 1].
 * False if the target is not the one that names_write_target() gives for that name. */
static bool names_lab_of_link(const char *run, int dir, const struct place *p, const char *name,
			      char *ret)
{
	size_t n = strcspn(name, ".");
	own_free char *lab = xstrndup(name, n);
	own_free char *path = xasprintf("%s/%s", run, lab);
	const struct lab_dir d = { .name = lab, .path = path };
	char target[PATH_MAX];

	if (name[n] != '.' || !lab_name_is_valid(lab) || !netns_name_is_valid(name + n + 1))
		return false;
	names_write_target(&d, p, name + n + 1, target);
	if (names_owner(dir, name, target) != OURS)
		return false;
	strcpy(ret, lab);
	return true;
}

/* Needs no lock: a lab's directory exists before its first link and until its last is removed. */
static void names_sweep_place(const char *run, const struct place *p)
{
	DIR *dir = opendir(p->dir);

	for (struct dirent *e; dir && (e = readdir(dir));) {
		char lab[LAB_NAME_MAX + 1];
		own_free char *path = NULL;

		if (!names_lab_of_link(run, dirfd(dir), p, e->d_name, lab))
			continue;
		path = xasprintf("%s/%s", run, lab);
		if (access(path, F_OK) < 0 && errno == ENOENT)
			(void)unlinkat(dirfd(dir), e->d_name, 0);
	}
	if (dir)
		closedir(dir);
}

void names_sweep(const char *run)
{
	for (size_t p = 0; p < countof(places); p++)
		names_sweep_place(run, &places[p]);
}

static bool names_is_marked(int run, const struct place *p)
{
	return faccessat(run, p->marker, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* With the last lab, gives up a directory that is not empty: files of others are in it. */
static void names_tidy_place(int run, const struct place *p, bool last)
{
	if (names_is_marked(run, p) && (rmdir(p->dir) == 0 || errno == ENOENT || last))
		(void)unlinkat(run, p->marker, 0);
}

static void names_tidy_locked(int run)
{
	bool last = !names_labs_stand(run);

	for (size_t p = 0; p < countof(places); p++)
		names_tidy_place(run, &places[p], last);
	if (last)
		(void)unlinkat(run, lock_name, 0);
}

static bool names_has_marks(const char *run)
{
	own_fd fd = lab_run_open(run);

	for (size_t p = 0; fd >= 0 && p < countof(places); p++)
		if (names_is_marked(fd, &places[p]))
			return true;
	return false;
}

void names_tidy(const char *run)
{
	own_places_lock l = { -1, -1 };

	if (names_lock(run, names_has_marks(run), &l) == 0)
		names_tidy_locked(l.run);
	if (lab_run_dir_is_ours(run))
		(void)rmdir(run); /* fails while labs are there */
}
