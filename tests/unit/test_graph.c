/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures: what they show of a topology, and that untrusted text cannot break their format. */
#include <errno.h>

#include "report/graph.h"
#include "report/watch.h"
#include "world.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* Returns what a function prints; the caller frees it. */
static char *printed(void (*print)(FILE *out, const void *ctx), const void *ctx)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	print(out, ctx);
	fclose(out);
	return text;
}

static void print_xml(FILE *out, const void *s)
{
	xml_print(out, s);
}

TEST(text_of_strangers_is_made_safe_for_a_picture)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "plain", "plain" },
		{ "<b>\"&'", "&lt;b&gt;&quot;&amp;&#39;" },
		{ "caf\xc3\xa9 \xe2\x86\x92", "caf\xc3\xa9 \xe2\x86\x92" },
		{ "bad \xff\xc3", "bad \xef\xbf\xbd\xef\xbf\xbd" },
		{ "\x1b[31m", "\xef\xbf\xbd[31m" },
		{ "a\tb\nc", "a b c" },
		{ "\xe2\x80\xae"
		  "x",
		  "\xef\xbf\xbdx" }, /* right-to-left override */
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* a surrogate */
		{ "\xef\xbf\xbf", "\xef\xbf\xbd" },			    /* not allowed in XML */
	};

	for (size_t i = 0; i < countof(cases); i++) {
		char *got = printed(print_xml, cases[i].text);

		assert_string_equal(got, cases[i].want);
		free(got);
	}
}

static const char hub_and_spokes[] =
	"netemu: 1\n"
	"virtual-networks:\n"
	"  hub: { region: westeurope, address-space: 10.1.0.0/16, subnets: { app: 10.1.1.0/24 },\n"
	"         gateways: { expressroute: {} } }\n"
	"  spoke: { region: westeurope, address-space: 10.2.0.0/16, "
	"subnets: { app: 10.2.1.0/24 } }\n"
	"  lone: { region: westeurope, address-space: 10.3.0.0/16, "
	"subnets: { app: 10.3.1.0/24 } }\n"
	"peerings:\n"
	"  hub-spoke: { hub: { allow-gateway-transit: true }, "
	"spoke: { use-remote-gateways: true } }\n"
	"  hub-lone: [hub, lone]\n"
	"sites:\n"
	"  dc1: { asn: 64512, networks: { lan: 192.168.10.0/24 } }\n"
	"  dc2: { asn: 64513, networks: { lan: 192.168.20.0/24 }, transit: true }\n"
	"circuits:\n"
	"  er1: { site: dc1, region: westeurope, peering-location: Amsterdam }\n"
	"  er2: { site: dc2, region: westeurope, peering-location: London }\n"
	"gateway-connections: { hub-er1: { gateway: hub, circuit: er1 } }\n"
	"failed: [er2]\n";

/* "er1--hub: open" for each end, as its circle shows it. */
static void ends_text(const struct picture *p, struct text *t)
{
	static const char *const sign[] = {
		[END_PLAIN] = "-", [END_OPEN] = "o", [END_GATEWAY] = "*"
	};

	for (each(const struct edge, e, &p->edges))
		text_printf(t, "%s %s%s %s%s\n", p->boxes.v[e->box[0]].title, sign[e->end[0]],
			    sign[e->end[1]], p->boxes.v[e->box[1]].title, e->down ? " down" : "");
}

TEST(open_circles_stand_where_nothing_is_passed_on)
{
	own_world w = world_open(hub_and_spokes);
	struct picture *p = picture_new("t", w.r, false);
	own_text got = { 0 };

	ends_text(p, &got);
	assert_string_equal(text_str(&got), "dc1 o- er1\n"
					    "dc2 -- er2 down\n" /* dc2 has `transit` */
					    "er1 -o hub\n"
					    "hub *o spoke\n"
					    "hub oo lone\n");
	assert_int_equal(p->frames.n, 3); /* two peering locations, one region */
	picture_free(p);
}

/* Not the segment that the gateway's links are built of. */
TEST(every_node_s_picture_joins_networks_and_edge_routers)
{
	static const char *const want[] = { "hub.fabric er1.primary", "hub.fabric er1.secondary",
					    "spoke.fabric er1.primary", "hub.er-gateway hub.fabric",
					    "hub.er-gateway spoke.fabric" };
	own_world w = world_open(hub_and_spokes);
	struct picture *p = picture_new("t", w.r, true);

	for (size_t i = 0; i < countof(want); i++) {
		size_t found = 0;

		for (each(const struct edge, e, &p->edges)) {
			own_text t = { 0 };

			text_printf(&t, "%s %s", p->boxes.v[e->box[0]].title,
				    p->boxes.v[e->box[1]].title);
			found += strcmp(text_str(&t), want[i]) == 0;
		}
		assert_int_equal(found, 1);
	}
	picture_free(p);
}

TEST(a_way_past_the_gateway_is_drawn_though_no_line_of_the_file_is_there)
{
	own_world w = world_open(hub_and_spokes);
	struct picture *p = picture_new("t", w.r, false);
	struct prediction pair = { .from = world_node(&w, "spoke.app"),
				   .to = world_node(&w, "dc1.lan") };

	routes_predict(w.r, pair.from, pair.to, &pair.verdict);
	picture_paint(p, w.f, &pair);
	/* From the spoke's fabric directly to the edge router; back through the hub's gateway. */
	assert_int_equal(p->strides.n, 1);
	assert_string_equal(p->boxes.v[p->strides.v[0].box[0]].title, "spoke");
	assert_string_equal(p->boxes.v[p->strides.v[0].box[1]].title, "er1");
	for (each(const struct edge, e, &p->edges)) {
		bool peering = e->kind == EDGE_PEERING && e->strides[1].n > 0;

		assert_int_equal(e->strides[0].n, e->kind == EDGE_CIRCUIT && !e->down);
		if (peering)
			assert_string_equal(e->strides[1].v[0], "3");
	}
	verdict_release(&pair.verdict);
	picture_free(p);
}

TEST(a_topology_as_json_is_the_same_topology)
{
	static const char yaml[] = "netemu: 1 # a comment\nname: x\n"
				   "summary: \"a \\\"b\\\" \\\\ 007 true\"\n"
				   "routers: { r1: { asn: 65010 } "
				   "}\nhosts: { h1: { address: 10.0.0.1/24 } }\n"
				   "links: { a: { between: [h1, r1], delay: 5ms, bgp: false } }\n";
	struct diag *dg = diag_new();
	struct topology *t = topology_new("t.yaml", yaml, strlen(yaml), dg), *same;
	own_text json = { 0 }, again = { 0 };

	assert_false(t->wrong);
	topology_json(t, &json);
	assert_non_null(strstr(text_str(&json), "\"summary\": \"a \\\"b\\\" \\\\ 007 true\""));
	assert_non_null(strstr(text_str(&json), "\"bgp\": false"));
	assert_non_null(strstr(text_str(&json), "\"asn\": 65010"));
	assert_non_null(strstr(text_str(&json), "\"delay\": \"5ms\""));
	/* What it says is read, and says the same. */
	same = topology_new("t.json", text_str(&json), json.n, dg);
	assert_false(same->wrong);
	topology_json(same, &again);
	assert_string_equal(text_str(&again), text_str(&json));
	topology_free(same);
	topology_free(t);
	diag_free(dg);
}

static void print_round(FILE *out, const void *pairs)
{
	const struct report r = { .out = out };

	report_watch_round(&r, "lab", pairs, 0);
}

TEST(loss_is_that_of_the_last_rounds)
{
	watched_list pairs = { 0 };
	struct watched_pair *w = vec_add(NULL, &pairs);
	char *got;

	w->from = "a";
	w->to = "b";
	w->reachable = true;
	for (int i = 0; i < 100; i++) /* older than the history */
		watched_add(w, WATCH_LOST);
	for (int i = 0; i < WATCH_HISTORY; i++)
		watched_add(w, i < 15 ? WATCH_LOST : 2000000);
	got = printed(print_round, &pairs);
	assert_string_equal(got, "1970-01-01T00:00:00Z a b 2ms, loss 25%\n");
	assert_int_equal(w->answered, 45);
	free(got);
	vec_free(&pairs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_of_strangers_is_made_safe_for_a_picture),
		cmocka_unit_test(open_circles_stand_where_nothing_is_passed_on),
		cmocka_unit_test(every_node_s_picture_joins_networks_and_edge_routers),
		cmocka_unit_test(
			a_way_past_the_gateway_is_drawn_though_no_line_of_the_file_is_there),
		cmocka_unit_test(a_topology_as_json_is_the_same_topology),
		cmocka_unit_test(loss_is_that_of_the_last_rounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
