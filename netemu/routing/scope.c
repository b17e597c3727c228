/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is decided of one prefix never depends on another (compute.c). So the routes to a prefix are
 * the same in two networks, node by node, when all that they are made of is:
 *
 * - What nodes say of it by themselves: networks that are connected, routes that are configured,
 *   announcements. These are compared one by one, in their order, of each node and prefix.
 * - What sessions bring. A route never leaves the group of nodes that sessions join, directly or
 *   through others, in this network or in that one. So where a session that is up, or a speaker, is
 *   not in both what it is, all that anybody of its group announces is touched, and nothing else.
 *   It would not do to look where those routes stand that crossed the session: when one wins or
 *   loses there others win or lose elsewhere, and which of several stable states is found may turn
 *   on routes that do not last. In the other groups everything goes the same way, round by round,
 *   for sessions and speakers stand in the same order.
 * - Prefixes inside one that a system route has: BGP's routes to these are left out (table.c).
 * - 0.0.0.0/0, for a virtual network's "None" routes: these and it are touched together.
 *
 * Limits alone make one prefix depend on another: how many a session brings before it ends, and how
 * many routes there are in all. Where one could be reached, everything is touched.
 */
#include "routing/scope.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "base/vec.h"
#include "routing/routing.h"
#include "routing/twins.h"

/* What a node says of a prefix by itself. */
struct word {
	struct prefix prefix;
	uint32_t node, side, seq;
	enum { CONNECTED, CONFIGURED, ANNOUNCED } of;
	int kind; /* rank and type, or what kind of announcement */
	uint32_t iface, via;
	bool out, system, none, shaken;
	const struct object *object;
};

/* The network as it was, or as it is. Nodes and interfaces bear the numbers of `is`; what is gone
 * has one after them. */
struct side {
	const struct fabric *f;
	uint32_t *node, *iface; /* the number of each */
	bool *speaks;  /* of each node: at the end of a session that is up ... */
	bool *reaches; /* ... and finds the next hops beside it, since the session has no link */
	bool *carries; /* of each interface: a session's routes lead over it */
};

struct finder {
	struct side side[2];
	const bool *shaken; /* of each interface of the new network */
	struct twins twins;
	uint32_t *above; /* by number: another node of its group, or itself: it stands for that */
	bool *touched;	 /* by number: what its group announces is touched */
	bool *altered;	 /* by number: all that the node says is touched */
	VEC(struct word) words;
	VEC(struct prefix) found, systems;
};

/* ---- groups ---- */

static uint32_t group_of(const struct finder *s, uint32_t number)
{
	while (s->above[number] != number)
		number = s->above[number] = s->above[s->above[number]];
	return number;
}

static void join(struct finder *s, uint32_t a, uint32_t b)
{
	s->above[group_of(s, a)] = group_of(s, b);
}

/* ---- numbers ---- */

static void side_init(struct side *s, const struct fabric *f)
{
	s->f = f;
	s->node = xcalloc(f->nodes.n + 1, sizeof(*s->node));
	s->iface = xcalloc(f->ifaces.n + 1, sizeof(*s->iface));
	s->speaks = xcalloc(f->nodes.n + 1, sizeof(*s->speaks));
	s->reaches = xcalloc(f->nodes.n + 1, sizeof(*s->reaches));
	s->carries = xcalloc(f->ifaces.n + 1, sizeof(*s->carries));
}

static void side_release(struct side *s)
{
	free(s->node);
	free(s->iface);
	free(s->speaks);
	free(s->reaches);
	free(s->carries);
}

static void give_numbers(struct finder *s)
{
	const struct fabric *was = s->side[0].f, *is = s->side[1].f;

	for (uint32_t i = 0; i < is->nodes.n; i++)
		s->side[1].node[i] = i;
	for (uint32_t i = 0; i < is->ifaces.n; i++)
		s->side[1].iface[i] = i;
	for (uint32_t i = 0; i < was->nodes.n; i++)
		s->side[0].node[i] = s->twins.node[i] != NONE ? s->twins.node[i] :
								(uint32_t)is->nodes.n + i;
	for (uint32_t i = 0; i < was->ifaces.n; i++)
		s->side[0].iface[i] = s->twins.iface[i] != NONE ? s->twins.iface[i] :
								  (uint32_t)is->ifaces.n + i;
}

static uint32_t iface_number(const struct side *s, uint32_t iface)
{
	return iface == NONE ? NONE : s->iface[iface];
}

static void finder_init(struct finder *s, const struct fabric *was, const struct fabric *is,
			const bool *shaken)
{
	const size_t n = was->nodes.n + is->nodes.n;

	twins_find(was, is, &s->twins);
	side_init(&s->side[0], was);
	side_init(&s->side[1], is);
	s->shaken = shaken;
	give_numbers(s);
	s->above = xcalloc(n + 1, sizeof(*s->above));
	s->touched = xcalloc(n + 1, sizeof(*s->touched));
	s->altered = xcalloc(n + 1, sizeof(*s->altered));
	for (uint32_t i = 0; i < n; i++)
		s->above[i] = i;
}

static void finder_release(struct finder *s)
{
	side_release(&s->side[0]);
	side_release(&s->side[1]);
	twins_release(&s->twins);
	free(s->above);
	free(s->touched);
	free(s->altered);
	vec_free(&s->words);
	vec_free(&s->found);
	vec_free(&s->systems);
}
#define own_finder __attribute__((cleanup(finder_release))) struct finder

/* ---- sessions: those that are up, for the others bring nothing ---- */

static void look_at_sessions(struct finder *s, struct side *at)
{
	for (each(const struct session, x, &at->f->sessions)) {
		if (x->down)
			continue;
		join(s, at->node[x->node[0]], at->node[x->node[1]]);
		for (int end = 0; end < 2; end++) {
			at->speaks[x->node[end]] = true;
			if (x->iface[end] == NONE)
				at->reaches[x->node[end]] = true;
			else
				at->carries[x->iface[end]] = true;
			if (x->bypass)
				at->carries[x->bypass_iface[end]] = true;
		}
	}
}

static bool same_iface(const struct finder *s, uint32_t was, uint32_t is)
{
	return iface_number(&s->side[0], was) == is;
}

static bool same_session(const struct finder *s, const struct session *was,
			 const struct session *is)
{
	if (was->kind != is->kind || !fabric_same_object(was->object, is->object) ||
	    !fabric_same_object(was->bypass, is->bypass))
		return false;
	for (int end = 0; end < 2; end++)
		if (s->side[0].node[was->node[end]] != is->node[end] ||
		    !same_iface(s, was->iface[end], is->iface[end]) ||
		    was->weight[end] != is->weight[end] ||
		    was->local_pref[end] != is->local_pref[end] ||
		    was->prepend[end] != is->prepend[end] ||
		    !prefixes_eq(&was->except[end], &is->except[end]) ||
		    !prefixes_eq(&was->only[end], &is->only[end]) ||
		    (was->bypass &&
		     !same_iface(s, was->bypass_iface[end], is->bypass_iface[end])))
			return false;
	return true;
}

static void touch_ends(struct finder *s, const struct side *at, const struct session *x)
{
	s->touched[at->node[x->node[0]]] = s->touched[at->node[x->node[1]]] = true;
}

/* The new network's sessions that are up, by the node at side 0. */
struct shelf {
	uint32_t *first, *next; /* of each node; the next in turn, for they mostly stand in order */
	uint32_t *session;
	bool *taken; /* of each session */
};

static void shelf_fill(struct shelf *h, const struct fabric *f)
{
	h->first = xcalloc(f->nodes.n + 2, sizeof(*h->first));
	h->next = xcalloc(f->nodes.n + 1, sizeof(*h->next));
	h->session = xcalloc(f->sessions.n + 1, sizeof(*h->session));
	h->taken = xcalloc(f->sessions.n + 1, sizeof(*h->taken));
	for (each(const struct session, x, &f->sessions))
		h->first[x->node[0] + 2] += !x->down;
	for (size_t i = 2; i < f->nodes.n + 2; i++)
		h->first[i] += h->first[i - 1];
	for (uint32_t i = 0; i < f->sessions.n; i++)
		if (!f->sessions.v[i].down)
			h->session[h->first[f->sessions.v[i].node[0] + 1]++] = i;
}

static void shelf_release(struct shelf *h)
{
	free(h->first);
	free(h->next);
	free(h->session);
	free(h->taken);
}

static uint32_t take_same(const struct finder *s, struct shelf *h, const struct session *was)
{
	const struct fabric *f = s->side[1].f;
	const uint32_t node = s->side[0].node[was->node[0]];
	uint32_t first, n;

	if (node >= f->nodes.n)
		return NONE;
	first = h->first[node];
	n = h->first[node + 1] - first;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = (h->next[node] + i) % n, x = h->session[first + at];

		if (!h->taken[x] && same_session(s, was, &f->sessions.v[x])) {
			h->taken[x] = true;
			h->next[node] = at + 1;
			return x;
		}
	}
	return NONE;
}

/* False: those that are the same stand in another order. */
static bool match_sessions(struct finder *s, struct shelf *h)
{
	uint32_t last = 0;

	for (each(const struct session, x, &s->side[0].f->sessions)) {
		uint32_t same = x->down ? NONE : take_same(s, h, x);

		if (same == NONE && !x->down)
			touch_ends(s, &s->side[0], x);
		if (same == NONE)
			continue;
		if (same < last)
			return false;
		last = same;
	}
	for (uint32_t i = 0; i < s->side[1].f->sessions.n; i++) {
		const struct session *x = &s->side[1].f->sessions.v[i];

		if (!x->down && !h->taken[i])
			touch_ends(s, &s->side[1], x);
	}
	return true;
}

static bool compare_sessions(struct finder *s)
{
	struct shelf h;
	bool ordered;

	look_at_sessions(s, &s->side[0]);
	look_at_sessions(s, &s->side[1]);
	shelf_fill(&h, s->side[1].f);
	ordered = match_sessions(s, &h);
	shelf_release(&h);
	return ordered;
}

/* ---- nodes and interfaces ---- */

/* Who is known, or names itself as a next hop, by the first of its interfaces. */
static bool has_first(const struct node *n)
{
	return node_is_machine(n) || n->kind == NODE_VPN_GATEWAY;
}

static bool same_first(const struct finder *s, const struct node *was, const struct node *is)
{
	if (!has_first(was) || was->ifaces.n == 0 || is->ifaces.n == 0)
		return !has_first(was) || was->ifaces.n == is->ifaces.n;
	return same_iface(s, was->ifaces.v[0], is->ifaces.v[0]);
}

static bool same_node(const struct finder *s, const struct node *was, const struct node *is)
{
	return was->kind == is->kind && was->asn == is->asn && was->transit == is->transit &&
	       was->takes_default == is->takes_default && was->managed == is->managed &&
	       was->remote_networks == is->remote_networks && text_same(was->vrf, is->vrf) &&
	       text_same(s->side[0].f->chassis.v[was->chassis].name,
			 s->side[1].f->chassis.v[is->chassis].name) &&
	       same_first(s, was, is);
}

/* The next of a node's links straight to another speaker, where walk_adjacency() looks; from the
 * i-th interface on. */
static uint32_t next_beside(const struct side *at, uint32_t node, size_t *i)
{
	const struct node *n = &at->f->nodes.v[node];

	while (*i < n->ifaces.n) {
		uint32_t iface = n->ifaces.v[(*i)++], peer = fabric_peer(at->f, iface);

		if (peer != NONE && at->speaks[peer])
			return iface;
	}
	return NONE;
}

static bool same_beside(const struct finder *s, uint32_t was, uint32_t is)
{
	size_t i = 0, k = 0;
	uint32_t x, y;

	if (!s->side[0].reaches[was] && !s->side[1].reaches[is])
		return true;
	do {
		x = next_beside(&s->side[0], was, &i);
		y = next_beside(&s->side[1], is, &k);
		if (!same_iface(s, x, y) ||
		    (x != NONE && !same_iface(s, fabric_far(s->side[0].f, x),
					      fabric_far(s->side[1].f, y))))
			return false;
	} while (x != NONE);
	return true;
}

/* False: speakers stand in another order, in which they are asked in each round. */
static bool compare_nodes(struct finder *s)
{
	const struct fabric *was = s->side[0].f, *is = s->side[1].f;
	uint32_t last = 0;

	for (uint32_t i = 0; i < was->nodes.n; i++) {
		const uint32_t then = s->twins.node[i];

		if (then == NONE)
			continue;
		if (s->side[0].speaks[i] && s->side[1].speaks[then]) {
			if (then < last)
				return false;
			last = then;
		}
		if (!same_node(s, &was->nodes.v[i], &is->nodes.v[then]))
			s->altered[then] = s->touched[then] = true;
		if (!same_beside(s, i, then))
			s->touched[then] = true;
	}
	return true;
}

/* False: one has other addresses, by which others know it. */
static bool compare_ifaces(const struct finder *s)
{
	for (uint32_t i = 0; i < s->side[0].f->ifaces.n; i++) {
		const uint32_t then = s->twins.iface[i];
		const struct iface *was = &s->side[0].f->ifaces.v[i], *is;

		if (then == NONE)
			continue;
		is = &s->side[1].f->ifaces.v[then];
		if (strcmp(was->name, is->name) != 0 || was->addrs.n != is->addrs.n)
			return false;
		for (size_t k = 0; k < was->addrs.n; k++)
			if (!prefix_eq(&was->addrs.v[k], &is->addrs.v[k]))
				return false;
	}
	return true;
}

static void spread_touch(struct finder *s)
{
	for (uint32_t i = 0; i < s->side[0].f->nodes.n + s->side[1].f->nodes.n; i++)
		if (s->touched[i])
			s->touched[group_of(s, i)] = true;
}

/* Routes that sessions brought may lead over such interfaces. (A route of the old network that led
 * there, and does not in the new one, differs.) */
static void touch_shaken(struct finder *s)
{
	const struct side *at = &s->side[1];

	for (uint32_t i = 0; i < at->f->ifaces.n; i++) {
		const uint32_t node = at->f->ifaces.v[i].node;

		if (s->shaken[i] && (at->carries[i] || at->reaches[node]))
			s->touched[at->node[node]] = true;
	}
}

/* ---- what nodes say by themselves ---- */

static void say(struct finder *s, uint32_t side, struct word w)
{
	w.side = side;
	w.seq = (uint32_t)s->words.n;
	vec_push(NULL, &s->words, w);
}

static void say_connected(struct finder *s, uint32_t side, uint32_t iface)
{
	const struct side *at = &s->side[side];
	const struct iface *i = &at->f->ifaces.v[iface];

	if (fabric_down(at->f, iface))
		return;
	for (each(const struct prefix, p, &i->addrs))
		say(s, side, (struct word){ .prefix = prefix_network(p),
					    .of = CONNECTED,
					    .node = at->node[i->node],
					    .iface = at->iface[iface],
					    .via = NONE });
}

static void say_configured(struct finder *s, uint32_t side, const struct fabric_route *r)
{
	const struct side *at = &s->side[side];
	const bool leads = r->iface != NONE;

	say(s, side, (struct word){ .prefix = r->prefix,
				    .of = CONFIGURED,
				    .node = at->node[r->node],
				    .kind = 4 * (int)r->rank + 2 * r->to_device + (int)r->type,
				    .iface = iface_number(at, r->iface),
				    .via = iface_number(at, r->via),
				    .out = leads && fabric_down(at->f, r->iface),
				    .system = r->rank == RANK_SYSTEM,
				    .none = r->rank == RANK_NONE,
				    .shaken = leads && side == 1 && s->shaken[r->iface] });
}

static void say_announced(struct finder *s, uint32_t side, const struct origination *g)
{
	say(s, side, (struct word){ .prefix = g->prefix,
				    .of = ANNOUNCED,
				    .node = s->side[side].node[g->node],
				    .kind = (int)g->kind,
				    .object = g->object });
}

static int by_place(const void *a, const void *b)
{
	const struct word *x = a, *y = b;
	int d = prefix_cmp(&x->prefix, &y->prefix);

	if (d)
		return d;
	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return (x->seq > y->seq) - (x->seq < y->seq); /* as it was, then as it is */
}

static void gather_words(struct finder *s)
{
	for (uint32_t side = 0; side < 2; side++) {
		const struct fabric *f = s->side[side].f;

		for (each(const struct node, n, &f->nodes))
			for (each(const uint32_t, i, &n->ifaces))
				say_connected(s, side, *i);
		for (each(const struct fabric_route, r, &f->routes))
			say_configured(s, side, r);
		for (each(const struct origination, g, &f->originations))
			say_announced(s, side, g);
	}
	if (s->words.n)
		qsort(s->words.v, s->words.n, sizeof(*s->words.v), by_place);
}

static bool same_word(const struct word *a, const struct word *b)
{
	return a->of == b->of && a->kind == b->kind && a->iface == b->iface && a->via == b->via &&
	       a->out == b->out && fabric_same_object(a->object, b->object);
}

/* Of one node and one prefix: whether it says the same in both networks. */
static bool same_words(const struct word *w, size_t n)
{
	size_t was = 0;

	while (was < n && w[was].side == 0)
		was++;
	if (n != 2 * was)
		return false;
	for (size_t i = 0; i < was; i++)
		if (!same_word(&w[i], &w[was + i]))
			return false;
	return true;
}

static void look_at_words(struct finder *s, const struct word *w, size_t n)
{
	const bool differ = s->altered[w->node] || !same_words(w, n);
	bool touched = differ;

	for (size_t i = 0; i < n; i++) {
		touched = touched || w[i].shaken ||
			  (w[i].of == ANNOUNCED && s->touched[group_of(s, w->node)]);
		if (differ && w[i].system)
			vec_push(NULL, &s->systems, w->prefix);
	}
	if (touched)
		vec_push(NULL, &s->found, w->prefix);
}

/* Touches 0.0.0.0/0 and the "None" routes together: whether a network has these depends on that. */
static void scope_join_none(struct finder *s)
{
	const struct prefix any = prefix_lit("0.0.0.0/0");
	bool touched = false;

	for (each(const struct prefix, p, &s->found))
		touched = touched || prefix_eq(p, &any);
	for (each(const struct word, w, &s->words))
		for (size_t i = 0; w->none && !touched && i < s->found.n; i++)
			touched = prefix_eq(&s->found.v[i], &w->prefix);
	if (!touched)
		return;
	vec_push(NULL, &s->found, any);
	for (each(const struct word, w, &s->words))
		if (w->none)
			vec_push(NULL, &s->found, w->prefix);
}

static void compare_words(struct finder *s)
{
	const struct word *w = s->words.v, *end = w ? w + s->words.n : w;

	for (const struct word *next; w < end; w = next) {
		for (next = w + 1; next < end && next->node == w->node &&
				   prefix_eq(&next->prefix, &w->prefix);)
			next++;
		look_at_words(s, w, (size_t)(next - w));
	}
	for (each(const struct word, x, &s->words))
		for (each(const struct prefix, p, &s->systems))
			if (x->of == ANNOUNCED && prefix_covers(p, &x->prefix))
				vec_push(NULL, &s->found, x->prefix);
	scope_join_none(s);
}

/* ---- limits ---- */

/* What a group can come to hold at most. */
struct most {
	uint32_t prefixes[2]; /* of IPv4, IPv6 */
	uint64_t offers;      /* of one prefix, by all its sessions */
};

static struct most *most_of_each(const struct finder *s, const struct side *at)
{
	struct most *m = xcalloc(s->side[0].f->nodes.n + s->side[1].f->nodes.n + 1, sizeof(*m));
	own_free uint32_t *heard = xcalloc(at->f->nodes.n + 1, sizeof(*heard));

	for (each(const struct origination, g, &at->f->originations))
		m[group_of(s, at->node[g->node])].prefixes[g->prefix.a.family == AF_INET6]++;
	for (each(const struct session, x, &at->f->sessions))
		for (int end = 0; end < 2 && !x->down && x->kind == SESSION_BGP; end++)
			heard[x->node[end]]++;
	for (each(const struct session, x, &at->f->sessions))
		if (!x->down) /* a network gets all that its gateway has */
			m[group_of(s, at->node[x->node[0]])].offers +=
				x->kind == SESSION_BGP ? 2 : heard[x->node[0]] + 1;
	return m;
}

static bool is_free(const struct finder *s, const struct side *at, const struct most *m)
{
	uint64_t routes = 0;

	for (each(const struct session, x, &at->f->sessions)) {
		const struct most *most = &m[group_of(s, at->node[x->node[0]])];

		for (int end = 0; end < 2 && !x->down; end++)
			if ((x->limit[end] && most->prefixes[0] > x->limit[end]) ||
			    (x->limit6[end] && most->prefixes[1] > x->limit6[end]))
				return false;
	}
	for (uint32_t i = 0; i < at->f->nodes.n; i++) {
		const struct most *most = &m[group_of(s, at->node[i])];
		uint32_t learns = at->f->nodes.v[i].learns;

		if (learns && most->prefixes[0] + most->prefixes[1] > learns)
			return false;
	}
	for (each(const struct origination, g, &at->f->originations))
		routes += m[group_of(s, at->node[g->node])].offers + 1;
	return routes <= ROUTES_MAX;
}

static bool keeps_limits(const struct finder *s, const struct side *at)
{
	own_free struct most *m = most_of_each(s, at);

	return is_free(s, at, m);
}

/* ---- all ---- */

static int by_prefix(const void *a, const void *b)
{
	return prefix_cmp(a, b);
}

static const struct scope *store(struct finder *s, struct arena *a)
{
	struct scope *scope = arena_make(a, struct scope);
	struct prefix *v = arena_alloc(a, (s->found.n + 1) * sizeof(*v));

	if (s->found.n)
		qsort(s->found.v, s->found.n, sizeof(*s->found.v), by_prefix);
	for (each(const struct prefix, p, &s->found))
		if (scope->n == 0 || !prefix_eq(p, &v[scope->n - 1]))
			v[scope->n++] = *p;
	scope->v = v;
	return scope;
}

/* To compute these routes alone would save nothing. */
static bool is_large(const struct scope *scope, const struct fabric *f)
{
	enum { FEW = 64 };

	return scope->n > FEW && scope->n > f->originations.n / 4;
}

static const struct scope *find(struct finder *s)
{
	const struct scope *scope;

	if (!compare_ifaces(s) || !compare_sessions(s) || !compare_nodes(s) ||
	    !keeps_limits(s, &s->side[0]) || !keeps_limits(s, &s->side[1]))
		return NULL;
	touch_shaken(s);
	spread_touch(s);
	gather_words(s);
	compare_words(s);
	scope = store(s, s->side[1].f->arena);
	return is_large(scope, s->side[1].f) ? NULL : scope;
}

const struct scope *scope_of_change(const struct fabric *was, const struct fabric *is,
				    const bool *shaken)
{
	own_finder s = { 0 };

	/* What goes through a tunnel follows from routes as a whole. */
	if (was->tunnels.n || is->tunnels.n || was->ipv6 != is->ipv6)
		return NULL;
	finder_init(&s, was, is, shaken);
	return find(&s);
}

bool scope_has(const struct scope *s, const struct prefix *p)
{
	return s->n && bsearch(p, s->v, s->n, sizeof(*s->v), by_prefix);
}
