/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fault.h - fault injection, to prove that no failure leaves anything behind.
 *
 * Every request to the kernel calls fault_due() first. Built with -DNETEMU_FAULTS, the n-th call of
 * the process returns -ENOMEM, where n is NETEMU_FAIL_AT of the environment. Otherwise it costs
 * nothing.
 */
#ifndef KERNEL_FAULT_H
#define KERNEL_FAULT_H

#ifdef NETEMU_FAULTS
int fault_count(void); /* counts a request; returns the result of fault_due() */
#endif

/* Returns 0, or the -errno to fail with. Thread-safe. */
static inline int fault_due(void)
{
#ifdef NETEMU_FAULTS
	return fault_count();
#else
	return 0;
#endif
}

#endif
