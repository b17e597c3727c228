/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "cli/named.h"
#include "fabric/fabric.h"
#include "routing/cloud_table.h"

static bool routes_kind_is_gateway(enum node_kind kind)
{
	return kind == NODE_ER_GATEWAY || kind == NODE_VPN_GATEWAY || kind == NODE_ROUTE_SERVER;
}

/* The kind of node that has this table, if `node` is of another kind; else NULL. */
static const char *routes_wanted_kind(const struct fabric *f, uint32_t node, const char *as)
{
	enum node_kind kind = f->nodes.v[node].kind;

	if (strcmp(as, "effective-routes") == 0)
		return cloud_table_network(f, node) != NONE
			       ? NULL
			       : "a virtual network's machine, as hub.vm";
	if (strcmp(as, "circuit") == 0)
		return kind == NODE_MSEE ? NULL : "a circuit's edge router, as er.primary";
	return routes_kind_is_gateway(kind) ? NULL : "a gateway, as hub.er-gateway";
}

static enum exit_status routes_print_as(const struct world *w, uint32_t node,
					struct invocation *inv)
{
	const char *as = inv->value[OPT_AS], *want = routes_wanted_kind(w->fabric, node, as);
	struct report r = report_of(inv);

	if (want)
		return mistake(inv, "option-value", "--as=%s is of %s; '%s' is a %s", as, want,
			       inv->args[1], node_kind_name(w->fabric->nodes.v[node].kind));
	if (strcmp(as, "effective-routes") == 0)
		report_effective_routes(&r, world_name(w), w->routes, node);
	else
		report_listed_routes(&r, world_name(w), w->routes, node, as);
	return EXIT_DONE;
}

enum exit_status cmd_routes(struct invocation *inv)
{
	struct report r = report_of(inv);
	own_world w = { 0 };
	uint32_t node = 0;
	bool all = given(inv, OPT_ALL);
	enum exit_status status;

	if (all == (inv->n > 1))
		return mistake(inv, "arguments",
			       "'routes' wants a node, or --all for every node's");
	if (all && given(inv, OPT_AS))
		return mistake(inv, "arguments", "--as wants a node, not --all");
	status = named_world(&w, inv->args[0], inv);
	if (status == EXIT_DONE && !all)
		status = named_node(&w, inv->args[1], inv, &node);
	if (status != EXIT_DONE)
		return status;
	if (given(inv, OPT_AS))
		return routes_print_as(&w, node, inv);
	if (all)
		report_all_routes(&r, world_name(&w), w.routes);
	else
		report_routes(&r, world_name(&w), w.routes, node);
	return EXIT_DONE;
}
