/* SPDX-License-Identifier: GPL-2.0-or-later */
/* steady.h - when a series of echoes becomes as expected after a change.
 *
 * Pure: uses only the times of echoes and answers.
 */
#ifndef PROBE_STEADY_H
#define PROBE_STEADY_H

#include "probe/watch.h"

struct steadiness {
	bool steady;	   /* the newest echoes, all sent after the change, are as expected */
	uint64_t after_ns; /* since the change began; 0: all echoes were as expected */
	uint64_t lost;	   /* unanswered echoes, if answers are expected before and after */
};

struct steady_question {
	bool answered_before, answered_after; /* what is expected */
	uint64_t least_ns, most_ns; /* round trips of the new path, not of the old one; 0: any */
	uint64_t began_ns, done_ns; /* of the change */
	uint64_t now_ns;
	uint64_t patience_ns; /* an unanswered echo that is older than this is lost */
};

enum { STEADY_RUN = 3 }; /* consecutive echoes as expected that make a series steady */

struct steadiness steady_judge(const struct watch_echo *v, size_t n,
			       const struct steady_question *q);

#endif
