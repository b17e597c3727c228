/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch.h - a plan as files for iproute2: input of `ip -batch`, `tc -batch` and sysctl. */
#ifndef REPORT_BATCH_H
#define REPORT_BATCH_H

#include <stdio.h>

#include "plan/plan.h"

/* Of the whole lab. */
void batch_namespaces(FILE *out, const struct plan *p, const char *lab); /* ip -batch */
void batch_links(FILE *out, const struct plan *p, const char *lab);	 /* ip -batch */
void batch_up(FILE *out, const char *lab); /* a script that applies all files */
void batch_down(FILE *out, const struct plan *p, const char *lab); /* ip -force -batch */

/* Of one namespace. */
void batch_node(FILE *out, const struct plan *p, uint32_t netns);	/* ip -n NETNS -batch */
void batch_qdiscs(FILE *out, const struct plan *p, uint32_t netns);	/* tc -n NETNS -batch */
void batch_sysctls(FILE *out, const struct plan *p, uint32_t netns);	/* sysctl -p, first ... */
void batch_forwarding(FILE *out, const struct plan *p, uint32_t netns); /* ... and last */

#endif
