/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/named.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "fabric/fabric.h"
#include "lab/dir.h"
#include "model/model.h"

enum exit_status status_of_lab(int err)
{
	return status_of(err, err == -ENOENT || err == -EINVAL ? EXIT_MISTAKE : EXIT_BROKE);
}

enum exit_status status_of_world(int err)
{
	return err == -EBADMSG ? EXIT_MISTAKE : status_of_lab(err);
}

/* ---- a world ---- */

enum exit_status named_file(struct world *w, const char *path, struct invocation *inv)
{
	return status_of_world(world_load(w, path, inv->value[OPT_HOPS], inv->dg));
}

/* A running lab keeps the --hops that it was built with. */
static enum exit_status named_check_hops(const struct world *w, struct invocation *inv)
{
	if (w->lab && given(inv, OPT_HOPS))
		return mistake(inv, "option-value",
			       "--hops is for a file: lab '%s' is built already", w->lab->name);
	return EXIT_DONE;
}

enum exit_status named_lab(struct world *w, const char *lab, struct invocation *inv)
{
	int r = world_open(w, lab, inv->dg);

	return r == 0 ? named_check_hops(w, inv) : status_of_world(r);
}

enum exit_status named_world(struct world *w, const char *file_or_lab, struct invocation *inv)
{
	int r = world_find(w, file_or_lab, inv->value[OPT_HOPS], inv->dg);

	return r == 0 ? named_check_hops(w, inv) : status_of_world(r);
}

enum exit_status lab_name_check(const char *name, struct invocation *inv)
{
	if (lab_name_is_valid(name))
		return EXIT_DONE;
	return mistake(inv, "lab-name",
		       "'%s' is no name for a lab: lower-case letters, digits and '-'", name);
}

enum exit_status named_new(struct invocation *inv)
{
	const char *name = inv->value[OPT_NAME];

	return name ? lab_name_check(name, inv) : EXIT_DONE;
}

/* ---- in a world ---- */

enum exit_status named_node(const struct world *w, const char *name, struct invocation *inv,
			    uint32_t *ret)
{
	struct pos nowhere = { 0 };
	uint32_t node = fabric_find(w->fabric, name, nowhere, inv->dg);

	if (node == NONE)
		return EXIT_MISTAKE;
	*ret = node;
	return EXIT_DONE;
}

enum exit_status named_scenario(const struct world *w, const char *name, struct invocation *inv,
				const struct scenario **ret)
{
	size_t n = w->model->scenarios.n;
	const char **names = xcalloc(n + 1, sizeof(*names)), *near;

	for (size_t i = 0; i < n; i++) {
		names[i] = w->model->scenarios.v[i].name;
		if (strcmp(names[i], name) == 0) {
			*ret = &w->model->scenarios.v[i];
			free(names);
			return EXIT_DONE;
		}
	}
	mistake(inv, "unknown-name", "no scenario is named '%s'", name);
	near = text_nearest(name, names, n);
	if (near)
		diag_hint(inv->dg, "did you mean '%s'?", near);
	else if (n == 0)
		diag_hint(inv->dg, "the file has none");
	free(names);
	return EXIT_MISTAKE;
}
