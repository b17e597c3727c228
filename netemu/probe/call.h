/* SPDX-License-Identifier: GPL-2.0-or-later */
/* call.h - services tried: a TCP connection made, a UDP datagram sent and heard again. */
#ifndef PROBE_CALL_H
#define PROBE_CALL_H

#include "probe/probe.h"

/* Tries n services side by side, each from its sender's namespace. received is 1 when it answered,
 * with the time that took; `error` is why not, when somebody said so. Returns 0, -EINTR when told
 * to stop, or -errno when sockets cannot be had. */
int call_run(struct probe *calls, size_t n, struct probe_options opt, struct diag *dg);

#endif
