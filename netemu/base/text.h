/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text.h - strings that grow, and the word that was probably meant. */
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

/* Either may be NULL. */
bool text_same(const char *a, const char *b);

/* The word of words[n] nearest to what was written, or NULL when none is near enough to be
 * worth suggesting (more than a third of its letters differ). */
const char *text_nearest(const char *written, const char *const *words, size_t n);

#endif
