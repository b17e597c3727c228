/* All trials' echoes are sent in one run of the prober; then each trial is judged alone. */
#include "cli/verify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/mem.h"
#include "base/own.h"
#include "cli/judge.h"
#include "fabric/fabric.h"
#include "model/model.h"

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
	VEC(struct probe) probes;
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
	t->probe = (uint32_t)v->probes.n;
	p = vec_add(NULL, &v->probes);
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
			if (a != b && n[a].kind == NODE_HOST && n[b].kind == NODE_HOST)
				r = add_trial(v, a, b, NULL);
	return r;
}

/* ---- trying it ---- */

static struct probe *probe_of(struct verification *v, const struct trial *t)
{
	return t->probe == NONE ? NULL : &v->probes.v[t->probe];
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

static int send_echoes(struct verification *v, struct probe *probes, size_t n, struct diag *dg)
{
	struct probe_options opt = { .count = n > FEW ? ECHOES_MANY : ECHOES_FEW,
				     .interval_ns = INTERVAL_NS,
				     .timeout_ns = PATIENCE_NS,
				     .stop = v->opt.stop };
	uint64_t longest = 0;

	for (each(struct trial, t, &v->trials))
		if (t->verdict.reachable && t->verdict.rtt_ns > longest)
			longest = t->verdict.rtt_ns;
	opt.timeout_ns += longest;
	return probe_run(probes, n, opt, dg);
}

/* On a busy machine a few medians of thousands are late by chance. What the network makes late is
 * late again, when few others are on their way. */
static int send_late_again(struct verification *v, struct diag *dg)
{
	VEC(struct probe) again = { 0 };
	VEC(uint32_t) which = { 0 };
	int r = 0;

	for (each(struct trial, t, &v->trials))
		if (trial_is_late(v->w, t, probe_of(v, t), v->opt.tolerance_ns)) {
			vec_push(NULL, &which, t->probe);
			vec_push(NULL, &again, v->probes.v[t->probe]);
		}
	if (again.n > 0)
		r = send_echoes(v, again.v, again.n, dg);
	for (size_t i = 0; i < again.n && r == 0; i++)
		v->probes.v[which.v[i]] = again.v[i];
	vec_free(&again);
	vec_free(&which);
	return r;
}

static int send_all(struct verification *v, struct diag *dg)
{
	int r = send_echoes(v, v->probes.v, v->probes.n, dg);

	for (int i = 0; i < SECOND_LOOKS && r == 0; i++)
		r = send_late_again(v, dg);
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
