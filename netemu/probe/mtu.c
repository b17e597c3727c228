/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probe/mtu.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/vec.h"
#include "probe/scout.h"

enum {
	COPIES = 3, /* of each size, so that random loss does not look like an MTU */
	ROUNDS = 16,
};

/* ---- one search ---- */

static void mtu_add_size(const struct mtu_bounds *b, uint32_t size, uint32_t *sizes, size_t *n)
{
	size_t at = *n;

	if (size <= b->pass || size >= b->fail || size < b->least || *n == MTU_SIZES)
		return;
	while (at > 0 && sizes[at - 1] >= size)
		at--;
	if (at < *n && sizes[at] == size)
		return;
	memmove(&sizes[at + 1], &sizes[at], (*n - at) * sizeof(*sizes));
	sizes[at] = size;
	(*n)++;
}

size_t mtu_next(const struct mtu_bounds *b, uint32_t guess, uint32_t ret[MTU_SIZES])
{
	static const uint32_t usual[] = { 1500, 1501, 9000 };
	uint32_t low = b->pass ? b->pass : b->least;
	size_t n = 0;

	if (b->pass + 1 >= b->fail || b->fail <= b->least)
		return 0;
	if (b->pass == 0)
		mtu_add_size(b, b->least, ret, &n);
	if (guess) {
		mtu_add_size(b, guess, ret, &n);
		mtu_add_size(b, guess + 1, ret, &n);
	}
	if (b->hint) {
		mtu_add_size(b, b->hint, ret, &n);
		mtu_add_size(b, b->hint + 1, ret, &n);
	}
	for (size_t i = 0; i < countof(usual) && b->pass == 0; i++)
		mtu_add_size(b, usual[i], ret, &n);
	if (n > 0)
		return n;
	for (uint32_t i = 1; i <= MTU_SIZES; i++)
		mtu_add_size(b, low + (b->fail - low) * i / (MTU_SIZES + 1), ret, &n);
	return n;
}

/* ---- all searches ---- */

struct mtu_state {
	struct mtu_bounds bounds;
	uint32_t sizes[MTU_SIZES];
	bool known[MTU_SIZES];
	size_t n;
};

struct mtu_rounds {
	struct mtu_search *searches;
	struct mtu_state *state;
	struct scout *scouts;
	size_t n;
	struct probe_options opt;
};

static void mtu_fail(struct mtu_search *m, struct mtu_state *s, uint32_t size, enum mtu_end end)
{
	if (size >= s->bounds.fail)
		return;
	s->bounds.fail = size;
	m->end = end;
}

static bool mtu_round_is_over(const struct mtu_rounds *run)
{
	for (size_t i = 0; i < run->n; i++)
		for (size_t k = 0; k < run->state[i].n; k++)
			if (!run->state[i].known[k])
				return false;
	return true;
}

static bool mtu_hear(void *ctx, size_t i, const struct heard *h)
{
	struct mtu_rounds *run = ctx;
	struct mtu_state *s = &run->state[i];

	for (size_t k = 0; k < s->n; k++) {
		if (s->sizes[k] != h->tag || s->known[k])
			continue;
		s->known[k] = true;
		if (h->kind == HEARD_TARGET && h->tag > s->bounds.pass)
			s->bounds.pass = h->tag;
		if (h->kind == HEARD_TOO_BIG) {
			s->bounds.hint = h->mtu < h->tag ? h->mtu : 0;
			if (h->tag < s->bounds.fail)
				run->searches[i].told_by = h->by;
			mtu_fail(&run->searches[i], s, h->tag, MTU_TOLD);
		}
	}
	return mtu_round_is_over(run);
}

static void mtu_send_sizes(struct mtu_rounds *run, size_t i)
{
	struct mtu_search *m = &run->searches[i];
	struct mtu_state *s = &run->state[i];

	s->n = mtu_next(&s->bounds, m->guess, s->sizes);
	memset(s->known, 0, sizeof(s->known));
	for (size_t k = 0; k < s->n; k++) {
		int r = 0;

		for (int copy = 0; copy < COPIES && r == 0; copy++)
			r = scout_send(&run->scouts[i], &m->to, (uint16_t)s->sizes[k], 0,
				       s->sizes[k]);
		if (r == -EMSGSIZE)
			mtu_fail(m, s, s->sizes[k], MTU_LOCAL);
		s->known[k] = r == -EMSGSIZE;
	}
}

/* Counts sizes without an answer as lost if they are larger than what passed. */
static void mtu_count_missing(struct mtu_search *m, struct mtu_state *s)
{
	for (size_t k = 0; k < s->n; k++)
		if (!s->known[k] && s->sizes[k] > s->bounds.pass)
			mtu_fail(m, s, s->sizes[k], MTU_VANISH);
	if (s->bounds.pass >= s->bounds.fail) /* a larger one passed: the smaller was random loss */
		s->bounds.fail = s->bounds.pass + 1;
}

static int mtu_begin(struct mtu_rounds *run, size_t i)
{
	struct mtu_search *m = &run->searches[i];

	m->mtu = 0;
	m->end = MTU_VANISH;
	m->told_by = (struct addr){ 0 };
	run->state[i].bounds = (struct mtu_bounds){
		.fail = SCOUT_MAX + 1,
		.least = m->to.family == AF_INET6 ? SCOUT_MIN6 : SCOUT_MIN,
	};
	return scout_open(&run->scouts[i], m->netns, m->vrf, m->to.family);
}

static int mtu_run_rounds(void *ctx, struct scout *scouts)
{
	struct mtu_rounds *run = ctx;
	int r = 0;

	run->scouts = scouts;
	for (size_t i = 0; i < run->n && r == 0; i++)
		r = mtu_begin(run, i);
	for (int round = 0; round < ROUNDS && r == 0; round++) {
		size_t sent = 0;

		for (size_t i = 0; i < run->n; i++) {
			mtu_send_sizes(run, i);
			sent += run->state[i].n;
		}
		if (sent == 0)
			break;
		if (!mtu_round_is_over(run))
			r = scout_listen(scouts, run->n, run->opt, mtu_hear, run);
		for (size_t i = 0; i < run->n; i++)
			mtu_count_missing(&run->searches[i], &run->state[i]);
	}
	for (size_t i = 0; i < run->n; i++)
		run->searches[i].mtu = run->state[i].bounds.pass;
	return r;
}

int mtu_run(struct mtu_search *searches, size_t n, struct probe_options opt, struct diag *dg)
{
	own_free struct mtu_state *state = xcalloc(n, sizeof(*state));
	struct mtu_rounds run = { .searches = searches, .state = state, .n = n, .opt = opt };

	return scouts_send_out(n, mtu_run_rounds, &run, "look for the largest packet", dg);
}
