/* SPDX-License-Identifier: GPL-2.0-or-later */
/* relay.h - the delay line: delay, jitter, loss, rate for kernels without sch_netem.
 *
 * One process for a lab carries every frame of every impaired link. A link's two veth
 * pairs have their inner ends (the "ports") in one namespace which belongs to the delay
 * line; a frame that comes in by port 0 goes out by port 1 when it is due, and back.
 *
 *     node A: eth0 <==veth==> w1a [ delay line ] w1b <==veth==> eth0 :node B
 *
 * The one rule for its user: the ports carry foreign frames, so they must be up, have an
 * MTU of at least that of the outer ends, and be silent (no addresses, IPv6 off).
 *
 * A frame is due at its kernel receive stamp + delay. Frames of one direction keep their
 * order, but for jitter without a rate and for `reorder_ppm`, as with netem. With a rate,
 * frames are serialised one after another, and one that would wait behind more than
 * 100 ms or 1000 full frames of its elders (whichever is more) is dropped. Queued frames
 * of all links share `memory_max`; a frame beyond that is dropped. Every drop is counted.
 *
 * Super-frames (GSO) and partial checksums pass unchanged, and count as the frames that
 * they stand for. They are cut into these where the direction loses, duplicates or
 * reorders, where its rate is up to 1 Gbit/s, and where they are in a tunnel.
 *
 * Times are nanoseconds. Functions return 0 or -errno, and where they take `err`, leave
 * there a text without a newline that names the link or the file concerned.
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
	const char *name;	  /* borrowed; unique in the lab */
	char port[2][IFNAMSIZ];	  /* the inner ends */
	struct impairment to[2];  /* to[k]: what is done to frames that leave by port[k] */
};

struct relay_config {
	int netns_fd;		  /* the namespace of the ports; borrowed; -1: the caller's */
	int hold_fd;		  /* the process keeps it open until it is ready or has failed (a
				   * lock, should the caller die); 0: none */
	const char *label;	  /* for people: ps shows "netemu-delay LABEL"; may be NULL */
	const char *control_path; /* where the control socket shall be, mode 0600 */
	const struct relay_link *links;
	size_t links_len;
	uint64_t memory_max; /* bytes of queued frames; 0: 512 MiB */
};

/* ---- its life ---- */

/* Starts the process and waits until it carries frames on all links. It is not a child of
 * the caller, holds none of the caller's descriptors, and lives until relay_stop(), or
 * until all its ports have been gone for ten seconds. */
int relay_spawn(const struct relay_config *cfg, pid_t *ret_pid, char *err, size_t err_size);

/* When the process started, in clock ticks since boot; 0: there is none. A pid and this
 * time name a process exactly, also after the pid was given to another. */
uint64_t relay_start_time(pid_t pid);

/* False also for a zombie. */
bool relay_is_alive(pid_t pid, uint64_t start);

/* Asks it to end, after two seconds kills it, returns when it is gone. A process that is
 * gone already is a success; -EPERM, -ETIMEDOUT. */
int relay_stop(pid_t pid, uint64_t start);

/* ---- talking to it ---- */

struct relay_direction_stats {
	uint64_t frames, bytes;	   /* sent; a super-frame is one */
	uint64_t lost;		   /* by loss_ppm */
	uint64_t over_limit;	   /* the rate's queue or the memory was full */
	uint64_t refused;	   /* the port would not send them: down, gone, MTU too small */
	uint64_t missed;	   /* the kernel dropped them before we could read them */
	uint64_t queued;	   /* frames waiting now */
	uint64_t queued_bytes;
};

struct relay_link_stats {
	char name[RELAY_NAME_MAX + 1];
	struct impairment to[2];
	struct relay_direction_stats dir[2]; /* dir[k]: frames that leave by port[k] */
	bool gone;			     /* a port's device was removed */
};

struct relay_engine_stats {
	uint64_t late_p50_ns, late_p99_ns; /* how late frames were handed to the port, of late */
	uint64_t lead_ns;		   /* how long before a due time it wakes when idle */
	uint64_t memory, memory_max;	   /* bytes for queued frames: held now, at most */
	bool realtime;			   /* SCHED_FIFO was granted */
	bool locked;			   /* its memory is locked */
	bool awake_allowed;		   /* may keep idle processors awake (cpu_dma_latency) */
	bool awake;			   /* does so now */
};

struct relay_stats {
	struct relay_engine_stats engine;
	struct relay_link_stats *links; /* in the order they were added */
	size_t links_len;
};

/* A connection; close() it. One answer is awaited at most two seconds: -ETIMEDOUT. */
int relay_control_open(const char *path);

/* -ENOENT: no such link; -EEXIST (add): the name is taken. */
int relay_set(int control, const char *link, int towards, const struct impairment *to);
int relay_add(int control, const struct relay_link *link, char *err, size_t err_size);
int relay_remove(int control, const char *link);

/* Release what it returned with relay_stats_release(). */
int relay_stats(int control, struct relay_stats *ret);
void relay_stats_release(struct relay_stats *s);

#endif
