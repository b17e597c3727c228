/* SPDX-License-Identifier: GPL-2.0-or-later */
/* changes.h - changes of a topology, made to the YAML tree before the tree is read. */
#ifndef TOPOLOGY_CHANGES_H
#define TOPOLOGY_CHANGES_H

#include "model/change.h"
#include "topology/read.h"

/* Makes the changes in their order. Reports each change that is impossible, and skips it. */
void changes_apply(struct reader *r, struct yaml *root, const change_list *changes);

#endif
