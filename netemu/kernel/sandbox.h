/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sandbox.h - namespaces of one's own, in which an ordinary user may do what root may.
 *
 * Inside, the user is root over what is inside, and nobody else: the files of the machine keep
 * their owners. /run and /etc are copies, made of links into the machine's own, but for /run/netns
 * and /etc/netns, where ip-netns(8) looks for names, and /run/netemu, which are the sandbox's. What
 * is made there is seen by nobody outside, and goes with the last process inside.
 */
#ifndef KERNEL_SANDBOX_H
#define KERNEL_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum sandbox_step {
	SANDBOX_USER,	/* make a user namespace */
	SANDBOX_MAP,	/* be root in it */
	SANDBOX_SPACES, /* make the other namespaces */
	SANDBOX_MOUNTS, /* furnish them */
	SANDBOX_PROC,	/* a /proc for processes of its own */
	SANDBOX_JOIN,	/* enter one that stands */
	SANDBOX_STEPS
};

struct sandbox_refusal {
	enum sandbox_step step;
	int error; /* -errno */
};

/* Parts the caller, which must have one thread, from the namespaces of CLONE_NEW...: with
 * CLONE_NEWUSER it becomes root in a new one first. CLONE_NEWPID is for its next child on. 0 or
 * -errno. */
int sandbox_unshare(int namespaces, struct sandbox_refusal *why);

/* Makes what the sandbox has of its own; in a new mount and network namespace. */
int sandbox_furnish(struct sandbox_refusal *why);

/* Whether a sandbox can be made and furnished here: tries it in a child. 0 or -errno. */
int sandbox_try(struct sandbox_refusal *why);

/* A /proc that shows the caller's process namespace. */
int sandbox_mount_proc(struct sandbox_refusal *why);

/* Moves the caller, which must have one thread, to where the process is: user, mount and network
 * namespace. The working directory stays the same by its name. */
int sandbox_join(pid_t pid, struct sandbox_refusal *why);

/* The number of a process's user namespace, or 0. */
unsigned long long sandbox_number(pid_t pid);

/* Whether the caller may make namespaces and change networks. */
bool sandbox_is_needless(void);

/* Says in people's words what it is on this machine that refuses; returns the remedy, static. */
const char *sandbox_explain(const struct sandbox_refusal *why, char *ret, size_t size);

#endif
