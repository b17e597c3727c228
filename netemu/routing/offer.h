/* SPDX-License-Identifier: GPL-2.0-or-later */
/* offer.h - inside the routing room: how one end of a session passes its best route on to the
 * other. The computation does so for every route, an explanation for a route that is missing. */
#ifndef ROUTING_OFFER_H
#define ROUTING_OFFER_H

#include "routing/paths.h"

/* How a speaker passes a route on to its neighbours, one after another. It is the same for all
 * neighbours of one kind that are all inside, or all outside, the speaker's AS. */
struct passing {
	struct export_verdict verdict;
	const struct as_path *path; /* as the last neighbour received it, or NULL; ... */
	uint32_t prepend;	    /* ... and how often that repeats the speaker's ASN */
	enum rewrite how;
};

/* How the holder of `best` passes it on to `to`, and to neighbours like it. */
struct passing offer_passing(const struct fabric *f, const struct route *best, uint32_t to);

/* Whether the session is up, and did not bring the route itself. */
bool offer_is_due(const struct routes *r, const struct route *best, const struct seat *seat);

/* Makes the route that the far side of the seat holds if it accepts it (policy_import). The verdict
 * must allow the export, and the offer must be due. */
void offer_make(const struct fabric *f, struct path_pool *paths, const struct route *best,
		const struct seat *seat, struct passing *how, struct route *ret);

/* Why a session does not carry a prefix in one of its directions, given the routes of both ends. */
struct refusal {
	uint32_t node;	  /* that refuses to import or to export the route */
	const char *rule; /* "iBGP split horizon: ...", with the rule's source */
};
bool offer_refused(const struct routes *r, uint32_t session, const struct prefix *p,
		   struct refusal *ret);

#endif
