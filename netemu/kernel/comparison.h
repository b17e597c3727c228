/* SPDX-License-Identifier: GPL-2.0-or-later */
/* comparison.h - one namespace's comparison, shared by the files that make it. */
#ifndef KERNEL_COMPARISON_H
#define KERNEL_COMPARISON_H

#include "kernel/compare.h"

#include <stdbool.h>
#include <stdint.h>

#include "kernel/read.h"
#include "plan/plan.h"

struct comparison {
	const struct plan *plan;
	const struct seen *seen;
	uint32_t netns;
	compare_say *say;
	void *ctx;
};

/* Says a sentence, behind the namespace's name. */
void compare_tell(const struct comparison *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The name of the kernel's device. */
const char *compare_link_name(const struct comparison *c, uint32_t ifindex);

void compare_routes(const struct comparison *c);

/* Each of the namespace's routes, planned, seen, or both: then they are for the same packets. */
typedef void route_pair(const struct comparison *c, const struct plan_route *p,
			const struct seen_route *s);
void compare_pair_routes(const struct comparison *c, route_pair *tell);
bool compare_route_is_planned(const struct comparison *c, const struct plan_route *p,
			      const struct seen_route *s);

/* What the kernel calls a kind of device. */
const char *compare_kind_word(enum plan_dev_kind kind);
/* A device that some tunnel's module puts into every namespace. */
bool compare_is_fallback(const char *name);

bool compare_netem_is_planned(const struct seen_netem *n, const struct impairment *i);

/* Netfilter's rules, by whichever engine they stand there. `ns`: the namespace's descriptor. */
int compare_netfilter(const struct comparison *c, int ns);

#endif
