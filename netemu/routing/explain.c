/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Explains a path from the tables, in the order in which a person asks. Only the fastest path that
 * the routers have heard of is computed: Dijkstra over every route to the destination that any
 * router holds, best or not. A path that takes longer is a detour; its cause is the rule of the
 * router where the two paths part. */
#include "routing/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "net/units.h"
#include "routing/policy.h"
#include "routing/reason.h"
#include "routing/walk.h"

void explanation_release(struct explanation *e)
{
	for (int w = 0; w < 2; w++) {
		struct explained_way *way = &e->way[w];

		for (each(struct explained_hop, h, &way->hops)) {
			vec_free(&h->chain);
			free(h->choice.sentence);
		}
		vec_free(&way->hops);
		vec_free(&way->detour.nodes);
		vec_free(&way->trombone.twice);
		free(way->detour.cause);
		free(way->reason);
		path_release(&way->path);
		vec_free(&e->only[w]);
	}
	verdict_release(&e->verdict);
}

/* ---- rules with their figures ---- */

static const char *explain_session_name(const struct routes *r, const struct route *x)
{
	if (x->session == NONE)
		return r->fabric->nodes.v[x->node].name;
	return fabric_object_name(r->fabric->sessions.v[x->session].object);
}

static void explain_say_weight(const struct routes *r, const struct route *won,
			       const struct route *lost, struct text *out)
{
	text_printf(out, "connection weight %u on %s beats ", won->weight,
		    explain_session_name(r, won));
	if (lost->path->n < won->path->n)
		text_printf(out, "the shorter AS path (%u against %u)", lost->path->n,
			    won->path->n);
	else
		text_printf(out, "weight %u on %s", lost->weight, explain_session_name(r, lost));
}

static void explain_say_local_pref(const struct routes *r, const struct route *won,
				   const struct route *lost, struct text *out)
{
	text_printf(out, "local preference %u for %s beats %u for %s", won->local_pref,
		    explain_session_name(r, won), lost->local_pref, explain_session_name(r, lost));
}

static void explain_say_length(const struct routes *r, const struct route *won,
			       const struct route *lost, struct text *out)
{
	(void)r;
	text_printf(out, "shorter AS path (%u against %u)", won->path->n, lost->path->n);
}

static void explain_say_external(const struct routes *r, const struct route *won,
				 const struct route *lost, struct text *out)
{
	text_printf(out, "what %s says by eBGP beats what came by iBGP over %s",
		    explain_session_name(r, won), explain_session_name(r, lost));
}

/* Rules of policy.c whose explanation contains figures. */
static const struct {
	const char *rule;
	void (*say)(const struct routes *r, const struct route *won, const struct route *lost,
		    struct text *out);
} sayings[] = {
	{ "higher connection weight", explain_say_weight },
	{ "higher local preference", explain_say_local_pref },
	{ "shorter AS path", explain_say_length },
	{ "shorter AS path (private prepends do not count)", explain_say_length },
	{ "eBGP over iBGP", explain_say_external },
};

static void explain_say_rule(const struct routes *r, const struct route *won,
			     const struct route *lost, const char *rule, struct text *out)
{
	for (size_t i = 0; i < countof(sayings); i++)
		if (strcmp(sayings[i].rule, rule) == 0) {
			sayings[i].say(r, won, lost, out);
			return;
		}
	text_add(out, rule);
}

/* ---- a hop and its route ---- */

static const struct route *explain_route_over(const struct fib_entry *match,
					      const struct fib_hop *out)
{
	for (const struct route *x = match && match->source == FIB_BGP ? match->route : NULL; x;
	     x = x->next)
		if (x->best && x->iface == out->iface && x->via == out->via)
			return x;
	return NULL;
}

/* The best of the routes that were not chosen, or NULL. */
static const struct route *explain_runner_up(const struct routes *r, const struct route *chosen)
{
	const struct rib_entry *e = routes_rib(r, chosen->node, &chosen->origin->prefix);
	enum node_kind kind = r->fabric->nodes.v[chosen->node].kind;
	const struct route *best = NULL;
	const char *rule;

	for (const struct route *x = e ? e->routes : NULL; x; x = x->next)
		if (!x->best && (!best || policy_compare(kind, x, best, &rule) < 0))
			best = x;
	return best;
}

/* The route at the node that made the choice: the gateway that programs routes into a network
 * chooses them, unless the network itself has a choice between two gateways. */
static const struct route *explain_deciding_route(const struct routes *r, const struct route *x)
{
	while (x->from && r->fabric->sessions.v[x->session].kind == SESSION_INJECT &&
	       !explain_runner_up(r, x))
		x = x->from;
	return x;
}

static uint32_t explain_count_best(const struct routes *r, const struct route *chosen)
{
	const struct rib_entry *e = routes_rib(r, chosen->node, &chosen->origin->prefix);
	uint32_t n = 0;

	for (const struct route *x = e ? e->routes : NULL; x && x->best; x = x->next)
		n++;
	return n;
}

static struct choice explain_choice(const struct routes *r, const struct route *way)
{
	const struct route *chosen = explain_deciding_route(r, way);
	struct choice c = { .node = chosen->node, .chosen = chosen, .rule = chosen->because };

	c.runner_up = explain_runner_up(r, chosen);
	c.equals = explain_count_best(r, chosen);
	if (c.runner_up &&
	    policy_compare(r->fabric->nodes.v[c.node].kind, chosen, c.runner_up, &c.rule) == 0)
		c.rule = c.runner_up->because;
	if (c.runner_up) {
		own_text t = { 0 };

		explain_say_rule(r, chosen, c.runner_up, c.rule, &t);
		c.sentence = xstrdup(text_str(&t));
	}
	return c;
}

static bool explain_chain_has(const struct explained_hop *h, const struct route *x)
{
	for (each(const struct handoff, told, &h->chain))
		if (told->to == x->node)
			return true;
	return false;
}

/* Where AS numbers are removed from paths, several routers may have the route from each other in a
 * ring: then the chain has no beginning, and contains each router once. */
static void explain_chain(const struct routes *r, const struct route *way, struct explained_hop *h)
{
	const struct route *x = way;

	for (; x->from && !explain_chain_has(h, x); x = x->from)
		vec_push(NULL, &h->chain,
			 ((struct handoff){ &r->fabric->sessions.v[x->session], x->from->node,
					    x->node }));
	h->ring = x->from != NULL;
	for (size_t i = 0; i < h->chain.n / 2; i++) {
		struct handoff swapped = h->chain.v[i];

		h->chain.v[i] = h->chain.v[h->chain.n - 1 - i];
		h->chain.v[h->chain.n - 1 - i] = swapped;
	}
}

static struct pos explain_place(const struct fabric *f, const struct fib_entry *match)
{
	if (match->route)
		return match->route->origin->pos;
	if (match->configured)
		return match->configured->pos;
	return (struct pos){ .file = f->nodes.v[0].pos.file };
}

static void explain_hop(const struct routes *r, const struct path *p, size_t i,
			struct explained_hop *h)
{
	const struct step *s = &p->steps.v[i];
	const struct route *way = explain_route_over(s->match, &s->out);
	struct loser lost;

	*h = (struct explained_hop){ .node = s->node, .next = NONE, .match = s->match };
	if (s->match)
		h->pos = explain_place(r->fabric, s->match);
	if (reason_loser(r, s->node, s->match, &p->arrived.dst, &lost)) {
		own_text t = { 0 };

		reason_say_loser(&lost, &t);
		h->loser = arena_printf(r->arena, "%s", text_str(&t));
	}
	if (way) {
		h->choice = explain_choice(r, way);
		explain_chain(r, way, h);
	}
	if (i + 1 < p->steps.n)
		h->next = p->steps.v[i + 1].node;
}

/* ---- detours ---- */

/* A hop out of a node towards the destination. */
struct way_out {
	struct fib_hop hop;
	uint32_t target;	   /* interface */
	bool in_use;		   /* the forwarding table has it */
	const struct route *route; /* as the router, or its network's gateway, holds it */
	const struct fabric_route *configured;
};
typedef VEC(struct way_out) way_list;

struct detour_search {
	const struct routes *r;
	const struct addr *dst, *src;
	uint64_t *best;	       /* of each node, from the sender; UINT64_MAX: not reached */
	uint32_t *from;	       /* the node before it on the best path */
	struct way_out *taken; /* out of that node */
	bool *done;
	VEC(uint32_t) open;
};

static void detour_add_way(const struct detour_search *s, struct way_out w, way_list *list)
{
	if (w.hop.iface == NONE)
		return; /* the route is not used to send packets */
	for (each(struct way_out, old, list))
		if (old->hop.iface == w.hop.iface && old->hop.via == w.hop.via)
			return;
	w.target = walk_target(s->r->fabric, &w.hop, s->dst);
	if (w.target != NONE && !walk_bar(s->r->fabric, w.hop.iface, w.target, s->src, NULL) &&
	    !walk_cut(s->r, w.hop.iface, w.target))
		vec_push(NULL, list, w);
}

/* Adds every route of a RIB that covers the address. With `network`, the RIB is a gateway's, and
 * the hops are those of the network to the routes' next hops. */
static void detour_add_learned(const struct detour_search *s, uint32_t holder, uint32_t network,
			       way_list *list)
{
	for (each(struct rib_entry, e, &s->r->table[holder].rib)) {
		if (!prefix_has(&e->prefix, s->dst))
			continue;
		for (const struct route *x = e->routes; x; x = x->next) {
			struct way_out w = { .hop = { x->iface, x->via }, .route = x };

			if (x->via == NONE)
				continue;
			if (network == NONE || fabric_adjacent(s->r->fabric, network,
							       s->r->fabric->ifaces.v[x->via].node,
							       &w.hop.iface, &w.hop.via))
				detour_add_way(s, w, list);
		}
	}
}

static void detour_ways_out(const struct detour_search *s, uint32_t node, way_list *list)
{
	const struct fabric *f = s->r->fabric;
	const struct fib_entry *match = routes_lookup(s->r, node, s->dst);
	const struct fabric_route **c;
	const struct seat *seat;

	for (uint32_t i = 0; match && i < match->nhops; i++) {
		struct fib_hop hop = s->r->hops.v[match->hop + i];

		detour_add_way(s,
			       (struct way_out){ .hop = hop,
						 .in_use = true,
						 .route = explain_route_over(match, &hop),
						 .configured = match->configured },
			       list);
	}
	if (f->nodes.v[node].kind == NODE_HOST)
		return;
	detour_add_learned(s, node, NONE, list);
	for (uint32_t n = routes_seats(s->r, node, &seat); n--; seat++)
		if (f->sessions.v[seat->session].kind == SESSION_INJECT && seat->side == 1)
			detour_add_learned(s, f->sessions.v[seat->session].node[0], node, list);
	for (uint32_t n = routes_configured(s->r, node, &c); n--; c++)
		if ((*c)->type == ROUTE_UNICAST && prefix_has(&(*c)->prefix, s->dst))
			detour_add_way(s,
				       (struct way_out){ .hop = { (*c)->iface, (*c)->via },
							 .configured = *c },
				       list);
}

static void detour_relax(struct detour_search *s, uint32_t node)
{
	const struct fabric *f = s->r->fabric;
	way_list list = { 0 };

	detour_ways_out(s, node, &list);
	for (each(struct way_out, w, &list)) {
		uint32_t next = f->ifaces.v[w->target].node;
		uint64_t cost = s->best[node] + walk_delay(s->r, w->hop.iface, w->target, NULL);

		if (cost >= s->best[next])
			continue;
		if (s->best[next] == UINT64_MAX)
			vec_push(NULL, &s->open, next);
		s->best[next] = cost;
		s->from[next] = node;
		s->taken[next] = *w;
	}
	vec_free(&list);
}

/* The nearest node that has not been visited, or NONE. */
static uint32_t detour_nearest(const struct detour_search *s)
{
	uint32_t found = NONE;

	for (each(uint32_t, n, &s->open))
		if (!s->done[*n] && (found == NONE || s->best[*n] < s->best[found]))
			found = *n;
	return found;
}

static void detour_search_begin(struct detour_search *s, const struct routes *r, uint32_t from,
				uint32_t to, int family)
{
	size_t n = r->fabric->nodes.n;

	*s = (struct detour_search){ .r = r };
	s->dst = routes_target(r, from, to, family);
	s->src = routes_target(r, to, from, family);
	s->best = xmalloc(n * sizeof(*s->best));
	s->from = xcalloc(n, sizeof(*s->from));
	s->taken = xcalloc(n, sizeof(*s->taken));
	s->done = xcalloc(n, sizeof(*s->done));
	memset(s->best, 0xff, n * sizeof(*s->best));
	s->best[from] = 0;
	vec_push(NULL, &s->open, from);
}

static void detour_search_end(struct detour_search *s)
{
	free(s->best);
	free(s->from);
	free(s->taken);
	free(s->done);
	vec_free(&s->open);
}

static bool detour_search_run(struct detour_search *s, uint32_t to)
{
	for (uint32_t node = detour_nearest(s); node != NONE; node = detour_nearest(s)) {
		if (node == to)
			return true;
		s->done[node] = true;
		if (!walk_owns(s->r->fabric, node, s->dst))
			detour_relax(s, node);
	}
	return false;
}

/* ---- the cause of a detour ---- */

/* Finds why the step took its route and not the hop `alt`. */
static void detour_find_cause(const struct routes *r, const struct step *s,
			      const struct way_out *alt, struct detour *d)
{
	const struct route *way = explain_route_over(s->match, &s->out);
	const struct route *won = way ? explain_deciding_route(r, way) : NULL;
	own_text t = { 0 };

	if (alt->in_use) {
		d->shared = true;
		text_printf(&t,
			    "both ways are equally good to %s, and each flow's addresses decide",
			    r->fabric->nodes.v[s->node].name);
	} else if (won && alt->route &&
		   prefix_eq(&won->origin->prefix, &alt->route->origin->prefix)) {
		const char *rule;

		policy_compare(r->fabric->nodes.v[won->node].kind, won, alt->route, &rule);
		explain_say_rule(r, won, alt->route, rule, &t);
		if (won->path->n < alt->route->path->n)
			text_add(&t, ", and BGP does not count delay");
	} else if (alt->route && alt->route->origin->prefix.len < s->match->prefix.len) {
		text_printf(&t, "the longer prefix %s (%s) beats %s", PREFIX_STR(&s->match->prefix),
			    s->match->why, PREFIX_STR(&alt->route->origin->prefix));
	} else if (alt->configured && alt->configured->prefix.len < s->match->prefix.len) {
		text_printf(&t, "the longer prefix %s (%s) beats %s (%s)",
			    PREFIX_STR(&s->match->prefix), s->match->why,
			    PREFIX_STR(&alt->configured->prefix), alt->configured->why);
	} else {
		text_printf(&t, "the %s route %s (%s) goes before it",
			    fib_source_name(s->match->source), PREFIX_STR(&s->match->prefix),
			    s->match->why);
	}
	d->cause = xstrdup(text_str(&t));
	if (won && won->session != NONE)
		d->pos = r->fabric->sessions.v[won->session].pos;
	else if (s->match->configured)
		d->pos = s->match->configured->pos;
}

static void detour_add_nodes(const struct detour_search *s, uint32_t from, uint32_t to,
			     struct detour *d)
{
	size_t n = 1;

	for (uint32_t node = to; node != from; node = s->from[node])
		n++;
	for (size_t i = 0; i < n; i++)
		vec_push(NULL, &d->nodes, NONE);
	for (uint32_t node = to; n-- > 0; node = s->from[node])
		d->nodes.v[n] = node;
}

static void detour_find(const struct routes *r, uint32_t from, uint32_t to, const struct path *p,
			struct detour *d)
{
	struct detour_search s;

	detour_search_begin(&s, r, from, to, routes_target(r, from, to, 0)->family);
	if (detour_search_run(&s, to) && s.best[to] < p->delay_ns) {
		d->found = true;
		d->taken_ns = p->delay_ns;
		d->best_ns = s.best[to];
		detour_add_nodes(&s, from, to, d);
		for (size_t i = 0; i + 1 < p->steps.n && i + 1 < d->nodes.n; i++) {
			if (p->steps.v[i + 1].node == d->nodes.v[i + 1])
				continue;
			d->at = p->steps.v[i].node;
			d->turned_to = p->steps.v[i + 1].node;
			d->better = d->nodes.v[i + 1];
			detour_find_cause(r, &p->steps.v[i], &s.taken[d->better], d);
			break;
		}
		/* Without a cause, both paths have the same nodes, over parallel links. */
		d->found = d->cause != NULL;
	}
	detour_search_end(&s);
}

/* ---- both ways ---- */

/* `asked`: for the return path, the forward path; else NULL. */
static void explain_way(const struct routes *r, uint32_t from, uint32_t to,
			const struct path *asked, struct explained_way *w)
{
	const struct addr *dst = routes_target(r, from, to, 0);
	own_text why = { 0 };
	struct obstacle o;

	if (asked && asked->fate == FATE_DELIVERED)
		routes_answer(r, asked, &w->path);
	else
		routes_walk(r, from, to, dst ? dst->family : 0, &w->path);
	for (size_t i = 0; i < w->path.steps.n; i++) {
		struct explained_hop *h = vec_add(NULL, &w->hops);
		const struct step *s = &w->path.steps.v[i];

		explain_hop(r, &w->path, i, h);
		if (h->next != NONE)
			h->tunnel =
				walk_tunnel(r->fabric, s->out.iface,
					    walk_target(r->fabric, &s->out, &w->path.arrived.dst));
		if (h->next != NONE)
			h->delay_ns = walk_delay(
				r, s->out.iface,
				walk_target(r->fabric, &s->out, &w->path.arrived.dst), NULL);
	}
	if (w->path.fate == FATE_DELIVERED) {
		trombone_find(r, &w->path, &w->trombone);
		if (w->path.nats.n == 0) /* (a NAT binds a flow to its path) */
			detour_find(r, from, to, &w->path, &w->detour);
		return;
	}
	if (!dst) {
		w->reason = xstrdup("the two have no address family in common");
		return;
	}
	dst = &w->path.arrived.dst;
	reason_say(r, &w->path, to, dst, &why);
	w->reason = xstrdup(text_str(&why));
	w->announced = reason_origin(r, dst);
	reason_find(r, &w->path, to, dst, &o);
	w->blamed = o.object;
	w->pos = o.pos;
}

static bool explain_passes(const struct path *p, uint32_t node)
{
	for (each(const struct step, s, &p->steps))
		if (s->node == node)
			return true;
	return false;
}

static bool is_inbound_only(enum node_kind kind)
{
	return kind == NODE_ER_GATEWAY;
}

static void explain_compare_ways(const struct routes *r, struct explanation *e)
{
	bool gateways = false;

	for (int w = 0; w < 2; w++)
		for (each(const struct step, s, &e->way[w].path.steps)) {
			if (explain_passes(&e->way[!w].path, s->node) ||
			    r->fabric->nodes.v[s->node].kind == NODE_NETWORK)
				continue; /* (a network's fabric is stateless) */
			if (is_inbound_only(r->fabric->nodes.v[s->node].kind))
				gateways = true;
			else
				vec_push(NULL, &e->only[w], s->node);
		}
	e->inbound_gateways = gateways && !e->only[0].n && !e->only[1].n;
}

void explain(const struct routes *r, uint32_t from, uint32_t to, struct explanation *ret)
{
	*ret = (struct explanation){ .from = from, .to = to };
	routes_predict(r, from, to, &ret->verdict);
	explain_way(r, from, to, NULL, &ret->way[0]);
	explain_way(r, to, from, &ret->way[0].path, &ret->way[1]);
	if (ret->verdict.reachable && !ret->verdict.symmetric)
		explain_compare_ways(r, ret);
}
