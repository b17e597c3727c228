#include <stdlib.h>

#include "base/vec.h"
#include "cli/world.h"
#include "fabric/fabric.h"

typedef VEC(struct prediction) prediction_list;

static void predict(const struct world *w, uint32_t from, uint32_t to, prediction_list *ret)
{
	struct prediction *p = vec_add(NULL, ret);

	p->from = from;
	p->to = to;
	routes_predict(w->routes, from, to, &p->verdict);
}

static void predict_hosts(const struct world *w, prediction_list *ret)
{
	const struct node *n = w->fabric->nodes.v;
	uint32_t nodes = (uint32_t)w->fabric->nodes.n;

	for (uint32_t a = 0; a < nodes; a++)
		for (uint32_t b = 0; b < nodes; b++)
			if (a != b && node_is_machine(&n[a]) && node_is_machine(&n[b]))
				predict(w, a, b, ret);
}

static enum exit_status predict_named(const struct world *w, struct invocation *inv,
				      prediction_list *ret)
{
	uint32_t node[2];

	for (size_t i = 0; i < 2; i++)
		if (world_node(w, inv->args[1 + i], inv, &node[i]) != EXIT_DONE)
			return EXIT_MISTAKE;
	predict(w, node[0], node[1], ret);
	return EXIT_DONE;
}

enum exit_status cmd_predict(struct invocation *inv)
{
	struct report r = report_of(inv);
	own_world w = { 0 };
	prediction_list list = { 0 };
	enum exit_status status;

	if (inv->n == 2)
		return mistake(inv, "arguments",
			       "'predict' wants two nodes, or none for all pairs");
	status = world_load(&w, inv->args[0], inv);
	if (status == EXIT_DONE && inv->n == 1)
		predict_hosts(&w, &list);
	else if (status == EXIT_DONE)
		status = predict_named(&w, inv, &list);
	if (status == EXIT_DONE)
		report_predictions(&r, world_name(&w), w.fabric, list.v, list.n);
	for (each(struct prediction, p, &list))
		verdict_release(&p->verdict);
	vec_free(&list);
	return status;
}
