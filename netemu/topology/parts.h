/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parts.h - the parts of objects: segments, subnets and networks with their hosts. */
#ifndef TOPOLOGY_PARTS_H
#define TOPOLOGY_PARTS_H

#include "topology/read.h"

/* Maps of names to networks, each read into a network_list. */
extern const struct type type_segments;	     /* of a private cloud */
extern const struct type type_subnets;	     /* of a virtual network */
extern const struct type type_site_networks; /* of a site */

/* Hosts by name, with or without addresses; read into a struct network. */
extern const struct type type_vms;

/* Checks the names of an object's networks and hosts: they are well-formed, they are not in
 * `reserved` (NULL-terminated), and no two hosts of the object have the same name. */
void parts_check_names(struct reader *r, const struct object *o, const network_list *networks,
		       const char *const *reserved);

#endif
