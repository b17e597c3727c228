/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probe/watch.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/vec.h"
#include "probe/channel.h"

struct sending { /* the echo of a sequence number */
	uint32_t pair, index;
};

struct sender {
	struct channel channel;
	VEC(struct sending) sent; /* the n-th has the sequence number n % 65536 */
};

struct watch_series {
	struct addr to;
	uint32_t sender;
	uint64_t next_ns;
	VEC(struct watch_echo) echoes;
	VEC(uint64_t) wall; /* when each was sent, by the wall clock as the receive stamps */
};

struct echo_watch {
	VEC(struct sender) senders;
	struct watch_series *series;
	size_t n;
	uint64_t interval_ns, cookie;
	int stop;
	bool running;
	pthread_t thread;
	pthread_mutex_t lock; /* of all echoes */
};

/* ---- setting up ---- */

static int watch_find_sender(struct echo_watch *w, const struct watch_pair *p, uint32_t *ret)
{
	struct sender *s;

	for (uint32_t i = 0; i < w->senders.n; i++)
		if (channel_serves(&w->senders.v[i].channel, p->netns, p->vrf, p->to.family)) {
			*ret = i;
			return 0;
		}
	s = vec_add(NULL, &w->senders);
	s->channel = (struct channel){
		.fd = -1, .netns = p->netns, .vrf = p->vrf, .family = p->to.family
	};
	*ret = (uint32_t)w->senders.n - 1;
	if (getrandom(&s->channel.ident, sizeof(s->channel.ident), 0) < 0)
		return -errno;
	return channel_open(&s->channel);
}

/* ---- the thread ---- */

static void watch_send_echo(struct echo_watch *w, uint32_t pair)
{
	struct watch_series *s = &w->series[pair];
	struct sender *from = &w->senders.v[s->sender];
	struct watch_echo *echo = vec_add(NULL, &s->echoes);
	struct echo e = { .ident = from->channel.ident, .cookie = w->cookie };
	uint64_t wall = 0;
	int r;

	e.seq = (uint16_t)from->sent.n;
	vec_push(NULL, &from->sent, ((struct sending){ pair, (uint32_t)s->echoes.n - 1 }));
	*echo = (struct watch_echo){ .sent_ns = clock_ns() };
	r = channel_send(&from->channel, &s->to, &e, &wall);
	echo->refused = r < 0;
	vec_push(NULL, &s->wall, wall);
}

/* The newest echo with this sequence number. */
static const struct sending *sender_find(const struct sender *s, uint16_t seq)
{
	size_t n = (s->sent.n & ~(size_t)0xffff) | seq;

	if (n >= s->sent.n)
		n -= 0x10000; /* wraps around if there is none */
	return n < s->sent.n ? &s->sent.v[n] : NULL;
}

static void watch_take_answer(struct echo_watch *w, const struct sender *s,
			      const struct received *got)
{
	const struct answer *a = &got->answer;
	const struct sending *of;
	struct watch_series *series;
	struct watch_echo *e;

	if (a->echo.ident != s->channel.ident || (a->has_cookie && a->echo.cookie != w->cookie))
		return;
	of = sender_find(s, a->echo.seq);
	if (!of)
		return;
	series = &w->series[of->pair];
	e = &series->echoes.v[of->index];
	if (a->kind == ANSWER_ERROR && addr_eq(&a->to, &series->to)) {
		e->refused = true;
	} else if (a->kind == ANSWER_REPLY && a->has_cookie && addr_eq(&got->from, &series->to)) {
		uint64_t sent = series->wall.v[of->index];

		e->rtt_ns = got->at_ns > sent ? got->at_ns - sent : 1;
	}
}

static void watch_receive(struct echo_watch *w, const struct sender *s)
{
	struct received got[RECEIVE_MAX];
	size_t n;

	if (channel_receive(&s->channel, got, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++)
		watch_take_answer(w, s, &got[i]);
}

/* Sends what is due. Returns the milliseconds until the next echo. */
static int watch_send_due(struct echo_watch *w)
{
	uint64_t now = clock_ns(), next = UINT64_MAX;

	for (uint32_t i = 0; i < w->n; i++) {
		struct watch_series *s = &w->series[i];

		if (s->next_ns <= now) {
			watch_send_echo(w, i);
			s->next_ns += w->interval_ns;
			if (s->next_ns <= now) /* the machine was busy: avoid a burst */
				s->next_ns = now + w->interval_ns;
		}
		next = s->next_ns < next ? s->next_ns : next;
	}
	return next > now ? (int)((next - now) / 1000000) : 0;
}

static void *watch_thread(void *arg)
{
	struct echo_watch *w = arg;
	struct pollfd *fds = xcalloc(w->senders.n + 1, sizeof(*fds));

	for (size_t i = 0; i < w->senders.n; i++)
		fds[i] = (struct pollfd){ .fd = w->senders.v[i].channel.fd, .events = POLLIN };
	fds[w->senders.n] = (struct pollfd){ .fd = w->stop, .events = POLLIN };
	while (!fds[w->senders.n].revents) {
		int ms;

		pthread_mutex_lock(&w->lock);
		for (size_t i = 0; i < w->senders.n; i++)
			if (fds[i].revents)
				watch_receive(w, &w->senders.v[i]);
		ms = watch_send_due(w);
		pthread_mutex_unlock(&w->lock);
		if (poll(fds, w->senders.n + 1, ms + 1) < 0 && errno != EINTR)
			break;
	}
	free(fds);
	return NULL;
}

/* The thread blocks all signals: the caller's thread gets them. */
static int watch_start(struct echo_watch *w)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = -pthread_create(&w->thread, NULL, watch_thread, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	w->running = r == 0;
	return r;
}

/* ---- for the caller ---- */

static int watch_open_senders(struct echo_watch *w, const struct watch_pair *pairs)
{
	uint64_t now = clock_ns();
	int r = 0;

	for (size_t i = 0; i < w->n && r == 0; i++) {
		w->series[i].to = pairs[i].to;
		w->series[i].next_ns = now + w->interval_ns * i / w->n;
		r = watch_find_sender(w, &pairs[i], &w->series[i].sender);
	}
	return r;
}

int watch_begin(const struct watch_pair *pairs, size_t n, uint64_t interval_ns,
		struct echo_watch **ret)
{
	struct echo_watch *w = xcalloc(1, sizeof(*w));
	int r = 0;

	w->n = n;
	w->interval_ns = interval_ns;
	w->series = xcalloc(n + 1, sizeof(*w->series));
	pthread_mutex_init(&w->lock, NULL);
	w->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->stop < 0 || getrandom(&w->cookie, sizeof(w->cookie), 0) < 0)
		r = -errno;
	if (r == 0)
		r = watch_open_senders(w, pairs);
	if (r == 0)
		r = watch_start(w);
	if (r == 0)
		*ret = w;
	else
		watch_end(w);
	return r;
}

void watch_end(struct echo_watch *w)
{
	const uint64_t one = 1;

	if (!w)
		return;
	if (w->running) {
		(void)!write(w->stop, &one, sizeof(one));
		pthread_join(w->thread, NULL);
	}
	for (each(struct sender, s, &w->senders)) {
		channel_close(&s->channel);
		vec_free(&s->sent);
	}
	for (size_t i = 0; i < w->n; i++) {
		vec_free(&w->series[i].echoes);
		vec_free(&w->series[i].wall);
	}
	vec_free(&w->senders);
	free(w->series);
	own_closep(&w->stop);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

size_t watch_look(struct echo_watch *w, size_t pair, size_t first, struct watch_echo *ret,
		  size_t max)
{
	size_t n = 0;

	pthread_mutex_lock(&w->lock);
	for (size_t i = first; i < w->series[pair].echoes.n && n < max; i++)
		ret[n++] = w->series[pair].echoes.v[i];
	pthread_mutex_unlock(&w->lock);
	return n;
}
