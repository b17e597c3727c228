/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the sessions to their fixed point: a path-vector protocol without messages or time.
 *
 * Decisions about one prefix never depend on another prefix, so prefixes are computed one by one,
 * in order. Each prefix spreads in rounds from the routers that announce it: every router whose
 * offers changed chooses again (policy_compare) and, if its choice changed, offers the new choice
 * to its neighbours (policy_export, policy_import). A prefix has converged when a round changes
 * nothing.
 *
 * The scratch tables have one slot for each seat (the offer that a router has from a session) and
 * are reset slot by slot; only the final routes are copied out. Neighbours that receive no offer
 * cost nothing: a router's neighbours form groups by what it may export to them, and only seats
 * that hold an offer are visited. So each route of a full mesh, where routers pass on few of the
 * routes that they hear, takes no longer than a route of a ring.
 *
 * A gateway's session into a virtual network is not BGP: it carries all best routes of the gateway
 * that it did not learn from another gateway. A network passes no routes on, so its routes are
 * filled in after BGP has converged.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/own.h"
#include "routing/neighbours.h"
#include "routing/offer.h"
#include "routing/table.h"
#include "routing/walk.h"

struct offer { /* a route that a node has from a session, or announces itself */
	struct route route;
	struct route *kept; /* its copy in the result */
};

struct held { /* a node's routes to a prefix */
	uint32_t node;
	struct route *routes;
};

struct compute {
	const struct fabric *f;
	struct routes *r;
	struct path_pool paths;
	struct offer *in;   /* of each seat: the route offered to it */
	uint64_t *offered;  /* a bit for each seat: it holds an offer */
	struct offer **own; /* each node's own announcement of the prefix, or NULL */
	struct offer *own_store;
	size_t nown;
	const struct offer **sent; /* the choice that a node last offered to its neighbours */
	struct route *sent_copy;
	bool *dirty, *touched;
	struct neighbours near;
	bool *spoken; /* of the first node of an AS: a node of it has passed the prefix on */
	struct route **chosen; /* of each node: its routes to the prefix, once they are kept */
	VEC(uint32_t) now, next, met; /* nodes of this round, of the next, of the prefix */
	VEC(struct route *) list;     /* scratch */
	VEC(struct held) held;	      /* all kept routes, by prefix */
	size_t made;		      /* routes in all, those of earlier computations included */
};

static void compute_mark_dirty(struct compute *c, uint32_t node)
{
	if (!c->touched[node]) {
		c->touched[node] = true;
		vec_push(NULL, &c->met, node);
	}
	if (!c->dirty[node]) {
		c->dirty[node] = true;
		vec_push(NULL, &c->next, node);
	}
}

static bool compute_is_offered(const struct compute *c, uint32_t seat)
{
	return c->offered[seat / 64] >> seat % 64 & 1;
}

/* The first seat in [i, end) that holds an offer, or end. */
static uint32_t next_offered(const struct compute *c, uint32_t i, uint32_t end)
{
	while (i < end) {
		uint64_t bits = c->offered[i / 64] >> i % 64;

		if (bits) {
			i += (uint32_t)__builtin_ctzll(bits);
			return i < end ? i : end;
		}
		i = (i / 64 + 1) * 64;
	}
	return end;
}

/* for (each_offered(seat, c, node)) ... visits a node's seats that hold an offer. */
#define each_offered(seat, c, node)                                                                \
	uint32_t seat =                                                                            \
		next_offered((c), (c)->r->first_seat[node], (c)->r->first_seat[(node) + 1]);       \
	seat < (c)->r->first_seat[(node) + 1];                                                     \
	seat = next_offered((c), seat + 1, (c)->r->first_seat[(node) + 1])

/* The best of a node's offers: its own announcement first, then in the order of sessions. */
static const struct offer *compute_choose(const struct compute *c, uint32_t node)
{
	const struct offer *best = c->own[node];
	const enum node_kind kind = c->f->nodes.v[node].kind;
	const char *rule;

	for (each_offered(seat, c, node)) {
		const struct offer *o = &c->in[seat];

		if (!best || policy_compare(kind, &o->route, &best->route, &rule) < 0)
			best = o;
	}
	return best;
}

/* Makes the route that the far side of a seat gets of the node's best route. False: it gets
 * none. */
static bool compute_offer_to(struct compute *c, const struct route *best, const struct seat *seat,
			     struct passing *how, struct route *ret)
{
	if (!how->verdict.allowed || !offer_is_due(c->r, best, seat))
		return false;
	offer_make(c->f, &c->paths, best, seat, how, ret);
	return !policy_import(c->f, ret, ret->node, !seat->side, c->spoken[c->near.as[ret->node]]);
}

static bool compute_same_route(const struct route *a, const struct route *b)
{
	return a->origin == b->origin && a->path == b->path && a->from == b->from &&
	       a->internal == b->internal;
}

/* Offers a choice to the neighbours of an update group, or withdraws the earlier offer. */
static void compute_tell(struct compute *c, struct update_group *a, const struct route *best,
			 struct passing *how)
{
	for (uint32_t i = a->first; i < a->end; i++) {
		const struct seat *seat = &c->r->seats[c->near.listeners[i]];
		const uint32_t far = c->near.far[c->near.listeners[i]];
		struct route r;
		bool was = compute_is_offered(c, far),
		     is = compute_offer_to(c, best, seat, how, &r);

		if (is == was && (!is || compute_same_route(&r, &c->in[far].route)))
			continue;
		if (is)
			c->in[far].route = r;
		if (is != was) {
			c->offered[far / 64] ^= (uint64_t)1 << far % 64;
			a->told += is ? 1 : -1u;
		}
		compute_mark_dirty(c, c->f->sessions.v[seat->session].node[!seat->side]);
	}
}

/* Offers a node's new choice to its neighbours. */
static void compute_spread(struct compute *c, uint32_t node, const struct offer *best)
{
	c->spoken[c->near.as[node]] = true;
	for (uint32_t i = c->near.first_update_group[node];
	     i < c->near.first_update_group[node + 1]; i++) {
		struct update_group *a = &c->near.update_groups.v[i];
		const struct seat *any = &c->r->seats[c->near.listeners[a->first]];
		struct passing how = { 0 };

		if (best)
			how = offer_passing(c->f, &best->route,
					    c->f->sessions.v[any->session].node[!any->side]);
		if (how.verdict.allowed || a->told)
			compute_tell(c, a, best ? &best->route : NULL, &how);
	}
}

static void compute_round(struct compute *c)
{
	for (size_t i = 0; i < c->now.n; i++) {
		uint32_t node = c->now.v[i];
		const struct offer *best = compute_choose(c, node);

		c->dirty[node] = false;
		if (best == c->sent[node] &&
		    (!best || compute_same_route(&best->route, &c->sent_copy[node])))
			continue;
		c->sent[node] = best;
		if (best)
			c->sent_copy[node] = best->route;
		compute_spread(c, node, best);
	}
}

static int compute_by_index(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Most lists have one or two nodes. */
static void compute_sort_nodes(uint32_t *v, size_t n)
{
	enum { FEW = 8 };

	if (n > FEW) {
		qsort(v, n, sizeof(*v), compute_by_index);
		return;
	}
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 && v[k - 1] > v[k]; k--) {
			uint32_t x = v[k];

			v[k] = v[k - 1];
			v[k - 1] = x;
		}
}

/* Runs rounds until nothing changes. Paths grow by one router each round, so a prefix that has not
 * converged after a few times as many rounds as routers have heard of it never will: false. */
static bool compute_settle(struct compute *c)
{
	size_t rounds = 0;

	while (c->next.n && rounds++ < 4 * c->met.n + 64) {
		size_t cap = c->now.cap;
		uint32_t *v = c->now.v;

		c->now.v = c->next.v;
		c->now.n = c->next.n;
		c->now.cap = c->next.cap;
		c->next.v = v;
		c->next.n = 0;
		c->next.cap = cap;
		compute_sort_nodes(c->now.v, c->now.n);
		compute_round(c);
	}
	return c->next.n == 0;
}

/* ---- the final routes are copied out ---- */

static void compute_keep_offer(struct compute *c, struct offer *o)
{
	o->kept = arena_make(c->r->arena, struct route);
	*o->kept = o->route;
	c->r->count++;
	vec_push(NULL, &c->list, o->kept);
}

/* Marks the best of a node's routes (at least one) and gives each route the reason for its rank. */
static void compute_rank(enum node_kind kind, struct route **list, size_t n)
{
	const char *rule = "the only one";
	struct route *best = list[0], *second = NULL;

	for (size_t i = 1; i < n; i++)
		if (policy_compare(kind, list[i], best, &rule) < 0)
			best = list[i];
	for (size_t i = 0; i < n; i++) {
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): there are n of them */
		list[i]->best = policy_compare(kind, list[i], best, &rule) == 0;
		list[i]->because = rule;
		if (!list[i]->best && (!second || policy_compare(kind, list[i], second, &rule) < 0))
			second = list[i];
	}
	rule = n > 1 ? "equally good: the load is shared" : "the only one";
	if (second)
		policy_compare(kind, second, best, &rule);
	for (size_t i = 0; i < n; i++)
		if (list[i]->best)
			list[i]->because = rule;
}

/* Links the ranked routes of a node into a list, the best ones first. */
static struct route *compute_link_routes(struct compute *c, uint32_t node, struct route **list,
					 size_t n)
{
	struct route *first = NULL, **at = &first;

	for (int best = 1; best >= 0; best--)
		for (size_t i = 0; i < n; i++)
			if (list[i]->best == best) {
				*at = list[i];
				at = &list[i]->next;
			}
	*at = NULL;
	vec_push(NULL, &c->held, ((struct held){ node, first }));
	return first;
}

static void compute_keep_node(struct compute *c, uint32_t node)
{
	c->list.n = 0;
	if (c->own[node])
		compute_keep_offer(c, c->own[node]);
	for (each_offered(seat, c, node))
		compute_keep_offer(c, &c->in[seat]);
	if (!c->list.n)
		return;
	compute_rank(c->f->nodes.v[node].kind, c->list.v, c->list.n);
	c->chosen[node] = compute_link_routes(c, node, c->list.v, c->list.n);
}

/* Programs the best routes that a gateway learned itself into the session's network. Their next hop
 * is the MSEE for an ExpressRoute gateway, the appliance for a Route Server, and the gateway itself
 * for a VPN gateway. */
static void compute_inject_from(struct compute *c, uint32_t index)
{
	const struct session *s = &c->f->sessions.v[index];
	bool itself = c->f->nodes.v[s->node[0]].kind == NODE_VPN_GATEWAY;

	for (const struct route *r = c->chosen[s->node[0]]; r && r->best; r = r->next) {
		struct route *made;
		uint32_t next;

		if (r->internal || (!r->from && r->origin->kind != ORIGIN_STATIC))
			continue; /* another gateway's, or the network's own */
		next = itself ? s->node[0] : c->f->ifaces.v[r->via].node;
		made = arena_make(c->r->arena, struct route);
		*made = *r;
		made->from = r;
		made->node = s->node[1];
		made->session = index;
		made->local_pref = s->local_pref[1];
		made->next = NULL;
		if (!fabric_adjacent(c->f, s->node[1], next, &made->iface, &made->via))
			continue;
		vec_push(NULL, &c->list, made);
		c->r->count++;
	}
}

/* Makes a network's routes from those of all gateways that serve it. */
static void compute_inject(struct compute *c, uint32_t network)
{
	const struct seat *seat;
	size_t before, gateways = 0;

	c->list.n = 0;
	for (uint32_t n = routes_seats(c->r, network, &seat); n--; seat++) {
		if (c->f->sessions.v[seat->session].kind != SESSION_INJECT ||
		    c->r->down[seat->session])
			continue;
		before = c->list.n;
		compute_inject_from(c, seat->session);
		gateways += c->list.n > before;
	}
	if (gateways > 1) /* a single gateway's reasons hold for the network */
		compute_rank(c->f->nodes.v[network].kind, c->list.v, c->list.n);
	if (c->list.n)
		compute_link_routes(c, network, c->list.v, c->list.n);
}

/* Makes the routes of each network whose gateway has the prefix: each network once, in order. */
static void compute_inject_all(struct compute *c)
{
	c->now.n = 0;
	for (each(uint32_t, node, &c->met)) {
		const struct seat *seat;

		if (!c->near.programs[*node])
			continue;
		for (uint32_t n = routes_seats(c->r, *node, &seat); n--; seat++)
			if (c->f->sessions.v[seat->session].kind == SESSION_INJECT &&
			    seat->side == 0)
				vec_push(NULL, &c->now, c->f->sessions.v[seat->session].node[1]);
	}
	compute_sort_nodes(c->now.v, c->now.n);
	for (size_t i = 0; i < c->now.n; i++)
		if (i == 0 || c->now.v[i] != c->now.v[i - 1])
			compute_inject(c, c->now.v[i]);
}

/* `from` has pointed into the scratch tables; makes it point to the kept copies. */
static void compute_relink(struct compute *c)
{
	for (each(uint32_t, node, &c->met))
		for (each_offered(seat, c, *node)) /* route is an offer's first member */
			c->in[seat].kept->from =
				((const struct offer *)(const void *)c->in[seat].route.from)->kept;
}

static void compute_reset(struct compute *c)
{
	for (each(uint32_t, node, &c->met)) {
		for (each_offered(seat, c, *node))
			c->offered[seat / 64] &= ~((uint64_t)1 << seat % 64);
		for (uint32_t i = c->near.first_update_group[*node];
		     i < c->near.first_update_group[*node + 1]; i++)
			c->near.update_groups.v[i].told = 0;
		c->own[*node] = NULL;
		c->sent[*node] = NULL;
		c->chosen[*node] = NULL;
		c->spoken[c->near.as[*node]] = false;
		c->touched[*node] = c->dirty[*node] = false;
	}
	c->met.n = c->next.n = c->now.n = 0;
	c->nown = 0;
}

static void compute_announce(struct compute *c, const struct origination *g)
{
	struct offer *o = &c->own_store[c->nown++];

	*o = (struct offer){ .route = { .origin = g,
					.path = path_empty(&c->paths),
					.session = NONE,
					.node = g->node,
					.iface = NONE,
					.via = NONE,
					.local_pref = 100 } };
	if (!c->own[g->node])
		c->own[g->node] = o;
	compute_mark_dirty(c, g->node);
}

static int compute_by_prefix(const void *a, const void *b)
{
	const struct origination *x = *(const struct origination *const *)a;
	const struct origination *y = *(const struct origination *const *)b;
	int d = prefix_cmp(&x->prefix, &y->prefix);

	return d ? d : (x > y) - (x < y);
}

static bool compute_prefix(struct compute *c, const struct origination *const *g, size_t n,
			   struct diag *dg)
{
	for (size_t i = 0; i < n; i++)
		compute_announce(c, g[i]);
	if (!compute_settle(c)) {
		diag_error(dg, g[0]->pos, -ELOOP, "oscillation",
			   "routes to %s never settle: the preferences of the routers chase each "
			   "other",
			   PREFIX_STR(&g[0]->prefix));
		return false;
	}
	compute_sort_nodes(c->met.v, c->met.n);
	for (each(uint32_t, node, &c->met))
		compute_keep_node(c, *node);
	compute_relink(c);
	compute_inject_all(c);
	compute_reset(c);
	return true;
}

static void compute_init(struct compute *c, const struct fabric *f)
{
	size_t nodes = f->nodes.n, sessions = f->sessions.n;

	*c = (struct compute){ .f = f };
	c->r = arena_make(f->arena, struct routes);
	c->r->arena = f->arena;
	c->r->fabric = f;
	c->r->table = arena_alloc(f->arena, (nodes + 1) * sizeof(*c->r->table));
	path_pool_init(&c->paths, f->arena);
	c->in = xcalloc(2 * sessions, sizeof(*c->in));
	c->offered = xcalloc(2 * sessions / 64 + 1, sizeof(*c->offered));
	c->own = xcalloc(nodes, sizeof(struct offer *));
	c->own_store = xcalloc(f->originations.n, sizeof(*c->own_store));
	c->sent = xcalloc(nodes, sizeof(struct offer *));
	c->sent_copy = xcalloc(nodes, sizeof(*c->sent_copy));
	c->dirty = xcalloc(nodes, sizeof(*c->dirty));
	c->touched = xcalloc(nodes, sizeof(*c->touched));
	c->spoken = xcalloc(nodes, sizeof(*c->spoken));
	c->chosen = xcalloc(nodes, sizeof(struct route *));
	neighbours_init(&c->near, c->r);
	c->r->down = arena_alloc(f->arena, (sessions + 1) * sizeof(*c->r->down));
	for (size_t i = 0; i < sessions; i++)
		c->r->down[i] = f->sessions.v[i].down;
}

static void compute_release(struct compute *c)
{
	path_pool_release(&c->paths);
	neighbours_release(&c->near);
	free(c->in);
	free(c->offered);
	free(c->own);
	free(c->own_store);
	free(c->sent);
	free(c->sent_copy);
	free(c->dirty);
	free(c->touched);
	free(c->spoken);
	free(c->chosen);
	vec_free(&c->now);
	vec_free(&c->next);
	vec_free(&c->met);
	vec_free(&c->list);
	vec_free(&c->held);
}

/* ---- limits: a session that brings too many prefixes ends (ExpressRoute FAQ) ---- */

/* How many routes each node holds from each session: [2 * session + side][is IPv6]. */
typedef uint32_t by_family[2];

static by_family *compute_count_learned(const struct compute *c)
{
	by_family *n = xcalloc(2 * c->f->sessions.n + 1, sizeof(*n));

	for (each(const struct held, h, &c->held))
		for (const struct route *r = h->routes; r; r = r->next)
			if (r->session != NONE)
				n[2 * r->session +
				  (c->f->sessions.v[r->session].node[1] == h->node)]
				 [r->origin->prefix.a.family == AF_INET6]++;
	return n;
}

/* Ends the session if n prefixes of a family exceed its limit; returns whether they do. */
static bool compute_is_overfull(struct compute *c, uint32_t session, int side, bool six, uint32_t n,
				struct diag *dg)
{
	const struct session *s = &c->f->sessions.v[session];
	const uint32_t limit = six ? s->limit6[side] : s->limit[side];

	if (limit == 0 || n <= limit)
		return false;
	c->r->down[session] = arena_printf(c->r->arena,
					   "%u %sprefixes from %s are too many: %s takes %u", n,
					   six ? "IPv6 " : "", c->f->nodes.v[s->node[!side]].name,
					   c->f->nodes.v[s->node[side]].name, limit);
	diag_warn(dg, s->pos, "prefix-limit", "%s, and the session ends", c->r->down[session]);
	return true;
}

/* Ends the sessions that are over their limit; returns whether there was any. */
static bool compute_end_overfull(struct compute *c, struct diag *dg)
{
	own_free by_family *learned = compute_count_learned(c);
	bool any = false;

	for (uint32_t i = 0; i < c->f->sessions.n; i++)
		for (int k = 0; k < 4 && !c->r->down[i]; k++)
			any = compute_is_overfull(c, i, k / 2, k % 2,
						  learned[2 * i + (uint32_t)k / 2][k % 2], dg) ||
			      any;
	return any;
}

/* Builds each node's RIB in one piece: the kept routes are ordered by prefix, not by node. */
static void compute_ribs(struct compute *c)
{
	own_free size_t *n = xcalloc(c->f->nodes.n, sizeof(*n));
	struct rib_entry *at = arena_alloc(c->r->arena, c->held.n * sizeof(*at));

	for (each(const struct held, h, &c->held))
		n[h->node]++;
	for (uint32_t node = 0; node < c->f->nodes.n; at += n[node++]) {
		c->r->table[node].rib.v = at;
		c->r->table[node].rib.cap = n[node];
	}
	for (each(const struct held, h, &c->held))
		vec_push(c->r->arena, &c->r->table[h->node].rib,
			 ((struct rib_entry){ h->routes->origin->prefix, h->routes }));
}

/* The behaviour of a gateway with more prefixes than its SKU supports is not documented: only
 * warns. */
static void compute_warn_crowded(const struct compute *c, struct diag *dg)
{
	for (uint32_t i = 0; i < c->f->nodes.n; i++) {
		const struct node *node = &c->f->nodes.v[i];
		uint32_t n = 0;

		if (!node->learns)
			continue;
		for (each(const struct rib_entry, e, &c->r->table[i].rib))
			n += e->routes->from != NULL;
		if (n > node->learns)
			diag_warn(dg, node->pos, "prefix-limit",
				  "%s learns %u prefixes: a gateway of its SKU is made for %u",
				  node->name, n, node->learns);
	}
}

/* Forgets all routes, to compute them anew. */
static void compute_forget(struct compute *c)
{
	c->held.n = 0;
	c->r->count = 0;
}

/* Limits the number of routes: a small file can announce many prefixes to many routers. */
static bool compute_has_room(struct compute *c, size_t before, struct pos at, struct diag *dg)
{
	c->made += c->r->count - before;
	if (c->made <= ROUTES_MAX)
		return true;
	diag_error(dg, at, -E2BIG, "limit", "the routers would hold more than %d routes in all",
		   ROUTES_MAX);
	return false;
}

static bool compute_all(struct compute *c, const struct origination *const *g, size_t n,
			struct diag *dg)
{
	bool settled = true, fits = true;

	for (size_t i = 0, next; i < n && fits; i = next) {
		size_t before = c->r->count;

		for (next = i + 1; next < n && prefix_eq(&g[next]->prefix, &g[i]->prefix);)
			next++;
		settled = compute_prefix(c, g + i, next - i, dg) && settled;
		fits = compute_has_room(c, before, g[i]->pos, dg);
	}
	return settled && fits;
}

struct routes *routes_compute(const struct fabric *f, struct diag *dg)
{
	const size_t n = f->originations.n;
	const struct origination **g = arena_alloc(f->arena, (n + 1) * sizeof(*g));
	struct compute c;
	bool settled;

	for (size_t i = 0; i < n; i++)
		g[i] = &f->originations.v[i];
	qsort(g, n, sizeof(*g), compute_by_prefix);
	compute_init(&c, f);
	settled = compute_all(&c, g, n, dg);
	/* Each turn ends at least one session, so there are few turns. */
	while (settled && compute_end_overfull(&c, dg)) {
		compute_forget(&c);
		settled = compute_all(&c, g, n, dg);
	}
	compute_ribs(&c);
	compute_warn_crowded(&c, dg);
	c.r->announced = g;
	c.r->nannounced = n;
	compute_release(&c);
	if (!settled)
		return NULL;
	fib_build_all(c.r);
	walk_tunnels(c.r, dg);
	return c.r;
}

void routes_free(struct routes *r)
{
	(void)r; /* all of it is the arena's */
}
