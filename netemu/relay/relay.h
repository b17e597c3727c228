/* SPDX-License-Identifier: GPL-2.0-or-later */
/* relay.h - the delay line: delay, jitter, loss, rate for kernels without sch_netem.
 *
 * One process for a lab carries every frame of every impaired link. A link's two veth
 * pairs have their inner ends (the "ports") in one namespace, which belongs to the delay
 * line. A frame that arrives at port 0 leaves by port 1 when it is due, and vice versa.
 *
 *     node A: eth0 <==veth==> w1a [ delay line ] w1b <==veth==> eth0 :node B
 *
 * The caller's duty: the ports must be up, have at least the MTU of the outer ends, and send
 * no frames of their own (no addresses, IPv6 off).
 *
 * A frame is due at its kernel receive stamp + delay. Frames of one direction keep their
 * order, except with jitter without a rate and with `reorder_ppm`, as in netem. With a rate,
 * frames are serialised one after another, and a frame that would wait behind more than
 * 100 ms or 1000 full frames (whichever is more) is dropped. Queued frames of all links
 * share `memory_max`; a frame beyond that is dropped. Every drop is counted.
 *
 * Super-frames (GSO) and partial checksums pass unchanged; a super-frame counts as the frames
 * of which it consists. It is cut into these if the direction loses, duplicates or reorders
 * frames, if its rate is at most 1 Gbit/s, and in a tunnel.
 *
 * Times are nanoseconds. Functions return 0 or -errno. On failure `err` receives a text
 * without a newline that names the link or the file.
 */
#ifndef RELAY_RELAY_H
#define RELAY_RELAY_H

#include "net/impairment.h"

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	RELAY_NAME_MAX = 127, /* bytes of a link's name */
};

struct relay_link {
	const char *name;	 /* borrowed; unique in the lab */
	char port[2][IFNAMSIZ];	 /* the inner ends */
	struct impairment to[2]; /* to[k]: of frames that leave by port[k] */
};

struct relay_config {
	int netns_fd;		  /* the namespace of the ports; borrowed; -1: the caller's */
	int hold_fd;		  /* kept open until the process is ready or has failed: a lock,
				   * which so survives a caller that dies; 0: none */
	const char *label;	  /* for people: ps shows "netemu-delay LABEL"; may be NULL */
	const char *control_path; /* of the control socket, mode 0600 */
	const struct relay_link *links;
	size_t links_len;
	uint64_t memory_max; /* bytes of queued frames; 0: 512 MiB */
};

/* ---- start and stop ---- */

/* Starts the process and waits until it carries frames on all links. It is no child of the
 * caller, holds none of the caller's descriptors, and runs until process_stop(), or until all
 * its ports have been gone for ten seconds. */
int relay_spawn(const struct relay_config *cfg, pid_t *ret_pid, char *err, size_t err_size);

/* ---- control ---- */

struct relay_direction_stats {
	uint64_t frames, bytes; /* sent; a super-frame counts as one */
	uint64_t lost;		/* by loss_ppm */
	uint64_t over_limit;	/* dropped: the rate's queue or the memory was full */
	uint64_t refused;	/* dropped: the port is down, gone, or its MTU too small */
	uint64_t missed;	/* dropped by the kernel before we could read them */
	uint64_t queued;	/* frames waiting now */
	uint64_t queued_bytes;
};

struct relay_link_stats {
	char name[RELAY_NAME_MAX + 1];
	struct impairment to[2];
	struct relay_direction_stats dir[2]; /* dir[k]: frames that leave by port[k] */
	bool gone;			     /* a port's device was removed */
};

struct relay_engine_stats {
	uint64_t late_p50_ns, late_p99_ns; /* how late frames were recently sent to the port */
	uint64_t lead_ns;		   /* how long before a due time the idle process wakes */
	uint64_t memory, memory_max;	   /* bytes for queued frames: held now, at most */
	bool realtime;			   /* SCHED_FIFO was granted */
	bool locked;			   /* its memory is locked */
	bool awake_allowed;		   /* may keep idle processors awake (cpu_dma_latency) */
	bool awake;			   /* keeps them awake now */
};

struct relay_stats {
	struct relay_engine_stats engine;
	struct relay_link_stats *links; /* in the order they were added */
	size_t links_len;
};

/* Connects to the control socket. Returns a descriptor, which the caller closes, or -errno. A
 * response takes at most two seconds, else a call returns -ETIMEDOUT. */
int relay_control_open(const char *path);

/* -ENOENT: no such link; -EEXIST (add): the name is taken. */
int relay_set(int control, const char *link, int towards, const struct impairment *to);
int relay_add(int control, const struct relay_link *link, char *err, size_t err_size);
int relay_remove(int control, const char *link);

/* Reads the statistics; the caller releases them with relay_stats_release(). */
int relay_stats(int control, struct relay_stats *ret);
void relay_stats_release(struct relay_stats *s);

#endif
