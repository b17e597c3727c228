/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routing tables in the form of the cloud's own tools. */
#include <string.h>

#include "base/text.h"
#include "report/json.h"
#include "report/report.h"
#include "report/table.h"
#include "routing/cloud_table.h"

static void listing_begin(struct json *j, const char *lab, const struct routes *r, uint32_t node,
			  const char *as)
{
	json_open(j, NULL, '{');
	json_string(j, "lab", lab);
	json_string(j, "node", r->fabric->nodes.v[node].name);
	json_string(j, "as", as);
	json_open(j, "routes", '[');
}

static void listing_end(struct json *j)
{
	json_close(j);
	json_close(j);
	json_end(j);
}

static void address_json(struct json *j, const char *key, const struct addr *a)
{
	json_string(j, key, a->family ? ADDR_STR(a) : NULL);
}

static const char *effective_state(const struct effective_route *e)
{
	return e->active ? "Active" : "Invalid";
}

/* ---- effective routes of a network card ---- */

static void effective_text(const struct report *r, const effective_list *list)
{
	static const char *const heads[] = { "Source", "State", "Address Prefix", "Next Hop Type",
					     "Next Hop IP" };
	struct table *t = table_new(heads, countof(heads));

	for (each(const struct effective_route, e, list)) {
		own_text hops = { 0 };

		for (each(const struct addr, a, &e->hops))
			text_printf(&hops, "%s%s", hops.n ? " " : "", ADDR_STR(a));
		table_cell(t, "%s", e->source);
		table_cell(t, "%s", effective_state(e));
		table_cell(t, "%s", PREFIX_STR(&e->prefix));
		table_cell(t, "%s", e->hop_type);
		table_cell(t, "%s", text_str(&hops));
	}
	table_print(t, r->out, r->coloured);
	table_free(t);
}

static void effective_json(struct json *j, const effective_list *list)
{
	for (each(const struct effective_route, e, list)) {
		json_row(j, NULL, '{');
		json_string(j, "source", e->source);
		json_string(j, "state", effective_state(e));
		json_string(j, "prefix", PREFIX_STR(&e->prefix));
		json_string(j, "next-hop-type", e->hop_type);
		json_open(j, "next-hop-ips", '[');
		for (each(const struct addr, a, &e->hops))
			address_json(j, NULL, a);
		json_close(j);
		json_close(j);
	}
}

/* ---- routes of a BGP speaker ---- */

static const char *listed_path_text(const struct listed_route *l, char between, struct text *t)
{
	text_clear(t);
	for (uint32_t i = 0; i < l->path->n; i++) {
		if (i)
			text_addn(t, &between, 1);
		text_printf(t, "%u", as_path_at(l->path, i));
	}
	return text_str(t);
}

static void address_cell(struct table *t, const struct addr *a)
{
	table_cell(t, "%s", a->family ? ADDR_STR(a) : "");
}

static void circuit_text(const struct report *r, const listed_list *list)
{
	static const char *const heads[] = { "Network", "NextHop", "LocPrf", "Weight", "Path" };
	struct table *t = table_new(heads, countof(heads));
	own_text path = { 0 };

	for (each(const struct listed_route, l, list)) {
		table_cell(t, "%s", PREFIX_STR(&l->prefix));
		address_cell(t, &l->next_hop);
		if (l->local_pref)
			table_cell(t, "%u", l->local_pref);
		else
			table_cell(t, "%s", "");
		table_cell(t, "%u", l->weight);
		table_cell(t, "%s", listed_path_text(l, ' ', &path));
	}
	table_print(t, r->out, r->coloured);
	table_free(t);
}

static void speaker_text(const struct report *r, const listed_list *list)
{
	static const char *const heads[] = { "LocalAddress", "Network", "NextHop", "SourcePeer",
					     "Origin",	     "AsPath",	"Weight" };
	struct table *t = table_new(heads, countof(heads));
	own_text path = { 0 };

	for (each(const struct listed_route, l, list)) {
		address_cell(t, &l->local);
		table_cell(t, "%s", PREFIX_STR(&l->prefix));
		address_cell(t, &l->next_hop);
		address_cell(t, &l->peer);
		table_cell(t, "%s", l->origin);
		table_cell(t, "%s", listed_path_text(l, '-', &path));
		table_cell(t, "%u", l->weight);
	}
	table_print(t, r->out, r->coloured);
	table_free(t);
}

static void listed_json(struct json *j, const listed_list *list)
{
	for (each(const struct listed_route, l, list)) {
		json_row(j, NULL, '{');
		address_json(j, "local-address", &l->local);
		json_string(j, "network", PREFIX_STR(&l->prefix));
		address_json(j, "next-hop", &l->next_hop);
		address_json(j, "source-peer", &l->peer);
		json_string(j, "origin", l->origin);
		json_open(j, "as-path", '[');
		for (uint32_t i = 0; i < l->path->n; i++)
			json_number(j, NULL, as_path_at(l->path, i));
		json_close(j);
		json_number_or_null(j, "local-preference", l->local_pref);
		json_number(j, "weight", l->weight);
		json_close(j);
	}
}

/* ---- all ---- */

void report_effective_routes(const struct report *r, const char *lab, const struct routes *routes,
			     uint32_t node)
{
	struct json j = json_begin(r->out);
	effective_list list = { 0 };

	cloud_table_effective(routes, cloud_table_network(routes->fabric, node), &list);
	if (r->json) {
		listing_begin(&j, lab, routes, node, "effective-routes");
		effective_json(&j, &list);
		listing_end(&j);
	} else {
		effective_text(r, &list);
	}
	effective_release(&list);
}

void report_listed_routes(const struct report *r, const char *lab, const struct routes *routes,
			  uint32_t node, const char *as)
{
	bool circuit = strcmp(as, "circuit") == 0;
	struct json j = json_begin(r->out);
	listed_list list = { 0 };

	if (circuit)
		cloud_table_circuit(routes, node, &list);
	else if (strcmp(as, "learned") == 0)
		cloud_table_learned(routes, node, &list);
	else
		cloud_table_advertised(routes, node, &list);
	if (r->json) {
		listing_begin(&j, lab, routes, node, as);
		listed_json(&j, &list);
		listing_end(&j);
	} else if (circuit) {
		circuit_text(r, &list);
	} else {
		speaker_text(r, &list);
	}
	vec_free(&list);
}
