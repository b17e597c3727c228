/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The language: YAML, sections, keys and forms. */
#include <stdbool.h>
#include <stdio.h>

#include "base/mem.h"
#include "sayings.h"

static void what_is_not_yaml_is_reported_with_what_stood_before_it(void **state)
{
	static const struct saying sayings[] = {
		{ V "name: [a\n"
		    "sites: {}\n",
		  "t.yaml:2:7: error: 'name' needs a name: found a list [wrong-type]\n"
		  "t.yaml:4:1: error: flow sequence without a closing bracket [syntax]\n" },
		{ V "nmae: x\n"
		    "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: 10.0.0.0/33 }\n",
		  "t.yaml:2:1: error: unknown key 'nmae' [unknown-key]\n"
		  "  did you mean 'name'?\n"
		  "t.yaml:4:39: error: a prefix such as 10.1.1.0/24 is needed here: 10.0.0.0/33 "
		  "[bad-prefix]\n"
		  "t.yaml:5:1: error: missing comma in flow mapping [syntax]\n" },
		{ V "sites:\n"
		    "  dc1: {}\n"
		    "  dc2:\n"
		    "	asn: 1\n",
		  "t.yaml:3:3: error: 'dc1' has no 'asn' [missing-key]\n"
		  "  asn: the AS number of its edge, such as 64512\n"
		  "t.yaml:5:1: error: tab character may not be used as indentation [syntax]\n" },
		{ V "name: \"x\n",
		  "t.yaml:2:8: error: double-quoted scalar without closing quote [syntax]\n" },
		{ V "sites: { dc1: { transit: yes\n",
		  "t.yaml:2:26: error: 'transit' needs true or false [wrong-type]\n"
		  "  write true\n"
		  "t.yaml:3:1: error: missing comma in flow mapping [syntax]\n" },
		{ V "global-reach: { r: [a, b] }\n"
		    "sites: {\n",
		  "t.yaml:4:1: error: did not find expected node content [syntax]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void only_a_part_of_yaml_is_spoken(void **state)
{
	static const struct saying sayings[] = {
		{ V "name: &x a\n"
		    "summary: *x\n",
		  "t.yaml:3:11: error: an alias is not supported in a topology [unsupported-yaml]\n"
		  "  write the value out\n" },
		{ V "sites: { *a : {} }\n",
		  "t.yaml:2:11: error: an alias is not supported in a topology [unsupported-yaml]\n"
		  "  write the value out\n" },
		{ V "name: !!str a\n",
		  "t.yaml:2:13: error: a tag is not supported in a topology [unsupported-yaml]\n"
		  "  leave it out\n" },
		{ V "!!str name: a\n",
		  "t.yaml:2:7: error: a tag is not supported in a topology [unsupported-yaml]\n"
		  "  leave it out\n" },
		{ V "sites: !map {}\n",
		  "t.yaml:2:13: error: a tag is not supported in a topology [unsupported-yaml]\n"
		  "  leave it out\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, <<: {} }\n",
		  "t.yaml:3:22: error: a merge key is not supported in a topology "
		  "[unsupported-yaml]\n"
		  "  write the keys out\n" },
		{ V "---\n"
		    "netemu: 1\n",
		  "t.yaml:2:1: error: a second document is not supported in a topology "
		  "[unsupported-yaml]\n"
		  "  one file holds one topology\n" },
		{ V "? [a, b]\n"
		    ": 1\n",
		  "t.yaml:2:3: error: a map or list as a key is not supported in a topology "
		  "[unsupported-yaml]\n"
		  "  keys are words\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void text_that_may_not_be_shown_is_refused(void **state)
{
	static const struct saying sayings[] = {
		{ V "name: a\x1b[31mb\n",
		  "t.yaml:2:8: error: a topology may not contain the control character U+001B "
		  "[encoding]\n" },
		{ V "name: \"a\\e[31mb\"\n",
		  "t.yaml:2:7: error: a text may not contain control characters or line breaks "
		  "[encoding]\n" },
		{ V "\"na\\u202eme\": a\n",
		  "t.yaml:2:1: error: a text may not contain control characters or line breaks "
		  "[encoding]\n" },
		{ V "summary: |\n"
		    "  two\n"
		    "  lines\n",
		  "t.yaml:3:1: error: a text may not contain control characters or line breaks "
		  "[encoding]\n" },
		{ V "name: \xe9\n",
		  "t.yaml:2:7: error: byte 0xe9: the text is not UTF-8 [encoding]\n" },
		{ V "name: \xc2\x9b"
		    "1m\n",
		  "t.yaml:2:7: error: a topology may not contain the control character U+009B "
		  "[encoding]\n" },
		{ V "name: caf\xc3\xa9\n",
		  "t.yaml:2:7: error: 'café' cannot be a name [bad-name]\n"
		  "  a name has lower-case letters, digits and hyphens, at most 40 characters, and "
		  "does not begin with a hyphen\n" },
		{ V "name: a\x0d"
		    "b\n",
		  "t.yaml:2:8: error: a topology may not contain the control character U+000D "
		  "[encoding]\n" },
		{ V "name: \xe2\x80\xae"
		    "a\n",
		  "t.yaml:2:7: error: a topology may not contain the control character U+202E "
		  "[encoding]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void an_empty_file_says_so(void **state)
{
	static const struct saying sayings[] = {
		{ "", "t.yaml:0:0: error: the file is empty [missing-key]\n" },
		{ "# only a comment\n", "t.yaml:0:0: error: the file is empty [missing-key]\n" },
		{ "null\n", "t.yaml:1:1: error: the file has no 'netemu' [missing-key]\n"
			    "  netemu: the version of the language: 1\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_file_is_a_map(void **state)
{
	static const struct saying sayings[] = {
		{ "hello\n",
		  "t.yaml:1:1: error: the file needs a map of sections: found a single value "
		  "[wrong-type]\n" },
		{ "- a\n"
		  "- b\n",
		  "t.yaml:1:1: error: the file needs a map of sections: found a list "
		  "[wrong-type]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void the_version_of_the_language_is_asked_for(void **state)
{
	static const struct saying sayings[] = {
		{ "name: a\n", "t.yaml:1:1: error: the file has no 'netemu' [missing-key]\n"
			       "  netemu: the version of the language: 1\n" },
		{ "netemu: 2\n",
		  "t.yaml:1:9: error: unknown version '2' of the language [version]\n"
		  "  this version of netemu reads `netemu: 1`\n" },
		{ "netemu: [1]\n",
		  "t.yaml:1:9: error: 'netemu' needs the version of the language: 1: found a list "
		  "[wrong-type]\n" },
		{ "netemu: \"1\"\n", "" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void an_unknown_key_is_named_with_the_nearest_known_one(void **state)
{
	static const struct saying sayings[] = {
		{ V "nmae: a\n", "t.yaml:2:1: error: unknown key 'nmae' [unknown-key]\n"
				 "  did you mean 'name'?\n" },
		{ V "private-clouds:\n"
		    "  a: { regoin: westeurope, address-block: 10.10.0.0/22 }\n",
		  "t.yaml:3:8: error: unknown key 'regoin' [unknown-key]\n"
		  "  did you mean 'region'?\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, colour: blue }\n",
		  "t.yaml:3:22: error: unknown key 'colour' [unknown-key]\n"
		  "  known keys: asn, networks, advertise, accept, preference, transit, "
		  "core-router, internet, nat-address\n" },
		{ V "links: { l: { between: [a, b], rtt: 10ms } }\n",
		  "t.yaml:2:32: error: unknown key 'rtt' [unknown-key]\n"
		  "  a link's 'delay' is one-way: write half of the round trip\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: { prefix: 10.0.0.0/24, vms: [a] } } }\n",
		  "t.yaml:3:62: error: unknown key 'vms' [unknown-key]\n"
		  "  a site's machines are listed under 'hosts'\n" },
		{ V "private-clouds:\n"
		    "  a: { region: westeurope, address-block: 10.10.0.0/22, "
		    "segments: { w: { prefix: 10.0.0.0/24, hosts: [a] } } }\n",
		  "t.yaml:3:95: error: unknown key 'hosts' [unknown-key]\n"
		  "  a cloud's machines are listed under 'vms'\n" },
		{ V
		  "virtual-networks:\n"
		  "  v: { region: westeurope, address-space: 10.0.0.0/16, subnets: { s: { prefix: "
		  "10.0.0.0/24, routed: false } } }\n",
		  "t.yaml:3:93: error: unknown key 'routed' [unknown-key]\n"
		  "  a virtual network routes all its subnets\n" },
		{ V "peerings: { p: { color: { allow-gateway-transit: maybe } } }\n",
		  "t.yaml:2:13: error: 'p' does not name two virtual networks [missing-key]\n"
		  "  write both; a half that was never created is written `NAME: none`\n"
		  "t.yaml:2:18: error: nothing is named 'color'; a virtual network is needed here "
		  "[unknown-name]\n"
		  "t.yaml:2:50: error: 'allow-gateway-transit' needs true or false "
		  "[wrong-type]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_key_that_stands_twice_is_reported_with_the_first_place(void **state)
{
	static const struct saying sayings[] = {
		{ V "name: a\n"
		    "name: b\n",
		  "t.yaml:3:1: error: the key 'name' is given twice; first at t.yaml:2 "
		  "[duplicate-key]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512 }\n"
		    "  dc1: { asn: 64513 }\n",
		  "t.yaml:4:3: error: the key 'dc1' is given twice; first at t.yaml:3 "
		  "[duplicate-key]\n" },
		{ V "latency: { westeurope..eastus: 1ms, east us..West Europe: 2ms }\n",
		  "t.yaml:2:37: error: eastus..westeurope is given twice; first at t.yaml:2 "
		  "[duplicate-key]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_key_that_is_needed_is_missed(void **state)
{
	static const struct saying sayings[] = {
		{ V "private-clouds:\n"
		    "  a: {}\n",
		  "t.yaml:3:3: error: 'a' has no 'region' [missing-key]\n"
		  "  region: the region it is in, such as westeurope\n"
		  "t.yaml:3:3: error: 'a' has no 'address-block' [missing-key]\n"
		  "  address-block: a /22 or larger for its management, such as 10.10.0.0/22\n" },
		{ V "private-clouds:\n"
		    "  a:\n",
		  "t.yaml:3:3: error: 'a' has no 'region' [missing-key]\n"
		  "  region: the region it is in, such as westeurope\n"
		  "t.yaml:3:3: error: 'a' has no 'address-block' [missing-key]\n"
		  "  address-block: a /22 or larger for its management, such as 10.10.0.0/22\n" },
		{ V "virtual-networks:\n"
		    "  v: {}\n",
		  "t.yaml:3:3: error: 'v' has no 'region' [missing-key]\n"
		  "  region: the region it is in, such as westeurope\n"
		  "t.yaml:3:3: error: 'v' has no 'address-space' [missing-key]\n"
		  "  address-space: a prefix or a list of them\n" },
		{ V "sites:\n"
		    "  dc1: {}\n",
		  "t.yaml:3:3: error: 'dc1' has no 'asn' [missing-key]\n"
		  "  asn: the AS number of its edge, such as 64512\n" },
		{ V "gateway-connections: { g: {} }\n",
		  "t.yaml:2:24: error: 'g' has no 'gateway' [missing-key]\n"
		  "  gateway: the virtual network of the ExpressRoute gateway\n"
		  "t.yaml:2:24: error: 'g' has no 'circuit' [missing-key]\n"
		  "  circuit: the circuit, or the private cloud that owns it\n" },
		{ V "hosts: { h: {} }\n",
		  "t.yaml:2:10: error: 'h' has no 'address' [missing-key]\n"
		  "  address: its address with its network's length, such as 10.50.0.10/24\n" },
		{ V "links: { l: {} }\n", "t.yaml:2:10: error: 'l' has no 'between' [missing-key]\n"
					  "  between: the two nodes that it joins\n" },
		{ V "expect: [{ to: a }]\n",
		  "t.yaml:2:10: error: 'expect' has no 'from' [missing-key]\n"
		  "  from: the node that sends\n" },
		{ V "interconnects: { i: { rtt: 1ms } }\n",
		  "t.yaml:2:18: error: 'i' has no 'private-clouds' [missing-key]\n"
		  "  private-clouds: the two private clouds that it joins\n" },
		{ V "global-reach: { g: {} }\n",
		  "t.yaml:2:17: error: 'g' has no 'circuits' [missing-key]\n"
		  "  circuits: the two circuits that it joins; a private cloud means its own "
		  "circuit\n" },
		{ V "virtual-networks:\n"
		    "  v: { region: westeurope, address-space: 10.0.0.0/16, subnets: { s: {} } }\n",
		  "t.yaml:3:67: error: 's' has no 'prefix' [missing-key]\n"
		  "  prefix: its prefix, or an IPv4 and an IPv6 one\n" },
		{ V "peerings: { p: {} }\n",
		  "t.yaml:2:13: error: 'p' does not name two virtual networks [missing-key]\n"
		  "  write both; a half that was never created is written `NAME: none`\n" },
		{ V "virtual-networks:\n"
		    "  v: { region: westeurope, address-space: 10.0.0.0/16 }\n"
		    "  w: { region: westeurope, address-space: 10.1.0.0/16 }\n"
		    "peerings:\n"
		    "  p: { v: {} }\n"
		    "  q: { v: none, w: none }\n",
		  "t.yaml:6:3: error: 'p' does not name two virtual networks [missing-key]\n"
		  "  write both; a half that was never created is written `NAME: none`\n"
		  "t.yaml:7:3: error: 'q' has no half: at least one of the two must exist "
		  "[missing-key]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

static void a_value_of_the_wrong_form_is_told_what_is_needed(void **state)
{
	static const struct saying sayings[] = {
		{ V "name: [a]\n",
		  "t.yaml:2:7: error: 'name' needs a name: found a list [wrong-type]\n" },
		{ V "name: {}\n",
		  "t.yaml:2:7: error: 'name' needs a name: found a map [wrong-type]\n" },
		{ V "name:\n",
		  "t.yaml:2:1: error: 'name' needs a name: found nothing [wrong-type]\n" },
		{ V "name:   # none\n",
		  "t.yaml:2:1: error: 'name' needs a name: found nothing [wrong-type]\n" },
		{ V "name: x\nlinks:\n  l:\n    between:\n     - a\n     -\n",
		  "t.yaml:6:6: error: 'between' needs a node such as pc-a.web, or a plain host or "
		  "router: found nothing [wrong-type]\n" },
		{ V "sites: []\n",
		  "t.yaml:2:8: error: 'sites' needs a map of sites: found a list [wrong-type]\n" },
		{ V "sites: dc1\n",
		  "t.yaml:2:8: error: 'sites' needs a map of sites: found a single value "
		  "[wrong-type]\n" },
		{ V "private-clouds:\n"
		    "  a: westeurope\n",
		  "t.yaml:3:6: error: 'a' needs a map: found a single value [wrong-type]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: {} }\n",
		  "t.yaml:3:15: error: 'asn' needs an AS number, 1 to 4294967295: found a map "
		  "[wrong-type]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, transit: [true] }\n",
		  "t.yaml:3:31: error: 'transit' needs true or false: found a list "
		  "[wrong-type]\n" },
		{ V "interconnects: { i: a }\n",
		  "t.yaml:2:21: error: 'i' needs a list of two private clouds, "
		  "or a map: found a single value [wrong-type]\n" },
		{ V "interconnects: { i: [a] }\n",
		  "t.yaml:2:21: error: 'i' needs a list of two private clouds: this list has 1 "
		  "element [wrong-type]\n" },
		{ V "global-reach: { g: [a, b, c] }\n",
		  "t.yaml:2:20: error: 'g' needs a list of two circuits or private clouds: this "
		  "list has 3 elements [wrong-type]\n" },
		{ V "expect: { from: a }\n",
		  "t.yaml:2:9: error: 'expect' needs a list of expectations: found a map "
		  "[wrong-type]\n" },
		{ V "expect: [a]\n", "t.yaml:2:10: error: 'expect' needs a map such as { from: a, "
				     "to: b }: found a single value [wrong-type]\n" },
		{ V "links: { l: { between: [a] } }\n",
		  "t.yaml:2:24: error: 'between' needs a list of two nodes: this list has 1 "
		  "element [wrong-type]\n" },
		{ V "links: { l: { between: a } }\n",
		  "t.yaml:2:24: error: 'between' needs a list of two nodes: found a single value "
		  "[wrong-type]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: [] } }\n",
		  "t.yaml:3:39: error: 'lan' needs a prefix, or a list of an IPv4 and an IPv6 "
		  "prefix: this list has 0 elements [wrong-type]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, accept: [10.0.0.0/8] }\n",
		  "t.yaml:3:30: error: 'accept' needs a map such as { except: [0.0.0.0/0] }: found "
		  "a list [wrong-type]\n" },
		{ V "circuits: { c: { authorizations: key } }\n",
		  "t.yaml:2:34: error: 'authorizations' needs a list of keys: found a single value "
		  "[wrong-type]\n" },
		{ V "circuits: { c: { links: [] } }\n",
		  "t.yaml:2:25: error: 'links' needs two /30 prefixes, or one /29 for both: this "
		  "list has 0 elements [wrong-type]\n" },
		{ V "sites:\n"
		    "  dc1: { asn: 64512, networks: { lan: { prefix: 10.0.0.0/24, "
		    "hosts: [[a]] } } }\n",
		  "t.yaml:3:70: error: 'hosts' needs a name: found a list [wrong-type]\n" },
	};

	(void)state;
	check_sayings(sayings, countof(sayings));
}

/* ---- limits ---------------------------------------------------------------------------------- */

/* "netemu: 1", then something written many times between two ends. */
static void check_repeated(const char *head, const char *again, size_t times, const char *foot,
			   const char *want)
{
	own_text yaml = { 0 };

	text_add(&yaml, head);
	for (size_t i = 0; i < times; i++)
		text_add(&yaml, again);
	text_add(&yaml, foot);
	check_saying(text_str(&yaml), yaml.n, want);
}

static void nesting_has_a_limit(void **state)
{
	(void)state;
	check_repeated(V "sites: ", "[", 31, "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
		       "t.yaml:2:8: error: 'sites' needs a map of sites: found a list "
		       "[wrong-type]\n");
	check_repeated(V "sites: ", "[", 1000, "",
		       "t.yaml:2:8: error: 'sites' needs a map of sites: found a list "
		       "[wrong-type]\n"
		       "t.yaml:2:39: error: maps and lists are nested more than 32 levels deep "
		       "[limit]\n");
}

static void texts_and_files_have_a_limit(void **state)
{
	(void)state;
	check_repeated(V "summary: ", "a", 1024, "\n", "");
	check_repeated(V "summary: ", "a", 1025, "\n",
		       "t.yaml:2:10: error: a text of 1025 bytes is too long: at most 1024 are "
		       "allowed [limit]\n");
	check_repeated(V, "# a comment\n", 400000, "",
		       "t.yaml:0:0: error: the file is larger than 4 MiB [limit]\n");
	check_repeated("", "[", 4000000, "",
		       "t.yaml:0:0: error: more than 512 KiB in one bracket or comment [limit]\n"
		       "  write large maps and lists with one item a line, not in brackets\n");
}

static void values_and_objects_have_a_limit(void **state)
{
	own_text yaml = { 0 };

	(void)state;
	check_repeated(V "nmae:\n", "- 1\n", 1 << 18, "",
		       "t.yaml:2:1: error: unknown key 'nmae' [unknown-key]\n"
		       "  did you mean 'name'?\n"
		       "t.yaml:262144:3: error: more than 262144 values in one file [limit]\n");
	text_add(&yaml, V "routers:\n");
	for (int i = 0; i < 16385; i++)
		text_printf(&yaml, "  r%d: {}\n", i);
	check_saying(text_str(&yaml), yaml.n,
		     "t.yaml:16387:3: error: more than 16384 objects and VMs in one "
		     "file [limit]\n");
}

/* ---- places ---------------------------------------------------------------------------------- */

static void a_finding_knows_how_much_to_underline(void **state)
{
	static const struct {
		const char *yaml;
		unsigned int line, col, len;
	} places[] = {
		{ V "nmae: a\n", 2, 1, 4 },
		{ V "'nmae': a\n", 2, 1, 6 },
		{ V "name: \"A B\"\n", 2, 7, 5 },
		{ V "sites: { \xc3\xa9: { asn: 1 } }\n", 2, 10, 1 },
		{ V "sites: { a\xe6\xbc\xa2z: { asn: 1 }, b: { asn: 1, asn: 2 } }\n", 2, 10, 3 },
		{ "netemu: 1\r\nname: A\r\n", 2, 7, 1 },
		{ "\xef\xbb\xbfnetmu: 1\n", 1, 1, 5 },
		{ V "sites:\t{ \tA:\t{ asn: 1 } }\n", 2, 11, 1 },
		{ V "name: >\n  a\n  b\n", 3, 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(places); i++) {
		struct diag *dg = diag_new();
		const struct finding *f;

		model_free(topology_parse("t.yaml", places[i].yaml, strlen(places[i].yaml), dg));
		diag_sort(dg);
		assert_true(diag_count(dg) > 0);
		f = diag_at(dg, 0);
		assert_int_equal(f->at.line, places[i].line);
		assert_int_equal(f->at.col, places[i].col);
		assert_int_equal(f->at.len, places[i].len);
		diag_free(dg);
	}
}

static void a_finding_can_be_shown_with_its_line(void **state)
{
	static const char yaml[] = "netemu: 1\nsites:\n  A: { asn: 64512 }\n";
	struct diag *dg = diag_new();
	const char *line;
	size_t n;

	(void)state;
	assert_null(topology_parse("t.yaml", yaml, strlen(yaml), dg));
	line = diag_line(dg, diag_at(dg, 0)->at, &n);
	assert_non_null(line);
	assert_int_equal(n, strlen("  A: { asn: 64512 }"));
	assert_memory_equal(line, "  A: { asn: 64512 }", n);
	diag_free(dg);
}

static void every_mistake_in_the_form_is_shown_here(void **state)
{
	(void)state;
	check_seen("encoding", "bad-word");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_yaml_is_reported_with_what_stood_before_it),
		cmocka_unit_test(only_a_part_of_yaml_is_spoken),
		cmocka_unit_test(text_that_may_not_be_shown_is_refused),
		cmocka_unit_test(an_empty_file_says_so),
		cmocka_unit_test(a_file_is_a_map),
		cmocka_unit_test(the_version_of_the_language_is_asked_for),
		cmocka_unit_test(an_unknown_key_is_named_with_the_nearest_known_one),
		cmocka_unit_test(a_key_that_stands_twice_is_reported_with_the_first_place),
		cmocka_unit_test(a_key_that_is_needed_is_missed),
		cmocka_unit_test(a_value_of_the_wrong_form_is_told_what_is_needed),
		cmocka_unit_test(nesting_has_a_limit),
		cmocka_unit_test(texts_and_files_have_a_limit),
		cmocka_unit_test(values_and_objects_have_a_limit),
		cmocka_unit_test(a_finding_knows_how_much_to_underline),
		cmocka_unit_test(a_finding_can_be_shown_with_its_line),
		cmocka_unit_test(every_mistake_in_the_form_is_shown_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
