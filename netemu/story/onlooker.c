/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "story/onlooker.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/stop.h"
#include "fabric/fabric.h"
#include "lab/lab.h"
#include "model/model.h"
#include "probe/steady.h"

#define MS_NS UINT64_C(1000000)

enum {
	INTERVAL_MS = 10,
	LOOK_MS = 10,	   /* between two evaluations */
	PATIENCE_MS = 100, /* on top of twice the round trip */
	LONGEST_MS = 3000, /* for all pairs to become steady, plus round trips */
	TELLING_MS = 5,	   /* a faster path is recognized only by more than this */
	HOSTS_MAX = 8,	   /* in a larger lab only named pairs are observed */
	PAIRS_MAX = 60
};

struct onlooker_pair {
	uint32_t from, to; /* nodes of the world before */
	bool answered;	   /* reachable before the change */
	uint64_t rtt_min_ns, rtt_max_ns;
};

struct onlooker {
	const struct world *before;
	VEC(struct onlooker_pair) pairs;
	struct echo_watch *watch;
};

/* ---- selecting pairs ---- */

static void onlooker_add_pair(struct onlooker *o, uint32_t from, uint32_t to)
{
	struct onlooker_pair p = { .from = from, .to = to };
	struct verdict v;

	if (from == NONE || to == NONE || from == to || o->pairs.n == PAIRS_MAX ||
	    !routes_target(o->before->routes, from, to, 0))
		return;
	for (each(const struct onlooker_pair, q, &o->pairs))
		if (q->from == from && q->to == to)
			return;
	routes_predict(o->before->routes, from, to, &v);
	p.answered = v.reachable;
	p.rtt_min_ns = v.rtt_min_ns;
	p.rtt_max_ns = v.rtt_max_ns;
	if (!v.partial) /* a partial verdict differs from flow to flow */
		vec_push(NULL, &o->pairs, p);
	verdict_release(&v);
}

static void onlooker_add_named(struct onlooker *o, const struct scenario *s)
{
	const struct fabric *f = o->before->fabric;

	for (each(const struct story_step, step, &s->steps))
		for (each(const struct expectation, e, &step->expect))
			if (e->kind == EXPECT_PAIR)
				onlooker_add_pair(o, fabric_node(f, e->from.name),
						  fabric_node(f, e->to.name));
}

static void onlooker_add_hosts(struct onlooker *o)
{
	const struct fabric *f = o->before->fabric;
	index_list hosts = { 0 };

	for (uint32_t i = 0; i < f->nodes.n; i++)
		if (node_is_machine(&f->nodes.v[i]))
			vec_push(NULL, &hosts, i);
	for (size_t a = 0; a < hosts.n && hosts.n <= HOSTS_MAX; a++)
		for (size_t b = 0; b < hosts.n; b++)
			onlooker_add_pair(o, hosts.v[a], hosts.v[b]);
	vec_free(&hosts);
}

/* ---- watching ---- */

static int onlooker_open_watch(struct onlooker *o)
{
	const struct plan *p = o->before->plan;
	struct watch_pair *w = xcalloc(o->pairs.n + 1, sizeof(*w));
	int *netns = xcalloc(p->netns.n + 1, sizeof(*netns));
	int r = 0;

	memset(netns, -1, (p->netns.n + 1) * sizeof(*netns));
	for (size_t i = 0; i < o->pairs.n && r >= 0; i++) {
		uint32_t from = o->pairs.v[i].from;
		const struct plan_node *n = &p->nodes.v[from];

		if (netns[n->netns] < 0)
			r = netns[n->netns] = world_netns(o->before, from);
		w[i] = (struct watch_pair){ .netns = netns[n->netns],
					    .vrf = world_vrf(o->before, from),
					    .to = *routes_target(o->before->routes, from,
								 o->pairs.v[i].to, 0) };
	}
	if (r >= 0)
		r = watch_begin(w, o->pairs.n, INTERVAL_MS * MS_NS, &o->watch);
	for (size_t i = 0; i < p->netns.n; i++)
		own_closep(&netns[i]);
	free(netns);
	free(w);
	return r;
}

struct onlooker *onlooker_begin(const struct world *w, const struct scenario *s)
{
	struct onlooker *o = xcalloc(1, sizeof(*o));

	o->before = w;
	onlooker_add_named(o, s);
	if (o->pairs.n == 0)
		onlooker_add_hosts(o);
	if (o->pairs.n > 0 && onlooker_open_watch(o) == 0) {
		(void)poll(NULL, 0, STEADY_RUN * INTERVAL_MS); /* warms up the paths */
		return o;
	}
	onlooker_end(o);
	return NULL;
}

void onlooker_end(struct onlooker *o)
{
	if (!o)
		return;
	watch_end(o->watch);
	vec_free(&o->pairs);
	free(o);
}

/* ---- evaluating ---- */

/* Predicts the pair, found by its nodes' names, in the world after the change. */
static bool onlooker_predict(const struct onlooker *o, const struct onlooker_pair *p,
			     const struct world *after, struct verdict *ret)
{
	const struct node *nodes = o->before->fabric->nodes.v;
	uint32_t from = fabric_node(after->fabric, nodes[p->from].name);
	uint32_t to = fabric_node(after->fabric, nodes[p->to].name);

	if (from == NONE || to == NONE)
		return false;
	routes_predict(after->routes, from, to, ret);
	return true;
}

static struct steadiness onlooker_judge(const struct onlooker *o, size_t pair,
					struct steady_question *q)
{
	VEC(struct watch_echo) all = { 0 };
	struct watch_echo some[256];
	struct steadiness s;
	size_t n;

	while ((n = watch_look(o->watch, pair, all.n, some, countof(some))) > 0)
		for (size_t i = 0; i < n; i++)
			vec_push(NULL, &all, some[i]);
	q->now_ns = clock_ns();
	s = steady_judge(all.v, all.n, q);
	vec_free(&all);
	return s;
}

/* Sets the bound between the round trips of the old path and of the new one. */
static void onlooker_set_rtt_bounds(const struct onlooker_pair *before, const struct verdict *after,
				    struct steady_question *q)
{
	if (!before->answered || !after->reachable)
		return;
	if (after->rtt_min_ns > before->rtt_max_ns)
		q->least_ns = (after->rtt_min_ns + before->rtt_max_ns) / 2;
	else if (after->rtt_max_ns < before->rtt_min_ns)
		q->most_ns = (after->rtt_max_ns + before->rtt_min_ns) / 2;
	if (q->most_ns > 0 && before->rtt_min_ns - after->rtt_max_ns < TELLING_MS * MS_NS)
		q->most_ns = 0; /* within the jitter of a busy machine */
}

/* Evaluates one pair and adds the result to `ret`. */
static void onlooker_look_at_pair(const struct onlooker *o, size_t i, const struct world *after,
				  struct steady_question q, struct onlooked *ret)
{
	const struct onlooker_pair *p = &o->pairs.v[i];
	const struct node *nodes = o->before->fabric->nodes.v;
	struct verdict v = { 0 };
	struct steadiness s;
	uint64_t rtt;

	if (!onlooker_predict(o, p, after, &v) || v.partial) {
		verdict_release(&v);
		return;
	}
	rtt = v.rtt_max_ns > p->rtt_max_ns ? v.rtt_max_ns : p->rtt_max_ns;
	onlooker_set_rtt_bounds(p, &v, &q);
	q.answered_before = p->answered;
	q.answered_after = v.reachable;
	q.patience_ns = 2 * rtt + PATIENCE_MS * MS_NS;
	s = onlooker_judge(o, i, &q);
	ret->pairs++;
	ret->lost += s.lost;
	ret->after_ns = s.after_ns > ret->after_ns ? s.after_ns : ret->after_ns;
	if (!s.steady) {
		ret->steady = false;
		ret->from = nodes[p->from].name;
		ret->to = nodes[p->to].name;
	}
	verdict_release(&v);
}

static uint64_t onlooker_longest_rtt(const struct onlooker *o)
{
	uint64_t longest = 0;

	for (each(const struct onlooker_pair, p, &o->pairs))
		longest = p->rtt_max_ns > longest ? p->rtt_max_ns : longest;
	return longest;
}

struct onlooked onlooker_look(struct onlooker *o, const struct world *after, uint64_t began_ns,
			      uint64_t done_ns, int stop)
{
	const struct steady_question q = { .began_ns = began_ns, .done_ns = done_ns };
	uint64_t until = done_ns + LONGEST_MS * MS_NS + 4 * onlooker_longest_rtt(o);
	struct pollfd stopped = stop_poll(stop);
	struct onlooked found;

	do {
		found = (struct onlooked){ .steady = true };
		for (size_t i = 0; i < o->pairs.n; i++)
			onlooker_look_at_pair(o, i, after, q, &found);
	} while (!found.steady && clock_ns() < until && poll(&stopped, 1, LOOK_MS) == 0);
	return found;
}
