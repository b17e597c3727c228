/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text.h - growing strings, and suggestions for misspelt words. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
	char *s; /* NUL-terminated, or NULL while empty */
	size_t n, cap;
};

#define own_text __attribute__((cleanup(text_release))) struct text

void text_release(struct text *t);
void text_clear(struct text *t);
void text_add(struct text *t, const char *s);
void text_addn(struct text *t, const char *s, size_t n);
void text_printf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The string, "" when empty; it belongs to the text. */
const char *text_str(const struct text *t);

/* Whether two strings are equal; either may be NULL. */
bool text_same(const char *a, const char *b);

/* Returns the word of words[n] that is nearest to what was written, or NULL if none is near enough
 * to be suggested (more than a third of its letters differ). */
const char *text_nearest(const char *written, const char *const *words, size_t n);

#endif
