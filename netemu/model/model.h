/* SPDX-License-Identifier: GPL-2.0-or-later */
/* model.h - the objects of a file: private clouds, circuits, peerings and the rest.
 *
 * Plain data, which the topology room fills and which is const once accepted. Everything lives in
 * the model's arena. References to objects are pointers. References to nodes ("pc-a.web") stay
 * names, since nodes exist only after the fabric is compiled. Defaults are filled in, except where
 * 0, NULL or family 0 means that netemu chooses the value.
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/vec.h"
#include "model/change.h"
#include "net/addr.h"
#include "net/impairment.h"

struct arena;
struct numbering;

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
	OBJECT_CLOUDSIMPLE_REGION,
	OBJECT_CLOUDSIMPLE_CLOUD,
	OBJECT_NETWORK_EXTENSION,
	OBJECT_ROUTE_TABLE,
	OBJECT_VPN_CONNECTION,
	OBJECT_INTERNET, /* at most one, with the name "internet" */
	OBJECT_KINDS
};

/* The first member of every object. */
struct object {
	enum object_kind kind;
	const char *name;
	struct pos pos; /* of its key */
};

/* Returns "private cloud", "virtual network", ...: for messages. */
const char *object_kind_name(enum object_kind kind);
/* Returns "private-clouds", "virtual-networks", ...: the section of the file. */
const char *object_kind_section(enum object_kind kind);

struct placed_prefix {
	struct prefix prefix;
	struct pos pos;
};
typedef VEC(struct placed_prefix) prefix_list;

struct placed_name {	  /* a reference by name, and its place */
	const char *name; /* NULL: absent */
	struct pos pos;
};

enum service_protocol { SERVICE_TCP, SERVICE_UDP };

struct service { /* that a host offers */
	enum service_protocol protocol;
	uint16_t port;
	struct pos pos;
};
typedef VEC(struct service) service_list;

struct public_ip { /* of a host: translated one to one */
	const char *host;
	struct pos pos;
	struct addr address;
	struct pos address_pos;
};
typedef VEC(struct public_ip) public_ip_list;

/* An object's own NAT to the internet. */
struct exit {
	struct addr nat_address; /* of hosts without a public address; family 0: chosen */
	struct pos nat_address_pos;
};

/* An NSX segment, a subnet or a network of a site: a broadcast domain with hosts. */
struct vm {
	const char *name;
	struct pos pos;
	struct addr address; /* IPv4 or IPv6; family 0: chosen from the network's prefixes */
	bool ip_forwarding;  /* an appliance: forwards packets */
	struct pos ip_forwarding_pos;
	uint32_t asn; /* peers with the Route Server; 0: speaks no BGP */
	struct pos asn_pos;
	prefix_list announce; /* to the Route Server */
	bool transit;	      /* re-announces what it learns, without Azure's AS numbers */
	service_list listen;
};
struct network {
	const char *name;
	struct pos pos;
	prefix_list prefixes; /* at most one of each family, networks without host bits */
	VEC(struct vm) vms;   /* default: one, with the network's name */
	bool routed;	      /* false: no router is on it (an isolated NSX segment) */
	struct route_table *route_table; /* a subnet's user routes, or NULL */
	struct pos route_table_pos;
	bool no_gateway_routes;	   /* routes that gateways learn do not reach this subnet */
	public_ip_list public_ips; /* of a subnet's hosts */
};
typedef VEC(struct network) network_list;

enum circuit_sku { CIRCUIT_STANDARD, CIRCUIT_LOCAL, CIRCUIT_PREMIUM };

struct authorization {
	const char *key;
	struct pos pos;
};

/* An ExpressRoute circuit: a customer's, or the one that comes with a private cloud. */
struct circuit {
	struct object o;	     /* a managed circuit has its private cloud's name and kind */
	struct private_cloud *cloud; /* a managed circuit's private cloud, or NULL */
	struct cloudsimple_region *cloudsimple; /* a managed circuit's region, or NULL */
	struct site *site; /* the customer end: a site, a plain router or none */
	struct router *router;
	const char *region; /* that the peering location is next to; may be NULL */
	struct pos region_pos;
	const char *peering_location; /* NULL: a location of its own */
	struct pos peering_location_pos;
	uint64_t bandwidth_bps; /* 0: unlimited */
	enum circuit_sku sku;
	struct pos sku_pos;
	uint64_t rtt_ns;	      /* CE to MSEE */
	struct placed_prefix link[2]; /* primary, secondary: /30 (or /126); family 0: chosen */
	uint32_t prepend[2];	      /* by the CE, on the primary and the secondary link */
	bool bfd;		      /* the customer end uses BFD, too */
	VEC(struct authorization) authorizations;
};

enum { PRIVATE_CLOUD_ASN = 398656 };

enum cloud_internet { /* a private cloud's own way to the internet */
		      CLOUD_INTERNET_NONE,
		      CLOUD_INTERNET_SNAT,     /* managed: outbound only */
		      CLOUD_INTERNET_PUBLIC_IP /* public addresses on the NSX edge */
};

enum cloud_build { BUILD_CURRENT, BUILD_INITIAL }; /* of generation 2's network side */

struct private_cloud {
	struct object o;
	int generation; /* 1, with a circuit of its own; 2, inside a virtual network */
	struct virtual_network *network; /* generation 2's; else NULL */
	struct pos network_pos;
	enum cloud_build build;
	uint32_t nodes; /* generation 2: hosts of the first cluster */
	struct pos nodes_pos;
	struct network nsx_gateway; /* generation 2: the subnet by which packets leave NSX */
	const char *region;	    /* generation 2: its network's */
	struct pos region_pos;
	struct placed_prefix block; /* /22 or larger */
	network_list segments;
	uint32_t asn;
	struct pos asn_pos;
	struct circuit circuit; /* the managed one */
	enum cloud_internet internet;
	struct pos internet_pos;
	public_ip_list public_ips;
	struct exit exit;
};

struct er_gateway {
	struct pos pos;	 /* line 0: the network has none */
	const char *sku; /* "ErGw1Az", ... */
	bool allow_remote_virtual_networks;
	bool fastpath;
};

enum { VPN_GATEWAY_ASN = 65515 }; /* default */

struct vpn_gateway {
	struct pos pos;	 /* line 0: the network has none */
	const char *sku; /* "VpnGw1", ... */
	bool active_active;
	uint32_t asn;
	struct pos asn_pos;
};

struct route_server {
	struct pos pos; /* line 0: the network has none */
	bool branch_to_branch;
	struct pos branch_to_branch_pos;
};

enum user_hop { /* the next hop of a user route */
		USER_APPLIANCE,
		USER_NONE,
		USER_INTERNET,
		USER_VNET_LOCAL,
		USER_GATEWAY
};

struct user_route {
	struct prefix prefix;
	struct pos pos;
	unsigned int hop;      /* enum user_hop */
	struct addr appliance; /* USER_APPLIANCE: its address */
	struct pos appliance_pos;
};

struct route_table {
	struct object o;
	VEC(struct user_route) routes;
};

struct virtual_network {
	struct object o;
	const char *region;
	struct pos region_pos;
	prefix_list address_space;
	/* The private cloud of generation 2 in it, or NULL. The cloud's segments follow the first
	 * `own_spaces` prefixes of the address space, which are the file's. */
	struct private_cloud *cloud;
	size_t own_spaces;
	network_list subnets;
	struct er_gateway er_gateway;
	struct vpn_gateway vpn_gateway;
	struct route_server route_server;
	struct placed_prefix gateway_subnet; /* IPv4; family 0: see model_gateway_subnet() */
	struct route_table *gateway_table;   /* of the GatewaySubnet, or NULL */
	struct pos gateway_table_pos;
	struct exit exit;
};

/* CloudSimple, the predecessor of AVS: all private clouds of a region share one flat network and
 * one circuit. */
enum { CLOUDSIMPLE_ASN = 65300 };

struct cloudsimple_cloud {
	struct object o;
	struct cloudsimple_region *region;
	network_list segments;
	public_ip_list public_ips; /* need the region's `internet` */
};

struct cloudsimple_region {
	struct object o;
	const char *region;
	struct pos region_pos;
	struct circuit circuit; /* shared by all its private clouds */
	VEC(struct cloudsimple_cloud *) clouds;
	bool accept_default_route; /* from on-premises; it never announces one */
	bool internet;		   /* it has a way to the internet of its own */
	struct pos internet_pos;
	struct exit exit;
};

struct preference { /* a CE's local preference for a circuit, or for a VPN connection */
	struct circuit *circuit;
	struct vpn_connection *vpn; /* one of the two is NULL */
	struct pos pos;
	uint32_t value;
};

struct site {
	struct object o;
	uint32_t asn;
	struct pos asn_pos;
	network_list networks;
	prefix_list advertise;	   /* beyond its networks */
	prefix_list accept_except; /* prefixes that the CE does not accept */
	VEC(struct preference) preferences;
	bool transit;	  /* re-announces between its circuits (M9) */
	bool core_router; /* a router between the networks and the CE */
	bool internet;	  /* its CE has a default route to the internet */
	struct pos internet_pos;
	struct exit exit;
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
	bool fastpath;	 /* this connection's packets bypass the gateway */
	struct pos fastpath_pos;
	uint64_t rtt_ns; /* MSEE to network; 0: by the regions */
};

/* A tunnel between a virtual network's VPN gateway and a site, or another network's. */
struct vpn_connection {
	struct object o;
	struct vpn_end {
		struct site *site; /* one of the two is NULL */
		struct virtual_network *network;
		struct pos pos;
	} end[2];
	bool is_static; /* no BGP: the gateway routes only `networks` to the far end */
	prefix_list networks;
	struct placed_prefix prefix; /* of the tunnel: its ends' addresses; family 0: chosen */
	uint64_t rtt_ns;	     /* 0: by the regions of two networks */
	uint32_t mtu;
};

struct peering_half {
	struct virtual_network *network;
	struct pos pos;
	bool exists; /* false: this side was never created; the peering stays Initiated */
	bool allow_virtual_network_access, allow_forwarded_traffic;
	bool allow_gateway_transit, use_remote_gateways;
	struct pos use_remote_gateways_pos;
	bool synced; /* false: the other network lacks segments added to this one */
	struct pos synced_pos;
};

struct peering {
	struct object o;
	struct peering_half half[2];
	uint64_t rtt_ns; /* 0: by the regions */
};

/* HCX network extension: a site's network whose broadcast domain extends to a private cloud, and
 * the virtual machines that have moved there with their addresses. */
struct network_extension {
	struct object o;
	struct site *site;
	const char *network; /* the name of the site's network: see model_extended() */
	struct pos network_pos;
	struct placed_name uplink; /* the site's network for the appliance's uplink */
	struct private_cloud *cloud;
	struct network segment; /* in the cloud: its name and VMs; the prefixes are the network's */
	bool mobility_optimized;	   /* MON: the gateway of all its VMs is in the cloud */
	VEC(struct placed_name) optimized; /* MON for these VMs only */
	struct pos policy_routes_pos;
	prefix_list policy_routes;     /* with MON: destinations through the site's gateway */
	prefix_list policy_exceptions; /* exceptions to policy_routes */
	uint32_t mtu;		       /* of layer 3; 0: by the MTU of the path */
	struct pos mtu_pos;
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
	bool announces_connected; /* no `announce` in the file: announces its hosts' networks */
	prefix_list announce;
	VEC(struct static_route) routes;
	bool transit; /* as a circuit's customer end: re-announces between circuits (M9) */
};

struct outside_host { /* on the internet */
	const char *name;
	struct pos pos;
	prefix_list addresses; /* with host bits, as a host's */
	service_list listen;
};

enum { INTERNET_RTT_NS = 4000000 };

struct internet {
	struct object o; /* its name is "internet"; at line 0: the file has none */
	VEC(struct outside_host) hosts;
	uint64_t rtt_ns; /* between it and each NAT that leads to it */
};

struct host {
	struct object o;
	prefix_list addresses; /* with host bits: the host's own address and its network's length */
	struct addr gateway[2]; /* IPv4, IPv6; family 0: the other end of its link */
	struct pos gateway_pos[2];
	service_list listen;
};

struct link {
	struct object o;
	struct placed_name between[2]; /* nodes */
	struct impairment to[2];       /* to[1]: from between[0] to between[1]; to[0]: back */
	uint32_t mtu;		       /* bytes of layer 3 */
	prefix_list prefixes; /* of the link; empty: chosen, or taken from a host at its end */
	bool bgp;
};

struct region_pair {
	const char *a, *b; /* canonical spelling: lower case, no blanks */
	struct pos pos;
	uint64_t rtt_ns;
};

struct latency {
	uint64_t within_region_ns;
	VEC(struct region_pair) pairs; /* the file's, before the published ones */
};

/* An object or part that is down from the start. */
struct failure {
	struct placed_name name;     /* as in the file: "er-dc1", "er-dc1.primary", "hub.app" */
	const struct object *object; /* named before the dot */
	int side;		     /* of a circuit's two links: 0 or 1; -1: not a link */
	bool whole;		     /* no dot: the object with all its parts */
};

/* Both bounds are inclusive. `given`: the file has this range. */
struct range {
	bool given;
	uint64_t min, max;
	struct pos pos;
};

/* A step of an expected path: a node, one of several nodes (ECMP), or "..." (any nodes). */
struct path_step {
	bool any;
	VEC(struct placed_name) nodes;
};

enum expect_kind {
	EXPECT_PAIR, /* from, to: tested with packets */
	EXPECT_ROUTE /* at, route: looked up in the prediction and in the kernel */
};

struct expectation {
	enum expect_kind kind;
	struct pos pos;
	const char *because; /* or NULL */
	uint64_t within_ns;  /* how long it may take to become true; 0: true at once */

	/* EXPECT_PAIR */
	struct placed_name from, to;
	struct service service; /* the service that answers; port 0: ICMP */
	bool reachable;
	struct range rtt, jitter; /* ns; the median, and the mean difference of consecutive ones */
	struct range loss;	  /* ppm */
	struct range bandwidth;	  /* bits per second, of one TCP flow */
	struct range hops; /* as traceroute numbers them: routers that take a TTL, and the target */
	uint32_t mtu;	   /* bytes of the largest packet that passes whole; 0: not given */
	struct pos mtu_pos;
	VEC(struct path_step) path; /* forward; empty: not given */
	VEC(struct placed_name) not_via;
	bool has_symmetric, symmetric; /* the reverse path is the forward path */
	struct pos symmetric_pos;

	/* EXPECT_ROUTE */
	struct placed_name at;
	struct prefix route;
	struct pos route_pos;
	bool absent;
	VEC(struct placed_name) via; /* next hops: nodes, or objects that contain them */
	bool has_as_path;
	VEC(uint32_t) as_path;
};
typedef VEC(struct expectation) expectation_list;

/* An impairment of links, by `impaired` or the command of that name. The given settings replace
 * those of each link that the name stands for, in both directions. */
enum {
	IMPAIR_DELAY = 1,
	IMPAIR_JITTER = 2,
	IMPAIR_RATE = 4,
	IMPAIR_LOSS = 8,
	IMPAIR_DUPLICATE = 16,
	IMPAIR_REORDER = 32
};
struct impaired {
	struct placed_name name; /* a link, join, circuit, or one of its sides: "er-dc1.primary" */
	const struct object *object;
	int side;
	unsigned int given; /* IMPAIR_ bits */
	struct impairment what;
};

enum step_kind { STEP_EXPECT, STEP_CHANGE, STEP_WAIT, STEP_SAY };
struct story_step {
	enum step_kind kind;
	struct pos pos;
	expectation_list expect; /* STEP_EXPECT */
	struct change change;	 /* STEP_CHANGE */
	uint64_t wait_ns;	 /* STEP_WAIT */
	const char *say;	 /* STEP_SAY */
};
struct scenario {
	const char *name;
	struct pos pos;
	VEC(struct story_step) steps;
};

/* How fast the network detects a change. */
enum timers {
	TIMERS_NONE, /* at once */
	TIMERS_AZURE /* as in Azure: 0.9 s with BFD, otherwise BGP's hold time of 180 s */
};

enum hop_style {
	HOPS_ALL,  /* every router takes a TTL and answers */
	HOPS_AZURE /* as in Azure: fabric and peering take no TTL, gateways do not answer */
};

struct model {
	struct arena *arena;
	const char *file;
	const char *name; /* the lab's default name */
	struct pos name_pos;
	const char *summary; /* or NULL */
	/* Arrays of pointers, so that an object never moves. */
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
	VEC(struct route_table *) route_tables;
	VEC(struct vpn_connection *) vpn_connections;
	VEC(struct cloudsimple_region *) cloudsimple_regions;
	VEC(struct network_extension *) network_extensions;
	VEC(struct failure) failures;
	struct internet internet;
	struct latency latency;
	VEC(struct impaired) impaired;
	bool changed; /* changes were made, so expectations may name missing objects */
	expectation_list expectations;
	VEC(struct scenario) scenarios;
	enum timers timers;
	uint32_t speed; /* how many times the timers are faster than the real ones; at least 1 */
	enum hop_style hops;
	struct numbering *numbers; /* of the fabric and the plan; owned by the model */
};

/* Frees the model and everything in its arena, to which later rooms add. NULL is fine. */
void model_free(struct model *m);

/* Checks the rules that the real networks enforce when objects are created (overlap, regions, SKUs,
 * reserved ASNs, gateways, ...). A configuration that the real service accepts but that is probably
 * a mistake is a warning. Returns 0, or -EINVAL if there is an error. */
int model_check(const struct model *m, struct diag *dg);

/* Finds the round trip between two regions: the file's or the published one; within one region the
 * file's `within-region`. A NULL region counts as the same region as the other one. Returns false
 * if no round trip is known. */
bool model_region_rtt(const struct model *m, const char *a, const char *b, uint64_t *ret_ns);

/* Returns why a join's authorization brings up no session (the circuits do not have it, or another
 * join has redeemed it), or NULL. A join without an authorization was made by the circuits' owner;
 * the authorization 'none' stands for a missing one. The text is in the arena. */
const char *model_refused_key(const struct model *m, const struct object *join, struct arena *a);

/* The limits of an ExpressRoute gateway's SKU. */
struct gateway_size {
	const char *sku;
	uint64_t rate_bps;
	uint32_t circuits;
	uint32_t learns; /* prefixes, from all circuits together */
	bool fastpath;
};
const struct gateway_size *model_gateway_size(const char *sku);

/* Finds the GatewaySubnet of a network: the file's, or the last free /27 (else /28, /29) of its
 * IPv4 address space. Returns false if there is no room. */
bool model_gateway_subnet(const struct virtual_network *vn, struct prefix *ret);

/* The bandwidth of a private cloud's own circuit. */
#define MANAGED_CIRCUIT_BPS UINT64_C(10000000000)

/* How many prefixes a circuit accepts: IPv4 from its customer (by SKU) and from one virtual
 * network, IPv6 from either. */
enum {
	PREFIXES_STANDARD = 4000,
	PREFIXES_PREMIUM = 10000,
	PREFIXES_NETWORK = 1000,
	PREFIXES_IPV6 = 100
};

/* Generation 2: returns the segment of the HCX appliances' uplinks, or NULL. */
const struct network *model_hcx_uplink(const struct private_cloud *pc);
/* Whether the gateway of a VM (NULL: of any VM) is in the cloud. */
bool model_is_optimized(const struct network_extension *x, const struct vm *vm);
/* Returns the site's network that is extended, or NULL if the site has none of that name. */
const struct network *model_extended(const struct network_extension *x);

/* A part of a generation 1 address block; the offset is from the base of the /22. */
struct block_part {
	const char *name; /* "management", "hcx-management", "esxi-management", ... */
	uint32_t offset;
	uint8_t len;
	bool announced; /* to BGP neighbours */
};
const struct block_part *model_block_parts(size_t *ret_n);

/* The subnets of a generation 2 block that netemu uses; `announced` has no meaning for them. */
const struct block_part *model_block2_part(const char *name);
struct prefix model_block_prefix(const struct private_cloud *pc, const struct block_part *part);

#endif
