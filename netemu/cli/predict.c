/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>

#include "base/vec.h"
#include "cli/predict.h"
#include "fabric/fabric.h"

enum { PAIRS_MAX = 1000000 }; /* each takes some 10 us */

static void predict_pair(const struct world *w, uint32_t from, uint32_t to, prediction_list *ret)
{
	struct prediction *p = vec_add(NULL, ret);

	p->from = from;
	p->to = to;
	routes_predict(w->routes, from, to, &p->verdict);
}

void predict_hosts(const struct world *w, prediction_list *ret)
{
	const struct node *n = w->fabric->nodes.v;
	uint32_t nodes = (uint32_t)w->fabric->nodes.n;

	for (uint32_t a = 0; a < nodes; a++)
		for (uint32_t b = 0; b < nodes; b++)
			if (a != b && node_is_machine(&n[a]) && node_is_machine(&n[b]))
				predict_pair(w, a, b, ret);
}

/* Limits the pairs: a file of a few lines can define more of them than fit into memory. */
static enum exit_status predict_check_pairs(const struct world *w, struct invocation *inv)
{
	struct pos nowhere = { 0 };
	size_t hosts = 0;

	for (each(const struct node, n, &w->fabric->nodes))
		hosts += node_is_machine(n);
	if (hosts < 2 || hosts * (hosts - 1) <= PAIRS_MAX)
		return EXIT_DONE;
	diag_error(inv->dg, nowhere, -E2BIG, "limit", "%zu hosts are %zu pairs: more than %d",
		   hosts, hosts * (hosts - 1), PAIRS_MAX);
	diag_hint(inv->dg, "name two: netemu predict FILE A B");
	return EXIT_MISTAKE;
}

enum exit_status predict_named(const struct world *w, struct invocation *inv, prediction_list *ret)
{
	uint32_t node[2];

	for (size_t i = 0; i < 2; i++)
		if (named_node(w, inv->args[1 + i], inv, &node[i]) != EXIT_DONE)
			return EXIT_MISTAKE;
	predict_pair(w, node[0], node[1], ret);
	return EXIT_DONE;
}

static void predict_list_machines(const struct world *w, index_list *ret)
{
	for (uint32_t i = 0; i < w->fabric->nodes.n; i++)
		if (node_is_machine(&w->fabric->nodes.v[i]))
			vec_push(NULL, ret, i);
}

void predictions_release(prediction_list *list)
{
	for (each(struct prediction, p, list))
		verdict_release(&p->verdict);
	vec_free(list);
}

static enum exit_status predict_print_pair(const struct report *r, const struct world *w,
					   struct invocation *inv)
{
	prediction_list list = { 0 };
	enum exit_status status = predict_named(w, inv, &list);

	if (status == EXIT_DONE)
		report_prediction(r, world_name(w), w->routes, &list.v[0]);
	predictions_release(&list);
	return status;
}

static enum exit_status predict_print_all(const struct report *r, const struct world *w,
					  struct invocation *inv)
{
	index_list machines = { 0 };
	enum exit_status status = predict_check_pairs(w, inv);

	if (status != EXIT_DONE)
		return status;
	predict_list_machines(w, &machines);
	report_predictions(r, world_name(w), w->routes, &machines);
	vec_free(&machines);
	return EXIT_DONE;
}

enum exit_status cmd_predict(struct invocation *inv)
{
	struct report r = report_of(inv);
	own_world w = { 0 };
	enum exit_status status;

	if (inv->n == 2)
		return mistake(inv, "arguments",
			       "'predict' wants two nodes, or none for all pairs: "
			       "netemu predict FILE A B");
	status = named_file(&w, inv->args[0], inv);
	if (status != EXIT_DONE)
		return status;
	return inv->n == 1 ? predict_print_all(&r, &w, inv) : predict_print_pair(&r, &w, inv);
}
