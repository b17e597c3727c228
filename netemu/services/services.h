/* SPDX-License-Identifier: GPL-2.0-or-later */
/* services.h - one small process that listens for all hosts of a lab, in their namespaces. It
 * accepts and closes a TCP connection, and sends back a UDP datagram.
 *
 * Its sockets keep the namespaces alive only while it runs. It ends on SIGTERM, or when its control
 * socket has been gone for some seconds.
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
	int dir;	    /* the lab's directory, for the control socket; borrowed */
	const char *socket; /* its file name there; a client learns the pid (SO_PEERCRED) */
	int hold_fd;	   /* a lock, kept open until the process listens or has failed; -1: none */
	const char *label; /* for ps; may be NULL */
};

/* Starts the process and waits until it listens everywhere. The process is no child of the caller
 * and keeps none of its descriptors. Returns 0, or -errno with the reason in `err`. */
int services_spawn(const struct services_config *cfg, pid_t *ret_pid, char *err, size_t err_size);

/* Connects to the control socket. Returns a descriptor or -errno. Calls on it wait at most two
 * seconds for a reply, else they return -ETIMEDOUT. */
int services_connect(int dir, const char *socket);

/* Make a running process listen at one more spot, or stop listening at the spot of this name. The
 * caller opens the socket, since the process is not allowed to. Return 0, -EEXIST, -ENOENT or
 * another -errno. */
int services_add(int control, const struct service_spot *spot);
int services_drop(int control, const char *name);

#endif
