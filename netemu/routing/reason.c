/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why there is no route. A router without the route is in a region of routers without it. On the
 * border of that region a neighbour has the route, and a rule keeps the route out: the nearest such
 * place is the answer. Virtual networks are checked first: peering joins them, not BGP. */
#include "routing/reason.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "routing/nat.h"
#include "routing/offer.h"

/* The first announcement of exactly that prefix, or NULL. */
static const struct origination *reason_announcement(const struct routes *r, const struct prefix *p)
{
	size_t lo = 0, hi = r->nannounced;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (prefix_cmp(&r->announced[mid]->prefix, p) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < r->nannounced && prefix_eq(&r->announced[lo]->prefix, p) ? r->announced[lo]
									     : NULL;
}

/* The last announced prefix in order that is not after p, or NULL. */
static const struct prefix *reason_last_announced(const struct routes *r, const struct prefix *p)
{
	size_t first = 0, end = r->nannounced;

	while (first < end) {
		size_t middle = first + (end - first) / 2;

		if (prefix_cmp(&r->announced[middle]->prefix, p) <= 0)
			first = middle + 1;
		else
			end = middle;
	}
	return first ? &r->announced[first - 1]->prefix : NULL;
}

static uint8_t common_bits(const struct addr *a, const struct addr *b)
{
	uint8_t n = 0;

	while (n < addr_bits(a) && !((a->b[n / 8] ^ b->b[n / 8]) >> (7 - n % 8) & 1))
		n++;
	return n;
}

const struct origination *reason_origin(const struct routes *r, const struct addr *dst)
{
	struct prefix p = prefix_of(dst);
	const struct prefix *last;

	while ((last = reason_last_announced(r, &p)) && last->a.family == dst->family) {
		if (prefix_has(last, dst))
			return reason_announcement(r, last);
		/* A shorter prefix that covers `dst` covers `last`, too. */
		p = prefix_with(dst, common_bits(&last->a, dst));
		p = prefix_network(&p);
	}
	return NULL;
}

/* ---- routes that BGP did not pass on ---- */

static struct obstacle reason_at_session(uint32_t node, const char *what, const struct session *s)
{
	return (struct obstacle){ node, what, s->object, s, s->pos };
}

static bool reason_find_refusal(const struct routes *r, uint32_t session, const struct prefix *p,
				struct obstacle *ret)
{
	struct refusal x;

	if (!offer_refused(r, session, p, &x))
		return false;
	*ret = reason_at_session(x.node, x.rule, &r->fabric->sessions.v[session]);
	return true;
}

/* A session that is down is the obstacle if its far side has the route and would announce it. */
static bool reason_find_down(const struct routes *r, uint32_t node, const struct seat *seat,
			     const struct prefix *p, struct obstacle *ret)
{
	const struct session *s = &r->fabric->sessions.v[seat->session];
	const struct rib_entry *e;

	if (!r->down[seat->session])
		return false;
	e = routes_rib(r, s->node[!seat->side], p);
	if (!e || (s->kind == SESSION_BGP && !policy_export(r->fabric, e->routes, node).allowed))
		return false;
	*ret = reason_at_session(node, r->down[seat->session], s);
	return true;
}

/* Between two gateways that exchange no routes, the join is the obstacle only if the other gateway
 * has the prefix. */
static bool reason_may_bring(const struct routes *r, const struct severed *s, uint32_t node,
			     const struct prefix *p)
{
	uint32_t other = s->node[s->node[0] == node];
	enum node_kind kind = r->fabric->nodes.v[other].kind;

	return (kind != NODE_ER_GATEWAY && kind != NODE_VPN_GATEWAY) || routes_rib(r, other, p);
}

static bool reason_find_obstacle(const struct routes *r, uint32_t node, const struct prefix *p,
				 struct obstacle *ret)
{
	const struct fabric *f = r->fabric;
	const struct seat *seat;

	for (uint32_t n = routes_seats(r, node, &seat); n--; seat++)
		if (reason_find_down(r, node, seat, p, ret))
			return true;
	for (uint32_t n = routes_seats(r, node, &seat); n--; seat++)
		if (reason_find_refusal(r, seat->session, p, ret))
			return true;
	for (each(const struct severed, s, &f->severed))
		if (!s->prefix.a.family && (s->node[0] == node || s->node[1] == node) &&
		    reason_may_bring(r, s, node, p)) {
			*ret = (struct obstacle){ node, s->why, s->object, NULL, s->pos };
			return true;
		}
	return false;
}

/* Searches breadth first from `start` over neighbours that also lack the prefix. */
static bool reason_nearest_obstacle(const struct routes *r, uint32_t start, const struct prefix *p,
				    struct obstacle *ret)
{
	const struct fabric *f = r->fabric;
	bool *seen = xcalloc(f->nodes.n, sizeof(*seen)), found = false;
	VEC(uint32_t) queue = { 0 };

	vec_push(NULL, &queue, start);
	seen[start] = true;
	for (size_t i = 0; i < queue.n && !found; i++) {
		const struct seat *seat;

		found = reason_find_obstacle(r, queue.v[i], p, ret);
		for (uint32_t n = routes_seats(r, queue.v[i], &seat); !found && n--; seat++) {
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

/* ---- routes that lost to a system route ---- */

/* The longest user route of a node that covers the address and is shorter than the route taken. */
static const struct fabric_route *reason_shorter_user(const struct routes *r, uint32_t node,
						      const struct fib_entry *taken,
						      const struct addr *dst)
{
	const struct fabric_route *best = NULL, **c;

	for (uint32_t n = routes_configured(r, node, &c); n--; c++)
		if ((*c)->rank == RANK_USER && (*c)->prefix.len < taken->prefix.len &&
		    prefix_has(&(*c)->prefix, dst) &&
		    (!best || (*c)->prefix.len > best->prefix.len))
			best = *c;
	return best;
}

/* The longest BGP route that covers the address and is longer than the route taken. */
static const struct rib_entry *reason_longer_bgp(const struct routes *r, uint32_t node,
						 const struct fib_entry *taken,
						 const struct addr *dst)
{
	const struct rib_entry *best = NULL;

	for (each(const struct rib_entry, e, &r->table[node].rib))
		if (e->routes->from && e->prefix.len > taken->prefix.len &&
		    prefix_has(&e->prefix, dst) && (!best || e->prefix.len > best->prefix.len))
			best = e;
	return best;
}

bool reason_loser(const struct routes *r, uint32_t node, const struct fib_entry *taken,
		  const struct addr *dst, struct loser *ret)
{
	const struct fabric_route *shorter;
	const struct rib_entry *longer;

	if (!taken || taken->source != FIB_SYSTEM)
		return false;
	longer = reason_longer_bgp(r, node, taken, dst);
	shorter = longer ? NULL : reason_shorter_user(r, node, taken, dst);
	if (longer)
		*ret = (struct loser){ longer->prefix,
				       r->fabric->nodes.v[longer->routes->origin->node].name, true,
				       longer->routes->origin->pos };
	else if (shorter)
		*ret = (struct loser){ shorter->prefix, shorter->why, false, shorter->pos };
	return longer || shorter;
}

/* If a route lost to the system route that a node takes, names the user route that would beat
 * it. */
static bool reason_cure(const struct routes *r, uint32_t node, const struct addr *dst,
			struct obstacle *ret)
{
	const struct fib_entry *taken = routes_lookup(r, node, dst);
	struct loser x;

	if (!reason_loser(r, node, taken, dst, &x))
		return false;
	*ret = (struct obstacle){ .node = NONE, .pos = x.pos };
	if (taken->configured->rank == RANK_NONE)
		ret->what =
			arena_printf(r->arena,
				     "add a user route for %s or a longer prefix, or send "
				     "0.0.0.0/0 to an appliance: that removes the 'None' routes",
				     PREFIX_STR(&taken->prefix));
	else
		ret->what = arena_printf(r->arena,
					 "only a user route for %s or a longer prefix beats it",
					 PREFIX_STR(&taken->prefix));
	return true;
}

/* ---- networks that no peering joins ---- */

/* The router of the host's network; for a router, the node itself. */
static uint32_t reason_home_of(const struct fabric *f, uint32_t node)
{
	for (each(uint32_t, i, &f->nodes.v[node].ifaces)) {
		uint32_t segment = f->ifaces.v[*i].segment;

		if (node_is_machine(&f->nodes.v[node]) && segment != NONE)
			return f->segments.v[segment].home == NONE
				       ? NONE
				       : f->ifaces.v[f->segments.v[segment].home].node;
	}
	return node;
}

/* Adds the virtual networks that a network's node is linked to: with `own`, the other instances of
 * its own object, else those of peered networks. */
static void reason_add_linked(const struct fabric *f, uint32_t node, bool own, index_list *ret)
{
	for (each(uint32_t, i, &f->nodes.v[node].ifaces)) {
		uint32_t far = fabric_peer(f, *i);

		if (far != NONE && f->nodes.v[far].kind == NODE_NETWORK &&
		    (f->nodes.v[far].object == f->nodes.v[node].object) == own)
			vec_push(NULL, ret, far);
	}
}

static void reason_find_peers(const struct fabric *f, uint32_t node, index_list *ret)
{
	index_list own = { 0 };

	reason_add_linked(f, node, false, ret);
	reason_add_linked(f, node, true, &own);
	for (each(uint32_t, n, &own))
		reason_add_linked(f, *n, false, ret);
	vec_free(&own);
}

/* A network that both are peered with, or NULL. */
static const struct object *reason_common_peer(const struct fabric *f, uint32_t a, uint32_t b)
{
	index_list of_a = { 0 }, of_b = { 0 };
	const struct object *hub = NULL;

	reason_find_peers(f, a, &of_a);
	reason_find_peers(f, b, &of_b);
	for (size_t i = 0; i < of_a.n && !hub; i++)
		for (size_t k = 0; k < of_b.n && !hub; k++)
			if (f->nodes.v[of_a.v[i]].object == f->nodes.v[of_b.v[k]].object &&
			    f->nodes.v[of_a.v[i]].object != f->nodes.v[b].object)
				hub = f->nodes.v[of_a.v[i]].object;
	vec_free(&of_a);
	vec_free(&of_b);
	return hub;
}

/* Between two virtual networks: the peering or the user route that is missing. */
static bool reason_find_peering(const struct routes *r, uint32_t node, uint32_t home,
				const struct addr *dst, struct obstacle *ret)
{
	const struct fabric *f = r->fabric;
	const struct object *a = f->nodes.v[node].object, *b = f->nodes.v[home].object, *hub;

	for (each(const struct severed, s, &f->severed)) {
		const struct object *x = f->nodes.v[s->node[0]].object;
		const struct object *y = f->nodes.v[s->node[1]].object;

		if (!s->prefix.a.family && ((x == a && y == b) || (x == b && y == a))) {
			*ret = (struct obstacle){ NONE, s->why, s->object, NULL, s->pos };
			return true;
		}
	}
	if (reason_cure(r, node, dst, ret))
		return true;
	hub = reason_common_peer(f, node, home);
	if (!hub)
		return false;
	*ret = (struct obstacle){ .node = NONE, .object = hub };
	ret->what = arena_printf(r->arena,
				 "peerings are not transitive: %s and %s are both peered with %s, "
				 "but not with each other",
				 fabric_object_name(a), fabric_object_name(b),
				 fabric_object_name(hub));
	return true;
}

static bool reason_has_gateway(const struct routes *r, uint32_t node)
{
	const struct seat *seat;

	for (uint32_t n = routes_seats(r, node, &seat); n--; seat++)
		if (r->fabric->sessions.v[seat->session].kind == SESSION_INJECT)
			return true;
	return false;
}

static const char *reason_without_gateway(const struct routes *r, uint32_t network)
{
	return arena_printf(r->arena,
			    "%s has no gateway and uses none, so nothing outside its peerings "
			    "knows it, and it knows nothing outside them",
			    fabric_object_name(r->fabric->nodes.v[network].object));
}

/* The longest route to the address that leads over a link that is down, or NULL. */
static const struct fabric_route *reason_lost_route(const struct routes *r, uint32_t node,
						    const struct addr *dst)
{
	const struct fabric_route *best = NULL, **c;

	for (uint32_t n = routes_configured(r, node, &c); n--; c++)
		if ((*c)->iface != NONE && prefix_has(&(*c)->prefix, dst) &&
		    fabric_way_down(r->fabric, (*c)->iface, (*c)->via) &&
		    (!best || (*c)->prefix.len > best->prefix.len))
			best = *c;
	return best;
}

/* ---- the answer ---- */

static void reason_no_route(const struct routes *r, uint32_t node, uint32_t to,
			    const struct addr *dst, struct obstacle *ret)
{
	const struct fabric *f = r->fabric;
	const struct origination *g = reason_origin(r, dst);
	uint32_t home = to == NONE ? NONE : reason_home_of(f, to);
	bool from_network = f->nodes.v[node].kind == NODE_NETWORK;
	bool to_network = home != NONE && f->nodes.v[home].kind == NODE_NETWORK;
	const struct fabric_route *lost = reason_lost_route(r, node, dst);

	if (lost) {
		*ret = (struct obstacle){ .node = node,
					  .what = fabric_way_down(f, lost->iface, lost->via),
					  .pos = lost->pos };
		return;
	}
	for (each(const struct severed, s, &f->severed))
		if (s->node[0] == node && s->prefix.a.family && prefix_has(&s->prefix, dst)) {
			*ret = (struct obstacle){ NONE, s->why, s->object, NULL, s->pos };
			return;
		}
	if (from_network && to_network && reason_find_peering(r, node, home, dst, ret))
		return;
	if (from_network && !reason_has_gateway(r, node) && reason_cure(r, node, dst, ret))
		return;
	if (from_network && !reason_has_gateway(r, node) &&
	    (!to_network || reason_has_gateway(r, home))) {
		for (each(const struct severed, s, &f->severed))
			if (s->node[0] == node && !s->prefix.a.family) {
				*ret = (struct obstacle){ NONE, s->why, s->object, NULL, s->pos };
				return;
			}
		*ret = (struct obstacle){ .node = NONE,
					  .what = reason_without_gateway(r, node),
					  .pos = f->nodes.v[node].pos };
		return;
	}
	if (g && routes_rib(r, node, &g->prefix)) { /* another route beats BGP's */
		reason_cure(r, node, dst, ret);
		return;
	}
	if (g && reason_nearest_obstacle(r, node, &g->prefix, ret))
		return;
	if (reason_cure(r, node, dst, ret))
		return;
	*ret = (struct obstacle){ .node = NONE };
	if (to != NONE && home == NONE)
		ret->what = arena_printf(r->arena,
					 "%s is on an isolated segment: no router is on it",
					 f->nodes.v[to].name);
	else if (from_network && to_network)
		ret->what = arena_printf(r->arena, "no peering joins %s and %s",
					 fabric_object_name(f->nodes.v[node].object),
					 fabric_object_name(f->nodes.v[home].object));
	else if (!g && to_network && !reason_has_gateway(r, home))
		ret->what = reason_without_gateway(r, home);
	else if (!g)
		ret->what = "nobody announces it";
	else
		ret->what = arena_printf(r->arena, "no chain of sessions leads from %s to it",
					 f->nodes.v[g->node].name);
	if (!g && to != NONE)
		ret->pos = f->nodes.v[to].pos;
	else if (g)
		ret->pos = g->pos;
}

/* Whether the file asks for the drop, which then is the whole reason. It is not if the drop only
 * stands in for a missing route, or matches only because a longer route is down. */
static bool reason_is_wanted_drop(const struct routes *r, const struct step *last,
				  const struct addr *dst)
{
	const struct fib_entry *e = last->match;
	const struct fabric_route *lost;

	if (!e || !e->configured || e->configured->rank == RANK_NONE)
		return false;
	lost = reason_lost_route(r, last->node, dst);
	return !lost || lost->prefix.len < e->prefix.len;
}

/* Why a node has no link that is up, or NULL. */
static const char *reason_cut_off(const struct fabric *f, uint32_t node)
{
	const char *why = NULL;

	for (each(uint32_t, i, &f->nodes.v[node].ifaces)) {
		why = fabric_down(f, *i);
		if (!why)
			return NULL;
	}
	return why;
}

/* The sender or receiver of a path if all its links are down, or NONE. */
static uint32_t reason_cut_end(const struct routes *r, const struct path *p, uint32_t to)
{
	if (p->steps.n && reason_cut_off(r->fabric, p->steps.v[0].node))
		return p->steps.v[0].node;
	return to != NONE && reason_cut_off(r->fabric, to) ? to : NONE;
}

/* ---- packets that NATs drop ---- */

static bool reason_is_lost_outside(const struct routes *r, const struct path *p)
{
	const struct step *last = &p->steps.v[p->steps.n - 1];

	return p->fate == FATE_NO_ROUTE && !last->match &&
	       r->fabric->nodes.v[last->node].kind == NODE_INTERNET;
}

/* Whether the packet would leave the NAT on its inside again: only a default route led to the
 * NAT. */
static bool reason_is_bounced(const struct routes *r, const struct path *p)
{
	const struct step *last = &p->steps.v[p->steps.n - 1];

	return p->fate == FATE_NO_FLOW && p->steps.n > 1 && last->out.iface != NONE &&
	       !nat_outside(r->fabric, last->out.iface);
}

static const char *reason_nat(const struct routes *r, const struct path *p)
{
	const struct translation *t = p->nats.n ? &p->nats.v[p->nats.n - 1] : NULL;

	if (p->fate == FATE_NO_FLOW && p->asked_by != NONE)
		return arena_printf(r->arena,
				    "it knows of no question that this answers, for that came by "
				    "%s, and the answer must go back by it",
				    r->fabric->nodes.v[p->asked_by].name);
	if (p->fate == FATE_NO_FLOW)
		return "a NAT lets in only answers to what it has let out itself: the two "
		       "directions take different ways";
	if (p->fate == FATE_STRANGER && t)
		return arena_printf(r->arena,
				    "the answer comes from %s, which %s made of %s, and not from "
				    "the address that was asked",
				    ADDR_STR(&p->arrived.src), r->fabric->nodes.v[t->node].name,
				    ADDR_STR(&t->before.src));
	if (p->fate == FATE_STRANGER)
		return arena_printf(r->arena,
				    "the answer comes from %s, and not from the address that was "
				    "asked: it goes round the NAT",
				    ADDR_STR(&p->arrived.src));
	return "the internet carries no private addresses: only a public one ('public-ips') can be "
	       "reached from it";
}

void reason_find(const struct routes *r, const struct path *p, uint32_t to, const struct addr *dst,
		 struct obstacle *ret)
{
	const struct step *last = p->steps.n ? &p->steps.v[p->steps.n - 1] : NULL;

	*ret = (struct obstacle){ .node = NONE };
	if (!last || !dst)
		return;
	if (reason_cut_end(r, p, to) != NONE) {
		uint32_t cut = reason_cut_end(r, p, to);

		*ret = (struct obstacle){ .node = cut,
					  .what = reason_cut_off(r->fabric, cut),
					  .pos = r->fabric->nodes.v[cut].pos };
		return;
	}
	if (reason_is_bounced(r, p)) {
		reason_no_route(r, p->steps.v[p->steps.n - 2].node, to, dst, ret);
		return;
	}
	if (p->fate == FATE_NO_FLOW || p->fate == FATE_STRANGER || reason_is_lost_outside(r, p)) {
		*ret = (struct obstacle){ .node = last->node,
					  .what = reason_nat(r, p),
					  .object = r->fabric->nodes.v[last->node].object,
					  .pos = r->fabric->nodes.v[last->node].pos };
		return;
	}
	if (p->fate == FATE_TUNNEL) {
		*ret = (struct obstacle){ .node = last->node,
					  .what = "its tunnel has no way below it",
					  .object = p->cut->object,
					  .pos = p->cut->pos };
		return;
	}
	if (p->fate == FATE_FILTERED) {
		*ret = (struct obstacle){ .node = last->node,
					  .what = p->barred->only_why[p->barred_end],
					  .object = p->barred->object,
					  .pos = p->barred->pos };
		return;
	}
	if (p->fate == FATE_BLACKHOLE && reason_is_wanted_drop(r, last, dst)) {
		*ret = (struct obstacle){ .node = last->node,
					  .what = last->match->why,
					  .pos = last->match->configured->pos };
		return;
	}
	if (p->fate == FATE_BLACKHOLE || (p->fate == FATE_NO_ROUTE && !last->match))
		reason_no_route(r, last->node, to, dst, ret);
}

void reason_say_below(const struct routes *r, const struct tunnel *t, struct text *out)
{
	const char *down = fabric_trunk_down(r->fabric, t);

	if (down) {
		text_add(out, down);
		return;
	}
	for (uint32_t towards = 0; towards < 2; towards++) {
		uint32_t from = r->fabric->ifaces.v[t->uplink[!towards]].node;
		uint32_t to = r->fabric->ifaces.v[t->uplink[towards]].node;
		struct path p;

		if (routes_underlay(r, (uint32_t)(t - r->fabric->tunnels.v), towards)->fate ==
		    FATE_DELIVERED)
			continue;
		routes_walk(r, from, to, AF_INET, &p);
		text_printf(out, "%s does not reach %s: ", r->fabric->nodes.v[from].name,
			    r->fabric->nodes.v[to].name);
		if (p.fate == FATE_TUNNEL)
			text_add(out, "its own way leads through a tunnel that carries nothing");
		else
			reason_say(r, &p, to, routes_target(r, from, to, AF_INET), out);
		path_release(&p);
		return;
	}
}

/* Lists the routers of a forwarding loop if the path contains the whole loop. */
static void reason_say_loop(const struct routes *r, const struct path *p, struct text *out)
{
	const struct step *last = &p->steps.v[p->steps.n - 1], *s = p->steps.v;

	while (s < last && s->node != last->node)
		s++;
	if (s == last)
		return;
	for (const char *sep = ": "; s <= last; s++, sep = " > ")
		text_printf(out, "%s%s", sep, r->fabric->nodes.v[s->node].name);
}

void reason_say_loser(const struct loser *x, struct text *out)
{
	if (x->by_bgp)
		text_printf(out, "BGP's longer %s, announced by %s, loses to the system route",
			    PREFIX_STR(&x->prefix), x->why);
	else
		text_printf(out, "longer than %s, %s", PREFIX_STR(&x->prefix), x->why);
}

void reason_say(const struct routes *r, const struct path *p, uint32_t to, const struct addr *dst,
		struct text *out)
{
	const struct step *last = &p->steps.v[p->steps.n - 1];
	const char *name = r->fabric->nodes.v[last->node].name;
	struct obstacle o;
	struct loser lost;
	uint32_t cut = reason_cut_end(r, p, to);

	if (cut != NONE) {
		text_printf(out, "%s is cut off: %s", r->fabric->nodes.v[cut].name,
			    reason_cut_off(r->fabric, cut));
		return;
	}
	if (p->fate == FATE_LOOP) {
		text_printf(out, "forwarding loop at %s", name);
		reason_say_loop(r, p, out);
		return;
	}
	if (reason_is_bounced(r, p)) {
		text_printf(out,
			    "%s has no route to %s but a default one, and %s does not let private "
			    "addresses out",
			    r->fabric->nodes.v[p->steps.v[p->steps.n - 2].node].name, ADDR_STR(dst),
			    name);
		reason_find(r, p, to, dst, &o);
		if (o.what && o.node != NONE)
			text_printf(out, "; at %s: %s", r->fabric->nodes.v[o.node].name, o.what);
		else if (o.what)
			text_printf(out, "; %s", o.what);
		return;
	}
	if (p->fate == FATE_NO_FLOW || p->fate == FATE_STRANGER || reason_is_lost_outside(r, p)) {
		text_printf(out, p->fate == FATE_STRANGER ? "%s ignores it: %s" : "%s drops it: %s",
			    name, reason_nat(r, p));
		return;
	}
	if (p->fate == FATE_TUNNEL) {
		text_printf(out, "the extension '%s' carries nothing: ", p->cut->name);
		reason_say_below(r, p->cut, out);
		return;
	}
	if (p->fate == FATE_FILTERED) {
		text_printf(out, "what %s passes on is not let in: %s", name,
			    p->barred->only_why[p->barred_end]);
		return;
	}
	if (p->fate == FATE_ELSEWHERE) {
		text_printf(out, "%s has the address %s, too, and is nearer", name, ADDR_STR(dst));
		return;
	}
	if (p->fate == FATE_NO_ROUTE && last->match) {
		text_printf(out, "%s delivers to %s itself, and nobody there has that address",
			    name, PREFIX_STR(&last->match->prefix));
		return;
	}
	if (p->fate == FATE_BLACKHOLE && reason_is_wanted_drop(r, last, dst)) {
		text_printf(out, "%s drops what is for %s: %s", name,
			    PREFIX_STR(&last->match->prefix), last->match->why);
		if (reason_loser(r, last->node, last->match, dst, &lost) && lost.by_bgp) {
			text_add(out, "; ");
			reason_say_loser(&lost, out);
			if (reason_cure(r, last->node, dst, &o))
				text_printf(out, ": %s", o.what);
		}
		return;
	}
	text_printf(out, "%s has no route to %s", name, ADDR_STR(dst));
	if (last->match && last->match->why) {
		text_printf(out, " (dropped by %s, %s", PREFIX_STR(&last->match->prefix),
			    last->match->why);
		if (reason_loser(r, last->node, last->match, dst, &lost)) {
			text_add(out, ", ");
			reason_say_loser(&lost, out);
		}
		text_add(out, ")");
	}
	reason_find(r, p, to, dst, &o);
	if (o.what && o.node != NONE)
		text_printf(out, "; at %s: %s", r->fabric->nodes.v[o.node].name, o.what);
	else if (o.what)
		text_printf(out, "; %s", o.what);
}
