#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Plans, without privileges: what the kernel would be told, pinned line by line.
#
# UPDATE_GOLDEN=1 bats tests/bats/plan.bats writes the expected plans anew; read the difference.

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	NETEMU=${NETEMU:-$TOP/build/netemu}
	cd "$TOP" || exit
}

compare() { # VRF DELAY
	local file golden
	for file in topologies/*.yaml; do
		golden=tests/golden/$(basename "$file" .yaml).$1-$2.plan
		"$NETEMU" plan --vrf "$1" --delay "$2" "$file" > "$BATS_TEST_TMPDIR/plan"
		[ -z "${UPDATE_GOLDEN:-}" ] || cp "$BATS_TEST_TMPDIR/plan" "$golden"
		diff "$golden" "$BATS_TEST_TMPDIR/plan"
	done
}

@test "the plan of every topology with VRF devices and netem is the expected one" {
	compare device netem
}

@test "the plan of every topology with namespaces and the delay line is the expected one" {
	compare namespace relay
}

@test "a plan is the same every time" {
	"$NETEMU" plan --vrf device --delay netem topologies/avs-on-premises.yaml > "$BATS_TEST_TMPDIR/a"
	"$NETEMU" plan --vrf device --delay netem topologies/avs-on-premises.yaml > "$BATS_TEST_TMPDIR/b"
	cmp "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
}

@test "no name of a device is longer than the kernel's 15 bytes, nor twice in a namespace" {
	for file in topologies/*.yaml; do
		for vrf in device namespace; do
			"$NETEMU" plan --vrf "$vrf" --delay relay "$file" |
				awk '/^netns/ { ns = $2 } /^  link/ { if (length($3) > 15 || seen[ns, $3]++) { print ns, $3; bad = 1 } } END { exit bad }'
		done
	done
}

@test "every command that reads a file works without privileges" {
	[ "$(id -u)" -ne 0 ] || run_as="setpriv --reuid 65534 --regid 65534 --clear-groups"
	# (Who is root of a user namespace only has nobody else to be.)
	$run_as true 2> /dev/null || skip "cannot become another user here"
	place=$(mktemp -d)
	cp -r topologies "$NETEMU" "$place"
	chmod -R a+rX "$place"
	for args in validate plan predict; do
		# shellcheck disable=SC2086
		$run_as "$place/netemu" $args "$place/topologies/avs-on-premises.yaml" > "$BATS_TEST_TMPDIR/out"
	done
	# shellcheck disable=SC2086
	$run_as "$place/netemu" routes "$place/topologies/avs-on-premises.yaml" hub.fabric |
		grep -E '10\.10\.64\.0/24 +pc-a\.primary, pc-a\.secondary +bgp +12076 398656'
	rm -r "$place"
}
