/* SPDX-License-Identifier: GPL-2.0-or-later */
/* change.h - one change of a topology, by a step of a scenario or by a command to a running lab. */
#ifndef MODEL_CHANGE_H
#define MODEL_CHANGE_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/vec.h"

enum change_kind {
	CHANGE_CONNECT,	   /* objects come: `text` is a map of sections, as in a file */
	CHANGE_DISCONNECT, /* an object goes */
	CHANGE_FAIL,	   /* joins the list of what is down */
	CHANGE_RESTORE,	   /* leaves it */
	CHANGE_IMPAIR	   /* `text` is a map as in `impaired`; empty: back to the file's own */
};

struct change {
	enum change_kind kind;
	struct pos pos;	  /* of the first byte of text, or of the name */
	const char *name; /* of an object or its part; NULL for CHANGE_CONNECT */
	const char *text; /* YAML, as it stands in the file or was given; NULL for those without */
};
typedef VEC(struct change) change_list;

/* Whether the change is an impairment by an empty map, which restores the file's own settings. */
bool change_is_reset(const struct change *c);

struct text;

/* In words: as one is told to do it ("fail er-dc1.primary"), or when it is done ("er-dc1.primary
 * has failed"). */
void change_order(const struct change *c, struct text *out);
void change_done(const struct change *c, struct text *out);

#endif
