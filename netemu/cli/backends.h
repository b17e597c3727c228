/* SPDX-License-Identifier: GPL-2.0-or-later */
/* backends.h - the kernel features that a plan uses, and the substitutes for missing ones. */
#ifndef CLI_BACKENDS_H
#define CLI_BACKENDS_H

#include "cli/cli.h"
#include "kernel/features.h"
#include "world/world.h"

/* Makes the plan of a file's world. Options, or else the kernel's features, select the backends. If
 * the command builds the plan, also checks that the kernel has every feature the plan needs.
 * Returns EXIT_CANNOT, with a finding for each missing feature. */
enum exit_status backends_plan(struct world *w, struct invocation *inv);

/* Adds a note for each substitute that the plan uses. `chassis`: how many the fabric has. */
void backends_note(struct invocation *inv, const struct plan *p, size_t chassis);

/* The purpose of a kernel feature, its substitute, and how to get it when it is missing. */
struct feature_use {
	const char *use;
	const char *stand_in; /* NULL: no substitute */
	const char *remedy;
	bool required; /* no lab without it */
};
const struct feature_use *feature_use(enum kernel_feature f);

#endif
