/* SPDX-License-Identifier: GPL-2.0-or-later */
/* held.h - what a lab's namespaces hold, read back as a plan: from there to the plan that they
 * should hold a change leads, as between any two plans (plan/diff.h, change.h).
 *
 * What is as planned is the plan's own part again. Of what is not:
 *
 *	a namespace, a device or what is on them that is missing is missing
 *	a device that is another, has another name or other end, or has lost the network of an
 *	address, is one that must come anew
 *	what is not of the plan is there: addresses, neighbours, routes (of PLAN_FOREIGN), netem,
 *	and devices that can be removed; their kind and what is on them is not known
 *	netem that is not as planned, and the rules of a namespace where one is not, are missing,
 *	since they are made whole
 *
 * What is no business of the kernel's (wires, services, the hosts file) is as planned.
 */
#ifndef KERNEL_HELD_H
#define KERNEL_HELD_H

struct arena;
struct diag;
struct plan;

/* names: the directory of the namespaces' names. The plan is the arena's. 0; or -errno, with a
 * finding: something could not be read. */
int kernel_held(const struct plan *want, const char *names, struct arena *a, struct plan **ret,
		struct diag *dg);

#endif
