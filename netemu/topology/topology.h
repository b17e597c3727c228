/* SPDX-License-Identifier: GPL-2.0-or-later */
/* topology.h - reads YAML text into the model; every error has its place in the file.
 *
 * Only this room uses libfyaml. The language is data (tables of keys with their types), so that the
 * parser and the JSON Schema cannot differ.
 */
#ifndef TOPOLOGY_TOPOLOGY_H
#define TOPOLOGY_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>

#include "model/change.h"

struct arena;
struct diag;
struct model;
struct text;
struct yaml;

/* The text of a file, parsed once. Models are made from it, each with other changes. */
struct topology {
	const char *name; /* the file's name in findings */
	const char *text;
	size_t size;
	const struct yaml *root; /* NULL if nothing of it could be parsed */
	bool wrong;		 /* it has errors: a model of it yields only more findings */
	unsigned int owners;
	struct arena *arena;
};

/* Parses a copy of the text. Never returns NULL: syntax errors are findings in dg, and set
 * `wrong`. */
struct topology *topology_new(const char *name, const char *text, size_t n, struct diag *dg);
/* Returns the same topology, with one more owner: each owner calls topology_free() once. */
struct topology *topology_share(struct topology *t);
void topology_free(struct topology *t); /* NULL is fine */

/* Makes the model after the changes, in their order, as if the file contained them. An impossible
 * change (connecting an existing object, disconnecting a missing one) is an error at its place.
 * Returns the model after model_check(), which does not need the topology any more, or NULL if
 * there is an error. All findings, warnings too, are in dg. */
struct model *topology_model(const struct topology *t, const change_list *changes, struct diag *dg);

/* Parses a text and makes one model of it, without changes and with changes. */
struct model *topology_parse(const char *name, const char *text, size_t n, struct diag *dg);
struct model *topology_parse_changed(const char *name, const char *text, size_t n,
				     const change_list *changes, struct diag *dg);

/* Writes the values as JSON, which topology_new() reads like the original. The topology must have a
 * root and must not be wrong. */
void topology_json(const struct topology *t, struct text *out);

/* Writes the language as a JSON Schema, draft 07. */
void topology_schema(struct text *out);

/* Adds a change to those of a lab. A change that cancels an earlier one (restoring a failure,
 * disconnecting a new object) removes the earlier one instead. Strings go to the arena. */
void changes_add(change_list *list, const struct change *c, struct arena *a);

/* Writes the changes of a lab as text, and reads them back into the arena. changes_read()
 * returns 0, or -EBADMSG if the text is damaged. */
void changes_text(const change_list *list, struct text *out);
int changes_read(const char *text, change_list *ret, struct arena *a);

#endif
