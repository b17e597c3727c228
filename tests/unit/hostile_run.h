/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hostile_run.h - the result of a test whose every word tries to be more than a word: bytes that
 * are no UTF-8, escapes, markup, directives, ends of lines. */
#ifndef TESTS_HOSTILE_RUN_H
#define TESTS_HOSTILE_RUN_H

#include "base/vec.h"
#include "report/report.h"

static const struct test_result hostile_results[] = {
	{ .name = "a to b",
	  .outcome = OUTCOME_OK,
	  .routine = true,
	  .expected = "2ms",
	  .observed = "2.05ms",
	  .rtt_ns = 2050000 },
	{ .name = "a to c",
	  .outcome = OUTCOME_OK,
	  .pos = { "dir,one:two/50%.yaml", 6, 5, 0 },
	  .expected = "no answer",
	  .observed = "no answer",
	  .because = "joins are not transitive",
	  .predicted = "no route to 10.0.0.0/8 at a" },
	{ .name = "a to d # SKIP not really \\",
	  .outcome = OUTCOME_FAILED,
	  .pos = { "dir,one:two/50%.yaml", 7, 5, 0 },
	  .expected = "]]> <failure/> & \"quotes\" 'too'",
	  .observed = "\033[31m\xff\xc2\x9b"
		      "2J \xef\xbf\xbf \x01 caf\xc3\xa9",
	  .because = "100%: a,b\n::error::not a command\r\nnot ok 9",
	  .predicted = "reachable in 2ms",
	  .why = "a reaches d\n\n  there:\n  ---\n  ...\nBail out!\n\033" },
	{ .name = "a to e tcp/443",
	  .outcome = OUTCOME_SKIPPED,
	  .suite = "lose: the # link",
	  .pos = { "dir,one:two/50%.yaml", 11, 7, 0 },
	  .expected = "1Gbps..",
	  .observed = "iperf3 is not installed" },
	{ .name = "a to f",
	  .outcome = OUTCOME_FAILED,
	  .suite = "lose: the # link",
	  .pos = { "dir,one:two/50%.yaml", 12, 7, 0 },
	  .expected = "an answer within 1s",
	  .observed = "no answer",
	  .took_ns = 1200000000,
	  .lost = 3 },
	{ .name = "a to g",
	  .outcome = OUTCOME_OK,
	  .suite = "join",
	  .pos = { "dir,one:two/50%.yaml", 18, 7, 0 },
	  .expected = "an answer",
	  .observed = "2ms",
	  .rtt_ns = 2000000 },
	{ .name = "a to g",
	  .outcome = OUTCOME_OK,
	  .suite = "join",
	  .pos = { "dir,one:two/50%.yaml", 20, 7, 0 },
	  .expected = "an answer",
	  .observed = "2ms",
	  .rtt_ns = 2000000,
	  .took_ns = 20500000,
	  .lost = 1 },
};

/* The results are the heap's: vec_free() them. */
static inline struct test_run hostile_run(void)
{
	struct test_run run = { .lab = "lab", .file = "dir,one:two/50%.yaml" };

	for (size_t i = 0; i < countof(hostile_results); i++)
		vec_push(NULL, &run.results, hostile_results[i]);
	return run;
}

#endif
