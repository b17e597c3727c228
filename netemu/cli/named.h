/* SPDX-License-Identifier: GPL-2.0-or-later */
/* named.h - what a command line names: a topology's file or a lab, as a world; things in it. */
#ifndef CLI_NAMED_H
#define CLI_NAMED_H

#include "cli/cli.h"
#include "world/world.h"

struct scenario;

/* The exit status for what a call that names labs returned: -ENOENT, no such lab, and -EINVAL, nor
 * can there be one, are mistakes; the rest is as status_of() has it. Of world/ and story/ also
 * -EBADMSG, what the user wrote; of lab/ that is a damaged record. */
enum exit_status status_of_lab(int err);
enum exit_status status_of_world(int err);

/* A file ("-": standard input) up to its routes, with --hops; a lab up to its plan; either. The
 * world is to be released in any case. */
enum exit_status named_file(struct world *w, const char *path, struct invocation *inv);
enum exit_status named_lab(struct world *w, const char *lab, struct invocation *inv);
enum exit_status named_world(struct world *w, const char *file_or_lab, struct invocation *inv);

/* EXIT_MISTAKE, with a finding, when this is no name for a lab; when --name gives a new lab one
 * that is none. */
enum exit_status lab_name_check(const char *name, struct invocation *inv);
enum exit_status named_new(struct invocation *inv);

/* A node, or a scenario of the file: EXIT_MISTAKE with the nearest name when there is none. */
enum exit_status named_node(const struct world *w, const char *name, struct invocation *inv,
			    uint32_t *ret);
enum exit_status named_scenario(const struct world *w, const char *name, struct invocation *inv,
				const struct scenario **ret);

#endif
