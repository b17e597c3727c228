/* world.h - from a file, or a lab, to all that follows from it: one value with one release. */
#ifndef CLI_WORLD_H
#define CLI_WORLD_H

#include "cli/cli.h"
#include "model/change.h"

struct arena;
struct text;

struct world {
	char *path, *text; /* of the topology; a lab's is the one that it was built from */
	size_t size;
	const char *hops;     /* "all", "azure": instead of what the topology says; or NULL */
	struct arena *arena;  /* of the changes */
	change_list changes;  /* made to the topology since */
	struct diag *heard;   /* what was found in the topology */
	struct model *model;
	struct fabric *fabric;
	struct routes *routes;
	struct plan *plan; /* NULL until world_plan(); a lab's is made at once */
	struct lab *lab;   /* NULL: from a file */
};
#define own_world __attribute__((cleanup(world_release))) struct world

void world_release(struct world *w);

/* From a file ("-": standard input) up to its routes. */
enum exit_status world_load(struct world *w, const char *path, struct invocation *inv);

/* From a lab's name up to its plan. */
enum exit_status world_open(struct world *w, const char *lab, struct invocation *inv);

/* Either: what looks like a path is a file, and so is what no lab is called but a file is. */
enum exit_status world_find(struct world *w, const char *file_or_lab, struct invocation *inv);

/* What a lab's world becomes by changes to it, up to its plan: everything keeps the number that it
 * has. What is wrong with the changes, or with what they make of the topology, is found; warnings
 * that have been there before are not repeated. The new world has no lab until it is moved in. */
enum exit_status world_change(const struct world *now, const struct change *v, size_t n,
			      struct world *ret_next, struct invocation *inv);

/* The same, by another topology in the place of its own; the changes are forgotten. */
enum exit_status world_renew(const struct world *now, const char *path, struct world *ret_next,
			     struct invocation *inv);

/* The lab's world is another from now on; `next` is empty then. */
void world_move_in(struct world *w, struct world *next);

/* What a lab keeps of its world: the changes made to the topology, and who has which number. */
void world_changes(const struct world *w, struct text *out);
void world_numbers(const struct world *w, struct text *out);

/* Makes a file's plan, with the backends that the options and the kernel's features ask for, and
 * looks whether the machine can build it, if the command is to. */
enum exit_status world_plan(struct world *w, struct invocation *inv);

/* The lab's name, or the one that the file gives. */
const char *world_name(const struct world *w);

/* A node by its name: EXIT_MISTAKE with the nearest name when there is none. */
enum exit_status world_node(const struct world *w, const char *name, struct invocation *inv,
			    uint32_t *ret);

#endif
