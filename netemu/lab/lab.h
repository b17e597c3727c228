/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab.h - labs: build one completely or not at all, find it by name, change it, remove it.
 *
 * A lab lives in <run>/<name>/ (run: /run/netemu, or $NETEMU_RUN):
 *	lock		held by the command that changes the lab; readers never wait
 *	journal		the objects created, written ahead of each step; `down` and `gc` remove them
 *	topology.yaml	the topology it was built from; `origin`: the path of that file
 *	state		backends, times, processes, and the command that the lab ends with: written
 *			last, removed first
 *	changes		the changes made since; `numbers`: the number of each part
 *	changing	exists while a change is under way; *.new: the files after the change
 *	netns/		a tmpfs of its own with the namespaces' names: one unmount frees them all
 *	etc/		hosts: bind-mounted by `ip netns exec` over /etc/hosts
 *	delay-line	the delay line's control socket
 *	services	the control socket of the process that listens for the hosts
 * and has symbolic links into it in the two directories that iproute2 reads:
 *	/run/netns/<name>.<node>, /etc/netns/<name>.<node>
 * Beside the labs are
 *	<run>/.netemu-lock	held by a command that changes these two directories
 *	<run>/.made-*		marks those of the two that netemu has created
 *	<run>/.netemu-lab-*	temporary names of labs being created or removed (dir.h)
 */
#ifndef LAB_LAB_H
#define LAB_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/meanwhile.h"
#include "base/vec.h"
#include "plan/plan.h"

struct arena;
struct diag;
struct plan_diff;

enum lab_life {
	LAB_UNTIL_DOWN, /* outlives the command that built it */
	LAB_UNTIL_EXIT	/* serves the command that built it; lab_gc() removes it after that exits */
};

/* The input of a lab, stored in its directory: later commands do not need the user's file. */
struct lab_source {
	const char *name; /* the lab's */
	const char *path; /* of the topology as the user gave it */
	const char *text; /* the topology */
	size_t size;
	const char *hops; /* "all", "azure": overrides the topology's setting; or NULL */
	enum lab_life life;
};

/* Builds the plan as a lab. All or nothing: an error, SIGINT, SIGTERM or SIGHUP rolls the lab back.
 * Returns 0; -EEXIST when a lab or a namespace of that name exists; -EPERM without privilege; the
 * kernel's error otherwise, with findings that name the object and its line. */
int lab_up(const struct plan *plan, const struct lab_source *src, struct diag *dg);

/* A plan with its routes, computed by a thread; valid once the thread has been joined. */
struct lab_routed {
	struct meanwhile thread;
	const struct plan *plan; /* NULL: the thread failed ... */
	int error;		 /* ... with this -errno */
};

/* lab_up() in two steps, so that routes can be computed while links are created. lab_up_begin()
 * creates the namespaces; if it fails, it leaves nothing. lab_up_end() joins the thread before it
 * writes routes; if the thread failed, it rolls the lab back and returns the thread's error without
 * a finding. It frees the build. */
struct lab_build;
int lab_up_begin(const struct plan *begun, const struct lab_source *src, struct lab_build **ret,
		 struct diag *dg);
int lab_up_end(struct lab_build *b, struct lab_routed *routed);

/* Removes the objects that the lab's journal lists, also after a crash or an incomplete build.
 * -ENOENT when there is no such lab. */
int lab_down(const char *name, struct diag *dg);

typedef VEC(char *) lab_names;

/* Removes what killed commands have left: labs half-built, half-changed or half-removed whose lock
 * is free, labs of LAB_UNTIL_EXIT whose command has ended, processes of labs whose directory was
 * deleted, and links of labs that a reboot ended. `ret` (heap) gets the names of the labs that had
 * a directory. */
int lab_gc(lab_names *ret, struct diag *dg);

/* ---- changing a running lab ---- */

struct lab_edit; /* holds the lab's lock, so that no change comes between reading and changing it */

/* Waits for the lock. -ENOENT, with a finding, when there is no such lab. */
int lab_edit_begin(const char *name, struct lab_edit **ret, struct diag *dg);
void lab_edit_end(struct lab_edit *e); /* NULL is fine */

/* The lab after a change. NULL: the file stays unchanged. */
struct lab_target {
	const struct plan_diff *diff; /* from the plan of its present topology and changes */
	const struct lab_source *src; /* another topology; its name is ignored */
	const char *changes;	      /* the text of changes made to the topology since */
	const char *numbers;	      /* the text of its numbering */
};

/* Applies the difference. Objects outside it are not touched. All or nothing, as lab_up(): an error
 * or a signal rolls the change back. */
int lab_change(struct lab_edit *e, const struct lab_target *t, struct diag *dg);

/* Restores the lab to its plan: applies the difference between lab_held() and the plan, and starts
 * a delay line or a services' process that has died. An error or a signal stops it, and what was
 * restored by then stays. */
int lab_mend(struct lab_edit *e, const struct plan_diff *held_to_plan, struct diag *dg);

enum lab_condition {
	LAB_UP,
	LAB_DEGRADED,  /* up, but its delay line or its services' process has died */
	LAB_CHANGING,  /* a change of it was cut short: neither the old lab nor the new one */
	LAB_ABANDONED, /* of LAB_UNTIL_EXIT, and its command was killed: lab_gc() removes it */
	LAB_BROKEN     /* half-built, half-removed, or its namespaces are gone */
};

struct lab {		   /* a lab by its directory, read without its lock */
	char *name, *path; /* path: of the topology as the user gave it */
	char *text;	   /* the topology it was built from */
	size_t size;
	char *changes, *numbers; /* of the last lab_change(); NULL: never changed */
	struct plan_backends backends;
	char hops[8]; /* as in its source; "": the topology's setting */
	enum lab_condition condition;
	pid_t relay; /* the delay line's process, or 0 */
	uint64_t relay_start;
	pid_t services; /* the process that listens for the hosts, or 0 */
	uint64_t services_start;
	pid_t maker;	 /* the command that it ends with (LAB_UNTIL_EXIT), or 0 */
	int64_t created; /* seconds since the epoch */
	size_t nodes, links;
};

/* Reads a lab. -ENOENT (with a finding that names the labs that exist) when there is none. */
int lab_open(const char *name, struct lab **ret, struct diag *dg);
void lab_close(struct lab *lab); /* NULL is fine */

/* The sorted names of all labs; the caller frees each name and the vector. */
int lab_list(lab_names *ret, struct diag *dg);

/* Opens a namespace by its name in the plan. Returns a descriptor (O_CLOEXEC) or -errno. */
int lab_netns(const struct lab *lab, const char *netns);

/* The drift between the plan and the kernel, one sentence each in `ret` (heap, the caller's): a
 * namespace, device, address, route, neighbour, qdisc or delay line that is missing, differs from
 * the plan, or is not in the plan. Returns 0 or -errno. */
typedef VEC(char *) lab_drift;
int lab_compare(const struct lab *lab, const struct plan *plan, lab_drift *ret, struct diag *dg);

/* The actual state of the lab as a plan in the arena (kernel/held.h), to be compared with the lab's
 * plan. If the delay line does not answer, relay_netns is PLAN_NONE and the wires are as planned.
 * Returns 0 or -errno. */
int lab_held(const struct lab *lab, const struct plan *plan, struct arena *a, struct plan **ret,
	     struct diag *dg);

#endif
