/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judgement.h - inside the judging of a pair: what was found so far, shared by its files. */
#ifndef VERIFY_JUDGEMENT_H
#define VERIFY_JUDGEMENT_H

#include "base/text.h"
#include "verify/judge.h"

struct judgement {
	const struct routes *routes;
	const struct trial *t;
	const struct observed *seen;
	struct text expected, observed;
	struct arena *arena;
	bool ok;
};

/* One more thing that was asked: whether it holds, what was expected, what was seen. */
void judge_part(struct judgement *j, bool ok, const char *expected, const char *observed);

/* All that an expectation asks of a pair beyond its answer and its round trip. */
void judge_more(struct judgement *j, const struct expectation *e);

/* Whether anything came back. */
static inline bool is_answered(const struct probe *p)
{
	return p && p->received > 0;
}

/* A time in words, to the microsecond: more is noise. */
const char *rtt_text(uint64_t ns, struct arena *a);

#endif
