/* SPDX-License-Identifier: GPL-2.0-or-later */
/* held.h - reads the actual state of a lab's namespaces as a plan. The difference from it to the
 * wanted plan (plan/diff.h) is a change that repairs the lab (change.h).
 *
 * An object that is as planned is a copy of the plan's part. Otherwise:
 *
 *	a missing namespace, device, or object on them is not in the result
 *	a device of another kind, name or peer, or one whose address has lost its connected route,
 *	is in it as a device that the difference makes anew
 *	an unplanned address, neighbour, route (PLAN_FOREIGN), netem or removable device is in it;
 *	of such a device neither the kind nor what is on it is known
 *	netem with other values is not in it, nor any rule of a namespace in which one rule differs,
 *	since both are replaced as a whole
 *
 * What the kernel does not hold (wires, services, the hosts file) is as planned.
 */
#ifndef KERNEL_HELD_H
#define KERNEL_HELD_H

struct arena;
struct diag;
struct plan;

/* names: the directory of the namespaces' names. Returns 0 and the plan, allocated in the arena; or
 * -errno with a finding, if something could not be read. */
int kernel_held(const struct plan *want, const char *names, struct arena *a, struct plan **ret,
		struct diag *dg);

#endif
