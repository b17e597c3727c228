#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Every JSON output has a schema under man/schemas and is valid by it. The schemas allow no other
# keys, so a new key of a command must be added there.

bats_require_minimum_version 1.5.0

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	NETEMU=${NETEMU:-$TOP/build/netemu}
	SCHEMAS=$TOP/man/schemas
	/usr/bin/python3 -c 'import jsonschema' 2> /dev/null ||
		skip "jsonschema is not installed (Debian: python3-jsonschema)"
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[ "$(id -u)" -ne 0 ] || "$NETEMU" down -q "js$$" 2> /dev/null || true
}

# say NAME COMMAND...: adds the JSON of the command to the documents to validate by the schema NAME.
# The command may report findings.
say() {
	local name=$1
	shift
	n=$((${n:-0} + 1))
	"$NETEMU" --json "$@" > "$name.$n.json" 2> errors || [ -s "$name.$n.json" ] || {
		cat errors
		return 1
	}
}

check() {
	"$TOP/tests/schema/check" "$SCHEMAS" ./*.*.json
}

# Commands without JSON: their output comes from another program, is a picture, a stream, text only,
# or empty.
say_nothing="$(printf '%s\n' init exec shell ping traceroute demo graph run capture export completion)"

@test "json: every command's output has a schema, and every schema a command" {
	diff <("$NETEMU" help --json | jq -r '.commands[].name' | grep -vxF "$say_nothing" |
		sed -E 's/^(apply|connect|disconnect|fail|restore|impair)$/change/; s/^(down|gc)$/removed/' | sort -u) \
		<(cd "$SCHEMAS" && printf '%s\n' ./*.json | sed 's|^./||; s/\.json$//' | sort)
}

@test "json: the output for each topology is valid by its schema" {
	for file in "$TOP"/topologies/*.yaml; do
		say validate validate "$file"
		say predict predict "$file"
		pair=$(jq -r '[.pairs[] | select(.reachable | not)] + .pairs | .[0] | .from + " " + .to' "predict.$n.json")
		# shellcheck disable=SC2086
		say explain explain "$file" $pair
		say routes routes "$file" "${pair% *}"
		say plan plan --counts "$file"
	done
	file=$TOP/topologies/avs-on-premises.yaml
	say plan plan --vrf device --delay netem "$file"
	say plan plan --vrf namespace --delay relay "$file"
	say routes routes --all "$file"
	say explain explain "$file" dc1.lan pc-a.web
	say routes routes --as effective-routes "$file" hub.app
	say routes routes --as circuit "$file" er-dc1.primary
	say routes routes --as learned "$file" hub.er-gateway
	say routes routes --as advertised "$file" hub.er-gateway
	say help help
	say help help test
	check
}

@test "json: the errors of every command are valid by the schema of validate" {
	echo 'netemu: 1
routers: { r1: { asn: 1x }, r2: { ans: 2 } }
hosts: [' > bad.yaml
	say validate validate bad.yaml nowhere.yaml
	for line in "predict bad.yaml" "plan --vrf x bad.yaml" "xyzzy" "explain bad.yaml a b"; do
		n=$((n + 1))
		# shellcheck disable=SC2086
		"$NETEMU" --json $line 2> "validate.$n.json" || true
	done
	check
}

@test "json: the output for a running lab is valid by its schema" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	cat > mine.yaml <<-YAML
		netemu: 1
		name: js$$
		routers: { r1: { asn: 65010 }, r2: { asn: 65020 } }
		hosts: { h1: { address: 10.50.1.10/24 }, h2: { address: 10.50.2.10/24 } }
		links: { a: { between: [h1, r1] }, b: { between: [r1, r2], delay: 1ms, bgp: true }, c: { between: [r2, h2] } }
		expect:
		  - { from: h1, to: h2, reachable: true }
		  - { from: h1, to: h2, reachable: false, because: wishful thinking }
	YAML
	say up up mine.yaml
	say list list
	say status status "js$$"
	say doctor doctor
	say test test --matrix "js$$"
	ip -n "js$$.h1" addr add 10.99.9.9/32 dev eth0
	say status status "js$$"
	say watch watch --count 1 "js$$" h1 h2
	say change impair "js$$" b loss=1%
	say change impair "js$$" b
	say change fail "js$$" b
	say status status "js$$"
	say list list
	say change fail --dry-run "js$$" a
	say change connect "js$$" 'hosts: { h3: 10.50.3.10/24 }' 'links: { d: { between: [r1, h3] } }'
	say plan plan --diff "js$$" mine.yaml
	say change apply mine.yaml "js$$"
	say change disconnect --dry-run "js$$" c h2
	say removed down "js$$" nowhere
	jq -e --arg lab "js$$" '.removed == [$lab]' "removed.$n.json"
	NETEMU_RUN=$BATS_TEST_TMPDIR say removed gc
	check
	jq -se 'map(.drift | length) | any(. == 0) and any(. == 1)' status.*.json
}
