/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "relay/pace.h"

enum {
	LEAD_MIN_NS = 20 * 1000,
	LEAD_MAX_NS = 250 * 1000,
	LONG_SLEEP_NS = 10 * 1000 * 1000,

	POLL_SHARE = 4,		       /* in the long run at most 1/4 of the time is polled */
	POLL_MAX_NS = 4 * 1000 * 1000, /* the most that the budget holds */
	POLL_NS_PER_BYTE = 1,	       /* 2 Gbit/s of bulk traffic use up the budget */

	SMALL = 2048, /* bytes of a frame whose copying takes no time */
};

void pace_init(struct pace *p)
{
	*p = (struct pace){ .poll_left = POLL_MAX_NS };
	habit_init(&p->waking, 40 * 1000, 15 * 1000);
	habit_init(&p->sending, 0, 0);
}

/* A third of the duration of a send: most of the rest is spent beyond the far end, and a link
 * should hardly ever be faster than configured. */
uint64_t pace_advance(const struct pace *p, uint64_t now)
{
	return habit_mean(&p->sending, now - p->sent_at) / 3;
}

/* ---- the budget for polling ---- */

static void pace_spend(struct pace *p, uint64_t ns)
{
	p->poll_left -= ns < p->poll_left ? ns : p->poll_left;
}

/* Updates the budget by the time since the last update, which was polled or not. */
static void pace_reckon(struct pace *p, uint64_t now)
{
	uint64_t passed = now - p->reckoned_at;

	p->reckoned_at = now;
	if (p->polling) {
		pace_spend(p, passed);
	} else {
		p->poll_left += passed / POLL_SHARE;
		if (p->poll_left > POLL_MAX_NS)
			p->poll_left = POLL_MAX_NS;
	}
}

/* ---- the plan ---- */

static uint64_t pace_lead_after(const struct pace *p, uint64_t sleep_ns)
{
	uint64_t ns = habit_most(&p->waking, sleep_ns);

	return ns < LEAD_MIN_NS ? LEAD_MIN_NS : ns > LEAD_MAX_NS ? LEAD_MAX_NS : ns;
}

uint64_t pace_lead(const struct pace *p)
{
	return pace_lead_after(p, LONG_SLEEP_NS);
}

void pace_idle(struct pace *p, uint64_t now)
{
	pace_reckon(p, now);
	p->slept_at = 0;
	p->polling = false;
}

bool pace_plan(struct pace *p, uint64_t now, uint64_t due, uint64_t *ret_alarm)
{
	uint64_t begin = due - pace_advance(p, now), left, early;

	pace_reckon(p, now);
	p->slept_at = 0;
	p->polling = false;
	if (due <= now || begin <= now)
		return false;
	left = begin - now;
	early = pace_lead_after(p, left);
	if (left <= early) {
		p->polling = left <= p->poll_left;
		if (p->polling)
			return false;
		early = 0;
	}
	p->slept_at = now;
	*ret_alarm = p->alarm_at = begin - early;
	return true;
}

void pace_woke(struct pace *p, uint64_t now)
{
	if (p->slept_at && now >= p->alarm_at)
		habit_learn(&p->waking, p->alarm_at - p->slept_at, now - p->alarm_at);
	p->slept_at = 0;
}

/* Bulk traffic uses up the budget: a few microseconds do not matter to it, and its senders and
 * receivers need the processor. */
void pace_sent(struct pace *p, uint64_t began, uint64_t ended, size_t len)
{
	if (len <= SMALL)
		habit_learn(&p->sending, began - p->sent_at, ended - began);
	p->sent_at = ended;
	pace_spend(p, len * (uint64_t)POLL_NS_PER_BYTE);
}
