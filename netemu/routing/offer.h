/* SPDX-License-Identifier: GPL-2.0-or-later */
/* offer.h - inside the routing room: what one end of a session makes of the other's best route. The
 * computation asks it of every route, an explanation of one that somebody misses. */
#ifndef ROUTING_OFFER_H
#define ROUTING_OFFER_H

#include "routing/paths.h"

/* What a speaker does with a route that it passes on to one neighbour after another. It is the same
 * for all neighbours of one kind that are, or are not, of the speaker's AS. */
struct passing {
	struct export_verdict verdict;
	const struct as_path *path; /* as the last neighbour was told, or NULL; ... */
	uint32_t prepend;	    /* ... and how often that repeats the speaker's ASN */
	enum rewrite how;
};

/* How the holder of `best` passes it on to `to` and its like. */
struct passing offer_passing(const struct fabric *f, const struct route *best, uint32_t to);

/* Whether the session is up, and did not bring the route itself. */
bool offer_is_due(const struct routes *r, const struct route *best, const struct seat *seat);

/* The route as it comes out at the other side of the seat: its holder's, when that lets it in
 * (policy_import). Only for a verdict that allows it, and when it is due. */
void offer_make(const struct fabric *f, struct path_pool *paths, const struct route *best,
		const struct seat *seat, struct passing *how, struct route *ret);

/* Why a session did not pass a prefix on in one direction or the other, as the routers stand. */
struct refusal {
	uint32_t node;	  /* that refused it, or that would not pass it on */
	const char *rule; /* "iBGP split horizon: ...", with the rule's source */
};
bool offer_refused(const struct routes *r, uint32_t session, const struct prefix *p,
		   struct refusal *ret);

#endif
