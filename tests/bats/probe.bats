#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Every kind of expectation, with packets: kept and broken, by netemu's prober and by the standard
# programs.

bats_require_minimum_version 1.5.0
load lab

setup() {
	lab_setup
	FILE=$BATS_TEST_TMPDIR/t.yaml
}

# Three routers in a row and a fourth beside the first link: h1 and h2 reach each other by r1 and r2
# one way, and by r1, r4 and r2 the other.
net() {
	cat <<-YAML
		netemu: 1
		routers:
		  r1: { announce: [10.50.1.0/24], routes: { 10.50.2.0/24: r2, 10.50.3.0/24: r2 } }
		  r2: { routes: { 10.50.1.0/24: r4, 10.50.3.0/24: r3 } }
		  r3: { routes: { 10.50.1.0/24: r2, 10.50.2.0/24: r2 } }
		  r4: { routes: { 10.50.1.0/24: r1, 10.50.2.0/24: r2 } }
		hosts:
		  h1: { address: 10.50.1.10/24 }
		  h2: { address: 10.50.2.10/24, listen: [tcp/443, udp/53] }
		  h3: { address: 10.50.3.10/24 }
		links:
		  a: { between: [h1, r1] }
		  b: { between: [r1, r2], mtu: 1400, delay: 1ms }
		  c: { between: [r2, h2] }
		  d: { between: [r2, r3], rate: 20Mbit }
		  e: { between: [r3, h3] }
		  f: { between: [r1, r4] }
		  g: { between: [r4, r2] }
		expect:
	YAML
}

# verdicts: prints whether each result holds: "true false ...".
verdicts() {
	jq -r '[.results[].ok | tostring] | join(" ")'
}

# has_verdicts WANTED ARGUMENT...: checks the verdicts of `netemu test`. On a busy machine single
# runs may differ.
has_verdicts() {
	local want=$1 got
	"$NETEMU" test --json "${@:2}" > "$BATS_TEST_TMPDIR/verdicts" && return 1
	got=$(verdicts < "$BATS_TEST_TMPDIR/verdicts")
	[ "$got" != "$want" ] || return 0
	jq -r '.results[] | "\(.ok): \(.observed), wanted \(.expected)"' "$BATS_TEST_TMPDIR/verdicts"
	return "$LATE"
}

# One expectation of each kind that holds, and one that fails.
expectations() {
	cat <<-YAML
		  - { from: h1, to: h3, path: [r1, r2, r3, h3], hops: 4, not-via: r4, symmetric: false }
		  - { from: h1, to: h3, path: [r1, ..., h3], symmetric: true }
		  - { from: h1, to: h3, path: [r1, r3, h3] }
		  - { from: h1, to: h3, path: [r1, [r2, r4], ..., h3], hops: 2..4 }
		  - { from: h1, to: h3, hops: 5 }
		  - { from: h1, to: h3, not-via: [r4, r3] }
		  - { from: h3, to: h1, path: [r3, r2, r4, r1, h1] }
		  - { from: h2, to: h3, symmetric: true }
		  - { from: h1, to: h2, mtu: 1400 }
		  - { from: h1, to: h2, mtu: 1399 }
		  - { from: h1, to: h2, mtu: 1401 }
		  - { from: h2, to: h1, mtu: 1500 }
		  - { from: h2, to: h3, loss: 0% }
		  - { from: h2, to: h3, loss: 5%..20% }
		  - { from: h1, to: h2, tcp: 443 }
		  - { from: h1, to: h2, udp: 53 }
		  - { from: h1, to: h2, tcp: 80, reachable: false }
		  - { from: h1, to: h2, tcp: 80 }
	YAML
}
WANT="true false false true false false true true true false false true true false true true true false"

# The text of each observation. (A late answer counts as no answer.)
is_told_in_words() {
	local observed
	"$NETEMU" test --json "$LAB" > "$BATS_TEST_TMPDIR/out" && return 1
	mapfile -t observed < <(jq -r '.results[].observed' "$BATS_TEST_TMPDIR/out")
	printf '%s\n' "${observed[@]}"
	[[ ${observed[1]} == *"there r1, r2, r3, h3; back r3, r2, (r4), r1, h1" ]] && # (r4 has no way to h3)
		[[ ${observed[9]} == *"mtu 1400 (r1 reports larger packets as too big)" ]] &&
		[[ ${observed[11]} == *"mtu 1500 (of the sender's link)" ]] &&
		[[ ${observed[12]} == *"loss 0% (0 of 300; 0% to 2."* ]] || return "$LATE"
}

@test "each kind of expectation is kept or broken, and both probers say which" {
	{ net; expectations; } > "$FILE"
	up "$FILE"
	for prober in own system; do
		patiently has_verdicts "$WANT" --prober="$prober" "$LAB"
	done
	patiently is_told_in_words
}

# observes EXPRESSION ARGUMENT...: evaluates EXPRESSION on the first result of `netemu test`, whose
# exit status must be $ends (0).
# (A late answer counts as no answer.)
observes() {
	local status=0
	"$NETEMU" test --json "${@:2}" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/errors" || status=$?
	[ "$status" -eq "${ends:-0}" ] && jq -e ".results[0] | $1" "$BATS_TEST_TMPDIR/out" && return 0
	cat "$BATS_TEST_TMPDIR/errors" "$BATS_TEST_TMPDIR/out"
	return "$LATE"
}

probers_agree() {
	local prober
	for prober in own system; do
		"$NETEMU" test --matrix --json --prober="$prober" --tolerance "${SLACK}ms" "$LAB" |
			jq -r '.results[] | "\(.name) \(.ok) \(.observed | sub("^[0-9.]+[mu]?s"; "an answer") | sub("(?<m>mtu [0-9]+) .[^)]*."; .m))"' \
				> "$BATS_TEST_TMPDIR/$prober"
	done
	diff "$BATS_TEST_TMPDIR/own" "$BATS_TEST_TMPDIR/system" || return "$LATE"
}

@test "the standard ping agrees on every pair: silent, refused, or with its round trip" {
	[ "$SLACK" != none ] || skip "delays are not judged here"
	for file in two-routers avs-interconnect; do
		up "$TOPOLOGIES/$file.yaml"
		patiently probers_agree
		"$NETEMU" down -q "$LAB"
	done
}

@test "a router that does not answer is taken from the prediction, and shown so" {
	{ net; echo "  - { from: h1, to: h3, path: [r1, r2, r3, h3], hops: 4 }"; } > "$FILE"
	up "$FILE"
	in_node r2 sysctl -q -w net.ipv4.icmp_ratemask=6168 net.ipv4.icmp_ratelimit=100000000
	"$NETEMU" test --json "$LAB" > /dev/null || true # (spends what r2 may send)
	patiently observes '.observed | endswith("path r1, (r2), r3, h3, 4 hops")' "$LAB"
}

@test "routers behind a NAT show no address of their own, and the prediction names them" {
	{
		sed '/^expect:/,$d' "$TOPOLOGIES/public-ip.yaml"
		echo "expect:"
		echo "  - { from: internet.probe, to: hub.vm, path: [internet, hub.nat, hub.fabric, hub.vm], hops: 4 }"
		echo "  - { from: hub.vm, to: internet.probe, path: [hub, internet, internet.probe], symmetric: true }"
	} > "$FILE"
	for prober in own system; do
		patiently observes '.observed | endswith("path internet, (hub.nat), (hub.fabric), hub.vm, 4 hops")' \
			--prober="$prober" "${BACKENDS[@]}" "$FILE"
	done
}

@test "a path MTU black hole is found without an ICMP error" {
	{ net; echo "  - { from: h1, to: h3, mtu: 1400 }"; } > "$FILE"
	up "$FILE"
	# The device sends larger frames than its peer takes, and the peer drops them silently.
	device=$(in_node h3 ip -o -4 addr show | awk '/10.50.3.10/ { print $2 }')
	in_node h3 ip link set "$device" mtu 1300
	ends=1 patiently observes '.observed | test("mtu 13.*[(]larger packets get lost[)]$")' "$LAB"
}

@test "one TCP flow has the bandwidth of the slowest link" {
	{
		net
		echo "  - { from: h1, to: h3, bandwidth: 12Mbit..20Mbit }"
		echo "  - { from: h1, to: h3, bandwidth: 30Mbit.. }"
	} > "$FILE"
	patiently has_verdicts "true false" "${BACKENDS[@]}" "$FILE"
}

listens() {
	in_node h3 ss -ltn | grep -q :5201
}

# Within 15 %, since a busy machine slows down either of them.
is_agreed() {
	local got want
	got=$("$NETEMU" test --json "$LAB" | jq -r '.results[0].observed | capture("bandwidth (?<n>[0-9.]+)Mbit").n')
	in_node h3 timeout 60 iperf3 -s -1 > /dev/null 3>&- &
	await listens || return 1
	want=$(in_node h1 iperf3 -c h3 -O 1 -t 2 --json | jq '.end.sum_received.bits_per_second / 1e6')
	wait
	echo "netemu $got, iperf3 $want Mbit/s"
	awk -v got="$got" -v want="$want" 'BEGIN { exit !(got > want * 0.85 && got < want * 1.15) }' ||
		return "$LATE"
}

@test "iperf3 measures the same bandwidth" {
	command -v iperf3 > /dev/null || skip "needs iperf3"
	{ net; echo "  - { from: h1, to: h3, bandwidth: 12Mbit..20Mbit }"; } > "$FILE"
	up "$FILE"
	patiently is_agreed
}

@test "losses and jitter are reported within statistical bounds" {
	cat > "$FILE" <<-YAML
		netemu: 1
		hosts: { h1: { address: 10.50.1.10/24 }, h2: { address: 10.50.1.11/24 } }
		links: { a: { between: [h1, h2], delay: 5ms, jitter: 2ms, loss: 5% } }
		expect:
		  - { from: h1, to: h2, loss: 8%..12%, jitter: 0.5ms..4ms }
		  - { from: h1, to: h2, loss: ..4% }
		  - { from: h1, to: h2, jitter: ..0.1ms }
	YAML
	patiently has_verdicts "true false false" "${BACKENDS[@]}" "$FILE"
	grep -q "with 99 % confidence" "$BATS_TEST_TMPDIR/verdicts"
}

@test "routes are those that netemu computed and the kernel has, and drift is seen" {
	cat > "$FILE" <<-YAML
		netemu: 1
		routers:
		  r1: { asn: 65010 }
		  r2: { asn: 65020 }
		  r3: { asn: 65030, announce: [10.50.3.0/24] }
		  r4: { asn: 65040 }
		  r5: { asn: 65050, announce: [10.50.5.0/24] }
		hosts: { h1: { address: 10.50.1.10/24 }, h3: { address: 10.50.3.10/24 } }
		links:
		  a: { between: [h1, r1] }
		  b: { between: [r1, r2], bgp: true }
		  c: { between: [r2, r3], bgp: true }
		  d: { between: [r3, h3] }
		  e: { between: [r1, r4], bgp: true }
		  f: { between: [r2, r5], bgp: true }
		  g: { between: [r4, r5], bgp: true }
		expect:
		  - { at: r1, route: 10.50.3.0/24, via: r2, as-path: [65020, 65030] }
		  - { at: h1, route: 10.50.3.0/24, via: r2 }
		  - { at: r1, route: 10.77.0.0/16, absent: true }
		  - { at: r1, route: 10.50.1.0/24 }
		  - { at: r1, route: 10.50.3.0/24, via: r3 }
		  - { at: r1, route: 10.50.3.0/24, as-path: [65020] }
		  - { at: r1, route: 10.50.3.0/24, absent: true }
		  - { at: r1, route: 10.50.5.0/24, via: [r2, r4] }
		  - { at: r1, route: 10.50.5.0/24, via: r2 }
	YAML
	up "$FILE"
	run --separate-stderr "$NETEMU" test --json "$LAB"
	[ "$(verdicts <<< "$output")" = "true true true true false false false true false" ] || { echo "$output"; false; }
	ip -n "$LAB.r1" route del 10.50.3.0/24
	ip -n "$LAB.r1" route add blackhole 10.77.0.0/16
	run --separate-stderr "$NETEMU" test --json "$LAB"
	[ "$(verdicts <<< "$output")" = "false false true true false false false true false" ] || { echo "$output"; false; }
	[[ $(jq -r '.results[0].observed' <<< "$output") == *"but the kernel has no route" ]]
}

comes_after_a_while() {
	ip -n "$LAB.r2" route add blackhole 10.50.2.10/32
	{ sleep $((1 + pause)); ip -n "$LAB.r2" route del blackhole 10.50.2.10/32; } 3>&- &
	"$NETEMU" test --json "$LAB" > "$BATS_TEST_TMPDIR/out" || { wait; cat "$BATS_TEST_TMPDIR/out"; return "$LATE"; }
	wait
	jq -e '.results[1] | ."took-ms" == null or ."took-ms" == 0' "$BATS_TEST_TMPDIR/out" || return 1
	jq -e '.results[0] | ."took-ms" > 300 and .lost > 0' "$BATS_TEST_TMPDIR/out" || return "$LATE" # who asked was
}

@test "within: the test waits, and reports the time and the number of lost packets" {
	{
		net
		echo "  - { from: h1, to: h2, within: 60s }"
		echo "  - { from: h1, to: h3 }"
	} > "$FILE"
	up "$FILE"
	patiently comes_after_a_while
}

@test "a pair that contradicts the prediction fails the matrix, with the explanation" {
	net | grep -v '^expect:' > "$FILE"
	up "$FILE"
	ip -n "$LAB.r3" route add unreachable 10.50.3.10/32
	run "$NETEMU" test --matrix "$LAB"
	[ "$status" -eq 1 ]
	[[ $output == *"h1 to h3"*"r3 says"* ]]
	[[ $output == *"h1 reaches h3 in"* ]]
	[[ $output == *"10.50.3.0/24, static"* ]]
}

@test "an unanswered probe shows the predicted reason, and a refusal is compared with it" {
	cat > "$FILE" <<-YAML
		netemu: 1
		routers: { r1: { routes: { 10.60.0.0/24: r2 } }, r2: { routes: { 10.50.1.0/24: r1 } },
		           r3: { announce: [10.60.0.0/24] } }
		hosts: { h1: { address: 10.50.1.10/24 }, far: { address: 10.60.0.10/24 } }
		links:
		  a: { between: [h1, r1] }
		  b: { between: [r1, r2] }
		  c: { between: [r2, r3] }
		  d: { between: [r3, far] }
		expect: [{ from: h1, to: far, reachable: false }]
	YAML
	up "$FILE"
	patiently observes '(.observed | startswith("r2 says")) and (.predicted | startswith("r2 has no route"))
		and (.predicted | contains("yet") | not)' "$LAB"
	ip -n "$LAB.r1" route add unreachable 10.60.0.10/32
	patiently observes '(.observed | startswith("r1 says")) and
		(.predicted | endswith("; but r1 refused the packet"))' "$LAB"
}

@test "a missing program of a probe is named, with the option that needs it" {
	up "$TOPOLOGIES/two-routers.yaml"
	PATH=/nowhere run -3 "$NETEMU" test --prober=system "$LAB"
	[[ $output == *"--prober=system needs the program 'ping'"* ]]
}

# (The moment itself may take longer on a busy machine.)
is_forgiven() {
	local status=0
	kill -STOP "$pid"
	{ sleep 1.5 && kill -CONT "$pid"; } 3>&- &
	"$NETEMU" test "$LAB" || status=$LATE
	wait
	return "$status"
}

@test "a short pause of a busy machine is no failure" {
	cat > "$FILE" <<- 'YAML'
		netemu: 1
		hosts: { a: { address: 10.50.1.10/24 }, b: { address: 10.50.1.11/24 } }
		links: { wire: { between: [a, b], delay: 2ms } }
		expect:
		  - { from: a, to: b, reachable: true, rtt: 4ms..60s }
	YAML
	"$NETEMU" up -q "${BACKENDS[@]}" --delay relay --name "$LAB" "$FILE"
	pid=$("$NETEMU" status --json "$LAB" | jq '.. | objects | ."delay-line"? // empty | .pid? // .' | head -1)
	patiently is_forgiven
}
