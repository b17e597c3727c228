/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare.h - reports the drift of a namespace from its plan, as sentences.
 *
 *	pc-a.t0: route 10.1.0.0/16 via 100.64.0.3 dev primary is missing
 *
 * Each cause gives one sentence: a device that is missing or down is reported without the addresses
 * and routes that it lost by that.
 */
#ifndef KERNEL_COMPARE_H
#define KERNEL_COMPARE_H

#include <stdint.h>

struct plan;
struct sysctl_writer;

typedef void compare_say(void *ctx, const char *sentence);

/* Reads the namespace `ns` (a descriptor) and compares it with the plan's namespace `netns`.
 * Returns 0, or -errno if it cannot be read. */
int kernel_compare(const struct plan *p, uint32_t netns, int ns, compare_say *say, void *ctx);

/* The same for its sysctls. Skips those that this kernel does not have. */
int kernel_compare_sysctls(const struct plan *p, uint32_t netns, int ns, struct sysctl_writer *w,
			   compare_say *say, void *ctx);

#endif
