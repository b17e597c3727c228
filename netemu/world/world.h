/* SPDX-License-Identifier: GPL-2.0-or-later */
/* world.h - a topology's file or a lab, with everything computed from it, as one value.
 *
 * Functions that can fail return 0 or, with findings:
 *	-EBADMSG	the topology, or a change to it, cannot be read or is invalid
 *	-ENOENT		no lab has that name
 *	-EINVAL		the lab's name is not valid, or NETEMU_RUN is not an absolute path
 *	-EIO		the lab's record is damaged, or the lab is half built or half removed
 * or another system error in opening a lab.
 */
#ifndef WORLD_WORLD_H
#define WORLD_WORLD_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "lab/lab.h"
#include "model/change.h"
#include "plan/plan.h"
#include "routing/routing.h"

struct arena;
struct fabric;
struct model;
struct plan_diff;
struct text;
struct topology;

struct world {
	struct topology *topology; /* parsed once; a lab's: the one it was built from */
	const char *hops;    /* "all" or "azure": overrides the topology's; or NULL; borrowed */
	struct arena *arena; /* owns the changes */
	change_list changes; /* made to the topology since it was read */
	struct diag *heard;  /* findings in the topology */
	struct model *model;
	struct fabric *fabric;
	struct routes *routes;
	struct plan *plan; /* NULL: not made yet; see world_plan() */
	struct lab *lab;   /* NULL: a file's world */
};
#define own_world __attribute__((cleanup(world_release))) struct world

/* Frees all of it, including the `lab` value; the lab itself stays up. Valid after failed calls. */
void world_release(struct world *w);

/* Loads a file ("-": standard input) up to its routes. `hops` as in the struct. */
int world_load(struct world *w, const char *path, const char *hops, struct diag *dg);

/* The same for a file that is to be built. If the rest of the plan does not depend on the routes,
 * `routes` is NULL until world_up() has computed them. */
int world_begin(struct world *w, const char *path, const char *hops, struct diag *dg);

/* Makes the plan of a file's world: without routes if there are none yet. */
void world_plan(struct world *w, struct plan_backends backends);

/* Opens a lab up to its plan. */
int world_open(struct world *w, const char *lab, struct diag *dg);

/* Opens a lab up to the beginning of its plan, which assigns the numbers of devices; without routes
 * where the plan does not need them. The worlds that world_change() and world_renew() derive from a
 * world without routes have no routes and no plan before world_complete(). */
int world_open_bare(struct world *w, const char *lab, struct diag *dg);

/* Loads a file or opens a lab. A name that looks like a path is a file, and so is the name of an
 * existing file if no lab has that name. `hops` applies to files. */
int world_find(struct world *w, const char *file_or_lab, const char *hops, struct diag *dg);

/* Checks that the topology has few enough interfaces for a lab: each of them takes kernel
 * memory. */
int world_fits(const struct world *w, struct diag *dg);

/* Computes the world of a lab after changes, up to its plan if `now` has routes. Remaining objects
 * keep their numbers. Errors in the changes or in the changed topology are findings; warnings that
 * `now` already has are not repeated. The new world has no lab. `now` is not modified, and must
 * outlive the new world. */
int world_change(const struct world *now, const struct change *v, size_t n, struct world *ret_next,
		 struct diag *dg);

/* The same, with a file that replaces the lab's topology. Earlier changes are discarded. */
int world_renew(const struct world *now, const char *path, struct world *ret_next, struct diag *dg);

/* Computes routes and plans of a lab's world, opened bare, and of the world derived from it. */
int world_complete(struct world *now, struct world *next, struct diag *dg);

/* A change of a lab: its two complete worlds and the difference of their plans. The lab is changed,
 * and the change reported, from this one value. The worlds are borrowed. */
struct revision {
	const struct world *before;
	struct world *after;
	struct plan_diff *diff;
};
#define own_revision __attribute__((cleanup(revision_release))) struct revision

struct revision revision_of(const struct world *before, struct world *after);
void revision_release(struct revision *r); /* a zeroed revision is valid, too */

/* Append the texts for a lab's record to `out`: the changes to the topology, and the numbers
 * assigned to names. */
void world_changes(const struct world *w, struct text *out);
void world_numbers(const struct world *w, struct text *out);

/* The source from which a lab of that name is built; all of it is borrowed. */
struct lab_source world_source(const struct world *w, const char *name);

/* Builds the plan as a lab of that name, like lab_up(). Routes that world_begin() left out are
 * computed in parallel. The world's `lab` is not set. */
int world_up(struct world *w, const char *name, enum lab_life life, struct diag *dg);

/* The lab's name, or the one in the file. */
const char *world_name(const struct world *w);

/* A node of a running lab: a descriptor of its namespace (O_CLOEXEC, the caller closes it) or
 * -errno; the name of its VRF device if it shares the namespace with other nodes, or NULL. */
int world_netns(const struct world *w, uint32_t node);
const char *world_vrf(const struct world *w, uint32_t node);

#endif
