/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare.h - what differs between a plan and a namespace, as sentences.
 *
 *	pc-a.t0: route 10.1.0.0/16 via 100.64.0.3 dev primary is missing
 *
 * One cause, one sentence: of a device that is missing or down, nothing more is said.
 */
#ifndef KERNEL_COMPARE_H
#define KERNEL_COMPARE_H

#include <stdint.h>

struct plan;
struct sysctl_writer;

typedef void compare_say(void *ctx, const char *sentence);

/* Reads the namespace (a descriptor) and compares. 0 or -errno: it could not be read. */
int kernel_compare(const struct plan *p, uint32_t netns, int ns, compare_say *say, void *ctx);

/* The same of its sysctls; those that this kernel has not got are passed over. */
int kernel_compare_sysctls(const struct plan *p, uint32_t netns, int ns, struct sysctl_writer *w,
			   compare_say *say, void *ctx);

#endif
