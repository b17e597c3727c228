/* SPDX-License-Identifier: GPL-2.0-or-later */
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
#include "model/change.h"
#include "plan/diff.h"
#include "plan/plan.h"
#include "relay/relay.h"
#include "routing/difference.h"
#include "routing/explain.h"
#include "routing/routing.h"
#include "verify/result.h"

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

/* An annotation for GitHub's runner: "error", "warning" or "notice", at a place. */
void report_annotation(FILE *out, const char *level, struct pos at, const char *title,
		       const char *message);
/* All findings so. */
void report_annotations(FILE *out, const struct diag *dg);

struct prediction {
	uint32_t from, to; /* nodes */
	struct verdict verdict;
};
void report_prediction(const struct report *r, const char *lab, const struct routes *routes,
		       const struct prediction *p);
/* Every pair of those nodes. Each is predicted when it is printed: there may be too many of them to
 * be held. */
void report_predictions(const struct report *r, const char *lab, const struct routes *routes,
			const index_list *nodes);
/* What a traceroute and a ping show of a pair: a line for each TTL; or the key "trace". */
void report_visible(FILE *out, const struct routes *routes, const struct verdict *v);
struct json;
void report_visible_json(struct json *j, const struct routes *routes, const struct verdict *v);

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

/* As the cloud's own tools print them: of a network card; or, `as` "circuit", "learned" or
 * "advertised", of an MSEE or a gateway. */
void report_effective_routes(const struct report *r, const char *lab, const struct routes *routes,
			     uint32_t node);
void report_listed_routes(const struct report *r, const char *lab, const struct routes *routes,
			  uint32_t node, const char *as);

void report_plan(const struct report *r, const char *lab, const struct plan *p);
void report_plan_counts(const struct report *r, const char *lab, const struct plan *p);

/* One that has just been built; `took_ns` to build. */
void report_up(const struct report *r, const char *lab, const struct plan *p, uint64_t took_ns);

struct change_report { /* what was done to a lab, or would be */
	const char *what;	   /* "er-dc1.primary has failed" */
	const struct difference *d;
	uint64_t took_ns; /* by the kernel; 0: nothing was done */
	uint64_t known_ns; /* after which all routers knew; 0: at once */
};
/* A sentence, what it has done to the network in figures; verbose: every pair of hosts that reaches
 * each other now or does no longer, or by another way. */
void report_change(const struct report *r, const char *lab, const struct change_report *c);
/* What links do to frames, each way. */
void report_impairments(const struct report *r, const char *lab, const struct fabric *f,
			const index_list *links);
/* What leads from one plan to another, in the words of the plan. */
void report_plan_diff(const struct report *r, const char *lab, const struct plan_diff *d);
/* What was mended in a lab: how much; verbose: what. As JSON the differences. */
void report_mended(const struct report *r, const struct lab *lab, const struct plan_diff *d,
		   uint64_t took_ns);

/* `changes`: how many each lab has seen since it was built. */
void report_labs(const struct report *r, struct lab *const *labs, const size_t *changes, size_t n);
/* The names of labs that are gone; as JSON only. */
void report_removed_json(FILE *out, const lab_names *names);
/* `changes` may be NULL: not known. */
void report_status(const struct report *r, const struct lab *lab, const change_list *changes,
		   const lab_drift *drift);

/* How the delay line fares: how late it is, and what it has done to each link's frames. */
void report_delay_line(const struct report *r, const struct relay_stats *s);

size_t test_count(const struct test_run *run, enum outcome outcome);

enum test_format { TEST_TEXT, TEST_TAP, TEST_JUNIT, TEST_JSON, TEST_GITHUB };
/* By its name, "tap", or by the suffix of a file that is to hold it, "results.xml". */
bool test_format_named(const char *name, enum test_format *ret);
bool test_format_of_file(const char *path, enum test_format *ret);
void report_tests(const struct report *r, enum test_format format, const struct test_run *run);

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
