/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch.h - round trips of pairs that are probed repeatedly, as a screen, as lines, or as JSON. */
#ifndef REPORT_WATCH_H
#define REPORT_WATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "report/report.h"

enum { WATCH_HISTORY = 60, WATCH_LOST = 0 };

struct watched_pair {
	const char *from, *to;
	uint64_t predicted_ns;		/* 0: unreachable by the routes */
	bool reachable;			/* by the routes */
	uint64_t rtt_ns[WATCH_HISTORY]; /* a ring; WATCH_LOST: no answer */
	uint32_t rounds;		/* in total; the last is at (rounds - 1) % WATCH_HISTORY */
	uint32_t answered;		/* of all rounds */
};
typedef VEC(struct watched_pair) watched_list;

/* Adds the result of a round. */
void watched_add(struct watched_pair *w, uint64_t rtt_ns);

struct watch_screen {
	unsigned int columns, rows;
	const char *keys; /* help on keys, or NULL */
};

/* Redraws the whole screen from its top, and clears the rest. */
void report_watch_screen(const struct report *r, const char *lab, const watched_list *pairs,
			 const struct watch_screen *screen);
/* Prints the last round, a line for each pair; JSON: one line for all. `at`: seconds since 1970. */
void report_watch_round(const struct report *r, const char *lab, const watched_list *pairs,
			int64_t at);

#endif
