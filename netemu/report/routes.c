/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <sys/socket.h>

#include "base/text.h"
#include "model/model.h"
#include "report/json.h"
#include "report/report.h"
#include "report/table.h"

static const char *fib_hop_name(const struct routes *r, uint32_t hop)
{
	const struct fabric *f = r->fabric;
	uint32_t via = r->hops.v[hop].via;

	return via == NONE ? NULL : f->nodes.v[f->ifaces.v[via].node].name;
}

static const char *fib_origin_name(const struct fabric *f, const struct fib_entry *e)
{
	const struct origination *o = e->route ? e->route->origin : NULL;

	if (!o)
		return NULL;
	return o->object ? o->object->name : f->nodes.v[o->node].name;
}

/* The origin of the route, and why it was preferred to other routes. */
static const char *fib_reason_text(const struct fib_entry *e, struct text *t)
{
	text_clear(t);
	if (e->why)
		text_add(t, e->why);
	if (e->route && e->route->because)
		text_printf(t, "%s%s", t->n ? "; " : "", e->route->because);
	return text_str(t);
}

static const char *fib_hops_text(const struct routes *r, const struct fib_entry *e, struct text *t)
{
	text_clear(t);
	if (e->type == ROUTE_BLACKHOLE)
		text_add(t, "blackhole");
	for (uint32_t i = 0; i < e->nhops; i++) {
		const char *name = fib_hop_name(r, e->hop + i);

		text_printf(t, "%s%s", i ? ", " : "", name ? name : "on the link");
	}
	return text_str(t);
}

static const char *fib_path_text(const struct fib_entry *e, struct text *t)
{
	text_clear(t);
	for (uint32_t i = 0; e->route && e->route->path && i < e->route->path->n; i++)
		text_printf(t, "%s%u", i ? " " : "", as_path_at(e->route->path, i));
	return text_str(t);
}

static void routes_text(const struct report *r, const struct routes *routes, uint32_t node)
{
	static const char *const heads[] = { "PREFIX",	"NEXT HOPS", "PROTOCOL",
					     "AS PATH", "ORIGIN",    "BECAUSE" };
	struct table *t = table_new(heads, countof(heads));
	own_text scratch = { 0 };

	for (each(struct fib_entry, e, &routes->table[node].fib)) {
		const char *origin = fib_origin_name(routes->fabric, e);

		table_cell(t, "%s", PREFIX_STR(&e->prefix));
		table_cell(t, "%s", fib_hops_text(routes, e, &scratch));
		table_cell(t, "%s", fib_source_name(e->source));
		table_cell(t, "%s", fib_path_text(e, &scratch));
		table_cell(t, "%s", origin ? origin : "");
		table_cell(t, "%s", fib_reason_text(e, &scratch));
	}
	table_print(t, r->out, r->coloured);
	table_free(t);
}

static void fib_entry_json(struct json *j, const struct routes *r, const struct fib_entry *e)
{
	own_text scratch = { 0 };

	json_row(j, NULL, '{');
	json_string(j, "prefix", PREFIX_STR(&e->prefix));
	json_open(j, "next-hops", '[');
	for (uint32_t i = 0; i < e->nhops; i++)
		if (fib_hop_name(r, e->hop + i))
			json_string(j, NULL, fib_hop_name(r, e->hop + i));
	json_close(j);
	json_string(j, "protocol", fib_source_name(e->source));
	json_string(j, "type", e->type == ROUTE_BLACKHOLE ? "blackhole" : "unicast");
	json_open(j, "as-path", '[');
	for (uint32_t i = 0; e->route && e->route->path && i < e->route->path->n; i++)
		json_number(j, NULL, as_path_at(e->route->path, i));
	json_close(j);
	json_string(j, "origin", fib_origin_name(r->fabric, e));
	json_string(j, "because", fib_reason_text(e, &scratch));
	json_close(j);
}

static void fib_json(struct json *j, const struct routes *routes, uint32_t node)
{
	json_string(j, "node", routes->fabric->nodes.v[node].name);
	json_open(j, "routes", '[');
	for (each(struct fib_entry, e, &routes->table[node].fib))
		fib_entry_json(j, routes, e);
	json_close(j);
}

void report_all_routes(const struct report *r, const char *lab, const struct routes *routes)
{
	struct json j = json_begin(r->out);
	size_t n = routes->fabric->nodes.n;

	for (uint32_t node = 0; node < n && !r->json; node++) {
		fprintf(r->out, "%s%s\n", node ? "\n" : "", routes->fabric->nodes.v[node].name);
		routes_text(r, routes, node);
	}
	if (!r->json)
		return;
	json_open(&j, NULL, '{');
	json_string(&j, "lab", lab);
	json_open(&j, "nodes", '[');
	for (uint32_t node = 0; node < n; node++) {
		json_open(&j, NULL, '{');
		fib_json(&j, routes, node);
		json_close(&j);
	}
	json_close(&j);
	json_close(&j);
	json_end(&j);
}

void report_routes(const struct report *r, const char *lab, const struct routes *routes,
		   uint32_t node)
{
	struct json j = json_begin(r->out);

	if (!r->json) {
		routes_text(r, routes, node);
		return;
	}
	json_open(&j, NULL, '{');
	json_string(&j, "lab", lab);
	fib_json(&j, routes, node);
	json_close(&j);
	json_end(&j);
}
