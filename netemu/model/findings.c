/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/findings.h"

#include "base/vec.h"

static const struct finding_kind kinds[] = {
	/* Findings of the topology room: the text of the file. */
	{ "encoding", "the text is not UTF-8, or contains control characters" },
	{ "syntax", "the text is not YAML" },
	{ "unsupported-yaml", "aliases, tags, merge keys, documents, maps or lists as keys" },
	{ "limit", "larger, deeper or longer than netemu accepts" },
	{ "version", "a version of the language that this version of netemu does not read" },
	{ "unknown-key", "a key that the language does not have in this place" },
	{ "duplicate-key", "a key that is given twice in one map" },
	{ "missing-key", "a required key, or an object that it needs, is missing" },
	{ "wrong-type", "a list where a map is needed, a word where true or false is needed, ..." },
	{ "bad-word", "not one of the words that are allowed in this place" },
	{ "bad-number", "not a number, or a number out of range" },
	{ "bad-time", "not a time such as 4ms" },
	{ "bad-rate", "not a rate such as 100Mbit" },
	{ "bad-share", "not a share such as 0.1%" },
	{ "bad-range", "not a range such as 1ms..4ms" },
	{ "bad-service", "not a protocol with a port such as tcp/443" },
	{ "bad-prefix", "not a prefix, a prefix with host bits, or a prefix of the wrong length" },
	{ "bad-address", "not an address, or an address that is not allowed in this place" },
	{ "bad-region", "not the name of a region, or not a pair of regions" },
	{ "bad-name", "a name with characters that names cannot have, or one that is too long" },
	{ "reserved-name", "a name that netemu gives to a part that it makes" },
	{ "duplicate-name", "a name that another object already has" },
	{ "unknown-name", "a name that no object has" },
	{ "wrong-kind", "the name of an object of another kind than needed" },
	{ "families", "address families that are doubled or do not match" },
	{ "conflict", "settings that exclude each other" },
	/* Rules of the real networks. A rule that they do not enforce gives a warning. */
	{ "address-block", "an address block of a private cloud that the service does not accept" },
	{ "reserved-prefix", "a prefix that the service uses internally" },
	{ "overlap", "two prefixes overlap where they must not or should not" },
	{ "subnet", "a subnet outside the address space of its network, or too small" },
	{ "vm-address", "an address of a host that is outside its network, taken, or reserved" },
	{ "reserved-asn", "an AS number that Azure or Azure VMware Solution reserves" },
	{ "region", "an interconnect between regions" },
	{ "unknown-region", "a region that Azure does not have" },
	{ "unknown-location", "a peering location that seems to be misspelt" },
	{ "no-latency", "two regions whose round trip is not known" },
	{ "sku", "a circuit or gateway whose SKU does not allow this" },
	{ "peering-location", "Global Reach between two circuits of one peering location" },
	{ "self-join", "an object joined with itself" },
	{ "duplicate-join", "two objects joined twice in the same way" },
	{ "no-gateway", "a connection to a gateway that the network does not have" },
	{ "gateway-transit", "a remote gateway that cannot be used" },
	{ "authorization", "a key that the circuit does not have, or that is already redeemed" },
	{ "generation", "a feature that a private cloud of this generation does not have" },
	{ "segment-limit", "more segments than T0 or the virtual network allows" },
	{ "link-budget", "more gateway and Global Reach connections than a circuit allows" },
	{ "circuit-limit", "more circuits than a gateway allows" },
	{ "peering-limit", "more peerings than a virtual network allows" },
	{ "bandwidth", "a circuit with a bandwidth that is not sold" },
	{ "no-internet", "a way to the internet in a file that has no internet" },
	{ "public-address", "a public address that is private, taken, or without host or effect" },
	{ "not-supported", "a feature of the real network that netemu does not emulate yet" },
	/* Findings when a model is compiled and routed. */
	{ "failed", "an object that cannot fail, because it has no links" },
	{ "unknown-node", "a name that no node has" },
	{ "scenario", "the step of a scenario at which another finding occurs" },
	{ "impaired", "an object that cannot be impaired, because it has no links" },
	{ "prefix-limit", "a BGP session that closed because it received too many prefixes" },
	{ "pairing-limit", "more sites than HCX can pair with one private cloud" },
};

const struct finding_kind *finding_kinds(size_t *ret_n)
{
	*ret_n = countof(kinds);
	return kinds;
}
