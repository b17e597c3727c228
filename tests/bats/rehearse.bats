#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Scenarios are tried before anything is built: each step's mistakes, at their places, in one pass.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	NETEMU=${NETEMU:-$TOP/build/netemu}
	FILE=$BATS_TEST_TMPDIR/t.yaml
	cat > "$FILE" <<- 'END'
		netemu: 1
		routers: { r1: {}, r2: {} }
		hosts: { h1: 10.0.1.10/24, h2: 10.0.2.10/24 }
		links: { l: { between: [r1, r2] }, a: { between: [h1, r1] }, b: { between: [h2, r2] } }
		scenarios:
		  story:
	END
}

steps() { # the story's steps, one a line
	local step
	for step; do
		printf '    - %s\n' "$step"
	done >> "$FILE"
}

errors() { # line, column and id of each error
	grep -o '^[^ ]*: error: .*' <<< "$stderr" | sed -E 's/.*:([0-9]+:[0-9]+): error: .* (\[[a-z-]+\])$/\1 \2/'
}

@test "validate reports every step of a scenario that cannot be made" {
	steps 'fail: r3' \
		'connect: { links: { m: { between: [r1, r2], delya: 1ms } } }' \
		'expect: { from: h1, to: h3 }' \
		'disconnect: x' \
		'restore: r1' \
		'impair: { l: { jitter: 3ms } }'
	run -2 --separate-stderr "$NETEMU" validate "$FILE"
	diff - <(errors) <<- 'END'
		7:13 [unknown-name]
		8:51 [unknown-key]
		9:31 [unknown-node]
		10:19 [unknown-name]
		11:16 [conflict]
		12:20 [conflict]
	END
}

@test "a step sees what the steps before it have made" {
	steps 'connect: { hosts: { h3: 10.0.3.10/24 }, links: { c: { between: [h3, r1] } } }' \
		'expect: { from: h1, to: h3 }' \
		'impair: { c: { loss: 1% } }' \
		'fail: h3' \
		'restore: h3' \
		'disconnect: c' \
		'connect: { links: { c: { between: [h3, r2] } } }' \
		'disconnect: [c, h3]'
	"$NETEMU" validate "$FILE"
}

@test "what refers to an object that goes is an error at its own place, with the step" {
	steps 'disconnect: r2'
	run -2 --separate-stderr "$NETEMU" validate "$FILE"
	[[ $stderr == *"$FILE:4:29: error: no node is named 'r2' [unknown-node]"* ]]
	[[ $stderr == *"$FILE:7:19: note: that is so after this step of scenario 'story' [scenario]"* ]]
}
