/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parts.h - what the objects are made of: segments, subnets and networks with their hosts. */
#ifndef TOPOLOGY_PARTS_H
#define TOPOLOGY_PARTS_H

#include "topology/read.h"

/* Maps of names to networks, each read into a network_list. */
extern const struct type type_segments;	     /* of a private cloud */
extern const struct type type_subnets;	     /* of a virtual network */
extern const struct type type_site_networks; /* of a site */

/* Hosts, by name, with addresses or without: into a struct network. */
extern const struct type type_vms;

/* Checks an object's names of networks and hosts: well-formed, not one of the reserved words (a
 * NULL-terminated table), hosts unique in the object. */
void parts_check_names(struct reader *r, const struct object *o, const network_list *networks,
		       const char *const *reserved);

#endif
