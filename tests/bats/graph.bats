#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Pictures, templates and the other first steps of a new user. Only the last tests build a lab.

bats_require_minimum_version 1.5.0

load lab.bash

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	NETEMU=${NETEMU:-$TOP/build/netemu}
	TOPOLOGIES=$TOP/topologies
	LAB=tg$$-$BATS_TEST_NUMBER
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[ "$(id -u)" -ne 0 ] || "$NETEMU" down -q "$LAB" 2> /dev/null || true
}

netemu() {
	run --separate-stderr "$NETEMU" "$@"
}

@test "graph: every shipped topology is drawn, in each format" {
	command -v dot > /dev/null || skip "dot is not installed (Debian: graphviz)"
	command -v xmllint > /dev/null || skip "xmllint is not installed (Debian: libxml2-utils)"
	for file in "$TOPOLOGIES"/*.yaml; do
		"$NETEMU" graph -q "$file" -o all.svg
		xmllint --noout all.svg
		"$NETEMU" graph -q -v "$file" -o all.dot
		dot -Tsvg all.dot > /dev/null
		"$NETEMU" graph -q "$file" -o all.mmd
		[ "$(head -n 1 all.mmd)" = "flowchart LR" ]
		# A picture that Graphviz scales to a strip is unreadable.
		awk -F'[ "]+' '/^<svg width=/ { if ($3 + 0 > 1400 || $5 + 0 > 1400) exit 1 }' all.svg ||
			{ echo "$file: too large"; false; }
	done
}

# is_the_same ARGUMENT...: runs 'graph' with these arguments in both languages, and compares.
is_the_same() {
	"$NETEMU" graph -q "$@" --format dot > a.dot
	"$NETEMU" graph -q "$@" --format mermaid > a.mmd
	"$TOP/tests/tools/picture-values" a.dot a.mmd || { echo "netemu graph $*"; return 1; }
}

@test "graph: Mermaid's picture has the boxes, lines, ends and words of Graphviz' picture" {
	for file in "$TOPOLOGIES"/*.yaml; do
		is_the_same "$file"
		is_the_same "$file" -v
		for pair in 0 -1; do
			read -r from to < <("$NETEMU" predict -q --json "$file" | jq -r ".pairs[$pair] | .from + \" \" + .to")
			is_the_same "$file" --path "$from" "$to"
		done
	done
	# The marks are at the right ends, not only somewhere.
	"$NETEMU" graph -q --format mermaid "$TOPOLOGIES/avs-on-premises.yaml" > a.mmd
	grep -q '^  b1 --o|"500us<br/>two links"| b0$' a.mmd
	grep -q '^  b1 o==o|"dc1-a<br/>1ms"| b3$' a.mmd
	grep -q '^  b3 --o|"hub-a<br/>1ms"| b2$' a.mmd
	# A comparison that never fails would prove nothing.
	"$NETEMU" graph -q --format dot "$TOPOLOGIES/avs-on-premises.yaml" > a.dot
	for change in 's/--o|"hub-a/o--o|"hub-a/' 's/o==o/==o/' '/two links/d' 's/1\.5ms/1ms/' \
		's/linkStyle 2 stroke:#2458a8/linkStyle 2 stroke:#c62828/' 's/:::site/:::down/'; do
		sed "$change" a.mmd > wrong.mmd
		run ! "$TOP/tests/tools/picture-values" a.dot wrong.mmd
	done
}

@test "graph: the picture is the reviewed one" {
	for name in avs-on-premises vpn-backup; do
		"$NETEMU" graph -q --format dot "$TOPOLOGIES/$name.yaml" > "$name.dot"
		diff -u "$TOP/tests/golden/$name.dot" "$name.dot"
	done
	"$NETEMU" graph -q --format mermaid "$TOPOLOGIES/avs-on-premises.yaml" > avs.mmd
	diff -u "$TOP/tests/golden/avs-on-premises.mmd" avs.mmd
}

@test "graph: the pictures in the README are up to date" {
	while read -r name topology options; do
		# shellcheck disable=SC2086
		"$NETEMU" graph -q --format dot "$TOPOLOGIES/$topology.yaml" $options > "$name.dot"
		diff -u "$TOP/topologies/pictures/$name.dot" "$name.dot" || { echo "run: make pictures"; false; }
		[ -s "$TOP/topologies/pictures/$name.svg" ]
		grep -q "topologies/pictures/$name.svg" "$TOP/README.md"
	done < "$TOP/topologies/pictures/list"
}

@test "graph: the forward and return paths are painted, hop by hop" {
	netemu graph --format dot "$TOPOLOGIES/avs-on-premises.yaml" --path hub.app dc1.lan
	[ "$status" -eq 0 ]
	[[ $output == *"hub.app &gt; hub.fabric &gt; er-dc1.primary &gt; dc1.ce &gt; dc1.lan"* ]]
	[[ $output == *"dc1.lan &gt; dc1.ce &gt; er-dc1.primary &gt; hub.er-gateway &gt; hub.fabric &gt; hub.app"* ]]
	[ "$(grep -c 'color="#e65100:#1565c0"' <<< "$output")" -eq 2 ]
	netemu graph --format dot "$TOPOLOGIES/avs-on-premises.yaml" --path dc1.lan pc-b.web
	[[ $output == *"dc1.lan does not reach pc-b.web"* ]]
	[[ $output == *"never passes routes of one circuit to another"* ]]
}

@test "graph: failed objects are struck out, with the reason" {
	netemu graph --format dot "$TOPOLOGIES/vpn-backup.yaml"
	[[ $output == *'<S>hub-dc1</S>'*"'er-dc1' has failed"* ]] ||
		[[ $output == *'<S>hub-dc1</S>'*"&#39;er-dc1&#39; has failed"* ]]
	[[ $output == *"carries nothing"* ]]
}

@test "graph: the matrix is a table of all pairs of hosts" {
	"$NETEMU" graph --matrix "$TOPOLOGIES/avs-on-premises.yaml" -o matrix.svg
	if command -v xmllint > /dev/null; then xmllint --noout matrix.svg; fi
	[ "$(grep -c '<title>' matrix.svg)" -eq "$("$NETEMU" predict --json "$TOPOLOGIES/avs-on-premises.yaml" | jq '.pairs | length')" ]
	grep -q 'dc1.lan does not reach pc-b.web: dc1.ce has no route' matrix.svg
}

@test "graph: untrusted text of a file cannot break a picture" {
	cat > evil.yaml <<-'YAML'
		netemu: 1
		name: evil
		summary: "\"]; system(1) <script>alert('1')</script> & \\ -- %s"
		hosts: { h1: { address: 10.50.1.10/24 }, h2: { address: 10.50.1.11/24 } }
		links: { a: { between: [h1, h2] } }
	YAML
	if command -v dot > /dev/null && command -v xmllint > /dev/null; then
		"$NETEMU" graph evil.yaml -o evil.svg
		xmllint --noout evil.svg
		run ! grep -q '<script' evil.svg
	fi
	netemu graph evil.yaml --format dot
	[[ $output != *"<script"* ]]
}

@test "graph: a missing Graphviz is named as the package to install, exit status 3" {
	mkdir empty
	run --separate-stderr env PATH="$PWD/empty" "$NETEMU" graph "$TOPOLOGIES/two-routers.yaml"
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	[[ $stderr == *"cannot run 'dot'"*"apt-get install graphviz"* ]]
}

@test "graph: mistakes on the command line are reported" {
	netemu graph "$TOPOLOGIES/two-routers.yaml" --path pc1
	[ "$status" -eq 2 ]
	netemu graph "$TOPOLOGIES/two-routers.yaml" --matrix --format dot
	[ "$status" -eq 2 ]
	netemu graph "$TOPOLOGIES/two-routers.yaml" --format dot -o /nonexistent/x.dot
	[ "$status" -eq 2 ]
	[[ $stderr == *"cannot write '/nonexistent/x.dot'"* ]]
	# (The limit on file size also applies to the files that capture the output.)
	run bash -c 'trap "" XFSZ; ulimit -f 1; "$@" 2>&1 | cat; exit "${PIPESTATUS[0]}"' - \
		"$NETEMU" graph --format dot -o "$BATS_TEST_TMPDIR/short.dot" "$TOPOLOGIES/avs-on-premises.yaml"
	[ "$status" -eq 2 ]
	[[ $output == *"cannot write '$BATS_TEST_TMPDIR/short.dot'"* ]]
	[ ! -e "$BATS_TEST_TMPDIR/short.dot" ]
}

@test "init: each kind is a file whose expectations hold" {
	for kind in avs hub-spoke plain; do
		netemu init "my-$kind" --kind "$kind"
		[ "$status" -eq 0 ]
		[[ $output == *"sudo netemu up my-$kind.yaml"* ]]
		"$NETEMU" validate "my-$kind.yaml"
		grep -q '^# ' "my-$kind.yaml"
		# The expectations are the predictions (packets try them in the lab test below).
		"$NETEMU" predict --json "my-$kind.yaml" > pairs.json
		sed -n 's/.*{ from: \([^,]*\), to: \([^,]*\), reachable: \([a-z]*\).*/\1 \2 \3/p' "my-$kind.yaml" > expected
		[ -s expected ]
		while read -r from to reachable; do
			jq -e --arg f "$from" --arg t "$to" --argjson r "$reachable" \
				'.pairs[] | select(.from == $f and .to == $t) | .reachable == $r' pairs.json
		done < expected
	done
	netemu init my-avs
	[ "$status" -eq 2 ]
	[[ $stderr == *"'my-avs.yaml' exists already"* ]]
	netemu init 'No Name'
	[ "$status" -eq 2 ]
	[ "$("$NETEMU" init x -o - | head -n 2 | tail -n 1)" = "name: x" ]
}

# On a busy machine answers may come after their timeout.
is_watched() {
	"$NETEMU" watch "$LAB" --count 2 --interval 100ms > rounds || return 1
	[ "$(wc -l < rounds)" -eq 6 ] || return 1
	sed -n 3p rounds | grep -q 'dc1.lan pc-a.web no answer, loss 100%$' || return 1
	sed -n 1p rounds | grep -Eq 'hub.app pc-a.web [0-9.]+[mu]?s, loss 0%' || { cat rounds; return "$LATE"; }
}

# types_q: types q after the first round is on the screen, and before its input ends.
types_q() {
	await grep -q 'round trips in ms' keys.txt
	printf q
	await test -e quit
}

is_seen_as_predicted() {
	"$NETEMU" watch "$LAB" hub.app pc-a.web --count 1 --json > round.json
	jq -e '.pairs[0].received == 1' round.json || return 1
	jq -e '.pairs[0]["as-predicted"]' round.json || return "$LATE"
}

@test "watch: prints a line for each round, and counts losses" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	"$NETEMU" init "$LAB" --kind avs -q
	patiently keeps_all "$LAB.yaml"
	"$NETEMU" up -q "$LAB.yaml"
	patiently is_watched
	patiently is_seen_as_predicted
	netemu watch "$LAB" --interval 5
	[ "$status" -eq 2 ]
	# On a terminal the screen is redrawn in place, and restored at the end.
	if command -v script > /dev/null; then
		timeout 60 script -qefc "'$NETEMU' watch '$LAB' -c 2 -i 100ms" screen.txt < /dev/null > /dev/null
		[ "$(grep -c 'round trips in ms' screen.txt)" -eq 2 ]
		grep -qF $'\033[?1049l' screen.txt
		# ... also when a key ends it while a round takes longer than the interval.
		types_q | {
			timeout 60 script -qefc "'$NETEMU' watch '$LAB' -i 100ms" keys.txt > /dev/null || touch stays
			touch quit
		}
		[ ! -e stays ]
	fi
}
