/* Why there is no route. A router without one sits in a region of routers without one; somewhere
 * on its border a neighbour has the route and a rule kept it from passing. The nearest such place
 * is the answer. */
#include "routing/reason.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

/* The longest announced prefix that has the address, or NULL. */
static const struct origination *find_origin(const struct fabric *f, const struct addr *dst)
{
	const struct origination *best = NULL;

	for (each(const struct origination, g, &f->originations))
		if (prefix_has(&g->prefix, dst) && (!best || g->prefix.len > best->prefix.len))
			best = g;
	return best;
}

/* The refusals of one prefix: [*ret_first, returned end). */
static size_t refusals_of(const struct routes *r, const struct prefix *p, size_t *ret_first)
{
	size_t lo = 0, hi = r->refusals.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (prefix_cmp(&r->refusals.v[mid].prefix, p) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	*ret_first = lo;
	while (lo < r->refusals.n && prefix_eq(&r->refusals.v[lo].prefix, p))
		lo++;
	return lo;
}

/* What kept the prefix from a router that has not got it: a rule, or a session that is down. */
struct obstacle {
	uint32_t node; /* where */
	const char *what;
};

static bool find_obstacle(const struct routes *r, uint32_t node, size_t first, size_t end,
			  struct obstacle *ret)
{
	const struct fabric *f = r->fabric;
	const struct seat *seat;

	for (uint32_t n = routes_seats(r, node, &seat); n--; seat++) {
		const struct session *s = &f->sessions.v[seat->session];

		for (size_t i = first; i < end; i++) {
			const struct refusal *x = &r->refusals.v[i];
			/* An importer refuses for itself, an exporter for its neighbour. */
			bool here = x->session == seat->session;

			if (here && (x->node == node || x->node == s->node[!seat->side])) {
				*ret = (struct obstacle){ x->node, x->rule };
				return true;
			}
		}
		if (s->down) {
			*ret = (struct obstacle){ node, s->down };
			return true;
		}
	}
	return false;
}

/* Breadth first from `start` over neighbours that lack the prefix, too. */
static bool nearest_obstacle(const struct routes *r, uint32_t start, const struct prefix *p,
			     struct obstacle *ret)
{
	const struct fabric *f = r->fabric;
	bool *seen = xcalloc(f->nodes.n, sizeof(*seen)), found = false;
	VEC(uint32_t) queue = { 0 };
	size_t first, end = refusals_of(r, p, &first);

	vec_push(NULL, &queue, start);
	seen[start] = true;
	for (size_t i = 0; i < queue.n && !found; i++) {
		const struct seat *seat;

		found = find_obstacle(r, queue.v[i], first, end, ret);
		for (uint32_t n = routes_seats(r, queue.v[i], &seat); n--; seat++) {
			uint32_t near = f->sessions.v[seat->session].node[!seat->side];

			if (seen[near] || routes_rib(r, near, p))
				continue;
			seen[near] = true;
			vec_push(NULL, &queue, near);
		}
	}
	vec_free(&queue);
	free(seen);
	return found;
}

static void say_cause(const struct routes *r, uint32_t node, const struct addr *dst,
		      struct text *out)
{
	const struct fabric *f = r->fabric;
	const struct origination *g = find_origin(f, dst);
	struct obstacle o;

	if (!g) {
		text_add(out, "; nobody announces it");
	} else if (routes_rib(r, node, &g->prefix)) {
		return; /* it has BGP's route, and another one beats it */
	} else if (nearest_obstacle(r, node, &g->prefix, &o)) {
		text_printf(out, "; at %s: %s", f->nodes.v[o.node].name, o.what);
	} else if (f->nodes.v[node].kind == NODE_NETWORK) {
		text_add(out, "; no peering of this network leads there, and peerings are not "
			      "transitive");
	} else {
		text_printf(out, "; no chain of sessions leads from %s to it",
			    f->nodes.v[g->node].name);
	}
}

void reason_say(const struct routes *r, const struct path *p, const struct addr *dst,
		struct text *out)
{
	const struct step *last = &p->steps.v[p->steps.n - 1];
	const char *name = r->fabric->nodes.v[last->node].name;

	if (p->fate == FATE_LOOP) {
		text_printf(out, "the packet goes round in circles at %s", name);
		return;
	}
	if (p->fate == FATE_ELSEWHERE) {
		text_printf(out, "%s has the address %s, too, and is nearer", name, ADDR_STR(dst));
		return;
	}
	if (p->fate == FATE_NO_ROUTE && last->match) {
		text_printf(out, "%s delivers to %s itself, and nobody there has that address", name,
			    PREFIX_STR(&last->match->prefix));
		return;
	}
	text_printf(out, "%s has no route to %s", name, ADDR_STR(dst));
	if (last->match && last->match->why)
		text_printf(out, " (dropped by %s, %s)", PREFIX_STR(&last->match->prefix),
			    last->match->why);
	say_cause(r, last->node, dst, out);
}
