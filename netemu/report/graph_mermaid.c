/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The picture for Mermaid, as code forges show it in a page. It knows no open and closed ends: what
 * is not transitive ends in circles. */
#include "report/graph_looks.h"

/* Inside quotes Mermaid reads entities, spelt with '#'. */
static void text(FILE *out, const char *s)
{
	static const struct escape special[] = { { '"', "#quot;" }, { '#', "#35;" },
						 { '<', "#lt;" },   { '>', "#gt;" },
						 { '&', "#amp;" },  { '`', "#96;" } };

	escape_print(out, s, special, countof(special));
}

static void box_mermaid(FILE *out, const struct picture *p, const struct box *b, const char *indent)
{
	const struct box_look *look = &box_looks[b->kind];

	fprintf(out, "%sb%zu%s\"<b>", indent, (size_t)(b - p->boxes.v), look->open);
	text(out, b->title);
	fputs("</b>", out);
	if (b->what)
		fprintf(out, "<br/><i>%s</i>", b->what);
	for (each(const char *, line, &b->lines)) {
		fputs("<br/>", out);
		text(out, *line);
	}
	if (b->down) {
		fputs("<br/>", out);
		text(out, b->down);
	}
	fprintf(out, "\"%s:::%s\n", look->close, b->down ? "down" : look->name);
}

static void edge_mermaid(FILE *out, const struct edge *e)
{
	bool open = e->end[0] != END_PLAIN || e->end[1] != END_PLAIN;

	fprintf(out, "  b%u %s|\"", e->box[0], e->down ? "x-.-x" : open ? "o---o" : "---");
	if (e->name)
		text(out, e->name);
	for (each(const char *, line, &e->lines)) {
		fputs(e->name || line != e->lines.v ? "<br/>" : "", out);
		text(out, *line);
	}
	if (e->down || e->half) {
		fputs("<br/>", out);
		text(out, e->down ? e->down : e->half);
	}
	fprintf(out, "\"| b%u\n", e->box[1]);
}

static void stride_mermaid(FILE *out, const struct stride *s)
{
	fprintf(out, "  b%u ==>|\"%s %u\"| b%u\n", s->box[0], s->way ? "back" : "there", s->number,
		s->box[1]);
}

static void frame_mermaid(FILE *out, const struct picture *p, uint32_t frame)
{
	fprintf(out, "  subgraph f%u[\"", frame);
	text(out, p->frames.v[frame].title);
	fputs("\"]\n", out);
	for (each(const struct box, b, &p->boxes))
		if (b->frame == frame)
			box_mermaid(out, p, b, "    ");
	fputs("  end\n", out);
}

static void styles_mermaid(FILE *out, const struct picture *p)
{
	for (int kind = 0; kind < BOX_KINDS; kind++)
		fprintf(out, "  classDef %s fill:%s,stroke:%s,color:#202124\n",
			box_looks[kind].name, box_looks[kind].fill, box_looks[kind].line);
	fprintf(out, "  classDef down fill:#ffffff,stroke:%s,color:%s,stroke-dasharray:4\n",
		LOOK_DOWN, LOOK_DOWN);
	for (size_t i = 0; i < p->strides.n; i++)
		fprintf(out, "  linkStyle %zu stroke:%s\n", p->edges.n + i,
			look_way[p->strides.v[i].way]);
}

void picture_mermaid(FILE *out, const struct picture *p)
{
	fputs("flowchart LR\n", out);
	for (uint32_t i = 0; i < p->frames.n; i++)
		frame_mermaid(out, p, i);
	for (each(const struct box, b, &p->boxes))
		if (b->frame == NONE)
			box_mermaid(out, p, b, "  ");
	for (each(const struct edge, e, &p->edges))
		edge_mermaid(out, e);
	for (each(const struct stride, s, &p->strides))
		stride_mermaid(out, s);
	styles_mermaid(out, p);
}
