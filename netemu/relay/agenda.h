/* SPDX-License-Identifier: GPL-2.0-or-later */
/* agenda.h - what is due first: a heap of things that know their place in it. Pure. */
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

/* Makes room for `n` items, so that nothing else here can fail. 0 or -ENOMEM. */
int agenda_reserve(struct agenda *a, size_t n);
void agenda_release(struct agenda *a);

/* Puts the item where its due time belongs; NEVER takes it off. */
void agenda_put(struct agenda *a, struct agenda_item *it, uint64_t due);

/* The item due first, or NULL. */
static inline struct agenda_item *agenda_first(const struct agenda *a)
{
	return a->n ? a->v[0] : NULL;
}

#endif
