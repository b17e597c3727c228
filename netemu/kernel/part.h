/* SPDX-License-Identifier: GPL-2.0-or-later */
/* part.h - one part of a plan, as requests and findings speak of it. */
#ifndef KERNEL_PART_H
#define KERNEL_PART_H

#include <stdint.h>

#include "base/diag.h"

struct plan;
struct text;

enum part_kind {
	PART_NETNS,
	PART_LOOPBACK, /* index: of the namespace */
	PART_DEV,
	PART_ADDR,
	PART_NEIGH,
	PART_ROUTE,
	PART_QDISC,
	PART_FILTER,
	PART_NAT,
};

struct part {
	enum part_kind kind;
	uint32_t i; /* in the plan's list of that kind */
};

/* A part as one number and back: a batch's tag. */
uint64_t part_tag(enum part_kind kind, uint32_t i);
struct part part_of_tag(uint64_t tag);

/* Where in the user's file it comes from. */
struct pos part_pos(const struct plan *p, struct part part);

/* "route 10.9.0.0/16 via 192.0.2.1 in ams", made only when somebody must be told. */
void part_text(const struct plan *p, struct part part, struct text *out);

/* "10.9.0.0/16 via 192.0.2.1 dev primary": the route alone. */
struct plan_route;
void part_route_text(const struct plan *p, const struct plan_route *r, struct text *out);

#endif
