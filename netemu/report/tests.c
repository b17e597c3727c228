#include "report/json.h"
#include "report/report.h"
#include "report/utf8.h"

static const struct {
	const char *word, *colour;
} outcomes[] = {
	[OUTCOME_OK] = { "ok     ", "\033[32m" },
	[OUTCOME_FAILED] = { "FAILED ", "\033[1;31m" },
	[OUTCOME_SKIPPED] = { "skipped", "\033[33m" },
};

size_t test_count(const struct test_run *run, enum outcome outcome)
{
	size_t n = 0;

	for (each(struct test_result, t, &run->results))
		n += t->outcome == outcome;
	return n;
}

static void detail(const struct report *r, const char *what, const char *text)
{
	if (!text)
		return;
	fprintf(r->out, "          %s: ", what);
	utf8_print(r->out, text);
	fputc('\n', r->out);
}

static void result_text(const struct report *r, const struct test_result *t)
{
	fprintf(r->out, "%s%s%s ", r->coloured ? outcomes[t->outcome].colour : "",
		outcomes[t->outcome].word, r->coloured ? "\033[m" : "");
	if (t->pos.line > 0) {
		utf8_print(r->out, t->pos.file ? t->pos.file : "");
		fprintf(r->out, ":%u: ", t->pos.line);
	}
	fprintf(r->out, "%s: expected %s, observed %s\n", t->name, t->expected, t->observed);
	detail(r, "because", t->because);
	detail(r, "predicted", t->predicted);
}

static void tests_text(const struct report *r, const struct test_run *run)
{
	size_t skipped = test_count(run, OUTCOME_SKIPPED), routine = 0;

	for (each(struct test_result, t, &run->results))
		if (r->verbose || !t->routine || t->outcome != OUTCOME_OK)
			result_text(r, t);
		else
			routine++;
	if (routine > 0)
		fprintf(r->out, "%s %zu %s as predicted\n", outcomes[OUTCOME_OK].word, routine,
			routine == 1 ? "pair is" : "pairs are");
	fprintf(r->out, "%zu passed, %zu failed", test_count(run, OUTCOME_OK),
		test_count(run, OUTCOME_FAILED));
	if (skipped > 0)
		fprintf(r->out, ", %zu skipped", skipped);
	fputc('\n', r->out);
}

static void result_json(struct json *j, const struct test_result *t)
{
	json_row(j, NULL, '{');
	json_string(j, "name", t->name);
	if (t->outcome == OUTCOME_SKIPPED)
		json_null(j, "ok");
	else
		json_bool(j, "ok", t->outcome == OUTCOME_OK);
	json_number_or_null(j, "line", t->pos.line);
	json_string(j, "expected", t->expected);
	json_string(j, "observed", t->observed);
	if (t->rtt_ns > 0)
		json_ms(j, "rtt-ms", t->rtt_ns);
	else
		json_null(j, "rtt-ms");
	json_string(j, "because", t->because);
	json_string(j, "predicted", t->predicted);
	json_close(j);
}

void report_tests(const struct report *r, const struct test_run *run)
{
	struct json j = json_begin(r->out);

	if (!r->json) {
		tests_text(r, run);
		return;
	}
	json_open(&j, NULL, '{');
	json_string(&j, "lab", run->lab);
	json_number(&j, "passed", test_count(run, OUTCOME_OK));
	json_number(&j, "failed", test_count(run, OUTCOME_FAILED));
	json_number(&j, "skipped", test_count(run, OUTCOME_SKIPPED));
	json_open(&j, "results", '[');
	for (each(struct test_result, t, &run->results))
		result_json(&j, t);
	json_close(&j);
	json_close(&j);
	json_end(&j);
}
