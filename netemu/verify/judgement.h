/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judgement.h - one pair while it is judged. Private to the files that judge pairs. */
#ifndef VERIFY_JUDGEMENT_H
#define VERIFY_JUDGEMENT_H

#include "base/text.h"
#include "probe/probe.h"

struct arena;
struct expectation;
struct observed;
struct routes;
struct trial;

struct judgement {
	const struct routes *routes;
	const struct trial *t;
	const struct observed *seen;
	struct text expected, observed;
	struct arena *arena;
	bool ok;
};

/* Adds one property: whether it holds, what was expected, what was observed. */
void judge_part(struct judgement *j, bool ok, const char *expected, const char *observed);

/* Judges all properties of an expectation other than the answer and its round trip. */
void judge_more(struct judgement *j, const struct expectation *e);

/* True when at least one answer came. */
static inline bool is_answered(const struct probe *p)
{
	return p && p->received > 0;
}

/* A time as text, rounded to the microsecond: more digits are noise. */
const char *rtt_text(uint64_t ns, struct arena *a);

#endif
