/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/text.h"
#include "model/model.h"
#include "net/units.h"
#include "report/json.h"
#include "report/names.h"
#include "report/report.h"
#include "report/utf8.h"

/* "avs.yaml:12", or "" without a line. */
static const char *place_text(struct pos at, struct text *t)
{
	text_clear(t);
	if (at.line) {
		utf8_add_all(t, at.file ? at.file : "");
		text_printf(t, ":%u", at.line);
	}
	return text_str(t);
}

/* The next hop of a route, or its own node if the node announces the prefix itself. */
static const char *next_name(const struct fabric *f, const struct route *x)
{
	return x->via == NONE ? node_name(f, x->node) : node_name(f, f->ifaces.v[x->via].node);
}

/* ---- text ---- */

/* True for the routes that a gateway programs into its own network: they need no mention. */
static bool is_own_gateway(const struct session *s)
{
	return s->kind == SESSION_INJECT && s->object->kind == OBJECT_VIRTUAL_NETWORK;
}

/* "pc-a (private cloud, line 8), dc1-a (Global Reach connection, line 40)": several sessions of one
 * object in a row are listed once. */
static void chain_text(const struct explained_hop *h, FILE *out)
{
	const struct object *last = NULL;

	for (each(const struct handoff, x, &h->chain)) {
		const struct object *o = x->session->object;

		if (o == last || is_own_gateway(x->session))
			continue;
		fprintf(out, "%s%s (%s, line %u)", last ? ", " : "", o->name,
			object_kind_name(o->kind), x->session->pos.line);
		last = o;
	}
}

static void choice_text(const struct routes *r, const struct explained_hop *h, FILE *out)
{
	const struct fabric *f = r->fabric;
	const struct choice *c = &h->choice;
	own_text t = { 0 };

	if (c->equals > 1)
		fprintf(out, "       one of %u equal-cost routes, which share the load\n",
			c->equals);
	if (!c->runner_up)
		return;
	text_add(&t, "preferred");
	if (c->node != h->node)
		text_printf(&t, " by %s", node_name(f, c->node));
	text_printf(&t, " to the route over %s", next_name(f, c->runner_up));
	fprintf(out, "       %s: %s\n", text_str(&t), c->sentence);
}

static void match_text(const struct routes *r, const struct explained_hop *h, FILE *out)
{
	own_text t = { 0 };
	const struct fib_entry *e = h->match;

	fprintf(out, "       %s, %s", PREFIX_STR(&e->prefix), fib_source_name(e->source));
	if (e->why && e->source != FIB_CONNECTED)
		fprintf(out, ": %s", e->why);
	if (h->pos.line)
		fprintf(out, " [%s]", place_text(h->pos, &t));
	fputc('\n', out);
	if (h->loser)
		fprintf(out, "       %s\n", h->loser);
	if (h->chain.n) {
		fputs("       learned through ", out);
		chain_text(h, out);
		fputc('\n', out);
	}
	if (h->ring)
		fprintf(out,
			"       the routers learn this route from each other in a loop: none "
			"learns it from %s\n",
			node_name(r->fabric, h->choice.chosen->origin->node));
	choice_text(r, h, out);
}

static void explained_hop_text(const struct routes *r, const struct explained_hop *h, size_t number,
			       FILE *out)
{
	const struct fabric *f = r->fabric;

	fprintf(out, "  %2zu.  %s", number, node_name(f, h->node));
	if (h->next == NONE) {
		fputs("\n", out);
		return;
	}
	fprintf(out, " to %s", node_name(f, h->next));
	if (h->delay_ns)
		fprintf(out, ", %s", TIME_STR(h->delay_ns));
	if (h->tunnel)
		fprintf(out, ", through the extension '%s'", h->tunnel->name);
	fputc('\n', out);
	match_text(r, h, out);
}

static void detour_text(const struct fabric *f, const struct detour *d, FILE *out)
{
	own_text t = { 0 };

	fprintf(out, "  Detour: this path takes %s; a faster path takes %s.\n",
		TIME_STR(d->taken_ns), TIME_STR(d->best_ns));
	fprintf(out, "  %s sends the packet to %s instead of %s: %s", node_name(f, d->at),
		node_name(f, d->turned_to), node_name(f, d->better), d->cause);
	if (d->pos.line)
		fprintf(out, " [%s]", place_text(d->pos, &t));
	fputs(".\n  The faster path: ", out);
	for (size_t i = 0; i < d->nodes.n; i++)
		fprintf(out, "%s%s", i ? " > " : "", node_name(f, d->nodes.v[i]));
	fputc('\n', out);
}

static void trombone_text(const struct fabric *f, const struct trombone *x, FILE *out)
{
	own_text t = { 0 };

	fputs("  Trombone: the packet passes ", out);
	for (size_t i = 0; i < x->twice.n; i++)
		fprintf(out, "%s%s",
			i == 0		     ? ""
			: i + 1 < x->twice.n ? ", "
					     : " and ",
			node_name(f, x->twice.v[i]));
	fprintf(out,
		" twice,\n  once inside the extension '%s', because the gateway of its network "
		"is at the far end [%s].\n",
		x->tunnel->name, place_text(x->tunnel->pos, &t));
}

static void announced_text(const struct fabric *f, const struct origination *g, FILE *out)
{
	own_text t = { 0 };

	if (!g)
		return;
	fprintf(out, "  %s is announced by %s", PREFIX_STR(&g->prefix), node_name(f, g->node));
	if (g->pos.line)
		fprintf(out, " [%s]", place_text(g->pos, &t));
	fputs(".\n", out);
}

static void explained_way_text(const struct routes *r, const struct explained_way *w,
			       const char *title, FILE *out)
{
	own_text t = { 0 };
	size_t number = 0;

	fprintf(out, "\n%s", title);
	if (!w->reason)
		fprintf(out, ", %s", TIME_STR(w->path.delay_ns));
	fputs(":\n", out);
	for (each(const struct explained_hop, h, &w->hops))
		explained_hop_text(r, h, ++number, out);
	report_translations(out, r->fabric, &w->path);
	if (w->reason) {
		fprintf(out, "  The path ends here: %s.\n", w->reason);
		if (w->blamed && w->pos.line)
			fprintf(out, "  See %s, the %s at %s.\n", w->blamed->name,
				object_kind_name(w->blamed->kind), place_text(w->pos, &t));
		else if (w->pos.line)
			fprintf(out, "  See %s.\n", place_text(w->pos, &t));
		announced_text(r->fabric, w->announced, out);
	}
	if (w->trombone.tunnel)
		trombone_text(r->fabric, &w->trombone, out);
	if (w->detour.found)
		detour_text(r->fabric, &w->detour, out);
}

static void only_text(const struct fabric *f, const struct explanation *e, FILE *out)
{
	static const char *const title[] = { "forward", "return" };

	for (int w = 0; w < 2; w++) {
		const char *comma = "";

		if (e->only[w].n == 0)
			continue;
		fprintf(out, "  only on the %s path: ", title[w]);
		for (each(uint32_t, n, &e->only[w])) {
			fprintf(out, "%s%s", comma, node_name(f, *n));
			comma = ", ";
		}
		fputc('\n', out);
	}
}

static void symmetry_text(const struct fabric *f, const struct explanation *e, FILE *out)
{
	if (!e->verdict.reachable)
		return;
	if (e->verdict.symmetric) {
		fputs("\nThe return path is the reverse of the forward path.\n", out);
	} else if (e->inbound_gateways) {
		fputs("\nThe return path is the reverse of the forward path, except for the "
		      "ExpressRoute gateway:\npackets into a virtual network pass it, packets out "
		      "of one bypass it.\n",
		      out);
	} else if (e->only[0].n || e->only[1].n) {
		fputs("\nThe forward and return paths differ (a stateful firewall on one of them "
		      "would see half of\neach connection):\n",
		      out);
		only_text(f, e, out);
	}
	if (e->verdict.partial)
		fputs("Some of the equal-cost paths do not arrive: each flow's addresses select "
		      "its path. The paths\nabove are one example.\n",
		      out);
	else if (e->verdict.multipath)
		fputs("There are other paths of equal cost, and each flow's addresses select its "
		      "path. The paths\nabove are one example.\n",
		      out);
}

static void explain_text(const struct report *r, const struct routes *routes,
			 const struct explanation *e)
{
	const struct fabric *f = routes->fabric;
	const struct verdict *v = &e->verdict;

	if (v->reachable && v->rtt_min_ns == v->rtt_max_ns)
		fprintf(r->out, "%s reaches %s in %s\n", node_name(f, e->from), node_name(f, e->to),
			TIME_STR(v->rtt_ns));
	else if (v->reachable)
		fprintf(r->out, "%s reaches %s in %s (%s to %s over equal-cost paths)\n",
			node_name(f, e->from), node_name(f, e->to), TIME_STR(v->rtt_ns),
			TIME_STR(v->rtt_min_ns), TIME_STR(v->rtt_max_ns));
	else
		fprintf(r->out, "%s does not reach %s%s\n", node_name(f, e->from),
			node_name(f, e->to),
			e->way[0].reason ? "" : ": the answer does not get back");
	explained_way_text(routes, &e->way[0], "forward path", r->out);
	explained_way_text(routes, &e->way[1], "return path", r->out);
	symmetry_text(f, e, r->out);
	if (f->model->hops != HOPS_AZURE)
		return;
	fputs("\nFor this pair, ", r->out);
	report_visible(r->out, routes, v);
}

/* ---- JSON ---- */

static void place_json(struct json *j, struct pos at)
{
	json_string(j, "file", at.line ? at.file : NULL);
	json_number_or_null(j, "line", at.line);
}

static void as_path_json(struct json *j, const char *key, const struct as_path *p)
{
	json_open(j, key, '[');
	for (uint32_t i = 0; i < p->n; i++)
		json_number(j, NULL, as_path_at(p, i));
	json_close(j);
}

static void chain_json(struct json *j, const struct fabric *f, const struct explained_hop *h)
{
	json_open(j, "through", '[');
	for (each(const struct handoff, x, &h->chain)) {
		json_row(j, NULL, '{');
		json_string(j, "from", node_name(f, x->from));
		json_string(j, "to", node_name(f, x->to));
		json_string(j, "object", x->session->object->name);
		json_string(j, "kind", object_kind_name(x->session->object->kind));
		place_json(j, x->session->pos);
		json_close(j);
	}
	json_close(j);
}

static void choice_json(struct json *j, const struct fabric *f, const struct choice *c)
{
	json_open(j, "choice", '{');
	json_string(j, "at", node_name(f, c->node));
	json_string(j, "because", c->sentence ? c->sentence : c->rule);
	json_number(j, "equals", c->equals);
	as_path_json(j, "as-path", c->chosen->path);
	if (c->runner_up) {
		json_string(j, "runner-up", next_name(f, c->runner_up));
		as_path_json(j, "runner-up-as-path", c->runner_up->path);
	} else {
		json_null(j, "runner-up");
	}
	json_close(j);
}

static void explained_hop_json(struct json *j, const struct routes *r,
			       const struct explained_hop *h)
{
	const struct fabric *f = r->fabric;

	json_open(j, NULL, '{');
	json_string(j, "node", node_name(f, h->node));
	json_string(j, "next", h->next == NONE ? NULL : node_name(f, h->next));
	json_ms(j, "delay-ms", h->delay_ns);
	json_string(j, "extension", h->tunnel ? h->tunnel->name : NULL);
	if (h->match) {
		json_string(j, "prefix", PREFIX_STR(&h->match->prefix));
		json_string(j, "protocol", fib_source_name(h->match->source));
		json_string(j, "because", h->match->why);
		if (h->loser)
			json_string(j, "goes-before", h->loser);
		place_json(j, h->pos);
	}
	if (h->choice.chosen) {
		json_string(j, "announced-by", node_name(f, h->choice.chosen->origin->node));
		chain_json(j, f, h);
		choice_json(j, f, &h->choice);
	}
	json_close(j);
}

static void detour_json(struct json *j, const struct fabric *f, const struct detour *d)
{
	if (!d->found) {
		json_null(j, "detour");
		return;
	}
	json_open(j, "detour", '{');
	json_ms(j, "delay-ms", d->taken_ns);
	json_ms(j, "best-ms", d->best_ns);
	json_string(j, "at", node_name(f, d->at));
	json_string(j, "next", node_name(f, d->turned_to));
	json_string(j, "better", node_name(f, d->better));
	json_string(j, "cause", d->cause);
	place_json(j, d->pos);
	json_open(j, "path", '[');
	for (each(uint32_t, n, &d->nodes))
		json_string(j, NULL, node_name(f, *n));
	json_close(j);
	json_close(j);
}

static void explained_way_json(struct json *j, const char *key, const struct routes *r,
			       const struct explained_way *w)
{
	json_open(j, key, '{');
	json_bool(j, "arrives", w->reason == NULL);
	json_ms(j, "delay-ms", w->path.delay_ns);
	json_open(j, "hops", '[');
	for (each(const struct explained_hop, h, &w->hops))
		explained_hop_json(j, r, h);
	json_close(j);
	json_string(j, "reason", w->reason);
	if (w->reason) {
		json_string(j, "object", w->blamed ? w->blamed->name : NULL);
		place_json(j, w->pos);
		json_string(j, "announced-by",
			    w->announced ? node_name(r->fabric, w->announced->node) : NULL);
	}
	detour_json(j, r->fabric, &w->detour);
	json_open(j, "passed-twice", '[');
	for (size_t i = 0; w->trombone.tunnel && i < w->trombone.twice.n; i++)
		json_string(j, NULL, node_name(r->fabric, w->trombone.twice.v[i]));
	json_close(j);
	json_close(j);
}

static void explain_json(const struct report *r, const char *lab, const struct routes *routes,
			 const struct explanation *e)
{
	struct json j = json_begin(r->out);
	const struct fabric *f = routes->fabric;
	const struct verdict *v = &e->verdict;

	json_open(&j, NULL, '{');
	json_string(&j, "lab", lab);
	json_string(&j, "from", node_name(f, e->from));
	json_string(&j, "to", node_name(f, e->to));
	json_bool(&j, "reachable", v->reachable);
	if (v->reachable)
		json_ms(&j, "rtt-ms", v->rtt_ns);
	else
		json_null(&j, "rtt-ms");
	json_string(&j, "reason", v->reason);
	json_bool(&j, "symmetric", v->symmetric);
	json_bool(&j, "multipath", v->multipath);
	explained_way_json(&j, "forward", routes, &e->way[0]);
	explained_way_json(&j, "return", routes, &e->way[1]);
	report_visible_json(&j, routes, v);
	json_close(&j);
	json_end(&j);
}

void report_explanation(const struct report *r, const char *lab, const struct routes *routes,
			const struct explanation *e)
{
	if (r->json)
		explain_json(r, lab, routes, e);
	else
		explain_text(r, routes, e);
}
