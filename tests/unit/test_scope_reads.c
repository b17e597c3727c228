/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a change can touch is told from two networks: whatever routes are made of is compared. Each
 * such thing is another in one of the two in turn. */
#include "base/diag.h"
#include "model/model.h"
#include "parts.h"
#include "topology/topology.h"

/* One of everything: a circuit past the gateway, tunnels with BGP and without, a Route Server, an
 * appliance, a site that filters. */
#define OF_EACH                                                                                    \
	"netemu: 1\nname: t\n"                                                                     \
	"route-tables: { to-fw: { 10.9.0.0/16: { virtual-appliance: 10.1.2.4 } } }\n"              \
	"virtual-networks:\n  hub:\n    region: westeurope\n    address-space: 10.1.0.0/16\n"      \
	"    subnets:\n      app: { prefix: 10.1.1.0/24, route-table: to-fw }\n"                   \
	"      nva: { prefix: 10.1.2.0/24, vms: { fw: { address: 10.1.2.4, "                       \
	"ip-forwarding: true, asn: 65001, announce: [10.50.0.0/16] } } }\n"                        \
	"    gateways: { expressroute: { sku: ErGw3Az, fastpath: true },\n"                        \
	"      vpn: { active-active: true }, route-server: { branch-to-branch: true } }\n"         \
	"  spoke: { region: westeurope, address-space: 10.2.0.0/16,\n"                            \
	"           subnets: { app: 10.2.1.0/24 } }\n"                                            \
	"peerings:\n  hub-spoke: { hub: { allow-gateway-transit: true }, "                         \
	"spoke: { use-remote-gateways: true } }\n"                                                 \
	"sites:\n  dc1: { asn: 64512, networks: { lan: 192.168.10.0/24 }, "                        \
	"accept: { except: [10.50.0.0/16] } }\n"                                                   \
	"  dc2: { asn: 64513, networks: { lan: 192.168.20.0/24 } }\n"                              \
	"  dc3: { asn: 64514, networks: { lan: 192.168.30.0/24 } }\n"                              \
	"circuits: { er: { site: dc1, region: westeurope, peering-location: Amsterdam } }\n"       \
	"gateway-connections: { hub-er: { gateway: hub, circuit: er, fastpath: true } }\n"         \
	"vpn-connections:\n"                                                                      \
	"  vpn2: { between: [dc2, hub], rtt: 9ms, networks: [192.168.20.0/24] }\n"                \
	"  vpn3: { between: [dc3, hub], rtt: 9ms }\n"                                             \
	"routers: { r0: {} }\nlinks: { l0: { between: [hub.fw, r0] } }\n"

struct both { /* the same network twice */
	struct diag *dg;
	struct model *m[2];
	struct fabric *f[2];
};

static void both_open(struct both *b, const char *yaml)
{
	*b = (struct both){ .dg = diag_new() };
	for (int i = 0; i < 2; i++) {
		b->m[i] = topology_parse("t.yaml", yaml, strlen(yaml), b->dg);
		b->f[i] = b->m[i] ? fabric_compile(b->m[i], b->dg) : NULL;
		if (!b->f[i])
			fail_msg("not accepted: %s", diag_at(b->dg, 0)->text);
	}
}

static void both_close(struct both *b)
{
	for (int i = 0; i < 2; i++) {
		fabric_free(b->f[i]);
		model_free(b->m[i]);
	}
	diag_free(b->dg);
}
#define own_both __attribute__((cleanup(both_close))) struct both

/* `shaken`: an interface of `is`, or NONE. */
static const struct scope *scope_of(const struct fabric *was, const struct fabric *is,
				    uint32_t shaken)
{
	own_free bool *ifaces = xcalloc(is->ifaces.n + 1, sizeof(*ifaces));

	if (shaken != NONE)
		ifaces[shaken] = true;
	return scope_of_change(was, is, ifaces);
}

static bool touches(const struct fabric *was, const struct fabric *is, uint32_t shaken)
{
	const struct scope *s = scope_of(was, is, shaken);

	return !s || s->n > 0;
}

static void assert_touches(const struct both *b, const char *what, size_t i)
{
	if (!touches(b->f[0], b->f[1], NONE) || !touches(b->f[1], b->f[0], NONE))
		fail_msg("%s, %zu: nothing is touched", what, i);
}

/* Another value in each element of a list in turn. */
static void flip_each(const struct both *b, void *list, size_t n, size_t size, size_t at,
		      const char *what)
{
	for (size_t i = 0; i < n; i++) {
		char *byte = (char *)list + i * size + at;

		*byte = (char)(*byte ^ 1);
		assert_touches(b, what, i);
		*byte = (char)(*byte ^ 1);
	}
}

#define flip(b, list, type, member)                                                                \
	flip_each(b, (b)->f[1]->list.v, (b)->f[1]->list.n, sizeof(struct type),                    \
		  offsetof(struct type, member), #list " " #member)

static void whatever_routes_are_made_of_touches_them(void **state)
{
	own_both b;

	(void)state;
	both_open(&b, OF_EACH);
	assert_false(touches(b.f[0], b.f[1], NONE));
	flip(&b, nodes, node, kind);
	flip(&b, nodes, node, asn);
	flip(&b, nodes, node, transit);
	flip(&b, nodes, node, takes_default);
	flip(&b, nodes, node, managed);
	flip(&b, nodes, node, remote_networks);
	flip(&b, sessions, session, kind);
	flip(&b, sessions, session, weight[0]);
	flip(&b, sessions, session, weight[1]);
	flip(&b, sessions, session, local_pref[0]);
	flip(&b, sessions, session, local_pref[1]);
	flip(&b, sessions, session, prepend[0]);
	flip(&b, sessions, session, prepend[1]);
	flip(&b, originations, origination, kind);
	flip(&b, originations, origination, prefix.len);
	flip(&b, routes, fabric_route, rank);
	flip(&b, routes, fabric_route, type);
	flip(&b, routes, fabric_route, prefix.len);
	flip(&b, routes, fabric_route, to_device);
}

/* ... and what is no number. */

static struct node *node_of(struct fabric *f, enum node_kind kind)
{
	for (each(struct node, n, &f->nodes))
		if (n->kind == kind)
			return n;
	fail_msg("no such node");
	return NULL;
}

static void other_vrf(struct fabric *f)
{
	node_of(f, NODE_MSEE)->vrf = "other";
}

static void other_chassis(struct fabric *f)
{
	f->chassis.v[node_of(f, NODE_MSEE)->chassis].name = "other";
}

static void swap(struct node *n, size_t i, size_t k)
{
	uint32_t x = n->ifaces.v[i];

	n->ifaces.v[i] = n->ifaces.v[k];
	n->ifaces.v[k] = x;
}

static void other_first(struct fabric *f)
{
	struct node *n = node_of(f, NODE_NVA);

	assert_true(n->ifaces.n > 1);
	swap(n, 0, 1);
}

/* Two of the network's links straight to speakers. */
static void other_beside(struct fabric *f)
{
	struct node *n = node_of(f, NODE_NETWORK);
	size_t found = SIZE_MAX;

	for (size_t i = 0; i < n->ifaces.n; i++) {
		uint32_t peer = fabric_peer(f, n->ifaces.v[i]);

		if (peer == NONE || f->nodes.v[peer].asn == 0)
			continue;
		if (found != SIZE_MAX) {
			swap(n, found, i);
			return;
		}
		found = i;
	}
	fail_msg("no such links");
}

static void other_far_end(struct fabric *f)
{
	struct node *n = node_of(f, NODE_NETWORK);

	for (each(uint32_t, i, &n->ifaces)) {
		uint32_t peer = fabric_peer(f, *i), far = fabric_far(f, *i);
		struct fabric_link *l;

		if (peer == NONE || f->nodes.v[peer].asn == 0 || f->nodes.v[peer].ifaces.n < 2)
			continue;
		l = &f->links.v[f->ifaces.v[*i].link];
		l->end[l->end[0].iface != far].iface =
			f->nodes.v[peer].ifaces.v[f->nodes.v[peer].ifaces.v[0] == far];
		return;
	}
	fail_msg("no such link");
}

static void other_name(struct fabric *f)
{
	f->ifaces.v[0].name = "other";
}

static void other_address(struct fabric *f)
{
	f->ifaces.v[node_of(f, NODE_MSEE)->ifaces.v[0]].addrs.v[0].a.b[3] ^= 2;
}

static void fewer_addresses(struct fabric *f)
{
	f->ifaces.v[node_of(f, NODE_MSEE)->ifaces.v[0]].addrs.n--;
}

static void ipv6(struct fabric *f)
{
	f->ipv6 = true;
}

static void a_tunnel(struct fabric *f)
{
	static struct tunnel t;

	f->tunnels.v = &t;
	f->tunnels.n = 1;
}

static void other_object(struct fabric *f)
{
	for (each(struct session, s, &f->sessions))
		if (s->object != node_of(f, NODE_CE)->object) {
			s->object = node_of(f, NODE_CE)->object;
			return;
		}
}

static void other_announcer(struct fabric *f)
{
	f->originations.v[0].object = node_of(f, NODE_CE)->object;
}

static void no_bypass(struct fabric *f)
{
	for (each(struct session, s, &f->sessions))
		s->bypass = NULL;
}

static void other_bypass(struct fabric *f)
{
	for (each(struct session, s, &f->sessions))
		s->bypass_iface[0] = s->bypass ? s->bypass_iface[1] : NONE;
}

static void no_filter(struct fabric *f)
{
	for (each(struct session, s, &f->sessions))
		s->except[0].n = s->except[1].n = 0;
}

static void no_list(struct fabric *f)
{
	for (each(struct session, s, &f->sessions))
		s->only[0].n = s->only[1].n = 0;
}

static void other_link(struct fabric *f)
{
	struct session *s = &f->sessions.v[0];

	s->iface[0] = f->nodes.v[s->node[0]].ifaces.v[f->nodes.v[s->node[0]].ifaces.v[0] ==
						       s->iface[0]];
}

static void other_end(struct fabric *f)
{
	for (each(struct session, s, &f->sessions))
		if (s->kind == SESSION_INJECT) {
			s->node[1] ^= 1;
			return;
		}
}

static void other_way(struct fabric *f)
{
	f->routes.v[0].iface ^= 1;
}

static void other_next_hop(struct fabric *f)
{
	f->routes.v[0].via ^= 1;
}

static void session_down(struct fabric *f)
{
	f->sessions.v[0].down = "it is";
}

static void link_down(struct fabric *f)
{
	f->links.v[0].down = "it is";
}

static void order_of_sessions(struct fabric *f)
{
	struct session s = f->sessions.v[0];

	f->sessions.v[0] = f->sessions.v[1];
	f->sessions.v[1] = s;
}

static void what_is_no_number_does_so_too(void **state)
{
	static void (*const tamper[])(struct fabric *) = {
		other_vrf,	 other_chassis,	  other_first,	   other_beside, other_far_end,
		other_name,	 other_address,	  fewer_addresses, ipv6,	 a_tunnel,
		other_object,	 other_announcer, no_bypass,	   other_bypass, no_filter,
		no_list,	 other_link,	  other_end,	   session_down, link_down,
		order_of_sessions, other_way,	  other_next_hop,
	};

	(void)state;
	for (size_t i = 0; i < countof(tamper); i++) {
		own_both b;

		both_open(&b, OF_EACH);
		tamper[i](b.f[1]);
		assert_touches(&b, "tampered with", i);
	}
}

/* What a network hears by its gateways and its Route Server leads over its own links. */
static void so_does_a_link_that_no_session_has(void **state)
{
	own_both b;
	const struct node *n;
	size_t links = 0;

	(void)state;
	both_open(&b, OF_EACH);
	no_bypass(b.f[0]);
	no_bypass(b.f[1]);
	n = node_of(b.f[1], NODE_NETWORK);
	for (each(uint32_t, i, &n->ifaces)) {
		const uint32_t peer = fabric_peer(b.f[1], *i);

		if (peer == NONE || b.f[1]->nodes.v[peer].asn == 0)
			continue;
		assert_true(touches(b.f[0], b.f[1], *i));
		links++;
	}
	assert_true(links > 4);
}

/* What is configured leads nowhere when all links are down that it could leave by. */
static void so_does_a_link_that_is_down(void **state)
{
	const struct scope *s[2];
	own_both b;

	(void)state;
	both_open(&b, OF_EACH);
	for (each(struct fabric_link, l, &b.f[1]->links))
		l->down = "it is";
	s[0] = scope_of(b.f[0], b.f[1], NONE);
	s[1] = scope_of(b.f[1], b.f[0], NONE);
	for (int i = 0; i < 2; i++)
		for (each(const struct fabric_route, r, &b.f[1]->routes))
			if (s[i] && r->iface != NONE && !scope_has(s[i], &r->prefix))
				fail_msg("%s is not touched", PREFIX_STR(&r->prefix));
}

/* Where a limit could be reached one prefix turns on others: here one that is warned of. */
static void so_does_a_gateway_that_could_know_more_than_it_is_made_for(void **state)
{
	own_both b;

	(void)state;
	both_open(&b, OF_EACH);
	assert_non_null(scope_of(b.f[0], b.f[1], NONE));
	node_of(b.f[1], NODE_ER_GATEWAY)->learns = 3;
	assert_null(scope_of(b.f[0], b.f[1], NONE));
	assert_null(scope_of(b.f[1], b.f[0], NONE));
}

/* All of them neighbours; each announces so many networks. */
static void meshed(unsigned int routers, unsigned int networks, struct text *t)
{
	text_add(t, "netemu: 1\nname: t\nrouters:\n");
	for (unsigned int i = 0; i < routers; i++) {
		text_printf(t, "  r%u: { asn: %u, announce: [", i, 65000 + i);
		for (unsigned int k = 0; k < networks; k++)
			text_printf(t, "10.%u.%u.0/24, ", i, k);
		text_add(t, "] }\n");
	}
	text_add(t, "links:\n");
	for (unsigned int i = 0; i < routers; i++)
		for (unsigned int k = 0; k < i; k++)
			text_printf(t, "  l%u-%u: { between: [r%u, r%u], bgp: true }\n", i, k, i,
				    k);
}

static void so_do_more_routes_than_there_could_be(void **state)
{
	enum { ROUTERS_OF_MESH = 60 }; /* with 1770 sessions */

	(void)state;
	for (unsigned int networks = 39; networks < 41; networks++) {
		own_text t = { 0 };
		own_both b;

		meshed(ROUTERS_OF_MESH, networks, &t);
		both_open(&b, text_str(&t));
		assert_int_equal(scope_of(b.f[0], b.f[1], NONE) != NULL, networks == 39);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_routes_are_made_of_touches_them),
		cmocka_unit_test(what_is_no_number_does_so_too),
		cmocka_unit_test(so_does_a_link_that_no_session_has),
		cmocka_unit_test(so_does_a_link_that_is_down),
		cmocka_unit_test(so_does_a_gateway_that_could_know_more_than_it_is_made_for),
		cmocka_unit_test(so_do_more_routes_than_there_could_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
