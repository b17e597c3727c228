/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>

#include "base/text.h"
#include "net/units.h"
#include "report/report.h"
#include "report/table.h"

static uint64_t dropped_frames(const struct relay_direction_stats *d)
{
	return d->over_limit + d->refused + d->missed;
}

static void engine_text(const struct report *r, const struct relay_engine_stats *e)
{
	fprintf(r->out,
		"\ndelay line: frames leave %s late in the median, %s in the 99th percentile;\n",
		TIME_STR(e->late_p50_ns), TIME_STR(e->late_p99_ns));
	fprintf(r->out, "%s%s; frames wait in %.1f of %.0f MiB\n",
		e->realtime ? "real-time priority (SCHED_FIFO)" : "no real-time priority",
		e->awake ? ", keeps a processor awake" : "", (double)e->memory / 1048576.0,
		(double)e->memory_max / 1048576.0);
}

/* Sums of both directions. "lost": by the file's loss; "dropped": by the delay line itself. */
void report_delay_line(const struct report *r, const struct relay_stats *s)
{
	static const char *const heads[] = { "LINK", ">FRAMES", ">LOST", ">DROPPED", ">WAITING" };
	struct table *t = table_new(heads, countof(heads));

	engine_text(r, &s->engine);
	for (size_t i = 0; i < s->links_len; i++) {
		const struct relay_link_stats *l = &s->links[i];
		uint64_t drops = dropped_frames(&l->dir[0]) + dropped_frames(&l->dir[1]);

		table_cell(t, "%s%s", l->name, l->gone ? " (gone)" : "");
		table_cell(t, "%" PRIu64, l->dir[0].frames + l->dir[1].frames);
		table_cell(t, "%" PRIu64, l->dir[0].lost + l->dir[1].lost);
		if (drops)
			table_ink(t, "\033[31m");
		table_cell(t, "%" PRIu64, drops);
		table_cell(t, "%" PRIu64, l->dir[0].queued + l->dir[1].queued);
	}
	table_print(t, r->out, r->coloured);
	table_free(t);
}
