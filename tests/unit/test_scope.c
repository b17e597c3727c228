/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A change computes the routes to those prefixes only that it can touch. That it is enough: in many
 * changes of random networks, of clouds and of what is shipped. */
#include <glob.h>
#include <inttypes.h>

#include "files.h"
#include "model/model.h"
#include "parts.h"
#include "random.h"

/* ---- random networks ---------------------------------------------------------------------- */

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

		seed_case(i);
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

		seed_case(i);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_is_enough_in_random_networks),
		cmocka_unit_test(so_it_is_in_clouds),
		cmocka_unit_test(so_it_is_in_every_shipped_topology),
		cmocka_unit_test(so_it_is_when_they_are_set_otherwise),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
