/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Links are not deleted one by one: that would cost 22 ms each. When a namespace has no process and
 * no name any more, the kernel frees it with all its devices, asynchronously. One unmount of their
 * tmpfs removes all names. */
#include "lab/remove.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/process_id.h"
#include "base/vec.h"
#include "kernel/fault.h"
#include "lab/dir.h"
#include "lab/journal.h"
#include "lab/names.h"
#include "lab/strays.h"
#include "relay/relay.h"
#include "services/services.h"

/* A command that was killed just after it had started the delay line has not recorded the pid. The
 * peer credentials of the control socket tell it: the delay line listens there, because it held the
 * lock until it was ready or had failed. */
static int remove_find_relay(const struct lab_dir *d, pid_t *ret_pid, uint64_t *ret_start)
{
	own_free char *path = xasprintf("%s/delay-line", d->path);
	own_fd fd = relay_control_open(path);
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (fd < 0)
		return -ESRCH;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return -errno;
	*ret_pid = peer.pid;
	*ret_start = process_start_time(peer.pid);
	return 0;
}

static int remove_relay(const struct lab_dir *d, const struct journal *j, struct diag *dg)
{
	pid_t pid = j->relay_pid;
	uint64_t start = j->relay_start;
	int r;

	if (pid == 0 && remove_find_relay(d, &pid, &start) < 0)
		return 0;
	r = fault_due();
	if (r == 0)
		r = process_stop(pid, start);
	if (r < 0)
		diag_error(dg, (struct pos){ 0 }, r, "delay-line",
			   "ending the delay line, process %d: %s", (int)pid, strerror(-r));
	return r;
}

/* Ends the services' process likewise. Its sockets keep the namespaces alive, so it must be ended
 * before their names are removed. */
static int remove_services(const struct lab_dir *d, const struct journal *j, struct diag *dg)
{
	pid_t pid = j->services_pid;
	uint64_t start = j->services_start;
	struct ucred peer;
	socklen_t size = sizeof(peer);
	int r;

	if (pid == 0) {
		own_fd fd = services_connect(d->fd, "services");

		if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
			return 0;
		pid = peer.pid;
		start = process_start_time(pid);
	}
	r = fault_due();
	if (r == 0)
		r = process_stop(pid, start);
	if (r < 0)
		diag_error(dg, (struct pos){ 0 }, r, "services",
			   "ending what listens for the hosts, process %d: %s", (int)pid,
			   strerror(-r));
	return r;
}

/* Removes the links to the namespaces that are mounted: the journal may be incomplete. */
static int remove_mounted_names(const struct lab_dir *d, struct diag *dg)
{
	own_fd fd = openat(d->fd, "netns", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	VEC(char *) names = { 0 };
	int r;

	if (!dir)
		return 0;
	(void)fd_take(&fd); /* closedir() closes it */
	for (struct dirent *e; (e = readdir(dir));)
		if (netns_name_is_valid(e->d_name))
			vec_push(NULL, &names, xstrdup(e->d_name));
	closedir(dir);
	r = names.n ? names_withdraw(d, (const char *const *)names.v, names.n, dg) : 0;
	for (each(char *, name, &names))
		free(*name);
	vec_free(&names);
	return r;
}

static int remove_namespaces(const struct lab_dir *d, struct diag *dg)
{
	own_free char *path = xasprintf("%s/netns", d->path);
	int r;

	/* A mount that is not netemu's stays. */
	if (!lab_dir_has_our_names(d))
		return 0;
	r = fault_due();
	if (r == 0 && umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0)
		r = -errno;
	if (r == 0)
		return 0;
	return diag_error(dg, (struct pos){ 0 }, r, "unmount", "unmounting %s: %s", path,
			  strerror(-r));
}

static int remove_file(const struct lab_dir *d, const char *file, int flags, struct diag *dg)
{
	int r = fault_due();

	if (r == 0 && unlinkat(d->fd, file, flags) < 0)
		r = -errno;
	if (r == 0 || r == -ENOENT)
		return 0;
	return diag_error(dg, (struct pos){ 0 }, r, "remove", "removing %s/%s: %s", d->path, file,
			  strerror(-r));
}

/* Removes the known files of a lab's directory, except its journal and its lock. */
static int remove_files(const struct lab_dir *d, struct diag *dg)
{
	static const struct {
		const char *name;
		int flags;
	} files[] = {
		{ "delay-line", 0 },	    { "services", 0 },
		{ "netns", AT_REMOVEDIR },  { "etc/hosts", 0 },
		{ "etc", AT_REMOVEDIR },    { "topology.yaml", 0 },
		{ "topology.yaml.new", 0 }, { "origin", 0 },
		{ "origin.new", 0 },	    { "changes", 0 },
		{ "changes.new", 0 },	    { "numbers", 0 },
		{ "numbers.new", 0 },	    { "state.new", 0 },
		{ "changing", 0 },	    { "new", 0 },
	};
	int r = 0;

	for (size_t i = 0; i < countof(files) && r == 0; i++)
		r = remove_file(d, files[i].name, files[i].flags, dg);
	return r;
}

static int remove_directory(struct lab_dir *d, struct diag *dg)
{
	int r = fault_due();

	if (r == 0)
		r = lab_dir_remove(d);
	if (r == 0)
		return 0;
	return diag_error(dg, (struct pos){ 0 }, r, "remove", "removing %s: %s", d->path,
			  strerror(-r));
}

static int remove_first_error(int a, int b)
{
	return a < 0 ? a : b;
}

/* Without a valid journal, the mounted names prove that the directory is a lab's. */
int lab_remove(struct lab_dir *d, struct diag *dg)
{
	own_journal j = { 0 };
	int r = journal_read(d, &j);

	if (r == -ENOENT)
		strays_end_lost(d->run);
	else if (r < 0 && r != -EBADMSG)
		return diag_error(dg, (struct pos){ 0 }, r, "journal", "%s/journal: %s", d->path,
				  strerror(-r));
	if (j.strange)
		diag_warn(dg, (struct pos){ 0 }, "journal",
			  "%s/journal: %zu lines are not netemu's and were skipped", d->path,
			  j.strange);
	r = remove_file(d, "state", 0, dg); /* without it, readers see a broken lab */
	r = remove_first_error(r, remove_relay(d, &j, dg));
	r = remove_first_error(r, remove_services(d, &j, dg));
	r = remove_first_error(r, names_withdraw(d, (const char *const *)j.netns.v, j.netns.n, dg));
	r = remove_first_error(r, remove_mounted_names(d, dg));
	r = remove_first_error(r, remove_namespaces(d, dg));
	if (r == 0)
		r = remove_files(d, dg);
	return r < 0 ? r : remove_directory(d, dg);
}
