/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sections.h - the kinds of objects that a file may contain.
 *
 * Each kind has a type that reads one object, and a maker that adds an object with its defaults to
 * the model. Related kinds share a file.
 */
#ifndef TOPOLOGY_SECTIONS_H
#define TOPOLOGY_SECTIONS_H

#include "topology/read.h"

enum { CIRCUIT_RTT_NS = 500000 }; /* CE to MSEE, or T0 to the managed circuit's edge */

extern const struct type type_private_cloud;
extern const struct type type_virtual_network, type_peering;
extern const struct type type_site;
extern const struct type type_circuit, type_interconnect, type_global_reach;
extern const struct type type_gateway_connection;
extern const struct type type_router, type_host, type_link;
extern const struct type type_route_table, type_vpn_connection;
extern const struct type type_network_extension;

struct object *make_private_cloud(struct reader *r);
struct object *make_virtual_network(struct reader *r);
struct object *make_peering(struct reader *r);
struct object *make_site(struct reader *r);
struct object *make_circuit(struct reader *r);
struct object *make_interconnect(struct reader *r);
struct object *make_global_reach(struct reader *r);
struct object *make_gateway_connection(struct reader *r);
struct object *make_router(struct reader *r);
struct object *make_host(struct reader *r);
struct object *make_link(struct reader *r);
struct object *make_route_table(struct reader *r);
struct object *make_vpn_connection(struct reader *r);
struct object *make_network_extension(struct reader *r);

extern const struct type type_cloudsimple_region;
struct object *make_cloudsimple_region(struct reader *r);
struct object *make_cloudsimple_cloud(struct reader *r);

/* Makes private clouds of generation 2 part of their virtual networks; call it after all objects
 * are read. */
void clouds_join_networks(struct reader *r);

extern const struct type type_file; /* the whole file: struct model */

/* Sections without objects; each is read into the struct model. */
extern const struct type type_latency;
extern const struct type type_expect, type_expectation;
extern const struct type type_scenarios, type_impaired;
extern const struct type type_impairment; /* struct impaired: settings */
extern const struct key impairment_keys[];

/* The sections of objects, which are the keys of `connect`. */
extern const struct key object_sections[];
/* Reports the keys of a map that are not sections of objects, and sections that are not maps. */
void read_connected(struct reader *r, const struct yaml *y);
extern const struct type type_internet_section;

/* Into a service_list, a public_ip_list, a struct exit. */
extern const struct type type_listen, type_public_ips, type_nat_address;
extern const struct type type_failed;

extern const struct type type_circuit_sku;

/* A reference: struct route_table *. */
extern const struct type type_route_table_name;

#endif
