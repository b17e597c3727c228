/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words.h - prints one part of a plan in the words of iproute2, without a newline. */
#ifndef PLAN_WORDS_H
#define PLAN_WORDS_H

#include <stdint.h>

struct plan;
struct text;

void words_sysctl(const struct plan *p, uint32_t i, struct text *out);
void words_dev(const struct plan *p, uint32_t i, struct text *out);
void words_addr(const struct plan *p, uint32_t i, struct text *out);
void words_neigh(const struct plan *p, uint32_t i, struct text *out);
void words_route(const struct plan *p, uint32_t i, struct text *out);
void words_qdisc(const struct plan *p, uint32_t i, struct text *out);
void words_filter(const struct plan *p, uint32_t i, struct text *out);
void words_nat(const struct plan *p, uint32_t i, struct text *out);
void words_service(const struct plan *p, uint32_t i, struct text *out);
/* "to w1a: delay 5ms" */
void words_wire_end(const struct plan *p, uint32_t wire, int end, struct text *out);

#endif
