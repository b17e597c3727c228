/* SPDX-License-Identifier: GPL-2.0-or-later */
/* onlooker.h - observes with packets how a change affects a running lab. */
#ifndef STORY_ONLOOKER_H
#define STORY_ONLOOKER_H

#include "world/world.h"

struct scenario;

/* Sends 100 echo requests per second for each pair that a scenario's expectations name. If they
 * name none, in a small lab, for every pair of hosts. */
struct onlooker;

/* Starts to send. Returns NULL when there is no pair, or no socket can be opened. The world is that
 * of a running lab and must outlive the onlooker. */
struct onlooker *onlooker_begin(const struct world *w, const struct scenario *s);
void onlooker_end(struct onlooker *o); /* NULL is fine */

struct onlooked {
	size_t pairs;
	bool steady;	       /* at the end all pairs were as predicted */
	const char *from, *to; /* a pair that was not */
	uint64_t after_ns;     /* since the change began */
	uint64_t lost;	       /* echoes of pairs that reach each other before and after */
};

/* Waits until all pairs are as the new world predicts, for a bounded time. Ends early when the
 * descriptor `stop` becomes readable. */
struct onlooked onlooker_look(struct onlooker *o, const struct world *after, uint64_t began_ns,
			      uint64_t done_ns, int stop);

#endif
