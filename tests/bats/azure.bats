#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# `hops: azure`: what a traceroute and a ping show of the real networks. Predictions stand in
# tests/golden/traces; packets are those of the standard programs.

bats_require_minimum_version 1.5.0
load lab

setup() {
	lab_setup
	FILE=$TOPOLOGIES/azure-data-path.yaml
}

# said FILE FROM TO: what is predicted, a line for each TTL: the answering node (of two edge routers
# of a circuit either, for the load is shared) or "*", then the TTL of a ping's answer.
said() {
	"$NETEMU" predict ${STYLE:+--hops="$STYLE"} --json "$1" "$2" "$3" |
		jq -r '.pairs[0] | (.trace[] | if .answers then .node else "*" end), "ttl \(."reply-ttl")"' |
		sed -E 's/\.(primary|secondary)$//'
}

# seen FROM TO: the same with the standard traceroute and ping.
seen() {
	in_node "$1" traceroute -q 1 -N 8 -w "${pause:-0}.6" -m 12 "$2" |
		sed -nE 's/^ *[0-9]+ +([^ ]+).*/\1/p' | sed -E 's/\.(primary|secondary)$//'
	in_node "$1" ping -n -c 1 -W 5 "$2" | sed -nE 's/.* ttl=([0-9]+) .*/ttl \1/p'
}

# addresses FROM TO: who answers to each TTL, by address.
addresses() {
	in_node "$1" traceroute -n -q 1 -N 8 -w "${pause:-0}.6" -m 12 "$2" | sed -nE 's/^ *[0-9]+ +([^ ]+).*/\1/p' | tr '\n' ' '
}

matches() {
	local got
	got=$(addresses "$1" "$2")
	[[ $got =~ ^$3\ $ ]] || { echo "$1 $2: $got, not $3"; return "$LATE"; }
}

# shows FROM TO PATTERN: the addresses. (A hop that answers late is like one that is silent: the next
# try waits longer.)
shows() {
	patiently matches "$@"
}

is_as_said() {
	seen "$1" "$2" > "$BATS_TEST_TMPDIR/seen"
	diff "$BATS_TEST_TMPDIR/said" "$BATS_TEST_TMPDIR/seen" || { echo "$1 $2"; return "$LATE"; }
}

# agree FILE PAIR...: packets show what was predicted. The lab is up.
agree() {
	local file=$1 pair from to
	shift
	for pair; do
		read -r from to <<< "$pair"
		said "$file" "$from" "$to" > "$BATS_TEST_TMPDIR/said"
		[ -s "$BATS_TEST_TMPDIR/said" ] || return 1 # else two unknown names would agree
		patiently is_as_said "$from" "$to" || return 1
	done
}

# traces STYLE: every predicted trace of every topology, a line for each pair that reaches.
traces() {
	for file in "$TOPOLOGIES"/*.yaml; do
		echo "# $(basename "$file" .yaml)"
		"$NETEMU" predict -q --hops="$1" --json "$file" 2> /dev/null |
			jq -r '.pairs[] | select(.reachable) | "\(.from) \(.to):" +
				([.trace[] | if .answers then " \(.node)" else " *" end] | add) + " ttl \(."reply-ttl")"'
	done
}

# (When one is meant to differ: run `traces azure > tests/golden/traces/azure.txt` as it stands here.)
@test "hops: every predicted trace of every topology is as it was, of both kinds" {
	for style in azure all; do
		traces "$style" > "$BATS_TEST_TMPDIR/$style.txt"
		diff "$TOP/tests/golden/traces/$style.txt" "$BATS_TEST_TMPDIR/$style.txt"
	done
}

@test "hops: both kinds are what packets show, behind NATs, appliances and private clouds too" {
	for style in all azure; do
		for name in public-ip vnet-nva-spokes avs-on-premises; do
			file=$TOPOLOGIES/$name.yaml
			"$NETEMU" up -q "${BACKENDS[@]}" --hops "$style" --name "$LAB" "$file"
			mapfile -t pairs < <("$NETEMU" predict --json "$file" |
				jq -r '.pairs[] | select(.reachable and (.partial | not)) | "\(.from) \(.to)"' |
				grep -v internet | awk 'NR % 4 == 1' | head -n 6)
			STYLE=$style agree "$file" "${pairs[@]}"
			"$NETEMU" down -q "$LAB"
		done
	done
	# A network with a default route by BGP hears routers beyond a far NAT, too.
	file=$TOPOLOGIES/public-ip.yaml
	"$NETEMU" up -q "${BACKENDS[@]}" --hops azure --name "$LAB" "$file"
	STYLE=azure agree "$file" "forced.vm2 internet.probe"
}

@test "hops: azure: a peered machine is the first hop, and its answer's TTL is 64" {
	up "$FILE"
	shows hub.vm spoke.vm '10\.11\.30\.4'
	shows spoke.vm hub.vm '10\.10\.30\.4'
	[ "$(in_node hub.vm ping -n -c 1 -W 5 spoke.vm | sed -nE 's/.* (ttl=[0-9]+) .*/\1/p')" = "ttl=64" ]
	# A TTL of 1 is enough, and fabric answers to none.
	in_node hub.vm ping -n -c 1 -W 5 -t 1 spoke.vm
}

@test "hops: azure: from a site the MSEE answers by its /30, the gateway is silent" {
	up "$FILE"
	shows dc1.lan hub.vm '10\.2\.30\.1 100\.64\.0\.[0-9]+ 192\.168\.30\.(18|22) \* 10\.10\.30\.4'
	shows dc2.lan hub.vm '10\.1\.31\.1 192\.168\.31\.(18|22) \* 10\.10\.30\.4'
	agree "$FILE" "dc1.lan hub.vm" "dc1.lan spoke.vm" "dc2.lan hub.vm"
}

@test "hops: azure: to a site the first hop is the MSEE, in the GatewaySubnet, and it has the whole delay" {
	up "$FILE"
	shows hub.vm dc1.lan '10\.10\.30\.14[01] \* \* 10\.2\.30\.10'
	shows spoke.vm dc1.lan '10\.10\.30\.14[01] \* \* 10\.2\.30\.10'
	agree "$FILE" "hub.vm dc1.lan" "spoke.vm dc1.lan" "hub.vm dc2.lan"
	run in_node hub.vm traceroute -n -q 1 -m 1 -w 5 dc2.lan
	[[ $output =~ 10\.10\.30\.14[23]\ \ ([0-9]+)\.[0-9]+\ ms ]]
	[ "${BASH_REMATCH[1]}" -ge 73 ]
}

@test "hops: azure: to another network of the circuit: the MSEE, the far gateway silent" {
	up "$FILE"
	shows hub.vm remote.vm '10\.10\.30\.14[01] \* 10\.17\.30\.4'
	shows far.vm hub.vm '10\.18\.30\.[0-9]+ \* 10\.10\.30\.4'
	agree "$FILE" "hub.vm remote.vm" "remote.vm hub.vm" "far.vm hub.vm"
}

@test "hops: azure: VPN gateways answer as first hop, are silent as far hop, and sites see none" {
	up "$FILE"
	shows hub.vm branch.vm '10\.10\.30\.133 \* 10\.11\.40\.4'
	shows branch.vm dc1.lan '10\.11\.40\.229 \* 192\.168\.32\.1 \* 10\.2\.30\.10'
	agree "$FILE" "branch.vm hub.vm" "branch.vm dc1.lan" "dc1.lan branch.vm"
	{ cat "$FILE" && echo 'failed: [er-dc1]'; } > "$BATS_TEST_TMPDIR/lost.yaml"
	"$NETEMU" fail -q "$LAB" er-dc1 # now the VPN serves
	shows dc1.lan hub.vm '10\.2\.30\.1 100\.64\.0\.[0-9]+ 10\.10\.30\.4'
	agree "$BATS_TEST_TMPDIR/lost.yaml" "dc1.lan hub.vm" "hub.vm dc1.lan" "dc1.lan spoke.vm"
}

@test "hops: azure: what has no route in Azure is silence" {
	up "$FILE"
	run in_node hub.vm ping -n -c 1 -W 1 203.0.113.1
	[ "$status" -eq 1 ]
	[[ $output != *nreachable* ]]
	run in_node spoke.vm traceroute -n -q 1 -w 0.3 -m 3 10.99.0.1
	[ "$(grep -c '\*' <<< "$output")" -eq 3 ]
}

@test "hops: azure: packets over 1400 bytes do not pass a gateway whole, and are cut to fit" {
	up "$FILE"
	run in_node dc1.lan ping -n -c 2 -i 0.2 -W 5 -M do -s 1472 hub.vm
	[ "$status" -ne 0 ]
	[[ $output == *"mtu = 1400"* || $output == *"mtu=1400"* ]]
	in_node dc1.lan ping -n -c 1 -W 5 -M do -s 1372 hub.vm
	in_node dc1.lan ping -n -c 1 -W 5 -M dont -s 1472 hub.vm
	in_node hub.vm ping -n -c 1 -W 5 -M do -s 1472 spoke.vm
}

@test "hops: azure: T1 and T0 answer inside private clouds, and the hub hears only its own MSEE" {
	file=$TOPOLOGIES/azure-private-clouds.yaml
	up "$file"
	shows pc-a.web pc-b.web '10\.10\.64\.1 100\.64\.[0-9.]+ 10\.10\.0\.2[0-9]+ 10\.10\.0\.1[0-9]+ 10\.20\.0\.2[0-9]+ 100\.64\.[0-9.]+ 10\.20\.64\.10'
	shows hub.app pc-a.web '10\.1\.255\.2[0-9]+ \* \* 10\.10\.64\.10'
	agree "$file" "pc-a.web pc-b.web" "hub.app pc-a.web" "pc-a.web hub.app" "dc1.lan pc-a.web" "pc-a.web dc1.lan"
}

@test "hops: azure: FastPath takes the silent hop away for the hub's own machines only" {
	file=$TOPOLOGIES/azure-private-clouds.yaml
	up "$file"
	shows dc1.lan hub.app '192\.168\.10\.1 172\.16\.0\.[26] 10\.1\.1\.4'
	shows dc1.lan spoke.app '192\.168\.10\.1 172\.16\.0\.[26] \* 10\.2\.1\.4'
	agree "$file" "dc1.lan hub.app" "dc1.lan spoke.app" "hub.app dc1.lan"
}

@test "hops: azure: an appliance takes one TTL and answers as its network card; a Route Server takes none" {
	file=$TOPOLOGIES/azure-appliance.yaml
	up "$file"
	shows spoke1.app spoke2.app '10\.1\.2\.4 10\.3\.1\.4'
	shows dc1.lan spoke1.app '.*\* 10\.1\.2\.4 10\.2\.1\.4'
	agree "$file" "spoke1.app spoke2.app" "dc1.lan spoke1.app" "spoke1.app dc1.lan" "hub.app spoke1.app"
}

@test "hops: azure: IPv6 loses no hop limit in fabric and peering either" {
	cat > "$BATS_TEST_TMPDIR/six.yaml" <<- 'END'
		netemu: 1
		name: six
		hops: azure
		virtual-networks:
		  a: { region: eastus, address-space: [10.1.0.0/16, "fd00:1::/48"],
		       subnets: { vm: { prefix: [10.1.1.0/24, "fd00:1:0:1::/64"] } } }
		  b: { region: eastus, address-space: [10.2.0.0/16, "fd00:2::/48"],
		       subnets: { vm: { prefix: [10.2.1.0/24, "fd00:2:0:1::/64"] } } }
		peerings: { a-b: [a, b] }
	END
	run up "$BATS_TEST_TMPDIR/six.yaml"
	if [[ $output == *"ip_tables filters IPv4 only"* ]]; then
		[ "$status" -eq 3 ]
		skip "ip_tables serves here: IPv4 only"
	fi
	[ "$status" -eq 0 ]
	run in_node a.vm ping -6 -n -c 1 -W 5 -t 1 fd00:2:0:1::4
	[ "$status" -eq 0 ]
	[[ $output == *"ttl=64"* ]]
	[[ $(in_node a.vm traceroute -6 -n -q 1 -w 5 fd00:2:0:1::4 | tail -n 1) =~ ^\ *1\ \ fd00:2:0:1::4 ]]
}

@test "hops: azure: ip_tables does it, too, and each engine does so beside VRF devices" {
	"$NETEMU" doctor --json | jq -e 'any(.features[]; .name == "iptables-ttl" and .state == "ok")' ||
		skip "no ip_tables that changes a TTL"
	up_by_iptables=(up -q "${BACKENDS[@]}" --rules iptables --name "$LAB" "$FILE")
	"$NETEMU" "${up_by_iptables[@]}"
	agree "$FILE" "hub.vm spoke.vm" "dc1.lan hub.vm" "hub.vm dc1.lan" "branch.vm hub.vm"
	run "$NETEMU" status "$LAB"
	[ "$status" -eq 0 ]
}

@test "hops: azure: a kernel that cannot change a TTL is told so, and nothing is built" {
	engine=$("$NETEMU" doctor --json |
		jq -r 'first(.features[] | select((.name | endswith("-ttl")) and .available == false)) | .name')
	[ -n "$engine" ] || skip "this kernel can, both ways"
	run up_with "${engine%-ttl}"
	[ "$status" -eq 3 ]
	[[ $output == *"the kernel has no $engine, which serves for hops: azure"* ]]
	run ! "$NETEMU" status "$LAB"
}

up_with() {
	"$NETEMU" up -q "${BACKENDS[@]}" --rules "$1" --name "$LAB" "$FILE"
}

@test "hops: the command line has the last word, and the lab remembers it" {
	"$NETEMU" up -q "${BACKENDS[@]}" --hops all --name "$LAB" "$FILE"
	run in_node hub.vm traceroute -n -q 1 -w 5 spoke.vm
	[ "$(grep -cE '^ *[0-9]+ ' <<< "$output")" -eq 3 ]
	run "$NETEMU" status "$LAB"
	[ "$status" -eq 0 ]
	run "$NETEMU" explain "$LAB" hub.vm spoke.vm
	[[ $output != *"traceroute shows"* ]]
	"$NETEMU" down -q "$LAB"
	"$NETEMU" up -q "${BACKENDS[@]}" --hops azure --name "$LAB" "$TOPOLOGIES/vnet-peering.yaml"
	shows hub.app spoke1.app '10\.2\.1\.4'
	run "$NETEMU" status "$LAB"
	[ "$status" -eq 0 ]
	run "$NETEMU" explain "$LAB" dc1.lan hub.app
	[[ $output == *"For this pair, traceroute shows:"*"*  (hub.er-gateway)"*"TTL 62"* ]]
	run "$NETEMU" explain --hops all "$LAB" dc1.lan hub.app
	[ "$status" -eq 2 ]
	"$NETEMU" fail -q "$LAB" er-dc1.primary # the changed lab remembers it, too
	run "$NETEMU" status "$LAB"
	[ "$status" -eq 0 ]
}

@test "hops: azure: nothing is left of a lab, and a rule that is taken away is drift" {
	up "$FILE"
	"$NETEMU" status -q "$LAB"
	ns=$LAB.hub.er-gateway
	if [ -n "$(ip netns exec "$ns" nft list ruleset)" ]; then
		ip netns exec "$ns" nft flush ruleset
	else # ip_tables stands in
		command -v iptables-legacy > /dev/null ||
			skip "iptables-legacy is not installed (Debian: iptables)"
		# (Its lock is elsewhere where /run is the machine's.)
		XTABLES_LOCKFILE=$BATS_TEST_TMPDIR/lock ip netns exec "$ns" iptables-legacy -F
	fi
	run "$NETEMU" status "$LAB"
	[ "$status" -eq 1 ]
	[[ $output == *"rule '"*"time-exceeded"*"' is missing"* ]]
}

@test "routes --as effective-routes: sources, states, next hop types as a network card's" {
	run "$NETEMU" routes "$TOPOLOGIES/azure-appliance.yaml" spoke1.app --as effective-routes
	[[ ${lines[0]} =~ ^Source\ +State\ +Address\ Prefix\ +Next\ Hop\ Type\ +Next\ Hop\ IP$ ]]
	[[ $output =~ Default\ +Invalid\ +10\.2\.0\.0/16\ +VnetLocal ]]
	[[ $output =~ Default\ +Active\ +10\.1\.0\.0/16\ +VNetPeering ]]
	[[ $output =~ Default\ +Active\ +172\.16\.0\.0/12\ +None ]]
	[[ $output =~ User\ +Active\ +10\.3\.0\.0/16\ +VirtualAppliance\ +10\.1\.2\.4 ]]
	[[ $output =~ VirtualNetworkGateway\ +Active\ +192\.168\.10\.0/24\ +VirtualNetworkGateway\ +10\.1\.255\.236\ 10\.1\.255\.237 ]]
}

@test "routes --as: circuits and gateways print their tables, in text and JSON" {
	run "$NETEMU" routes "$FILE" er-dc1.primary --as circuit
	[[ ${lines[0]} =~ ^Network\ +NextHop\ +LocPrf\ +Weight\ +Path$ ]]
	[[ $output =~ 10\.2\.30\.0/25\ +192\.168\.30\.17\ +0\ +64512 ]]
	[[ $output =~ 10\.10\.30\.0/24\ +10\.10\.30\.132\ +0\ +65515 ]]
	[[ $output != *192.168.30.16/30* && $output != *192.168.30.20/30* ]]
	run "$NETEMU" routes "$FILE" hub.er-gateway --as learned
	[[ $output =~ 10\.10\.30\.132\ +10\.17\.30\.0/24\ +10\.10\.30\.140\ +10\.10\.30\.140\ +EBgp\ +12076-12076\ +32769 ]]
	[[ $output =~ 10\.10\.30\.132\ +10\.10\.30\.0/24\ +10\.10\.30\.132\ +Network\ +32768 ]]
	"$NETEMU" routes --json "$FILE" hub.er-gateway --as advertised |
		jq -e '.as == "advertised" and (.routes | length > 0) and all(.routes[]; ."as-path" == [65515])'
	"$NETEMU" routes --json "$FILE" hub.vm --as effective-routes |
		jq -e '[.routes[] | keys] | unique == [["next-hop-ips", "next-hop-type", "prefix", "source", "state"]]'
	run "$NETEMU" routes "$FILE" hub.vm --as circuit
	[ "$status" -eq 2 ]
}

@test "what the published tables have in common: AS paths, two next hops, a lost link" {
	as_path() { # FILE NODE PREFIX
		"$NETEMU" routes --json "$1" "$2" | jq -c --arg p "$3" '.routes[] | select(.prefix == $p) | ."as-path"'
	}
	file=$TOPOLOGIES/azure-private-clouds.yaml
	[ "$(as_path "$file" dc1.ce 10.1.0.0/16)" = "[12076]" ] # private numbers are taken out
	run "$NETEMU" routes "$file" hub.er-gateway --as learned
	[[ $output =~ 10\.10\.64\.0/24\ .*EBgp\ +12076-398656\ +32769 ]]
	[[ $output =~ 10\.10\.64\.0/24\ .*EBgp\ +12076-12076-12076-398656\ +32769 ]]
	# The link of the CE is down; its MSEE still tells the gateway of the circuit's other network.
	{ cat "$FILE" && echo 'failed: [er-dc1.primary]'; } > "$BATS_TEST_TMPDIR/lost.yaml"
	"$NETEMU" routes --json "$BATS_TEST_TMPDIR/lost.yaml" hub.er-gateway --as learned |
		jq -e '[.routes[] | select(.network == "10.2.30.0/25") | ."next-hop"] == ["10.10.30.141"]'
	"$NETEMU" routes --json "$BATS_TEST_TMPDIR/lost.yaml" hub.er-gateway --as learned |
		jq -e '[.routes[] | select(.network == "10.17.30.0/24") | ."next-hop"] == ["10.10.30.140", "10.10.30.141"]'
}

@test "hops: azure: paths that a file expects are found in traces with silent hops" {
	[ "$SLACK" = 0.4 ] || skip "delays are judged on this machine's own kernel"
	for name in two-hubs-hairpin weight-trap; do
		patiently keeps_all "${BACKENDS[@]}" --hops azure --tolerance 3ms "$TOPOLOGIES/$name.yaml"
	done
}
