/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One event loop for all series. A series is a state machine: it sends a warm-up echo that does not
 * count (the first packet of a path fills caches), waits for the answer, sends the counted echoes
 * an interval apart, and waits for the answer to the last. A series whose echoes are all answered
 * or refused ends at once.
 *
 * The sequence number alone identifies an echo, since an ICMP error may quote no more. So each
 * series has 1 + count consecutive sequence numbers of its channel. When they are used up, the
 * sender gets another channel with another ident. */
#include "probe/probe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/timerfd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/vec.h"
#include "probe/channel.h"
#include "probe/timeline.h"

_Static_assert((int)PROBE_TEXT >= (int)ICMP_TEXT, "one buffer serves both");

enum {
	SEQUENCES = 65536,
	DEFAULT_GAP_NS = 100000,
	RETRY_NS = 1000000, /* the send buffer is full: try again after this */
	RETRIES_MAX = 1000,
	BURST = 32, /* echoes sent before answers are read */
	SLIP = 4,   /* gaps made up for after a late wake-up: more would be a burst */
	HURRY_SLIP = 16,
	/* With opt.hurry. An echo through a few routers and delay lines takes some ten microseconds
	 * of a processor; the answers tell how many. */
	GAP_FIRST_NS = 40000,
	GAP_LEAST_NS = 5000,
	GAP_MOST_NS = 400000,
	EASE_NS = 200000000, /* the gap shrinks by two thirds in this time, if all are in time */
	KEY_TIMER = UINT32_MAX,
	KEY_STOP = UINT32_MAX - 1,
};

enum phase { WARMING, COUNTING, ENDING, ENDED };

struct sent {
	uint64_t at_ns;	 /* when it was sent; 0: not yet, or settled */
	uint64_t rtt_ns; /* 0: not answered */
};

struct probe_series {
	struct probe *probe;
	uint32_t channel, place; /* the place-th series of the channel */
	struct sent *echo;	 /* [0]: the warm-up echo */
	unsigned int next;	 /* to be sent; 1 + count: none */
	unsigned int settled;	 /* counted echoes that are answered or refused */
	unsigned int retries;
	enum phase phase;
	bool quick; /* the answer to the warm-up echo was in time, and ended the series */
};

struct echo_prober {
	struct probe_options opt;
	struct probe_series *series;
	size_t n;
	struct sent *echoes;
	VEC(struct channel) channels;
	struct timeline *timeline;
	uint64_t cookie;
	uint64_t gap_ns, next_send_ns;
	uint64_t slowed_at_ns; /* wall clock: late answers to earlier echoes no longer count */
	int epoll, timer;
	bool stopped;
};

/* ---- setting up ---- */

static int prober_watch(const struct echo_prober *run, int fd, uint32_t key)
{
	struct epoll_event e = { .events = EPOLLIN, .data = { .u32 = key } };

	return epoll_ctl(run->epoll, EPOLL_CTL_ADD, fd, &e) < 0 ? -errno : 0;
}

static int prober_add_channel(struct echo_prober *run, const struct probe *p)
{
	struct channel *c = vec_add(NULL, &run->channels);
	int r;

	*c = (struct channel){ .fd = -1, .netns = p->netns, .vrf = p->vrf, .family = p->to.family };
	if (getrandom(&c->ident, sizeof(c->ident), 0) < 0)
		return -errno;
	r = channel_open(c);
	return r < 0 ? r : prober_watch(run, c->fd, (uint32_t)run->channels.n - 1);
}

/* Finds or opens a channel for a probe that has sequence numbers left. Probes of one sender mostly
 * come together, so the newest channel is tried first. */
static int prober_find_channel(struct echo_prober *run, const struct probe *p, uint32_t *ret)
{
	size_t room = SEQUENCES / (run->opt.count + 1);
	int r;

	for (size_t i = run->channels.n; i-- > 0;) {
		const struct channel *c = &run->channels.v[i];

		if (channel_serves(c, p->netns, p->vrf, p->to.family) && c->n < room) {
			*ret = (uint32_t)i;
			return 0;
		}
	}
	r = prober_add_channel(run, p);
	*ret = (uint32_t)run->channels.n - 1;
	return r;
}

static int prober_add_series(struct echo_prober *run, struct probe *p)
{
	struct probe_series *s = &run->series[run->n];
	struct channel *c;
	uint32_t at;
	int r;

	p->sent = p->received = p->differences = 0;
	p->rtt_min_ns = p->rtt_median_ns = p->rtt_max_ns = p->jitter_ns = 0;
	p->refused = false;
	r = prober_find_channel(run, p, &at);
	if (r < 0)
		return r;
	c = &run->channels.v[at];
	*s = (struct probe_series){ .probe = p, .channel = at, .place = (uint32_t)c->n };
	s->echo = run->echoes + run->n * (run->opt.count + 1);
	if (c->n == c->cap)
		c->series = vec_grow(NULL, c->series, c->n, &c->cap, sizeof(*c->series));
	c->series[c->n++] = (uint32_t)run->n++;
	return 0;
}

static int prober_begin(struct echo_prober *run, size_t n)
{
	run->series = xcalloc(n, sizeof(*run->series));
	run->echoes = xcalloc(n * (run->opt.count + 1), sizeof(*run->echoes));
	run->timeline = timeline_new(n);
	run->epoll = epoll_create1(EPOLL_CLOEXEC);
	run->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (run->epoll < 0 || run->timer < 0 || getrandom(&run->cookie, sizeof(run->cookie), 0) < 0)
		return -errno;
	if (run->opt.stop > 0 && prober_watch(run, run->opt.stop, KEY_STOP) < 0)
		return -errno;
	return prober_watch(run, run->timer, KEY_TIMER);
}

static void prober_end(struct echo_prober *run)
{
	for (each(struct channel, c, &run->channels))
		channel_close(c);
	vec_free(&run->channels);
	timeline_free(run->timeline);
	free(run->series);
	free(run->echoes);
	own_closep(&run->epoll);
	own_closep(&run->timer);
}

/* ---- the state machine of a series ---- */

static void series_end(struct echo_prober *run, struct probe_series *s)
{
	s->phase = ENDED;
	timeline_remove(run->timeline, (uint32_t)(s - run->series));
}

static void series_wake_at(struct echo_prober *run, const struct probe_series *s, uint64_t due)
{
	timeline_set(run->timeline, (uint32_t)(s - run->series), due);
}

/* An echo was answered or refused. After the warm-up echo the counted ones start. */
static void series_settle(struct echo_prober *run, struct probe_series *s, unsigned int k)
{
	s->echo[k].at_ns = 0;
	if (k > 0)
		s->settled++;
	if (s->phase == WARMING && k == 0) {
		s->phase = COUNTING;
		series_wake_at(run, s, clock_ns());
	} else if (s->phase == ENDING && s->settled == run->opt.count) {
		series_end(run, s);
	}
}

static void probe_refuse(struct probe *p, struct addr by, uint8_t type, uint8_t code)
{
	if (p->refused)
		return;
	p->refused = true;
	p->refused_by = by;
	p->icmp_type = type;
	p->icmp_code = code;
}

/* The sender's own kernel refused the send: there is no route, or a prohibiting one. */
static void probe_refuse_locally(struct probe *p)
{
	bool v6 = p->to.family == AF_INET6;

	probe_refuse(p, (struct addr){ 0 }, v6 ? 1 : 3, 0); /* destination unreachable: no route */
}

static bool send_is_busy(int r)
{
	return r == -EAGAIN || r == -ENOBUFS || r == -ENOMEM;
}

/* Sends the next echo. Returns false if the send must be tried again later. */
static bool series_send_next(struct echo_prober *run, struct probe_series *s)
{
	const struct channel *c = &run->channels.v[s->channel];
	unsigned int k = s->next;
	struct echo e = { .ident = c->ident, .cookie = run->cookie };
	int r;

	e.seq = (uint16_t)(s->place * (run->opt.count + 1) + k);
	r = channel_send(c, &s->probe->to, &e, &s->echo[k].at_ns);
	if (send_is_busy(r) && s->retries++ < RETRIES_MAX)
		return false;
	s->next++;
	if (k > 0)
		s->probe->sent++;
	if (r < 0 && !send_is_busy(r)) {
		probe_refuse_locally(s->probe);
		series_settle(run, s, k);
	}
	return true;
}

static uint64_t prober_warm_ns(const struct echo_prober *run)
{
	return run->opt.warm_ns ? run->opt.warm_ns : run->opt.timeout_ns;
}

static void series_step(struct echo_prober *run, struct probe_series *s, uint64_t now)
{
	if (s->phase == ENDING) {
		series_end(run, s);
		return;
	}
	if (s->phase == WARMING && s->next > 0) /* no answer: start counting anyway */
		s->phase = COUNTING;
	series_wake_at(run, s,
		       now + (s->phase == WARMING ? prober_warm_ns(run) : run->opt.interval_ns));
	if (!series_send_next(run, s)) {
		series_wake_at(run, s, now + RETRY_NS);
		return;
	}
	if (s->phase != COUNTING || s->next <= run->opt.count)
		return;
	s->phase = ENDING;
	if (s->settled == run->opt.count)
		series_end(run, s);
	else
		series_wake_at(run, s, now + run->opt.timeout_ns);
}

/* Answers come late when more echoes are in flight than the machine can carry. Then the gap grows
 * by half, once for all echoes that were sent before it grew. While answers are in time it shrinks,
 * slowly enough that the next answers show in time when it is too short. */
static void prober_adapt_gap(struct echo_prober *run, const struct probe *p, const struct sent *e)
{
	uint64_t gap = run->gap_ns;

	if (e->rtt_ns <= p->late_ns) {
		run->gap_ns -= gap > GAP_LEAST_NS ? gap * gap / EASE_NS + 1 : 0;
	} else if (e->at_ns > run->slowed_at_ns) {
		run->gap_ns += gap < GAP_MOST_NS ? gap / 2 : 0;
		run->slowed_at_ns = e->at_ns + e->rtt_ns;
	}
}

static void series_take_reply(struct echo_prober *run, struct probe_series *s, unsigned int k,
			      uint64_t at_ns)
{
	struct probe *p = s->probe;
	struct sent *e = &s->echo[k];

	e->rtt_ns = at_ns > e->at_ns ? at_ns - e->at_ns : 1;
	if (run->opt.hurry && p->late_ns)
		prober_adapt_gap(run, p, e);
	s->quick = run->opt.hurry && k == 0 && p->sent == 0 && e->rtt_ns <= p->late_ns;
	if (s->quick)
		p->sent = 1;
	if (s->quick || k > 0)
		p->received++;
	series_settle(run, s, k);
	if (s->quick)
		series_end(run, s);
}

/* Finds the echo of an answer; ignores answers to other programs. */
static void prober_take_answer(struct echo_prober *run, const struct channel *c,
			       const struct received *r)
{
	const struct answer *a = &r->answer;
	unsigned int per = run->opt.count + 1, k = a->echo.seq % per;
	size_t place = a->echo.seq / per;
	struct probe_series *s;

	if (a->echo.ident != c->ident || place >= c->n ||
	    (a->has_cookie && a->echo.cookie != run->cookie))
		return;
	s = &run->series[c->series[place]];
	if (s->phase == ENDED || s->echo[k].at_ns == 0)
		return;
	if (a->kind == ANSWER_REPLY && a->has_cookie && addr_eq(&r->from, &s->probe->to)) {
		series_take_reply(run, s, k, r->at_ns);
	} else if (a->kind == ANSWER_ERROR && addr_eq(&a->to, &s->probe->to)) {
		probe_refuse(s->probe, r->from, a->type, a->code);
		series_settle(run, s, k);
	}
}

/* ---- the loop ---- */

/* Reads all waiting answers, so that none of their echoes times out while others are sent. (An
 * error that an earlier echo left on the socket is no error of this run.) */
static void prober_receive(struct echo_prober *run, const struct channel *c)
{
	struct received got[RECEIVE_MAX];
	int r;

	do {
		size_t n = 0;

		r = channel_receive(c, got, &n);
		for (size_t i = 0; i < n; i++)
			prober_take_answer(run, c, &got[i]);
	} while (r == RECEIVE_MAX);
}

/* Sends what is due, a gap apart. Returns when the next echo is due; UINT64_MAX: none. */
static uint64_t prober_send_due(struct echo_prober *run)
{
	uint64_t now = clock_ns(), due = 0, slip;

	for (unsigned int i = 0; i < BURST; i++) {
		uint32_t first = timeline_first(run->timeline, &due);

		if (first == TIMELINE_EMPTY)
			return UINT64_MAX;
		if (due < run->next_send_ns)
			due = run->next_send_ns;
		if (due > now)
			return due;
		slip = run->gap_ns * (run->opt.hurry ? HURRY_SLIP : SLIP);
		run->next_send_ns = run->gap_ns + (due + slip < now ? now - slip : due);
		series_step(run, &run->series[first], now);
		now = clock_ns();
	}
	return now;
}

static int prober_wait_until(struct echo_prober *run, uint64_t due)
{
	struct itimerspec at = { .it_value = { .tv_sec = (time_t)(due / 1000000000),
					       .tv_nsec = (long)(due % 1000000000) } };
	struct epoll_event ready[RECEIVE_MAX];
	bool sleeps = due > clock_ns();
	uint64_t expired;
	int n;

	if (sleeps && timerfd_settime(run->timer, TFD_TIMER_ABSTIME, &at, NULL) < 0)
		return -errno;
	n = epoll_wait(run->epoll, ready, RECEIVE_MAX, sleeps ? -1 : 0);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		if (ready[i].data.u32 == KEY_STOP)
			return -EINTR;
		if (ready[i].data.u32 == KEY_TIMER)
			(void)!read(run->timer, &expired, sizeof(expired));
		else
			prober_receive(run, &run->channels.v[ready[i].data.u32]);
	}
	return 0;
}

/* Series without an expected answer go first: their timeout passes while the others send. */
static int prober_loop(struct echo_prober *run)
{
	uint64_t due;
	int r = 0;

	run->gap_ns = run->opt.hurry	? (uint64_t)GAP_FIRST_NS
		      : run->opt.gap_ns ? run->opt.gap_ns
					: (uint64_t)DEFAULT_GAP_NS;
	run->next_send_ns = clock_ns();
	for (size_t i = 0; i < run->n; i++)
		series_wake_at(run, &run->series[i],
			       run->next_send_ns + (run->series[i].probe->late_ns > 0));
	while (r == 0 && (due = prober_send_due(run)) != UINT64_MAX)
		r = prober_wait_until(run, due);
	return r;
}

/* ---- the result ---- */

static int rtt_cmp(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* RFC 3550 smooths the difference of the transit times of consecutive packets; this is the plain
 * mean, and of round trips. */
static void series_sum_jitter(const struct probe_series *s, unsigned int count)
{
	struct probe *p = s->probe;
	uint64_t sum = 0;

	for (unsigned int k = 2; k <= count; k++) {
		uint64_t a = s->echo[k - 1].rtt_ns, b = s->echo[k].rtt_ns;

		if (a == 0 || b == 0)
			continue;
		sum += a > b ? a - b : b - a;
		p->differences++;
	}
	p->jitter_ns = p->differences ? sum / p->differences : 0;
}

static void series_sum_up(const struct probe_series *s, unsigned int count)
{
	struct probe *p = s->probe;
	uint64_t rtt[PROBE_COUNT_MAX];
	size_t n = 0;

	for (unsigned int k = s->quick ? 0 : 1; k <= count; k++)
		if (s->echo[k].rtt_ns > 0)
			rtt[n++] = s->echo[k].rtt_ns;
	if (n == 0)
		return;
	qsort(rtt, n, sizeof(rtt[0]), rtt_cmp);
	p->rtt_min_ns = rtt[0];
	p->rtt_max_ns = rtt[n - 1];
	p->rtt_median_ns = (rtt[(n - 1) / 2] + rtt[n / 2]) / 2;
	series_sum_jitter(s, count);
}

int probe_run(struct probe *probes, size_t n, struct probe_options opt, struct diag *dg)
{
	struct echo_prober run = { .opt = opt, .epoll = -1, .timer = -1 };
	struct pos nowhere = { 0 };
	int r;

	if (opt.count < 1 || opt.count > PROBE_COUNT_MAX)
		return diag_error(dg, nowhere, -EINVAL, "probe", "a series has 1 to %d echoes",
				  PROBE_COUNT_MAX);
	r = prober_begin(&run, n);
	for (size_t i = 0; i < n && r == 0; i++)
		r = prober_add_series(&run, &probes[i]);
	if (r < 0)
		diag_error(dg, nowhere, r, "probe", "cannot open the sockets of the probes: %s",
			   strerror(-r));
	else if ((r = prober_loop(&run)) < 0 && r != -EINTR)
		diag_error(dg, nowhere, r, "probe", "cannot wait for answers: %s", strerror(-r));
	for (size_t i = 0; i < run.n && r == 0; i++)
		series_sum_up(&run.series[i], opt.count);
	prober_end(&run);
	return r;
}

const char *probe_refusal(const struct probe *p, char buf[PROBE_TEXT])
{
	return icmp_text(p->to.family, p->icmp_type, p->icmp_code, buf);
}
