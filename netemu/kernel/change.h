/* SPDX-License-Identifier: GPL-2.0-or-later */
/* change.h - makes the kernel hold another plan than it does, by sending what differs only.
 *
 * In an order in which what is in both plans never waits for what is not:
 *
 *	kernel_change_begin	namespaces that are new are made, the others that differ opened
 *	kernel_change_build	devices come, with addresses, neighbours, netem; what comes anew,
 *				goes first. (Now the delay line is told.)
 *	kernel_change_wait	until the new links carry
 *	kernel_change_route	filters and NATs, then routes come and change, each at once
 *	kernel_change_clear	routes go, then neighbours, netem and devices
 *
 * Namespaces that go are not touched: whoever names them lets them go.
 *
 * To take a change back, half done as it may be, is to make the change from the new plan to the
 * old one as KERNEL_CHANGE_BACK: what is there already, or not there, is then as it should be. A
 * change from what the kernel was seen to hold (held.h) is a KERNEL_CHANGE_MEND.
 */
#ifndef KERNEL_CHANGE_H
#define KERNEL_CHANGE_H

#include "kernel/apply.h"

struct diag;
struct kernel_change;
struct plan_diff;

enum kernel_change_way { KERNEL_CHANGE_ON, KERNEL_CHANGE_BACK, KERNEL_CHANGE_MEND };

/* names: the directory of the namespaces' names. All return 0; -EINTR when told to stop; or the
 * first error, with findings that name the object and its line. */
int kernel_change_begin(const struct plan_diff *d, const char *names, enum kernel_change_way way,
			struct kernel_change **ret, struct diag *dg);
int kernel_change_build(struct kernel_change *c, kernel_stop *stop, void *ctx);
int kernel_change_wait(struct kernel_change *c, kernel_stop *stop, void *ctx);
int kernel_change_route(struct kernel_change *c, kernel_stop *stop, void *ctx);
int kernel_change_clear(struct kernel_change *c, kernel_stop *stop, void *ctx);
void kernel_change_end(struct kernel_change *c); /* NULL is fine */

#endif
