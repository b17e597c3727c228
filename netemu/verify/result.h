/* SPDX-License-Identifier: GPL-2.0-or-later */
/* result.h - the results of tests: plain values, which verify fills in and report prints. */
#ifndef VERIFY_RESULT_H
#define VERIFY_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/vec.h"

enum outcome { OUTCOME_OK, OUTCOME_FAILED, OUTCOME_SKIPPED };
struct test_result { /* strings live in the run's arena, or outlive it */
	const char *name;
	enum outcome outcome;
	bool routine;	/* a pair of the matrix: needs no line of text when it is as predicted */
	struct pos pos; /* line 0: not from the file */
	const char *expected, *observed;
	uint64_t rtt_ns;       /* observed; 0: none */
	const char *because;   /* the file's own words, or NULL */
	const char *predicted; /* the prediction, when it explains the result; or NULL */
	const char *suite;     /* its scenario; NULL: none */
	uint64_t took_ns;      /* until it held, or until the change took effect; 0: not measured */
	uint64_t lost;	       /* probes lost meanwhile */
	const char *why;       /* the explanation of a failure, several lines; or NULL */
};
struct test_run {
	const char *lab;
	const char *file;		 /* the topology; NULL: not known */
	const char *stopped;		 /* why the run was aborted; NULL: it was not */
	const struct diag *findings;	 /* of the file and of the run; NULL: none */
	VEC(struct test_result) results; /* grouped by scenario */
};

#endif
