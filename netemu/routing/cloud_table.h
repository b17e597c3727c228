/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cloud_table.h - tables of the emulated cloud as its own tools list them, as plain rows.
 *
 * The words of a row are those that the tools print. All that rows point to belongs to the routes.
 */
#ifndef ROUTING_CLOUD_TABLE_H
#define ROUTING_CLOUD_TABLE_H

#include "routing/routing.h"

/* An effective route of a network card: a route of the card's subnet. */
struct effective_route {
	const char *source; /* "Default", "VirtualNetworkGateway", "User" */
	bool active;	    /* false: another route to the prefix, or its network's own, beats it */
	struct prefix prefix;
	const char *hop_type;  /* "VnetLocal", "VNetPeering", "VirtualAppliance", "None", ... */
	VEC(struct addr) hops; /* heap */
};
typedef VEC(struct effective_route) effective_list;

/* The network in whose table a node's packets are looked up; for a network's node, the node itself.
 * NONE: there is none. */
uint32_t cloud_table_network(const struct fabric *f, uint32_t node);
void cloud_table_effective(const struct routes *r, uint32_t network, effective_list *ret);
void effective_release(effective_list *list);

/* A route as a BGP speaker of the cloud lists it. */
struct listed_route {
	struct prefix prefix;
	struct addr local, next_hop, peer; /* family 0: none */
	const char *origin;		   /* "Network", "EBgp", "IBgp" */
	const struct as_path *path;
	uint32_t local_pref; /* 0: none */
	uint32_t weight;
};
typedef VEC(struct listed_route) listed_list; /* heap */

/* Adds the routes that a circuit's edge router holds. */
void cloud_table_circuit(const struct routes *r, uint32_t msee, listed_list *ret);
/* Adds the routes that a gateway or Route Server holds, its own networks included; and those that
 * it advertises to each of its peers. */
void cloud_table_learned(const struct routes *r, uint32_t gateway, listed_list *ret);
void cloud_table_advertised(const struct routes *r, uint32_t gateway, listed_list *ret);

#endif
