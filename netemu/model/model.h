/* model.h - the cloud as the file names it: private clouds, circuits, peerings and the rest.
 *
 * Plain data, filled by the topology room and const once accepted. Everything lives in the
 * model's arena. References are resolved to pointers; what names a *node* ("pc-a.web") stays a
 * name, since nodes exist only when the fabric has been compiled.
 * Defaults are filled in, except where 0 / NULL / family 0 is said to mean "netemu chooses".
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/vec.h"
#include "net/addr.h"
#include "net/impairment.h"

struct arena;

enum object_kind {
	OBJECT_PRIVATE_CLOUD,
	OBJECT_VIRTUAL_NETWORK,
	OBJECT_SITE,
	OBJECT_CIRCUIT,
	OBJECT_INTERCONNECT,
	OBJECT_GLOBAL_REACH,
	OBJECT_GATEWAY_CONNECTION,
	OBJECT_PEERING,
	OBJECT_ROUTER,
	OBJECT_HOST,
	OBJECT_LINK,
	OBJECT_KINDS
};

/* What every named thing of the file begins with. */
struct object {
	enum object_kind kind;
	const char *name;
	struct pos pos; /* of its key */
};

/* "private cloud", "virtual network", ...: for sentences. */
const char *object_kind_name(enum object_kind kind);
/* "private-clouds", "virtual-networks", ...: the section of the file. */
const char *object_kind_section(enum object_kind kind);

struct placed_prefix {
	struct prefix prefix;
	struct pos pos;
};
typedef VEC(struct placed_prefix) prefix_list;

struct placed_name { /* a name that refers to something, and where it stands */
	const char *name; /* NULL: absent */
	struct pos pos;
};

/* An NSX segment, a subnet or a network of a site: a broadcast domain with hosts. */
struct vm {
	const char *name;
	struct pos pos;
	struct addr address; /* IPv4 or IPv6; family 0: chosen from the network's prefixes */
};
struct network {
	const char *name;
	struct pos pos;
	prefix_list prefixes; /* at most one of each family, networks without host bits */
	VEC(struct vm) vms;   /* never empty unless the file says so: [the network's own name] */
	bool routed;	      /* false: no router is on it (an isolated NSX segment) */
};
typedef VEC(struct network) network_list;

enum circuit_sku { CIRCUIT_STANDARD, CIRCUIT_LOCAL, CIRCUIT_PREMIUM };

struct authorization {
	const char *key;
	struct pos pos;
};

/* An ExpressRoute circuit: a customer's, or the one that comes with a private cloud. */
struct circuit {
	struct object o; /* a managed circuit bears its private cloud's name and kind */
	struct private_cloud *cloud; /* whose managed circuit it is, or NULL */
	struct site *site;	     /* the customer's end: a site or a plain router, or NULL */
	struct router *router;
	const char *region; /* that the peering location is next to; may be NULL */
	struct pos region_pos;
	const char *peering_location; /* NULL: a location of its own */
	struct pos peering_location_pos;
	uint64_t bandwidth_bps; /* 0: unlimited */
	enum circuit_sku sku;
	struct pos sku_pos;
	uint64_t rtt_ns; /* CE to MSEE */
	struct placed_prefix link[2]; /* primary, secondary: /30 (or /126); family 0: chosen */
	uint32_t prepend[2];	      /* by the CE, on the primary and the secondary link */
	VEC(struct authorization) authorizations;
};

enum { PRIVATE_CLOUD_ASN = 398656 };

struct private_cloud {
	struct object o;
	int generation; /* 1 */
	const char *region;
	struct pos region_pos;
	struct placed_prefix block; /* /22 or larger */
	network_list segments;
	uint32_t asn;
	struct pos asn_pos;
	struct circuit circuit; /* the managed one */
};

struct er_gateway {
	struct pos pos;	 /* line 0: the network has none */
	const char *sku; /* "ErGw1Az", ... */
	bool allow_remote_virtual_networks;
	bool fastpath;
};

struct virtual_network {
	struct object o;
	const char *region;
	struct pos region_pos;
	prefix_list address_space;
	network_list subnets;
	struct er_gateway er_gateway;
};

struct preference { /* a CE's local preference for a circuit */
	struct circuit *circuit;
	struct pos pos;
	uint32_t value;
};

struct site {
	struct object o;
	uint32_t asn;
	struct pos asn_pos;
	network_list networks;
	prefix_list advertise;	   /* beyond its networks */
	prefix_list accept_except; /* what the CE filters from what it hears */
	VEC(struct preference) preferences;
	bool transit;	  /* re-announces between its circuits (M9) */
	bool core_router; /* a router between the networks and the CE */
};

/* AVS Interconnect and Global Reach: two circuits joined, MSEE to MSEE. */
struct circuit_join {
	struct object o;
	struct circuit *end[2];
	struct pos end_pos[2];
	struct placed_name authorization;
	struct placed_prefix prefix; /* Global Reach: the /29 of the two links; family 0: chosen */
	uint64_t rtt_ns;	     /* 0: by the regions */
};

struct gateway_connection {
	struct object o;
	struct virtual_network *network;
	struct pos network_pos;
	struct circuit *circuit;
	struct pos circuit_pos;
	struct placed_name authorization;
	uint32_t weight; /* 0 to 32000, local to the gateway */
	uint64_t rtt_ns; /* MSEE to network; 0: by the regions */
};

struct peering_half {
	struct virtual_network *network;
	struct pos pos;
	bool exists; /* false: this side was never created; the peering stays Initiated */
	bool allow_virtual_network_access, allow_forwarded_traffic;
	bool allow_gateway_transit, use_remote_gateways;
	struct pos use_remote_gateways_pos;
};

struct peering {
	struct object o;
	struct peering_half half[2];
	uint64_t rtt_ns; /* 0: by the regions */
};

struct static_route {
	struct prefix prefix;
	struct pos pos;
	struct placed_name via; /* a node's name; or NULL and an address: */
	struct addr gateway;
};

struct router {
	struct object o;
	uint32_t asn; /* 0: speaks no BGP */
	struct pos asn_pos;
	bool announces_connected; /* no `announce` in the file: its hosts' networks */
	prefix_list announce;
	VEC(struct static_route) routes;
	bool transit; /* as a circuit's customer end: re-announces between circuits (M9) */
};

struct host {
	struct object o;
	prefix_list addresses; /* with host bits: the host's own address and its network's length */
	struct addr gateway[2]; /* IPv4, IPv6; family 0: its link's other end */
	struct pos gateway_pos[2];
};

struct link {
	struct object o;
	struct placed_name between[2]; /* nodes */
	struct impairment to[2];       /* [1]: from between[0] towards between[1]; [0]: back */
	uint32_t mtu;		       /* bytes of layer 3 */
	prefix_list prefixes; /* of the link; empty: chosen, or that of the host at its end */
	bool bgp;
};

struct region_pair {
	const char *a, *b; /* canonical spelling: lower case, no blanks */
	struct pos pos;	   /* line 0: built in */
	uint64_t rtt_ns;
};

struct latency {
	uint64_t within_region_ns;
	VEC(struct region_pair) pairs; /* the file's, before the built-in table's */
};

enum expect_kind { EXPECT_REACHABLE };

struct expectation {
	enum expect_kind kind;
	struct pos pos;
	struct placed_name from, to;
	bool reachable;
	bool has_rtt;
	uint64_t rtt_min_ns, rtt_max_ns; /* inclusive */
	const char *because;		 /* or NULL */
};

struct model {
	struct arena *arena;
	const char *file;
	const char *name;    /* the lab's default name */
	struct pos name_pos;
	const char *summary; /* or NULL */
	/* Arrays of pointers: an object never moves once it is made. */
	VEC(struct private_cloud *) private_clouds;
	VEC(struct virtual_network *) virtual_networks;
	VEC(struct site *) sites;
	VEC(struct circuit *) circuits;
	VEC(struct circuit_join *) interconnects;
	VEC(struct circuit_join *) global_reach;
	VEC(struct gateway_connection *) gateway_connections;
	VEC(struct peering *) peerings;
	VEC(struct router *) routers;
	VEC(struct host *) hosts;
	VEC(struct link *) links;
	struct latency latency;
	VEC(struct expectation) expectations;
};

/* Frees the model and all in its arena (also what later rooms put there). NULL is fine. */
void model_free(struct model *m);

/* Checks the rules that the real networks enforce when such objects are made (overlap, regions,
 * SKUs, reserved ASNs, gateways, ...), all in one pass. Returns 0, or -EINVAL if any is broken;
 * what the real service accepts but nobody wants is a warning. */
int model_check(const struct model *m, struct diag *dg);

/* The round trip between two regions: the file's figure or the built-in table's; within one
 * region the file's `within-region`. Either may be NULL (unknown): then it counts as the other's
 * region. Returns false if no figure is known for the pair. */
bool model_region_rtt(const struct model *m, const char *a, const char *b, uint64_t *ret_ns);

/* The built-in table (Azure round-trip latency, P50), for the schema and the manual. */
const struct region_pair *model_builtin_rtts(size_t *ret_n);

/* The fixed split of a generation 1 address block: the offsets are from the /22's base. */
struct block_part {
	const char *name; /* "management", "hcx-management", "esxi-management", ... */
	uint32_t offset;
	uint8_t len;
	bool announced; /* to BGP neighbours */
};
const struct block_part *model_block_parts(size_t *ret_n);

#endif
