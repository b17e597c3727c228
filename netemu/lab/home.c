/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/home.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/process.h"
#include "base/process_id.h"
#include "lab/dir.h"
#include "lab/lab.h"
#include "lab/lock.h"
#include "lab/strays.h"
#include "relay/relay.h"

enum { AGAIN_MS = 200 }; /* how often the keeper checks whether it may exit */

static const char door_name[] = ".door";

/* ---- the door ----------------------------------------------------------------------------- */

struct door {
	char *dir, *path;
	int fd; /* holds the lock */
};

struct keeper { /* the content of the door */
	pid_t pid;
	unsigned long long start, number;
};

static void door_release(struct door *d)
{
	own_closep(&d->fd);
	own_freep(&d->dir);
	own_freep(&d->path);
}
#define own_door __attribute__((cleanup(door_release))) struct door

/* The door's directory must not belong to another user. */
static int door_check_dir(const char *path)
{
	own_fd fd = lab_run_open(path);

	return fd < 0 ? fd : 0;
}

/* 0; -ENOENT when there is no directory and `make` is false. */
static int door_open_dir(struct door *d, bool make, struct diag *dg)
{
	int r;

	d->dir = lab_home_dir();
	if (!d->dir)
		return diag_error(dg, (struct pos){ 0 }, -EINVAL, "run-directory",
				  "NETEMU_RUN must be an absolute path");
	d->path = xasprintf("%s/%s", d->dir, door_name);
	r = make && mkdir(d->dir, 0700) < 0 && errno != EEXIST ? -errno : door_check_dir(d->dir);
	return r < 0 && (r != -ENOENT || make) ? lab_run_refused(d->dir, r, dg) : r;
}

static bool door_is_still_there(const struct door *d)
{
	return lock_is_at(d->fd, AT_FDCWD, d->path);
}

/* Opens the door and locks it; -EAGAIN: it was removed meanwhile. */
static int door_open(struct door *d, int how, bool make)
{
	int fd, r;

	own_closep(&d->fd);
	fd = lock_open(AT_FDCWD, d->path, make);
	if (fd < 0)
		return fd == -EPERM ? -EACCES : fd; /* -EPERM stands for a sandbox refusal */
	d->fd = fd;
	r = lock_wait(fd, how, d->path);
	return r < 0 || door_is_still_there(d) ? r : -EAGAIN;
}

static bool keeper_read(const struct door *d, struct keeper *ret)
{
	char text[128];
	ssize_t n = pread(d->fd, text, sizeof(text) - 1, 0);
	int pid;

	text[n < 0 ? 0 : n] = '\0';
	if (sscanf(text, "%d %llu %llu", &pid, &ret->start, &ret->number) != 3)
		return false;
	ret->pid = pid;
	return true;
}

static bool keeper_is_at_home(const struct keeper *k)
{
	return process_is_alive(k->pid, k->start) && sandbox_number(k->pid) == k->number;
}

static int keeper_write(const struct door *d, pid_t pid)
{
	if (ftruncate(d->fd, 0) < 0 ||
	    dprintf(d->fd, "%d %llu %llu\n", (int)pid, (unsigned long long)process_start_time(pid),
		    sandbox_number(pid)) < 0)
		return -errno;
	return 0;
}

/* ---- the keeper --------------------------------------------------------------------------- */

/* Whether the lab belongs to this home: $NETEMU_RUN may hold labs of others. */
static bool home_has_lab(const char *name, struct diag *unheard)
{
	own_lab_dir d = LAB_DIR_NONE;

	return lab_dir_open(name, &d, unheard) == 0 && lab_dir_has_names(&d);
}

static bool home_has_labs(void)
{
	struct diag *unheard = diag_new();
	lab_names names;
	bool some = lab_list(&names, unheard) < 0;

	for (each(char *, name, &names)) {
		some = some || home_has_lab(*name, unheard);
		free(*name);
	}
	vec_free(&names);
	diag_free(unheard);
	return some;
}

/* Sleeps until a lab or the door appears or is removed, or for AGAIN_MS while there is no lab. Each
 * call adds the watch again: the run directory is removed with its last lab and created anew. */
static void keeper_await_change(const struct door *d, int changes, const char *run)
{
	const uint32_t what = IN_CREATE | IN_DELETE | IN_MOVE | IN_ONLYDIR | IN_MASK_ADD;
	struct pollfd p = { .fd = changes, .events = POLLIN };
	bool watched = inotify_add_watch(changes, run, what) >= 0 &&
		       inotify_add_watch(changes, d->dir, what) >= 0;
	char events[4096];

	if (poll(&p, 1, watched && home_has_labs() && door_is_still_there(d) ? -1 : AGAIN_MS) > 0)
		(void)!read(changes, events, sizeof(events));
}

/* Whether there are no labs and the keeper has the lock exclusively, so no process can enter. */
static bool home_is_deserted(const struct door *d)
{
	if (home_has_labs() || lock_try(d->fd, LOCK_EX) < 0)
		return false;
	if (!home_has_labs())
		return true;
	(void)flock(d->fd, LOCK_UN);
	return false;
}

/* When the door is deleted, as at the end of a login session, no command can enter any more: the
 * labs end. */
static void keeper_run(struct door *d, int changes)
{
	own_free char *run = lab_run_dir();

	do
		keeper_await_change(d, changes, run);
	while (door_is_still_there(d) && !home_is_deserted(d));
	if (!door_is_still_there(d)) {
		strays_end(sandbox_number(getpid()));
		return;
	}
	(void)unlink(d->path);
	if (lab_run_dir_is_ours(d->dir))
		(void)rmdir(d->dir);
}

/* Moves a descriptor above 0, 1 and 2. */
static int keeper_move_up(int fd)
{
	return fd < 0 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static void keeper_main(const void *ctx, int to)
{
	struct door d = *(const struct door *)ctx;
	struct process_report rep = { .pid = getpid() };
	struct sandbox_refusal why = { 0 };
	int kept[3] = { -1, -1, -1 };

	process_reset_signals();
	kept[0] = keeper_move_up(to);
	/* A second open file, so that the keeper has a lock of its own. */
	d.fd = kept[1] = keeper_move_up(open(d.path, O_RDWR | O_NOFOLLOW | O_CLOEXEC));
	kept[2] = keeper_move_up(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
	rep.result = sandbox_unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET, &why);
	if (rep.result == 0)
		rep.result = sandbox_furnish(&why);
	snprintf(rep.text, sizeof(rep.text), "%d", (int)why.step);
	if (rep.result == 0)
		rep.result = process_close_all_but(kept, 3);
	process_rename("netemu-keeper", NULL);
	if (write(kept[0], &rep, sizeof(rep)) == sizeof(rep) && rep.result == 0) {
		(void)close(kept[0]);
		(void)!chdir("/");
		keeper_run(&d, kept[2]);
	}
	_exit(0); /* without the parent's atexit handlers and stdio buffers */
}

/* First ends the processes that a killed keeper has left: no command could reach them any more. */
static int keeper_start(struct door *d, struct sandbox_refusal *why)
{
	struct keeper old;
	char step[256] = "";
	pid_t pid;
	int r;

	if (keeper_read(d, &old))
		strays_end(old.number);
	r = process_spawn(keeper_main, d, "", &pid, step, sizeof(step));
	if (r == 0)
		return keeper_write(d, pid);
	*why = (struct sandbox_refusal){ .step = (enum sandbox_step)atoi(step), .error = r };
	return -EPERM;
}

/* ---- the way in --------------------------------------------------------------------------- */

/* Locks the door exclusively, starts a keeper if none is alive, and then shares the lock. */
static int keeper_ensure(struct door *d, struct sandbox_refusal *why)
{
	struct keeper k;
	int r = door_open(d, LOCK_EX, true);

	if (r < 0)
		return r;
	if (!keeper_read(d, &k) || !keeper_is_at_home(&k))
		r = keeper_start(d, why);
	if (r < 0)
		(void)unlink(d->path);
	return r < 0 ? r : lock_wait(d->fd, LOCK_SH, d->path);
}

/* 1: inside; -ENOENT when no keeper is alive; -EPERM and `why`. */
static int home_step_in(struct door *d, struct sandbox_refusal *why)
{
	struct keeper k;

	if (!door_is_still_there(d) || !keeper_read(d, &k) || !keeper_is_at_home(&k))
		return -ENOENT;
	if (sandbox_join(k.pid, why) == 0)
		return 1;
	return why->error == -ENOENT ? -ENOENT : -EPERM; /* -ENOENT: just killed */
}

static int home_enter(struct door *d, bool make, struct sandbox_refusal *why)
{
	int r = door_open(d, LOCK_SH, false);

	if (r == 0)
		r = home_step_in(d, why);
	while (make && (r == -ENOENT || r == -EAGAIN)) {
		r = keeper_ensure(d, why);
		if (r == 0)
			r = home_step_in(d, why);
	}
	return r;
}

int lab_home_enter(bool make, struct sandbox_refusal *why, struct diag *dg)
{
	own_door d = { .fd = -1 };
	int r = door_open_dir(&d, make, dg);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	r = home_enter(&d, make, why);
	if (r == 1)
		d.fd = -1; /* held until this process exits or calls exec */
	else if (lab_run_dir_is_ours(d.dir))
		(void)rmdir(d.dir);
	if (r == -ENOENT || r == -EAGAIN)
		return 0;
	return r < 0 && r != -EPERM ? lab_run_refused(d.path, r, dg) : r;
}
