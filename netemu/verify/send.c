/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends the probes: in which order, and how often. One run of the prober sends all echoes. */
#include <stdlib.h>

#include "model/model.h"
#include "verify/measure.h"
#include "verify/verification.h"
#include "verify/verify.h"

enum {
	ECHOES = 5,
	ECHOES_MANY = 2, /* for more than MANY pairs; pairs that are not as predicted get more */
	MANY = 1000,
	ECHOES_JITTER = 200,
	SECOND_LOOKS = 2,
	INTERVAL_NS = 10000000,
	MEASURE_INTERVAL_NS = 1000000,
	MEASURE_INTERVAL_MOST_NS = 50000000,
};

struct probe *attempt_probe(struct verification *v, const struct attempt *a)
{
	return a->probe == SIZE_MAX ? NULL : &v->probes[a->list].v[a->probe];
}

uint64_t verification_longest_ns(const struct verification *v)
{
	uint64_t longest = 0;

	for (each(const struct attempt, a, &v->attempts))
		if (a->t.verdict.reachable && a->t.verdict.rtt_max_ns > longest)
			longest = a->t.verdict.rtt_max_ns;
	return longest;
}

/* The first echo of a pair has a shorter timeout than the last, so that a silent target costs the
 * full timeout only once. */
static struct probe_options send_options(const struct verification *v, unsigned int count)
{
	return (struct probe_options){ .count = count,
				       .interval_ns = INTERVAL_NS,
				       .warm_ns = verification_longest_ns(v) + POLL_PATIENCE_NS,
				       .timeout_ns = v->patience_ns,
				       .stop = v->opt->stop };
}

typedef int try_all(struct verification *v, struct probe *probes, size_t n);

static int run_echoes(struct verification *v, struct probe *probes, size_t n,
		      struct probe_options opt)
{
	return v->opt->prober == PROBER_SYSTEM ? system_echo(probes, n, opt, v->dg)
					       : probe_run(probes, n, opt, v->dg);
}

static int send_echoes(struct verification *v, struct probe *probes, size_t n)
{
	return n ? run_echoes(v, probes, n, send_options(v, ECHOES)) : 0;
}

static int send_hurried(struct verification *v, struct probe *probes, size_t n)
{
	struct probe_options opt = send_options(v, n > MANY ? ECHOES_MANY : ECHOES);

	opt.hurry = true;
	return n ? run_echoes(v, probes, n, opt) : 0;
}

static int make_calls(struct verification *v, struct probe *calls, size_t n)
{
	return n ? call_run(calls, n, send_options(v, 1), v->dg) : 0;
}

/* On a busy machine a few of thousands of round trips are late by chance. An answer that the
 * network delays is late again when few other probes are sent. */
static int send_late_again(struct verification *v, enum probes list, try_all *try)
{
	struct probe *all = v->probes[list].v;
	VEC(struct probe) again = { 0 };
	VEC(size_t) which = { 0 };
	int r = 0;

	for (each(struct attempt, a, &v->attempts))
		if (a->probe != SIZE_MAX && a->list == list &&
		    trial_is_late(v->w->routes, &a->t, attempt_probe(v, a), v->opt->tolerance_ns)) {
			vec_push(NULL, &which, a->probe);
			vec_push(NULL, &again, all[a->probe]);
		}
	if (again.n > 0)
		r = try(v, again.v, again.n);
	for (size_t i = 0; i < again.n && r == 0; i++)
		all[which.v[i]] = again.v[i];
	vec_free(&again);
	vec_free(&which);
	return r;
}

static int send_all(struct verification *v)
{
	/* Calls come last: the echoes have warmed up the paths by then. */
	static try_all *const tries[PROBES_LISTS] = {
		[PROBES_EXACT] = send_echoes,
		[PROBES_HURRIED] = send_hurried,
		[PROBES_CALLS] = make_calls,
	};
	int r = 0;

	for (unsigned int list = 0; list < PROBES_LISTS && r == 0; list++) {
		r = tries[list](v, v->probes[list].v, v->probes[list].n);
		for (int i = 0; i < SECOND_LOOKS && r == 0; i++)
			r = send_late_again(v, list, tries[list]);
	}
	return r;
}

/* Loss and jitter need many echoes, without other traffic, and far enough apart not to queue on a
 * slow link. */
static int measure_losses(struct verification *v, const struct attempt *a)
{
	const struct expectation *e = a->t.expect;
	unsigned int count = e->loss.given ? loss_count(&e->loss) : 0;
	struct probe_options opt =
		send_options(v, e->jitter.given && count < ECHOES_JITTER ? ECHOES_JITTER : count);
	uint64_t slack = path_slack_ns(v->w->routes, &a->t.verdict.forward) +
			 path_slack_ns(v->w->routes, &a->t.verdict.back);

	opt.interval_ns = MEASURE_INTERVAL_NS + 2 * slack;
	if (opt.interval_ns > MEASURE_INTERVAL_MOST_NS)
		opt.interval_ns = MEASURE_INTERVAL_MOST_NS;
	return run_echoes(v, &v->probes[a->list].v[a->probe], 1, opt);
}

static int measure_all(struct verification *v)
{
	for (each(const struct attempt, a, &v->attempts)) {
		const struct expectation *e = a->t.expect;
		int r;

		if (!e || a->t.calls || a->probe == SIZE_MAX || !e->reachable ||
		    (!e->loss.given && !e->jitter.given))
			continue;
		r = measure_losses(v, a);
		if (r < 0)
			return r;
	}
	return 0;
}

static int trace_all(struct verification *v)
{
	struct probe_options opt = send_options(v, 1);

	opt.timeout_ns = opt.warm_ns; /* each hop is asked more than once */
	return v->opt->prober == PROBER_SYSTEM ? system_trace(v->traces.v, v->traces.n, opt, v->dg)
					       : trace_run(v->traces.v, v->traces.n, opt, v->dg);
}

static int search_all(struct verification *v)
{
	struct probe_options opt = send_options(v, 1);

	return v->opt->prober == PROBER_SYSTEM ? system_mtu(v->mtus.v, v->mtus.n, opt, v->dg)
					       : mtu_run(v->mtus.v, v->mtus.n, opt, v->dg);
}

static int run_flows(struct verification *v)
{
	for (each(struct flow, f, &v->flows)) {
		int r = flow_run(f, send_options(v, 1), v->dg);

		if (r < 0)
			return r;
	}
	return 0;
}

int attempts_send(struct verification *v)
{
	static int (*const steps[])(struct verification * v) = {
		attempts_prepare, send_all, measure_all, trace_all, search_all, run_flows,
	};

	for (size_t i = 0; i < countof(steps); i++) {
		int r = steps[i](v);

		if (r < 0)
			return r;
	}
	return 0;
}
