#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Removing a lab, and when it is really gone.

bats_require_minimum_version 1.5.0
load lab

teardown() {
	ip netns del "$LAB-beside" 2> /dev/null || true
	lab_teardown
}

# A device beside the lab, whose other end is inside: the kernel takes it away with that end.
@test "down --wait returns when the kernel has freed what the lab was made of" {
	up "$TOPOLOGIES/two-routers.yaml"
	ip netns add "$LAB-beside"
	ip -n "$LAB-beside" link add beside type veth peer name beside netns "$LAB.r1"
	ip -n "$LAB-beside" link show beside
	"$NETEMU" down -q --wait "$LAB"
	run ! ip -n "$LAB-beside" link show beside
}

@test "down --wait --all is fine with no lab at all" {
	NETEMU_RUN=$BATS_TEST_TMPDIR/run "$NETEMU" down --wait --all
}

@test "down --wait does not hide that there is no such lab" {
	run "$NETEMU" down --wait "$LAB"
	[ "$status" -eq 2 ]
	[[ $output == *"$LAB"* ]]
}
