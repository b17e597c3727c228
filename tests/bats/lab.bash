# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2009
# What the tests of real labs share, and the setup() and teardown() of files that have none of their
# own. Each test is in a directory of its own.
#
#	NETEMU		the program under test
#	NETEMU_VRF	device | namespace | auto: the backends that labs are built with
#	NETEMU_DELAY	netem | relay | auto
#	NETEMU_SLACK	ms that a median RTT may be above the configured sum (0.4); none: not judged, as of a
#			sanitized program (build/san/bin/netemu)
#	NETEMU_PINGED	the topologies whose every pair is pinged 20 times (all)
#	NETEMU_PARALLEL	how many ping at a time (24)
#
# Every lab of a test is named $LAB or begins with it, and is gone when the test ends.

load patience

lab_setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	NETEMU=${NETEMU:-$TOP/build/netemu}
	TOPOLOGIES=$TOP/topologies
	BACKENDS=(--vrf "${NETEMU_VRF:-auto}" --delay "${NETEMU_DELAY:-auto}")
	[[ ! $NETEMU =~ /t?san/bin/ ]] || : "${NETEMU_SLACK:=none}" # the sanitizers slow the delay line down
	SLACK=${NETEMU_SLACK:-0.4}
	LAB=t$$-$BATS_TEST_NUMBER
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	cd "$BATS_TEST_TMPDIR" || return
}

lab_teardown() {
	local lab
	for lab in $("$NETEMU" list --json | jq -r '.labs[].name'); do
		[[ $lab == "$LAB"* ]] && "$NETEMU" down -q "$lab"
	done
	return 0
}

setup() {
	lab_setup
}

teardown() {
	lab_teardown
}

# Of a topology: two ways from a to b, by a fast link or by two slow ones.
two_ways() {
	cat <<-YAML
		routers: { r1: { asn: 65001 }, r2: { asn: 65002 }, r3: { asn: 65003 } }
		hosts: { a: { address: 10.0.1.1/24 }, b: { address: 10.0.2.1/24 } }
		links:
		  ha: { between: [a, r1] }
		  hb: { between: [b, r2] }
		  fast: { between: [r1, r2], delay: 1ms, bgp: true }
		  slow1: { between: [r1, r3], delay: 5ms, bgp: true }
		  slow2: { between: [r3, r2], delay: 5ms, bgp: true }
	YAML
}

# up FILE [NAME]: a lab of that topology.
up() {
	"$NETEMU" up -q "${BACKENDS[@]}" --name "${2:-$LAB}" "$1"
}

# A node's namespace: its own, or its chassis' when VRF devices serve.
in_node() {
	local node=$1
	shift
	ip netns exec "$LAB.$node" "$@"
}

reaches() { # NODE TARGET
	in_node "$1" ping -n -q -c 1 -W 5 "$2" > /dev/null
}

misses() { # NODE TARGET
	! in_node "$1" ping -n -q -c 2 -i 0.1 -W 1 "$2" > /dev/null
}

# The lab is up, and what its own record says.
undrifted() {
	local told
	told=$("$NETEMU" status "$LAB") &&
		grep -q '^drift *none$' <<< "$told" && grep -q '^condition *up$' <<< "$told" && return
	echo "$told"
	return 1
}

# What is there of this test's labs.
left() {
	ls -d /run/netemu/"$LAB"* /run/netns/"$LAB"* /etc/netns/"$LAB"* 2> /dev/null || true
	grep -F "$LAB" /proc/self/mounts || true
	ps -eo stat,args | awk -v lab="$LAB" '$1 !~ /^Z/ && $2 ~ /^netemu/ && index($0, lab)'
}

# nothing_left [WORDS]: where something is, it is shown below these words.
nothing_left() {
	[ -z "$(left)" ] || { echo "$*"; left; false; }
}

# Labs of other tests, which may run at the same time.
others_aside() {
	awk -v lab="$LAB" 'index($0, lab) || $0 !~ /(^|[\/ ])t[a-z]?[0-9]+-[0-9]+|-test-[0-9]+/'
}

# Everything of the machine that a lab could leave behind. Namespaces' numbers, counters and the
# like, which change by themselves, are left out.
snapshot() {
	all_there_is | others_aside
}

all_there_is() {
	ip netns list | sort
	ip -o link | sed 's/ qlen.*//'
	ip route show table all | sed 's/ expires [0-9]*sec//'
	ip rule
	sysctl -a 2> /dev/null | grep -E '^net\.ipv4\.(ip_forward|conf\.(all|default))' || true
	sed 's/^[0-9]* [0-9]* //' /proc/self/mountinfo | sort
	find /run/netemu /run/netns /etc/netns -mindepth 1 2> /dev/null | sort
	ps -eo stat,args | awk -v lab="$LAB" '$1 !~ /^Z/ && $2 ~ /^netemu/ && index($0, lab)'
}

# ping_median NODE TARGET: the median RTT in ms of 20 standard pings after the first.
# (Hosts on the internet know others by their public names.)
ping_median() {
	local target=$2
	[[ $1 == internet.* ]] && in_node "$1" getent -s files hosts "$2.public" > /dev/null && target=$2.public
	in_node "$1" ping -n -c 21 -i 0.1 -w 20 "$target" |
		sed -n 's/.*icmp_seq=\([0-9]*\) .*time=\([0-9.]*\) ms/\1 \2/p' |
		awk '$1 > 1 && $1 <= 21 { print $2 }' | sort -n |
		awk '{ v[NR] = $1 } END { if (NR < 18) exit 1; print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

median_within() {
	local got
	got=$(ping_median "$1" "$2") || { echo "$1 $2: echoes were lost"; return 1; }
	within "$got" "$3" "$4"
}

# takes NODE TARGET LEAST MOST: the median's limits, in ms.
takes() {
	patiently median_within "$@"
}

# keeps_all ARGUMENT...: of `netemu test`. It is late when all that failed is that answers were late, or
# later than it waits for them.
keeps_all() {
	local told=$BATS_TEST_TMPDIR/kept
	"$NETEMU" test --json "$@" > "$told" && return 0
	jq -r '.results[]? | select(.ok == false) | "\(.name): \(.observed), not \(.expected)"' "$told"
	jq -e '
		def ms: capture("^(?<n>[0-9.]+)(?<u>us|ms|s)") | (.n | tonumber) * { us: 0.001, ms: 1, s: 1000 }[.u];
		[.results[] | select(.ok == false)] | length > 0 and
			all(.[]; (.expected | test("^[0-9.]*(us|ms|s)?([.][.]|$)")) and
				(.observed == "no answer" or ((.observed | test("^[0-9.]+(us|ms|s)$")) and
				(.observed | ms) > (.expected | split("..")[0] | if . == "" then 0 else ms end))))
	' "$told" > /dev/null && return "$LATE"
	return 1
}
