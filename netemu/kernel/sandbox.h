/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sandbox.h - private user, mount and network namespaces, in which an ordinary user may build labs.
 *
 * Inside, the user is root over the sandbox only: the machine's files keep their owners. /run and
 * /etc are copies that consist of links into the machine's own. /run/netns and /etc/netns, in which
 * ip-netns(8) looks up names, and /run/netemu are private to the sandbox. Files made there are
 * not visible outside, and vanish with the last process inside.
 */
#ifndef KERNEL_SANDBOX_H
#define KERNEL_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum sandbox_step {
	SANDBOX_USER,	/* make a user namespace */
	SANDBOX_MAP,	/* map the user to root in it */
	SANDBOX_SPACES, /* make the other namespaces, as mount and network */
	SANDBOX_MOUNTS, /* set up their mounts */
	SANDBOX_PROC,	/* mount /proc for its PID namespace */
	SANDBOX_JOIN,	/* enter an existing sandbox */
	SANDBOX_STEPS
};

struct sandbox_refusal {
	enum sandbox_step step;
	int error; /* -errno */
};

/* Moves the caller, which must have one thread, into new namespaces (CLONE_NEW...). With
 * CLONE_NEWUSER it first becomes root in a new user namespace. CLONE_NEWPID takes effect from its
 * next child on. Returns 0 or -errno. */
int sandbox_unshare(int namespaces, struct sandbox_refusal *why);

/* Sets up the private mounts and lo. The caller must be in new mount and network namespaces. */
int sandbox_furnish(struct sandbox_refusal *why);

/* Tests in a child whether a sandbox can be made and set up. Returns 0 or -errno. */
int sandbox_try(struct sandbox_refusal *why);

/* Mounts a /proc of the caller's PID namespace. */
int sandbox_mount_proc(struct sandbox_refusal *why);

/* Moves the caller, which must have one thread, into the user, mount and network namespaces of the
 * process. The working directory keeps its path. */
int sandbox_join(pid_t pid, struct sandbox_refusal *why);

/* Returns the inode number of a process's user namespace, or 0. */
unsigned long long sandbox_number(pid_t pid);

/* Whether the caller may make namespaces and change networks without a sandbox. */
bool sandbox_is_needless(void);

/* Describes in `ret` what refuses on this machine. Returns the remedy, a static string. */
const char *sandbox_explain(const struct sandbox_refusal *why, char *ret, size_t size);

#endif
