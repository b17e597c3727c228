/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reachability matrix as a coloured table: rows are senders, columns are targets. The colour
 * shows the round trip; red is unreachable. The tooltip of a cell gives the path or the reason. */
#include <string.h>

#include "base/text.h"
#include "net/units.h"
#include "report/graph.h"

enum { CELL_W = 58, CELL_H = 24, CHAR_W = 7, MARGIN = 16, HEAD = 44 };

struct matrix {
	FILE *out;
	const struct fabric *f;
	VEC(uint32_t) hosts;
	int left, top; /* of the first cell */
};

/* From light to dark green, then amber: below 1, 3, 10, 30, 100 ms, and above. */
static const char *matrix_colour(const struct verdict *v)
{
	static const struct {
		uint64_t below_ns;
		const char *colour;
	} scale[] = {
		{ 1000000, "#e6f4ea" },	 { 3000000, "#c8e6cf" },   { 10000000, "#a5d6b0" },
		{ 30000000, "#fff1b8" }, { 100000000, "#ffd98a" }, { UINT64_MAX, "#ffb870" }
	};

	if (!v->reachable)
		return "#f9d0cd";
	for (size_t i = 0; i < countof(scale); i++)
		if (v->rtt_ns < scale[i].below_ns)
			return scale[i].colour;
	return "";
}

static void matrix_add_host(struct matrix *m, uint32_t node)
{
	for (each(uint32_t, h, &m->hosts))
		if (*h == node)
			return;
	vec_push(NULL, &m->hosts, node);
}

static int matrix_place(const struct matrix *m, uint32_t node)
{
	int at = 0;

	for (each(uint32_t, h, &m->hosts)) {
		if (*h == node)
			break;
		at++;
	}
	return at;
}

static void matrix_tip(const struct matrix *m, const struct prediction *p)
{
	const struct verdict *v = &p->verdict;

	fputs("<title>", m->out);
	xml_print(m->out, m->f->nodes.v[p->from].name);
	fputs(v->reachable ? " reaches " : " does not reach ", m->out);
	xml_print(m->out, m->f->nodes.v[p->to].name);
	fputs(": ", m->out);
	if (!v->reachable)
		xml_print(m->out, v->reason ? v->reason : "");
	for (each(const struct step, s, &v->forward.steps)) {
		if (!v->reachable)
			break;
		fputs(s == v->forward.steps.v ? "" : " &gt; ", m->out);
		xml_print(m->out, m->f->nodes.v[s->node].name);
	}
	fputs(v->reachable && !v->symmetric ? "; it returns by another path" : "", m->out);
	fputs("</title>", m->out);
}

static void matrix_cell(const struct matrix *m, const struct prediction *p)
{
	int x = m->left + matrix_place(m, p->to) * CELL_W;
	int y = m->top + matrix_place(m, p->from) * CELL_H;
	const struct verdict *v = &p->verdict;

	fputs("<g>", m->out);
	matrix_tip(m, p);
	fprintf(m->out,
		"<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\" "
		"stroke=\"#ffffff\"/>",
		x, y, CELL_W, CELL_H, matrix_colour(v));
	fprintf(m->out,
		"<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"%s\">%s%s</text></g>\n",
		x + CELL_W / 2, y + 16, v->reachable ? "#202124" : "#9c1c12",
		v->reachable ? TIME_STR(v->rtt_ns) : "no",
		v->reachable && !v->symmetric ? " *" : "");
}

static void matrix_heads(const struct matrix *m)
{
	for (size_t i = 0; i < m->hosts.n; i++) {
		const char *name = m->f->nodes.v[m->hosts.v[i]].name;
		int x = m->left + (int)i * CELL_W + CELL_W / 2, y = m->top + (int)i * CELL_H;

		fprintf(m->out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", m->left - 8,
			y + 16);
		xml_print(m->out, name);
		fprintf(m->out, "</text>\n<text transform=\"translate(%d %d) rotate(-45)\">", x,
			m->top - 8);
		xml_print(m->out, name);
		fprintf(m->out,
			"</text>\n<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
			"fill=\"#eceff1\" "
			"stroke=\"#ffffff\"/>\n",
			m->left + (int)i * CELL_W, y, CELL_W, CELL_H);
	}
}

static void matrix_begin(const struct matrix *m, const char *title, int name_width)
{
	int n = (int)m->hosts.n, least = (int)strlen(title) * 9 + 2 * MARGIN;
	int width = m->left + n * CELL_W + name_width * 7 / 10 + MARGIN, height;

	if (width < 520)
		width = 520;
	if (width < least)
		width = least;
	height = m->top + n * CELL_H + 48;
	fprintf(m->out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\" font-family=\"Helvetica, Arial, sans-serif\" "
		"font-size=\"12\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n"
		"<text x=\"%d\" y=\"28\" font-size=\"16\" font-weight=\"bold\">",
		width, height, width, height, MARGIN);
	xml_print(m->out, title);
	fprintf(m->out,
		"</text>\n<text x=\"%d\" y=\"%d\" font-size=\"11\" fill=\"#5f6368\">Round trip "
		"from the row to "
		"the column. *: the return path differs. no: not reachable.</text>\n",
		MARGIN, m->top + n * CELL_H + 26);
}

void matrix_svg(FILE *out, const char *title, const struct fabric *f,
		const struct prediction *pairs, size_t n)
{
	struct matrix m = { .out = out, .f = f };
	int name_width = 0;

	for (size_t i = 0; i < n; i++)
		matrix_add_host(&m, pairs[i].from);
	for (each(uint32_t, h, &m.hosts)) {
		int width = (int)strlen(f->nodes.v[*h].name) * CHAR_W;

		name_width = width > name_width ? width : name_width;
	}
	m.left = MARGIN + name_width + 8;
	m.top = HEAD + name_width * 7 / 10 + 12;
	matrix_begin(&m, title, name_width);
	matrix_heads(&m);
	for (size_t i = 0; i < n; i++)
		matrix_cell(&m, &pairs[i]);
	fputs("</svg>\n", out);
	vec_free(&m.hosts);
}
