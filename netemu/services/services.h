/* SPDX-License-Identifier: GPL-2.0-or-later */
/* services.h - what the hosts of a lab answer to: one small process that listens in their
 * namespaces. A TCP connection is accepted and closed, a UDP datagram sent back.
 *
 * It holds no namespace for longer than it lives, and it ends when it is told to, or when its
 * control socket has been gone for some seconds.
 */
#ifndef SERVICES_SERVICES_H
#define SERVICES_SERVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct service_spot {
	int netns; /* borrowed */
	bool udp;
	uint16_t port;
	const char *name; /* borrowed; for messages: "tcp/443 of pc-a.vcenter" */
};

struct services_config {
	const struct service_spot *spots;
	size_t n;
	int dir;	   /* the lab's directory; borrowed. Its control socket goes there: */
	const char *socket; /* a file's name; who connects learns the pid (SO_PEERCRED) */
	int hold_fd;	   /* kept open until it listens or has failed (a lock); -1: none */
	const char *label; /* for ps; may be NULL */
};

/* Starts it and waits until it listens everywhere. It is not a child of the caller and keeps none
 * of its descriptors. Returns 0, or -errno with what failed in `err`. */
int services_spawn(const struct services_config *cfg, pid_t *ret_pid, char *err, size_t err_size);

/* Connects to the control socket, to learn who is behind it and to talk to it. A descriptor or
 * -errno. It waits at most two seconds for an answer: -ETIMEDOUT. */
int services_connect(int dir, const char *socket);

/* Has a process that runs already listen at one spot more, or no longer at one: by its name. The
 * socket is opened by the caller, for the process may not do it. -EEXIST, -ENOENT. */
int services_add(int control, const struct service_spot *spot);
int services_drop(int control, const char *name);

#endif
