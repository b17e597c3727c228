#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Labs of real namespaces, seen with the standard programs.

bats_require_minimum_version 1.5.0
load lab

teardown() {
	[ "${#pids[@]}" -eq 0 ] || kill "${pids[@]}" 2> /dev/null || true
	lab_teardown
}

@test "up, ping by name from plain ip netns exec, down, and nothing is left" {
	snapshot > "$BATS_TEST_TMPDIR/before"
	up "$TOPOLOGIES/avs-interconnect.yaml"
	in_node pc-a.web ping -n -c 2 -i 0.2 -W 5 pc-b.web
	run in_node pc-a.web ping -n -c 2 -i 0.2 -W 1 pc-c.web
	[ "$status" -eq 1 ]
	[[ $output == *"100% packet loss"* ]]
	[[ $output != *nreachable* ]] # a route that Azure has not got is silence
	"$NETEMU" down "$LAB"
	snapshot > "$BATS_TEST_TMPDIR/after"
	diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
}

@test "every topology keeps its expectations, and packets do what was predicted of every pair" {
	[ "$SLACK" != none ] || skip "delays are not judged here"
	for file in "$TOPOLOGIES"/*.yaml; do
		patiently keeps_all "${BACKENDS[@]}" --matrix --tolerance "${SLACK}ms" "$file" ||
			{ echo "failed: $file"; false; }
	done
}

# measure FROM TO LEAST MOST: a line with the median, "off" behind it when it is outside.
measure() {
	local got
	got=$(ping_median "$1" "$2") || got=none
	awk -v pair="$1 $2 $3 $4" -v got="$got" -v least="$3" -v most="$4" -v slack="$SLACK" 'BEGIN {
		off = got == "none" || got + 0.02 < least + 0 || got + 0 > most * 1.02 + slack
		print pair, got, off ? "off" : ""
	}'
}

# is_prompt FROM TO LEAST MOST: measured with nobody else on the way.
is_prompt() {
	local line
	line=$(measure "$@")
	echo "again: $line"
	[[ $line != *" off" ]] && return 0
	awk '{ exit !($5 == "none" || $5 + 0.02 < $3) }' <<< "$line" || return "$LATE"
	return 1
}

# Pairs of hosts ping side by side, some at a time. One that is late is measured again, for a busy
# machine makes some of many late.
@test "the median of 20 standard pings of every pair is the configured sum" {
	[ "$SLACK" != none ] || skip "delays are not judged here"
	cd "$TOPOLOGIES"
	for file in ${NETEMU_PINGED:-*.yaml}; do
		up "$file"
		"$NETEMU" predict --json "$file" |
			jq -r '.pairs[] | select(.reachable) | "\(.from) \(.to) \(."rtt-min-ms") \(."rtt-max-ms")"' > "$BATS_TEST_TMPDIR/pairs"
		while read -r from to least most; do
			measure "$from" "$to" "$least" "$most" >> "$BATS_TEST_TMPDIR/rtts" &
			while [ "$(jobs -pr | wc -l)" -ge "${NETEMU_PARALLEL:-24}" ]; do wait -n; done
		done < "$BATS_TEST_TMPDIR/pairs"
		wait
		while read -r from to least most _ <&4; do
			patiently is_prompt "$from" "$to" "$least" "$most" || { echo "$file"; false; }
		done 4< <(grep ' off$' "$BATS_TEST_TMPDIR/rtts")
		: > "$BATS_TEST_TMPDIR/rtts"
		"$NETEMU" down -q "$LAB"
	done
}

# hops NODE TARGET: the names that a standard traceroute shows, in a line. (Who answers late is "*".)
hops() {
	in_node "$1" traceroute -q 1 -w 5 -N 1 "$2" |
		sed -n 's/^ *[0-9][0-9]* *\([^ ]*\).*/\1/p' | tr '\n' ' '
}

is_traced() { # FROM TO WANTED: of a circuit's two MSEEs either
	local got
	got=$(hops "$1" "$2" | sed 's/\.secondary/.primary/g')
	echo "$1 -> $2: want $3 got $got"
	[ "$got" = "$3" ] || return "$LATE"
}

@test "a traceroute shows every router of the predicted path by name" {
	file=$TOPOLOGIES/avs-on-premises.yaml
	up "$file"
	for pair in "dc1.lan pc-a.web" "pc-a.web dc1.lan" "dc1.lan hub.app" "hub.app dc1.lan" "hub.app pc-a.vcenter"; do
		read -r from to <<< "$pair"
		# Which of a circuit's two MSEEs a flow takes is the kernel's choice.
		want=$("$NETEMU" predict --json "$file" "$from" "$to" |
			jq -r '.pairs[0].forward[1:][]' | sed 's/\.secondary/.primary/' | tr '\n' ' ')
		patiently is_traced "$from" "$to" "$want"
	done
}

@test "traceroutes one after the other all show the target" {
	up "$TOPOLOGIES/vnet-peering.yaml"
	read -r from to < <("$NETEMU" predict --json "$TOPOLOGIES/vnet-peering.yaml" |
		jq -r '[.pairs[] | select(.reachable)][0] | "\(.from) \(.to)"')
	# (A kernel that limits what it says of closed ports falls silent after six answers.)
	for i in 1 2 3 4 5; do
		run in_node "$from" traceroute -n -w 5 -m 8 "$to"
		echo "$i: $output"
		[[ ${lines[-1]} == *ms*ms*ms* && ${lines[-1]} != *"*"* ]]
	done
}

@test "ping and traceroute take the family that both nodes have, and predictions are about" {
	cat > "$BATS_TEST_TMPDIR/six.yaml" <<- 'END'
		netemu: 1
		routers: { r: {} }
		hosts:
		  both: { address: [10.0.1.10/24, "fd00:1::10/64"] }
		  too: { address: [10.0.3.10/24, "fd00:3::10/64"] }
		  six: "fd00:2::10/64"
		links: { a: { between: [both, r] }, b: { between: [r, six] }, c: { between: [r, too] } }
	END
	up "$BATS_TEST_TMPDIR/six.yaml"
	for pair in "six both fd00:1::10" "both six fd00:2::10" "both too 10.0.3.10" \
		"both too fd00:3::10 -6"; do
		read -r from to address family <<< "$pair"
		run "$NETEMU" ping "$LAB" "$from" "$to" -- ${family:+"$family"} -n -c 1 -W 5
		[ "$status" -eq 0 ]
		[[ $output == *"from $address"* ]]
		run "$NETEMU" traceroute "$LAB" "$from" "$to" -- ${family:+"$family"} -n -q 1 -w 5
		echo "$output"
		[ "$status" -eq 0 ]
		[[ ${lines[-1]} =~ ^\ 2\ \ $address\  ]]
	done
}

@test "both routing instances, VRF device and namespace, show the same traceroute" {
	"$NETEMU" doctor --json | jq -e '.features[] | select(.name == "vrf") | .available' > /dev/null ||
		skip "this kernel has no VRF device"
	for vrf in device namespace; do
		BACKENDS=(--vrf "$vrf" --delay "${NETEMU_DELAY:-auto}")
		for file in avs-on-premises vnet-peering avs-interconnect; do
			up "$TOPOLOGIES/$file.yaml"
			"$NETEMU" predict --json "$TOPOLOGIES/$file.yaml" |
				jq -r '.pairs[] | select(.reachable) | "\(.from) \(.to)"' > "$BATS_TEST_TMPDIR/pairs"
			while read -r from to; do
				echo "$from $to: $(hops "$from" "$to")"
			done < "$BATS_TEST_TMPDIR/pairs" >> "$BATS_TEST_TMPDIR/$vrf"
			"$NETEMU" down -q "$LAB"
		done
	done
	diff "$BATS_TEST_TMPDIR/device" "$BATS_TEST_TMPDIR/namespace"
}

@test "two labs of one file live side by side" {
	up "$TOPOLOGIES/two-routers.yaml" "$LAB-a"
	up "$TOPOLOGIES/two-routers.yaml" "$LAB-b"
	ip netns exec "$LAB-a.pc1" ping -n -c 1 -W 5 pc2
	"$NETEMU" down -q "$LAB-a"
	ip netns exec "$LAB-b.pc1" ping -n -c 1 -W 5 pc2
	[ -z "$(ip netns list | grep "^$LAB-a\." || true)" ]
}

@test "a lab is not built over another, nor over somebody's namespace" {
	up "$TOPOLOGIES/two-routers.yaml"
	run up "$TOPOLOGIES/two-routers.yaml"
	[ "$status" -ne 0 ]
	[[ $output == *"$LAB"* ]]
	in_node pc1 ping -n -c 1 -W 5 pc2

	ip netns add "$LAB-x.pc1"
	run up "$TOPOLOGIES/two-routers.yaml" "$LAB-x"
	ip netns list | grep "^$LAB-x.pc1"
	ip netns del "$LAB-x.pc1"
	[ "$status" -ne 0 ]
	[[ $output == *"$LAB-x.pc1"* ]]
}

@test "IPv4 and IPv6 alike: a dual-stack pair answers in both" {
	up "$TOPOLOGIES/two-routers.yaml"
	in_node pc1 ping -4 -n -c 1 -W 5 pc2
	in_node pc1 ping -6 -n -c 1 -W 5 pc2
}

@test "hosts of one segment reach each other over its bridge, and the world through its router" {
	cat > "$BATS_TEST_TMPDIR/s.yaml" <<-YAML
		netemu: 1
		private-clouds:
		  a: { region: westeurope, address-block: 10.10.0.0/22,
		       segments: { db: { prefix: 10.10.65.0/24, vms: [db1, db2, db3] },
		                   lonely: { prefix: 10.10.66.0/24, vms: [l1, l2], routed: false } } }
		  b: { region: westeurope, address-block: 10.20.0.0/22, segments: { web: 10.20.64.0/24 } }
		interconnects: { a-b: [a, b] }
	YAML
	up "$BATS_TEST_TMPDIR/s.yaml"
	in_node a.db1 ping -n -c 1 -W 5 a.db3
	in_node a.l1 ping -n -c 1 -W 5 a.l2
	for vm in db1 db2 db3; do
		in_node b.web ping -n -c 1 -W 5 "a.$vm"
	done
	run in_node a.db1 ping -n -c 1 -W 1 a.l1
	[ "$status" -ne 0 ]
}

@test "overlapping clouds: each reaches its own copy only" {
	cat > "$BATS_TEST_TMPDIR/o.yaml" <<-YAML
		netemu: 1
		private-clouds:
		  a: { region: westeurope, address-block: 10.10.0.0/22, segments: { web: { prefix: 10.5.1.0/24, vms: { web: 10.5.1.20 } }, more: 10.5.2.0/24 } }
		  b: { region: westeurope, address-block: 10.20.0.0/22, segments: { web: 10.5.1.0/24 } }
		interconnects: { a-b: [a, b] }
	YAML
	run up "$BATS_TEST_TMPDIR/o.yaml"
	[ "$status" -eq 0 ]
	[[ $output == *warning*overlap* ]]
	in_node a.more ping -n -c 1 -W 5 10.5.1.20
	run in_node a.more ping -n -c 1 -W 1 10.5.1.10
	[ "$status" -ne 0 ]
}

@test "a large DF ping passes within the links' MTU and fails beyond it" {
	cat > "$BATS_TEST_TMPDIR/m.yaml" <<-YAML
		netemu: 1
		routers: { r1: { asn: 65010 }, r2: { asn: 65020 } }
		hosts: { h1: { address: 10.50.1.10/24 }, h2: { address: 10.50.2.10/24 } }
		links:
		  a: { between: [h1, r1] }
		  b: { between: [r1, r2], mtu: 1400, bgp: true, delay: 1ms }
		  c: { between: [r2, h2] }
	YAML
	up "$BATS_TEST_TMPDIR/m.yaml"
	in_node h1 ping -n -c 1 -W 5 -M "do" -s 1372 h2
	run in_node h1 ping -n -c 1 -W 2 -M "do" -s 1373 h2
	[ "$status" -ne 0 ]
}

@test "loss, rate and one-way differences of a link are seen by ping" {
	cat > "$BATS_TEST_TMPDIR/l.yaml" <<-YAML
		netemu: 1
		routers: { r1: { asn: 65010 }, r2: { asn: 65020 } }
		hosts: { h1: { address: 10.50.1.10/24 }, h2: { address: 10.50.2.10/24 }, h3: { address: 10.50.3.10/24 } }
		links:
		  a: { between: [h1, r1] }
		  b: { between: [r1, r2], delay: 20ms, back: { delay: 0ms }, bgp: true }
		  c: { between: [r2, h2] }
		  d: { between: [h3, r1], loss: 100% }
	YAML
	up "$BATS_TEST_TMPDIR/l.yaml"
	takes h1 h2 20 22
	run in_node h1 ping -n -c 3 -i 0.2 -W 1 h3
	[[ $output == *"100% packet loss"* ]]
}

@test "SIGTERM in the midst of up takes back what was made" {
	# A lab large enough to be caught at work.
	{
		echo "netemu: 1"
		echo "routers: { r: { asn: 65000 } }"
		echo "hosts:"
		for i in $(seq 1 250); do echo "  h$i: { address: 10.$((i / 250)).$((i % 250)).10/24 }"; done
		echo "links:"
		for i in $(seq 1 250); do echo "  l$i: { between: [h$i, r] }"; done
	} > "$BATS_TEST_TMPDIR/large.yaml"
	snapshot > "$BATS_TEST_TMPDIR/before"
	caught=0 rounds=0
	while ((rounds++ < 5 || (caught == 0 && rounds < 30))); do
		"$NETEMU" up -q "${BACKENDS[@]}" --name "$LAB" "$BATS_TEST_TMPDIR/large.yaml" &
		sleep "0.0$((rounds * 3 % 10))"
		kill -TERM $! || true
		wait $! && "$NETEMU" down -q "$LAB" || caught=$((caught + 1))
		[ -z "$(ip netns list | grep "^$LAB\." || true)" ]
	done
	[ "$caught" -ge 1 ]
	snapshot > "$BATS_TEST_TMPDIR/after"
	diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
}

@test "kill -9 in the midst of up: down removes what is there" {
	snapshot > "$BATS_TEST_TMPDIR/before"
	for wait in 0.005 0.01 0.02 0.03 0.05; do
		"$NETEMU" up -q "${BACKENDS[@]}" --name "$LAB" "$TOPOLOGIES/avs-on-premises.yaml" &
		sleep "$wait"
		kill -KILL $! || true
		wait $! || true
		"$NETEMU" down -q "$LAB" || true
		[ -z "$(ip netns list | grep "^$LAB\." || true)" ]
	done
	snapshot > "$BATS_TEST_TMPDIR/after"
	diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
}

@test "a lab comes up for who does not care for its children" {
	env --ignore-signal=CHLD "$NETEMU" up -q "${BACKENDS[@]}" --name "$LAB" "$TOPOLOGIES/two-routers.yaml"
	[ "$(env --ignore-signal=CHLD "$NETEMU" doctor --json | jq .features)" = "$("$NETEMU" doctor --json | jq .features)" ]
	env --ignore-signal=CHLD "$NETEMU" down -q "$LAB"
}

@test "status sees drift between the plan and the kernel" {
	up "$TOPOLOGIES/two-routers.yaml"
	"$NETEMU" status "$LAB"
	ip -n "$LAB.pc1" route del default
	run "$NETEMU" status "$LAB"
	[ "$status" -eq 1 ]
	[[ $output == *pc1*default* ]] || [[ $output == *pc1*0.0.0.0/0* ]]
}

is_degraded() {
	"$NETEMU" list --json | jq -e ".labs[] | select(.name == \"$LAB\") | .condition == \"degraded\"" > /dev/null
}

@test "without its delay line a lab is degraded, and says so" {
	[ "${NETEMU_DELAY:-auto}" != netem ] || skip "netem serves"
	BACKENDS=(--vrf "${NETEMU_VRF:-auto}" --delay relay)
	up "$TOPOLOGIES/two-routers.yaml"
	kill -KILL "$("$NETEMU" status --json "$LAB" | jq -r '."delay-line".pid')"
	await is_degraded
	run "$NETEMU" status "$LAB"
	[ "$status" -eq 1 ]
	[[ $output == *degraded* ]]
	"$NETEMU" doctor | grep "$LAB *degraded"
	run in_node pc1 ping -n -c 1 -W 1 pc2 # never silently without its delay
	[ "$status" -eq 1 ]
}

@test "exec, ping and traceroute run in a node, by names" {
	up "$TOPOLOGIES/two-routers.yaml"
	[ "$("$NETEMU" exec "$LAB" pc1 -- hostname)" = pc1 ]
	"$NETEMU" ping "$LAB" pc1 pc2 -- -c 1
	"$NETEMU" traceroute "$LAB" pc1 pc2 | grep r2
	run "$NETEMU" exec "$LAB" pc1 -- sh -c 'exit 7'
	[ "$status" -eq 7 ]
	run "$NETEMU" ping "$LAB" pc1 pc3
	[ "$status" -eq 2 ]
	[[ $output == *"did you mean"* ]]
}

@test "test fails, says why, and shows the line when an expectation does not hold" {
	cat > "$BATS_TEST_TMPDIR/e.yaml" <<-YAML
		netemu: 1
		name: $LAB
		routers: { r1: { asn: 65010 }, r2: { asn: 65020 } }
		hosts: { h1: { address: 10.50.1.10/24 }, h2: { address: 10.50.2.10/24 } }
		links: { a: { between: [h1, r1] }, b: { between: [r1, r2], delay: 5ms, bgp: true }, c: { between: [r2, h2] } }
		expect:
		  - { from: h1, to: h2, reachable: true, rtt: 1ms..2ms }
		  - { from: h1, to: h2, reachable: false, because: wishful thinking }
		  - { from: h1, to: h2, reachable: true, rtt: 9ms..900ms }
	YAML
	run "$NETEMU" test "${BACKENDS[@]}" "$BATS_TEST_TMPDIR/e.yaml"
	[ "$status" -eq 1 ]
	[[ $output == *"wishful thinking"* ]]
	"$NETEMU" test --json "${BACKENDS[@]}" "$BATS_TEST_TMPDIR/e.yaml" > "$BATS_TEST_TMPDIR/e.json" || true
	jq -e '.passed == 1 and .failed == 2 and .results[0].line == 7' "$BATS_TEST_TMPDIR/e.json"
	[ -z "$(ip netns list | grep "^$LAB" || true)" ]
}

@test "what has failed is down in the kernel, which is no drift, and the rest takes its load" {
	up "$TOPOLOGIES/primary-link-lost.yaml"
	in_node dc1.ce ip -o link show er-dc1-1 | grep -v 'UP'
	in_node dc1.ce ip -o link show er-dc1-2 | grep 'LOWER_UP'
	[ "$(in_node dc1.ce ip route show 10.1.0.0/16 | grep -c via)" -eq 1 ]
	in_node dc1.lan ping -n -c 2 -W 5 hub.app
	undrifted
	in_node dc1.ce ip link set er-dc1-1 up
	run "$NETEMU" status "$LAB"
	[ "$status" -eq 1 ]
	[[ $output == *"er-dc1-1 is up"* ]]
}

@test "FastPath saves a hop on the way in, for the gateway's own network only" {
	up "$TOPOLOGIES/fastpath.yaml"
	[ "$(in_node dc1.lan traceroute -n -q 1 -w 5 hub.app | tail -n +2 | wc -l)" -eq 4 ]
	[ "$(in_node dc1.lan traceroute -n -q 1 -w 5 spoke.app | tail -n +2 | wc -l)" -eq 5 ]
}

@test "links come and go while frames pass, and the delay line lives" {
	local before
	pids=()
	up "$TOPOLOGIES/vnet-nva-spokes-not-forwarded.yaml"
	before=$("$NETEMU" status "$LAB" | grep '^delay')
	for node in hub.fw spoke1.app; do
		ip netns exec "$LAB.$node" ping -i 0.002 -w 600 spoke2.app > "$BATS_TEST_TMPDIR/from.$node" 2>&1 3>&- &
		pids+=($!)
		ip netns exec "$LAB.spoke2.app" ping -i 0.002 -w 600 "$node" > "$BATS_TEST_TMPDIR/to.$node" 2>&1 3>&- &
		pids+=($!)
	done
	for node in from.hub.fw to.hub.fw; do await grep -q ttl= "$BATS_TEST_TMPDIR/$node"; done
	for _ in {1..15}; do
		"$NETEMU" disconnect -q "$LAB" hub-spoke2
		"$NETEMU" connect -q "$LAB" 'peerings: { hub-spoke2: [hub, spoke2] }'
	done
	kill "${pids[@]}" # all of them still pinged
	wait "${pids[@]}" || true
	pids=()
	[ "$("$NETEMU" status "$LAB" | grep '^delay')" = "$before" ]
}
