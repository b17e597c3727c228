#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What leaves netemu: a lab for iproute2 alone, a topology as JSON, an installation.

bats_require_minimum_version 1.5.0

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	NETEMU=${NETEMU:-$TOP/build/netemu}
	TOPOLOGIES=$TOP/topologies
	LAB=te$$-$BATS_TEST_NUMBER
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[ ! -e lab/down ] || ip -force -batch lab/down 2> /dev/null || true
}

@test "export: every topology as JSON comes to the same plan" {
	for file in "$TOPOLOGIES"/*.yaml; do
		"$NETEMU" export -q --format json "$file" -o t.json 2> /dev/null
		jq -e '.netemu == 1' t.json > /dev/null
		cmp <("$NETEMU" plan -q --vrf namespace --delay relay t.json 2> /dev/null) \
			<("$NETEMU" plan -q --vrf namespace --delay relay "$file" 2> /dev/null) ||
			{ echo "$file differs"; false; }
	done
}

@test "export: iproute2 alone builds the lab, and removes it" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	command -v sysctl > /dev/null || skip "sysctl is not installed (Debian: procps)"
	"$NETEMU" export -q "$TOPOLOGIES/avs-on-premises.yaml" --name "$LAB" -o lab
	grep -q 'netem limit [0-9]* delay 250us rate 1Gbit' lab/nodes/dc1.ce.tc
	modprobe -n sch_netem 2> /dev/null || rm lab/nodes/*.tc # (then without its delays)
	lab/up
	address() { awk -v n="$1" '$2 == n { print $1; exit }' lab/hosts; }
	ip netns exec "$LAB.dc1.lan" ping -c 1 -W 5 "$(address pc-a.web)"
	ip netns exec "$LAB.hub.app" ping -c 1 -W 5 "$(address pc-b.vcenter)"
	run ! ip netns exec "$LAB.dc1.lan" ping -c 1 -W 1 "$(address pc-b.web)"
	ip -force -batch lab/down
	run ! grep -q "$LAB" <(ip netns list)
	# What is there is not written over.
	run ! "$NETEMU" export -q "$TOPOLOGIES/avs-on-premises.yaml" -o lab
}

@test "export: what iproute2 has no words for is told" {
	run --separate-stderr "$NETEMU" export "$TOPOLOGIES/public-ip.yaml" -o lab
	[ "$status" -eq 0 ]
	[[ $stderr == *"translations of addresses are left out"* ]]
}

@test "install: what make install puts there, make uninstall takes away" {
	command -v make > /dev/null || skip "make is not installed"
	in_root() { make -s -C "$TOP" "$1" OUT="$NETEMU" -o "$NETEMU" PREFIX=/usr DESTDIR="$PWD/root"; }
	in_root install
	root/usr/bin/netemu --version
	for file in man/man8/netemu.8 netemu/topologies/avs-on-premises.yaml \
		netemu/topologies/README.md netemu/topologies/exercises/README.md; do
		[ -s "root/usr/share/$file" ]
	done
	root/usr/bin/netemu validate root/usr/share/netemu/topologies/two-routers.yaml
	in_root uninstall
	[ -z "$(find root ! -type d)" ]
}
