#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Extended networks, seen with the standard programs. (That every topology's packets do what was
# predicted, the extensions' too, is lab.bats' business.)

load lab

setup() {
	lab_setup
	"$NETEMU" doctor --json | jq -e '.features[] | select(.name == "vxlan") | .available' > /dev/null ||
		skip "this kernel has no VXLAN"
}

# packet BYTES NODE TARGET [SECONDS]: one echo of so many bytes that may not be fragmented.
packet() {
	in_node "$2" ping -n -M "do" -c 1 -W "${4:-5}" -s $(($1 - 28)) "$3"
}

@test "1350 bytes pass an extension, 1500 are lost without a word; in the cloud they pass" {
	up "$TOPOLOGIES/hcx-mtu.yaml"
	for pair in "pc-a.app2 dc1.app" "dc1.app pc-a.app2" "dc1.office pc-a.app2"; do
		read -r from to <<< "$pair"
		packet 1350 "$from" "$to"
		run packet 1500 "$from" "$to" 1
		echo "$output"
		[ "$status" -eq 1 ]
		[[ $output == *"100% packet loss"* ]]
		[[ $output != *rror* ]]
	done
	packet 1500 pc-a.app2 pc-a.app3
}

@test "a machine whose MTU is made 1350 says so, and sends in pieces" {
	up "$TOPOLOGIES/hcx-mtu.yaml"
	for node in pc-a.app2 dc1.app; do in_node "$node" ip link set eth0 mtu 1350; done
	in_node pc-a.app2 ping -n -q -c 1 -W 5 -s 1472 dc1.app
	run packet 1500 pc-a.app2 dc1.app
	[ "$status" -eq 1 ]
	[[ $output == *"essage too long"* ]]
}

# sent NODE: how many frames its end of the tunnel has sent.
sent() {
	in_node "$1" ip -j -s link show type vxlan | jq '.[0].stats64.tx.packets'
}

# is_crossed_by COUNT TARGET: so many frames cross of three echoes. (More when ARP asks meanwhile.)
is_crossed_by() {
	local before
	before=$(sent pc-a.hcx)
	in_node pc-a.app2 ping -n -q -c 3 -i 0.2 -W 5 "$2" || return 1
	within $(($(sent pc-a.hcx) - before)) "$1" "$1"
}

@test "frames cross the tunnel only when they have to" {
	up "$TOPOLOGIES/hcx-extension.yaml"
	in_node pc-a.app2 ping -n -q -c 1 dc1.app # the bridges learn
	in_node pc-a.app2 ping -n -q -c 1 pc-a.app3
	patiently is_crossed_by 0 pc-a.app3
	patiently is_crossed_by 3 dc1.app
	in_node dc1.hcx ip -d link show type vxlan |
		grep -q 'vxlan id 5001 remote 10.10.3.2 local 192.168.10.254 .*dstport 4789'
}

@test "an extension dies with the way below it, and what is in the cloud stays together" {
	up "$TOPOLOGIES/hcx-extension.yaml"
	in_node pc-a.app2 ping -n -q -c 1 -W 5 dc1.app
	in_node pc-a.hcx ip link set hcx-uplink down
	run in_node pc-a.app2 ping -n -q -c 2 -i 0.2 -W 1 dc1.app
	[ "$status" -eq 1 ]
	in_node pc-a.app2 ping -n -q -c 1 -W 5 pc-a.app3
}

@test "status sees what was changed of a tunnel, and bridges keep their own MTU" {
	up "$TOPOLOGIES/hcx-extension.yaml"
	"$NETEMU" status "$LAB" | grep -Eq '^drift +none$'
	in_node pc-a.hcx ip link set vxlan5001 mtu 1400
	run "$NETEMU" status "$LAB"
	[[ $output == *"pc-a.hcx: interface vxlan5001 has MTU 1400, not 1350"* ]]
	in_node pc-a.hcx ip link del vxlan5001
	in_node pc-a.hcx ip link add vxlan5001 address 02:6e:69:00:00:01 type vxlan \
		id 7 local 10.10.3.2 remote 192.0.2.1 dstport 4789
	run "$NETEMU" status "$LAB"
	[[ $output == *"tunnel vxlan5001 is 7 from 10.10.3.2 to 192.0.2.1, not 5001 from"* ]]
}

# goes_by WANTED FROM TO: the routers that a traceroute shows. (One whose answer is late is like one that
# is silent.)
goes_by() {
	local got
	got=$(in_node "$2" traceroute -q 1 -w 5 -N 1 "$3" |
		sed -n 's/^ *[0-9][0-9]* *\([^ ]*\).*/\1/p' | sed 's/\.secondary/.primary/' | tr '\n' ' ')
	echo "want $1 got $got"
	[ "$got" = "$1" ] || return "$LATE"
}

@test "with MON and its default policy a flow takes the predicted way, also after the first packets" {
	file=$TOPOLOGIES/hcx-mon-default-policy.yaml
	up "$file"
	in_node pc-a.app2 ping -n -q -c 5 -i 0.2 hub.app
	want=$("$NETEMU" predict --json "$file" pc-a.app2 hub.app |
		jq -r '.pairs[0].forward[1:][]' | sed 's/\.secondary/.primary/' | tr '\n' ' ')
	patiently goes_by "$want" pc-a.app2 hub.app
	"$NETEMU" predict --json "$file" pc-a.app2 hub.app | jq -e '.pairs[0].symmetric == false'
}

@test "explain names the nodes that a trombone passes twice" {
	run "$NETEMU" explain "$TOPOLOGIES/hcx-trombone.yaml" pc-a.native pc-a.app2
	[[ $output == *"dc1.ce to pc-a.app2, 15ms, through the extension 'lan-stretch'"* ]]
	[[ $output == *"Trombone: the packet passes "*"pc-a.t0"*" twice,"* ]]
}
