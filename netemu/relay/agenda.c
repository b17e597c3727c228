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

static void agenda_set(struct agenda *a, size_t i, struct agenda_item *it)
{
	a->v[i] = it;
	it->place = i + 1;
}

static void agenda_rise(struct agenda *a, size_t i, struct agenda_item *it)
{
	for (; i > 0 && it->due < a->v[(i - 1) / 2]->due; i = (i - 1) / 2)
		agenda_set(a, i, a->v[(i - 1) / 2]);
	agenda_set(a, i, it);
}

static void agenda_sink(struct agenda *a, size_t i, struct agenda_item *it)
{
	size_t child;

	while ((child = 2 * i + 1) < a->n) {
		if (child + 1 < a->n && a->v[child + 1]->due < a->v[child]->due)
			child++;
		if (it->due <= a->v[child]->due)
			break;
		agenda_set(a, i, a->v[child]);
		i = child;
	}
	agenda_set(a, i, it);
}

static void agenda_place(struct agenda *a, size_t i, struct agenda_item *it)
{
	if (i > 0 && it->due < a->v[(i - 1) / 2]->due)
		agenda_rise(a, i, it);
	else
		agenda_sink(a, i, it);
}

static void agenda_take_off(struct agenda *a, struct agenda_item *it)
{
	size_t i = it->place - 1;
	struct agenda_item *last = a->v[--a->n];

	it->place = 0;
	if (last != it)
		agenda_place(a, i, last);
}

void agenda_put(struct agenda *a, struct agenda_item *it, uint64_t due)
{
	it->due = due;
	if (due == NEVER) {
		if (it->place)
			agenda_take_off(a, it);
		return;
	}
	if (!it->place) {
		agenda_rise(a, a->n++, it);
		return;
	}
	agenda_place(a, it->place - 1, it);
}
