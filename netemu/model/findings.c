/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/findings.h"

#include "base/vec.h"

static const struct finding_kind kinds[] = {
	/* What the text says. */
	{ "encoding", "the text is not UTF-8, or holds characters that may not be shown" },
	{ "syntax", "the text is not YAML" },
	{ "unsupported-yaml", "aliases, tags, merge keys, documents, keys that are no words" },
	{ "limit", "larger, deeper or longer than netemu reads" },
	{ "version", "a version of the language that this netemu does not know" },
	{ "unknown-key", "a key that is not of the language in this place" },
	{ "duplicate-key", "a key that stands twice in one map" },
	{ "missing-key", "a key, or something it must name, is not there" },
	{ "wrong-type", "a list where a map is needed, a word where true or false is needed, ..." },
	{ "bad-word", "not one of the few words that may stand there" },
	{ "bad-number", "no number, or one outside of its range" },
	{ "bad-time", "no time such as 4ms" },
	{ "bad-rate", "no rate such as 100Mbit" },
	{ "bad-share", "no share such as 0.1%" },
	{ "bad-range", "no range such as 1ms..4ms" },
	{ "bad-service", "no protocol with a port such as tcp/443" },
	{ "bad-prefix", "no prefix, one with host bits, or one of the wrong length" },
	{ "bad-address", "no address, or not one that can stand there" },
	{ "bad-region", "no region's name, or no pair of them" },
	{ "bad-name", "what cannot be a name" },
	{ "reserved-name", "a name that netemu gives to a part it makes itself" },
	{ "duplicate-name", "a name that something else bears already" },
	{ "unknown-name", "a name that nothing bears" },
	{ "wrong-kind", "the name of something else than is needed" },
	{ "families", "two of one address family, or of two that do not go together" },
	{ "conflict", "two things that exclude each other" },
	/* What the real networks refuse, or nobody wants (then it is a warning). */
	{ "address-block", "a private cloud's block that the service would not take" },
	{ "reserved-prefix", "a prefix that the service uses inside" },
	{ "overlap", "two prefixes that overlap where they must not, or had better not" },
	{ "subnet", "a network outside its address space, or too small" },
	{ "vm-address", "a host's address outside its network, taken, or kept by the network" },
	{ "reserved-asn", "an AS number that Azure, or its VMware solution, keeps for itself" },
	{ "region", "an interconnect between regions" },
	{ "unknown-region", "a region that Azure does not have" },
	{ "unknown-location", "what looks like a misspelt peering location" },
	{ "no-latency", "two regions whose round trip is not known" },
	{ "sku", "a circuit whose SKU does not reach so far" },
	{ "peering-location", "Global Reach between two circuits of one peering location" },
	{ "self-join", "something joined with itself" },
	{ "duplicate-join", "two things joined twice in the same way" },
	{ "no-gateway", "a connection to a gateway that the network does not have" },
	{ "gateway-transit", "a remote gateway that cannot be used" },
	{ "authorization", "a key that the circuit does not have, or that is used up" },
	{ "generation", "what a private cloud of its generation has no part in" },
	{ "segment-limit", "more segments than a private cloud's virtual network takes" },
	{ "link-budget", "more gateways and Global Reach connections than a circuit takes" },
	{ "circuit-limit", "more circuits than a gateway takes" },
	{ "peering-limit", "more peerings than a virtual network takes" },
	{ "bandwidth", "a circuit of a bandwidth that is not sold" },
	{ "no-internet", "a way to the internet in a file that has no internet" },
	{ "public-address", "a public address that is none, or somebody else's, or nobody's" },
	{ "not-supported", "what the real network does, and netemu not yet" },
	/* What shows when a model is compiled and routed. */
	{ "failed", "something that cannot fail, for it has no links" },
	{ "unknown-node", "a name that no node bears" },
	{ "scenario", "where in a scenario it is that something else is wrong" },
	{ "impaired", "something that cannot be impaired, for it has no links" },
	{ "prefix-limit", "a session that ended, since it brought too many prefixes" },
	{ "pairing-limit", "more sites than HCX pairs with one private cloud" },
};

const struct finding_kind *finding_kinds(size_t *ret_n)
{
	*ret_n = countof(kinds);
	return kinds;
}
