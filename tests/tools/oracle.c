/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two ends of the comparison with BIRD.
 *
 *	oracle random SEED		a topology of plain routers, on standard output
 *	oracle clouds SEED		a topology of clouds, networks, sites and circuits
 *	oracle write FILE DIR PREFIX	for the topology: what a shell needs to let BIRD compute it
 *
 * `write` makes, of the fabric's nodes that speak BGP, their links and sessions:
 *
 *	DIR/netns	a namespace a line, PREFIX and a number
 *	DIR/links	"NETNS0 IF0 NETNS1 IF1"
 *	DIR/addrs	"NETNS IF ADDRESS/LENGTH [peer ADDRESS/LENGTH]"
 *	DIR/NETNS.conf	the router as BIRD is told it
 *	DIR/NETNS.want	netemu's table, sorted: "PREFIX NEXT-HOP AS-PATH... [best]"
 *	DIR/NETNS.name	the node's name
 *
 * The rules of the cloud's speakers are written here a second time, as BIRD filters and from the
 * reference rather than from routing/policy.c: what the two say alike is probably right.
 *
 * By design unlike, and therefore not compared:
 * - Which of several equally good routes is "the" best. netemu takes the first in the order of
 *   sessions, BIRD the lowest router id; router ids follow the order of nodes, so that the random
 *   topologies, whose links are sorted, agree in this, too.
 * - What is no BGP: a virtual network's table, which its gateway programs.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/text.h"
#include "fabric/fabric.h"
#include "model/model.h"
#include "net/addr.h"
#include "routing/routing.h"
#include "topology/topology.h"

/* ---- random topologies ---- */

static uint64_t state;

static uint32_t dice(uint32_t sides)
{
	/* splitmix64 */
	uint64_t z = state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ z >> 31) % sides);
}

enum { ROUTERS_MAX = 9 };

/* Few prefixes, so that routers announce the same, and of all lengths. */
static void print_announcements(bool ipv6)
{
	uint32_t n = dice(4), said = 0;

	printf(", announce: [");
	for (uint32_t i = 0; i < n; i++) {
		static const char *const v4[] = { "0.0.0.0/0",	 "10.0.0.0/8",	  "10.1.0.0/16",
						  "10.1.1.0/24", "10.2.0.0/16",	  "10.3.3.3/32",
						  "10.4.0.0/15", "192.168.0.0/24" };
		static const char *const v6[] = { "'::/0'", "'2001:db8::/32'", "'2001:db8:1::/48'",
						  "'2001:db8:2::1/128'" };
		bool six = ipv6 && dice(3) == 0;
		uint32_t which = six ? dice(countof(v6)) : dice(countof(v4));
		uint32_t bit = 1u << which << (six ? 16 : 0);

		if (said & bit)
			continue;
		printf("%s%s", said ? ", " : "", six ? v6[which] : v4[which]);
		said |= bit;
	}
	printf("] }\n");
}

static int random_topology(uint64_t seed)
{
	uint32_t n, ases, link = 0;
	bool ipv6, linked[ROUTERS_MAX] = { true };

	state = seed;
	n = 3 + dice(ROUTERS_MAX - 2);
	ases = dice(3) == 0 ? 1 + n / 2 : n; /* now and then several routers in one AS */
	ipv6 = dice(2);
	printf("# seed %" PRIu64 "\nnetemu: 1\nname: random\nrouters:\n", seed);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t as = ases == n ? i : dice(ases);

		printf("  r%u: { asn: %u", i, as % 3 == 2 ? 4200000000u + as : 64512 + as);
		print_announcements(ipv6);
	}
	printf("links:\n");
	for (uint32_t a = 0; a < n; a++)
		for (uint32_t b = a + 1; b < n; b++) {
			/* Each router beyond the first is linked to one before it. */
			bool must = a + 1 == b && !linked[b];
			uint32_t parallel = must || dice(n) < 2 ? 1 + (dice(5) == 0) : 0;

			for (; parallel--; linked[b] = true)
				printf("  l%u: { between: [r%u, r%u], bgp: true }\n", link++, a, b);
		}
	return 0;
}

/* Whether to join two of them; and how, for whoever it concerns. */
static bool toss(void)
{
	return dice(2) == 0;
}

/* "[c0, c1]": a pair of circuits by number, clouds' own ones first. */
static const char *circuit_name(uint32_t i, uint32_t clouds)
{
	static char buf[2][16];
	static int turn;

	turn = !turn;
	snprintf(buf[turn], sizeof(buf[turn]), "%s%u", i < clouds ? "pc" : "er",
		 i < clouds ? i : i - clouds);
	return buf[turn];
}

static void print_joins(uint32_t clouds, uint32_t circuits, uint32_t networks, bool reach)
{
	printf("interconnects:\n");
	for (uint32_t a = 0; a < clouds; a++)
		for (uint32_t b = a + 1; b < clouds; b++)
			if (toss())
				printf("  i%u-%u: [pc%u, pc%u]\n", a, b, a, b);
	printf("global-reach:\n");
	for (uint32_t a = 0; a < clouds + circuits; a++)
		for (uint32_t b = a + 1; b < clouds + circuits; b++)
			if (reach && b >= clouds && toss())
				printf("  g%u-%u: [%s, %s]\n", a, b, circuit_name(a, clouds),
				       circuit_name(b, clouds));
	printf("gateway-connections:\n");
	for (uint32_t n = 0; n < networks; n++)
		for (uint32_t c = 0; c < clouds + circuits; c++)
			if (toss())
				printf("  c%u-%u: { gateway: v%u, circuit: %s, weight: %u }\n", n,
				       c, n, circuit_name(c, clouds), dice(3) ? 0 : 10 * dice(3));
}

/* Private clouds, networks, sites and circuits, joined at random. */
static int random_clouds(uint64_t seed)
{
	uint32_t clouds, networks, sites, circuits;
	/* A site that joins circuits which Global Reach joins, too, makes rings of sessions with
	 * more than one stable state: BIRD may settle in another than netemu. One or the other. */
	bool reach;

	state = seed;
	clouds = 1 + dice(3);
	networks = 1 + dice(2);
	sites = 1 + dice(2);
	circuits = sites + dice(3);
	reach = dice(3) > 0;
	printf("# seed %" PRIu64 "\nnetemu: 1\nname: random\nprivate-clouds:\n", seed);
	for (uint32_t i = 0; i < clouds; i++)
		printf("  pc%u: { region: westeurope, address-block: 10.%u.0.0/22, segments: { web: "
		       "10.%u.64.0/24 }%s }\n",
		       i, 10 + i, 10 + i, toss() ? "" : ", asn: 398660");
	printf("virtual-networks:\n");
	for (uint32_t i = 0; i < networks; i++)
		printf("  v%u: { region: westeurope, address-space: [10.%u.0.0/16], subnets: { app: "
		       "10.%u.1.0/24 }, gateways: { expressroute: { sku: ErGw3Az, allow-remote-virtual-networks: "
		       "%s } } }\n",
		       i, 100 + i, 100 + i, toss() ? "true" : "false");
	printf("sites:\n");
	for (uint32_t i = 0; i < sites; i++)
		printf("  s%u: { asn: %u, networks: { lan: 192.168.%u.0/24 }, advertise: [%s], accept: { "
		       "except: [%s] }, transit: %s, preference: { er%u: %u } }\n",
		       i, 64512 + 2 * i, 10 + i, i == 0 && toss() ? "0.0.0.0/0" : "",
		       toss() ? "10.10.64.0/24" : "", !reach && toss() ? "true" : "false", i,
		       100 + 50 * dice(3));
	printf("circuits:\n");
	for (uint32_t i = 0; i < circuits; i++)
		printf("  er%u: { site: s%u, region: westeurope, peering-location: loc%u, "
		       "as-path-prepend: { primary: %u, secondary: %u } }\n",
		       i, i % sites, i, dice(2), dice(3));
	print_joins(clouds, circuits, networks, reach);
	return 0;
}

/* ---- BIRD ---- */

enum { FAMILIES = 2 };
static const int families[FAMILIES] = { AF_INET, AF_INET6 };
static const char *const channel[FAMILIES] = { "ipv4", "ipv6" };

static FILE *create(const char *dir, const char *name, const char *suffix)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s%s", dir, name, suffix);
	f = fopen(path, "we");
	if (!f) {
		perror(path);
		exit(4);
	}
	return f;
}

struct oracle {
	const struct fabric *f;
	const struct routes *r;
	const char *dir, *prefix;
};

static bool speaks(const struct fabric *f, uint32_t node)
{
	for (each(const struct session, s, &f->sessions))
		if (s->kind == SESSION_BGP && (s->node[0] == node || s->node[1] == node))
			return true;
	return false;
}

/* Kinds whose rules stand below. A topology with others is left out. */
static bool is_known(enum node_kind kind)
{
	return kind == NODE_ROUTER || kind == NODE_CE || kind == NODE_MSEE || kind == NODE_T0 ||
	       kind == NODE_MANAGEMENT || kind == NODE_REGION || kind == NODE_ER_GATEWAY ||
	       kind == NODE_VPN_GATEWAY;
}

static const char *netns(const struct oracle *o, uint32_t node)
{
	static char buf[2][64];
	static int turn;

	turn = !turn;
	snprintf(buf[turn], sizeof(buf[turn]), "%s%u", o->prefix, node);
	return buf[turn];
}

/* Whether several ASNs of a path that a router strips are its own affair is M-numbered in
 * netemu/routing/README.md. */
#define PRIVATE_ASNS "[64512..65534, 4200000000..4294967294]"

/* Speakers to whom private prepends do not count: a private cloud's, and its edge's. */
static bool collapses(const struct node *n)
{
	return n->kind == NODE_T0 || n->kind == NODE_MANAGEMENT ||
	       (n->kind == NODE_MSEE && n->managed);
}

/* All that a session takes. */
static void only_filter(FILE *out, const struct prefixes *only, int family)
{
	fprintf(out, "      if !(false");
	for (size_t i = 0; i < only->n; i++)
		if (only->v[i].a.family == family)
			fprintf(out, " || net = %s", PREFIX_STR(&only->v[i]));
	fprintf(out, ") then reject;\n");
}

/* What a session lets in. `from_cloud` is BIRD's memory of whom a route came from. */
static void import_filter(FILE *out, const struct oracle *o, const struct session *s, uint32_t side,
			  int family)
{
	const struct node *own = &o->f->nodes.v[s->node[side]];
	const struct node *far = &o->f->nodes.v[s->node[!side]];
	const char *any = family == AF_INET ? "0.0.0.0/0" : "::/0";

	fprintf(out, "    import filter {\n");
	for (size_t i = 0; i < s->except[side].n; i++)
		if (s->except[side].v[i].a.family == family)
			fprintf(out, "      if net = %s then reject;\n",
				PREFIX_STR(&s->except[side].v[i]));
	fprintf(out, "      bgp_local_pref = %u;\n      from_cloud = %d;\n", s->local_pref[side],
		far->kind == NODE_MSEE || far->kind == NODE_VPN_GATEWAY);
	if (s->only[side].n)
		only_filter(out, &s->only[side], family);
	/* eBGP before all else: the table weights 32769 and 32768. */
	if (own->kind == NODE_VPN_GATEWAY)
		fprintf(out, "      bgp_local_pref = %u;\n", own->asn == far->asn ? 100 : 200);
	if (own->kind == NODE_ER_GATEWAY) {
		fprintf(out, "      preference = %u;\n",
			100 + s->weight[side] + (own->asn == far->asn ? 0 : 32768));
		/* Its own networks come back over the circuit; other gateways' only when both
		 * gateways take part. */
		for (each(const struct origination, g, &o->f->originations)) {
			const struct node *there = &o->f->nodes.v[g->node];

			if (g->prefix.a.family == family && g->kind == ORIGIN_SPACE &&
			    there->kind == NODE_ER_GATEWAY &&
			    (there == own || !(own->remote_networks && there->remote_networks)))
				fprintf(out, "      if net = %s then reject;\n",
					PREFIX_STR(&g->prefix));
		}
	}
	if (own->kind == NODE_MANAGEMENT || (own->kind == NODE_REGION && !own->takes_default))
		fprintf(out, "      if net = %s then reject;\n", any);
	if ((own->kind == NODE_T0 || own->kind == NODE_MANAGEMENT) && family == AF_INET)
		fprintf(out, "      if net ~ [0.0.0.0/1, 128.0.0.0/1, 0.0.0.0/5, 192.0.0.0/3, "
			     "100.64.0.0/10+] then reject;\n");
	/* Private prepends do not count: all private ASNs of a path but one are left out of its
	 * length (enough where a path has those of one neighbour only). */
	if (collapses(own))
		fprintf(out, "      nprivate = bgp_path.len - "
			     "delete(bgp_path, " PRIVATE_ASNS ").len;\n"
			     "      if nprivate > 0 then nprivate = nprivate - 1;\n"
			     "      bgp_local_pref = 1000 + nprivate - bgp_path.len;\n");
	fprintf(out, "      accept;\n    };\n");
}

static void export_filter(FILE *out, const struct oracle *o, const struct session *s, uint32_t side,
			  int family)
{
	const struct node *own = &o->f->nodes.v[s->node[side]];
	const struct node *far = &o->f->nodes.v[s->node[!side]];

	fprintf(out, "    export filter {\n");
	switch (own->kind) {
	case NODE_T0:
	case NODE_MANAGEMENT:
	case NODE_REGION:
	case NODE_ER_GATEWAY: /* M7: only what is its own */
		fprintf(out, "      if source != RTS_STATIC then reject;\n");
		break;
	case NODE_CE:
	case NODE_ROUTER: /* M9 */
		if ((far->kind == NODE_MSEE || far->kind == NODE_VPN_GATEWAY) && !own->transit)
			fprintf(out, "      if source = RTS_BGP && from_cloud = 1 then reject;\n");
		break;
	case NODE_VPN_GATEWAY: /* what a tunnel without BGP is said to lead to is not told there */
		for (each(const struct origination, g, &o->f->originations))
			if (g->kind == ORIGIN_STATIC && g->object == s->object &&
			    g->prefix.a.family == family)
				fprintf(out, "      if net = %s then reject;\n",
					PREFIX_STR(&g->prefix));
		break;
	case NODE_MSEE:
		if (far->kind ==
		    NODE_ER_GATEWAY) /* M8: the gateways' ASN gives way to the MSEE's */
			fprintf(out, "      nprivate = bgp_path.len;\n"
				     "      bgp_path.delete(65515);\n"
				     "      nprivate = nprivate - bgp_path.len;\n"
				     "      if nprivate > 0 then bgp_path.prepend(12076);\n"
				     "      if nprivate > 1 then bgp_path.prepend(12076);\n"
				     "      if nprivate > 2 then bgp_path.prepend(12076);\n"
				     /* M6: what crossed Global Reach is told with two more */
				     "      if source = RTS_BGP && from_cloud = 1 then {\n"
				     "        bgp_path.prepend(12076); bgp_path.prepend(12076);\n"
				     "      }\n");
		if (far->kind == NODE_CE || far->kind == NODE_ROUTER)
			fprintf(out, "      bgp_path.delete(" PRIVATE_ASNS ");\n");
		break;
	default:
		break;
	}
	for (uint32_t i = 0; i < s->prepend[side]; i++)
		fprintf(out, "      bgp_path.prepend(%u);\n", own->asn);
	fprintf(out, "      accept;\n    };\n");
}

static void session_conf(FILE *out, const struct oracle *o, uint32_t index, uint32_t side, int k)
{
	const struct session *s = &o->f->sessions.v[index];
	const struct node *own = &o->f->nodes.v[s->node[side]];
	const struct node *far = &o->f->nodes.v[s->node[!side]];
	const struct prefix *here = fabric_addr(o->f, s->iface[side], families[k]);
	const struct prefix *there = fabric_addr(o->f, s->iface[!side], families[k]);

	if (!here || !there || s->down)
		return;
	fprintf(out, "protocol bgp s%u_%d {\n  local %s as %u;\n", index, k, ADDR_STR(&here->a),
		own->asn);
	fprintf(out, "  neighbor %s as %u;\n  direct;\n", ADDR_STR(&there->a), far->asn);
	fprintf(out, "  connect delay time 1; connect retry time 1; error wait time 1, 1;\n"
		     "  hold time 240;\n");
	/* M9, M10: MSEEs, private clouds and gateways take paths with their own ASN. */
	if (own->kind != NODE_CE && own->kind != NODE_ROUTER && own->kind != NODE_VPN_GATEWAY)
		fprintf(out, "  allow local as 10;\n");
	if (collapses(own))
		fprintf(out, "  path metric off;\n");
	fprintf(out, "  %s {\n    next hop self;\n", channel[k]);
	if (s->limit[side]) /* one more ends the session */
		fprintf(out, "    import limit %u action disable;\n", s->limit[side]);
	import_filter(out, o, s, side, families[k]);
	export_filter(out, o, s, side, families[k]);
	fprintf(out, "  };\n}\n");
}

static void node_conf(const struct oracle *o, uint32_t node)
{
	FILE *out = create(o->dir, netns(o, node), ".conf");

	fprintf(out,
		"# %s\nlog \"%s/%s.log\" { info, warning, error, fatal, bug, auth, remote };\n",
		o->f->nodes.v[node].name, o->dir, netns(o, node));
	fprintf(out, "router id 10.255.%u.%u;\nprotocol device { scan time 3600; }\n", node / 250,
		node % 250 + 1);
	fprintf(out, "attribute int from_cloud;\nattribute int nprivate;\n");
	for (int k = 0; k < FAMILIES; k++) {
		/* Not for the kernel: its channel merges equally good routes, and shows them. */
		fprintf(out,
			"protocol kernel k%d { %s { export all; }; merge paths on; "
			"scan time 3600; }\n",
			k, channel[k]);
		fprintf(out, "protocol static own%d {\n  %s;\n", k, channel[k]);
		for (each(const struct origination, g, &o->f->originations))
			if (g->node == node && g->prefix.a.family == families[k])
				fprintf(out, "  route %s blackhole;\n", PREFIX_STR(&g->prefix));
		fprintf(out, "}\n");
	}
	for (uint32_t i = 0; i < o->f->sessions.n; i++)
		for (uint32_t side = 0; side < 2; side++)
			for (int k = 0; k < FAMILIES; k++)
				if (o->f->sessions.v[i].kind == SESSION_BGP &&
				    o->f->sessions.v[i].node[side] == node)
					session_conf(out, o, i, side, k);
	fclose(out);
}

/* The neighbour that told it. (FastPath sends past it; that is no BGP.) */
static const struct prefix *told_by(const struct oracle *o, const struct route *x, int family)
{
	const struct session *s = &o->f->sessions.v[x->session];

	return fabric_addr(o->f, s->iface[s->node[0] == x->node], family);
}

static void node_want(const struct oracle *o, uint32_t node)
{
	FILE *out = create(o->dir, netns(o, node), ".want");

	for (each(const struct rib_entry, e, &o->r->table[node].rib))
		for (const struct route *x = e->routes; x; x = x->next) {
			const struct prefix *via =
				x->session == NONE ? NULL : told_by(o, x, e->prefix.a.family);

			fprintf(out, "%s %s", PREFIX_STR(&e->prefix),
				via ? ADDR_STR(&via->a) : "own");
			for (uint32_t i = 0; i < x->path->n; i++)
				fprintf(out, " %u", as_path_at(x->path, i));
			fprintf(out, "%s\n", x->best ? " best" : "");
		}
	fclose(out);
	out = create(o->dir, netns(o, node), ".name");
	fprintf(out, "%s\n", o->f->nodes.v[node].name);
	fclose(out);
}

/* One that is alone on its network comes with the neighbour's. */
static void write_address(const struct oracle *o, FILE *addrs, uint32_t session, uint32_t side,
			  const struct prefix *p)
{
	const struct session *s = &o->f->sessions.v[session];
	const struct prefix *far = fabric_addr(o->f, s->iface[!side], p->a.family);

	fprintf(addrs, "%s s%u %s", netns(o, s->node[side]), session, PREFIX_STR(p));
	if (far && p->len == addr_bits(&p->a))
		fprintf(addrs, " peer %s", PREFIX_STR(far));
	fputc('\n', addrs);
}

/* A link for each session: nothing else of the fabric matters here. */
static void write_links(const struct oracle *o)
{
	FILE *links = create(o->dir, "links", ""), *addrs = create(o->dir, "addrs", "");

	for (uint32_t i = 0; i < o->f->sessions.n; i++) {
		const struct session *s = &o->f->sessions.v[i];

		if (s->kind != SESSION_BGP)
			continue;
		fprintf(links, "%s s%u %s s%u\n", netns(o, s->node[0]), i, netns(o, s->node[1]), i);
		for (uint32_t side = 0; side < 2; side++)
			for (each(const struct prefix, p, &o->f->ifaces.v[s->iface[side]].addrs))
				write_address(o, addrs, i, side, p);
	}
	fclose(links);
	fclose(addrs);
}

/* The first speaker whose rules do not stand above, or NONE. */
static uint32_t find_unknown(const struct oracle *o)
{
	for (uint32_t i = 0; i < o->f->nodes.n; i++)
		if (speaks(o->f, i) && !is_known(o->f->nodes.v[i].kind))
			return i;
	return NONE;
}

static int write_all(const struct oracle *o)
{
	uint32_t unknown = find_unknown(o);
	FILE *names;

	if (unknown != NONE) {
		printf("%s: the rules of its kind (%s) are not written for BIRD\n",
		       o->f->nodes.v[unknown].name, node_kind_name(o->f->nodes.v[unknown].kind));
		return 3;
	}
	names = create(o->dir, "netns", "");
	for (uint32_t i = 0; i < o->f->nodes.n; i++) {
		if (!speaks(o->f, i))
			continue;
		fprintf(names, "%s\n", netns(o, i));
		node_conf(o, i);
		node_want(o, i);
	}
	fclose(names);
	write_links(o);
	return 0;
}

static char *read_all(const char *path)
{
	own_text t = { 0 };
	char block[4096];
	FILE *f = fopen(path, "re");

	if (!f)
		return NULL;
	for (size_t n; (n = fread(block, 1, sizeof(block), f)) > 0;)
		text_addn(&t, block, n);
	fclose(f);
	return xstrdup(text_str(&t));
}

static int write_files(const char *path, const char *dir, const char *prefix)
{
	struct diag *dg = diag_new();
	char *text = read_all(path);
	struct model *m = text ? topology_parse(path, text, strlen(text), dg) : NULL;
	struct fabric *f = m ? fabric_compile(m, dg) : NULL;
	struct routes *r = f ? routes_compute(f, dg) : NULL;
	int status = 2;

	if (r)
		status = write_all(&(struct oracle){ f, r, dir, prefix });
	for (size_t i = 0; !r && i < diag_count(dg); i++)
		fprintf(stderr, "%s:%u: %s\n", path, diag_at(dg, i)->at.line, diag_at(dg, i)->text);
	routes_free(r);
	fabric_free(f);
	model_free(m);
	diag_free(dg);
	free(text);
	return status;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "random") == 0)
		return random_topology(strtoull(argv[2], NULL, 10));
	if (argc == 3 && strcmp(argv[1], "clouds") == 0)
		return random_clouds(strtoull(argv[2], NULL, 10));
	if (argc == 5 && strcmp(argv[1], "write") == 0)
		return write_files(argv[2], argv[3], argv[4]);
	fputs("usage: oracle random SEED | oracle clouds SEED | oracle write FILE DIR PREFIX\n",
	      stderr);
	return 2;
}
