/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "report/json.h"
#include "report/tests.h"
#include "report/utf8.h"

enum {
	TAB = 8,
	ROOM = 100, /* columns; of a longer line only a part is shown, */
	LEAD = 40,  /* which begins this many columns before the caret */
};

static const struct {
	const char *word, *annotation, *colour;
} levels[] = {
	[DIAG_ERROR] = { "error", "error", "\033[1;31m" },
	[DIAG_WARNING] = { "warning", "warning", "\033[1;35m" },
	[DIAG_NOTE] = { "note", "notice", "\033[1;36m" },
};

bool report_may_colour(FILE *out)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fileno(out)) && (!no || !*no) && (!term || strcmp(term, "dumb") != 0);
}

static const char *finding_ink(const struct report *r, const char *colour)
{
	return r->coloured ? colour : "";
}

/* ---- the line with its caret ---- */

struct glyph {		     /* a character of the line as shown on the terminal */
	size_t byte, column; /* where it begins */
};

struct shown {
	struct text text;
	VEC(struct glyph) glyphs; /* one more than there are characters */
};

static void add_glyph(struct shown *s, size_t column)
{
	struct glyph g = { s->text.n, column };

	vec_push(NULL, &s->glyphs, g);
}

static void source_lay_out(struct shown *s, const char *line, size_t n)
{
	size_t column = 0;

	while (n > 0) {
		size_t len = 1, gap = TAB - column % TAB;

		add_glyph(s, column);
		if (*line == '\t') {
			text_printf(&s->text, "%*s", (int)gap, "");
			column += gap;
		} else {
			len = utf8_add_safely(&s->text, line, n, &column);
		}
		line += len;
		n -= len;
	}
	add_glyph(s, column);
}

/* The characters [from, to) that are shown: all, or those around the caret. */
static void source_window(const struct shown *s, size_t caret, size_t *ret_from, size_t *ret_to)
{
	const struct glyph *g = s->glyphs.v;
	size_t from = 0, to = s->glyphs.n - 1;

	if (g[to].column > ROOM && g[caret].column > ROOM - LEAD)
		while (g[from].column + LEAD < g[caret].column)
			from++;
	while (g[to].column - g[from].column > ROOM)
		to--;
	*ret_from = from;
	*ret_to = to;
}

static void print_underline(const struct report *r, const char *colour, size_t indent, size_t width)
{
	fprintf(r->out, "      | %*s%s^", (int)indent, "", finding_ink(r, colour));
	for (size_t i = 1; i < width; i++)
		fputc('~', r->out);
	fprintf(r->out, "%s\n", finding_ink(r, "\033[m"));
}

static void print_source_line(const struct report *r, const struct finding *f, const char *line,
			      size_t n)
{
	struct shown s = { 0 };
	size_t from, to, first, last, end;

	source_lay_out(&s, line, n);
	end = s.glyphs.n - 1;
	first = f->at.col > 0 ? f->at.col - 1 : 0;
	if (first > end)
		first = end;
	source_window(&s, first, &from, &to);
	last = first + (f->at.len ? f->at.len : 1);
	if (last > to)
		last = to;
	fprintf(r->out, "%5u | %s%.*s\n", f->at.line, from ? "..." : "",
		(int)(s.glyphs.v[to].byte - s.glyphs.v[from].byte),
		text_str(&s.text) + s.glyphs.v[from].byte);
	if (f->at.col > 0)
		print_underline(r, levels[f->level].colour,
				s.glyphs.v[first].column - s.glyphs.v[from].column + (from ? 3 : 0),
				last > first ? s.glyphs.v[last].column - s.glyphs.v[first].column
					     : 1);
	vec_free(&s.glyphs);
	text_release(&s.text);
}

/* ---- findings ---- */

static void print_place(const struct report *r, const struct pos *at)
{
	fputs(finding_ink(r, "\033[1m"), r->out);
	utf8_print(r->out, at->file ? at->file : "netemu");
	if (at->file && at->line > 0)
		fprintf(r->out, ":%u", at->line);
	if (at->file && at->line > 0 && at->col > 0)
		fprintf(r->out, ":%u", at->col);
	fprintf(r->out, ":%s ", finding_ink(r, "\033[m"));
}

static void print_finding(const struct report *r, const struct diag *dg, const struct finding *f)
{
	size_t n = 0;
	const char *line = diag_line(dg, f->at, &n);

	print_place(r, &f->at);
	fprintf(r->out, "%s%s:%s ", finding_ink(r, levels[f->level].colour), levels[f->level].word,
		finding_ink(r, "\033[m"));
	utf8_print(r->out, f->text);
	fprintf(r->out, " [%s]\n", f->id);
	if (line)
		print_source_line(r, f, line, n);
	if (f->hint) {
		fputs(line ? "        hint: " : "  hint: ", r->out);
		utf8_print(r->out, f->hint);
		fputc('\n', r->out);
	}
}

static void finding_json(struct json *j, const struct finding *f)
{
	json_row(j, NULL, '{');
	json_string(j, "file", f->at.file);
	json_number_or_null(j, "line", f->at.line);
	json_number_or_null(j, "column", f->at.line ? f->at.col : 0);
	json_string(j, "severity", levels[f->level].word);
	json_string(j, "code", f->id);
	json_string(j, "text", f->text);
	json_string(j, "hint", f->hint);
	json_close(j);
}

void findings_json(struct json *j, const char *key, const struct diag *dg, enum diag_level least)
{
	json_open(j, key, '[');
	for (size_t i = 0; dg && i < diag_count(dg); i++)
		if (diag_at(dg, i)->level <= least)
			finding_json(j, diag_at(dg, i));
	json_close(j);
}

void report_findings(const struct report *r, const struct diag *dg, enum diag_level least)
{
	struct json j = json_begin(r->out);

	if (r->json) {
		findings_json(&j, NULL, dg, least);
		json_end(&j);
		return;
	}
	for (size_t i = 0; i < diag_count(dg); i++)
		if (diag_at(dg, i)->level <= least)
			print_finding(r, dg, diag_at(dg, i));
}

void report_annotations(FILE *out, const struct diag *dg)
{
	for (size_t i = 0; i < diag_count(dg); i++) {
		const struct finding *f = diag_at(dg, i);
		own_text message = { 0 };

		text_add(&message, f->text);
		if (f->hint)
			text_printf(&message, "\n%s", f->hint);
		report_annotation(out, levels[f->level].annotation, f->at, f->id,
				  text_str(&message));
	}
}
