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
 * routes that the gateway did not learn from another gateway, and a network passes nothing on, so that these are filled in after the rest has
 * settled.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/own.h"
#include "routing/paths.h"
#include "routing/table.h"
#include "routing/walk.h"

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

/* A Route Server's sessions run over no link: what they tell keeps its next hop, or the speaker
 * is it, and the receiver sends straight there if it carries packets at all. */
static void name_next_hop(const struct fabric *f, const struct node *speaker,
			  const struct route *told, struct route *ret)
{
	bool itself = speaker->kind == NODE_VPN_GATEWAY || speaker->kind == NODE_NVA;

	ret->iface = NONE;
	ret->via = itself ? speaker->ifaces.v[0] : told->via;
	if (ret->via != NONE && policy_carries(f->nodes.v[ret->node].kind))
		walk_adjacency(f, ret->node, f->ifaces.v[ret->via].node, &ret->iface, &ret->via);
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

	if (c->r->down[seat->session] || r->session == seat->session ||
	    (r->origin->kind == ORIGIN_STATIC && r->origin->object == s->object))
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
			       .internal = speaker->asn == peer->asn,
			       .managed = peer->managed };
	if (!ret->internal)
		ret->path = path_export(&c->paths, r->path, speaker->asn,
					1 + v.extra + s->prepend[seat->side],
					policy_rewrite(speaker->kind, peer->kind), peer->asn);
	if (s->bypass && s->bypass == r->origin->object && seat->side == 1) {
		ret->iface = s->bypass_iface[0];
		ret->via = s->bypass_iface[1];
	}
	if (s->iface[far] == NONE)
		name_next_hop(c->f, speaker, r, ret);
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

typedef VEC(struct route *) route_list;

/* The best of what a gateway learned itself, as the network holds it. An ExpressRoute gateway's
 * next hop is the MSEE, a Route Server's the appliance; a VPN gateway is its own. */
static void inject_from(struct compute *c, uint32_t index, const struct prefix *p, route_list *list)
{
	const struct session *s = &c->f->sessions.v[index];
	const struct rib_entry *e = routes_rib(c->r, s->node[0], p);
	bool itself = c->f->nodes.v[s->node[0]].kind == NODE_VPN_GATEWAY;

	for (const struct route *r = e ? e->routes : NULL; r && r->best; r = r->next) {
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
		if (!walk_adjacency(c->f, s->node[1], next, &made->iface, &made->via))
			continue;
		vec_push(NULL, list, made);
		c->r->count++;
	}
}

/* A network's routes, from all the gateways that serve it. */
static void inject(struct compute *c, uint32_t network, const struct prefix *p)
{
	route_list list = { 0 };
	const struct seat *seat;
	size_t before, gateways = 0;

	for (uint32_t n = routes_seats(c->r, network, &seat); n--; seat++) {
		if (c->f->sessions.v[seat->session].kind != SESSION_INJECT ||
		    c->r->down[seat->session])
			continue;
		before = list.n;
		inject_from(c, seat->session, p, &list);
		gateways += list.n > before;
	}
	if (gateways > 1) /* a single one's reasons are the network's */
		rank(c->f->nodes.v[network].kind, list.v, list.n);
	if (list.n)
		add_entry(c, network, p, list.v, list.n);
	vec_free(&list);
}

/* Into every network of a gateway that has the prefix, each once, in order. */
static void inject_all(struct compute *c, const struct prefix *p)
{
	c->now.n = 0;
	for (each(uint32_t, node, &c->met)) {
		const struct seat *seat;

		for (uint32_t n = routes_seats(c->r, *node, &seat); n--; seat++)
			if (c->f->sessions.v[seat->session].kind == SESSION_INJECT && seat->side == 0)
				vec_push(NULL, &c->now, c->f->sessions.v[seat->session].node[1]);
	}
	if (c->now.n)
		qsort(c->now.v, c->now.n, sizeof(*c->now.v), by_index);
	for (size_t i = 0; i < c->now.n; i++)
		if (i == 0 || c->now.v[i] != c->now.v[i - 1])
			inject(c, c->now.v[i], p);
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
	inject_all(c, p);
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
	c->r->down = arena_alloc(f->arena, (sessions + 1) * sizeof(*c->r->down));
	for (size_t i = 0; i < sessions; i++)
		c->r->down[i] = f->sessions.v[i].down;
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

/* ---- limits: a session that brings too many prefixes ends (ExpressRoute FAQ) ---- */

/* Counts what each node holds from each session: [2 * session + side]. */
static uint32_t *count_learned(const struct compute *c)
{
	uint32_t *n = xcalloc(2 * c->f->sessions.n + 1, sizeof(*n));

	for (uint32_t node = 0; node < c->f->nodes.n; node++)
		for (each(const struct rib_entry, e, &c->r->table[node].rib))
			for (const struct route *r = e->routes; r; r = r->next)
				if (r->session != NONE)
					n[2 * r->session + (c->f->sessions.v[r->session].node[1] == node)]++;
	return n;
}

/* Ends the sessions that are over their limit; returns whether there was any. */
static bool end_overfull(struct compute *c, struct diag *dg)
{
	own_free uint32_t *learned = count_learned(c);
	bool any = false;

	for (uint32_t i = 0; i < c->f->sessions.n; i++) {
		const struct session *s = &c->f->sessions.v[i];

		for (int side = 0; side < 2 && !c->r->down[i]; side++) {
			if (s->limit[side] == 0 || learned[2 * i + (uint32_t)side] <= s->limit[side])
				continue;
			any = true;
			c->r->down[i] = arena_printf(
				c->r->arena, "%u prefixes from %s are too many: %s takes %u",
				learned[2 * i + (uint32_t)side], c->f->nodes.v[s->node[!side]].name,
				c->f->nodes.v[s->node[side]].name, s->limit[side]);
			diag_warn(dg, s->pos, "prefix-limit", "%s, and the session ends",
				  c->r->down[i]);
		}
	}
	return any;
}

/* What happens to a gateway that knows more than it is made for is not documented: a warning. */
static void warn_crowded(const struct compute *c, struct diag *dg)
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
static void forget(struct compute *c)
{
	for (uint32_t node = 0; node < c->f->nodes.n; node++)
		c->r->table[node].rib.n = 0;
	c->r->refusals.n = 0;
	c->r->count = 0;
}

static bool compute_all(struct compute *c, const struct origination *const *g, size_t n,
			struct diag *dg)
{
	bool settled = true;

	for (size_t i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && prefix_eq(&g[next]->prefix, &g[i]->prefix);)
			next++;
		settled = compute_prefix(c, g + i, next - i, dg) && settled;
	}
	return settled;
}

struct routes *routes_compute(const struct fabric *f, struct diag *dg)
{
	size_t n = f->originations.n;
	const struct origination **g = arena_alloc(f->arena, (n + 1) * sizeof(*g));
	struct compute c;
	bool settled;

	compute_init(&c, f);
	for (size_t i = 0; i < n; i++)
		g[i] = &f->originations.v[i];
	qsort(g, n, sizeof(*g), by_prefix);
	settled = compute_all(&c, g, n, dg);
	/* Each turn ends a session at least, so there are not many. */
	while (settled && end_overfull(&c, dg)) {
		forget(&c);
		settled = compute_all(&c, g, n, dg);
	}
	warn_crowded(&c, dg);
	c.r->announced = g;
	c.r->nannounced = n;
	compute_release(&c);
	if (!settled)
		return NULL;
	build_tables(c.r);
	walk_tunnels(c.r, dg);
	return c.r;
}

void routes_free(struct routes *r)
{
	(void)r; /* all of it is the arena's */
}
