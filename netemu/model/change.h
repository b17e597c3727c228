/* SPDX-License-Identifier: GPL-2.0-or-later */
/* change.h - one change of a topology, by a step of a scenario or by a command to a running lab. */
#ifndef MODEL_CHANGE_H
#define MODEL_CHANGE_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/vec.h"

enum change_kind {
	CHANGE_CONNECT,	   /* adds objects: `text` is a map of sections, as in a file */
	CHANGE_DISCONNECT, /* removes an object */
	CHANGE_FAIL,	   /* adds an object or part to `failed` */
	CHANGE_RESTORE,	   /* removes it from `failed` */
	CHANGE_IMPAIR	   /* `text` is a map as in `impaired`; empty: the file's own settings */
};

struct change {
	enum change_kind kind;
	struct pos pos;	  /* of the first byte of text, or of the name */
	const char *name; /* of an object or its part; NULL for CHANGE_CONNECT */
	const char *text; /* YAML, as in the file or as given; or NULL */
};
typedef VEC(struct change) change_list;

/* Whether the change is an impairment by an empty map, which restores the file's own settings. */
bool change_is_reset(const struct change *c);

struct text;

/* Write the change as an order ("fail er-dc1.primary") and as a result ("er-dc1.primary has
 * failed"). */
void change_order(const struct change *c, struct text *out);
void change_done(const struct change *c, struct text *out);

#endif
