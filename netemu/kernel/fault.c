/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fault.h"

#ifdef NETEMU_FAULTS

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

int fault_count(void)
{
	static atomic_ulong calls;
	const char *at = getenv("NETEMU_FAIL_AT");

	if (!at)
		return 0;
	return atomic_fetch_add(&calls, 1) + 1 == strtoul(at, NULL, 10) ? -ENOMEM : 0;
}

#else

typedef int nothing_here; /* ISO C wants a declaration in every file */

#endif
