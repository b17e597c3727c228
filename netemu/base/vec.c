/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/vec.h"

#include <string.h>

#include "base/mem.h"

void *vec_grow(struct arena *a, void *v, size_t n, size_t *cap, size_t size)
{
	size_t wider = *cap ? *cap * 2 : 8;
	char *grown;

	if (a) {
		grown = arena_alloc(a, wider * size);
		if (n)
			memcpy(grown, v, n * size);
	} else {
		grown = xrealloc(v, wider * size);
		memset(grown + n * size, 0, (wider - n) * size);
	}
	*cap = wider;
	return grown;
}
