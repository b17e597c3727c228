#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Explanations of why A reaches B or not. No test here builds a lab.

bats_require_minimum_version 1.5.0

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	NETEMU=${NETEMU:-$TOP/build/netemu}
	cd "$TOP" || exit
}

explain() {
	run --separate-stderr "$NETEMU" explain "$@"
}

@test "explain: a reachable pair: each hop, its route, its origin, the line" {
	explain topologies/avs-on-premises.yaml dc1.lan pc-a.web
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "dc1.lan reaches pc-a.web in 2ms" ]
	[[ $output == *"2.  dc1.ce to er-dc1.primary, 250us"* ]]
	line=$(grep -n '^      web: 10.10.64.0/24' topologies/avs-on-premises.yaml | cut -d: -f1)
	[[ $output == *"10.10.64.0/24, bgp: announced by pc-a.t0 [topologies/avs-on-premises.yaml:$line]"* ]]
	[[ $output == *"learned through pc-a (private cloud, line "*"), dc1-a (Global Reach connection, line "*"), er-dc1 (circuit, line "* ]]
	[[ $output == *"The return path is the reverse of the forward path."* ]]
}

@test "explain: an unreachable pair: the place, the rule, the line" {
	explain topologies/avs-interconnect.yaml pc-a.web pc-c.web
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "pc-a.web does not reach pc-c.web" ]
	[[ $output == *"at pc-b.primary: Global Reach and Interconnect are not transitive"* ]]
	line=$(grep -n '^  a-b: ' topologies/avs-interconnect.yaml | cut -d: -f1)
	[[ $output == *"See a-b, the interconnect at topologies/avs-interconnect.yaml:$line."* ]]
}

@test "explain: it agrees with predict about every pair of every topology" {
	for file in topologies/*.yaml; do
		"$NETEMU" predict -q --json "$file" 2> "$BATS_TEST_TMPDIR/warnings" > "$BATS_TEST_TMPDIR/pairs"
		# A dozen pairs of each.
		jq -r '.pairs | (length / 12 | floor) as $n | to_entries[] |
			select($n == 0 or .key % $n == 0) | .value |
			[.from, .to, .reachable, ."rtt-ms" // "-"] | join(" ")' "$BATS_TEST_TMPDIR/pairs" |
			while read -r from to reachable rtt; do
				"$NETEMU" explain -q --json "$file" "$from" "$to" \
					> "$BATS_TEST_TMPDIR/why" 2> "$BATS_TEST_TMPDIR/warnings"
				jq -e --arg reachable "$reachable" --arg rtt "$rtt" '
					(.reachable | tostring) == $reachable
					and ((."rtt-ms" // "-") | tostring) == $rtt
					and (.reachable or .forward.reason != null or .return.reason != null)
					and (.forward.hops[0].node == .from)
					and (.reachable | not) or (.forward.hops[-1].node == .to)' \
					"$BATS_TEST_TMPDIR/why" > "$BATS_TEST_TMPDIR/out" ||
					{ echo "$file $from $to"; cat "$BATS_TEST_TMPDIR/why"; exit 1; }
			done
	done
}

@test "explain: a detour is named, with its cause and its line" {
	cat > "$BATS_TEST_TMPDIR/t.yaml" <<-YAML
		netemu: 1
		name: t
		private-clouds:
		  a: { region: westeurope, address-block: 10.10.0.0/22, segments: { web: 10.10.64.0/24 } }
		sites: { dc1: { asn: 64512, networks: { lan: 192.168.10.0/24 } } }
		circuits: { er: { site: dc1, region: westeurope } }
		virtual-networks:
		  hub: { region: westeurope, address-space: [10.1.0.0/16], subnets: { app: 10.1.1.0/24 }, gateways: { expressroute: {} } }
		gateway-connections:
		  h-er: { gateway: hub, circuit: er, weight: 100 }
		  h-a: { gateway: hub, circuit: a }
		global-reach: { er-a: [er, a] }
	YAML
	explain --json "$BATS_TEST_TMPDIR/t.yaml" hub.app a.web
	[ "$(jq -c '.forward.detour | [.at, .next, .better, .cause, .line, ."delay-ms", ."best-ms"]' <<< "$output")" = \
		'["hub.fabric","er.primary","a.primary","connection weight 100 on h-er beats the shorter AS path (2 against 4)",10,1.5,0.75]' ]
	[ "$(jq -c '.return.detour' <<< "$output")" = null ]
}

@test "explain: reads standard input, and reports wrong names" {
	"$NETEMU" explain - dc1.lan hub.app < topologies/avs-on-premises.yaml | grep -q '^dc1.lan reaches hub.app in 2ms$'
	explain topologies/avs-on-premises.yaml dc1.lan hub.ap
	[ "$status" -eq 2 ]
	[[ $stderr == *"did you mean 'hub.app'?"* ]]
	explain topologies/avs-on-premises.yaml dc1.lan dc1.lan
	[ "$status" -eq 2 ]
	explain topologies/avs-on-premises.yaml dc1.lan
	[ "$status" -eq 2 ]
}

@test "explain: control characters in a file's name do not reach the terminal" {
	local file
	file=$BATS_TEST_TMPDIR/$(printf 'a\033[31m\302\233b.yaml')
	cp topologies/avs-on-premises.yaml "$file"
	explain "$file" dc1.lan pc-a.web
	[ "$status" -eq 0 ]
	[[ $output == *"/a<1b>[31m<U+009B>b.yaml:"* ]]
	[[ $output != *$'\033'* ]]
}

@test "explain: a hop names the user route that lost to its system route" {
	run "$NETEMU" explain "$TOP/topologies/azure-firewall-hub.yaml" spoke1.app hub.dns
	[[ $output == *"10.1.0.0/16, system: peering hub-spoke1"*"longer than 0.0.0.0/0, user route of to-firewall"* ]]
	"$NETEMU" explain --json "$TOP/topologies/azure-firewall-hub.yaml" spoke1.app hub.dns |
		jq -e '[.forward.hops[]."goes-before" // empty] == ["longer than 0.0.0.0/0, user route of to-firewall"]'
}
