/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fault.h - failures made on purpose, to prove that nothing is left behind after any of them.
 *
 * Every request to the kernel passes fault_due() first. Built with -DNETEMU_FAULTS, the n-th
 * call of the process says -ENOMEM, n being the environment's NETEMU_FAIL_AT; otherwise it
 * costs nothing.
 */
#ifndef KERNEL_FAULT_H
#define KERNEL_FAULT_H

#ifdef NETEMU_FAULTS
int fault_count(void); /* counts a request; its result is that of fault_due() */
#endif

/* 0, or the -errno to fail with. Thread-safe. */
static inline int fault_due(void)
{
#ifdef NETEMU_FAULTS
	return fault_count();
#else
	return 0;
#endif
}

#endif
