/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include <sys/utsname.h>

#include "report/json.h"
#include "report/report.h"
#include "report/utf8.h"

static const struct {
	const char *word, *colour, *name;
} states[] = {
	[FACT_OK] = { "ok      ", "\033[32m", "ok" },
	[FACT_STAND_IN] = { "stand-in", "\033[33m", "stand-in" },
	[FACT_MISSING] = { "missing ", "\033[1;31m", "missing" },
};

static void fact_text(const struct report *r, const struct fact *f)
{
	fprintf(r->out, "  %s%s%s  %-20s ", r->coloured ? states[f->state].colour : "",
		states[f->state].word, r->coloured ? "\033[m" : "", f->name);
	utf8_print(r->out, f->detail);
	fputc('\n', r->out);
	if (f->remedy) {
		fprintf(r->out, "            %-20s ", "");
		utf8_print(r->out, f->remedy);
		fputc('\n', r->out);
	}
}

static void machine_text(const struct report *r, const fact_list *facts)
{
	const char *section = "";

	for (each(struct fact, f, facts)) {
		if (strcmp(section, f->section) != 0)
			fprintf(r->out, "%s%s\n", *section ? "\n" : "", f->section);
		section = f->section;
		fact_text(r, f);
	}
}

static void fact_json(struct json *j, const struct fact *f)
{
	json_row(j, NULL, '{');
	json_string(j, "name", f->name);
	json_bool(j, "available", f->state == FACT_OK);
	json_string(j, "state", states[f->state].name);
	json_string(j, "detail", f->detail);
	json_string(j, "remedy", f->remedy);
	json_close(j);
}

void report_machine(const struct report *r, const fact_list *facts)
{
	struct json j = json_begin(r->out);
	const char *section = NULL;
	struct utsname machine;

	if (!r->json) {
		machine_text(r, facts);
		return;
	}
	json_open(&j, NULL, '{');
	json_string(&j, "kernel", uname(&machine) == 0 ? machine.release : NULL);
	for (each(struct fact, f, facts)) {
		if (!section || strcmp(section, f->section) != 0) {
			if (section)
				json_close(&j);
			json_open(&j, f->section, '[');
		}
		section = f->section;
		fact_json(&j, f);
	}
	if (section)
		json_close(&j);
	json_close(&j);
	json_end(&j);
}
