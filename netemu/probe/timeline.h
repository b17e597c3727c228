/* SPDX-License-Identifier: GPL-2.0-or-later */
/* timeline.h - the item that is due next: a heap of numbered items, each with one time. */
#ifndef PROBE_TIMELINE_H
#define PROBE_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

struct timeline;

enum { TIMELINE_EMPTY = UINT32_MAX };

/* Makes a timeline of the items 0 to n - 1, none of which is due at first. */
struct timeline *timeline_new(size_t n);
void timeline_free(struct timeline *t); /* NULL is fine */

/* Set or change an item's time; remove the item. */
void timeline_set(struct timeline *t, uint32_t item, uint64_t due);
void timeline_remove(struct timeline *t, uint32_t item);

/* Returns the item that is due first, and its time in ret_due; or TIMELINE_EMPTY. */
uint32_t timeline_first(const struct timeline *t, uint64_t *ret_due);

#endif
