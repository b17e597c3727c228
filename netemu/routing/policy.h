/* SPDX-License-Identifier: GPL-2.0-or-later */
/* policy.h - inside the routing room: what the kinds of speakers import, prefer and export, as
 * tables of data. The rules' numbers are those of the README beside this file. */
#ifndef ROUTING_POLICY_H
#define ROUTING_POLICY_H

#include "routing/routing.h"

/* How a path is rewritten on its way out, beyond the speaker's own ASN in front. */
enum rewrite {
	REWRITE_NONE,
	REWRITE_STRIP_PRIVATE, /* private ASNs leave the path */
	REWRITE_STRIP_AZURE,   /* those of Azure's own speakers leave it */
	REWRITE_OVERRIDE       /* the neighbour's own ASN becomes the speaker's */
};

struct export_verdict {
	bool allowed;
	uint32_t extra;	  /* repeats of the speaker's ASN beyond the one */
	const char *rule; /* why it is refused */
};

/* May r's holder send it to that neighbour? */
struct export_verdict policy_export(const struct fabric *f, const struct route *r, uint32_t to);

enum rewrite policy_rewrite(enum node_kind speaker, enum node_kind to);

/* Why `node` refuses the route that the session brings, or NULL. `spoken`: somebody of its AS may
 * have passed the prefix on, else no path has that AS in it. */
const char *policy_import(const struct fabric *f, const struct route *r, uint32_t node,
			  uint32_t side, bool spoken);

/* Compares two routes as a speaker of that kind does: negative when a is better, 0 when both are
 * equally good (load is shared); *ret_rule says what decided. */
int policy_compare(enum node_kind kind, const struct route *a, const struct route *b,
		   const char **ret_rule);

/* Whether a speaker of that kind sends packets by what it learns: a Route Server has none to send,
 * and an appliance leaves them to its subnet. */
bool policy_carries(enum node_kind kind);

/* For private use (RFC 6996). */
bool asn_is_private(uint32_t asn);
/* Of gateways and Route Servers, MSEEs, private clouds. */
bool asn_is_azure(uint32_t asn);

#endif
