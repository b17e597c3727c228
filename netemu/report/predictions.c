/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"
#include "model/model.h"
#include "net/units.h"
#include "report/json.h"
#include "report/names.h"
#include "report/report.h"
#include "report/table.h"

static const char *prediction_path_text(const struct fabric *f, const struct path *p,
					struct text *t)
{
	text_clear(t);
	for (each(struct step, s, &p->steps))
		text_printf(t, "%s%s", s == p->steps.v ? "" : " > ", node_name(f, s->node));
	return text_str(t);
}

/* A round trip, or the range of round trips over all equal-cost paths. */
static const char *prediction_rtt_text(const struct verdict *v, struct text *t)
{
	text_clear(t);
	text_add(t, TIME_STR(v->rtt_min_ns));
	if (v->rtt_max_ns != v->rtt_min_ns)
		text_printf(t, "..%s", TIME_STR(v->rtt_max_ns));
	return text_str(t);
}

static void prediction_row(struct table *t, const struct fabric *f, const struct prediction *p)
{
	const struct verdict *v = &p->verdict;
	own_text scratch = { 0 };

	table_cell(t, "%s", node_name(f, p->from));
	table_cell(t, "%s", node_name(f, p->to));
	table_cell(t, "%s", v->reachable ? prediction_rtt_text(v, &scratch) : "-");
	if (!v->reachable) {
		table_cell(t, "%s", v->reason ? v->reason : "unreachable");
		return;
	}
	table_cell(t, "%s", prediction_path_text(f, &v->forward, &scratch));
	if (v->symmetric)
		return;
	table_cell(t, "%s", "");
	table_cell(t, "%s", "");
	table_cell(t, "%s", "back:");
	table_cell(t, "%s", prediction_path_text(f, &v->back, &scratch));
}

/* (No reason is needed: it stands in the last column.) */
static void measure_pairs(struct table *t, const struct routes *routes, uint32_t from,
			  const index_list *nodes)
{
	for (each(const uint32_t, to, nodes)) {
		struct prediction p = { .from = from, .to = *to };

		if (*to == from)
			continue;
		routes_try(routes, from, *to, &p.verdict);
		prediction_row(t, routes->fabric, &p);
		verdict_release(&p.verdict);
	}
	table_measure(t);
}

static void print_pairs(struct table *t, const struct report *r, const struct routes *routes,
			uint32_t from, const index_list *nodes)
{
	for (each(const uint32_t, to, nodes)) {
		struct prediction p = { .from = from, .to = *to };

		if (*to == from)
			continue;
		routes_predict(routes, from, *to, &p.verdict);
		prediction_row(t, routes->fabric, &p);
		verdict_release(&p.verdict);
	}
	table_print(t, r->out, r->coloured);
}

static void pairs_text(const struct report *r, const struct routes *routes, const index_list *nodes)
{
	static const char *const heads[] = { "FROM", "TO", ">RTT", "PATH" };
	struct table *t = table_new(heads, countof(heads));

	for (each(const uint32_t, from, nodes))
		measure_pairs(t, routes, *from, nodes);
	for (each(const uint32_t, from, nodes))
		print_pairs(t, r, routes, *from, nodes);
	table_print(t, r->out, r->coloured); /* the heads, where there is no pair */
	table_free(t);
}

void report_translations(FILE *out, const struct fabric *f, const struct path *p)
{
	for (each(const struct translation, t, &p->nats))
		if (!addr_eq(&t->before.src, &t->after.src))
			fprintf(out, "  %s translates the source %s to %s\n", node_name(f, t->node),
				ADDR_STR(&t->before.src), ADDR_STR(&t->after.src));
		else
			fprintf(out, "  %s translates the destination %s to %s\n",
				node_name(f, t->node), ADDR_STR(&t->before.dst),
				ADDR_STR(&t->after.dst));
}

/* A single pair is printed as sentences, several pairs as a table. */
static void prediction_sentences(const struct report *r, const struct fabric *f,
				 const struct prediction *p)
{
	const struct verdict *v = &p->verdict;
	own_text scratch = { 0 };

	if (!v->reachable) {
		fprintf(r->out, "%s does not reach %s\n  %s\n", node_name(f, p->from),
			node_name(f, p->to), v->reason ? v->reason : "");
		return;
	}
	fprintf(r->out, "%s reaches %s in %s\n", node_name(f, p->from), node_name(f, p->to),
		prediction_rtt_text(v, &scratch));
	fprintf(r->out, "  %s\n", prediction_path_text(f, &v->forward, &scratch));
	report_translations(r->out, f, &v->forward);
	if (v->symmetric)
		fputs("  and back by the same path\n", r->out);
	else
		fprintf(r->out, "  and back by\n  %s\n",
			prediction_path_text(f, &v->back, &scratch));
	if (v->partial)
		fputs("  (one of several equal-cost paths, some of which do not arrive: each "
		      "flow's addresses select its path)\n",
		      r->out);
	else if (v->multipath)
		fputs("  (one of several equal-cost paths: each flow's addresses select its "
		      "path)\n",
		      r->out);
}

static void prediction_path_json(struct json *j, const char *key, const struct fabric *f,
				 const struct path *p)
{
	json_open(j, key, '[');
	for (each(struct step, s, &p->steps))
		json_string(j, NULL, node_name(f, s->node));
	json_close(j);
}

static void translations_json(struct json *j, const struct fabric *f, const struct path *p)
{
	if (p->nats.n == 0)
		return;
	json_open(j, "translations", '[');
	for (each(const struct translation, t, &p->nats)) {
		json_row(j, NULL, '{');
		json_string(j, "node", node_name(f, t->node));
		json_string(j, "from", ADDR_STR(&t->after.src));
		json_string(j, "to", ADDR_STR(&t->after.dst));
		json_close(j);
	}
	json_close(j);
}

/* Equal-cost paths may differ in delay: rtt-ms belongs to the path shown. */
static void prediction_rtts_json(struct json *j, const struct verdict *v)
{
	if (v->reachable) {
		json_ms(j, "rtt-ms", v->rtt_ns);
		json_ms(j, "rtt-min-ms", v->rtt_min_ns);
		json_ms(j, "rtt-max-ms", v->rtt_max_ns);
	} else {
		json_null(j, "rtt-ms");
		json_null(j, "rtt-min-ms");
		json_null(j, "rtt-max-ms");
	}
}

static void prediction_json(struct json *j, const struct routes *routes, const struct prediction *p)
{
	const struct fabric *f = routes->fabric;
	const struct verdict *v = &p->verdict;

	json_row(j, NULL, '{');
	json_string(j, "from", node_name(f, p->from));
	json_string(j, "to", node_name(f, p->to));
	json_bool(j, "reachable", v->reachable);
	prediction_rtts_json(j, v);
	prediction_path_json(j, "forward", f, &v->forward);
	prediction_path_json(j, "return", f, &v->back);
	translations_json(j, f, &v->forward);
	json_bool(j, "symmetric", v->symmetric);
	json_bool(j, "multipath", v->multipath);
	json_bool(j, "partial", v->partial);
	json_string(j, "reason", v->reason);
	report_visible_json(j, routes, v);
	json_close(j);
}

static void pairs_json(struct json *j, const struct routes *routes, const index_list *nodes)
{
	for (each(const uint32_t, from, nodes))
		for (each(const uint32_t, to, nodes)) {
			struct prediction p = { .from = *from, .to = *to };

			if (*to == *from)
				continue;
			routes_predict(routes, *from, *to, &p.verdict);
			prediction_json(j, routes, &p);
			verdict_release(&p.verdict);
		}
}

static struct json begin_pairs(const struct report *r, const char *lab)
{
	struct json j = json_begin(r->out);

	json_open(&j, NULL, '{');
	json_string(&j, "lab", lab);
	json_open(&j, "pairs", '[');
	return j;
}

static void end_pairs(struct json *j)
{
	json_close(j);
	json_close(j);
	json_end(j);
}

void report_prediction(const struct report *r, const char *lab, const struct routes *routes,
		       const struct prediction *p)
{
	struct json j;

	if (!r->json) {
		prediction_sentences(r, routes->fabric, p);
		if (routes->fabric->model->hops == HOPS_AZURE)
			report_visible(r->out, routes, &p->verdict);
		return;
	}
	j = begin_pairs(r, lab);
	prediction_json(&j, routes, p);
	end_pairs(&j);
}

void report_predictions(const struct report *r, const char *lab, const struct routes *routes,
			const index_list *nodes)
{
	struct json j;

	if (!r->json) {
		pairs_text(r, routes, nodes);
		return;
	}
	j = begin_pairs(r, lab);
	pairs_json(&j, routes, nodes);
	end_pairs(&j);
}
