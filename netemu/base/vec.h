/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vec.h - growing arrays of any type.
 *
 *	VEC(struct node) nodes = { 0 };
 *	struct node *n = vec_add(arena, &nodes);	// a zeroed element at the end
 *
 * With an arena the elements live in it; with NULL they are on the heap until vec_free().
 * Elements move when the array grows: keep indices, not pointers, while it still grows.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>
#include <stdlib.h>

struct arena;

#define VEC(type)                                                                                  \
	struct {                                                                                   \
		type *v;                                                                           \
		size_t n, cap;                                                                     \
	}

void *vec_grow(struct arena *a, void *v, size_t n, size_t *cap, size_t size);

#define vec_add(arena, vec)                                                                        \
	((vec)->v = (vec)->n < (vec)->cap ? (vec)->v                                               \
					  : vec_grow((arena), (vec)->v, (vec)->n, &(vec)->cap,     \
						     sizeof(*(vec)->v)),                           \
	 &(vec)->v[(vec)->n++])

#define vec_push(arena, vec, item)                                                                 \
	do {                                                                                       \
		(vec)->v = (vec)->n < (vec)->cap ? (vec)->v                                        \
						 : vec_grow((arena), (vec)->v, (vec)->n,           \
							    &(vec)->cap, sizeof(*(vec)->v));       \
		(vec)->v[(vec)->n++] = (item);                                                     \
	} while (0)

#define vec_free(vec)                                                                              \
	do {                                                                                       \
		free((vec)->v);                                                                    \
		(vec)->v = NULL;                                                                   \
		(vec)->n = (vec)->cap = 0;                                                         \
	} while (0)

/* for (each(struct node, n, &nodes)) ... visits every element in order. */
/* clang-format off */
#define each(type, it, vec) type *it = (vec)->v; it && it < (vec)->v + (vec)->n; it++
/* clang-format on */

#define countof(array) (sizeof(array) / sizeof((array)[0]))

#endif
