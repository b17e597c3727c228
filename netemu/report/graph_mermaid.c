/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The picture for Mermaid, which code forges render in a page. A Mermaid link has a mark at its far
 * end, or the same mark at both ends, so an edge with its only mark at the near end is written in
 * reverse. Mermaid has one kind of circle, so the label tells which end may use gateways. */
#include <string.h>

#include "base/mem.h"
#include "base/own.h"
#include "report/graph_looks.h"

/* Mermaid's entities inside quotes begin with '#', not with '&'. */
static void text_mermaid(FILE *out, const char *s)
{
	static const struct escape special[] = { { '"', "#quot;" }, { '#', "#35;" },
						 { '<', "#lt;" },   { '>', "#gt;" },
						 { '&', "#amp;" },  { '`', "#96;" } };

	escape_print(out, s, special, countof(special));
}

/* A line of a label. `*begun`: the label already has a line. */
static void label_line_mermaid(FILE *out, bool *begun, const char *before, const char *s,
			       const char *after)
{
	fprintf(out, "%s%s", *begun ? "<br/>" : "", before);
	text_mermaid(out, s);
	fputs(after, out);
	*begun = true;
}

static void box_mermaid(FILE *out, const struct picture *p, const struct box *b, const char *indent)
{
	const struct box_look *look = &box_looks[b->kind];
	bool begun = false;

	fprintf(out, "%sb%zu%s\"", indent, (size_t)(b - p->boxes.v), look->open);
	label_line_mermaid(out, &begun, b->down ? "<b><s>" : "<b>", b->title,
			   b->down ? "</s></b>" : "</b>");
	if (b->what)
		label_line_mermaid(out, &begun, "<i>", b->what, "</i>");
	for (each(const char *, line, &b->lines))
		label_line_mermaid(out, &begun, "", *line, "");
	if (b->down)
		label_line_mermaid(out, &begun, "", b->down, "");
	fprintf(out, "\"%s:::%s\n", look->close,
		b->down		   ? "down"
		: look_aside(p, b) ? "aside"
				   : look->name);
}

static void label_numbers_mermaid(FILE *out, bool *begun, const char *way, const line_list *numbers)
{
	if (numbers->n == 0)
		return;
	fprintf(out, "%s<b>%s", *begun ? "<br/>" : "", way);
	for (each(const char *, number, numbers))
		fprintf(out, " %s", *number);
	fputs("</b>", out);
	*begun = true;
}

/* The label, on the heap. "": write no label, as Mermaid refuses an empty one. */
static char *edge_label_mermaid(const struct picture *p, const struct edge *e)
{
	bool begun = false;
	char *label = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&label, &n);

	if (!out)
		return xstrdup("");
	if (e->name)
		label_line_mermaid(out, &begun, e->down ? "<s>" : "", e->name,
				   e->down ? "</s>" : "");
	for (each(const char *, line, &e->lines))
		label_line_mermaid(out, &begun, "", *line, "");
	if (e->twin && !e->down)
		label_line_mermaid(out, &begun, "", "two links", "");
	if (e->down || e->half)
		label_line_mermaid(out, &begun, "", e->down ? e->down : e->half, "");
	for (int end = 0; end < 2; end++)
		if (look_mark(p, e, end) == MARK_GATEWAY)
			label_line_mermaid(out, &begun, "may use the gateways of ",
					   p->boxes.v[e->box[end]].title, "");
	label_numbers_mermaid(out, &begun, "there", &e->strides[0]);
	label_numbers_mermaid(out, &begun, "back", &e->strides[1]);
	fclose(out);
	return label;
}

/* For each Graphviz line style: Mermaid's line, its line before a mark, and dashes that Mermaid has
 * no line for. */
static const struct line_mermaid {
	const char *style, *plain, *marked, *dashes;
} lines_mermaid[] = { { "solid", "---", "--", "" },
		      { "bold", "===", "==", "" },
		      { "dashed", "-.-", "-.-", "" },
		      { "dotted", "-.-", "-.-", ",stroke-dasharray:1 4" } };

static const struct line_mermaid *line_mermaid(const char *style)
{
	size_t i = 0;

	while (strcmp(lines_mermaid[i].style, style) != 0)
		i++;
	return &lines_mermaid[i];
}

static bool is_turned(const struct picture *p, const struct edge *e)
{
	return look_mark(p, e, 0) != MARK_NONE && look_mark(p, e, 1) == MARK_NONE;
}

static void edge_mermaid(FILE *out, const struct picture *p, const struct edge *e)
{
	static const struct {
		const char *near, *far;
	} marks[] = { [MARK_NONE] = { "", "" },
		      [MARK_OPEN] = { "o", "o" },
		      [MARK_GATEWAY] = { "o", "o" },
		      [MARK_ARROW] = { "<", ">" } };
	const struct line_mermaid *line = line_mermaid(look_line(p, e).style);
	enum edge_mark mark[] = { look_mark(p, e, 0), look_mark(p, e, 1) };
	bool turned = is_turned(p, e);
	bool marked = mark[0] != MARK_NONE || mark[1] != MARK_NONE;
	own_free char *label = edge_label_mermaid(p, e);

	fprintf(out, "  b%u %s%s%s%s%s%s b%u\n", e->box[turned], marks[mark[turned]].near,
		marked ? line->marked : line->plain, marks[mark[!turned]].far, *label ? "|\"" : "",
		label, *label ? "\"|" : "", e->box[!turned]);
}

static void stride_mermaid(FILE *out, const struct stride *s)
{
	fprintf(out, "  b%u ==>|\"%s %u\"| b%u\n", s->box[0], s->way ? "back" : "there", s->number,
		s->box[1]);
}

static void frame_mermaid(FILE *out, const struct picture *p, uint32_t frame)
{
	fprintf(out, "  subgraph f%u[\"", frame);
	text_mermaid(out, p->frames.v[frame].title);
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
	fputs("  classDef aside fill:#fafafa,stroke:#c8c8c8,color:#9a9a9a\n", out);
	for (size_t i = 0; i < p->edges.n; i++) {
		struct edge_line line = look_line(p, &p->edges.v[i]);

		fprintf(out, "  linkStyle %zu stroke:%s,stroke-width:%spx%s\n", i, line.colour[0],
			line.width, line_mermaid(line.style)->dashes);
	}
	for (size_t i = 0; i < p->strides.n; i++)
		fprintf(out, "  linkStyle %zu stroke:%s\n", p->edges.n + i,
			look_way[p->strides.v[i].way]);
}

/* The path and the fate of the packet, in a box without a border. */
static void way_mermaid(FILE *out, const struct way *way, unsigned int number)
{
	const char *before = "<br/>";

	if (!way->title)
		return;
	fprintf(out, "  w%u[\"<b>", number);
	text_mermaid(out, way->title);
	fputs("</b>", out);
	for (each(const char *, hop, &way->hops)) {
		fputs(before, out);
		text_mermaid(out, *hop);
		before = " #gt; ";
	}
	if (way->fate) {
		fputs("<br/>", out);
		text_mermaid(out, way->fate);
	}
	fprintf(out, "\"]\n  style w%u fill:none,stroke:none,color:%s\n", number, look_way[number]);
}

void picture_mermaid(FILE *out, const struct picture *p)
{
	fputs("flowchart LR\n", out);
	/* The layout begins with the first boxes: sites, which have no frame. */
	for (each(const struct box, b, &p->boxes))
		if (b->frame == NONE)
			box_mermaid(out, p, b, "  ");
	for (uint32_t i = 0; i < p->frames.n; i++)
		frame_mermaid(out, p, i);
	for (each(const struct edge, e, &p->edges))
		edge_mermaid(out, p, e);
	for (each(const struct stride, s, &p->strides))
		stride_mermaid(out, s);
	/* An invisible link keeps the layout's direction where an edge is turned. */
	for (each(const struct edge, e, &p->edges))
		if (is_turned(p, e))
			fprintf(out, "  b%u ~~~ b%u\n", e->box[0], e->box[1]);
	for (unsigned int way = 0; way < 2; way++)
		way_mermaid(out, &p->way[way], way);
	styles_mermaid(out, p);
}
