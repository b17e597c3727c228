/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void text_release(struct text *t)
{
	free(t->s);
	*t = (struct text){ 0 };
}

void text_clear(struct text *t)
{
	t->n = 0;
	if (t->s)
		t->s[0] = '\0';
}

static void text_reserve(struct text *t, size_t more)
{
	if (t->n + more + 1 <= t->cap)
		return;
	t->cap = (t->n + more + 1) * 2;
	t->s = xrealloc(t->s, t->cap);
}

void text_addn(struct text *t, const char *s, size_t n)
{
	text_reserve(t, n);
	memcpy(t->s + t->n, s, n);
	t->n += n;
	t->s[t->n] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_addn(t, s, strlen(s));
}

enum { LIKELY = 64 }; /* bytes that most formats come to */

void text_printf(struct text *t, const char *fmt, ...)
{
	va_list ap;
	size_t room;
	int n;

	text_reserve(t, LIKELY);
	room = t->cap - t->n;
	va_start(ap, fmt);
	n = vsnprintf(t->s + t->n, room, fmt, ap);
	va_end(ap);
	if ((size_t)n >= room) {
		text_reserve(t, (size_t)n);
		va_start(ap, fmt);
		vsnprintf(t->s + t->n, (size_t)n + 1, fmt, ap);
		va_end(ap);
	}
	t->n += (size_t)n;
}

const char *text_str(const struct text *t)
{
	return t->s ? t->s : "";
}

enum { WORD_MAX = 64 };

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Edit distance; swapped neighbours count as one edit (optimal string alignment). */
static size_t text_distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);
	size_t row[3][WORD_MAX + 1];

	if (la > WORD_MAX || lb > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= lb; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *now = row[i % 3], *up = row[(i - 1) % 3], *up2 = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			now[j] =
				min3(up[j] + 1, now[j - 1] + 1, up[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    up2[j - 2] + 1 < now[j])
				now[j] = up2[j - 2] + 1;
		}
	}
	return row[la % 3][lb];
}

bool text_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

const char *text_nearest(const char *written, const char *const *words, size_t n)
{
	const char *best = NULL;
	size_t least = WORD_MAX;

	for (size_t i = 0; i < n; i++) {
		size_t d = text_distance(written, words[i]), len = strlen(words[i]);
		bool prefix = strlen(written) >= 3 &&
			      strncmp(written, words[i], strlen(written)) == 0;

		if (prefix)
			d = 1;
		if (d < least && d <= (len > 3 ? (len + 2) / 3 : 1)) {
			least = d;
			best = words[i];
		}
	}
	return best;
}
