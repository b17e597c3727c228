/* SPDX-License-Identifier: GPL-2.0-or-later */
/* onlooker.h - what a change of a running lab does to packets on their way. */
#ifndef STORY_ONLOOKER_H
#define STORY_ONLOOKER_H

#include "world/world.h"

struct scenario;

/* Sends echoes, 100 a second, between the pairs that a scenario's expectations name (between all
 * hosts, where they are few and it names none). */
struct onlooker;

/* NULL when there is no pair to look at, or no socket to be had. The world is a running lab's and
 * must outlive it. */
struct onlooker *onlooker_begin(const struct world *w, const struct scenario *s);
void onlooker_end(struct onlooker *o); /* NULL is fine */

struct onlooked {
	size_t pairs;
	bool steady;	       /* all of them were as predicted in the end */
	const char *from, *to; /* of one that was not */
	uint64_t after_ns;     /* from the beginning of the change */
	uint64_t lost;	       /* echoes of pairs that reach each other before and after */
};

/* Waits until the pairs are as the new world predicts, or a time that should do. `stop` is a
 * descriptor: once it is readable it waits no longer. */
struct onlooked onlooker_look(struct onlooker *o, const struct world *after, uint64_t began_ns,
			      uint64_t done_ns, int stop);

#endif
