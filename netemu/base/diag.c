/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/diag.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"

struct source {
	const char *file, *text;
	size_t n;
};

struct diag {
	struct arena *arena; /* findings outlive the topology they speak of */
	VEC(struct finding) findings;
	VEC(struct source) sources;
	size_t errors, others; /* of the findings that were recorded */
	bool more;	       /* some are not kept */
	size_t last;	       /* index of the finding recorded last; SIZE_MAX: it was not kept */
};

static diag_listener *now_listener;
static void *now_ctx;

struct diag *diag_new(void)
{
	struct diag *dg = xcalloc(1, sizeof(*dg));

	dg->arena = arena_new();
	dg->last = SIZE_MAX;
	return dg;
}

void diag_free(struct diag *dg)
{
	if (!dg)
		return;
	arena_free(dg->arena);
	free(dg);
}

static bool pos_same(struct pos a, struct pos b)
{
	return a.line == b.line && a.col == b.col &&
	       (a.file == b.file || (a.file && b.file && strcmp(a.file, b.file) == 0));
}

static __attribute__((format(printf, 2, 0))) char *diag_format(struct arena *a, const char *fmt,
							       va_list ap)
{
	va_list again;
	char *s;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	s = arena_alloc(a, (size_t)n + 1);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	return s;
}

/* Whether an equal finding exists; it then counts as the last one recorded. */
static bool diag_find(struct diag *dg, enum diag_level level, struct pos at, const char *text)
{
	for (size_t i = 0; i < dg->findings.n; i++) {
		const struct finding *old = &dg->findings.v[i];

		if (pos_same(old->at, at) && old->level == level && strcmp(old->text, text) == 0) {
			dg->last = i;
			return true;
		}
	}
	return false;
}

static void diag_keep(struct diag *dg, struct finding f)
{
	if (f.at.file)
		f.at.file = arena_strdup(dg->arena, f.at.file);
	dg->last = dg->findings.n;
	vec_push(dg->arena, &dg->findings, f);
}

/* Warnings and notes get half of the room only, so that they cannot crowd out errors. */
static bool diag_is_full(const struct diag *dg, enum diag_level level)
{
	return dg->findings.n >= DIAG_MAX - 1 ||
	       (level != DIAG_ERROR && dg->others >= DIAG_MAX / 2);
}

static void diag_record(struct diag *dg, enum diag_level level, struct pos at, int code,
			const char *id, char *text)
{
	static char more[] = "too many findings: the rest is omitted";
	bool full = diag_is_full(dg, level);

	if (diag_find(dg, level, at, text))
		return;
	if (!full)
		diag_keep(dg,
			  (struct finding){
				  .level = level, .at = at, .id = id, .code = code, .text = text });
	else if (!dg->more)
		diag_keep(dg, (struct finding){ .level = DIAG_NOTE, .id = "limit", .text = more });
	dg->more |= full;
	if (full)
		dg->last = SIZE_MAX;
	*(level == DIAG_ERROR ? &dg->errors : &dg->others) += 1;
}

int diag_error(struct diag *dg, struct pos at, int code, const char *id, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_record(dg, DIAG_ERROR, at, code, id, diag_format(dg->arena, fmt, ap));
	va_end(ap);
	return code;
}

void diag_warn(struct diag *dg, struct pos at, const char *id, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_record(dg, DIAG_WARNING, at, 0, id, diag_format(dg->arena, fmt, ap));
	va_end(ap);
}

void diag_note(struct diag *dg, struct pos at, const char *id, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_record(dg, DIAG_NOTE, at, 0, id, diag_format(dg->arena, fmt, ap));
	va_end(ap);
}

void diag_hint(struct diag *dg, const char *fmt, ...)
{
	va_list ap;

	if (dg->last == SIZE_MAX)
		return;
	va_start(ap, fmt);
	dg->findings.v[dg->last].hint = diag_format(dg->arena, fmt, ap);
	va_end(ap);
}

void diag_listen(diag_listener *listener, void *ctx)
{
	now_listener = listener;
	now_ctx = ctx;
}

void diag_now(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (!now_listener)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	now_listener(now_ctx, text);
}

void diag_repeat(struct diag *dg, const struct finding *f)
{
	if (f->level == DIAG_ERROR)
		diag_error(dg, f->at, f->code, f->id, "%s", f->text);
	else if (f->level == DIAG_WARNING)
		diag_warn(dg, f->at, f->id, "%s", f->text);
	else
		diag_note(dg, f->at, f->id, "%s", f->text);
	if (f->hint)
		diag_hint(dg, "%s", f->hint);
}

void diag_source(struct diag *dg, const char *file, const char *text, size_t n)
{
	struct source *s = vec_add(dg->arena, &dg->sources);

	s->file = arena_strdup(dg->arena, file);
	s->text = arena_strndup(dg->arena, text, n);
	s->n = n;
}

const char *diag_line(const struct diag *dg, struct pos at, size_t *ret_len)
{
	if (!at.file || at.line == 0)
		return NULL;
	for (size_t i = dg->sources.n; i > 0; i--) { /* the newest text of that name */
		const struct source *s = &dg->sources.v[i - 1];
		const char *p = s->text, *end = s->text + s->n, *stop;

		if (strcmp(s->file, at.file) != 0)
			continue;
		for (unsigned int line = 1; line < at.line && p; line++) {
			p = memchr(p, '\n', (size_t)(end - p));
			p = p ? p + 1 : NULL;
		}
		if (!p || p > end)
			return NULL;
		stop = memchr(p, '\n', (size_t)(end - p));
		stop = stop ? stop : end;
		if (stop > p && stop[-1] == '\r') /* CRLF */
			stop--;
		*ret_len = (size_t)(stop - p);
		return p;
	}
	return NULL;
}

size_t diag_errors(const struct diag *dg)
{
	return dg->errors;
}

size_t diag_count(const struct diag *dg)
{
	return dg->findings.n;
}

const struct finding *diag_at(const struct diag *dg, size_t i)
{
	return &dg->findings.v[i];
}

static int finding_cmp(const struct finding *a, const struct finding *b)
{
	int d;

	if (!a->at.file || !b->at.file)
		return (a->at.file == NULL) - (b->at.file == NULL);
	d = strcmp(a->at.file, b->at.file);
	if (d == 0 && a->at.line != b->at.line)
		d = a->at.line < b->at.line ? -1 : 1;
	if (d == 0 && a->at.col != b->at.col)
		d = a->at.col < b->at.col ? -1 : 1;
	return d;
}

void diag_sort(struct diag *dg)
{
	/* An insertion sort: stable, and findings come nearly in order. */
	for (size_t i = 1; i < dg->findings.n; i++) {
		struct finding f = dg->findings.v[i];
		size_t j = i;

		for (; j > 0 && finding_cmp(&f, &dg->findings.v[j - 1]) < 0; j--)
			dg->findings.v[j] = dg->findings.v[j - 1];
		dg->findings.v[j] = f;
	}
}
