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

/* Reports a sentence, prefixed with the namespace's name. */
void compare_tell(const struct comparison *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Returns the name of the device with the kernel's index `ifindex`. */
const char *compare_link_name(const struct comparison *c, uint32_t ifindex);

void compare_routes(const struct comparison *c);

/* Called for each route of the namespace. `p` is NULL if it is not planned, `s` if it is missing;
 * otherwise both have the same table, metric and prefix. */
typedef void route_pair(const struct comparison *c, const struct plan_route *p,
			const struct seen_route *s);
void compare_pair_routes(const struct comparison *c, route_pair *tell);
bool compare_route_is_planned(const struct comparison *c, const struct plan_route *p,
			      const struct seen_route *s);

/* Returns the kernel's name for a kind of device (IFLA_INFO_KIND). */
const char *compare_kind_word(enum plan_dev_kind kind);
/* Whether it is a fallback tunnel, which the tunnel's module makes in every namespace. */
bool compare_is_fallback(const char *name);

bool compare_netem_is_planned(const struct seen_netem *n, const struct impairment *i);

/* Compares the netfilter rules, of nf_tables or ip_tables. `ns`: the namespace's descriptor.
 * Returns 0 or -errno. */
int compare_netfilter(const struct comparison *c, int ns);

#endif
