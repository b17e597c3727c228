/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names in expectations: of nodes, or of objects that have nodes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "fabric/fabric.h"
#include "model/model.h"

bool node_is_called(const struct node *n, const char *name)
{
	size_t len = strlen(name);

	if (n->object && strcmp(n->object->name, name) == 0)
		return true;
	return strncmp(n->name, name, len) == 0 && (n->name[len] == '\0' || n->name[len] == '.');
}

static void expectation_suggest(const struct fabric *f, const char *name, struct diag *dg)
{
	const char **words = xcalloc(2 * f->nodes.n, sizeof(*words)), *nearest;
	size_t n = 0;

	for (each(const struct node, node, &f->nodes)) {
		words[n++] = node->name;
		if (node->object)
			words[n++] = node->object->name;
	}
	nearest = text_nearest(name, words, n);
	if (nearest)
		diag_hint(dg, "did you mean '%s'?", nearest);
	free(words);
}

/* Whether any node has the name, or its object has; records an error if none has. */
static bool expectation_find_place(const struct fabric *f, const char *name, struct pos at,
				   struct diag *dg)
{
	if (strchr(name, '.'))
		return fabric_find(f, name, at, dg) != NONE;
	for (each(const struct node, n, &f->nodes))
		if (node_is_called(n, name))
			return true;
	for (each(const struct fabric_link, l, &f->links)) {
		if (!l->object || strcmp(l->object->name, name) != 0)
			continue;
		diag_error(dg, at, -ENOENT, "unknown-node", "'%s' has no nodes", name);
		diag_hint(dg, "name the nodes at its ends");
		return false;
	}
	diag_error(dg, at, -ENOENT, "unknown-node", "no node or object is named '%s'", name);
	expectation_suggest(f, name, dg);
	return false;
}

bool fabric_knows(const struct fabric *f, const struct expectation *e, struct diag *dg)
{
	bool known = true;

	if (e->kind == EXPECT_ROUTE) {
		known = fabric_find(f, e->at.name, e->at.pos, dg) != NONE;
	} else {
		known = fabric_find(f, e->from.name, e->from.pos, dg) != NONE;
		known &= fabric_find(f, e->to.name, e->to.pos, dg) != NONE;
	}
	for (each(struct path_step, step, &e->path))
		for (each(struct placed_name, name, &step->nodes))
			known &= expectation_find_place(f, name->name, name->pos, dg);
	for (each(struct placed_name, name, &e->not_via))
		known &= expectation_find_place(f, name->name, name->pos, dg);
	for (each(struct placed_name, name, &e->via))
		known &= expectation_find_place(f, name->name, name->pos, dg);
	return known;
}
