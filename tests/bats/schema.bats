#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The JSON Schema of topology files, by somebody else's validator.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	NETEMU=${NETEMU:-$TOP/build/netemu}
	cd "$TOP" || exit
	SCHEMA=$BATS_TEST_TMPDIR/schema.json
	"$NETEMU" validate --schema > "$SCHEMA"
}

check() { # FILE...: Debian's python3, which has the packages that scripts/deps installs
	/usr/bin/python3 tests/schema/check.py "$SCHEMA" "$@"
}

@test "every topology is valid by the schema" {
	check topologies/*.yaml
}

@test "what netemu refuses for its form, the schema refuses, too" {
	local file
	for file in tests/schema/bad/*.yaml; do
		run check "$file"
		echo "$file: $output"
		[ "$status" -eq 1 ]
		run "$NETEMU" validate "$file"
		[ "$status" -eq 2 ]
	done
}

@test "all that the schema knows of the keys is what the reader asks for" {
	# One file with every short form and every long one.
	cat > "$BATS_TEST_TMPDIR/forms.yaml" <<- 'END'
		netemu: "1"
		name: 0-forms
		timers: azure
		speed: 10x
		hops: all
		latency: { within-region: 1 ms, West Europe..northeurope: 17ms }
		routers: { r: , s: { asn: 64512, announce: 10.60.0.0/24, routes: { 0.0.0.0/0: r, 10.9.0.0/16: 10.61.0.1 } } }
		hosts: { a: 10.50.0.10/24, b: { address: [10.60.0.10/24], gateway: 10.60.0.1, listen: [tcp/443, udp/53] } }
		links:
		  l: { between: [a, r], delay: 1.5 ms, back: { loss: 0.1% }, mtu: 1400 }
		  m: { between: [b, s], rate: 1Gbps, bgp: false }
		  n: { between: [r, s], prefix: 10.61.0.0/30 }
		virtual-networks:
		  v: { region: West Europe, address-space: [10.1.0.0/16], subnets: { x: 10.1.1.0/24, y: { prefix: 10.1.2.0/24, vms: { z: null, fw: 10.1.2.9 } } },
		       gateways: { expressroute: { sku: ERGW1AZ } } }
		failed: [l]
		impaired: { m: { loss: 1% }, n: {} }
		expect:
		  - { from: a, to: b, reachable: false, because: 1 }
		  - { from: a, to: b, rtt: 1ms .. 4 ms, loss: .. 1 %, jitter: 0ms .. }
		  - { at: s, route: 10.50.0.0/24, absent: true, within: 3s }
		  - { from: v.x, to: v.z, tcp: 443, reachable: false }
		scenarios:
		  one:
		    - restore: l
		    - expect: { from: a, to: b, path: [r, ..., [s, r], b], hops: 3, mtu: 1400, loss: ..1%, not-via: v }
		    - expect: [{ at: s, route: 10.50.0.0/24, via: r, as-path: 64512 }]
		    - connect: { routers: { t: } }
		    - impair: { m: { loss: 2% }, n: }
		    - disconnect: [t]
		    - say: done
		    - wait: 1s
	END
	"$NETEMU" validate "$BATS_TEST_TMPDIR/forms.yaml"
	check "$BATS_TEST_TMPDIR/forms.yaml"
}

@test "a default of the schema is what not writing it means" {
	local file
	mkdir "$BATS_TEST_TMPDIR/filled"
	/usr/bin/python3 tests/schema/fill.py "$SCHEMA" "$BATS_TEST_TMPDIR/filled" topologies/*.yaml
	check "$BATS_TEST_TMPDIR"/filled/*.yaml
	for file in topologies/*.yaml; do
		"$NETEMU" plan --vrf device --delay netem "$file" > "$BATS_TEST_TMPDIR/a" 2> /dev/null
		"$NETEMU" plan --vrf device --delay netem \
			"$BATS_TEST_TMPDIR/filled/$(basename "$file")" > "$BATS_TEST_TMPDIR/b"
		diff "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b" | head -n 20 > "$BATS_TEST_TMPDIR/d"
		[ ! -s "$BATS_TEST_TMPDIR/d" ] || { echo "$file"; cat "$BATS_TEST_TMPDIR/d"; false; }
	done
}

@test "the schema that lies beside the topologies is of this program" {
	diff topologies/schema.json "$SCHEMA" || {
		echo "run: make schema"
		false
	}
}

@test "every topology names its schema, for editors" {
	local file
	for file in topologies/*.yaml; do
		[ "$(head -n 1 "$file")" = "# yaml-language-server: \$schema=schema.json" ] || {
			echo "$file"
			false
		}
	done
}

@test "the schema is asked for alone, and a file is needed otherwise" {
	run -2 --separate-stderr "$NETEMU" validate --schema topologies/two-routers.yaml
	[[ $stderr == *"'validate --schema' takes no files"* ]]
	run -2 --separate-stderr "$NETEMU" validate
	[[ $stderr == *"'validate' wants FILE..."* ]]
}
