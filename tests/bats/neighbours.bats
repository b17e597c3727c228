#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The machine is not netemu's: what others have on it is the same before, during and after.

bats_require_minimum_version 1.5.0
load lab

setup() {
	lab_setup
	DK=dk$$
}

teardown() {
	[ -z "${sleeper:-}" ] || kill "$sleeper" 2> /dev/null || true
	lab_teardown
	ip link del "${DK}b" 2> /dev/null || true
	for n in 1 2; do
		ip netns del "$DK-$n" 2> /dev/null || true
		ip link del "${DK}v$n" 2> /dev/null || true
	done
	nft delete table ip "$DK" 2> /dev/null || true
	ip rule del pref 31999 2> /dev/null || true
	ip route flush table 31999 2> /dev/null || true
	rm -rf "/etc/netns/$DK-1"
}

# As a container engine has it: a bridge with an address, namespaces with a veth each, masquerading,
# forwarding rules, a rule and a table for policy routing.
engine() {
	ip link add "${DK}b" type bridge
	ip addr add 172.29.77.1/24 dev "${DK}b"
	ip link set "${DK}b" up
	for n in 1 2; do
		ip netns add "$DK-$n"
		ip link add "${DK}v$n" type veth peer name eth0 netns "$DK-$n"
		ip link set "${DK}v$n" master "${DK}b" up
		ip -n "$DK-$n" addr add 172.29.77.$((n + 1))/24 dev eth0
		ip -n "$DK-$n" link set eth0 up
		ip -n "$DK-$n" route add default via 172.29.77.1
	done
	mkdir -p "/etc/netns/$DK-1"
	echo "172.29.77.3 other" > "/etc/netns/$DK-1/hosts"
	ip rule add pref 31999 from 172.29.77.0/24 lookup 31999
	ip route add 10.10.0.0/16 via 172.29.77.2 table 31999
	nft -f - <<- END || return 0 # a kernel without it has none of it
		table ip $DK {
			chain forward { type filter hook forward priority 0; policy accept; iifname "${DK}b" accept; }
			chain post { type nat hook postrouting priority 100; ip saddr 172.29.77.0/24 ip daddr != 172.29.77.0/24 masquerade; }
		}
	END
}

rulesets() {
	nft list ruleset 2> /dev/null | sed 's/packets [0-9]* bytes [0-9]*//' || true
	iptables-save 2> /dev/null | sed -e '/^#/d' -e 's/\[[0-9:]*\]//' || true
}

network() {
	ip -d -o link | sed 's/ [a-z_]*_timer *[0-9.]*//g'
	ip -o addr | sed 's/valid_lft.*//'
	ip route show table all
	ip -6 route show table all | sed 's/ expires [0-9]*sec//'
	ip rule
	ip neigh show nud permanent
	tc qdisc show
	rulesets
}

# Everything of the machine that is not of netemu's labs.
machine() {
	network
	for n in 1 2; do ip netns exec "$DK-$n" bash -c "$(declare -f network rulesets); network"; done
	sysctl -a 2> /dev/null | grep -E '^(net|kernel)\.' |
		grep -vE '(random|ns_last_pid|pty.nr|nf_conntrack_count|hung_task|perf_|netns_ok|sched_domain)' || true
	sed 's/^[0-9]* [0-9]* //' /proc/self/mountinfo | grep -vF "$LAB" | grep -v netemu | sort
	find /run/netns /etc/netns -path "*$DK*" | sort
	cat "/etc/netns/$DK-1/hosts"
	cmp /etc/hosts "$BATS_TEST_TMPDIR/hosts" && readlink /proc/self/ns/*
	kill -0 "$sleeper" && readlink "/proc/$sleeper/ns/net"
}

same() {
	machine > "$1"
	diff -u before "$1"
}

# No address is still looking whether somebody else has it.
settled() {
	! { ip -6 addr && ip -n "$DK-1" -6 addr && ip -n "$DK-2" -6 addr; } | grep -q tentative
}

@test "beside a container engine and another lab: nothing of theirs changes, whatever a lab does" {
	cp /etc/hosts hosts
	engine
	ip netns exec "$DK-1" sleep 600 3>&- &
	sleeper=$!
	up "$TOPOLOGIES/two-routers.yaml" "$LAB-other"
	await settled
	machine > before
	other=$("$NETEMU" status "$LAB-other" | grep -v '^created')
	up "$TOPOLOGIES/tcp-services.yaml"
	same during
	"$NETEMU" apply -q "$TOPOLOGIES/avs-internet-snat.yaml" "$LAB"
	same applied
	run "$NETEMU" up -q --name "$LAB" "$TOPOLOGIES/two-routers.yaml" # it stands: refused
	[ "$status" -ne 0 ]
	"$NETEMU" gc -q
	same collected
	"$NETEMU" down -q "$LAB"
	same after
	up "$TOPOLOGIES/tcp-services.yaml"
	rm -rf "/run/netemu/$LAB" 2> /dev/null || true # somebody tidies up by hand
	"$NETEMU" gc -q
	same afterwards
	[ "$("$NETEMU" status "$LAB-other" | grep -v '^created')" = "$other" ]
	ip netns exec "$DK-1" ping -c 1 -W 5 172.29.77.3
	ip netns exec "$LAB-other.pc1" ping -c 1 -W 5 pc2
}

@test "names that are taken are refused, never reused" {
	ip netns add "$LAB.pc1"
	id=$(stat -c %i "/run/netns/$LAB.pc1")
	run "$NETEMU" up -q --name "$LAB" "$TOPOLOGIES/two-routers.yaml"
	[ "$status" -eq 2 ]
	[[ $output == *"'/run/netns/$LAB.pc1' exists already and is not netemu's"* ]]
	[ "$(stat -c %i "/run/netns/$LAB.pc1")" = "$id" ]
	run ! test -e "/run/netemu/$LAB"
	ip netns del "$LAB.pc1"
	up "$TOPOLOGIES/two-routers.yaml"
}

@test "a directory of somebody else's under the run directory is refused and left alone" {
	mkdir -p "/run/netemu/$LAB"
	echo mine > "/run/netemu/$LAB/notes"
	run "$NETEMU" up -q --name "$LAB" "$TOPOLOGIES/two-routers.yaml"
	[ "$status" -ne 0 ]
	"$NETEMU" gc -q
	[ "$(cat "/run/netemu/$LAB/notes")" = mine ]
	rm -r "/run/netemu/$LAB"
}
