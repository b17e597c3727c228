/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/vec.h"
#include "report/utf8.h"

struct table_entry {
	char *text;	/* with line breaks, if the table wraps */
	size_t columns; /* of the terminal, of the longest line */
	size_t lines;
	const char *ink; /* or NULL */
};

struct table {
	const char *const *heads;
	size_t columns;
	size_t most;		       /* columns of the terminal in a cell; 0: any number */
	const char *ink;	       /* of the next cell, or NULL */
	VEC(struct table_entry) cells; /* the heads first, until they are printed */
	size_t *width;		       /* of each column: the widest cell's until now */
	bool begun;		       /* the heads are printed */
};

enum { GAP = 2 };

/* All but the first n. */
static void forget_cells(struct table *t, size_t n)
{
	while (t->cells.n > n)
		free(t->cells.v[--t->cells.n].text);
}

struct table *table_new(const char *const *heads, size_t columns)
{
	struct table *t = xcalloc(1, sizeof(*t));

	t->heads = heads;
	t->columns = columns;
	t->width = xcalloc(columns, sizeof(*t->width));
	for (size_t i = 0; i < columns; i++)
		table_cell(t, "%s", heads[i] + (heads[i][0] == '>'));
	return t;
}

void table_free(struct table *t)
{
	if (!t)
		return;
	forget_cells(t, 0);
	vec_free(&t->cells);
	free(t->width);
	free(t);
}

/* Returns a line of a cell, its length in bytes (ret_n) and its width (ret_columns). */
static const char *cell_line(const struct table_entry *c, size_t line, size_t *ret_n,
			     size_t *ret_columns)
{
	const char *s = c->text, *end;
	uint32_t code;

	*ret_columns = *ret_n = 0;
	if (line >= c->lines)
		return "";
	if (c->lines == 1 && c->columns) {
		*ret_n = strlen(s);
		*ret_columns = c->columns;
		return s;
	}
	for (; line > 0; line--)
		s = strchr(s, '\n') + 1;
	end = strchrnul(s, '\n');
	*ret_n = (size_t)(end - s);
	for (const char *at = s; at < end; *ret_columns += utf8_columns(code))
		at += utf8_next(at, (size_t)(end - at), &code);
	return s;
}

/* Breaks a text at blanks so that lines have at most `most` columns. A longer word stays whole. */
static void cell_wrap(struct table_entry *c, size_t most)
{
	size_t n = strlen(c->text), line = 0, since = 0, bytes;
	char *blank = NULL; /* the last blank of the line, `since` columns back */
	uint32_t code;

	for (size_t at = 0; at < n; at += bytes) {
		bytes = utf8_next(c->text + at, n - at, &code);
		line += utf8_columns(code);
		since += utf8_columns(code);
		if (c->text[at] == ' ') {
			blank = &c->text[at];
			since = 0;
		} else if (line > most && blank) {
			*blank = '\n';
			blank = NULL;
			line = since;
			c->lines++;
		}
	}
	c->columns = 0;
	for (size_t i = 0; i < c->lines; i++) {
		cell_line(c, i, &n, &line);
		c->columns = line > c->columns ? line : c->columns;
	}
}

void table_wrap(struct table *t, size_t columns)
{
	t->most = columns;
}

void table_cell(struct table *t, const char *fmt, ...)
{
	struct table_entry *c = vec_add(NULL, &t->cells);
	struct text safe = { 0 };
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	c->columns = utf8_add_all(&safe, s);
	c->text = safe.s ? safe.s : xstrdup("");
	c->lines = 1;
	if (t->most && c->columns > t->most)
		cell_wrap(c, t->most);
	c->ink = t->ink;
	t->ink = NULL;
	free(s);
}

void table_ink(struct table *t, const char *colour)
{
	t->ink = colour;
}

static void widen(struct table *t)
{
	for (size_t i = 0; i < t->cells.n; i++) {
		size_t *width = &t->width[i % t->columns];

		*width = t->cells.v[i].columns > *width ? t->cells.v[i].columns : *width;
	}
}

/* True when only empty cells follow, so that the line gets no trailing blanks. */
static bool is_last_in_line(const struct table *t, const struct table_entry *row, size_t i,
			    size_t line)
{
	while (++i < t->columns)
		if (row[i].columns > 0 && row[i].lines > line)
			return false;
	return true;
}

static void print_cell_lines(const struct table *t, const struct table_entry *row, size_t line,
			     FILE *out, bool coloured)
{
	for (size_t i = 0; i < t->columns; i++) {
		size_t n, columns;
		const char *s = cell_line(&row[i], line, &n, &columns);
		size_t pad = t->width[i] - columns;
		bool right = t->heads[i][0] == '>', last = is_last_in_line(t, row, i, line);
		bool inked = coloured && row[i].ink && n > 0;

		fprintf(out, "%*s%s%.*s%s", right ? (int)pad : 0, "", inked ? row[i].ink : "",
			(int)n, s, inked ? "\033[m" : "");
		if (last)
			break;
		fprintf(out, "%*s", (int)(right ? GAP : pad + GAP), "");
	}
}

static void print_row(const struct table *t, const struct table_entry *row, FILE *out,
		      bool coloured)
{
	size_t lines = 1;

	for (size_t i = 0; i < t->columns; i++)
		lines = row[i].lines > lines ? row[i].lines : lines;
	for (size_t line = 0; line < lines; line++) {
		fputs(line > 0 ? "\n" : "", out);
		print_cell_lines(t, row, line, out, coloured);
	}
}

void table_measure(struct table *t)
{
	widen(t);
	forget_cells(t, t->columns);
}

void table_print(struct table *t, FILE *out, bool coloured)
{
	widen(t);
	for (size_t i = 0; i + t->columns <= t->cells.n; i += t->columns) {
		bool head = !t->begun && coloured;

		fputs(head ? "\033[1m" : "", out);
		print_row(t, &t->cells.v[i], out, coloured);
		fputs(head ? "\033[m\n" : "\n", out);
		t->begun = true;
	}
	forget_cells(t, 0);
}
