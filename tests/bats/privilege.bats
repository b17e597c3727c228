#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the processes of a lab may do, once they are at work.

bats_require_minimum_version 1.5.0
load lab

# of PID KEY: a line of the process's status.
of() {
	awk -v key="$2:" '$1 == key { print $2 }' "/proc/$1/status"
}

@test "privilege: the delay line and what listens keep what they need, and gain nothing" {
	BACKENDS=(--vrf "${NETEMU_VRF:-auto}" --delay relay)
	up "$TOPOLOGIES/tcp-services.yaml"
	relay=$("$NETEMU" status --json "$LAB" | jq -r '."delay-line".pid')
	services=$(pgrep -f "^netemu-services $LAB\$")
	[ -n "$relay" ] && [ -n "$services" ]
	for pid in $relay $services; do
		[ "$(of "$pid" NoNewPrivs)" = 1 ]
		[ "$(of "$pid" CapInh)" = 0000000000000000 ]
		# (A sanitized program has no filter.)
		[[ -z $(of $$ Seccomp) || $NETEMU =~ /t?san/bin/ || $(of "$pid" Seccomp) == 2 ]]
	done
	# CAP_NET_ADMIN, CAP_NET_RAW, CAP_IPC_LOCK; and none.
	[ "$(of "$relay" CapPrm)" = 0000000000007000 ]
	[ "$(of "$services" CapPrm)" = 0000000000000000 ]
}

@test "privilege: a program in a node has the rights of who started it, no more and no less" {
	up "$TOPOLOGIES/two-routers.yaml"
	[ "$("$NETEMU" exec "$LAB" pc1 grep -E 'Cap|NoNewPrivs|Seccomp:' /proc/self/status)" = \
		"$(grep -E 'Cap|NoNewPrivs|Seccomp:' /proc/self/status)" ]
}

@test "privilege: others may look into the run directory, and change nothing" {
	up "$TOPOLOGIES/two-routers.yaml"
	[ -z "$(find "${NETEMU_RUN:-/run/netemu}/$LAB" ! -type l -perm /022)" ]
	[ "$(stat -c %a "${NETEMU_RUN:-/run/netemu}/$LAB/lock")" = 600 ]
}
