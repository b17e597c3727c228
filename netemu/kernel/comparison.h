/* comparison.h - one namespace's comparison, shared by the files that make it. */
#ifndef KERNEL_COMPARISON_H
#define KERNEL_COMPARISON_H

#include "kernel/compare.h"

#include <stdint.h>

struct comparison {
	const struct plan *plan;
	const struct seen *seen;
	uint32_t netns;
	compare_say *say;
	void *ctx;
};

/* Says a sentence, behind the namespace's name. */
void compare_tell(const struct comparison *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The name of the kernel's device. */
const char *compare_link_name(const struct comparison *c, uint32_t ifindex);

void compare_routes(const struct comparison *c);

#endif
