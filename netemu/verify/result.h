/* SPDX-License-Identifier: GPL-2.0-or-later */
/* result.h - what was tried, and how it came out: plain values, filled in here, told by report. */
#ifndef VERIFY_RESULT_H
#define VERIFY_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/vec.h"

enum outcome { OUTCOME_OK, OUTCOME_FAILED, OUTCOME_SKIPPED };
struct test_result { /* strings are the run's arena's, or outlive it */
	const char *name;
	enum outcome outcome;
	bool routine;	/* one of the matrix: not worth a line of text when it is well */
	struct pos pos; /* line 0: not from the file */
	const char *expected, *observed;
	uint64_t rtt_ns;       /* observed; 0: none */
	const char *because;   /* the file's own words, or NULL */
	const char *predicted; /* what netemu's routes say, when that helps; or NULL */
	const char *suite;     /* the scenario that it belongs to; NULL: none */
	uint64_t took_ns; /* until it held, or until the change took effect; 0: not measured */
	uint64_t lost;	  /* probes lost meanwhile */
	const char *why;       /* the explanation of a failure, several lines; or NULL */
};
struct test_run {
	const char *lab;
	const char *file;    /* the topology; NULL: not known */
	const char *stopped; /* why the run ended before its end; NULL: it did not */
	const struct diag *findings; /* of the file and of the run; NULL: none */
	VEC(struct test_result) results; /* those of a scenario together */
};

#endif
