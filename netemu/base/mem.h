/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mem.h - memory that cannot fail, and arenas.
 *
 * Out of memory ends the program here and nowhere else. A topology and all that is computed
 * from it live in one arena and die with it; nothing in an arena is freed alone.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a); /* NULL is fine */

/* Zeroed, aligned for any type, lives as long as the arena. */
void *arena_alloc(struct arena *a, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Bytes handed out so far. */
size_t arena_used(const struct arena *a);

#define arena_make(a, type) ((type *)arena_alloc((a), sizeof(type)))

#endif
