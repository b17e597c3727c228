/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packets.h - netemu's own ping and traceroute, printed like the standard programs. */
#ifndef CLI_PACKETS_H
#define CLI_PACKETS_H

#include <stdint.h>
#include <stdio.h>

struct world;

/* Sends three echo requests. Prints a line for each reply, then the packet loss. */
void packets_ping(const struct world *w, uint32_t from, uint32_t to, FILE *out);

/* Traces one flow, and prints a line for each hop. */
void packets_trace(const struct world *w, uint32_t from, uint32_t to, FILE *out);

#endif
