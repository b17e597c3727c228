/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <time.h>

#include "base/process_id.h"
#include "base/text.h"
#include "report/json.h"
#include "report/names.h"
#include "report/report.h"
#include "report/table.h"
#include "report/utf8.h"

enum { STAMP = 24, DRIFT_LINES = 20 };

const char *vrf_backend_name(enum vrf_backend b)
{
	return b == VRF_DEVICE ? "device" : "namespace";
}

const char *delay_backend_name(enum delay_backend b)
{
	return b == DELAY_NETEM ? "netem" : "relay";
}

static const char *condition_name(enum lab_condition c)
{
	static const char *const names[] = { [LAB_UP] = "up",
					     [LAB_DEGRADED] = "degraded",
					     [LAB_CHANGING] = "half-changed",
					     [LAB_ABANDONED] = "abandoned",
					     [LAB_BROKEN] = "broken" };

	return names[c];
}

static const char *time_stamp(int64_t created, char buf[STAMP])
{
	time_t t = (time_t)created;
	struct tm tm;

	if (!gmtime_r(&t, &tm) || strftime(buf, STAMP, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		buf[0] = '\0';
	return buf;
}

static void lab_json(struct json *j, const struct lab *lab)
{
	char when[STAMP];

	json_string(j, "name", lab->name);
	json_string(j, "condition", condition_name(lab->condition));
	json_string(j, "topology", lab->path);
	json_string(j, "created", time_stamp(lab->created, when));
	json_string(j, "vrf", vrf_backend_name(lab->backends.vrf));
	json_string(j, "delay", delay_backend_name(lab->backends.delay));
	if (lab->relay > 0) {
		json_row(j, "delay-line", '{');
		json_number(j, "pid", (uint64_t)lab->relay);
		json_bool(j, "alive", process_is_alive(lab->relay, lab->relay_start));
		json_close(j);
	} else {
		json_null(j, "delay-line");
	}
	if (lab->maker > 0)
		json_number(j, "maker", (uint64_t)lab->maker);
	else
		json_null(j, "maker");
	json_number(j, "nodes", lab->nodes);
	json_number(j, "links", lab->links);
}

static void labs_text(const struct report *r, struct lab *const *labs, const size_t *changes,
		      size_t n)
{
	static const char *const heads[] = { "LAB",	 "CONDITION", ">NODES",	  ">LINKS",
					     ">CHANGES", "CREATED",   "TOPOLOGY", ">MAKER" };
	struct table *t = table_new(heads, countof(heads) - !r->verbose);
	char when[STAMP];

	for (size_t i = 0; i < n; i++) {
		table_cell(t, "%s", labs[i]->name);
		table_cell(t, "%s", condition_name(labs[i]->condition));
		table_cell(t, "%zu", labs[i]->nodes);
		table_cell(t, "%zu", labs[i]->links);
		table_cell(t, "%zu", changes[i]);
		table_cell(t, "%s", time_stamp(labs[i]->created, when));
		table_cell(t, "%s", labs[i]->path ? labs[i]->path : "");
		if (r->verbose && labs[i]->maker)
			table_cell(t, "%d", (int)labs[i]->maker);
		else if (r->verbose)
			table_cell(t, "-");
	}
	table_print(t, r->out, r->coloured);
	table_free(t);
}

void report_labs(const struct report *r, struct lab *const *labs, const size_t *changes, size_t n)
{
	struct json j = json_begin(r->out);

	if (!r->json) {
		if (n > 0)
			labs_text(r, labs, changes, n);
		return;
	}
	json_open(&j, NULL, '{');
	json_open(&j, "labs", '[');
	for (size_t i = 0; i < n; i++) {
		json_row(&j, NULL, '{');
		lab_json(&j, labs[i]);
		json_number(&j, "changes", changes[i]);
		json_close(&j);
	}
	json_close(&j);
	json_close(&j);
	json_end(&j);
}

void report_removed_json(FILE *out, const lab_names *names)
{
	struct json j = json_begin(out);

	json_open(&j, NULL, '{');
	json_open(&j, "removed", '[');
	for (each(char *, name, names))
		json_string(&j, NULL, *name);
	json_close(&j);
	json_close(&j);
	json_end(&j);
}

static void status_line(const struct report *r, const char *what, const char *value)
{
	fprintf(r->out, "%-10s ", what);
	utf8_print(r->out, value);
	fputc('\n', r->out);
}

static void delay_text(const struct report *r, const struct lab *lab)
{
	if (lab->backends.delay == DELAY_NETEM)
		status_line(r, "delay", "netem");
	else if (lab->relay == 0)
		status_line(r, "delay", "not needed");
	else
		fprintf(r->out, "%-10s delay line, process %d%s\n", "delay", (int)lab->relay,
			process_is_alive(lab->relay, lab->relay_start) ? "" : " (dead)");
}

/* The number of changes; with -v also the changes. */
static void status_changes(const struct report *r, const change_list *changes)
{
	if (!changes || changes->n == 0)
		return;
	fprintf(r->out, "%-10s %zu since it was built%s\n", "changes", changes->n,
		r->verbose ? "" : " (-v lists them)");
	for (size_t i = 0; i < changes->n && r->verbose; i++) {
		own_text t = { 0 };

		change_order(&changes->v[i], &t);
		status_line(r, "", text_str(&t));
	}
}

static void changes_json(struct json *j, const change_list *changes)
{
	json_open(j, "changes", '[');
	for (size_t i = 0; changes && i < changes->n; i++) {
		own_text t = { 0 };

		change_order(&changes->v[i], &t);
		json_string(j, NULL, text_str(&t));
	}
	json_close(j);
}

/* Red: the lab needs attention. */
static void condition_text(const struct report *r, const struct lab *lab)
{
	const char *colour = lab->condition == LAB_UP ? "\033[32m" : "\033[31m";

	fprintf(r->out, "%-10s %s%s%s\n", "condition", r->coloured ? colour : "",
		condition_name(lab->condition), r->coloured ? "\033[m" : "");
}

/* Without -v at most DRIFT_LINES lines: a longer list says no more. */
static void drift_text(const struct report *r, const struct lab *lab, const lab_drift *drift)
{
	size_t shown = r->verbose || drift->n <= DRIFT_LINES ? drift->n : DRIFT_LINES - 1;

	if (drift->n == 0 && lab->condition != LAB_BROKEN)
		status_line(r, "drift", "none");
	for (size_t i = 0; i < shown; i++)
		status_line(r, "drift", drift->v[i]);
	if (shown < drift->n)
		fprintf(r->out, "%-10s and %zu more (-v lists them)\n", "", drift->n - shown);
}

static void status_text(const struct report *r, const struct lab *lab, const change_list *changes,
			const lab_drift *drift)
{
	char when[STAMP];

	status_line(r, "lab", lab->name);
	condition_text(r, lab);
	status_line(r, "topology", lab->path ? lab->path : "");
	status_line(r, "created", time_stamp(lab->created, when));
	status_line(r, "vrf", vrf_backend_name(lab->backends.vrf));
	delay_text(r, lab);
	fprintf(r->out, "%-10s %zu\n%-10s %zu\n", "nodes", lab->nodes, "links", lab->links);
	if (lab->maker)
		fprintf(r->out, "%-10s process %d%s\n", "maker", (int)lab->maker,
			lab->condition == LAB_ABANDONED ? ", which has ended" : "");
	status_changes(r, changes);
	drift_text(r, lab, drift);
	if (lab->condition == LAB_DEGRADED || (lab->condition == LAB_UP && drift->n > 0))
		fprintf(r->out, "%-10s netemu restore %s\n", "to mend", lab->name);
	if (lab->condition == LAB_ABANDONED)
		fprintf(r->out, "%-10s netemu gc\n", "to remove");
}

void report_status(const struct report *r, const struct lab *lab, const change_list *changes,
		   const lab_drift *drift)
{
	struct json j = json_begin(r->out);

	if (!r->json) {
		status_text(r, lab, changes, drift);
		return;
	}
	json_open(&j, NULL, '{');
	lab_json(&j, lab);
	changes_json(&j, changes);
	json_open(&j, "drift", '[');
	for (each(char *, d, drift))
		json_string(&j, NULL, *d);
	json_close(&j);
	json_close(&j);
	json_end(&j);
}
