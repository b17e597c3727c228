/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All attempts are sent at once, then judged one by one. An expectation with `within` is tried
 * again until it holds or its time is over. */
#include "verify/verify.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/stop.h"
#include "base/vec.h"
#include "model/model.h"
#include "verify/judge_route.h"
#include "verify/verification.h"

enum {
	PATIENCE_NS = 500000000, /* on top of the longest round trip that is predicted */
	CLOSE_PATIENCE_NS = 2000000000,
	POLL_PAUSE_NS = 20000000,
	WHYS = 20, /* failures that are explained; more are too long to read */
};

/* ---- judging ---- */

static void forget_tables(struct verification *v)
{
	for (size_t i = 0; i < v->w->plan->netns.n; i++) {
		if (v->is_seen[i])
			seen_release(&v->seen[i]);
		v->is_seen[i] = false;
	}
}

/* The current contents of the node's namespace, read once in each round. */
static int read_tables(struct verification *v, uint32_t node, const struct seen **ret)
{
	uint32_t netns = v->w->plan->nodes.v[node].netns;
	int r = 0, fd = verification_netns(v, node);

	if (fd < 0)
		return fd;
	if (!v->is_seen[netns]) {
		v->is_seen[netns] = true;
		v->seen[netns] = (struct seen){ 0 };
		r = kernel_read(fd, &v->seen[netns]);
	}
	*ret = &v->seen[netns];
	return r;
}

static uint32_t node_table(const struct plan *p, uint32_t node)
{
	uint32_t vrf = p->nodes.v[node].vrf;

	return vrf == PLAN_NONE ? RT_TABLE_MAIN : p->devs.v[vrf].table;
}

static int attempt_judge_route(struct verification *v, struct attempt *a, struct test_result *ret)
{
	const struct expectation *e = a->t.expect;
	uint32_t holder = route_holder(v->w->routes, a->at, &e->route);
	struct kernel_table kernel = { .table = node_table(v->w->plan, holder) };
	int r = read_tables(v, holder, &kernel.seen);

	if (r == 0)
		route_judge(v->w->routes, a->at, e, &kernel, v->arena, ret);
	return r;
}

static void attempt_judge_pair(struct verification *v, struct attempt *a, struct test_result *ret)
{
	struct observed seen = {
		.probe = attempt_probe(v, a),
		.there = a->there == SIZE_MAX ? NULL : &v->traces.v[a->there],
		.back = a->back == SIZE_MAX ? NULL : &v->traces.v[a->back],
		.mtu = a->mtu == SIZE_MAX ? NULL : &v->mtus.v[a->mtu],
		.flow = a->flow == SIZE_MAX ? NULL : &v->flows.v[a->flow],
	};

	trial_judge(v->w->routes, &a->t, &seen, v->opt->tolerance_ns, v->arena, ret);
	if (ret->outcome == OUTCOME_FAILED && seen.probe)
		a->lost += seen.probe->sent - seen.probe->received;
}

/* Judges the open attempts, and closes those that hold or have no time left. 0 or -errno. */
static int attempts_judge(struct verification *v, uint64_t begun_ns, bool first)
{
	uint64_t now = clock_ns() - begun_ns;
	int r = 0;

	for (each(struct attempt, a, &v->attempts)) {
		struct test_result *ret = &v->ret->results.v[a->result];
		uint64_t within = a->t.expect ? a->t.expect->within_ns : 0;

		if (!a->open || r < 0)
			continue;
		if (a->at != NONE)
			r = attempt_judge_route(v, a, ret);
		else
			attempt_judge_pair(v, a, ret);
		a->open = ret->outcome == OUTCOME_FAILED && within > now;
		ret->took_ns = first || !within || ret->outcome == OUTCOME_FAILED ? 0 : now;
		ret->lost = within ? a->lost : 0;
	}
	forget_tables(v);
	return r;
}

/* ---- the whole ---- */

static int attempts_try(struct verification *v, uint64_t begun_ns, bool first)
{
	int r = attempts_send(v);

	return r < 0 ? r : attempts_judge(v, begun_ns, first);
}

static bool is_any_open(const struct verification *v)
{
	for (each(const struct attempt, a, &v->attempts))
		if (a->open)
			return true;
	return false;
}

static int look_again(struct verification *v, uint64_t begun_ns)
{
	struct timespec pause = { .tv_nsec = POLL_PAUSE_NS };

	v->patience_ns = verification_longest_ns(v) + POLL_PATIENCE_NS;
	while (is_any_open(v)) {
		int r;

		nanosleep(&pause, NULL);
		r = attempts_try(v, begun_ns, false);
		if (r < 0)
			return r;
	}
	return 0;
}

/* True when an answer is missing or late that the prediction, too, says should come. */
static bool may_be_the_machine(const struct verification *v, const struct attempt *a)
{
	const struct expectation *e = a->t.expect;

	if (v->ret->results.v[a->result].outcome != OUTCOME_FAILED || a->at != NONE || a->broken)
		return false;
	return a->t.verdict.reachable && (!e || (e->reachable && e->within_ns == 0));
}

/* A busy machine may delay or drop packets for a moment, so such failures are tried again with a
 * longer timeout. A fault of the network fails again. */
static int look_closer(struct verification *v, uint64_t begun_ns)
{
	static const int pauses_ms[] = { 300, 1000 };

	v->patience_ns = verification_longest_ns(v) + CLOSE_PATIENCE_NS;
	for (size_t i = 0; i < countof(pauses_ms); i++) {
		struct pollfd stop = stop_poll(v->opt->stop);
		int r;

		for (each(struct attempt, a, &v->attempts))
			a->open = may_be_the_machine(v, a);
		if (!is_any_open(v))
			break;
		if (poll(&stop, 1, pauses_ms[i]) > 0)
			return -EINTR;
		r = attempts_try(v, begun_ns, false);
		if (r < 0)
			return r;
	}
	return 0;
}

static void attempt_add_why(struct verification *v, const struct attempt *a)
{
	struct test_result *ret = &v->ret->results.v[a->result];

	if (!v->opt->explain || ret->outcome != OUTCOME_FAILED || a->at != NONE || a->broken ||
	    v->explained == WHYS)
		return;
	ret->why = v->opt->explain(v->ret->lab, v->w->routes, a->t.from, a->t.to, v->arena);
	v->explained += ret->why != NULL;
}

static int verification_run(struct verification *v)
{
	uint64_t begun_ns = clock_ns();
	int r;

	v->patience_ns = verification_longest_ns(v) + PATIENCE_NS;
	r = attempts_try(v, begun_ns, true);
	if (r == 0)
		r = look_again(v, begun_ns);
	if (r == 0)
		r = look_closer(v, begun_ns);
	if (r < 0)
		return r;
	for (each(const struct attempt, a, &v->attempts))
		attempt_add_why(v, a);
	return 0;
}

/* Each sender takes two file descriptors; the usual 1024 are not enough for a large lab. */
static void raise_file_limit(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
}

static void verification_begin(struct verification *v)
{
	size_t n = v->w->plan->netns.n;

	raise_file_limit();
	v->netns = xcalloc(n, sizeof(*v->netns));
	v->seen = xcalloc(n, sizeof(*v->seen));
	v->is_seen = xcalloc(n, sizeof(*v->is_seen));
	memset(v->netns, -1, n * sizeof(*v->netns));
}

static void verification_release(struct verification *v)
{
	forget_tables(v);
	for (size_t i = 0; i < v->w->plan->netns.n; i++)
		own_closep(&v->netns[i]);
	for (each(struct attempt, a, &v->attempts))
		verdict_release(&a->t.verdict);
	vec_free(&v->attempts);
	for (size_t i = 0; i < PROBES_LISTS; i++)
		vec_free(&v->probes[i]);
	vec_free(&v->traces);
	vec_free(&v->mtus);
	vec_free(&v->flows);
	free(v->netns);
	free(v->seen);
	free(v->is_seen);
}

int verify_expectations(const struct world *w, const expectation_list *list,
			const struct verify_options *opt, struct arena *arena, struct test_run *ret,
			struct diag *dg)
{
	struct verification v = { .w = w, .opt = opt, .arena = arena, .ret = ret, .dg = dg };
	size_t told = diag_errors(dg), before = ret->results.n;
	struct pos nowhere = { 0 };
	int r;

	verification_begin(&v);
	attempts_add(&v, list);
	if (opt->matrix)
		attempts_add_matrix(&v);
	r = verification_run(&v);
	if (r < 0)
		ret->results.n = before;
	if (r < 0 && r != -EINTR && diag_errors(dg) == told)
		diag_error(dg, nowhere, r, "lab", "cannot open the lab's namespaces: %s",
			   strerror(-r));
	verification_release(&v);
	return r;
}

int verify(const struct world *w, const struct verify_options *opt, struct arena *arena,
	   struct test_run *ret, struct diag *dg)
{
	return verify_expectations(w, &w->model->expectations, opt, arena, ret, dg);
}
