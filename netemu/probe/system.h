/* SPDX-License-Identifier: GPL-2.0-or-later */
/* system.h - the same probes by the standard programs ping and traceroute, as a second opinion.
 * They run in the nodes' namespaces, without a shell, several at a time.
 */
#ifndef PROBE_SYSTEM_H
#define PROBE_SYSTEM_H

#include "probe/mtu.h"
#include "probe/probe.h"
#include "probe/trace.h"

/* Like probe_run(), trace_run(), mtu_run(); -EOPNOTSUPP with a finding: a program is missing. */
int system_echo(struct probe *probes, size_t n, struct probe_options opt, struct diag *dg);
int system_trace(struct trace *traces, size_t n, struct probe_options opt, struct diag *dg);
int system_mtu(struct mtu_search *searches, size_t n, struct probe_options opt, struct diag *dg);

/* Parse the output of the programs; pure. Return false if it holds no result. */
bool ping_read(const char *text, struct probe *ret);
bool traceroute_read(const char *text, struct trace *ret);

#endif
