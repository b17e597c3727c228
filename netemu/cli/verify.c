/* All trials' echoes are sent in one run of the prober; then each trial is judged alone. */
#include "cli/verify.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/mem.h"
#include "base/own.h"
#include "cli/judge.h"
#include "fabric/fabric.h"
#include "model/model.h"
#include "probe/call.h"

enum {
	FEW = 1000, /* probes that get more echoes each */
	ECHOES_FEW = 5,
	ECHOES_MANY = 3,
	SECOND_LOOKS = 2,
	INTERVAL_NS = 10000000,
	PATIENCE_NS = 500000000, /* on top of the longest round trip that is predicted */
};

struct verification {
	const struct world *w;
	struct verify_options opt;
	VEC(struct trial) trials;
	VEC(struct probe) probes; /* echoes ... */
	VEC(struct probe) calls;  /* ... and services */
	int *netns; /* of the lab, by the plan's number; -1: not open */
};

/* ---- what is to be tried ---- */

static int open_netns(struct verification *v, uint32_t netns)
{
	if (v->netns[netns] < 0)
		v->netns[netns] = lab_netns(v->w->lab, v->w->plan->netns.v[netns].name);
	return v->netns[netns];
}

static int add_probe(struct verification *v, struct trial *t)
{
	const struct plan_node *n = &v->w->plan->nodes.v[t->from];
	const struct addr *to = routes_target(v->w->routes, t->from, t->to, 0);
	struct probe *p;
	int fd;

	t->probe = NONE;
	if (!to)
		return 0;
	fd = open_netns(v, n->netns);
	if (fd < 0)
		return fd;
	t->probe = (uint32_t)(t->calls ? v->calls.n : v->probes.n);
	p = t->calls ? (struct probe *)vec_add(NULL, &v->calls) : vec_add(NULL, &v->probes);
	if (t->calls) {
		p->protocol = t->expect->service.protocol == SERVICE_UDP ? IPPROTO_UDP : IPPROTO_TCP;
		p->port = t->expect->service.port;
	}
	p->netns = fd;
	p->vrf = n->vrf == PLAN_NONE ? NULL : v->w->plan->devs.v[n->vrf].name;
	p->to = *to;
	return 0;
}

static int add_trial(struct verification *v, uint32_t from, uint32_t to,
		     const struct expectation *expect)
{
	struct trial *t = vec_add(NULL, &v->trials);

	t->from = from;
	t->to = to;
	t->expect = expect;
	if (expect && expect->service.port) {
		t->calls = true;
		t->listened = fabric_listens(v->w->fabric, to,
					     expect->service.protocol == SERVICE_UDP,
					     expect->service.port);
	}
	routes_predict(v->w->routes, from, to, &t->verdict);
	return add_probe(v, t);
}

static int add_expectations(struct verification *v, struct diag *dg)
{
	const struct fabric *f = v->w->fabric;
	int r = 0;

	for (each(struct expectation, e, &v->w->model->expectations)) {
		uint32_t from = fabric_find(f, e->from.name, e->from.pos, dg);
		uint32_t to = fabric_find(f, e->to.name, e->to.pos, dg);

		r = from == NONE || to == NONE ? -EINVAL : add_trial(v, from, to, e);
		if (r < 0)
			break;
	}
	return r;
}

static int add_matrix(struct verification *v)
{
	const struct node *n = v->w->fabric->nodes.v;
	uint32_t nodes = (uint32_t)v->w->fabric->nodes.n;
	int r = 0;

	for (uint32_t a = 0; a < nodes && r == 0; a++)
		for (uint32_t b = 0; b < nodes && r == 0; b++)
			if (a != b && node_is_machine(&n[a]) && node_is_machine(&n[b]))
				r = add_trial(v, a, b, NULL);
	return r;
}

/* ---- trying it ---- */

static struct probe *probe_of(struct verification *v, const struct trial *t)
{
	return t->probe == NONE ? NULL : t->calls ? &v->calls.v[t->probe] : &v->probes.v[t->probe];
}

/* Each sender takes two descriptors; the usual 1024 are not enough for a large lab. */
static void raise_file_limit(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
}

static uint64_t patience_ns(const struct verification *v)
{
	uint64_t longest = 0;

	for (each(const struct trial, t, &v->trials))
		if (t->verdict.reachable && t->verdict.rtt_ns > longest)
			longest = t->verdict.rtt_ns;
	return longest + PATIENCE_NS;
}

static int send_echoes(struct verification *v, struct probe *probes, size_t n, struct diag *dg)
{
	struct probe_options opt = { .count = n > FEW ? ECHOES_MANY : ECHOES_FEW,
				     .interval_ns = INTERVAL_NS,
				     .timeout_ns = patience_ns(v),
				     .stop = v->opt.stop };

	return probe_run(probes, n, opt, dg);
}

static int make_calls(struct verification *v, struct probe *calls, size_t n, struct diag *dg)
{
	struct probe_options opt = { .timeout_ns = patience_ns(v), .stop = v->opt.stop };

	return call_run(calls, n, opt, dg);
}

/* On a busy machine a few medians of thousands are late by chance. What the network makes late is
 * late again, when few others are on their way. */
typedef int try_all(struct verification *v, struct probe *probes, size_t n, struct diag *dg);

static int send_late_again(struct verification *v, bool calls, try_all *try, struct diag *dg)
{
	struct probe *all = calls ? v->calls.v : v->probes.v;
	VEC(struct probe) again = { 0 };
	VEC(uint32_t) which = { 0 };
	int r = 0;

	for (each(struct trial, t, &v->trials))
		if (t->calls == calls && trial_is_late(v->w, t, probe_of(v, t), v->opt.tolerance_ns)) {
			vec_push(NULL, &which, t->probe);
			vec_push(NULL, &again, all[t->probe]);
		}
	if (again.n > 0)
		r = try(v, again.v, again.n, dg);
	for (size_t i = 0; i < again.n && r == 0; i++)
		all[which.v[i]] = again.v[i];
	vec_free(&again);
	vec_free(&which);
	return r;
}

static int send_all(struct verification *v, struct diag *dg)
{
	int r = send_echoes(v, v->probes.v, v->probes.n, dg);

	for (int i = 0; i < SECOND_LOOKS && r == 0; i++)
		r = send_late_again(v, false, send_echoes, dg);
	if (r == 0) /* (when echoes have warmed up the ways) */
		r = make_calls(v, v->calls.v, v->calls.n, dg);
	for (int i = 0; i < SECOND_LOOKS && r == 0; i++)
		r = send_late_again(v, true, make_calls, dg);
	return r;
}

static void verification_release(struct verification *v)
{
	for (size_t i = 0; i < v->w->plan->netns.n; i++)
		own_closep(&v->netns[i]);
	for (each(struct trial, t, &v->trials))
		verdict_release(&t->verdict);
	vec_free(&v->trials);
	vec_free(&v->probes);
	vec_free(&v->calls);
	free(v->netns);
}

enum exit_status verify(const struct world *w, struct verify_options opt, struct arena *arena,
			struct test_run *ret, struct invocation *inv)
{
	struct verification v = { .w = w, .opt = opt };
	size_t told = diag_errors(inv->dg);
	struct pos nowhere = { 0 };
	int r;

	raise_file_limit();
	v.netns = xcalloc(w->plan->netns.n, sizeof(*v.netns));
	memset(v.netns, -1, w->plan->netns.n * sizeof(*v.netns));
	r = add_expectations(&v, inv->dg);
	if (r == 0 && opt.matrix)
		r = add_matrix(&v);
	if (r == 0)
		r = send_all(&v, inv->dg);
	if (r < 0 && r != -EINTR && diag_errors(inv->dg) == told)
		diag_error(inv->dg, nowhere, r, "lab", "cannot open the lab's namespaces: %s",
			   strerror(-r));
	for (each(struct trial, t, &v.trials))
		if (r == 0)
			trial_judge(w, t, probe_of(&v, t), opt.tolerance_ns, arena,
				    vec_add(NULL, &ret->results));
	verification_release(&v);
	return status_of(r, EXIT_BROKE);
}
