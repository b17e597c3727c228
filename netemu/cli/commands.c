#include <string.h>

#include "base/vec.h"
#include "cli/cli.h"

#define BACKENDS (OPTION(OPT_VRF) | OPTION(OPT_DELAY) | OPTION(OPT_RULES))

const struct command commands[] = {
	{ "validate", "FILE...", "find every mistake of topology files",
	  "Reads the files and computes all that follows from them; builds nothing.",
	  cmd_validate, .min = 1, .max = ARGS_MANY },
	{ "predict", "FILE [A B]", "say what reaches what, by which path and how fast",
	  "From the routes alone, for every pair of hosts or for the nodes A and B; no privilege\n"
	  "is needed and nothing is built.",
	  cmd_predict, .min = 1, .max = 3 },
	{ "explain", "FILE-or-LAB A B", "say why A reaches B or not, hop by hop, both ways",
	  "The route that matched at each hop, who announced it, by whose hands it came, what it was\n"
	  "preferred to and why; where and why a packet ends; which faster way nobody takes.",
	  cmd_explain, .min = 3, .max = 3 },
	{ "routes", "FILE-or-LAB NODE", "print a node's routes, and where each comes from",
	  "With --all and no NODE: every node's.", cmd_routes, .min = 1, .max = 2,
	  .options = OPTION(OPT_ALL) },
	{ "plan", "FILE", "print the kernel objects that 'up' would make", NULL, cmd_plan, .min = 1,
	  .max = 1, .options = BACKENDS | OPTION(OPT_COUNTS) },
	{ "up", "FILE", "build the network of a file",
	  "All or nothing. Then 'netemu ping LAB A B' works, and so does\n"
	  "'ip netns exec LAB.A ping B'.",
	  cmd_up, .min = 1, .max = 1, .options = BACKENDS | OPTION(OPT_NAME),
	  .needs = NEEDS_ADMIN },
	{ "down", "LAB...", "remove labs",
	  "Removes exactly what netemu made, also after a crash.", cmd_down, .min = 0,
	  .max = ARGS_MANY, .options = OPTION(OPT_ALL), .needs = NEEDS_ADMIN },
	{ "list", "", "list the labs of this machine", NULL, cmd_list, .min = 0, .max = 0 },
	{ "status", "LAB", "compare a lab with what it should be",
	  "Exit status 1 when something is missing, changed, or stands there unplanned.",
	  cmd_status, .min = 1, .max = 1, .needs = NEEDS_ADMIN },
	{ "exec", "LAB NODE [--] COMMAND...", "run a program in a node",
	  "The program has the node's network, host name and hosts file.", cmd_exec, .min = 2,
	  .max = 2, .needs = NEEDS_ADMIN, .rest = REST_ARGS },
	{ "shell", "LAB NODE", "start your shell in a node", NULL, cmd_shell, .min = 2, .max = 2,
	  .needs = NEEDS_ADMIN },
	{ "ping", "LAB A B [-- OPTION...]", "ping node B from node A",
	  "The standard ping; what follows -- is handed to it: netemu ping lab a b -- -c 3",
	  cmd_ping, .min = 3, .max = 3, .needs = NEEDS_ADMIN, .rest = REST_DASHES },
	{ "traceroute", "LAB A B [-- OPTION...]", "show the hops from node A to node B",
	  "The standard traceroute; what follows -- is handed to it.", cmd_traceroute, .min = 3,
	  .max = 3, .needs = NEEDS_ADMIN, .rest = REST_DASHES },
	{ "test", "FILE-or-LAB", "try the expectations of a file with packets",
	  "A file is built as a lab of its own, tested and taken down again; a lab is tested as\n"
	  "it stands. Exit status 1 when an expectation fails.",
	  cmd_test, .min = 1, .max = 1,
	  .options = BACKENDS | OPTION(OPT_MATRIX) | OPTION(OPT_TOLERANCE) | OPTION(OPT_FORMAT) |
		     OPTION(OPT_OUTPUT),
	  .needs = NEEDS_ADMIN },
	{ "doctor", "", "say what this machine offers, and how to get the rest", NULL, cmd_doctor,
	  .min = 0, .max = 0 },
	{ "gc", "", "remove what crashed runs left, and nothing else", NULL, cmd_gc, .min = 0,
	  .max = 0, .needs = NEEDS_ADMIN },
	{ "help", "[COMMAND]", "say what a command does", NULL, cmd_help, .min = 0, .max = 1 },
};
const size_t commands_n = countof(commands);

const struct command *command_named(const char *name)
{
	for (size_t i = 0; i < commands_n; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}
