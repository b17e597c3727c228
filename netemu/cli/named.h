/* SPDX-License-Identifier: GPL-2.0-or-later */
/* named.h - resolves the names of a command line: topology files, labs, nodes, scenarios. */
#ifndef CLI_NAMED_H
#define CLI_NAMED_H

#include "cli/cli.h"
#include "world/world.h"

struct scenario;

/* The exit status for the result of a call that takes a lab's name. -ENOENT (no such lab) and
 * -EINVAL (an invalid name) are mistakes; status_of() maps other errors. -EBADMSG means an invalid
 * topology in world/ and story/, which is a mistake, too, but a damaged record in lab/. */
enum exit_status status_of_lab(int err);
enum exit_status status_of_world(int err);

/* Load a file ("-": standard input) up to its routes, with --hops; a lab up to its plan; or either.
 * The caller releases the world in any case. */
enum exit_status named_file(struct world *w, const char *path, struct invocation *inv);
enum exit_status named_lab(struct world *w, const char *lab, struct invocation *inv);
enum exit_status named_world(struct world *w, const char *file_or_lab, struct invocation *inv);

/* Check a lab's name, or the one that --name gives a new lab. Return EXIT_MISTAKE, with a finding,
 * when it is not valid. */
enum exit_status lab_name_check(const char *name, struct invocation *inv);
enum exit_status named_new(struct invocation *inv);

/* Find a node or a scenario. EXIT_MISTAKE, with the nearest name as a hint, when there is none. */
enum exit_status named_node(const struct world *w, const char *name, struct invocation *inv,
			    uint32_t *ret);
enum exit_status named_scenario(const struct world *w, const char *name, struct invocation *inv,
				const struct scenario **ret);

#endif
