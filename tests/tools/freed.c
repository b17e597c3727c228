/* SPDX-License-Identifier: GPL-2.0-or-later */
/* freed: waits until the kernel has freed every network namespace that was let go, and prints the
 * seconds that it took. */
#include <stdio.h>

#include "base/clock.h"
#include "base/diag.h"
#include "kernel/freed.h"

int main(void)
{
	const uint64_t start = clock_ns();
	struct diag *dg = diag_new();
	int r = kernel_wait_freed(dg);

	if (r == 0)
		printf("%.4f\n", (double)(clock_ns() - start) / 1e9);
	else
		fputs("freed: cannot see it\n", stderr);
	diag_free(dg);
	return r < 0;
}
