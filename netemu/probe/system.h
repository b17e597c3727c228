/* SPDX-License-Identifier: GPL-2.0-or-later */
/* system.h - the same questions put to the standard programs, ping and traceroute, for whoever
 * wants a second opinion. They run in the nodes' namespaces, without a shell, some at a time.
 */
#ifndef PROBE_SYSTEM_H
#define PROBE_SYSTEM_H

#include "probe/mtu.h"
#include "probe/probe.h"
#include "probe/trace.h"

/* As probe_run(), trace_run(), mtu_run(). -ENOENT, with a finding: the program is not there. */
int system_echo(struct probe *probes, size_t n, struct probe_options opt, struct diag *dg);
int system_trace(struct trace *traces, size_t n, struct probe_options opt, struct diag *dg);
int system_mtu(struct mtu_search *searches, size_t n, struct probe_options opt, struct diag *dg);

/* What the programs print, read; pure. False: it says nothing of the matter. */
bool ping_read(const char *text, struct probe *ret);
bool traceroute_read(const char *text, struct trace *ret);

#endif
