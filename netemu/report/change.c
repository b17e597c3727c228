/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/text.h"
#include "net/units.h"
#include "report/json.h"
#include "report/report.h"
#include "report/table.h"
#include "report/utf8.h"

static const char *const fates[] = {
	[PAIR_LOST] = "lost", [PAIR_GAINED] = "gained", [PAIR_TURNED] = "turned"
};

/* ---- text ---- */

static void count_text(struct text *t, size_t n, const char *thing, const char *what)
{
	if (n > 0)
		text_printf(t, "%s%zu %s%s %s", t->n ? ", " : "", n, thing, n == 1 ? "" : "s",
			    what);
}

/* "2 links down, 14 routes changed in 6 nodes" */
static void network_text(const struct difference *d, struct text *t)
{
	count_text(t, d->nodes_new, "node", "new");
	count_text(t, d->nodes_gone, "node", "gone");
	count_text(t, d->links_new, "link", "new");
	count_text(t, d->links_gone, "link", "gone");
	count_text(t, d->links_down, "link", "down");
	count_text(t, d->links_up, "link", "up");
	if (d->routes > 0)
		text_printf(t, "%s%zu route%s changed in %zu node%s", t->n ? ", " : "", d->routes,
			    d->routes == 1 ? "" : "s", d->routers, d->routers == 1 ? "" : "s");
	else
		text_printf(t, "%sno route changed", t->n ? ", " : "");
}

static bool has_same_way(const struct pair_change *p)
{
	return p->fate == PAIR_TURNED && strcmp(p->way_before, p->way_after) == 0;
}

static void pair_changes_text(const struct difference *d, struct text *t)
{
	size_t turned = difference_pairs(d, PAIR_TURNED), same = 0;

	for (each(const struct pair_change, p, &d->pairs))
		same += has_same_way(p) && p->rtt_before_ns != p->rtt_after_ns;
	turned -= same;

	if (d->pairs.n == 0) {
		text_add(t, "; no pair affected");
		return;
	}
	text_printf(t, "; %zu pair%s lost, %zu gained", difference_pairs(d, PAIR_LOST),
		    difference_pairs(d, PAIR_LOST) == 1 ? "" : "s",
		    difference_pairs(d, PAIR_GAINED));
	text_printf(t, ", %zu take%s another path", turned, turned == 1 ? "s" : "");
	if (same > 0)
		text_printf(t, ", %zu with the same path and another round trip", same);
}

static void pair_change_text(const struct report *r, const struct pair_change *p)
{
	FILE *out = r->out;

	fprintf(out, "  %s  %s to %s: ", fates[p->fate], p->from, p->to);
	if (p->fate == PAIR_LOST) {
		utf8_print(out, p->reason ? p->reason : "unreachable");
		fputc('\n', out);
		return;
	}
	fprintf(out, "%s, %s%s\n", TIME_STR(p->rtt_after_ns), p->back ? "back by " : "by ",
		p->way_after);
	if (p->fate == PAIR_TURNED && !has_same_way(p))
		fprintf(out, "          before: %s, %s\n", TIME_STR(p->rtt_before_ns),
			p->way_before);
	else if (p->fate == PAIR_TURNED && p->rtt_before_ns != p->rtt_after_ns)
		fprintf(out, "          before: %s\n", TIME_STR(p->rtt_before_ns));
	else if (p->fate == PAIR_TURNED)
		fprintf(out, "          before: a different set of equal-cost paths\n");
}

static void change_text(const struct report *r, const struct change_report *c)
{
	own_text t = { 0 };

	utf8_print(r->out, c->what);
	network_text(c->d, &t);
	if (c->took_ns > 0)
		text_printf(&t, " (%s)", TIME_STR((c->took_ns + 50000) / 100000 * 100000));
	pair_changes_text(c->d, &t);
	if (c->known_ns > 0)
		text_printf(&t, "; converged after %s", TIME_STR(c->known_ns));
	fprintf(r->out, ": %s\n", text_str(&t));
	for (each(const struct pair_change, p, &c->d->pairs))
		if (r->verbose)
			pair_change_text(r, p);
}

/* ---- JSON ---- */

static void difference_json(struct json *j, const struct difference *d)
{
	json_row(j, "nodes", '{');
	json_number(j, "new", d->nodes_new);
	json_number(j, "gone", d->nodes_gone);
	json_close(j);
	json_row(j, "links", '{');
	json_number(j, "new", d->links_new);
	json_number(j, "gone", d->links_gone);
	json_number(j, "down", d->links_down);
	json_number(j, "up", d->links_up);
	json_close(j);
	json_row(j, "routes", '{');
	json_number(j, "changed", d->routes);
	json_number(j, "nodes", d->routers);
	json_close(j);
}

static void ms_or_null_json(struct json *j, const char *key, uint64_t ns)
{
	if (ns > 0)
		json_ms(j, key, ns);
	else
		json_null(j, key);
}

static void pair_change_json(struct json *j, const struct pair_change *p)
{
	json_row(j, NULL, '{');
	json_string(j, "from", p->from);
	json_string(j, "to", p->to);
	json_string(j, "fate", fates[p->fate]);
	ms_or_null_json(j, "rtt-before-ms", p->rtt_before_ns);
	ms_or_null_json(j, "rtt-after-ms", p->rtt_after_ns);
	json_string(j, "reason", p->reason);
	json_close(j);
}

void report_change(const struct report *r, const char *lab, const struct change_report *c)
{
	struct json j = json_begin(r->out);

	if (!r->json) {
		change_text(r, c);
		return;
	}
	json_open(&j, NULL, '{');
	json_string(&j, "lab", lab);
	json_string(&j, "change", c->what);
	ms_or_null_json(&j, "took-ms", c->took_ns);
	json_ms(&j, "known-after-ms", c->known_ns);
	difference_json(&j, c->d);
	json_open(&j, "pairs", '[');
	for (each(const struct pair_change, p, &c->d->pairs))
		pair_change_json(&j, p);
	json_close(&j);
	json_close(&j);
	json_end(&j);
}

/* ---- impairments ---- */

/* The node at a link's end: that of its interface, or the router of its segment. */
static const char *end_name(const struct fabric *f, const struct link_end *e)
{
	uint32_t iface = e->iface != NONE ? e->iface : f->segments.v[e->segment].home;

	return iface != NONE ? f->nodes.v[f->ifaces.v[iface].node].name
			     : f->segments.v[e->segment].name;
}

static void impairment_cells(struct table *t, const struct impairment *i)
{
	table_cell(t, "%s", TIME_STR(i->delay_ns));
	table_cell(t, "%s", TIME_STR(i->jitter_ns));
	table_cell(t, "%s", i->rate_bps ? RATE_STR(i->rate_bps) : "-");
	table_cell(t, "%s", SHARE_STR(i->loss_ppm));
	table_cell(t, "%s", SHARE_STR(i->duplicate_ppm));
	table_cell(t, "%s", SHARE_STR(i->reorder_ppm));
}

static void impairments_text(const struct report *r, const struct fabric *f,
			     const index_list *links)
{
	static const char *const heads[] = { "FROM", "TO",   "DELAY",	  "JITTER",
					     "RATE", "LOSS", "DUPLICATE", "REORDER" };
	struct table *t = table_new(heads, countof(heads));

	for (each(const uint32_t, i, links))
		for (int e = 1; e >= 0; e--) {
			const struct fabric_link *l = &f->links.v[*i];

			table_cell(t, "%s", end_name(f, &l->end[!e]));
			table_cell(t, "%s", end_name(f, &l->end[e]));
			impairment_cells(t, &l->to[e]);
		}
	table_print(t, r->out, r->coloured);
	table_free(t);
}

static void impairment_json(struct json *j, const struct fabric *f, const struct fabric_link *l,
			    int towards)
{
	json_row(j, NULL, '{');
	json_string(j, "link", l->name);
	json_string(j, "from", end_name(f, &l->end[!towards]));
	json_string(j, "to", end_name(f, &l->end[towards]));
	json_impairment(j, &l->to[towards]);
	json_close(j);
}

void report_impairments(const struct report *r, const char *lab, const struct fabric *f,
			const index_list *links)
{
	struct json j = json_begin(r->out);

	if (!r->json) {
		impairments_text(r, f, links);
		return;
	}
	json_open(&j, NULL, '{');
	json_string(&j, "lab", lab);
	json_open(&j, "directions", '[');
	for (each(const uint32_t, i, links))
		for (int e = 1; e >= 0; e--)
			impairment_json(&j, f, &f->links.v[*i], e);
	json_close(&j);
	json_close(&j);
	json_end(&j);
}

/* ---- plans ---- */

static void plan_diff_json(const struct report *r, const char *lab, char *lines)
{
	struct json j = json_begin(r->out);

	json_open(&j, NULL, '{');
	json_string(&j, "lab", lab);
	json_open(&j, "differences", '[');
	for (char *line; (line = strsep(&lines, "\n"));)
		if (*line)
			json_string(&j, NULL, line);
	json_close(&j);
	json_close(&j);
	json_end(&j);
}

void report_plan_diff(const struct report *r, const char *lab, const struct plan_diff *d)
{
	own_text t = { 0 };

	plan_diff_text(d, &t);
	if (r->json)
		plan_diff_json(r, lab, t.s);
	else
		fputs(text_str(&t), r->out);
}

void report_mended(const struct report *r, const struct lab *lab, const struct plan_diff *d,
		   uint64_t took_ns)
{
	own_text t = { 0 };

	if (r->json) {
		report_plan_diff(r, lab->name, d);
		return;
	}
	count_text(&t, d->v.n, "part", "mended");
	fprintf(r->out, "%s matches its plan%s%s (%s)\n", lab->name, t.n ? ": " : "", text_str(&t),
		TIME_STR((took_ns + 50000) / 100000 * 100000));
	if (r->verbose)
		report_plan_diff(r, lab->name, d);
}
