/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probe/steady.h"

/* Whether an echo is answered, refused or lost. */
static bool echo_is_settled(const struct watch_echo *e, const struct steady_question *q)
{
	return e->rtt_ns > 0 || e->refused || q->now_ns - e->sent_ns >= q->patience_ns;
}

static bool echo_is_as_expected(const struct watch_echo *e, const struct steady_question *q)
{
	bool answered = e->rtt_ns > 0;

	if (!answered || !q->answered_after)
		return answered == q->answered_after;
	return e->rtt_ns >= q->least_ns && (q->most_ns == 0 || e->rtt_ns <= q->most_ns);
}

struct steadiness steady_judge(const struct watch_echo *v, size_t n,
			       const struct steady_question *q)
{
	struct steadiness s = { 0 };
	size_t run = 0;
	bool broken = false;

	while (n > 0 && !echo_is_settled(&v[n - 1], q))
		n--;
	for (size_t i = n; i-- > 0 && v[i].sent_ns >= q->began_ns;) {
		bool good = echo_is_as_expected(&v[i], q);

		if (!good && !broken && i + 1 < n)
			s.after_ns = v[i + 1].sent_ns - q->began_ns;
		broken = broken || !good;
		run += !broken && v[i].sent_ns >= q->done_ns;
		s.lost += v[i].rtt_ns == 0 && echo_is_settled(&v[i], q) && q->answered_before &&
			  q->answered_after;
	}
	s.steady = run >= STEADY_RUN;
	return s;
}
