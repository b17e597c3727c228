/* SPDX-License-Identifier: GPL-2.0-or-later */
/* find.h - the finding for a lab that is not there. */
#ifndef LAB_FIND_H
#define LAB_FIND_H

struct diag;

int lab_not_found(const char *name, struct diag *dg); /* -ENOENT */

#endif
