/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab.h - the life of a lab: built whole or not at all, found by its name, removed exactly.
 *
 * A lab lives in <run>/<name>/ (run: /run/netemu, or $NETEMU_RUN):
 *	lock		held by the command that changes the lab; readers never wait
 *	journal		what was made, written ahead of each step: what `down` and `gc` remove
 *	topology.yaml	the file it was built from, and `origin`, where that file stood
 *	state		backends, times, its processes, the command that made it for itself: written
 *			last, removed first
 *	changes		what was changed since, and `numbers`, which parts have which numbers
 *	changing	while a change is under way, with *.new, what those files are to be
 *	netns/		a tmpfs of its own with the namespaces' names: one unmount frees them all
 *	etc/		hosts: what `ip netns exec` shows as /etc/hosts
 *	delay-line	the delay line's control socket
 *	services	that of the process that listens for the hosts
 * and in two places that the standard programs look at, as symbolic links into it:
 *	/run/netns/<name>.<node>, /etc/netns/<name>.<node>
 * Beside the labs are
 *	<run>/.netemu-lock	held by the command that links into these two places
 *	<run>/.made-*		which of the two netemu has made
 *	<run>/.netemu-lab-*	labs that are not yet, or no longer, in their place (dir.h)
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
	LAB_UNTIL_DOWN, /* stands whatever becomes of the command that made it */
	LAB_UNTIL_EXIT	/* the command made it for itself: once that has ended, it is rubbish */
};

/* What was asked for, kept so that a lab can be read again without its file. */
struct lab_source {
	const char *name; /* the lab's */
	const char *path; /* of the topology as the user gave it */
	const char *text; /* the topology */
	size_t size;
	const char *hops; /* "all", "azure": asked for in place of what the file says; or NULL */
	enum lab_life life;
};

/* Builds the plan as a lab. All or nothing: on any error, and on SIGINT or SIGTERM meanwhile, what
 * was made is taken back. Returns 0; -EEXIST when a lab (or a namespace) of that name stands;
 * -EPERM without privilege; the kernel's error otherwise, with findings that name the object
 * and its line. */
int lab_up(const struct plan *plan, const struct lab_source *src, struct diag *dg);

/* A plan with its routes, which a thread computes; valid when that has been joined. */
struct lab_routed {
	struct meanwhile thread;
	const struct plan *plan; /* NULL: there will be none; ... */
	int error;		 /* ... -errno */
};

/* The same in two steps, for a plan whose routes can be computed while links are made. The first
 * makes the namespaces, and makes nothing where it fails. The second joins the thread before it
 * writes routes; where the thread failed it takes everything back, returns that error, and finds
 * nothing. It frees the build. */
struct lab_build;
int lab_up_begin(const struct plan *begun, const struct lab_source *src, struct lab_build **ret,
		 struct diag *dg);
int lab_up_end(struct lab_build *b, struct lab_routed *routed);

/* Removes exactly what the lab's journal says, also after a crash or half a build. -ENOENT when
 * there is no such lab. */
int lab_down(const char *name, struct diag *dg);

typedef VEC(char *) lab_names;

/* Removes what commands that were killed have left: labs half-built, half-changed or half-removed
 * that nobody is at work on, labs that a command made for itself, labs whose files somebody has
 * deleted, and links of labs that went with a reboot. Names of those that had a directory go to
 * `ret` (heap). */
int lab_gc(lab_names *ret, struct diag *dg);

/* ---- changing a running lab ---- */

struct lab_edit; /* the lab's lock, held: what is read and what is changed belong together */

/* Waits for the lock. -ENOENT, with a finding, when there is no such lab. */
int lab_edit_begin(const char *name, struct lab_edit **ret, struct diag *dg);
void lab_edit_end(struct lab_edit *e); /* NULL is fine */

/* What the lab is to be from now on. NULL leaves a file of it as it is. */
struct lab_target {
	const struct plan_diff *diff; /* from what it holds now, by its own record */
	const struct lab_source *src; /* another topology (its name is not looked at) */
	const char *changes;	      /* the text of changes made to the topology since */
	const char *numbers;	      /* the text of its numbering */
};

/* Makes the difference, and only that. All or nothing, as lab_up(): on an error or a signal what
 * was changed is changed back. What the plan change concerns not is not touched. */
int lab_change(struct lab_edit *e, const struct lab_target *t, struct diag *dg);

/* Makes the lab what its plan says where it is not, as lab_held() has told, by the differences;
 * also a delay line, and what listens for its hosts, that have died. On an error or a signal what
 * is mended by then stays so. */
int lab_mend(struct lab_edit *e, const struct plan_diff *held_to_plan, struct diag *dg);

enum lab_condition {
	LAB_UP,
	LAB_DEGRADED,  /* up, but its delay line or what listens for its hosts has died */
	LAB_CHANGING,  /* a change of it was cut short: neither as before nor as it was to be */
	LAB_ABANDONED, /* the command that made it for itself was killed: lab_gc() removes it */
	LAB_BROKEN     /* half-built, half-removed, or its namespaces are gone */
};

struct lab {		   /* what the run directory tells of a lab; read without its lock */
	char *name, *path; /* path: of the topology as it was given */
	char *text;	   /* the topology it was built from */
	size_t size;
	char *changes, *numbers; /* what lab_change() was given last; NULL: never changed */
	struct plan_backends backends;
	char hops[8]; /* of its source; "": what the topology says */
	enum lab_condition condition;
	pid_t relay; /* the delay line's process, or 0 */
	uint64_t relay_start;
	pid_t services; /* the process that listens for the hosts, or 0 */
	uint64_t services_start;
	pid_t maker;	 /* the command that made it for itself, or 0 */
	int64_t created; /* seconds since the epoch */
	size_t nodes, links;
};

/* Reads a lab. -ENOENT (with a finding that names the labs that exist) when there is none. */
int lab_open(const char *name, struct lab **ret, struct diag *dg);
void lab_close(struct lab *lab); /* NULL is fine */

/* Every lab's name, sorted; heap, the caller's to free one by one. */
int lab_list(lab_names *ret, struct diag *dg);

/* The namespace of a plan's netns, opened O_CLOEXEC; or -errno. */
int lab_netns(const struct lab *lab, const char *netns);

/* What differs between the plan and the kernel, as sentences in `ret` (heap, the caller's):
 * a namespace, device, address, route, neighbour, qdisc or the delay line that is missing or not
 * as planned, or stands in the lab's namespaces unplanned. Returns 0 or -errno. */
typedef VEC(char *) lab_drift;
int lab_compare(const struct lab *lab, const struct plan *plan, lab_drift *ret, struct diag *dg);

/* What the lab holds of its plan, and beside it, as a plan of the arena's (kernel/held.h): what
 * differs is what was changed by hand. A delay line that does not answer is in no namespace, and
 * its wires are as planned. 0 or -errno. */
int lab_held(const struct lab *lab, const struct plan *plan, struct arena *a, struct plan **ret,
	     struct diag *dg);

#endif
