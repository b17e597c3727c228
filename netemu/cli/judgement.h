/* judgement.h - inside the judging of a pair: what was found so far, shared by its files. */
#ifndef CLI_JUDGEMENT_H
#define CLI_JUDGEMENT_H

#include "base/text.h"
#include "cli/judge.h"

struct judgement {
	const struct world *w;
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

/* The name of a node that bears the address, or NULL. */
const char *node_at(const struct fabric *f, const struct addr *a);

/* A time in words, to the microsecond: more is noise. */
const char *rtt_text(uint64_t ns, struct arena *a);

#endif
