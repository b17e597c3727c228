/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each message is decoded by libnl-route, an independent implementation. Parts that it does not
 * support (a veth's peer, netem's options, alternative names) are read attribute by attribute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/nexthop.h>
#include <linux/pkt_sched.h>
#include <linux/veth.h>
#include <net/if.h>
#include <netlink/msg.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/vrf.h>
#include <netlink/route/link/vxlan.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/route.h>

#include "kernel/batch.h"
#include "kernel/encode.h"
#include "small_plan.h"

static _Alignas(struct nlmsghdr) char buf[BATCH_MESSAGE_MAX];
static struct plan *plan;

static int make_plan(void **state)
{
	(void)state;
	plan = small_plan();
	return 0;
}

static int free_plan(void **state)
{
	(void)state;
	small_plan_free(plan);
	return 0;
}

/* ---- readers ------------------------------------------------------------------------------ */

static void keep_object(struct nl_object *o, void *ret)
{
	nl_object_get(o);
	*(struct nl_object **)ret = o;
}

/* Returns the message as libnl decodes it. */
static void *decoded(void)
{
	struct nl_msg *m = nlmsg_convert((struct nlmsghdr *)(void *)buf);
	struct nl_object *o = NULL;

	assert_non_null(m);
	nlmsg_set_proto(m, NETLINK_ROUTE);
	assert_int_equal(nl_msg_parse(m, keep_object, &o), 0);
	nlmsg_free(m);
	assert_non_null(o);
	return o;
}

static const struct nlattr *find_in(const void *payload, size_t size, uint16_t type)
{
	const char *p = payload;

	for (size_t at = 0; at + sizeof(struct nlattr) <= size;) {
		const struct nlattr *a = (const void *)(p + at);

		assert_true(a->nla_len >= sizeof(*a) && at + a->nla_len <= size);
		if (mnl_attr_get_type(a) == type)
			return a;
		at += NLMSG_ALIGN(a->nla_len);
	}
	return NULL;
}

static const struct nlattr *find(size_t header, uint16_t type)
{
	const struct nlmsghdr *h = (const void *)buf;

	return find_in(buf + sizeof(*h) + NLMSG_ALIGN(header),
		       h->nlmsg_len - sizeof(*h) - NLMSG_ALIGN(header), type);
}

static const struct nlattr *inside(const struct nlattr *nest, size_t skip, uint16_t type)
{
	assert_non_null(nest);
	return find_in((const char *)mnl_attr_get_payload(nest) + skip,
		       mnl_attr_get_payload_len(nest) - skip, type);
}

static uint32_t u32(const struct nlattr *a)
{
	assert_non_null(a);
	assert_int_equal(mnl_attr_get_payload_len(a), 4);
	return mnl_attr_get_u32(a);
}

static uint64_t u64(const struct nlattr *a)
{
	assert_non_null(a);
	assert_int_equal(mnl_attr_get_payload_len(a), 8);
	return mnl_attr_get_u64(a);
}

static const struct nlmsghdr *header(void)
{
	return (const void *)buf;
}

static void assert_addr(const struct nl_addr *a, const char *want)
{
	char text[80];

	assert_non_null(a);
	assert_string_equal(nl_addr2str(a, text, sizeof(text)), want);
}

/* ---- devices ------------------------------------------------------------------------------ */

static void a_bridge_neither_waits_nor_snoops(void **state)
{
	const struct nlattr *info, *data;
	struct rtnl_link *l;

	(void)state;
	encode_master(buf, plan, SP_BR0);
	assert_int_equal(header()->nlmsg_type, RTM_NEWLINK);
	assert_int_equal(header()->nlmsg_flags, NLM_F_CREATE | NLM_F_EXCL);
	info = find(sizeof(struct ifinfomsg), IFLA_LINKINFO);
	data = inside(info, 0, IFLA_INFO_DATA);
	assert_int_equal(u32(inside(data, 0, IFLA_BR_STP_STATE)), 0);
	assert_int_equal(u32(inside(data, 0, IFLA_BR_FORWARD_DELAY)), 0);
	assert_int_equal(mnl_attr_get_u8(inside(data, 0, IFLA_BR_MCAST_SNOOPING)), 0);

	l = decoded();
	assert_string_equal(rtnl_link_get_name(l), "br0");
	assert_string_equal(rtnl_link_get_type(l), "bridge");
	assert_int_equal(rtnl_link_get_ifindex(l), 2);
	assert_int_equal(rtnl_link_get_mtu(l), 1500);
	assert_addr(rtnl_link_get_addr(l), "02:00:00:00:00:01");
	rtnl_link_put(l);
}

static void a_vrf_has_its_table_and_the_kernels_mac(void **state)
{
	struct rtnl_link *l;
	uint32_t table = 0;

	(void)state;
	plan->devs.v[SP_BR0].kind = DEV_VRF;
	plan->devs.v[SP_BR0].table = 1007;
	plan->devs.v[SP_BR0].mac = (struct mac){ 0 };
	encode_master(buf, plan, SP_BR0);
	assert_null(find(sizeof(struct ifinfomsg), IFLA_ADDRESS));
	l = decoded();
	assert_string_equal(rtnl_link_get_type(l), "vrf");
	assert_int_equal(rtnl_link_vrf_get_tableid(l, &table), 0);
	assert_int_equal(table, 1007);
	rtnl_link_put(l);
}

static void assert_outer(int (*get)(struct rtnl_link *, struct nl_addr **), struct rtnl_link *l,
			 const char *want)
{
	struct nl_addr *a = NULL;
	char text[64];

	assert_int_equal(get(l, &a), 0);
	assert_string_equal(nl_addr2str(a, text, sizeof(text)), want);
	nl_addr_put(a);
}

static void a_tunnel_has_its_number_its_port_and_both_outer_addresses(void **state)
{
	struct rtnl_link *l;
	uint32_t id = 0, port = 0;

	(void)state;
	plan->devs.v[SP_BR0].kind = DEV_VXLAN;
	plan->devs.v[SP_BR0].id = 5001;
	plan->devs.v[SP_BR0].mtu = 1350;
	plan->devs.v[SP_BR0].local = sp_addr("192.0.2.1");
	plan->devs.v[SP_BR0].remote = sp_addr("198.51.100.2");
	encode_master(buf, plan, SP_BR0);
	l = decoded();
	assert_string_equal(rtnl_link_get_type(l), "vxlan");
	assert_int_equal(rtnl_link_get_mtu(l), 1350);
	assert_int_equal(rtnl_link_vxlan_get_id(l, &id), 0);
	assert_int_equal(id, 5001);
	assert_int_equal(rtnl_link_vxlan_get_port(l, &port), 0);
	assert_int_equal(port, 4789);
	assert_outer(rtnl_link_vxlan_get_local, l, "192.0.2.1");
	assert_outer(rtnl_link_vxlan_get_group, l, "198.51.100.2");
	rtnl_link_put(l);
	encode_mtu(buf, &plan->devs.v[SP_BR0]);
	assert_int_equal(u32(find(sizeof(struct ifinfomsg), IFLA_MTU)), 1350);
}

static void a_veth_is_born_with_both_ends_in_place(void **state)
{
	const struct nlattr *info, *peer;
	const struct ifinfomsg *i = mnl_nlmsg_get_payload(header());

	(void)state;
	encode_veth(buf, plan, SP_WAN, 77, true);
	assert_int_equal(i->ifi_index, 5);
	assert_int_equal(i->ifi_flags, IFF_UP);
	assert_int_equal(i->ifi_change, IFF_UP);
	assert_string_equal(mnl_attr_get_str(find(sizeof(*i), IFLA_IFNAME)), "wan");
	assert_int_equal(u32(find(sizeof(*i), IFLA_NUM_TX_QUEUES)), 1);
	assert_int_equal(u32(find(sizeof(*i), IFLA_NUM_RX_QUEUES)), 1);
	info = find(sizeof(*i), IFLA_LINKINFO);
	assert_string_equal(mnl_attr_get_str(inside(info, 0, IFLA_INFO_KIND)), "veth");

	peer = inside(inside(info, 0, IFLA_INFO_DATA), 0, VETH_INFO_PEER);
	assert_non_null(peer);
	i = mnl_attr_get_payload(peer);
	assert_int_equal(i->ifi_index, 2);
	assert_int_equal(i->ifi_flags, 0); /* ENOTCONN if this end were up */
	assert_string_equal(mnl_attr_get_str(inside(peer, sizeof(*i), IFLA_IFNAME)), "eth0");
	assert_int_equal(u32(inside(peer, sizeof(*i), IFLA_NET_NS_FD)), 77);
	assert_int_equal(u32(inside(peer, sizeof(*i), IFLA_NUM_TX_QUEUES)), 1);
	assert_int_equal(u32(inside(peer, sizeof(*i), IFLA_NUM_RX_QUEUES)), 1);
	assert_int_equal(u32(inside(peer, sizeof(*i), IFLA_MTU)), 1500);
	assert_memory_equal(mnl_attr_get_payload(inside(peer, sizeof(*i), IFLA_ADDRESS)),
			    plan->devs.v[SP_ETH_B].mac.b, 6);
}

static void settings_tell_master_forwarding_and_no_link_local(void **state)
{
	const struct nlattr *spec, *conf;
	struct ifinfomsg *i = mnl_nlmsg_get_payload(header());

	(void)state;
	encode_settings(buf, plan, SP_PORT_A, true);
	assert_int_equal(header()->nlmsg_type, RTM_SETLINK);
	assert_int_equal(i->ifi_index, 3);
	assert_int_equal(i->ifi_change, 0); /* a later message sets it up */
	assert_int_equal(u32(find(sizeof(*i), IFLA_MASTER)), 2);
	spec = find(sizeof(*i), IFLA_AF_SPEC);
	conf = inside(inside(spec, 0, AF_INET), 0, IFLA_INET_CONF);
	assert_int_equal(u32(inside(conf, 0, IPV4_DEVCONF_FORWARDING)), 1);
	assert_int_equal(u32(inside(conf, 0, IPV4_DEVCONF_RP_FILTER)), 0);
	assert_int_equal(
		mnl_attr_get_u8(inside(inside(spec, 0, AF_INET6), 0, IFLA_INET6_ADDR_GEN_MODE)),
		IN6_ADDR_GEN_MODE_NONE);

	encode_settings(buf, plan, SP_ETH_A, false);
	spec = find(sizeof(*i), IFLA_AF_SPEC);
	conf = inside(inside(spec, 0, AF_INET), 0, IFLA_INET_CONF);
	assert_int_equal(u32(inside(conf, 0, IPV4_DEVCONF_FORWARDING)), 0);
	assert_null(inside(spec, 0, AF_INET6));
	assert_null(find(sizeof(*i), IFLA_MASTER));

	/* An MTU below 1280, for which the kernel removes IPv6 from the device. */
	plan->devs.v[SP_ETH_A].mtu = 1250;
	encode_settings(buf, plan, SP_ETH_A, true);
	assert_null(inside(find(sizeof(*i), IFLA_AF_SPEC), 0, AF_INET6));
}

static void a_full_name_becomes_an_alternative_one(void **state)
{
	(void)state;
	encode_altname(buf, &plan->devs.v[SP_WAN]);
	assert_int_equal(header()->nlmsg_type, RTM_NEWLINKPROP);
	assert_string_equal(mnl_attr_get_str(inside(find(sizeof(struct ifinfomsg), IFLA_PROP_LIST),
						    0, IFLA_ALT_IFNAME)),
			    "wan-of-r");
}

/* ---- addresses and neighbours ------------------------------------------------------------- */

static void addresses_of_both_families_keep_their_length(void **state)
{
	static const struct {
		size_t at;
		const char *want;
		unsigned int flags;
	} cases[] = { { 0, "10.0.1.1/24", 0 }, { 1, "fd00:1::1/64", IFA_F_NODAD } };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct rtnl_addr *a;

		encode_addr(buf, plan, &plan->addrs.v[cases[i].at]);
		a = decoded();
		assert_addr(rtnl_addr_get_local(a), cases[i].want);
		assert_int_equal(rtnl_addr_get_ifindex(a), 2);
		assert_int_equal(rtnl_addr_get_flags(a), cases[i].flags);
		assert_null(rtnl_addr_get_broadcast(a));
		rtnl_addr_put(a);
	}
}

static void neighbours_are_permanent(void **state)
{
	struct rtnl_neigh *n;

	(void)state;
	encode_neigh(buf, plan, &plan->neighs.v[4]);
	n = decoded();
	assert_addr(rtnl_neigh_get_dst(n), "10.0.2.2");
	assert_addr(rtnl_neigh_get_lladdr(n), "02:00:00:00:00:06");
	assert_int_equal(rtnl_neigh_get_state(n), NUD_PERMANENT);
	assert_int_equal(rtnl_neigh_get_ifindex(n), 5);
	rtnl_neigh_put(n);
}

static void a_port_is_told_what_stands_behind_it(void **state)
{
	const struct plan_dev port = { .ifindex = 7, .behind = { { 2, 0, 0, 0, 0, 9 } } };
	struct rtnl_neigh *n;

	(void)state;
	encode_behind(buf, &port);
	assert_int_equal(header()->nlmsg_type, RTM_NEWNEIGH);
	n = decoded();
	assert_int_equal(rtnl_neigh_get_family(n), AF_BRIDGE);
	assert_addr(rtnl_neigh_get_lladdr(n), "02:00:00:00:00:09");
	assert_int_equal(rtnl_neigh_get_ifindex(n), 7);
	assert_int_equal(rtnl_neigh_get_flags(n), NTF_MASTER);
	assert_int_equal(rtnl_neigh_get_state(n), NUD_NOARP);
	rtnl_neigh_put(n);
}

/* ---- routes ------------------------------------------------------------------------------- */

static struct rtnl_route *route_of(const struct plan_route *r)
{
	encode_route(buf, plan, r);
	return decoded();
}

static const struct plan_route *route_at_line(unsigned int line)
{
	for (each(const struct plan_route, r, &plan->routes))
		if (r->why.line == line)
			return r;
	fail();
	return NULL;
}

static void a_route_says_where_and_by_whom(void **state)
{
	struct plan_route r = *route_at_line(43);
	struct rtnl_route *seen;
	struct rtnl_nexthop *nh;

	(void)state;
	r.prefix = prefix_lit("192.0.2.0/24");
	r.table = 1003;
	r.metric = 20;
	r.protocol = PLAN_BGP;
	seen = route_of(&r);
	assert_addr(rtnl_route_get_dst(seen), "192.0.2.0/24");
	assert_int_equal(rtnl_route_get_table(seen), 1003);
	assert_int_equal(rtnl_route_get_priority(seen), 20);
	assert_int_equal(rtnl_route_get_protocol(seen), RTPROT_BGP);
	assert_int_equal(rtnl_route_get_type(seen), RTN_UNICAST);
	assert_int_equal(rtnl_route_get_scope(seen), RT_SCOPE_UNIVERSE);
	assert_int_equal(rtnl_route_get_nnexthops(seen), 1);
	nh = rtnl_route_nexthop_n(seen, 0);
	assert_addr(rtnl_route_nh_get_gateway(nh), "10.0.2.1");
	assert_int_equal(rtnl_route_nh_get_ifindex(nh), 2);
	rtnl_route_put(seen);
}

/* libnl 3.7 supports neither nexthop objects nor their IDs. */
static void a_next_hop_may_be_an_object_that_routes_name(void **state)
{
	const struct plan_route *r = route_at_line(43);
	const struct nhmsg *m = (const void *)(buf + sizeof(struct nlmsghdr));
	struct rtnl_route *seen;

	(void)state;
	encode_nexthop(buf, plan, &plan->hops.v[r->hop], 7);
	assert_int_equal(header()->nlmsg_type, RTM_NEWNEXTHOP);
	assert_int_equal(m->nh_family, AF_INET);
	assert_int_equal(m->nh_scope, 0); /* the kernel refuses any other */
	assert_int_equal(u32(find(sizeof(*m), NHA_ID)), 7);
	assert_int_equal(u32(find(sizeof(*m), NHA_OIF)), 2);
	assert_memory_equal(mnl_attr_get_payload(find(sizeof(*m), NHA_GATEWAY)),
			    ((uint8_t[]){ 10, 0, 2, 1 }), 4);

	encode_route_by(buf, r, 7);
	seen = decoded();
	/* Its address has no bytes; libnl 3.12 makes four of them. */
	assert_int_equal(nl_addr_get_prefixlen(rtnl_route_get_dst(seen)), 0);
	assert_int_equal(rtnl_route_get_table(seen), RT_TABLE_MAIN);
	rtnl_route_put(seen);
	assert_int_equal(u32(find(sizeof(struct rtmsg), RTA_NH_ID)), 7);
	assert_null(find(sizeof(struct rtmsg), RTA_GATEWAY)); /* the kernel refuses both together */
	assert_null(find(sizeof(struct rtmsg), RTA_OIF));
}

static void a_route_without_a_gateway_is_of_the_link(void **state)
{
	struct plan_route r = *route_at_line(43);
	struct rtnl_route *seen;

	(void)state;
	plan->hops.v[r.hop].via = (struct addr){ 0 };
	seen = route_of(&r);
	assert_int_equal(rtnl_route_get_scope(seen), RT_SCOPE_LINK);
	assert_null(rtnl_route_nh_get_gateway(rtnl_route_nexthop_n(seen, 0)));
	rtnl_route_put(seen);
}

static void a_route_may_have_several_next_hops(void **state)
{
	static const struct {
		unsigned int line;
		const char *to, *via[2];
	} cases[] = { { 45, "10.0.2.0/24", { "10.0.1.1", "10.0.1.4" } },
		      { 46, "fd00:2::/64", { "fd00:1::1", "fd00:1::4" } } };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct rtnl_route *seen = route_of(route_at_line(cases[i].line));

		assert_addr(rtnl_route_get_dst(seen), cases[i].to);
		assert_int_equal(rtnl_route_get_nnexthops(seen), 2);
		for (int n = 0; n < 2; n++) {
			struct rtnl_nexthop *nh = rtnl_route_nexthop_n(seen, n);

			assert_addr(rtnl_route_nh_get_gateway(nh), cases[i].via[n]);
			assert_int_equal(rtnl_route_nh_get_ifindex(nh), 2);
			assert_int_equal(rtnl_route_nh_get_weight(nh), 0);
		}
		rtnl_route_put(seen);
	}
}

static void a_route_may_lead_nowhere(void **state)
{
	static const struct {
		enum plan_route_type type;
		int want;
	} cases[] = { { PLAN_BLACKHOLE, RTN_BLACKHOLE }, { PLAN_UNREACHABLE, RTN_UNREACHABLE } };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct plan_route r = *route_at_line(40);
		struct rtnl_route *seen;

		r.type = cases[i].type;
		seen = route_of(&r);
		assert_int_equal(rtnl_route_get_type(seen), cases[i].want);
		assert_int_equal(rtnl_route_get_nnexthops(seen), 0);
		assert_int_equal(rtnl_route_get_scope(seen), RT_SCOPE_UNIVERSE);
		rtnl_route_put(seen);
	}
}

static void the_widest_route_fits_its_message(void **state)
{
	struct plan_route r = *route_at_line(46);
	struct plan_hop *hops = arena_alloc(plan->arena, ENCODE_HOPS_MAX * sizeof(*hops));

	(void)state;
	for (size_t i = 0; i < ENCODE_HOPS_MAX; i++)
		hops[i] = plan->hops.v[r.hop];
	plan->hops.v = hops;
	plan->hops.n = ENCODE_HOPS_MAX;
	r.hop = 0;
	r.nhops = ENCODE_HOPS_MAX;
	encode_route(buf, plan, &r);
	assert_true(header()->nlmsg_len <= BATCH_MESSAGE_MAX);
}

/* ---- netem -------------------------------------------------------------------------------- */

static const struct nlattr *netem_of(struct impairment what)
{
	const struct nlattr *options;

	encode_netem(buf, 9, &what, 1500);
	assert_string_equal(mnl_attr_get_str(find(sizeof(struct tcmsg), TCA_KIND)), "netem");
	options = find(sizeof(struct tcmsg), TCA_OPTIONS);
	assert_non_null(options);
	return options;
}

static const struct tc_netem_qopt *qopt(const struct nlattr *options)
{
	return mnl_attr_get_payload(options);
}

static void netem_gets_times_to_the_nanosecond(void **state)
{
	enum { Q = sizeof(struct tc_netem_qopt) };
	const struct nlattr *o =
		netem_of((struct impairment){ .delay_ns = 1500001, .jitter_ns = 3 });
	const struct tcmsg *t = mnl_nlmsg_get_payload(header());

	(void)state;
	assert_int_equal(t->tcm_ifindex, 9);
	assert_int_equal(t->tcm_parent, TC_H_ROOT);
	assert_int_equal(u64(inside(o, Q, TCA_NETEM_LATENCY64)), 1500001);
	assert_int_equal(u64(inside(o, Q, TCA_NETEM_JITTER64)), 3);
	assert_int_equal(qopt(o)->gap, 0);
}

static void netem_gets_shares_of_all_it_can_count(void **state)
{
	enum { Q = sizeof(struct tc_netem_qopt) };
	const struct nlattr *o = netem_of((struct impairment){
		.delay_ns = 1, .loss_ppm = 1000000, .duplicate_ppm = 500000, .reorder_ppm = 1 });
	const struct tc_netem_reorder *r = mnl_attr_get_payload(inside(o, Q, TCA_NETEM_REORDER));

	(void)state;
	assert_int_equal(qopt(o)->loss, UINT32_MAX);
	assert_int_equal(qopt(o)->duplicate, UINT32_MAX / 2);
	assert_int_equal(r->probability, 4294);
	assert_int_equal(r->correlation, 0);
	assert_int_equal(qopt(o)->gap, 1); /* without a gap netem ignores `reorder` */
}

static void netem_gets_slow_and_very_fast_rates(void **state)
{
	enum { Q = sizeof(struct tc_netem_qopt) };
	static const struct {
		uint64_t bps, bytes;
	} cases[] = { { 0, 0 }, /* sent, too: a change without it keeps the old rate */
		      { 1, 1 },
		      { 8000, 1000 },
		      { 34359738352, 4294967294 },
		      { 100000000000, 12500000000 } };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		const struct nlattr *o = netem_of((struct impairment){ .rate_bps = cases[i].bps });
		const struct tc_netem_rate *r = mnl_attr_get_payload(inside(o, Q, TCA_NETEM_RATE));
		const struct nlattr *wide = inside(o, Q, TCA_NETEM_RATE64);

		if (cases[i].bytes < UINT32_MAX) {
			assert_int_equal(r->rate, cases[i].bytes);
			assert_null(wide);
		} else {
			assert_int_equal(r->rate, UINT32_MAX);
			assert_int_equal(u64(wide), cases[i].bytes);
		}
	}
}

static void netem_holds_what_is_on_its_way(void **state)
{
	static const struct {
		struct impairment what;
		uint32_t least, most;
	} cases[] = {
		/* loss without delay needs only the queue */
		{ { .loss_ppm = 1000 }, 1000, 1000 },
		/* 10 Gbit/s of full frames for 50 ms is 41 300 */
		{ { .delay_ns = 50000000 }, 41300, 70000 },
		/* 100 Mbit/s for 10 ms is 83 full frames, 488 short ones */
		{ { .delay_ns = 10000000, .rate_bps = 100000000 }, 1083, 1500 },
		/* 1 Gbit/s for 100 ms: 8 256 full frames in flight, as many again in the queue */
		{ { .delay_ns = 100000000, .rate_bps = 1000000000 }, 16512, 60000 },
		/* an hour of delay: limited to INT32_MAX */
		{ { .delay_ns = 3600000000000 }, INT32_MAX, INT32_MAX },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_in_range(encode_netem_limit(&cases[i].what, 1500), cases[i].least,
				cases[i].most);
	assert_int_equal(qopt(netem_of(cases[1].what))->limit,
			 encode_netem_limit(&cases[1].what, 1500));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_plan, free_plan)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_bridge_neither_waits_nor_snoops),
		TEST(a_vrf_has_its_table_and_the_kernels_mac),
		TEST(a_tunnel_has_its_number_its_port_and_both_outer_addresses),
		TEST(a_veth_is_born_with_both_ends_in_place),
		TEST(settings_tell_master_forwarding_and_no_link_local),
		TEST(a_full_name_becomes_an_alternative_one),
		TEST(addresses_of_both_families_keep_their_length),
		TEST(neighbours_are_permanent),
		TEST(a_port_is_told_what_stands_behind_it),
		TEST(a_route_says_where_and_by_whom),
		TEST(a_next_hop_may_be_an_object_that_routes_name),
		TEST(a_route_without_a_gateway_is_of_the_link),
		TEST(a_route_may_have_several_next_hops),
		TEST(a_route_may_lead_nowhere),
		TEST(the_widest_route_fits_its_message),
		TEST(netem_gets_times_to_the_nanosecond),
		TEST(netem_gets_shares_of_all_it_can_count),
		TEST(netem_gets_slow_and_very_fast_rates),
		TEST(netem_holds_what_is_on_its_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
