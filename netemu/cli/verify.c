/* All trials' echoes are sent in one run of the prober, then what else is asked; then each trial is
 * judged alone. Those that may take their time are tried again until they hold or it is over. */
#include "cli/verify.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/own.h"
#include "cli/judge.h"
#include "cli/judge_route.h"
#include "cli/measure.h"
#include "cli/trail.h"
#include "fabric/fabric.h"
#include "kernel/read.h"
#include "probe/call.h"
#include "probe/system.h"

enum {
	ECHOES = 5,
	ECHOES_MANY = 2, /* when there are more than MANY pairs; what is not as predicted gets more */
	MANY = 1000,
	ECHOES_JITTER = 200,
	SECOND_LOOKS = 2,
	INTERVAL_NS = 10000000,
	MEASURE_INTERVAL_NS = 1000000,
	MEASURE_INTERVAL_MOST_NS = 50000000,
	PATIENCE_NS = 500000000, /* on top of the longest round trip that is predicted */
	POLL_PATIENCE_NS = 100000000, /* of one look of several */
	POLL_PAUSE_NS = 20000000,
	WHYS = 20, /* failures that are explained: nobody reads more */
};

/* Which list a trial's probe is in. */
enum probes {
	PROBES_EXACT,	 /* echoes whose round trip is asked for: with pauses, some of each */
	PROBES_HURRIED, /* those of the matrix, and to whom nobody expects an answer */
	PROBES_CALLS,	 /* services */
	PROBES_LISTS
};

/* A trial, and where what is sent for it stands. */
struct attempt {
	struct trial t;
	size_t result;	   /* its own, of the run's */
	uint32_t at;	   /* EXPECT_ROUTE: the node; else NONE */
	bool open;	   /* to be tried (again) */
	bool broken;	   /* there is nothing to try: it names no node */
	uint64_t lost;	   /* echoes, until it held */
	enum probes list;
	size_t probe, there, back, mtu, flow; /* in the lists; SIZE_MAX: not asked */
};

struct verification {
	const struct world *w;
	struct verify_options opt;
	struct arena *arena;
	struct test_run *ret;
	struct diag *dg;
	VEC(struct attempt) attempts;
	VEC(struct probe) probes[PROBES_LISTS];
	VEC(struct trace) traces;
	VEC(struct mtu_search) mtus;
	VEC(struct flow) flows;
	int *netns;	   /* of the lab, by the plan's number; -1: not open */
	struct seen *seen; /* what they hold; read when a route is asked for, each once a look */
	bool *is_seen;
	uint64_t patience_ns;
	size_t explained;
};

/* ---- what is to be tried ---- */

static int open_netns(struct verification *v, uint32_t node)
{
	uint32_t netns = v->w->plan->nodes.v[node].netns;

	if (v->netns[netns] < 0)
		v->netns[netns] = lab_netns(v->w->lab, v->w->plan->netns.v[netns].name);
	return v->netns[netns];
}

static const char *vrf_of(const struct verification *v, uint32_t node)
{
	uint32_t vrf = v->w->plan->nodes.v[node].vrf;

	return vrf == PLAN_NONE ? NULL : v->w->plan->devs.v[vrf].name;
}

static struct attempt *add_attempt(struct verification *v, const struct expectation *e)
{
	struct attempt *a = vec_add(NULL, &v->attempts);

	*a = (struct attempt){ .t = { .from = NONE, .to = NONE, .expect = e },
			       .result = v->ret->results.n,
			       .at = NONE,
			       .open = true };
	(void)vec_add(NULL, &v->ret->results);
	return a;
}

static void add_pair(struct verification *v, uint32_t from, uint32_t to, const struct expectation *e)
{
	struct trial *t = &add_attempt(v, e)->t;

	t->from = from;
	t->to = to;
	if (e && e->service.port) {
		t->calls = true;
		t->listened = fabric_listens(v->w->fabric, to, e->service.protocol == SERVICE_UDP,
					     e->service.port);
	}
	routes_predict(v->w->routes, from, to, &t->verdict);
}

/* What is wrong with the names of an expectation: of the first that nobody has, or NULL. */
static const char *wrong_name(const struct verification *v, const struct expectation *e)
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

/* It fails as it stands. */
static void add_broken(struct verification *v, const struct expectation *e, const char *wrong)
{
	bool route = e->kind == EXPECT_ROUTE;
	struct attempt *a = add_attempt(v, e);

	a->open = false;
	a->broken = true;
	v->ret->results.v[a->result] = (struct test_result){
		.outcome = OUTCOME_FAILED,
		.name = route ? arena_printf(v->arena, "%s: route %s", e->at.name, PREFIX_STR(&e->route))
			      : arena_printf(v->arena, "%s to %s", e->from.name, e->to.name),
		.expected = "nodes of these names",
		.observed = wrong,
		.pos = e->pos,
		.because = e->because,
	};
}

static void add_expectation(struct verification *v, const struct expectation *e)
{
	const struct fabric *f = v->w->fabric;
	const char *wrong = wrong_name(v, e);

	if (wrong)
		add_broken(v, e, wrong);
	else if (e->kind == EXPECT_ROUTE)
		add_attempt(v, e)->at = fabric_node(f, e->at.name);
	else
		add_pair(v, fabric_node(f, e->from.name), fabric_node(f, e->to.name), e);
}

static void add_matrix(struct verification *v)
{
	const struct node *n = v->w->fabric->nodes.v;
	uint32_t nodes = (uint32_t)v->w->fabric->nodes.n;

	for (uint32_t a = 0; a < nodes; a++)
		for (uint32_t b = 0; b < nodes; b++)
			if (a != b && node_is_machine(&n[a]) && node_is_machine(&n[b]))
				add_pair(v, a, b, NULL);
}

/* ---- what is sent for it ---- */

/* Who sends what to whom: a probe of any kind begins with these. NULL: no address in common. */
static const struct addr *aim(struct verification *v, uint32_t from, uint32_t to, int *ret_netns,
			      int *r)
{
	const struct addr *at = routes_target(v->w->routes, from, to, 0);

	if (!at)
		return NULL;
	*ret_netns = open_netns(v, from);
	if (*ret_netns < 0)
		*r = *ret_netns;
	return *ret_netns < 0 ? NULL : at;
}

static enum probes list_of(const struct trial *t)
{
	if (t->calls)
		return PROBES_CALLS;
	return t->expect && (t->expect->reachable || t->verdict.reachable) ? PROBES_EXACT
									   : PROBES_HURRIED;
}

static int send_one(struct verification *v, struct attempt *a)
{
	int r = 0, netns;
	const struct trial *t = &a->t;
	const struct addr *to = aim(v, t->from, t->to, &netns, &r);
	struct probe p;

	if (!to)
		return r;
	p = (struct probe){ .netns = netns, .vrf = vrf_of(v, t->from), .to = *to };
	if (t->calls) {
		p.protocol = t->expect->service.protocol == SERVICE_UDP ? IPPROTO_UDP : IPPROTO_TCP;
		p.port = t->expect->service.port;
	}
	if (t->verdict.reachable)
		p.late_ns = t->verdict.rtt_max_ns * 102 / 100 + v->opt.tolerance_ns;
	a->list = list_of(t);
	a->probe = v->probes[a->list].n;
	vec_push(NULL, &v->probes[a->list], p);
	return 0;
}

static int trace_one(struct verification *v, uint32_t from, uint32_t to, size_t *ret)
{
	int r = 0, netns;
	const struct addr *at = aim(v, from, to, &netns, &r);

	if (!at)
		return r;
	*ret = v->traces.n;
	vec_push(NULL, &v->traces,
		 ((struct trace){ .netns = netns, .vrf = vrf_of(v, from), .to = *at }));
	return 0;
}

/* Which of equally good ways a pair's packets take is the kernel's choice, by their addresses: it is
 * always the same one, each way. */
static int trace_both(struct verification *v, struct attempt *a)
{
	const struct expectation *e = a->t.expect;
	const struct verdict *said = &a->t.verdict;
	int r;

	if (e->path.n == 0 && e->not_via.n == 0 && !e->hops.given && !e->has_symmetric)
		return 0;
	r = trace_one(v, a->t.from, a->t.to, &a->there);
	if (r < 0 || !e->has_symmetric || said->forward.nats.n > 0 || said->back.nats.n > 0)
		return r;
	return trace_one(v, a->t.to, a->t.from, &a->back);
}

static int search_mtu(struct verification *v, struct attempt *a)
{
	int r = 0, netns;
	const struct addr *to = aim(v, a->t.from, a->t.to, &netns, &r);

	if (!to)
		return r;
	a->mtu = v->mtus.n;
	vec_push(NULL, &v->mtus,
		 ((struct mtu_search){ .netns = netns,
				       .vrf = vrf_of(v, a->t.from),
				       .to = *to,
				       .guess = a->t.expect->mtu }));
	return 0;
}

static int try_flow(struct verification *v, struct attempt *a)
{
	int r = 0, netns, far;
	const struct addr *to = aim(v, a->t.from, a->t.to, &netns, &r);

	if (!to)
		return r;
	far = open_netns(v, a->t.to);
	if (far < 0)
		return far;
	a->flow = v->flows.n;
	vec_push(NULL, &v->flows,
		 ((struct flow){ .from_netns = netns,
				 .to_netns = far,
				 .from_vrf = vrf_of(v, a->t.from),
				 .to_vrf = vrf_of(v, a->t.to),
				 .to = *to }));
	return 0;
}

static int prepare_one(struct verification *v, struct attempt *a)
{
	const struct expectation *e = a->t.expect;
	int r;

	a->probe = a->there = a->back = a->mtu = a->flow = SIZE_MAX;
	if (!a->open || a->at != NONE)
		return 0;
	r = send_one(v, a);
	if (r == 0 && e)
		r = trace_both(v, a);
	if (r == 0 && e && e->mtu)
		r = search_mtu(v, a);
	if (r == 0 && e && e->bandwidth.given)
		r = try_flow(v, a);
	return r;
}

static int prepare(struct verification *v)
{
	int r = 0;

	for (size_t i = 0; i < PROBES_LISTS; i++)
		v->probes[i].n = 0;
	v->traces.n = v->mtus.n = v->flows.n = 0;
	for (each(struct attempt, a, &v->attempts))
		if (r == 0)
			r = prepare_one(v, a);
	return r;
}

/* ---- trying it ---- */

static struct probe *probe_of(struct verification *v, const struct attempt *a)
{
	return a->probe == SIZE_MAX ? NULL : &v->probes[a->list].v[a->probe];
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

static uint64_t longest_ns(const struct verification *v)
{
	uint64_t longest = 0;

	for (each(const struct attempt, a, &v->attempts))
		if (a->t.verdict.reachable && a->t.verdict.rtt_max_ns > longest)
			longest = a->t.verdict.rtt_max_ns;
	return longest;
}

/* The first echo of a pair is not waited for as long as the last: whoever does not answer at all
 * is waited for once. */
static struct probe_options options(const struct verification *v, unsigned int count)
{
	return (struct probe_options){ .count = count,
				       .interval_ns = INTERVAL_NS,
				       .warm_ns = longest_ns(v) + POLL_PATIENCE_NS,
				       .timeout_ns = v->patience_ns,
				       .stop = v->opt.stop };
}

typedef int try_all(struct verification *v, struct probe *probes, size_t n);

static int run_echoes(struct verification *v, struct probe *probes, size_t n,
		      struct probe_options opt)
{
	return v->opt.prober == PROBER_SYSTEM ? system_echo(probes, n, opt, v->dg)
					      : probe_run(probes, n, opt, v->dg);
}

static int send_echoes(struct verification *v, struct probe *probes, size_t n)
{
	return n ? run_echoes(v, probes, n, options(v, ECHOES)) : 0;
}

static int hurry(struct verification *v, struct probe *probes, size_t n)
{
	struct probe_options opt = options(v, n > MANY ? ECHOES_MANY : ECHOES);

	opt.hurry = true;
	return n ? run_echoes(v, probes, n, opt) : 0;
}


static int make_calls(struct verification *v, struct probe *calls, size_t n)
{
	return n ? call_run(calls, n, options(v, 1), v->dg) : 0;
}

/* On a busy machine a few round trips of thousands are late by chance. What the network makes late
 * is late again, when few others are on their way. */
static int send_late_again(struct verification *v, enum probes list, try_all *try)
{
	struct probe *all = v->probes[list].v;
	VEC(struct probe) again = { 0 };
	VEC(size_t) which = { 0 };
	int r = 0;

	for (each(struct attempt, a, &v->attempts))
		if (a->probe != SIZE_MAX && a->list == list &&
		    trial_is_late(v->w, &a->t, probe_of(v, a), v->opt.tolerance_ns)) {
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
	static try_all *const tries[PROBES_LISTS] = { /* (calls when echoes have warmed up the ways) */
		[PROBES_EXACT] = send_echoes,
		[PROBES_HURRIED] = hurry,
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

/* Losses and jitter want many echoes, with nobody else on the way, and not so near to each other
 * that a slow link makes them wait. */
static int measure(struct verification *v, const struct attempt *a)
{
	const struct expectation *e = a->t.expect;
	unsigned int count = e->loss.given ? loss_count(&e->loss) : 0;
	struct probe_options opt =
		options(v, e->jitter.given && count < ECHOES_JITTER ? ECHOES_JITTER : count);
	uint64_t apart = MEASURE_INTERVAL_NS + 2 * (path_slack_ns(v->w->routes, &a->t.verdict.forward) +
						   path_slack_ns(v->w->routes, &a->t.verdict.back));

	opt.interval_ns = apart < MEASURE_INTERVAL_MOST_NS ? apart : (uint64_t)MEASURE_INTERVAL_MOST_NS;
	return run_echoes(v, &v->probes[a->list].v[a->probe], 1, opt);
}

static int measure_all(struct verification *v)
{
	int r = 0;

	for (each(const struct attempt, a, &v->attempts)) {
		const struct expectation *e = a->t.expect;

		if (r == 0 && e && !a->t.calls && a->probe != SIZE_MAX && e->reachable &&
		    (e->loss.given || e->jitter.given))
			r = measure(v, a);
	}
	return r;
}

static int trace_all(struct verification *v)
{
	struct probe_options opt = options(v, 1);

	opt.timeout_ns = opt.warm_ns; /* each hop is asked more than once */
	return v->opt.prober == PROBER_SYSTEM
		       ? system_trace(v->traces.v, v->traces.n, opt, v->dg)
		       : trace_run(v->traces.v, v->traces.n, opt, v->dg);
}

static int search_all(struct verification *v)
{
	struct probe_options opt = options(v, 1);

	return v->opt.prober == PROBER_SYSTEM ? system_mtu(v->mtus.v, v->mtus.n, opt, v->dg)
					      : mtu_run(v->mtus.v, v->mtus.n, opt, v->dg);
}

static int try_everything(struct verification *v)
{
	int r = prepare(v);

	if (r == 0)
		r = send_all(v);
	if (r == 0)
		r = measure_all(v);
	if (r == 0)
		r = trace_all(v);
	if (r == 0)
		r = search_all(v);
	for (each(struct flow, f, &v->flows))
		if (r == 0)
			r = flow_run(f, options(v, 1), v->dg);
	return r;
}

/* ---- judging it ---- */

static void forget_tables(struct verification *v)
{
	for (size_t i = 0; i < v->w->plan->netns.n; i++) {
		if (v->is_seen[i])
			seen_release(&v->seen[i]);
		v->is_seen[i] = false;
	}
}

/* What the node's namespace holds now, read once for all that ask at the same time. */
static int read_tables(struct verification *v, uint32_t node, const struct seen **ret)
{
	uint32_t netns = v->w->plan->nodes.v[node].netns;
	int r = 0, fd = open_netns(v, node);

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

static int judge_route(struct verification *v, struct attempt *a, struct test_result *ret)
{
	const struct expectation *e = a->t.expect;
	const struct seen *seen = NULL;
	int r = read_tables(v, route_holder(v->w, a->at, &e->route), &seen);

	if (r == 0)
		route_judge(v->w, a->at, e, seen, v->arena, ret);
	return r;
}

static void judge_pair(struct verification *v, struct attempt *a, struct test_result *ret)
{
	struct observed seen = {
		.probe = probe_of(v, a),
		.there = a->there == SIZE_MAX ? NULL : &v->traces.v[a->there],
		.back = a->back == SIZE_MAX ? NULL : &v->traces.v[a->back],
		.mtu = a->mtu == SIZE_MAX ? NULL : &v->mtus.v[a->mtu],
		.flow = a->flow == SIZE_MAX ? NULL : &v->flows.v[a->flow],
	};

	trial_judge(v->w, &a->t, &seen, v->opt.tolerance_ns, v->arena, ret);
	if (ret->outcome == OUTCOME_FAILED && seen.probe)
		a->lost += seen.probe->sent - seen.probe->received;
}

/* Judges what was tried; what holds, or has no time left, is settled. Returns 0 or -errno. */
static int judge_all(struct verification *v, uint64_t begun_ns, bool first)
{
	uint64_t now = clock_ns() - begun_ns;
	int r = 0;

	for (each(struct attempt, a, &v->attempts)) {
		struct test_result *ret = &v->ret->results.v[a->result];
		uint64_t within = a->t.expect ? a->t.expect->within_ns : 0;

		if (!a->open || r < 0)
			continue;
		if (a->at != NONE)
			r = judge_route(v, a, ret);
		else
			judge_pair(v, a, ret);
		a->open = ret->outcome == OUTCOME_FAILED && within > now;
		ret->took_ns = first || ret->outcome == OUTCOME_FAILED ? 0 : now;
		ret->lost = first && !within ? 0 : a->lost;
	}
	forget_tables(v);
	return r;
}

/* ---- the whole ---- */

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
	int r = 0;

	v->patience_ns = longest_ns(v) + POLL_PATIENCE_NS;
	while (r == 0 && is_any_open(v)) {
		nanosleep(&pause, NULL);
		r = try_everything(v);
		if (r == 0)
			r = judge_all(v, begun_ns, false);
	}
	return r;
}

/* Why what failed is as it is, in the words of `explain`. */
static void add_why(struct verification *v, const struct attempt *a)
{
	struct test_result *ret = &v->ret->results.v[a->result];
	struct report r = { 0 };
	struct explanation e;
	char *words = NULL;
	size_t n = 0;

	if (ret->outcome != OUTCOME_FAILED || a->at != NONE || a->broken || v->explained == WHYS)
		return;
	r.out = open_memstream(&words, &n);
	if (!r.out)
		return;
	explain(v->w->routes, a->t.from, a->t.to, &e);
	report_explanation(&r, v->ret->lab, v->w->routes, &e);
	explanation_release(&e);
	fclose(r.out);
	ret->why = arena_strdup(v->arena, words);
	free(words);
	v->explained++;
}

static int run(struct verification *v)
{
	uint64_t begun_ns = clock_ns();
	int r;

	v->patience_ns = longest_ns(v) + PATIENCE_NS;
	r = try_everything(v);
	if (r == 0)
		r = judge_all(v, begun_ns, true);
	if (r == 0)
		r = look_again(v, begun_ns);
	for (each(const struct attempt, a, &v->attempts))
		if (r == 0)
			add_why(v, a);
	return r;
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

enum exit_status verify_expectations(const struct world *w, const expectation_list *list,
				     struct verify_options opt, struct arena *arena,
				     struct test_run *ret, struct invocation *inv)
{
	struct verification v = { .w = w, .opt = opt, .arena = arena, .ret = ret, .dg = inv->dg };
	size_t told = diag_errors(inv->dg), before = ret->results.n;
	struct pos nowhere = { 0 };
	int r;

	verification_begin(&v);
	for (each(const struct expectation, e, list))
		add_expectation(&v, e);
	if (opt.matrix)
		add_matrix(&v);
	r = run(&v);
	if (r < 0)
		ret->results.n = before;
	if (r < 0 && r != -EINTR && diag_errors(inv->dg) == told)
		diag_error(inv->dg, nowhere, r, "lab", "cannot open the lab's namespaces: %s",
			   strerror(-r));
	verification_release(&v);
	return status_of(r, EXIT_BROKE);
}

enum exit_status verify(const struct world *w, struct verify_options opt, struct arena *arena,
			struct test_run *ret, struct invocation *inv)
{
	return verify_expectations(w, &w->model->expectations, opt, arena, ret, inv);
}
