/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests.h - what the formats of test results share. Private to the room. */
#ifndef REPORT_TESTS_H
#define REPORT_TESTS_H

#include "report/report.h"

struct json;
struct text;

/* Rounded to the microsecond: more digits are noise. */
#define TOOK_STR(ns) TIME_STR(((ns) + 500) / 1000 * 1000)

void tests_text(const struct report *r, const struct test_run *run);
void tests_tap(const struct report *r, const struct test_run *run);
void tests_junit(const struct report *r, const struct test_run *run);
void tests_json(const struct report *r, const struct test_run *run);
void tests_github(const struct report *r, const struct test_run *run);

/* The number of results from `first` on that belong to the same scenario (or to none). */
size_t tests_of_suite(const struct test_run *run, size_t first);

/* "2.1ms after 1.2s, 3 probes lost" */
void test_observed(const struct test_result *t, struct text *ret);

/* "a to b: no answer" */
void test_title(const struct test_result *t, struct text *ret);

/* "expected no answer, observed 2.1ms" */
void test_difference(const struct test_result *t, struct text *ret);

/* Appends the reasons of a result, each line after `indent`, made harmless for terminals. */
void test_reasons(const struct test_result *t, const char *indent, struct text *ret);

/* Writes the array of report_findings(), under a key or (NULL) alone; empty if `dg` is NULL. */
void findings_json(struct json *j, const char *key, const struct diag *dg, enum diag_level least);
/* The findings as text on the heap; NULL: no findings. */
char *test_findings(const struct test_run *run);

/* "2 passed, 1 failed, 1 skipped" */
void test_sum(const struct test_run *run, struct text *ret);

#endif
