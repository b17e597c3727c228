/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fabric/fabric.h"
#include "model/model.h"
#include "net/units.h"
#include "verify/judgement.h"

enum {
	TOLERANCE_PERCENT = 2, /* of the round trip, on top of the fixed part */
	FRAME_BITS = 100 * 8,  /* of an echo's frame, rounded up */
};

/* ---- what should come back ---- */

static bool is_expected_to_answer(const struct trial *t)
{
	return t->expect ? t->expect->reachable : t->verdict.reachable;
}

/* The node's interface on the same link or segment as `iface`, or NONE. */
static uint32_t facing_iface(const struct fabric *f, uint32_t iface, uint32_t node)
{
	index_list near = { 0 };
	uint32_t found = NONE;

	fabric_neighbours(f, iface, &near);
	for (each(uint32_t, i, &near))
		if (f->ifaces.v[*i].node == node)
			found = *i;
	vec_free(&near);
	return found;
}

static uint64_t walk_slack_ns(const struct routes *r, const struct path *p, int depth);

/* The slack of the path that a tunnel's packets take. */
static uint64_t tunnel_slack_ns(const struct routes *r, const struct crossing *over, int depth)
{
	enum { DEPTH = 4 }; /* of nested tunnels */
	const struct tunnel *t = &r->fabric->tunnels.v[over->tunnel];
	struct path p;
	uint64_t slack;

	if (depth == DEPTH)
		return 0;
	routes_walk(r, r->fabric->ifaces.v[t->uplink[!over->towards]].node,
		    r->fabric->ifaces.v[t->uplink[over->towards]].node, AF_INET, &p);
	slack = walk_slack_ns(r, &p, depth + 1);
	path_release(&p);
	return slack;
}

static uint64_t walk_slack_ns(const struct routes *r, const struct path *p, int depth)
{
	const struct fabric *f = r->fabric;
	uint64_t slack = 0;

	for (size_t i = 0; i + 1 < p->steps.n; i++) {
		const struct step *s = &p->steps.v[i];
		uint32_t far = facing_iface(f, s->out.iface, s[1].node);
		struct crossing over[CROSSINGS_MAX];
		size_t n = far == NONE ? 0 : fabric_crossings(f, s->out.iface, far, over);

		for (size_t k = 0; k < n; k++) {
			if (over[k].tunnel != NONE) {
				slack += tunnel_slack_ns(r, &over[k], depth);
				continue;
			}
			const struct impairment *to = &f->links.v[over[k].link].to[over[k].towards];

			slack += to->jitter_ns;
			slack += to->rate_bps ? FRAME_BITS * UINT64_C(1000000000) / to->rate_bps
					      : 0;
		}
	}
	return slack;
}

uint64_t path_slack_ns(const struct routes *r, const struct path *p)
{
	return walk_slack_ns(r, p, 0);
}

static bool is_as_expected(const struct expectation *e, uint64_t rtt_ns)
{
	return !e->rtt.given || (rtt_ns >= e->rtt.min && rtt_ns <= e->rtt.max);
}

/* A flow may take any of several equal-cost paths, so the range of their round trips counts. */
static bool is_as_predicted(const struct routes *r, const struct verdict *said, uint64_t rtt_ns,
			    uint64_t tolerance_ns)
{
	uint64_t may = tolerance_ns + said->rtt_max_ns * TOLERANCE_PERCENT / 100;
	uint64_t off = rtt_ns > said->rtt_max_ns   ? rtt_ns - said->rtt_max_ns
		       : rtt_ns < said->rtt_min_ns ? said->rtt_min_ns - rtt_ns
						   : 0;

	return off <= may ||
	       off <= may + path_slack_ns(r, &said->forward) + path_slack_ns(r, &said->back);
}

bool trial_is_late(const struct routes *r, const struct trial *t, const struct probe *p,
		   uint64_t tolerance_ns)
{
	if (!is_answered(p) || !is_expected_to_answer(t))
		return p && !t->expect && !t->verdict.partial && is_expected_to_answer(t);
	if (t->expect)
		return !is_as_expected(t->expect, p->rtt_median_ns);
	return !is_as_predicted(r, &t->verdict, p->rtt_median_ns, tolerance_ns);
}

/* ---- in words ---- */

const char *rtt_text(uint64_t ns, struct arena *a)
{
	return arena_strdup(a, TIME_STR((ns + 500) / 1000 * 1000));
}

static const char *expected_answer_text(const struct trial *t, struct arena *a)
{
	const struct expectation *e = t->expect;

	if (!is_expected_to_answer(t))
		return "no answer";
	if (!e && t->verdict.rtt_min_ns < t->verdict.rtt_max_ns)
		return arena_printf(a, "%s..%s", TIME_STR(t->verdict.rtt_min_ns),
				    TIME_STR(t->verdict.rtt_max_ns));
	if (!e)
		return rtt_text(t->verdict.rtt_ns, a);
	if (!e->rtt.given)
		return "an answer";
	return arena_printf(a, "%s..%s", e->rtt.min > 0 ? TIME_STR(e->rtt.min) : "",
			    e->rtt.max < UINT64_MAX ? TIME_STR(e->rtt.max) : "");
}

static const char *refusal_text(const struct routes *r, const struct probe *p, struct arena *a)
{
	char what[PROBE_TEXT], address[ADDR_TEXT];
	const char *by = fabric_name_at(r->fabric, &p->refused_by);

	if (p->refused_by.family == 0)
		by = "the sender's kernel";
	else if (!by)
		by = addr_format(&p->refused_by, address);
	return arena_printf(a, "%s says %s", by,
			    p->error ? strerror(p->error) : probe_refusal(p, what));
}

static const char *observed_answer_text(const struct routes *r, const struct trial *t,
					const struct probe *p, struct arena *a)
{
	bool counted = t->expect && t->expect->loss.given; /* judge_more() reports the loss */

	if (!p)
		return "no address family in common";
	if (p->received == 0)
		return p->refused ? refusal_text(r, p, a) : "no answer";
	if (p->received < p->sent && !counted)
		return arena_printf(a, "%s, %u of %u lost", rtt_text(p->rtt_median_ns, a),
				    p->sent - p->received, p->sent);
	return rtt_text(p->rtt_median_ns, a);
}

static const char *service_text(const struct service *s, struct arena *a)
{
	return arena_printf(a, "%s/%u", s->protocol == SERVICE_UDP ? "udp" : "tcp", s->port);
}

static const char *predicted_text(const struct routes *r, const struct trial *t, struct arena *a)
{
	const struct verdict *v = &t->verdict;

	if (v->reachable && t->calls && !t->listened)
		return arena_printf(a, "%s does not listen to %s", r->fabric->nodes.v[t->to].name,
				    service_text(&t->expect->service, a));
	if (v->reachable)
		return arena_printf(a, "reachable in %s", TIME_STR(v->rtt_ns));
	return v->reason ? arena_strdup(a, v->reason) : "unreachable";
}

/* For the matrix the expectation is the prediction itself, so only the reason why no answer should
 * come adds anything. */
static bool is_worth_explaining(const struct trial *t, bool ok)
{
	return t->expect ? !ok || !t->expect->reachable : !ok && !t->verdict.reachable;
}

/* ---- the result ---- */

static void judge_add_text(struct text *to, const char *part)
{
	text_printf(to, "%s%s", to->n ? ", " : "", part);
}

void judge_part(struct judgement *j, bool ok, const char *expected, const char *observed)
{
	judge_add_text(&j->expected, expected);
	judge_add_text(&j->observed, observed);
	j->ok = j->ok && ok;
}

/* The node where the packet, or its answer, stops by the prediction. */
static uint32_t failing_node(const struct verdict *v)
{
	const struct path *p = v->forward.fate == FATE_DELIVERED ? &v->back : &v->forward;

	return p->steps.n ? p->steps.v[p->steps.n - 1].node : NONE;
}

/* The predicted reason, and the node that refused the packet if the prediction names another. */
static const char *reason_text(const struct judgement *j)
{
	const struct probe *p = j->seen->probe;
	const char *said = predicted_text(j->routes, j->t, j->arena);
	const char *by = p && p->refused && p->refused_by.family
				 ? fabric_name_at(j->routes->fabric, &p->refused_by)
				 : NULL;
	uint32_t blamed = failing_node(&j->t->verdict);

	if (j->t->verdict.reachable || !by || blamed == NONE ||
	    strcmp(by, j->routes->fabric->nodes.v[blamed].name) == 0)
		return said;
	return arena_printf(j->arena, "%s; but %s refused the packet", said, by);
}

static bool is_reach_right(const struct judgement *j, uint64_t tolerance_ns)
{
	const struct trial *t = j->t;
	const struct probe *p = j->seen->probe;
	/* The prediction leaves the answer open where only some equal-cost paths arrive, or where
	 * another node has the address and may answer. */
	bool open = !t->expect && (t->verdict.partial || t->verdict.forward.fate == FATE_ELSEWHERE);
	bool ok = open || (is_answered(p) == is_expected_to_answer(t) &&
			   !trial_is_late(j->routes, t, p, tolerance_ns));

	/* A service must also answer exactly when the prediction says so. */
	return ok && (!t->calls || is_answered(p) == (t->verdict.reachable && t->listened));
}

void trial_judge(const struct routes *r, const struct trial *t, const struct observed *seen,
		 uint64_t tolerance_ns, struct arena *arena, struct test_result *ret)
{
	const struct node *nodes = r->fabric->nodes.v;
	struct judgement j = { .routes = r, .t = t, .seen = seen, .arena = arena };

	j.ok = is_reach_right(&j, tolerance_ns);
	judge_add_text(&j.expected, expected_answer_text(t, arena));
	judge_add_text(&j.observed, observed_answer_text(r, t, seen->probe, arena));
	if (t->expect)
		judge_more(&j, t->expect);
	*ret = (struct test_result){ .outcome = j.ok ? OUTCOME_OK : OUTCOME_FAILED,
				     .routine = !t->expect,
				     .expected = arena_strdup(arena, text_str(&j.expected)),
				     .observed = arena_strdup(arena, text_str(&j.observed)),
				     .rtt_ns = seen->probe ? seen->probe->rtt_median_ns : 0 };
	ret->name = arena_printf(arena, "%s to %s%s%s", nodes[t->from].name, nodes[t->to].name,
				 t->calls ? " " : "",
				 t->calls ? service_text(&t->expect->service, arena) : "");
	if (t->expect) {
		ret->pos = t->expect->pos;
		ret->because = t->expect->because;
	}
	if (is_worth_explaining(t, j.ok))
		ret->predicted = reason_text(&j);
	text_release(&j.expected);
	text_release(&j.observed);
}
