/* SPDX-License-Identifier: GPL-2.0-or-later */
/* overlap.h - the prefixes that objects claim, and which claims overlap. */
#ifndef MODEL_OVERLAP_H
#define MODEL_OVERLAP_H

#include "model/model.h"

enum claim_kind {
	CLAIM_BLOCK,   /* a private cloud's address block */
	CLAIM_SEGMENT, /* one of its routed segments */
	CLAIM_SPACE,   /* a virtual network's address space */
	CLAIM_SUBNET,  /* one of its subnets */
	CLAIM_SITE,    /* a site's network */
	CLAIM_LINK,    /* a circuit's link */
	CLAIM_REACH,   /* the prefix of a Global Reach connection */
};

struct claim {
	struct prefix prefix;
	struct pos pos;
	enum claim_kind kind;
	const struct object *owner;
	const char *part; /* of the owner: a segment's name; NULL: the owner itself */
	size_t order;	  /* set by claims_add */
};

struct claims { /* initialized to zero; ends with claims_release() */
	VEC(struct claim) list;
};

void claims_release(struct claims *c);
void claims_add(struct claims *c, struct claim claim);
void claims_add_cloud(struct claims *c, const struct private_cloud *pc);
void claims_add_space(struct claims *c, const struct virtual_network *vn);
void claims_add_networks(struct claims *c, enum claim_kind kind, const struct object *owner,
			 const network_list *networks);

/* Calls `met` for each pair of claims that overlap; `outer` covers `inner`. If very many claims
 * cover one, only the nearest of them are reported. Stops when `met` returns false. */
typedef bool claim_met_fn(void *ctx, const struct claim *outer, const struct claim *inner);
void claims_meet(struct claims *c, claim_met_fn *met, void *ctx);

/* Returns "the address block of 'pc-a' (10.10.0.0/22)", in the arena. */
const char *claim_text(struct arena *a, const struct claim *claim);

#endif
