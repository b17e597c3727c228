/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/json.h"
#include "report/tests.h"

static void ms_or_null(struct json *j, const char *key, uint64_t ns)
{
	if (ns > 0)
		json_ms(j, key, ns);
	else
		json_null(j, key);
}

static void result_json(struct json *j, const struct test_result *t)
{
	json_row(j, NULL, '{');
	json_string(j, "name", t->name);
	json_string(j, "scenario", t->suite);
	if (t->outcome == OUTCOME_SKIPPED)
		json_null(j, "ok");
	else
		json_bool(j, "ok", t->outcome == OUTCOME_OK);
	json_string(j, "file", t->pos.line ? t->pos.file : NULL);
	json_number_or_null(j, "line", t->pos.line);
	json_number_or_null(j, "column", t->pos.line ? t->pos.col : 0);
	json_string(j, "expected", t->expected);
	json_string(j, "observed", t->observed);
	ms_or_null(j, "rtt-ms", t->rtt_ns);
	ms_or_null(j, "took-ms", t->took_ns);
	json_number(j, "lost", t->lost);
	json_string(j, "because", t->because);
	json_string(j, "predicted", t->predicted);
	json_string(j, "why", t->why);
	json_close(j);
}

void tests_json(const struct report *r, const struct test_run *run)
{
	struct json j = json_begin(r->out);

	json_open(&j, NULL, '{');
	json_string(&j, "lab", run->lab);
	json_number(&j, "passed", test_count(run, OUTCOME_OK));
	json_number(&j, "failed", test_count(run, OUTCOME_FAILED));
	json_number(&j, "skipped", test_count(run, OUTCOME_SKIPPED));
	json_string(&j, "stopped", run->stopped);
	findings_json(&j, "findings", run->findings, DIAG_NOTE);
	json_open(&j, "results", '[');
	for (each(struct test_result, t, &run->results))
		result_json(&j, t);
	json_close(&j);
	json_close(&j);
	json_end(&j);
}
