/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/trail.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "routing/walk.h"

/* ---- from a trace ---- */

/* The node that has the address. Several nodes may share it: then the predicted one is meant. */
static uint32_t hop_node(const struct fabric *f, const struct addr *a, uint32_t likely)
{
	if (a->family == 0)
		return NONE;
	if (likely != NONE && walk_owns(f, likely, a))
		return likely;
	for (uint32_t i = 0; i < f->nodes.n; i++)
		if (walk_owns(f, i, a))
			return i;
	return NONE;
}

/* True for the same node, and for the two edge routers of one circuit: a flow takes either. */
static bool is_either(const struct fabric *f, uint32_t node, uint32_t likely)
{
	const struct node *n = f->nodes.v;

	return node == likely ||
	       (node != NONE && likely != NONE && n[node].kind == NODE_MSEE &&
		n[likely].kind == NODE_MSEE && n[node].object == n[likely].object);
}

/* The predicted nodes after the sender, and those of them that a trace of every TTL would show. */
struct guess {
	const uint32_t *nodes, *shown; /* shown: indices of nodes */
	size_t n, nshown;
	bool arrives;
};

static void guess_make(const struct fabric *f, const struct path *said, uint32_t *nodes,
		       uint32_t *shown, struct guess *ret)
{
	*ret = (struct guess){ nodes, shown, 0, 0, said->fate == FATE_DELIVERED };
	for (size_t i = 1; i < said->steps.n; i++) {
		nodes[ret->n] = said->steps.v[i].node;
		if (walk_takes_ttl(f, said, i) || i + 1 == said->steps.n)
			shown[ret->nshown++] = (uint32_t)ret->n;
		ret->n++;
	}
}

static uint32_t shown_node(const struct guess *g, size_t hop)
{
	return hop < g->nshown ? g->nodes[g->shown[hop]] : NONE;
}

/* True when no answer contradicts the prediction. */
static bool guess_agrees(const struct fabric *f, const struct guess *g, const struct trace *t,
			 bool answered)
{
	for (size_t i = 0; i < t->n; i++) {
		uint32_t likely = shown_node(g, i);
		const struct addr *by = &t->hops[i].by;

		if (by->family && !is_either(f, hop_node(f, by, likely), likely))
			return false;
	}
	if (t->arrived)
		return g->arrives;
	return g->arrives && answered && !t->refused && t->n <= g->nshown;
}

static void trail_add_point(struct trail *t, uint32_t node, struct addr by)
{
	vec_push(NULL, &t->points, ((struct waypoint){ node, by }));
}

static void trail_as_predicted(const struct fabric *f, const struct guess *g, const struct trace *t,
			       struct trail *ret)
{
	size_t hop = 0;

	for (uint32_t i = 0; i < g->n; i++) {
		bool shown = hop < g->nshown && g->shown[hop] == i;
		struct addr by = shown && hop < t->n ? t->hops[hop].by : (struct addr){ 0 };

		trail_add_point(ret, by.family ? hop_node(f, &by, g->nodes[i]) : g->nodes[i], by);
		hop += shown;
	}
	ret->arrived = true;
	ret->hops = (uint32_t)g->nshown;
}

/* True for a silent hop between two hops that answered as predicted: it is the predicted node. */
static bool is_framed(const struct fabric *f, const struct guess *g, const struct trace *t,
		      size_t at)
{
	size_t before = at, after = at;

	while (before > 0 && t->hops[before].by.family == 0)
		before--;
	while (after + 1 < t->n && t->hops[after].by.family == 0)
		after++;
	return (t->hops[before].by.family == 0 ||
		hop_node(f, &t->hops[before].by, shown_node(g, before)) == shown_node(g, before)) &&
	       t->hops[after].by.family &&
	       hop_node(f, &t->hops[after].by, shown_node(g, after)) == shown_node(g, after);
}

static void trail_as_seen(const struct fabric *f, const struct guess *g, const struct trace *t,
			  struct trail *ret)
{
	for (size_t i = 0; i < t->n; i++) {
		uint32_t likely = shown_node(g, i);
		const struct addr *by = &t->hops[i].by;

		if (by->family == 0)
			trail_add_point(ret, is_framed(f, g, t, i) ? likely : NONE, *by);
		else
			trail_add_point(ret, hop_node(f, by, likely), *by);
	}
	ret->arrived = t->arrived;
	ret->hops = t->arrived ? t->n : 0;
	ret->end = t->refused ? "refused" : NULL;
}

/* Every answer from behind the target's NAT has the target's outside address. The last hop is the
 * target; the nodes of the other hops are unknown. */
static void look_behind_nats(const struct path *said, struct trace *t)
{
	for (size_t i = 0; i < t->n && said->nats.n > 0; i++)
		if (addr_eq(&t->hops[i].by, &said->sent.dst))
			t->hops[i].by = t->arrived && i + 1 == t->n ? said->arrived.dst
								    : (struct addr){ 0 };
}

void trail_make(const struct fabric *f, const struct path *said, const struct trace *seen,
		bool answered, struct trail *ret)
{
	uint32_t *nodes = xcalloc(said->steps.n + 1, sizeof(*nodes));
	uint32_t *shown = xcalloc(said->steps.n + 1, sizeof(*shown));
	struct trace copy = *seen, *t = &copy;
	struct guess g;

	*ret = (struct trail){ 0 };
	look_behind_nats(said, t);
	guess_make(f, said, nodes, shown, &g);
	if (guess_agrees(f, &g, t, answered))
		trail_as_predicted(f, &g, t, ret);
	else
		trail_as_seen(f, &g, t, ret);
	free(nodes);
	free(shown);
}

void trail_release(struct trail *t)
{
	vec_free(&t->points);
}

/* ---- against an expectation ---- */

enum step_match { STEP_NOT, STEP_NODE, STEP_OBJECT };

static enum step_match step_matches(const struct fabric *f, const struct path_step *s,
				    uint32_t node)
{
	enum step_match best = STEP_NOT;

	for (each(const struct placed_name, name, &s->nodes)) {
		if (node == NONE || !node_is_called(&f->nodes.v[node], name->name))
			continue;
		if (strcmp(f->nodes.v[node].name, name->name) != 0)
			return STEP_OBJECT;
		best = STEP_NODE;
	}
	return best;
}

/* The steps form a nondeterministic automaton. `before[j]`: step j may come next; `within[j]`: step
 * j has begun and may continue. */
struct states {
	bool *before, *within;
	size_t steps;
};

static void states_skip_any(const struct expectation *e, struct states *s)
{
	for (size_t j = 0; j < s->steps; j++)
		if (s->before[j] && e->path.v[j].any)
			s->before[j + 1] = true;
}

static void states_take_point(const struct fabric *f, const struct expectation *e, uint32_t node,
			      const struct states *now, struct states *next)
{
	memset(next->before, 0, now->steps + 1);
	memset(next->within, 0, now->steps + 1);
	for (size_t j = 0; j < now->steps; j++) {
		const struct path_step *step = &e->path.v[j];
		enum step_match m = step->any ? STEP_NOT : step_matches(f, step, node);

		if (step->any && now->before[j])
			next->before[j] = true;
		if ((now->before[j] && m != STEP_NOT) || (now->within[j] && m == STEP_OBJECT)) {
			next->before[j + 1] = true;
			next->within[j] = m == STEP_OBJECT;
		}
	}
	states_skip_any(e, next);
}

bool trail_follows(const struct fabric *f, const struct trail *t, uint32_t from,
		   const struct expectation *e)
{
	size_t n = e->path.n;
	bool *cells = xcalloc(4 * (n + 1), sizeof(*cells)), found;
	struct states now = { cells, cells + n + 1, n };
	struct states next = { cells + 2 * (n + 1), cells + 3 * (n + 1), n };

	now.before[0] = true;
	if (n > 0 && !e->path.v[0].any && step_matches(f, &e->path.v[0], from) == STEP_NODE)
		now.before[1] = true; /* the path of the file begins with the sender */
	states_skip_any(e, &now);
	for (each(const struct waypoint, p, &t->points)) {
		struct states swap = now;

		states_take_point(f, e, p->node, &now, &next);
		now = next;
		next = swap;
	}
	found = t->arrived && now.before[n];
	free(cells);
	return found;
}

uint32_t trail_passes(const struct fabric *f, const struct trail *t, const char *name)
{
	for (each(const struct waypoint, p, &t->points))
		if (p->node != NONE && node_is_called(&f->nodes.v[p->node], name))
			return p->node;
	return NONE;
}

bool trail_is_reverse(const struct trail *there, uint32_t from, const struct trail *back,
		      uint32_t to)
{
	size_t n = there->points.n;

	if (!there->arrived || !back->arrived || n == 0 || back->points.n != n ||
	    there->points.v[n - 1].node != to || back->points.v[n - 1].node != from)
		return false;
	for (size_t i = 0; i + 1 < n; i++)
		if (there->points.v[i].node == NONE ||
		    there->points.v[i].node != back->points.v[n - 2 - i].node)
			return false;
	return true;
}

/* ---- in words ---- */

char *trail_text(const struct fabric *f, const struct trail *t, struct arena *arena)
{
	own_text out = { 0 };
	char address[ADDR_TEXT];

	for (each(const struct waypoint, p, &t->points)) {
		const char *name = p->node == NONE ? NULL : f->nodes.v[p->node].name;

		text_add(&out, p == t->points.v ? "" : ", ");
		if (name)
			text_printf(&out, p->by.family ? "%s" : "(%s)", name);
		else
			text_add(&out, p->by.family ? addr_format(&p->by, address) : "*");
	}
	if (!t->arrived)
		text_printf(&out, "%s%s", t->points.n ? ", then " : "",
			    t->end ? t->end : "no answer");
	return arena_strdup(arena, text_str(&out));
}
