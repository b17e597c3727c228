/* SPDX-License-Identifier: GPL-2.0-or-later */
/* privilege.h - gives a command the privilege that it needs. */
#ifndef CLI_PRIVILEGE_H
#define CLI_PRIVILEGE_H

#include "cli/cli.h"
#include "kernel/sandbox.h"

/* Obtains the privilege that the command needs. Root has it. For other users this process enters
 * the user's home of namespaces, created on demand; for a command that needs no privilege, only if
 * there is one already; for one that makes a sandbox, it only checks that it can. Returns
 * EXIT_DONE, or EXIT_CANNOT with a finding. */
enum exit_status privilege_find(struct invocation *inv);

/* Records why this machine allows no sandbox. Always returns EXIT_CANNOT. */
enum exit_status privilege_refused(struct invocation *inv, const struct sandbox_refusal *why);

#endif
