/* world.h - from a file, or a lab, to all that follows from it: one value with one release. */
#ifndef CLI_WORLD_H
#define CLI_WORLD_H

#include "cli/cli.h"

struct world {
	char *path, *text; /* of the topology; a lab's is the one that it was built from */
	size_t size;
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

/* Makes a file's plan, with the backends that the options and the kernel's features ask for, and
 * looks whether the machine can build it, if the command is to. */
enum exit_status world_plan(struct world *w, struct invocation *inv);

/* The lab's name, or the one that the file gives. */
const char *world_name(const struct world *w);

/* A node by its name: EXIT_MISTAKE with the nearest name when there is none. */
enum exit_status world_node(const struct world *w, const char *name, struct invocation *inv,
			    uint32_t *ret);

#endif
