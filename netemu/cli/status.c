/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/vec.h"
#include "cli/named.h"
#include "lab/dir.h"
#include "relay/relay.h"

/* A broken lab cannot be compared with a plan: reports only its condition. */
static bool status_report_broken(const struct report *r, struct invocation *inv)
{
	struct diag *unheard = diag_new();
	struct pos nowhere = { 0 };
	lab_drift none = { 0 };
	struct lab *lab = NULL;
	bool broken = lab_open(inv->args[0], &lab, unheard) == 0 && lab->condition == LAB_BROKEN;

	if (broken) {
		report_status(r, lab, NULL, &none);
		diag_warn(inv->dg, nowhere, "broken-lab", "the lab is half built or half removed");
		diag_hint(inv->dg, "netemu down %s", lab->name);
	}
	lab_close(lab);
	diag_free(unheard);
	return broken;
}

/* With -v: the delay line's own counters. A delay line that does not answer has a finding
 * already. */
static void status_report_delay_line(const struct report *r, const struct lab *lab)
{
	own_free char *run = lab_run_dir();
	own_free char *path = xasprintf("%s/%s/delay-line", run ? run : "", lab->name);
	own_fd control = -1;
	struct relay_stats stats;

	if (!r->verbose || r->json || lab->relay == 0)
		return;
	control = relay_control_open(path);
	if (control < 0 || relay_stats(control, &stats) < 0)
		return;
	report_delay_line(r, &stats);
	relay_stats_release(&stats);
}

static enum exit_status status_compare(const struct report *r, const struct world *w,
				       struct invocation *inv)
{
	lab_drift drift = { 0 };
	int err = lab_compare(w->lab, w->plan, &drift, inv->dg);
	enum exit_status status = status_of(err, EXIT_BROKE);

	if (w->lab->condition == LAB_CHANGING) {
		diag_warn(inv->dg, (struct pos){ 0 }, "half-changed",
			  "a change of the lab was cut short: it is compared with what it was "
			  "before");
		diag_hint(inv->dg, "netemu down %s, then up again", w->lab->name);
	}
	if (status == EXIT_DONE) {
		report_status(r, w->lab, &w->changes, &drift);
		status_report_delay_line(r, w->lab);
		if (w->lab->condition != LAB_UP || drift.n > 0)
			status = EXIT_FAILED_TEST;
	}
	for (each(char *, d, &drift))
		free(*d);
	vec_free(&drift);
	return status;
}

enum exit_status cmd_status(struct invocation *inv)
{
	struct report r = report_of(inv);
	own_world w = { 0 };
	enum exit_status status;

	if (status_report_broken(&r, inv))
		return EXIT_FAILED_TEST;
	status = named_lab(&w, inv->args[0], inv);
	return status == EXIT_DONE ? status_compare(&r, &w, inv) : status;
}
