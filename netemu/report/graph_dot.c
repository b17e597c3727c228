/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The picture for Graphviz. Labels are its HTML: a title, small lines below. */
#include <string.h>

#include "report/graph_looks.h"

static void small_dot(FILE *out, const char *line_break, const char *colour, const char *s)
{
	if (!*s)
		return;
	fprintf(out, "%s<FONT POINT-SIZE=\"10\" COLOR=\"%s\">", line_break, colour);
	xml_print(out, s);
	fputs("</FONT>", out);
}

static void quoted_dot(FILE *out, const char *s)
{
	static const struct escape special[] = { { '"', "\\\"" }, { '\\', "\\\\" } };

	fputc('"', out);
	escape_print(out, s, special, countof(special));
	fputc('"', out);
}

/* ---- boxes ---- */

static void box_dot(FILE *out, const struct picture *p, const struct box *b, const char *indent)
{
	const struct box_look *look = &box_looks[b->kind];
	bool aside = look_aside(p, b);
	const char *text = aside ? "#9a9a9a" : "#202124";

	fprintf(out, "%sb%zu [shape=%s style=\"%s%s\" fillcolor=\"%s\" color=\"%s\" penwidth=%s ",
		indent, (size_t)(b - p->boxes.v), look->shape, look->style,
		b->down ? ",dashed" : "", aside ? "#fafafa" : look->fill,
		b->down ? LOOK_DOWN
		: aside ? "#c8c8c8"
			: look->line,
		b->down ? "2" : "1.2");
	fprintf(out, "label=<<FONT COLOR=\"%s\"><B>%s", b->down ? LOOK_DOWN : text,
		b->down ? "<S>" : "");
	xml_print(out, b->title);
	fprintf(out, "%s</B></FONT>", b->down ? "</S>" : "");
	if (b->what)
		small_dot(out, "<BR/>", aside ? "#9a9a9a" : look->line, b->what);
	for (each(const char *, line, &b->lines))
		small_dot(out, "<BR/>", strncmp(*line, "failed", 6) == 0 ? LOOK_DOWN : text, *line);
	if (b->down)
		small_dot(out, "<BR/>", LOOK_DOWN, b->down);
	fputs(">];\n", out);
}

static void frame_dot(FILE *out, const struct picture *p, uint32_t frame)
{
	const struct graph_frame *f = &p->frames.v[frame];

	fprintf(out,
		"  subgraph cluster_f%u {\n"
		"    labelloc=t; style=\"%s\"; color=\"%s\"; bgcolor=\"%s\";\n"
		"    fontsize=12; fontcolor=\"%s\";\n"
		"    label=<<B>",
		frame, f->location ? "rounded,dashed" : "rounded",
		f->location ? "#9b6bb5" : "#9aa5b1", f->location ? "#fbf8fd" : "#f8fafc",
		f->location ? "#6f3390" : "#3c4b5c");
	xml_print(out, f->title);
	fputs("</B>>;\n", out);
	for (each(const struct box, b, &p->boxes))
		if (b->frame == frame)
			box_dot(out, p, b, "    ");
	fputs("  }\n", out);
}

/* ---- edges ---- */

/* The step numbers of the painted paths. */
static void numbers_dot(FILE *out, const struct edge *e)
{
	const char *before = e->name || e->lines.n ? "<BR/>" : "";

	for (int way = 0; way < 2; way++)
		for (each(const char *, number, &e->strides[way])) {
			fprintf(out, "%s<FONT COLOR=\"%s\"><B>%s</B></FONT>", before, look_way[way],
				*number);
			before = "  ";
		}
}

/* Graphviz refuses an empty label, and an empty part of one. */
static void edge_label_dot(FILE *out, const struct edge *e, const char *colour)
{
	const char *line_break = "";

	if (!e->name && e->lines.n == 0 && !e->down && e->strides[0].n + e->strides[1].n == 0)
		return;
	fputs(" label=<", out);
	if (e->name) {
		fprintf(out, "<FONT COLOR=\"%s\">%s", e->down ? LOOK_DOWN : colour,
			e->down ? "<S>" : "");
		xml_print(out, e->name);
		fprintf(out, "%s</FONT>", e->down ? "</S>" : "");
		line_break = "<BR/>";
	}
	for (each(const char *, line, &e->lines)) {
		small_dot(out, line_break, "#202124", *line);
		line_break = "<BR/>";
	}
	if (e->down || e->half)
		small_dot(out, line_break, LOOK_DOWN, e->down ? e->down : e->half);
	numbers_dot(out, e);
	fputc('>', out);
}

static void edge_line_dot(FILE *out, const struct picture *p, const struct edge *e)
{
	struct edge_line line = look_line(p, e);

	fprintf(out, " color=\"%s%s%s\" style=%s penwidth=%s", line.colour[0],
		line.colour[1] ? ":" : "", line.colour[1] ? line.colour[1] : "", line.style,
		line.width);
}

static const char *end_dot(const struct picture *p, const struct edge *e, int end)
{
	static const char *const marks[] = { [MARK_NONE] = "none",
					     [MARK_OPEN] = "odot",
					     [MARK_GATEWAY] = "dot",
					     [MARK_ARROW] = "normal" };

	return marks[look_mark(p, e, end)];
}

static void edge_dot(FILE *out, const struct picture *p, const struct edge *e)
{
	fprintf(out, "  b%u -> b%u [dir=both arrowtail=%s arrowhead=%s", e->box[0], e->box[1],
		end_dot(p, e, 0), end_dot(p, e, 1));
	edge_line_dot(out, p, e);
	edge_label_dot(out, e, look_painted(p) ? "#9a9a9a" : edge_looks[e->kind].colour);
	fputs("];\n", out);
}

static void stride_dot(FILE *out, const struct stride *s)
{
	fprintf(out,
		"  b%u -> b%u [color=\"%s\" penwidth=2.5 arrowhead=normal arrowtail=none "
		"label=<<FONT COLOR=\"%s\"><B>%u</B></FONT>> constraint=false];\n",
		s->box[0], s->box[1], look_way[s->way], look_way[s->way], s->number);
}

/* ---- the legend ---- */

static bool has_kind(const struct picture *p, enum edge_kind kind)
{
	for (each(const struct edge, e, &p->edges))
		if (e->kind == kind && !e->down)
			return true;
	return false;
}

static bool has_end(const struct picture *p, enum edge_end end)
{
	for (each(const struct edge, e, &p->edges))
		if (e->end[0] == end || e->end[1] == end)
			return true;
	return false;
}

static bool any_down(const struct picture *p)
{
	for (each(const struct edge, e, &p->edges))
		if (e->down)
			return true;
	return false;
}

static void legend_line(FILE *out, const char *colour, const char *sign, const char *text)
{
	fprintf(out, "<FONT COLOR=\"%s\"><B>%s</B></FONT>  %s<BR ALIGN=\"LEFT\"/>", colour, sign,
		text);
}

static const char *line_sign(const char *style)
{
	return strcmp(style, "dashed") == 0   ? "&#8211; &#8211;"
	       : strcmp(style, "dotted") == 0 ? "&#183;&#183;&#183;&#183;"
					      : "&#8212;&#8212;";
}

static void legend_dot(FILE *out, const struct picture *p)
{
	for (int kind = 0; kind < EDGE_KINDS; kind++)
		if (has_kind(p, (enum edge_kind)kind))
			legend_line(out, edge_looks[kind].colour, line_sign(edge_looks[kind].style),
				    edge_looks[kind].name);
	if (any_down(p))
		legend_line(out, LOOK_DOWN, line_sign("dashed"), "carries nothing");
	if (has_end(p, END_OPEN))
		legend_line(out, LOOK_NOTE, "&#9675;",
			    "not transitive: nothing passes between two open ends of one box");
	if (has_end(p, END_GATEWAY))
		legend_line(out, LOOK_NOTE, "&#9679;",
			    "not transitive either, but it may use that box&#39;s gateways");
}

static void way_dot(FILE *out, const struct way *way, const char *colour)
{
	unsigned int number = 0;

	fprintf(out, "<FONT COLOR=\"%s\"><B>", colour);
	xml_print(out, way->title);
	fputs("</B></FONT><BR ALIGN=\"LEFT\"/>", out);
	for (each(const char *, hop, &way->hops)) {
		xml_print(out, *hop);
		number++;
		if (number < way->hops.n)
			fputs(number % 6 == 0 ? " &gt;<BR ALIGN=\"LEFT\"/>" : " &gt; ", out);
	}
	fputs("<BR ALIGN=\"LEFT\"/>", out);
	if (!way->fate)
		return;
	fprintf(out, "<FONT COLOR=\"%s\">", LOOK_DOWN);
	xml_print(out, way->fate);
	fputs("</FONT><BR ALIGN=\"LEFT\"/>", out);
}

/* Title and legend stand below the picture, where no edge crosses them. */
static void caption_dot(FILE *out, const struct picture *p)
{
	fputs("  label=< <BR/><FONT POINT-SIZE=\"15\"><B>", out);
	xml_print(out, p->title);
	fputs("</B></FONT><BR ALIGN=\"LEFT\"/>", out);
	if (p->summary && *p->summary) {
		xml_print(out, p->summary);
		fputs("<BR ALIGN=\"LEFT\"/>", out);
	}
	fputs(" <BR ALIGN=\"LEFT\"/>", out);
	if (!look_painted(p))
		legend_dot(out, p);
	for (unsigned int way = 0; way < 2; way++)
		if (p->way[way].title)
			way_dot(out, &p->way[way], look_way[way]);
	fputs(">;\n", out);
}

void picture_dot(FILE *out, const struct picture *p)
{
	fputs("digraph ", out);
	quoted_dot(out, p->title);
	fputs(" {\n"
	      "  graph [fontname=\"Helvetica\" fontsize=11 labelloc=b labeljust=l rankdir=LR\n"
	      "         nodesep=0.35 ranksep=0.7 pad=0.25];\n"
	      "  node [fontname=\"Helvetica\" fontsize=12 margin=\"0.18,0.11\"];\n"
	      "  edge [fontname=\"Helvetica\" fontsize=10 arrowsize=0.8];\n",
	      out);
	caption_dot(out, p);
	for (uint32_t i = 0; i < p->frames.n; i++)
		frame_dot(out, p, i);
	for (each(const struct box, b, &p->boxes))
		if (b->frame == NONE)
			box_dot(out, p, b, "  ");
	for (each(const struct edge, e, &p->edges))
		edge_dot(out, p, e);
	for (each(const struct stride, s, &p->strides))
		stride_dot(out, s);
	fputs("}\n", out);
}
