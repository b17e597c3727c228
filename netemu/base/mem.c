/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *mem_checked(void *p)
{
	if (!p) {
		fputs("netemu: out of memory\n", stderr);
		abort();
	}
	return p;
}

void *xmalloc(size_t size)
{
	return mem_checked(malloc(size ? size : 1));
}

void *xcalloc(size_t n, size_t size)
{
	return mem_checked(calloc(n ? n : 1, size ? size : 1));
}

void *xrealloc(void *p, size_t size)
{
	return mem_checked(realloc(p, size ? size : 1));
}

char *xstrdup(const char *s)
{
	return mem_checked(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	return mem_checked(strndup(s, n));
}

char *xvasprintf(const char *fmt, va_list ap)
{
	char *s;

	return mem_checked(vasprintf(&s, fmt, ap) < 0 ? NULL : s);
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	return s;
}

enum { BLOCK = 64 * 1024, ALIGN = _Alignof(max_align_t) };

struct block {
	struct block *next;
	_Alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct block *blocks;
	unsigned char *at, *end;
	size_t used;
};

struct arena *arena_new(void)
{
	return xcalloc(1, sizeof(struct arena));
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct block *b = a->blocks, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

void *arena_alloc(struct arena *a, size_t size)
{
	unsigned char *p;

	if (size > SIZE_MAX - BLOCK)
		mem_checked(NULL);
	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (!a->at || size > (size_t)(a->end - a->at)) {
		/* A large request gets a block of its own, so that the rest of the current one
		 * is not wasted. */
		size_t room = size > BLOCK / 4 ? size : BLOCK;
		struct block *b = xcalloc(1, sizeof(*b) + room);

		b->next = a->blocks;
		a->blocks = b;
		a->used += size;
		if (room == size)
			return b->bytes;
		a->at = b->bytes + size;
		a->end = b->bytes + room;
		return b->bytes;
	}
	p = a->at;
	a->at += size;
	a->used += size;
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	memcpy(p, s, n);
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	char most[256]; /* most strings fit: they are formatted only once */
	va_list ap, again;
	char *s;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(most, sizeof(most), fmt, ap);
	va_end(ap);
	s = arena_alloc(a, (size_t)n + 1);
	if ((size_t)n < sizeof(most))
		memcpy(s, most, (size_t)n);
	else
		vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	return s;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
