#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What people do to a running lab with the programs that they know: links that they pull and put
# back, routes, addresses and settings that they change. `netemu restore LAB` mends it.

bats_require_minimum_version 1.5.0
load lab

# line [SETTING]: two hosts and two routers in a line, the routers' link with this setting.
line() {
	cat > line.yaml <<-YAML
		netemu: 1
		routers: { r1: { asn: 65001 }, r2: { asn: 65002 } }
		hosts:
		  a: { address: [10.1.0.2/24, "fd01::2/64"] }
		  b: { address: [10.2.0.2/24, "fd02::2/64"], listen: [tcp/80] }
		links:
		  la: { between: [a, r1] }
		  lb: { between: [b, r2] }
		  wan: { between: [r1, r2], prefix: [10.9.0.0/30, "fd09::/64"], bgp: true, $1 }
	YAML
	up line.yaml
}

all_reach() {
	reaches a 10.2.0.2 && reaches a fd02::2
}

pull() {
	in_node "$1" ip link set dev "$2" down
	misses a 10.2.0.2
	in_node "$1" ip link set dev "$2" up
}

is_degraded() {
	"$NETEMU" list --json | jq -e --arg lab "$LAB" '.labs[] | select(.name == $lab).condition == "degraded"' > /dev/null
}

# end PID: a process of the lab's, which is gone then.
end() {
	kill -KILL "$1"
	await is_degraded
}

# mended COMMAND...: done by hand, seen by status, which names the remedy, and mended by it.
mended() {
	"$@"
	run "$NETEMU" status "$LAB"
	[ "$status" -eq 1 ]
	[[ $output == *"to mend    netemu restore $LAB"* ]]
	"$NETEMU" restore -q "$LAB"
	undrifted
	all_reach
}

@test "a link that was pulled comes back by itself at its far end, and restore mends the near one" {
	for setting in '' 'delay: 1ms'; do
		line "$setting"
		all_reach
		pull r2 r1
		misses a 10.2.0.2
		# What its own end has lost is said again by hand: the other end needs nothing.
		in_node r2 ip route add 10.1.0.0/24 via 10.9.0.1
		reaches a 10.2.0.2
		mended pull r2 r1
		run "$NETEMU" status "$LAB"
		[[ $output != *'to mend'* ]]
		"$NETEMU" down -q "$LAB"
	done
}

@test "restore mends what was done by hand: links, addresses, routes, settings, nodes, processes" {
	line 'delay: 1ms'
	mended in_node r1 ip link set r2 down
	mended in_node r1 ip link del r2
	mended in_node r1 ip addr flush dev r2
	mended in_node r1 ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:99 dev r2
	mended in_node r1 ip route replace 10.2.0.0/24 dev a
	mended in_node r1 ip route flush table main
	mended in_node r1 sysctl -q net.ipv4.conf.all.rp_filter=1
	mended ip netns del "$LAB.r2"
	mended end "$(pgrep -f "^netemu-services $LAB\$")"
	in_node a bash -c '</dev/tcp/10.2.0.2/80'
	if "$NETEMU" status "$LAB" | grep -q '^delay *netem'; then
		mended in_node r1 tc qdisc del dev r2 root
	else
		mended end "$("$NETEMU" status --json "$LAB" | jq -r '."delay-line".pid')"
	fi
}

@test "restore leaves as failed what has failed, says what it did, and a dry run what it would do" {
	line
	"$NETEMU" fail -q "$LAB" wan
	in_node r1 ip addr add 10.7.0.1/24 dev a
	"$NETEMU" restore --dry-run "$LAB" > dry
	[ "$(cat dry)" = '- r1: addr 10.7.0.1/24 dev a' ]
	"$NETEMU" restore --json --dry-run "$LAB" | jq -e '.differences | length == 1'
	run "$NETEMU" restore -v "$LAB"
	[[ $output == "$LAB matches its plan: 1 part mended ("*"- r1: addr 10.7.0.1/24 dev a" ]]
	run "$NETEMU" restore "$LAB"
	[[ $output == "$LAB matches its plan ("* ]]
	undrifted
	misses a 10.2.0.2
	"$NETEMU" restore -q --all "$LAB"
	undrifted
	all_reach
}
