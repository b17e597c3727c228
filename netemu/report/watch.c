/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/watch.h"

#include <string.h>
#include <time.h>

#include "net/units.h"
#include "report/json.h"

enum { NAME_MIN = 4, FIXED = 46, HEAD_ROWS = 3, STAMP = 24 };

void watched_add(struct watched_pair *w, uint64_t rtt_ns)
{
	w->rtt_ns[w->rounds % WATCH_HISTORY] = rtt_ns;
	w->rounds++;
	w->answered += rtt_ns != WATCH_LOST;
}

/* ---- statistics of the last rounds ---- */

struct summary {
	uint64_t last, least, most, mean;
	uint32_t rounds, lost;
};

static uint32_t watched_known(const struct watched_pair *w)
{
	return w->rounds < WATCH_HISTORY ? w->rounds : WATCH_HISTORY;
}

static struct summary summary_of(const struct watched_pair *w)
{
	struct summary s = { .rounds = watched_known(w), .least = UINT64_MAX };
	uint64_t sum = 0;

	for (uint32_t i = 0; i < s.rounds; i++) {
		uint64_t rtt = w->rtt_ns[i];

		s.lost += rtt == WATCH_LOST;
		if (rtt == WATCH_LOST)
			continue;
		sum += rtt;
		s.least = rtt < s.least ? rtt : s.least;
		s.most = rtt > s.most ? rtt : s.most;
	}
	if (s.lost == s.rounds)
		s.least = 0;
	else
		s.mean = sum / (s.rounds - s.lost);
	s.last = s.rounds ? w->rtt_ns[(w->rounds - 1) % WATCH_HISTORY] : WATCH_LOST;
	return s;
}

static uint32_t loss_ppm(const struct summary *s)
{
	return s->rounds ? (uint32_t)((uint64_t)s->lost * 1000000 / s->rounds) : 0;
}

/* ---- the screen ---- */

/* To a hundredth of a millisecond: more digits only flicker. */
static const char *watched_ms_text(uint64_t ns, char buf[UNIT_TEXT])
{
	if (ns == WATCH_LOST)
		snprintf(buf, UNIT_TEXT, "-");
	else
		snprintf(buf, UNIT_TEXT, "%.2f", (double)ns / 1e6);
	return buf;
}
#define MS(ns) watched_ms_text((ns), (char[UNIT_TEXT]){ 0 })

/* The oldest round first; a higher bar took longer. */
static void watched_history(const struct report *r, const struct watched_pair *w,
			    const struct summary *s, unsigned int width)
{
	static const char *const bar[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	uint32_t n = s->rounds < width ? s->rounds : width;
	/* The bars span at least 0.2 ms: smaller differences are noise. */
	uint64_t span = s->most - s->least > 200000 ? s->most - s->least : 200000;

	for (uint32_t i = n; i > 0; i--) {
		uint64_t rtt = w->rtt_ns[(w->rounds - i) % WATCH_HISTORY];

		if (rtt == WATCH_LOST)
			fputs(r->coloured ? "\033[31mx\033[m" : "x", r->out);
		else
			fputs(bar[(rtt - s->least) * (countof(bar) - 1) / span], r->out);
	}
}

/* Green: the last round is as predicted. Red: not. */
static const char *watched_colour(const struct report *r, const struct watched_pair *w,
				  const struct summary *s)
{
	if (!r->coloured || s->rounds == 0)
		return "";
	return (s->last != WATCH_LOST) == w->reachable ? "\033[32m" : "\033[31m";
}

static void watched_row(const struct report *r, const struct watched_pair *w, const int width[2],
			unsigned int columns)
{
	struct summary s = summary_of(w);
	const char *colour = watched_colour(r, w, &s);
	unsigned int used = (unsigned int)(width[0] + width[1]) + FIXED;

	fprintf(r->out, "%-*.*s  %-*.*s  %s%8s%s %8s %8s %8s %6s  ", width[0], width[0], w->from,
		width[1], width[1], w->to, colour, MS(s.last), *colour ? "\033[m" : "", MS(s.least),
		MS(s.mean), MS(s.most), SHARE_STR(loss_ppm(&s) / 10000 * 10000));
	if (columns > used)
		watched_history(r, w, &s, columns - used);
	fputs("\033[K\n", r->out);
}

static int widest_name(const watched_list *pairs, bool to, unsigned int columns)
{
	int most = NAME_MIN;
	int room = columns > FIXED + 20 ? (int)(columns - FIXED) / 2 : 10;

	for (each(const struct watched_pair, w, pairs)) {
		int n = (int)strlen(to ? w->to : w->from);

		most = n > most ? n : most;
	}
	return most > room ? room : most;
}

void report_watch_screen(const struct report *r, const char *lab, const watched_list *pairs,
			 const struct watch_screen *screen)
{
	int width[] = { widest_name(pairs, false, screen->columns),
			widest_name(pairs, true, screen->columns) };
	size_t room = screen->rows > HEAD_ROWS + 1 ? screen->rows - HEAD_ROWS - 1 : 1;
	size_t shown = pairs->n <= room ? pairs->n : room - 1;

	fprintf(r->out,
		"\033[H%s%s%s  round trips in ms, of the last %d rounds%s%s\033[K\n\033[K\n",
		r->coloured ? "\033[1m" : "", lab, r->coloured ? "\033[m" : "", (int)WATCH_HISTORY,
		screen->keys ? "; " : "", screen->keys ? screen->keys : "");
	fprintf(r->out, "%-*s  %-*s  %8s %8s %8s %8s %6s\033[K\n", width[0], "FROM", width[1], "TO",
		"NOW", "MIN", "MEAN", "MAX", "LOSS");
	for (size_t i = 0; i < shown; i++)
		watched_row(r, &pairs->v[i], width, screen->columns);
	if (shown < pairs->n)
		fprintf(r->out, "... and %zu more pairs, which need a taller window\033[K\n",
			pairs->n - shown);
	fputs("\033[J", r->out);
	fflush(r->out);
}

/* ---- lines ---- */

static void round_json(const struct report *r, const char *lab, const watched_list *pairs,
		       const char *when)
{
	struct json j = json_begin(r->out);

	json_row(&j, NULL, '{');
	json_string(&j, "lab", lab);
	json_string(&j, "at", when);
	json_open(&j, "pairs", '[');
	for (each(const struct watched_pair, w, pairs)) {
		struct summary s = summary_of(w);

		json_open(&j, NULL, '{');
		json_string(&j, "from", w->from);
		json_string(&j, "to", w->to);
		if (s.last == WATCH_LOST)
			json_null(&j, "rtt-ms");
		else
			json_ms(&j, "rtt-ms", s.last);
		json_number(&j, "sent", w->rounds);
		json_number(&j, "received", w->answered);
		json_bool(&j, "as-predicted", (s.last != WATCH_LOST) == w->reachable);
		json_close(&j);
	}
	json_close(&j);
	json_close(&j);
	json_end(&j);
}

void report_watch_round(const struct report *r, const char *lab, const watched_list *pairs,
			int64_t at)
{
	char when[STAMP] = "";
	time_t t = (time_t)at;
	struct tm tm;

	if (gmtime_r(&t, &tm))
		(void)strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (r->json)
		round_json(r, lab, pairs, when);
	for (each(const struct watched_pair, w, pairs)) {
		struct summary s = summary_of(w);

		if (r->json)
			break;
		fprintf(r->out, "%s %s %s %s, loss %s\n", when, w->from, w->to,
			s.last == WATCH_LOST ? "no answer" : TIME_STR(s.last / 1000 * 1000),
			SHARE_STR(loss_ppm(&s) / 10000 * 10000));
	}
	fflush(r->out);
}
