/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/own.h"
#include "cli/enter.h"
#include "fabric/fabric.h"

static enum exit_status exec_enter_node(struct world *w, struct invocation *inv)
{
	struct pos nowhere = { 0 };
	enum exit_status status = named_lab(w, inv->args[0], inv);
	uint32_t node;

	if (status == EXIT_DONE)
		status = named_node(w, inv->args[1], inv, &node);
	if (status == EXIT_DONE)
		status = node_enter(w, node, inv);
	if (status == EXIT_DONE && world_vrf(w, node)) {
		diag_note(inv->dg, nowhere, "vrf", "'%s' is VRF '%s' of its namespace",
			  inv->args[1], world_vrf(w, node));
		diag_hint(inv->dg, "programs bind to it: ping -I %s ..., ip route show vrf %s",
			  world_vrf(w, node), world_vrf(w, node));
	}
	return status;
}

enum exit_status cmd_exec(struct invocation *inv)
{
	own_world w = { 0 };
	enum exit_status status = exec_enter_node(&w, inv);

	if (status == EXIT_DONE)
		for (char **p = inv->rest; *p; p++)
			program_add(inv, *p);
	return status;
}

/* Puts the node's name into the prompt. Bash's start-up files override PS1 of the environment, so
 * PROMPT_COMMAND prepends the name to the prompt that they set. Names of labs and nodes consist of
 * letters, digits, '-' and '.', so they need no quoting. */
static void shell_set_prompt(const char *lab, const char *node)
{
	own_free char *name = xasprintf("(%s %s) ", lab, node);
	own_free char *plain = xasprintf("%s\\$ ", name);
	own_free char *command = xasprintf("PS1=\"%s${PS1#\"%s\"}\"", name, name);

	setenv("PS1", plain, 1);
	setenv("PROMPT_COMMAND", command, 1);
}

enum exit_status cmd_shell(struct invocation *inv)
{
	const char *shell = getenv("SHELL");
	own_world w = { 0 };
	enum exit_status status = exec_enter_node(&w, inv);

	if (status != EXIT_DONE)
		return status;
	shell_set_prompt(w.lab->name, inv->args[1]);
	program_add(inv, shell && *shell == '/' ? shell : "/bin/sh");
	return EXIT_DONE;
}
