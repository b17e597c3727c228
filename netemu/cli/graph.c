/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/graph.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "cli/filter.h"
#include "cli/named.h"
#include "cli/output.h"
#include "cli/predict.h"

enum drawing { DRAW_SVG, DRAW_DOT, DRAW_MERMAID };

/* The format that --format or, without it, the output file's suffix selects. */
static enum drawing graph_format(const struct invocation *inv)
{
	static const struct {
		const char *word, *suffix;
		enum drawing drawing;
	} known[] = { { "svg", ".svg", DRAW_SVG },
		      { "dot", ".dot", DRAW_DOT },
		      { "dot", ".gv", DRAW_DOT },
		      { "mermaid", ".mmd", DRAW_MERMAID },
		      { "mermaid", ".mermaid", DRAW_MERMAID } };
	const char *format = inv->value[OPT_FORMAT], *path = inv->value[OPT_OUTPUT];
	const char *suffix = path && strrchr(path, '.') ? strrchr(path, '.') : "";

	for (size_t i = 0; i < countof(known); i++)
		if (format ? strcmp(format, known[i].word) == 0
			   : strcmp(suffix, known[i].suffix) == 0)
			return known[i].drawing;
	return DRAW_SVG;
}

static enum exit_status graph_check_options(struct invocation *inv)
{
	if (inv->n == 2 || (given(inv, OPT_PATH) && inv->n != 3))
		return mistake(inv, "arguments",
			       "'graph' paints a path between two nodes: "
			       "netemu graph FILE --path A B");
	if (given(inv, OPT_MATRIX) && (inv->n > 1 || graph_format(inv) != DRAW_SVG))
		return mistake(inv, "arguments", "--matrix is a picture of its own, as SVG");
	if (given(inv, OPT_JSON))
		return mistake(inv, "arguments", "'graph' draws pictures: see --format");
	return EXIT_DONE;
}

static enum exit_status graph_draw_matrix(const struct world *w, FILE *out)
{
	prediction_list list = { 0 };

	predict_hosts(w, &list);
	matrix_svg(out, world_name(w), w->fabric, list.v, list.n);
	predictions_release(&list);
	return EXIT_DONE;
}

static enum exit_status graph_paint_path(struct picture *p, const struct world *w,
					 struct invocation *inv)
{
	prediction_list list = { 0 };
	enum exit_status status = predict_named(w, inv, &list);

	if (status == EXIT_DONE)
		picture_paint(p, w->fabric, &list.v[0]);
	predictions_release(&list);
	return status;
}

static enum exit_status graph_draw_svg(const struct picture *p, struct invocation *inv, FILE *out)
{
	static const char *const dot[] = { "dot", "-Tsvg", NULL };
	own_free char *text = NULL;
	size_t n = 0;
	FILE *memory = open_memstream(&text, &n);
	enum exit_status status;

	if (!memory)
		return EXIT_BROKE;
	picture_dot(memory, p);
	if (fclose(memory) != 0)
		return EXIT_BROKE;
	status = filter_run(inv, dot, "graphviz", text, n, out);
	if (status == EXIT_CANNOT)
		diag_hint(inv->dg, "apt-get install graphviz, or --format mermaid");
	return status;
}

static enum exit_status graph_draw_picture(const struct world *w, struct invocation *inv, FILE *out)
{
	struct picture *p = picture_new(world_name(w), w->routes, given(inv, OPT_VERBOSE));
	enum drawing drawing = graph_format(inv);
	enum exit_status status = inv->n == 3 ? graph_paint_path(p, w, inv) : EXIT_DONE;

	if (status == EXIT_DONE && drawing == DRAW_SVG)
		status = graph_draw_svg(p, inv, out);
	else if (status == EXIT_DONE && drawing == DRAW_DOT)
		picture_dot(out, p);
	else if (status == EXIT_DONE)
		picture_mermaid(out, p);
	picture_free(p);
	return status;
}

enum exit_status cmd_graph(struct invocation *inv)
{
	own_world w = { 0 };
	FILE *out = NULL;
	enum exit_status status = graph_check_options(inv);

	if (status == EXIT_DONE)
		status = named_world(&w, inv->args[0], inv);
	if (status == EXIT_DONE)
		status = output_begin(inv, &out);
	if (status == EXIT_DONE)
		status = given(inv, OPT_MATRIX) ? graph_draw_matrix(&w, out)
						: graph_draw_picture(&w, inv, out);
	return output_end(inv, out, status);
}
