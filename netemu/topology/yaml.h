/* SPDX-License-Identifier: GPL-2.0-or-later */
/* yaml.h - a YAML text as a tree of values with their places in the file.
 *
 * Only yaml.c calls libfyaml. The tree is a subset of YAML on purpose: no aliases, no tags, no
 * merge keys, one document; the keys of a map are unique words. The tree ends at the first syntax
 * error; the maps and lists that were open there are marked `cut`.
 */
#ifndef TOPOLOGY_YAML_H
#define TOPOLOGY_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/vec.h"

struct arena;

enum {
	YAML_FILE_MAX = 4 << 20, /* bytes of text */
	YAML_DEPTH_MAX = 32,	 /* nested maps and lists */
	YAML_VALUES_MAX = 1 << 18,
	YAML_SCALAR_MAX = 1024,	    /* bytes of one key or scalar */
	YAML_AHEAD_MAX = 512 << 10, /* bytes of one comment, or of one bracket that may be a key */
};

enum yaml_kind {
	YAML_NOTHING, /* no value, or a plain `null` or `~` */
	YAML_SCALAR,
	YAML_LIST,
	YAML_MAP,
	YAML_BROKEN, /* already reported */
};

struct yaml {
	enum yaml_kind kind;
	struct pos pos;
	const char *key; /* of a map's value: its key; of a list's element: the list's; or NULL */
	struct pos key_pos;
	bool element;		  /* of a list */
	const char *text;	  /* a scalar's, without control characters */
	VEC(struct yaml *) items; /* the values of a map or elements of a list, in file order */
	bool cut;		  /* a syntax error ended the text inside this value */
	size_t start, stop;	  /* bytes in the text after a byte order mark; 0, 0: none */
	void *object;		  /* for the reader */
};

/* Reads a text. `file` is its name in places and must live as long as the arena. Returns the tree,
 * or NULL if nothing could be read. All findings are in dg. */
struct yaml *yaml_parse(struct arena *a, const char *file, const char *text, size_t n,
			struct diag *dg);

/* The same for a piece of a file; `at` is the place of its first byte. */
struct yaml *yaml_parse_piece(struct arena *a, struct pos at, const char *text, size_t n,
			      struct diag *dg);

/* Copies the tree with all its strings to another arena, which `file` must outlive. */
struct yaml *yaml_copy(struct arena *a, const char *file, const struct yaml *y);

/* Returns the value of a key of a map, or NULL (also if y is not a map). */
struct yaml *yaml_get(const struct yaml *y, const char *key);

/* Returns the string, cut to at most 60 bytes of whole characters and "..." for a message. */
const char *yaml_clip(struct arena *a, const char *s);

#endif
