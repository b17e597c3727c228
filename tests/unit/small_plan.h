/* SPDX-License-Identifier: GPL-2.0-or-later */
/* small_plan.h - a plan made by hand, for the tests of the rooms below the plan.
 *
 *	a --+                  a  10.0.1.2, fd00:1::2
 *	    +-- br0 r wan -- b  r  10.0.1.1 and .4, fd00:1::1 and ::4; 10.0.2.1, fd00:2::1
 *	c --+                  c  10.0.1.3, fd00:1::3    b  10.0.2.2, fd00:2::2
 */
#ifndef TESTS_SMALL_PLAN_H
#define TESTS_SMALL_PLAN_H

#include <linux/rtnetlink.h>

#include "base/mem.h"
#include "plan/plan.h"

enum { SP_R, SP_A, SP_B, SP_C };					     /* namespaces */
enum { SP_BR0, SP_PORT_A, SP_PORT_C, SP_WAN, SP_ETH_A, SP_ETH_B, SP_ETH_C }; /* devices */

static inline struct pos sp_line(unsigned int line)
{
	return (struct pos){ .file = "small.yaml", .line = line, .col = 3 };
}

static inline struct addr sp_addr(const char *s)
{
	struct addr a = { 0 };

	if (!addr_parse(s, &a))
		abort();
	return a;
}

static inline void sp_dev(struct plan *p, enum plan_dev_kind kind, uint32_t netns, const char *name,
			  uint32_t ifindex, uint32_t peer, uint32_t master)
{
	uint8_t nr = (uint8_t)(p->devs.n + 1);

	vec_push(p->arena, &p->devs,
		 ((struct plan_dev){
			 .kind = kind,
			 .netns = netns,
			 .name = name,
			 .full = arena_printf(p->arena, "%s-of-%s", name, p->netns.v[netns].name),
			 .ifindex = ifindex,
			 .mac = { { 2, 0, 0, 0, 0, nr } },
			 .mtu = 1500,
			 .peer = peer,
			 .master = master,
			 .forwards = netns == SP_R,
			 .why = sp_line(10 + nr) }));
}

static inline void sp_on(struct plan *p, uint32_t dev, const char *four, const char *six)
{
	const char *both[] = { four, six };

	for (int i = 0; i < 2; i++)
		vec_push(p->arena, &p->addrs,
			 ((struct plan_addr){ dev, prefix_lit(both[i]), sp_line(20) }));
}

static inline void sp_neigh(struct plan *p, uint32_t dev, const char *addr, uint32_t at)
{
	vec_push(p->arena, &p->neighs,
		 ((struct plan_neigh){ dev, sp_addr(addr), p->devs.v[at].mac, sp_line(30) }));
}

static inline void sp_route(struct plan *p, uint32_t netns, const char *to, uint32_t dev,
			    const char *via, unsigned int line)
{
	vec_push(p->arena, &p->hops, ((struct plan_hop){ dev, sp_addr(via), false }));
	vec_push(p->arena, &p->routes,
		 ((struct plan_route){ .netns = netns,
				       .table = RT_TABLE_MAIN,
				       .prefix = prefix_lit(to),
				       .hop = (uint32_t)p->hops.n - 1,
				       .nhops = 1,
				       .why = sp_line(line) }));
}

static inline void sp_devs(struct plan *p)
{
	sp_dev(p, DEV_BRIDGE, SP_R, "br0", 2, 0, PLAN_NONE);
	sp_dev(p, DEV_VETH, SP_R, "port-a", 3, SP_ETH_A, SP_BR0);
	sp_dev(p, DEV_VETH, SP_R, "port-c", 4, SP_ETH_C, SP_BR0);
	sp_dev(p, DEV_VETH, SP_R, "wan", 5, SP_ETH_B, PLAN_NONE);
	sp_dev(p, DEV_VETH, SP_A, "eth0", 2, SP_PORT_A, PLAN_NONE);
	sp_dev(p, DEV_VETH, SP_B, "eth0", 2, SP_WAN, PLAN_NONE);
	sp_dev(p, DEV_VETH, SP_C, "eth0", 2, SP_PORT_C, PLAN_NONE);
}

static inline void sp_addresses(struct plan *p)
{
	sp_on(p, SP_BR0, "10.0.1.1/24", "fd00:1::1/64");
	sp_on(p, SP_BR0, "10.0.1.4/24", "fd00:1::4/64");
	sp_on(p, SP_WAN, "10.0.2.1/24", "fd00:2::1/64");
	sp_on(p, SP_ETH_A, "10.0.1.2/24", "fd00:1::2/64");
	sp_on(p, SP_ETH_B, "10.0.2.2/24", "fd00:2::2/64");
	sp_on(p, SP_ETH_C, "10.0.1.3/24", "fd00:1::3/64");
	sp_neigh(p, SP_BR0, "10.0.1.2", SP_ETH_A);
	sp_neigh(p, SP_BR0, "10.0.1.3", SP_ETH_C);
	/* A router asks for an IPv6 neighbour from a link-local address only: it has none. */
	sp_neigh(p, SP_BR0, "fd00:1::2", SP_ETH_A);
	sp_neigh(p, SP_BR0, "fd00:1::3", SP_ETH_C);
	sp_neigh(p, SP_WAN, "10.0.2.2", SP_ETH_B);
	sp_neigh(p, SP_WAN, "fd00:2::2", SP_ETH_B);
	sp_neigh(p, SP_ETH_B, "10.0.2.1", SP_WAN);
}

static inline void sp_routes(struct plan *p)
{
	vec_push(p->arena, &p->routes,
		 ((struct plan_route){ .netns = SP_R,
				       .table = RT_TABLE_MAIN,
				       .prefix = prefix_lit("10.9.0.0/16"),
				       .type = PLAN_BLACKHOLE,
				       .protocol = PLAN_BGP,
				       .why = sp_line(40) }));
	sp_route(p, SP_A, "0.0.0.0/0", SP_ETH_A, "10.0.1.1", 41);
	sp_route(p, SP_A, "::/0", SP_ETH_A, "fd00:1::1", 42);
	sp_route(p, SP_B, "0.0.0.0/0", SP_ETH_B, "10.0.2.1", 43);
	sp_route(p, SP_B, "::/0", SP_ETH_B, "fd00:2::1", 44);
	/* c has two ways to b, both by r. */
	sp_route(p, SP_C, "10.0.2.0/24", SP_ETH_C, "10.0.1.1", 45);
	vec_push(p->arena, &p->hops, ((struct plan_hop){ SP_ETH_C, sp_addr("10.0.1.4"), false }));
	p->routes.v[p->routes.n - 1].nhops = 2;
	p->routes.v[p->routes.n - 1].protocol = PLAN_BGP;
	sp_route(p, SP_C, "fd00:2::/64", SP_ETH_C, "fd00:1::1", 46);
	vec_push(p->arena, &p->hops, ((struct plan_hop){ SP_ETH_C, sp_addr("fd00:1::4"), false }));
	p->routes.v[p->routes.n - 1].nhops = 2;
}

static inline struct plan *small_plan(void)
{
	static const char *const names[] = { "r", "a", "b", "c" };
	struct arena *arena = arena_new();
	struct plan *p = arena_make(arena, struct plan);

	p->arena = arena;
	p->backends = (struct plan_backends){ .vrf = VRF_NAMESPACE, .delay = DELAY_RELAY };
	p->relay_netns = PLAN_NONE;
	p->hosts = "10.0.1.2 a\n10.0.2.2 b\n10.0.1.3 c\n";
	for (uint32_t i = 0; i < countof(names); i++) {
		vec_push(arena, &p->netns, ((struct plan_netns){ names[i], sp_line(i + 1) }));
		vec_push(arena, &p->nodes, ((struct plan_node){ names[i], i, PLAN_NONE }));
	}
	vec_push(arena, &p->sysctls,
		 ((struct plan_sysctl){ SP_R, "net/ipv4/icmp_ratelimit", "0", false }));
	vec_push(arena, &p->sysctls,
		 ((struct plan_sysctl){ SP_R, "net/ipv6/conf/all/forwarding", "1", false }));
	vec_push(arena, &p->sysctls,
		 ((struct plan_sysctl){ SP_R, "net/ipv4/no_such_thing", "1", true }));
	vec_push(arena, &p->services, ((struct plan_service){ SP_B, false, 80, sp_line(50) }));
	vec_push(arena, &p->services, ((struct plan_service){ SP_B, true, 53, sp_line(51) }));
	sp_devs(p);
	sp_addresses(p);
	sp_routes(p);
	return p;
}

static inline void small_plan_free(struct plan *p)
{
	arena_free(p->arena); /* which the plan itself is in */
}

#endif
