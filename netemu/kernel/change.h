/* SPDX-License-Identifier: GPL-2.0-or-later */
/* change.h - changes the kernel from one plan to another, by sending only the difference.
 *
 * The order of the steps keeps the objects that both plans have working throughout:
 *
 *	kernel_change_begin	makes the new namespaces and opens the others that differ
 *	kernel_change_build	removes the devices that are made anew, then makes devices with
 *				addresses, neighbours and netem. (Then the caller tells the delay
 *				line.)
 *	kernel_change_wait	waits until the new links have a carrier
 *	kernel_change_route	sets filters and NATs, then adds and replaces routes, each in one
 *				step
 *	kernel_change_clear	removes routes, then neighbours, netem and devices
 *
 * Namespaces of the old plan only are not touched: the caller removes them by their names.
 *
 * A rollback, also of a half-done change, is the change from the new plan to the old one as
 * KERNEL_CHANGE_BACK: then an object that exists already, or is gone already, is no error. A change
 * that starts from the kernel's actual state (held.h) is a KERNEL_CHANGE_MEND.
 */
#ifndef KERNEL_CHANGE_H
#define KERNEL_CHANGE_H

#include "kernel/apply.h"

struct diag;
struct kernel_change;
struct plan_diff;

enum kernel_change_way { KERNEL_CHANGE_ON, KERNEL_CHANGE_BACK, KERNEL_CHANGE_MEND };

/* names: the directory of the namespaces' names. All return 0; -EINTR if `stop` returned true; or
 * the first error, with findings that name the object and its line. */
int kernel_change_begin(const struct plan_diff *d, const char *names, enum kernel_change_way way,
			struct kernel_change **ret, struct diag *dg);
int kernel_change_build(struct kernel_change *c, kernel_stop *stop, void *ctx);
int kernel_change_wait(struct kernel_change *c, kernel_stop *stop, void *ctx);
int kernel_change_route(struct kernel_change *c, kernel_stop *stop, void *ctx);
int kernel_change_clear(struct kernel_change *c, kernel_stop *stop, void *ctx);
void kernel_change_end(struct kernel_change *c); /* NULL is fine */

#endif
