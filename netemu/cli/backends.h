/* SPDX-License-Identifier: GPL-2.0-or-later */
/* backends.h - which of the kernel's features serve a plan, and what stands in for the others. */
#ifndef CLI_BACKENDS_H
#define CLI_BACKENDS_H

#include "cli/cli.h"
#include "kernel/features.h"
#include "world/world.h"

/* Makes a file's plan, with the backends that the options and the kernel's features ask for, and
 * looks whether the machine can build it, if the command is to: EXIT_CANNOT, with a finding for
 * each, when the plan needs what the kernel lacks. */
enum exit_status backends_plan(struct world *w, struct invocation *inv);

/* A note for each stand-in that serves the plan of a fabric with so many chassis. */
void backends_note(struct invocation *inv, const struct plan *p, size_t chassis);

/* What a feature is for, and how to get it when the kernel lacks it. */
struct feature_use {
	const char *use;
	const char *stand_in; /* NULL: nothing stands in */
	const char *remedy;
	bool required; /* no lab without it */
};
const struct feature_use *feature_use(enum kernel_feature f);

#endif
