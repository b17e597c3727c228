/* report.h - values to text or JSON on a stream; changes nothing and knows no commands.
 *
 * Text from a topology is made harmless before it meets a terminal. Keys of JSON stand in a
 * fixed order; times are in milliseconds in keys that end in -ms.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/vec.h"
#include "lab/lab.h"
#include "plan/plan.h"
#include "routing/explain.h"
#include "routing/routing.h"

struct report {
	FILE *out;
	bool json;
	bool coloured;
	bool verbose; /* also what is well, one by one */
};

/* Colour is for terminals, unless NO_COLOR is set. */
bool report_may_colour(FILE *out);

/* Findings as a compiler shows them: place, text, [id], the line with a caret, the remedy. JSON: an
 * array of {"file", "line", "column", "severity", "code", "text", "hint"}. Those less serious
 * than `least` are left out. */
void report_findings(const struct report *r, const struct diag *dg, enum diag_level least);

struct prediction {
	uint32_t from, to; /* nodes */
	struct verdict verdict;
};
void report_predictions(const struct report *r, const char *lab, const struct fabric *f,
			const struct prediction *v, size_t n);

/* What NATs on a path make of its packets, a line each. */
void report_translations(FILE *out, const struct fabric *f, const struct path *p);

/* Why A reaches B or not, both ways. */
void report_explanation(const struct report *r, const char *lab, const struct routes *routes,
			const struct explanation *e);

/* A node's forwarding table, each route with its provenance. */
void report_routes(const struct report *r, const char *lab, const struct routes *routes,
		   uint32_t node);

/* Every node's. */
void report_all_routes(const struct report *r, const char *lab, const struct routes *routes);

void report_plan(const struct report *r, const char *lab, const struct plan *p);
void report_plan_counts(const struct report *r, const char *lab, const struct plan *p);

/* One that has just been built; `took_ns` to build. */
void report_up(const struct report *r, const char *lab, const struct plan *p, uint64_t took_ns);

void report_labs(const struct report *r, struct lab *const *labs, size_t n);
void report_status(const struct report *r, const struct lab *lab, const lab_drift *drift);

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
};
struct test_run {
	const char *lab;
	VEC(struct test_result) results;
};
size_t test_count(const struct test_run *run, enum outcome outcome);
void report_tests(const struct report *r, const struct test_run *run);

enum fact_state { FACT_OK, FACT_STAND_IN, FACT_MISSING };
struct fact { /* one thing that this machine offers or lacks; strings on the heap */
	const char *section, *name; /* borrowed: "features", "programs", "limits", ... */
	enum fact_state state;
	char *detail;
	char *remedy; /* how to get it, or NULL */
};
typedef VEC(struct fact) fact_list; /* those of a section together */
void report_machine(const struct report *r, const fact_list *facts);

#endif
