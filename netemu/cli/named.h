/* named.h - what a command line names: a topology's file or a lab, as a world; things in it. */
#ifndef CLI_NAMED_H
#define CLI_NAMED_H

#include "cli/cli.h"
#include "world/world.h"

struct scenario;

/* The exit status for what a call of world/ or story/ returned: -EBADMSG, what the user wrote, and
 * -ENOENT, no such lab, are mistakes; the rest is as status_of() has it. */
enum exit_status status_of_world(int err);

/* A file ("-": standard input) up to its routes, with --hops; a lab up to its plan; either. The world
 * is to be released in any case. */
enum exit_status named_file(struct world *w, const char *path, struct invocation *inv);
enum exit_status named_lab(struct world *w, const char *lab, struct invocation *inv);
enum exit_status named_world(struct world *w, const char *file_or_lab, struct invocation *inv);

/* EXIT_MISTAKE, with a finding, when --name gives a new lab what is no name for one. */
enum exit_status named_new(struct invocation *inv);

/* A node, or a scenario of the file: EXIT_MISTAKE with the nearest name when there is none. */
enum exit_status named_node(const struct world *w, const char *name, struct invocation *inv,
			    uint32_t *ret);
enum exit_status named_scenario(const struct world *w, const char *name, struct invocation *inv,
				const struct scenario **ret);

#endif
