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

# With VRF devices and netem these six are enough: a test below proves that they have every kind of
# row that any topology's plan has. What the backends have in common, the other plans pin.
DEVICE_NETEM="azure-appliance circuit-lost hcx-generation-2 primary-link-lost tcp-services
	two-routers"

compare() { # VRF DELAY TOPOLOGY...
	local vrf=$1 delay=$2 name golden
	shift 2
	for name; do
		golden=tests/golden/$name.$vrf-$delay.plan
		"$NETEMU" plan --vrf "$vrf" --delay "$delay" "topologies/$name.yaml" > "$BATS_TEST_TMPDIR/plan"
		[ -z "${UPDATE_GOLDEN:-}" ] || cp "$BATS_TEST_TMPDIR/plan" "$golden"
		diff "$golden" "$BATS_TEST_TMPDIR/plan"
	done
}

@test "the plan of six topologies with VRF devices and netem is the expected one" {
	# shellcheck disable=SC2086
	compare device netem $DEVICE_NETEM
}

@test "the plan of every topology with namespaces and the delay line is the expected one" {
	# shellcheck disable=SC2046
	compare namespace relay $(basename -s .yaml topologies/*.yaml)
}

# The first word of each row, and the words that tell kinds of links and routes apart.
kinds() {
	local words='master|down|blackhole|nexthop|onlink|metric|table|rate|any|<->'
	grep -oE "^  [a-z]+|(type|proto) [a-z]+| ($words)( |$)" | sort -u
}

@test "the six plans with VRF devices and netem have every kind of row" {
	for name in $DEVICE_NETEM; do
		"$NETEMU" plan --vrf device --delay netem "topologies/$name.yaml"
	done | kinds > "$BATS_TEST_TMPDIR/six"
	for file in topologies/*.yaml; do
		"$NETEMU" plan --vrf device --delay netem "$file"
	done | kinds > "$BATS_TEST_TMPDIR/all"
	[ "$(wc -l < "$BATS_TEST_TMPDIR/all")" -gt 20 ]
	diff "$BATS_TEST_TMPDIR/six" "$BATS_TEST_TMPDIR/all"
}

@test "each expected plan is one of those that are compared" {
	# shellcheck disable=SC2086
	printf 'tests/golden/%s.device-netem.plan\n' $DEVICE_NETEM > "$BATS_TEST_TMPDIR/compared"
	basename -s .yaml topologies/*.yaml |
		sed 's|.*|tests/golden/&.namespace-relay.plan|' >> "$BATS_TEST_TMPDIR/compared"
	diff <(sort "$BATS_TEST_TMPDIR/compared") <(printf '%s\n' tests/golden/*.plan | sort)
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
