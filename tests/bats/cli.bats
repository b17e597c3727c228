#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The program as a person types it: help, mistakes, exit statuses, JSON. Nothing here builds a lab.

bats_require_minimum_version 1.5.0

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	NETEMU=${NETEMU:-$TOP/build/netemu}
	TOPOLOGIES=$TOP/topologies
	cd "$BATS_TEST_TMPDIR" || return
	cat > good.yaml <<-YAML
		netemu: 1
		name: good
		routers: { r1: { asn: 65010 }, r2: { asn: 65020 } }
		hosts: { h1: { address: 10.50.1.10/24 }, h2: { address: 10.50.2.10/24 } }
		links:
		  a: { between: [h1, r1] }
		  b: { between: [r1, r2], delay: 5ms, bgp: true }
		  c: { between: [r2, h2] }
	YAML
	cat > bad.yaml <<-YAML
		netemu: 1
		routers: { r1: { asn: 65010 } }
		links:
		  a: { between: [r1, r9], delay: 5 }
	YAML
}

# Runs the program with its two streams apart: $output, $stderr.
netemu() {
	run --separate-stderr "$NETEMU" "$@"
}

commands="init validate predict explain routes plan up apply connect disconnect fail restore impair down list status exec shell ping traceroute test demo watch graph capture run export doctor gc completion help"

@test "cli: without a command it says what to type next" {
	netemu
	[ "$status" -eq 0 ]
	[[ $output == *"netemu validate FILE"* ]]
	[[ $output == *"netemu help"* ]]
	[ -z "$stderr" ]
}

@test "cli: help names every command, and explains each" {
	netemu --help
	[ "$status" -eq 0 ]
	for command in $commands; do
		[[ $output == *$'\n'"  $command "* ]]
	done
	for command in $commands; do
		netemu help "$command"
		[ "$status" -eq 0 ]
		[[ ${lines[0]} == "usage: netemu $command"* ]]
		netemu "$command" --help
		[ "$status" -eq 0 ]
		[[ ${lines[0]} == "usage: netemu $command"* ]]
	done
	[ "$("$NETEMU" --help --json | jq -r '[.commands[].name] | join(" ")')" = "$commands" ]
	netemu --version
	[[ $output =~ ^netemu\ [0-9]+\.[0-9]+ ]]
}

@test "cli: the manual names every command and every global option, and no other" {
	man=$TOP/man/netemu.8
	[ -e "$man" ] || skip "there is no manual"
	"$NETEMU" --help --json > help.json
	diff <(jq -r '.commands[].name' help.json | sort) \
		<(sed -n '/^\.Sh COMMANDS/,/^\.Sh OPTIONS/s/^\.It Cm \([a-z]*\).*/\1/p' "$man" | sort)
	# (Those of single commands are in their pages: man.bats.)
	diff <(jq -r '.options[].name' help.json | sort -u) \
		<(sed -n '/^\.Sh OPTIONS/,/^\.Sh ENVIRONMENT/s/^\.It Fl \([a-zA-Z] , \)*-\([a-z-]*\)\( .*\)*$/\2/p' "$man" | sort -u)
}

@test "cli: a word that is wrong is met with the one that was meant, exit status 2" {
	while IFS='|' read -r line text; do
		# shellcheck disable=SC2086
		netemu $line
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		[[ $stderr == *"$text"* ]] || { echo "$line: $stderr"; false; }
	done <<-END
		vlidate good.yaml|did you mean 'validate'?
		help prdict|did you mean 'predict'?
		xyzzy|there is no command 'xyzzy'
		validate|'validate' wants FILE...
		plan --count good.yaml|did you mean '--counts'?
		plan --vrf dev good.yaml|--vrf is one of auto|device|namespace, not 'dev'
		plan good.yaml more|'plan' wants FILE, nothing more
		predict good.yaml h1|'predict' wants two nodes, or none for all pairs
		predict good.yaml h1 h22|did you mean 'h2'?
		routes good.yaml r3|no node is named 'r3'
		validate nowhere.yaml|nowhere.yaml: error: cannot read it: No such file or directory
		validate .|.: error: cannot read it: Is a directory
		-Z|there is no option '-Z'
	END
}

@test "cli: mistakes of a file are shown with their line and a caret" {
	netemu validate bad.yaml
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[[ $stderr == *"bad.yaml:4:"*": error: "* ]]
	[[ $stderr == *"    4 |   a: { between: [r1, r9], delay: 5 }"*"^"* ]]
	netemu validate good.yaml bad.yaml
	[ "$status" -eq 2 ]
	[ "$output" = "good.yaml: ok (4 nodes, 3 links)" ]
	netemu validate -q good.yaml
	[ "$status" -eq 0 ]
	[ -z "$output$stderr" ]
}

@test "cli: a host has one link, and says where the other stands" {
	sed 's/{ between: \[r2, h2\] }/{ between: [r2, h1] }/' good.yaml > twice.yaml
	netemu validate twice.yaml
	[ "$status" -eq 2 ]
	[[ $stderr == *"twice.yaml:8:22: error: host 'h1' has a link already: 'a', at line 6 [link-end]"* ]]
	[[ $stderr == *"a host has one link"* ]]
}

@test "cli: an address that two hosts of a network bear, and networks that meet at a router" {
	cat > meet.yaml <<- 'END'
		netemu: 1
		hosts:
		  a: 10.0.0.9/24
		  b: [10.0.0.8/24, fd00::8/64]
		  c: 10.0.0.9/24
		  d: 10.0.0.1/24
		  e: [10.0.0.1/24, fd00::e/64]
		routers: { r: {} }
		links: { a-r: { between: [a, r] }, b-r: { between: [r, b] }, c-r: { between: [r, c] }, d-r: { between: [d, r] }, e-r: { between: [e, r] } }
		internet: { hosts: { p: 198.51.100.10/24, q: 198.51.100.10/24 } }
	END
	netemu validate meet.yaml
	[ "$status" -eq 2 ]
	[ "$(grep -c error: <<< "$stderr")" -eq 3 ]
	[[ $stderr == *"meet.yaml:5:3: error: 10.0.0.9 of 'c' is the address of 'a' already [vm-address]"* ]]
	[[ $stderr == *"meet.yaml:7:3: error: 10.0.0.1 of 'e' is the address of 'r' already [vm-address]"* ]]
	[[ $stderr == *"meet.yaml:10:43: error: 198.51.100.10 of 'internet.q' is the address of 'internet.p' already [vm-address]"* ]]
	[[ $stderr == *"meet.yaml:6:3: warning: two networks of 'r' overlap: 10.0.0.0/24 with 'd' and 10.0.0.0/24 with 'a' [overlap]"*"one \`gateway\`"* ]]
	sed -i 's|c: 10.0.0.9/24|c: 10.0.0.7/24|; s|d: .*|d: 10.0.1.1/24|; s|e: \[10.0.0.1|e: [10.0.0.6|; s|q: .*/24|q: 198.51.100.11/24|' meet.yaml
	netemu validate meet.yaml
	[ "$output" = "meet.yaml: ok (9 nodes, 7 links)" ]
	[ -z "$stderr" ]
}

@test "cli: a host of both families has a gateway in both, whoever of its network came first" {
	for first in 10.0.0.9/24 fd00::9/64; do
		cat > both.yaml <<- END
			netemu: 1
			hosts: { a: "$first", b: ["fd00::8/64", 10.0.0.8/24] }
			routers: { r: {} }
			links: { a-r: { between: [a, r] }, b-r: { between: [b, r] } }
		END
		netemu routes both.yaml b
		[ "$(grep -Ec '^(::/0|0\.0\.0\.0/0) +r +static' <<< "$output")" -eq 2 ]
	done
}

@test "cli: the network of a link has room for both its ends, and is told but once" {
	cat > room.yaml <<- 'END'
		netemu: 1
		hosts: { a: 10.0.0.9/32, b: 10.0.0.13/31, c: 10.0.0.14/31 }
		routers: { r: {}, s: {} }
		links:
		  a-r: { between: [a, r] }
		  b-r: { between: [b, r], prefix: 10.9.0.0/30 }
		  c-r: { between: [c, r] }
		  r-s: { between: [r, s], prefix: 10.8.0.0/32 }
	END
	netemu validate room.yaml
	[ "$(grep -Ec '(error|warning):' <<< "$stderr")" -eq 3 ]
	[[ $stderr == *"room.yaml:2:13: error: 10.0.0.9/32 has no second address for the gateway of 'a' [bad-prefix]"* ]]
	[[ $stderr == *"room.yaml:6:35: warning: the prefix of 'b-r' has no effect: 'b' brings the link's network [conflict]"* ]]
	[[ $stderr == *"room.yaml:8:35: error: 10.8.0.0/32 has no two addresses for the ends of a link [bad-prefix]"* ]]
	# Of two addresses the gateway has the other one.
	sed -i 's|/32|/30|; s|, prefix: .*| }|' room.yaml
	netemu predict room.yaml b c
	[[ $output == "b reaches c in 0ms"* ]]
	netemu plan room.yaml
	grep -q 'addr 10.0.0.12/31 dev b' <<< "$output"
	grep -q 'addr 10.0.0.15/31 dev c' <<< "$output"
}

@test "cli: findings are JSON when asked, the result of validate and the errors of the others" {
	netemu validate --json good.yaml
	[ "$status" -eq 0 ]
	[ "$output" = "[]" ]
	netemu validate --json bad.yaml
	[ "$status" -eq 2 ]
	jq -e '.[0] | .file == "bad.yaml" and .line == 4 and .severity == "error" and
		(.column | type) == "number" and (.code | type) == "string"' <<< "$output"
	netemu --json predict bad.yaml
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	jq -e '.[0].line == 4' <<< "$stderr"
	netemu --json vlidate
	jq -e '.[0] | .file == null and .line == null and .hint == "did you mean '"'validate'"'?"' <<< "$stderr"
}

@test "cli: no byte of a file reaches the terminal as a command to it" {
	printf 'netemu: 1\nrouters:\n  r\033[31m: { asn: 1 }\n  "\302\2332J": 1\n' > evil.yaml
	netemu validate evil.yaml
	[ "$status" -eq 2 ]
	[[ $stderr != *$'\033'* ]]
	[[ $stderr != *$'\302\233'* ]]
	netemu validate $'\033[31m.yaml'
	[[ $stderr != *$'\033'* ]]
	netemu $'\033[31m'
	[[ $stderr != *$'\033'* ]]
	netemu init -o $'\033[31m.yaml'
	[[ $status -eq 0 && $output != *$'\033'* ]]
	netemu export good.yaml -o $'\033[31m.batch'
	[[ $status -eq 0 && $output != *$'\033'* ]]
	netemu export good.yaml --name 'a b'
	[ "$status" -eq 2 ]
}

@test "cli: colour is for terminals, and not with NO_COLOR" {
	command -v script > /dev/null || skip "script is not installed (Debian: bsdutils)"
	out=$(script -qec "env TERM=xterm NO_COLOR= $NETEMU validate bad.yaml" /dev/null || true)
	[[ $out == *$'\033[1;31merror'* ]]
	out=$(script -qec "env TERM=xterm NO_COLOR=1 $NETEMU validate bad.yaml" /dev/null || true)
	[[ $out != *$'\033'* ]]
	netemu validate bad.yaml
	[[ $stderr != *$'\033'* ]]
}

@test "cli: predict gives every pair of hosts, or one of any nodes" {
	netemu predict good.yaml
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[1]} == h1*h2*10ms*"h1 > r1 > r2 > h2" ]]
	netemu predict good.yaml h1 h2
	[ "${lines[0]}" = "h1 reaches h2 in 10ms" ]
	[ "${lines[1]}" = "  h1 > r1 > r2 > h2" ]
	sed 's/, bgp: true//' good.yaml > parted.yaml
	netemu predict parted.yaml h1 h2
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "h1 does not reach h2" ]
	[[ ${lines[1]} == *"no route"* ]]
	netemu predict --json good.yaml r1 h2
	jq -e '.lab == "good" and (.pairs | length) == 1 and (.pairs[0] | .from == "r1" and .to == "h2" and
		.reachable and ."rtt-ms" == 10 and .forward == ["r1", "r2", "h2"] and
		.return == ["h2", "r2", "r1"] and .symmetric and .reason == null)' <<< "$output"
}

@test "cli: the columns of all predictions are as wide as their widest cell, rows of ways back included" {
	netemu predict "$TOPOLOGIES/fastpath.yaml"
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "FROM       TO           RTT  PATH" ]
	[ "$(grep -cE '^ {22}back:  [^ ]' <<< "$output")" -gt 0 ]
	[ -z "$(grep -vE '^(.{22} *[0-9.]+m?s| {22}back:|FROM .*RTT)  [^ ]' <<< "$output")" ]
}

@test "cli: every topology's results are JSON with the keys that scripts rely on" {
	for file in "$TOPOLOGIES"/*.yaml; do
		"$NETEMU" predict --json "$file" | jq -e '.pairs | all(
			(.from | type) == "string" and (.reachable | type) == "boolean" and
			(.reachable or .reason != null) and (.forward | length) > 0)' > /dev/null
		"$NETEMU" plan --vrf device --delay netem --json "$file" | jq -e '
			.counts.namespaces == (.namespaces | length) and
			.counts.devices == (.devices | length) and
			.counts.routes == (.routes | length) and
			.delay == "netem" and .wires == []' > /dev/null
		node=$("$NETEMU" predict --json "$file" | jq -r '.pairs[0].forward[1]')
		"$NETEMU" routes --json "$file" "$node" | jq -e --arg node "$node" '
			.node == $node and (.routes | length) > 0 and (.routes | all(
			has("prefix") and has("next-hops") and has("protocol") and has("as-path") and
			has("origin") and has("because")))' > /dev/null
	done
	"$NETEMU" list --json | jq -e '.labs | type == "array"'
	"$NETEMU" doctor --json | jq -e '.features[] | select(.name == "vrf") | has("available")'
}

@test "cli: a file may come from standard input" {
	netemu predict - < good.yaml
	[ "$status" -eq 0 ]
	[[ $output == *"h1 > r1 > r2 > h2"* ]]
	netemu validate - < bad.yaml
	[ "$status" -eq 2 ]
	[[ $stderr == *"<stdin>:4:"* ]]
}

@test "cli: a lab that is not there is a mistake, in each command" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	for line in "down LAB" "status LAB" "exec LAB h1 true" "shell LAB h1" "ping LAB h1 h2" \
		"traceroute LAB h1 h2" "test LAB" "routes LAB h1"; do
		# shellcheck disable=SC2086
		netemu ${line/LAB/cl-no-such-lab}
		[ "$status" -eq 2 ] || { echo "$line: $status"; false; }
		[[ $stderr == *cl-no-such-lab* ]] || { echo "$line: $stderr"; false; }
	done
	for line in "down LAB" "status LAB" "exec LAB h1 true" "shell LAB h1" "ping LAB h1 h2" \
		"traceroute LAB h1 h2" "watch LAB" "fail LAB r1" "restore LAB r1" "disconnect LAB r1" \
		"impair LAB r1 loss=1%" "apply good.yaml LAB" "capture LAB r1"; do
		# shellcheck disable=SC2086
		netemu ${line/LAB/no_name}
		[ "$status" -eq 2 ] || { echo "$line: $status"; false; }
		[[ $stderr == *"'no_name' is no name for a lab"* ]] || { echo "$line: $stderr"; false; }
	done
	netemu down
	[ "$status" -eq 2 ]
	netemu up --name ../x good.yaml
	[ "$status" -eq 2 ]
	[[ $stderr == *"'../x' is no name for a lab"* ]]
}

@test "cli: what builds nothing works without privilege" {
	command -v setpriv > /dev/null || skip "setpriv is not installed (Debian: util-linux)"
	[ "$(id -u)" -eq 0 ] || skip "needs root, to be able to do without"
	chmod 755 "$BATS_TEST_TMPDIR"
	as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all --inh-caps -all)
	"${as_nobody[@]}" test -r good.yaml -a -x "$NETEMU" || skip "nobody may not read the test's files"
	run --separate-stderr "${as_nobody[@]}" "$NETEMU" predict good.yaml
	[ "$status" -eq 0 ]
	run --separate-stderr "${as_nobody[@]}" "$NETEMU" plan good.yaml
	[ "$status" -eq 0 ]
}

@test "cli: a result that cannot be written whole is a failure" {
	[ -w /dev/full ] || skip "there is no /dev/full"
	run bash -c '"$1" predict good.yaml > /dev/full' - "$NETEMU"
	[ "$status" -eq 4 ]
	[[ $output == *"cannot write the result"* ]]
}
