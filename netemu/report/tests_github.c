/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands to GitHub's runner, which shows each one as an annotation at a line of the file
 * ("Workflow commands for GitHub Actions" in GitHub's documentation). */
#include <string.h>

#include "base/text.h"
#include "report/tests.h"
#include "report/utf8.h"

/* A newline would end the command, a colon or a comma would end one of its properties. */
static void print_github_escaped(FILE *out, const char *s, const char *which)
{
	own_text safe = { 0 };

	for (const char *p = s; *p;) {
		size_t n = strcspn(p, "\n");
		own_text line = { 0 };

		text_addn(&line, p, n);
		utf8_add_all(&safe, text_str(&line));
		text_add(&safe, p[n] ? "\n" : "");
		p += n + (p[n] != '\0');
	}
	for (const char *p = text_str(&safe); *p; p++)
		if (strchr(which, *p))
			fprintf(out, "%%%02X", (unsigned int)(unsigned char)*p);
		else
			fputc(*p, out);
}

void report_annotation(FILE *out, const char *level, struct pos at, const char *title,
		       const char *message)
{
	static const char in_data[] = "%\r\n", in_property[] = "%\r\n:,";

	fprintf(out, "::%s ", level);
	if (at.file) {
		fputs("file=", out);
		print_github_escaped(out, at.file, in_property);
		fputc(',', out);
	}
	if (at.file && at.line > 0)
		fprintf(out, "line=%u,", at.line);
	if (at.file && at.line > 0 && at.col > 0)
		fprintf(out, "col=%u,", at.col);
	fputs("title=", out);
	print_github_escaped(out, title, in_property);
	fputs("::", out);
	print_github_escaped(out, message, in_data);
	fputc('\n', out);
}

static void annotate_result(FILE *out, const struct test_result *t)
{
	own_text title = { 0 }, message = { 0 };

	text_printf(&title, "%s%s%s", t->suite ? t->suite : "", t->suite ? ": " : "", t->name);
	test_difference(t, &message);
	text_add(&message, "\n");
	test_reasons(t, "", &message);
	message.s[--message.n] = '\0';
	report_annotation(out, t->outcome == OUTCOME_FAILED ? "error" : "warning", t->pos,
			  text_str(&title), text_str(&message));
}

void tests_github(const struct report *r, const struct test_run *run)
{
	struct pos nowhere = { 0 };
	own_text line = { 0 };

	for (each(struct test_result, t, &run->results))
		if (t->outcome != OUTCOME_OK)
			annotate_result(r->out, t);
	if (run->findings)
		report_annotations(r->out, run->findings);
	if (run->stopped && (!run->findings || diag_errors(run->findings) == 0))
		report_annotation(r->out, "error", nowhere, "the test is not finished",
				  run->stopped);
	text_printf(&line, "%s: ", run->lab);
	test_sum(run, &line);
	utf8_print(r->out, text_str(&line));
	fputc('\n', r->out);
}
