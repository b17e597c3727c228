/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "routing/offer.h"

#include "base/mem.h"

struct passing offer_passing(const struct fabric *f, const struct route *best, uint32_t to)
{
	return (struct passing){ .verdict = policy_export(f, best, to),
				 .how = policy_rewrite(f->nodes.v[best->node].kind,
						       f->nodes.v[to].kind) };
}

bool offer_is_due(const struct routes *r, const struct route *best, const struct seat *seat)
{
	const struct session *s = &r->fabric->sessions.v[seat->session];

	return !r->down[seat->session] && best->session != seat->session &&
	       !(best->origin->kind == ORIGIN_STATIC && best->origin->object == s->object);
}

/* A Route Server's sessions run over no link: a route keeps its next hop, or the speaker becomes
 * the next hop. A receiver that carries packets sends directly to it. */
static void offer_name_next_hop(const struct fabric *f, const struct node *speaker,
				const struct route *told, struct route *ret)
{
	bool itself = speaker->kind == NODE_VPN_GATEWAY || speaker->kind == NODE_NVA;

	ret->iface = NONE;
	ret->via = itself ? speaker->ifaces.v[0] : told->via;
	if (ret->via != NONE && policy_carries(f->nodes.v[ret->node].kind))
		fabric_adjacent(f, ret->node, f->ifaces.v[ret->via].node, &ret->iface, &ret->via);
}

/* The path as a neighbour of another AS receives it. `how` keeps the last one, for most neighbours
 * receive the same. */
static const struct as_path *offer_path(struct path_pool *paths, const struct route *best,
					const struct node *speaker, uint32_t prepend,
					const struct node *peer, struct passing *how)
{
	if (!how->path || how->prepend != prepend || how->how == REWRITE_OVERRIDE)
		how->path = path_export(paths, best->path, speaker->asn,
					1 + how->verdict.extra + prepend, how->how, peer->asn);
	how->prepend = prepend;
	return how->path;
}

void offer_make(const struct fabric *f, struct path_pool *paths, const struct route *best,
		const struct seat *seat, struct passing *how, struct route *ret)
{
	const struct session *s = &f->sessions.v[seat->session];
	const uint32_t far = !seat->side, to = s->node[far];
	const struct node *speaker = &f->nodes.v[best->node], *peer = &f->nodes.v[to];

	*ret = (struct route){ .origin = best->origin,
			       .path = best->path,
			       .from = best,
			       .session = seat->session,
			       .node = to,
			       .iface = s->iface[far],
			       .via = s->iface[seat->side],
			       .weight = (uint16_t)s->weight[far], /* 32000 at most */
			       .local_pref = s->local_pref[far],
			       .internal = speaker->asn == peer->asn,
			       .managed = peer->managed };
	if (!ret->internal)
		ret->path = offer_path(paths, best, speaker, s->prepend[seat->side], peer, how);
	if (s->bypass && s->bypass == best->origin->object && best->origin->kind == ORIGIN_SPACE &&
	    seat->side == 1) {
		ret->iface = s->bypass_iface[0];
		ret->via = s->bypass_iface[1];
	}
	if (s->iface[far] == NONE)
		offer_name_next_hop(f, speaker, best, ret);
}

/* The import rule by which the far side refuses the route, or NULL. */
static const char *offer_import_refusal(const struct fabric *f, const struct route *best,
					const struct seat *seat, struct passing *how)
{
	struct arena *scratch = arena_new();
	struct route told = *best, made;
	struct path_pool paths;
	const char *why;

	path_pool_init(&paths, scratch);
	told.path = path_copy(&paths, best->path);
	offer_make(f, &paths, &told, seat, how, &made);
	why = policy_import(f, &made, made.node, !seat->side, true);
	path_pool_release(&paths);
	arena_free(scratch);
	return why;
}

/* The rule that keeps the best route of the seat's node from the far side, or NULL. *ret_node is
 * the node that applies it. */
static const char *offer_obstacle(const struct routes *r, const struct route *best,
				  const struct seat *seat, uint32_t *ret_node)
{
	const struct fabric *f = r->fabric;
	uint32_t to = f->sessions.v[seat->session].node[!seat->side];
	struct passing how;

	if (!offer_is_due(r, best, seat))
		return NULL;
	how = offer_passing(f, best, to);
	*ret_node = how.verdict.allowed ? to : best->node;
	return how.verdict.allowed ? offer_import_refusal(f, best, seat, &how) : how.verdict.rule;
}

bool offer_refused(const struct routes *r, uint32_t session, const struct prefix *p,
		   struct refusal *ret)
{
	const struct session *s = &r->fabric->sessions.v[session];
	const uint32_t first = s->node[0] > s->node[1]; /* the side first in the fabric */

	if (s->kind != SESSION_BGP)
		return false;
	for (uint32_t i = 0; i < 2; i++) {
		const struct seat seat = { session, first ^ i };
		const struct rib_entry *e = routes_rib(r, s->node[seat.side], p);

		ret->rule = e ? offer_obstacle(r, e->routes, &seat, &ret->node) : NULL;
		if (ret->rule)
			return true;
	}
	return false;
}
