/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probe/trace.h"

#include <string.h>

#include "base/mem.h"
#include "base/own.h"
#include "probe/scout.h"

enum { TRIES = 3, SIZE4 = 60, SIZE6 = 80 };

/* ---- one trace ---- */

static unsigned int trace_end(const struct tracing *s)
{
	if (s->arrived_at && (!s->refused_at || s->arrived_at <= s->refused_at))
		return s->arrived_at;
	return s->refused_at ? s->refused_at : (unsigned int)TRACE_HOPS;
}

void trace_hear(struct trace *t, struct tracing *s, unsigned int ttl, const struct heard *h)
{
	if (ttl < 1 || ttl > TRACE_HOPS || t->hops[ttl - 1].by.family)
		return;
	t->hops[ttl - 1] = (struct trace_hop){ h->by, h->ttl };
	if (h->kind == HEARD_TARGET && (!s->arrived_at || ttl < s->arrived_at))
		s->arrived_at = ttl;
	if ((h->kind == HEARD_REFUSED || h->kind == HEARD_TOO_BIG) &&
	    (!s->refused_at || ttl < s->refused_at)) {
		s->refused_at = ttl;
		t->icmp_type = h->type;
		t->icmp_code = h->code;
	}
}

bool trace_wants(const struct trace *t, const struct tracing *s, unsigned int ttl)
{
	return ttl <= trace_end(s) && t->hops[ttl - 1].by.family == 0;
}

bool trace_is_whole(const struct trace *t, const struct tracing *s)
{
	if (!s->arrived_at && !s->refused_at)
		return false;
	for (unsigned int ttl = 1; ttl <= trace_end(s); ttl++)
		if (trace_wants(t, s, ttl))
			return false;
	return true;
}

static void trace_conclude(struct trace *t, const struct tracing *s)
{
	t->n = trace_end(s);
	t->arrived = s->arrived_at && s->arrived_at == t->n;
	t->refused = s->refused_at && s->refused_at == t->n && !t->arrived;
	while (!t->arrived && t->n > 0 && t->hops[t->n - 1].by.family == 0)
		t->n--;
	for (unsigned int i = t->n; i < TRACE_HOPS; i++)
		t->hops[i] = (struct trace_hop){ 0 };
}

/* ---- all traces ---- */

struct tracer {
	struct trace *traces;
	struct tracing *state;
	struct scout *scouts;
	size_t n, open; /* open: not complete yet */
	struct probe_options opt;
};

static bool tracer_hear(void *ctx, size_t i, const struct heard *h)
{
	struct tracer *run = ctx;
	bool was = trace_is_whole(&run->traces[i], &run->state[i]);

	if (h->tag < 1 || h->tag > TRACE_HOPS)
		return false;
	trace_hear(&run->traces[i], &run->state[i], h->tag, h);
	if (!was && trace_is_whole(&run->traces[i], &run->state[i]))
		run->open--;
	return run->open == 0;
}

static void tracer_send_missing(struct tracer *run, size_t i)
{
	struct trace *t = &run->traces[i];

	for (unsigned int ttl = 1; ttl <= TRACE_HOPS; ttl++)
		if (trace_wants(t, &run->state[i], ttl))
			(void)scout_send(&run->scouts[i], &t->to, (uint16_t)ttl, ttl,
					 t->to.family == AF_INET6 ? SIZE6 : SIZE4);
}

static int tracer_begin(struct tracer *run, size_t i)
{
	struct trace *t = &run->traces[i];

	memset(t->hops, 0, sizeof(t->hops));
	t->n = 0;
	t->arrived = t->refused = false;
	return scout_open(&run->scouts[i], t->netns, t->vrf, t->to.family);
}

static int tracer_run(void *ctx, struct scout *scouts)
{
	struct tracer *run = ctx;
	int r = 0;

	run->scouts = scouts;
	for (size_t i = 0; i < run->n && r == 0; i++)
		r = tracer_begin(run, i);
	run->open = run->n;
	for (int try = 0; try < TRIES && r == 0 && run->open > 0; try++) {
		for (size_t i = 0; i < run->n; i++)
			tracer_send_missing(run, i);
		r = scout_listen(scouts, run->n, run->opt, tracer_hear, run);
	}
	for (size_t i = 0; i < run->n; i++)
		trace_conclude(&run->traces[i], &run->state[i]);
	return r;
}

int trace_run(struct trace *traces, size_t n, struct probe_options opt, struct diag *dg)
{
	own_free struct tracing *state = xcalloc(n, sizeof(*state));
	struct tracer run = { .traces = traces, .state = state, .n = n, .opt = opt };

	return scouts_send_out(n, tracer_run, &run, "trace the paths", dg);
}
