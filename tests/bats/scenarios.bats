#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Scenarios: a lab is changed step by step, tried, and made again what it was; and shown to people.
# (Those of the shipped topologies are played by the tests of labs, with their expectations.)

bats_require_minimum_version 1.5.0
load lab

setup() {
	lab_setup
	cat > story.yaml <<-YAML
		netemu: 1
		name: $LAB-s
		summary: two ways from a to b
		$(two_ways)
		expect:
		  - { from: a, to: b, reachable: true }
		scenarios:
		  lose-a-link:
		    - say: There are two ways from a to b.
		    - expect: { from: a, to: b, rtt: ..9ms }
		    - fail: fast
		    - expect: { from: a, to: b, rtt: 20ms.., path: [r1, r3, r2, b] }
		    - wait: 20ms
		    - fail: slow1
		    - expect: { from: a, to: b, reachable: false }
		    - restore: fast
		    - expect: { from: a, to: b, reachable: true, within: 10s }
	YAML
	# The same with a story that is not true, and one whose second change cannot be made.
	sed 's/path: .r1, r3, r2, b./path: [r1, r2, b]/' story.yaml > wrong.yaml
}

# holds COUNT ARGUMENT...: of `netemu test`; so many results are good. What is not may have been late.
holds() {
	status=0
	"$NETEMU" test "${BACKENDS[@]}" --json "${@:2}" > result.json || status=$?
	jq -e --argjson n "$1" '.passed == $n' result.json > /dev/null && return 0
	cat result.json
	return "$LATE"
}

@test "a test tries the expectations, then each scenario, and says how long changes took" {
	patiently holds 8 story.yaml
	jq -e '.failed == 0 and .skipped == 0' result.json
	jq -e '[.results[] | .scenario] == [null] + [range(7) | "lose-a-link"]' result.json
	jq -e '.results[2] | .name == "fail fast" and ."took-ms" > 0' result.json
	patiently holds 7 --scenario lose-a-link story.yaml
	run "$NETEMU" test "${BACKENDS[@]}" --scenario lose-a-lnk story.yaml
	[ "$status" -eq 2 ]
	[[ $output == *"did you mean 'lose-a-link'?"* ]]
}

@test "an expectation that fails is exit status 1, and the story goes on" {
	patiently holds 7 wrong.yaml
	[ "$status" -eq 1 ]
	jq -e '.failed == 1 and .skipped == 0' result.json
	jq -e '.results[] | select(.ok == false) | .scenario == "lose-a-link" and .line != null' result.json
}

@test "a change that cannot be made ends its scenario, and the next one is played" {
	cat >> story.yaml <<-YAML
		  another-link:
		    - connect: { links: { more: { between: [r1, r3] } } }
		    - expect: { from: a, to: b, reachable: true }
		    - disconnect: more
		  none-fails:
		    - expect: { from: a, to: b, reachable: true }
	YAML
	up story.yaml
	in_node r1 ip link add x type veth peer name y # in the place of the new one's number
	run --separate-stderr "$NETEMU" test --scenario all --json "$LAB"
	echo "$output"
	[ "$status" -eq 1 ]
	jq -e '[.results[] | select(.scenario == "another-link") | .ok] == [false, null, null]' <<< "$output"
	jq -e '.results[] | select(.ok == false) | .observed | startswith("refused: ")' <<< "$output"
	jq -e '[.results[] | select(.scenario == "none-fails") | .ok] == [true]' <<< "$output"
}

passes() {
	"$NETEMU" test "$@" || return "$LATE"
}

is_between_changes() {
	"$NETEMU" status --json "$LAB" | jq -e '.changes == ["fail fast"]' > /dev/null
}

@test "a standing lab is as it was after a scenario, and after one that was interrupted" {
	sed -i 's/- wait: 20ms/- wait: 300s/' wrong.yaml
	up story.yaml
	"$NETEMU" fail -q "$LAB" slow2
	"$NETEMU" restore -q "$LAB" slow2
	"$NETEMU" impair -q "$LAB" slow1 delay=6ms
	patiently passes --scenario all "$LAB"
	[ "$("$NETEMU" status --json "$LAB" | jq -r '.changes[]')" = "impair slow1 { delay: 6ms }" ]
	undrifted
	"$NETEMU" down -q "$LAB"
	up wrong.yaml
	"$NETEMU" test --scenario all "$LAB" > out 2>&1 3>&- &
	testing=$!
	await is_between_changes
	kill "$testing"
	status=0
	wait "$testing" || status=$?
	cat out
	[ "$status" -eq 143 ]
	undrifted
	[ "$("$NETEMU" status --json "$LAB" | jq '.changes | length')" -eq 0 ]
	reaches a b
}

is_late_as_told() {
	holds 7 --scenario all late.yaml || return "$LATE"
	jq -e '[.results[] | select(.name == "fail fast") | ."took-ms" >= 1800] | length > 0 and all' result.json || return 1
	at_least "$(jq '[.results[] | select(.name == "fail fast") | .lost] | min' result.json)" 50
}

@test "with timers, steps go on while routers notice: first nothing arrives, then it goes another way" {
	sed '/^scenarios:/,$d; s/^name: .*/&\ntimers: azure\nspeed: 100x/' story.yaml > late.yaml
	cat >> late.yaml <<-YAML
		scenarios:
		  the-hold-time:
		    - fail: fast
		    - expect: { from: a, to: b, reachable: false }
		    - expect: { from: a, to: b, reachable: true, rtt: 20ms.., within: 20s }
		    - restore: fast
		    - expect: { from: a, to: b, rtt: 20ms.. }
		    - expect: { from: a, to: b, rtt: ..19ms, within: 20s }
		  an-end-that-comes-early:
		    - fail: fast
	YAML
	patiently is_late_as_told
	# Who quits meanwhile does not wait for it.
	command -v script > /dev/null || skip "script is not installed (Debian: bsdutils)"
	sed -i 's/100x/1x/' late.yaml
	printf '\nq\n' | timeout 60 script -qefc "$NETEMU demo ${BACKENDS[*]} --scenario the-hold-time late.yaml" /dev/null > out
	grep -q 'the last of the routers knows only in 180s' out
	grep -q 'is down' out
}

plays() {
	"$NETEMU" demo "${BACKENDS[@]}" "$@" < /dev/null > out && return 0
	cat out
	return "$LATE"
}

@test "demo: through a pipe it goes on by itself and takes the lab down" {
	patiently plays story.yaml
	grep -q '^There are two ways from a to b\.$' out
	grep -q 'fail fast' out
	grep -q '^fast has failed: ' out
	grep -q '^a reaches b in 20' out
	grep -Eq 'icmp_seq=2 time=[0-9.]+ ms$' out
	grep -q '3 packets transmitted, 0 received, 100% packet loss' out
	grep -Eq '^ +2  r3 \(' out
	run ! grep -q 'Enter' out
	"$NETEMU" demo "${BACKENDS[@]}" --scenario lose-a-link wrong.yaml < /dev/null > out && status=0 || status=$?
	[ "$status" -eq 1 ]
	run ! grep -F "$LAB" <(snapshot)
}

@test "demo: when nobody reads any more the lab is taken down, too" {
	"$NETEMU" demo "${BACKENDS[@]}" story.yaml < /dev/null 2> errors | head -n 1 > /dev/null
	[ "${PIPESTATUS[0]}" -eq 141 ]
	[ ! -s errors ] || ! grep -v stand-in errors
	run ! grep -F "$LAB" <(snapshot)
}

@test "demo: on a terminal it waits for Enter, and q or an interrupt leaves nothing" {
	command -v script > /dev/null || skip "script is not installed (Debian: bsdutils)"
	printf '\n\n\n\n\n\n\n\n\n\n' | script -qefc "$NETEMU demo ${BACKENDS[*]} story.yaml" /dev/null > out
	[ "$(grep -c 'Enter: go on' out)" -eq 7 ]
	grep -q "is down" out
	printf '\nq\n' | script -qefc "$NETEMU demo ${BACKENDS[*]} story.yaml" /dev/null > out
	[ "$(grep -c 'Enter: go on' out)" -eq 2 ]
	run ! grep -q 'has failed' out
	# ^C, typed. (What a shell starts in the background ignores it.)
	(
		sleep 1
		printf '\003'
		sleep 1 # (the end of the input would be as good as Enter)
	) | env --default-signal=INT script -qefc "$NETEMU demo ${BACKENDS[*]} story.yaml" /dev/null > out || true
	run ! grep -q 'has failed' out
	run ! grep -F "$LAB" <(snapshot)
}
