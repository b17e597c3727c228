/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a frame leaves on time.
 *
 * The kernel stamps a frame when it arrives at a port, so the due time does not depend on
 * when we wake to read the frame. pace.c decides when to wake for its departure. Polling
 * is a call of epoll_wait() with timeout 0, so frames for other links are read meanwhile.
 *
 * send() on a veth runs the kernel's whole path up to the next port before it returns: so
 * after a send we look for new frames before we sleep.
 *
 * The loop serves, in this order: frames due, ports, everything else (control, signals).
 * Only epoll_wait() blocks.
 */
#include "relay/engine.h"

#include "base/clock.h"
#include "base/own.h"
#include "relay/pace.h"
#include "relay/power.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>

#define DEFAULT_MEMORY (UINT64_C(512) * 1024 * 1024)
#define MSEC UINT64_C(1000000)

enum {
	EVENTS = 64,
	READ_BURST = 16, /* frames from a port before other ports have their turn */
	SEND_BURST = 32,
};

#define TICK_NS (10 * MSEC)	  /* housekeeping interval while frames are in flight */
#define TRIM_NS (1000 * MSEC)	  /* interval of housekeeping that is never urgent */
#define OTHERS_WAIT_NS (5 * MSEC) /* frames may defer control requests for so long */
#define GONE_NS (10000 * MSEC)	  /* all ports gone for so long: the lab is gone */

struct engine {
	struct store store;
	struct agenda agenda;
	struct relayed_link **links;
	size_t links_n, links_cap;

	int epoll, alarm, tick, steps, signals;
	struct event_handler on_alarm, on_tick, on_step, on_signal;

	struct stamp_clock clock;
	struct pace pace;
	struct histogram lateness;
	struct power power;

	uint64_t now;
	uint64_t woke_at;
	uint64_t others_at, trimmed_at; /* when control was last served, memory last trimmed */
	uint64_t gone_at;		/* since when all ports are gone, or 0 */
	uint64_t ticking;		/* the interval, or 0 */
	bool ending;
};

static void engine_read_clocks(struct engine *e)
{
	uint64_t wall = clock_read_ns(CLOCK_REALTIME);

	e->now = clock_ns();
	stamp_clock_read(&e->clock, e->now, wall);
}

static void timer_set(int fd, uint64_t at)
{
	const uint64_t second = 1000 * MSEC;
	struct itimerspec it = { .it_value.tv_sec = (time_t)(at / second) };

	it.it_value.tv_nsec = (long)(at % second);
	(void)timerfd_settime(fd, TFD_TIMER_ABSTIME, &it, NULL);
}

/* Starts ticks at this interval, or makes slower ticks as frequent. */
static void engine_start_ticking(struct engine *e, uint64_t ns)
{
	if (e->ticking && e->ticking <= ns)
		return;
	timer_set(e->tick, e->now + ns);
	e->ticking = ns;
}

/* ---- frames ---- */

static struct direction *direction_of_item(struct agenda_item *it)
{
	return (struct direction *)(void *)((char *)it - offsetof(struct direction, item));
}

static void direction_replan(struct engine *e, struct direction *d)
{
	const struct lane_frame *f = lane_first(&d->lane);

	agenda_put(&e->agenda, &d->item, f ? f->due : NEVER);
}

static void direction_send_first(struct engine *e, struct direction *d)
{
	const struct lane_frame *f = lane_first(&d->lane);
	uint64_t began = e->now, there = began + pace_advance(&e->pace, began);

	if (d->lane.imp.delay_ns)
		histogram_add(&e->lateness, there > f->due ? there - f->due : 0);
	if (port_send(d->exit, f) < 0) {
		d->refused++;
	} else {
		d->frames++;
		d->bytes += f->len;
	}
	e->now = clock_ns();
	pace_sent(&e->pace, began, e->now, f->len);
	lane_pop(&d->lane);
	direction_replan(e, d);
}

static bool engine_is_due(const struct engine *e, const struct agenda_item *it)
{
	return it->due <= e->now + pace_advance(&e->pace, e->now);
}

/* Sends what is due. Returns true if it stopped before all was sent. */
static bool engine_send_due(struct engine *e)
{
	const struct agenda_item *it;

	for (int n = 0; n < SEND_BURST; n++) {
		it = agenda_first(&e->agenda);
		if (!it)
			return false;
		if (!engine_is_due(e, it)) {
			e->now = clock_ns();
			if (!engine_is_due(e, it))
				return false;
		}
		direction_send_first(e, direction_of_item(agenda_first(&e->agenda)));
	}
	return true;
}

static void end_receive(struct event_handler *w, struct engine *e)
{
	struct end *end = (struct end *)(void *)((char *)w - offsetof(struct end, watch));
	struct direction *d = end->onward;

	engine_read_clocks(e);
	port_receive(&end->port, &d->lane, &e->clock, READ_BURST);
	direction_replan(e, d);
	if (d->item.due != NEVER && d->item.due > e->now)
		power_want(&e->power, e->now);
	engine_start_ticking(e, TICK_NS);
	(void)engine_send_due(e);
}

/* ---- the rest ---- */

static void event_drain(int fd)
{
	uint64_t trash[sizeof(struct signalfd_siginfo) / sizeof(uint64_t)];

	(void)!read(fd, trash, sizeof(trash));
}

static void engine_alarm_rang(struct event_handler *w, struct engine *e)
{
	(void)w;
	pace_woke(&e->pace, e->woke_at);
}

static bool engine_all_down(const struct engine *e)
{
	for (size_t i = 0; i < e->links_n; i++)
		if (!e->links[i]->end[0].port.down || !e->links[i]->end[1].port.down)
			return false;
	return e->links_n > 0;
}

static bool engine_all_gone(struct engine *e)
{
	bool all = e->links_n > 0;

	for (size_t i = 0; i < e->links_n; i++)
		for (int k = 0; k < 2; k++) {
			port_look(&e->links[i]->end[k].port);
			all = all && e->links[i]->end[k].port.gone;
		}
	return all;
}

/* Ends the process when all ports are gone: then the lab is gone, too. */
static void engine_check_ports(struct engine *e)
{
	if (!engine_all_down(e) || !engine_all_gone(e))
		e->gone_at = 0;
	else if (!e->gone_at)
		e->gone_at = e->now;
	else if (e->now - e->gone_at > GONE_NS)
		e->ending = true;
}

static void engine_tick(struct event_handler *w, struct engine *e)
{
	(void)w;
	event_drain(e->tick);
	e->ticking = 0;
	if (e->agenda.n)
		power_want(&e->power, e->now);
	power_rest(&e->power, e->now);
	if (e->now - e->trimmed_at > TRIM_NS) {
		e->trimmed_at = e->now;
		store_trim(&e->store);
		engine_check_ports(e);
	}
	if (e->power.awake || e->agenda.n)
		engine_start_ticking(e, TICK_NS);
	else if (engine_all_down(e) || !store_is_trim(&e->store))
		engine_start_ticking(e, TRIM_NS);
}

/* A timer that never expires, but is cancelled, and so readable, when the wall clock is set. */
static void engine_arm_step(struct engine *e)
{
	const struct itimerspec never = { .it_value = { .tv_sec = INT32_MAX } };

	(void)timerfd_settime(e->steps, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
}

static void engine_clock_was_set(struct event_handler *w, struct engine *e)
{
	(void)w;
	event_drain(e->steps);
	engine_arm_step(e);
	engine_read_clocks(e);
	stamp_clock_distrust(&e->clock, e->now);
}

static void engine_signalled(struct event_handler *w, struct engine *e)
{
	(void)w;
	event_drain(e->signals);
	e->ending = true;
}

/* ---- the loop ---- */

/* Sets the alarm for the next send. Returns true to sleep, false to poll. */
static bool engine_set_alarm(struct engine *e)
{
	const struct agenda_item *it = agenda_first(&e->agenda);
	uint64_t alarm;

	if (!it) {
		pace_idle(&e->pace, e->now);
		return true;
	}
	if (!pace_plan(&e->pace, e->now, it->due, &alarm))
		return false;
	timer_set(e->alarm, alarm);
	return true;
}

/* Frames first: other events wait while a frame is nearly due, but at most OTHERS_WAIT_NS. */
static bool engine_may_serve_others(struct engine *e, bool slept)
{
	const struct agenda_item *it = agenda_first(&e->agenda);

	if (slept && (!it || it->due > e->now + MSEC / 2))
		return true;
	return e->now - e->others_at > OTHERS_WAIT_NS;
}

static void engine_serve(struct engine *e, struct epoll_event *ev, int n, bool slept)
{
	struct event_handler *others[EVENTS];
	bool may = engine_may_serve_others(e, slept);
	int others_n = 0;

	for (int i = 0; i < n; i++) {
		struct event_handler *w = ev[i].data.ptr;

		if (w->urgent)
			w->ready(w, e);
		else
			others[others_n++] = w;
	}
	if (!may)
		return;
	e->others_at = e->now;
	/* Last, since a request may remove a link whose port is among the urgent events. */
	for (int i = 0; i < others_n; i++)
		others[i]->ready(others[i], e);
}

void engine_run(struct engine *e)
{
	struct epoll_event ev[EVENTS];
	bool more, sleep;
	int n;

	while (!e->ending) {
		more = engine_send_due(e);
		sleep = !more && engine_set_alarm(e);
		n = epoll_wait(e->epoll, ev, EVENTS, sleep ? -1 : 0);
		if (n > 0 || sleep) {
			e->now = e->woke_at = clock_ns();
			engine_serve(e, ev, n, sleep);
		}
	}
}

/* ---- links ---- */

struct relayed_link *engine_link(const struct engine *e, size_t i)
{
	return i < e->links_n ? e->links[i] : NULL;
}

struct relayed_link *engine_find(const struct engine *e, const char *name)
{
	for (size_t i = 0; i < e->links_n; i++)
		if (strcmp(e->links[i]->name, name) == 0)
			return e->links[i];
	return NULL;
}

static int engine_make_room(struct engine *e)
{
	if (e->links_n == e->links_cap) {
		size_t cap = e->links_cap ? 2 * e->links_cap : 16;
		struct relayed_link **v = realloc(e->links, cap * sizeof(*v));

		if (!v)
			return -ENOMEM;
		e->links = v;
		e->links_cap = cap;
	}
	return agenda_reserve(&e->agenda, 2 * (e->links_n + 1));
}

static int engine_watch_ends(struct engine *e, struct relayed_link *l)
{
	int r = 0;

	for (int k = 0; k < 2 && r == 0; k++) {
		l->end[k].watch = (struct event_handler){ .ready = end_receive, .urgent = true };
		r = engine_watch(e, l->end[k].port.fd, &l->end[k].watch);
	}
	return r;
}

static void engine_unwatch_ends(struct engine *e, const struct relayed_link *l)
{
	for (int k = 0; k < 2; k++)
		engine_unwatch(e, l->end[k].port.fd);
}

int engine_add(struct engine *e, const struct relay_link *link, char *err, size_t err_size)
{
	struct relayed_link *l;
	int r;

	if (engine_find(e, link->name)) {
		snprintf(err, err_size, "link '%s': the name is taken", link->name);
		return -EEXIST;
	}
	r = link_new(link, &e->store, &l, err, err_size);
	if (r < 0)
		return r;
	r = engine_make_room(e);
	if (r == 0)
		r = engine_watch_ends(e, l);
	if (r < 0) {
		snprintf(err, err_size, "link '%s': %s", l->name, strerror(-r));
		engine_unwatch_ends(e, l);
		link_free(l);
		return r;
	}
	e->links[e->links_n++] = l;
	return 0;
}

int engine_remove(struct engine *e, const char *name)
{
	for (size_t i = 0; i < e->links_n; i++) {
		struct relayed_link *l = e->links[i];

		if (strcmp(l->name, name) != 0)
			continue;
		engine_unwatch_ends(e, l);
		for (int k = 0; k < 2; k++)
			agenda_put(&e->agenda, &l->dir[k].item, NEVER);
		link_free(l);
		e->links_n--;
		memmove(e->links + i, e->links + i + 1, (e->links_n - i) * sizeof(*e->links));
		return 0;
	}
	return -ENOENT;
}

void engine_read_stats(const struct engine *e, struct relay_engine_stats *ret)
{
	*ret = (struct relay_engine_stats){
		.late_p50_ns = histogram_percentile(&e->lateness, 50),
		.late_p99_ns = histogram_percentile(&e->lateness, 99),
		.lead_ns = pace_lead(&e->pace),
		.memory = e->store.held,
		.memory_max = e->store.max,
		.realtime = e->power.realtime,
		.locked = e->power.locked,
		.awake_allowed = e->power.latency_fd >= 0,
		.awake = e->power.awake,
	};
}

/* ---- life ---- */

static int engine_watch_events(struct engine *e, int fd, struct event_handler *w, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = w };

	if (fd < 0 || epoll_ctl(e->epoll, EPOLL_CTL_ADD, fd, &ev) < 0)
		return -errno;
	return 0;
}

int engine_watch(struct engine *e, int fd, struct event_handler *w)
{
	return engine_watch_events(e, fd, w, EPOLLIN);
}

void engine_unwatch(struct engine *e, int fd)
{
	(void)epoll_ctl(e->epoll, EPOLL_CTL_DEL, fd, NULL);
}

static int engine_open_descriptors(struct engine *e)
{
	sigset_t term;
	int r;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	e->epoll = epoll_create1(EPOLL_CLOEXEC);
	e->alarm = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	e->tick = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	e->steps = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	e->signals = signalfd(-1, &term, SFD_CLOEXEC | SFD_NONBLOCK);
	/* Edge-triggered, so the alarm need not be read: setting it again clears it. */
	r = engine_watch_events(e, e->alarm, &e->on_alarm, EPOLLIN | EPOLLET);
	if (r < 0)
		return r;
	r = engine_watch(e, e->tick, &e->on_tick);
	if (r < 0)
		return r;
	r = engine_watch(e, e->steps, &e->on_step);
	if (r < 0)
		return r;
	return engine_watch(e, e->signals, &e->on_signal);
}

struct engine *engine_new(const struct relay_config *cfg, char *err, size_t err_size)
{
	struct engine *e = calloc(1, sizeof(*e));
	int r;

	if (!e) {
		snprintf(err, err_size, "delay line: out of memory");
		return NULL;
	}
	e->epoll = e->alarm = e->tick = e->steps = e->signals = e->power.latency_fd = -1;
	e->on_alarm = (struct event_handler){ .ready = engine_alarm_rang, .urgent = true };
	e->on_tick = (struct event_handler){ .ready = engine_tick };
	e->on_step = (struct event_handler){ .ready = engine_clock_was_set, .urgent = true };
	e->on_signal = (struct event_handler){ .ready = engine_signalled };
	store_init(&e->store, cfg->memory_max ? cfg->memory_max : DEFAULT_MEMORY);
	pace_init(&e->pace);
	engine_read_clocks(e);
	r = engine_open_descriptors(e);
	if (r < 0) {
		snprintf(err, err_size, "delay line: %s", strerror(-r));
		engine_free(e);
		return NULL;
	}
	engine_arm_step(e);
	return e;
}

void engine_free(struct engine *e)
{
	int *fds[] = { &e->epoll, &e->alarm, &e->tick, &e->steps, &e->signals };

	links_close(e->links, e->links_n);
	for (size_t i = 0; i < e->links_n; i++)
		link_free(e->links[i]);
	free(e->links);
	agenda_release(&e->agenda);
	store_release(&e->store);
	power_release(&e->power);
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		own_closep(fds[i]);
	free(e);
}

void engine_raise(struct engine *e)
{
	power_init(&e->power, (size_t)e->store.max);
}
