/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probe/timeline.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

enum { ABSENT = UINT32_MAX };

struct timeline {
	uint32_t *heap;	 /* items; none is due before its parent */
	uint32_t *place; /* by item: its index in the heap, or ABSENT */
	uint64_t *due;	 /* by item */
	uint32_t n;
};

struct timeline *timeline_new(size_t n)
{
	struct timeline *t = xcalloc(1, sizeof(*t));

	t->heap = xcalloc(n, sizeof(*t->heap));
	t->place = xcalloc(n, sizeof(*t->place));
	t->due = xcalloc(n, sizeof(*t->due));
	for (size_t i = 0; i < n; i++)
		t->place[i] = ABSENT;
	return t;
}

void timeline_free(struct timeline *t)
{
	if (!t)
		return;
	free(t->heap);
	free(t->place);
	free(t->due);
	free(t);
}

/* Equal times are ordered by number, so that the order never depends on the heap's shape. */
static bool timeline_before(const struct timeline *t, uint32_t a, uint32_t b)
{
	return t->due[a] != t->due[b] ? t->due[a] < t->due[b] : a < b;
}

static void timeline_put(struct timeline *t, uint32_t at, uint32_t item)
{
	t->heap[at] = item;
	t->place[item] = at;
}

static void timeline_rise(struct timeline *t, uint32_t at, uint32_t item)
{
	for (; at > 0 && timeline_before(t, item, t->heap[(at - 1) / 2]); at = (at - 1) / 2)
		timeline_put(t, at, t->heap[(at - 1) / 2]);
	timeline_put(t, at, item);
}

static void timeline_sink(struct timeline *t, uint32_t at, uint32_t item)
{
	uint32_t child;

	while ((child = 2 * at + 1) < t->n) {
		if (child + 1 < t->n && timeline_before(t, t->heap[child + 1], t->heap[child]))
			child++;
		if (!timeline_before(t, t->heap[child], item))
			break;
		timeline_put(t, at, t->heap[child]);
		at = child;
	}
	timeline_put(t, at, item);
}

static void timeline_settle(struct timeline *t, uint32_t at, uint32_t item)
{
	timeline_rise(t, at, item);
	if (t->heap[at] == item)
		timeline_sink(t, at, item);
}

void timeline_set(struct timeline *t, uint32_t item, uint64_t due)
{
	uint32_t at = t->place[item];

	t->due[item] = due;
	if (at == ABSENT)
		at = t->n++;
	timeline_put(t, at, item);
	timeline_settle(t, at, item);
}

void timeline_remove(struct timeline *t, uint32_t item)
{
	uint32_t at = t->place[item];

	if (at == ABSENT)
		return;
	t->place[item] = ABSENT;
	if (at != --t->n)
		timeline_settle(t, at, t->heap[t->n]);
}

uint32_t timeline_first(const struct timeline *t, uint64_t *ret_due)
{
	if (t->n == 0)
		return TIMELINE_EMPTY;
	*ret_due = t->due[t->heap[0]];
	return t->heap[0];
}
