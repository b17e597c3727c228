/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program finds the effect of a change without following every packet. These tests follow every
 * packet through both networks, in random topologies and in the shipped ones: the results must be
 * equal. */
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/own.h"
#include "files.h"
#include "model/change.h"
#include "random.h"
#include "routing/difference.h"
#include "world.h"

/* ---- by following every packet ---- */

static void add_way(const struct world *w, const struct path *p, struct text *out)
{
	for (each(const struct step, s, &p->steps))
		text_printf(out, ">%s", w->f->nodes.v[s->node].name);
}

/* All that a pair's entry in a difference depends on. */
static void say_pair(const struct world *w, const char *from, const char *to, struct text *out)
{
	uint32_t a = fabric_node(w->f, from), b = fabric_node(w->f, to);
	struct verdict v;

	if (a == NONE || b == NONE)
		return;
	routes_predict(w->r, a, b, &v);
	if (v.reachable) {
		text_printf(out, "%" PRIu64 " %" PRIu64 " %d ", v.rtt_min_ns, v.rtt_max_ns,
			    v.multipath);
		add_way(w, &v.forward, out);
		add_way(w, &v.back, out);
	}
	verdict_release(&v);
}

static bool is_listed(const struct difference *d, const char *from, const char *to)
{
	for (each(const struct pair_change, p, &d->pairs))
		if (strcmp(p->from, from) == 0 && strcmp(p->to, to) == 0)
			return true;
	return false;
}

static void compare_pair(const struct world *was, const struct world *is,
			 const struct difference *d, const char *from, const char *to,
			 const char *which)
{
	own_text before = { 0 }, after = { 0 };
	bool differs;

	if (strcmp(from, to) == 0)
		return;
	say_pair(was, from, to, &before);
	say_pair(is, from, to, &after);
	differs = strcmp(text_str(&before), text_str(&after)) != 0;
	if (differs != is_listed(d, from, to))
		fail_msg("%s: %s to %s %s", which, from, to, differs ? "is missed" : "is listed");
}

/* Machines of either; those of both are met twice. Returns how many pairs have changed. */
static size_t compare(const struct world *was, const struct world *is, const char *which)
{
	const struct fabric *of[] = { was->f, is->f };
	struct difference d;
	size_t n;

	difference_find(was->r, is->r, &d);
	for (int a = 0; a < 2; a++)
		for (each(const struct node, from, &of[a]->nodes))
			for (int b = 0; b < 2 && node_is_machine(from); b++)
				for (each(const struct node, to, &of[b]->nodes))
					if (node_is_machine(to))
						compare_pair(was, is, &d, from->name, to->name,
							     which);
	n = d.pairs.n;
	difference_release(&d);
	return n;
}

/* ---- random networks ---- */

enum { ROUTERS = 6, LINKS = 9, CASES = 1500 };

/* A network of routers in a row, joined by some more links, with a host behind most of them. Of
 * each part: a number that stands for its settings; 0: it does not exist. */
struct sketch {
	unsigned int router[ROUTERS], host[ROUTERS], link[LINKS], failed[LINKS];
	unsigned int end[LINKS][2];
};

static unsigned int another_than(unsigned int router)
{
	return (router + 1 + chance(ROUTERS - 1)) % ROUTERS;
}

static struct sketch any_sketch(void)
{
	struct sketch n = { 0 };

	for (unsigned int i = 0; i < ROUTERS; i++) {
		n.router[i] = 1 + chance(ROUTERS);
		n.host[i] = chance(6);
	}
	for (unsigned int i = 0; i < LINKS; i++) {
		n.end[i][0] = i < ROUTERS - 1 ? i : chance(ROUTERS);
		n.end[i][1] = i < ROUTERS - 1 ? i + 1 : another_than(n.end[i][0]);
		n.link[i] = i < ROUTERS - 1 ? 1 + chance(3) : chance(4);
		n.failed[i] = chance(8) == 0;
	}
	return n;
}

static void change(struct sketch *n)
{
	unsigned int i = chance(LINKS), k = chance(ROUTERS);

	switch (chance(6)) {
	case 0:
	case 1:
		n->failed[i] = !n->failed[i];
		break;
	case 2:
		n->link[i] = chance(4); /* is removed, is added, or gets another delay */
		break;
	case 3:
		n->host[k] = chance(6); /* the same, or is known by another address */
		break;
	case 4:
		n->router[k] = 1 + chance(ROUTERS); /* is of another AS, perhaps a neighbour's */
		break;
	case 5:
		n->end[i][1] = another_than(n->end[i][0]);
		break;
	}
}

static void add_hosts(const struct sketch *n, struct text *t)
{
	text_add(t, "hosts:\n  far: { address: 10.99.0.2/24 }\n");
	for (unsigned int i = 0; i < ROUTERS; i++)
		if (n->host[i] == 5)
			text_printf(t, "  h%u: { address: \"2001:db8:%u::9/64\" }\n", i, i);
		else if (n->host[i])
			text_printf(t, "  h%u: { address: 10.%u.%u.9/24 }\n", i, i, n->host[i] / 4);
}

static void topology_of(const struct sketch *n, struct text *t)
{
	const char *first = "failed: [";

	text_add(t, "netemu: 1\nrouters:\n");
	for (unsigned int i = 0; i < ROUTERS; i++)
		text_printf(t, "  r%u: { asn: %u }\n", i, 65000 + n->router[i]);
	add_hosts(n, t);
	text_add(t, "links:\n  tofar: { between: [far, r0] }\n");
	for (unsigned int i = 0; i < ROUTERS; i++)
		if (n->host[i])
			text_printf(t, "  s%u: { between: [h%u, r%u], delay: 1ms }\n", i, i, i);
	for (unsigned int i = 0; i < LINKS; i++)
		if (n->link[i])
			text_printf(t, "  l%u: { between: [r%u, r%u], bgp: true, delay: %ums }\n",
				    i, n->end[i][0], n->end[i][1], n->link[i]);
	for (unsigned int i = 0; i < LINKS; i++)
		if (n->link[i] && n->failed[i]) {
			text_printf(t, "%sl%u", first, i);
			first = ", ";
		}
	if (*first == ',')
		text_add(t, "]\n");
}

static void what_a_change_did_is_what_following_every_packet_tells(void **state)
{
	size_t changed = 0;

	(void)state;
	for (uint64_t i = 0; i < CASES; i++) {
		struct sketch n;
		own_text before = { 0 }, after = { 0 };

		seed_case(i);
		n = any_sketch();
		topology_of(&n, &before);
		for (unsigned int k = 1 + chance(2); k--;)
			change(&n);
		topology_of(&n, &after);
		{
			own_world was = world_open(text_str(&before));
			own_world is = world_open(text_str(&after));
			own_text which = { 0 };

			text_printf(&which, "case %" PRIu64 "\n%s---\n%s", i, text_str(&before),
				    text_str(&after));
			changed += compare(&was, &is, text_str(&which)) > 0;
		}
	}
	assert_true(changed > CASES / 4); /* and many do something */
}

/* ---- the shipped topologies ---- */

static struct world world_of(const char *path, const char *text, const struct change *c)
{
	struct world w = { .dg = diag_new() };
	change_list changes = { 0 };

	if (c)
		vec_push(NULL, &changes, *c);
	w.m = topology_parse_changed(path, text, strlen(text), &changes, w.dg);
	w.f = w.m ? fabric_compile(w.m, w.dg) : NULL;
	w.r = w.f ? routes_compute(w.f, w.dg) : NULL;
	vec_free(&changes);
	return w;
}

/* Changes each object of a topology's links in turn: these objects can fail, and most can be
 * disconnected. */
static size_t change_each(const char *path, const char *text, enum change_kind kind)
{
	own_world was = world_of(path, text, NULL);
	const char *last = "";
	size_t n = 0;

	assert_non_null(was.r);
	for (each(const struct fabric_link, l, &was.f->links)) {
		struct change c = { .kind = kind };
		own_text which = { 0 };

		c.text = kind == CHANGE_IMPAIR ? "{ delay: 7ms }" : NULL;
		c.name = l->object ? fabric_object_name(l->object) : last;
		if (strcmp(c.name, last) == 0)
			continue;
		last = c.name;
		own_world is = world_of(path, text, &c);
		text_printf(&which, "%s: %d %s", path, (int)kind, c.name);
		if (is.r)
			n += compare(&was, &is, text_str(&which)) +
			     compare(&is, &was, text_str(&which));
	}
	return n;
}

static void so_it_is_in_every_shipped_topology(void **state)
{
	size_t n[3] = { 0 };
	glob_t files;

	(void)state;
	assert_int_equal(glob("topologies/*.yaml", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		own_free char *text = read_file(files.gl_pathv[i]);

		n[0] += change_each(files.gl_pathv[i], text, CHANGE_FAIL);
		n[1] += change_each(files.gl_pathv[i], text, CHANGE_DISCONNECT);
		n[2] += change_each(files.gl_pathv[i], text, CHANGE_IMPAIR);
	}
	globfree(&files);
	for (int i = 0; i < 3; i++)
		assert_true(n[i] > 100);
}

/* Changes of a link or an address that change no route. */
static void so_it_is_when_no_route_changes(void **state)
{
	static const struct {
		const char *file, *from, *to;
	} cases[] = {
		{ "topologies/vnet-nva-spokes.yaml", "spoke2: { allow-forwarded-traffic: true }",
		  "spoke2: {}" },
		{ "topologies/public-ip.yaml", ", public-ips: { vm: 203.0.113.10 }", "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		own_free char *text = read_file(cases[i].file);
		const char *at = strstr(text, cases[i].from);
		own_text other = { 0 };

		assert_non_null(at);
		text_printf(&other, "%.*s%s%s", (int)(at - text), text, cases[i].to,
			    at + strlen(cases[i].from));
		{
			own_world was = world_of(cases[i].file, text, NULL);
			own_world is = world_of(cases[i].file, text_str(&other), NULL);

			assert_true(compare(&was, &is, cases[i].from) > 0);
			assert_true(compare(&is, &was, cases[i].from) > 0);
		}
	}
}

/* ---- networks drawn for one reason each ---- */

/* a - r0 - r1 - r3 - b, back by r4; r2 stands by. */
#define RING(way, first, second)                                                                   \
	"netemu: 1\nhosts: { a: 10.1.0.9/24, b: 10.2.0.9/24 }\nrouters:\n"                         \
	"  r0: { routes: { 10.2.0.0/16: " way " } }\n  r1: { routes: { 10.2.0.0/16: r3 } }\n"      \
	"  r2: { routes: { 10.2.0.0/16: r3 } }\n  r3: { routes: { 10.1.0.0/16: r4 } }\n"           \
	"  r4: { routes: { 10.1.0.0/16: r0 } }\nlinks:\n  la: { between: [a, r0] }\n"              \
	"  one: { between: " first ", prefix: 10.9.1.0/30, delay: 1ms, back: { delay: 2ms } }\n"   \
	"  two: { between: " second ", prefix: 10.9.2.0/30, delay: 1ms, back: { delay: 2ms } }\n"  \
	"  l3: { between: [r1, r3] }\n  l4: { between: [r2, r3] }\n"                               \
	"  l5: { between: [r3, r4] }\n  l6: { between: [r4, r0] }\n  lb: { between: [b, r3] }\n"

/* Neighbours on one segment, which is of the router at the end of b's link. */
#define NEIGHBOURS(gateway, router)                                                                \
	"netemu: 1\nrouters: { r: {}, q: {} }\nhosts:\n  a: 10.0.0.8/24\n"                         \
	"  b: { address: 10.0.0.9/24, gateway: " gateway " }\n"                                    \
	"links: { la: { between: [a, r] }, lb: { between: [b, " router "] } }\n"

/* Of a link that is down the router has the address, and no route. */
#define IN_THE_WAY(prefix)                                                                         \
	"netemu: 1\nhosts: { a: 10.1.0.9/24, b: 10.2.0.9/24 }\nrouters:\n"                         \
	"  r0: { routes: { 10.2.0.0/16: r1 } }\n"                                                  \
	"  r1: { routes: { 10.2.0.0/16: r2, 10.1.0.0/16: r0 } }\n"                                 \
	"  r2: { routes: { 10.1.0.0/16: r1 } }\nlinks:\n"                                          \
	"  la: { between: [a, r0] }\n  l1: { between: [r0, r1] }\n  l2: { between: [r1, r2] }\n"   \
	"  lb: { between: [b, r2] }\n  cut: { between: [r1, r2], prefix: " prefix " }\n"           \
	"failed: [cut]\n"

/* To b, r1 has two equally good ways, by r2 and by r3, and so has r2, by r4 and by r1: the prefix
 * is written in two manners. What changes is behind r3. */
#define TWO_BY_TWO(delay)                                                                          \
	"netemu: 1\nhosts: { a: '2001:db8:1::9/64', c: '2001:db8:3::9/64', b: '2001:db8:2::9/64' " \
	"}\nrouters:\n"                                                                            \
	"  r1: { routes: { '2001:db8:2::/64': r2, '2001:db8:2:0::/64': r3, "                       \
	"'2001:db8:3::/64': r2 } }\n"                                                              \
	"  r2: { routes: { '2001:db8:2::/64': r4, '2001:db8:2:0::/64': r1, "                       \
	"'2001:db8:1::/64': r1 } }\n"                                                              \
	"  r3: { routes: { '2001:db8:2::/64': r4 } }\n"                                            \
	"  r4: { routes: { '::/0': r2 } }\nlinks:\n"                                               \
	"  la: { between: [a, r1] }\n  lc: { between: [c, r2] }\n  lb: { between: [b, r4] }\n"     \
	"  l1: { between: [r1, r2] }\n  l2: { between: [r1, r3] }\n  l3: { between: [r2, r4] }\n"  \
	"  l4: { between: [r3, r4], delay: " delay " }\n"

/* a reaches b by IPv4, c reaches b by IPv6, which takes another path. */
#define BY_FAMILY(delay)                                                                           \
	"netemu: 1\nhosts: { a: 10.1.0.9/24, c: '2001:db8:3::9/64', "                              \
	"b: [10.2.0.9/24, '2001:db8:2::9/64'] }\nrouters:\n"                                       \
	"  r1: { routes: { 10.2.0.0/16: r2, '2001:db8:2::/64': r3 } }\n"                           \
	"  r2: { routes: { 10.1.0.0/16: r1, '2001:db8:3::/64': r1 } }\n"                           \
	"  r3: { routes: { '2001:db8:2::/64': r2 } }\nlinks:\n"                                    \
	"  la: { between: [a, r1] }\n  lc: { between: [c, r1] }\n  lb: { between: [b, r2] }\n"     \
	"  l1: { between: [r1, r2] }\n  l2: { between: [r1, r3], delay: " delay " }\n"             \
	"  l3: { between: [r3, r2] }\n"

static void so_it_is_where_little_tells_that_the_way_has_changed(void **state)
{
	static const struct {
		const char *what, *before, *after;
	} cases[] = {
		{ "another interface in the old one's place", RING("r1", "[r0, r1]", "[r0, r2]"),
		  RING("r2", "[r0, r2]", "[r0, r1]") },
		{ "a link written the other way round", RING("r1", "[r0, r1]", "[r0, r2]"),
		  RING("r1", "[r1, r0]", "[r0, r2]") },
		{ "the receiver on another segment of the same router", NEIGHBOURS("10.0.0.1", "r"),
		  NEIGHBOURS("10.0.0.2", "r") },
		{ "the receiver at another router", NEIGHBOURS("10.0.0.1", "r"),
		  NEIGHBOURS("10.0.0.1", "q") },
		{ "a router with the receiver's address", IN_THE_WAY("10.8.0.8/30"),
		  IN_THE_WAY("10.2.0.8/30") },
		{ "a way that leads in a loop, and out of it", TWO_BY_TWO("1ms"),
		  TWO_BY_TWO("2ms") },
		{ "a way of one family only", BY_FAMILY("1ms"), BY_FAMILY("2ms") },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		own_world was = world_open(cases[i].before);
		own_world is = world_open(cases[i].after);

		if (compare(&was, &is, cases[i].what) == 0 ||
		    compare(&is, &was, cases[i].what) == 0)
			fail_msg("%s: nothing has changed", cases[i].what);
	}
}

static void assert_entries(const char *before, const char *after, size_t routes, size_t routers)
{
	own_world was = world_open(before);
	own_world is = world_open(after);
	struct difference d;

	difference_find(was.r, is.r, &d);
	assert_int_equal(d.routes, routes);
	assert_int_equal(d.routers, routers);
	difference_release(&d);
}

static void entries_are_compared_by_what_they_name(void **state)
{
	(void)state;
	assert_entries(NEIGHBOURS("10.0.0.1", "r"), NEIGHBOURS("10.0.0.2", "r"), 1, 1);
	assert_entries(RING("r1", "[r0, r1]", "[r0, r2]"), RING("r2", "[r0, r1]", "[r0, r2]"), 1,
		       1);
	assert_entries("netemu: 1\nhosts: { a: 10.1.0.9/24 }\nrouters: { r1: {} }\n"
		       "links: { la: { between: [a, r1] } }\n",
		       "netemu: 1\nhosts: { a: 10.1.0.9/24 }\nrouters: { r0: {}, r1: {} }\n"
		       "links: { la: { between: [a, r1] } }\n",
		       0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_change_did_is_what_following_every_packet_tells),
		cmocka_unit_test(so_it_is_in_every_shipped_topology),
		cmocka_unit_test(so_it_is_when_no_route_changes),
		cmocka_unit_test(so_it_is_where_little_tells_that_the_way_has_changed),
		cmocka_unit_test(entries_are_compared_by_what_they_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
