/* SPDX-License-Identifier: GPL-2.0-or-later */
/* privilege.h - how a command comes to be allowed what it does. */
#ifndef CLI_PRIVILEGE_H
#define CLI_PRIVILEGE_H

#include "cli/cli.h"
#include "kernel/sandbox.h"

/* Sees to it that the command may do what it needs: root may; everybody else is moved into a home
 * of namespaces of their own, where a command that only looks goes as well if there is one. */
enum exit_status privilege_find(struct invocation *inv);

/* Records why there is no sandbox on this machine; always EXIT_CANNOT. */
enum exit_status privilege_refused(struct invocation *inv, const struct sandbox_refusal *why);

#endif
