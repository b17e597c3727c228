/* SPDX-License-Identifier: GPL-2.0-or-later */
/* steady.h - from when on a series of echoes is as it should be, after something was changed.
 *
 * Pure: looks at the times of echoes and answers only.
 */
#ifndef PROBE_STEADY_H
#define PROBE_STEADY_H

#include "probe/watch.h"

struct steadiness {
	bool steady;	   /* the newest echoes, all sent after the change, are as they should */
	uint64_t after_ns; /* since the change began; 0: it was never otherwise */
	uint64_t lost;	   /* not answered, of those that should have been */
};

struct steady_question {
	bool answered_before, answered_after; /* what should be */
	uint64_t least_ns, most_ns; /* the round trip that tells the new way from the old; 0: any */
	uint64_t began_ns, done_ns; /* of the change */
	uint64_t now_ns;
	uint64_t patience_ns; /* an echo that is older than this, and has no answer, is lost */
};

enum { STEADY_RUN = 3 }; /* echoes as they should be, one after the other */

struct steadiness steady_judge(const struct watch_echo *v, size_t n,
			       const struct steady_question *q);

#endif
