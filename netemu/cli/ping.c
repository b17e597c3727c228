/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/mem.h"
#include "base/own.h"
#include "cli/enter.h"
#include "net/addr.h"

/* A standard program, its option that selects a VRF device, and its package. */
struct ping_tool {
	const char *name, *bind, *package;
};

/* The target is a node's name or an address. */
static enum exit_status ping_check_target(const struct world *w, const char *target,
					  struct invocation *inv)
{
	struct addr a;
	uint32_t node;

	return addr_parse(target, &a) ? EXIT_DONE : named_node(w, target, inv, &node);
}

/* A node on the internet reaches the target by its public address, which has a name of its own. */
static void ping_add_target(const struct world *w, uint32_t from, const char *target,
			    struct invocation *inv)
{
	uint32_t to = fabric_node(w->fabric, target);
	const struct addr *a = to == NONE ? NULL : routes_target(w->routes, from, to, AF_INET);
	bool public = a && !addr_eq(a, routes_target(w->routes, to, to, AF_INET));
	own_free char *name = xasprintf("%s%s", target, public ? ".public" : "");

	program_add(inv, name);
}

static bool ping_names_family(char *const *rest)
{
	for (; rest && *rest; rest++)
		if (strcmp(*rest, "-4") == 0 || strcmp(*rest, "-6") == 0)
			return true;
	return false;
}

/* For a name with addresses of both families ping prefers IPv6 and traceroute IPv4, even if the
 * sender has no such address. Select the family that predictions use. */
static void ping_add_family(const struct world *w, uint32_t from, const char *target,
			    struct invocation *inv)
{
	uint32_t to = fabric_node(w->fabric, target);
	bool four, six;

	if (to == NONE || ping_names_family(inv->rest))
		return;
	four = routes_target(w->routes, from, to, AF_INET);
	six = routes_target(w->routes, from, to, AF_INET6);
	if (six)
		program_add(inv, four ? "-4" : "-6");
}

static enum exit_status ping_run_tool(struct invocation *inv, const struct ping_tool *tool)
{
	own_world w = { 0 };
	uint32_t from = 0;
	enum exit_status status = named_lab(&w, inv->args[0], inv);

	if (status == EXIT_DONE)
		status = named_node(&w, inv->args[1], inv, &from);
	if (status == EXIT_DONE)
		status = ping_check_target(&w, inv->args[2], inv);
	if (status == EXIT_DONE)
		status = node_enter(&w, from, inv);
	if (status != EXIT_DONE)
		return status;
	program_add(inv, tool->name);
	if (world_vrf(&w, from)) {
		program_add(inv, tool->bind);
		program_add(inv, world_vrf(&w, from));
	}
	ping_add_family(&w, from, inv->args[2], inv);
	for (char **p = inv->rest; p && *p; p++)
		program_add(inv, *p);
	ping_add_target(&w, from, inv->args[2], inv);
	inv->package = tool->package;
	return EXIT_DONE;
}

enum exit_status cmd_ping(struct invocation *inv)
{
	return ping_run_tool(inv, &(const struct ping_tool){ "ping", "-I", "iputils-ping" });
}

enum exit_status cmd_traceroute(struct invocation *inv)
{
	return ping_run_tool(inv, &(const struct ping_tool){ "traceroute", "-i", "traceroute" });
}
