/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All requests are encoded with libmnl. libnl-route cannot encode some of them (both ends of a veth
 * in one message, netem's rate and 64-bit times, an alternative name), and one way of encoding is
 * easier to read than two. The tests decode the messages with libnl-route, as an independent
 * implementation. */
#include "kernel/encode.h"

#include <arpa/inet.h>
#include <assert.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/neighbour.h>
#include <linux/nexthop.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

enum { IPV6_METRIC = 1024 /* the kernel's metric for 0 */ };
enum { DOOMED_GROUP = 0x6e65 };

static struct nlmsghdr *encode_begin(void *buf, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);

	h->nlmsg_type = type;
	h->nlmsg_flags = flags;
	return h;
}

static struct nlmsghdr *encode_begin_link(void *buf, uint16_t type, uint16_t flags,
					  uint32_t ifindex, unsigned int set)
{
	struct nlmsghdr *h = encode_begin(buf, type, flags);
	struct ifinfomsg *i = mnl_nlmsg_put_extra_header(h, sizeof(*i));

	i->ifi_index = (int)ifindex;
	i->ifi_flags = i->ifi_change = set;
	return h;
}

static void encode_put_addr(struct nlmsghdr *h, uint16_t attr, const struct addr *a)
{
	mnl_attr_put(h, attr, addr_bytes(a), a->b);
}

/* ---- devices ------------------------------------------------------------------------------ */

static void encode_put_identity(struct nlmsghdr *h, const struct plan_dev *d)
{
	mnl_attr_put_strz(h, IFLA_IFNAME, d->name);
	if (mac_is_set(&d->mac))
		mnl_attr_put(h, IFLA_ADDRESS, sizeof(d->mac.b), d->mac.b);
	if (d->mtu)
		mnl_attr_put_u32(h, IFLA_MTU, d->mtu);
}

static void encode_put_bridge(struct nlmsghdr *h)
{
	struct nlattr *data = mnl_attr_nest_start(h, IFLA_INFO_DATA);

	mnl_attr_put_u32(h, IFLA_BR_STP_STATE, 0);
	mnl_attr_put_u32(h, IFLA_BR_FORWARD_DELAY, 0);
	mnl_attr_put_u8(h, IFLA_BR_MCAST_SNOOPING, 0);
	mnl_attr_nest_end(h, data);
}

static void encode_put_vrf(struct nlmsghdr *h, uint32_t table)
{
	struct nlattr *data = mnl_attr_nest_start(h, IFLA_INFO_DATA);

	mnl_attr_put_u32(h, IFLA_VRF_TABLE, table);
	mnl_attr_nest_end(h, data);
}

static void encode_put_vxlan(struct nlmsghdr *h, const struct plan_dev *d)
{
	struct nlattr *data = mnl_attr_nest_start(h, IFLA_INFO_DATA);

	mnl_attr_put_u32(h, IFLA_VXLAN_ID, d->id);
	encode_put_addr(h, IFLA_VXLAN_LOCAL, &d->local);
	encode_put_addr(h, IFLA_VXLAN_GROUP, &d->remote);
	mnl_attr_put_u16(h, IFLA_VXLAN_PORT, htons(PLAN_VXLAN_PORT));
	mnl_attr_nest_end(h, data);
}

void encode_master(void *buf, const struct plan *p, uint32_t dev)
{
	const struct plan_dev *d = &p->devs.v[dev];
	struct nlmsghdr *h =
		encode_begin_link(buf, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, d->ifindex, 0);
	struct nlattr *info;

	encode_put_identity(h, d);
	info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_strz(h, IFLA_INFO_KIND,
			  d->kind == DEV_VRF	 ? "vrf"
			  : d->kind == DEV_VXLAN ? "vxlan"
						 : "bridge");
	if (d->kind == DEV_VRF)
		encode_put_vrf(h, d->table);
	else if (d->kind == DEV_VXLAN)
		encode_put_vxlan(h, d);
	else
		encode_put_bridge(h);
	mnl_attr_nest_end(h, info);
}

/* One queue in each direction. With the default, one for each processor, veth makes queues, removes
 * them again, and waits twice for RCU: 254 us for a pair instead of 113 (6.18). */
static void encode_put_one_queue(struct nlmsghdr *h)
{
	mnl_attr_put_u32(h, IFLA_NUM_TX_QUEUES, 1);
	mnl_attr_put_u32(h, IFLA_NUM_RX_QUEUES, 1);
}

static void encode_put_peer(struct nlmsghdr *h, const struct plan_dev *d, int ns)
{
	struct nlattr *peer = mnl_attr_nest_start(h, VETH_INFO_PEER);
	struct ifinfomsg *i = mnl_nlmsg_put_extra_header(h, sizeof(*i));

	i->ifi_index = (int)d->ifindex;
	encode_put_identity(h, d);
	encode_put_one_queue(h);
	mnl_attr_put_u32(h, IFLA_NET_NS_FD, (uint32_t)ns);
	mnl_attr_nest_end(h, peer);
}

/* Both ends are created in their namespaces with their final names and indices. Moving one later
 * would take 16 ms. */
void encode_veth(void *buf, const struct plan *p, uint32_t dev, int peer_ns, bool up)
{
	const struct plan_dev *d = &p->devs.v[dev];
	struct nlmsghdr *h = encode_begin_link(buf, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
					       d->ifindex, up ? IFF_UP : 0);
	struct nlattr *info, *data;

	encode_put_identity(h, d);
	encode_put_one_queue(h);
	info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_strz(h, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(h, IFLA_INFO_DATA);
	encode_put_peer(h, &p->devs.v[d->peer], peer_ns);
	mnl_attr_nest_end(h, data);
	mnl_attr_nest_end(h, info);
}

void encode_altname(void *buf, const struct plan_dev *d)
{
	const uint16_t flags = NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND;
	struct nlmsghdr *h = encode_begin_link(buf, RTM_NEWLINKPROP, flags, d->ifindex, 0);
	struct nlattr *list = mnl_attr_nest_start(h, IFLA_PROP_LIST);

	mnl_attr_put_strz(h, IFLA_ALT_IFNAME, d->full);
	mnl_attr_nest_end(h, list);
}

/* A new namespace inherits the machine's values, so those that matter are set explicitly. */
static void encode_put_inet(struct nlmsghdr *h, bool forwards)
{
	struct nlattr *inet = mnl_attr_nest_start(h, AF_INET);
	struct nlattr *conf = mnl_attr_nest_start(h, IFLA_INET_CONF);

	mnl_attr_put_u32(h, IPV4_DEVCONF_FORWARDING, forwards);
	mnl_attr_put_u32(h, IPV4_DEVCONF_RP_FILTER, 0);
	mnl_attr_nest_end(h, conf);
	mnl_attr_nest_end(h, inet);
}

static void encode_put_inet6(struct nlmsghdr *h)
{
	struct nlattr *inet6 = mnl_attr_nest_start(h, AF_INET6);

	mnl_attr_put_u8(h, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
	mnl_attr_nest_end(h, inet6);
}

void encode_settings(void *buf, const struct plan *p, uint32_t dev, bool ipv6)
{
	const struct plan_dev *d = &p->devs.v[dev];
	struct nlmsghdr *h = encode_begin_link(buf, RTM_SETLINK, 0, d->ifindex, 0);
	struct nlattr *spec;

	if (d->master != PLAN_NONE)
		mnl_attr_put_u32(h, IFLA_MASTER, p->devs.v[d->master].ifindex);
	spec = mnl_attr_nest_start(h, IFLA_AF_SPEC);
	encode_put_inet(h, d->forwards);
	/* A device with a smaller MTU has no IPv6 settings (6.18: EAFNOSUPPORT). */
	if (ipv6 && (d->mtu == 0 || d->mtu >= IPV6_MTU_MIN))
		encode_put_inet6(h);
	mnl_attr_nest_end(h, spec);
}

void encode_behind(void *buf, const struct plan_dev *d)
{
	struct nlmsghdr *h = encode_begin(buf, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
	struct ndmsg *n = mnl_nlmsg_put_extra_header(h, sizeof(*n));

	*n = (struct ndmsg){ .ndm_family = AF_BRIDGE,
			     .ndm_ifindex = (int)d->ifindex,
			     .ndm_state = NUD_NOARP,
			     .ndm_flags = NTF_MASTER };
	mnl_attr_put(h, NDA_LLADDR, sizeof(d->behind.b), d->behind.b);
}

void encode_mtu(void *buf, const struct plan_dev *d)
{
	struct nlmsghdr *h = encode_begin_link(buf, RTM_SETLINK, 0, d->ifindex, 0);

	mnl_attr_put_u32(h, IFLA_MTU, d->mtu);
}

void encode_up(void *buf, uint32_t ifindex)
{
	encode_begin_link(buf, RTM_SETLINK, 0, ifindex, IFF_UP);
}

void encode_down(void *buf, uint32_t ifindex)
{
	struct nlmsghdr *h = encode_begin_link(buf, RTM_SETLINK, 0, ifindex, IFF_UP);
	struct ifinfomsg *i = mnl_nlmsg_get_payload(h);

	i->ifi_flags = 0;
}

void encode_gone(void *buf, uint32_t ifindex)
{
	encode_begin_link(buf, RTM_DELLINK, 0, ifindex, 0);
}

static void encode_group(void *buf, uint32_t ifindex, uint32_t group)
{
	struct nlmsghdr *h = encode_begin_link(buf, RTM_SETLINK, 0, ifindex, 0);

	mnl_attr_put_u32(h, IFLA_GROUP, group);
}

void encode_doomed(void *buf, uint32_t ifindex)
{
	encode_group(buf, ifindex, DOOMED_GROUP);
}

void encode_spared(void *buf, uint32_t ifindex)
{
	encode_group(buf, ifindex, 0);
}

void encode_doomed_gone(void *buf)
{
	struct nlmsghdr *h = encode_begin_link(buf, RTM_DELLINK, 0, 0, 0);

	mnl_attr_put_u32(h, IFLA_GROUP, DOOMED_GROUP);
}

/* ---- addresses and neighbours ------------------------------------------------------------- */

void encode_addr(void *buf, const struct plan *p, const struct plan_addr *a)
{
	struct nlmsghdr *h = encode_begin(buf, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	struct ifaddrmsg *i = mnl_nlmsg_put_extra_header(h, sizeof(*i));

	*i = (struct ifaddrmsg){
		.ifa_family = a->addr.a.family,
		.ifa_prefixlen = a->addr.len,
		.ifa_flags = a->addr.a.family == AF_INET6 ? IFA_F_NODAD : 0,
		.ifa_scope = RT_SCOPE_UNIVERSE,
		.ifa_index = p->devs.v[a->dev].ifindex,
	};
	encode_put_addr(h, IFA_LOCAL, &a->addr.a);
	encode_put_addr(h, IFA_ADDRESS, &a->addr.a);
}

void encode_neigh(void *buf, const struct plan *p, const struct plan_neigh *n)
{
	struct nlmsghdr *h = encode_begin(buf, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL);
	struct ndmsg *d = mnl_nlmsg_put_extra_header(h, sizeof(*d));

	*d = (struct ndmsg){
		.ndm_family = n->addr.family,
		.ndm_ifindex = (int)p->devs.v[n->dev].ifindex,
		.ndm_state = NUD_PERMANENT,
	};
	encode_put_addr(h, NDA_DST, &n->addr);
	mnl_attr_put(h, NDA_LLADDR, sizeof(n->mac.b), n->mac.b);
}

/* ---- routes ------------------------------------------------------------------------------- */

static uint8_t encode_route_type(enum plan_route_type type)
{
	switch (type) {
	case PLAN_BLACKHOLE:
		return RTN_BLACKHOLE;
	case PLAN_UNREACHABLE:
		return RTN_UNREACHABLE;
	case PLAN_UNICAST:
		break;
	}
	return RTN_UNICAST;
}

static uint8_t encode_route_protocol(enum plan_protocol protocol)
{
	return protocol == PLAN_BGP ? RTPROT_BGP : RTPROT_STATIC;
}

static bool encode_is_on_link(const struct plan *p, const struct plan_route *r)
{
	for (uint32_t i = 0; i < r->nhops; i++)
		if (p->hops.v[r->hop + i].via.family)
			return false;
	return r->nhops > 0;
}

/* Adds a next hop's gateway to a message or to a struct rtnexthop. */
static void encode_put_gateway(struct nlmsghdr *h, const struct plan_hop *hop)
{
	if (hop->via.family)
		encode_put_addr(h, RTA_GATEWAY, &hop->via);
}

static void encode_put_hops(struct nlmsghdr *h, const struct plan *p, const struct plan_route *r)
{
	struct nlattr *list = mnl_attr_nest_start(h, RTA_MULTIPATH);

	assert(r->nhops <= ENCODE_HOPS_MAX);
	for (uint32_t i = 0; i < r->nhops; i++) {
		const struct plan_hop *hop = &p->hops.v[r->hop + i];
		uint32_t start = h->nlmsg_len;
		struct rtnexthop *nh = mnl_nlmsg_put_extra_header(h, sizeof(*nh));

		nh->rtnh_ifindex = (int)p->devs.v[hop->dev].ifindex;
		nh->rtnh_flags = hop->onlink ? RTNH_F_ONLINK : 0;
		encode_put_gateway(h, hop);
		nh->rtnh_len = (uint16_t)(h->nlmsg_len - start);
	}
	mnl_attr_nest_end(h, list);
}

/* Encodes a route without its next hops. */
static struct nlmsghdr *encode_begin_route(void *buf, const struct plan_route *r, uint8_t scope)
{
	struct nlmsghdr *h = encode_begin(buf, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
	struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));

	*m = (struct rtmsg){
		.rtm_family = r->prefix.a.family,
		.rtm_dst_len = r->prefix.len,
		.rtm_table = r->table < 256 ? (uint8_t)r->table : RT_TABLE_COMPAT,
		.rtm_protocol = encode_route_protocol(r->protocol),
		.rtm_type = encode_route_type(r->type),
		.rtm_scope = scope,
	};
	if (r->prefix.len > 0)
		encode_put_addr(h, RTA_DST, &r->prefix.a);
	mnl_attr_put_u32(h, RTA_TABLE, r->table);
	if (r->metric)
		mnl_attr_put_u32(h, RTA_PRIORITY, r->metric);
	if (r->source.family)
		encode_put_addr(h, RTA_PREFSRC, &r->source);
	return h;
}

void encode_route(void *buf, const struct plan *p, const struct plan_route *r)
{
	bool here = r->type == PLAN_UNICAST && encode_is_on_link(p, r);
	struct nlmsghdr *h = encode_begin_route(buf, r, here ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE);
	struct rtmsg *m = mnl_nlmsg_get_payload(h);

	if (r->type != PLAN_UNICAST)
		return;
	if (r->nhops > 1) {
		encode_put_hops(h, p, r);
	} else if (r->nhops == 1) {
		m->rtm_flags = p->hops.v[r->hop].onlink ? RTNH_F_ONLINK : 0;
		encode_put_gateway(h, &p->hops.v[r->hop]);
		mnl_attr_put_u32(h, RTA_OIF, p->devs.v[p->hops.v[r->hop].dev].ifindex);
	}
}

void encode_nexthop(void *buf, const struct plan *p, const struct plan_hop *hop, uint32_t id)
{
	struct nlmsghdr *h = encode_begin(buf, RTM_NEWNEXTHOP, NLM_F_CREATE | NLM_F_EXCL);
	struct nhmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));

	*m = (struct nhmsg){ .nh_family = hop->via.family, .nh_protocol = RTPROT_STATIC };
	mnl_attr_put_u32(h, NHA_ID, id);
	encode_put_addr(h, NHA_GATEWAY, &hop->via);
	mnl_attr_put_u32(h, NHA_OIF, p->devs.v[hop->dev].ifindex);
}

void encode_route_by(void *buf, const struct plan_route *r, uint32_t nexthop)
{
	mnl_attr_put_u32(encode_begin_route(buf, r, RT_SCOPE_UNIVERSE), RTA_NH_ID, nexthop);
}

/* Without a metric the kernel removes the first route of the prefix. An IPv6 route always has a
 * metric; IPv4 routes without one come first. The protocol and type of a foreign route are not
 * known. */
void encode_no_route(void *buf, const struct plan_route *r)
{
	bool six = r->prefix.a.family == AF_INET6, ours = r->protocol != PLAN_FOREIGN;
	struct nlmsghdr *h = encode_begin(buf, RTM_DELROUTE, 0);
	struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));

	*m = (struct rtmsg){
		.rtm_family = r->prefix.a.family,
		.rtm_dst_len = r->prefix.len,
		.rtm_table = r->table < 256 ? (uint8_t)r->table : RT_TABLE_COMPAT,
		.rtm_protocol = ours ? encode_route_protocol(r->protocol) : RTPROT_UNSPEC,
		.rtm_type = ours ? encode_route_type(r->type) : RTN_UNSPEC,
		.rtm_scope = RT_SCOPE_NOWHERE,
	};
	if (r->prefix.len > 0)
		encode_put_addr(h, RTA_DST, &r->prefix.a);
	mnl_attr_put_u32(h, RTA_TABLE, r->table);
	if (r->metric || six)
		mnl_attr_put_u32(h, RTA_PRIORITY, r->metric ? r->metric : IPV6_METRIC);
}

/* ---- netem -------------------------------------------------------------------------------- */

uint32_t encode_netem_share(uint32_t ppm)
{
	return (uint32_t)((uint64_t)ppm * UINT32_MAX / 1000000);
}

/* The frames in flight, counted as short ones so that a stream of short frames fits, plus a
 * router's queue: 100 ms of full frames, but at least 1000. Without a rate, the most that this
 * machine could send is assumed: 1.25 million frames a second (15 Gbit/s of full ones). */
uint32_t encode_netem_limit(const struct impairment *what, uint32_t mtu)
{
	const double short_frame = 256, queue_min = 1000, queue_per_s = 10, fastest = 1250000;
	const double seconds = (double)(what->delay_ns + what->jitter_ns) / 1e9;
	const double bytes = (double)what->rate_bps / 8;
	double flying = seconds * fastest, queued = queue_min;

	if (what->rate_bps) {
		if (seconds * bytes / short_frame < flying)
			flying = seconds * bytes / short_frame;
		if (bytes / queue_per_s / (mtu + 14.0) > queued)
			queued = bytes / queue_per_s / (mtu + 14.0);
	}
	return flying + queued < INT32_MAX ? (uint32_t)(flying + queued) : INT32_MAX;
}

uint64_t encode_netem_rate(uint64_t bps)
{
	return bps > 0 && bps < 8 ? 1 : bps / 8;
}

static void encode_put_rate(struct nlmsghdr *h, uint64_t bytes)
{
	struct tc_netem_rate rate = { .rate = bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX };

	if (bytes >= UINT32_MAX)
		mnl_attr_put_u64(h, TCA_NETEM_RATE64, bytes);
	mnl_attr_put(h, TCA_NETEM_RATE, sizeof(rate), &rate);
}

void encode_netem(void *buf, uint32_t ifindex, const struct impairment *what, uint32_t mtu)
{
	struct nlmsghdr *h = encode_begin(buf, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE);
	struct tcmsg *t = mnl_nlmsg_put_extra_header(h, sizeof(*t));
	struct tc_netem_reorder reorder = { .probability = encode_netem_share(what->reorder_ppm) };
	struct tc_netem_qopt *q;
	struct nlattr *options;

	t->tcm_ifindex = (int)ifindex;
	t->tcm_parent = TC_H_ROOT;
	t->tcm_handle = 1u << 16;
	mnl_attr_put_strz(h, TCA_KIND, "netem");
	options = mnl_attr_nest_start(h, TCA_OPTIONS);
	q = mnl_nlmsg_put_extra_header(h, sizeof(*q));
	q->limit = encode_netem_limit(what, mtu);
	q->loss = encode_netem_share(what->loss_ppm);
	q->duplicate = encode_netem_share(what->duplicate_ppm);
	q->gap = what->reorder_ppm ? 1 : 0; /* without a gap netem ignores `reorder` */
	mnl_attr_put_u64(h, TCA_NETEM_LATENCY64, what->delay_ns);
	mnl_attr_put_u64(h, TCA_NETEM_JITTER64, what->jitter_ns);
	/* Sent even if zero: a change of netem keeps the attributes that are not sent. */
	mnl_attr_put(h, TCA_NETEM_REORDER, sizeof(reorder), &reorder);
	encode_put_rate(h, encode_netem_rate(what->rate_bps));
	mnl_attr_nest_end(h, options);
}

void encode_no_netem(void *buf, uint32_t ifindex)
{
	struct nlmsghdr *h = encode_begin(buf, RTM_DELQDISC, 0);
	struct tcmsg *t = mnl_nlmsg_put_extra_header(h, sizeof(*t));

	t->tcm_ifindex = (int)ifindex;
	t->tcm_parent = TC_H_ROOT;
}
