/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sayings.h - a topology, and all that is said of it. */
#ifndef TESTS_SAYINGS_H
#define TESTS_SAYINGS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/diag.h"
#include "base/map.h"
#include "base/text.h"
#include "base/vec.h"
#include "model/findings.h"
#include "model/model.h"
#include "topology/topology.h"

#define V "netemu: 1\n" /* what a topology begins with */

struct saying {
	const char *yaml, *want; /* want: "file:line:col: error: text [id]", and hints indented */
};

/* The ids that any test has seen. */
static bool sayings_seen[128];

static inline void sayings_see(const char *id)
{
	size_t n;
	const struct finding_kind *kinds = finding_kinds(&n);

	assert_true(n <= countof(sayings_seen));
	for (size_t i = 0; i < n; i++) {
		if (strcmp(kinds[i].id, id) != 0)
			continue;
		sayings_seen[i] = true;
		return;
	}
	fail_msg("the id '%s' is not in model/findings.c", id);
}

static inline void sayings_render(struct diag *dg, struct text *out)
{
	static const char *const levels[] = {
		[DIAG_ERROR] = "error", [DIAG_WARNING] = "warning", [DIAG_NOTE] = "note"
	};

	diag_sort(dg);
	for (size_t i = 0; i < diag_count(dg); i++) {
		const struct finding *f = diag_at(dg, i);

		sayings_see(f->id);
		text_printf(out, "%s:%u:%u: %s: %s [%s]\n", f->at.file, f->at.line, f->at.col,
			    levels[f->level], f->text, f->id);
		if (f->hint)
			text_printf(out, "  %s\n", f->hint);
	}
}

static inline void check_saying(const char *yaml, size_t n, const char *want)
{
	struct diag *dg = diag_new();
	struct model *m = topology_parse("t.yaml", yaml, n, dg);
	own_text said = { 0 };

	sayings_render(dg, &said);
	if (strcmp(text_str(&said), want) != 0)
		print_error("of this topology:\n%.2000s\n", yaml);
	assert_string_equal(text_str(&said), want);
	assert_int_equal(m == NULL, diag_errors(dg) > 0);
	model_free(m);
	diag_free(dg);
}

static inline void check_sayings(const struct saying *sayings, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_saying(sayings[i].yaml, strlen(sayings[i].yaml), sayings[i].want);
}

/* Whether all kinds of findings from one on, up to but not including another, have been seen by
 * now: by this program. Each has a part of the list, and the next begins where the one before
 * ends, so that a new kind is in somebody's part. */
static inline void check_seen(const char *first, const char *next)
{
	size_t n;
	const struct finding_kind *kinds = finding_kinds(&n);
	bool inside = false;

	for (size_t i = 0; i < n; i++) {
		inside |= strcmp(kinds[i].id, first) == 0;
		if (inside && strcmp(kinds[i].id, next) == 0)
			return;
		if (inside && !sayings_seen[i])
			fail_msg("no test makes netemu say [%s]", kinds[i].id);
	}
	fail_msg("there are no kinds '%s' and, later, '%s'", first, next);
}

#endif
