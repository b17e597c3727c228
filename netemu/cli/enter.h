/* SPDX-License-Identifier: GPL-2.0-or-later */
/* enter.h - moves this process into a node: network, hosts file and host name. */
#ifndef CLI_ENTER_H
#define CLI_ENTER_H

#include "cli/named.h"
#include "cli/program.h"

/* Moves this process into the node, irreversibly: call it before executing a program there. */
enum exit_status node_enter(const struct world *w, uint32_t node, struct invocation *inv);

#endif
