/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the list of attempts, and the lists of their probes. */
#include <netinet/in.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fabric/fabric.h"
#include "model/model.h"
#include "verify/verification.h"
#include "verify/verify.h"

/* ---- attempts ---- */

int verification_netns(struct verification *v, uint32_t node)
{
	uint32_t netns = v->w->plan->nodes.v[node].netns;

	if (v->netns[netns] < 0)
		v->netns[netns] = lab_netns(v->w->lab, v->w->plan->netns.v[netns].name);
	return v->netns[netns];
}

static struct attempt *attempt_add(struct verification *v, const struct expectation *e)
{
	struct attempt *a = vec_add(NULL, &v->attempts);

	*a = (struct attempt){ .t = { .from = NONE, .to = NONE, .expect = e },
			       .result = v->ret->results.n,
			       .at = NONE,
			       .open = true };
	(void)vec_add(NULL, &v->ret->results);
	return a;
}

static void attempt_add_pair(struct verification *v, uint32_t from, uint32_t to,
			     const struct expectation *e)
{
	struct trial *t = &attempt_add(v, e)->t;

	t->from = from;
	t->to = to;
	if (e && e->service.port) {
		t->calls = true;
		t->listened = fabric_listens(v->w->fabric, to, e->service.protocol == SERVICE_UDP,
					     e->service.port);
	}
	routes_predict(v->w->routes, from, to, &t->verdict);
}

/* The error about the first name of an expectation that belongs to no node, or NULL. */
static const char *expectation_fault(const struct verification *v, const struct expectation *e)
{
	struct diag *dg = diag_new();
	const char *wrong = NULL;

	if (!fabric_knows(v->w->fabric, e, dg)) {
		const struct finding *f = diag_at(dg, 0);

		wrong = arena_printf(v->arena, "%s%s%s", f->text, f->hint ? "; " : "",
				     f->hint ? f->hint : "");
	}
	diag_free(dg);
	return wrong;
}

const char *expectation_name(const struct expectation *e, struct arena *arena)
{
	if (e->kind == EXPECT_ROUTE)
		return arena_printf(arena, "%s: route %s", e->at.name, PREFIX_STR(&e->route));
	return arena_printf(arena, "%s to %s", e->from.name, e->to.name);
}

/* An expectation with an unknown name cannot be tried, so it has failed. */
static void attempt_add_broken(struct verification *v, const struct expectation *e,
			       const char *wrong)
{
	struct attempt *a = attempt_add(v, e);

	a->open = false;
	a->broken = true;
	v->ret->results.v[a->result] = (struct test_result){
		.outcome = OUTCOME_FAILED,
		.name = expectation_name(e, v->arena),
		.expected = "nodes with these names",
		.observed = wrong,
		.pos = e->pos,
		.because = e->because,
	};
}

static void attempt_add_expectation(struct verification *v, const struct expectation *e)
{
	const struct fabric *f = v->w->fabric;
	const char *wrong = expectation_fault(v, e);

	if (wrong)
		attempt_add_broken(v, e, wrong);
	else if (e->kind == EXPECT_ROUTE)
		attempt_add(v, e)->at = fabric_node(f, e->at.name);
	else
		attempt_add_pair(v, fabric_node(f, e->from.name), fabric_node(f, e->to.name), e);
}

void attempts_add(struct verification *v, const expectation_list *list)
{
	for (each(const struct expectation, e, list))
		attempt_add_expectation(v, e);
}

void attempts_add_matrix(struct verification *v)
{
	const struct node *n = v->w->fabric->nodes.v;
	uint32_t nodes = (uint32_t)v->w->fabric->nodes.n;

	for (uint32_t a = 0; a < nodes; a++)
		for (uint32_t b = 0; b < nodes; b++)
			if (a != b && node_is_machine(&n[a]) && node_is_machine(&n[b]))
				attempt_add_pair(v, a, b, NULL);
}

/* ---- probes ---- */

/* The address of the target and the namespace of the sender, which every kind of probe needs. NULL:
 * the two have no address family in common, or, when *r < 0, the namespace cannot be opened. */
static const struct addr *attempt_aim(struct verification *v, uint32_t from, uint32_t to,
				      int *ret_netns, int *r)
{
	const struct addr *at = routes_target(v->w->routes, from, to, 0);

	if (!at)
		return NULL;
	*ret_netns = verification_netns(v, from);
	if (*ret_netns < 0)
		*r = *ret_netns;
	return *ret_netns < 0 ? NULL : at;
}

static enum probes attempt_list(const struct trial *t)
{
	if (t->calls)
		return PROBES_CALLS;
	return t->expect && (t->expect->reachable || t->verdict.reachable) ? PROBES_EXACT
									   : PROBES_HURRIED;
}

static int attempt_prepare_probe(struct verification *v, struct attempt *a)
{
	int r = 0, netns;
	const struct trial *t = &a->t;
	const struct addr *to = attempt_aim(v, t->from, t->to, &netns, &r);
	struct probe p;

	if (!to)
		return r;
	p = (struct probe){ .netns = netns, .vrf = world_vrf(v->w, t->from), .to = *to };
	if (t->calls) {
		p.protocol = t->expect->service.protocol == SERVICE_UDP ? IPPROTO_UDP : IPPROTO_TCP;
		p.port = t->expect->service.port;
	}
	if (t->verdict.reachable)
		p.late_ns = t->verdict.rtt_max_ns * 102 / 100 + v->opt->tolerance_ns;
	a->list = attempt_list(t);
	a->probe = v->probes[a->list].n;
	vec_push(NULL, &v->probes[a->list], p);
	return 0;
}

static int attempt_prepare_trace(struct verification *v, uint32_t from, uint32_t to, size_t *ret)
{
	int r = 0, netns;
	const struct addr *at = attempt_aim(v, from, to, &netns, &r);

	if (!at)
		return r;
	*ret = v->traces.n;
	vec_push(NULL, &v->traces,
		 ((struct trace){ .netns = netns, .vrf = world_vrf(v->w, from), .to = *at }));
	return 0;
}

/* The kernel chooses among equal-cost paths by a packet's addresses, so all packets of a pair take
 * the same path in each direction, and one trace shows it. */
static int attempt_prepare_traces(struct verification *v, struct attempt *a)
{
	const struct expectation *e = a->t.expect;
	const struct verdict *said = &a->t.verdict;
	int r;

	if (e->path.n == 0 && e->not_via.n == 0 && !e->hops.given && !e->has_symmetric)
		return 0;
	r = attempt_prepare_trace(v, a->t.from, a->t.to, &a->there);
	if (r < 0 || !e->has_symmetric || said->forward.nats.n > 0 || said->back.nats.n > 0)
		return r;
	return attempt_prepare_trace(v, a->t.to, a->t.from, &a->back);
}

static int attempt_prepare_mtu(struct verification *v, struct attempt *a)
{
	int r = 0, netns;
	const struct addr *to = attempt_aim(v, a->t.from, a->t.to, &netns, &r);

	if (!to)
		return r;
	a->mtu = v->mtus.n;
	vec_push(NULL, &v->mtus,
		 ((struct mtu_search){ .netns = netns,
				       .vrf = world_vrf(v->w, a->t.from),
				       .to = *to,
				       .guess = a->t.expect->mtu }));
	return 0;
}

static int attempt_prepare_flow(struct verification *v, struct attempt *a)
{
	int r = 0, netns, far;
	const struct addr *to = attempt_aim(v, a->t.from, a->t.to, &netns, &r);

	if (!to)
		return r;
	far = verification_netns(v, a->t.to);
	if (far < 0)
		return far;
	a->flow = v->flows.n;
	vec_push(NULL, &v->flows,
		 ((struct flow){ .from_netns = netns,
				 .to_netns = far,
				 .from_vrf = world_vrf(v->w, a->t.from),
				 .to_vrf = world_vrf(v->w, a->t.to),
				 .to = *to }));
	return 0;
}

static int attempt_prepare(struct verification *v, struct attempt *a)
{
	const struct expectation *e = a->t.expect;
	int r;

	a->probe = a->there = a->back = a->mtu = a->flow = SIZE_MAX;
	if (!a->open || a->at != NONE)
		return 0;
	r = attempt_prepare_probe(v, a);
	if (r < 0 || !e)
		return r;
	r = attempt_prepare_traces(v, a);
	if (r == 0 && e->mtu)
		r = attempt_prepare_mtu(v, a);
	if (r == 0 && e->bandwidth.given)
		r = attempt_prepare_flow(v, a);
	return r;
}

int attempts_prepare(struct verification *v)
{
	for (size_t i = 0; i < PROBES_LISTS; i++)
		v->probes[i].n = 0;
	v->traces.n = v->mtus.n = v->flows.n = 0;
	for (each(struct attempt, a, &v->attempts)) {
		int r = attempt_prepare(v, a);

		if (r < 0)
			return r;
	}
	return 0;
}
