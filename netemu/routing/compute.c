/* The sessions run to their fixed point: a path-vector protocol without messages or time.
 *
 * What is decided of one prefix never depends on another, so prefixes are taken one by one, in
 * order. For each, routes spread from the routers that announce it in rounds: every router whose
 * offers changed chooses anew (policy_compare) and, if its choice changed, offers it to its
 * neighbours (policy_export, policy_import). A prefix has settled when a round changes nothing.
 *
 * Work is done in scratch tables with one slot for each direction of each session (what a router
 * has been offered by it) and reset slot by slot; only what stands at the end is copied out.
 *
 * A gateway's session into a virtual network is no BGP: it carries all of the gateway's best
 * routes, and a network passes nothing on, so that these are filled in after the rest has
 * settled.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "routing/paths.h"
#include "routing/table.h"

struct offer { /* what a node has from a session, or by itself */
	struct route route;
	bool there;
	struct route *kept; /* its copy in the result */
};

struct compute {
	const struct fabric *f;
	struct routes *r;
	struct path_pool paths;
	struct offer *in;   /* [2 * session + side]: offered to that side */
	struct offer **own; /* each node's own announcement of the prefix, or NULL */
	struct offer *own_store;
	size_t nown;
	const struct offer **sent; /* the choice that a node last offered to its neighbours */
	struct route *sent_copy;
	bool *dirty, *touched;
	VEC(uint32_t) now, next, met; /* nodes: of this round, of the next, of the prefix */
};

static void mark(struct compute *c, uint32_t node)
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

static struct offer *offered(const struct compute *c, const struct seat *s)
{
	return &c->in[2 * s->session + s->side];
}

/* The best of a node's offers: its own announcement first, then in the order of sessions. */
static const struct offer *choose(const struct compute *c, uint32_t node)
{
	const struct offer *best = c->own[node];
	const struct seat *seat;
	const char *rule;

	for (uint32_t n = routes_seats(c->r, node, &seat); n--; seat++) {
		const struct offer *o = offered(c, seat);

		if (o->there && (!best || policy_compare(c->f->nodes.v[node].kind, &o->route,
							 &best->route, &rule) < 0))
			best = o;
	}
	return best;
}

static void refuse(struct compute *c, const struct route *r, uint32_t node, uint32_t session,
		   const char *rule)
{
	vec_push(c->r->arena, &c->r->refusals,
		 ((struct refusal){ r->origin->prefix, node, session, r->origin, rule }));
}

/* What the other side of a seat makes of the node's best route: false when it gets none. */
static bool offer_to(struct compute *c, const struct offer *best, const struct seat *seat,
		     struct route *ret, bool record)
{
	const struct session *s = &c->f->sessions.v[seat->session];
	uint32_t far = !seat->side, node = s->node[seat->side], to = s->node[far];
	const struct node *speaker = &c->f->nodes.v[node], *peer = &c->f->nodes.v[to];
	const struct route *r = &best->route;
	struct export_verdict v;
	const char *why;

	if (s->down || r->session == seat->session)
		return false; /* never back to where it came from */
	v = policy_export(c->f, r, to);
	if (!v.allowed) {
		if (record)
			refuse(c, r, node, seat->session, v.rule);
		return false;
	}
	*ret = (struct route){ .origin = r->origin,
			       .path = r->path,
			       .from = r,
			       .session = seat->session,
			       .node = to,
			       .iface = s->iface[far],
			       .via = s->iface[seat->side],
			       .weight = s->weight[far],
			       .local_pref = s->local_pref[far],
			       .internal = speaker->asn == peer->asn };
	if (!ret->internal)
		ret->path = path_export(&c->paths, r->path, speaker->asn,
					1 + v.extra + s->prepend[seat->side],
					policy_rewrite(speaker->kind, peer->kind), peer->asn);
	why = policy_import(c->f, ret, to, far);
	if (why && record)
		refuse(c, ret, to, seat->session, why);
	return !why;
}

static bool same(const struct route *a, const struct route *b)
{
	return a->origin == b->origin && a->path == b->path && a->from == b->from &&
	       a->internal == b->internal;
}

/* Offers a node's new choice to every neighbour. */
static void spread(struct compute *c, uint32_t node, const struct offer *best)
{
	const struct seat *seat;

	for (uint32_t n = routes_seats(c->r, node, &seat); n--; seat++) {
		const struct session *s = &c->f->sessions.v[seat->session];
		struct offer *o = &c->in[2 * seat->session + !seat->side];
		struct route r = { 0 };
		bool there;

		if (s->kind == SESSION_INJECT)
			continue;
		there = best && offer_to(c, best, seat, &r, false);
		if (there == o->there && (!there || same(&r, &o->route)))
			continue;
		o->there = there;
		o->route = r;
		mark(c, s->node[!seat->side]);
	}
}

static void run_round(struct compute *c)
{
	for (size_t i = 0; i < c->now.n; i++) {
		uint32_t node = c->now.v[i];
		const struct offer *best = choose(c, node);

		c->dirty[node] = false;
		if (best == c->sent[node] && (!best || same(&best->route, &c->sent_copy[node])))
			continue;
		c->sent[node] = best;
		if (best)
			c->sent_copy[node] = best->route;
		spread(c, node, best);
	}
}

static int by_index(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Rounds until nothing changes. Paths grow by a router a round, so a prefix that has not settled
 * after a few times as many rounds as there are routers never will. */
static bool settle(struct compute *c)
{
	size_t limit = 4 * c->f->nodes.n + 64;

	while (c->next.n && limit--) {
		size_t cap = c->now.cap;
		uint32_t *v = c->now.v;

		c->now.v = c->next.v;
		c->now.n = c->next.n;
		c->now.cap = c->next.cap;
		c->next.v = v;
		c->next.n = 0;
		c->next.cap = cap;
		qsort(c->now.v, c->now.n, sizeof(*c->now.v), by_index);
		run_round(c);
	}
	return c->next.n == 0;
}

/* ---- what stands is copied out ---- */

static struct route *keep(struct compute *c, struct offer *o)
{
	if (!o->kept) {
		o->kept = arena_make(c->r->arena, struct route);
		*o->kept = o->route;
		c->r->count++;
	}
	return o->kept;
}

/* Orders a node's routes: the chosen first, each with the reason for its place. */
static void rank(enum node_kind kind, struct route **list, size_t n)
{
	const char *rule = "the only one";
	struct route *best = NULL, *second = NULL;

	for (size_t i = 0; i < n; i++)
		if (!best || policy_compare(kind, list[i], best, &rule) < 0)
			best = list[i];
	for (size_t i = 0; i < n; i++) {
		list[i]->best = policy_compare(kind, list[i], best, &rule) == 0;
		list[i]->because = rule;
		if (!list[i]->best &&
		    (!second || policy_compare(kind, list[i], second, &rule) < 0))
			second = list[i];
	}
	rule = n > 1 ? "equally good: the load is shared" : "the only one";
	if (second)
		policy_compare(kind, second, best, &rule);
	for (size_t i = 0; i < n; i++)
		if (list[i]->best)
			list[i]->because = rule;
}

static void add_entry(struct compute *c, uint32_t node, const struct prefix *p,
		      struct route **list, size_t n)
{
	struct rib_entry *e = vec_add(c->r->arena, &c->r->table[node].rib);
	struct route **at = &e->routes;

	e->prefix = *p;
	for (int best = 1; best >= 0; best--)
		for (size_t i = 0; i < n; i++)
			if (list[i]->best == best) {
				*at = list[i];
				at = &list[i]->next;
			}
	*at = NULL;
}

static void keep_node(struct compute *c, uint32_t node, const struct prefix *p)
{
	VEC(struct route *) list = { 0 };
	const struct seat *seat;

	if (c->own[node])
		vec_push(NULL, &list, keep(c, c->own[node]));
	for (uint32_t n = routes_seats(c->r, node, &seat); n--; seat++) {
		struct offer *o = offered(c, seat);

		if (o->there)
			vec_push(NULL, &list, keep(c, o));
	}
	if (list.n) {
		rank(c->f->nodes.v[node].kind, list.v, list.n);
		add_entry(c, node, p, list.v, list.n);
	}
	vec_free(&list);
}

/* The network's own interface to the router that the gateway names as next hop. */
static bool find_adjacency(const struct fabric *f, uint32_t node, uint32_t next_node,
			   uint32_t *ret_iface, uint32_t *ret_via)
{
	for (each(uint32_t, i, &f->nodes.v[node].ifaces)) {
		if (fabric_peer(f, *i) != next_node)
			continue;
		const struct fabric_link *l = &f->links.v[f->ifaces.v[*i].link];

		*ret_iface = *i;
		*ret_via = l->end[l->end[0].iface == *i].iface;
		return true;
	}
	return false;
}

/* All best routes of a gateway, as the network holds them: the next hop stays the gateway's. */
static void inject(struct compute *c, const struct session *s, uint32_t index,
		   const struct prefix *p)
{
	const struct rib_entry *e = routes_rib(c->r, s->node[0], p);
	VEC(struct route *) list = { 0 };

	for (const struct route *r = e ? e->routes : NULL; r && r->best && r->from; r = r->next) {
		struct route *made = arena_make(c->r->arena, struct route);

		*made = *r;
		made->from = r;
		made->node = s->node[1];
		made->session = index;
		made->next = NULL;
		if (!find_adjacency(c->f, s->node[1], c->f->ifaces.v[r->via].node, &made->iface,
				    &made->via))
			continue;
		vec_push(NULL, &list, made);
		c->r->count++;
	}
	if (list.n)
		add_entry(c, s->node[1], p, list.v, list.n);
	vec_free(&list);
}

/* `from` pointed into scratch while routes moved; it points at the kept copies from now on. */
static void relink(struct compute *c)
{
	for (each(uint32_t, node, &c->met)) {
		const struct seat *seat;

		for (uint32_t n = routes_seats(c->r, *node, &seat); n--; seat++) {
			struct offer *o = offered(c, seat);

			if (o->there) /* route is an offer's first member */
				o->kept->from = ((const struct offer *)(const void *)o->route.from)->kept;
		}
	}
}

static void record_refusals(struct compute *c)
{
	for (each(uint32_t, node, &c->met)) {
		const struct offer *best = choose(c, *node);
		const struct seat *seat;
		struct route unused;

		for (uint32_t n = routes_seats(c->r, *node, &seat); n--; seat++)
			if (best && c->f->sessions.v[seat->session].kind == SESSION_BGP)
				offer_to(c, best, seat, &unused, true);
	}
}

static void reset(struct compute *c)
{
	for (each(uint32_t, node, &c->met)) {
		const struct seat *seat;

		for (uint32_t n = routes_seats(c->r, *node, &seat); n--; seat++)
			*offered(c, seat) = (struct offer){ 0 };
		c->own[*node] = NULL;
		c->sent[*node] = NULL;
		c->touched[*node] = c->dirty[*node] = false;
	}
	c->met.n = c->next.n = c->now.n = 0;
	c->nown = 0;
}

static void announce(struct compute *c, const struct origination *g)
{
	struct offer *o = &c->own_store[c->nown++];

	*o = (struct offer){ .there = true,
			     .route = { .origin = g,
					.path = path_empty(&c->paths),
					.session = NONE,
					.node = g->node,
					.iface = NONE,
					.via = NONE,
					.local_pref = 100 } };
	if (!c->own[g->node])
		c->own[g->node] = o;
	mark(c, g->node);
}

static int by_prefix(const void *a, const void *b)
{
	const struct origination *x = *(const struct origination *const *)a;
	const struct origination *y = *(const struct origination *const *)b;
	int d = prefix_cmp(&x->prefix, &y->prefix);

	return d ? d : (x > y) - (x < y);
}

static bool compute_prefix(struct compute *c, const struct origination *const *g, size_t n,
			   struct diag *dg)
{
	const struct prefix *p = &g[0]->prefix;

	for (size_t i = 0; i < n; i++)
		announce(c, g[i]);
	if (!settle(c)) {
		diag_error(dg, g[0]->pos, -ELOOP, "oscillation",
			   "routes to %s never settle: the preferences of the routers chase each other",
			   PREFIX_STR(p));
		return false;
	}
	qsort(c->met.v, c->met.n, sizeof(*c->met.v), by_index);
	for (each(uint32_t, node, &c->met))
		keep_node(c, *node, p);
	relink(c);
	record_refusals(c);
	for (uint32_t i = 0; i < c->f->sessions.n; i++)
		if (c->f->sessions.v[i].kind == SESSION_INJECT)
			inject(c, &c->f->sessions.v[i], i, p);
	reset(c);
	return true;
}

static void seat_all(struct routes *r)
{
	const struct fabric *f = r->fabric;
	uint32_t *fill = xcalloc(f->nodes.n + 1, sizeof(*fill));
	uint32_t *first = arena_alloc(r->arena, (f->nodes.n + 1) * sizeof(*first));
	struct seat *seats = arena_alloc(r->arena, 2 * f->sessions.n * sizeof(*seats));

	for (each(const struct session, s, &f->sessions))
		for (int side = 0; side < 2; side++)
			first[s->node[side] + 1]++;
	for (size_t i = 0; i < f->nodes.n; i++)
		first[i + 1] += first[i];
	for (uint32_t i = 0; i < f->sessions.n; i++)
		for (uint32_t side = 0; side < 2; side++) {
			uint32_t node = f->sessions.v[i].node[side];

			seats[first[node] + fill[node]++] = (struct seat){ i, side };
		}
	free(fill);
	r->seats = seats;
	r->first_seat = first;
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
	c->own = xcalloc(nodes, sizeof(struct offer *));
	c->own_store = xcalloc(f->originations.n, sizeof(*c->own_store));
	c->sent = xcalloc(nodes, sizeof(struct offer *));
	c->sent_copy = xcalloc(nodes, sizeof(*c->sent_copy));
	c->dirty = xcalloc(nodes, sizeof(*c->dirty));
	c->touched = xcalloc(nodes, sizeof(*c->touched));
	seat_all(c->r);
}

static void compute_release(struct compute *c)
{
	path_pool_release(&c->paths);
	free(c->in);
	free(c->own);
	free(c->own_store);
	free(c->sent);
	free(c->sent_copy);
	free(c->dirty);
	free(c->touched);
	vec_free(&c->now);
	vec_free(&c->next);
	vec_free(&c->met);
}

struct routes *routes_compute(const struct fabric *f, struct diag *dg)
{
	size_t n = f->originations.n;
	const struct origination **g = xcalloc(n, sizeof(*g));
	struct compute c;
	bool settled = true;

	compute_init(&c, f);
	for (size_t i = 0; i < n; i++)
		g[i] = &f->originations.v[i];
	qsort(g, n, sizeof(*g), by_prefix);
	for (size_t i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && prefix_eq(&g[next]->prefix, &g[i]->prefix);)
			next++;
		settled = compute_prefix(&c, g + i, next - i, dg) && settled;
	}
	free(g);
	compute_release(&c);
	if (!settled)
		return NULL;
	build_tables(c.r);
	return c.r;
}

void routes_free(struct routes *r)
{
	(void)r; /* all of it is the arena's */
}
