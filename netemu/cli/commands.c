/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/vec.h"
#include "cli/cli.h"

#define BACKENDS (OPTION(OPT_VRF) | OPTION(OPT_DELAY) | OPTION(OPT_RULES))

const struct command commands[] = {
	{ "init", "[NAME]", "write a small topology to start from",
	  "NAME.yaml ('mine.yaml' without a name), with a comment on each part; with -o PATH another\n"
	  "file, with '-o -' standard output. What exists is not overwritten.",
	  cmd_init, .min = 0, .max = 1, .options = OPTION(OPT_KIND) | OPTION(OPT_OUTPUT) },
	{ "validate", "FILE...", "find every mistake of topology files",
	  "Reads the files and computes all that follows from them; builds nothing. With --schema and\n"
	  "no FILE: prints the JSON Schema of topology files, by which editors complete and check.",
	  cmd_validate, .min = 0, .max = ARGS_MANY,
	  .options = OPTION(OPT_FORMAT) | OPTION(OPT_SCHEMA), .formats = "text|json|github" },
	{ "predict", "FILE [A B]", "say what reaches what, by which path and how fast",
	  "From the routes alone, for every pair of hosts or for the nodes A and B; no privilege\n"
	  "is needed and nothing is built.",
	  cmd_predict, .min = 1, .max = 3, .options = OPTION(OPT_HOPS) },
	{ "explain", "FILE-or-LAB A B", "say why A reaches B or not, hop by hop, both ways",
	  "The route that matched at each hop, who announced it, by whose hands it came, what it was\n"
	  "preferred to and why; where and why a packet ends; which faster way nobody takes.",
	  cmd_explain, .min = 3, .max = 3, .options = OPTION(OPT_HOPS) },
	{ "routes", "FILE-or-LAB NODE", "print a node's routes, and where each comes from",
	  "With --all and no NODE: every node's. With --as: as the cloud's own tools print them, the\n"
	  "effective-routes of a virtual machine, the table of a circuit (er-dc1.primary), what a\n"
	  "gateway (hub.er-gateway) has learned or has advertised.",
	  cmd_routes, .min = 1, .max = 2,
	  .options = OPTION(OPT_ALL) | OPTION(OPT_AS) | OPTION(OPT_HOPS) },
	{ "plan", "FILE", "print the kernel objects that 'up' would make", NULL, cmd_plan, .min = 1,
	  .max = 1,
	  .options = BACKENDS | OPTION(OPT_COUNTS) | OPTION(OPT_DIFF) | OPTION(OPT_HOPS) },
	{ "up", "FILE", "build the network of a file",
	  "All or nothing. Then 'netemu ping LAB A B' works, and so does\n"
	  "'ip netns exec LAB.A ping B'.",
	  cmd_up, .min = 1, .max = 1, .options = BACKENDS | OPTION(OPT_HOPS) | OPTION(OPT_NAME),
	  .needs = NEEDS_ADMIN },
	{ "apply", "FILE LAB", "make a running lab what a file says, touching only what differs",
	  "Changes that were made to the lab before are forgotten. With --dry-run: what would change.",
	  cmd_apply, .min = 2, .max = 2, .options = OPTION(OPT_DRY_RUN), .needs = NEEDS_ADMIN },
	{ "connect", "LAB OBJECTS...", "add objects to a running lab",
	  "OBJECTS are sections as in a topology file: a file of them, '-' for standard input, YAML\n"
	  "itself ('interconnects: { a-c: [pc-a, pc-c] }'), or SECTION.NAME=VALUE\n"
	  "('interconnects.a-c=[pc-a, pc-c]'). Nothing else of the lab is touched.",
	  cmd_connect, .min = 2, .max = ARGS_MANY, .options = OPTION(OPT_DRY_RUN),
	  .needs = NEEDS_ADMIN },
	{ "disconnect", "LAB OBJECT...", "remove objects from a running lab", NULL, cmd_disconnect,
	  .min = 2, .max = ARGS_MANY, .options = OPTION(OPT_DRY_RUN), .needs = NEEDS_ADMIN },
	{ "fail", "LAB OBJECT...", "cut a circuit, one of its links, a gateway, a peering, a node",
	  "Where the file says 'timers: azure', routers notice as late as the real ones do.",
	  cmd_fail, .min = 2, .max = ARGS_MANY, .options = OPTION(OPT_DRY_RUN),
	  .needs = NEEDS_ADMIN },
	{ "restore", "LAB [OBJECT...]", "mend what has failed, or was changed by hand",
	  "OBJECTs are what 'fail' takes; with --all everything that has failed. A lab alone: what was\n"
	  "changed by hand, such as links that were pulled, is again what 'status' compares it with.",
	  cmd_restore, .min = 1, .max = ARGS_MANY, .options = OPTION(OPT_ALL) | OPTION(OPT_DRY_RUN),
	  .needs = NEEDS_ADMIN },
	{ "impair", "LAB LINK [delay=T jitter=T loss=P rate=R duplicate=P reorder=P]",
	  "change what a link does to packets",
	  "What is given is added to earlier settings; --reset goes back to those of the file. A link\n"
	  "alone prints them.",
	  cmd_impair, .min = 2, .max = 8, .options = OPTION(OPT_RESET) | OPTION(OPT_DRY_RUN),
	  .needs = NEEDS_ADMIN },
	{ "down", "LAB...", "remove labs", "Removes exactly what netemu made, also after a crash.",
	  cmd_down, .min = 0, .max = ARGS_MANY, .options = OPTION(OPT_ALL) | OPTION(OPT_WAIT),
	  .needs = NEEDS_ADMIN },
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
	  "A file is built as a lab of its own, tested with all its expectations and scenarios, and\n"
	  "taken down again; a lab is tested as it stands. With --scenario: only the scenario of that\n"
	  "name, or all of them; a standing lab is as it was afterwards. With --matrix: also every\n"
	  "pair of hosts, compared with the prediction. Exit status 1 when an expectation fails.",
	  cmd_test, .refused = test_refused, .min = 1, .max = 1,
	  .options = BACKENDS | OPTION(OPT_HOPS) | OPTION(OPT_MATRIX) | OPTION(OPT_TOLERANCE) |
		     OPTION(OPT_PROBER) | OPTION(OPT_FORMAT) | OPTION(OPT_OUTPUT) |
		     OPTION(OPT_SCENARIO),
	  .formats = "text|tap|junit|json|github", .needs = NEEDS_ADMIN },
	{ "demo", "FILE", "show a file's scenarios step by step",
	  "Builds the lab under a name of its own, does a step each time Enter is pressed (at once,\n"
	  "where standard input is no terminal), shows what comes of it and why, with packets, and\n"
	  "takes the lab down. A scenario is a list of steps under 'scenarios' in the file:\n"
	  "  lose-a-link:\n"
	  "    - say: The site has two links.\n"
	  "    - fail: er-dc1.primary\n"
	  "    - expect: { from: dc1.lan, to: hub.app, reachable: true, within: 1s }",
	  cmd_demo, .min = 1, .max = 1,
	  .options = BACKENDS | OPTION(OPT_NAME) | OPTION(OPT_SCENARIO), .needs = NEEDS_ADMIN },
	{ "watch", "LAB [A B]", "show live round trips and loss of a lab's pairs",
	  "Those of the file's expectations, or A and B; with --all every two hosts. On a terminal\n"
	  "the picture is renewed in place until 'q' or Ctrl-C; elsewhere a line tells of each round.",
	  cmd_watch, .min = 1, .max = 3,
	  .options = OPTION(OPT_ALL) | OPTION(OPT_INTERVAL) | OPTION(OPT_COUNT),
	  .needs = NEEDS_ADMIN },
	{ "graph", "FILE-or-LAB [A B]", "draw the topology, with the round trips and what is down",
	  "An open circle at the end of a line: what comes in there does not leave by another open\n"
	  "circle of the same box. With --path A B: the way there and the way back in two colours.\n"
	  "With --matrix: who reaches whom, as a table. With -v: every router, not the file's objects.\n"
	  "SVG is made by Graphviz; 'dot' is its language, 'mermaid' that of pages on code forges.",
	  cmd_graph, .min = 1, .max = 3,
	  .options = OPTION(OPT_FORMAT) | OPTION(OPT_OUTPUT) | OPTION(OPT_MATRIX) |
		     OPTION(OPT_PATH),
	  .formats = "svg|dot|mermaid" },
	{ "capture", "LAB LINK-or-NODE [FILTER...]", "write the packets of a link to a pcap file",
	  "Both directions, each packet once; of a node, NODE or NODE:INTERFACE, those of all its\n"
	  "interfaces. FILTER is as in pcap-filter(7), and nodes' names may stand in it:\n"
	  "netemu capture LAB er-dc1.primary icmp and host pc-a.web | wireshark -k -i -",
	  cmd_capture, .min = 2, .max = ARGS_MANY,
	  .options = OPTION(OPT_WRITE) | OPTION(OPT_COUNT) | OPTION(OPT_SNAPLEN),
	  .needs = NEEDS_ADMIN },
	{ "run", "FILE -- COMMAND...", "build a lab for as long as a command runs",
	  "In namespaces of its own, where nobody else sees the lab, $NETEMU_LAB is its name, and\n"
	  "'netemu ping $NETEMU_LAB A B' works. The exit status is the command's, or 128 and the\n"
	  "number of the signal that ended it. Nothing is left, also after kill -9.",
	  cmd_run, .min = 1, .max = 1, .options = BACKENDS | OPTION(OPT_NAME),
	  .needs = NEEDS_SANDBOX, .rest = REST_DASHES },
	{ "export", "FILE-or-LAB", "write the lab for iproute2, or the topology as JSON",
	  "ip-batch: a directory (LAB.batch, or -o PATH) of what 'ip -batch', 'tc -batch' and sysctl\n"
	  "read, and a script 'up' that runs them. json: the file's values, which netemu reads, too.",
	  cmd_export, .min = 1, .max = 1,
	  .options = OPTION(OPT_FORMAT) | OPTION(OPT_OUTPUT) | OPTION(OPT_NAME) | OPTION(OPT_VRF),
	  .formats = "ip-batch|json" },
	{ "doctor", "", "say what this machine offers, and how to get the rest", NULL, cmd_doctor,
	  .min = 0, .max = 0 },
	{ "gc", "", "remove what killed commands left, and nothing else", NULL, cmd_gc, .min = 0,
	  .max = 0, .needs = NEEDS_ADMIN },
	{ "completion", "SHELL", "print the completion of command lines for bash, zsh or fish",
	  "bash: source <(netemu completion bash); zsh: source <(netemu completion zsh);\n"
	  "fish: netemu completion fish | source. An installed netemu has it there already.\n"
	  "What these ask: 'netemu completion -- WORD...' says what may be the last word.",
	  cmd_completion, .min = 0, .max = 1, .rest = REST_DASHES },
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
