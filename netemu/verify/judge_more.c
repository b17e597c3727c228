/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The properties of a pair other than an answer in time: loss, jitter, MTU, bandwidth, paths. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "fabric/fabric.h"
#include "model/model.h"
#include "net/units.h"
#include "verify/judge.h"
#include "verify/judgement.h"
#include "verify/measure.h"
#include "verify/trail.h"

/* ---- figures ---- */

static bool range_holds(const struct range *r, uint64_t v)
{
	return v >= r->min && v <= r->max;
}

typedef const char *unit_format(uint64_t v, char *buf);

static const char *format_share(uint64_t ppm, char *buf)
{
	return share_format((uint32_t)ppm, buf);
}

static const char *format_number(uint64_t n, char *buf)
{
	snprintf(buf, UNIT_TEXT, "%llu", (unsigned long long)n);
	return buf;
}

static const char *range_text(struct arena *a, const char *what, const struct range *r,
			      unit_format *format)
{
	char min[UNIT_TEXT] = "", max[UNIT_TEXT] = "";

	if (r->min > 0)
		format(r->min, min);
	if (r->max < UINT64_MAX)
		format(r->max, max);
	if (r->min == r->max)
		return arena_printf(a, "%s%s", what, min[0] ? min : format(0, min));
	return arena_printf(a, "%s%s..%s", what, min, max);
}

static void judge_loss(struct judgement *j, const struct expectation *e, const struct probe *p)
{
	uint64_t lost = p->sent - p->received;
	struct confidence c = loss_confidence(lost, p->sent);
	uint32_t share = p->sent ? (uint32_t)(lost * 1000000 / p->sent) : 0;
	uint32_t least = c.least_ppm / 100 * 100, most = c.most_ppm / 100 * 100;

	judge_part(j, loss_is_within(&e->loss, lost, p->sent),
		   range_text(j->arena, "loss ", &e->loss, format_share),
		   arena_printf(j->arena, "loss %s (%llu of %u; %s to %s with 99 %% confidence)",
				SHARE_STR(share), (unsigned long long)lost, p->sent,
				SHARE_STR(least), SHARE_STR(most)));
}

static void judge_jitter(struct judgement *j, const struct expectation *e, const struct probe *p)
{
	judge_part(j, p->differences > 0 && range_holds(&e->jitter, p->jitter_ns),
		   range_text(j->arena, "jitter ", &e->jitter, time_format),
		   arena_printf(j->arena, "jitter %s (of %u round trips)",
				rtt_text(p->jitter_ns, j->arena), p->received));
}

/* The MTU that was found, and what happens to larger packets. */
static const char *mtu_text(const struct judgement *j, const struct mtu_search *m)
{
	const char *by = m->end == MTU_TOLD ? fabric_name_at(j->routes->fabric, &m->told_by) : NULL;

	if (m->mtu == 0)
		return "mtu unknown: no packet arrives, whatever its size";
	if (m->end == MTU_LOCAL)
		return arena_printf(j->arena, "mtu %u (of the sender's link)", m->mtu);
	if (m->end == MTU_TOLD)
		return arena_printf(j->arena, "mtu %u (%s reports larger packets as too big)",
				    m->mtu, by ? by : ADDR_STR(&m->told_by));
	return arena_printf(j->arena, "mtu %u%s", m->mtu,
			    m->end == MTU_VANISH ? " (larger packets get lost)" : "");
}

/* A bridge never reports "too big". It drops the frame, and Linux lets frames pass that exceed the
 * port's MTU by up to a VLAN tag (is_skb_forwardable()). */
static bool is_mtu(const struct mtu_search *m, uint32_t mtu)
{
	enum { TAG = 4 };

	return m->mtu == mtu || (m->end == MTU_VANISH && m->mtu > mtu && m->mtu <= mtu + TAG);
}

static void judge_mtu(struct judgement *j, const struct expectation *e)
{
	const struct mtu_search *m = j->seen->mtu;

	judge_part(j, m && is_mtu(m, e->mtu), arena_printf(j->arena, "mtu %u", e->mtu),
		   m ? mtu_text(j, m) : "mtu not tried");
}

static void judge_bandwidth(struct judgement *j, const struct expectation *e)
{
	const struct flow *f = j->seen->flow;
	const char *got = !f	     ? "bandwidth not tried"
			  : f->error ? arena_printf(j->arena, "no flow: %s", strerror(f->error))
				     : arena_printf(j->arena, "bandwidth %s",
						    RATE_STR(f->bps / 10000 * 10000));

	judge_part(j, f && !f->error && range_holds(&e->bandwidth, f->bps),
		   range_text(j->arena, "bandwidth ", &e->bandwidth, rate_format), got);
}

/* ---- paths ---- */

static const char *steps_text(struct arena *arena, const struct expectation *e)
{
	own_text out = { 0 };

	for (each(const struct path_step, s, &e->path)) {
		text_add(&out, s == e->path.v ? "" : ", ");
		text_add(&out, s->any ? "..." : s->nodes.n > 1 ? "[" : "");
		for (each(const struct placed_name, n, &s->nodes))
			text_printf(&out, "%s%s", n == s->nodes.v ? "" : ", ", n->name);
		text_add(&out, s->nodes.n > 1 ? "]" : "");
	}
	return arena_strdup(arena, text_str(&out));
}

/* The traced paths; NULL: not traced. */
struct ways {
	const struct trail *there, *back;
};

static const char *traced_text(const struct judgement *j, const struct trail *t)
{
	return t ? trail_text(j->routes->fabric, t, j->arena) : "unknown";
}

static void judge_path(struct judgement *j, const struct expectation *e, const struct trail *there)
{
	judge_part(j, there && trail_follows(j->routes->fabric, there, j->t->from, e),
		   arena_printf(j->arena, "path %s", steps_text(j->arena, e)),
		   arena_printf(j->arena, "path %s", traced_text(j, there)));
}

static void judge_not_via(struct judgement *j, const char *name, const struct trail *there)
{
	const struct fabric *f = j->routes->fabric;
	uint32_t by = there ? trail_passes(f, there, name) : NONE;
	const char *expected = arena_printf(j->arena, "not via %s", name);

	judge_part(j, there && by == NONE, expected,
		   by == NONE ? expected
			      : arena_printf(j->arena, "via %s in %s", f->nodes.v[by].name,
					     traced_text(j, there)));
}

static void judge_hops(struct judgement *j, const struct expectation *e, const struct trail *there)
{
	uint32_t hops = there ? there->hops : 0;

	judge_part(j, hops > 0 && range_holds(&e->hops, hops),
		   arena_printf(j->arena, "%s hops",
				range_text(j->arena, "", &e->hops, format_number)),
		   hops ? arena_printf(j->arena, "%u hops", hops)
			: arena_printf(j->arena, "hops unknown: %s", traced_text(j, there)));
}

/* A trace from outside cannot see the inside of a NAT: then the prediction counts. */
static void judge_symmetry(struct judgement *j, const struct expectation *e, const struct ways *w)
{
	bool seen = w->there && w->back;
	bool same = seen ? trail_is_reverse(w->there, j->t->from, w->back, j->t->to)
			 : j->t->verdict.symmetric;
	const char *got;

	if (!seen)
		got = same ? "the same path back, as predicted" : "another path back, as predicted";
	else if (same)
		got = "the same path back";
	else
		got = arena_printf(j->arena, "there %s; back %s", traced_text(j, w->there),
				   traced_text(j, w->back));
	judge_part(j, same == e->symmetric,
		   e->symmetric ? "the same path back" : "another path back", got);
}

static const struct trail *make_way(const struct judgement *j, const struct path *said,
				    const struct trace *t, struct trail *ret)
{
	if (!t)
		return NULL;
	trail_make(j->routes->fabric, said, t, is_answered(j->seen->probe), ret);
	return ret;
}

static void judge_ways(struct judgement *j, const struct expectation *e)
{
	struct trail there = { 0 }, back = { 0 };
	struct ways w = { make_way(j, &j->t->verdict.forward, j->seen->there, &there),
			  make_way(j, &j->t->verdict.back, j->seen->back, &back) };

	if (e->path.n > 0)
		judge_path(j, e, w.there);
	for (each(const struct placed_name, n, &e->not_via))
		judge_not_via(j, n->name, w.there);
	if (e->hops.given)
		judge_hops(j, e, w.there);
	if (e->has_symmetric)
		judge_symmetry(j, e, &w);
	trail_release(&there);
	trail_release(&back);
}

void judge_more(struct judgement *j, const struct expectation *e)
{
	const struct probe *p = j->seen->probe;

	if (e->loss.given && p)
		judge_loss(j, e, p);
	if (e->jitter.given && p)
		judge_jitter(j, e, p);
	if (e->mtu)
		judge_mtu(j, e);
	if (e->bandwidth.given)
		judge_bandwidth(j, e);
	judge_ways(j, e);
}
