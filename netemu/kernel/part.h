/* SPDX-License-Identifier: GPL-2.0-or-later */
/* part.h - refers to one part of a plan, for requests and findings. */
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

/* Convert a part to a batch's tag, and back. */
uint64_t part_tag(enum part_kind kind, uint32_t i);
struct part part_of_tag(uint64_t tag);

/* Returns the position in the user's file that the part comes from. */
struct pos part_pos(const struct plan *p, struct part part);

/* Appends "route 10.9.0.0/16 via 192.0.2.1 dev wan in ams". */
void part_text(const struct plan *p, struct part part, struct text *out);

/* Appends the route alone: "10.9.0.0/16 via 192.0.2.1 dev primary". */
struct plan_route;
void part_route_text(const struct plan *p, const struct plan_route *r, struct text *out);

#endif
