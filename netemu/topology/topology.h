/* SPDX-License-Identifier: GPL-2.0-or-later */
/* topology.h - YAML text to the model, every error at its place in the file.
 *
 * The only room that knows libfyaml's parser. What may stand in a file is data (tables of keys
 * with their types), so that the parser, the JSON Schema and the manual cannot drift apart.
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
	const char *name; /* findings name the file so */
	const char *text;
	size_t size;
	const struct yaml *root; /* NULL: not even its beginning could be parsed */
	bool wrong;		 /* it has errors: no model comes of it, only more findings */
	unsigned int owners;
	struct arena *arena;
};

/* Parses a text; copies what it is given. Never fails: what is wrong is in dg, and the topology
 * knows that it is wrong. */
struct topology *topology_new(const char *name, const char *text, size_t n, struct diag *dg);
/* Returns the same topology, which one more owner has to free. */
struct topology *topology_share(struct topology *t);
void topology_free(struct topology *t); /* NULL is fine */

/* Makes the model, with the changes made to the topology in their order: as if the file had been
 * written so. A change that cannot be made (an object that is there already, or is not there) is an
 * error at its place. Returns the model, checked by model_check(), which does not need the topology
 * any more; or NULL if anything is wrong. Every finding is in dg, warnings too. */
struct model *topology_model(const struct topology *t, const change_list *changes,
			     struct diag *dg);

/* The model of a text that is parsed for this one model, without changes and with them. */
struct model *topology_parse(const char *name, const char *text, size_t n, struct diag *dg);
struct model *topology_parse_changed(const char *name, const char *text, size_t n,
				     const change_list *changes, struct diag *dg);

/* The same values as JSON, of which topology_new() makes the same topology. It must have a root,
 * and not be wrong. */
void topology_json(const struct topology *t, struct text *out);

/* The language as a JSON Schema, draft 07. */
void topology_schema(struct text *out);

/* Adds a change to those of a lab. What takes an earlier one back removes that instead: a restored
 * failure, a disconnected connection. Strings go to the arena. */
void changes_add(change_list *list, const struct change *c, struct arena *a);

/* The changes of a lab as text, and back. Strings go to the arena. Returns 0 or -EBADMSG. */
void changes_text(const change_list *list, struct text *out);
int changes_read(const char *text, change_list *ret, struct arena *a);

#endif
