/* enter.h - this process's way into a node: network, hosts file and host name. */
#ifndef CLI_ENTER_H
#define CLI_ENTER_H

#include "cli/program.h"
#include "cli/world.h"

/* Moves this process into the node for good: for programs that it is about to become. */
enum exit_status node_enter(const struct world *w, uint32_t node, struct invocation *inv);

/* The node's VRF device, when it shares its namespace with others; or NULL. */
const char *node_vrf(const struct world *w, uint32_t node);

#endif
