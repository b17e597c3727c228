#include "report/table.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/vec.h"
#include "report/utf8.h"

struct cell {
	char *text;
	size_t columns; /* of the terminal */
};

struct table {
	const char *const *heads;
	size_t columns;
	VEC(struct cell) cells; /* the heads first */
};

enum { GAP = 2 };

struct table *table_new(const char *const *heads, size_t columns)
{
	struct table *t = xcalloc(1, sizeof(*t));

	t->heads = heads;
	t->columns = columns;
	for (size_t i = 0; i < columns; i++)
		table_cell(t, "%s", heads[i] + (heads[i][0] == '>'));
	return t;
}

void table_free(struct table *t)
{
	if (!t)
		return;
	for (each(struct cell, c, &t->cells))
		free(c->text);
	vec_free(&t->cells);
	free(t);
}

void table_cell(struct table *t, const char *fmt, ...)
{
	struct cell *c = vec_add(NULL, &t->cells);
	struct text safe = { 0 };
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	c->columns = utf8_add_all(&safe, s);
	c->text = safe.s ? safe.s : xstrdup("");
	free(s);
}

static size_t width_of(const struct table *t, size_t column)
{
	size_t width = 0;

	for (size_t i = column; i < t->cells.n; i += t->columns)
		if (t->cells.v[i].columns > width)
			width = t->cells.v[i].columns;
	return width;
}

static void print_row(const struct table *t, const struct cell *row, const size_t *width, FILE *out)
{
	for (size_t i = 0; i < t->columns; i++) {
		size_t pad = width[i] - row[i].columns;
		bool right = t->heads[i][0] == '>', last = i + 1 == t->columns;

		fprintf(out, "%*s%s", right ? (int)pad : 0, "", row[i].text);
		if (!last)
			fprintf(out, "%*s", (int)(right ? GAP : pad + GAP), "");
	}
}

void table_print(const struct table *t, FILE *out, bool coloured)
{
	size_t *width = xcalloc(t->columns, sizeof(*width));

	for (size_t i = 0; i < t->columns; i++)
		width[i] = width_of(t, i);
	for (size_t i = 0; i + t->columns <= t->cells.n; i += t->columns) {
		bool head = i == 0 && coloured;

		fputs(head ? "\033[1m" : "", out);
		print_row(t, &t->cells.v[i], width, out);
		fputs(head ? "\033[m\n" : "\n", out);
	}
	free(width);
}
