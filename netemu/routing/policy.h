/* SPDX-License-Identifier: GPL-2.0-or-later */
/* policy.h - inside the routing room: the import, preference and export rules of each kind of
 * speaker, as tables of data. The rules' numbers are those of the README beside this file. */
#ifndef ROUTING_POLICY_H
#define ROUTING_POLICY_H

#include "routing/routing.h"

/* How a path is rewritten on its way out, beyond the speaker's own ASN in front. */
enum rewrite {
	REWRITE_NONE,
	REWRITE_STRIP_PRIVATE, /* private ASNs are removed from the path */
	REWRITE_STRIP_AZURE,   /* those of Azure's own speakers are removed */
	REWRITE_OVERRIDE       /* the neighbour's own ASN becomes the speaker's */
};

struct export_verdict {
	bool allowed;
	uint32_t extra;	  /* repeats of the speaker's ASN beyond the one */
	const char *rule; /* why it is refused */
};

/* Whether the holder of r may send it to the node `to`. */
struct export_verdict policy_export(const struct fabric *f, const struct route *r, uint32_t to);

enum rewrite policy_rewrite(enum node_kind speaker, enum node_kind to);

/* Why `node` refuses the route that the session brings, or NULL. `spoken`: a node of its AS may
 * have passed the prefix on; otherwise no path contains that AS. */
const char *policy_import(const struct fabric *f, const struct route *r, uint32_t node,
			  uint32_t side, bool spoken);

/* Compares two routes as a speaker of that kind does: negative when a is better, 0 when both are
 * equally good (load is shared); *ret_rule is the rule that decided. */
int policy_compare(enum node_kind kind, const struct route *a, const struct route *b,
		   const char **ret_rule);

/* Whether a speaker of that kind sends packets by the routes that it learns: a Route Server sends
 * none, and an appliance uses its subnet's table. */
bool policy_carries(enum node_kind kind);

/* For private use (RFC 6996). */
bool asn_is_private(uint32_t asn);
/* Of gateways and Route Servers, MSEEs, private clouds. */
bool asn_is_azure(uint32_t asn);

#endif
