#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Packets of a lab in pcap files, read with tcpdump.

bats_require_minimum_version 1.5.0
load lab

setup() {
	lab_setup
	PATH=$PATH:/usr/sbin
	command -v tcpdump > /dev/null || skip "tcpdump is not installed (Debian: tcpdump)"
	# In a sandbox root may be the only user, so that tcpdump cannot drop its privileges.
	reader=(tcpdump -n)
	! unshare -U true 2> /dev/null || reader=(unshare -U tcpdump -n)
	cat > "$BATS_TEST_TMPDIR/c.yaml" <<-YAML
		netemu: 1
		routers: { r1: { asn: 65010 }, r2: { asn: 65020 } }
		hosts: { h1: { address: 10.50.1.10/24 }, h2: { address: 10.50.2.10/24 } }
		links:
		  a: { between: [h1, r1] }
		  b: { between: [r1, r2], delay: 20ms, bgp: true }
		  c: { between: [r2, h2] }
		circuits: { x: { router: r1, region: westeurope } }
		virtual-networks: { v: { region: westeurope, address-space: 10.1.0.0/16, subnets: { app: 10.1.1.0/24 }, gateways: { expressroute: } } }
		gateway-connections: { g: { gateway: v, circuit: x } }
		failed: [x.secondary]
	YAML
	up "$BATS_TEST_TMPDIR/c.yaml"
	PCAP=$BATS_TEST_TMPDIR/x.pcap
}

teardown() {
	kill ${PID:+"$PID"} ${pinger:+"$pinger"} 2> /dev/null || true
	lab_teardown
}

# begin ARGUMENT...: starts a capture and returns when it listens.
begin() {
	rm -f "$PCAP"
	"$NETEMU" capture "$LAB" "$@" -w "$PCAP" 2> "$BATS_TEST_TMPDIR/said" 3>&- &
	PID=$!
	await test -s "$PCAP"
}

has() {
	[ "$(count icmp)" -ge "$1" ]
}

# end COUNT: ends the capture when so many packets are in the file.
end() {
	await has "$1"
	kill -TERM "$PID" # a job in the background ignores SIGINT
	wait "$PID"
	PID=
}

pings() {
	in_node "$1" ping -n -q -c 5 -i 0.1 -W 5 "$2"
}

# count FILTER: prints the number of these packets in the file.
count() {
	"${reader[@]}" -r "$PCAP" "$@" 2> /dev/null | wc -l
}

@test "capture: both directions of a link, each packet once, whichever way the link is named" {
	for link in b r1--r2 r2--r1 h1:eth0 h1 r2--h2; do
		begin "$link"
		pings h1 h2
		end 10
		[ "$(count 'icmp[0] == 8')" -eq 5 ] || { echo "$link"; false; }
		[ "$(count 'icmp[0] == 0')" -eq 5 ] || { echo "$link"; false; }
		grep packets "$BATS_TEST_TMPDIR/said"
	done
}

@test "capture: a name of both a circuit link and an edge router means the link" {
	begin x.primary icmp
	in_node h1 ping -n -q -c 2 -i 0.1 -W 5 v.app
	end 4
	[ "$(count)" -eq 4 ] # the router has each packet twice
}

# (Pairs each reply with its request: with late replies other requests come between them.)
@test "capture: a request and its reply are apart by the delay of the link" {
	begin b icmp
	pings h1 h2
	end 10
	"${reader[@]}" -tt -r "$PCAP" 2> /dev/null | awk '{
		seq = $0
		sub(/.* seq /, "", seq)
		sub(/,.*/, "", seq)
		if (/echo request/) sent[seq] = $1
		if (/echo reply/ && seq in sent && $1 - sent[seq] >= 0.0399) n++
	} END { exit n != 5 }'
}

in_order() {
	"${reader[@]}" -tt -r "$PCAP" 2> /dev/null | awk '{ if ($1 < last) exit 1; last = $1 }'
}

@test "capture: packets of all interfaces of a router are in the order of time" {
	begin r1 icmp
	pings h1 h2
	end 20
	[ "$(count)" -eq 20 ] # in by one, out by the other
	in_order
}

@test "capture: the order of time holds after a pause, and with more packets than one read takes" {
	begin r1 --snaplen 100 icmp
	kill -STOP "$PID"
	in_node h1 ping -n -q -f -c 300 r1 # by one interface
	pings h1 h2			   # by both, later
	sleep 0.1			   # so long it holds packets back
	kill -CONT "$PID"
	end 620
	[ "$(count)" -eq 620 ]
	in_order
}

@test "capture: writes to a pipe, with a count, a snapshot length and the name of a node" {
	# Not in a shell function, so that the ping itself ends.
	ip netns exec "$LAB.h1" ping -n -q -i 0.1 h2 > /dev/null 3>&- & # several of whose packets come
	pinger=$!
	timeout 120 "$NETEMU" capture -q -c 3 --snaplen 60 "$LAB" b icmp and src h1 |
		"${reader[@]}" -r - > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || cat "$BATS_TEST_TMPDIR/err"
	kill "$pinger"
	wait || true
	[ "$(grep -c '10.50.1.10 > 10.50.2.10' "$BATS_TEST_TMPDIR/out")" -eq 3 ]
	grep 'snapshot length 60' "$BATS_TEST_TMPDIR/err"
}

@test "capture: mistakes are named" {
	run -2 "$NETEMU" capture "$LAB" r3 -w "$PCAP"
	[[ $output == *"no link or node is named 'r3'"*"did you mean"* ]]
	run -2 "$NETEMU" capture "$LAB" r1:eth7 -w "$PCAP"
	[[ $output == *"'r1' has no interface 'eth7'"* ]]
	run -2 "$NETEMU" capture "$LAB" x.secondary -w "$PCAP" # (of r1's links, as the others see)
	[[ $output == *"'x.secondary' is down: no packet passes there [conflict]"*"netemu restore $LAB"* ]]
	run -2 "$NETEMU" capture "$LAB" b -w "$PCAP" icmp and and
	[[ $output == *"the filter 'icmp and and'"* ]]
	run -2 "$NETEMU" capture "$LAB" b -w "$BATS_TEST_TMPDIR/no/such"
	run -2 "$NETEMU" capture "$LAB" b --snaplen 5 -w "$PCAP"
	command -v script > /dev/null || return 0
	run -2 script -qec "'$NETEMU' capture '$LAB' b" /dev/null
	[[ $output == *"not for a terminal"* ]]
}
