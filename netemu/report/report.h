/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report.h - prints values as text or JSON to a stream; changes nothing and knows no commands.
 *
 * Text from a topology is made harmless before it reaches a terminal. The keys of JSON have a fixed
 * order; a key that ends in -ms holds milliseconds.
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
	bool verbose; /* print all items, also those that are as expected */
};

/* True when `out` is a terminal that may show colours: NO_COLOR is not set, TERM is not "dumb". */
bool report_may_colour(FILE *out);

/* Prints findings as a compiler does: place, text, [id], the line with a caret, the hint. JSON: an
 * array of {"file", "line", "column", "severity", "code", "text", "hint"}. Findings less serious
 * than `least` are omitted. */
void report_findings(const struct report *r, const struct diag *dg, enum diag_level least);

/* Prints an annotation for GitHub's runner. `level`: "error", "warning" or "notice". */
void report_annotation(FILE *out, const char *level, struct pos at, const char *title,
		       const char *message);
/* Prints all findings as annotations. */
void report_annotations(FILE *out, const struct diag *dg);

struct prediction {
	uint32_t from, to; /* nodes */
	struct verdict verdict;
};
void report_prediction(const struct report *r, const char *lab, const struct routes *routes,
		       const struct prediction *p);
/* Predicts and prints every pair of the nodes, one at a time: memory may not hold all of them. */
void report_predictions(const struct report *r, const char *lab, const struct routes *routes,
			const index_list *nodes);
/* Prints what traceroute and ping show for a pair: a line for each TTL; in JSON the key "trace". */
void report_visible(FILE *out, const struct routes *routes, const struct verdict *v);
struct json;
void report_visible_json(struct json *j, const struct routes *routes, const struct verdict *v);

/* Prints the address translations of the NATs on a path, a line each. */
void report_translations(FILE *out, const struct fabric *f, const struct path *p);

/* Prints why A reaches B or not, in both directions. */
void report_explanation(const struct report *r, const char *lab, const struct routes *routes,
			const struct explanation *e);

/* Prints a node's forwarding table, each route with its provenance. */
void report_routes(const struct report *r, const char *lab, const struct routes *routes,
		   uint32_t node);

/* Prints the forwarding tables of all nodes. */
void report_all_routes(const struct report *r, const char *lab, const struct routes *routes);

/* Print routes as the cloud's own tools do: the effective routes of a network card; or the routes
 * of an MSEE or a gateway, with `as` "circuit", "learned" or "advertised". */
void report_effective_routes(const struct report *r, const char *lab, const struct routes *routes,
			     uint32_t node);
void report_listed_routes(const struct report *r, const char *lab, const struct routes *routes,
			  uint32_t node, const char *as);

void report_plan(const struct report *r, const char *lab, const struct plan *p);
void report_plan_counts(const struct report *r, const char *lab, const struct plan *p);

/* Prints the sizes of a lab that has just been built, in `took_ns`. */
void report_up(const struct report *r, const char *lab, const struct plan *p, uint64_t took_ns);

struct change_report {	  /* a change of a lab, made or predicted */
	const char *what; /* "er-dc1.primary has failed" */
	const struct difference *d;
	uint64_t took_ns;  /* to change the kernel; 0: a prediction */
	uint64_t known_ns; /* until all routers converged; 0: at once */
};
/* Prints the change and its effect in figures; verbose: also each pair of hosts that was gained or
 * lost, or that takes another path. */
void report_change(const struct report *r, const char *lab, const struct change_report *c);
/* Prints the links' impairments in each direction. */
void report_impairments(const struct report *r, const char *lab, const struct fabric *f,
			const index_list *links);
/* Prints the difference of two plans, in the plan's text form. */
void report_plan_diff(const struct report *r, const char *lab, const struct plan_diff *d);
/* Prints how many parts of a lab were mended; verbose: also which. JSON: the differences. */
void report_mended(const struct report *r, const struct lab *lab, const struct plan_diff *d,
		   uint64_t took_ns);

/* `changes`: the number of changes to each lab since it was built. */
void report_labs(const struct report *r, struct lab *const *labs, const size_t *changes, size_t n);
/* Prints the names of removed labs; JSON only. */
void report_removed_json(FILE *out, const lab_names *names);
/* `changes` may be NULL: not known. */
void report_status(const struct report *r, const struct lab *lab, const change_list *changes,
		   const lab_drift *drift);

/* Prints how late the delay line is, and what it did to each link's frames. */
void report_delay_line(const struct report *r, const struct relay_stats *s);

size_t test_count(const struct test_run *run, enum outcome outcome);

enum test_format { TEST_TEXT, TEST_TAP, TEST_JUNIT, TEST_JSON, TEST_GITHUB };
/* Find a format by its name ("tap"), or by the suffix of the output file ("results.xml"). False: no
 * such format. */
bool test_format_named(const char *name, enum test_format *ret);
bool test_format_of_file(const char *path, enum test_format *ret);
void report_tests(const struct report *r, enum test_format format, const struct test_run *run);

enum fact_state { FACT_OK, FACT_STAND_IN, FACT_MISSING };
struct fact { /* a feature that this machine has or lacks; strings on the heap */
	const char *section, *name; /* borrowed: "features", "programs", "limits", ... */
	enum fact_state state;
	char *detail;
	char *remedy; /* how to get the feature, or NULL */
};
typedef VEC(struct fact) fact_list; /* grouped by section */
void report_machine(const struct report *r, const fact_list *facts);

#endif
