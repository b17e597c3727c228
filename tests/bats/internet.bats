#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The internet and hosts' services, seen with the standard programs. (That every topology's packets
# do what was predicted is lab.bats' business.)

load lab

has() { # FEATURE
	"$NETEMU" doctor --json | jq -e ".features[] | select(.name == \"$1\") | .available" > /dev/null
}

@test "a machine is reached from the internet by its public name, its neighbour is not" {
	up "$TOPOLOGIES/public-ip.yaml"
	in_node internet.probe ping -n -c 1 -W 5 hub.vm.public
	run in_node internet.probe ping -n -c 1 -W 1 hub.back
	[ "$status" -eq 1 ]
	run in_node internet.probe getent -s files hosts hub.back.public
	[ "$status" -ne 0 ]
	# netemu's own ping knows which of the two names serves.
	"$NETEMU" ping "$LAB" internet.probe hub.vm -- -c 1 -W 5
	"$NETEMU" ping "$LAB" hub.back hub.vm -- -c 1 -W 5
}

@test "traceroute shows the NAT, and answers from beyond it come back" {
	up "$TOPOLOGIES/public-ip.yaml"
	run in_node hub.vm traceroute -q 1 -w 5 -N 1 internet.probe
	echo "$output"
	[[ $output == *hub.fabric*hub.nat*internet*internet.probe* ]]
}

@test "either rule engine makes the same lab" {
	local tolerance=${SLACK}ms
	[ "$SLACK" != none ] || tolerance=1s
	for engine in nftables iptables; do
		has "$engine" || continue
		for file in public-ip vnet-nva-spokes-not-forwarded; do
			patiently keeps_all "${BACKENDS[@]}" --rules "$engine" --matrix --tolerance "$tolerance" \
				"$TOPOLOGIES/$file.yaml"
		done
	done
}

@test "hosts listen where the file says so, and only there" {
	up "$TOPOLOGIES/tcp-services.yaml"
	in_node hub.app timeout 20 bash -c 'exec 3<> /dev/tcp/pc-a.vcenter/443'
	in_node internet.probe timeout 20 bash -c 'exec 3<> /dev/tcp/pc-a.web.public/80'
	run in_node pc-a.web timeout 20 bash -c 'exec 3<> /dev/tcp/hub.app/80'
	[ "$status" -eq 1 ]
	[[ $output == *"Connection refused"* ]]
	run in_node pc-a.web timeout 20 bash -c \
		'exec 3<> /dev/udp/hub.app/53; echo hello >&3; head -n 1 <&3'
	[ "$output" = hello ]
}

is_deaf() {
	"$NETEMU" status "$LAB" | grep "nothing listens"
}

@test "what listens goes with the lab; when it has died, status says so" {
	snapshot > "$BATS_TEST_TMPDIR/before"
	up "$TOPOLOGIES/tcp-services.yaml"
	run "$NETEMU" status "$LAB"
	[[ $output != *"nothing listens"* ]]
	pid=$(sed -n 's/^services \([0-9]*\) .*/\1/p' "/run/netemu/$LAB/state")
	[ "$(tr -d '\0' < "/proc/$pid/cmdline")" = "netemu-services $LAB" ]
	kill -9 "$pid"
	await is_deaf
	"$NETEMU" down "$LAB"
	up "$TOPOLOGIES/tcp-services.yaml"
	"$NETEMU" down "$LAB"
	snapshot > "$BATS_TEST_TMPDIR/after"
	diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
}
