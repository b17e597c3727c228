/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packets.h - a few packets of netemu's own, shown as the standard programs show theirs. */
#ifndef CLI_PACKETS_H
#define CLI_PACKETS_H

#include <stdint.h>
#include <stdio.h>

struct world;

/* Three echoes from a node to another, a line each, and how many were answered. */
void packets_ping(const struct world *w, uint32_t from, uint32_t to, FILE *out);

/* The routers of one flow, a line each. */
void packets_trace(const struct world *w, uint32_t from, uint32_t to, FILE *out);

#endif
