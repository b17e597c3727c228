/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "relay/agenda.h"

#include <errno.h>
#include <stdlib.h>

int agenda_reserve(struct agenda *a, size_t n)
{
	struct agenda_item **v;

	if (n <= a->cap)
		return 0;
	n = n < 2 * a->cap ? 2 * a->cap : n;
	v = realloc(a->v, n * sizeof(*v));
	if (!v)
		return -ENOMEM;
	a->v = v;
	a->cap = n;
	return 0;
}

void agenda_release(struct agenda *a)
{
	free(a->v);
	*a = (struct agenda){ .v = NULL };
}

static void set(struct agenda *a, size_t i, struct agenda_item *it)
{
	a->v[i] = it;
	it->place = i + 1;
}

static void rise(struct agenda *a, size_t i, struct agenda_item *it)
{
	for (; i > 0 && it->due < a->v[(i - 1) / 2]->due; i = (i - 1) / 2)
		set(a, i, a->v[(i - 1) / 2]);
	set(a, i, it);
}

static void sink(struct agenda *a, size_t i, struct agenda_item *it)
{
	size_t child;

	while ((child = 2 * i + 1) < a->n) {
		if (child + 1 < a->n && a->v[child + 1]->due < a->v[child]->due)
			child++;
		if (it->due <= a->v[child]->due)
			break;
		set(a, i, a->v[child]);
		i = child;
	}
	set(a, i, it);
}

static void place(struct agenda *a, size_t i, struct agenda_item *it)
{
	if (i > 0 && it->due < a->v[(i - 1) / 2]->due)
		rise(a, i, it);
	else
		sink(a, i, it);
}

static void take_off(struct agenda *a, struct agenda_item *it)
{
	size_t i = it->place - 1;
	struct agenda_item *last = a->v[--a->n];

	it->place = 0;
	if (last != it)
		place(a, i, last);
}

void agenda_put(struct agenda *a, struct agenda_item *it, uint64_t due)
{
	it->due = due;
	if (due == NEVER) {
		if (it->place)
			take_off(a, it);
		return;
	}
	if (!it->place) {
		rise(a, a->n++, it);
		return;
	}
	place(a, it->place - 1, it);
}
