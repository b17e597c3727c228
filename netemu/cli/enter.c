/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Like `ip netns exec`, plus the host name: enters the node's network namespace, and creates a
 * mount namespace in which /etc/hosts is the lab's and /sys shows the node's devices. */
#include "cli/enter.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "kernel/mount_tree.h"
#include "lab/dir.h"

enum { HOST_NAME_MAX_BYTES = 64 };

static enum exit_status enter_refused(struct invocation *inv, const char *what)
{
	struct pos nowhere = { 0 };
	int err = -errno;

	diag_error(inv->dg, nowhere, err, "enter", "cannot %s: %s", what, strerror(-err));
	return status_of(err, EXIT_BROKE);
}

static enum exit_status enter_netns(const struct world *w, uint32_t node, struct invocation *inv)
{
	own_fd ns = world_netns(w, node);

	if (ns < 0) {
		errno = -ns;
		return enter_refused(inv, "open the node's namespace");
	}
	if (setns(ns, CLONE_NEWNET) < 0)
		return enter_refused(inv, "enter the node's namespace");
	return EXIT_DONE;
}

/* Mounts a sysfs of the node's network over /sys, and attaches the old control groups to it.
 * Without the privilege /sys remains the host's, which is harmless. */
static void enter_mount_sys(void)
{
	own_fd cgroup = mount_tree_copy("/sys/fs/cgroup");
	unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
	struct statvfs old;

	if (statvfs("/sys", &old) == 0 && (old.f_flag & ST_RDONLY))
		flags |= MS_RDONLY;
	if (mount("sysfs", "/sys", "sysfs", flags, NULL) == 0 && cgroup >= 0)
		(void)mount_tree_attach(cgroup, AT_FDCWD, "/sys/fs/cgroup");
}

/* A failure is only a warning: programs run, but cannot resolve node names. */
static void enter_mount_hosts(const struct world *w, struct invocation *inv)
{
	struct pos nowhere = { 0 };
	own_lab_dir dir = LAB_DIR_NONE;
	own_free char *hosts = NULL;

	if (lab_dir_open(w->lab->name, &dir, inv->dg) < 0)
		return;
	hosts = xasprintf("%s/etc/hosts", dir.path);
	if (mount(hosts, "/etc/hosts", NULL, MS_BIND, NULL) < 0)
		diag_warn(inv->dg, nowhere, "hosts",
			  "node names will not resolve: %s over /etc/hosts: %s", hosts,
			  strerror(errno));
}

enum exit_status node_enter(const struct world *w, uint32_t node, struct invocation *inv)
{
	const char *name = w->plan->nodes.v[node].name;
	size_t n = strlen(name);
	enum exit_status status = enter_netns(w, node, inv);

	if (status != EXIT_DONE)
		return status;
	if (unshare(CLONE_NEWNS | CLONE_NEWUTS) < 0)
		return enter_refused(inv, "have mounts and a host name of its own");
	/* Slave mounts: mounts made here stay here, mounts of the host still propagate to here. */
	if (mount(NULL, "/", NULL, MS_SLAVE | MS_REC, NULL) < 0)
		return enter_refused(inv, "part its mounts from the host's");
	enter_mount_sys();
	enter_mount_hosts(w, inv);
	if (sethostname(name, n < HOST_NAME_MAX_BYTES ? n : HOST_NAME_MAX_BYTES) < 0)
		return enter_refused(inv, "set the host name");
	return EXIT_DONE;
}
