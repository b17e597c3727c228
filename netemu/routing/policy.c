/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of the emulated networks, one row each. There are no other rules: the code below only
 * reads the tables. */
#include "routing/policy.h"

#include <string.h>

#define K(kind) (1u << NODE_##kind)
#define OWN (1u << NODE_KINDS) /* announced by the speaker itself */
#define ANY (~0u)

/* ---- export ---- */

static const struct export_rule {
	uint32_t speaker, from, to; /* kinds */
	bool unless_transit;	    /* a row that the speaker's `transit` switches off */
	bool allow;
	uint32_t extra; /* repeats of the speaker's ASN */
	const char *rule;
} exports[] = {
	/* M4. The documented non-transitivity of Global Reach and AVS Interconnect. */
	{ K(MSEE), K(MSEE), K(MSEE), false, false, 0,
	  "Global Reach and Interconnect are not transitive: an MSEE passes on to another only "
	  "what it learned from its own circuit" },
	/* M6. Seen as 12076-12076-12076-398656 against 12076-398656 direct. */
	{ K(MSEE), K(MSEE), K(ER_GATEWAY), false, true, 2, NULL },
	/* M3, M5. One circuit is one routing domain. */
	{ K(MSEE), ANY, ANY, false, true, 0, NULL },
	/* A private cloud is no transit. */
	{ K(T0) | K(MANAGEMENT), OWN, K(MSEE), false, true, 0, NULL },
	{ K(T0) | K(MANAGEMENT), ANY, ANY, false, false, 0,
	  "a private cloud announces only its own networks" },
	/* CloudSimple: neither a transit nor a source of default routes. */
	{ K(REGION), OWN, K(MSEE), false, true, 0, NULL },
	{ K(REGION), ANY, ANY, false, false, 0,
	  "a CloudSimple region announces only its own networks" },
	/* M7 and A3: routes of the Route Server's other neighbours are announced to the
	 * circuits. */
	{ K(ER_GATEWAY), OWN | K(ROUTE_SERVER), K(MSEE), false, true, 0, NULL },
	{ K(ER_GATEWAY), K(MSEE), K(ROUTE_SERVER), false, true, 0, NULL },
	{ K(ER_GATEWAY), ANY, ANY, false, false, 0,
	  "an ExpressRoute gateway never passes routes of one circuit to another" },
	/* A1. Two VPN connections of one gateway transit. */
	{ K(VPN_GATEWAY), ANY, K(CE) | K(VPN_GATEWAY), false, true, 0, NULL },
	/* A3. */
	{ K(VPN_GATEWAY), K(CE) | K(VPN_GATEWAY), K(ROUTE_SERVER), false, true, 0, NULL },
	{ K(VPN_GATEWAY), ANY, ANY, false, false, 0,
	  "the Route Server knows its network without being told" },
	{ K(ROUTE_SERVER), OWN, K(ER_GATEWAY) | K(VPN_GATEWAY), false, false, 0,
	  "a gateway knows its network without being told" },
	{ K(ROUTE_SERVER), ANY, ANY, false, true, 0, NULL },
	/* A2. */
	{ K(NVA), OWN, ANY, false, true, 0, NULL },
	{ K(NVA), ANY, ANY, true, false, 0,
	  "an appliance announces what 'announce' lists, and more only with 'transit: true'" },
	{ K(NVA), ANY, ANY, false, true, 0, NULL },
	/* M9. */
	{ K(CE) | K(ROUTER), K(MSEE) | K(VPN_GATEWAY), K(MSEE) | K(VPN_GATEWAY), true, false, 0,
	  "a router re-announces from circuit to circuit only when it is told to "
	  "('transit: true')" },
	{ K(CE) | K(ROUTER), ANY, ANY, false, true, 0, NULL },
};

static uint32_t learned_from(const struct fabric *f, const struct route *r)
{
	if (!r->from && r->origin->kind == ORIGIN_STATIC)
		return K(CE); /* the static route stands for the CE's announcement */
	return r->from ? 1u << f->nodes.v[r->from->node].kind : OWN;
}

struct export_verdict policy_export(const struct fabric *f, const struct route *r, uint32_t to)
{
	const struct node *speaker = &f->nodes.v[r->node], *peer = &f->nodes.v[to];
	uint32_t from = learned_from(f, r);

	for (size_t i = 0; i < countof(exports); i++) {
		const struct export_rule *e = &exports[i];

		if (!(e->speaker & 1u << speaker->kind) || !(e->from & from) ||
		    !(e->to & 1u << peer->kind) || (e->unless_transit && speaker->transit))
			continue;
		/* Any speaker's split horizon inside its AS (RFC 4271, 9.2). */
		if (e->allow && r->internal && speaker->asn == peer->asn &&
		    speaker->kind != NODE_ROUTE_SERVER) /* a route reflector (A3) */
			return (struct export_verdict){
				.rule = "what came from inside the AS is not passed on inside it"
			};
		return (struct export_verdict){ e->allow, e->extra, e->rule };
	}
	return (struct export_verdict){ .rule = "no rule lets this kind of router announce" };
}

static const struct {
	uint32_t speaker, to;
	enum rewrite how;
} rewrites[] = {
	/* M8: the hairpin between two virtual networks shows as 12076 12076. */
	{ K(MSEE), K(ER_GATEWAY), REWRITE_OVERRIDE },
	/* A CE receives every Azure prefix with the path 12076. */
	{ K(MSEE), K(CE) | K(ROUTER), REWRITE_STRIP_PRIVATE },
	/* A2: otherwise the Route Server and the far side's MSEEs would find their own AS in the
	 * path. */
	{ K(NVA), ANY, REWRITE_STRIP_AZURE },
};

enum rewrite policy_rewrite(enum node_kind speaker, enum node_kind to)
{
	for (size_t i = 0; i < countof(rewrites); i++)
		if (rewrites[i].speaker & 1u << speaker && rewrites[i].to & 1u << to)
			return rewrites[i].how;
	return REWRITE_NONE;
}

/* ---- import ---- */

static bool has_own_as(const struct fabric *f, const struct route *r, uint32_t node)
{
	const uint32_t own = f->nodes.v[node].asn;

	for (const struct as_path *p = r->path; p; p = p->rest)
		for (uint32_t i = 0; i < p->here; i++)
			if (p->asn[i] == own)
				return true;
	return false;
}

static bool is_default(const struct fabric *f, const struct route *r, uint32_t node)
{
	(void)f;
	(void)node;
	return prefix_is_default(&r->origin->prefix);
}

/* Whether a private cloud refuses the prefix from its neighbours: it supports neither bogon
 * aggregates nor the shared address space (AVS network interconnectivity). */
static bool is_unsupported(const struct fabric *f, const struct route *r, uint32_t node)
{
	static const struct prefix whole[] = { { .a = { AF_INET, { 0 } }, .len = 1 },
					       { .a = { AF_INET, { 128 } }, .len = 1 },
					       { .a = { AF_INET, { 0 } }, .len = 5 },
					       { .a = { AF_INET, { 192 } }, .len = 3 } };
	static const struct prefix shared = { .a = { AF_INET, { 100, 64 } }, .len = 10 };

	(void)f;
	(void)node;
	for (size_t i = 0; i < countof(whole); i++)
		if (prefix_eq(&whole[i], &r->origin->prefix))
			return true;
	return prefix_covers(&shared, &r->origin->prefix);
}

/* Of the routes that a route was made of, the nearest that `node` or a node of these kinds holds;
 * or NULL. While routes spread, routes that were made of each other may form a ring: the search
 * ends when it meets `slow`, after it has visited the whole ring. */
static const struct route *made_of(const struct fabric *f, const struct route *r, uint32_t kinds,
				   uint32_t node)
{
	const struct route *slow = r;
	bool even = false;

	for (const struct route *x = r->from; x && x != slow; x = x->from, even = !even) {
		if (x->node == node || kinds & 1u << f->nodes.v[x->node].kind)
			return x;
		slow = even ? slow->from : slow;
	}
	return NULL;
}

/* Whether the route passed this node before. The AS path does not show it: the AS numbers have been
 * replaced. */
static bool came_back(const struct fabric *f, const struct route *r, uint32_t node)
{
	return r->origin->node == node || made_of(f, r, 0, node);
}

/* Whether another network's gateway announced it: its space, or networks of its appliances or
 * branches. That is traffic between networks, which both gateways must allow (About ExpressRoute
 * virtual network gateways). */
static bool is_remote_network(const struct fabric *f, const struct route *r, uint32_t node)
{
	const struct route *theirs;

	if (f->nodes.v[r->from->node].kind != NODE_MSEE)
		return false;
	theirs = made_of(f, r, K(ER_GATEWAY), NONE);
	return theirs &&
	       !(f->nodes.v[node].remote_networks && f->nodes.v[theirs->node].remote_networks);
}

static bool is_unwanted_default(const struct fabric *f, const struct route *r, uint32_t node)
{
	return prefix_is_default(&r->origin->prefix) && !f->nodes.v[node].takes_default;
}

static const struct import_rule {
	uint32_t receiver;
	bool (*refuses)(const struct fabric *f, const struct route *r, uint32_t node);
	const char *rule;
} imports[] = {
	/* Not MSEEs (M9), not private clouds (M10), not gateways (M8: overridden). */
	{ K(CE) | K(ROUTER), has_own_as, "its own AS is in the path" },
	{ K(VPN_GATEWAY) | K(ROUTE_SERVER) | K(NVA), has_own_as, "its own AS is in the path" },
	{ K(ER_GATEWAY) | K(VPN_GATEWAY), came_back,
	  "it is the gateway's own announcement come back" },
	{ K(ER_GATEWAY), is_remote_network,
	  "traffic between virtual networks over a circuit is off: both gateways need "
	  "'allow-remote-virtual-networks: true'" },
	{ K(MANAGEMENT), is_default,
	  "a private cloud's management network ignores default routes: announce the "
	  "on-premises prefixes, or the three RFC 1918 blocks" },
	{ K(REGION), is_unwanted_default,
	  "a CloudSimple region follows a default route only when asked to "
	  "('accept-default-route: true')" },
	{ K(T0) | K(MANAGEMENT), is_unsupported,
	  "a private cloud does not support this aggregate from its neighbours" },
};

const char *policy_import(const struct fabric *f, const struct route *r, uint32_t node,
			  uint32_t side, bool spoken)
{
	const struct prefixes *except = &f->sessions.v[r->session].except[side];
	const struct prefixes *only = &f->sessions.v[r->session].only[side];
	bool taken = only->n == 0;

	if (f->ipv6 && r->via != NONE && !fabric_addr(f, r->via, r->origin->prefix.a.family))
		return "the link between them has no addresses of that family";
	for (size_t i = 0; i < only->n; i++)
		taken = taken || prefix_eq(&only->v[i], &r->origin->prefix);
	if (!taken)
		return "the connection has no BGP, and its 'networks' do not list it";
	for (size_t i = 0; i < except->n; i++)
		if (prefix_eq(&except->v[i], &r->origin->prefix))
			return "filtered by the site ('accept: except')";
	for (size_t i = 0; i < countof(imports); i++)
		if (imports[i].receiver & 1u << f->nodes.v[node].kind &&
		    (spoken || imports[i].refuses != has_own_as) && imports[i].refuses(f, r, node))
			return imports[i].rule;
	return NULL;
}

/* ---- preference ---- */

bool asn_is_private(uint32_t asn)
{
	return (asn >= 64512 && asn <= 65534) || (asn >= 4200000000u && asn <= 4294967294u);
}

bool asn_is_azure(uint32_t asn)
{
	return asn == 12076 || asn == 65515 || (asn >= 398656 && asn <= 398670);
}

/* The path length that a private cloud counts: repeats of a private ASN before the first public one
 * count once (prepends with private ASNs have no effect there). The MSEE's own ASN in front does
 * not count as the first public one. */
static uint32_t collapsed_length(const struct as_path *p)
{
	uint32_t n = 0;
	bool public_seen = false;

	for (uint32_t i = 0; i < p->n; i++) {
		uint32_t asn = as_path_at(p, i);
		bool private = asn_is_private(asn);

		if (!(private && !public_seen && i > 0 && asn == as_path_at(p, i - 1)))
			n++;
		public_seen = public_seen || !(private || asn == p->asn[0]);
	}
	return n;
}

static int more(uint32_t a, uint32_t b)
{
	return (a < b) - (a > b);
}

static int by_own(const struct route *a, const struct route *b)
{
	return more(!a->from, !b->from);
}

static int by_weight(const struct route *a, const struct route *b)
{
	return more(a->weight, b->weight);
}

static int by_local_pref(const struct route *a, const struct route *b)
{
	return more(a->local_pref, b->local_pref);
}

static int by_length(const struct route *a, const struct route *b)
{
	return more(b->path->n, a->path->n);
}

static int by_collapsed_length(const struct route *a, const struct route *b)
{
	return more(collapsed_length(b->path), collapsed_length(a->path));
}

/* A private cloud's own edge routers count like the cloud: otherwise their choice would preempt
 * it. */
static int by_edge_length(const struct route *a, const struct route *b)
{
	return a->managed ? by_collapsed_length(a, b) : by_length(a, b);
}

static int by_external(const struct route *a, const struct route *b)
{
	return more(b->internal, a->internal);
}

typedef int compare_fn(const struct route *a, const struct route *b);

static const struct step_rule {
	compare_fn *compare;
	const char *rule;
} own = { by_own, "its own announcement" }, weight = { by_weight, "higher connection weight" },
  local_pref = { by_local_pref, "higher local preference" },
  length = { by_length, "shorter AS path" },
  collapsed = { by_collapsed_length, "shorter AS path (private prepends do not count)" },
  edge_length = { by_edge_length, "shorter AS path" }, external = { by_external, "eBGP over iBGP" },
  by_way = { by_local_pref, "ExpressRoute before VPN and appliances" };

/* Rules in the order of application; routes that are equal by all rules share the load. */
static const struct step_rule *const preference[NODE_KINDS][5] = {
	[NODE_ROUTER] = { &own, &local_pref, &length, &external },
	[NODE_CE] = { &own, &local_pref, &length, &external },
	[NODE_MSEE] = { &own, &edge_length, &external },
	[NODE_T0] = { &own, &collapsed },
	[NODE_REGION] = { &own, &length },
	[NODE_MANAGEMENT] = { &own, &collapsed },
	[NODE_ER_GATEWAY] = { &own, &external, &weight, &length },
	[NODE_VPN_GATEWAY] = { &own, &external, &length },
	[NODE_ROUTE_SERVER] = { &own, &by_way, &length },
	[NODE_NVA] = { &own, &length },
	[NODE_NETWORK] = { &by_way, &length }, /* of routes that several gateways program into it */
};

int policy_compare(enum node_kind kind, const struct route *a, const struct route *b,
		   const char **ret_rule)
{
	for (const struct step_rule *const *s = preference[kind]; *s; s++) {
		int d = (*s)->compare(a, b);

		if (d) {
			*ret_rule = (*s)->rule;
			return d;
		}
	}
	*ret_rule = "equally good: the load is shared";
	return 0;
}

bool policy_carries(enum node_kind kind)
{
	return kind != NODE_ROUTE_SERVER && kind != NODE_NVA;
}
