/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/read.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/ip.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <netlink/cache.h>
#include <netlink/errno.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/inet.h>
#include <netlink/route/link/vxlan.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/route.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "kernel/batch.h"
#include "kernel/netns.h"

enum { LOOPBACK = 1 };

/* ---- values ------------------------------------------------------------------------------- */

static struct addr addr_of_nl(const struct nl_addr *a)
{
	struct addr r = { 0 };

	if (!a || (nl_addr_get_family(a) != AF_INET && nl_addr_get_family(a) != AF_INET6))
		return r;
	r.family = (uint8_t)nl_addr_get_family(a);
	if (nl_addr_get_len(a) <= sizeof(r.b)) /* 0: a default route's destination */
		memcpy(r.b, nl_addr_get_binary_addr(a), nl_addr_get_len(a));
	return r;
}

static struct prefix prefix_of_nl(const struct nl_addr *a)
{
	return (struct prefix){ .a = addr_of_nl(a), .len = (uint8_t)nl_addr_get_prefixlen(a) };
}

static struct mac mac_of_nl(const struct nl_addr *a)
{
	struct mac m = { 0 };

	if (a && nl_addr_get_len(a) == sizeof(m.b))
		memcpy(m.b, nl_addr_get_binary_addr(a), sizeof(m.b));
	return m;
}

static void seen_copy_name(char *to, size_t size, const char *from)
{
	strncpy(to, from ? from : "", size - 1); /* the rest is zero */
}

/* ---- libnl's objects ---------------------------------------------------------------------- */

/* Converts an address that a libnl getter returns as an object. */
static struct addr see_vxlan_addr(struct rtnl_link *l,
				  int (*get)(struct rtnl_link *, struct nl_addr **))
{
	struct nl_addr *a = NULL;
	struct addr r = { 0 };

	if (get(l, &a) < 0)
		return r;
	r = addr_of_nl(a);
	nl_addr_put(a);
	return r;
}

static void see_link(struct nl_object *o, void *arg)
{
	struct rtnl_link *l = (struct rtnl_link *)o;
	struct seen *s = arg;
	struct seen_link *seen;
	uint32_t forwards = 0;

	if (rtnl_link_get_ifindex(l) == LOOPBACK)
		return;
	seen = vec_add(NULL, &s->links);
	seen->ifindex = (uint32_t)rtnl_link_get_ifindex(l);
	seen->mtu = rtnl_link_get_mtu(l);
	seen->master = (uint32_t)rtnl_link_get_master(l);
	seen->mac = mac_of_nl(rtnl_link_get_addr(l));
	seen->up = rtnl_link_get_flags(l) & IFF_UP;
	seen->unplugged = rtnl_link_get_carrier(l) == 0;
	(void)rtnl_link_inet_get_conf(l, IPV4_DEVCONF_FORWARDING, &forwards);
	seen->forwards = forwards;
	seen_copy_name(seen->name, sizeof(seen->name), rtnl_link_get_name(l));
	seen_copy_name(seen->kind, sizeof(seen->kind), rtnl_link_get_type(l));
	if (strcmp(seen->kind, "vxlan") == 0) {
		(void)rtnl_link_vxlan_get_id(l, &seen->id);
		seen->local = see_vxlan_addr(l, rtnl_link_vxlan_get_local);
		seen->remote = see_vxlan_addr(l, rtnl_link_vxlan_get_group);
	}
}

static void see_addr(struct nl_object *o, void *arg)
{
	struct rtnl_addr *a = (struct rtnl_addr *)o;
	struct seen *s = arg;

	if (rtnl_addr_get_ifindex(a) == LOOPBACK || !rtnl_addr_get_local(a))
		return;
	vec_push(NULL, &s->addrs,
		 ((struct seen_addr){ (uint32_t)rtnl_addr_get_ifindex(a),
				      prefix_of_nl(rtnl_addr_get_local(a)) }));
	s->addrs.v[s->addrs.n - 1].addr.len = (uint8_t)rtnl_addr_get_prefixlen(a);
}

static void see_neigh(struct nl_object *o, void *arg)
{
	struct rtnl_neigh *n = (struct rtnl_neigh *)o;
	struct seen *s = arg;
	int family = rtnl_neigh_get_family(n);

	if (!(rtnl_neigh_get_state(n) & NUD_PERMANENT) || (family != AF_INET && family != AF_INET6))
		return; /* learned, or a bridge's */
	vec_push(NULL, &s->neighs,
		 ((struct seen_neigh){ (uint32_t)rtnl_neigh_get_ifindex(n),
				       addr_of_nl(rtnl_neigh_get_dst(n)),
				       mac_of_nl(rtnl_neigh_get_lladdr(n)) }));
}

static void see_network(struct rtnl_nexthop *nh, void *arg)
{
	struct seen *s = arg;

	s->networks.v[s->networks.n - 1].ifindex = (uint32_t)rtnl_route_nh_get_ifindex(nh);
}

static void see_hop(struct rtnl_nexthop *nh, void *arg)
{
	struct seen *s = arg;

	vec_push(NULL, &s->hops,
		 ((struct seen_hop){ (uint32_t)rtnl_route_nh_get_ifindex(nh),
				     addr_of_nl(rtnl_route_nh_get_gateway(nh)) }));
}

static bool is_kernel_route(struct rtnl_route *r)
{
	uint8_t type = rtnl_route_get_type(r), from = rtnl_route_get_protocol(r);

	return from == RTPROT_KERNEL || from == RTPROT_RA || from == RTPROT_REDIRECT ||
	       type == RTN_LOCAL || type == RTN_BROADCAST || type == RTN_MULTICAST ||
	       type == RTN_ANYCAST ||
	       /* a cached exception for one destination, such as its path MTU (6.18) */
	       (rtnl_route_get_flags(r) & RTM_F_CLONED);
}

static void see_route(struct nl_object *o, void *arg)
{
	struct rtnl_route *r = (struct rtnl_route *)o;
	struct seen *s = arg;
	struct seen_route *seen;

	if (rtnl_route_get_protocol(r) == RTPROT_KERNEL && rtnl_route_get_type(r) == RTN_UNICAST) {
		vec_push(NULL, &s->networks,
			 ((struct seen_network){ 0, prefix_of_nl(rtnl_route_get_dst(r)) }));
		rtnl_route_foreach_nexthop(r, see_network, s);
	}
	if (is_kernel_route(r))
		return;
	seen = vec_add(NULL, &s->routes);
	seen->table = rtnl_route_get_table(r);
	seen->metric = rtnl_route_get_priority(r);
	seen->type = rtnl_route_get_type(r);
	seen->prefix = prefix_of_nl(rtnl_route_get_dst(r));
	seen->hop = (uint32_t)s->hops.n;
	if (seen->type == RTN_UNICAST)
		rtnl_route_foreach_nexthop(r, see_hop, s);
	seen->nhops = (uint32_t)s->hops.n - seen->hop;
}

/* ---- netem -------------------------------------------------------------------------------- */

static int see_netem_option(const struct nlattr *a, void *arg)
{
	struct seen_netem *n = arg;
	size_t size = mnl_attr_get_payload_len(a);

	switch (mnl_attr_get_type(a)) {
	case TCA_NETEM_LATENCY64:
		if (size == sizeof(uint64_t))
			n->delay_ns = mnl_attr_get_u64(a);
		break;
	case TCA_NETEM_JITTER64:
		if (size == sizeof(uint64_t))
			n->jitter_ns = mnl_attr_get_u64(a);
		break;
	case TCA_NETEM_RATE:
		if (size >= sizeof(struct tc_netem_rate) && n->rate == 0)
			n->rate = ((const struct tc_netem_rate *)mnl_attr_get_payload(a))->rate;
		break;
	case TCA_NETEM_RATE64:
		if (size == sizeof(uint64_t))
			n->rate = mnl_attr_get_u64(a);
		break;
	case TCA_NETEM_REORDER:
		if (size >= sizeof(struct tc_netem_reorder))
			n->reorder = ((const struct tc_netem_reorder *)mnl_attr_get_payload(a))
					     ->probability;
		break;
	}
	return MNL_CB_OK;
}

/* The options begin with a bare struct; attributes follow it. */
static void see_netem_options(const struct nlattr *options, struct seen_netem *ret)
{
	const struct tc_netem_qopt *q = mnl_attr_get_payload(options);
	size_t size = mnl_attr_get_payload_len(options), skip = NLMSG_ALIGN(sizeof(*q));

	if (size < sizeof(*q))
		return;
	ret->loss = q->loss;
	ret->duplicate = q->duplicate;
	if (size > skip)
		mnl_attr_parse_payload((const char *)q + skip, size - skip, see_netem_option, ret);
}

struct qdisc_attrs {
	const struct nlattr *kind, *options;
};

static int see_qdisc_attr(const struct nlattr *a, void *arg)
{
	struct qdisc_attrs *q = arg;

	if (mnl_attr_get_type(a) == TCA_KIND)
		q->kind = a;
	if (mnl_attr_get_type(a) == TCA_OPTIONS)
		q->options = a;
	return MNL_CB_OK;
}

static int see_qdisc(const struct nlmsghdr *h, void *arg)
{
	const struct tcmsg *t = mnl_nlmsg_get_payload(h);
	struct qdisc_attrs attrs = { 0 };
	struct seen *s = arg;
	struct seen_netem *n;

	mnl_attr_parse(h, sizeof(*t), see_qdisc_attr, &attrs);
	if (t->tcm_parent != TC_H_ROOT || !attrs.kind || !attrs.options ||
	    strcmp(mnl_attr_get_str(attrs.kind), "netem") != 0)
		return MNL_CB_OK;
	n = vec_add(NULL, &s->netems);
	*n = (struct seen_netem){ .ifindex = (uint32_t)t->tcm_ifindex };
	see_netem_options(attrs.options, n);
	return MNL_CB_OK;
}

static int see_qdiscs(struct mnl_socket *rtnl, struct seen *s)
{
	_Alignas(struct nlmsghdr) char buf[32768];
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	ssize_t n;
	int r;

	h->nlmsg_type = RTM_GETQDISC;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	h->nlmsg_seq = 1;
	mnl_nlmsg_put_extra_header(h, sizeof(struct tcmsg));
	if (mnl_socket_sendto(rtnl, h, h->nlmsg_len) < 0)
		return -errno;
	do {
		n = mnl_socket_recvfrom(rtnl, buf, sizeof(buf));
		if (n < 0)
			return -errno;
		r = mnl_cb_run(buf, (size_t)n, 1, mnl_socket_get_portid(rtnl), see_qdisc, s);
	} while (r > MNL_CB_STOP);
	return r < 0 ? -errno : 0;
}

/* ---- all ---------------------------------------------------------------------------------- */

struct read_sockets {
	struct nl_sock *nl;
	struct mnl_socket *mnl;
};

/* Opens the sockets in the namespace, to which they stay bound. */
static int read_sockets_open(int ns, struct read_sockets *ret)
{
	own_visit struct visit v = VISIT_NONE;
	int r = visit_begin(&v, ns);

	if (r < 0)
		return r;
	ret->nl = nl_socket_alloc();
	if (!ret->nl)
		return -ENOMEM;
	r = nl_connect(ret->nl, NETLINK_ROUTE);
	return r < 0 ? -EIO : batch_socket_open(&ret->mnl);
}

static int read_links_cache(struct nl_sock *nl, struct nl_cache **ret)
{
	return rtnl_link_alloc_cache(nl, AF_UNSPEC, ret);
}

static int read_routes_cache(struct nl_sock *nl, struct nl_cache **ret)
{
	return rtnl_route_alloc_cache(nl, AF_UNSPEC, 0, ret);
}

static int see_objects(struct nl_sock *nl, struct seen *s)
{
	static const struct {
		int (*alloc)(struct nl_sock *nl, struct nl_cache **ret);
		void (*see)(struct nl_object *o, void *seen);
	} kinds[] = {
		{ read_links_cache, see_link },
		{ rtnl_addr_alloc_cache, see_addr },
		{ rtnl_neigh_alloc_cache, see_neigh },
		{ read_routes_cache, see_route },
	};

	for (size_t i = 0; i < countof(kinds); i++) {
		struct nl_cache *cache;

		if (kinds[i].alloc(nl, &cache) < 0)
			return -EIO; /* libnl keeps no errno */
		nl_cache_foreach(cache, kinds[i].see, s);
		nl_cache_free(cache);
	}
	return 0;
}

int kernel_read(int ns, struct seen *ret)
{
	struct read_sockets sockets = { 0 };
	int r;

	*ret = (struct seen){ 0 };
	r = read_sockets_open(ns, &sockets);
	if (r == 0)
		r = see_objects(sockets.nl, ret);
	if (r == 0)
		r = see_qdiscs(sockets.mnl, ret);
	nl_socket_free(sockets.nl);
	if (sockets.mnl)
		mnl_socket_close(sockets.mnl);
	return r;
}

void seen_release(struct seen *s)
{
	vec_free(&s->links);
	vec_free(&s->addrs);
	vec_free(&s->networks);
	vec_free(&s->neighs);
	vec_free(&s->hops);
	vec_free(&s->routes);
	vec_free(&s->netems);
}

const struct seen_link *seen_link_named(const struct seen *s, const char *name)
{
	for (size_t i = 0; i < s->links.n; i++)
		if (strcmp(s->links.v[i].name, name) == 0)
			return &s->links.v[i];
	return NULL;
}

const struct seen_link *seen_link_at(const struct seen *s, uint32_t ifindex)
{
	for (size_t i = 0; i < s->links.n; i++)
		if (s->links.v[i].ifindex == ifindex)
			return &s->links.v[i];
	return NULL;
}

static bool seen_has_network(const struct seen *s, const struct seen_addr *a)
{
	const struct prefix p = prefix_network(&a->addr);

	for (each(const struct seen_network, n, &s->networks))
		if (n->ifindex == a->ifindex && prefix_eq(&n->prefix, &p))
			return true;
	return false;
}

/* A host address (/32, /128) has no connected route; that of an IPv6 address may wait for a
 * carrier. */
const struct seen_addr *seen_lost_network(const struct seen *s, const struct seen_link *l)
{
	for (each(const struct seen_addr, a, &s->addrs))
		if (a->ifindex == l->ifindex && l->up && a->addr.len < 8 * addr_bytes(&a->addr.a) &&
		    !(l->unplugged && a->addr.a.family == AF_INET6) && !seen_has_network(s, a))
			return a;
	return NULL;
}
