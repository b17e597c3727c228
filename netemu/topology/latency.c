/* SPDX-License-Identifier: GPL-2.0-or-later */
/* latency: round trips between regions */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "topology/sections.h"
#include "topology/values.h"

enum { PAIRS_MAX = 4096 };

static const char *pair_side(struct reader *r, const char *s, size_t n)
{
	return region_canonical(r->arena, arena_strndup(r->arena, s, n));
}

static bool same_pair(const struct region_pair *p, const char *a, const char *b)
{
	return (strcmp(p->a, a) == 0 && strcmp(p->b, b) == 0) ||
	       (strcmp(p->a, b) == 0 && strcmp(p->b, a) == 0);
}

/* "westeurope..northeurope"; the order of the two regions does not matter. */
static void *add_region_pair(struct reader *r, const struct yaml *y, void *latency)
{
	struct latency *l = latency;
	const char *dots = strstr(y->key, "..");
	const char *a = dots ? pair_side(r, y->key, (size_t)(dots - y->key)) : NULL;
	const char *b = dots ? pair_side(r, dots + 2, strlen(dots + 2)) : NULL;
	struct region_pair *p;

	if (!a || !b) {
		diag_error(r->dg, y->key_pos, -EINVAL, "bad-region",
			   "'%s' is not a pair of regions such as westeurope..northeurope",
			   yaml_clip(r->arena, y->key));
		return NULL;
	}
	if (strcmp(a, b) == 0) {
		diag_error(r->dg, y->key_pos, -EINVAL, "bad-region", "'%s' is one region, not two",
			   a);
		diag_hint(r->dg, "'within-region' is the round trip inside each region");
		return NULL;
	}
	for (each(struct region_pair, old, &l->pairs)) {
		if (!same_pair(old, a, b))
			continue;
		diag_error(r->dg, y->key_pos, -EINVAL, "duplicate-key",
			   "%s..%s is given twice; first at %s:%u", a, b, old->pos.file,
			   old->pos.line);
		return NULL;
	}
	if (l->pairs.n == PAIRS_MAX) {
		diag_error(r->dg, y->key_pos, -E2BIG, "limit", "more than %d pairs of regions",
			   PAIRS_MAX);
		return NULL;
	}
	p = vec_add(r->arena, &l->pairs);
	*p = (struct region_pair){ .a = a, .b = b, .pos = y->key_pos };
	return &p->rtt_ns;
}

static const struct key latency_keys[] = {
	{ "within-region", &type_time, FIELD(struct latency, within_region_ns),
	  .help = "round trip between two places in one region", .preset = "1ms" },
	{ 0 }
};

const struct type type_latency = { .noun = "a map of region pairs to times",
				   .keys = latency_keys,
				   .values = &type_time,
				   .add_value = add_region_pair,
				   .names = "^[A-Za-z0-9 ]+\\.\\.[A-Za-z0-9 ]+$|^within-region$" };
