/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.h - the rules of the real networks; each function reports every violation of its rules.
 *
 * The model is complete when they are called: all references are resolved, and all required values
 * are set.
 */
#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

#include "model/model.h"

struct check {
	const struct model *m;
	struct diag *dg;
	struct arena *scratch; /* for the texts of messages */
	size_t overlaps;       /* reported so far */
	size_t own_claims;     /* the first ones, of a CloudSimple region: see check_region() */
};

/* Counts a reported overlap, and returns whether to look for more. */
static inline bool check_goes_on(struct check *c)
{
	return ++c->overlaps < DIAG_MAX;
}

/* One file for each kind; check.c has the others. */
void check_regions(struct check *c);  /* their names, and peering locations' */
void check_networks(struct check *c); /* address spaces and subnets */
void check_joins(struct check *c);    /* interconnects and Global Reach */
void check_gateway_connections(struct check *c);
void check_peerings(struct check *c);
void check_appliances(struct check *c);	    /* user routes, VPN, Route Servers */
void check_generations(struct check *c);    /* generation 2, and CloudSimple */
void check_limits(struct check *c);	    /* numbers that the services limit */
void check_internet(struct check *c);	    /* ways to it, public addresses */
void check_extensions(struct check *c);	    /* HCX network extensions */
void check_authorizations(struct check *c); /* keys are known, and redeemed once */
void check_addresses(struct check *c);	    /* overlaps between objects */

/* Checks the networks of one object: their sizes, the addresses of their hosts, and overlaps
 * between them. In each network, the first `reserved` addresses and the last one are not for
 * hosts. */
void check_parts(struct check *c, const struct object *o, const network_list *networks,
		 unsigned int reserved);

/* Reports at `at` if a BGP speaker of the customer may not have the AS number. */
void check_asn(struct check *c, const char *name, uint32_t asn, struct pos at);
bool check_is_azures_asn(uint32_t asn);

/* Reports at `at` if no round trip is known between two regions (NULL: any region). */
void check_latency(struct check *c, struct pos at, const char *a, const char *b);

/* Returns whether the circuit exists, so that `what` ("a gateway") can join it; otherwise reports
 * at `at`. */
bool check_has_circuit(struct check *c, const struct circuit *circuit, struct pos at,
		       const char *what);

#endif
