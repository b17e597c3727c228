/* SPDX-License-Identifier: GPL-2.0-or-later */
/* topology.h - YAML text to the model, every error at its place in the file.
 *
 * The only room that knows libfyaml's parser. What may stand in a file is data (tables of keys
 * with their types), so that the parser, the JSON Schema and the manual cannot drift apart.
 */
#ifndef TOPOLOGY_TOPOLOGY_H
#define TOPOLOGY_TOPOLOGY_H

#include <stddef.h>

#include "model/change.h"

struct arena;
struct diag;
struct model;
struct text;

/* Reads the text of a file, by whose name findings go. Returns the model, checked by model_check(),
 * or NULL if anything in it is wrong; every finding is in dg, warnings too. */
struct model *topology_parse(const char *name, const char *text, size_t n, struct diag *dg);

/* The same with changes made to it, in their order: as if the file had been written so. A change
 * that cannot be (an object that is there already, or is not there) is an error at its place. */
struct model *topology_parse_changed(const char *name, const char *text, size_t n,
				     const change_list *changes, struct diag *dg);

/* The same values as JSON, which topology_parse() reads as it does the original. 0, or -EINVAL with
 * findings. */
int topology_json(const char *name, const char *text, size_t n, struct text *out, struct diag *dg);

/* The language as a JSON Schema, draft 07. */
void topology_schema(struct text *out);

/* Adds a change to those of a lab. What takes an earlier one back removes that instead: a restored
 * failure, a disconnected connection. Strings go to the arena. */
void changes_add(change_list *list, const struct change *c, struct arena *a);

/* The changes of a lab as text, and back. Strings go to the arena. Returns 0 or -EBADMSG. */
void changes_text(const change_list *list, struct text *out);
int changes_read(const char *text, change_list *ret, struct arena *a);

#endif
