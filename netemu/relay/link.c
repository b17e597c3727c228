/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "relay/link.h"

#include "base/clock.h"
#include "base/own.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define HOUR_NS (UINT64_C(3600) * 1000000000)

enum { MILLION = 1000000, CLOSERS = 256 };

int impairment_check(const struct impairment *i)
{
	if (i->delay_ns > HOUR_NS || i->jitter_ns > HOUR_NS)
		return -EINVAL;
	if (i->loss_ppm > MILLION || i->duplicate_ppm > MILLION || i->reorder_ppm > MILLION)
		return -EINVAL;
	return 0;
}

static uint64_t lane_seed(void)
{
	uint64_t s;

	return getrandom(&s, sizeof(s), GRND_NONBLOCK) == sizeof(s) ? s : clock_ns();
}

static int link_check(const struct relay_link *from, char *err, size_t err_size)
{
	if (strlen(from->name) > RELAY_NAME_MAX) {
		snprintf(err, err_size, "the name is longer than %d bytes", RELAY_NAME_MAX);
		return -ENAMETOOLONG;
	}
	for (int k = 0; k < 2; k++) {
		if (impairment_check(&from->to[k]) < 0) {
			snprintf(err, err_size,
				 "the impairment towards port '%.*s' is out of range", IFNAMSIZ - 1,
				 from->port[k]);
			return -EINVAL;
		}
	}
	return 0;
}

static void link_init(struct relayed_link *l, const struct relay_link *from, struct store *s)
{
	snprintf(l->name, sizeof(l->name), "%s", from->name);
	for (int k = 0; k < 2; k++) {
		lane_init(&l->dir[k].lane, s, lane_seed());
		lane_set(&l->dir[k].lane, &from->to[k]);
		l->dir[k].exit = &l->end[k].port;
		l->end[k].onward = &l->dir[!k];
		l->end[k].port.fd = -1;
	}
}

static int link_open(struct relayed_link *l, const struct relay_link *from, struct store *s,
		     char *err, size_t err_size)
{
	int r = link_check(from, err, err_size);

	if (r < 0)
		return r;
	link_init(l, from, s);
	for (int k = 0; k < 2 && r == 0; k++)
		r = port_open(&l->end[k].port, from->port[k], err, err_size);
	return r;
}

int link_new(const struct relay_link *from, struct store *s, struct relayed_link **ret_link,
	     char *err, size_t err_size)
{
	struct relayed_link *l = calloc(1, sizeof(*l));
	char why[200] = "out of memory";
	int r = -ENOMEM;

	if (l) {
		l->end[0].port.fd = l->end[1].port.fd = -1;
		r = link_open(l, from, s, why, sizeof(why));
	}
	if (r < 0) {
		snprintf(err, err_size, "link '%s': %s", from->name, why);
		link_free(l);
		return r;
	}
	*ret_link = l;
	return 0;
}

/* ---- closing ---- */

struct closing {
	int fd[2];
};

static void *closing_thread(void *arg)
{
	struct closing *c = arg;

	own_closep(&c->fd[0]);
	own_closep(&c->fd[1]);
	free(c);
	return NULL;
}

/* close() of a packet socket waits for an RCU grace period, some 10 ms (seen with 6.18):
 * too long for frames. The thread has no real-time priority. */
static void closing_start(int a, int b)
{
	struct closing *c = malloc(sizeof(*c));
	pthread_t t;

	if (c) {
		*c = (struct closing){ { a, b } };
		if (pthread_create(&t, NULL, closing_thread, c) == 0) {
			pthread_detach(t);
			return;
		}
		free(c);
	}
	own_closep(&a);
	own_closep(&b);
}

/* The share of one of CLOSERS threads: every CLOSERS-th link. */
struct share {
	struct relayed_link *const *links;
	size_t first, n;
};

static void *share_close(void *arg)
{
	const struct share *s = arg;

	for (size_t i = s->first; i < s->n; i += CLOSERS)
		for (int k = 0; k < 2; k++)
			port_close(&s->links[i]->end[k].port);
	return NULL;
}

/* Parallel waits share a grace period: 8000 ports take 0.5 s, instead of 30 s one after the other
 * (6.18). */
void links_close(struct relayed_link *const *links, size_t n)
{
	struct share shares[CLOSERS];
	pthread_t threads[CLOSERS];
	size_t started = 0;

	for (size_t i = 0; i < CLOSERS; i++)
		shares[i] = (struct share){ links, i, n };
	while (started < CLOSERS && started < n &&
	       pthread_create(&threads[started], NULL, share_close, &shares[started]) == 0)
		started++;
	for (size_t i = started; i < CLOSERS; i++)
		share_close(&shares[i]);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
}

void link_free(struct relayed_link *l)
{
	if (!l)
		return;
	for (int k = 0; k < 2; k++)
		lane_release(&l->dir[k].lane);
	if (l->end[0].port.fd >= 0 || l->end[1].port.fd >= 0)
		closing_start(l->end[0].port.fd, l->end[1].port.fd);
	free(l);
}

/* ---- statistics ---- */

void link_read_stats(struct relayed_link *l, struct relay_link_stats *ret)
{
	for (int k = 0; k < 2; k++)
		port_look(&l->end[k].port);
	*ret = (struct relay_link_stats){ .gone = l->end[0].port.gone || l->end[1].port.gone };
	memcpy(ret->name, l->name, sizeof(ret->name));
	for (int k = 0; k < 2; k++) {
		const struct direction *d = &l->dir[k];
		struct port *entry = &l->end[!k].port;

		port_count_missed(entry);
		ret->to[k] = d->lane.imp;
		ret->dir[k] = (struct relay_direction_stats){
			.frames = d->frames,
			.bytes = d->bytes,
			.lost = d->lane.lost,
			.over_limit = d->lane.over_limit,
			.refused = d->refused,
			.missed = entry->missed,
			.queued = d->lane.frames,
			.queued_bytes = d->lane.bytes,
		};
	}
}
