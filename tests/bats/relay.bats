# SPDX-License-Identifier: GPL-2.0-or-later
# The delay line, on packets: chains of namespaces whose links it carries.
# shellcheck disable=SC2046,SC2086,SC1010 # lists of links are split on purpose; -M do

bats_require_minimum_version 1.5.0
load patience

setup() {
	local top=$BATS_TEST_DIRNAME/../..

	[ "$(id -u)" -eq 0 ] || skip "needs root"
	RELAY_LAB=${RELAY_LAB:-$top/build/plain/tests/relay-lab}
	[ -x "$RELAY_LAB" ] || skip "$RELAY_LAB is not built (make tests)"
	. "$top/tests/tools/relay-chain.sh"
	P=rl-$$-$BATS_TEST_NUMBER
	C=$BATS_TEST_TMPDIR/control
	PID=
}

teardown() {
	local job

	[ -z "$PID" ] || "$RELAY_LAB" stop "$PID" "$START"
	for job in $(jobs -p); do
		kill "$job" 2> /dev/null || true
	done
	chain_down "$P"
}

# relay LINK...: starts the delay line of the chain.
relay() {
	read -r PID START < <("$RELAY_LAB" spawn "$P-dl" "$C" "$@")
	[ -n "$PID" ]
}

# node N CMD...
node() {
	local n=$1
	shift
	ip netns exec "$P-n$n" "$@"
}

# median N TARGET [OPTIONS]: the median RTT in ms of 20 standard pings.
median() {
	local n=$1 target=$2
	shift 2
	node "$n" ping -n -c 21 -i 0.1 -w 20 "$@" "$target" |
		sed -n 's/.*icmp_seq=\([0-9]*\) .*time=\([0-9.]*\) ms.*/\1 \2/p' |
		awk '$1 > 1 && $1 <= 21 { print $2 }' | sort -n |
		awk '{ v[NR] = $1 } END { if (NR < 20) exit 1; print (v[10] + v[11]) / 2 }'
}

median_within() {
	local least=$3 most=$4 got
	got=$(median "$1" "$2" "${@:5}") || { echo "echoes were lost"; return 1; }
	within "$got" "$least" "$most"
}

# takes N TARGET LEAST MOST [OPTIONS]: checks that the median RTT is within these limits.
takes() {
	patiently median_within "$@"
}

# pinged COUNT INTERVAL_US: sets lost least p50 p90 p99 most, in us, of the first link.
pinged() {
	read -r lost least p50 p90 p99 most < <("$RELAY_LAB" ping "$P-n0" 10.77.0.2 "$@")
	echo "lost $lost, RTT $least $p50 $p90 $p99 $most us"
}

# figure LINK DIRECTION WORD: one number of the statistics.
figure() {
	"$RELAY_LAB" stats "$C" | awk -v l="$1" -v d="$2" -v w="$3" '
		$1 == "link" && $2 == l && $4 == d {
			for (i = 5; i < NF; i += 2) if ($i == w) print $(i + 1)
		}'
}

needs_iperf() {
	command -v iperf3 > /dev/null || skip "iperf3 is not installed"
}

listens() {
	node "$1" ss -ltn 2> /dev/null | grep -q :5201
}

# serve N: an iperf3 server for one test.
serve() {
	node "$1" iperf3 -s -1 > /dev/null 2>&1 3>&- &
	await listens "$1"
}

# bits N TARGET [OPTIONS]: what the receiver got, in bit/s.
bits() {
	local n=$1 target=$2
	shift 2
	node "$n" iperf3 -J -c "$target" "$@" | awk '
		/"(sum_received|sum)":/ { on = 1 }
		on && /"bits_per_second":/ { gsub(/[^0-9.e+]/, "", $2); v = $2; on = 0 }
		END { printf "%.0f\n", v }'
}

bits_within() {
	local to=$1 target=$2 least=$3 most=$4 got
	serve "$to"
	got=$(bits 0 "$target" "${@:5}")
	within "$got" 0 "$most" && at_least "$got" "$least" || return "$LATE"
}

# carries TO TARGET LEAST MOST [OPTIONS]: checks the bit/s from the first node. On a busy machine
# the receiver may count too many, which waited while it did not run. And TCP takes each pause for
# congestion, so LEAST is much less than the rate; the transmission time of a frame is exact.
carries() {
	patiently bits_within "$@"
}

# ---- impairments ----

@test "relay: a delay of 5 ms each way makes an RTT of 10 ms, never less" {
	chain_up "$P" 1
	relay $(chain_links 1 delay=5000)
	takes 0 10.77.0.2 9.98 15
}

@test "relay: four links in series add up" {
	chain_up "$P" 4
	relay $(chain_links 4 delay=5000)
	takes 0 10.77.3.2 39.9 50
}

@test "relay: each direction has its own delay" {
	chain_up "$P" 1
	relay l0/w0a/w0b/delay=20000/delay=1000
	takes 0 10.77.0.2 20.9 26
	"$RELAY_LAB" stop "$PID" "$START"
	relay l0/w0a/w0b/delay=0/loss=1000000
	run node 0 ping -n -c 2 -i 0.1 -W 1 10.77.0.2
	[ "$status" -eq 1 ]
	[ "$(figure l0 1 lost)" -ge 2 ]
	[ "$(figure l0 1 frames)" -eq 0 ]
	[ "$(figure l0 0 lost)" -eq 0 ]
}

@test "relay: a link without impairment passes straight through" {
	chain_up "$P" 2
	relay $(chain_links 2 delay=0)
	takes 0 10.77.1.2 0 5
}

spread() {
	pinged 500 2000
	[ "$lost" -eq 0 ] || return 1
	within "$p90" 23000 1000000 || return 1
	within "$least" 9900 14000 && within "$p50" 19000 23000
}

@test "relay: jitter spreads the round trips and loses nothing" {
	chain_up "$P" 1
	relay l0/w0a/w0b/delay=10000,jitter=5000
	patiently spread
}

@test "relay: 100 % loss towards one port drops and counts every frame" {
	chain_up "$P" 1
	relay l0/w0a/w0b/delay=0
	node 0 ping -n -c 1 -W 5 10.77.0.2
	"$RELAY_LAB" set "$C" l0 1 loss=1000000
	run node 0 ping -n -c 3 -i 0.1 -W 1 10.77.0.2
	[ "$status" -eq 1 ]
	[ "$(figure l0 1 lost)" -ge 3 ]
	[ "$(figure l0 0 lost)" -eq 0 ]
}

a_tenth() {
	pinged 3000 200
	within "$lost" 220 380
}

@test "relay: a loss of 10 % drops a tenth of the frames" {
	chain_up "$P" 1
	relay l0/w0a/w0b/delay=0
	node 0 ping -n -c 1 -W 5 10.77.0.2
	"$RELAY_LAB" set "$C" l0 1 loss=100000
	patiently a_tenth
}

@test "relay: every frame arrives twice" {
	chain_up "$P" 1
	relay l0/w0a/w0b/delay=1000/delay=1000,duplicate=1000000
	run node 0 ping -n -c 5 -i 0.1 -W 5 10.77.0.2
	[[ $output == *"DUP!"* ]]
}

overtaken() {
	pinged 100 5000
	[ "$lost" -eq 0 ] || return 1
	within "$most" 29900 1e9 || return 1
	within "$least" 0 10000
}

@test "relay: reordered frames overtake earlier frames" {
	chain_up "$P" 1
	relay l0/w0a/w0b/delay=0/delay=30000,reorder=500000
	patiently overtaken
}

@test "relay: a slow link delays each frame by its transmission time" {
	# 1 Mbit/s: a ping of 1000 bytes is a frame of 1042, 8.3 ms, each way.
	chain_up "$P" 1
	relay l0/w0a/w0b/rate=1000
	takes 0 10.77.0.2 16.6 22 -s 1000
}

@test "relay: a rate limits TCP in both directions" {
	needs_iperf
	chain_up "$P" 1
	relay l0/w0a/w0b/rate=50000,delay=2000
	carries 1 10.77.0.2 30e6 48.5e6 -t 3
	carries 1 10.77.0.2 30e6 48.5e6 -t 3 -R
}

# send BITS SECONDS: UDP in frames of 1514 bytes; sets dropped, those beyond the queue.
send() {
	local before
	serve 1
	before=$(figure l0 1 over-limit)
	node 0 iperf3 -c 10.77.0.2 -u -b "$1" -l 1472 -t "$2" > /dev/null || return "$LATE"
	dropped=$(($(figure l0 1 over-limit) - before))
	echo "dropped $dropped of $1"
}

none_dropped() { # (who did not run for a while sends it all at once)
	send "$@" && within "$dropped" 0 0
}

dropped_at_least() {
	send "$1" "$2" && at_least "$dropped" "$3"
}

@test "relay: a rate drops only frames that its queue cannot hold" {
	needs_iperf
	chain_up "$P" 1
	relay l0/w0a/w0b/rate=20000
	patiently none_dropped 10M/100 2 # in bursts of 100
	patiently dropped_at_least 60M 3 1000
}

# ---- kinds of frames ----

@test "relay: super-frames pass whole" {
	needs_iperf
	chain_up "$P" 1
	relay l0/w0a/w0b/delay=1000
	carries 1 10.77.0.2 100e6 1e12 -t 2
	frames=$(figure l0 1 frames) bytes=$(figure l0 1 bytes)
	[ $((bytes / frames)) -gt 4000 ]
	[ "$(figure l0 1 refused)" -eq 0 ]
}

@test "relay: ARP, IPv6, fragments and jumbo frames pass" {
	chain_up "$P" 1
	relay l0/w0a/w0b/delay=1000
	node 0 ip neigh flush all
	node 0 ping -n -c 2 -i 0.1 -W 5 10.77.0.2
	node 0 ping -n -c 2 -i 0.1 -W 5 fd77:0::2
	node 0 ping -n -c 2 -i 0.1 -W 5 -s 20000 10.77.0.2
	node 0 ip link set e1 mtu 9000
	node 1 ip link set e0 mtu 9000
	node 0 ping -n -c 2 -i 0.1 -W 5 -s 8972 -M do 10.77.0.2
	[ "$(figure l0 1 refused)" -eq 0 ]
}

@test "relay: the MTU of the ends holds" {
	chain_up "$P" 1
	relay l0/w0a/w0b/delay=1000
	node 0 ping -n -c 1 -W 5 -s 1472 -M do 10.77.0.2
	node 1 ip link set e0 mtu 1400
	run node 0 ping -n -c 1 -W 1 -s 1472 -M do 10.77.0.2
	[ "$status" -eq 1 ]
}

@test "relay: a bridge's traffic passes, from any address" {
	chain_up "$P" 1
	ip netns add "$P-host"
	ip link add up0 netns "$P-host" type veth peer name down0 netns "$P-n0"
	ip -n "$P-host" addr add 10.77.0.9/24 dev up0
	ip -n "$P-host" link set up0 up
	node 0 ip link add br0 type bridge || skip "this kernel has no bridge"
	node 0 ip addr flush dev e1
	node 0 ip link set br0 up
	node 0 ip link set down0 up master br0
	node 0 ip link set e1 master br0
	relay l0/w0a/w0b/delay=1000
	ip netns exec "$P-host" ping -n -c 3 -i 0.1 -W 5 10.77.0.2
}

@test "relay: VLAN tags pass, with and without offloads" {
	needs_iperf
	chain_up "$P" 1
	node 0 ip link add e1.5 link e1 type vlan id 5 || skip "this kernel has no VLAN devices"
	node 1 ip link add e0.5 link e0 type vlan id 5
	node 0 ip addr add 10.78.0.1/24 dev e1.5
	node 1 ip addr add 10.78.0.2/24 dev e0.5
	node 0 ip link set e1.5 up
	node 1 ip link set e0.5 up
	relay l0/w0a/w0b/delay=1000
	node 0 ping -n -c 2 -i 0.1 -W 5 10.78.0.2
	carries 1 10.78.0.2 50e6 1e12 -t 1
}

@test "relay: a VXLAN tunnel passes, with TCP at full speed in it" {
	needs_iperf
	chain_up "$P" 2
	node 0 ip link add vx type vxlan id 7 remote 10.77.1.2 dstport 4789 dev e1 ||
		skip "this kernel has no VXLAN"
	node 2 ip link add vx type vxlan id 7 remote 10.77.0.1 dstport 4789 dev e0
	node 0 ip addr add 10.79.0.1/24 dev vx
	node 2 ip addr add 10.79.0.2/24 dev vx
	node 0 ip link set vx up
	node 2 ip link set vx up
	relay $(chain_links 2 delay=1000)
	takes 0 10.79.0.2 3.9 8
	carries 2 10.79.0.2 50e6 1e12 -t 2
	[ "$(figure l0 1 missed)" -eq 0 ]
	[ "$(figure l0 1 refused)" -eq 0 ]
}

# ---- changes while it runs ----

@test "relay: an impairment is set while frames pass" {
	chain_up "$P" 1
	relay l0/w0a/w0b/delay=1000
	takes 0 10.77.0.2 1.9 6
	"$RELAY_LAB" set "$C" l0 0 delay=15000
	takes 0 10.77.0.2 15.9 21
	"$RELAY_LAB" set "$C" l0 0 delay=0
	takes 0 10.77.0.2 0.9 6
}

@test "relay: an unknown link and a value out of range are refused" {
	chain_up "$P" 1
	relay l0/w0a/w0b/delay=1000
	run "$RELAY_LAB" set "$C" l9 0 delay=1
	[ "$status" -eq 1 ]
	[ "$output" = "relay-lab: l9: No such file or directory" ]
	run "$RELAY_LAB" set "$C" l0 2 delay=1
	[ "$output" = "relay-lab: l0: Invalid argument" ]
	run "$RELAY_LAB" set "$C" l0 0 loss=1000001
	[ "$output" = "relay-lab: l0: Invalid argument" ]
}

# Changes the neighbour of a link that is measured all the time: a disturbance shows in the median.
come_and_go() {
	local rounds=0 told=$BATS_TEST_TMPDIR/ping
	rm -f "$told"
	"$RELAY_LAB" ping "$P-n0" 10.77.0.2 $((400 * (1 + pause))) 5000 > "$told" 3>&- &
	while kill -0 $! 2> /dev/null; do
		"$RELAY_LAB" add "$C" l1/w1a/w1b/delay=1000 || return 1
		node 1 ping -n -q -c 1 -W 5 10.77.1.2 > /dev/null || return 1
		"$RELAY_LAB" remove "$C" l1 || return 1
		rounds=$((rounds + 1))
	done
	wait $! || return 1
	read -r lost least p50 _ < "$told"
	echo "$rounds rounds, lost $lost, RTT $least $p50 us"
	[ "$lost" -eq 0 ] || return 1
	within "$least" 19900 1e9 || return 1
	within "$p50" 19900 26000 && at_least "$rounds" 6
}

@test "relay: links are added and removed without disturbing the others" {
	chain_up "$P" 2
	relay l0/w0a/w0b/delay=10000
	patiently come_and_go
	run node 1 ping -n -c 1 -W 1 10.77.1.2
	[ "$status" -eq 1 ]
	run "$RELAY_LAB" remove "$C" l1
	[ "$output" = "relay-lab: l1: No such file or directory" ]
	run "$RELAY_LAB" add "$C" l0/w1a/w1b/delay=1
	[ "$output" = "relay-lab: link 'l0': the name is taken" ]
	run "$RELAY_LAB" add "$C" l1/w1a/nothing/delay=1
	[ "$output" = "relay-lab: link 'l1': port 'nothing': no such interface: No such device" ]
}

is_unharmed() {
	[ "$(figure l0 1 lost)" = 0 ]
}

abused() {
	"$RELAY_LAB" abuse "$C" 3>&- &
	pinged 150 10000
	wait $!
	[ "$lost" -eq 0 ] || return 1
	within "$p50" 9900 15000
}

@test "relay: a hostile client stalls nothing" {
	chain_up "$P" 1
	relay l0/w0a/w0b/delay=5000
	patiently abused
	await is_unharmed # the last of those connections may not be closed yet
}

@test "relay: full memory drops frames, counts them, and recovers" {
	needs_iperf
	chain_up "$P" 1
	RELAY_MEMORY=1048576 relay l0/w0a/w0b/delay=100000
	patiently dropped_at_least 300M 2 100
	takes 0 10.77.0.2 199 220
}

@test "relay: an interface that goes down and comes back is carried again" {
	chain_up "$P" 1
	relay l0/w0a/w0b/delay=1000
	node 0 ping -n -c 1 -W 5 10.77.0.2
	ip -n "$P-dl" link set w0b down
	run node 0 ping -n -c 1 -W 1 10.77.0.2
	[ "$status" -eq 1 ]
	[ "$(figure l0 1 refused)" -ge 1 ]
	ip -n "$P-dl" link set w0b up
	await node 0 ping -n -q -c 1 -W 1 10.77.0.2
	[ "$(figure l0 1 gone)" -eq 0 ]
}

# ---- start and stop ----

@test "relay: the process is detached, has a title, and keeps no descriptor of its caller" {
	chain_up "$P" 1
	exec 7< /etc/passwd
	relay l0/w0a/w0b/delay=1000
	exec 7<&-
	"$RELAY_LAB" alive "$PID" "$START"
	[ "$(cat "/proc/$PID/comm")" = netemu-delay ]
	[ "$(tr '\0' ' ' < "/proc/$PID/cmdline" | sed 's/ *$//')" = "netemu-delay $P-dl" ]
	[ "$(awk '{ print $6 }' "/proc/$PID/stat")" != "$(awk '{ print $6 }' /proc/$$/stat)" ]
	[ "$(stat -c %a "$C")" = 600 ]
	run ls -l "/proc/$PID/fd"
	[[ $output != *passwd* && $output != *"$BATS_TEST_TMPDIR"* && $output != *pipe:* ]]
}

@test "relay: stop ends exactly the process with that pid and start time" {
	chain_up "$P" 1
	relay l0/w0a/w0b/delay=1000
	"$RELAY_LAB" stop "$PID" $((START + 1))
	"$RELAY_LAB" alive "$PID" "$START"
	run "$RELAY_LAB" alive "$PID" $((START + 1))
	[ "$status" -eq 1 ]
	rm "$C"
	echo "somebody else's" > "$C"
	"$RELAY_LAB" stop "$PID" "$START"
	grep -q "somebody else's" "$C"
	run "$RELAY_LAB" alive "$PID" "$START"
	[ "$status" -eq 1 ]
	"$RELAY_LAB" stop "$PID" "$START"
}

is_dead() {
	! "$RELAY_LAB" alive "$PID" "$START"
}

@test "relay: a killed process is seen as dead, the interfaces stay, a new process takes over" {
	chain_up "$P" 1
	relay l0/w0a/w0b/delay=1000
	kill -KILL "$PID"
	await is_dead
	ip -n "$P-dl" link show w0a
	run node 0 ping -n -c 1 -W 1 10.77.0.2
	[ "$status" -eq 1 ]
	relay l0/w0a/w0b/delay=1000
	node 0 ping -n -c 1 -W 5 10.77.0.2
}

is_deserted() {
	[ -z "$(ip netns pids "$P-dl")" ]
}

@test "relay: a failed start names the link and leaves no process" {
	chain_up "$P" 1
	run "$RELAY_LAB" spawn "$P-dl" "$C" l0/w0a/w0b/delay=1 l1/w0a/w9b/delay=1
	[ "$status" -eq 1 ]
	[ "$output" = "relay-lab: link 'l1': port 'w9b': no such interface: No such device" ]
	run "$RELAY_LAB" spawn "$P-dl" "$C" l0/w0a/w0b/delay=1 l0/w0a/w0b/delay=1
	[ "$output" = "relay-lab: link 'l0': the name is taken" ]
	run "$RELAY_LAB" spawn "$P-dl" "$C" l0/w0a/w0b/loss=2000000
	[ "$output" = "relay-lab: link 'l0': the impairment towards port 'w0a' is out of range" ]
	run "$RELAY_LAB" spawn "$P-dl" /nowhere/control l0/w0a/w0b/delay=1
	[ "$output" = "relay-lab: delay line: /nowhere/control: No such file or directory" ]
	[ ! -e "$C" ]
	await is_deserted
}

@test "relay: the control path may have any length" {
	chain_up "$P" 1
	C=$BATS_TEST_TMPDIR/$(printf 'long%.0s' {1..40})/control
	mkdir -p "${C%/*}"
	relay l0/w0a/w0b/delay=1000
	[ "$(figure l0 1 lost)" -eq 0 ]
}

is_gone() {
	[ "$(figure l0 1 gone)" -eq 1 ]
}

@test "relay: the process ends when all its ports are gone" {
	chain_up "$P" 1
	relay l0/w0a/w0b/delay=1000
	since=${EPOCHREALTIME/./}
	ip -n "$P-dl" link del w0a
	ip -n "$P-dl" link del w0b
	await is_gone
	await is_dead
	# Not at once: a link that is added again takes a moment.
	[ $((${EPOCHREALTIME/./} - since)) -gt 8000000 ]
}
