/* SPDX-License-Identifier: GPL-2.0-or-later */
/* call.h - tries services: makes a TCP connection, or sends a UDP datagram and awaits the reply. */
#ifndef PROBE_CALL_H
#define PROBE_CALL_H

#include "probe/probe.h"

/* Tries n services in parallel, each from its sender's namespace. A service that answers has
 * `received` 1 and its round trip; one that is refused has the reason in `error`. Returns 0, -EINTR
 * when cancelled, or -errno when a socket cannot be opened. */
int call_run(struct probe *calls, size_t n, struct probe_options opt, struct diag *dg);

#endif
