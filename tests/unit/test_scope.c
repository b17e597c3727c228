/* A change computes the routes to those prefixes only that it can touch. Here all are computed,
 * too, for many changes of random networks, of clouds and of what is shipped: the plans differ in
 * the same things, and what was left out is the same in both. No lab is built. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <glob.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "fabric/fabric.h"
#include "model/model.h"
#include "plan/diff.h"
#include "routing/scope.h"
#include "topology/topology.h"
#include "world/world.h"

static char folder[] = "/tmp/netemu-scope-XXXXXX";
static char file[sizeof(folder) + 8];

static int begin(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(file, sizeof(file), "%s/t.yaml", folder);
	return 0;
}

static int end(void **state)
{
	(void)state;
	(void)unlink(file);
	return rmdir(folder);
}

/* ---- a lab's world, and what it becomes --------------------------------------------------- */

struct pair {
	struct lab lab;
	struct world now, next;
	struct diag *dg;
};

static void pair_close(struct pair *p)
{
	p->now.lab = NULL;
	world_release(&p->next);
	world_release(&p->now);
	diag_free(p->dg);
}
#define own_pair __attribute__((cleanup(pair_close))) struct pair

static void write_file(const char *text)
{
	own_file *f = fopen(file, "we");

	assert_non_null(f);
	fputs(text, f);
}

/* False: it is refused. */
static bool open_now(struct pair *p, const char *yaml, struct plan_backends backends)
{
	*p = (struct pair){ .lab = { .backends = backends }, .dg = diag_new() };
	write_file(yaml);
	if (world_begin(&p->now, file, NULL, p->dg) < 0)
		return false;
	p->now.lab = &p->lab;
	p->now.heard = diag_new();
	world_plan(&p->now, backends);
	return true;
}

static bool become(struct pair *p, const char *yaml)
{
	write_file(yaml);
	return world_renew(&p->now, file, &p->next, p->dg) == 0;
}

/* ---- what must hold ----------------------------------------------------------------------- */

static struct plan *whole(const struct world *w)
{
	return plan_build(w->fabric, w->routes, w->plan->backends);
}

static void say_route(const struct plan *p, const struct plan_route *r, struct text *out)
{
	text_printf(out, "%s table %u %s metric %u: %d by %d from %s",
		    p->netns.v[r->netns].name, r->table, PREFIX_STR(&r->prefix), r->metric,
		    (int)r->type, (int)r->protocol,
		    r->source.family ? ADDR_STR(&r->source) : "any");
	for (uint32_t i = 0; i < r->nhops; i++) {
		const struct plan_hop *h = &p->hops.v[r->hop + i];

		text_printf(out, " %s %s%s", p->devs.v[h->dev].name,
			    h->via.family ? ADDR_STR(&h->via) : "link", h->onlink ? "!" : "");
	}
	text_add(out, "\n");
}

/* Those of last resort have a metric: all plans have them. */
static bool is_of(const struct plan_route *r, const struct scope *part)
{
	return r->metric > 0 || !part || scope_has(part, &r->prefix);
}

static void say_routes(const struct plan *p, const struct scope *part, struct text *out)
{
	for (each(const struct plan_route, r, &p->routes))
		if (is_of(r, part))
			say_route(p, r, out);
}

static void say_difference(const struct plan *from, const struct plan *to, struct text *out)
{
	struct plan_diff *d = plan_compare(from, to);

	plan_diff_text(d, out);
	for (each(const struct plan_difference, x, &d->v)) {
		text_printf(out, "%d%s ", (int)x->part, x->anew ? " anew" : "");
		if (x->part == PLAN_PART_ROUTE && x->from != PLAN_NONE)
			say_route(from, &from->routes.v[x->from], out);
		if (x->part == PLAN_PART_ROUTE && x->to != PLAN_NONE)
			say_route(to, &to->routes.v[x->to], out);
	}
	plan_diff_free(d);
}

static void assert_same(const struct text *a, const struct text *b, const char *what,
			const char *which)
{
	if (strcmp(text_str(a), text_str(b)) != 0)
		fail_msg("%s\n%s differ:\n%s---- of all:\n%s", which, what, text_str(a),
			 text_str(b));
}

/* The kernel loses them when a device is set down or made anew, and gets them again by the plan. */
static void assert_none_lost(const struct plan_diff *d, const struct scope *part, const char *which)
{
	own_free bool *lost = xcalloc(d->to->devs.n + 1, sizeof(*lost));

	for (each(const struct plan_difference, x, &d->v))
		if (x->part == PLAN_PART_DEV && x->from != PLAN_NONE && x->to != PLAN_NONE)
			lost[x->to] = x->anew ||
				      d->from->devs.v[x->from].down != d->to->devs.v[x->to].down;
	for (each(const struct plan_route, r, &d->to->routes))
		for (uint32_t i = 0; i < r->nhops; i++)
			if (lost[d->to->hops.v[r->hop + i].dev] && !is_of(r, part))
				fail_msg("%s\n%s in %s would be lost", which,
					 PREFIX_STR(&r->prefix), d->to->netns.v[r->netns].name);
}

/* On the way there, and on the way back. */
static void compare_lost(const struct plan *from, const struct plan *to, const struct scope *part,
			 const char *which)
{
	const struct plan *of[] = { from, to };

	for (int i = 0; i < 2; i++) {
		struct plan_diff *d = plan_compare(of[!i], of[i]);

		assert_none_lost(d, part, which);
		plan_diff_free(d);
	}
}

static void say_hops(const struct routes *r, const struct fib_entry *e, struct text *out)
{
	text_printf(out, "%s %d %d", PREFIX_STR(&e->prefix), (int)e->source, (int)e->type);
	for (uint32_t i = 0; i < e->nhops; i++) {
		const struct fib_hop *h = &r->hops.v[e->hop + i];
		const struct fabric *f = r->fabric;

		text_printf(out, " %s", f->ifaces.v[h->iface].full);
		if (h->via != NONE)
			text_printf(out, ">%s>%s", f->nodes.v[f->ifaces.v[h->via].node].name,
				    f->ifaces.v[h->via].full);
	}
	text_add(out, "\n");
}

/* A node's entries that the change is said not to touch. */
static void say_rest(const struct world *w, const char *name, const struct scope *part,
		     struct text *out)
{
	const uint32_t node = fabric_node(w->fabric, name);

	if (node != NONE)
		for (each(const struct fib_entry, e, &w->routes->table[node].fib))
			if (!scope_has(part, &e->prefix))
				say_hops(w->routes, e, out);
}

static void compare_rest(const struct pair *p, const struct scope *part, const char *which)
{
	const struct fabric *of[] = { p->now.fabric, p->next.fabric };

	for (int i = 0; i < 2; i++)
		for (each(const struct node, n, &of[i]->nodes)) {
			own_text was = { 0 }, is = { 0 };

			say_rest(&p->now, n->name, part, &was);
			say_rest(&p->next, n->name, part, &is);
			assert_same(&was, &is, n->name, which);
		}
}

static bool leaves_out(const struct scope *part, const struct plan *p)
{
	for (each(const struct plan_route, r, &p->routes))
		if (r->protocol == PLAN_BGP && !is_of(r, part))
			return true;
	return false;
}

/* Both worlds are complete. Returns whether a part was enough, and less than all. */
static bool check(struct pair *p, const char *which)
{
	const struct scope *part = p->now.plan->part;
	own_text some = { 0 }, all = { 0 }, now = { 0 }, now_all = { 0 }, next = { 0 },
		 next_all = { 0 };
	bool less;

	assert_ptr_equal(p->next.plan->part, part);
	assert_int_equal(p->now.routes != NULL, part == NULL);
	if (!part)
		return false;
	say_difference(p->now.plan, p->next.plan, &some);
	say_routes(p->now.plan, NULL, &now);
	say_routes(p->next.plan, NULL, &next);
	assert_int_equal(world_route(&p->now, &p->next, p->dg), 0);
	{
		const struct plan *from = whole(&p->now), *to = whole(&p->next);

		say_difference(from, to, &all);
		assert_same(&some, &all, "the differences", which);
		say_routes(from, part, &now_all);
		say_routes(to, part, &next_all);
		assert_same(&now, &now_all, "the routes as they were", which);
		assert_same(&next, &next_all, "the routes as they are", which);
		compare_lost(from, to, part, which);
		less = leaves_out(part, to);
	}
	compare_rest(p, part, which);
	return less;
}

/* One that is refused counts as no case. */
struct tally {
	size_t cases;
	size_t parts; /* of them: where some of BGP's routes were left out */
};

static void count(struct tally *t, struct pair *p, const char *which)
{
	t->cases++;
	if (world_complete(&p->now, &p->next, p->dg) < 0)
		fail_msg("%s\nis not complete", which);
	t->parts += check(p, which);
}

static void try_change(struct tally *t, const char *before, const char *after,
		       struct plan_backends backends)
{
	own_pair p = { 0 };
	own_text which = { 0 };

	if (!open_now(&p, before, backends) || !become(&p, after))
		return;
	text_printf(&which, "%s---- becomes\n%s", before, after);
	count(t, &p, text_str(&which));
}

/* ---- random networks ---------------------------------------------------------------------- */

static uint64_t seed;

static unsigned int chance(unsigned int of)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned int)(seed >> 33) % of;
}

static struct plan_backends any_backends(void)
{
	return (struct plan_backends){ .vrf = chance(2) ? VRF_DEVICE : VRF_NAMESPACE,
				       .delay = chance(2) ? DELAY_RELAY : DELAY_NETEM };
}

enum { ROUTERS = 8, ISLAND = 4, HOSTS = 10, LINKS = 12, CASES = 600 };

/* Two islands of routers, mostly, and hosts behind them. Of each part: a number that says what it
 * is like; 0: it is not there. */
struct sketch {
	unsigned int asn[ROUTERS], route[ROUTERS], announce[ROUTERS];
	unsigned int host[HOSTS], home[HOSTS], place[HOSTS], host_link[HOSTS];
	unsigned int link[LINKS], end[LINKS][2];
	unsigned int failed[LINKS], host_failed[HOSTS];
	bool six;  /* there is IPv6 */
	bool late; /* the last host, the last link stand first in the file */
};

static void any_ends(struct sketch *n, unsigned int i)
{
	const bool far = chance(12) == 0;
	const unsigned int first = far ? 0 : i % 2 * ISLAND, of = far ? ROUTERS : ISLAND;

	n->end[i][0] = first + chance(of);
	n->end[i][1] = first + chance(of);
	if (n->end[i][0] == n->end[i][1])
		n->end[i][1] = first + (n->end[i][1] - first + 1) % of;
}

static struct sketch any_sketch(void)
{
	struct sketch n = { .six = chance(4) == 0 };

	for (unsigned int i = 0; i < ROUTERS; i++) {
		n.asn[i] = 1 + chance(ROUTERS + 2);
		n.route[i] = chance(4) ? 0 : 1 + chance(6);
		n.announce[i] = chance(5) == 0;
	}
	for (unsigned int i = 0; i < HOSTS; i++) {
		n.host[i] = chance(3);
		n.home[i] = chance(ROUTERS);
		n.place[i] = chance(HOSTS);
		n.host_link[i] = chance(3);
		n.host_failed[i] = chance(10) == 0;
	}
	for (unsigned int i = 0; i < LINKS; i++) {
		n.link[i] = chance(5);
		any_ends(&n, i);
		n.failed[i] = chance(10) == 0;
	}
	return n;
}

static void change_host(struct sketch *n, unsigned int i)
{
	switch (chance(5)) {
	case 0:
		n->host_failed[i] = !n->host_failed[i];
		break;
	case 1:
		n->home[i] = chance(ROUTERS);
		break;
	case 2:
		n->host_link[i] = chance(3);
		break;
	default:
		n->host[i] = n->host[i] ? 0 : 1 + chance(2);
		break;
	}
}

static void change(struct sketch *n)
{
	unsigned int i = chance(LINKS), k = chance(ROUTERS);

	switch (chance(12)) {
	case 0:
		n->failed[i] = !n->failed[i];
		break;
	case 1:
		n->link[i] = chance(5);
		break;
	case 2:
		any_ends(n, i);
		break;
	case 3:
		n->asn[k] = 1 + chance(ROUTERS);
		break;
	case 4:
	case 5:
		n->route[k] = chance(2) ? 0 : 1 + chance(6);
		break;
	case 6:
		n->announce[k] = !n->announce[k];
		break;
	case 7:
		n->late = true;
		change_host(n, chance(HOSTS));
		break;
	default:
		change_host(n, chance(HOSTS));
		break;
	}
}

static void add_host(const struct sketch *n, unsigned int i, struct text *t)
{
	if (!n->host[i])
		return;
	text_printf(t, "  h%u: { address: 10.%u.%u.%u/24, gateway: 10.%u.%u.1 }\n", i, n->home[i],
		    n->place[i] % 3, 10 + i, n->home[i], n->place[i] % 3);
}

static void add_host_link(const struct sketch *n, unsigned int i, struct text *t)
{
	static const char *const like[] = { "", ", delay: 1ms", ", mtu: 1400" };

	if (n->host[i])
		text_printf(t, "  s%u: { between: [h%u, r%u]%s }\n", i, i, n->home[i],
			    like[n->host_link[i]]);
}

static void add_link(const struct sketch *n, unsigned int i, struct text *t)
{
	static const char *const like[] = { "", ", bgp: true", ", bgp: true, delay: 1ms", "",
					    ", bgp: true" };

	if (n->link[i])
		text_printf(t, "  l%u: { between: [r%u, r%u]%s }\n", i, n->end[i][0],
			    n->end[i][1], like[n->link[i]]);
}

/* To somebody who is a neighbour, if anybody is; the same prefix by several, at times. */
static void add_routes(const struct sketch *n, unsigned int router, struct text *t)
{
	const char *lead = ", routes: { ";
	unsigned int k = 0;

	for (unsigned int i = 0; i < LINKS && n->route[router] && k < 3; i++) {
		unsigned int far = n->end[i][n->end[i][0] == router];

		if (!n->link[i] || (n->end[i][0] != router && n->end[i][1] != router))
			continue;
		text_printf(t, "%s%s: r%u", lead,
			    n->route[router] % 2 ? (const char *[]){ "10.2.0.0/16", "10.3.1.0/24",
								     "10.77.0.0/16" }[k] :
						   (const char *[]){ "10.1.0.0/24", "10.6.2.0/24",
								     "10.88.0.0/16" }[k],
			    far);
		lead = ", ";
		k++;
	}
	if (*lead == ',' && lead[2] == '\0')
		text_add(t, " }");
}

static void add_router(const struct sketch *n, unsigned int i, struct text *t)
{
	text_printf(t, "  r%u: { asn: %u%s", i, 65000 + n->asn[i],
		    n->announce[i] ? ", announce: [10.2.0.0/16, 10.77.0.0/16]" : "");
	add_routes(n, i, t);
	text_add(t, " }\n");
}

static void add_failed(const struct sketch *n, struct text *t)
{
	const char *lead = "failed: [";

	for (unsigned int i = 0; i < LINKS; i++)
		if (n->link[i] && n->failed[i]) {
			text_printf(t, "%sl%u", lead, i);
			lead = ", ";
		}
	for (unsigned int i = 0; i < HOSTS; i++)
		if (n->host[i] && n->host_failed[i]) {
			text_printf(t, "%ss%u", lead, i);
			lead = ", ";
		}
	if (*lead == ',')
		text_add(t, "]\n");
}

static void topology_of(const struct sketch *n, struct text *t)
{
	const unsigned int turn = n->late ? 1 : 0;

	text_add(t, "netemu: 1\nname: t\nrouters:\n");
	for (unsigned int i = 0; i < ROUTERS; i++)
		add_router(n, i, t);
	text_add(t, "hosts:\n  far: { address: 10.99.0.2/24 }\n");
	if (n->six)
		text_add(t, "  six: { address: ['2001:db8:9::2/64', 10.98.0.2/24] }\n");
	for (unsigned int i = 0; i < HOSTS; i++)
		add_host(n, (i + HOSTS - turn) % HOSTS, t);
	text_add(t, "links:\n  tofar: { between: [far, r0] }\n");
	if (n->six)
		text_add(t, "  tosix: { between: [six, r5] }\n");
	for (unsigned int i = 0; i < HOSTS; i++)
		add_host_link(n, (i + HOSTS - turn) % HOSTS, t);
	for (unsigned int i = 0; i < LINKS; i++)
		add_link(n, (i + LINKS - turn) % LINKS, t);
	add_failed(n, t);
}

static void assert_many(const struct tally *t, size_t cases, size_t parts)
{
	if (t->cases < cases || t->parts < parts)
		fail_msg("%zu cases, %zu of them in part", t->cases, t->parts);
}

static void a_part_is_enough_in_random_networks(void **state)
{
	struct tally t = { 0 };

	(void)state;
	for (uint64_t i = 0; i < CASES; i++) {
		struct sketch n;
		own_text before = { 0 }, after = { 0 };

		seed = i * UINT64_C(0x9e3779b97f4a7c15);
		n = any_sketch();
		topology_of(&n, &before);
		for (unsigned int k = 1 + chance(2); k--;)
			change(&n);
		topology_of(&n, &after);
		try_change(&t, text_str(&before), text_str(&after), any_backends());
	}
	assert_many(&t, CASES, CASES / 2);
}

/* ---- clouds ------------------------------------------------------------------------------- */

/* A cloud of lines, each of which is there in one of some forms; the first is none. */
static const struct line {
	const char *head; /* of the section or map that begins before it */
	const char *form[4];
} cloud[] = {
	{ "route-tables:\n  to-fw:\n    10.0.0.0/8: { virtual-appliance: 10.1.2.4 }\n",
	  { "", "    10.9.0.0/16: { virtual-appliance: 10.1.2.4 }\n",
	    "    0.0.0.0/0: { virtual-appliance: 10.1.2.4 }\n" } },
	{ "virtual-networks:\n  hub:\n    region: westeurope\n    address-space: [10.1.0.0/16",
	  { "]\n", ", 10.11.0.0/16]\n" } },
	{ "    subnets:\n      nva: { prefix: 10.1.2.0/24, vms: { fw: { address: 10.1.2.4, "
	  "ip-forwarding: true } } }\n      app: { prefix: 10.1.1.0/24, vms: ",
	  { "[vm] }\n", "[vm, back] }\n", "[vm], route-table: to-fw }\n" } },
	{ "    gateways: { ",
	  { "expressroute: {} }\n", "expressroute: {}, vpn: { active-active: true } }\n",
	    "expressroute: { sku: ErGw3Az, fastpath: true } }\n",
	    "expressroute: {}, vpn: { active-active: true }, route-server: { branch-to-branch: "
	    "true } }\n" } },
	{ "  spoke1:\n    region: westeurope\n    address-space: 10.2.0.0/16\n    subnets:\n",
	  { "      app: { prefix: 10.2.1.0/24, route-table: to-fw }\n",
	    "      app: { prefix: 10.2.1.0/24 }\n",
	    "      app: { prefix: 10.2.1.0/24 }\n      db: 10.2.2.0/24\n" } },
	{ "  spoke2:\n    region: westeurope\n    address-space: 10.3.0.0/16\n    subnets:\n",
	  { "      app: 10.3.1.0/24\n", "      app: { prefix: 10.3.1.0/24, vms: [a, b] }\n" } },
	{ "  lone:\n    region: northeurope\n    address-space: 10.4.0.0/16\n    subnets: { app: "
	  "10.4.1.0/24 }\n    gateways: { expressroute: {} }\n",
	  { "", "  idle: { region: northeurope, address-space: 10.5.0.0/16, subnets: { app: "
		"10.5.1.0/24 } }\n" } },
	{ "peerings:\n  hub-spoke1:\n    hub: { allow-gateway-transit: true }\n",
	  { "    spoke1: { use-remote-gateways: true }\n",
	    "    spoke1: { allow-forwarded-traffic: true }\n" } },
	{ "", { "", "  hub-spoke2:\n    hub: {}\n    spoke2: {}\n" } },
	{ "", { "", "  spokes: [spoke1, spoke2]\n", "  elsewhere: [spoke2, idle]\n" } },
	{ "sites:\n  dc1: { asn: 64512, networks: { lan: 192.168.10.0/24",
	  { " } }\n", ", more: 192.168.11.0/24 } }\n", " }, advertise: [10.0.0.0/8] }\n",
	    " }, preference: { er-dc1: 200 } }\n" } },
	{ "  dc2: { asn: 64513, networks: { lan: 192.168.20.0/24",
	  { " } }\n", ", more: 192.168.21.0/24 } }\n", " }, advertise: [0.0.0.0/0] }\n" } },
	{ "circuits:\n  er-dc1: { site: dc1, region: westeurope, peering-location: Amsterdam }\n"
	  "  er-dc2: { site: dc2, region: northeurope, peering-location: London }\n",
	  { "", "  er-too: { site: dc1, region: westeurope, peering-location: Frankfurt }\n" } },
	{ "gateway-connections:\n  lone-dc2: { gateway: lone, circuit: er-dc2 }\n",
	  { "", "  hub-dc1: { gateway: hub, circuit: er-dc1 }\n",
	    "  hub-dc1: { gateway: hub, circuit: er-dc1, weight: 100 }\n" } },
	{ "hosts:\n  far: { address: 10.99.0.2/24 }\n",
	  { "", "  near: { address: 10.98.0.2/24 }\n" } },
	{ "routers:\n  r0: { asn: 65001 }\n", { "", "  r1: { asn: 65002 }\n" } },
	{ "links:\n  tofar: { between: [far, r0] }\n",
	  { "", "  tonear: { between: [near, r0] }\n",
	    "  tocore: { between: [r0, dc1.ce], bgp: true }\n" } },
	{ "failed: [", { "]\n", "er-dc1]\n", "tofar]\n", "hub-spoke1]\n" } },
};

struct weather {
	unsigned int form[countof(cloud)];
};

static unsigned int any_form(size_t line)
{
	unsigned int n = 1;

	while (n < countof(cloud[line].form) && cloud[line].form[n])
		n++;
	return chance(n);
}

static void cloud_of(const struct weather *w, struct text *t)
{
	text_add(t, "netemu: 1\nname: t\n");
	for (size_t i = 0; i < countof(cloud); i++)
		text_printf(t, "%s%s", cloud[i].head, cloud[i].form[w->form[i]]);
}

static void so_it_is_in_clouds(void **state)
{
	struct tally t = { 0 };

	(void)state;
	for (uint64_t i = 0; i < CASES; i++) {
		struct weather w;
		own_text before = { 0 }, after = { 0 };
		size_t line;

		seed = i * UINT64_C(0x9e3779b97f4a7c15);
		for (size_t k = 0; k < countof(cloud); k++)
			w.form[k] = any_form(k);
		cloud_of(&w, &before);
		line = chance(countof(cloud));
		w.form[line] = any_form(line);
		cloud_of(&w, &after);
		try_change(&t, text_str(&before), text_str(&after), any_backends());
	}
	assert_many(&t, CASES / 2, CASES / 3);
}

/* ---- the shipped topologies --------------------------------------------------------------- */

static char *read_file(const char *path)
{
	own_file *f = fopen(path, "re");
	struct text t = { 0 };
	char block[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		text_addn(&t, block, n);
	return t.s;
}

/* The change, and back to what it was. */
static void there_and_back(struct tally *t, const char *yaml, const struct change *c,
			   const char *which)
{
	own_pair there = { 0 }, other = { 0 }, back = { 0 };

	if (!open_now(&there, yaml, any_backends()))
		fail_msg("%s is refused", which);
	if (world_change(&there.now, c, 1, &there.next, there.dg) < 0)
		return;
	count(t, &there, which);
	assert_true(open_now(&other, yaml, there.lab.backends));
	back = (struct pair){ .lab = other.lab, .dg = diag_new() };
	assert_int_equal(world_change(&other.now, c, 1, &back.now, back.dg), 0);
	back.now.lab = &back.lab;
	assert_int_equal(world_renew(&back.now, file, &back.next, back.dg), 0);
	count(t, &back, which);
}

static void change_each(struct tally *t, const char *path, enum change_kind kind)
{
	own_free char *yaml = read_file(path);
	own_pair p = { 0 };
	const struct object *last = NULL;

	if (!open_now(&p, yaml, (struct plan_backends){ 0 }))
		fail_msg("%s is refused", path);
	for (each(const struct fabric_link, l, &p.now.fabric->links)) {
		const struct change c = { .kind = kind,
					  .pos = { "line", 1, 1, 0 },
					  .name = l->object ? fabric_object_name(l->object) : "" };
		own_text which = { 0 };

		if (!l->object || l->object == last)
			continue;
		last = l->object;
		text_printf(&which, "%s: %d %s", path, (int)kind, c.name);
		there_and_back(t, yaml, &c, text_str(&which));
	}
}

static void so_it_is_in_every_shipped_topology(void **state)
{
	struct tally t = { 0 };
	glob_t files;

	(void)state;
	assert_int_equal(glob("topologies/*.yaml", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		change_each(&t, files.gl_pathv[i], CHANGE_FAIL);
		change_each(&t, files.gl_pathv[i], CHANGE_DISCONNECT);
	}
	globfree(&files);
	assert_many(&t, 1000, 100);
}

/* Of a setting in braces its length, the comma at one of its ends counted; 0: none begins here. */
static size_t setting_at(const char *s)
{
	size_t n = 1, depth = 0;

	if (*s != '{' && *s != ',')
		return 0;
	for (; s[n] != '\n' && (depth || (s[n] != ',' && s[n] != '}')); n++)
		depth += (s[n] == '{' || s[n] == '[') - (size_t)(s[n] == '}' || s[n] == ']');
	if (s[n] == '\n' || !memchr(s, ':', n))
		return 0;
	return *s == ',' ? n : n - 1 + (s[n] == ',');
}

/* Of a line its length; 0: none begins here that could be spared. */
static size_t line_at(const char *text, const char *s)
{
	const size_t n = strcspn(s, "\n") + 1, deep = strspn(s, " ");

	if ((s > text && s[-1] != '\n') || s[deep] == '#' || s[deep] == '\n')
		return 0;
	return s[n - 1] == '\n' && strspn(s + n, " ") <= deep ? n : 0;
}

static void try_without(struct tally *t, const char *yaml, const char *from, size_t n)
{
	own_text less = { 0 };

	text_printf(&less, "%.*s%s", (int)(from - yaml), yaml, from + n);
	if (chance(2))
		try_change(t, text_str(&less), yaml, any_backends());
	else
		try_change(t, yaml, text_str(&less), any_backends());
}

/* One of three comes to the network, or is taken away. */
static void drop_each(struct tally *t, const char *path)
{
	own_free char *yaml = read_file(path);
	char *end = strstr(yaml, "\nexpect:");

	if (end)
		end[1] = '\0';
	for (const char *at = yaml; *at; at++) {
		const size_t setting = setting_at(at), line = line_at(yaml, at);

		if ((setting == 0 && line == 0) || chance(3))
			continue;
		if (setting)
			try_without(t, yaml, at + (*at == '{'), setting);
		else
			try_without(t, yaml, at, line);
	}
}

static void so_it_is_when_they_are_set_otherwise(void **state)
{
	struct tally t = { 0 };
	glob_t files;

	(void)state;
	seed = 1;
	assert_int_equal(glob("topologies/*.yaml", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++)
		drop_each(&t, files.gl_pathv[i]);
	globfree(&files);
	assert_many(&t, 500, 100);
}

/* ---- networks drawn for one reason each --------------------------------------------------- */

#define HOSTS_OF_TRIANGLE                                                                          \
	"netemu: 1\nname: t\nhosts: { a: 10.1.0.9/24, b: 10.2.0.9/24, far: 10.9.0.9/24 }\n"
#define TRIANGLE                                                                                   \
	HOSTS_OF_TRIANGLE                                                                          \
	"routers: { r1: { asn: 65001 }, r2: { asn: 65002 }, r3: { asn: 65003 }, alone: {} }\n"     \
	"links:\n"                                                                                 \
	"  la: { between: [a, r1] }\n  lb: { between: [b, r2] }\n"                                 \
	"  lf: { between: [far, alone] }\n"                                                        \
	"  fast: { between: [r1, r2], prefix: 10.8.0.0/30, bgp: true }\n"                          \
	"  slow1: { between: [r1, r3], prefix: 10.8.1.0/30, delay: 1ms, bgp: true }\n"             \
	"  slow2: { between: [r3, r2], prefix: 10.8.2.0/30, bgp: true }\n"                         \
	"  idle: { between: [r3, alone], prefix: 10.8.3.0/30 }\n"

#define LINE { "line", 1, 1, 0 }

static void say_scope(const struct scope *s, struct text *out)
{
	for (size_t i = 0; s && i < s->n; i++)
		text_printf(out, "%s%s", i ? " " : "", PREFIX_STR(&s->v[i]));
}

static void a_change_touches_what_can_differ_or_be_lost(void **state)
{
	static const char ends[] = "10.1.0.0/24 10.2.0.0/24";
	static const struct {
		struct change change;
		enum delay_backend delay;
		const char *scope;
	} cases[] = {
		{ { CHANGE_IMPAIR, LINE, "slow1", "{ delay: 9ms }" }, DELAY_NETEM, "" },
		{ { CHANGE_IMPAIR, LINE, "slow1", "{ delay: 9ms }" }, DELAY_RELAY, "" },
		{ { CHANGE_IMPAIR, LINE, "fast", "{ delay: 9ms }" }, DELAY_NETEM, "" },
		/* Where a link was delayed before, no device comes or goes. */
		{ { CHANGE_IMPAIR, LINE, "fast", "{ delay: 9ms }" }, DELAY_RELAY, ends },
		{ { CHANGE_IMPAIR, LINE, "idle", "{ delay: 9ms }" }, DELAY_RELAY, "" },
		{ { CHANGE_FAIL, LINE, "fast", NULL },
		  DELAY_NETEM,
		  "10.1.0.0/24 10.2.0.0/24 10.8.0.0/30" },
		{ { CHANGE_FAIL, LINE, "idle", NULL }, DELAY_NETEM, "10.8.3.0/30" },
		{ { CHANGE_FAIL, LINE, "la", NULL }, DELAY_NETEM, "0.0.0.0/0 10.1.0.0/24" },
		{ { CHANGE_DISCONNECT, LINE, "fast", NULL },
		  DELAY_RELAY,
		  "10.1.0.0/24 10.2.0.0/24 10.8.0.0/30" },
		{ { CHANGE_DISCONNECT, LINE, "lf", NULL }, DELAY_RELAY, "0.0.0.0/0 10.9.0.0/24" },
		{ { CHANGE_CONNECT, LINE, NULL, "{ hosts: { c: 10.0.0.2/24 } }" },
		  DELAY_RELAY,
		  "" },
		{ { CHANGE_CONNECT, LINE, NULL,
		    "{ hosts: { c: 10.3.0.2/24 }, links: { lc: { between: [c, r3] } } }" },
		  DELAY_RELAY,
		  "0.0.0.0/0 10.3.0.0/24" },
		{ { CHANGE_CONNECT, LINE, NULL,
		    "{ links: { l: { between: [r1, alone], prefix: 10.8.4.0/30 } } }" },
		  DELAY_RELAY,
		  "10.8.4.0/30" },
		{ { CHANGE_CONNECT, LINE, NULL,
		    "{ links: { l: { between: [r1, r2], prefix: 10.8.4.0/30, bgp: true } } }" },
		  DELAY_RELAY,
		  "10.1.0.0/24 10.2.0.0/24 10.8.4.0/30" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		own_pair p = { 0 };
		own_text scope = { 0 };
		struct tally t = { 0 };

		assert_true(open_now(&p, TRIANGLE,
				     (struct plan_backends){ .delay = cases[i].delay }));
		assert_int_equal(world_change(&p.now, &cases[i].change, 1, &p.next, p.dg), 0);
		count(&t, &p, cases[i].scope);
		assert_non_null(p.now.plan->part);
		say_scope(p.now.plan->part, &scope);
		assert_string_equal(text_str(&scope), cases[i].scope);
	}
}

/* ---- whatever is read -------------------------------------------------------------------- */

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

/* A peering's prefix takes away what BGP brought inside it. */
static void a_system_route_touches_what_is_inside_it(void **state)
{
	static const char yaml[] =
		"netemu: 1\nname: t\nvirtual-networks:\n"
		"  hub: { region: westeurope, address-space: 10.1.0.0/16,\n"
		"         subnets: { app: 10.1.1.0/24 }, gateways: { expressroute: {} } }\n"
		"  spoke: { region: westeurope, address-space: 10.3.0.0/16,\n"
		"           subnets: { app: 10.3.1.0/24 } }\n"
		"sites: { dc1: { asn: 64512, networks: { lan: 192.168.10.0/24 },\n"
		"                advertise: [10.3.9.0/24, 10.4.9.0/24] } }\n"
		"circuits: { er: { site: dc1, region: westeurope, peering-location: Amsterdam } }\n"
		"gateway-connections: { hub-er: { gateway: hub, circuit: er } }\n";
	const struct prefix inside = prefix_lit("10.3.9.0/24"), beside = prefix_lit("10.4.9.0/24");
	const struct change connect = { CHANGE_CONNECT, LINE, NULL,
					"{ peerings: { p: [hub, spoke] } }" };
	own_pair p = { 0 };
	struct tally t = { 0 };

	(void)state;
	assert_true(open_now(&p, yaml, (struct plan_backends){ 0 }));
	assert_int_equal(world_change(&p.now, &connect, 1, &p.next, p.dg), 0);
	count(&t, &p, yaml);
	assert_non_null(p.now.plan->part);
	assert_true(scope_has(p.now.plan->part, &inside));
	assert_false(scope_has(p.now.plan->part, &beside));
}

/* Each moment until the last router knows has routes of its own. */
static void all_are_wanted_where_routers_notice_late(void **state)
{
	static const struct change fail = { CHANGE_FAIL, LINE, "fast", NULL },
				   impair = { CHANGE_IMPAIR, LINE, "fast", "{ delay: 9ms }" };

	(void)state;
	for (int late = 0; late < 2; late++) {
		own_pair p = { 0 };

		assert_true(open_now(&p, TRIANGLE "timers: azure\n", (struct plan_backends){ 0 }));
		assert_int_equal(world_change(&p.now, late ? &fail : &impair, 1, &p.next, p.dg), 0);
		assert_int_equal(world_complete(&p.now, &p.next, p.dg), 0);
		assert_int_equal(p.now.plan->part == NULL, late);
		assert_int_equal(p.next.plan->part == NULL, late);
	}
}

/* Speakers are asked in the order of the file: which of several stable states is found can turn on
 * it. Who speaks to nobody may stand anywhere. */
static void the_order_of_speakers_counts(void **state)
{
	static const char *const routers[] = {
		"  r1: { asn: 65001 }\n  r2: { asn: 65002 }\n  r3: {}\n",
		"  r2: { asn: 65002 }\n  r1: { asn: 65001 }\n  r3: {}\n",
		"  r3: {}\n  r1: { asn: 65001 }\n  r2: { asn: 65002 }\n",
	};

	(void)state;
	for (size_t i = 1; i < countof(routers); i++) {
		own_text before = { 0 }, after = { 0 };
		own_pair p = { 0 };

		text_printf(&before, "netemu: 1\nname: t\nrouters:\n%slinks: { l: { between: "
				     "[r1, r2], bgp: true } }\n", routers[0]);
		text_printf(&after, "netemu: 1\nname: t\nrouters:\n%slinks: { l: { between: "
				    "[r1, r2], bgp: true } }\n", routers[i]);
		assert_true(open_now(&p, text_str(&before), (struct plan_backends){ 0 }));
		assert_true(become(&p, text_str(&after)));
		assert_int_equal(world_complete(&p.now, &p.next, p.dg), 0);
		assert_int_equal(p.now.plan->part != NULL, i == 2);
	}
}

/* A world that was completed for one change, and told of it, goes on to another. */
static void what_was_left_out_is_put_in_when_another_change_follows(void **state)
{
	static const struct change one = { CHANGE_FAIL, LINE, "la", NULL },
				   two = { CHANGE_FAIL, LINE, "fast", NULL };

	(void)state;
	for (int told = 0; told < 2; told++) {
		own_pair p = { 0 };
		struct world other = { 0 };
		own_text some = { 0 }, all = { 0 };

		assert_true(open_now(&p, TRIANGLE, (struct plan_backends){ 0 }));
		assert_int_equal(world_change(&p.now, &one, 1, &other, p.dg), 0);
		assert_int_equal(world_complete(&p.now, &other, p.dg), 0);
		assert_non_null(p.now.plan->part);
		if (told)
			assert_int_equal(world_route(&p.now, &other, p.dg), 0);
		world_release(&other);
		assert_int_equal(world_change(&p.now, &two, 1, &p.next, p.dg), 0);
		assert_int_equal(world_complete(&p.now, &p.next, p.dg), 0);
		assert_null(p.now.plan->part);
		assert_null(p.next.plan->part);
		say_difference(p.now.plan, p.next.plan, &some);
		say_difference(whole(&p.now), whole(&p.next), &all);
		assert_same(&some, &all, "the differences", "the second change");
	}
}

/* ---- limits ------------------------------------------------------------------------------- */

/* A circuit's owner that announces so many networks. */
static void announcing(size_t six, size_t four, const char *sku, struct text *t)
{
	text_printf(t,
		    "netemu: 1\nname: t\nvirtual-networks:\n  hub:\n    region: westeurope\n"
		    "    address-space: [10.1.0.0/16, '2001:db8:1::/48']\n"
		    "    subnets: { app: [10.1.1.0/24, '2001:db8:1:1::/64'] }\n"
		    "    gateways: { expressroute: { sku: ErGw1Az } }\n"
		    "sites:\n  dc1: { asn: 64512, networks: { lan: [192.168.10.0/24, "
		    "'2001:db8:2::/64'] }, advertise: [");
	for (size_t i = 0; i < six; i++)
		text_printf(t, "'2001:db8:%zx::/48', ", 256 + i);
	for (size_t i = 0; i < four; i++)
		text_printf(t, "11.%zu.%zu.0/24, ", i / 256, i % 256);
	text_printf(t,
		    "] }\ncircuits: { er: { site: dc1, region: westeurope, peering-location: "
		    "Amsterdam, sku: %s } }\n"
		    "gateway-connections: { hub-er: { gateway: hub, circuit: er } }\n",
		    sku);
}

static void nothing_is_left_out_where_a_limit_could_be_reached(void **state)
{
	static const struct {
		size_t six[2], four[2];
		const char *sku;
		bool part;
	} cases[] = {
		{ { 96, 97 }, { 1, 1 }, "standard", true },
		{ { 98, 99 }, { 1, 1 }, "standard", false }, /* one more, and sessions end */
		{ { 99, 98 }, { 1, 1 }, "standard", false },
		{ { 1, 1 }, { 997, 998 }, "standard", true },
		{ { 1, 1 }, { 3990, 4000 }, "standard", false },
		{ { 1, 1 }, { 9990, 9980 }, "premium", false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		own_pair p = { 0 };
		own_text before = { 0 }, after = { 0 }, which = { 0 };
		struct tally t = { 0 };

		announcing(cases[i].six[0], cases[i].four[0], cases[i].sku, &before);
		announcing(cases[i].six[1], cases[i].four[1], cases[i].sku, &after);
		text_printf(&which, "case %zu", i);
		assert_true(open_now(&p, text_str(&before), (struct plan_backends){ 0 }));
		assert_true(become(&p, text_str(&after)));
		count(&t, &p, text_str(&which));
		if ((p.now.plan->part != NULL) != cases[i].part)
			fail_msg("%s", text_str(&which));
	}
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

/* Networks that come from behind a link, and go with it; most are elsewhere, and not touched. */
static void nor_where_a_link_brings_too_many(void **state)
{
	own_text alone = { 0 }, joined = { 0 };

	(void)state;
	announcing(1, 1, "standard", &alone);
	text_add(&alone, "routers: { r: { asn: 65001, announce: [");
	for (size_t i = 0; i < 100; i++)
		text_printf(&alone, "'2001:db8:%zx::/48', ", 512 + i);
	text_add(&alone, "] }, far: { asn: 65002, announce: [");
	for (size_t i = 0; i < 500; i++)
		text_printf(&alone, "12.%zu.%zu.0/24, ", i / 256, i % 256);
	text_add(&alone, "] } }\nlinks:\n");
	text_printf(&joined, "%s  l: { between: [r, dc1.ce], bgp: true }\n", text_str(&alone));
	text_add(&alone, "  l: { between: [r, dc1.ce] }\n");
	for (int back = 0; back < 2; back++) {
		own_pair p = { 0 };
		struct tally t = { 0 };

		assert_true(open_now(&p, text_str(back ? &joined : &alone),
				     (struct plan_backends){ 0 }));
		assert_true(become(&p, text_str(back ? &alone : &joined)));
		count(&t, &p, back ? "it goes" : "it comes");
		assert_null(p.now.plan->part);
	}
}

/* ... and is warned of. */
static void nor_where_a_gateway_could_know_more_than_it_is_made_for(void **state)
{
	own_both b;

	(void)state;
	both_open(&b, OF_EACH);
	assert_non_null(scope_of(b.f[0], b.f[1], NONE));
	node_of(b.f[1], NODE_ER_GATEWAY)->learns = 3;
	assert_null(scope_of(b.f[0], b.f[1], NONE));
	assert_null(scope_of(b.f[1], b.f[0], NONE));
}

static void nor_where_there_could_be_too_many_routes(void **state)
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
		cmocka_unit_test(a_part_is_enough_in_random_networks),
		cmocka_unit_test(so_it_is_in_clouds),
		cmocka_unit_test(so_it_is_in_every_shipped_topology),
		cmocka_unit_test(so_it_is_when_they_are_set_otherwise),
		cmocka_unit_test(a_change_touches_what_can_differ_or_be_lost),
		cmocka_unit_test(whatever_routes_are_made_of_touches_them),
		cmocka_unit_test(what_is_no_number_does_so_too),
		cmocka_unit_test(so_does_a_link_that_no_session_has),
		cmocka_unit_test(so_does_a_link_that_is_down),
		cmocka_unit_test(a_system_route_touches_what_is_inside_it),
		cmocka_unit_test(all_are_wanted_where_routers_notice_late),
		cmocka_unit_test(the_order_of_speakers_counts),
		cmocka_unit_test(what_was_left_out_is_put_in_when_another_change_follows),
		cmocka_unit_test(nothing_is_left_out_where_a_limit_could_be_reached),
		cmocka_unit_test(nor_where_a_link_brings_too_many),
		cmocka_unit_test(nor_where_a_gateway_could_know_more_than_it_is_made_for),
		cmocka_unit_test(nor_where_there_could_be_too_many_routes),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
