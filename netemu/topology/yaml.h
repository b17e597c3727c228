/* SPDX-License-Identifier: GPL-2.0-or-later */
/* yaml.h - a YAML text as a tree of values that know their places.
 *
 * The only file that talks to libfyaml. The tree is a subset of YAML on purpose: no aliases, no
 * tags, no merge keys, one document; maps have words as keys, each once. It may stop short: where
 * the text is no YAML the tree ends, and what was read until then is marked `cut`.
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
	YAML_DEPTH_MAX = 32,	 /* maps and lists in each other */
	YAML_VALUES_MAX = 1 << 18,
	YAML_SCALAR_MAX = 1024, /* bytes of one key or scalar */
	YAML_AHEAD_MAX = 512 << 10, /* bytes of one comment, or of one bracket that may be a key */
};

enum yaml_kind {
	YAML_NOTHING, /* no value, or a plain `null` or `~` */
	YAML_SCALAR,
	YAML_LIST,
	YAML_MAP,
	YAML_BROKEN, /* what was wrong is reported already */
};

struct yaml {
	enum yaml_kind kind;
	struct pos pos;
	const char *key; /* in a map: its own; in a list: that of the list; or NULL */
	struct pos key_pos;
	bool element;	  /* of a list */
	const char *text; /* a scalar's, without control characters */
	VEC(struct yaml *) items; /* a map's values, a list's elements, in the file's order */
	bool cut;		  /* the text broke off inside it */
	size_t start, stop;	  /* of the text's bytes, a byte order mark left out; 0, 0: none */
	void *object;		  /* for the reader's own use */
};

/* Reads a text; `file` names it in places and must live as long as the arena. Returns the tree,
 * or NULL if not even its beginning could be read. Everything wrong is in dg. */
struct yaml *yaml_parse(struct arena *a, const char *file, const char *text, size_t n,
			struct diag *dg);

/* The same of a piece of a file: `at` is the place of its first byte. */
struct yaml *yaml_parse_piece(struct arena *a, struct pos at, const char *text, size_t n,
			      struct diag *dg);

/* The tree and all its strings again, in another arena, which `file` must outlive. */
struct yaml *yaml_copy(struct arena *a, const char *file, const struct yaml *y);

/* The value of a key of a map, or NULL (also when y is no map). */
struct yaml *yaml_get(const struct yaml *y, const char *key);

/* A string short enough for a message: cut after 60 bytes, at a character, with "...". */
const char *yaml_clip(struct arena *a, const char *s);

#endif
