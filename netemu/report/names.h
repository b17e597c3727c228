/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names.h - the names that reports print for nodes and for netemu's own states. */
#ifndef REPORT_NAMES_H
#define REPORT_NAMES_H

#include "plan/plan.h"
#include "routing/routing.h"

const char *vrf_backend_name(enum vrf_backend b);     /* "device", "namespace" */
const char *delay_backend_name(enum delay_backend b); /* "netem", "relay" */

static inline const char *node_name(const struct fabric *f, uint32_t node)
{
	return f->nodes.v[node].name;
}

#endif
