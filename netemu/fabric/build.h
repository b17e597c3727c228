/* SPDX-License-Identifier: GPL-2.0-or-later */
/* build.h - inside the fabric room: the functions that the files of the cloud objects share.
 *
 * Each build_<kind>() turns one kind of object into generic parts. compile.c calls them in such an
 * order that every part exists before another part joins it.
 */
#ifndef FABRIC_BUILD_H
#define FABRIC_BUILD_H

#include "fabric/fabric.h"
#include "model/model.h"

enum {
	ASN_MSEE = 12076,
	ASN_ER_GATEWAY = 65515,
	PORT_HTTPS = 443, /* the port that managers answer on */
	LOCAL_PREF = 100, /* a CE's default */
	PREF_ER = 200,	  /* ExpressRoute before VPN and appliances, for one prefix */
	MTU = 1500,
	HOST_FIRST = 10,	   /* the first host of a segment or a site's network */
	SUBNET_HOST_FIRST = 4,	   /* Azure reserves a subnet's first four addresses */
	RTT_T0_EDGE_NS = 500000,   /* a private cloud to its own edge */
	RTT_MSEE_EXTRA_NS = 500000 /* a customer's peering location to the region next to it */
};

/* A network that a gateway serves: its own, or a spoke with use-remote-gateways. */
struct served {
	uint32_t gateway, network;   /* nodes */
	const struct object *object; /* that makes the gateway serve it, and where: */
	struct pos pos;
	uint64_t rtt_ns; /* of the peering between them; 0 for its own */
};

/* A subnet with a routing instance of its own, beside its network's. */
struct instance {
	const struct virtual_network *vn;
	const struct network *subnet;
	uint32_t node, network; /* its own, and the network's "fabric" */
	uint32_t link;		/* end 0: the network's */
};

struct fabric_builder {
	struct fabric *f;
	const struct model *m;
	struct diag *dg;
	struct arena *a;
	struct map *chassis; /* name -> index + 1 */
	struct map *ifnames; /* "chassis/name" taken */
	struct map *keys;    /* keys of the numbering, taken */
	prefix_list used;    /* prefixes of the file, which the pool avoids */
	prefix_list inside;  /* of networks that are behind every NAT */
	prefix_list in_pool; /* those of them that are in the pool */
	VEC(struct served) served;
	const struct virtual_network *stale; /* whose newest prefixes a peering lacks */
	VEC(struct instance) instances;
};

/* Makes the pool of link networks avoid b->used, which must be complete. */
void build_keep_clear(struct fabric_builder *b);

/* The chassis of that name; makes it if there is none. */
uint32_t build_chassis(struct fabric_builder *b, const char *name);

/* Makes the node "object.part", or "object" if part is NULL. chassis NONE: one of its own. */
uint32_t build_node(struct fabric_builder *b, enum node_kind kind, const struct object *o,
		    const char *part, struct pos pos, uint32_t chassis);
/* The node "object.part", or NONE. */
uint32_t build_part(const struct fabric_builder *b, const struct object *o, const char *part);

struct link_spec {
	const struct object *object;
	struct pos pos;
	struct impairment to[2];
	uint32_t mtu;
	const struct prefix *prefix; /* end 0 gets its first usable address, end 1 the second; */
	size_t nprefix;		     /* 0: networks of the pool */
	struct prefixes own[2];	     /* or the ends' own addresses, when they have any */
	bool v6_from_pool;	     /* all given addresses are IPv4 */
};
/* A spec with half the round trip each way. */
struct link_spec build_spec(const struct object *o, struct pos pos, uint64_t rtt_ns);

/* Addresses of a network's GatewaySubnet: the network's own (its first), those of its gateways, and
 * those that MSEEs have on their links towards the network. Each is a host's (/32), as several
 * links share it. Family 0: there is no room in it, and the links have the pool's. */
enum gateway_address { GATEWAY_NETWORK, GATEWAY_ER, GATEWAY_VPN };
struct prefix build_gateway_address(const struct virtual_network *vn, enum gateway_address which);
/* Likewise: the one address that a network's node, gateway or machine has on all its links. The
 * instance of a subnet has that subnet's first one. */
struct prefix build_own_address(const struct fabric_builder *b, uint32_t node);
struct prefix build_msee_address(const struct fabric_builder *b,
				 const struct gateway_connection *gc, uint32_t side);
/* Gives a link's ends addresses of their own, unless one of the two has none. */
void build_own(struct link_spec *spec, const struct prefix *end0, const struct prefix *end1);

/* Makes a link between two routers, node0 at end 0 and node1 at end 1; returns its index. */
uint32_t build_link(struct fabric_builder *b, uint32_t node0, uint32_t node1,
		    const struct link_spec *spec);
/* A router's interface at a port of an underlay, which is named as a link to the node or segment
 * `far_name`. It has the address `own`, or (family 0) one of the pool's. */
struct underlay_port {
	uint32_t segment, node;
	bool served;
	const char *far_label, *far_name;
	struct prefix own;
};
uint32_t build_port(struct fabric_builder *b, const struct underlay_port *p,
		    const struct link_spec *spec);
/* The short name of a node in the names of another node's interfaces. */
const char *build_label(struct fabric_builder *b, uint32_t node, bool understood);
/* The interface at an end of a link between routers. */
uint32_t build_link_end(const struct fabric_builder *b, uint32_t link, uint32_t end);

/* Makes a segment with a router's interface of the given addresses (home NONE: isolated). */
uint32_t build_segment(struct fabric_builder *b, const char *name, struct pos pos, uint32_t home,
		       uint32_t chassis, const struct prefix *addrs, size_t n);
/* Makes a host's only interface, linked to a segment, with default routes to the segment's home. */
uint32_t build_attach(struct fabric_builder *b, uint32_t host, uint32_t segment,
		      const struct prefix *addrs, size_t n, const struct link_spec *spec);
/* Makes a network of the file with its hosts: "object.vm" each. `first` is the index of the first
 * address for hosts that the file gives none. */
void build_network(struct fabric_builder *b, const struct object *o, const struct network *net,
		   uint32_t home, uint32_t chassis, uint64_t first);

/* Makes the underlay of an ExpressRoute gateway that has no interface yet: a segment with a port
 * for the gateway, for each network that the gateway serves, and for each MSEE that it is
 * connected to. The impairments of a pair are those of its two ports, so links grow with
 * networks plus MSEEs. */
void build_underlay(struct fabric_builder *b, uint32_t gateway);
/* The interface of a served network on the gateway's underlay; makes it if there is none. */
uint32_t build_underlay_served(struct fabric_builder *b, const struct served *s);
/* Makes an MSEE's interface there. `own`: its address; family 0: one of the pool's. */
uint32_t build_underlay_msee(struct fabric_builder *b, uint32_t gateway, uint32_t msee,
			     const struct prefix *own, const struct link_spec *spec);
/* The gateway's own interface there. */
uint32_t build_underlay_gateway(const struct fabric_builder *b, uint32_t gateway);

/* Joins two segments by a link without delay. `port`: the names of their bridge ports. */
void build_trunk(struct fabric_builder *b, const uint32_t segment[2], const char *const port[2],
		 const struct object *o, struct pos pos);
/* Joins two segments by a tunnel between two interfaces with IPv4 addresses. */
void build_tunnel(struct fabric_builder *b, const uint32_t segment[2], const uint32_t uplink[2],
		  uint32_t mtu, const struct object *o, struct pos pos);

/* Records the ports that a host answers on; a repeated port is recorded once. */
void build_listener(struct fabric_builder *b, uint32_t node, bool udp, uint16_t port,
		    struct pos pos);
void build_listeners(struct fabric_builder *b, uint32_t node, const service_list *listen);

/* A BGP session over a link; side 0 and 1 are the link's ends. The result may be changed until
 * the next session is made. */
struct session *build_session(struct fabric_builder *b, uint32_t link, const struct object *o,
			      struct pos pos);
struct session *build_inject(struct fabric_builder *b, uint32_t gateway, uint32_t network,
			     const struct object *o, struct pos pos);

/* Records a join of the file that carries nothing. */
void build_severed(struct fabric_builder *b, uint32_t node0, uint32_t node1, const struct object *o,
		   struct pos pos, const char *why);

void build_origin(struct fabric_builder *b, uint32_t node, const struct prefix *p,
		  enum origin_kind kind, const struct object *o, struct pos pos);

/* Route out of `iface` to its link's other end. */
struct fabric_route *build_route(struct fabric_builder *b, uint32_t node, const struct prefix *p,
				 uint32_t iface, uint32_t via, enum route_rank rank, struct pos pos,
				 const char *why);
struct fabric_route *build_drop(struct fabric_builder *b, uint32_t node, const struct prefix *p,
				enum route_rank rank, struct pos pos, const char *why);
/* Makes the default routes of the families that both interfaces have. */
void build_default(struct fabric_builder *b, uint32_t node, uint32_t iface, uint32_t via,
		   struct pos pos, const char *why);

/* The round trip between two regions, from the file or the published values; model_check() ensures
 * that it is known. */
uint64_t build_rtt(const struct fabric_builder *b, const char *region_a, const char *region_b);

/* A circuit's edge router: side 0 is the primary. */
uint32_t build_msee(const struct fabric_builder *b, const struct circuit *c, uint32_t side);
extern const char *const side_name[2]; /* "primary", "secondary" */
/* Both MSEEs, in the chassis of their location. */
void build_msees(struct fabric_builder *b, const struct circuit *c, const char *location);

/* Makes the internet and its hosts, if the file has an internet. */
void build_internet(struct fabric_builder *b);
/* Makes an object's way to the internet: its NAT, and the default route of `inside` to it. Returns
 * the NAT's node; NONE when the file has no internet. */
uint32_t build_exit(struct fabric_builder *b, const struct object *o, const struct exit *e,
		    uint32_t inside, enum route_rank rank, const char *why);
/* Adds public addresses of the object's hosts to its NAT. */
void build_public_ips(struct fabric_builder *b, const struct object *o, const public_ip_list *ips);
/* Likewise, to the NAT of another object. */
void build_public_ips_at(struct fabric_builder *b, uint32_t nat, const struct object *o,
			 const public_ip_list *ips);

void build_private_cloud(struct fabric_builder *b, const struct private_cloud *pc);
/* The nth /30 of a part of its address block ("expressroute", "global-reach"). False: it has
 * none. */
bool build_block_network(const struct private_cloud *pc, const char *part, uint64_t nth,
			 struct prefix *ret);
void build_cloudsimple_region(struct fabric_builder *b, const struct cloudsimple_region *r);
/* Builds a private cloud of generation 2; its network must exist. */
void build_cloud_in_network(struct fabric_builder *b, const struct private_cloud *pc);
void build_virtual_network(struct fabric_builder *b, const struct virtual_network *vn);
/* Makes a gateway or Route Server serve a network, and its subnets that have instances of their
 * own: it programs the routes that it learns into them, and announces them. `via_rtt_ns`: the
 * peering's. */
void build_service(struct fabric_builder *b, uint32_t gateway, uint32_t net,
		   const struct virtual_network *vn, const struct object *o, struct pos pos,
		   uint64_t via_rtt_ns);
/* The network that a node is part of, or NULL. */
const struct virtual_network *build_network_of(const struct fabric_builder *b, uint32_t node);
/* The node to which a subnet's machines are attached: its network, or an instance of its own. */
uint32_t build_subnet_home(struct fabric_builder *b, const struct virtual_network *vn,
			   const struct network *subnet, uint32_t net, uint32_t chassis);
/* The VPN gateway and the Route Server of a network. */
void build_vpn_gateway(struct fabric_builder *b, const struct virtual_network *vn, uint32_t net);
void build_route_server(struct fabric_builder *b, const struct virtual_network *vn, uint32_t net);
void build_vpn_connection(struct fabric_builder *b, const struct vpn_connection *v);
/* Bars packets that are not from the peered network's own addresses at an end of a link, if
 * allow-forwarded-traffic is off. */
void build_forwarding_bar(struct fabric_builder *b, const struct peering *p, int half,
			  uint32_t link, uint32_t end);
/* After all networks, peerings and gateways: routes of instances, user routes, Route Server
 * peers. */
void build_appliances(struct fabric_builder *b);
void build_site(struct fabric_builder *b, const struct site *s);
void build_circuit(struct fabric_builder *b, const struct circuit *c);
void build_circuit_join(struct fabric_builder *b, const struct circuit_join *j);
void build_peering(struct fabric_builder *b, const struct peering *p);
void build_gateway_connection(struct fabric_builder *b, const struct gateway_connection *gc);
void build_network_extension(struct fabric_builder *b, const struct network_extension *x);
/* After all extensions: routes to the machines whose gateway is in the cloud. */
void build_mobility(struct fabric_builder *b, const struct network_extension *x);
/* Whether a network is extended to the cloud: then its HCX uplink is on T1. */
bool build_is_extended(const struct fabric_builder *b, const struct private_cloud *pc);
void build_router(struct fabric_builder *b, const struct router *r);
void build_host(struct fabric_builder *b, const struct host *h);
void build_plain_link(struct fabric_builder *b, const struct link *l);
/* After all links: static routes and announcements of routers. */
void build_router_routes(struct fabric_builder *b, const struct router *r);

/* The links that a name in `failed` or `impaired` stands for. */
struct named_links {
	const struct object *object;
	uint32_t node; /* NONE: the name is the object's or one of its links' */
	uint32_t msee; /* of the circuit's link that is named; NONE: none is */
};
/* Finds them. False, and reported: no such part exists. `side`: as in struct failure. */
bool build_named_links(struct fabric_builder *b, const struct placed_name *name,
		       const struct object *object, int side, struct named_links *ret);
/* Whether the link is one of them, or ends at the named node. */
bool build_is_named(const struct fabric *f, const struct named_links *t,
		    const struct fabric_link *l);

/* With `hops: azure`: sets which interfaces take a TTL and answer, and where answers are lost. */
void build_hop_style(struct fabric_builder *b);
/* When all links exist: reports addresses that two hosts have. */
void build_check_addresses(struct fabric_builder *b);
/* When all links exist: takes down the links and sessions that the file says have failed, and
 * applies its impairments. */
void build_failures(struct fabric_builder *b);
void build_impaired(struct fabric_builder *b);

#endif
