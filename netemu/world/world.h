/* SPDX-License-Identifier: GPL-2.0-or-later */
/* world.h - from a file, or a lab, to all that follows from it: one value with one release.
 *
 * What can fail here returns 0, or with findings:
 *	-EBADMSG	the topology, or a change of it, cannot be read or is refused
 *	-ENOENT		no lab has that name
 *	-EINVAL		no lab can have that name, or labs no place: NETEMU_RUN is no absolute path
 *	-EIO		what the lab keeps is damaged, or it is half built or half removed
 * or another error of the system's on the way to a lab.
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
	struct topology *topology; /* parsed once; a lab's is the one that it was built from */
	const char *hops; /* "all", "azure": instead of what the topology says, or NULL; borrowed */
	struct arena *arena; /* of the changes */
	change_list changes; /* made to the topology since */
	struct diag *heard;  /* what was found in the topology */
	struct model *model;
	struct fabric *fabric;
	struct routes *routes;
	struct plan *plan; /* NULL: a file's, until it is set; a lab's comes with its routes */
	struct lab *lab;   /* NULL: from a file */
};
#define own_world __attribute__((cleanup(world_release))) struct world

/* All of it, the lab's value included (the lab stays up). Also after a call that failed. */
void world_release(struct world *w);

/* From a file ("-": standard input) up to its routes. `hops` as in the struct. */
int world_load(struct world *w, const char *path, const char *hops, struct diag *dg);

/* The same for who is going to build it: routes that only the kernel needs can wait, and are not
 * there (NULL) until world_up() returns. */
int world_begin(struct world *w, const char *path, const char *hops, struct diag *dg);

/* Makes the plan of a file, of as much as there is. */
void world_plan(struct world *w, struct plan_backends backends);

/* From a lab's name up to its plan. */
int world_open(struct world *w, const char *lab, struct diag *dg);

/* Up to its fabric only. What world_change() and world_renew() make of it has neither routes nor a
 * plan until world_complete(). */
int world_open_bare(struct world *w, const char *lab, struct diag *dg);

/* Either: what looks like a path is a file, and so is what no lab is called but a file is. `hops`
 * is for a file. */
int world_find(struct world *w, const char *file_or_lab, const char *hops, struct diag *dg);

/* Refuses what is too large for a lab, so that no file eats the machine's kernel. */
int world_fits(const struct world *w, struct diag *dg);

/* What a lab's world becomes by changes to it, up to its plan if the lab's world has one: all that
 * stays keeps its number. What is wrong with the changes, or with what they make of the topology,
 * is found; warnings that have been there before are not repeated. The new world has no lab; the
 * old one stays as it is and must outlive it. */
int world_change(const struct world *now, const struct change *v, size_t n, struct world *ret_next,
		 struct diag *dg);

/* The same, by another topology in the place of its own; the changes are forgotten. */
int world_renew(const struct world *now, const char *path, struct world *ret_next, struct diag *dg);

/* Gives both worlds their routes and plans: that of a lab, opened bare, and what it becomes. */
int world_complete(struct world *now, struct world *next, struct diag *dg);

/* A change of a lab: its two worlds, complete, and how their plans differ. Each is computed once;
 * the lab is changed and the change is reported by the same value. The worlds are borrowed. */
struct revision {
	const struct world *before;
	struct world *after;
	struct plan_diff *diff;
};
#define own_revision __attribute__((cleanup(revision_release))) struct revision

struct revision revision_of(const struct world *before, struct world *after);
void revision_release(struct revision *r); /* also of one that is all zero */

/* What a lab keeps of its world: the changes made to the topology, and who has which number; added
 * to `out`. */
void world_changes(const struct world *w, struct text *out);
void world_numbers(const struct world *w, struct text *out);

/* What a lab of that name is built from; all of it is borrowed. */
struct lab_source world_source(const struct world *w, const char *name);

/* Builds the plan as a lab of that name: as lab_up(). Routes that could wait are computed
 * meanwhile. The world itself has no lab by that. */
int world_up(struct world *w, const char *name, enum lab_life life, struct diag *dg);

/* The lab's name, or the one that the file gives. */
const char *world_name(const struct world *w);

/* Of a running lab's node: its namespace, opened O_CLOEXEC and the caller's, or -errno; the device
 * of its VRF when it shares the namespace with others, or NULL. */
int world_netns(const struct world *w, uint32_t node);
const char *world_vrf(const struct world *w, uint32_t node);

#endif
