/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.h - the rules of the real networks, by family; each reports all that is broken.
 *
 * The model is whole when they are called: every reference is resolved, every required value
 * is there.
 */
#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

#include "model/model.h"

struct check {
	const struct model *m;
	struct diag *dg;
	struct arena *scratch; /* for the texts of messages */
	size_t overlaps;       /* reported so far */
	size_t own_claims;     /* of a CloudSimple region, the first ones: see check_region() */
};

/* Counts an overlap that was reported, and says whether to look for more. */
static inline bool check_goes_on(struct check *c)
{
	return ++c->overlaps < DIAG_MAX;
}

/* One file for each kind; what is left is in check.c. */
void check_regions(struct check *c);	    /* their names, and peering locations' */
void check_networks(struct check *c);	    /* address spaces and subnets */
void check_joins(struct check *c);	    /* interconnects and Global Reach */
void check_gateway_connections(struct check *c);
void check_peerings(struct check *c);
void check_appliances(struct check *c);	    /* user routes, VPN, Route Servers */
void check_generations(struct check *c);    /* generation 2, and CloudSimple */
void check_limits(struct check *c);	    /* what the services count */
void check_internet(struct check *c);	    /* ways to it, public addresses */
void check_extensions(struct check *c);	    /* HCX network extensions */
void check_authorizations(struct check *c); /* keys are known, and redeemed once */
void check_addresses(struct check *c);	    /* across objects: who overlaps whom */

/* The networks of one object: their sizes, their hosts' addresses, overlaps among them. A cloud
 * keeps some of each subnet's addresses for itself: the first `reserved` and the last. */
void check_parts(struct check *c, const struct object *o, const network_list *networks,
		 unsigned int reserved);

/* Whether a customer's speaker may bear an AS number; otherwise reports at `at`. */
void check_asn(struct check *c, const char *name, uint32_t asn, struct pos at);
bool check_is_azures_asn(uint32_t asn);

/* Whether a figure is known for two regions (NULL: any); otherwise reports at `at`. */
void check_latency(struct check *c, struct pos at, const char *a, const char *b);

/* Whether a circuit is there to be joined; otherwise reports at `at`. "a gateway" */
bool check_has_circuit(struct check *c, const struct circuit *circuit, struct pos at,
		       const char *what);

#endif
