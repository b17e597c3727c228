#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The documents tell the truth: the README's first hour is typed as it stands, every topology is in
# the table, every exercise has a fault and a solution.

bats_require_minimum_version 1.5.0
load patience

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	NETEMU=${NETEMU:-$TOP/build/netemu}
	TOPOLOGIES=$TOP/topologies
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[ ! -e up ] || "$NETEMU" down -q mine 2> /dev/null || true
}

# Times differ from run to run.
times_aside() {
	sed -E 's/[0-9.]+ ?[mu]?s\b/T/g; s/[[:space:]]+$//'
}

# type_and_compare COMMAND EXPECTED: what the README shows must come, in this order; "..." is anything.
type_and_compare() {
	patiently typed_well "$@"
}

typed_well() {
	compare_typed "$@" && return 0
	[[ $1 != *netemu' '@(test|ping|traceroute)' '* ]] || return "$LATE" # answers may be late
	return 1
}

compare_typed() {
	local status=0 want=0 line
	bash -c "$1" > actual 2>&1 < /dev/null || status=$?
	[[ $2 != *error:* ]] || want=2
	[ "$status" -eq "$want" ] || { echo "$1: status $status"; cat actual; return 1; }
	times_aside < actual > left
	while IFS= read -r line; do
		[[ -n $line && $line != ... ]] || continue
		line=$(times_aside <<< "$line")
		grep -qxF -- "$line" left || { echo "$1: no '$line' in"; cat actual; return 1; }
		sed -i "1,$(grep -nxF -m 1 -- "$line" left | cut -d : -f 1)d" left
	done <<< "$2"
}

@test "readme: the first hour goes as it is written" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	command -v dot > /dev/null || skip "dot is not installed (Debian: graphviz)"
	"$NETEMU" status mine > /dev/null 2>&1 && skip "there is a lab named 'mine'"
	mkdir bin
	ln -s "$NETEMU" bin/netemu
	printf '#!/bin/sh\nexec "$@"\n' > bin/sudo
	chmod +x bin/sudo
	PATH=$PWD/bin:$PATH
	touch up
	sed -n '/^## The first hour/,/^## A first topology/p' "$TOP/README.md" | sed -n 's/^    //p' > typed
	command='' expected='' typed=0
	while IFS= read -r line; do
		if [[ $line == '$ '* ]]; then
			[[ -z $command ]] || type_and_compare "$command" "$expected"
			command=${line#'$ '} expected='' typed=$((typed + 1))
		else
			expected+=$line$'\n'
		fi
	done < typed
	type_and_compare "$command" "$expected"
	[ "$typed" -ge 12 ]
	[ -s mine.svg ]
}

# row SYSTEM: the packages that the README's table has for it.
row() {
	sed -n "s/^| $1[^|]*| \`\([^\`]*\)\` |\$/\1/p" "$TOP/README.md"
}

@test "readme: the packages to build netemu are those of scripts/deps, on every system" {
	[ "$(row Debian)" = "$("$TOP/scripts/deps" --list build | awk '{ print $2 }' | paste -sd ' ')" ]
	for system in Fedora Alpine Arch; do
		[ -n "$(row "$system")" ]
		grep -qF "$system|$(row "$system")|" "$TOP/scripts/deps"
	done
}

# demo_with PROGRAM STATUS: `make demo` fails where one of its programs does nothing but end so.
demo_with() {
	mkdir -p "bin-$1-$2"
	printf '#!/bin/sh\nexit %s\n' "$2" > "bin-$1-$2/$1"
	chmod +x "bin-$1-$2/$1"
	PATH=$PWD/bin-$1-$2:$PATH run "$TOP/scripts/demo"
	[ "$status" -eq 1 ]
	[[ $output == *"scripts/demo: "*" $1 "*": status $2"* ]]
	run "$NETEMU" status demo
	[ "$status" -ne 0 ]
}

@test "readme: make demo fails when a packet goes otherwise than it says, and leaves no lab" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	"$NETEMU" status demo > /dev/null 2>&1 && skip "there is a lab named 'demo'"
	demo_with ping 1
	demo_with ping 2
	demo_with ping 0 # the ping that nothing may answer
	demo_with traceroute 1
}

@test "topologies: every file is in the table, with two nodes that are there" {
	sed -n 's/^| \[\([a-z0-9-]*\)\](\([a-z0-9-]*\).yaml) | [^|]* | `\([^ ]*\) \([^`]*\)`: .*/\1 \2 \3 \4/p' \
		"$TOPOLOGIES/README.md" > rows
	diff <(cut -d ' ' -f 1 rows | sort) <(basename -s .yaml -a "$TOPOLOGIES"/*.yaml | sort)
	while read -r name file from to; do
		[ "$name" = "$file" ]
		"$NETEMU" predict -q "$TOPOLOGIES/$file.yaml" "$from" "$to" > /dev/null
	done < rows
}

# holds FILE: whether what it expects is what netemu predicts (of reachability and round trip).
holds() {
	"$NETEMU" predict -q --json "$1" > pairs.json 2> /dev/null
	sed -n 's/.*{ from: \([^,]*\), to: \([^,]*\), reachable: true\(, rtt: [^.]*\.\.\([0-9.]*\)ms\)\{0,1\} }/\1 \2 \4/p' \
		"$1" > wanted
	[ -s wanted ]
	while read -r from to most; do
		jq -e --arg f "$from" --arg t "$to" --argjson m "${most:-1000}" \
			'.pairs[] | select(.from == $f and .to == $t) | .reachable and ."rtt-ms" <= $m' \
			pairs.json > /dev/null || return 1
	done < wanted
}

@test "exercises: each has a fault that explain tells of, and a solution without it" {
	for file in "$TOPOLOGIES"/exercises/*.yaml; do
		name=$(basename -s .yaml "$file")
		"$NETEMU" validate -q "$file" 2> /dev/null
		run ! holds "$file"
		holds "$TOPOLOGIES/exercises/solutions/$name.yaml"
		read -r from to < <(sed -n "s/^| \[$name\]($name.yaml) |.*| \`\([^ ]*\) \([^\`]*\)\` |.*/\1 \2/p" \
			"$TOPOLOGIES/exercises/README.md")
		"$NETEMU" explain -q "$file" "$from" "$to" > told 2> /dev/null
		[ -s told ]
		grep -q "^\*\*$name\.\*\*" "$TOPOLOGIES/exercises/solutions/README.md"
	done
}
