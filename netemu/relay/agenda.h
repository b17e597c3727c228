/* SPDX-License-Identifier: GPL-2.0-or-later */
/* agenda.h - the item that is due first: a heap whose items know their place in it. Pure. */
#ifndef RELAY_AGENDA_H
#define RELAY_AGENDA_H

#include <stddef.h>
#include <stdint.h>

#define NEVER UINT64_MAX

struct agenda_item {
	uint64_t due;
	size_t place; /* 1-based; 0: not on the agenda */
};

struct agenda {
	struct agenda_item **v;
	size_t n, cap;
};

/* Makes room for `n` items, so that agenda_put() cannot fail. Returns 0 or -ENOMEM. */
int agenda_reserve(struct agenda *a, size_t n);
void agenda_release(struct agenda *a);

/* Sets the item's due time; NEVER removes the item. */
void agenda_put(struct agenda *a, struct agenda_item *it, uint64_t due);

/* The item that is due first, or NULL. */
static inline struct agenda_item *agenda_first(const struct agenda *a)
{
	return a->n ? a->v[0] : NULL;
}

#endif
